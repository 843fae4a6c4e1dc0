"""A settlement: what each party has of the pool, in whole smallest units that add up to it, and how it came about."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Final, final

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.fields import several
from supplychain_rules.partnership.sharing.waterfall.fields import by_name, plain_fields, rebuilt
from supplychain_rules.values.label import Label, Lang
from supplychain_rules.values.money import Money, total
from supplychain_rules.values.rounding import divide
from supplychain_rules.values.scaled import number_text, to_decimal

__all__ = ["InterimSettlement", "Settlement", "TraceLine", "shown"]

#: Most decimals of an exact amount in a text; what has more is cut and marked.
_SHOWN_DECIMALS: Final = 4


def shown(value: Fraction) -> str:
    """Return an exact amount as a text for people: with four decimals at most, and an ellipsis where they go on.

    >>> shown(Fraction(5, 2)), shown(Fraction(180000, 7))
    ('2.5', '25714.2857…')
    """
    text = number_text(value)
    _, _, decimals = text.partition(".")
    if "/" not in text and len(decimals) <= _SHOWN_DECIMALS:
        return text
    scaled = divide(value.numerator * 10**_SHOWN_DECIMALS, value.denominator)
    return f"{number_text(Decimal(to_decimal(scaled, _SHOWN_DECIMALS)))}…"


@final
@attrs.frozen(kw_only=True)
class TraceLine:
    """One line of a settlement: what a clause did, with the numbers that went in."""

    #: The clause's id; `pool` for the first line, `rounding` for the last.
    clause: str
    kind: str
    title: Label
    #: What was computed, with numbers: `min(40000, 65000)`.
    formula: str
    #: What each account got, less than zero where it gave; exact amounts of the currency.
    moves: Mapping[str, Fraction] = by_name()
    #: What nobody has after the line.
    rest: Fraction

    def text(self, lang: Lang = "en") -> str:
        """Return the line as text."""
        moved = {"en": ", ", "zh": "，"}[lang].join(
            f"{name} {'+' if amount > 0 else ''}{shown(amount)}" for name, amount in self.moves.items() if amount
        )
        title = self.title.text(lang)
        if self.kind == "rounding":
            return {"en": f"{title}: {self.formula}", "zh": f"{title}：{self.formula}"}[lang]
        if lang == "zh":
            return f"{title}（{self.clause}）：{self.formula}{f' → {moved}' if moved else ''}；余额 {shown(self.rest)}"
        return f"{title} ({self.clause}): {self.formula}{f' -> {moved}' if moved else ''}; rest {shown(self.rest)}"

    def to_dict(self) -> dict[str, object]:
        """Return the line as plain data."""
        return {
            "clause": self.clause,
            "kind": self.kind,
            "formula": self.formula,
            "moves": {name: number_text(amount) for name, amount in self.moves.items() if amount},
            "rest": number_text(self.rest),
        }

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle with plain dicts, because a read-only view cannot be pickled."""
        return rebuilt, (TraceLine, plain_fields(self))


@final
@attrs.frozen(kw_only=True)
class Settlement:
    """Who has what of the pool.

    Raises:
        InvalidValueError: shares that do not add up to the pool, or exact shares that are not of the same parties.
    """

    #: The policy, as `id version`.
    policy: str
    #: The outturn in money.
    outturn: Money
    #: What was handed out: less than zero where a loss was shared.
    pool: Money
    #: The share of each party, a whole number of smallest units.
    shares: Mapping[str, Money] = by_name()
    #: The shares before rounding, in units of the currency.
    exact: Mapping[str, Fraction] = by_name()
    #: The lines of the waterfall: the pool, every clause, the rounding.
    trace: tuple[TraceLine, ...] = attrs.field(converter=several)

    def __attrs_post_init__(self) -> None:
        """Refuse shares that do not add up: whoever holds a settlement need not check it again."""
        found = total(self.shares.values(), self.pool.currency)
        if found != self.pool:
            raise InvalidValueError(f"shares of {found} do not add up to the pool", self.pool)
        if self.shares.keys() != self.exact.keys():
            raise InvalidValueError("exact shares of other parties", sorted(self.exact))

    def __getitem__(self, party: str) -> Money:
        """Return the share of a party."""
        return self.shares[party]

    def paid_to(self, party: str) -> Money:
        """Return the outturn and the share of a party together: the price, where that party bore the cost."""
        return self.outturn + self.shares[party]

    def text(self, lang: Lang = "en") -> str:
        """Return every line of the waterfall, and the shares."""
        lines = [line.text(lang) for line in self.trace]
        joined = ", ".join(f"{name} {share}" for name, share in self.shares.items())
        last = {
            "en": f"{self.policy}: pool {self.pool} = {joined}",
            "zh": f"{self.policy}：分配池 {self.pool} = {joined}",
        }
        return "\n".join([*lines, last[lang]])

    def __str__(self) -> str:
        """Return the settlement as English text."""
        return self.text("en")

    def to_dict(self) -> dict[str, object]:
        """Return the settlement as plain data that JSON can keep."""
        return {
            "policy": self.policy,
            "currency": self.pool.currency,
            "outturn": number_text(self.outturn.amount),
            "pool": number_text(self.pool.amount),
            "shares": {name: number_text(share.amount) for name, share in self.shares.items()},
            "exact": {name: number_text(share) for name, share in self.exact.items()},
            "trace": [line.to_dict() for line in self.trace],
        }

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle with plain dicts, because a read-only view cannot be pickled."""
        return rebuilt, (Settlement, plain_fields(self))


@final
@attrs.frozen(kw_only=True)
class InterimSettlement:
    """What is due now: everything settled so far, less what was paid before.

    Raises:
        InvalidValueError: payments and dues that do not add up to the cumulative settlement.
    """

    cumulative: Settlement
    #: What each party had before.
    paid: Mapping[str, Money] = by_name()
    #: What each party gets now; less than zero where it gives back.
    due: Mapping[str, Money] = by_name()

    def __attrs_post_init__(self) -> None:
        """Refuse dues that do not lead to the cumulative settlement."""
        currency = self.cumulative.pool.currency
        for party, share in self.cumulative.shares.items():
            if self.due[party] + self.paid.get(party, Money(0, currency)) != share:
                raise InvalidValueError(f"what {party} had and gets is not its share", share)

    def __getitem__(self, party: str) -> Money:
        """Return what a party gets now."""
        return self.due[party]

    def text(self, lang: Lang = "en") -> str:
        """Return the cumulative settlement, and what was paid and is due to each party."""
        zero = Money(0, self.cumulative.pool.currency)
        words = {"en": ("had", "gets now", ", ", ": "), "zh": ("已付", "本次", "，", "：")}[lang]
        had, gets, comma, colon = words
        lines = [
            f"{party}{colon}{had} {self.paid.get(party, zero)}{comma}{gets} {due}" for party, due in self.due.items()
        ]
        return "\n".join([self.cumulative.text(lang), *lines])

    def __str__(self) -> str:
        """Return the interim settlement as English text."""
        return self.text("en")

    def to_dict(self) -> dict[str, object]:
        """Return the interim settlement as plain data that JSON can keep."""
        return {
            "cumulative": self.cumulative.to_dict(),
            "paid": {name: number_text(share.amount) for name, share in self.paid.items()},
            "due": {name: number_text(share.amount) for name, share in self.due.items()},
        }

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle with plain dicts, because a read-only view cannot be pickled."""
        return rebuilt, (InterimSettlement, plain_fields(self))
