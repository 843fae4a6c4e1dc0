"""Many rows at a time: what a rule set costs on frames and in SQL, against the same rules written there by hand.

    python benchmarks/engines.py                 a JSON line for each measurement, then a summary on stderr
    python benchmarks/engines.py --json          the JSON lines only
    python benchmarks/engines.py --rows 100000   so many resident rows instead of a million
    python benchmarks/engines.py --quick         fewer rows and rounds: a look, not a measurement

Before anything is timed, every contestant's answers are compared with the Python engine's; those that round in binary
fractions are counted where they differ, and any other difference ends the run.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Final

import duckdb
import polars as pl
from engine_contestants import KINDS, Run, answers_in, contestant, make_rows, stored
from ours import answer_of, differences
from timing import Rounds, own_peak, ratio, take_turns
from workload import OUTPUTS, RULES, make_records, many_steps

import supplychain_rules as sr

#: The budget of the design: a generated query against a hand-written one on the same engine.
_AT_MOST: Final = 1.3

#: How many rows every contestant must answer as the Python engine does.
_VERIFIED: Final = 20_000

#: How many times the five steps of the rule set are repeated: 5, 30, 100 and 200 steps.
_BLOCKS: Final = (1, 6, 20, 40)

#: Ours, by engine, that the design sets the budget for; they are asked for the six outputs that the others give.
_BUDGETED: Final = {"polars": ("apply lazy", "apply eager"), "duckdb": ("to_sql", "to_sql table_columns", "apply")}

#: Row counts at which frames are held against the Python engine.
_FEW_ROWS: Final = (1, 100, 1_000, 3_000, 5_000, 10_000, 30_000)

#: A measurement: one JSON line.
Line = dict[str, object]


def main() -> None:
    """Verify, measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print the JSON lines only")
    parser.add_argument("--quick", action="store_true", help="fewer rows and rounds")
    parser.add_argument("--rows", type=int, help="how many rows the contestants decide")
    parser.add_argument("--peak", nargs=2, metavar=("CONTESTANT", "FILE"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.peak:
        name, file = arguments.peak
        print(json.dumps(own_peak(contestant(name, sr.load_policy(RULES), Path(file)))))
        return
    rows = arguments.rows or (100_000 if arguments.quick else 1_000_000)
    lines = []
    for line in _measurements(rows, quick=arguments.quick):
        print(json.dumps(line), flush=True)
        lines.append(line)
    if not arguments.json:
        _summarise(lines)


def _measurements(rows: int, *, quick: bool) -> Iterator[Line]:
    yield {
        "measure": "setting",
        "python": platform.python_version(),
        "machine": platform.machine(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "threads": {"polars": pl.thread_pool_size(), "duckdb": _threads()},
        "versions": {name: version(name) for name in ("polars", "duckdb", "pandas", "pyarrow", "narwhals")},
        "rows": rows,
        "quick": quick,
    }
    policy = sr.load_policy(RULES)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "kpis.parquet"
        make_rows(rows).write_parquet(file)
        runs = {name: make(policy, file) for name, make in KINDS.items()}
        yield from _verify(policy, runs, min(_VERIFIED, rows))
        yield from _many_rows(runs, rows, rounds=5 if quick else 9)
        del runs
        yield from _memory(file)
    yield from _growth_in_rows(policy, rows, rounds=3)
    yield from _growth_in_steps(rows // 100, rounds=3)
    yield from _few_rows(policy, rounds=3 if quick else 5)


def _threads() -> object:
    found = duckdb.connect().execute("SELECT current_setting('threads')").fetchone()
    return None if found is None else found[0]


def _verify(policy: sr.Policy, runs: dict[str, Run], count: int) -> Iterator[Line]:
    expected = [answer_of(decision) for decision in sr.evaluate_all(policy, make_records(count))]
    for name, run in runs.items():
        wrong = differences(answers_in(run(), len(expected)), expected)
        if wrong and not name.endswith("float"):
            sys.exit(f"{name} differs from the Python engine on {wrong} of {len(expected)} rows")
        yield {"measure": f"verify {name}", "rows": len(expected), "wrong": wrong}


def _many_rows(runs: dict[str, Run], rows: int, rounds: int) -> Iterator[Line]:
    """Time the contestants of one engine in turns of their own; pandas and PyArrow, for information, in three."""
    for engine, ours in _BUDGETED.items():
        times = take_turns({name: (run, 1) for name, run in runs.items() if name.startswith(engine)}, rounds)
        for name in ours:
            for hand in ("exact", "checked", "float"):
                yield _against(times, f"{engine} {name}", f"{engine} hand {hand}", rows=rows, budget=_AT_MOST)
        yield _against(times, f"{engine} {ours[0].split()[0]} nine outputs", f"{engine} {ours[0]}", rows=rows)
        for hand in ("checked", "float"):
            yield _against(times, f"{engine} hand {hand}", f"{engine} hand exact", rows=rows)
    names = ("pandas apply", "pyarrow apply")
    times = take_turns({name: (runs[name], 1) for name in (*names, "polars hand exact")}, 3)
    for name in names:
        yield _against(times, name, "polars hand exact", rows=rows)


def _memory(file: Path) -> Iterator[Line]:
    """Measure the most memory of a process that reads the rows and runs once."""
    for name in KINDS:
        command = [sys.executable, __file__, "--peak", name, str(file)]
        printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603  ours
        yield {"measure": f"memory {name}", **json.loads(printed)}


def _growth_in_rows(policy: sr.Policy, rows: int, rounds: int) -> Iterator[Line]:
    """Tabulate what a row costs on a hundredth, a tenth and all of the rows."""
    names = ("polars apply lazy", "polars hand exact", "duckdb to_sql", "duckdb hand exact")
    for size in (rows // 100, rows // 10, rows):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "kpis.parquet"
            make_rows(size).write_parquet(file)
            times = take_turns({name: (contestant(name, policy, file), size) for name in names}, rounds)
        yield {
            "measure": f"growth {size} rows",
            "rows": size,
            "nanoseconds_per_row": {name: round(min(seconds) * 1e9) for name, seconds in times.items()},
        }


def _growth_in_steps(rows: int, rounds: int) -> Iterator[Line]:
    """Tabulate what a rule set of more steps costs: to write, in size, and to run."""
    kpis = make_rows(rows)
    connection = duckdb.connect()
    connection.register("given", kpis.to_arrow())
    connection.execute("CREATE TABLE kpis AS SELECT * FROM given")
    for blocks in _BLOCKS:
        rules = many_steps(blocks)
        policy = sr.load_policy(rules)
        statement = sr.to_sql(policy, dialect="duckdb", table="kpis")
        lazy = sr.apply(policy, kpis.lazy())
        times = take_turns(
            {
                "to_sql": (lambda policy=policy: sr.to_sql(policy, dialect="duckdb", table="kpis"), 1),
                "duckdb": (lambda statement=statement: stored(connection, statement), 1),
                "apply": (lambda policy=policy: sr.apply(policy, kpis.lazy()), 1),
                "polars": (lambda lazy=lazy: lazy.collect(), 1),
            },
            rounds,
        )
        steps = len(policy.steps)
        yield {
            "measure": f"growth {steps} steps",
            "rows": rows,
            "sql_bytes": len(statement.encode()),
            "sql_queries": statement.count("SELECT\n"),
            "plan_bytes": len(lazy.explain(optimized=False).encode()),
            "milliseconds": {name: round(min(seconds) * 1e3, 2) for name, seconds in times.items()},
        }


def _few_rows(policy: sr.Policy, rounds: int) -> Iterator[Line]:
    """Find from how many rows on a frame is faster than the Python engine, each with its rows in its own form."""
    faster: int | None = None
    for count in _FEW_ROWS:
        records, kpis = make_records(count), make_rows(count)
        repeats = max(1, 1_000 // count)
        times = take_turns(
            {
                "evaluate": (_again(lambda records=records: [sr.evaluate(policy, each) for each in records], repeats)),
                "evaluate_all": (_again(lambda records=records: sr.evaluate_all(policy, records), repeats)),
                "polars apply": (_again(lambda kpis=kpis: sr.apply(policy, kpis, outputs=OUTPUTS), min(repeats, 20))),
            },
            rounds,
        )
        found = ratio(times, "polars apply", "evaluate")
        faster = count if found < 1 and faster is None else faster
        yield {
            "measure": f"few rows {count}",
            "rows": count,
            "microseconds": {name: round(min(seconds) * 1e6, 1) for name, seconds in times.items()},
            "against": "evaluate",
            "ratio": round(found, 3),
        }
    yield {"measure": "few rows: a frame is faster from", "rows": faster}


def _again(run: Run, repeats: int) -> tuple[Run, int]:
    def runs() -> None:
        for _ in range(repeats):
            run()

    return runs, repeats


def _against(times: Rounds, name: str, against: str, *, rows: int, budget: float | None = None) -> Line:
    found = ratio(times, name, against)
    line: Line = {
        "measure": f"rows {name}",
        "rows": rows,
        "milliseconds": round(min(times[name]) * 1e3, 1),
        "against": against,
        "against_milliseconds": round(min(times[against]) * 1e3, 1),
        "ratio": round(found, 3),
    }
    return line if budget is None else line | {"budget": budget, "met": found <= budget}


def _summarise(lines: list[Line]) -> None:
    """Write a table for people to stderr, so that stdout stays JSON."""
    for line in lines[1:]:
        cells = [f"{line['measure']:<36}"]
        if "ratio" in line:
            cells.append(f"{line['ratio']:>8,.2f} x {line['against']:<20}")
        if "met" in line:
            cells.append(f"{'met' if line['met'] else 'MISSED'} (budget {line['budget']})")
        known = {"measure", "ratio", "against", "met", "budget", "against_milliseconds"}
        cells.extend(f"{key} {value}" for key, value in line.items() if key not in known)
        print(" ".join(cells), file=sys.stderr)


if __name__ == "__main__":
    main()
