"""The measures and rules of `tpch_facts` as good Polars and SQL programmers write them by hand: the yardsticks.

`exact` trusts its facts; `checked` does what the library does to facts that it cannot trust: it holds every value
against its bounds, and a supplier of whom one is bad has no figures and a count of its problems. Both count whole
numbers, because the figures must be the library's to the last digit.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final

import polars as pl

__all__ = ["ANSWERS", "hand_polars", "hand_text"]

#: The columns that every contestant returns, first those of the measures.
ANSWERS: Final = ("supplier", "on_time", "returned", "price_index", "spend", "score", "grade", "action", "change")

_BEGINS, _ENDS, _AS_OF = date(1993, 1, 1), date(1998, 1, 1), date(1998, 12, 1)

#: What is done with a grade, by a spend from 6.5 million, from 5.5 million, and below.
_ROWS: Final[Mapping[str, tuple[tuple[str, float], ...]]] = {
    "A": (("partner", 0.15), ("grow", 0.10), ("grow", 0.05)),
    "B": (("grow", 0.05), ("keep", 0.02), ("keep", 0.0)),
    "C": (("keep", 0.0), ("improve", -0.05), ("improve", -0.10)),
    "D": (("improve", -0.10), ("improve", -0.30), ("replace", -0.50)),
}


def hand_polars(facts: pl.LazyFrame, *, checked: bool) -> pl.LazyFrame:
    """Return the suppliers with their figures and decisions."""
    lines = facts.with_columns(pl.col("quantity", "rejected", "unit_price").to_physical())
    pieces, price = pl.col("quantity"), pl.col("unit_price")
    due = _inside("promised_on") & (pieces > 0)
    arrived = pl.col("received_on").is_not_null()
    bought = _inside("ordered_on") & (pieces > 0)
    columns = {
        "due": due & (arrived | (pl.col("promised_on") < _AS_OF)),
        "on_time": due & (pl.col("received_on") <= pl.col("promised_on")),
        "inspected": pl.when(_inside("received_on")).then(pieces).otherwise(0),
        "rejected": pl.when(_inside("received_on")).then(pl.col("rejected")).otherwise(0),
        "spent": pl.when(bought).then(pieces * price).otherwise(0),
        "problems": ~_fine() | (pl.col("rejected") > pieces) if checked else pl.lit(value=False),
    }
    sums = lines.select("supplier", **columns).group_by("supplier").agg(pl.all().sum())
    by_item = lines.filter(bought).group_by("supplier", "item").agg(paid=(pieces * price).sum(), pieces=pieces.sum())
    prices = (
        by_item.group_by("item")
        .agg(paid=pl.col("paid").sum(), pieces=pl.col("pieces").sum(), sellers=pl.len())
        .filter(pl.col("sellers") > 1)
        .select("item", price=_rounded(pl.col("paid") * 100, pl.col("pieces")))
    )
    indices = (
        by_item.join(prices, on="item")
        .group_by("supplier")
        .agg(paid=pl.col("paid").sum(), at_reference=(pl.col("pieces") * pl.col("price")).sum())
    )
    wide = (pl.col(name).cast(pl.Int128) for name in ("paid", "at_reference"))
    million = 10**6
    figures = sums.join(indices, on="supplier", how="left").select(
        "supplier",
        "problems",
        on_time=_rate(pl.col("on_time") * million, pl.col("due")),
        returned=_rate(pl.col("rejected") * million, pl.col("inspected")),
        price_index=_rate(next(wide) * 10**8, next(wide)).cast(pl.Int64),
        spend=(pl.col("spent") + 50) // 100,
    )
    if checked:
        trusted = pl.when(pl.col("problems") == 0)
        names = ("on_time", "returned", "price_index", "spend")
        figures = figures.with_columns(trusted.then(pl.col(name)).alias(name) for name in names)
    return _decided(figures).select(*ANSWERS, *(("problems",) if checked else ()))


def _inside(day: str) -> pl.Expr:
    return (pl.col(day) >= _BEGINS) & (pl.col(day) < _ENDS)


def _fine() -> pl.Expr:
    parts = [
        pl.col("supplier").is_not_null(),
        pl.col("item").is_not_null(),
        pl.col("quantity").is_between(1, 10_000),
        pl.col("rejected").is_between(0, 10_000),
        pl.col("unit_price").is_between(0, 100_000),
        *(pl.col(day).is_between(date.min, date.max) for day in ("ordered_on", "promised_on", "received_on")),
    ]
    return pl.all_horizontal(part.fill_null(value=False) for part in parts)


def _rounded(above: pl.Expr, below: pl.Expr) -> pl.Expr:
    """Divide whole numbers, rounding half up."""
    return (2 * above + below) // (2 * below)


def _rate(above: pl.Expr, below: pl.Expr) -> pl.Expr:
    return pl.when(below > 0).then(_rounded(above, below))


def _decided(figures: pl.LazyFrame) -> pl.LazyFrame:
    """Add the score in hundredths, the grade and what is done."""
    points = (
        40 * 8 * (pl.col("on_time").clip(300_000, 425_000) - 300_000)
        + 35 * 8 * (305_000 - pl.col("returned").clip(180_000, 305_000))
        + 25 * 5 * (1_100_000 - pl.col("price_index").clip(900_000, 1_100_000))
    )
    score, spend, grade = pl.col("score"), pl.col("spend"), pl.col("grade")
    graded = figures.with_columns(score=(points + 5_000) // 10_000).with_columns(
        grade=pl.when(score >= 6_000)
        .then(pl.lit("A"))
        .when(score >= 5_000)
        .then(pl.lit("B"))
        .when(score >= 4_000)
        .then(pl.lit("C"))
        .when(score.is_not_null())
        .then(pl.lit("D"))
        .otherwise(pl.lit("unrated"))
    )
    action, change = pl.lit("review"), pl.lit(0.0)
    for name, cells in _ROWS.items():
        for (what, by), least in reversed(list(zip(cells, (650_000_000, 550_000_000, None), strict=True))):
            met = (grade == name) if least is None else (grade == name) & (spend >= least)
            action = pl.when(met).then(pl.lit(what)).otherwise(action)
            change = pl.when(met).then(pl.lit(by)).otherwise(change)
    return graded.with_columns(
        *(pl.col(name) / 10**6 for name in ("on_time", "returned", "price_index")),
        *(pl.col(name) / 100 for name in ("spend", "score")),
        action=action,
        change=change,
    )


def hand_text(*, checked: bool, over: str = "//", wide: str = "HUGEINT") -> str:
    """Return the same as SQL over `facts`: DuckDB's, or that of an engine that divides and counts so."""
    due = f"{_between('promised_on')} AND quantity > 0"
    bought = f"{_between('ordered_on')} AND quantity > 0"
    fine = (
        "supplier IS NOT NULL AND item IS NOT NULL AND quantity BETWEEN 0.01 AND 100 AND rejected BETWEEN 0 AND 100 "
        "AND rejected <= quantity AND unit_price BETWEEN 0 AND 1000 AND "
        + " AND ".join(
            f"{day} BETWEEN DATE '0001-01-01' AND DATE '9999-12-31'"
            for day in ("ordered_on", "promised_on", "received_on")
        )
    )

    def units(total: str, power: int) -> str:
        return f"CAST(COALESCE({total}, 0) * {power} AS BIGINT)"

    def rate(above: str, below: str) -> str:
        return f"CASE WHEN {below} > 0 THEN CAST((2 * {above} + {below}) {over} (2 * {below}) AS BIGINT) END"

    trusted = "problems = 0" if checked else "TRUE"
    return f"""
WITH sums AS (
  SELECT supplier,
    COUNT(*) FILTER (WHERE {due} AND (received_on IS NOT NULL OR promised_on < DATE '{_AS_OF}')) AS due,
    COUNT(*) FILTER (WHERE {due} AND received_on <= promised_on) AS on_time,
    {units(f"SUM(quantity) FILTER (WHERE {_between('received_on')})", 100)} AS inspected,
    {units(f"SUM(rejected) FILTER (WHERE {_between('received_on')})", 100)} AS rejected,
    {units(f"SUM(quantity * unit_price) FILTER (WHERE {bought})", 10_000)} AS spent
    {f", COUNT(*) - COUNT(*) FILTER (WHERE {fine}) AS problems" if checked else ""}
  FROM facts GROUP BY supplier
),
by_item AS (
  SELECT supplier, item, {units("SUM(quantity * unit_price)", 10_000)} AS paid, {units("SUM(quantity)", 100)} AS pieces
  FROM facts WHERE {bought} GROUP BY supplier, item
),
prices AS (
  SELECT item, CAST((200 * SUM(paid) + SUM(pieces)) {over} (2 * SUM(pieces)) AS BIGINT) AS price
  FROM by_item GROUP BY item HAVING COUNT(*) > 1
),
indices AS (
  SELECT supplier, CAST(SUM(paid) AS {wide}) AS paid, CAST(SUM(pieces * price) AS {wide}) AS at_reference
  FROM by_item JOIN prices USING (item) GROUP BY supplier
),
figures AS (
  SELECT sums.supplier AS supplier, {trusted} AS trusted,
    {rate("on_time * 1000000", "due")} AS on_time, {rate("rejected * 1000000", "inspected")} AS returned,
    {rate("paid * 100000000", "at_reference")} AS price_index, (spent + 50) {over} 100 AS spend
    {", problems" if checked else ""}
  FROM sums LEFT JOIN indices ON sums.supplier = indices.supplier
),
scored AS (
  SELECT *, (320 * (GREATEST(300000, LEAST(on_time, 425000)) - 300000)
    + 280 * (305000 - GREATEST(180000, LEAST(returned, 305000)))
    + 125 * (1100000 - GREATEST(900000, LEAST(price_index, 1100000))) + 5000) {over} 10000 AS scored
  FROM figures
),
graded AS (
  SELECT *, CASE WHEN trusted AND on_time IS NOT NULL AND returned IS NOT NULL AND price_index IS NOT NULL
    THEN scored END AS score
  FROM scored
),
ranked AS (
  SELECT *, CASE WHEN score >= 6000 THEN 'A' WHEN score >= 5000 THEN 'B' WHEN score >= 4000 THEN 'C'
    WHEN score IS NOT NULL THEN 'D' ELSE 'unrated' END AS grade
  FROM graded
)
SELECT supplier, {
        ", ".join(
            f"CASE WHEN trusted THEN CAST({name} AS DOUBLE) / {power} END AS {name}"
            for name, power in (("on_time", 1e6), ("returned", 1e6), ("price_index", 1e6), ("spend", 1e2))
        )
    }, CAST(score AS DOUBLE) / 1e2 AS score, grade,
  CASE {_cells(0, "'review'")} END AS action,
  CAST(CASE {_cells(1, "0")} END AS DOUBLE) AS change{", problems" if checked else ""}
FROM ranked"""  # noqa: S608  our own text


def _between(day: str) -> str:
    return f"{day} >= DATE '{_BEGINS}' AND {day} < DATE '{_ENDS}'"


def _cells(place: int, otherwise: str) -> str:
    """Write the branches of the table for its first or second output."""
    found = []
    for name, cells in _ROWS.items():
        for cell, least in zip(cells, (650_000_000, 550_000_000, None), strict=True):
            met = f"grade = '{name}'" if least is None else f"grade = '{name}' AND spend >= {least}"
            found.append(f"WHEN {met} THEN {cell[place]!r}")
    return f"{' '.join(found)} ELSE {otherwise}"
