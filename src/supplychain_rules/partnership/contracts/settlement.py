"""The settlement of a contract: what each breach costs by its remedy, and one net statement for each party.

Every line says which breach, which clause, by which formula and how much, in smallest units, and the lines add up to
the net. What one party owes is what the other is owed, so that the nets of all parties add up to zero.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import Literal, TypeAlias, final

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.partnership.contracts.breaches import Breach, Compliance
from supplychain_rules.partnership.contracts.clauses import answers
from supplychain_rules.partnership.contracts.compliance import check_contract
from supplychain_rules.partnership.contracts.contract import Contract, Version, versions
from supplychain_rules.partnership.contracts.remedies import REMEDIES, LiquidatedDamages, Remedy
from supplychain_rules.partnership.contracts.remedy import RemedyDue, remedy, rounded, shown
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

    kind: Literal["remedy", "rounding"]
    #: The id of the remedy's clause.
    clause: str
    #: The breach; `None` on a line of rounding.
    breach: Breach | None
    formula: Label
    amount: Money
    #: What people read for the remedy; `None` where its clause has no label.
    label: Label | None = None

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
    spans = versions(contract, as_of=found.as_of)
    groups: dict[tuple[Remedy, str, str], _Group] = defaultdict(list)
    without_remedy: list[Breach] = []
    without_worth: dict[str, Breach] = {}
    left = _Left(contract.currency, _known_remedies(contract, charged_before or {}))
    for breach in found.breaches:
        chosen = [clause for clause in _remedies(spans, breach) if answers(clause, breach.kind, breach.clause)]
        if not chosen:
            without_remedy.append(breach)
        for clause in sorted(chosen, key=lambda one: one.id):
            due = remedy(clause, breach, currency=contract.currency)
            if due is None:
                without_worth[breach.id] = breach
            else:
                groups[clause, breach.debtor, breach.creditor].append((due, left.capped(clause, due)))
    dues = [owed for group in groups.values() for _, owed in group]
    roundings: list[RoundingLine] = []
    for (clause, debtor, creditor), group in groups.items():
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
    lines = [
        StatementLine(
            kind="remedy",
            clause=due.remedy,
            breach=due.breach,
            formula=due.formula,
            amount=due.amount if due.creditor == party else -due.amount,
            label=due.label,
        )
        for due in settlement.dues
        if party in (due.debtor, due.creditor)
    ]
    lines += [
        StatementLine(
            kind="rounding",
            clause=line.remedy,
            breach=None,
            formula=line.formula,
            amount=line.amount if line.creditor == party else -line.amount,
            label=line.label,
        )
        for line in settlement.roundings
        if party in (line.debtor, line.creditor)
    ]
    return Statement(
        contract=settlement.contract,
        party=party,
        period=settlement.period,
        as_of=settlement.as_of,
        lines=tuple(lines),
        net=total((line.amount for line in lines), settlement.currency),
    )


def _remedies(spans: Iterable[Version], breach: Breach) -> list[Remedy]:
    """Return the remedies in force on the day that governs a breach; before the contract those of its first day."""
    held: list[Remedy] = []
    for place, span in enumerate(spans):
        if place == 0 or span.valid_from <= breach.governed_on:
            held = [clause for clause in span.clauses if isinstance(clause, REMEDIES)]
    return held


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
            formula = Label(f"{due.formula.en}, {left} left of the cap", f"{due.formula.zh}，总封顶尚余 {left}")
            due = attrs.evolve(due, amount=left, capped=True, formula=formula)
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
