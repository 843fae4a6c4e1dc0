"""Review the vendors of the public USAID SCMS delivery file, as it is downloaded.

    python examples/scms_review.py SCMS_Delivery_History_Dataset.csv

The file is a delivery history: one row per order line, with the day it was scheduled for and the day it came.
It has no inspections, so quality is not judged. Dates come in two forms and share their columns with remarks,
one "vendor" is the programme's own warehouse, and some firms are spelt in more than one way. What is done about
each is said in the output; no row is dropped without a reason. Source of the file: USAID, SCMS project, public
domain. All reading and writing is here, none of it in the library; the clock of the machine is never asked.

The file is longer than most, because it is meant to be read, copied and changed as one piece.
"""

import argparse
import csv
import gzip
import io
import json
import re
import sys
import tomllib
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, Final, final
from unicodedata import east_asian_width

import attrs

import supplychain_rules as sr
from supplychain_rules.errors import SupplyChainRulesError
from supplychain_rules.facts.ledger import Fact
from supplychain_rules.facts.parties import Supplier
from supplychain_rules.facts.prices import PriceObservation
from supplychain_rules.facts.trade import OrderLine, Receipt
from supplychain_rules.rules.measure import DeliveryPerformance, Measure, Measurement, PriceIndex, Spend, SpendShare
from supplychain_rules.rules.measure_interval import wilson_interval
from supplychain_rules.values.label import Lang
from supplychain_rules.values.rounding import round_to_units
from supplychain_rules.values.scaled import to_decimal

POLICY: Final = Path(__file__).with_name("policies") / "scms_review.toml"

#: The programme's regional distribution centres: its own stock, passed on to its own clients.
WAREHOUSE: Final = "SCMS from RDC"

#: Categories of suppliers, by which a measure leaves the warehouse out.
VENDOR_CATEGORY: Final = "vendor"
WAREHOUSE_CATEGORY: Final = "warehouse"

CURRENCY: Final = "USD"

#: The columns that are read; all others may hold anything.
ID, VENDOR, ITEM, PACK = "ID", "Vendor", "Item Description", "Unit of Measure (Per Pack)"
QUANTITY, VALUE, PRICE = "Line Item Quantity", "Line Item Value", "Pack Price"
ORDERED, SCHEDULED, DELIVERED = "PO Sent to Vendor Date", "Scheduled Delivery Date", "Delivered to Client Date"
COLUMNS: Final = (ID, VENDOR, ITEM, PACK, QUANTITY, VALUE, PRICE, ORDERED, SCHEDULED, DELIVERED)

#: Columns of numbers that also hold remarks such as "See ASN-93 (ID#:1281)". They are counted, not used.
NUMBERS_WITH_TEXT: Final = ("Weight (Kilograms)", "Freight Cost (USD)")

#: 2-Jun-06 and 11/13/06. No third form is guessed: a spreadsheet that turned 5/3/2013 into 2005-03-13 is refused.
DATE_FORMATS: Final = ("%d-%b-%y", "%m/%d/%y")

#: Texts that stand for "nothing" in a column that needs something.
BLANKS: Final = frozenset({"", "N/A"})

#: A plain number, far inside the limits of the library: more than the file holds, less than a slip of the keyboard.
NUMBER: Final = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,9})?")

#: The delivery window of the programme that followed this one (USAID GHSC-PSM).
EARLY_DAYS: Final = 14
LATE_DAYS: Final = 7

#: Fewest lines for a rate: 20 of 20 on time prove no more than 84 % (Wilson, 95 %). The policy demands as many.
MINIMUM_LINES: Final = 20

#: Fewest observed prices of comparable items for a price index; below it one small order would decide.
MINIMUM_PRICES: Final = 5

#: Examples shown for each reason of refusal, and letters of a vendor's name in a table.
EXAMPLES: Final = 3
NAME_WIDTH: Final = 40

#: Where concentration begins by the Herfindahl-Hirschman index (HHI): US Merger Guidelines, 2023.
MODERATE_HHI: Final = 1000
HIGH_HHI: Final = 1800

#: Exit code for a file or an argument that cannot be used, the same as that of argparse.
UNUSABLE: Final = 2


@final
@attrs.frozen(kw_only=True)
class Alias:
    """A spelling that is surely the same firm as another name, and why."""

    spelling: str
    name: str
    why: sr.Label


@final
@attrs.frozen(kw_only=True)
class LookAlikes:
    """Names that resemble each other and stay apart, and why."""

    names: tuple[str, ...]
    why: sr.Label


#: Joined only where nothing but one firm can be meant. Companies of one group in two countries are two vendors:
#: they sign their own contracts and answer for their own deliveries.
ALIASES: Final = (
    Alias(
        spelling="ABBOTT LOGISTICS B.V.",
        name="ABBVIE LOGISTICS (FORMERLY ABBOTT LOGISTICS BV)",
        why=sr.Label("the new name states the old one", "新名称注明了旧名称"),
    ),
    Alias(
        spelling="ACOUNS NIGERIA LTD",
        name="ACCOUN NIGERIA LIMITED",
        why=sr.Label("a slip in one name, same country and legal form", "同一名称的拼写差异，国家与公司形式相同"),
    ),
)

_OTHER_COUNTRY: Final = sr.Label("companies of one group in different countries", "同一集团在不同国家的公司")

LOOK_ALIKES: Final = (
    LookAlikes(
        names=(
            "ABBVIE LOGISTICS (FORMERLY ABBOTT LOGISTICS BV)",
            "ABBVIE, SRL (FORMALLY ABBOTT LABORATORIES INTERNATIONAL CO.)",
            "ABBOTT LABORATORIES (PUERTO RICO)",
            "Abbott GmbH & Co. KG",
        ),
        why=sr.Label(
            "different companies; Abbott and AbbVie have been two groups since 2013",
            "不同公司；自 2013 年起 Abbott 与 AbbVie 为两个集团",
        ),
    ),
    LookAlikes(names=("Aurobindo Pharma Limited", "AUROBINDO PHARAM (SOUTH AFRICA)"), why=_OTHER_COUNTRY),
    LookAlikes(
        names=("BIO-RAD LABORATORIES (FRANCE)", "BIO-RAD LABORATORIES PTY LTD. (SOUTH AFRICA)"), why=_OTHER_COUNTRY
    ),
    LookAlikes(
        names=(
            "INVERNESS MEDICAL INNOVATIONS HONG KONG LTD",
            "INVERNESS MEDICAL INNOVATIONS SOUTH AFRICA (PTY) LTD",
        ),
        why=_OTHER_COUNTRY,
    ),
    LookAlikes(
        names=("BRISTOL-MYERS SQUIBB", "LAWRENCE LABORATORIES (SUBSIDIARY OF BRISTOL MYERS SQUIBB)"),
        why=sr.Label("a subsidiary is a company of its own", "子公司为独立公司"),
    ),
)

_CANONICAL: Final = {alias.spelling: alias.name for alias in ALIASES}

#: Why a row cannot be used; `{}` is the column.
REASONS: Final = {
    "cells": sr.Label("the row has more or fewer cells than the header", "该行单元格数与表头不符"),
    "blank": sr.Label("{} is blank", "“{}”为空"),
    "repeated": sr.Label("{} was used before", "“{}”重复"),
    "not_a_number": sr.Label("{} is not a plain number", "“{}”不是数字"),
    "negative": sr.Label("{} is below zero", "“{}”为负数"),
    "zero": sr.Label("{} is zero", "“{}”为零"),
    "not_a_day": sr.Label("{} is not a day such as 2-Jun-06 or 11/13/06", "“{}”不是 2-Jun-06 或 11/13/06 形式的日期"),
}

#: What each action of the policy is called in the table.
ACTIONS: Final = {
    "grow": sr.Label("grow", "增加份额"),
    "keep": sr.Label("keep", "保持"),
    "observe": sr.Label("observe", "观察"),
    "improve": sr.Label("improve", "要求改进"),
    "second_source": sr.Label("second source", "开发第二货源"),
    "replace": sr.Label("replace", "替换"),
}

RELIABILITY: Final = {"pass": sr.Label("yes", "是"), "refer": sr.Label("not proven", "待核"), "fail": sr.Label("no", "否")}


class UnusableFileError(Exception):
    """The file as a whole cannot be used; the message is one line."""


class _RefusedRowError(Exception):
    """A row cannot be used: the reason's key, the column, and what stands there."""

    def __init__(self, reason: str, column: str, value: str) -> None:
        super().__init__(reason, column, value)
        self.reason, self.column, self.value = reason, column, value


@final
@attrs.frozen(kw_only=True)
class Refusal:
    """A row that was not used; `row` counts as a spreadsheet does, the header being row 1."""

    row: int
    id: str
    reason: str
    column: str
    value: str


@final
@attrs.frozen(kw_only=True)
class Delivery:
    """A row that is used, its cells understood."""

    row: int
    id: str
    vendor: str
    item: str
    pack: str
    quantity: Decimal
    value: Decimal
    price: Decimal
    #: The day the order was sent, or the text that stands there instead.
    ordered: date | str
    scheduled: date
    delivered: date
    #: The columns of numbers that hold a text in this row.
    texts: tuple[str, ...]
    #: Whether an earlier row is the same but for its ID.
    repeats: bool

    @property
    def ordered_on(self) -> date:
        """The day of the order where it can be right, else the latest possible one."""
        if isinstance(self.ordered, date) and self.ordered <= self.delivered:
            return self.ordered
        return min(self.scheduled, self.delivered)


@final
@attrs.frozen(kw_only=True)
class Source:
    """What a file held: every row is either a delivery or a refusal."""

    name: str
    deliveries: tuple[Delivery, ...]
    refusals: tuple[Refusal, ...]

    @property
    def rows(self) -> int:
        """The number of rows below the header."""
        return len(self.deliveries) + len(self.refusals)


@final
@attrs.frozen(kw_only=True)
class Concentration:
    """How few vendors hold how much: shares are of the spend, HHI is the sum of squared percentages."""

    vendors: int
    top3: Fraction
    hhi: Fraction


@final
@attrs.frozen(kw_only=True)
class VendorResult:
    """What was measured and decided for one vendor."""

    name: str
    lines: int
    spend: Fraction
    share: Fraction
    decision: sr.Decision


@final
@attrs.frozen(kw_only=True)
class Review:
    """Everything that is printed."""

    source: Source
    as_of: date
    start: date
    until: date
    keeps_warehouse: bool
    #: The rows that were measured, and how many usable ones were not: by their day, or unknown on the as-of day.
    measured: tuple[Delivery, ...]
    outside: int
    unknown_yet: int
    #: The figures of all rows together, with the warehouse and without.
    everything: Mapping[str, Measurement]
    vendors_only: Mapping[str, Measurement]
    #: Concentration with the spellings joined, and by the names as they stand in the file.
    joined: Concentration
    as_spelt: Concentration
    #: By score, best first, those without a score last.
    results: tuple[VendorResult, ...]

    @property
    def ranked(self) -> tuple[VendorResult, ...]:
        """The vendors with a score."""
        return tuple(result for result in self.results if result.decision["performance"] is not None)


def main(arguments: Sequence[str] | None = None) -> int:
    """Read, measure, decide and print; return the exit code."""
    given = _arguments(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")  # a console of another encoding could not print the labels
    try:
        review = review_of(
            read_source(given.path),
            as_of=given.as_of,
            start=given.start,
            until=given.until,
            keeps_warehouse=given.keep_warehouse,
        )
        if given.out is not None:
            given.out.write_text(page(review, given.lang), encoding="utf-8")
    except (UnusableFileError, SupplyChainRulesError, OSError) as error:
        print(f"scms_review: {'; '.join(str(error).splitlines())}", file=sys.stderr)
        return UNUSABLE
    if given.json:
        print(json.dumps(plain(review), ensure_ascii=False, indent=2))
    else:
        for line in text_lines(review, given.lang):
            print(line)
        if given.out is not None:
            print(_say("report", given.lang, given.out))
    return 0


def read_source(path: Path) -> Source:
    """Read a CSV file, packed with gzip or not, row by row.

    Raises:
        UnusableFileError: the file cannot be read, or lacks a column.
    """
    rows = _rows(path)
    header = [cell.strip() for cell in next(rows, [])]
    places = _places(header, path)
    deliveries: list[Delivery] = []
    refusals: list[Refusal] = []
    seen_ids: set[str] = set()
    seen_rows: set[tuple[str, ...]] = set()
    for number, row in enumerate(rows, start=2):
        cells = {column: row[place].strip() if place < len(row) else "" for column, place in places.items()}
        rest = tuple(cell for place, cell in enumerate(row) if place != places[ID])
        try:
            if len(row) != len(header):
                raise _RefusedRowError("cells", "", f"{len(row)}/{len(header)}")  # noqa: TRY301  one way out for all
            if cells[ID] in seen_ids:
                raise _RefusedRowError("repeated", ID, cells[ID])  # noqa: TRY301  as above
            deliveries.append(_delivery(number, cells, repeats=rest in seen_rows))
        except _RefusedRowError as refused:
            refusals.append(
                Refusal(
                    row=number, id=cells[ID], reason=refused.reason, column=refused.column, value=refused.value
                )
            )
        else:
            seen_ids.add(cells[ID])
            seen_rows.add(rest)
    source = Source(name=path.name, deliveries=tuple(deliveries), refusals=tuple(refusals))
    if not source.rows:
        raise UnusableFileError(f"{path}: the file has a header and no rows")
    if not deliveries:
        first = refusals[0]
        why = REASONS[first.reason].en.format(first.column)
        raise UnusableFileError(
            f"{path}: none of the {source.rows} rows can be used; row {first.row}: {why} ({first.value!r})"
        )
    return source


def ledger_of(deliveries: Iterable[Delivery], *, aliases: Mapping[str, str]) -> sr.Ledger:
    """Turn rows into facts: a promise, a receipt, and a price where one was paid."""
    facts: list[Fact] = []
    for row in deliveries:
        supplier = aliases.get(row.vendor, row.vendor)
        category = WAREHOUSE_CATEGORY if supplier == WAREHOUSE else VENDOR_CATEGORY
        price = sr.Money(row.price, CURRENCY)
        facts += (
            Supplier(id=supplier, name=supplier, categories=[category]),
            OrderLine(
                id=row.id,
                supplier=supplier,
                item=row.item,
                quantity=row.quantity,
                unit_price=price,
                value=sr.Money(row.value, CURRENCY),
                ordered_on=row.ordered_on,
                promised_on=row.scheduled,
            ),
            Receipt(id=row.id, order_line=row.id, received_on=row.delivered, quantity=row.quantity),
        )
        if row.price:
            facts.append(
                PriceObservation(
                    id=row.id,
                    supplier=supplier,
                    item=row.item,
                    price=price,
                    quantity=row.quantity,
                    # Prices of these medicines fell by half within few years. The year is part of the unit, so
                    # that a vendor of the first years is not called dear for having sold in them.
                    unit=f"pack of {row.pack}, {row.scheduled.year}",
                    observed_on=row.ordered_on,
                )
            )
    return sr.Ledger(facts)


def review_of(
    source: Source, *, as_of: date | None, start: date | None, until: date | None, keeps_warehouse: bool
) -> Review:
    """Measure the rows scheduled in `[start, until)` as they were known on a day, and judge each vendor.

    Raises:
        UnusableFileError: no row is left to measure.
    """
    day = as_of or max(row.delivered for row in source.deliveries) + timedelta(days=1)
    first = start or min(row.scheduled for row in source.deliveries)
    end = until or max(row.scheduled for row in source.deliveries) + timedelta(days=1)
    if first >= end:
        raise UnusableFileError(f"nothing is scheduled from {first} until before {end}")
    inside = [row for row in source.deliveries if first <= row.scheduled < end]
    measured = tuple(row for row in inside if row.ordered_on <= day)
    if not measured:
        raise UnusableFileError(f"no usable row is scheduled from {first} until before {end} and known on {day}")
    ledger = ledger_of(measured, aliases=_CANONICAL)
    counted: tuple[str, ...] = () if keeps_warehouse else (VENDOR_CATEGORY,)
    # The rows are chosen already, so that one date decides for deliveries, spend and prices alike.
    days = [day for row in measured for day in (row.ordered_on, row.scheduled)]
    period = sr.Period(min(days), max(days) + timedelta(days=1))

    def measured_by(measures: Iterable[Measure], facts: sr.Ledger, **by: Any) -> tuple[Measurement, ...]:  # noqa: ANN401
        return sr.measure(measures, facts, period=period, as_of=day, **by)

    def together(categories: Sequence[str]) -> dict[str, Measurement]:
        found = measured_by(measures_of(categories), ledger, by="total")
        return {measurement.measure: measurement for measurement in found}

    found = measured_by(measures_of(counted, lines=MINIMUM_LINES, prices=MINIMUM_PRICES), ledger)
    spelt = measured_by([SpendShare(id="spend_share", applies_to=counted)], ledger_of(measured, aliases={}))
    return Review(
        source=source,
        as_of=day,
        start=first,
        until=end,
        keeps_warehouse=keeps_warehouse,
        measured=measured,
        outside=len(source.deliveries) - len(inside),
        unknown_yet=len(inside) - len(measured),
        everything=together(()),
        vendors_only=together((VENDOR_CATEGORY,)),
        joined=concentration_of(found),
        as_spelt=concentration_of(spelt),
        results=_decided(found),
    )


def measures_of(categories: Sequence[str], *, lines: int = 0, prices: int = 0) -> tuple[Measure, ...]:
    """Return the measures, for suppliers of the given categories (none: all) with the given evidence."""
    return (
        DeliveryPerformance(id="on_time_rate", applies_to=categories, minimum_evidence=lines),
        DeliveryPerformance(
            id="in_window_rate",
            early_days=EARLY_DAYS,
            late_days=LATE_DAYS,
            applies_to=categories,
            minimum_evidence=lines,
        ),
        DeliveryPerformance(id="value_on_time_rate", level="value", applies_to=categories, minimum_evidence=lines),
        PriceIndex(id="price_index", source="observations", applies_to=categories, minimum_evidence=prices),
        SpendShare(id="spend_share", applies_to=categories),
        Spend(id="spend", applies_to=categories),
    )


def concentration_of(measurements: Iterable[Measurement]) -> Concentration:
    """Compute the share of the three largest and the HHI from the shares of the spend."""
    shares = [found.value for found in measurements if found.measure == "spend_share" and found.value is not None]
    shares.sort(reverse=True)
    squares = ((100 * share) ** 2 for share in shares)
    return Concentration(vendors=len(shares), top3=sum(shares[:3], Fraction(0)), hhi=sum(squares, Fraction(0)))


def _decided(measurements: Iterable[Measurement]) -> tuple[VendorResult, ...]:
    """Evaluate the policy for every vendor that the measures concern, best score first."""
    policy = sr.load_policy(tomllib.loads(POLICY.read_text(encoding="utf-8")))
    vendors: dict[str, dict[str, Measurement]] = {}
    for found in measurements:
        if found.state != "not_applicable":
            vendors.setdefault(found.key, {})[found.measure] = found
    results = []
    for name, measured in vendors.items():
        rate, spend, share = measured["on_time_rate"], measured["spend"], measured["spend_share"]
        (record,) = sr.records((one for key, one in measured.items() if key != "spend"), decimals=4).values()
        firm = {"on_time_least": wilson_interval(rate.numerator, rate.denominator)[0]} if rate.value is not None else {}
        decision = sr.evaluate(policy, {"lines": rate.evidence, **record, **firm})
        results.append(
            VendorResult(
                name=name,
                lines=rate.evidence,
                spend=spend.value or Fraction(0),
                share=share.value or Fraction(0),
                decision=decision,
            )
        )
    return tuple(sorted(results, key=lambda result: (*_worst_last(result.decision["performance"]), result.name)))


def _worst_last(score: Decimal | None) -> tuple[bool, Decimal]:
    return score is None, -(score or Decimal(0))
