"""From rows to facts: what each declaration allows, and how what it does not allow is told."""

import csv
import io
from collections import OrderedDict
from datetime import UTC, date, datetime
from decimal import Decimal, localcontext
from typing import Any

import pytest

from supplychain_rules.errors import InputError, InvalidValueError
from supplychain_rules.facts.billing import Payment
from supplychain_rules.facts.parties import Supplier
from supplychain_rules.facts.prices import IndexValue, PriceObservation
from supplychain_rules.facts.structure import MAX_PROBLEMS, Structure, Structured, structure
from supplychain_rules.facts.trade import Delay, OrderLine, Receipt
from supplychain_rules.values.money import Money

RECEIPT = {"id": "GR1", "order_line": "PO1/1", "received_on": "2026-01-19", "quantity": "6"}


def receipts(*rows: dict[str, Any], **declared: object) -> Structured[Receipt]:
    spec: Structure[Receipt] = Structure(kind=Receipt, **declared)  # type: ignore[arg-type]
    return structure(spec, [{**RECEIPT, **row} for row in rows])


def receipt(**declared: object) -> Receipt:
    row = {field: declared.pop(field) for field in tuple(declared) if field in {*RECEIPT, "wrong_item", "known_on"}}
    found = receipts(row, **declared)
    assert () == found.problems
    return found.facts[0]


def said(**declared: object) -> list[str]:
    row = {field: declared.pop(field) for field in tuple(declared) if field in {*RECEIPT, "wrong_item", "known_on"}}
    found = receipts(row, **declared)
    assert () == found.facts
    return [str(problem).removeprefix("row 1.") for problem in found.problems]


def told(found: Structured[Any]) -> list[tuple[str, str]]:
    return [(problem.path, problem.code) for problem in found.problems]


# Text


def test_an_id_keeps_its_leading_zeros() -> None:
    assert "007" == receipt(id="007").id


def test_a_number_where_text_is_meant_is_refused_with_the_way_out() -> None:
    assert ['id: is a number, not text (7); ids="any" takes it; its leading zeros are lost [wrong_type]'] == said(id=7)
    assert "7" == receipt(id=7, ids="any").id


@pytest.mark.parametrize("wrong", [7.0, True, date(2026, 1, 1), b"GR1", ["GR1"]])
def test_nothing_else_than_text_and_whole_numbers_becomes_an_id(wrong: object) -> None:
    assert [True] == [text.endswith("[wrong_type]") for text in said(id=wrong, ids="any")]


def test_a_number_of_thousands_of_digits_is_no_id_and_no_quantity() -> None:
    huge = 10**5000

    assert ["row 1.id", "row 1.quantity"] == [
        path for path, _ in told(receipts({"id": huge, "quantity": huge}, ids="any"))
    ]


def test_blanks_around_a_text_are_refused_or_taken_off_as_declared() -> None:
    assert ["id: has blanks around it ('GR1 '); spaces=\"strip\" takes them off [bad_value]"] == said(id="GR1 ")
    assert "GR1" == receipt(id=" GR1\u3000", spaces="strip").id
    assert ["id: has blanks around it ('  '); spaces=\"strip\" takes them off [bad_value]"] == said(id="  ")
    assert ["id: is blank ('  '); a blank is not known, which is not zero [required]"] == said(id="  ", spaces="strip")


# Blanks


@pytest.mark.parametrize("blank", ["", None, "N/A"])
def test_a_blank_is_refused_where_something_must_be(blank: object) -> None:
    found = receipts({"quantity": blank}, blanks={"", "N/A"})

    assert [("row 1.quantity", "required")] == told(found)


def test_only_declared_texts_are_blank() -> None:
    assert ["quantity: is not a number ('N/A'); write it as in 1234.5 [bad_number]"] == said(quantity="N/A")
    assert ["quantity: is not a number (''); write it as in 1234.5 [bad_number]"] == said(quantity="", blanks={"N/A"})


def test_a_blank_in_a_field_that_may_be_unknown_is_not_known() -> None:
    spec = Structure(kind=Supplier, columns={"id": "No", "name": "Name", "country": "Land", "categories": "Group"})

    found = structure(spec, [{"No": "V7", "Name": "", "Land": "", "Group": None}])

    assert (Supplier(id="V7"),) == found.facts


def test_a_blank_is_never_the_value_that_a_class_would_assume() -> None:
    spec = Structure(
        kind=PriceObservation,
        columns={
            "id": "id",
            "supplier": "s",
            "item": "i",
            "price": "p",
            "observed_on": "d",
            "quantity": "q",
            "kind": "k",
        },
        currency="EUR",
    )
    row = {"id": "P1", "s": "V7", "i": "bolt", "p": "2", "d": "2026-01-05", "q": "", "k": ""}

    assert [("row 1.kind", "required"), ("row 1.quantity", "required")] == told(structure(spec, [row]))


def test_a_field_that_the_kind_may_lack_can_be_required() -> None:
    assert receipt(known_on="") == receipt()
    assert [("row 1.known_on", "required")] == told(receipts({"known_on": ""}, required={"known_on"}))
    assert [("columns.known_on", "missing_column")] == told(receipts({}, required={"known_on"}))


def test_what_a_blank_stands_for_can_be_declared() -> None:
    assert receipt(wrong_item="", if_blank={"wrong_item": False}).wrong_item is False
    assert Decimal(1) == receipt(quantity="", if_blank={"quantity": 1}).quantity


def test_a_blank_day_of_becoming_known_is_the_day_of_the_event() -> None:
    assert date(2026, 1, 19) == receipt(known_on="").known_on


def test_an_identity_that_follows_from_other_fields_needs_no_column() -> None:
    spec = Structure(kind=IndexValue, columns={"series": "id", "on": "month", "value": "value"}, dates=("%Y-%m-%d",))

    found = structure(spec, [{"id": "WPU101", "month": "2023-11-01", "value": "316.124"}])

    assert ["WPU101@2023-11-01"] == [value.id for value in found.facts]


# Numbers


@pytest.mark.parametrize(
    ("text", "declared", "expected"),
    [
        ("6", {}, "6"),
        ("6.50", {}, "6.5"),
        (".9900", {}, "0.99"),
        ("6.", {}, "6"),
        ("0", {}, "0"),
        ("6,5", {"decimal_point": ","}, "6.5"),
        ("1,234.50", {"thousands": ","}, "1234.5"),
        ("1,234,567", {"thousands": ","}, "1234567"),
        ("1234.50", {"thousands": ","}, "1234.5"),
        ("1.234,50", {"decimal_point": ",", "thousands": "."}, "1234.5"),
        ("1 234,50", {"decimal_point": ",", "thousands": " "}, "1234.5"),
        ("1'234.50", {"thousands": "'"}, "1234.5"),
        (",5", {"decimal_point": ","}, "0.5"),
    ],
)
def test_a_number_is_read_by_its_declared_separators(text: str, declared: dict[str, Any], expected: str) -> None:
    assert Decimal(expected) == receipt(quantity=text, **declared).quantity


@pytest.mark.parametrize(
    ("text", "declared"),
    [
        ("1,234.50", {}),
        ("6,5", {}),
        ("12,34", {"thousands": ","}),
        ("1234,567", {"thousands": ","}),
        ("1,23,456", {"thousands": ","}),
        ("1.5", {"decimal_point": ","}),
        ("1.234.5", {}),
        ("1e3", {}),
        ("1E+05", {}),
        ("NaN", {}),
        ("Infinity", {}),
        ("+6", {}),
        ("6-", {}),
        ("(6)", {}),
        ("6 kg", {}),
        ("1_000", {}),
        (".", {}),
        ("\u0666", {}),
        ("twelve", {}),
    ],
)
def test_a_number_in_another_style_is_refused_and_never_guessed(text: str, declared: dict[str, Any]) -> None:
    assert [("row 1.quantity", "bad_number")] == told(receipts({"quantity": text}, **declared))


@pytest.mark.parametrize("text", ["1" * 31, "0." + "1" * 31, "9" * 100_000])
def test_a_number_of_too_many_digits_is_a_problem_of_its_field(text: str) -> None:
    assert [("row 1.quantity", "bad_value")] == told(receipts({"quantity": text}))


@pytest.mark.parametrize("value", [6, Decimal("6.0"), "6"])
def test_exact_numbers_of_python_are_taken(value: object) -> None:
    assert Decimal(6) == receipt(quantity=value).quantity


def test_a_float_is_refused_with_the_declarations_that_would_take_it() -> None:
    expected = (
        "quantity: is a float, which is not exact (6.0);"
        ' floats="whole" takes 7.0 as 7, floats="shortest" takes 0.1 as 0.1 [wrong_type]'
    )
    assert [expected] == said(quantity=6.0)
    assert Decimal(6) == receipt(quantity=6.0, floats="whole").quantity
    assert [("row 1.quantity", "wrong_type")] == told(receipts({"quantity": 0.1}, floats="whole"))
    assert Decimal("0.1") == receipt(quantity=0.1, floats="shortest").quantity


@pytest.mark.parametrize("infinite", [float("inf"), Decimal("Infinity")])
def test_infinity_is_no_quantity_even_where_floats_are_taken(infinite: object) -> None:
    assert ["row 1.quantity"] == [path for path, _ in told(receipts({"quantity": infinite}, floats="shortest"))]


class NotAvailable:
    """As a frame's missing value: comparing it says nothing."""

    def __eq__(self, other: object) -> "NotAvailable":  # type: ignore[override]
        return self

    def __ne__(self, other: object) -> "NotAvailable":  # type: ignore[override]
        return self

    def __bool__(self) -> bool:
        raise TypeError("boolean value of NA is ambiguous")

    __hash__ = None  # type: ignore[assignment]


@pytest.mark.parametrize("nan", [float("nan"), Decimal("NaN"), Decimal("sNaN"), NotAvailable()])
def test_a_frames_nan_is_blank_only_where_that_is_declared(nan: object) -> None:
    assert [("row 1.quantity", "bad_value")] == told(receipts({"quantity": nan}))
    assert [("row 1.quantity", "required")] == told(receipts({"quantity": nan}, nan="blank"))
    assert receipt(known_on=nan, nan="blank") == receipt()


def test_a_whole_number_of_a_frame_that_is_no_int_is_taken() -> None:
    class Int64:
        def __index__(self) -> int:
            return 6

    assert Decimal(6) == receipt(quantity=Int64()).quantity
    assert "6" == receipt(id=Int64(), ids="any").id


def test_true_is_no_quantity_though_it_equals_one() -> None:
    found = receipts({"id": "GR1", "quantity": 1}, {"id": "GR2", "quantity": True})

    assert (["GR1"], [("row 2.quantity", "wrong_type")]) == ([fact.id for fact in found.facts], told(found))


@pytest.mark.parametrize(("days", "expected"), [("3", 3), (3, 3), (Decimal("3.0"), 3), ("3.0", 3), (3.0, 3)])
def test_a_count_of_days_is_a_whole_number(days: object, expected: int) -> None:
    assert [expected] == [delay.days for delay in delays(days).facts]


@pytest.mark.parametrize("days", ["3.5", Decimal("3.5"), Decimal("1E+999999"), "three", True, "10001", -1])
def test_what_is_no_count_of_days_is_refused(days: object) -> None:
    assert ["row 1.days"] == [path for path, _ in told(delays(days))]


def delays(days: object, fault: object = "buyer", **declared: object) -> Structured[Delay]:
    row = {"id": "D1", "order_line": "PO1/1", "days": days, "fault": fault, "recorded_on": "2026-01-22"}
    return structure(Structure(kind=Delay, floats="whole", **declared), [row])  # type: ignore[arg-type]


# Days


def test_days_of_python_are_taken() -> None:
    assert date(2026, 1, 19) == receipt(received_on=date(2026, 1, 19)).received_on
    assert date(2026, 1, 19) == receipt(received_on=datetime(2026, 1, 19)).received_on  # noqa: DTZ001  a frame's


def test_a_time_of_day_is_refused_unless_it_is_to_be_dropped() -> None:
    moment = datetime(2026, 1, 19, 17, 30, tzinfo=UTC)

    assert [("row 1.received_on", "bad_date")] == told(receipts({"received_on": moment}))
    assert date(2026, 1, 19) == receipt(received_on=moment, times="drop").received_on


@pytest.mark.parametrize("wrong", [20260119, 46041.0, True, ["2026-01-19"], b"2026-01-19"])
def test_what_is_neither_text_nor_a_day_is_refused(wrong: object) -> None:
    assert [("row 1.received_on", "wrong_type")] == told(receipts({"received_on": wrong}))


# Words


def test_words_mean_what_is_declared_and_nothing_else() -> None:
    words = {"wrong_item": {"Y": True, "N": False}}

    assert (True, False) == tuple(receipt(wrong_item=word, words=words).wrong_item for word in "YN")
    assert receipt(wrong_item=True, words=words).wrong_item is True
    assert [("row 1.wrong_item", "wrong_type")] == told(receipts({"wrong_item": "yes"}, words=words))


def test_a_boolean_without_declared_words_is_refused_with_the_way_out() -> None:
    assert ["wrong_item: is neither true nor false ('Y')"] == [text.partition(";")[0] for text in said(wrong_item="Y")]
    assert [("row 1.wrong_item", "wrong_type")] == told(receipts({"wrong_item": 1}))
    assert receipt(wrong_item=1, words={"wrong_item": {1: True, 0: False}}).wrong_item is True


def test_an_option_is_one_of_its_words_or_of_what_stands_for_them() -> None:
    assert ["buyer"] == [delay.fault for delay in delays(3, "Einkauf", words={"fault": {"Einkauf": "buyer"}}).facts]
    assert ["buyer"] == [delay.fault for delay in delays(3, "buyer", words={"fault": {"Einkauf": "buyer"}}).facts]
    assert [("row 1.fault", "bad_value")] == told(delays(3, "Einkauf"))
    assert [("row 1.fault", "wrong_type")] == told(delays(3, 3))


@pytest.mark.parametrize(
    ("cell", "declared", "expected"),
    [
        ("raw;pack", {"separator": ";"}, {"raw", "pack"}),
        ("raw; pack;", {"separator": ";"}, {"raw", "pack"}),
        ("raw;pack", {}, {"raw;pack"}),
        (["raw", "pack"], {}, {"raw", "pack"}),
        ("", {}, set()),
    ],
)
def test_categories_are_split_by_the_declared_separator_only(
    cell: object, declared: dict[str, Any], expected: set[str]
) -> None:
    found = structure(Structure(kind=Supplier, **declared), [{"id": "V7", "categories": cell}])

    assert [expected] == [supplier.categories for supplier in found.facts]


@pytest.mark.parametrize("wrong", [7, [7], [None], 1.5])
def test_categories_are_texts(wrong: object) -> None:
    found = structure(Structure(kind=Supplier), [{"id": "V7", "categories": wrong}])

    assert [("row 1.categories", "wrong_type")] == told(found)


# Money


LINE = {
    "id": "PO1/1",
    "supplier": "V7",
    "item": "bolt",
    "quantity": "10",
    "unit_price": "2.50",
    "ordered_on": "2026-01-05",
    "promised_on": "2026-01-20",
}


def lines(*rows: dict[str, Any], **declared: object) -> Structured[OrderLine]:
    return structure(Structure(kind=OrderLine, **declared), [{**LINE, **row} for row in rows])  # type: ignore[arg-type]


def test_money_is_of_the_declared_currency() -> None:
    assert [Money("2.50", "EUR")] == [line.unit_price for line in lines({}, currency="EUR").facts]


def test_money_is_of_the_currency_in_its_row() -> None:
    found = lines(
        {"id": "1", "cur": "EUR"}, {"id": "2", "cur": "JPY"}, {"id": "3", "cur": "EUR"}, currency_column="cur"
    )

    assert [Money("2.50", code) for code in ("EUR", "JPY", "EUR")] == [line.unit_price for line in found.facts]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("EURO", "row 1.unit_price.currency: column 'cur' is an unknown currency ('EURO'); did you mean 'EUR'?"),
        ("", "row 1.unit_price.currency: column 'cur' is blank beside an amount (''); declare currency or"),
    ],
)
def test_a_bad_currency_is_told_apart_from_its_amount(code: str, expected: str) -> None:
    (problem,) = lines({"cur": code}, currency_column="cur").problems

    assert str(problem).startswith(expected)


def test_an_amount_that_needs_not_be_there_is_read_where_it_is() -> None:
    found = lines({"id": "1", "value": "25"}, {"id": "2"}, {"id": "3", "value": ""}, currency="EUR")

    assert [Money("25", "EUR"), None, None] == [line.value for line in found.facts]


def test_an_amount_of_too_many_digits_is_a_problem_of_its_field() -> None:
    assert [("row 1.unit_price", "bad_value")] == told(lines({"unit_price": "1" * 31}, currency="EUR"))


# Rows


def test_all_problems_of_a_row_are_told_at_once_and_it_gives_no_fact() -> None:
    found = receipts({"id": "", "received_on": "19.1.2026", "quantity": "-6"}, {})

    assert 1 == len(found.facts) == found.refused
    assert [
        ("row 1.id", "required"),
        ("row 1.received_on", "bad_date"),
        ("row 1.quantity", "bad_value"),
    ] == told(found)


def test_what_the_class_refuses_is_told_by_field_too() -> None:
    (told_of,) = said(known_on="2026-01-18")

    assert "known_on: lies before received_on (2026-01-19) ('2026-01-18')" == told_of.partition(";")[0]


def test_what_the_class_refuses_about_two_fields_together_is_told() -> None:
    assert [("row 1.value", "bad_value")] == told(
        structure(Structure(kind=OrderLine, currency="EUR", constants={"value": Money(25, "JPY")}), [LINE])
    )


def test_a_message_names_the_column_where_it_differs_from_the_field() -> None:
    columns = {"id": "No", "order_line": "Line", "received_on": "Day", "quantity": "Menge"}
    row = {"No": "GR1", "Line": "PO1/1", "Day": "2026-01-19", "Menge": "x"}

    (problem,) = structure(Structure(kind=Receipt, columns=columns), [row], first_row=2).problems

    assert "row 2.quantity: column 'Menge' is not a number ('x'); write it as in 1234.5 [bad_number]" == str(problem)


def test_a_field_without_a_column_of_its_own_is_not_read() -> None:
    columns = {name: name for name in RECEIPT}

    assert receipts({"wrong_item": "maybe"}, columns=columns).facts[0].wrong_item is False


def test_a_constant_stands_in_every_row() -> None:
    columns = {name: name for name in RECEIPT if name != "quantity"}
    found = receipts({"id": "1"}, {"id": "2"}, columns=columns, constants={"quantity": 3})

    assert [3, 3] == [fact.quantity for fact in found.facts]


def test_a_missing_column_is_reported_once_with_the_one_that_was_meant() -> None:
    columns = {"id": "No", "order_line": "Line", "received_on": "Received", "quantity": "Qty"}
    row = {"No": "GR1", "Line": "PO1/1", "Recieved": "2026-01-19", "Qty": "6"}

    found = structure(Structure(kind=Receipt, columns=columns), [row] * 3)

    assert (3, 3, ()) == (found.rows, found.refused, found.facts)
    assert [
        "columns.received_on: there is no column 'Received', first in row 1; did you mean 'Recieved'? [missing_column]"
    ] == [str(problem) for problem in found.problems]


def test_a_missing_column_of_currencies_is_reported_by_its_own_name() -> None:
    (problem,) = lines({}, currency_column="cur").problems

    assert ("columns.unit_price", "there is no column 'cur', first in row 1") == (problem.path, problem.message)


def test_a_column_that_only_some_rows_lack_costs_those_rows_only() -> None:
    rows = [{**RECEIPT, "id": "1"}, {"id": "2"}, {**RECEIPT, "id": "3"}]

    found = structure(Structure(kind=Receipt), rows)

    assert ["1", "3"] == [fact.id for fact in found.facts]
    assert (1, {"missing_column"}) == (found.refused, {problem.code for problem in found.problems})


class Indexed:
    """What a database driver may give: cells by name, and nothing else of a mapping."""

    def __getitem__(self, column: str) -> str:
        return RECEIPT[column]


@pytest.mark.parametrize("row", [None, 7, "GR1", ["GR1", "PO1/1"], Indexed()])
def test_what_is_no_mapping_is_no_row(row: object) -> None:
    found = structure(Structure(kind=Receipt), [row])  # type: ignore[list-item]

    assert [("row 1", "wrong_type")] == told(found)


def test_any_mapping_is_a_row() -> None:
    assert 1 == len(structure(Structure(kind=Receipt), [OrderedDict(RECEIPT)]).facts)


def test_rows_of_a_csv_file_are_read_as_they_come() -> None:
    text = "id,order_line,received_on,quantity,note\nGR1,PO1/1,2026-01-19,6,\nGR2,PO1/1,2026-01-20\n"

    found = structure(Structure(kind=Receipt), csv.DictReader(io.StringIO(text)), first_row=2)

    assert ["GR1"] == [fact.id for fact in found.facts]
    assert [("row 3.quantity", "required")] == told(found)


def test_each_fact_knows_the_row_it_came_from() -> None:
    rows = [{**RECEIPT, "id": name, "quantity": quantity} for name, quantity in (("1", "6"), ("2", "x"), ("3", "6"))]

    found = structure(Structure(kind=Receipt), rows, first_row=2)

    assert [("1", 2), ("3", 4)] == [(fact.id, row) for fact, row in zip(found.facts, found.numbers, strict=True)]


def test_a_row_with_more_cells_than_the_header_is_refused_because_its_cells_have_moved() -> None:
    text = "id,order_line,received_on,quantity\nGR1,PO1/1,2026-01-19,1,200\nGR2,PO1/1,2026-01-20,6\n"

    found = structure(Structure(kind=Receipt), csv.DictReader(io.StringIO(text)), first_row=2)

    assert ["GR2"] == [fact.id for fact in found.facts]
    assert [
        "row 2: has more cells than there are columns (['200']); quote the cell that holds the separator [bad_value]"
    ] == [str(problem) for problem in found.problems]


def test_a_failure_that_no_cell_explains_is_not_swallowed() -> None:
    class Fickle(OrderedDict[str, str]):
        """A row that cannot be read at first."""

        asked = 0

        def __getitem__(self, column: str) -> str:
            self.asked += 1
            if self.asked == 1:
                raise KeyError(column)
            return super().__getitem__(column)

    with pytest.raises(KeyError):
        structure(Structure(kind=Receipt), [Fickle(RECEIPT)])


def test_no_rows_give_no_facts() -> None:
    found = structure(Structure(kind=Receipt), [], first_row=2)

    assert ((), (), 0, 0) == (found.facts, found.problems, found.rows, found.refused)


def test_the_callers_decimal_context_changes_nothing() -> None:
    with localcontext() as context:
        context.prec = 2
        found = receipt(quantity="1234.5678")

    assert Decimal("1234.5678") == found.quantity


# Errors


def test_stopping_raises_the_problems_of_the_first_bad_row() -> None:
    rows = [RECEIPT, {**RECEIPT, "id": "GR2", "quantity": "x", "received_on": "y"}, {**RECEIPT, "id": ""}]

    with pytest.raises(InputError) as caught:
        structure(Structure(kind=Receipt), rows, on_error="stop")

    assert ["row 2.received_on", "row 2.quantity"] == [problem.path for problem in caught.value.problems]


def test_stopping_looks_at_no_row_after_the_first_bad_one() -> None:
    rows = iter([{**RECEIPT, "quantity": "x"}, RECEIPT])

    with pytest.raises(InputError):
        structure(Structure(kind=Receipt), rows, on_error="stop")

    assert [RECEIPT] == list(rows)


def test_an_unknown_way_to_treat_errors_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="unknown way to treat errors"):
        structure(Structure(kind=Receipt), [], on_error="ignore")  # type: ignore[arg-type]


def test_past_the_limit_problems_are_counted_and_that_is_said() -> None:
    rows = [{**RECEIPT, "id": str(number), "quantity": "x"} for number in range(MAX_PROBLEMS + 5)]
    rows.append({**RECEIPT, "id": "good"})

    found = structure(Structure(kind=Receipt), rows)

    assert (MAX_PROBLEMS + 5, ["good"]) == (found.refused, [fact.id for fact in found.facts])
    assert MAX_PROBLEMS + 1 == len(found.problems)
    assert ("too_many_problems", "5 more problems are not listed") == (
        found.problems[-1].code,
        found.problems[-1].message,
    )


# Identities


def test_a_row_that_repeats_another_counts_once_and_is_reported() -> None:
    found = receipts({}, {"quantity": "6.0"}, {"id": "GR2"})

    assert (["GR1", "GR2"], (), 0) == ([fact.id for fact in found.facts], found.problems, found.refused)
    assert ["row 2.id: repeats row 1 ('GR1'); it counts once [duplicate]"] == [str(row) for row in found.duplicates]


def test_a_row_that_contradicts_an_earlier_one_is_refused() -> None:
    found = receipts({}, {"quantity": "7"})

    assert ([6], 1) == ([fact.quantity for fact in found.facts], found.refused)
    assert ["row 2.id: stands in row 1 already, with another quantity ('GR1')"] == [
        str(problem).partition(";")[0] for problem in found.problems
    ]
    with pytest.raises(InputError, match="contradiction"):
        structure(Structure(kind=Receipt), [RECEIPT, {**RECEIPT, "quantity": "7"}], on_error="stop")


def test_a_row_that_became_known_later_is_a_correction() -> None:
    found = receipts({"known_on": ""}, {"quantity": "7", "known_on": "2026-02-01"})

    assert ([6, 7], ()) == ([fact.quantity for fact in found.facts], found.problems)


def test_a_later_row_is_no_correction_where_nothing_says_when_it_became_known() -> None:
    found = receipts({}, {"received_on": "2026-01-20"})

    assert ([date(2026, 1, 19)], ["contradiction"]) == (
        [fact.received_on for fact in found.facts],
        [problem.code for problem in found.problems],
    )


def test_a_currency_that_is_no_text_is_told_with_its_own_column_and_value() -> None:
    spec = Structure(kind=Payment, currency_column="cur")
    row = {"id": "Z1", "invoice": "I1", "amount": "2", "paid_on": "2026-01-05", "cur": 978}
    (problem,) = structure(spec, [row]).problems
    assert ("row 1.amount.currency", "column 'cur' is a number, not text", "978") == (
        problem.path,
        problem.message,
        problem.value,
    )


def test_rows_without_a_declaration_are_refused() -> None:
    with pytest.raises(InvalidValueError, match="no declaration of columns"):
        structure(None, [])  # type: ignore[arg-type]
