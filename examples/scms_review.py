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
import os
import re
import sys
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
from supplychain_rules.display.report import report_html
from supplychain_rules.errors import SupplyChainRulesError
from supplychain_rules.facts.ledger import Fact
from supplychain_rules.facts.parties import Supplier
from supplychain_rules.facts.prices import PriceObservation
from supplychain_rules.facts.trade import OrderLine, Receipt
from supplychain_rules.measures import DeliveryPerformance, Measure, Measurement, PriceIndex, Scope, Spend, SpendShare
from supplychain_rules.measures.interval import wilson_interval
from supplychain_rules.values.label import Lang
from supplychain_rules.values.rounding import round_to_units
from supplychain_rules.values.scaled import to_decimal

POLICY: Final = Path(__file__).with_name("policies") / "scms_review.policy.toml"

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

#: What stands beside the score on the page.
REPORT_COLUMNS: Final = (
    *("performance", "grade", "reliable", "dependence", "action"),
    *("lines", "on_time_rate", "on_time_least", "in_window_rate", "price_index", "spend_share"),
)

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

# fmt: off
LOOK_ALIKES: Final = (
    LookAlikes(why=sr.Label("different companies, and Abbott and AbbVie have been two groups since 2013",
                            "不同公司；自 2013 年起 Abbott 与 AbbVie 为两个集团"),
               names=("ABBVIE LOGISTICS (FORMERLY ABBOTT LOGISTICS BV)", "ABBOTT LABORATORIES (PUERTO RICO)",
                      "ABBVIE, SRL (FORMALLY ABBOTT LABORATORIES INTERNATIONAL CO.)", "Abbott GmbH & Co. KG")),
    LookAlikes(why=_OTHER_COUNTRY, names=("Aurobindo Pharma Limited", "AUROBINDO PHARAM (SOUTH AFRICA)")),
    LookAlikes(why=_OTHER_COUNTRY,
               names=("BIO-RAD LABORATORIES (FRANCE)", "BIO-RAD LABORATORIES PTY LTD. (SOUTH AFRICA)")),
    LookAlikes(why=_OTHER_COUNTRY,
               names=("INVERNESS MEDICAL INNOVATIONS HONG KONG LTD",
                      "INVERNESS MEDICAL INNOVATIONS SOUTH AFRICA (PTY) LTD")),
    LookAlikes(why=sr.Label("a subsidiary is a company of its own", "子公司为独立公司"),
               names=("BRISTOL-MYERS SQUIBB", "LAWRENCE LABORATORIES (SUBSIDIARY OF BRISTOL MYERS SQUIBB)")),
)
# fmt: on

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

RELIABILITY: Final = {
    "pass": sr.Label("yes", "是"),
    "refer": sr.Label("not proven", "待核"),
    "fail": sr.Label("no", "否"),
}


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
    except OSError as error:
        return _refuse(f"{error.filename}: {(error.strerror or str(error)).lower()}")
    except (UnusableFileError, SupplyChainRulesError) as error:
        return _refuse("; ".join(line.strip() for line in str(error).splitlines()))
    if given.json:
        print(json.dumps(plain(review), ensure_ascii=False, indent=2))
    else:
        for line in text_lines(review, given.lang):
            print(line)
        if given.out is not None:
            print(_say("report", given.lang, given.out))
    return 0


def _refuse(why: str) -> int:
    print(f"scms_review: {why}", file=sys.stderr)
    return UNUSABLE


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
                Refusal(row=number, id=cells[ID], reason=refused.reason, column=refused.column, value=refused.value)
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
                    # A pack of efavirenz 600 mg cost 16.81 in 2006 and 4.48 in 2011. The year is part of the
                    # unit, so that a vendor of the first years is not called dear for having sold in them.
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
    days = [known for row in measured for known in (row.ordered_on, row.scheduled)]
    period = sr.Period(min(days), max(days) + timedelta(days=1))

    def measured_by(measures: Iterable[Measure], facts: sr.Ledger, **by: Any) -> tuple[Measurement, ...]:  # noqa: ANN401
        return sr.measure(measures, facts, period=period, as_of=day, **by)

    def together(categories: Sequence[str]) -> dict[str, Measurement]:
        found = measured_by(measures_of(categories), ledger, by="total")
        return {measurement.measure: measurement for measurement in found}

    found = measured_by(measures_of(counted, lines=MINIMUM_LINES, prices=MINIMUM_PRICES), ledger)
    spelt = measured_by(
        [SpendShare(id="spend_share", scope=Scope(supplier_categories=counted))], ledger_of(measured, aliases={})
    )
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
    scope = Scope(supplier_categories=categories)
    return (
        DeliveryPerformance(id="on_time_rate", scope=scope, minimum_evidence=lines),
        DeliveryPerformance(
            id="in_window_rate",
            early_days=EARLY_DAYS,
            late_days=LATE_DAYS,
            scope=scope,
            minimum_evidence=lines,
        ),
        DeliveryPerformance(id="value_on_time_rate", level="value", scope=scope, minimum_evidence=lines),
        PriceIndex(
            id="price_index",
            source="prices",
            scope=scope,
            minimum_evidence=prices,
        ),
        SpendShare(id="spend_share", scope=scope),
        Spend(id="spend", scope=scope),
    )


def concentration_of(measurements: Iterable[Measurement]) -> Concentration:
    """Compute the share of the three largest and the HHI from the shares of the spend."""
    shares = [found.value for found in measurements if found.measure == "spend_share" and found.value is not None]
    shares.sort(reverse=True)
    squares = ((100 * share) ** 2 for share in shares)
    return Concentration(vendors=len(shares), top3=sum(shares[:3], Fraction(0)), hhi=sum(squares, Fraction(0)))


def _decided(measurements: Iterable[Measurement]) -> tuple[VendorResult, ...]:
    """Evaluate the policy for every vendor that the measures concern, best score first."""
    policy = sr.load_policy_text(POLICY.read_text(encoding="utf-8"))
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


# Reading rows.


def _rows(path: Path) -> Iterator[list[str]]:
    """Return the rows of a CSV file in UTF-8; lines without any cell are not rows."""
    try:
        data = path.read_bytes()
        if data.startswith(b"\x1f\x8b"):
            data = gzip.decompress(data)
        text = data.decode("utf-8-sig")
        rows = [row for row in csv.reader(io.StringIO(text, newline=""), strict=True) if row]
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise UnusableFileError(f"{path}: the packed file is cut off or damaged; download it again") from None
    except UnicodeDecodeError as error:
        raise UnusableFileError(f"{path}: byte {error.start} is not UTF-8; save the file as CSV in UTF-8") from None
    except csv.Error as error:
        raise UnusableFileError(f"{path}: not a CSV file ({error})") from None
    if not rows:
        raise UnusableFileError(f"{path}: the file is empty")
    return iter(rows)


def _places(header: Sequence[str], path: Path) -> dict[str, int]:
    """Return where each column stands, that of every column that is read and of those that are only counted."""
    missing = [column for column in COLUMNS if header.count(column) != 1]
    if missing:
        names = ", ".join(f"{column!r}" for column in missing)
        alike = {name.casefold(): name for name in header}
        near = next((alike[column.casefold()] for column in missing if column.casefold() in alike), None)
        hint = "" if near is None else f"; it has {near!r}, as an edited copy does: take the original file"
        raise UnusableFileError(
            f"{path}: not the SCMS delivery file, it needs each of these columns once: {names}{hint}"
        )
    return {column: header.index(column) for column in (*COLUMNS, *NUMBERS_WITH_TEXT) if column in header}


def _delivery(number: int, cells: Mapping[str, str], *, repeats: bool) -> Delivery:
    for column in (ID, VENDOR, ITEM):
        if cells[column] in BLANKS:
            raise _RefusedRowError("blank", column, cells[column])
    quantity = _number(cells, QUANTITY)
    if not quantity:
        raise _RefusedRowError("zero", QUANTITY, cells[QUANTITY])
    return Delivery(
        row=number,
        id=cells[ID],
        vendor=cells[VENDOR],
        item=cells[ITEM],
        pack=cells[PACK],
        quantity=quantity,
        value=_number(cells, VALUE),
        price=_number(cells, PRICE),
        ordered=day_of(cells[ORDERED]) or cells[ORDERED],
        scheduled=_day(cells, SCHEDULED),
        delivered=_day(cells, DELIVERED),
        texts=tuple(column for column in NUMBERS_WITH_TEXT if column in cells and not NUMBER.fullmatch(cells[column])),
        repeats=repeats,
    )


def _number(cells: Mapping[str, str], column: str) -> Decimal:
    if not NUMBER.fullmatch(cells[column]):
        raise _RefusedRowError("not_a_number", column, cells[column])
    value = Decimal(cells[column])
    if value < 0:
        raise _RefusedRowError("negative", column, cells[column])
    return value


def _day(cells: Mapping[str, str], column: str) -> date:
    day = day_of(cells[column])
    if day is None:
        raise _RefusedRowError("not_a_day", column, cells[column])
    return day


@cache
def day_of(text: str) -> date | None:
    """Return the day that a text writes in one of the file's two forms, or None."""
    for form in DATE_FORMATS:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007  the file has days without a zone
        except ValueError:
            continue
    return None


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scms_review", description="Review the vendors of the SCMS delivery file.")
    parser.add_argument("path", metavar="PATH", type=Path, help="the file as downloaded, CSV or CSV packed with gzip")
    days = {
        "--as-of": ("as_of", "as it was known on that day (default: the day after the last delivery of the file)"),
        "--from": ("start", "only rows scheduled on that day or later"),
        "--until": ("until", "only rows scheduled before that day"),
    }
    for option, (name, meaning) in days.items():
        parser.add_argument(option, dest=name, type=date.fromisoformat, metavar="DATE", help=meaning)
    parser.add_argument("--lang", choices=("en", "zh"), default="en", help="language of the output")
    parser.add_argument("--out", type=Path, metavar="FILE.html", help="write the report as one HTML file, too")
    parser.add_argument("--json", action="store_true", help="print JSON instead of text")
    parser.add_argument("--keep-warehouse", action="store_true", help="count the programme's warehouse as a vendor")
    return parser.parse_args(arguments)


# What is said, in both languages.

# fmt: off
_SENTENCES: Final = {key: sr.Label(en, zh) for key, en, zh in (
    ("title", "Vendor review: {}", "供应商评估：{}"),
    ("scope", "Scheduled from {} until before {}, as known on {}.", "计划交货日 {} 起至 {}（不含），数据截至 {}。"),
    ("rows", "Rows of the file", "文件行数"),
    ("used", "  measured", "  参与计算"),
    ("outside", "  scheduled outside the period", "  计划交货日不在期间内"),
    ("unknown_yet", "  ordered after the as-of day", "  截止日之后才下单"),
    ("refused", "  cannot be used", "  无法使用"),
    ("refusal", "    {} × {}", "    {} × {}"),
    ("example", "      row {} (ID {}): {}", "      第 {} 行（ID {}）：{}"),
    ("notes", "Peculiar rows and names", "特殊的行与名称"),
    ("no_order_day", "text for the day of the order: {} ({}); the earlier of schedule and delivery stands in",
     "下单日为文字：{}（{}）；以计划日与交货日中较早者代替"),
    ("order_after_delivery", "delivered before the order was sent: {}; likewise", "交货早于下单：{}；同样处理"),
    ("open", "still to come on the as-of day: {}; late once overdue", "截止日尚未交货：{}；逾期即计为迟交"),
    ("free", "pack price 0: {}; left out of the price index", "包装单价为 0：{}；不计入价格指数"),
    ("repeats", "same as another row but for the ID: {}; kept, as the ID says they are two",
     "除 ID 外与另一行相同：{}；因 ID 不同而保留"),
    ("texts", "text in {1}: {0}; not needed here", "“{1}”为文字：{0}；此处不使用"),
    ("warehouse", "{}, the programme's own warehouse: {} and {} USD ({} of spend); {}",
     "项目自有仓库 {}：{}，{} 美元（占采购额 {}）；{}"),
    ("left_out", "left out of shares, prices and ranking", "不计入份额、价格与排名"),
    ("kept", "counted as a vendor, as asked", "按要求视为供应商"),
    ("joined", "{}: {}; counted with {}: {}", "{}：{}；并入 {}：{}"),
    ("apart", "left apart: {}: {}", "未合并：{}：{}"),
    ("figures", "Figures", "指标"),
    ("all", "all rows", "全部"),
    ("vendors_only", "without warehouse", "不含仓库"),
    ("lines", "Order lines due", "到期订单行"),
    ("on_time_rate", "On time", "准时交货率"),
    ("in_window_rate", f"In the window -{EARLY_DAYS}..+{LATE_DAYS} days",
     f"窗口内交货率（-{EARLY_DAYS}..+{LATE_DAYS} 天）"),
    ("value_on_time_rate", "On time by value", "按金额计准时交货率"),
    ("spend", "Spend, USD", "采购额（美元）"),
    ("concentration", "Concentration of spend", "采购集中度"),
    ("as_spelt", "names as in the file", "按文件中的名称"),
    ("as_joined", "spellings joined", "合并拼写后"),
    ("vendors", "Vendors", "供应商数"),
    ("top3", "Share of the three largest", "前三大份额"),
    ("hhi", "HHI (0 to 10,000)", "HHI（0 至 10,000）"),
    ("hhi_low", "not concentrated by the US Merger Guidelines of 2023", "依据美国 2023 年《合并指南》：集中度低"),
    ("hhi_moderate", "moderately concentrated by the US Merger Guidelines of 2023",
     "依据美国 2023 年《合并指南》：中度集中"),
    ("hhi_high", "highly concentrated by the US Merger Guidelines of 2023", "依据美国 2023 年《合并指南》：高度集中"),
    ("ranking", f"Vendors with {MINIMUM_LINES} lines or more, by score",
     f"供应商排名（不少于 {MINIMUM_LINES} 行，按得分）"),
    ("unranked", f"With fewer than {MINIMUM_LINES} lines, not ranked: {{}} vendors, {{}} lines, {{}} of spend",
     f"少于 {MINIMUM_LINES} 行而未排名：{{}} 家供应商，{{}} 行，占采购额 {{}}"),
    ("legend", "at least: lower end of the 95 % Wilson interval of on time; price: paid / mean price of item and year",
     "下限：准时率 95 % 威尔逊区间的下端；价格指数：实付 ÷ 同物料同年均价"),
    ("explanation", "Why, for the largest of them: {}", "排名中采购额最大者的依据：{}"),
    ("one", "{}: {}", "{}：{}"),
    ("two", "{}: {} ({}), {} ({})", "{}：{}（{}），{}（{}）"),
    ("report", "Report written to {}", "报告已写入 {}"),
)}

_HEADINGS: Final = tuple(sr.Label(en, zh) for en, zh in (
    ("#", "名次"), ("vendor", "供应商"), ("lines", "行数"), ("on time", "准时率"), ("at least", "下限"),
    ("in window", "窗口内"), ("by value", "按金额"), ("price", "价格指数"), ("share", "份额"), ("score", "得分"),
    ("grade", "等级"), ("reliable", "可靠"), ("action", "措施"),
))
# fmt: on


def _say(key: str, lang: Lang, *values: object) -> str:
    return _SENTENCES[key].text(lang).format(*values)


def text_lines(review: Review, lang: Lang) -> Iterator[str]:
    """Yield the review as lines of text."""
    yield _say("title", lang, review.source.name)
    yield _say("scope", lang, review.start, review.until, review.as_of)
    yield ""
    yield from _accounting_lines(review, lang)
    yield ""
    yield _say("notes", lang)
    yield from (f"  - {note}" for note in note_lines(review, lang))
    yield ""
    yield from _aligned(figure_cells(review, lang), texts=(0,))
    yield ""
    yield from _aligned(concentration_cells(review, lang), texts=(0,))
    yield _level(review, lang)
    yield ""
    yield _say("ranking", lang)
    yield from _aligned(ranking_cells(review, lang), texts=(1, 10, 11, 12))
    yield _say("legend", lang)
    yield from _unranked_lines(review, lang)
    largest = max(review.ranked, key=lambda result: result.spend, default=None)
    if largest is not None:
        yield ""
        yield _say("explanation", lang, largest.name)
        yield largest.decision.explain().text(lang)


def _accounting_lines(review: Review, lang: Lang) -> Iterator[str]:
    counts = accounting_of(review, lang)
    yield from _aligned([[name, f"{count:,}"] for name, count in counts], texts=(0,))
    for reason, column, rows in refusals_by_reason(review.source.refusals):
        yield _say("refusal", lang, len(rows), REASONS[reason].text(lang).format(column))
        for row in rows[:EXAMPLES]:
            yield _say("example", lang, row.row, row.id or "-", repr(row.value))


def accounting_of(review: Review, lang: Lang) -> tuple[tuple[str, int], ...]:
    """Return what became of the rows: those of the file, and the parts that add up to them."""
    return (
        (_say("rows", lang), review.source.rows),
        (_say("used", lang), len(review.measured)),
        (_say("outside", lang), review.outside),
        (_say("unknown_yet", lang), review.unknown_yet),
        (_say("refused", lang), len(review.source.refusals)),
    )


def refusals_by_reason(refusals: Iterable[Refusal]) -> list[tuple[str, str, list[Refusal]]]:
    """Return reason, column and rows, the most frequent first; every refused row stands in one group."""
    groups: dict[tuple[str, str], list[Refusal]] = {}
    for refusal in refusals:
        groups.setdefault((refusal.reason, refusal.column), []).append(refusal)
    found = [(reason, column, rows) for (reason, column), rows in groups.items()]
    return sorted(found, key=lambda group: (-len(group[2]), group[0], group[1]))


def note_lines(review: Review, lang: Lang) -> Iterator[str]:
    """Yield what was done about rows that are used and yet peculiar, the warehouse and the spellings."""
    rows = review.measured
    texts = Counter(row.ordered for row in rows if isinstance(row.ordered, str))
    if texts:
        shown = ", ".join(f"{text!r}: {count:,}" for text, count in texts.most_common())
        yield _say("no_order_day", lang, f"{texts.total():,}", shown)
    peculiar: tuple[tuple[str, Callable[[Delivery], bool]], ...] = (
        ("order_after_delivery", lambda row: isinstance(row.ordered, date) and row.ordered > row.delivered),
        ("open", lambda row: row.delivered > review.as_of),
        ("free", lambda row: not row.price),
        ("repeats", lambda row: row.repeats),
    )
    for key, holds in peculiar:
        count = sum(holds(row) for row in rows)
        if count:
            yield _say(key, lang, f"{count:,}")
    for column, count in Counter(column for row in rows for column in row.texts).items():
        yield _say("texts", lang, f"{count:,}", column)
    stored = [row for row in rows if row.vendor == WAREHOUSE]
    if stored:
        value = sum((Fraction(row.value) for row in stored), Fraction(0))
        everything = review.everything["spend"].value
        share = _percent(value / everything if everything else None, 1)
        what = _say("kept" if review.keeps_warehouse else "left_out", lang)
        yield _say("warehouse", lang, WAREHOUSE, f"{len(stored):,}", _amount(value), share, what)
    spellings = Counter(row.vendor for row in rows)
    for alias in ALIASES:
        if spellings[alias.spelling]:
            yield _say("joined", lang, alias.spelling, spellings[alias.spelling], alias.name, alias.why.text(lang))
    for group in look_alikes_of(review):
        yield _say("apart", lang, " | ".join(group.names), group.why.text(lang))


def look_alikes_of(review: Review) -> tuple[LookAlikes, ...]:
    """Return the names left apart of which the measured rows have two or more."""
    present = {_CANONICAL.get(row.vendor, row.vendor) for row in review.measured}
    groups = (attrs.evolve(group, names=tuple(n for n in group.names if n in present)) for group in LOOK_ALIKES)
    return tuple(group for group in groups if len(group.names) > 1)


def figure_cells(review: Review, lang: Lang) -> list[list[str]]:
    """Return the key figures of all rows and of those without the warehouse, below a heading."""
    sides = (review.everything, review.vendors_only)
    rows = [[_say("figures", lang), _say("all", lang), _say("vendors_only", lang)]]
    rows.append([_say("lines", lang), *(f"{side['on_time_rate'].evidence:,}" for side in sides)])
    rows += (
        [_say(key, lang), *(_percent(side[key].value, 4) for side in sides)]
        for key in ("on_time_rate", "in_window_rate", "value_on_time_rate")
    )
    rows.append([_say("spend", lang), *(_amount(side["spend"].value) for side in sides)])
    return rows


def concentration_cells(review: Review, lang: Lang) -> list[list[str]]:
    """Return the concentration by the names of the file and with spellings joined, below a heading."""
    sides = (review.as_spelt, review.joined)
    return [
        [_say("concentration", lang), _say("as_spelt", lang), _say("as_joined", lang)],
        [_say("vendors", lang), *(f"{side.vendors:,}" for side in sides)],
        [_say("top3", lang), *(_percent(side.top3, 4) for side in sides)],
        [_say("hhi", lang), *(_amount(side.hhi) for side in sides)],
    ]


def _level(review: Review, lang: Lang) -> str:
    hhi = review.joined.hhi
    return _say("hhi_high" if hhi > HIGH_HHI else "hhi_moderate" if hhi >= MODERATE_HHI else "hhi_low", lang)


def _unranked_lines(review: Review, lang: Lang) -> Iterator[str]:
    others = [result for result in review.results if result.decision["performance"] is None]
    if others:
        lines, share = sum(result.lines for result in others), sum((one.share for one in others), Fraction(0))
        yield _say("unranked", lang, len(others), f"{lines:,}", _percent(share, 1))


def ranking_cells(review: Review, lang: Lang) -> list[list[str]]:
    """Return the table of vendors with a score as text: a heading, and a row a vendor; equal scores share a place."""
    rows = [[heading.text(lang) for heading in _HEADINGS]]
    scores = [result.decision["performance"] for result in review.ranked]
    for result in review.ranked:
        decision, read = result.decision, result.decision.inputs
        name = result.name if len(result.name) <= NAME_WIDTH else result.name[: NAME_WIDTH - 1] + "…"
        rates = (read[key] for key in ("on_time_rate", "on_time_least", "in_window_rate", "value_on_time_rate"))
        price = read["price_index"]
        rows.append(
            [
                str(scores.index(decision["performance"]) + 1),
                name,
                f"{result.lines:,}",
                *(_percent(rate, 1) for rate in rates),
                "–" if price is None else f"{_rounded(price, 3)}",
                _percent(result.share, 1),
                str(decision["performance"]),
                decision["grade"],
                RELIABILITY[decision["reliable"]].text(lang),
                ACTIONS[decision["action"]].text(lang),
            ]
        )
    return rows


def plain(review: Review) -> dict[str, Any]:
    """Return the review as JSON-able data; exact numbers are text."""
    return {
        "file": review.source.name,
        "scheduled_from": review.start.isoformat(),
        "scheduled_until": review.until.isoformat(),
        "as_of": review.as_of.isoformat(),
        "warehouse": {"vendor": WAREHOUSE, "counted_as_vendor": review.keeps_warehouse},
        "rows": {
            "read": review.source.rows,
            "used": len(review.measured),
            "outside_period": review.outside,
            "not_yet_ordered": review.unknown_yet,
            "refused": len(review.source.refusals),
        },
        "refused": [
            {
                "reason": reason,
                "column": column,
                "rows": len(rows),
                "examples": [{"row": row.row, "id": row.id, "value": row.value} for row in rows[:EXAMPLES]],
            }
            for reason, column, rows in refusals_by_reason(review.source.refusals)
        ],
        "notes": list(note_lines(review, "en")),
        "figures": {"all": _plain_figures(review.everything), "without_warehouse": _plain_figures(review.vendors_only)},
        "concentration": {
            "as_spelt": _plain_concentration(review.as_spelt),
            "joined": _plain_concentration(review.joined),
        },
        "aliases": [{"spelling": one.spelling, "name": one.name, "why": one.why.en} for one in ALIASES],
        "vendors": [
            {
                "vendor": result.name,
                "lines": result.lines,
                "spend": str(_rounded(result.spend, 2)),
                "decision": result.decision.to_dict(),
            }
            for result in review.results
        ],
    }


def page(review: Review, lang: Lang) -> str:
    """Return the report as one self-contained HTML page."""
    return report_html(
        _say("title", lang, review.source.name),
        [(result.name, result.decision) for result in review.ranked],
        lang,
        rank_by="performance",
        columns=REPORT_COLUMNS,
        generated_for=_say("scope", lang, review.start, review.until, review.as_of),
        notes=tuple(_page_notes(review, lang)),
    )


def _page_notes(review: Review, lang: Lang) -> Iterator[str]:
    for head, *rows in (figure_cells(review, lang), concentration_cells(review, lang)):
        for name, first, second in rows:
            yield _say("two", lang, name, first, head[1], second, head[2])
    yield _level(review, lang)
    yield from _unranked_lines(review, lang)
    for name, count in accounting_of(review, lang):
        yield _say("one", lang, name.strip(), f"{count:,}")
    for reason, column, refusals in refusals_by_reason(review.source.refusals):
        yield _say("one", lang, REASONS[reason].text(lang).format(column), f"{len(refusals):,}")
    yield from note_lines(review, lang)


def _plain_figures(found: Mapping[str, Measurement]) -> dict[str, Any]:
    rates = {key: found[key].value for key in ("on_time_rate", "in_window_rate", "value_on_time_rate")}
    spend = found["spend"].value
    return {
        "lines": found["on_time_rate"].evidence,
        **{key: None if rate is None else str(_rounded(rate, 6)) for key, rate in rates.items()},
        "spend": None if spend is None else str(_rounded(spend, 2)),
    }


def _plain_concentration(found: Concentration) -> dict[str, Any]:
    return {"vendors": found.vendors, "top3_share": str(_rounded(found.top3, 6)), "hhi": str(_rounded(found.hhi, 6))}


def _aligned(rows: Sequence[Sequence[str]], *, texts: Sequence[int]) -> Iterator[str]:
    """Yield rows as lines of equal columns; texts stand left, numbers right; a Chinese character is two wide."""
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = []
        for place, (cell, width) in enumerate(zip(row, widths, strict=True)):
            gap = " " * (width - _width(cell))
            cells.append(cell + gap if place in texts else gap + cell)
        yield "  ".join(cells).rstrip()


def _width(text: str) -> int:
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def _rounded(value: Fraction | Decimal, decimals: int) -> Decimal:
    return to_decimal(round_to_units(Fraction(value), decimals), decimals)


def _percent(value: Fraction | Decimal | None, decimals: int) -> str:
    return "–" if value is None else f"{_rounded(100 * Fraction(value), decimals)} %"


def _amount(value: Fraction | None) -> str:
    return "–" if value is None else f"{_rounded(value, 2):,}"


if __name__ == "__main__":
    try:
        code = main()
        sys.stdout.flush()
    except BrokenPipeError:  # whoever reads, such as head, has seen enough; nothing is left to flush at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    sys.exit(code)
