"""How the benchmarks measure: in turns, so that a machine that slows down slows every contestant.

Times are CPU times of this process, which other processes on the machine hardly touch; a library with threads
of its own is charged for all of them. A ratio is the median over the rounds of the quotient within one round.
"""

import gc
import statistics
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

__all__ = ["Rounds", "import_seconds", "peak_bytes", "ratio", "take_turns"]

#: Seconds for each call, one for each round, by contestant.
Rounds = dict[str, list[float]]

_SOURCES: Final = Path(__file__).resolve().parents[1] / "src"


def take_turns(contestants: Mapping[str, tuple[Callable[[], object], int]], rounds: int) -> Rounds:
    """Run every contestant once a round, forwards and backwards by turns, and return seconds for each call.

    Args:
        contestants: by name, what to run and how many calls one run makes.
        rounds: how often; one more round is run before, and not counted.
    """
    times: Rounds = {name: [] for name in contestants}
    names = list(contestants)
    for place in range(rounds + 1):
        for name in names if place % 2 else reversed(names):
            run, calls = contestants[name]
            gc.collect()
            begun = time.process_time()
            run()
            spent = time.process_time() - begun
            if place:
                times[name].append(spent / calls)
    return times


def ratio(times: Rounds, name: str, against: str) -> float:
    """Return the median of the quotients of two contestants, each taken within one round."""
    return statistics.median(one / other for one, other in zip(times[name], times[against], strict=True))


def import_seconds(before: str, statement: str, repeats: int) -> float:
    """Return the least CPU seconds that a statement takes in a fresh interpreter, after `before` was run."""
    program = (
        f"import sys; sys.path.insert(0, {str(_SOURCES)!r})\nimport time\n{before}\n"
        f"begun = time.process_time()\n{statement}\nprint(time.process_time() - begun)"
    )
    outputs = (
        subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout  # noqa: S603  our text
        for _ in range(repeats)
    )
    return min(float(output) for output in outputs)


def peak_bytes(run: Callable[[], object]) -> int:
    """Return the most memory that a run holds at once, in bytes."""
    gc.collect()
    tracemalloc.start()
    run()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak
