"""Profiles of customers from frames and in SQL: columns of other names, bad values, and what is refused."""

from datetime import date
from typing import Any

import duckdb
import polars as pl
import pytest

from supplychain_rules import InputError, InvalidValueError, Period, apply, load_policy
from supplychain_rules.customers import abc_rules, review_rules
from supplychain_rules.engines.fact_tables import Sizes
from supplychain_rules.engines.measure_sql import SqlTable
from supplychain_rules.engines.profile_frames import profile_frame
from supplychain_rules.engines.profile_sql import profile_to_sql

APRIL = date(2026, 4, 1)
ASKED: dict[str, Any] = {"as_of": APRIL, "currency": "EUR"}


def lines(*rows: tuple[Any, ...], **more: list[Any]) -> pl.DataFrame:
    """Return invoice lines of customer, day and amount."""
    schema = {"customer": pl.String, "invoiced_on": pl.Date, "amount": pl.Float64}
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    return frame.with_columns(pl.Series(name, values) for name, values in more.items())


MARCH_2, MARCH_9 = date(2026, 3, 2), date(2026, 3, 9)
TWO = lines(("C12", MARCH_2, 50), ("C12", MARCH_2, 30))


def test_two_lines_of_one_day_are_one_purchase_day_and_a_credit_note_lowers_the_money() -> None:
    credits_: Any = pl.DataFrame({"customer": ["C12"], "credited_on": [MARCH_9], "amount": [20.5]})
    found = profile_frame({"invoice_lines": TWO, "credit_notes": credits_}, **ASKED)
    assert {
        "customer": ["C12"],
        "stage": ["one_time"],
        "recency_days": [30],
        "tenure_days": [30],
        "purchase_days": [1],
        "purchases": [2],
        "monetary": [59.5],
    } == found.to_dict(as_series=False)


def test_only_what_the_frames_can_say_becomes_a_column() -> None:
    assert "margin" not in profile_frame({"invoice_lines": TWO}, **ASKED).columns
    costed = TWO.with_columns(cost=pl.Series([40.0, 20.0]))
    found = profile_frame({"invoice_lines": costed}, **ASKED)
    assert [20.0] == found["margin"].to_list()
    assert [0.25] == found["margin_rate"].to_list()


def test_a_line_without_a_cost_leaves_no_margin_and_a_loss_has_a_rate_below_zero() -> None:
    frame = lines(("A", MARCH_2, 3), ("B", MARCH_2, 3), ("B", MARCH_2, 3), cost=[4.0, 1.0, None])
    found = profile_frame({"invoice_lines": frame}, figures=["margin", "margin_rate"], **ASKED).sort("customer")
    assert [("A", -1.0, -0.333333), ("B", None, None)] == found.rows()


def test_a_customer_who_only_is_known_is_a_potential_one() -> None:
    known = pl.DataFrame({"id": ["C12", "C13"]})
    found = profile_frame({"invoice_lines": TWO, "customers": known}, figures=["stage", "monetary"], **ASKED)
    assert [("C12", "one_time", 80.0), ("C13", "potential", 0.0)] == found.sort("customer").rows()


def test_what_was_known_later_does_not_exist_and_what_is_to_come_is_a_mention_only() -> None:
    frame = lines(
        ("A", MARCH_2, 1),
        ("A", MARCH_9, 2),
        ("B", date(2026, 5, 1), 4),
        known_on=[MARCH_2, date(2026, 4, 2), date(2026, 3, 1)],
    )
    found = profile_frame({"invoice_lines": frame}, figures=["recency_days", "monetary"], **ASKED)
    assert [("A", 30, 1.0), ("B", None, 0.0)] == found.sort("customer").rows()


def test_a_period_counts_money_and_days_and_not_recency() -> None:
    frame = lines(("A", MARCH_2, 1), ("A", MARCH_9, 2), ("A", MARCH_9, 3))
    asked: dict[str, Any] = ASKED | {"period": Period(date(2026, 3, 1), MARCH_9)}
    found = profile_frame({"invoice_lines": frame}, figures=["recency_days", "purchase_days", "monetary"], **asked)
    assert [("A", 23, 1, 1.0)] == found.rows()


def test_columns_may_be_called_otherwise_and_ids_may_be_numbers() -> None:
    frame: Any = pl.DataFrame({"客户": [7, 7], "开票日期": [MARCH_2, MARCH_9], "金额": [100, 250]})
    names: Any = {"invoice_lines": {"customer": "客户", "invoiced_on": "开票日期", "amount": "金额"}}
    found = profile_frame({"invoice_lines": frame}, columns=names, figures=["purchase_days", "monetary"], **ASKED)
    assert [(7, 2, 350.0)] == found.rows()


@pytest.mark.parametrize("lazily", [False, True])
def test_ids_of_different_widths_are_one_customer_and_texts_beside_numbers_are_refused(*, lazily: bool) -> None:
    def given(ids: pl.Series) -> Any:  # noqa: ANN401  eager or lazy
        credits_ = pl.DataFrame({"customer": ids, "credited_on": [MARCH_9], "amount": [10]})
        bought = pl.DataFrame({"customer": [7], "invoiced_on": [MARCH_2], "amount": [100]})
        frames = {"invoice_lines": bought, "credit_notes": credits_}
        return {kind: frame.lazy() for kind, frame in frames.items()} if lazily else frames

    found = profile_frame(given(pl.Series([7], dtype=pl.Int16)), figures=["monetary"], **ASKED).lazy().collect()
    assert [(7, 90.0)] == found.select("customer", "monetary").rows()
    with pytest.raises(InputError, match="ids are held as Int64 and as String"):
        profile_frame(given(pl.Series(["7"])), figures=["monetary"], **ASKED)


def test_a_sum_of_large_amounts_is_exact_to_the_last_digit() -> None:
    frame: Any = pl.DataFrame(
        {
            "customer": ["A"] * 3,
            "invoiced_on": [MARCH_2] * 3,
            "amount": pl.Series(["999999999.9999", "999999999.9999", "0.0003"]).cast(pl.Decimal(18, 4)),
        }
    )
    with duckdb.connect() as connection:
        connection.register("lines", frame)
        table = SqlTable(name="lines", columns=frame.columns)
        statement = profile_to_sql({"invoice_lines": table}, dialect="duckdb", figures=["monetary"], **ASKED)
        ((_, found, problems),) = connection.execute(statement).fetchall()
    assert ("2000000000.0001", 0) == (str(found), problems)


def test_a_bad_amount_is_refused_and_named() -> None:
    with pytest.raises(InputError, match=r"amount.*-5"):
        profile_frame({"invoice_lines": lines(("A", MARCH_2, 1), ("B", MARCH_2, -5))}, **ASKED)


def test_a_bad_value_leaves_only_its_customer_without_figures_where_problems_are_counted() -> None:
    frame = lines(("A", MARCH_2, 1), ("B", MARCH_2, -5), ("B", None, 2), (None, MARCH_2, -1))
    figures = ["purchase_days", "monetary"]
    lazy = profile_frame({"invoice_lines": frame.lazy()}, figures=figures, **ASKED).collect().sort("customer")
    eager = profile_frame({"invoice_lines": frame}, figures=figures, on_invalid="null", **ASKED).sort("customer")
    assert [("A", 1, 1.0, 0), ("B", None, None, 2)] == lazy.rows() == eager.rows()


def test_a_credit_note_of_nobody_is_a_problem_that_is_shown() -> None:
    credits_: Any = pl.LazyFrame({"customer": ["C12", None], "credited_on": [MARCH_9] * 2, "amount": [1.0, 2.0]})
    frames: Any = {"invoice_lines": TWO.lazy(), "credit_notes": credits_}
    found = profile_frame(frames, figures=["monetary"], **ASKED).collect()
    assert [("C12", 79.0, 0), (None, None, 1)] == found.sort("customer", nulls_last=True).rows()


def test_an_amount_in_another_currency_is_a_bad_value() -> None:
    frame = lines(("A", MARCH_2, 1), ("B", MARCH_2, 1), currency=["EUR", "USD"])
    found = profile_frame({"invoice_lines": frame.lazy()}, figures=["monetary"], **ASKED).collect()
    assert [("A", 1.0, 0), ("B", None, 1)] == found.sort("customer").rows()


def test_abc_classes_and_a_review_read_the_columns_as_they_are() -> None:
    frame = lines(("A", MARCH_2, 80), ("B", MARCH_2, 20), cost=[60.0, 25.0])
    closed: Any = pl.DataFrame({"customer": ["A"], "opened_on": [MARCH_2], "closed_on": [MARCH_9]})
    found = profile_frame({"invoice_lines": frame, "complaints": closed}, **ASKED).sort("customer")
    classes = apply(load_policy(abc_rules()), found)
    assert ["A", "B"] == classes["abc_class"].to_list()
    review = found.with_columns(tier=pl.lit("gold"))
    reviewed = apply(load_policy(review_rules()), review, missing_columns="null")
    assert ["keep", "reprice"] == reviewed["consequence"].to_list()


@pytest.mark.parametrize(
    ("frames", "more", "message"),
    [
        ({}, {}, "no table of facts"),
        ({"invoices": TWO}, {}, r"(?s)no kind of fact.*invoices.*invoice_lines"),
        ({"order_lines": TWO}, {}, "no kind of fact"),
        ({"invoice_lines": TWO}, {"figures": ["monetry"]}, "(?s)no figure of a profile.*did you mean 'monetary'"),
        ({"invoice_lines": TWO}, {"figures": []}, "no figure of a profile"),
        ({"invoice_lines": TWO}, {"figures": ["margin"]}, "margin needs invoice_lines with a column cost"),
        ({"invoice_lines": TWO}, {"figures": ["cost_to_serve"]}, "interactions .* or complaints"),
        ({"invoice_lines": TWO}, {"figures": ["satisfaction"]}, "(?s)different scales.*profiles"),
        ({"invoice_lines": TWO}, {"figures": ["share_of_wallet"]}, "in no table of facts"),
        ({"invoice_lines": TWO}, {"currency": None}, "amounts need the currency"),
        ({"invoice_lines": TWO}, {"decimals": 10}, "from 0 to 9"),
        ({"invoice_lines": TWO}, {"problems": "Monetary"}, "two columns would have one name"),
        ({"invoice_lines": TWO}, {"columns": {"credit_note": {}}}, "did you mean 'credit_notes'"),
        ({"invoice_lines": TWO}, {"columns": {"invoice_lines": {"amount": "netto"}}}, "no such column"),
        ({"invoice_lines": TWO.lazy()}, {"on_invalid": "error"}, "a lazy frame cannot raise"),
        ({"invoice_lines": TWO}, {"sizes": Sizes(rows=10**12)}, "may outgrow 64 bits"),
        ({"invoice_lines": [TWO]}, {}, "no frame of facts"),
        ({"invoice_lines": TWO, "customers": TWO.lazy()}, {}, "different libraries"),
    ],
)
def test_arguments_that_do_not_fit_are_refused(frames: Any, more: dict[str, Any], message: str) -> None:  # noqa: ANN401  any value
    with pytest.raises(InvalidValueError, match=message):
        profile_frame(frames, **(ASKED | more))


def test_money_without_an_amount_column_names_what_is_needed() -> None:
    table = SqlTable(name="lines", columns=["customer", "invoiced_on"])
    with pytest.raises(InvalidValueError, match="monetary needs invoice_lines with a column amount"):
        profile_to_sql({"invoice_lines": table}, dialect="duckdb", figures=["monetary"], **ASKED)
