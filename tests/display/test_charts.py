"""Charts are drawn from the ends of the pieces, so that kinks and cliffs stand where they are."""

from typing import Any

import pytest

from supplychain_rules.display.charts import shares_chart
from supplychain_rules.errors import InvalidValueError, MissingExtraError
from supplychain_rules.values.intervals import IntervalSet
from supplychain_rules.values.piecewise import Piecewise, choose

pytest.importorskip("altair")

KINKED = Piecewise.from_bands([80, 110], ["0.2", "0.5", "0.1"], zero_at=100)
CLIFF = choose(IntervalSet.greater_than(5), Piecewise.identity(), Piecewise.constant(0))


def layers(chart: Any) -> list[list[dict[str, Any]]]:  # noqa: ANN401  altair's own type
    spec = chart.to_dict()
    return [(layer.get("data") or spec["data"])["values"] for layer in spec["layer"]]


def test_a_line_is_drawn_from_end_to_end_of_every_piece() -> None:
    drawn = layers(shares_chart({"supplier": KINKED}, low=50, high=150))[0]
    assert [(50, -16), (80, -10), (80, -10), (110, 5), (110, 5), (150, 9)] == [
        (row["outturn"], row["share"]) for row in drawn
    ]


def test_a_cliff_is_a_gap_with_a_dot_on_the_side_that_owns_the_point() -> None:
    lines, dots = layers(shares_chart({"supplier": CLIFF}, low=0, high=10))
    assert [(0, 0), (5, 0), (5, 5), (10, 10)] == [(row["outturn"], row["share"]) for row in lines]
    assert ["supplier 0", "supplier 0", "supplier 1", "supplier 1"] == [row["piece"] for row in lines]
    assert [(5, 0)] == [(row["outturn"], row["share"]) for row in dots]


def test_marks_stand_upright_at_their_outturn() -> None:
    drawn = layers(shares_chart({"supplier": KINKED}, low=50, high=150, marks={"target": 100}))
    assert [[{"mark": "target", "outturn": 100.0}]] * 2 == drawn[1:]


def test_axes_speak_chinese() -> None:
    chart: Any = shares_chart({"供应商": KINKED}, low=50, high=150, unit="CNY", lang="zh")
    encoding = chart.to_dict()["layer"][0]["encoding"]
    assert ["实际结果 (CNY)", "份额 (CNY)", "当事方"] == [encoding[each]["title"] for each in ("x", "y", "color")]


@pytest.mark.parametrize(
    ("shares", "low", "high"),
    [({}, 0, 1), ({str(place): KINKED for place in range(8)}, 0, 1), ({"supplier": KINKED}, 1, 1)],
)
def test_what_cannot_be_drawn_is_refused(shares: dict[str, Piecewise], low: int, high: int) -> None:
    with pytest.raises(InvalidValueError):
        shares_chart(shares, low=low, high=high)


def test_without_the_package_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "altair", None)
    with pytest.raises(MissingExtraError, match=r"supplychain-rules\[charts\]"):
        shares_chart({"supplier": KINKED}, low=0, high=1)
