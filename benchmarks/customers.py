"""Customers: from purchase lines to profile, RFM and tier on frames and in SQL, and the fold in pure Python.

    python benchmarks/customers.py                     a million lines; a JSON line each, then a summary on stderr
    python benchmarks/customers.py --lines 10000000    ten million lines of a million customers
    python benchmarks/customers.py --quick             100,000 lines and fewer rounds: a look, not a measurement
    python benchmarks/customers.py --fold              the fold in pure Python only
    python benchmarks/customers.py --json              the JSON lines only

Before anything is timed, every contestant must give the same answer for every customer. The library derives the
profiles by `profile_frame` and `profile_to_sql`; the decisions are timed apart too, on profiles that stand in memory.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

import duckdb
import polars as pl
from customer_workload import AS_OF, OUTPUTS, customer_policy, make_ledger, make_lines
from hand_customers import (
    CHECKED_PROFILE_SQL,
    PROFILE_SQL,
    HandProfile,
    hand_frame,
    hand_profile,
    hand_profiles,
    hand_text,
)
from timing import Rounds, own_peak, peak_bytes, ratio, take_turns

import supplychain_rules as sr
from supplychain_rules import Ledger
from supplychain_rules.customers import profiles
from supplychain_rules.engines.fact_tables import Sizes
from supplychain_rules.engines.measure_sql import SqlTable
from supplychain_rules.engines.profile_frames import profile_frame
from supplychain_rules.engines.profile_sql import profile_to_sql

#: The budgets of the design: the rule set on an engine against the same by hand, and the fold in Python.
_AT_MOST: Final = 1.3
_FOLD_AT_MOST: Final = 2.0

#: Lines of the fold: facts are objects, and a hundred thousand take a while to make.
_FOLDED: Final = 100_000

#: Both ways to begin: at the lines, grouping included, and at the profiles.
_BEGINNINGS: Final = ("lines", "profiles")

#: What the library is asked for: the three figures that RFM and the tiers read, of amounts up to a million.
_PROFILE: Final[dict[str, Any]] = {
    "as_of": AS_OF,
    "currency": "EUR",
    "figures": ("recency_days", "purchase_days", "monetary"),
    "sizes": Sizes(money_decimals=2, largest_amount=1_000_000),
    "problems": "bad_lines",
}

#: What runs, again and again, on rows that it holds; it returns customers with their outputs.
Run = Callable[[], Any]

#: A measurement: one JSON line.
Line = dict[str, object]


def main() -> None:
    """Verify, measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print the JSON lines only")
    parser.add_argument("--quick", action="store_true", help="100,000 lines and fewer rounds")
    parser.add_argument("--lines", type=int, help="how many purchase lines, a tenth as many customers")
    parser.add_argument("--fold", action="store_true", help="the fold in pure Python only")
    parser.add_argument("--rounds", type=int, help="how many rounds on frames and in SQL")
    parser.add_argument("--peak", nargs=2, metavar=("CONTESTANT", "FILE"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.peak:
        name, file = arguments.peak
        print(json.dumps(own_peak(CONTESTANTS[name](pl.read_parquet(file), "lines"))))
        return
    count = arguments.lines or (100_000 if arguments.quick else 1_000_000)
    rounds = arguments.rounds or (3 if arguments.quick else 5)
    found = []
    folded = min(count, _FOLDED // 10 if arguments.quick else _FOLDED)
    for line in _measurements(folded if arguments.fold else count, rounds=rounds, folded=folded, fold=arguments.fold):
        print(json.dumps(line), flush=True)
        found.append(line)
    if not arguments.json:
        _summarise(found)


def _measurements(count: int, *, rounds: int, folded: int, fold: bool) -> Iterator[Line]:
    lines = make_lines(count)
    yield {
        "measure": "setting",
        "python": platform.python_version(),
        "machine": platform.machine(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "versions": {name: _version(name) for name in ("polars", "duckdb", "pandas", "lifetimes")},
        "lines": count,
        "customers": lines["customer"].n_unique(),
        "rounds": rounds,
    }
    if not fold:
        for beginning in _BEGINNINGS:
            yield from _on_engines(lines, beginning, rounds)
        yield from _memory(lines)
        yield from _lifetimes(lines, rounds=min(rounds, 3))
    yield from _folding(make_ledger(make_lines(folded)), folded, rounds=5)


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _polars_apply(lines: pl.DataFrame, beginning: str) -> Run:
    policy = customer_policy()
    rows = _begun(lines, beginning) if beginning == "profiles" else lambda: _derived(lines)
    return lambda: sr.apply(policy, rows(), outputs=OUTPUTS).collect()


def _derived(lines: pl.DataFrame) -> pl.LazyFrame:
    return profile_frame({"invoice_lines": lines.lazy()}, **_PROFILE)


def _polars_hand(*, checked: bool) -> Callable[[pl.DataFrame, str], Run]:
    def make(lines: pl.DataFrame, beginning: str) -> Run:
        rows = _begun(lines, beginning, checked=checked)
        return lambda: hand_frame(rows(), checked=checked).collect()

    return make


def _begun(lines: pl.DataFrame, beginning: str, *, checked: bool = False) -> Callable[[], pl.LazyFrame]:
    if beginning == "lines":
        return lambda: hand_profile(lines.lazy(), checked=checked)
    resident = hand_profile(lines.lazy()).collect()
    return resident.lazy


def _duckdb_sql(lines: pl.DataFrame, beginning: str) -> Run:
    connection, policy = _connected(lines, beginning), customer_policy()
    types = {"customer": "INTEGER", "invoiced_on": "DATE", "amount": "DECIMAL(12, 2)"}
    table = SqlTable(name="lines", columns=tuple(types), types=types)
    columns = ("customer", "recency_days", "purchase_days", "monetary")

    def run() -> Any:  # noqa: ANN401  what DuckDB returns
        source = "profiles"
        if beginning == "lines":
            source = f"({profile_to_sql({'invoice_lines': table}, dialect='duckdb', **_PROFILE)})"
        text = sr.to_sql(policy, dialect="duckdb", raw_table=source, table_columns=columns, outputs=OUTPUTS)
        return _stored(connection, text)

    return run


def _duckdb_hand(*, checked: bool) -> Callable[[pl.DataFrame, str], Run]:
    def make(lines: pl.DataFrame, beginning: str) -> Run:
        connection = _connected(lines, beginning)
        derived = CHECKED_PROFILE_SQL if checked else PROFILE_SQL
        source = f"({derived})" if beginning == "lines" else "profiles"
        return lambda: _stored(connection, hand_text(source, checked=checked))

    return make


def _connected(lines: pl.DataFrame, beginning: str) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.register("given", lines.to_arrow())
    connection.execute("CREATE TABLE lines AS SELECT * FROM given")
    if beginning == "profiles":
        connection.execute(f"CREATE TABLE profiles AS {PROFILE_SQL}")
        connection.execute("DROP TABLE lines")
    connection.unregister("given")
    return connection


def _stored(connection: duckdb.DuckDBPyConnection, statement: str) -> duckdb.DuckDBPyRelation:
    """Run a statement into a table, so that every row and column of it is computed and kept."""
    connection.execute(f"CREATE OR REPLACE TABLE answers AS {statement}")
    return connection.table("answers")


#: Every contestant by name: each engine's own is held against the two by hand.
CONTESTANTS: Final[Mapping[str, Callable[[pl.DataFrame, str], Run]]] = {
    "polars apply": _polars_apply,
    "polars hand exact": _polars_hand(checked=False),
    "polars hand checked": _polars_hand(checked=True),
    "duckdb to_sql": _duckdb_sql,
    "duckdb hand exact": _duckdb_hand(checked=False),
    "duckdb hand checked": _duckdb_hand(checked=True),
}

_OURS: Final = ("polars apply", "duckdb to_sql")


def answers_in(found: Any) -> pl.DataFrame:  # noqa: ANN401  what any contestant returns
    """Return the customers in order with their outputs, classes and code as whole numbers."""
    frame = found.pl() if isinstance(found, duckdb.DuckDBPyRelation) else found
    whole = [pl.col(name).cast(pl.Int64) for name in OUTPUTS[:4]]
    return frame.select(pl.col("customer").cast(pl.Int64), *whole, *OUTPUTS[4:]).sort("customer")


def _on_engines(lines: pl.DataFrame, beginning: str, rounds: int) -> Iterator[Line]:
    expected: pl.DataFrame | None = None
    for ours in _OURS:
        engine = ours.split()[0]
        runs = {name: make(lines, beginning) for name, make in CONTESTANTS.items() if name.startswith(engine)}
        for name, run in runs.items():
            found = answers_in(run())
            expected = found if expected is None else expected
            if not found.equals(expected):
                sys.exit(f"{name} differs from {_OURS[0]}")
        times = take_turns({name: (run, 1) for name, run in runs.items()}, rounds)
        for hand in (f"{engine} hand exact", f"{engine} hand checked"):
            yield _against(times, ours, hand, measure=f"{beginning} {ours}", budget=_AT_MOST)


def _against(times: Rounds, name: str, against: str, *, measure: str, budget: float | None) -> Line:
    found = ratio(times, name, against)
    line: Line = {
        "measure": measure,
        "milliseconds": round(min(times[name]) * 1e3, 1),
        "against": against,
        "against_milliseconds": round(min(times[against]) * 1e3, 1),
        "ratio": round(found, 3),
    }
    return line if budget is None else line | {"budget": budget, "met": found <= budget}


def _memory(lines: pl.DataFrame) -> Iterator[Line]:
    """Measure the most memory of a process that reads the lines and runs once."""
    peaks: dict[str, int] = {}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "lines.parquet"
        lines.write_parquet(file)
        for name in CONTESTANTS:
            command = [sys.executable, __file__, "--peak", name, str(file)]
            printed = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)  # noqa: S603  ours
            peaks[name] = printed.get("more_megabytes", 0)
            yield {"measure": f"memory {name}", **printed}
    for ours in _OURS:
        hand = f"{ours.split()[0]} hand exact"
        if peaks[hand]:
            yield {"measure": f"memory more {ours}", "against": hand, "ratio": round(peaks[ours] / peaks[hand], 3)}


def _lifetimes(lines: pl.DataFrame, rounds: int) -> Iterator[Line]:
    """Hold the whole way from lines to decisions against the table of recency and frequency of `lifetimes`."""
    summary = lifetimes_summary()
    if isinstance(summary, str):
        yield {"measure": "lifetimes", "skipped": summary}
        return
    transactions = lines.select("customer", pl.col("invoiced_on").cast(pl.Datetime("ns"))).to_pandas()

    def summarise() -> Any:  # noqa: ANN401  a frame of pandas
        return summary(transactions, "customer", "invoiced_on", observation_period_end=AS_OF)

    ours = CONTESTANTS["polars apply"](lines, "lines")
    check_summary(summarise(), ours())
    times = take_turns({"lifetimes": (summarise, 1), "polars apply": (ours, 1)}, rounds)
    yield _against(times, "polars apply", "lifetimes", measure="lines polars apply", budget=None)


def lifetimes_summary() -> Callable[..., Any] | str:
    """Return the function of `lifetimes`, or why there is none."""
    try:
        from lifetimes.utils import summary_data_from_transaction_data  # noqa: PLC0415  a peer that need not be there
    except ImportError as missing:
        return f"lifetimes cannot be imported ({missing}); it may need setuptools<81"
    return summary_data_from_transaction_data  # type: ignore[no-any-return]


def check_summary(theirs: Any, ours: pl.DataFrame) -> None:  # noqa: ANN401  a frame of pandas
    """End the run where `lifetimes` counts other purchase days, or other days since the last purchase.

    It counts repeated purchase days, and measures recency from the first purchase on.
    """
    theirs = theirs.sort_index()
    mine = ours.sort("customer")
    same = (
        theirs.index.tolist() == mine["customer"].to_list()
        and (theirs["frequency"] + 1).tolist() == mine["purchase_days"].to_list()
        and (theirs["T"] - theirs["recency"]).tolist() == mine["recency_days"].to_list()
    )
    if not same:
        sys.exit("lifetimes and the library differ")


def _folding(ledger: Ledger, count: int, rounds: int) -> Iterator[Line]:
    """Time the fold of a ledger that stands into profiles, against a fold of the same figures by hand."""

    def ours() -> object:
        return profiles(ledger, as_of=AS_OF, currency="EUR")

    def hand() -> object:
        return hand_profiles(ledger, AS_OF)

    check_profiles(ledger)
    times = take_turns({"hand": (hand, 1), "profiles": (ours, 1)}, rounds)
    yield {"lines": count} | _against(times, "profiles", "hand", measure="fold profiles", budget=_FOLD_AT_MOST)
    held = {"hand": peak_bytes(hand), "profiles": peak_bytes(ours)}
    yield {
        "measure": "fold memory profiles",
        "lines": count,
        "peak_megabytes": {name: round(most / 1e6, 1) for name, most in held.items()},
        "against": "hand",
        "ratio": round(held["profiles"] / held["hand"], 3),
    }


def check_profiles(ledger: Ledger) -> None:
    """End the run where the fold by hand finds other figures than the library."""
    by_hand = {
        customer: ((AS_OF - one.last_on).days, (AS_OF - one.first_on).days, len(one.days), one.purchases, _net(one))
        for customer, one in hand_profiles(ledger, AS_OF).items()
    }
    found = {
        customer: (one.recency_days, one.tenure_days, one.purchase_days, one.purchases, one.monetary.amount)
        for customer, one in profiles(ledger, as_of=AS_OF, currency="EUR").items()
    }
    if by_hand != found:
        sys.exit("the hand-written fold and the library differ")


def _net(one: HandProfile) -> Decimal:
    return one.gross - one.returned


def _summarise(lines: list[Line]) -> None:
    """Write a table for people to stderr, so that stdout stays JSON."""
    for line in lines[1:]:
        cells = [f"{line['measure']:<30}"]
        if "ratio" in line:
            cells.append(f"{line['ratio']:>8,.2f} x {line['against']:<20}")
        if "met" in line:
            cells.append(f"{'met' if line['met'] else 'MISSED'} (budget {line['budget']})")
        known = {"measure", "ratio", "against", "met", "budget", "against_milliseconds"}
        cells.extend(f"{key} {value}" for key, value in line.items() if key not in known)
        print(" ".join(cells), file=sys.stderr)


if __name__ == "__main__":
    main()
