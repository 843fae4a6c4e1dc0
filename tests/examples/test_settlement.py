"""The settlement example: it runs as it is, its statement adds up, and what it reads wrongly is told."""

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
POLICY = EXAMPLES / "partnership" / "nordic_steel.toml"
ACTUALS = EXAMPLES / "partnership" / "nordic_steel_2023.json"


def settled(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the script far from the checkout's root, so that no path may be relative."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, str(EXAMPLES / "settlement.py"), *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, check=False, encoding="utf-8", env=environment, cwd=EXAMPLES.anchor, timeout=300
    )


@cache
def as_data() -> dict[str, Any]:
    run = settled("--json")
    assert (0, "") == (run.returncode, run.stderr)
    return json.loads(run.stdout)


def cents(text: str) -> int:
    whole, _, part = text.removeprefix("-").partition(".")
    size = int(whole) * 100 + int(part.ljust(2, "0") or 0)
    return -size if text.startswith("-") else size


def test_the_breaches_are_those_that_the_facts_show() -> None:
    assert [
        "late_delivery:delivery:order_lines/PO2/1",
        "price_above_terms:price:invoice_lines/I3/1",
        "lot_below_standard:quality:inspections/Q3",
        "late_delivery:delivery:order_lines/PO4/1",
        "late_payment:payment:invoices/I5",
    ] == [breach["id"] for breach in as_data()["breaches"]]


def test_damages_are_those_computed_by_hand() -> None:
    lines = {line["line"]: line for line in as_data()["statement"]["lines"]}
    # 0.5 % a day: 9 days on 3,000 x 24, and 4 days (8 less the 4 that were ours, 2 allowed) on 8,000 x 24.
    assert "7080" == lines["Liquidated damages for delay"]["us"]
    assert "-4500" == lines["Overcharge"]["nordic"]  # 7,500 x 0.60
    assert "384" == lines["Rework"]["us"]  # 120 x 3.20
    # 22 days of 8 % by 360 on 196,800, and 40 for the reminder.
    assert "1002.13" == lines["Interest on late payment"]["nordic"]


def test_the_target_moves_with_steel_and_power_beyond_the_dead_band() -> None:
    adjustment = as_data()["adjustment"]
    steel = (3672.256 / 11) / 322.678 - 1.02  # the mean of January to November 2023 over December 2022
    power = (2937.918 / 11) / 250.613 - 1.02
    assert "1211616.91" == adjustment["adjusted"]["amount"]
    assert f"{1_200_000 * (1 + 0.35 * steel + 0.10 * power):.2f}" == adjustment["adjusted"]["amount"]


def test_every_line_and_the_whole_statement_add_up() -> None:
    data = as_data()
    parties = ("us", "nordic", "harbour")
    lines = data["statement"]["lines"]
    pool = cents(data["settlement"]["pool"])
    assert [pool, 0, 0, 0, 0] == [sum(cents(line[party]) for party in parties) for line in lines]
    for party in parties:
        assert cents(data["statement"]["net"][party]) == sum(cents(line[party]) for line in lines)


def test_the_supplier_bears_everything_from_five_per_cent_above_the_target_on() -> None:
    assert "1272197.7555" == as_data()["analysis"]["parties"]["nordic"]["total_assumption"]
    assert as_data()["analysis"]["conserves"] is True


@pytest.mark.parametrize(
    ("lang", "heads"),
    [
        (
            "en",
            [
                "== Breaches, Steel brackets 2023, [2023-01-01..2024-01-01)",
                "== The target follows its indexes",
                "== The saving and its shares",
                "== One statement",
                "== What the clauses do",
            ],
        ),
        (
            "zh",
            [
                "== 违约情况：2023 年钢支架合同，[2023-01-01..2024-01-01)",
                "== 目标成本随指数调整",
                "== 节约及其分享",
                "== 结算汇总",
                "== 条款分析",
            ],
        ),
    ],
)
def test_the_report_reads_in_both_languages_and_saves_its_chart(tmp_path: Path, lang: str, heads: list[str]) -> None:
    chart = tmp_path / "shares.html"
    run = settled("--lang", lang, "--chart", chart)
    assert (0, "") == (run.returncode, run.stderr)
    assert heads == [line for line in run.stdout.splitlines() if line.startswith("== ")]
    assert str(chart) in run.stdout.splitlines()[-1]
    assert "vegaEmbed" in chart.read_text("utf-8")


def test_a_policy_that_is_wrong_is_told_and_nothing_is_saved(tmp_path: Path) -> None:
    wrong, chart = tmp_path / "wrong.toml", tmp_path / "shares.html"
    wrong.write_text(POLICY.read_text("utf-8").replace('nordic = "50%"', 'nordic = "49%"'), "utf-8")
    run = settled(wrong, ACTUALS, "--chart", chart)
    assert (1, "") == (run.returncode, run.stdout)
    assert "clauses[0].bands[2].shares" in run.stderr
    assert "99%" in run.stderr
    assert not chart.exists()


def test_actuals_without_an_index_are_told(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.json"
    data = json.loads(ACTUALS.read_text("utf-8"))
    del data["indices"]["series"]["WPU054"]
    wrong.write_text(json.dumps(data), "utf-8")
    run = settled(POLICY, wrong, "--json")
    assert (1, "") == (run.returncode, run.stdout)
    assert "WPU054" in run.stderr


def test_a_fact_that_is_wrong_is_told(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.json"
    wrong.write_text(ACTUALS.read_text("utf-8").replace('"quantity": "8200"', '"quantity": "8,200"', 1), "utf-8")
    run = settled(POLICY, wrong, "--json")
    assert (1, "") == (run.returncode, run.stdout)
    assert "quantity" in run.stderr
