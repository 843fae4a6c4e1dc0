"""Short makers of inspections, claims, costs, questions and answers, so that a case reads like a ledger."""

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import Any

from supplychain_rules.facts.care import Complaint, ServiceEvent, SurveyAnswer
from supplychain_rules.facts.ledger import Fact, Ledger
from supplychain_rules.facts.quality import Claim, Inspection, QualityCost, RejectCause
from supplychain_rules.facts.trade import OrderLine, Receipt
from supplychain_rules.measures import By, Measure, Measurement, measure
from supplychain_rules.values.money import Money
from supplychain_rules.values.period import Period

__all__ = [
    "MARCH",
    "YEAR",
    "YEAR_END",
    "answer",
    "asked",
    "bought",
    "came",
    "cause",
    "claim",
    "complaint",
    "cost",
    "eur",
    "inspected",
    "measured",
    "one",
    "total",
    "value",
]

YEAR = Period.year(2026)
YEAR_END = date(2026, 12, 31)
MARCH = date(2026, 3, 2)  # a Monday


def eur(amount: int | str) -> Money:
    return Money(amount, "EUR")


def bought(name: str, quantity: int | str = 10, price: int | str = 1, **others: Any) -> OrderLine:  # noqa: ANN401
    fields = {"supplier": "V7", "item": "bolt", "ordered_on": MARCH, "promised_on": MARCH, "unit_price": eur(price)}
    return OrderLine(id=name, quantity=quantity, **(fields | others))  # type: ignore[arg-type]


def came(name: str, quantity: int | str = 10, *, of: str, on: date = MARCH, **others: Any) -> Receipt:  # noqa: ANN401
    return Receipt(id=name, order_line=of, quantity=quantity, received_on=on, **others)


def cause(quantity: int | str, fault: Any) -> RejectCause:  # noqa: ANN401
    return RejectCause(quantity=quantity, cause="scratched", fault=fault)


def inspected(name: str, units: int | str, rejected: int | str = 0, **others: Any) -> Inspection:  # noqa: ANN401
    fields = {"supplier": "V7", "item": "bolt", "inspected_on": MARCH}
    return Inspection(id=name, inspected=units, rejected=rejected, **(fields | others))  # type: ignore[arg-type]


def claim(name: str, amount: int | str | None = None, **others: Any) -> Claim:  # noqa: ANN401
    fields = {"supplier": "V7", "kind": "quality", "opened_on": MARCH, "cost": None if amount is None else eur(amount)}
    return Claim(id=name, **(fields | others))  # type: ignore[arg-type]


def complaint(name: str, amount: int | str | None = None, **others: Any) -> Complaint:  # noqa: ANN401
    fields = {"customer": "C12", "kind": "damaged", "opened_on": MARCH, "cost": None if amount is None else eur(amount)}
    return Complaint(id=name, **(fields | others))  # type: ignore[arg-type]


def cost(name: str, amount: int | str, kind: Any = "internal_failure", **others: Any) -> QualityCost:  # noqa: ANN401
    fields = {"supplier": "V7", "incurred_on": MARCH}
    return QualityCost(id=name, kind=kind, amount=eur(amount), **(fields | others))  # type: ignore[arg-type]


def asked(name: str, answered: date | None = None, **others: Any) -> ServiceEvent:  # noqa: ANN401
    fields = {"supplier": "V7", "kind": "quotation", "raised_on": MARCH, "answered_on": answered}
    return ServiceEvent(id=name, **(fields | others))  # type: ignore[arg-type]


def answer(  # one respondent's answer
    name: str,
    question: str,
    points: int | str | None,
    respondent: str | None = None,
    **others: Any,  # noqa: ANN401
) -> SurveyAnswer:
    fields = {"survey": "2026", "party": "V7", "of": 5, "answered_on": MARCH}
    return SurveyAnswer(id=name, question=question, points=points, respondent=respondent, **(fields | others))  # type: ignore[arg-type]


def measured(
    definition: Measure, facts: Iterable[Fact], *, by: By = "supplier", as_of: date = YEAR_END
) -> dict[Any, Measurement]:
    return {found.key: found for found in measure([definition], Ledger(facts), by=by, period=YEAR, as_of=as_of)}


def one(definition: Measure, facts: Iterable[Fact], *, as_of: date = YEAR_END) -> Measurement:
    return measured(definition, facts, as_of=as_of)["V7"]


def value(definition: Measure, *facts: Fact, as_of: date = YEAR_END) -> Fraction | None:
    return one(definition, facts, as_of=as_of).value


def total(definition: Measure, facts: Iterable[Fact], *, as_of: date = YEAR_END) -> Measurement:
    return measured(definition, facts, by="total", as_of=as_of)["total"]
