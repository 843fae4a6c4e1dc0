"""What `supplychain_rules.testing` opens to once hypothesis is there."""

from supplychain_rules.testing.laws import check_policy_laws
from supplychain_rules.testing.outcomes import BrokenLawError
from supplychain_rules.testing.strategies_facts import ledgers
from supplychain_rules.testing.strategies_policies import policies
from supplychain_rules.testing.strategies_records import records
from supplychain_rules.testing.strategies_values import moneys, periods

__all__ = ["BrokenLawError", "check_policy_laws", "ledgers", "moneys", "periods", "policies", "records"]
