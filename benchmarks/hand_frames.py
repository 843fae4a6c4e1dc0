"""The rule set of `workload` as good Polars and SQL programmers write it by hand: the yardsticks on many rows.

`exact` counts in scaled integers, rounds half up, and treats missing values as the rules say; it trusts its rows.
`checked` adds what the library does to rows that it cannot trust: a count of their problems, and no output for a row
that has one. `float` is what people write first: binary fractions and the engine's `round`; it is wrong on ties.
All of them return every column of their rows, then the six outputs.
"""

from typing import Final

import polars as pl

__all__ = ["POLARS", "SQL", "polars_checked", "polars_exact", "polars_float"]

_INPUTS: Final = ("quality", "on_time", "service", "price_index", "ppm", "certified", "category", "spend")

#: The decimals that count and the largest value of each number; the least is zero.
_NUMBERS: Final = {
    "quality": (4, 1),
    "on_time": (4, 1),
    "service": (1, 5),
    "price_index": (3, 10),
    "ppm": (0, 1_000_000),
    "spend": (2, 100_000_000),
}

_CATEGORIES: Final = ("raw", "pack", "service")

#: The weights of the scorecard.
_WEIGHTS: Final = {"quality": 35, "on_time": 30, "service": 15, "price_index": 10, "ppm": 10}


def polars_exact(kpis: pl.LazyFrame) -> pl.LazyFrame:
    """Decide trusted rows, exactly: whole numbers in float64, which Polars computes faster than integers."""
    return _exact(kpis.with_columns(**{f"{name}_units": _units(name) for name in _NUMBERS})).select(
        *_INPUTS, *_OUTPUTS.values()
    )


def polars_checked(kpis: pl.LazyFrame) -> pl.LazyFrame:
    """Count the problems of each row, and decide exactly those that have none."""
    wrong = [~pl.col(name).is_between(0, high) for name, (_, high) in _NUMBERS.items() if name != "spend"]
    wrong.append(~pl.col("spend").is_between(0, _NUMBERS["spend"][1]).fill_null(value=False))
    wrong.append(~pl.col("category").is_in(_CATEGORIES).fill_null(value=False))
    problems = pl.sum_horizontal(*(each.fill_null(value=False).cast(pl.Int8) for each in wrong))
    trusted = pl.col("problems") == 0
    units = {f"{name}_units": pl.when(trusted).then(_units(name)) for name in _NUMBERS}
    decided = _exact(kpis.with_columns(problems=problems).with_columns(**units))
    return decided.select(
        *_INPUTS,
        *(pl.when(trusted).then(output).alias(name) for name, output in _OUTPUTS.items()),
        "problems",
    )


def polars_float(kpis: pl.LazyFrame) -> pl.LazyFrame:
    """Decide trusted rows in float arithmetic."""
    quality, on_time, service, price_index, ppm = (pl.col(name) for name in _WEIGHTS)
    delivery = (
        pl.when(on_time < 0.9).then((on_time - 0.7) / 0.2 * 60).otherwise(60 + (on_time - 0.9) / 0.1 * 40)
    ).clip(0, 100)
    support = pl.when(service >= 4.5).then(100.0).when(service >= 3).then(60.0).otherwise(0.0)
    defects = pl.when(ppm <= 50).then(100.0).when(ppm <= 500).then(75.0).when(ppm <= 3000).then(40.0).otherwise(0.0)
    total = (
        (((quality - 0.9) / (1 - 0.9) * 100).clip(0, 100) * 0.35).fill_null(0)
        + (delivery * 0.30).fill_null(0)
        + support * 0.15
        + (((1.2 - price_index) / (1.2 - 0.93) * 100).clip(0, 100) * 0.10).fill_null(0)
        + defects * 0.10
    )
    decided = (
        kpis.with_columns(total=total, weight=_weight() / 100)
        .with_columns(score=pl.when(pl.col("weight") >= 0.6).then((pl.col("total") / pl.col("weight")).round(2)))
        .with_columns(**_gate(quality < 0.85))
    )
    score, spend = pl.col("score"), pl.col("spend")
    return decided.select(
        *_INPUTS,
        pl.col("gate").alias("qualified"),
        score.alias("performance"),
        _grade(score, 1).alias("grade"),
        (90 - score).clip(lower_bound=0).round(2).alias("shortfall"),
        _action(score, spend, 1).alias("action"),
        _change(score, spend, 1).alias("order_share_change"),
    )


def _units(name: str) -> pl.Expr:
    decimals, _ = _NUMBERS[name]
    return (pl.col(name) * 10.0**decimals + 0.5).floor()


def _exact(kpis: pl.LazyFrame) -> pl.LazyFrame:
    """Add the score in hundredths and the gate to rows that have their units."""
    quality, on_time, service, price_index, ppm = (pl.col(f"{name}_units") for name in _WEIGHTS)
    delivery = (on_time.clip(7_000, 9_000) - 7_000) * 300 + (on_time.clip(9_000, 10_000) - 9_000) * 400
    support = pl.when(service >= 45).then(1e6).when(service >= 30).then(6e5).otherwise(0.0)
    # Polars multiplies by the reciprocal of a literal; the half more keeps the quotient off the edge.
    price_level = (((1_200 - price_index.clip(930, 1_200)) * 1e6 + 135.5) / 270).floor()
    defects = pl.when(ppm <= 50).then(1e6).when(ppm <= 500).then(7.5e5).when(ppm <= 3_000).then(4e5).otherwise(0.0)
    total = (
        ((quality.clip(9_000, 10_000) - 9_000) * 35_000).fill_null(0)
        + (delivery * 30).fill_null(0)
        + support * 15
        + (price_level * 10).fill_null(0)
        + defects * 10
    )
    weight = pl.col("weight")
    score = ((pl.col("total") + 50 * weight + 0.5) / (100 * weight)).floor()
    return (
        kpis.with_columns(total=total, weight=_weight("_units"))
        .with_columns(score=pl.when(weight >= 60).then(score))
        .with_columns(**_gate(quality < 8_500))
    )


def _weight(ending: str = "") -> pl.Expr:
    first, *others = (
        pl.col(f"{name}{ending}").is_not_null().cast(pl.Float64) * weight for name, weight in _WEIGHTS.items()
    )
    return sum(others, first)


def _gate(poor: pl.Expr) -> dict[str, pl.Expr]:
    unknown = pl.col("certified").is_null() | pl.col("quality").is_null()
    gate = pl.when(~pl.col("certified") | poor).then(pl.lit("fail")).when(unknown).then(pl.lit("refer"))
    return {"gate": gate.otherwise(pl.lit("pass"))}


def _grade(score: pl.Expr, unit: int) -> pl.Expr:
    return (
        pl.when(score >= 90 * unit)
        .then(pl.lit("A"))
        .when(score >= 75 * unit)
        .then(pl.lit("B"))
        .when(score >= 60 * unit)
        .then(pl.lit("C"))
        .when(score.is_not_null())
        .then(pl.lit("D"))
        .otherwise(pl.lit("unrated"))
    )


def _action(score: pl.Expr, spend: pl.Expr, unit: int) -> pl.Expr:
    """Choose the action; rows next to each other that agree on it are one."""
    gate, category = pl.col("gate"), pl.col("category")
    large, raw = spend >= 1_000_000 * unit, category == "raw"
    good_key = (category != "service") & (spend >= 500_000 * unit)
    return (
        pl.when(gate == "fail")
        .then(pl.lit("replace"))
        .when((gate == "refer") & raw)
        .then(pl.lit("review"))
        .when(gate == "refer")
        .then(pl.lit("improve"))
        .when((score >= 90 * unit) & raw & large)
        .then(pl.lit("partner"))
        .when((score >= 90 * unit) | ((score >= 75 * unit) & good_key))
        .then(pl.lit("grow"))
        .when((score >= 75 * unit) | ((score >= 60 * unit) & (category == "service")))
        .then(pl.lit("keep"))
        .when((score >= 60 * unit) | (score.is_not_null() & large))
        .then(pl.lit("improve"))
        .otherwise(pl.lit("review"))
    )


def _change(score: pl.Expr, spend: pl.Expr, unit: int) -> pl.Expr:
    gate, category = pl.col("gate"), pl.col("category")
    large, raw = spend >= 1_000_000 * unit, category == "raw"
    best, good, fair = score >= 90 * unit, score >= 75 * unit, score >= 60 * unit
    return (
        pl.when(gate == "fail")
        .then(-1.0)
        .when((gate == "refer") & raw)
        .then(-0.25)
        .when(gate == "refer")
        .then(-0.10)
        .when(best & raw & large)
        .then(0.15)
        .when(best & (spend >= 250_000 * unit))
        .then(0.10)
        .when(best | (good & (category != "service") & (spend >= 500_000 * unit)))
        .then(0.05)
        .when(good | (fair & (category == "service")))
        .then(0.0)
        .when(fair & large)
        .then(-0.10)
        .when(fair)
        .then(-0.05)
        .when(score.is_not_null() & large)
        .then(-0.30)
        .otherwise(-0.50)
    )


#: The outputs of exact rows; a column of hundreds is divided by, because a literal's reciprocal is not exact.
_HUNDREDS: Final = pl.lit(100.0) + pl.col("weight") * 0
_OUTPUTS: Final = {
    "qualified": pl.col("gate").alias("qualified"),
    "performance": (pl.col("score") / _HUNDREDS).alias("performance"),
    "grade": _grade(pl.col("score"), 100).alias("grade"),
    "shortfall": ((9_000 - pl.col("score")).clip(lower_bound=0) / _HUNDREDS).alias("shortfall"),
    "action": _action(pl.col("score"), pl.col("spend_units"), 100).alias("action"),
    "order_share_change": _change(pl.col("score"), pl.col("spend_units"), 100).alias("order_share_change"),
}

#: The contestants on a lazy frame of Polars.
POLARS: Final = {"exact": polars_exact, "checked": polars_checked, "float": polars_float}

_SQL_UNITS: Final = """
units AS (
  SELECT *,
    CAST(FLOOR(quality * 10000 + 0.5) AS BIGINT) AS quality_units,
    CAST(FLOOR(on_time * 10000 + 0.5) AS BIGINT) AS on_time_units,
    CAST(FLOOR(service * 10 + 0.5) AS BIGINT) AS service_units,
    CAST(FLOOR(price_index * 1000 + 0.5) AS BIGINT) AS price_index_units,
    CAST(FLOOR(ppm + 0.5) AS BIGINT) AS ppm_units,
    CAST(FLOOR(spend * 100 + 0.5) AS BIGINT) AS spend_units
  FROM kpis
)"""

_SQL_PROBLEMS: Final = """
counted AS (
  SELECT *,
    CASE WHEN quality NOT BETWEEN 0 AND 1 THEN 1 ELSE 0 END
    + CASE WHEN on_time NOT BETWEEN 0 AND 1 THEN 1 ELSE 0 END
    + CASE WHEN service NOT BETWEEN 0 AND 5 THEN 1 ELSE 0 END
    + CASE WHEN price_index NOT BETWEEN 0 AND 10 THEN 1 ELSE 0 END
    + CASE WHEN ppm NOT BETWEEN 0 AND 1000000 THEN 1 ELSE 0 END
    + CASE WHEN spend BETWEEN 0 AND 100000000 THEN 0 ELSE 1 END
    + CASE WHEN category IN ('raw', 'pack', 'service') THEN 0 ELSE 1 END AS problems
  FROM kpis
),
units AS (
  SELECT *,
    CASE WHEN problems = 0 THEN CAST(FLOOR(quality * 10000 + 0.5) AS BIGINT) END AS quality_units,
    CASE WHEN problems = 0 THEN CAST(FLOOR(on_time * 10000 + 0.5) AS BIGINT) END AS on_time_units,
    CASE WHEN problems = 0 THEN CAST(FLOOR(service * 10 + 0.5) AS BIGINT) END AS service_units,
    CASE WHEN problems = 0 THEN CAST(FLOOR(price_index * 1000 + 0.5) AS BIGINT) END AS price_index_units,
    CASE WHEN problems = 0 THEN CAST(FLOOR(ppm + 0.5) AS BIGINT) END AS ppm_units,
    CASE WHEN problems = 0 THEN CAST(FLOOR(spend * 100 + 0.5) AS BIGINT) END AS spend_units
  FROM counted
)"""

_SQL_WEIGHT: Final = """
    CASE WHEN quality IS NULL THEN 0 ELSE 35 END + CASE WHEN on_time IS NULL THEN 0 ELSE 30 END
    + CASE WHEN service IS NULL THEN 0 ELSE 15 END + CASE WHEN price_index IS NULL THEN 0 ELSE 10 END
    + CASE WHEN ppm IS NULL THEN 0 ELSE 10 END AS weight"""

_SQL_EXACT_SCORE: Final = f"""
summed AS (
  SELECT *,
    35 * CASE WHEN quality_units >= 10000 THEN 1000000
              WHEN quality_units > 9000 THEN (quality_units - 9000) * 1000 ELSE 0 END
    + 30 * CASE WHEN on_time_units >= 9000 THEN 600000 + (on_time_units - 9000) * 400
                WHEN on_time_units > 7000 THEN (on_time_units - 7000) * 300 ELSE 0 END
    + 15 * CASE WHEN service_units >= 45 THEN 1000000 WHEN service_units >= 30 THEN 600000 ELSE 0 END
    + 10 * CASE WHEN price_index_units <= 930 THEN 1000000
                WHEN price_index_units < 1200 THEN ((1200 - price_index_units) * 1000000 + 135) // 270 ELSE 0 END
    + 10 * CASE WHEN ppm_units <= 50 THEN 1000000 WHEN ppm_units <= 500 THEN 750000
                WHEN ppm_units <= 3000 THEN 400000 ELSE 0 END AS total,
    {_SQL_WEIGHT.strip()}
  FROM units
),
scored AS (
  SELECT *,
    CASE WHEN weight >= 60 THEN (total + 50 * weight) // (100 * weight) END AS score,
    CASE WHEN NOT certified OR quality_units < 8500 THEN 'fail'
         WHEN certified IS NULL OR quality IS NULL THEN 'refer' ELSE 'pass' END AS gate
  FROM summed
)"""  # noqa: S608  our own text

_SQL_FLOAT_SCORE: Final = f"""
summed AS (
  SELECT *,
    0.35::DOUBLE * CASE WHEN quality >= 1 THEN 100
                        WHEN quality > 0.9 THEN (quality - 0.9::DOUBLE) / (1 - 0.9::DOUBLE) * 100 ELSE 0 END
    + 0.30::DOUBLE * CASE WHEN on_time >= 0.9 THEN 60 + (on_time - 0.9::DOUBLE) / 0.1::DOUBLE * 40
                          WHEN on_time > 0.7 THEN (on_time - 0.7::DOUBLE) / 0.2::DOUBLE * 60 ELSE 0 END
    + 0.15::DOUBLE * CASE WHEN service >= 4.5 THEN 100 WHEN service >= 3 THEN 60 ELSE 0 END
    + 0.10::DOUBLE * CASE WHEN price_index <= 0.93 THEN 100
                          WHEN price_index < 1.2
                          THEN (1.2::DOUBLE - price_index) / (1.2::DOUBLE - 0.93::DOUBLE) * 100 ELSE 0 END
    + 0.10::DOUBLE * CASE WHEN ppm <= 50 THEN 100 WHEN ppm <= 500 THEN 75 WHEN ppm <= 3000 THEN 40 ELSE 0 END AS total,
    {_SQL_WEIGHT.strip()}
  FROM kpis
),
scored AS (
  SELECT *,
    CASE WHEN weight >= 60 THEN ROUND(total / (weight / 100::DOUBLE), 2) END AS score,
    CASE WHEN NOT certified OR quality < 0.85 THEN 'fail'
         WHEN certified IS NULL OR quality IS NULL THEN 'refer' ELSE 'pass' END AS gate
  FROM summed
)"""  # noqa: S608  our own text


def _sql_outputs(score: str, shortfall: str, unit: int, spend: str) -> dict[str, str]:
    """Write the outputs; GREATEST would turn a missing shortfall into zero, because it ignores nulls in DuckDB."""
    a, b, c = (points * unit for points in (90, 75, 60))
    large, key, medium = (amount * unit for amount in (1_000_000, 500_000, 250_000))
    return {
        "qualified": "gate",
        "performance": score,
        "grade": f"""CASE WHEN score >= {a} THEN 'A' WHEN score >= {b} THEN 'B' WHEN score >= {c} THEN 'C'
       WHEN score IS NOT NULL THEN 'D' ELSE 'unrated' END""",
        "shortfall": shortfall,
        "action": f"""CASE WHEN gate = 'fail' THEN 'replace'
       WHEN gate = 'refer' THEN CASE WHEN category = 'raw' THEN 'review' ELSE 'improve' END
       WHEN score >= {a} THEN CASE WHEN category = 'raw' AND {spend} >= {large} THEN 'partner' ELSE 'grow' END
       WHEN score >= {b} THEN CASE WHEN category <> 'service' AND {spend} >= {key} THEN 'grow' ELSE 'keep' END
       WHEN score >= {c} THEN CASE WHEN category = 'service' THEN 'keep' ELSE 'improve' END
       WHEN score IS NOT NULL AND {spend} >= {large} THEN 'improve' ELSE 'review' END""",
        "order_share_change": f"""CAST(CASE WHEN gate = 'fail' THEN -1
       WHEN gate = 'refer' THEN CASE WHEN category = 'raw' THEN -0.25 ELSE -0.10 END
       WHEN score >= {a} THEN CASE WHEN category = 'raw' AND {spend} >= {large} THEN 0.15
                                   WHEN {spend} >= {medium} THEN 0.10 ELSE 0.05 END
       WHEN score >= {b} THEN CASE WHEN category <> 'service' AND {spend} >= {key} THEN 0.05 ELSE 0 END
       WHEN score >= {c} THEN CASE WHEN category = 'service' THEN 0 WHEN {spend} >= {large} THEN -0.10 ELSE -0.05 END
       WHEN score IS NOT NULL AND {spend} >= {large} THEN -0.30 ELSE -0.50 END AS DECIMAL(4, 2))""",
    }


def _sql(queries: str, outputs: dict[str, str], *, checked: bool = False) -> str:
    lines = [
        f"CASE WHEN problems = 0 THEN {text} END AS {name}" if checked else f"{text} AS {name}"
        for name, text in outputs.items()
    ]
    names = ",\n  ".join([*_INPUTS, *lines, *(["problems"] if checked else [])])
    return f"WITH {queries.strip()}\nSELECT {names}\nFROM scored"


_SQL_OUTPUTS: Final = _sql_outputs(
    "CAST(score / 100 AS DECIMAL(5, 2))",
    "CAST(CASE WHEN score < 9000 THEN 9000 - score WHEN score IS NOT NULL THEN 0 END / 100 AS DECIMAL(5, 2))",
    100,
    "spend_units",
)

#: The contestants in DuckDB's SQL, over a table `kpis`.
SQL: Final = {
    "exact": _sql(f"{_SQL_UNITS},{_SQL_EXACT_SCORE}", _SQL_OUTPUTS),
    "checked": _sql(f"{_SQL_PROBLEMS},{_SQL_EXACT_SCORE}", _SQL_OUTPUTS, checked=True),
    "float": _sql(
        _SQL_FLOAT_SCORE,
        _sql_outputs(
            "score", "ROUND(CASE WHEN score < 90 THEN 90 - score WHEN score IS NOT NULL THEN 0 END, 2)", 1, "spend"
        ),
    ),
}
