"""How long a proof takes: tables of rising size, as partitions and at random, and the example rule sets.

A partition is a box of values cut again and again, so that its rows neither overlap nor leave a gap: `verify` must say
so, and is asked whether it did. A random table has all that can be wrong with one. Times are CPU times, the least of
several rounds; undecided is the share of questions about a table that stayed open.

    python benchmarks/verify.py          # JSON lines on stdout, a summary on stderr
    python benchmarks/verify.py --quick  # without the largest tables
"""

import json
import random
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from supplychain_rules import Policy, load_policy
from supplychain_rules.analysis.findings import Finding
from supplychain_rules.analysis.verify import verify

__all__ = ["SIZES", "partition", "random_boxes", "table_rules"]

#: Rows and columns.
SIZES: Final = ((12, 4), (100, 4), (500, 4), (1_000, 6))

#: By rows and columns, the seconds that a partition may take.
BUDGETS: Final = {(12, 4): 0.001, (500, 4): 0.5}

#: The largest value of a column.
MOST: Final = 1_000

#: The part of the random cells that take anything.
ANYTHING: Final = 0.4

_EXAMPLES: Final = Path(__file__).resolve().parents[1] / "examples" / "policies"

#: For each column, the values from (included) to (excluded, but for the last one).
Box = list[tuple[int, int]]


def partition(rows: int, columns: int, seed: int = 1) -> list[Box]:
    """Return boxes that take every value once."""
    chance = random.Random(seed)  # noqa: S311  test data, the same at every run
    boxes: list[Box] = [[(0, MOST)] * columns]
    while len(boxes) < rows:
        box = boxes.pop(chance.randrange(len(boxes)))
        column = chance.randrange(columns)
        low, high = box[column]
        if high - low < 2:
            boxes.append(box)
            continue
        at = chance.randrange(low + 1, high)
        boxes.extend([*box[:column], part, *box[column + 1 :]] for part in ((low, at), (at, high)))
    return boxes


def random_boxes(rows: int, columns: int, seed: int = 1) -> list[Box]:
    """Return boxes without any order."""
    chance = random.Random(seed)  # noqa: S311  test data, the same at every run

    def cell() -> tuple[int, int]:
        low, high = sorted(chance.sample(range(0, MOST + 1, MOST // 20), 2))
        return (0, MOST) if chance.random() < ANYTHING else (low, high)

    return [[cell() for _ in range(columns)] for _ in range(rows)]


def table_rules(boxes: Sequence[Box], hit: str) -> dict[str, Any]:
    """Return a rule set of one table whose rows are the boxes, with four outcomes by turns."""
    names = [f"c{place}" for place in range(len(boxes[0]))]
    rows = [
        {
            "id": f"r{place}",
            "when": {
                name: f"[{low}..{high}{']' if high == MOST else ')'}"
                for name, (low, high) in zip(names, box, strict=True)
                if (low, high) != (0, MOST)
            },
            "then": {"action": f"o{place % 4}"},
        }
        for place, box in enumerate(boxes)
    ]
    outputs = {"action": {"type": "choice", "options": ["o0", "o1", "o2", "o3"]}}
    table = {"kind": "table", "id": "decide", "hit": hit, "when": names, "outputs": outputs, "rows": rows}
    inputs = {name: {"type": "integer", "min": 0, "max": MOST} for name in names}
    return {"schema": "supplychain-rules/1", "id": "drawn", "version": "1", "inputs": inputs, "steps": [table]}


def measure(policy: Policy, rounds: int) -> tuple[float, tuple[Finding, ...]]:
    """Return the least seconds of some rounds, and what was found."""
    least, findings = float("inf"), ()
    for _ in range(rounds):
        begun = time.process_time()
        findings = verify(policy)
        least = min(least, time.process_time() - begun)
    return least, findings


def report(name: str, seconds: float, findings: Sequence[Finding], **more: object) -> None:
    """Print one measurement."""
    counted = Counter(finding.kind for finding in findings)
    line = {"what": name, "milliseconds": round(seconds * 1_000, 2), **more, "findings": dict(counted)}
    print(json.dumps(line), flush=True)
    print(f"{name:32} {seconds * 1_000:10.2f} ms  {dict(counted)}", file=sys.stderr)


def main(arguments: Sequence[str]) -> int:
    """Measure everything; return 1 where a budget was missed or a partition was not proved."""
    failed = False
    for rows, columns in SIZES[:-1] if "--quick" in arguments else SIZES:
        rounds = max(1, 1_200 // rows // (1 + rows // 200))
        seconds, findings = measure(load_policy(table_rules(partition(rows, columns), "unique")), rounds)
        wrong = {"gap", "overlap", "unreachable_row", "undecided"}.intersection(one.kind for one in findings)
        assert not wrong, wrong
        budget = BUDGETS.get((rows, columns))
        failed = failed or (budget is not None and seconds > budget)
        report(f"partition {rows} x {columns}", seconds, findings, budget=budget, undecided=0.0)
        for hit in ("first", "unique"):
            policy = load_policy(table_rules(random_boxes(rows, columns), hit))
            seconds, findings = measure(policy, max(1, rounds // 4))
            open_rows = {one.path for one in findings if one.kind == "undecided"}
            assert any(one.kind == "overlap" for one in findings)
            report(f"random {rows} x {columns}, {hit}", seconds, findings, undecided=round(len(open_rows) / rows, 4))
    for path in sorted(_EXAMPLES.glob("*.toml")):
        seconds, findings = measure(load_policy(tomllib.loads(path.read_text(encoding="utf-8"))), 3)
        report(path.stem, seconds, findings)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
