"""The yardsticks of the customer benchmark: profiles, RFM and tiers by hand, in lazy Polars, in SQL and in Python.

`exact` trusts its rows. `checked` holds each value of a line and of a profile against the bounds that are declared for
it, counts the problems of a customer, and neither decides a bad one nor compares others with it.
"""

from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

import polars as pl
from customer_workload import AS_OF, OUTPUTS, TIERS

from supplychain_rules import Ledger

__all__ = [
    "CHECKED_PROFILE_SQL",
    "PROFILE_SQL",
    "HandProfile",
    "hand_frame",
    "hand_profile",
    "hand_profiles",
    "hand_text",
]

#: The bounds of the rule set's inputs; a customer of the population has bought.
_BOUNDS: Final = {
    "recency_days": (0, 36_525),
    "purchase_days": (1, 36_525),
    "monetary": (-10_000_000_000, 10_000_000_000),
}

#: The bounds of a line's amount.
_AMOUNTS: Final = (0, 1_000_000)


def hand_profile(lines: pl.LazyFrame, *, checked: bool = False) -> pl.LazyFrame:
    """Return each customer's days since the last purchase, purchase days and money."""
    figures = {
        "last": pl.col("invoiced_on").max(),
        "purchase_days": pl.col("invoiced_on").n_unique().cast(pl.Int64),
        "monetary": pl.col("amount").sum(),
    }
    sound = pl.lit(value=True)
    if checked:
        day, amount = pl.col("invoiced_on"), pl.col("amount")
        fine = day.is_not_null() & amount.is_between(*_AMOUNTS).fill_null(value=False)
        lines = lines.with_columns(bad=~fine).filter((day <= AS_OF) | pl.col("bad"), pl.col("customer").is_not_null())
        figures["bad_lines"] = pl.col("bad").sum()
        sound = pl.col("bad_lines") == 0
    found = lines.group_by("customer").agg(**figures)
    days = (pl.lit(AS_OF) - pl.col("last")).dt.total_days().alias("recency_days")
    chosen = [days, pl.col("purchase_days"), pl.col("monetary").cast(pl.Float64)]
    if checked:
        chosen = [pl.when(sound).then(each) for each in chosen]
    return found.select("customer", *chosen)


def hand_frame(profiles: pl.LazyFrame, *, checked: bool = False) -> pl.LazyFrame:
    """Return the profiles with classes, code, segment and tier."""
    days, often, money = (pl.col(name) for name in _BOUNDS)
    cents = (money * 100).round()
    sound = pl.lit(value=True)
    count = pl.len()
    if checked:
        bad = [~pl.col(name).is_between(*ends).fill_null(value=False) for name, ends in _BOUNDS.items()]
        profiles = profiles.with_columns(problems=pl.sum_horizontal(each.cast(pl.Int64) for each in bad))
        sound = pl.col("problems") == 0
        days, often, cents = (pl.when(sound).then(each) for each in (days, often, cents))
        count = sound.sum()

    def class_(worse: pl.Expr) -> pl.Expr:
        return 1 + (worse.cast(pl.Int64) - 1) * 5 // count

    found = profiles.with_columns(
        recency=class_(days.rank("min", descending=True)),
        frequency=class_(often.rank("min")),
        money=class_(cents.rank("min")),
    ).with_columns(
        code=100 * pl.col("recency") + 10 * pl.col("frequency") + pl.col("money"), segment=_segment(), earned=_earned()
    )
    if checked:
        return found.with_columns(pl.when(sound).then(pl.col(name)).alias(name) for name in OUTPUTS)
    return found


def _segment() -> pl.Expr:
    """Name the segment; the first condition that holds decides, so that each leaves out what those before it took."""
    recency, frequency, money = pl.col("recency"), pl.col("frequency"), pl.col("money")
    often = frequency >= 4
    return (
        pl.when(often & (recency == 5) & (money >= 4))
        .then(pl.lit("champion"))
        .when(often & (recency >= 3))
        .then(pl.lit("loyal"))
        .when(often & (money >= 4))
        .then(pl.lit("cannot_lose"))
        .when(often)
        .then(pl.lit("at_risk"))
        .when((recency >= 3) & (money == 5))
        .then(pl.lit("big_spender"))
        .when((recency >= 4) & (frequency >= 2))
        .then(pl.lit("potential_loyal"))
        .when(recency == 5)
        .then(pl.lit("new"))
        .when(recency == 4)
        .then(pl.lit("promising"))
        .when((recency == 3) & (frequency == 3))
        .then(pl.lit("needs_attention"))
        .when(recency == 3)
        .then(pl.lit("about_to_sleep"))
        .when(frequency == 3)
        .then(pl.lit("at_risk"))
        .when(recency == 2)
        .then(pl.lit("hibernating"))
        .otherwise(pl.lit("lost"))
    )


def _earned() -> pl.Expr:
    found = pl.lit("basic")
    for name, at_least in reversed(TIERS.items()):
        found = pl.when(pl.col("monetary") >= at_least).then(pl.lit(name)).otherwise(found)
    return found


#: The profiles in DuckDB's SQL, over a table `lines`; the second holds each line against its bounds.
PROFILE_SQL: Final = f"""
SELECT
  customer,
  DATE_DIFF('day', MAX(invoiced_on), DATE '{AS_OF}') AS recency_days,
  COUNT(DISTINCT invoiced_on) AS purchase_days,
  CAST(SUM(amount) AS DECIMAL(18, 2)) AS monetary
FROM lines
GROUP BY customer
""".strip()  # noqa: S608  our own text

CHECKED_PROFILE_SQL: Final = f"""
WITH read AS (
  SELECT *, invoiced_on IS NULL OR amount IS NULL OR amount NOT BETWEEN {_AMOUNTS[0]} AND {_AMOUNTS[1]} AS bad
  FROM lines
),
summed AS (
  SELECT
    customer,
    MAX(invoiced_on) AS last_on,
    COUNT(DISTINCT invoiced_on) AS days,
    SUM(amount) AS amount,
    COUNT(CASE WHEN bad THEN 1 END) AS bad_lines
  FROM read
  WHERE customer IS NOT NULL AND (bad OR invoiced_on <= DATE '{AS_OF}')
  GROUP BY customer
)
SELECT
  customer,
  CASE WHEN bad_lines = 0 THEN DATE_DIFF('day', last_on, DATE '{AS_OF}') END AS recency_days,
  CASE WHEN bad_lines = 0 THEN days END AS purchase_days,
  CASE WHEN bad_lines = 0 THEN CAST(amount AS DECIMAL(18, 2)) END AS monetary
FROM summed
""".strip()  # noqa: S608  our own text

_SEGMENT_SQL: Final = """CASE
    WHEN frequency >= 4 AND recency = 5 AND money >= 4 THEN 'champion'
    WHEN frequency >= 4 AND recency >= 3 THEN 'loyal'
    WHEN frequency >= 4 AND money >= 4 THEN 'cannot_lose'
    WHEN frequency >= 4 THEN 'at_risk'
    WHEN recency >= 3 AND money = 5 THEN 'big_spender'
    WHEN recency >= 4 AND frequency >= 2 THEN 'potential_loyal'
    WHEN recency = 5 THEN 'new'
    WHEN recency = 4 THEN 'promising'
    WHEN recency = 3 AND frequency = 3 THEN 'needs_attention'
    WHEN recency = 3 THEN 'about_to_sleep'
    WHEN frequency = 3 THEN 'at_risk'
    WHEN recency = 2 THEN 'hibernating'
    ELSE 'lost' END"""

_EARNED_SQL: Final = " ".join(
    ["CASE", *(f"WHEN monetary >= {at_least} THEN '{name}'" for name, at_least in TIERS.items()), "ELSE 'basic' END"]
)

_PROBLEMS_SQL: Final = "\n    + ".join(
    f"CASE WHEN {name} BETWEEN {low} AND {high} THEN 0 ELSE 1 END" for name, (low, high) in _BOUNDS.items()
)


def hand_text(source: str, *, checked: bool = False) -> str:
    """Return the query over profiles: a table, or a query in brackets."""
    problems = _PROBLEMS_SQL if checked else "0"
    # A bad row stands in a part of its own, where it is compared with bad rows only.
    part = "PARTITION BY problems = 0 " if checked else ""
    names = [f"CASE WHEN problems = 0 THEN {name} END AS {name}" if checked else name for name in OUTPUTS]
    outputs = ", ".join([*names, *(["problems"] if checked else [])])
    return f"""
WITH counted AS (
  SELECT *, {problems} AS problems FROM {source} AS profiles
),
classed AS (
  SELECT *,
    1 + 5 * (RANK() OVER ({part}ORDER BY recency_days DESC) - 1) // COUNT(*) OVER ({part}) AS recency,
    1 + 5 * (RANK() OVER ({part}ORDER BY purchase_days) - 1) // COUNT(*) OVER ({part}) AS frequency,
    1 + 5 * (RANK() OVER ({part}ORDER BY monetary) - 1) // COUNT(*) OVER ({part}) AS money
  FROM counted
),
named AS (
  SELECT *, 100 * recency + 10 * frequency + money AS code, {_SEGMENT_SQL} AS segment, {_EARNED_SQL} AS earned
  FROM classed
)
SELECT customer, recency_days, purchase_days, monetary, {outputs}
FROM named
""".strip()  # noqa: S608  our own text


class HandProfile(NamedTuple):
    """What the hand-written fold knows of a customer."""

    first_on: date
    last_on: date
    days: set[date]
    purchases: int
    gross: Decimal
    returned: Decimal


def hand_profiles(ledger: Ledger, as_of: date) -> dict[str, HandProfile]:
    """Return first and last day, purchase days, lines and money of every customer that bought.

    Sums of decimals are exact here because the workload's are short; the library cannot count on that.
    """
    days: dict[str, set[date]] = {}
    lines: dict[str, int] = {}
    gross: dict[str, Decimal] = {}
    returned: dict[str, Decimal] = {}
    zero = Decimal(0)
    for line in ledger.invoice_lines:
        customer = line.customer
        if customer is None or line.invoiced_on > as_of or line.known_on > as_of:
            continue
        days.setdefault(customer, set()).add(line.invoiced_on)
        lines[customer] = lines.get(customer, 0) + 1
        gross[customer] = gross.get(customer, zero) + line.amount.amount
    for note in ledger.credit_notes:
        if note.credited_on <= as_of and note.known_on <= as_of:
            returned[note.customer] = returned.get(note.customer, zero) + note.amount.amount
    return {
        customer: HandProfile(
            min(each), max(each), each, lines[customer], gross[customer], returned.get(customer, zero)
        )
        for customer, each in days.items()
    }
