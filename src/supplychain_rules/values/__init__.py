"""What is equal by value: money and its shares, rates, exact numbers, functions, periods, working days, sets, labels.

Values know nothing of supply chains and nothing of rules; everything else stands on them.
"""

from supplychain_rules.values.allocation import ALLOCATION_METHODS, AllocationMethod
from supplychain_rules.values.calendar import WorkCalendar
from supplychain_rules.values.currencies import MINOR_UNITS, NO_MINOR_UNITS, WITHDRAWN, decimals_of, withdrawn_on
from supplychain_rules.values.exchange import Conversion, ExchangeRate, ExchangeRates, RateUsed, convert
from supplychain_rules.values.intervals import ChoiceSet, Interval, IntervalSet
from supplychain_rules.values.label import LANGS, Label, Lang
from supplychain_rules.values.money import Allocation, Money, allocate, allocate_interim, ratio, total
from supplychain_rules.values.period import Period, add_months, months
from supplychain_rules.values.piecewise import MAX_PIECES, Piece, Piecewise, choose, compose, maximum, minimum
from supplychain_rules.values.piecewise_questions import (
    Extreme,
    Jump,
    expectation,
    greatest,
    integral,
    jumps,
    least,
    mean_over,
    member_of,
    where_above,
    where_at_least,
    where_at_most,
    where_below,
    where_equal,
    where_slope,
)
from supplychain_rules.values.rounding import ROUNDING_MODES, RoundingMode, divide, round_to_units
from supplychain_rules.values.scaled import MAX_DIGITS, exact_fraction, exact_number, number_text, to_decimal

__all__ = [
    "ALLOCATION_METHODS",
    "LANGS",
    "MAX_DIGITS",
    "MAX_PIECES",
    "MINOR_UNITS",
    "NO_MINOR_UNITS",
    "ROUNDING_MODES",
    "WITHDRAWN",
    "Allocation",
    "AllocationMethod",
    "ChoiceSet",
    "Conversion",
    "ExchangeRate",
    "ExchangeRates",
    "Extreme",
    "Interval",
    "IntervalSet",
    "Jump",
    "Label",
    "Lang",
    "Money",
    "Period",
    "Piece",
    "Piecewise",
    "RateUsed",
    "RoundingMode",
    "WorkCalendar",
    "add_months",
    "allocate",
    "allocate_interim",
    "choose",
    "compose",
    "convert",
    "decimals_of",
    "divide",
    "exact_fraction",
    "exact_number",
    "expectation",
    "greatest",
    "integral",
    "jumps",
    "least",
    "maximum",
    "mean_over",
    "member_of",
    "minimum",
    "months",
    "number_text",
    "ratio",
    "round_to_units",
    "to_decimal",
    "total",
    "where_above",
    "where_at_least",
    "where_at_most",
    "where_below",
    "where_equal",
    "where_slope",
    "withdrawn_on",
]
