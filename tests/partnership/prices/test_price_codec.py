"""Clauses, schedules and surcharges as plain data: there and back, and every problem at once."""

import json
import tomllib
from datetime import date

import pytest
from price_makers import clause, eur, steel

from supplychain_rules import PolicyError
from supplychain_rules.partnership.prices import (
    DeadBand,
    FactorBounds,
    MoveSharing,
    RebateSchedule,
    RebateTier,
    Rounding,
    SurchargeScale,
    SurchargeStep,
    SurchargeTable,
    Timing,
    dump_adjustment_clause,
    dump_rebate_schedule,
    dump_surcharge,
    load_adjustment_clause,
    load_rebate_schedule,
    load_surcharge_scale,
    load_surcharge_table,
)

TOML = """
schema = "supplychain-rules/price-adjustment/1"
id = "castings"
currency = "EUR"
fixed = "0.15"
never_down = true
terms = [
  { id = "steel", series = "WPU101", weight = "0.55", currency = "USD", conversion = "unconverted" },
  { id = "energy", series = "WPU054", weight = "0.30", base_value = "209.7", label = { en = "energy", zh = "能源" } },
]
[base]
month = 2020-01-01
edition = { kind = "known_on", on = 2023-12-17 }
[current]
lag_months = 1
average_months = 3
edition = { kind = "first_published" }
[dead_band]
up = "0.03"
mode = "excess"
[bounds]
cap = "1.2"
"""


def test_a_clause_is_read_from_toml() -> None:
    read = load_adjustment_clause(tomllib.loads(TOML))

    assert (["steel", "energy"], "能源", date(2020, 1, 1), True) == (
        [term.id for term in read.terms],
        read.terms[1].label.zh if read.terms[1].label else None,
        read.base.month,
        read.never_down,
    )


def test_what_is_dumped_is_loaded_again_through_json() -> None:
    full = clause(
        steel(frequency="quarter"),
        ratio_rounding=Rounding(decimals=4, mode="half_even"),
        dead_band=DeadBand(up="1/30", mode="full", on="factor"),
        sharing=MoveSharing(up="0.5"),
        bounds=FactorBounds(floor="0.9", step_up="0.05"),
        timing=Timing(notice_days_up=30),
        decimals=4,
    )

    assert full == load_adjustment_clause(json.loads(json.dumps(dump_adjustment_clause(full))))


def test_schedules_and_surcharges_are_loaded_again() -> None:
    schedule = RebateSchedule(
        id="R", currency="EUR", basis="spend", method="all_units", tiers=[RebateTier(at=1, rate="1/3")], cap=eur(9)
    )
    table = SurchargeTable(id="T", steps=[SurchargeStep(at=1, rate="0.5")])
    scale = SurchargeScale(id="S", trigger=1, step="0.05", rate="0.01", steps_counted="whole")

    assert (schedule, table, scale) == (
        load_rebate_schedule(json.loads(json.dumps(dump_rebate_schedule(schedule)))),
        load_surcharge_table(json.loads(json.dumps(dump_surcharge(table)))),
        load_surcharge_scale(json.loads(json.dumps(dump_surcharge(scale)))),
    )


def test_all_problems_are_named_at_once_by_their_paths() -> None:
    wrong = tomllib.loads(TOML)
    wrong["fixd"] = wrong.pop("fixed")
    wrong["terms"][0]["weight"] = 0.55
    wrong["terms"][1]["frequency"] = "week"
    wrong["dead_band"]["mode"] = "all"
    wrong["current"]["edition"] = {"kind": "latest", "on": "2026-01-01"}
    del wrong["base"]["edition"]

    with pytest.raises(PolicyError) as error:
        load_adjustment_clause(wrong)

    assert [
        ("base.edition", "missing_key"),
        ("current.edition", "bad_value"),
        ("dead_band.mode", "bad_value"),
        ("fixd", "unknown_key"),
        ("fixed", "missing_key"),
        ("terms[0].weight", "bad_value"),
        ("terms[1].frequency", "bad_value"),
    ] == sorted({(problem.path, problem.code) for problem in error.value.problems})


def test_another_format_is_refused() -> None:
    with pytest.raises(PolicyError, match="schema"):
        load_rebate_schedule({"schema": "supplychain-rules/1"})
