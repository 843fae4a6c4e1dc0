"""An inspection: questions about a policy within a budget, and what was found."""

from short_rules import choice, integer, ladder, number, rules, table

from supplychain_rules.analysis.inspection import Inspection, listed, record_of
from supplychain_rules.analysis.search import Budget
from supplychain_rules.language.nodes import Name

OVERLAPPING = rules(
    {"x": integer(0, 9), "y": integer(0, 9)},
    table(({"x": "< 9"}, "keep"), ({"x": "> 0"}, "grow"), hit="unique"),
    {"kind": "formula", "id": "high", "formula": "y > 5"},
)
RANKED = rules(
    {"score": number("0", "100"), "days": integer(0, 9)},
    {"kind": "rank", "id": "place", "of": "score"},
    {"kind": "formula", "id": "first", "formula": "place == 1"},
    {"kind": "formula", "id": "late", "formula": "days > 3"},
)


def test_a_band_is_reached_by_a_record() -> None:
    inspection = Inspection(policy=rules({"score": integer(0, 80)}, ladder("score")), budget=Budget(100))

    assert "found" == inspection.reach("grade", "B").outcome
    assert "none" == inspection.reach("grade", "A").outcome


def test_a_record_without_a_conflict_is_preferred() -> None:
    inspection = Inspection(policy=OVERLAPPING, budget=Budget(1_000))

    answer = inspection.find(Name("high"), without_conflict=True)

    assert answer.units is not None
    assert inspection.accepts(answer.units)
    assert not inspection.accepts((5, 0))


def test_one_question_leaves_budget_for_others() -> None:
    puzzle = {"kind": "formula", "id": "even", "formula": "x * x == 2 * y * y + 3"}
    policy = rules({"x": integer(0, 1_000_000), "y": integer(0, 1_000_000)}, puzzle)
    inspection = Inspection(policy=policy, budget=Budget(8_000))

    assert "undecided" == inspection.find(Name("even")).outcome
    assert 7_000 == inspection.budget.left


def test_what_depends_on_a_comparison_of_records_is_known() -> None:
    compared = Inspection(policy=RANKED, budget=Budget(100)).compared

    assert {"place", "first"} <= compared
    assert not {"score", "days", "late"} & compared


def test_a_finding_that_rests_on_a_comparison_is_undecided_and_shows_no_record() -> None:
    inspection = Inspection(policy=RANKED, budget=Budget(100))
    inspection.report("gap", "error", "steps[0]", ("a gap", "缺口"), units=(1, 2), seen_on=("place",))
    inspection.report("gap", "error", "steps[0]", ("a gap", "缺口"), units=(1, 2), seen_on=("days",))

    assert ["undecided", "error"] == [finding.severity for finding in inspection.findings]
    assert None is inspection.findings[0].witness
    assert inspection.findings[1].witness is not None


def test_open_questions_about_one_place_are_one_finding() -> None:
    inspection = Inspection(policy=RANKED, budget=Budget(100))
    inspection.undecided("steps[0]", ("whether a", "是否甲"))
    inspection.undecided("steps[0]", ("whether b", "是否乙"))

    (finding,) = inspection.all_findings()

    assert "not decided within the budget: whether a; whether b" == finding.message.en


def test_units_become_a_record_as_a_user_writes_it() -> None:
    policy = rules({"rate": number("0", "1"), "kind": choice("raw")}, {"kind": "formula", "id": "f", "formula": "rate"})

    assert "{'rate': Decimal('0.50'), 'kind': None}" == str(record_of(policy, (50, None)))


def test_long_lists_of_names_are_cut_in_both_languages() -> None:
    assert "'a', 'b' and 1 more" == listed("abc", "en", most=2)
    assert "“a”、“b”等另外 1 个" == listed("abc", "zh", most=2)
