"""The settlement of a contract: what each breach costs by its remedy, and one net statement for each party.

Every line says which breach, which clause, by which formula and how much, in smallest units, and the lines add up to
the net. What one party owes is what the other is owed, so that the nets of all parties add up to zero.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, Literal, TypeAlias, final

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.partnership.contracts.amounts import rounded, shown
from supplychain_rules.partnership.contracts.breaches import Breach, Compliance
from supplychain_rules.partnership.contracts.clauses import answers
from supplychain_rules.partnership.contracts.compliance import check_contract
from supplychain_rules.partnership.contracts.contract import Contract, Version, versions
from supplychain_rules.partnership.contracts.remedies import REMEDIES, LiquidatedDamages, Remedy
from supplychain_rules.partnership.contracts.remedy import RemedyDue, remedy
from supplychain_rules.rules.wording import one_line
from supplychain_rules.values.label import Label, Lang
from supplychain_rules.values.money import Money, total
from supplychain_rules.values.period import Period

__all__ = ["RoundingLine", "Settlement", "Statement", "StatementLine", "settle", "statement"]


@final
@attrs.frozen(kw_only=True)
class RoundingLine:
    """What rounding only the total of a remedy adds to its rounded lines, or takes from them."""

    remedy: str
    debtor: str
    creditor: str
    amount: Money
    formula: Label
    #: What people read for the remedy; `None` where its clause has no label.
    label: Label | None = None


@final
@attrs.frozen(kw_only=True)
class Settlement:
    """What all breaches of a check cost."""

    contract: str
    parties: tuple[str, ...]
    currency: str
    period: Period
    as_of: date
    #: In the order of the breaches, then of the remedies' ids.
    dues: tuple[RemedyDue, ...]
    roundings: tuple[RoundingLine, ...]
    #: The breaches that no remedy answers, and those whose remedy needs a worth that nobody knows.
    without_remedy: tuple[Breach, ...]
    without_worth: tuple[Breach, ...]


@final
@attrs.frozen(kw_only=True)
class StatementLine:
    """One line of a party's statement: above zero what it is owed, below zero what it owes."""

    #: What the line is about.
    source: RemedyDue | RoundingLine
    amount: Money

    @property
    def label(self) -> Label | None:
        """What people read for the remedy; `None` where its clause has no label."""
        return self.source.label

    @property
    def kind(self) -> Literal["remedy", "rounding"]:
        """Whether the line is what a breach costs, or what rounding the total of a remedy adds."""
        return "remedy" if isinstance(self.source, RemedyDue) else "rounding"

    @property
    def clause(self) -> str:
        """The id of the remedy's clause."""
        return self.source.remedy

    @property
    def breach(self) -> Breach | None:
        """The breach; `None` on a line of rounding."""
        return self.source.breach if isinstance(self.source, RemedyDue) else None

    @property
    def formula(self) -> Label:
        """How the amount comes about."""
        return self.source.formula

    def text(self, lang: Lang = "en") -> str:
        """Return the line in words."""
        what = (
            {"en": "rounding of the total", "zh": "总额舍入"}[lang] if self.breach is None else self.breach.text(lang)
        )
        name = one_line(self.clause) if self.label is None else self.label.text(lang)
        return f"{self.amount}  {name}: {self.formula.text(lang)} | {what}"


@final
@attrs.frozen(kw_only=True)
class Statement:
    """What a party gets or owes on balance, line by line.

    Raises:
        InvalidValueError: lines that do not add up to the net.
    """

    contract: str
    party: str
    period: Period
    as_of: date
    lines: tuple[StatementLine, ...]
    net: Money

    def __attrs_post_init__(self) -> None:
        """Hold the law: whoever has a statement need not add it up again."""
        found = total((line.amount for line in self.lines), self.net.currency)
        if found != self.net:
            raise InvalidValueError("the lines do not add up to the net", f"{found}, {self.net}")

    def text(self, lang: Lang = "en") -> str:
        """Return the lines and the net."""
        word = {"en": "net", "zh": "净额"}[lang]
        return "\n".join([*(line.text(lang) for line in self.lines), f"{self.net}  {word}"])

    def to_dict(self) -> dict[str, Any]:
        """Return the statement as plain, JSON-able data: amounts as counts of the currency's smallest units."""
        return {
            "contract": self.contract,
            "party": self.party,
            "period": str(self.period),
            "as_of": self.as_of.isoformat(),
            "currency": self.net.currency,
            "lines": [
                {
                    "kind": line.kind,
                    "clause": line.clause,
                    "breach": None if line.breach is None else line.breach.id,
                    "formula": {"en": line.formula.en, "zh": line.formula.zh},
                    "minor_units": line.amount.minor_units,
                }
                for line in self.lines
            ],
            "net_minor_units": self.net.minor_units,
        }

    def __str__(self) -> str:
        """Return the same in English."""
        return self.text("en")


#: What the breaches of one remedy, in one wording, come to: each before the cap on all of them, and as it is owed.
_Group: TypeAlias = list[tuple[RemedyDue, RemedyDue]]


def settle(contract: Contract, found: Compliance, *, charged_before: Mapping[str, Money] | None = None) -> Settlement:
    """Return what the breaches of a check cost by the remedies of the contract.

    A breach is answered by the remedies that were in force on the day that governs it, as that of the order. A cap on
    all breaches together is used up by the earlier ones first.

    Args:
        contract: the contract.
        found: what `check_compliance` found.
        charged_before: by remedy, what earlier settlements have charged already, where a cap counts over all of them.

    Raises:
        InvalidValueError: not a contract, a check of another contract, or money in another currency.

    >>> from supplychain_rules.facts.ledger import Ledger
    >>> from supplychain_rules.partnership.contracts.compliance import check_compliance
    >>> from supplychain_rules.partnership.contracts.contract import ContractParty
    >>> contract = Contract(id="C7", currency="EUR", valid_from=date(2026, 1, 1), clauses=[],
    ...     parties=[ContractParty(id="V7", role="supplier"), ContractParty(id="us", role="buyer")])
    >>> found = check_compliance(contract, Ledger(), Period.month(2026, 1), as_of=date(2026, 2, 1))
    >>> statement(settle(contract, found), "V7").net
    Money('0.00', 'EUR')
    """
    check_contract(contract)
    given: object = found
    if not isinstance(given, Compliance) or given.contract != contract.id:
        raise InvalidValueError("a check of this contract is wanted", found, hint="give what check_compliance returns")
    remedies = _Remedies(versions(contract, as_of=found.as_of))
    groups: dict[tuple[int, str, str], _Group] = {}
    without_remedy: list[Breach] = []
    without_worth: dict[str, Breach] = {}
    left = _Left(contract.currency, _known_remedies(contract, charged_before or {}))
    for breach in found.breaches:
        chosen = remedies.for_(breach)
        if not chosen:
            without_remedy.append(breach)
        for number, clause in chosen:
            due = remedy(clause, breach, currency=contract.currency)
            if due is None:
                without_worth[breach.id] = breach
            else:
                groups.setdefault((number, breach.debtor, breach.creditor), []).append((due, left.capped(clause, due)))
    dues = [owed for group in groups.values() for _, owed in group]
    roundings: list[RoundingLine] = []
    for (_, debtor, creditor), group in groups.items():
        clause = group[0][0].clause
        rounding = left.rounding(clause, group)
        if rounding is not None:
            formula, amount = rounding
            roundings.append(
                RoundingLine(
                    remedy=clause.id,
                    debtor=debtor,
                    creditor=creditor,
                    amount=amount,
                    formula=formula,
                    label=clause.label,
                )
            )
    place = {breach.id: at for at, breach in enumerate(found.breaches)}
    return Settlement(
        contract=contract.id,
        parties=tuple(party.id for party in contract.parties),
        currency=contract.currency,
        period=found.period,
        as_of=found.as_of,
        dues=tuple(sorted(dues, key=lambda due: (place[due.breach.id], due.remedy))),
        roundings=tuple(sorted(roundings, key=lambda line: (line.remedy, line.debtor))),
        without_remedy=tuple(without_remedy),
        without_worth=tuple(without_worth.values()),
    )


def statement(settlement: Settlement, party: str) -> Statement:
    """Return the statement of one party: what it is owed above zero, what it owes below.

    Raises:
        InvalidValueError: a party that the contract does not have.
    """
    if party not in settlement.parties:
        hint = f"one of {', '.join(settlement.parties)}"
        raise InvalidValueError("no party of the contract", party, hint=hint)
    sources: tuple[RemedyDue | RoundingLine, ...] = (*settlement.dues, *settlement.roundings)
    lines = [
        StatementLine(source=source, amount=source.amount if source.creditor == party else -source.amount)
        for source in sources
        if party in (source.debtor, source.creditor)
    ]
    return Statement(
        contract=settlement.contract,
        party=party,
        period=settlement.period,
        as_of=settlement.as_of,
        lines=tuple(lines),
        net=total((line.amount for line in lines), settlement.currency),
    )


@final
class _Remedies:
    """The remedies of a contract, looked up once for each span, kind of breach and clause."""

    def __init__(self, spans: Sequence[Version]) -> None:
        self._spans = spans
        self._starts = [span.valid_from for span in spans]
        #: Equal clauses of several spans are one remedy, with one cap.
        self._numbers: dict[Remedy, int] = {}
        self._chosen: dict[tuple[int, str, str], list[tuple[int, Remedy]]] = {}

    def for_(self, breach: Breach) -> list[tuple[int, Remedy]]:
        """Return the remedies for a breach in force on the day that governs it, by their ids, each with its number."""
        place = max(bisect_right(self._starts, breach.governed_on) - 1, 0)
        key = (place, breach.kind, breach.clause)
        found = self._chosen.get(key)
        if found is None:
            held = [clause for clause in self._spans[place].clauses if isinstance(clause, REMEDIES)]
            named = sorted((one for one in held if answers(one, breach.kind, breach.clause)), key=lambda one: one.id)
            found = [(self._numbers.setdefault(one, len(self._numbers)), one) for one in named]
            self._chosen[key] = found
        return found


@final
class _Left:
    """What is left of the caps on all breaches together, while the dues come in the order of their breaches.

    A cap is that of the remedy, whatever amendments put in its place: what the old wording charged uses up the new one.
    """

    def __init__(self, currency: str, charged_before: Mapping[str, Money]) -> None:
        self._currency = currency
        self._charged_before = charged_before
        self._charged: dict[tuple[str, str, str], Money] = {}

    def capped(self, clause: Remedy, due: RemedyDue) -> RemedyDue:
        """Return what is owed of a due under the cap, and count it as charged."""
        left = self._of(clause, due)
        if left is not None and due.amount > left:
            due = attrs.evolve(due, amount=left, capped=True, left=left)
        self._charge(clause, due, due.amount)
        return due

    def rounding(self, clause: Remedy, group: _Group) -> tuple[Label, Money] | None:
        """Return what rounding only the total of a remedy adds to its dues, as far as the cap leaves room."""
        if clause.rounding_point != "total" or any(owed.amount != due.amount for due, owed in group):
            return None
        last = group[-1][1]
        exact = sum((due.exact for due, _ in group), Fraction(0))
        amount = rounded(exact, self._currency, clause.rounding) - total(
            (owed.amount for _, owed in group), self._currency
        )
        left = self._of(clause, last)
        if left is not None:
            amount = min(amount, left)
        if amount.is_zero:
            return None
        self._charge(clause, last, amount)
        return Label(f"total {shown(exact)}, rounded once", f"总额 {shown(exact)}，一次舍入"), amount

    def _of(self, clause: Remedy, due: RemedyDue) -> Money | None:
        """Return what is left of the cap of a remedy; `None` where it has none."""
        if not isinstance(clause, LiquidatedDamages) or clause.total_cap is None:
            return None
        most = rounded(Fraction(clause.total_cap.amount), self._currency, "floor")
        return max(most - self._so_far(clause, due), Money(0, self._currency))

    def _so_far(self, clause: Remedy, due: RemedyDue) -> Money:
        before = self._charged_before.get(clause.id, Money(0, self._currency))
        return self._charged.get((clause.id, due.debtor, due.creditor), before)

    def _charge(self, clause: Remedy, due: RemedyDue, amount: Money) -> None:
        self._charged[clause.id, due.debtor, due.creditor] = self._so_far(clause, due) + amount


def _known_remedies(contract: Contract, charged_before: Mapping[str, Money]) -> Mapping[str, Money]:
    """Refuse charges of a remedy that the contract never had: a slip of the pen would charge up to the cap again."""
    every = (contract.clauses, *(amendment.clauses for amendment in contract.amendments))
    known = {clause.id for clauses in every for clause in clauses if isinstance(clause, REMEDIES)}
    for name in charged_before:
        if name not in known:
            hint = f"one of {', '.join(sorted(known))}" if known else "the contract has no remedy"
            raise InvalidValueError("charged before by a remedy that the contract does not have", name, hint=hint)
    return charged_before
