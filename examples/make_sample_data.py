"""Write the sample world of `supplier_review.py`: suppliers, orders and what became of them, 2024 and 2025.

The customers of `customer_tiers.py` (sample_customers.py) are written beside it.

The world is dirty as real exports are: blanks, partial and over-deliveries, lines that never arrived, one firm under
two spellings, a supplier without a single order, and rows that nobody can use. The same seed writes the same bytes
on every machine: only `Random.random()` is drawn, the one generator whose sequence Python promises to keep, and all
money and quantities are whole numbers.

    python examples/make_sample_data.py [--out DIR] [--seed NUMBER]
"""

import argparse
import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Final

import attrs
from sample_customers import customer_files

__all__ = ["sample_files", "write_sample"]

#: The seed of the committed files.
SEED: Final = 20260101

#: The first month, how many there are, and the last day that anything was recorded on.
FIRST_YEAR: Final = 2024
MONTHS: Final = 24
LAST_DAY: Final = date(2025, 12, 31)

#: The columns of each file, its header.
COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "suppliers.csv": (
        "supplier_id",
        "name",
        "category",
        "screening",
        "payment_days",
        "service_rating",
        "corrective_actions",
    ),
    "orders.csv": (
        "line_id",
        "supplier_id",
        "item",
        "quantity",
        "unit_price",
        "currency",
        "ordered_on",
        "promised_on",
        "latest_promise_on",
    ),
    "receipts.csv": ("receipt_id", "line_id", "received_on", "quantity"),
    "inspections.csv": ("inspection_id", "supplier_id", "item", "lot", "inspected", "rejected", "inspected_on"),
    "prices.csv": ("price_id", "supplier_id", "item", "price", "currency", "unit", "quantity", "observed_on"),
    "certificates.csv": ("certificate_id", "supplier_id", "kind", "valid_from", "valid_until"),
}


@attrs.frozen(kw_only=True)
class Profile:
    """How a supplier behaves; a pair is the rate in the first and in the last month, below zero for never."""

    #: Order lines a month, in tenths.
    lines: int = 20
    #: Lines in a hundred that arrive after the promise, and by how many days at most.
    late: tuple[int, int] = (6, 6)
    days_late: int = 9
    #: Lines in a hundred that arrive in two parts, stay short, come in excess, or never come.
    split: int = 8
    short: int = 1
    over: int = 2
    never: int = 0
    #: Rejected pieces in ten thousand.
    reject: tuple[int, int] = (40, 40)
    #: Price in thousandths of the item's usual price.
    price: int = 1000


PROFILES: Final[dict[str, Profile]] = {
    "excellent": Profile(lines=26, late=(2, 1), days_late=4, split=3, short=0, over=0, reject=(6, 4), price=985),
    "good": Profile(),
    "average": Profile(late=(12, 12), split=12, short=2, over=3, reject=(90, 90), price=1005),
    "declining": Profile(lines=24, late=(2, 38), days_late=14, short=2, never=1, reject=(10, 150), price=990),
    "recovering": Profile(lines=28, late=(28, -6), days_late=12, split=5, short=0, over=0, reject=(150, 10), price=985),
    "improving": Profile(late=(34, 1), days_late=12, split=3, short=0, over=0, reject=(260, 1), price=985),
    "cheap_late": Profile(lines=30, late=(34, 34), days_late=24, split=20, never=2, reject=(60, 60), price=880),
    "dear_perfect": Profile(late=(0, 0), split=0, short=0, over=0, reject=(1, 1), price=1135),
    "bad_quality": Profile(late=(2, 2), split=2, short=0, over=0, reject=(620, 620), price=930),
    "poor": Profile(late=(46, 50), days_late=28, split=25, short=8, over=6, never=5, reject=(380, 460), price=1060),
    "sloppy": Profile(late=(8, 8), split=20, short=9, over=16, reject=(70, 70), price=975),
    "giant": Profile(lines=85, late=(24, 31), days_late=12, split=15, short=3, never=1, reject=(140, 230), price=955),
    "tiny": Profile(lines=3),
    "none": Profile(lines=0),
}

#: id, name, profile, category, screening, payment days, service rating, corrective actions; an empty text is a blank.
SUPPLIERS: Final = """
0101|Nordstahl GmbH|excellent|raw|clear|60|4.8|none
0102|宝钢联合金属有限公司|good|raw|clear|90|4.2|none
0103|Aurubel Copper NV|good|raw|clear|45|4.1|none
0104|Vega Alumínio S.A.|average|raw|clear|60|3.6|open
0105|江苏永丰铝业有限公司|cheap_late|raw|clear|90|3.1|open
0106|Castell Fundición S.L.|declining|raw|clear|60|3.4|open
0107|Kovář Steel s.r.o.|good|raw|clear|30|4.0|none
0108|Tatra Profiles a.s.|recovering|raw|clear|45||none
0109|宁波海达紧固件有限公司|bad_quality|raw|clear|60|3.9|open
0110|Midland Castings Ltd|poor|raw|clear|30|2.2|overdue
0111|Precision Feingussteile AG|dear_perfect|raw|clear|30|4.9|none
0112|Anatolia Metal A.Ş.|average|raw|clear|60||none
0113|Great Lakes Alloys Inc.|giant|raw|clear|60|3.3|open
0114|Borealis Polymers Trading|average|raw|hit|60|3.5|none
0115|青岛恒信橡胶有限公司|good|raw|clear|90|4.4|none
0116|Sierra Resin Co.|sloppy|raw|clear|45|3.7|open
0117|Lumen Glass Works|good|raw|clear|60|4.0|
0118|苏州精工弹簧厂|excellent|raw|clear|60|4.6|none
0201|Hengda Packaging Co., Ltd.|good|pack|clear|60|4.1|none
0202|Packwell Carton B.V.|excellent|pack|clear|60|4.7|none
0203|上海新华包装材料有限公司|average|pack|clear|90|3.8|open
0204|Fjord Emballage AS|dear_perfect|pack|clear|30|4.8|none
0205|GreenFold Papír Kft.|declining|pack|clear|45|3.2|overdue
0206|Delta Corrugated LLC|cheap_late|pack|clear|60|2.9|open
0207|Etiket Print Sp. z o.o.|good|pack||45|4.0|none
0208|HENGDA PACKAGING CO LTD|average|pack|clear|60|3.9|none
0209|广州绿源塑料包装厂|bad_quality|pack|clear|60|3.5|overdue
0210|Bluebird Films PLC|sloppy|pack|clear|60|3.6|none
0211|Ostrava Pallets s.r.o.|good|pack|clear|30|4.2|none
0212|Canyon Closures Inc.|tiny|pack|clear|30|4.0|none
0213|Lisboa Têxtil Técnico Lda|poor|pack|clear|45|2.4|overdue
0214|浙江瑞安纸业有限公司|improving|pack|clear|90|4.2|none
0301|TransAlp Spedition AG|good|service|clear|30|4.4|none
0302|远洋国际货运代理有限公司|average|service|clear|60|3.7|none
0303|CalibraTech Services|excellent|service|clear|30|4.9|none
0304|Rapid Courier Network|cheap_late|service|clear|30|2.8|open
0305|MetroFacility Cleaning|good|service|clear|45|4.0|none
0306|Nova Tooling Repair|declining|service|clear|30|3.0|open
0307|Baltic Cold Storage OÜ|good|service|clear|45|4.1|none
0308|中检技术服务有限公司|excellent|service|clear|60|4.6|none
0309|Orchard Temp Staffing|none|service|clear|30||
"""

#: Certificates that are not simply valid: supplier, first day, first day without it; an empty end was never typed in.
CERTIFICATES: Final[dict[str, tuple[str, str]]] = {
    "0116": ("2022-12-01", "2025-12-01"),
    "0203": ("2023-02-15", "2026-02-15"),
    "0211": ("2024-03-01", ""),
    "0107": ("2024-05-01", "2023-05-01"),
}

#: Suppliers that have shown none; those of services need none.
WITHOUT_CERTIFICATE: Final = frozenset({"0112", "0309"})

#: Items of a category: name, unit, usual price in cents, usual quantity, days from order to promise.
ITEMS: Final[dict[str, tuple[tuple[str, str, int, int, int], ...]]] = {
    "raw": (
        ("steel coil", "t", 71_500, 24, 35),
        ("aluminium profile", "kg", 412, 1800, 28),
        ("copper wire", "kg", 935, 600, 28),
        ("fastener set", "pc", 38, 12_000, 21),
        ("resin granulate", "kg", 218, 2500, 21),
    ),
    "pack": (
        ("carton 400x300", "pc", 54, 8000, 14),
        ("stretch film", "roll", 1180, 240, 14),
        ("label roll", "roll", 765, 150, 10),
        ("europallet", "pc", 1090, 300, 7),
    ),
    "service": (
        ("haulage", "trip", 64_000, 6, 5),
        ("calibration", "job", 18_500, 10, 14),
        ("maintenance", "h", 6900, 40, 7),
    ),
}

#: The lot that one otherwise fine supplier is remembered for.
BAD_LOT: Final = ("I90001", "0115", "resin granulate", "L-0815", "125", "54", "2025-09-16")

#: Rows that nobody can use, with the place in the file at which they stand.
UNUSABLE: Final[dict[str, tuple[tuple[int, tuple[str, ...]], ...]]] = {
    "suppliers.csv": ((30, ("0112", "Anatolia Metal Trading", "raw", "clear", "30", "3.0", "none")),),
    "orders.csv": (
        (211, ("PO90001", "0103", "copper wire", "600", "9.20", "EUR", "2025-01-20", "2025-02-30", "")),
        (467, ("PO90002", "0202", "label roll", "twelve", "7.60", "EUR", "2025-03-03", "2025-03-13", "")),
        (612, ("PO90003", "0999", "haulage", "6", "640.00", "EUR", "2025-04-07", "2025-04-12", "")),
        (799, ("PO10007", "0206", "carton 400x300", "9000", "0.47", "EUR", "2025-05-05", "2025-05-19", "")),
        (1023, ("PO90005", "0104", "aluminium profile", "", "4.10", "EUR", "2025-06-02", "2025-06-30", "")),
        (1188, ("PO90006", "0102", "steel coil", "24", "1.234,50", "EUR", "2025-07-01", "2025-08-05", "")),
        (1402, ("PO90007", "0210", "stretch film", "240", "11.40", "EURO", "2025-08-11", "2025-08-25", "")),
    ),
    "receipts.csv": (
        (154, ("GR90001", "PO10012", "2024-03-01", "-40")),
        (700, ("GR90002", "PO77777", "2025-02-11", "300")),
        (911, ("GR90003", "PO10020", "31.12.2025", "20")),
    ),
    "inspections.csv": (
        (88, ("I90002", "0109", "fastener set", "L-0044", "100", "130", "2025-05-20")),
        (240, ("I90003", "0205", "stretch film", "", "ca. 50", "1", "2025-06-04")),
        (333, ("I90004", "", "resin granulate", "", "80", "0", "2025-07-09")),
    ),
    "prices.csv": (
        (60, ("PR90001", "0113", "steel coil", "n/a", "EUR", "t", "24", "2025-04-01")),
        (150, ("PR90002", "0301", "haulage", "-640.00", "EUR", "trip", "6", "2025-07-01")),
    ),
}

#: Where in receipts.csv a row stands twice, as an interrupted export leaves it.
REPEATED_RECEIPT: Final = 1200


@attrs.frozen(kw_only=True)
class _Firm:
    id: str
    category: str
    profile: Profile
    items: tuple[tuple[str, str, int, int, int], ...]


@attrs.define
class _World:
    """The files while they grow, and the draws that make them."""

    random: Random
    files: dict[str, list[tuple[str, ...]]] = attrs.field(factory=lambda: {name: [] for name in COLUMNS})

    def between(self, low: int, high: int) -> int:
        """Draw a whole number, both ends included."""
        return low + int(self.random.random() * (high - low + 1))

    def happens(self, chance: int, of: int = 100) -> bool:
        """Draw whether something of this chance happens."""
        return self.random.random() * of < chance

    def add(self, file: str, prefix: str, *values: object) -> str:
        """Write a row under the next id of its file, and return the id."""
        identity = f"{prefix}{10_001 + len(self.files[file])}"
        self.files[file].append((identity, *map(str, values)))
        return identity


def sample_files(seed: int = SEED) -> dict[str, str]:
    """Return the text of every file by its name."""
    world = _World(Random(seed))  # noqa: S311  a sample world needs a sequence that repeats, not one that surprises
    firms = tuple(_firms(world))
    for month in range(MONTHS):
        for firm in firms:
            _trade(world, firm, month)
            if month % 3 == 0:
                _quote(world, firm, month)
    for firm in firms:
        _certify(world, firm)
    _soil(world)
    written = {name: _text((COLUMNS[name], *rows)) for name, rows in world.files.items()}
    return {**written, **customer_files(seed)}


def write_sample(folder: Path, seed: int = SEED) -> None:
    """Write every file into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in sample_files(seed).items():
        (folder / name).write_bytes(text.encode())


def _firms(world: _World) -> Iterator[_Firm]:
    for line in SUPPLIERS.strip().splitlines():
        identity, name, profile, category, *rest = line.split("|")
        world.files["suppliers.csv"].append((identity, name, category, *rest))
        items = ITEMS[category]
        first = world.between(0, len(items) - 1)  # two neighbours of the list, so that every item has rivals
        chosen = (items[first], items[(first + 1) % len(items)])
        yield _Firm(id=identity, category=category, profile=PROFILES[profile], items=chosen)


def _trade(world: _World, firm: _Firm, month: int) -> None:
    """Order a month's lines and let them arrive."""
    profile = firm.profile
    lines = profile.lines // 10 + world.happens(profile.lines % 10, of=10)
    for _ in range(lines):
        item, _, cents, usual, lead = firm.items[world.happens(40)]
        quantity = max(1, usual * world.between(60, 140) // 100)
        price = _price(world, cents, profile, month)
        ordered = _day(month, world.between(1, 28))
        promised = ordered + timedelta(days=lead + world.between(-2, 4))
        replanned = promised + timedelta(days=world.between(3, 10)) if world.happens(6) else ""
        row = (firm.id, item, quantity, price, "EUR", ordered, promised, replanned)
        line = world.add("orders.csv", "PO", *row)
        for received_on, received in _arrivals(world, profile, quantity, promised, month):
            if received_on <= LAST_DAY:
                world.add("receipts.csv", "GR", line, received_on, received)
                if firm.category != "service" and world.happens(70):
                    _inspect(world, firm, item, received, received_on)


def _arrivals(world: _World, profile: Profile, quantity: int, promised: date, month: int) -> Iterator[tuple[date, int]]:
    if world.happens(profile.never):
        return
    days = -world.between(0, 3)
    if world.happens(_now(profile.late, month)):
        days = world.between(3, profile.days_late)
    elif world.happens(3):
        days = -world.between(8, 15)
    arrived = promised + timedelta(days=days)
    total = quantity
    if world.happens(profile.short):
        total = max(1, quantity * world.between(70, 94) // 100)
    elif world.happens(profile.over):
        total = quantity * world.between(108, 125) // 100
    if total > 1 and world.happens(profile.split):
        first = total * world.between(40, 80) // 100
        yield arrived, max(1, first)
        yield arrived + timedelta(days=world.between(4, 18)), total - max(1, first)
    else:
        yield arrived, total


def _inspect(world: _World, firm: _Firm, item: str, received: int, received_on: date) -> None:
    month = (received_on.year - FIRST_YEAR) * 12 + received_on.month - 1
    inspected = min(received, (50, 80, 125, 200)[world.between(0, 3)])
    chance = _now(firm.profile.reject, month)
    rejected = sum(world.happens(chance, of=10_000) for _ in range(inspected))
    lot = f"L-{world.between(1, 9999):04}" if world.happens(85) else ""
    inspected_on = min(received_on + timedelta(days=world.between(0, 3)), LAST_DAY)
    world.add("inspections.csv", "I", firm.id, item, lot, inspected, rejected, inspected_on)


def _quote(world: _World, firm: _Firm, month: int) -> None:
    """Note what the supplier asks this quarter for each of its items; one without orders has not quoted either."""
    if not firm.profile.lines:
        return
    for item, unit, cents, usual, _ in firm.items:
        price = _price(world, cents, firm.profile, month)
        world.add("prices.csv", "PR", firm.id, item, price, "EUR", unit, usual, _day(month, world.between(1, 10)))


def _certify(world: _World, firm: _Firm) -> None:
    if firm.id in WITHOUT_CERTIFICATE or firm.category == "service":
        return
    begin = date(2024, world.between(1, 12), 1)
    valid = (str(begin), str(begin.replace(year=2027)))
    if world.happens(30) and firm.id not in CERTIFICATES:  # the one before, superseded long ago
        world.add("certificates.csv", "C", firm.id, "ISO 9001", begin.replace(year=2021), begin)
    world.add("certificates.csv", "C", firm.id, "ISO 9001", *CERTIFICATES.get(firm.id, valid))


def _soil(world: _World) -> None:
    files = world.files
    files["inspections.csv"].append(BAD_LOT)
    files["receipts.csv"].insert(REPEATED_RECEIPT, files["receipts.csv"][REPEATED_RECEIPT - 1])
    for name, rows in UNUSABLE.items():
        for place, row in rows:
            files[name].insert(place, row)


def _price(world: _World, cents: int, profile: Profile, month: int) -> str:
    """Return a price in euros: the usual one, dearer by a quarter of a per cent each month, give or take 2 %."""
    tenths = cents * 10 * profile.price // 1000 * (4000 + 10 * month) // 4000 * world.between(980, 1020) // 1000
    return f"{tenths // 1000}.{tenths % 1000:03}" if cents < 1000 else f"{tenths // 1000}.{tenths % 1000 // 10:02}"


def _now(rate: tuple[int, int], month: int) -> int:
    """Return where a rate stands on its way from the first to the last month."""
    first, last = rate
    return first + (last - first) * month // (MONTHS - 1)


def _day(month: int, day: int) -> date:
    return date(FIRST_YEAR + month // 12, month % 12 + 1, day)


def _text(rows: Sequence[tuple[str, ...]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def main() -> None:
    """Write the files where the command line says, by default beside this script."""
    parser = argparse.ArgumentParser(description="Write the sample world of supplier_review.py.")
    parser.add_argument("--out", type=Path, default=Path(__file__).resolve().parent / "data", help="folder to write to")
    parser.add_argument("--seed", type=int, default=SEED, help="another seed makes another world")
    arguments = parser.parse_args()
    write_sample(arguments.out, arguments.seed)


if __name__ == "__main__":
    main()
