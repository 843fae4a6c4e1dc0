"""Partnership: what was agreed, what it comes to when prices move or supply breaks, and who gets and bears what.

The room has five doors, each a module to import from:

- `contracts`: typed clauses as data, breaches with the facts that prove them, remedies, one net statement a party;
- `prices`: price adjustment clauses over index editions, volume rebates, surcharges;
- `sharing`: settlements as data, proved clause by clause; rules of fairness; supply contracts under uncertain demand;
- `risks`: the register, exposure, concentration, financial health, tails of losses, who bears what;
- `collaboration`: meetings, information duties, actions, joint projects.
"""
