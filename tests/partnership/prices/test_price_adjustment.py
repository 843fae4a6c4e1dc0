"""Price adjustment clauses: editions, averages, currencies, dead bands, bounds, ratchet and notice."""

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

import attrs
import pytest
from price_makers import JANUARY, LATEST, clause, eur, index, steel

from supplychain_rules import InvalidValueError, Label, Money
from supplychain_rules.partnership.prices import (
    Adjustment,
    AppliedFactor,
    BaseRule,
    CurrentRule,
    DeadBand,
    EditionRule,
    FactorBounds,
    IndexBook,
    IndexTerm,
    MoveSharing,
    Rounding,
    Timing,
    adjust,
    adjustment_cliffs,
    adjustment_function,
    index_ratios,
)
from supplychain_rules.values.exchange import ExchangeRate, ExchangeRates

JUNE = date(2026, 6, 20)
AUGUST = date(2026, 8, 1)


def adjusted(value: object, /, as_of: date = AUGUST, **settings: object) -> Adjustment:
    """Adjust EUR 100 in June at an index value of June, with a clause of 40 % steel at base 500."""
    given = {key: settings.pop(key) for key in ("last", "notified_on") if key in settings}
    return adjust(clause(**settings), [index("S", 6, value)], eur(100), on=JUNE, as_of=as_of, **given)


def test_the_price_stands_where_the_index_stands() -> None:
    assert eur(100) == adjusted(500).adjusted


def test_a_weight_moves_its_share_of_the_price() -> None:
    assert (Fraction("1.048"), eur("104.80"), eur("4.80")) == (
        (answer := adjusted(560)).factor,
        answer.adjusted,
        answer.change,
    )


def test_money_is_rounded_once_and_the_residual_is_kept() -> None:
    answer = adjusted(501, fixed="2/3", terms=(steel("1/3"),))

    assert (eur("100.07"), Fraction("100.07") - Fraction(100) * (1 + Fraction(1, 1500))) == (
        answer.adjusted,
        answer.residual,
    )


def test_a_unit_price_may_have_more_decimals_than_its_currency() -> None:
    assert Money("100.0667", "EUR") == adjusted(501, fixed="2/3", terms=(steel("1/3"),), decimals=4).adjusted


@pytest.mark.parametrize(
    ("kind", "factor"),
    [("first_published", "1.04"), ("latest", "1.08")],
)
def test_the_clause_says_which_edition_counts(kind: str, factor: str) -> None:
    editions = [index("S", 6, 550, date(2026, 7, 14)), index("S", 6, 600, date(2026, 7, 30))]
    current = CurrentRule(edition=EditionRule(kind=kind))  # type: ignore[arg-type]  # drawn from the options

    answer = adjust(clause(current=current), editions, eur(100), on=JUNE, as_of=AUGUST)

    assert Fraction(factor) == answer.factor


def test_an_edition_may_be_the_one_known_so_many_days_after_the_delivery() -> None:
    editions = [index("S", 6, 550, date(2026, 7, 14)), index("S", 6, 600, date(2026, 7, 30))]
    current = CurrentRule(edition=EditionRule(kind="known_on", days_after=30))

    answer = adjust(clause(current=current), editions, eur(100), on=JUNE, as_of=AUGUST)

    assert [date(2026, 7, 14)] == [reading.known_on for reading in answer.moves[0].current_readings]


def test_an_edition_that_became_known_later_does_not_exist_yet() -> None:
    editions = [index("S", 6, 550, date(2026, 7, 14)), index("S", 6, 600, date(2026, 7, 30))]

    answer = adjust(clause(), editions, eur(100), on=JUNE, as_of=date(2026, 7, 20))

    assert Fraction("1.04") == answer.factor


def test_a_clause_that_counts_what_is_known_on_a_day_is_not_computed_before_it() -> None:
    current = CurrentRule(edition=EditionRule(kind="known_on", days_after=90))

    with pytest.raises(InvalidValueError, match=r"counts what is known on 2026-09-18, and as_of lies before it"):
        adjust(clause(current=current), [index("S", 6, 550)], eur(100), on=JUNE, as_of=AUGUST)


def test_missing_index_values_are_all_named_by_series_and_month() -> None:
    terms = (steel("0.2", base=None), IndexTerm(id="power", series="P", weight="0.2"))

    with pytest.raises(InvalidValueError) as error:
        adjust(clause(*terms), [index("P", 1, 90, date(2026, 9, 1))], eur(100), on=JUNE, as_of=AUGUST)

    assert error.value.what == (
        "no index value: S of 2026-01-01 as known on 2026-08-01; and S of 2026-06-01 as known on 2026-08-01; "
        "P of 2026-01-01 as known on 2026-08-01, known only since 2026-09-01; P of 2026-06-01 as known on 2026-08-01"
    )


def test_months_are_averaged_on_both_sides() -> None:
    base = BaseRule(month=date(2026, 2, 1), average_months=2, edition=LATEST)
    current = CurrentRule(lag_months=1, average_months=3, edition=LATEST)
    values = [index("S", month, value) for month, value in enumerate((490, 510, 540, 560, 580), start=1)]

    (move,) = index_ratios(clause(steel(base=None), base=base, current=current), values, on=JUNE, as_of=AUGUST)

    assert (Fraction(500), Fraction(560), Fraction(56, 50)) == (move.base, move.current, move.ratio)


def test_a_price_fixed_for_a_quarter_reads_the_same_month_all_quarter_long() -> None:
    current = CurrentRule(lag_months=1, step_months=3, edition=LATEST)
    values = [index("S", 3, 550), index("S", 4, 600), index("S", 5, 650)]

    factors = {
        adjust(clause(current=current), values, eur(100), on=date(2026, month, 9), as_of=AUGUST).factor
        for month in (4, 5, 6)
    }

    assert {Fraction("1.04")} == factors


def test_fidic_reads_the_index_49_days_before_the_last_day_of_the_period() -> None:
    current = CurrentRule(lag_days=49, edition=LATEST)

    answer = adjust(clause(current=current), [index("S", 5, 550)], eur(100), on=date(2026, 6, 30), as_of=AUGUST)

    assert date(2026, 5, 1) == answer.moves[0].current_readings[0].on


def test_a_quarterly_index_is_found_from_each_of_its_months() -> None:
    answer = adjust(clause(steel(frequency="quarter")), [index("S", 4, 550)], eur(100), on=JUNE, as_of=AUGUST)

    assert date(2026, 4, 1) == answer.moves[0].current_readings[0].on


RATES = ExchangeRates(
    [
        ExchangeRate(base="USD", quote="EUR", rate="0.80", on=date(2026, 1, 30)),
        ExchangeRate(base="USD", quote="EUR", rate="1.00", on=date(2026, 6, 30)),
    ]
)


def foreign(conversion: str) -> IndexTerm:
    return IndexTerm(
        id="steel",
        series="S",
        weight="0.4",
        currency="USD",
        conversion=conversion,
        max_age_days=3,  # type: ignore[arg-type]  # wrong on purpose
    )


@pytest.mark.parametrize(
    ("conversion", "factor"),
    [("unconverted", Fraction("1.04")), ("dated_rate", 1 + Fraction("0.4") * Fraction(550, 400) - Fraction("0.4"))],
)
def test_a_foreign_price_is_converted_or_not_as_the_clause_says(conversion: str, factor: Fraction) -> None:
    values = [index("S", 1, 500), index("S", 6, 550)]

    answer = adjust(clause(foreign(conversion)), values, eur(100), on=JUNE, as_of=AUGUST, rates=RATES)

    assert factor == answer.factor


def test_a_foreign_price_without_a_word_on_conversion_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="steel is a price in USD and the clause is in EUR"):
        clause(IndexTerm(id="steel", series="S", weight="0.4", currency="USD"))


def test_the_rate_of_a_converted_index_is_shown() -> None:
    values = [index("S", 1, 500), index("S", 6, 550)]

    answer = adjust(clause(foreign("dated_rate")), values, eur(100), on=JUNE, as_of=AUGUST, rates=RATES)

    assert (
        "S: 550 (2026-06, edition 2026-06-15, 550 at USD/EUR 1 of 2026-06-30) / "
        "400 (2026-01, edition 2026-01-15, 500 at USD/EUR 0.8 of 2026-01-30) = 1.375"
    ) == answer.explain().splitlines()[0]


def test_a_book_of_indices_is_built_once_and_does_not_depend_on_order() -> None:
    values = [index("S", month, value) for month, value in ((6, 550), (5, 540), (6, 550))]
    book = IndexBook(values)

    assert book == IndexBook(values[::-1])
    assert eur(104) == adjust(clause(), book, eur(100), on=JUNE, as_of=AUGUST).adjusted


def test_a_missing_rate_is_refused_by_pair_and_day() -> None:
    with pytest.raises(InvalidValueError, match="no rate USD/EUR for 2026-01-31"):
        adjust(clause(foreign("dated_rate")), [index("S", 1, 500)], eur(100), on=JUNE, as_of=AUGUST)


def test_rounding_the_ratio_is_part_of_the_clause() -> None:
    rounded = adjusted(501, terms=(steel(base=499),), ratio_rounding=Rounding(decimals=2))

    assert Fraction(1) == rounded.factor


def test_a_rounding_is_told_in_the_words_of_the_language() -> None:
    answer = adjusted(533, factor_rounding=Rounding(decimals=2, mode="half_even"))

    assert "factor rounded to 2 decimals, half even" in answer.explain("en")
    assert "系数保留 2 位小数（四舍六入五成双）" in answer.explain("zh")


def test_a_rounding_of_the_factor_is_a_line_of_its_own() -> None:
    answer = adjusted(533, factor_rounding=Rounding(decimals=2))

    assert (Fraction("1.03"), Fraction("0.0036")) == (answer.factor, answer.lines[-1].value)


@pytest.mark.parametrize(
    ("band", "value", "price"),
    [
        pytest.param(DeadBand(up="0.05", mode="full"), 525, "100.00", id="at_the_threshold_nothing_happens"),
        pytest.param(DeadBand(up="0.05", mode="full"), "525.05", "102.00", id="right_above_it_everything_does"),
        pytest.param(DeadBand(up="0.05", mode="excess"), "525.05", "100.00", id="the_excess_begins_at_nothing"),
        pytest.param(DeadBand(up="0.05", mode="excess"), 440, "95.20", id="a_side_without_a_band_passes_everything"),
        pytest.param(DeadBand(down="0.05", mode="excess"), 440, "97.20", id="a_band_downwards"),
        pytest.param(DeadBand(up="0.05", mode="full", on="factor"), 560, "100.00", id="the_whole_factor_moved_less"),
        pytest.param(DeadBand(up="0.04", mode="excess", on="factor"), 560, "100.80", id="and_here_more"),
    ],
)
def test_a_dead_band_holds_moves_back(band: DeadBand, value: object, price: str) -> None:
    assert eur(price) == adjusted(value, dead_band=band).adjusted


def test_the_parties_share_a_rise_and_a_fall_differently() -> None:
    sharing = MoveSharing(up="0.5", down="1")

    assert [eur("102.40"), eur("95.20")] == [adjusted(value, sharing=sharing).adjusted for value in (560, 440)]


@pytest.mark.parametrize(
    ("value", "last", "price"),
    [
        pytest.param(1000, "1", "105.00", id="the_step_holds_before_the_cap_is_met"),
        pytest.param(1000, "1.08", "110.00", id="the_cap"),
        pytest.param(100, "1.08", "102.60", id="a_step_down_is_a_share_of_the_last_price"),
        pytest.param(100, "0.91", "90.00", id="the_floor"),
    ],
)
def test_floor_cap_and_step_hold_exactly(value: object, last: str, price: str) -> None:
    bounds = FactorBounds(floor="0.9", cap="1.1", step_down="0.05", step_up="0.05")

    answer = adjusted(value, bounds=bounds, last=AppliedFactor(factor=last, since=JANUARY))

    assert eur(price) == answer.adjusted


def test_a_ratchet_never_lets_the_price_fall() -> None:
    answer = adjusted(440, never_down=True, last=AppliedFactor(factor="1.02", since=JANUARY))

    assert (eur("102.00"), "never_down") == (answer.adjusted, answer.lines[-1].kind)


def test_a_rise_waits_for_its_notice_and_a_fall_does_not() -> None:
    timing = Timing(notice_days_up=30)
    rise = adjusted(560, timing=timing, notified_on=date(2026, 6, 10))
    fall = adjusted(440, timing=timing)

    assert (eur(100), Fraction("1.048"), date(2026, 7, 10)) == (rise.adjusted, rise.due_factor, rise.effective_on)
    assert (eur("95.20"), JUNE) == (fall.adjusted, fall.effective_on)


def test_a_notice_that_nobody_gave_is_asked_for() -> None:
    with pytest.raises(InvalidValueError, match="clause C needs 30 days of notice"):
        adjusted(560, timing=Timing(notice_days_up=30))


def test_two_adjustments_lie_a_minimum_interval_apart() -> None:
    last = AppliedFactor(factor="1.01", since=date(2026, 4, 1))

    answer = adjusted(560, timing=Timing(min_interval_months=6), last=last)

    assert (eur("101.00"), date(2026, 10, 1), "waiting") == (
        answer.adjusted,
        answer.effective_on,
        answer.lines[-1].kind,
    )


def test_the_explanation_names_values_months_and_editions_in_both_languages() -> None:
    answer = adjusted(560, dead_band=DeadBand(up="0.05", mode="excess"))

    assert answer.explain("en").splitlines() == [
        "S: 560 (2026-06, edition 2026-06-15) / 500 (contract) = 1.12",
        "0.6  fixed part 0.6",
        "0.448  steel: 0.4 × 1.12",
        "-0.02  steel: dead band, excess",
        "1.028  factor",
        "EUR 100.00 × 1.028 = EUR 102.80",
    ]
    assert answer.explain("zh").splitlines()[:4] == [
        "S：560（2026-06，2026-06-15 版） / 500（合同约定） = 1.12",
        "0.6  固定部分 0.6",
        "0.448  steel：0.4 × 1.12",
        "-0.02  steel：免调区间（仅计超出部分）",
    ]


def test_a_term_is_read_by_its_label_in_each_language() -> None:
    answer = adjusted(560, terms=(steel(label=Label("steel strip", "钢带")),))

    assert ["steel strip: 0.4 × 1.12", "钢带：0.4 × 1.12"] == [
        answer.lines[1].label.text(lang) for lang in ("en", "zh")
    ]


def test_an_index_that_ends_in_no_decimal_is_shown_rounded_and_counted_exactly() -> None:
    answer = adjusted(500, terms=(steel(base=300),))

    assert "0.666667" in answer.explain()
    assert Fraction("0.6") + Fraction("0.4") * Fraction(5, 3) == answer.factor


def test_an_adjustment_is_plain_data() -> None:
    plain = adjusted(560).to_dict()

    assert ("1.048", {"amount": "104.8", "currency": "EUR"}, ["fixed", "index"], "2026-06-15") == (
        plain["factor"],
        plain["adjusted"],
        [line["kind"] for line in plain["lines"]],
        plain["moves"][0]["current_readings"][0]["edition"],
    )


def test_the_cliff_of_a_full_dead_band_is_found_and_not_stumbled_upon() -> None:
    band = DeadBand(up="0.05", down="0.05", mode="full")

    assert [(Fraction(475), Fraction("0.02")), (Fraction(525), Fraction("0.02"))] == [
        (cliff.at, cliff.size) for cliff in adjustment_cliffs(clause(dead_band=band), "steel")
    ]
    assert () == adjustment_cliffs(clause(dead_band=DeadBand(up="0.05", down="0.05", mode="excess")), "steel")


def test_a_clause_that_rounds_is_no_piecewise_function() -> None:
    with pytest.raises(InvalidValueError, match="clause C rounds, and is then a staircase"):
        adjustment_function(clause(ratio_rounding=Rounding(decimals=4)), "steel")


@pytest.mark.parametrize(
    ("settings", "what"),
    [
        ({"ratios": {"stel": 1}}, "clause C has no such other term"),
        ({"ratios": {"steel": 1}}, "clause C has no such other term"),
        ({"base": 0}, "a base value is above 0"),
        ({"last": 1.0}, "a share is never a float"),
    ],
)
def test_a_function_of_nothing_is_refused(settings: dict[str, Any], what: str) -> None:
    with pytest.raises(InvalidValueError, match=what):
        adjustment_function(clause(), "steel", **settings)


@pytest.mark.parametrize(
    ("build", "what"),
    [
        pytest.param(lambda: clause(fixed="0.5"), "fixed part and weights of clause C are not exactly 1", id="sum"),
        pytest.param(lambda: clause(fixed=0.6), "a share is never a float", id="float"),
        pytest.param(
            lambda: EditionRule(kind="known_on", on=JUNE, days_after=5), "a fixed day or days after", id="two_days"
        ),
        pytest.param(lambda: steel(currency="USD", conversion="maybe"), "unknown conversion", id="unknown_conversion"),
        pytest.param(lambda: FactorBounds(step_down=2), "step_down is from 0 to 1", id="step_down"),
        pytest.param(lambda: adjustment_function(clause(), "stel"), "did you mean 'steel'", id="term"),
        pytest.param(
            lambda: adjustment_function(clause(steel(base=None)), "steel"), "names no base value of steel", id="base"
        ),
        pytest.param(
            lambda: adjust(clause(), [500], eur(1), on=JUNE, as_of=AUGUST), "not a value of an index", id="number"
        ),
        pytest.param(
            lambda: attrs.evolve(adjusted(560), factor=Fraction(1)), "the lines do not add up to the factor", id="lines"
        ),
        pytest.param(
            lambda: attrs.evolve(adjusted(560), residual=Fraction(1)), "do not give the adjusted amount", id="residual"
        ),
        pytest.param(lambda: clause(dead_band={"up": "0.05"}), "dead_band must be a DeadBand", id="mapping"),
        pytest.param(lambda: clause(terms=["S"]), "AdjustmentClause.terms must be a IndexTerm", id="text"),
        pytest.param(lambda: clause(terms="S"), "several things are wanted", id="one_text"),
        pytest.param(lambda: steel(label={"en": "steel"}), "IndexTerm.label must be a Label", id="label"),
        pytest.param(lambda: clause(steel("0.2"), steel("0.2")), "names a term twice", id="twice"),
        pytest.param(lambda: clause(steel(0), fixed=1), "the weight of steel is not above 0", id="no_weight"),
        pytest.param(
            lambda: clause(steel("1.4"), fixed="-0.4"), "the fixed part of clause C is negative", id="negative"
        ),
        pytest.param(lambda: clause(terms=(), fixed=1), "clause C has no index", id="no_index"),
        pytest.param(lambda: clause(currency="EURO"), "EURO", id="currency"),
        pytest.param(lambda: steel(conversion="unconverted"), "has a conversion and no currency", id="conversion"),
        pytest.param(lambda: steel(currency="USD", conversion="dated_rate"), "that no rate converts", id="base_value"),
        pytest.param(lambda: DeadBand(mode="full"), "a dead band without a threshold", id="no_threshold"),
        pytest.param(lambda: DeadBand(up="5", mode="full"), "from 0 to below 1", id="percent"),
        pytest.param(lambda: MoveSharing(up="1.5"), "a party's share is from 0 to 1", id="sharing"),
        pytest.param(lambda: FactorBounds(cap="0.1"), "a cap is a factor of 1 or more", id="cap"),
        pytest.param(lambda: FactorBounds(floor="1.1"), "a floor is a factor from 0 to 1", id="floor"),
        pytest.param(lambda: FactorBounds(step_up="-0.1"), "step_up is not negative", id="step"),
        pytest.param(lambda: BaseRule(month=JUNE, edition=LATEST), "named by its first day", id="base_month"),
        pytest.param(lambda: CurrentRule(step_months=5, edition=LATEST), "step_months divides a year", id="block"),
        pytest.param(lambda: EditionRule(kind="latest", on=JUNE), "an edition of kind latest has no day", id="edition"),
        pytest.param(lambda: Rounding(decimals=-1), "decimals must be a whole number", id="decimals"),
        pytest.param(lambda: AppliedFactor(factor=0, since=JUNE), "a factor is above 0", id="factor"),
    ],
)
def test_a_clause_that_cannot_be_meant_is_refused(build: Callable[[], object], what: str) -> None:
    with pytest.raises(InvalidValueError, match=what):
        build()


def test_an_amount_of_another_currency_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="the amount that clause C adjusts must be in EUR"):
        adjust(clause(), [index("S", 6, 550)], Money(100, "USD"), on=JUNE, as_of=AUGUST)


def test_a_last_factor_of_a_later_day_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="the last factor holds only since 2026-08-01"):
        adjusted(560, last=AppliedFactor(factor="1.02", since=AUGUST))


def test_two_values_of_one_edition_are_refused() -> None:
    with pytest.raises(InvalidValueError, match="two values of S@2026-06-01 of the edition 2026-06-15"):
        adjust(clause(), [index("S", 6, 550), index("S", 6, 551)], eur(100), on=JUNE, as_of=AUGUST)
