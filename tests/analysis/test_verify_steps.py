"""Findings in gates and ladders, and options that no table gives."""

from typing import Any

from short_rules import choice, found, integer, kinds, ladder, number, rules, table

SCORE = {"score": number("0", "100", 1)}
BEFORE = {"before": choice("C", "B", "A", optional=True)}


def gate(*checks: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "gate", "id": "qualified", "checks": list(checks)}


def check(require: str, **more: str) -> dict[str, Any]:
    return {"id": f"c{len(require)}", "require": require, **more}


def test_a_check_that_every_record_passes_never_bites() -> None:
    policy = rules({"days": integer(0, 9), "known": {"type": "boolean"}}, gate(check("days >= 0"), check("known")))

    assert [("idle_check", "steps[0].checks[0]")] == kinds(policy)


def test_a_check_that_only_bites_on_missing_data_bites() -> None:
    policy = rules({"days": integer(0, 9, optional=True)}, gate(check("days >= 0")))

    assert [] == found(policy, "idle_check")


def test_a_gate_that_nobody_passes_is_an_error() -> None:
    policy = rules({"years": integer(0, 99)}, gate(check("years >= 10"), check("5 > years + 0")))

    assert [("unreachable_outcome", "steps[0]", "error")] == [
        (finding.kind, finding.path, finding.severity) for finding in found(policy, "unreachable_outcome")
    ]


def test_unknown_judged_worse_than_false_is_shown_on_a_record_without_data() -> None:
    policy = rules({"known": {"type": "boolean", "optional": True}}, gate(check("known", if_false="refer")))

    assert [{"known": None}] == [finding.witness for finding in found(policy, "unknown_handling")]


def test_a_band_that_only_its_own_past_keeps_is_unreachable() -> None:
    bands = [{"name": "A", "from": "101"}, {"name": "B", "from": "60"}, {"name": "C"}]
    policy = rules({**SCORE, **BEFORE}, ladder("score", bands=bands, hysteresis={"previous": "before", "margin": "2"}))

    assert [("unreachable_band", "steps[0].bands[0]")] == kinds(policy)


def test_a_wait_of_a_hundred_reviews_is_long_and_no_fault() -> None:
    inputs = {**SCORE, **BEFORE, "waited": integer(-200, 200, optional=True)}
    policy = rules(inputs, ladder("score", hysteresis={"previous": "before", "held": "waited", "periods": 100}))

    assert [] == kinds(policy)


def test_a_margin_beyond_the_best_score_locks_a_band() -> None:
    bands = [{"name": "A", "from": "95"}, {"name": "B", "from": "60"}, {"name": "C"}]
    policy = rules({**SCORE, **BEFORE}, ladder("score", bands=bands, hysteresis={"previous": "before", "margin": "6"}))

    assert [("unreachable_band", "steps[0].hysteresis")] == kinds(policy)


def test_less_is_better_is_followed_downwards() -> None:
    bands = [{"name": "A", "to": "5"}, {"name": "B", "to": "50"}, {"name": "C"}]
    locked = rules({**SCORE, **BEFORE}, ladder("score", bands=bands, hysteresis={"previous": "before", "margin": "6"}))
    sound = rules({**SCORE, **BEFORE}, ladder("score", bands=bands, hysteresis={"previous": "before", "margin": "5"}))

    assert [("unreachable_band", "steps[0].hysteresis")] == kinds(locked)
    assert [] == kinds(sound)


def test_hysteresis_without_margin_or_periods_flutters() -> None:
    policy = rules({**SCORE, **BEFORE}, ladder("score", hysteresis={"previous": "before"}))

    assert [("oscillation", "steps[0].hysteresis")] == kinds(policy)


def test_an_option_is_reachable_by_otherwise_only_where_rows_leave_something() -> None:
    rows = [({"score": ">= 60"}, "grow"), ({"score": "< 50"}, "keep")]
    left = table(*rows, otherwise={"action": "leave"})
    none_left = table(*rows, ({"score": "[50..60)"}, "keep"), otherwise={"action": "leave"})

    assert [] == found(rules(SCORE, left), "unreachable_option")
    assert 1 == len(found(rules(SCORE, none_left), "unreachable_option"))
