"""The review of the USAID SCMS file: the published figures, every quirk on a small file, and files that cannot be used.

Source of the figures: `truth.json` beside the data (USAID, SCMS project, public domain).
"""

import csv
import gzip
import importlib.util
import io
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "examples" / "scms_review.py"
SCMS = ROOT / ".." / "shared" / "data" / "scms"
FILE = SCMS / "deliveries_2006_2011.csv.gz"

needs_data = pytest.mark.skipif(not SCMS.exists(), reason="the shared data folder is not beside the checkout")

#: The columns of the file as it is downloaded, in its order.
HEADER_LINE = (
    "ID,Project Code,PQ #,PO / SO #,ASN/DN #,Country,Managed By,Fulfill Via,Vendor INCO Term,Shipment Mode,"
    "PQ First Sent to Client Date,PO Sent to Vendor Date,Scheduled Delivery Date,Delivered to Client Date,"
    "Delivery Recorded Date,Product Group,Sub Classification,Vendor,Item Description,Molecule/Test Type,Brand,Dosage,"
    "Dosage Form,Unit of Measure (Per Pack),Line Item Quantity,Line Item Value,Pack Price,Unit Price,"
    "Manufacturing Site,First Line Designation,Weight (Kilograms),Freight Cost (USD),Line Item Insurance (USD)"
)
HEADER = next(csv.reader([HEADER_LINE]))

SCHEDULED, DELIVERED, SENT = "Scheduled Delivery Date", "Delivered to Client Date", "PO Sent to Vendor Date"
QUANTITY, VALUE, PRICE = "Line Item Quantity", "Line Item Value", "Pack Price"

USUAL = dict.fromkeys(HEADER, "N/A") | {
    "Country": "Côte d'Ivoire",
    "PQ #": "Pre-PQ Process",
    "PQ First Sent to Client Date": "Pre-PQ Process",
    SENT: "Date Not Captured",
    SCHEDULED: "2-Jun-06",
    DELIVERED: "2-Jun-06",
    "Vendor": "CIPLA LIMITED",
    "Item Description": "Efavirenz 600mg, tablets, 30 Tabs",
    "Unit of Measure (Per Pack)": "30",
    QUANTITY: "10",
    VALUE: "50",
    PRICE: "5",
    "Weight (Kilograms)": "13",
    "Freight Cost (USD)": "780.34",
}


def scms_row(number: object, **changes: str) -> dict[str, str]:
    named = {"vendor": "Vendor", "sent": SENT, "scheduled": SCHEDULED, "delivered": DELIVERED, "value": VALUE}
    named |= {"quantity": QUANTITY, "price": PRICE, "freight": "Freight Cost (USD)", "project": "Project Code"}
    return USUAL | {"ID": str(number)} | {named[name]: text for name, text in changes.items()}


def csv_text(rows: Sequence[dict[str, str]], header: Sequence[str] = HEADER) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([row[column] for column in HEADER] for row in rows)
    return text.getvalue()


#: Every quirk of the file once; the first row is row 2 of the spreadsheet.
QUIRKS = (
    scms_row(1),
    scms_row(2, scheduled="11/13/06", delivered="11/14/06", freight="See ASN-93 (ID#:1281)"),
    scms_row(3, vendor="SCMS from RDC", sent="N/A - From RDC", value="900"),
    scms_row(4, vendor="ABBOTT LOGISTICS B.V."),
    scms_row(5, vendor="ABBVIE LOGISTICS (FORMERLY ABBOTT LOGISTICS BV)"),
    scms_row(6, vendor="ACOUNS NIGERIA LTD"),
    scms_row(7, vendor="ACCOUN NIGERIA LIMITED"),
    scms_row(8, vendor="Aurobindo Pharma Limited"),
    scms_row(9, vendor="AUROBINDO PHARAM (SOUTH AFRICA)"),
    scms_row(10, delivered="Date Not Captured"),
    scms_row(11, scheduled="Pre-PQ Process"),
    scms_row(12, delivered="2005-03-13"),
    scms_row(13, delivered="31-Feb-06"),
    scms_row(14, vendor="N/A"),
    scms_row(15, quantity="Invoiced Separately"),
    scms_row(16, quantity="0"),
    scms_row(17, value="-5"),
    scms_row(18, price="N/A"),
    scms_row(1, project="another row"),
    scms_row(20),
    scms_row(21, price="0", value="0"),
    scms_row(22, sent="1-Jul-06"),
    scms_row(""),
    scms_row(24, price="1_0"),
)


def refused(reason: str, column: str, *examples: tuple[int, str, str]) -> dict[str, Any]:
    shown = [{"row": row, "id": number, "value": value} for row, number, value in examples]
    return {"reason": reason, "column": column, "rows": len(shown), "examples": shown}


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("scms_review_example", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def public(script: ModuleType) -> dict[str, Any]:
    """Return what is printed as JSON for the public file; measured once, because it takes a second."""
    review = script.review_of(script.read_source(FILE), as_of=None, start=None, until=None, keeps_warehouse=False)
    found: dict[str, Any] = script.plain(review)
    return found


@pytest.fixture
def quirks(tmp_path: Path) -> Path:
    path = tmp_path / "quirks.csv"
    path.write_text(csv_text(QUIRKS) + "25,too,short\n", encoding="utf-8")
    return path


def printed(script: ModuleType, capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    assert 0 == script.main([str(argument) for argument in arguments])
    captured = capsys.readouterr()
    assert not captured.err
    return captured.out


def data(script: ModuleType, capsys: pytest.CaptureFixture[str], *arguments: object) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(printed(script, capsys, *arguments, "--json"))
    return found


def complaint(script: ModuleType, capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    assert 2 == script.main([str(argument) for argument in arguments])
    captured = capsys.readouterr()
    assert not captured.out
    assert 1 == captured.err.count("\n")
    return captured.err


def as_percent(share: Decimal) -> str:
    return f"{(100 * share).quantize(Decimal('0.0001'))} %"


@pytest.fixture(scope="module")
def truth() -> dict[str, Any]:
    text = (SCMS / "truth.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text, parse_float=Decimal)
    return {name: entry["value"] for name, entry in loaded["figures"].items()}


@needs_data
def test_the_key_figures_of_the_public_file_are_the_published_ones(
    public: dict[str, Any], truth: dict[str, Any]
) -> None:
    found = public
    everything, vendors_only = found["figures"]["all"], found["figures"]["without_warehouse"]
    spelt = found["concentration"]["as_spelt"]
    expected = {
        "on_time_rate": everything["on_time_rate"],
        "on_time_rate_excl_rdc": vendors_only["on_time_rate"],
        "on_time_rate_window_m14_p7": everything["in_window_rate"],
        "on_time_rate_value_weighted": everything["value_on_time_rate"],
        "spend_total": everything["spend"],
        "spend_excl_rdc": vendors_only["spend"],
        "hhi_excl_rdc": spelt["hhi"],
        "top3_share_excl_rdc": spelt["top3_share"],
    }
    assert {name: truth[name] for name in expected} == {name: Decimal(text) for name, text in expected.items()}
    assert truth["vendors"] - 1 == spelt["vendors"]


@needs_data
def test_the_warehouse_kept_as_a_vendor_gives_the_published_concentration(
    script: ModuleType, capsys: pytest.CaptureFixture[str], truth: dict[str, Any]
) -> None:
    found = data(script, capsys, FILE, "--keep-warehouse")
    assert truth["hhi_incl_rdc"] == Decimal(found["concentration"]["as_spelt"]["hhi"])
    assert truth["vendors"] == found["concentration"]["as_spelt"]["vendors"]
    assert "SCMS from RDC" in [vendor["vendor"] for vendor in found["vendors"]]


@needs_data
def test_every_row_of_the_public_file_is_measured_or_refused(public: dict[str, Any], truth: dict[str, Any]) -> None:
    counts = public["rows"]
    assert truth["rows"] == counts["read"] == counts["used"] + counts["refused"]


@needs_data
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_text_shows_the_published_figures_in_both_languages(
    lang: str, script: ModuleType, capsys: pytest.CaptureFixture[str], truth: dict[str, Any]
) -> None:
    text = printed(script, capsys, FILE, "--lang", lang)
    hhi = truth["hhi_excl_rdc"].quantize(Decimal("0.01"), ROUND_HALF_UP)
    wanted = [
        *(as_percent(truth[name]) for name in ("on_time_rate", "on_time_rate_excl_rdc", "top3_share_excl_rdc")),
        f"{truth['spend_excl_rdc']:,}",
        f"{hhi:,}",
        "Aurobindo Pharma Limited",
    ]
    assert [] == [figure for figure in wanted if figure not in text]


@needs_data
def test_vendors_with_few_lines_are_not_ranked_in_the_public_file(script: ModuleType, public: dict[str, Any]) -> None:
    vendors = public["vendors"]
    scored = [vendor for vendor in vendors if vendor["decision"]["outputs"]["performance"] is not None]
    assert 18 == len(scored)
    assert {"unrated"} == {
        vendor["decision"]["outputs"]["grade"] for vendor in vendors if vendor["lines"] < script.MINIMUM_LINES
    }
    scores = [Decimal(vendor["decision"]["outputs"]["performance"]) for vendor in scored]
    assert sorted(scores, reverse=True) == scores


@needs_data
def test_rows_of_a_period_and_those_outside_it_add_up(script: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    counts = data(script, capsys, FILE, "--from", "2009-01-01", "--until", "2010-01-01")["rows"]
    rest = data(script, capsys, FILE, "--until", "2009-01-01")["rows"]
    later = data(script, capsys, FILE, "--from", "2010-01-01")["rows"]
    assert counts["read"] == counts["used"] + rest["used"] + later["used"]
    assert counts["outside_period"] == counts["read"] - counts["used"]


@needs_data
def test_a_stranger_runs_the_review_from_another_folder(tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    command = [sys.executable, str(SCRIPT), str(FILE.resolve()), "--lang", "zh", "--out", str(page)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=False, timeout=120)
    assert (0, b"") == (done.returncode, done.stderr)
    assert "供应商评估" in done.stdout.decode("utf-8")
    html = page.read_text(encoding="utf-8")
    assert html.lstrip().lower().startswith("<!doctype html>")
    assert "Aurobindo Pharma Limited" in html


def test_every_refused_row_is_named_with_its_reason(
    script: ModuleType, capsys: pytest.CaptureFixture[str], quirks: Path
) -> None:
    found = data(script, capsys, quirks)
    expected = [
        refused(
            "not_a_day", DELIVERED, (11, "10", "Date Not Captured"), (13, "12", "2005-03-13"), (14, "13", "31-Feb-06")
        ),
        refused("not_a_number", PRICE, (19, "18", "N/A"), (25, "24", "1_0")),
        refused("blank", "ID", (24, "", "")),
        refused("blank", "Vendor", (15, "14", "N/A")),
        refused("cells", "", (26, "25", "3/33")),
        refused("negative", VALUE, (18, "17", "-5")),
        refused("not_a_day", SCHEDULED, (12, "11", "Pre-PQ Process")),
        refused("not_a_number", QUANTITY, (16, "15", "Invoiced Separately")),
        refused("repeated", "ID", (20, "1", "1")),
        refused("zero", QUANTITY, (17, "16", "0")),
    ]
    assert expected == found["refused"]
    assert {"read": 25, "used": 12, "outside_period": 0, "not_yet_ordered": 0, "refused": 13} == found["rows"]


def test_what_is_done_about_peculiar_rows_is_said(
    script: ModuleType, capsys: pytest.CaptureFixture[str], quirks: Path
) -> None:
    expected = [
        (
            "text for the day of the order: 11 ('Date Not Captured': 10, 'N/A - From RDC': 1); "
            "the earlier of schedule and delivery stands in"
        ),
        "delivered before the order was sent: 1; likewise",
        "pack price 0: 1; left out of the price index",
        "same as another row but for the ID: 1; kept, as the ID says they are two",
        "text in Freight Cost (USD): 1; not needed here",
        (
            "SCMS from RDC, the programme's own warehouse: 1 and 900.00 USD (64.3 % of spend); "
            "left out of shares, prices and ranking"
        ),
        (
            "ABBOTT LOGISTICS B.V.: 1; counted with ABBVIE LOGISTICS (FORMERLY ABBOTT LOGISTICS BV): "
            "the new name states the old one"
        ),
        "ACOUNS NIGERIA LTD: 1; counted with ACCOUN NIGERIA LIMITED: a slip in one name, same country and legal form",
        (
            "left apart: Aurobindo Pharma Limited | AUROBINDO PHARAM (SOUTH AFRICA): "
            "companies of one group in different countries"
        ),
    ]
    assert expected == data(script, capsys, quirks)["notes"]


def test_spellings_are_joined_only_where_the_table_says_so(
    script: ModuleType, capsys: pytest.CaptureFixture[str], quirks: Path
) -> None:
    found = data(script, capsys, quirks)
    counted = {vendor["vendor"]: (vendor["lines"], vendor["spend"]) for vendor in found["vendors"]}
    expected = {
        "ABBVIE LOGISTICS (FORMERLY ABBOTT LOGISTICS BV)": (2, "100.00"),
        "ACCOUN NIGERIA LIMITED": (2, "100.00"),
        "AUROBINDO PHARAM (SOUTH AFRICA)": (1, "50.00"),
        "Aurobindo Pharma Limited": (1, "50.00"),
        "CIPLA LIMITED": (5, "200.00"),
    }
    assert expected == counted
    assert (7, 5) == (found["concentration"]["as_spelt"]["vendors"], found["concentration"]["joined"]["vendors"])
    # 100, 100, 50, 50 and 200 of 500
    assert ("0.800000", "2600.000000") == (
        found["concentration"]["joined"]["top3_share"],
        found["concentration"]["joined"]["hhi"],
    )


def test_both_date_formats_are_read(script: ModuleType, capsys: pytest.CaptureFixture[str], quirks: Path) -> None:
    found = data(script, capsys, quirks)
    assert ("2006-06-02", "2006-11-14", "2006-11-15") == (
        found["scheduled_from"],
        found["scheduled_until"],
        found["as_of"],
    )
    assert "0.909091" == found["figures"]["without_warehouse"]["on_time_rate"]  # 10 of 11: 13 November came a day late


def test_an_order_line_that_was_due_and_not_yet_there_counts_as_late(
    script: ModuleType, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "late.csv"
    rows = [scms_row(1), scms_row(2, sent="1-May-06", delivered="20-Jun-06"), scms_row(3, scheduled="9-Jul-06")]
    rows.append(scms_row(4, sent="1-Jul-06", scheduled="9-Jul-06", delivered="9-Jul-06"))
    path.write_text(csv_text(rows), encoding="utf-8")
    found = data(script, capsys, path, "--as-of", "2006-06-10")
    assert {"read": 4, "used": 3, "outside_period": 0, "not_yet_ordered": 1, "refused": 0} == found["rows"]
    assert (3, "0.666667") == (found["figures"]["all"]["lines"], found["figures"]["all"]["on_time_rate"])
    assert "still to come on the as-of day: 1; late once overdue" in found["notes"]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_file_without_a_vendor_of_enough_lines_is_printed_without_a_ranking(
    lang: str, script: ModuleType, capsys: pytest.CaptureFixture[str], quirks: Path
) -> None:
    text = printed(script, capsys, quirks, "--lang", lang)
    last = {
        "en": "With fewer than 20 lines, not ranked: 5 vendors, 11 lines, 100.0 % of spend",
        "zh": "少于 20 行而未排名：5 家供应商，11 行，占采购额 100.0 %",
    }
    assert last[lang] == text.splitlines()[-1]


def test_a_report_without_a_ranked_vendor_still_says_what_was_refused(
    script: ModuleType, capsys: pytest.CaptureFixture[str], quirks: Path, tmp_path: Path
) -> None:
    page = tmp_path / "report.html"
    assert printed(script, capsys, quirks, "--out", page).endswith(f"Report written to {page}\n")
    html = page.read_text(encoding="utf-8")
    assert [] == [text for text in ("cannot be used: 13", "ID was used before: 1") if text not in html]


def test_a_file_of_the_warehouse_alone_has_no_vendor_figures(
    script: ModuleType, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "stock.csv"
    path.write_text(csv_text([scms_row(1, vendor="SCMS from RDC")]), encoding="utf-8")
    found = data(script, capsys, path)
    nothing = {"on_time_rate": None, "in_window_rate": None, "value_on_time_rate": None, "spend": None}
    assert {"lines": 0, **nothing} == found["figures"]["without_warehouse"]
    assert [] == found["vendors"]
    assert "–" in printed(script, capsys, path)


def test_a_file_with_a_byte_order_mark_or_packed_reads_the_same(
    script: ModuleType, capsys: pytest.CaptureFixture[str], quirks: Path, tmp_path: Path
) -> None:
    expected = data(script, capsys, quirks)
    marked, packed = tmp_path / "marked.csv", tmp_path / "packed.csv.gz"
    marked.write_bytes(b"\xef\xbb\xbf" + quirks.read_bytes())
    packed.write_bytes(gzip.compress(quirks.read_bytes().replace(b"\n", b"\r\n")))
    for path in (marked, packed):
        assert expected == {**data(script, capsys, path), "file": "quirks.csv"}


def test_a_file_that_does_not_exist_is_refused_in_one_line(
    script: ModuleType, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "nowhere.csv"
    assert f"scms_review: {path}: no such file or directory\n" == complaint(script, capsys, path)


def test_a_file_without_needed_columns_is_refused_naming_them(
    script: ModuleType, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "other.csv"
    path.write_text("ID,vendor,Item Description\n1,2,3\n", encoding="utf-8")
    needed = (
        "'Vendor', 'Unit of Measure (Per Pack)', 'Line Item Quantity', 'Line Item Value', 'Pack Price', "
        "'PO Sent to Vendor Date', 'Scheduled Delivery Date', 'Delivered to Client Date'"
    )
    expected = (
        f"scms_review: {path}: not the SCMS delivery file, it needs each of these columns once: {needed}; "
        "it has 'vendor', as an edited copy does: take the original file\n"
    )
    assert expected == complaint(script, capsys, path)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "the file is empty"),
        (b"\n\n", "the file is empty"),
        (csv_text([]).encode(), "the file has a header and no rows"),
        (
            csv_text([scms_row(1, delivered="2005-03-13")]).encode(),
            (
                "none of the 1 rows can be used; row 2: Delivered to Client Date is not a day such as "
                "2-Jun-06 or 11/13/06 ('2005-03-13')"
            ),
        ),
        (csv_text([scms_row(1)]).encode("latin-1"), "byte 547 is not UTF-8; save the file as CSV in UTF-8"),
        (
            gzip.compress(csv_text([scms_row(1)]).encode())[:-20],
            "the packed file is cut off or damaged; download it again",
        ),
        (b'ID,"Vendor', "not a CSV file (unexpected end of data)"),
    ],
    ids=["empty", "blank-lines", "header-only", "all-refused", "not-utf-8", "cut-off", "open-quote"],
)
def test_a_file_that_cannot_be_used_is_refused_in_one_line(
    content: bytes, why: str, script: ModuleType, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    assert f"scms_review: {path}: {why}\n" == complaint(script, capsys, path)


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (
            ["--from", "2007-01-01", "--until", "2006-01-01"],
            "nothing is scheduled from 2007-01-01 until before 2006-01-01",
        ),
        (
            ["--from", "2010-01-01", "--until", "2011-01-01"],
            "no usable row is scheduled from 2010-01-01 until before 2011-01-01 and known on 2006-11-15",
        ),
        (
            ["--as-of", "2001-01-01"],
            "no usable row is scheduled from 2006-06-02 until before 2006-11-14 and known on 2001-01-01",
        ),
    ],
)
def test_a_period_without_rows_is_refused_in_one_line(
    arguments: list[str], why: str, script: ModuleType, capsys: pytest.CaptureFixture[str], quirks: Path
) -> None:
    assert f"scms_review: {why}\n" == complaint(script, capsys, quirks, *arguments)


def test_a_report_that_cannot_be_written_is_refused_in_one_line(
    script: ModuleType, capsys: pytest.CaptureFixture[str], quirks: Path, tmp_path: Path
) -> None:
    page = tmp_path / "no" / "report.html"
    assert f"scms_review: {page}: no such file or directory\n" == complaint(script, capsys, quirks, "--out", page)


def test_the_measures_and_the_policy_demand_the_same_number_of_lines(script: ModuleType) -> None:
    assert f'require = "lines >= {script.MINIMUM_LINES}"' in script.POLICY.read_text(encoding="utf-8")
