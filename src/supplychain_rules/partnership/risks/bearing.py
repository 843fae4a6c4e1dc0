"""Who bears which risk: a table of risks x parties with shares, checked so that every risk is borne, and once.

A risk that nobody bears is borne by whoever is nearest when it happens, and one that two bear in full is paid twice.
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Final, Literal, final

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.fields import each_is_a, is_id, several, text_set
from supplychain_rules.values.label import Label
from supplychain_rules.values.money import Allocation, Money, allocate
from supplychain_rules.values.plain_data import dump_plain, load_plain
from supplychain_rules.values.proportions import exact_share, shown
from supplychain_rules.values.scaled import number_text

__all__ = [
    "BEARING_SCHEMA",
    "BearingFinding",
    "BearingFindingKind",
    "BearingTable",
    "RiskBearing",
    "bearing_findings",
    "borne_losses",
    "dump_bearing_table",
    "load_bearing_table",
]

#: The format of a table as plain data.
BEARING_SCHEMA: Final = "supplychain-rules/risk-bearing/1"

#: What is wrong with a table of bearing.
BearingFindingKind = Literal["not_in_table", "not_borne", "partly_borne", "overborne", "unknown_party", "unknown_risk"]


def _shares(given: Mapping[str, object]) -> Mapping[str, Fraction]:
    if not isinstance(given, Mapping):
        raise InvalidValueError("shares must be a mapping", given, hint='write {"buyer": "0.5", "supplier": "0.5"}')
    found = {party: exact_share(share) for party, share in given.items()}
    for party, share in found.items():
        if not 0 <= share <= 1:
            raise InvalidValueError(f"the share of {party} lies outside 0..1", number_text(share), hint="half is '0.5'")
    return MappingProxyType(found)


@final
@attrs.frozen(kw_only=True)
class RiskBearing:
    """Which party bears how much of a risk.

    Raises:
        InvalidValueError: a share outside 0..1, or a float.
    """

    risk: str = attrs.field(validator=is_id)
    shares: Mapping[str, Fraction] = attrs.field(converter=_shares, eq=lambda shares: frozenset(shares.items()))

    @property
    def borne(self) -> Fraction:
        """Return how much of the risk is borne, 1 where all of it."""
        return sum(self.shares.values(), Fraction(0))

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle with a plain dict of shares, because a read-only view cannot be pickled."""
        return _bearing, (self.risk, dict(self.shares))


def _parties(given: Iterable[str]) -> tuple[str, ...]:
    text_set(given, "parties")
    return tuple(given)


@final
@attrs.frozen(kw_only=True)
class BearingTable:
    """The parties, and a row for each risk.

    Raises:
        InvalidValueError: a risk or party named twice, or no party.
    """

    id: str = attrs.field(validator=is_id)
    parties: tuple[str, ...] = attrs.field(converter=_parties)
    rows: tuple[RiskBearing, ...] = attrs.field(converter=several, validator=each_is_a(RiskBearing))

    def __attrs_post_init__(self) -> None:
        """Refuse a table that says a thing twice."""
        for what, names in (("party", self.parties), ("risk", tuple(row.risk for row in self.rows))):
            twice = sorted({name for name in names if names.count(name) > 1})
            if twice:
                raise InvalidValueError(f"a {what} stands twice in table {self.id}", twice[0])
        if not self.parties:
            raise InvalidValueError(f"table {self.id} has no party", self.parties)


@final
@attrs.frozen(kw_only=True)
class BearingFinding:
    """One thing that is wrong with a table: which risk, how much of it is borne, and in words."""

    kind: BearingFindingKind
    risk: str
    borne: Fraction
    message: Label

    def to_dict(self) -> dict[str, Any]:
        """Return the finding as plain data that JSON can keep."""
        return {
            "kind": self.kind,
            "risk": self.risk,
            "borne": number_text(self.borne),
            "message": {"en": self.message.en, "zh": self.message.zh},
        }


def load_bearing_table(data: Mapping[str, object]) -> BearingTable:
    """Read a table from plain data.

    Raises:
        PolicyError: anything that is wrong with it, all at once.

    >>> table = load_bearing_table({"schema": BEARING_SCHEMA, "id": "T", "parties": ["buyer", "supplier"],
    ...     "rows": [{"risk": "delay", "shares": {"supplier": "2/3", "buyer": "1/3"}}]})
    >>> table == load_bearing_table(dump_bearing_table(table))
    True
    """
    return load_plain(BearingTable, data, schema=BEARING_SCHEMA)


def dump_bearing_table(table: BearingTable) -> dict[str, Any]:
    """Return a table as plain data."""
    return dump_plain(table, schema=BEARING_SCHEMA)


def bearing_findings(table: BearingTable, risks: Iterable[str]) -> tuple[BearingFinding, ...]:
    """Return what is missing or doubled in a table, by risk; nothing where every risk is borne to exactly 100 %.

    Args:
        table: who bears what.
        risks: the ids of the risks that there are, as those of a register.

    >>> table = BearingTable(id="T", parties=("buyer", "supplier"),
    ...     rows=[RiskBearing(risk="delay", shares={"supplier": "0.7", "buyer": "0.2"})])
    >>> [(each.kind, each.risk, str(each.borne)) for each in bearing_findings(table, ["delay", "fire"])]
    [('partly_borne', 'delay', '9/10'), ('not_in_table', 'fire', '0')]
    """
    known = sorted(text_set(risks, "risks"))
    rows = {row.risk: row for row in table.rows}
    found = []
    for risk in sorted({*known, *rows}):
        row = rows.get(risk)
        if row is None:
            found.append(
                _finding(
                    "not_in_table", risk, Fraction(0), f"nobody was asked who bears {risk}", f"未约定由谁承担 {risk}"
                )
            )
            continue
        borne = row.borne
        if risk not in known:
            found.append(_finding("unknown_risk", risk, borne, f"there is no risk {risk}", f"没有名为 {risk} 的风险"))
        strangers = sorted(set(row.shares) - set(table.parties))
        if strangers:
            named = ", ".join(strangers)
            found.append(_finding("unknown_party", risk, borne, f"{named} is no party", f"{named} 不是合同一方"))
        percent = f"{shown(borne * 100, 2)} %"
        if not borne:
            found.append(_finding("not_borne", risk, borne, f"nobody bears {risk}", f"{risk} 无人承担"))
        elif borne < 1:
            found.append(
                _finding("partly_borne", risk, borne, f"{percent} of {risk} are borne", f"{risk} 仅承担了 {percent}")
            )
        elif borne > 1:
            found.append(
                _finding("overborne", risk, borne, f"{percent} of {risk} are borne", f"{risk} 被承担了 {percent}")
            )
    return tuple(found)


def borne_losses(table: BearingTable, losses: Mapping[str, Money]) -> dict[str, Allocation]:
    """Split losses among those who bear them, to the smallest unit; the shares add up to each loss.

    Raises:
        InvalidValueError: a loss of a risk that is not borne to exactly 100 % by parties of the table.

    >>> table = BearingTable(id="T", parties=("buyer", "supplier"),
    ...     rows=[RiskBearing(risk="delay", shares={"supplier": "2/3", "buyer": "1/3"})])
    >>> borne_losses(table, {"delay": Money(100, "EUR")})["delay"]["supplier"]
    Money('66.67', 'EUR')
    """
    wrong = bearing_findings(table, losses)
    found = {}
    rows = {row.risk: row for row in table.rows}
    for risk, loss in losses.items():
        reasons = [each for each in wrong if each.risk == risk]
        if reasons:
            hint = "settle it in the table first"
            raise InvalidValueError(f"a loss of {risk} cannot be split", reasons[0].message.en, hint=hint)
        found[risk] = allocate(loss, rows[risk].shares)
    return found


def _bearing(risk: str, shares: Mapping[str, Fraction]) -> RiskBearing:
    return RiskBearing(risk=risk, shares=shares)


def _finding(kind: BearingFindingKind, risk: str, borne: Fraction, english: str, chinese: str) -> BearingFinding:
    return BearingFinding(kind=kind, risk=risk, borne=borne, message=Label(english, chinese))
