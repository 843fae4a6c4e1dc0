"""Whether rows cover everything, or what another row takes."""

from short_rules import integer, rules, table

from supplychain_rules.analysis.covering import Covering
from supplychain_rules.analysis.inspection import Inspection
from supplychain_rules.analysis.joint import Joint
from supplychain_rules.analysis.regions import table_regions
from supplychain_rules.analysis.search import Budget
from supplychain_rules.rules.table import TableStep

#: A spiral of rows about the middle of a square: no row goes from edge to edge.
SPIRAL = (
    ({"x": "[0..5]", "y": "[0..2]"}, "a"),
    ({"x": "[6..9]", "y": "[0..5]"}, "a"),
    ({"x": "[4..9]", "y": "[6..9]"}, "a"),
    ({"x": "[0..3]", "y": "[3..9]"}, "a"),
)
MIDDLE = ({"x": "[4..5]", "y": "[3..5]"}, "a")


def covering(*rows: tuple[dict[str, str], str], nodes: int = 1_000, disjoint: bool = False) -> Covering:
    policy = rules({"x": integer(0, 9), "y": integer(0, 9)}, table(*rows))
    inspection = Inspection(policy=policy, budget=Budget(100))
    step = policy.steps[0]
    assert isinstance(step, TableStep)
    regions = table_regions(policy, step, inspection.types)
    columns = [column.regions for column in regions.columns]
    return Covering(joint=Joint(inspection, regions), columns=columns, within={}, nodes=nodes, disjoint=disjoint)


def test_four_rows_about_a_middle_leave_the_middle_open() -> None:
    for disjoint in (False, True):
        cover = covering(*SPIRAL, disjoint=disjoint).search(0b1111)
        assert "no" == cover.outcome
        assert (4, 4) == cover.units


def test_with_the_middle_nothing_is_left() -> None:
    for disjoint in (False, True):
        assert "yes" == covering(*SPIRAL, MIDDLE, disjoint=disjoint).search(0b11111).outcome


def test_rows_that_exclude_each_other_are_counted_in_one_go() -> None:
    search = covering(*SPIRAL, MIDDLE, nodes=1, disjoint=True)

    assert "yes" == search.search(0b11111).outcome


def test_without_nodes_nothing_is_claimed() -> None:
    assert "undecided" == covering(*SPIRAL, MIDDLE, nodes=1).search(0b11111).outcome


def test_a_table_of_many_columns_needs_no_recursion() -> None:
    names = [f"c{place}" for place in range(400)]
    rows = [(dict.fromkeys(names, "[0..5]"), "a"), (dict.fromkeys(names, "[0..8]"), "b")]
    policy = rules({name: integer(0, 9) for name in names}, table(*rows))
    inspection = Inspection(policy=policy, budget=Budget(100))
    step = policy.steps[0]
    assert isinstance(step, TableStep)
    regions = table_regions(policy, step, inspection.types)
    search = Covering(
        joint=Joint(inspection, regions), columns=[c.regions for c in regions.columns], within={}, nodes=10_000
    )

    assert "no" == search.search(0b11).outcome
