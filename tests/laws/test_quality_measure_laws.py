"""What must always hold of quality, claims, service, costs and questionnaires, whatever the facts."""

import json
from datetime import date, timedelta
from decimal import ROUND_UP, localcontext
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from drawn_trade import START, days, trades
from hypothesis import given
from hypothesis import strategies as st

from supplychain_rules.facts.care import SurveyAnswer
from supplychain_rules.facts.fields import FAULTS
from supplychain_rules.facts.ledger import Fact, Ledger
from supplychain_rules.facts.quality import Claim
from supplychain_rules.measures import (
    By,
    ClaimCost,
    ClaimFilter,
    ClaimRate,
    ComplaintScore,
    CostOfPoorQuality,
    HalfLife,
    LinearDecay,
    Measure,
    Measurement,
    QualityPassRate,
    QuestionnaireScore,
    RejectRate,
    ResponseDays,
    Scope,
    ServiceResponse,
    dump_state,
    load_state,
    measure,
)
from supplychain_rules.measures.state import MeasureState
from supplychain_rules.values.calendar import WorkCalendar
from supplychain_rules.values.money import Money
from supplychain_rules.values.period import Period

PERIOD = Period(START, START + timedelta(days=60))

#: After everything is known.
END = START + timedelta(days=140)

COMPLAINTS = ClaimFilter(source="complaints")

STATED: dict[str, Any] = {"faults": ["supplier", "carrier"], "unattributed": "leave_out"}

#: From 0 to 1.
RATES: tuple[Measure, ...] = (
    QualityPassRate(id="units", concessions="pass", **STATED),
    QualityPassRate(id="lots", level="lot", faults=["supplier"], decay=HalfLife(30)),
    QualityPassRate(id="lots_stated", level="lot", concessions="pass", **STATED),
    QualityPassRate(id="mean", level="mean_of_lots", concessions="pass", decay=LinearDecay(60), **STATED),
    RejectRate(id="share", per=1, **STATED),
    ServiceResponse(id="in_time", within_days=5, calendar=WorkCalendar()),
    ServiceResponse(id="complaints_in_time", source="complaints", within_days=9, scope=Scope(customers=["C1"])),
    ServiceResponse(id="claims_in_time", source="claims", of="resolution", within_days=9),
    CostOfPoorQuality(id="failures", relative_to="quality_costs"),
)

#: Figures whose numerators and denominators are sums.
SUMS: tuple[Measure, ...] = (
    *RATES,
    RejectRate(id="ppm", of="received"),
    ClaimRate(id="claims", claims=ClaimFilter(verdict="justified", faults=["supplier"], unattributed="leave_out")),
    ClaimRate(id="claimed", per="quantity"),
    ClaimRate(id="complaints", per="receipt", claims=COMPLAINTS),
    ClaimCost(id="claim_cost", relative_to_spend="received", decay=HalfLife(30)),
    CostOfPoorQuality(id="index", relative_to="ordered", add_spend=True),
    ResponseDays(id="days", unanswered="days_so_far"),
)

#: Figures that are made of the sums of a key in another way.
SCORES: tuple[Measure, ...] = (
    ComplaintScore(id="score", tolerated_share="0.3", cost_per_claim=Money("2", "EUR")),
    ComplaintScore(id="actual", tolerated_share="0.3", spend="invoiced", lowest=0),
    QuestionnaireScore(id="answers", survey="2026", minimum_coverage="0.4"),
    QuestionnaireScore(id="weighted", survey="2026", weights={"tidy": 2, "absent": 1}, unanswered="zero"),
)

EVERY: tuple[Measure, ...] = (
    *SUMS,
    *SCORES,
    ClaimCost(id="cost"),
    CostOfPoorQuality(id="copq", claims_as="external_failure"),
    ResponseDays(id="median", statistic="median", calendar=WorkCalendar()),
    ResponseDays(id="slow", source="complaints", of="resolution", statistic="percentile", percentile="0.9"),
)

bys: st.SearchStrategy[By] = st.sampled_from(
    ("supplier", "customer", "total", ("supplier", "month"), ("category", "item"))
)
shuffles = st.randoms(use_true_random=False)


def batch(
    facts: list[Fact], by: By = "supplier", as_of: date = END, every: tuple[Measure, ...] = EVERY
) -> tuple[Measurement, ...]:
    return measure(every, Ledger(facts), by=by, period=PERIOD, as_of=as_of)


def found(definition: Measure, facts: list[Fact], key: str = "total") -> Measurement:
    (entry,) = measure([definition], Ledger(facts), by=key, period=PERIOD, as_of=END)  # type: ignore[arg-type]  # total
    return entry


@given(facts=trades(), by=bys, shuffled=shuffles)
def test_a_stream_of_quality_facts_in_any_order_measures_like_the_batch(
    facts: list[Fact], by: By, shuffled: Random
) -> None:
    shuffled.shuffle(facts)
    state = MeasureState(EVERY, by=by)
    for fact in facts:
        state.add(fact)
    assert batch(facts, by) == state.measurements(period=PERIOD, as_of=END)


@given(facts=trades(), stops=st.sets(st.integers(0, 40)))
def test_questions_on_the_way_change_no_answer_about_what_still_waits(facts: list[Fact], stops: set[int]) -> None:
    facts.sort(key=lambda fact: fact.known_on)
    state = MeasureState(EVERY)
    for place, fact in enumerate(facts):
        state.add(fact)
        today = max(START, fact.known_on)
        if place in stops:
            assert batch(facts[: place + 1], as_of=today) == state.measurements(period=PERIOD, as_of=today)


@given(facts=trades(), by=bys, before=days)
def test_figures_of_quality_survive_that_a_state_is_closed_dumped_and_loaded(
    facts: list[Fact], by: By, before: date
) -> None:
    state = MeasureState(EVERY, by=by)
    for fact in facts:
        state.add(fact)
    state.close(before=before, as_of=END)
    loaded = load_state(json.loads(json.dumps(dump_state(state))), EVERY, by=by)
    assert batch(facts, by) == loaded.measurements(period=PERIOD, as_of=END)


@given(facts=trades(), by=bys)
def test_merged_ledgers_of_quality_facts_measure_like_one(facts: list[Fact], by: By) -> None:
    merged = Ledger(facts[::2]).merge(Ledger(facts[1::2]))
    assert batch(facts, by) == measure(EVERY, merged, by=by, period=PERIOD, as_of=END)


@given(facts=trades(), as_of=days)
def test_a_quality_fact_known_later_changes_nothing(facts: list[Fact], as_of: date) -> None:
    known = [fact for fact in facts if fact.known_on <= as_of]
    assert batch(known, as_of=as_of) == batch(facts, as_of=as_of)


@given(facts=trades(), by=bys)
def test_rates_of_quality_and_service_lie_between_zero_and_one(facts: list[Fact], by: By) -> None:
    assert all(entry.value is None or 0 <= entry.value <= 1 for entry in batch(facts, by, every=RATES))


@given(facts=trades(), by=bys)
def test_scores_lie_on_their_scales(facts: list[Fact], by: By) -> None:
    assert all(entry.value is None or 0 <= entry.value <= 100 for entry in batch(facts, by, every=SCORES))


@given(facts=trades(), by=bys)
def test_every_figure_is_its_numerator_over_its_denominator(facts: list[Fact], by: By) -> None:
    assert all(entry.value is None or entry.value == entry.numerator / entry.denominator for entry in batch(facts, by))


@given(facts=trades(), by=st.sampled_from(("supplier", "month", "item", ("supplier", "site"))))
def test_the_sums_of_all_keys_are_those_of_the_total(facts: list[Fact], by: By) -> None:
    for definition in SUMS:
        parts, whole = batch(facts, by, every=(definition,)), found(definition, facts)
        sums = (
            sum((part.numerator for part in parts), Fraction(0)),
            sum((part.denominator for part in parts), Fraction(0)),
            sum(part.evidence for part in parts),
        )
        assert (whole.numerator, whole.denominator, whole.evidence) == sums


@given(facts=trades())
def test_the_callers_decimal_context_changes_no_figure(facts: list[Fact]) -> None:
    with localcontext() as context:
        context.prec, context.rounding = 1, ROUND_UP
        narrow = batch(facts)
    assert batch(facts) == narrow


@pytest.mark.parametrize("concessions", ["reject", "pass"])
@given(facts=trades())
def test_the_rejects_of_every_fault_and_of_none_add_up_to_all(concessions: Any, facts: list[Fact]) -> None:  # noqa: ANN401
    def rejects(**choice: Any) -> Fraction:  # noqa: ANN401
        return found(RejectRate(id="rejects", per=1, concessions=concessions, **choice), facts).numerator

    stated = sum((rejects(faults=[fault], unattributed="leave_out") for fault in FAULTS), Fraction(0))
    with_unstated = rejects(faults=FAULTS)
    assert rejects() == with_unstated
    assert stated == rejects(faults=FAULTS, unattributed="leave_out") <= with_unstated


@given(facts=trades())
def test_a_unit_passes_or_is_rejected(facts: list[Fact]) -> None:
    for choice in ({}, STATED, {"concessions": "pass"}, {"level": "lot", **STATED}, {"level": "mean_of_lots"}):
        good, bad = (
            found(QualityPassRate(id="good", **choice), facts),
            found(RejectRate(id="bad", per=1, **choice), facts),
        )
        assert good.denominator == bad.denominator == good.numerator + bad.numerator


@given(facts=trades(), opened_on=days, cost=st.sampled_from(("0", "1", "100")))
def test_one_claim_more_never_raises_a_score_nor_lowers_a_cost(facts: list[Fact], opened_on: date, cost: str) -> None:
    more = [*facts, Claim(id="more", supplier="V1", kind="quality", cost=Money(cost, "EUR"), opened_on=opened_on)]
    for definition, sign in (
        (SCORES[0], -1),
        (SCORES[1], -1),
        (ClaimRate(id="rate"), 1),
        (CostOfPoorQuality(id="c"), 1),
    ):
        before, after = found(definition, facts).value, found(definition, more).value
        assert before is None or after is None or sign * (after - before) >= 0


@given(facts=trades(), by=bys)
def test_prevention_appraisal_and_failure_are_the_whole_cost_of_quality(facts: list[Fact], by: By) -> None:
    kinds: list[Any] = [["prevention"], ["appraisal"], ["internal_failure", "external_failure"]]
    split = tuple(
        CostOfPoorQuality(id=f"part{number}", kinds=part, relative_to="quality_costs")
        for number, part in enumerate(kinds)
    )
    shares: dict[Any, Fraction] = {}
    for entry in batch(facts, by, every=split):
        if entry.value is not None:
            shares[entry.key] = shares.get(entry.key, Fraction(0)) + entry.value
    assert all(share == 1 for share in shares.values())


@given(facts=trades(), factor=st.sampled_from((2, "0.1", Fraction(1, 3))))
def test_only_the_proportions_of_weights_matter(facts: list[Fact], factor: Any) -> None:  # noqa: ANN401
    weights = {"tidy": Fraction(3), "kind": Fraction(1, 2)}
    scaled = {question: weight * Fraction(factor) for question, weight in weights.items()}
    one, other = (QuestionnaireScore(id="answers", survey="2026", weights=given) for given in (weights, scaled))
    assert batch(facts, every=(one,)) == batch(facts, every=(other,))


@given(facts=trades(), echoes=st.integers(1, 5))
def test_a_respondent_who_repeats_himself_changes_no_score(facts: list[Fact], echoes: int) -> None:
    answers = [fact for fact in facts if isinstance(fact, SurveyAnswer) and fact.respondent is not None]
    known = {(answer.party, answer.question, answer.respondent): answer for answer in answers}
    once: list[Fact] = [*known.values()]
    often = [*once]
    for answer in known.values():
        often += [
            SurveyAnswer(
                id=f"{answer.id}/{echo}",
                survey=answer.survey,
                question=answer.question,
                party=answer.party,
                respondent=answer.respondent,
                points=answer.points,
                of=answer.of,
                answered_on=answer.answered_on,
            )
            for echo in range(echoes)
        ]
    score = QuestionnaireScore(id="answers", survey="2026", unanswered="zero")
    assert [entry.value for entry in batch(once, every=(score,))] == [
        entry.value for entry in batch(often, every=(score,))
    ]


@given(facts=trades())
def test_a_supplier_is_scored_alike_alone_and_among_others(facts: list[Fact]) -> None:
    ledger = Ledger(facts).as_of(END)
    every = {entry.key: entry for entry in batch(facts, every=(SCORES[2],))}
    for supplier in ledger.supplier_ids:
        assert (every[supplier],) == measure([SCORES[2]], ledger.of(supplier), period=PERIOD, as_of=END)
