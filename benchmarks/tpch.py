"""From facts to decisions about suppliers on TPC-H: what the generated query costs against one written by hand.

    python benchmarks/tpch.py                 scale 1, six million lines; a JSON line each, then a summary on stderr
    python benchmarks/tpch.py --scale 10      sixty million lines
    python benchmarks/tpch.py --quick         scale 0.1 and fewer rounds: a look, not a measurement
    python benchmarks/tpch.py --spark         on Spark too, at a scale of 0.01
    python benchmarks/tpch.py --data FOLDER   where the tables are kept between runs; else in the temporary folder
    python benchmarks/tpch.py --json          the JSON lines only

`tables` begins at the Parquet files of TPC-H, joins included, as a nightly job does; `facts` at the joined facts, in
memory already. Before anything is timed, all contestants must give the same answer for every supplier.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import duckdb
import polars as pl
from hand_tpch import ANSWERS, hand_polars, hand_text
from timing import own_peak, ratio, take_turns
from tpch_facts import ASKED, KINDS, MEASURES, RULES, duckdb_facts, facts_text, generate, polars_facts

import supplychain_rules as sr
from supplychain_rules.engines.measure_sql import SqlTable

__all__ = ["CONTESTANTS", "answers_in"]

#: The budget of the design: facts to decisions against the same by hand on the same engine.
_AT_MOST: Final = 1.2

#: The scale at which Spark runs: it starts a Java machine, and its plans take seconds whatever the rows.
_SPARK_SCALE: Final = 0.01

#: The outputs of the rule set that an answer holds.
_OUTPUTS: Final = ("score", "grade", "action", "change")

#: What runs, again and again; it returns the suppliers with their figures and decisions.
Run = Callable[[], Any]

#: A measurement: one JSON line.
Line = dict[str, object]


def _polars(folder: Path, *, resident: bool) -> pl.LazyFrame:
    facts = polars_facts(folder)
    return facts.collect().lazy() if resident else facts


def _polars_generated(folder: Path, *, resident: bool) -> Run:
    policy, facts = sr.load_policy(RULES), _polars(folder, resident=resident)

    def run() -> pl.DataFrame:
        figures = sr.measure_frame(MEASURES, dict.fromkeys(KINDS, facts), **ASKED)
        return sr.apply(policy, figures.drop("problems"), outputs=_OUTPUTS).collect()

    return run


def _polars_hand(*, checked: bool) -> Callable[..., Run]:
    def make(folder: Path, *, resident: bool) -> Run:
        facts = _polars(folder, resident=resident)
        return lambda: hand_polars(facts, checked=checked).collect()

    return make


def _duckdb_frames(folder: Path, *, resident: bool) -> Run:
    policy, connection = sr.load_policy(RULES), duckdb_facts(folder, resident=resident)

    def run() -> duckdb.DuckDBPyRelation:
        facts = connection.table("facts") if resident else connection.view("facts")
        figures = sr.measure_frame(MEASURES, dict.fromkeys(KINDS, facts), **ASKED)
        connection.execute("DROP TABLE IF EXISTS answers")
        sr.apply(policy, figures.select("* EXCLUDE problems"), outputs=_OUTPUTS).create("answers")
        return connection.table("answers")

    return run


def _duckdb_sql(folder: Path, *, resident: bool) -> Run:
    policy, connection = sr.load_policy(RULES), duckdb_facts(folder, resident=resident)
    described = connection.execute("DESCRIBE facts").fetchall()
    types = {str(name): str(kind) for name, kind, *_ in described}
    table = SqlTable(name="facts", columns=types, types=types)

    def run() -> duckdb.DuckDBPyRelation:
        figures = sr.measures_to_sql(MEASURES, dict.fromkeys(KINDS, table), dialect="duckdb", **ASKED)
        connection.execute(f"CREATE OR REPLACE VIEW figures AS {figures}")
        columns = (*ANSWERS[:5], "problems")
        text = sr.to_sql(
            policy, dialect="duckdb", table="figures", table_columns=columns, problems="bad", outputs=_OUTPUTS
        )
        connection.execute(f"CREATE OR REPLACE TABLE answers AS {text}")
        return connection.table("answers")

    return run


def _duckdb_hand(*, checked: bool) -> Callable[..., Run]:
    def make(folder: Path, *, resident: bool) -> Run:
        connection, text = duckdb_facts(folder, resident=resident), hand_text(checked=checked)

        def run() -> duckdb.DuckDBPyRelation:
            connection.execute(f"CREATE OR REPLACE TABLE answers AS {text}")
            return connection.table("answers")

        return run

    return make


#: Every contestant by name; it is made with the folder of the tables and with whether its facts are in memory.
CONTESTANTS: Final[Mapping[str, Callable[..., Run]]] = {
    "polars generated": _polars_generated,
    "polars hand exact": _polars_hand(checked=False),
    "polars hand checked": _polars_hand(checked=True),
    "duckdb generated sql": _duckdb_sql,
    "duckdb generated frames": _duckdb_frames,
    "duckdb hand exact": _duckdb_hand(checked=False),
    "duckdb hand checked": _duckdb_hand(checked=True),
}

#: Ours by engine, held against the hand-written ones.
_OURS: Final = {"polars": ("generated",), "duckdb": ("generated sql", "generated frames")}


def main() -> None:
    """Generate, verify, measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print the JSON lines only")
    parser.add_argument("--quick", action="store_true", help="scale 0.1 and fewer rounds")
    parser.add_argument("--scale", type=float, help="the scale factor of TPC-H; 1 where nothing is said")
    parser.add_argument("--spark", action="store_true", help="run on Spark too, which takes minutes")
    parser.add_argument("--data", type=Path, help="the folder that keeps the tables between runs")
    parser.add_argument("--peak", nargs=3, metavar=("CONTESTANT", "START", "FOLDER"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.peak:
        name, start, folder = arguments.peak
        print(json.dumps(own_peak(CONTESTANTS[name](Path(folder), resident=start == "facts"))))
        return
    scale = arguments.scale or (0.1 if arguments.quick else 1)
    data = arguments.data or Path(tempfile.gettempdir()) / "supplychain-rules-benchmarks"
    data.mkdir(parents=True, exist_ok=True)
    lines = []
    for line in _measurements(scale, data, rounds=3 if arguments.quick else 5, spark=arguments.spark):
        print(json.dumps(line), flush=True)
        lines.append(line)
    if not arguments.json:
        _summarise(lines)


def _measurements(scale: float, data: Path, *, rounds: int, spark: bool) -> Iterator[Line]:
    folder = generate(scale, data)
    lines = pl.scan_parquet(folder / "lineitem.parquet").select(pl.len()).collect().item()
    yield {
        "measure": "setting",
        "python": platform.python_version(),
        "machine": platform.machine(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "versions": {name: version(name) for name in ("polars", "duckdb", "narwhals")},
        "scale": scale,
        "lines": lines,
    }
    for start in ("tables", "facts"):
        runs = {name: make(folder, resident=start == "facts") for name, make in CONTESTANTS.items()}
        yield _verify(start, {name: answers_in(run()) for name, run in runs.items()})
        for engine in _OURS:
            yield from _time(start, engine, {n: run for n, run in runs.items() if n.startswith(engine)}, rounds)
        del runs
        yield from _memory(start, folder)
    if spark:
        yield from _spark(generate(_SPARK_SCALE, data), rounds=3)


def answers_in(found: Any) -> dict[object, tuple[object, ...]]:  # noqa: ANN401  what any contestant returns
    """Return the answers by supplier, numbers in units of their last decimal."""
    frame = found.pl() if isinstance(found, duckdb.DuckDBPyRelation) else found
    decimals = {"on_time": 6, "returned": 6, "price_index": 6, "spend": 2, "score": 2, "change": 2}
    rows = (
        {
            name: round(float(value) * 10 ** decimals[name]) if name in decimals and value is not None else value
            for name, value in row.items()
        }
        for row in frame.select(ANSWERS).rows(named=True)
    )
    return {row["supplier"]: tuple(row[name] for name in ANSWERS[1:]) for row in rows}


def _verify(start: str, answers: Mapping[str, dict[object, tuple[object, ...]]]) -> Line:
    expected = answers["duckdb hand exact"]
    for name, found in answers.items():
        if found != expected:
            wrong = sum(found.get(key) != answer for key, answer in expected.items())
            sys.exit(f"{name} differs from the SQL written by hand on {wrong} of {len(expected)} suppliers")
    grades = [answer[ANSWERS.index("grade") - 1] for answer in expected.values()]
    return {"measure": f"verify {start}", "suppliers": len(expected), "grades": {g: grades.count(g) for g in "ABCD"}}


def _time(start: str, engine: str, runs: Mapping[str, Run], rounds: int) -> Iterator[Line]:
    cpu = take_turns({name: (run, 1) for name, run in runs.items()}, rounds)
    for ours in _OURS[engine]:
        for hand in ("exact", "checked"):
            name, against = f"{engine} {ours}", f"{engine} hand {hand}"
            found = ratio(cpu, name, against)
            line: Line = {
                "measure": f"{start} {name}",
                "seconds": round(min(cpu[name]), 3),
                "against": against,
                "against_seconds": round(min(cpu[against]), 3),
                "ratio": round(found, 3),
            }
            yield line | {"budget": _AT_MOST, "met": found <= _AT_MOST} if start == "tables" else line


def _memory(start: str, folder: Path) -> Iterator[Line]:
    """Measure the most memory of a process that runs once, the facts in memory counted."""
    peaks: dict[str, int] = {}
    for name in CONTESTANTS:
        command = [sys.executable, __file__, "--peak", name, start, str(folder)]
        printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603  ours
        peaks[name] = json.loads(printed).get("peak_megabytes", 0)
    for engine, names in _OURS.items():
        for name in names:
            ours, hand = peaks[f"{engine} {name}"], peaks[f"{engine} hand exact"]
            yield {
                "measure": f"memory {start} {engine} {name}",
                "peak_megabytes": ours,
                "against": f"{engine} hand exact",
                "against_megabytes": hand,
                "ratio": round(ours / hand, 3) if hand else None,
            }


def _spark(folder: Path, rounds: int) -> Iterator[Line]:
    """Time Spark, by the clock on the wall: its work is done in another process."""
    if find_spec("pyspark") is None:
        yield {"measure": "spark", "skipped": "pyspark is not installed"}
        return
    from pyspark.sql import SparkSession  # noqa: PLC0415  slow to import, and not everybody has it

    sys.path.append(str(Path(__file__).resolve().parents[1] / "tests" / "support"))
    from spark_session import use_java  # noqa: PLC0415  the tests know how Spark finds the Java that pip brings

    use_java(Path(tempfile.mkdtemp()))
    try:
        builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
        session = builder.config("spark.sql.shuffle.partitions", "4").getOrCreate()
    except Exception as error:  # noqa: BLE001  whatever keeps Java from starting is the reason to print
        yield {"measure": "spark", "skipped": f"Spark does not start: {str(error).splitlines()[0]}"}
        return
    session.sparkContext.setLogLevel("ERROR")
    policy = sr.load_policy(RULES)
    session.sql(
        facts_text({name: f"parquet.`{folder / name}.parquet`" for name in ("lineitem", "orders", "partsupp")})
    ).createOrReplaceTempView("facts")
    text = hand_text(checked=False, over="DIV", wide="DECIMAL(38, 0)")

    def generated() -> list[Any]:
        figures = sr.measure_frame(MEASURES, dict.fromkeys(KINDS, session.table("facts")), **ASKED)
        return sr.apply(policy, figures.drop("problems"), outputs=_OUTPUTS).select(*ANSWERS).collect()

    runs: dict[str, Callable[[], list[Any]]] = {
        "spark generated": generated,
        "spark hand exact": lambda: session.sql(text).select(*ANSWERS).collect(),
    }
    found = {name: answers_in(pl.DataFrame([row.asDict() for row in run()])) for name, run in runs.items()}
    if found["spark generated"] != found["spark hand exact"]:
        sys.exit("spark generated differs from the SQL written by hand")
    wall = take_turns({name: (run, 1) for name, run in runs.items()}, rounds, clock=time.perf_counter)
    yield {
        "measure": "tables spark generated",
        "scale": _SPARK_SCALE,
        "wall_seconds": round(min(wall["spark generated"]), 2),
        "against": "spark hand exact",
        "wall_ratio": round(ratio(wall, "spark generated", "spark hand exact"), 3),
    }
    session.stop()


def _summarise(lines: list[Line]) -> None:
    """Write a table for people to stderr, so that stdout stays JSON."""
    for line in lines[1:]:
        cells = [f"{line['measure']:<40}"]
        if "ratio" in line:
            cells.append(f"{line['ratio']:>6} x {line['against']:<20}")
        if "met" in line:
            cells.append(f"{'met' if line['met'] else 'MISSED'} (budget {line['budget']})")
        known = {"measure", "ratio", "against", "met", "budget"}
        cells.extend(f"{key} {value}" for key, value in line.items() if key not in known)
        print(" ".join(cells), file=sys.stderr)


if __name__ == "__main__":
    main()
