"""Every explanation adds up, says why, and says the same as data, as text and as a page, in both languages."""

import json
import re
from collections import Counter
from decimal import Decimal, localcontext
from fractions import Fraction
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st
from supplier_reviews import review_policies, review_records

from supplychain_rules import Decision, InputError, Policy, evaluate
from supplychain_rules.rules.explain import Explanation, FormulaReason, GateReason, LadderReason, ScorecardReason
from supplychain_rules.testing.strategies_policies import loaded_policies
from supplychain_rules.testing.strategies_records import records
from supplychain_rules.values.label import LANGS

#: Elements that HTML closes by itself.
VOID = frozenset({"meta"})

NUMBER = re.compile(r"\d+(?:\.\d+)?")


class Page(HTMLParser):
    """Read a page: its texts, and whether every element is closed in order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002  its signature
        self.tags.add(tag)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.texts.append(data)


def read(html: str) -> Page:
    page = Page()
    page.feed(html)
    page.close()
    assert [] == page.open
    return page


def numbers(text: str) -> Counter[str]:
    return Counter(NUMBER.findall(text))


def drawn_explanation(data: st.DataObject, policy: Policy) -> Explanation | None:
    try:
        return evaluate(policy, data.draw(records(policy))).explain()
    except InputError:  # rows that conflict
        return None


def explained(policy: Policy, record: dict[str, object]) -> tuple[Decision, Explanation]:
    decision = evaluate(policy, record)
    return decision, decision.explain()


def check_sums(explanation: Explanation) -> None:
    for step in explanation.to_dict()["steps"]:
        if step["kind"] != "scorecard" or step["remainder"] is None:
            continue
        given_ = [one["contribution"] for one in step["criteria"] if one["contribution"] is not None]
        total = sum((Fraction(Decimal(part)) for part in given_), Fraction(Decimal(step["remainder"])))

        assert Fraction(Decimal(step["score"])) == total


@given(policy=review_policies(), record=review_records())
def test_contributions_and_remainder_are_the_score_exactly(policy: Policy, record: dict[str, object]) -> None:
    decision, explanation = explained(policy, record)

    check_sums(explanation)
    card = explanation.to_dict()["steps"][1]
    assert (decision["performance"] is None) == (card["remainder"] is None)


@given(data=st.data(), policy=loaded_policies())
def test_every_scorecard_of_any_rule_set_adds_up(data: st.DataObject, policy: Policy) -> None:
    explanation = drawn_explanation(data, policy)
    if explanation is not None:
        check_sums(explanation)


@given(policy=review_policies(), record=review_records())
def test_the_rounding_line_is_no_more_than_rounding(policy: Policy, record: dict[str, object]) -> None:
    card = explained(policy, record)[1].steps[1]
    assert isinstance(card, ScorecardReason)
    if card.remainder is None or card.method in ("geometric_mean", "points"):
        return
    assert card.score is not None
    unit = Fraction(1, 10 ** -int(card.score.as_tuple().exponent))
    lines = sum(1 for one in card.criteria if one.contribution is not None)

    assert abs(Fraction(card.remainder)) <= unit / 2 + lines * Fraction(1, 20_000)


@given(policy=review_policies(), record=review_records())
def test_the_weights_that_counted_make_up_the_whole(policy: Policy, record: dict[str, object]) -> None:
    card = explained(policy, record)[1].steps[1]
    assert isinstance(card, ScorecardReason)
    shares = [Fraction(one.counted_share) for one in card.criteria if one.counted_share is not None]

    assert not shares or abs(sum(shares) - 1) <= len(shares) * Fraction(1, 20_000)


@given(policy=review_policies(), record=review_records())
def test_a_criterion_without_points_adds_nothing(policy: Policy, record: dict[str, object]) -> None:
    card = explained(policy, record)[1].steps[1]
    assert isinstance(card, ScorecardReason)

    assert [] == [one.id for one in card.criteria if one.score is None and one.contribution is not None]


@given(data=st.data(), policy=loaded_policies())
def test_the_number_lies_between_the_edges_that_are_shown(data: st.DataObject, policy: Policy) -> None:
    explanation = drawn_explanation(data, policy)
    for step in () if explanation is None else explanation.steps:
        if isinstance(step, LadderReason) and step.reading.value is not None:
            number = step.reading.value
            edges = [(step.low, step.high)]
            edges += [(step.indicated_low, step.indicated_high)] if step.hysteresis else []
            for low, high in edges:
                closed_low = step.closed == "low"
                assert low is None or low < number or (closed_low and low == number)
                assert high is None or number < high or (not closed_low and number == high)
            assert step.hysteresis or step.band == step.by_thresholds
            assert step.held == 0 or step.band == step.previous != step.indicated


@given(data=st.data(), policy=loaded_policies())
def test_whatever_is_missing_or_unknown_says_why_and_nothing_else_does(data: st.DataObject, policy: Policy) -> None:
    explanation = drawn_explanation(data, policy)
    for step in () if explanation is None else explanation.steps:
        reasons = [(step.value, step)] if isinstance(step, FormulaReason) else []
        reasons += [(check.holds, check) for check in step.checks] if isinstance(step, GateReason) else []
        for value, reason in reasons:
            lacking = {one.name for one in reason.reads if one.value is None}
            assert (value is None) == bool(reason.causes)
            assert {cause.of for cause in reason.causes if cause.kind == "missing"} <= lacking


@given(data=st.data(), policy=loaded_policies())
def test_an_explanation_is_plain_data_that_any_program_can_store(data: st.DataObject, policy: Policy) -> None:
    explanation = drawn_explanation(data, policy)
    if explanation is not None:
        plain = explanation.to_dict()

        assert plain == json.loads(json.dumps(plain))


@given(data=st.data(), policy=loaded_policies())
def test_both_languages_and_the_page_say_the_same_numbers(data: st.DataObject, policy: Policy) -> None:
    explanation = drawn_explanation(data, policy)
    if explanation is None:
        return
    english, chinese = (explanation.text(lang) for lang in LANGS)

    assert numbers(english) == numbers(chinese)
    assert [numbers(english), numbers(chinese)] == [
        numbers(" ".join(read(explanation.html(lang)).texts)) for lang in LANGS
    ]


@given(policy=review_policies(), record=review_records())
def test_a_review_says_the_same_numbers_in_every_form(policy: Policy, record: dict[str, object]) -> None:
    explanation = explained(policy, record)[1]
    said = [numbers(explanation.text(lang)) for lang in LANGS]
    said += [numbers(" ".join(read(explanation.html(lang)).texts)) for lang in LANGS]

    assert [said[0]] * len(said) == said


@given(data=st.data(), policy=loaded_policies())
def test_a_page_holds_nothing_that_runs_or_loads(data: st.DataObject, policy: Policy) -> None:
    explanation = drawn_explanation(data, policy)
    if explanation is not None:
        allowed = {"section", "style", "p", "h3", "h4", "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"}

        assert set() == read(explanation.html()).tags - allowed - {"dl", "dt", "dd", "code", "span"}


@given(policy=review_policies(), record=review_records())
def test_the_callers_decimal_context_changes_no_word(policy: Policy, record: dict[str, object]) -> None:
    explanation = explained(policy, record)[1]
    expected = [explanation.text("zh"), explanation.html("en")]
    with localcontext() as context:
        context.prec = 2
        again = explained(policy, record)[1]
        shown = [again.text("zh"), again.html("en")]

    assert expected == shown
