"""Expressions evaluated on boxes: what a rule set can say of many records at once."""

from short_rules import integer, ladder, rules, table

from supplychain_rules.analysis.intervals import FALSE, TRUE, UNKNOWN, Box
from supplychain_rules.analysis.search import Space
from supplychain_rules.rules.policy import Policy


def on(policy: Policy, name: str, box: Box) -> object:
    """Return the set that a binding has on a box."""
    space = Space(policy.program)
    _, env = space.reading([name]).on(box)
    return env[space.compiler.slots[name]]


def test_a_ladder_over_scores_from_sixty_to_ninety_never_says_c() -> None:
    policy = rules({"score": integer(0, 100)}, ladder("score"))
    bits = on(policy, "grade", ((60, 90, False),))
    space = Space(policy.program)

    assert space.compiler.text_bits(("A", "B")) == bits


def test_rows_three_and_four_do_not_make_the_rows_about_them_possible() -> None:
    rows = [({"x": str(value)}, "keep" if value % 2 else "grow") for value in range(10)]
    policy = rules({"x": integer(0, 9)}, table(*rows))

    assert (2 << 0) == on(policy, "decide.row", ((0, 0, False),))
    found = on(policy, "decide.row", ((3, 4, False),))
    assert isinstance(found, int)
    assert [3, 4] == [row for row in range(10) if found & (2 << row)]


def test_a_condition_on_a_missing_value_is_unknown() -> None:
    policy = rules({"days": integer(0, 9, optional=True)}, {"kind": "formula", "id": "late", "formula": "days > 3"})

    assert UNKNOWN == on(policy, "late", ((1, 0, True),))
    assert TRUE | FALSE | UNKNOWN == on(policy, "late", ((0, 9, True),))


def test_a_text_that_no_rule_names_stays_apart_from_those_that_are_named() -> None:
    policy = rules({"term": {"type": "text"}}, {"kind": "formula", "id": "ours", "formula": 'term in ("EXW", "FCA")'})
    space = Space(policy.program)

    assert TRUE | FALSE == on(policy, "ours", space.whole)
    assert FALSE == on(policy, "ours", space.box_of(("DAP",)))
