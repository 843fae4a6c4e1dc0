"""What columns can be together: free ones anything, results of steps only what records make of them."""

from short_rules import integer, ladder, number, rules, table

from supplychain_rules.analysis.inspection import Inspection
from supplychain_rules.analysis.joint import Joint
from supplychain_rules.analysis.regions import Region, Regions, table_regions
from supplychain_rules.analysis.search import Budget
from supplychain_rules.rules.policy import Policy
from supplychain_rules.rules.table import TableStep

GRADED = rules(
    {"score": number("0", "100", 1), "days": integer(0, 30)},
    ladder("score"),
    table(({"grade": "A", "score": ">= 50", "days": "> 5"}, "keep"), ({"grade": "C"}, "grow")),
)


def joint_of(policy: Policy) -> tuple[Joint, Regions]:
    inspection = Inspection(policy=policy, budget=Budget(1_000))
    step = policy.steps[-1]
    assert isinstance(step, TableStep)
    regions = table_regions(policy, step, inspection.types)
    return Joint(inspection, regions), regions


def region(regions: Regions, column: int, *pieces: object) -> Region:
    """Return a region of a column by its pieces."""
    return next(one for one in regions.columns[column].regions if set(pieces) & set(one.pieces))


def test_an_input_that_no_other_column_depends_on_is_free() -> None:
    joint, _ = joint_of(GRADED)

    assert [False, False, True] == joint.free
    assert not joint.all_free


def test_a_grade_and_a_score_that_exclude_each_other_are_never_together() -> None:
    joint, regions = joint_of(GRADED)

    assert "none" == joint.witness({0: region(regions, 0, "A"), 1: region(regions, 1, (0, 499))}).outcome


def test_a_record_lies_in_all_chosen_regions() -> None:
    joint, regions = joint_of(GRADED)
    chosen = {0: region(regions, 0, "A"), 1: region(regions, 1, (500, 1000)), 2: region(regions, 2, (6, 30))}

    answer = joint.witness(chosen)

    assert answer.units is not None
    assert answer.units[0] >= 850  # type: ignore[operator]  a score in units
    assert 18 == answer.units[1]
    assert 0b01 == joint.hits(answer.units)


def test_of_several_stretches_the_middle_of_the_highest_is_shown() -> None:
    bands = table(({"score": "[76..100]"}, "keep"), ({"score": "[51..75]"}, "keep"), ({"score": "[0..50]"}, "keep"))
    joint, regions = joint_of(rules({"score": number("0", "100", 1)}, bands))
    holes = next(one for one in regions.columns[0].regions if not one.rows)

    assert (755,) == joint.witness({0: holes}).units
