"""The examples of docs/how-to/use-spark.md run, in both languages, on a table of four suppliers."""

import re
from pathlib import Path
from typing import Any

import pytest

from supplychain_rules import load_policy

pytestmark = pytest.mark.filterwarnings("ignore")  # Spark's own, of its log and of the pandas that it finds

PAGES = Path(__file__).resolve().parents[2] / "docs" / "how-to"

RATE = {"type": "number", "decimals": 3, "min": 0, "max": 1, "optional": True}

GRADE = {"kind": "ladder", "id": "grade", "of": "on_time", "bands": [{"name": "A", "from": "0.95"}, {"name": "B"}]}

POLICY = load_policy(
    {
        "schema": "supplychain-rules/1",
        "id": "review",
        "version": "1",
        "inputs": {"on_time": RATE},
        "steps": [GRADE | {"if_unknown": "unrated"}],
    }
)

KPIS = [("S17", 0.95), ("S2", 0.949), ("S3", None), ("S4", 1.5)]


@pytest.mark.parametrize("page", ["use-spark.md", "use-spark.zh.md"])
def test_the_examples_of_the_page_run(spark: Any, page: str, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: ANN401
    blocks = re.findall(r"```text\n(.*?)```", (PAGES / page).read_text("utf-8"), re.DOTALL)
    examples = [block for block in blocks if not block.startswith("python -m")]
    spark.sql("DROP TABLE IF EXISTS scored")
    spark.createDataFrame(KPIS, "supplier string, on_time double").createOrReplaceTempView("kpis")
    names: dict[str, Any] = {"spark": spark, "policy": POLICY}

    exec("\n".join(examples), names)  # noqa: S102  the page's own text

    assert 5 == len(examples)
    assert [("S17", "A"), ("S2", "B"), ("S3", "unrated")] == sorted(
        (row.supplier, row.grade) for row in spark.read.table("scored").collect()
    )
    by_batch = sorted((row.supplier, row.grade, row.problems) for row in names["scored"].collect())
    assert [("S17", "A", 0), ("S2", "B", 0), ("S3", "unrated", 0), ("S4", None, 1)] == by_batch
    assert "review 1" in capsys.readouterr().out
