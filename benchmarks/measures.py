"""Facts and measures in pure Python: what counting costs, against hand-written loops and plain cattrs.

    python benchmarks/measures.py            a JSON line for each measurement
    python benchmarks/measures.py --quick    a tenth of the facts: a look, not a measurement

Before anything is timed, both sides must give the same figures.
"""

import argparse
import json
import platform
import sys
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any, Final

import cattrs
from facts_workload import AS_OF, MEASURES, PERIOD, Fact, make_facts, make_rows
from hand_measures import hand_measures
from timing import peak_bytes, ratio, take_turns

from supplychain_rules import Ledger, Money, measure
from supplychain_rules.facts.structure import Structure, structure
from supplychain_rules.facts.trade import OrderLine
from supplychain_rules.measures import MeasureState

#: Facts of the largest run, and of those that show how time grows.
_FACTS: Final = 1_000_000
_SIZES: Final = (10_000, 100_000)

_ROWS: Final = 100_000

#: The budget of the design: a fold in pure Python against the hand-written one.
_AT_MOST: Final = 3.0

Line = dict[str, object]


def main() -> None:
    """Verify, measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a tenth of the facts")
    quick = parser.parse_args().quick
    for line in _measurements(facts=_FACTS // 10 if quick else _FACTS, rows=_ROWS // 10 if quick else _ROWS):
        print(json.dumps(line), flush=True)


def _measurements(*, facts: int, rows: int) -> Iterator[Line]:
    yield {"measure": "setting", "python": platform.python_version(), "machine": platform.machine(), "facts": facts}
    for size in (*_SIZES, facts):
        yield from _folding(make_facts(size), rounds=5)
    yield from _streaming(make_facts(facts // 10))
    yield from _structuring(make_rows(rows), rounds=5)


def _folding(facts: list[Fact], rounds: int) -> Iterator[Line]:
    """Time the fold on a ledger that stands, and the building of the ledger apart."""
    ledger = Ledger(facts)

    def ours() -> object:
        return measure(MEASURES, ledger, period=PERIOD, as_of=AS_OF)

    found = {(entry.measure, entry.key): entry.value for entry in measure(MEASURES, ledger, period=PERIOD, as_of=AS_OF)}
    if hand_measures(ledger) != {key: value for key, value in found.items() if value is not None}:
        sys.exit("the hand-written fold and the library differ")
    times = take_turns(
        {
            "hand": (lambda: hand_measures(ledger), 1),
            "measure": (ours, 1),
            "ledger": (lambda: Ledger(facts).order_lines, 1),
        },
        rounds,
    )
    per_fact = {name: round(min(seconds) / len(facts) * 1e9) for name, seconds in times.items()}
    yield {
        "measure": "fold",
        "facts": len(facts),
        "nanoseconds_per_fact": per_fact,
        "against hand": round(ratio(times, "measure", "hand"), 2),
        "at most": _AT_MOST,
    }
    yield {
        "measure": "fold memory",
        "facts": len(facts),
        "peak_megabytes": {
            "hand": round(peak_bytes(lambda: hand_measures(ledger)) / 1e6, 1),
            "measure": round(peak_bytes(ours) / 1e6, 1),
        },
    }


def _streaming(facts: list[Fact]) -> Iterator[Line]:
    """Time a state that takes the facts one by one, against measuring them all at once."""
    expected = measure(MEASURES, Ledger(facts), period=PERIOD, as_of=AS_OF)

    def stream() -> object:
        state = MeasureState(MEASURES)
        for fact in facts:
            state.add(fact)
        return state.measurements(period=PERIOD, as_of=AS_OF)

    if stream() != expected:
        sys.exit("the stream and the batch differ")
    times = take_turns({"stream": (stream, len(facts)), "batch": (_batch(facts), len(facts))}, 3)
    yield {
        "measure": "stream",
        "facts": len(facts),
        "nanoseconds_per_fact": {name: round(min(seconds) * 1e9) for name, seconds in times.items()},
        "against batch": round(ratio(times, "stream", "batch"), 2),
    }


def _batch(facts: list[Fact]) -> Callable[[], object]:
    return lambda: measure(MEASURES, Ledger(facts), period=PERIOD, as_of=AS_OF)


def _structuring(rows: list[dict[str, str]], rounds: int) -> Iterator[Line]:
    """Time rows of text into order lines, against plain cattrs with the hooks that the types need."""
    spec = Structure(
        kind=OrderLine,
        columns={
            "id": "line",
            "supplier": "vendor",
            "item": "material",
            "quantity": "qty",
            "unit_price": "price",
            "ordered_on": "ordered",
            "promised_on": "promised",
            "site": "plant",
        },
        currency="EUR",
        dates=("%Y-%m-%d",),
    )
    converter = _plain_cattrs()

    def by_cattrs() -> list[OrderLine]:
        return [converter.structure(_renamed(row), OrderLine) for row in rows]

    if list(structure(spec, rows).facts) != by_cattrs():
        sys.exit("structuring and plain cattrs differ")
    ours: tuple[Callable[[], object], int] = (lambda: structure(spec, rows), len(rows))
    times = take_turns({"structure": ours, "cattrs": (by_cattrs, len(rows))}, rounds)
    yield {
        "measure": "structure",
        "rows": len(rows),
        "nanoseconds_per_row": {name: round(min(seconds) * 1e9) for name, seconds in times.items()},
        "against cattrs": round(ratio(times, "structure", "cattrs"), 2),
    }


def _renamed(row: dict[str, str]) -> dict[str, Any]:
    renamed = {
        "id": row["line"],
        "supplier": row["vendor"],
        "item": row["material"],
        "quantity": row["qty"],
        "unit_price": row["price"],
        "ordered_on": row["ordered"],
        "promised_on": row["promised"],
    }
    return renamed | ({"site": row["plant"]} if row["plant"] else {})


def _plain_cattrs() -> cattrs.Converter:
    converter = cattrs.Converter(detailed_validation=False)
    converter.register_structure_hook(Decimal, lambda value, _: Decimal(value))
    converter.register_structure_hook(date, lambda value, _: date.fromisoformat(value))
    converter.register_structure_hook(Money, lambda value, _: Money(value, "EUR"))
    return converter


if __name__ == "__main__":
    main()
