"""What every fact refuses: ids that are not text, days that are not days, quantities that are not exact."""

from datetime import UTC, date, datetime
from decimal import Decimal, localcontext
from fractions import Fraction

import attrs
import pytest

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.documents import Certificate, is_valid_on
from supplychain_rules.facts.fields import each_is_a, exact_quantity, is_a, is_optional_a, several
from supplychain_rules.facts.parties import Supplier
from supplychain_rules.facts.prices import PriceObservation
from supplychain_rules.facts.quality import Inspection
from supplychain_rules.facts.trade import OrderLine, Receipt, line_amount
from supplychain_rules.values.money import Money


def line(**changes: object) -> OrderLine:
    given: dict[str, object] = {
        "id": "L1",
        "supplier": "V7",
        "item": "bolt",
        "quantity": 10,
        "unit_price": Money("2.50", "EUR"),
        "ordered_on": date(2026, 1, 5),
        "promised_on": date(2026, 1, 20),
    }
    return OrderLine(**(given | changes))  # type: ignore[arg-type]  # wrong on purpose


def receipt(**changes: object) -> Receipt:
    given: dict[str, object] = {"id": "R1", "order_line": "L1", "received_on": date(2026, 1, 20), "quantity": 10}
    return Receipt(**(given | changes))  # type: ignore[arg-type]  # wrong on purpose


def inspection(**changes: object) -> Inspection:
    given: dict[str, object] = {
        "id": "Q1",
        "supplier": "V7",
        "item": "bolt",
        "inspected": 80,
        "rejected": 2,
        "inspected_on": date(2026, 1, 21),
    }
    return Inspection(**(given | changes))  # type: ignore[arg-type]  # wrong on purpose


def price(**changes: object) -> PriceObservation:
    given: dict[str, object] = {
        "id": "P1",
        "supplier": "V7",
        "item": "bolt",
        "price": Money("2.50", "EUR"),
        "observed_on": date(2026, 1, 5),
    }
    return PriceObservation(**(given | changes))  # type: ignore[arg-type]  # wrong on purpose


@pytest.mark.parametrize("value", [0.1, float("nan"), True, "many", Decimal("NaN"), Decimal("Infinity"), "1e999999"])
def test_a_quantity_that_is_not_exact_is_refused(value: object) -> None:
    with pytest.raises(InvalidValueError):
        exact_quantity(value)  # type: ignore[arg-type]  # wrong on purpose


def test_quantities_that_are_equal_have_one_form() -> None:
    assert repr(line(quantity="10.0")) == repr(line(quantity=Decimal("1E+1")))


@pytest.mark.parametrize("make", [line, receipt, inspection, price])
def test_an_id_is_text_so_that_leading_zeros_survive(make: object) -> None:
    with pytest.raises(InvalidValueError, match=r"\.id must be text: 7; write '7'"):
        make(id=7)  # type: ignore[operator]  # wrong on purpose


def test_a_blank_id_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="is blank"):
        Supplier(id="  ")


def test_a_site_or_category_is_text_where_it_is_known() -> None:
    assert (None, "north") == (line().site, line(site="north").site)
    with pytest.raises(InvalidValueError, match=r"OrderLine\.category must be text: 7"):
        line(category=7)


def test_a_datetime_is_not_a_day() -> None:
    with pytest.raises(InvalidValueError, match=r"OrderLine\.promised_on must be a day.*give \.date\(\) of it"):
        line(promised_on=datetime(2026, 1, 20, 9, 30, tzinfo=UTC))


def test_a_date_as_text_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="give a datetime"):
        line(promised_on="2026-01-20")


@pytest.mark.parametrize(
    ("make", "field"), [(line, "quantity"), (receipt, "quantity"), (inspection, "rejected"), (inspection, "inspected")]
)
def test_a_negative_quantity_is_refused(make: object, field: str) -> None:
    with pytest.raises(InvalidValueError, match=field):
        make(**{field: -1})  # type: ignore[operator]  # wrong on purpose


def test_an_inspection_cannot_reject_more_than_it_inspected() -> None:
    with pytest.raises(InvalidValueError, match="rejected exceeds the 80 inspected: Decimal"):
        inspection(rejected=81)


def test_an_inspection_of_nothing_is_no_evidence_and_refused() -> None:
    with pytest.raises(InvalidValueError, match="inspected must be above zero"):
        inspection(inspected=0, rejected=0)


@pytest.mark.parametrize("make", [receipt, inspection, price])
def test_what_happened_cannot_be_known_before_it_did(make: object) -> None:
    with pytest.raises(InvalidValueError, match="known_on lies before"):
        make(known_on=date(2026, 1, 1))  # type: ignore[operator]  # wrong on purpose


def test_an_order_is_known_on_its_day_unless_said_otherwise() -> None:
    assert (date(2026, 1, 5), date(2026, 1, 9)) == (line().known_on, line(known_on=date(2026, 1, 9)).known_on)


def test_a_supplier_has_always_been_known_unless_said_otherwise() -> None:
    assert date.min == Supplier(id="V7").known_on


def test_one_text_is_not_a_collection_of_categories() -> None:
    with pytest.raises(InvalidValueError, match=r"write \('raw',\)"):
        Supplier(id="V7", categories="raw")


def test_a_negative_price_is_refused() -> None:
    with pytest.raises(InvalidValueError, match=r"OrderLine\.unit_price is negative"):
        line(unit_price=Money("-1", "EUR"))
    with pytest.raises(InvalidValueError, match=r"PriceObservation\.price is negative"):
        price(price=Money("-1", "EUR"))


def test_a_line_has_one_currency() -> None:
    with pytest.raises(InvalidValueError, match="value is not in EUR"):
        line(value=Money("25", "USD"))


def test_a_line_is_worth_what_is_stated_before_price_times_quantity() -> None:
    assert Decimal("24.99") == line_amount(line(value=Money("24.99", "EUR")))
    assert Decimal(25) == line_amount(line())


def test_a_line_amount_is_never_rounded_whatever_the_callers_context() -> None:
    third = "0." + 30 * "3"
    with localcontext() as context:
        context.prec = 3
        found = line_amount(line(quantity=third, unit_price=Money("1234567.89", "EUR")))
    assert Fraction("1234567.89") * Fraction(third) == Fraction(found)


def test_a_certificate_ends_before_its_last_day() -> None:
    iso = Certificate(
        id="C1", supplier="V7", kind="ISO 9001", valid_from=date(2024, 1, 1), valid_until=date(2026, 1, 1)
    )
    assert (True, False) == (is_valid_on(iso, date(2025, 12, 31)), is_valid_on(iso, date(2026, 1, 1)))


def test_a_certificate_without_an_end_stays_valid() -> None:
    iso = Certificate(id="C1", supplier="V7", kind="ISO 9001", valid_from=date(2024, 1, 1))
    assert (False, True) == (is_valid_on(iso, date(2023, 12, 31)), is_valid_on(iso, date.max))


def test_a_validity_cannot_run_backwards() -> None:
    with pytest.raises(InvalidValueError, match="valid_until lies before valid_from"):
        Certificate(id="C1", supplier="V7", kind="ISO", valid_from=date(2024, 1, 1), valid_until=date(2023, 1, 1))


@attrs.frozen
class Parcel:
    """A class whose fields are of our own classes."""

    first: OrderLine = attrs.field(validator=is_a(OrderLine))
    other: OrderLine | None = attrs.field(default=None, validator=is_optional_a(OrderLine))
    rest: tuple[OrderLine, ...] = attrs.field(default=(), converter=several, validator=each_is_a(OrderLine, Receipt))


def test_a_field_of_a_class_of_ours_holds_an_instance_of_it() -> None:
    assert Parcel(line(), rest=[line(), receipt()]).rest[1] == receipt()
    with pytest.raises(InvalidValueError, match=r"Parcel\.first must be a OrderLine: .*; write OrderLine\(\.\.\.\)"):
        Parcel({"id": "L1"})  # type: ignore[arg-type]  # wrong on purpose
    with pytest.raises(InvalidValueError, match=r"Parcel\.other must be a OrderLine"):
        Parcel(line(), other="L1")  # type: ignore[arg-type]  # wrong on purpose
    with pytest.raises(InvalidValueError, match=r"Parcel\.rest must be a OrderLine or Receipt"):
        Parcel(line(), rest=["L1"])


@pytest.mark.parametrize("given", ["L1", 7, None])
def test_one_thing_is_not_several(given: object) -> None:
    with pytest.raises(InvalidValueError, match="several things are wanted"):
        several(given)
