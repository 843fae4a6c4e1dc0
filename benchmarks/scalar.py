"""One record at a time: what a decision costs, against hand-written code and against other engines.

    python benchmarks/scalar.py            a JSON line for each measurement, then a summary on stderr
    python benchmarks/scalar.py --json     the JSON lines only
    python benchmarks/scalar.py --quick    fewer rounds and records: a look, not a measurement

Before anything is timed, every contestant must give the reference interpreter's answer on 2,000 records with
missing values and deliberate ties; for naive float arithmetic the differences are counted instead.
"""

import argparse
import json
import platform
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version
from itertools import cycle
from typing import Any, Final

from hand import hand, hand_checked, hand_decimals, hand_float
from ours import answer_of, differences, reference_answer
from peers import PEERS, Contestant, peer
from timing import Rounds, import_seconds, peak_bytes, ratio, take_turns
from workload import RULES, Answer, Record, make_records, many_steps

import supplychain_rules as sr

#: How many records every contestant must answer rightly before it is timed.
_VERIFIED: Final = 2_000

#: The budgets of the design, by measurement: the largest ratio, or the least one where a peer must be slower.
_AT_MOST: Final = {
    "decide trusted": 1.3,
    "decide checked": 2.0,
    "loop trusted": 1.3,
    "loop checked": 2.0,
    "explain": 20.0,
    "explain to_dict": 20.0,
    "explain text": 20.0,
}
_AT_LEAST: Final = {"decide zen-engine": 30.0}

#: Milliseconds that a measurement may take.
_MILLISECONDS: Final = {"load 30 steps": 50.0, "import supplychain_rules": 20.0}

#: Who runs the long loops.
_LOOPED: Final = ("hand", "hand_checked", "trusted", "checked")

#: A measurement: one JSON line.
Line = dict[str, object]


def main() -> None:
    """Verify, measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print the JSON lines only")
    parser.add_argument("--quick", action="store_true", help="fewer rounds and records")
    arguments = parser.parse_args()
    lines = []
    for line in _measurements(quick=arguments.quick):
        print(json.dumps(line), flush=True)
        lines.append(line)
    if not arguments.json:
        _summarise(lines)


def _measurements(*, quick: bool) -> Iterator[Line]:
    yield {"measure": "setting", "python": platform.python_version(), "machine": platform.machine(), "quick": quick}
    policy = sr.load_policy(RULES)
    peers = {name: contestant for name in PEERS if (contestant := peer(name)) is not None}
    yield from _verify(policy, peers)
    yield from _one_decision(policy, peers, rounds=7 if quick else 31)
    yield from _loops(policy, peers, records=10_000 if quick else 100_000, rounds=3 if quick else 7)
    yield from _explanations(policy, rounds=5 if quick else 15)
    yield from _loading(peers, rounds=3 if quick else 11)
    yield from _imports(peers, repeats=3 if quick else 9)
    yield from _memory(policy)


def _verify(policy: sr.Policy, peers: dict[str, Contestant]) -> Iterator[Line]:
    """Compare every contestant with the reference interpreter, record by record."""
    records = make_records(_VERIFIED)
    expected = [reference_answer(policy, record) for record in records]
    trusted, checked = sr.evaluator(policy, trusted=True), sr.evaluator(policy)
    contestants: dict[str, Callable[[Record], Answer]] = {
        "trusted": lambda record: answer_of(trusted(record)),
        "checked": lambda record: answer_of(checked(record)),
        "hand": hand,
        "hand_checked": hand_checked,
        "hand_decimals": lambda record: answer_of(hand_decimals(record)),
        **peers,
    }
    for name, contestant in contestants.items():
        wrong = differences([contestant(record) for record in records], expected)
        if wrong:
            sys.exit(f"{name} differs from the reference on {wrong} of {len(records)} records")
        yield {"measure": "verify", "contestant": name, "version": _version(name), "records": len(records), "wrong": 0}
    wrong = differences([hand_float(record) for record in records], expected)
    yield {"measure": "verify", "contestant": "hand_float", "version": "", "records": len(records), "wrong": wrong}


def _one_decision(policy: sr.Policy, peers: dict[str, Contestant], rounds: int) -> Iterator[Line]:
    """Time single calls over the verified records; nothing is kept."""
    records = make_records(_VERIFIED)
    complete = [record for record in make_records(8 * _VERIFIED, seed=7) if None not in record.values()]
    complete = [record for record in complete if len(record) == len(RULES["inputs"])]
    trusted, checked = sr.evaluator(policy, trusted=True), sr.evaluator(policy)
    yield from _lines(
        "decide",
        take_turns(
            {
                **{name: (_each(function, records), len(records)) for name, function in _ours_and_hand(policy).items()},
                "trusted, three outputs": (_each(_three(trusted), records), len(records)),
                "trusted, all outputs": (_each(lambda record: dict(trusted(record)), records), len(records)),
                "hand_decimals": (_each(hand_decimals, records), len(records)),
                **{name: (_each(function, records[:100]), 100) for name, function in peers.items()},
            },
            rounds,
        ),
        [
            *(("trusted", "hand"), ("checked", "hand"), ("checked", "hand_checked"), ("evaluate", "hand")),
            *(("hand_checked", "hand"), ("hand_float", "hand")),
            *(("trusted, three outputs", "hand"), ("trusted, all outputs", "hand_decimals")),
            *((name, "checked") for name in peers),
        ],
    )
    yield from _lines(
        "decide complete",
        take_turns(
            {
                name: (_each(function, complete), len(complete))
                for name, function in (("hand", hand), ("trusted", trusted), ("checked", checked))
            },
            rounds,
        ),
        [("trusted", "hand"), ("checked", "hand")],
    )


def _loops(policy: sr.Policy, peers: dict[str, Contestant], records: int, rounds: int) -> Iterator[Line]:
    """Time a loop over many different records, and a list of all its decisions; the peers take a fiftieth.

    A list of decisions is also work for the garbage collector, which follows objects but no dicts of plain values.
    """
    many = make_records(records)
    few = many[: records // 50]
    ours = {name: function for name, function in _ours_and_hand(policy).items() if name in _LOOPED}
    contestants = {name: (_each(function, many), records) for name, function in ours.items()}
    contestants |= {name: (_each(function, few), len(few)) for name, function in peers.items()}
    pairs = [("trusted", "hand"), ("checked", "hand"), ("checked", "hand_checked")]
    for line in _lines("loop", take_turns(contestants, rounds), [*pairs, *((name, "checked") for name in peers)]):
        yield line | {"records": len(few) if line["contestant"] in peers else records}
    kept = {name: (_list(function, many), records) for name, function in ours.items()}
    for line in _lines("loop kept", take_turns(kept, rounds), pairs):
        yield line | {"records": records}


def _explanations(policy: sr.Policy, rounds: int) -> Iterator[Line]:
    """Time a decision with its reasons against the plain decision, and what writing data of that size as JSON takes."""
    records = make_records(200)
    decide = sr.evaluator(policy)
    data = cycle([decide(record).explain().to_dict() for record in records])
    times = take_turns(
        {
            "checked": (_each(decide, records), len(records)),
            "": (_each(lambda record: decide(record).explain(), records), len(records)),
            "to_dict": (_each(lambda record: decide(record).explain().to_dict(), records), len(records)),
            "text": (_each(lambda record: decide(record).explain().text(), records), len(records)),
            "json.dumps": (_each(lambda _: json.dumps(next(data)), records), len(records)),
        },
        rounds,
    )
    pairs = [(name, "checked") for name in ("", "to_dict", "text", "json.dumps")]
    yield from _lines("explain", times, pairs)


def _loading(peers: dict[str, Contestant], rounds: int) -> Iterator[Line]:
    """Time `load_policy`, and what the peers do before their first decision."""
    thirty = many_steps()
    contestants: dict[str, tuple[Callable[[], object], int]] = {
        "5 steps": (lambda: sr.load_policy(RULES), 1),
        "30 steps": (lambda: sr.load_policy(thirty), 1),
        **{name: (_again(name), 1) for name in peers},
    }
    pairs = [("5 steps", ""), ("30 steps", ""), *((name, "5 steps") for name in peers)]
    yield from _lines("load", take_turns(contestants, rounds), pairs)


def _imports(peers: dict[str, Contestant], repeats: int) -> Iterator[Line]:
    """Time imports in fresh interpreters, ours beyond `import attrs, cattrs`."""
    needed = "import attrs, cattrs"
    modules = {"zen-engine": "zen", "rule-engine": "rule_engine", "json-logic-qubit": "json_logic"}
    statements = {
        "attrs, cattrs": ("", needed),
        "supplychain_rules": (needed, "import supplychain_rules"),
        "supplychain_rules and its first policy": (
            f"{needed}\nsys.path.insert(0, {sys.path[0]!r})\nfrom workload import RULES",
            "import supplychain_rules; supplychain_rules.load_policy(RULES)",
        ),
        **{name: ("", f"import {modules.get(name, name)}") for name in peers},
    }
    for name, (before, statement) in statements.items():
        yield _line("import", name, import_seconds(before, statement, repeats))


def _memory(policy: sr.Policy) -> Iterator[Line]:
    """Measure the memory of kept answers, and the peak of loading."""
    records = make_records(10_000)
    for name, function in (("hand", hand), ("checked", sr.evaluator(policy))):
        held = peak_bytes(_list(function, records)) / len(records)
        yield {"measure": f"memory {name}", "contestant": name, "bytes_per_record": round(held)}
    peak = peak_bytes(lambda: sr.load_policy(many_steps()))
    yield {"measure": "memory load 30 steps", "contestant": "30 steps", "peak_kilobytes": round(peak / 1000)}


def _ours_and_hand(policy: sr.Policy) -> dict[str, Callable[[Record], object]]:
    return {
        "hand": hand,
        "trusted": sr.evaluator(policy, trusted=True),
        "checked": sr.evaluator(policy),
        "evaluate": lambda record: sr.evaluate(policy, record),
        "hand_checked": hand_checked,
        "hand_float": hand_float,
    }


def _three(decide: Callable[[Record], sr.Decision]) -> Callable[[Record], object]:
    """Return a function that decides and reads three outputs, as most callers do."""

    def read(record: Record) -> object:
        decision = decide(record)
        return decision["performance"], decision["grade"], decision["action"]

    return read


def _each(function: Callable[[Record], object], records: list[Record]) -> Callable[[], None]:
    def run() -> None:
        for record in records:
            function(record)

    return run


def _list(function: Callable[[Record], object], records: list[Record]) -> Callable[[], list[object]]:
    return lambda: [function(record) for record in records]


def _again(name: str) -> Callable[[], object]:
    return lambda: peer(name)


def _lines(measure: str, times: Rounds, pairs: list[tuple[str, str]]) -> Iterator[Line]:
    """Yield a line for each pair of a contestant and the one it is held against."""
    for name, against in pairs:
        line = _line(measure, name, min(times[name]))
        if against:
            line |= {"against": against, "against_microseconds": round(min(times[against]) * 1e6, 3)}
            line |= {"ratio": round(ratio(times, name, against), 3)}
        yield _with_budget(line)


def _line(measure: str, name: str, seconds: float) -> Line:
    line: Line = {"measure": f"{measure} {name}".strip(), "contestant": name, "microseconds": round(seconds * 1e6, 3)}
    return _with_budget(line)


def _with_budget(line: Line) -> Line:
    """Add the budget and whether it is met, where the design sets one for this line."""
    measure, found = str(line["measure"]), line.get("ratio")
    if measure in _MILLISECONDS:
        milliseconds = float(str(line["microseconds"])) / 1000
        return line | {"budget_milliseconds": _MILLISECONDS[measure], "met": milliseconds <= _MILLISECONDS[measure]}
    if not isinstance(found, float) or line["against"] == "hand_checked":
        return line
    if measure in _AT_MOST:
        return line | {"budget": _AT_MOST[measure], "met": found <= _AT_MOST[measure]}
    if measure in _AT_LEAST:
        return line | {"budget_at_least": _AT_LEAST[measure], "met": found >= _AT_LEAST[measure]}
    return line


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _summarise(lines: list[Line]) -> None:
    """Write a table for people to stderr, so that stdout stays JSON."""
    for line in lines:
        cells: list[Any] = [f"{line['measure']:<46}"]
        if "microseconds" in line:
            cells.append(f"{line['microseconds']:>14,.2f} us")
        if "ratio" in line:
            cells.append(f"{line['ratio']:>9,.2f} x {line['against']}")
        if "met" in line:
            budget = {key: value for key, value in line.items() if key.startswith("budget")}
            cells.append(f"{'met' if line['met'] else 'MISSED'} {budget}")
        if len(cells) > 1:
            print(" ".join(cells), file=sys.stderr)


if __name__ == "__main__":
    main()
