"""The first example, run as a stranger runs it: a new process, no arguments, the committed sample world."""

import csv
import json
import os
import re
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from supplychain_rules import InputError, Policy, evaluate, load_policy
from supplychain_rules.rules.explain import Explanation, ScorecardReason

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
DATA = EXAMPLES / "data"
RULES = EXAMPLES / "policies" / "supplier_review.policy.toml"


def run(script: str, *arguments: str | Path, hash_seed: str = "0") -> subprocess.CompletedProcess[str]:
    """Run a script of the examples with this Python; far from the checkout's root, so that no path may be relative."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT / "src"),
        "PYTHONHASHSEED": hash_seed,
        "PYTHONIOENCODING": "utf-8",
    }
    command = [sys.executable, str(EXAMPLES / script), *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, check=False, encoding="utf-8", env=environment, cwd=EXAMPLES.anchor, timeout=120
    )


def review(*arguments: str | Path, hash_seed: str = "0") -> subprocess.CompletedProcess[str]:
    return run("supplier_review.py", *arguments, hash_seed=hash_seed)


@cache
def plain_run() -> subprocess.CompletedProcess[str]:
    return review()


@cache
def decided() -> tuple[dict[str, Any], ...]:
    return tuple(json.loads(review("--json").stdout))


@cache
def policy() -> Policy:
    return load_policy(tomllib.loads(RULES.read_text(encoding="utf-8")))


def by_id(identity: str) -> dict[str, Any]:
    return next(entry for entry in decided() if entry["supplier"] == identity)


def outputs(identity: str) -> dict[str, Any]:
    return dict(by_id(identity)["outputs"])


def explanation(entry: dict[str, Any]) -> Explanation:
    return evaluate(policy(), entry["inputs"]).explain()


def refused_rows(text: str) -> list[str]:
    return re.findall(r"^ +(\w+\.csv) row \d+:", text, flags=re.MULTILINE)


# The sample world


def test_the_generator_writes_the_committed_files_again_byte_for_byte(tmp_path: Path) -> None:
    assert run("make_sample_data.py", "--out", tmp_path, hash_seed="7").returncode == 0
    committed = {path.name: path.read_bytes() for path in DATA.glob("*.csv")}
    assert committed == {path.name: path.read_bytes() for path in tmp_path.iterdir()}


def test_another_seed_makes_another_world(tmp_path: Path) -> None:
    assert run("make_sample_data.py", "--out", tmp_path, "--seed", "1").returncode == 0
    assert (tmp_path / "orders.csv").read_bytes() != (DATA / "orders.csv").read_bytes()


def test_the_sample_world_stays_small() -> None:
    assert sum(path.stat().st_size for path in DATA.iterdir()) < 1_000_000


# What a stranger sees


def test_it_runs_without_arguments_and_says_nothing_on_stderr() -> None:
    done = plain_run()
    assert (0, "") == (done.returncode, done.stderr)


def test_every_supplier_of_the_master_data_stands_in_the_table() -> None:
    with (DATA / "suppliers.csv").open(encoding="utf-8", newline="") as stream:
        known = {row["supplier_id"] for row in csv.DictReader(stream)}
    assert 41 == len(known)
    assert known == {entry["supplier"] for entry in decided()}
    assert [] == [identity for identity in sorted(known) if identity not in plain_run().stdout]


def test_every_row_that_cannot_be_used_is_named_with_its_file() -> None:
    expected = Counter(
        {
            "suppliers.csv": 1,
            "orders.csv": 7,
            "receipts.csv": 4,
            "inspections.csv": 3,
            "prices.csv": 2,
            "certificates.csv": 2,
        }
    )
    assert expected == Counter(refused_rows(plain_run().stdout))


@pytest.mark.parametrize(
    "line",
    [
        "suppliers.csv row 32: id: stands in row 13 already, with another name ('0112')",
        "orders.csv row 213: promised_on: is not a date ('2025-02-30')",
        "orders.csv row 469: quantity: is not a number ('twelve')",
        "orders.csv row 614: supplier: is no known supplier ('0999')",
        "orders.csv row 1025: quantity: is blank ('')",
        "orders.csv row 1190: unit_price: is not a number ('1.234,50')",
        "orders.csv row 1404: unit_price.currency: column 'currency' is an unknown currency ('EURO')",
        "receipts.csv row 156: quantity: is negative ('-40')",
        "receipts.csv row 702: order_line: is no known order line ('PO77777')",
        "inspections.csv row 90: rejected: exceeds the 100 inspected ('130')",
    ],
)
def test_a_refused_row_is_told_by_its_number_field_value_and_reason(line: str) -> None:
    assert line in plain_run().stdout


def test_two_spellings_of_one_firm_are_shown_and_not_merged() -> None:
    assert "0201 Hengda Packaging Co., Ltd. = 0208 HENGDA PACKAGING CO LTD" in plain_run().stdout
    assert by_id("0201")["inputs"]["spend"] != by_id("0208")["inputs"]["spend"]


def test_the_explanation_shown_is_that_of_a_grade_which_waits() -> None:
    assert "0108 Tatra Profiles a.s." in plain_run().stdout.rpartition("Why:")[2]
    assert ("C", "1", "rising") == tuple(outputs("0108")[name] for name in ("grade", "grade_held", "trend"))


def test_the_explanation_of_any_supplier_can_be_asked_for() -> None:
    assert "0113 Great Lakes Alloys Inc." in review("--explain", "0113").stdout.rpartition("Why:")[2]


def test_a_report_in_chinese_carries_the_chinese_labels(tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    assert 0 == review("--lang", "zh", "--out", page).returncode
    text = page.read_text(encoding="utf-8")
    labels = ("供应商绩效评估", "封顶前得分", "准时足量交付率", "评级", "措施", "苏州精工弹簧厂", "不是有效日期")
    assert [] == [label for label in labels if label not in text]


def test_a_report_needs_nothing_but_itself(tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    assert 0 == review("--out", page).returncode
    assert [] == re.findall(r"<script|<link|src=|https?://|@import", page.read_text(encoding="utf-8"))


# The decisions


def test_json_is_pure_and_the_same_in_every_run() -> None:
    first, second = review("--json", hash_seed="1"), review("--json", hash_seed="2")
    assert 41 == len(json.loads(first.stdout))
    assert first.stdout == second.stdout
    assert 19 == len(refused_rows(first.stderr))


def test_the_ranking_is_by_score_and_without_a_score_last() -> None:
    scores = [entry["outputs"]["score"] for entry in decided()]
    known = [Decimal(score) for score in scores if score is not None]
    assert sorted(known, reverse=True) == known
    assert [None, None] == scores[len(known) :]


def test_the_best_and_the_last_are_who_they_should_be() -> None:
    ranked = [entry["supplier"] for entry in decided()]
    assert ["0118", "0202", "0303"] == ranked[:3]
    assert ["0213", "0110", "0212", "0309"] == ranked[-4:]


@pytest.mark.parametrize(
    ("supplier", "expected"),
    [
        pytest.param("0101", {"qualified": "pass", "grade": "A", "action": "grow"}, id="an excellent supplier grows"),
        pytest.param("0111", {"quality": "99.94", "grade": "B"}, id="perfect but expensive is not preferred"),
        pytest.param("0105", {"grade": "C", "action": "improve"}, id="cheap but late agrees a plan"),
        pytest.param("0106", {"trend": "falling", "grade": "C", "action": "improve"}, id="a declining one is seen"),
        pytest.param("0113", {"grade": "D", "action": "develop"}, id="the giant is developed, not dropped"),
        pytest.param("0110", {"grade": "D", "action": "replace", "plan_due": None}, id="a second D is replaced"),
        pytest.param("0114", {"qualified": "fail", "action": "stop"}, id="a sanctions hit stops all orders"),
        pytest.param("0116", {"qualified": "fail", "action": "stop"}, id="an expired certificate stops all orders"),
        pytest.param("0112", {"qualified": "refer", "action": "clarify"}, id="no certificate on file is a question"),
        pytest.param("0211", {"qualified": "refer", "action": "clarify"}, id="an unusable certificate is a question"),
        pytest.param("0207", {"qualified": "refer", "action": "clarify"}, id="no screening is a question"),
        pytest.param("0303", {"reject_ppm": None, "quality": "100.00"}, id="a service is not inspected"),
        pytest.param("0309", {"score": None, "grade": "unrated", "trend": "new"}, id="no data is no bad mark"),
        pytest.param("0212", {"qualified": "refer", "score": None}, id="one line due is too little to judge"),
    ],
)
def test_each_behaviour_meets_its_consequence(supplier: str, expected: dict[str, Any]) -> None:
    found = outputs(supplier)
    assert expected == {name: found[name] for name in expected}


def test_one_bad_lot_costs_a_good_supplier_its_grade() -> None:
    found = by_id("0115")
    assert "B" == found["inputs"]["previous_grade"]
    assert ("43.08", "C", "falling") == tuple(found["outputs"][name] for name in ("quality", "grade", "trend"))


def test_every_decision_can_be_made_again_from_its_inputs() -> None:
    again = [evaluate(policy(), entry["inputs"]).to_dict()["outputs"] for entry in decided()]
    assert [entry["outputs"] for entry in decided()] == again


@pytest.mark.parametrize(
    "supplier", [f"{number:04}" for number in (*range(101, 119), *range(201, 215), *range(301, 310))]
)
def test_the_lines_of_every_explanation_add_up_exactly(supplier: str) -> None:
    scorecards = [step for step in explanation(by_id(supplier)).steps if isinstance(step, ScorecardReason)]
    assert ["quality", "delivery", "commercial", "overall", "weakest"] == [step.id for step in scorecards]
    for step in scorecards:
        if step.score is not None:
            parts = [line.contribution for line in step.criteria if line.contribution is not None]
            assert step.score == sum(parts, start=step.remainder or Decimal(0))


def test_an_earlier_day_sees_nothing_of_what_came_later() -> None:
    earlier = {entry["supplier"]: entry for entry in json.loads(review("--json", "--as-of", "2025-07-01").stdout)}
    assert by_id("0108")["inputs"]["previous_score"] == earlier["0108"]["outputs"]["score"]
    assert by_id("0115")["inputs"]["previous_grade"] == earlier["0115"]["outputs"]["grade"]


def test_blanks_are_missing_and_never_zero() -> None:
    assert by_id("0112")["inputs"]["service_rating"] is None
    assert by_id("0309")["inputs"]["spend"] is None


# The rule set


def test_every_row_of_the_rules_is_hit_by_a_case_or_by_the_sample_world() -> None:
    tables = [step for step in policy().steps if step.kind == "table"]
    records = [*(dict(case.given) for case in policy().cases), *(entry["inputs"] for entry in decided())]
    hit = {
        row.id
        for record in records
        for step in evaluate(policy(), record).explain().steps
        for row in getattr(step, "rows", ())
        if row.hits
    }
    assert [] == [row.id for table in tables for row in table.rows if row.id not in hit]


def test_every_input_and_step_of_the_rules_is_labelled_in_both_languages() -> None:
    rules = policy()
    parts: Sequence[Any] = [*rules.inputs, *rules.steps]
    assert [] == [getattr(part, "id", "") for part in parts if not (part.label and part.label.en and part.label.zh)]


def test_a_misspelt_indicator_is_refused() -> None:
    record = {**policy().cases[0].given, "ontime": "0.9"}
    with pytest.raises(InputError, match="ontime"):
        evaluate(policy(), record)


# What cannot be used


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(("--data", "no-such-folder"), "no-such-folder is not a folder", id="no such folder"),
        pytest.param(("--data", EXAMPLES), "suppliers.csv is missing", id="a folder without the files"),
        pytest.param(("--policy", "no-such.toml"), "no-such.toml: No such file", id="no such rule set"),
        pytest.param(("--policy", DATA / "orders.csv"), "syntax_error", id="a rule set that is no TOML"),
        pytest.param(("--explain", "107"), "did you mean '0107'?", id="an unknown supplier"),
        pytest.param(("--period", "2025-06-01", "2025-01-01"), "ends after it starts", id="a period backwards"),
        pytest.param(("--out", Path("no-such-folder") / "r.html"), "r.html: No such file", id="nowhere to write"),
    ],
)
def test_what_cannot_be_used_is_told_in_one_line_with_exit_code_2(arguments: tuple[str | Path, ...], said: str) -> None:
    done = review(*arguments)
    assert (2, "") == (done.returncode, done.stdout)
    assert 1 == done.stderr.count("\n")
    assert said in done.stderr


def test_a_bad_rule_set_is_told_with_its_place(tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text(RULES.read_text(encoding="utf-8").replace('of = "otif"', 'of = "otfi"'), encoding="utf-8")
    done = review("--policy", bad)
    assert (2, "") == (done.returncode, done.stdout)
    assert "did you mean 'otif'?" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_file_without_a_column_is_told_with_the_column(tmp_path: Path) -> None:
    for path in DATA.glob("*.csv"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "receipts.csv").write_text("receipt_id,line_id,quantity\n", encoding="utf-8")
    done = review("--data", tmp_path)
    assert (2, True) == (done.returncode, done.stderr.rstrip().endswith("receipts.csv lacks the column received_on"))


def test_a_world_without_suppliers_is_told(tmp_path: Path) -> None:
    for path in DATA.glob("*.csv"):
        (tmp_path / path.name).write_text(path.read_text(encoding="utf-8").partition("\n")[0], encoding="utf-8")
    done = review("--data", tmp_path)
    assert (2, True) == (done.returncode, "holds no supplier that can be used" in done.stderr)


@pytest.mark.skipif(os.name == "nt", reason="needs a shell with head")
def test_a_reader_that_has_seen_enough_is_no_error() -> None:
    script = f'"{sys.executable}" "{EXAMPLES / "supplier_review.py"}" | head -n 1'
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(["sh", "-c", script], capture_output=True, check=False, encoding="utf-8", env=environment)  # noqa: S607  any shell will do
    assert ("Supplier performance review 2026.1", "") == (done.stdout.partition(":")[0], done.stderr)


def test_a_file_that_is_not_utf_8_is_told(tmp_path: Path) -> None:
    for path in DATA.glob("*.csv"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "prices.csv").write_bytes("价格".encode("gbk"))
    done = review("--data", tmp_path)
    assert (2, True) == (done.returncode, "prices.csv is not CSV in UTF-8" in done.stderr)
