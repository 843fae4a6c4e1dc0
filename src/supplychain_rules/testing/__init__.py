"""For users' own tests: random records, rule sets and facts, the laws of a policy, and a check of rule-set files.

Strategies for hypothesis: `records`, `policies`, `ledgers`, `moneys`, `periods`. Laws: `check_policy_laws`. All that a
rule set's text is checked for: `policy_checks`; pytest collects files named `*.policy.toml` and `*.policy.json` by
itself, and `python -m supplychain_rules.testing FILE...` does the same without pytest.

Strategies and laws need hypothesis: `pip install "supplychain-rules[testing]"`. Importing this package does not; the
first use of a name loads what is behind it.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from supplychain_rules.testing._door import (
        BrokenLawError,
        check_policy_laws,
        ledgers,
        moneys,
        periods,
        policies,
        records,
    )
    from supplychain_rules.testing.checks import PolicyCheck, policy_checks

__all__ = [
    "BrokenLawError",
    "PolicyCheck",
    "check_policy_laws",
    "ledgers",
    "moneys",
    "periods",
    "policies",
    "policy_checks",
    "records",
]

#: What runs without hypothesis.
_WITHOUT_HYPOTHESIS = ("PolicyCheck", "policy_checks")


def __getattr__(name: str) -> object:
    """Load what is behind a public name at its first use.

    Raises:
        MissingExtraError: it needs hypothesis, which is not installed.
    """
    if name not in __all__:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    if name in _WITHOUT_HYPOTHESIS:
        from supplychain_rules.testing import checks as door  # noqa: PLC0415  pytest imports this package in every run
    else:
        try:
            import hypothesis  # noqa: F401, PLC0415  an extra is imported when it is needed
        except ImportError:
            from supplychain_rules.errors import MissingExtraError  # noqa: PLC0415  as above

            raise MissingExtraError(name, package="hypothesis", extra="testing") from None
        from supplychain_rules.testing import _door as door  # type: ignore[no-redef]  # noqa: PLC0415  it needs hypothesis
    value: object = getattr(door, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names, loaded or not."""
    return sorted({*globals(), *__all__})
