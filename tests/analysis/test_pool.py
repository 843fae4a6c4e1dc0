"""The pool: records at the edges of the rules, the same at every call."""

from short_rules import choice, integer, ladder, rules

from supplychain_rules.analysis.pool import Pool
from supplychain_rules.analysis.search import Space

POLICY = rules(
    {"score": integer(0, 100, optional=True), "kind": choice("raw", "pack")}, ladder("score", if_unknown="D")
)


def test_records_stand_on_both_sides_of_every_threshold() -> None:
    scores = set(Pool(Space(POLICY.program)).column("score"))

    assert {0, 59, 60, 84, 85, 100, None} <= scores


def test_every_band_and_option_is_met() -> None:
    pool = Pool(Space(POLICY.program))

    assert {"A", "B", "C", "D"} == set(pool.column("grade"))
    assert {"raw", "pack"} == set(pool.column("kind"))


def test_the_same_rules_have_the_same_pool() -> None:
    assert Pool(Space(POLICY.program)).records == Pool(Space(POLICY.program)).records


def test_a_value_of_one_record_is_what_the_column_says() -> None:
    pool = Pool(Space(POLICY.program))

    for name in ("score", "kind", "grade"):
        assert pool.column(name) == [pool.value(name, record) for record in pool.records]
    assert pool.typical in pool.records
