"""Settlement policies as plain data: mappings, lists, text and numbers, as TOML and JSON hold them.

The keys are the names of the fields, and every clause says its `kind`. Money is a number as text, in the policy's
currency, or an amount with its currency; a level may be a percentage of the base, as `"80%"`; a rate is `"0.15"`,
`"3/20"` or `"15%"`. Floats are refused, because what they hold is not what was written. Every problem is named at once,
by its path.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.partnership.sharing.waterfall.levels import is_percentage
from supplychain_rules.partnership.sharing.waterfall.policy import SettlementPolicy
from supplychain_rules.values.currencies import check_currency
from supplychain_rules.values.plain_data import dump_plain, load_plain
from supplychain_rules.values.scaled import number_text

__all__ = ["SETTLEMENT_SCHEMA", "dump_settlement", "load_settlement"]

#: The format of a settlement policy as plain data.
SETTLEMENT_SCHEMA: Final = "supplychain-rules/settlement/1"

#: Fields of the policy, of clauses and of bands that hold money or a level.
_AMOUNTS: Final = frozenset(
    {"amount", "at", "base", "cap", "ceiling", "gain", "high", "least", "limit", "low", "most", "pain", "per_unit"}
    | {"target_cost", "target_fee", "until"}
)

#: The kind of clause whose rate is money: what one unit costs.
_CHARGE: Final = "charge"


def load_settlement(data: Mapping[str, object]) -> SettlementPolicy:
    """Read a settlement policy from plain data.

    Args:
        data: a mapping, as `tomllib` or `json` give it, with `schema = "supplychain-rules/settlement/1"`.

    Raises:
        PolicyError: anything that is wrong with it, all at once; what does not go together once the parts are right.

    >>> policy = load_settlement({"schema": "supplychain-rules/settlement/1", "id": "gain share", "version": "1",
    ...     "currency": "EUR", "outturn": "cost", "base": "1000", "parties": ["supplier", "buyer"],
    ...     "clauses": [
    ...         {"kind": "dead_band", "id": "d", "to": "buyer", "gain": "5%", "pain": "0", "mode": "in_full"},
    ...         {"kind": "split", "id": "half", "shares": {"supplier": "50%", "buyer": "50%"}}]})
    >>> str(policy.clauses[0].gain), str(policy.clauses[0].pain)
    ('5% of the base', 'EUR 0.00')
    """
    given: object = data
    if isinstance(given, Mapping):
        given = _with_currency(given, _known(given.get("currency")))
    return load_plain(SettlementPolicy, given, schema=SETTLEMENT_SCHEMA)


def dump_settlement(policy: SettlementPolicy) -> dict[str, Any]:
    """Return a settlement policy as plain data that JSON and TOML can keep; what is as by default is left out.

    >>> from supplychain_rules.partnership.sharing.waterfall.clauses import Split
    >>> from supplychain_rules.values.money import Money
    >>> half = SettlementPolicy(id="half", version="1", currency="EUR", outturn="proceeds", base=Money(0, "EUR"),
    ...     parties=["a", "b"], clauses=[Split(id="half", shares={"a": "1/2", "b": "50%"})])
    >>> dump_settlement(half)["clauses"]
    [{'kind': 'split', 'id': 'half', 'shares': {'a': '0.5', 'b': '0.5'}}]
    """
    return _without_currency(dump_plain(policy, schema=SETTLEMENT_SCHEMA))


def _with_currency(
    data: Mapping[object, object], currency: str, within: tuple[str, ...] = ("clauses", "bands")
) -> dict[object, object]:
    """Return a policy, clause or band whose amounts have the policy's currency; `within` are the lists still to come.

    No deeper: a container that holds itself would have no end.
    """
    found = dict(data)
    for key, value in data.items():
        if key in within[:1] and isinstance(value, list | tuple):
            found[key] = [
                _with_currency(one, currency, within[1:]) if isinstance(one, Mapping) else one for one in value
            ]
        elif _is_amount(data, key) and isinstance(value, str | int | float) and not is_percentage(value):
            found[key] = {"amount": value, "currency": currency}
        elif _is_amount(data, key) and isinstance(value, Mapping) and "amount" in value:
            found[key] = {"currency": currency, **value}
    return found


def _without_currency(data: dict[str, Any]) -> dict[str, Any]:
    """Return a policy, clause or band whose amounts are texts, as `_with_currency` takes them."""
    found = dict(data)
    for key, value in data.items():
        if key in {"clauses", "bands"}:
            found[key] = [_without_currency(one) for one in value]
        elif _is_amount(data, key) and isinstance(value, dict):
            found[key] = value["amount"] if "amount" in value else f"{number_text(Fraction(value['share']) * 100)}%"
    return found


def _is_amount(data: Mapping[Any, object], key: object) -> bool:
    return key in _AMOUNTS or (key == "rate" and data.get("kind") == _CHARGE)


def _known(currency: object) -> str:
    """Return a currency; where it is none any other, because that is told once, at the currency itself."""
    try:
        return check_currency(currency)
    except InvalidValueError:
        return "EUR"
