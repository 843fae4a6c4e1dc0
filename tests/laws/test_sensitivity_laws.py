"""Laws of sensitivity: inside an interval nothing flips, at its end it does, shown by rules loaded with new weights."""

import copy
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from typing import Any

import attrs
from drawn_weights import WeighedCard, moved, weighed_cards, weighed_records
from hypothesis import given, settings
from hypothesis import strategies as st

from supplychain_rules import evaluate, load_policy
from supplychain_rules.analysis.sensitivity import sensitivity
from supplychain_rules.analysis.sensitivity_report import OutcomeFlip, RankFlip, WeightInterval

#: A step that no drawn flip lies within, of another one.
JUST = Fraction(1, 10**9)

OUTPUTS = ["grade", "action", "near", "side", "score", "score_coverage", "score_low"]


@attrs.frozen
class Case:
    card: WeighedCard
    records: list[dict[str, Any]]
    place: int
    held: frozenset[int]
    #: Where between the ends of an interval to look.
    part: Fraction

    @property
    def names(self) -> list[str]:
        return [self.card.criteria[place]["id"] for place in self.held]

    def weights(self, weight: Fraction) -> list[Fraction]:
        return moved(self.card.shares, self.place, weight, self.held)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    card = draw(weighed_cards())
    places = range(len(card.criteria))
    place = draw(st.sampled_from(places))
    free = [other for other in places if other != place]
    held = frozenset(draw(st.sets(st.sampled_from(free), max_size=len(free) - 1)))
    return Case(card, draw(weighed_records(card)), place, held, Fraction(draw(st.integers(1, 31)), 32))


def inside(interval: WeightInterval, part: Fraction) -> Fraction:
    """Return a weight between the ends, of few digits, so that a rule set can hold it."""
    found = interval.low + (interval.high - interval.low) * part
    return found.limit_denominator(1000)


def ranks(case: Case, weight: Fraction) -> list[int | None]:
    scores = [case.card.score(record, case.weights(weight)) for record in case.records]
    present = [score for score in scores if score is not None]
    return [None if score is None else 1 + sum(other > score for other in present) for score in scores]


@given(cases())
@settings(max_examples=20, deadline=None)
def test_within_its_interval_a_weight_changes_no_output_of_rules_loaded_with_it(case: Case) -> None:
    found = sensitivity(case.card.policy, case.records, held=case.names, outputs=OUTPUTS)
    criterion = found.criteria[case.place]
    for one in criterion.outcomes:
        assert one.interval.decided
        weight = inside(one.interval, case.part)
        if one.interval.low < weight < one.interval.high:
            record = case.records[int(str(one.record))]
            assert one.value == case.card.decided(record, case.weights(weight), one.output)


@given(cases())
@settings(max_examples=20, deadline=None)
def test_at_the_end_of_its_interval_an_output_becomes_what_the_flip_says(case: Case) -> None:
    found = sensitivity(case.card.policy, case.records, held=case.names, outputs=OUTPUTS)
    criterion = found.criteria[case.place]
    for one in criterion.outcomes:
        for flips, way in ((one.interval.below, -1), (one.interval.above, 1)):
            for flip in flips:
                assert isinstance(flip, OutcomeFlip)
                weight = flip.weight if flip.reached else flip.weight + way * JUST
                record = case.records[int(str(one.record))]
                assert flip.after == plainly(case, record, weight, one.output)
                assert flip.after != one.value
                before = flip.weight - way * JUST if flip.reached else flip.weight
                if criterion.least <= before <= criterion.most and (criterion.weight - before) * way <= 0:
                    assert one.value == plainly(case, record, before, one.output)


def plainly(case: Case, record: dict[str, Any], weight: Fraction, output: str) -> object:
    """Decide by an exact score: a rule set cannot hold weights of so many digits, so its steps are written here."""
    weights = case.weights(weight)
    step = case.card.data["steps"][0]

    def rounded(value: Fraction, decimals: int) -> Decimal:
        with localcontext(prec=60):
            exact = Decimal(value.numerator) / Decimal(value.denominator)
            return exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)

    exact = case.card.score(record, weights)
    score = None if exact is None else rounded(exact, step["decimals"])
    applied = [
        (w, one)
        for w, one in zip(weights, case.card.criteria, strict=True)
        if not (one.get("applies") and record["fits"] is False)
    ]
    asked = sum(w for w, _ in applied)
    have = sum(w for w, one in applied if record[one["of"]] is not None)
    coverage = None if asked == 0 else rounded(Fraction(have) / asked, 4)
    low = None
    if asked:
        values = [Fraction(-20 if record[one["of"]] is None else record[one["of"]]) for _, one in applied]
        low = rounded(
            sum((w * v for (w, _), v in zip(applied, values, strict=True)), Fraction(0)) / asked, step["decimals"]
        )
    grade = "none" if score is None else "A" if score >= 60 else "B" if score >= 0 else "C"
    near = None if score is None else (score - 40) * (score - Decimal("41.5")) < 2
    thin = coverage is not None and coverage < Decimal("0.7")
    action = "ask" if thin else "grow" if grade == "A" else "keep" if near is True else "leave"
    found: dict[str, object] = {
        "score": score,
        "score_coverage": coverage,
        "score_low": low,
        "grade": grade,
        "near": near,
        "side": None if score is None else 40 < score <= 60 or score == 0,
        "action": action,
    }
    return found[output]


@given(cases())
@settings(max_examples=60, deadline=None)
def test_within_its_interval_a_weight_changes_no_rank_and_at_its_end_it_does(case: Case) -> None:
    criterion = sensitivity(case.card.policy, case.records, held=case.names, outputs=[]).criteria[case.place]
    now = ranks(case, criterion.weight)
    interval = criterion.ranking
    weight = interval.low + (interval.high - interval.low) * case.part
    if interval.low < weight < interval.high:
        assert now == ranks(case, weight)
    for flips, way in ((interval.below, -1), (interval.above, 1)):
        for flip in flips:
            assert isinstance(flip, RankFlip)
            places = [flip.weight, flip.weight + way * JUST]
            seen = [ranks(case, one) for one in places if criterion.least <= one <= criterion.most]
            assert any(one != now for one in seen)


@given(cases())
@settings(max_examples=60, deadline=None)
def test_the_best_stays_the_best_within_its_interval_and_not_beyond(case: Case) -> None:
    criterion = sensitivity(case.card.policy, case.records, held=case.names, outputs=[]).criteria[case.place]

    def best(weight: Fraction) -> set[int]:
        return {place for place, rank in enumerate(ranks(case, weight)) if rank == 1}

    now, interval = best(criterion.weight), criterion.best
    weight = interval.low + (interval.high - interval.low) * case.part
    if interval.low < weight < interval.high:
        assert now == best(weight)
    for flips, way in ((interval.below, -1), (interval.above, 1)):
        for flip in flips:
            seen = [best(one) for one in (flip.weight, flip.weight + way * JUST) if 0 <= one <= criterion.most]
            assert any(one != now for one in seen)


def grades(card: WeighedCard, records: list[dict[str, Any]], top: Decimal) -> list[object]:
    data = copy.deepcopy(card.data)
    data["steps"][1]["bands"][0]["from"] = str(top)
    policy = load_policy(data)
    return [evaluate(policy, record)["grade"] for record in records]


@given(weighed_cards().flatmap(lambda card: st.tuples(st.just(card), weighed_records(card))))
@settings(max_examples=40, deadline=None)
def test_a_threshold_may_move_by_its_slack_and_beyond_it_the_named_records_change(
    drawn: tuple[WeighedCard, list[dict[str, Any]]],
) -> None:
    card, records = drawn
    found = sensitivity(card.policy, records, outputs=[])
    top, step = found.thresholds[0], Decimal("0.001")
    now = grades(card, records, top.threshold)
    for distance, names, reached, way in (
        (top.up, top.up_records, top.up_reached, 1),
        (top.down, top.down_records, top.down_reached, -1),
    ):
        if distance is None or top.threshold + way * (distance + step) <= 0:  # the next band begins at 0
            continue
        if distance >= step:
            assert now == grades(card, records, top.threshold + way * (distance - step))
        at, beyond = (grades(card, records, top.threshold + way * (distance + more)) for more in (0, step))
        assert (now != at) == reached
        assert set(names) <= {place for place, (old, new) in enumerate(zip(now, beyond, strict=True)) if old != new}
