"""The laws of a policy: what must hold for every one of its decisions, whatever the record."""

from typing import Final

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.rules.policy import Policy
from supplychain_rules.testing.law import Law
from supplychain_rules.testing.laws_answers import ANSWER_LAWS
from supplychain_rules.testing.laws_engines import Engines, engine_laws
from supplychain_rules.testing.laws_monotone import monotone_law

__all__ = ["EXAMPLES", "check_law", "check_policy_laws", "policy_laws"]

#: Examples drawn for each law where nothing else is said: enough to meet the boundaries of a rule set of some ten
#: inputs several times, and over in seconds.
EXAMPLES: Final = 100


def check_policy_laws(policy: Policy, *, examples: int = EXAMPLES, engines: Engines = "installed") -> None:
    """Check every law on drawn records, the same ones in every run.

    - *total*: every valid record gets an answer and an explanation.
    - *deterministic*: the same record gets the same answer, whatever the order of keys and of the other records.
    - *bounded*: every output keeps its type and bounds.
    - *explained*: the explanation names the outputs, and a scorecard's lines add up to its score.
    - *monotone*, for every input that declares it: a higher (`up`) or lower (`down`) value, all else equal, worsens no
      gate, band, score, rank, class or ordered choice.
    - *engine*: every frame engine that can run the policy says what Python says.

    Args:
        policy: the rules.
        examples: how many examples to draw for each law.
        engines: which frame engines must agree; `()` for none.

    Raises:
        BrokenLawError: an `AssertionError` that names the law, the smallest record found, and what differs.
        InvalidValueError: `examples` is not positive, or no engine has that name.
        MissingExtraError: an engine that was asked for is not installed.

    >>> from supplychain_rules import load_policy
    >>> rules = {"schema": "supplychain-rules/1", "id": "demo", "version": "1",
    ...     "inputs": {"late": {"type": "integer", "min": 0, "max": 100, "monotone": "down"}},
    ...     "steps": [{"kind": "gate", "id": "fit", "checks": [{"id": "few", "require": "late < 10"}]}]}
    >>> check_policy_laws(load_policy(rules), examples=20, engines=())
    >>> rules["inputs"]["late"]["monotone"] = "up"
    >>> check_policy_laws(load_policy(rules), examples=20, engines=())
    Traceback (most recent call last):
    supplychain_rules.testing.outcomes.BrokenLawError: broken law monotone[late]: more late never worsens an outcome
      late 9 -> 10 worsens fit pass -> fail
      record: ...
    """
    for law in policy_laws(policy, engines=engines):
        if law.skipped is None:
            check_law(policy, law, examples=examples)


def policy_laws(policy: Policy, *, engines: Engines = "installed") -> tuple[Law, ...]:
    """Return the laws of a policy, in order; one that says nothing here says why in `skipped`.

    Raises:
        InvalidValueError: no engine has that name.
        MissingExtraError: an engine that was asked for is not installed.
    """
    declared = [monotone_law(one.name, one.monotone) for one in policy.inputs if one.monotone is not None]
    return (*ANSWER_LAWS, *declared, *engine_laws(policy, engines))


def check_law(policy: Policy, law: Law, *, examples: int = EXAMPLES) -> None:
    """Check one law on drawn records.

    Raises:
        BrokenLawError: an `AssertionError` that names the law, the smallest record found, and what differs.
        InvalidValueError: `examples` is not positive.
    """
    if examples < 1:
        raise InvalidValueError("a law needs at least one example", examples)
    law.check(law, policy, examples)
