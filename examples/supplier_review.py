"""Review the suppliers of a purchasing department: from CSV files to grades, actions and their reasons.

    python examples/supplier_review.py                          # the sample world beside this script
    python examples/supplier_review.py --lang zh --out report.html
    python examples/supplier_review.py --explain 0106
    python examples/supplier_review.py --json > decisions.json

What happens is what happens in any program that embeds the library: read (reading.py), build a ledger of facts,
measure it, complete the records with what the master data say, let the rule set decide, and ask for reasons. All
reading and writing is here, none of it in the library, and the clock of the machine is never asked.

The rules compare with the review before, so three reviews are made, half a year apart; each sees only what was known
on its day. The last one is shown.
"""

import argparse
import difflib
import io
import json
import sys
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Final

import attrs
from reading import UnreadableError, World, read_world

import supplychain_rules as sr
from supplychain_rules.errors import SupplyChainRulesError
from supplychain_rules.facts.documents import Certificate
from supplychain_rules.rules.measure import (
    DeliveryPerformance,
    Measure,
    Measurement,
    PriceIndex,
    QualityPassRate,
    Spend,
    SpendShare,
)
from supplychain_rules.values.label import LANGS, Lang
from supplychain_rules.values.period import add_months

__all__ = ["main"]

HERE: Final = Path(__file__).resolve().parent

#: The day of the review, where none is given: the day after the sample world ends.
AS_OF: Final = date(2026, 1, 1)

#: How many reviews there were before this one, and how many months lie between two.
EARLIER_REVIEWS: Final = 2
MONTHS_BETWEEN: Final = 6

#: What is measured. Each choice that a definition of "on time" has to make is written here, once.
MEASURES: Final[tuple[Measure, ...]] = (
    QualityPassRate(id="quality_pass_rate", minimum_evidence=3),
    # A week early fills the yard, two days late still reaches the line; 2 % short is in full, 5 % more is accepted.
    DeliveryPerformance(id="otif", early_days=7, late_days=2, under_tolerance="0.02", over_tolerance="0.05"),
    DeliveryPerformance(id="value_on_time", level="value", late_days=2),
    PriceIndex(id="price_index", source="observations"),
    Spend(id="spend"),
    SpendShare(id="spend_share"),
)

#: Places to which a measured value is rounded, once, before it meets the rules.
DECIMALS: Final = {"quality_pass_rate": 6, "otif": 4, "value_on_time": 4, "price_index": 4, "spend": 2, "spend_share": 4}

#: What the ranking is by, and what stands beside it.
RANK_BY: Final = "score"
COLUMNS: Final = ("qualified", "grade", "score", "quality", "delivery", "commercial", "trend", "action", "plan_due")

#: Exit code of a program that could not use what it was given.
UNUSABLE: Final = 2
