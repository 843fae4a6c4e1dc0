"""How the benchmarks measure: in turns, so that a machine that slows down slows every contestant.

Times are CPU times of this process, which other processes on the machine hardly touch; a library with threads
of its own is charged for all of them. A ratio is the median over the rounds of the quotient within one round.
"""

import gc
import os
import statistics
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import supplychain_rules

__all__ = ["Rounds", "import_seconds", "own_peak", "peak_bytes", "ratio", "take_turns"]

#: Seconds for each call, one for each round, by contestant.
Rounds = dict[str, list[float]]

#: Where this process found the library, so that fresh interpreters time the same one.
_SOURCES: Final = Path(supplychain_rules.__file__).resolve().parents[1]

#: Where Linux says how much memory a process holds.
_STATUS: Final = Path("/proc/self/status")


def take_turns(
    contestants: Mapping[str, tuple[Callable[[], object], int]],
    rounds: int,
    *,
    clock: Callable[[], float] = time.process_time,
) -> Rounds:
    """Run every contestant once a round, forwards and backwards by turns, and return seconds for each call.

    Args:
        contestants: by name, what to run and how many calls one run makes.
        rounds: how often; one more round is run before, and not counted.
        clock: what tells the seconds; another one for work that other processes do.
    """
    times: Rounds = {name: [] for name in contestants}
    names = list(contestants)
    for place in range(rounds + 1):
        for name in names if place % 2 else reversed(names):
            run, calls = contestants[name]
            gc.collect()
            begun = clock()
            run()
            spent = clock() - begun
            if place:
                times[name].append(spent / calls)
    return times


def ratio(times: Rounds, name: str, against: str) -> float:
    """Return the median of the quotients of two contestants, each taken within one round."""
    return statistics.median(one / other for one, other in zip(times[name], times[against], strict=True))


def import_seconds(before: str, statement: str, repeats: int) -> float:
    """Return the least CPU seconds that a statement takes in a fresh interpreter, after `before` was run.

    Byte code is cached, as it is for whoever installed a package, in a folder of this call's own: a setting such
    as PYTHONDONTWRITEBYTECODE would otherwise time the compiler. One run fills the cache and does not count.
    """
    program = (
        f"import sys; sys.path.insert(0, {str(_SOURCES)!r})\nimport time\n{before}\n"
        f"begun = time.process_time()\n{statement}\nprint(time.process_time() - begun)"
    )
    with tempfile.TemporaryDirectory() as cache:
        settings = {**os.environ, "PYTHONPYCACHEPREFIX": cache}
        settings.pop("PYTHONDONTWRITEBYTECODE", None)
        outputs = [_output(program, settings) for _ in range(repeats + 1)]
    return min(float(output) for output in outputs[1:])


def peak_bytes(run: Callable[[], object]) -> int:
    """Return the most memory that a run holds at once, in bytes."""
    gc.collect()
    tracemalloc.start()
    run()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def own_peak(run: Callable[[], object]) -> dict[str, int]:
    """Run once, and return the most memory that this process held meanwhile; nothing where the system does not say.

    It is not that of getrusage, whose peak begins with that of the process that started this one.
    """
    gc.collect()
    if not _STATUS.exists():
        return {}
    Path("/proc/self/clear_refs").write_text("5")  # begins the peak again
    held = _megabytes("VmRSS")
    kept = run()
    peak = _megabytes("VmHWM")
    del kept
    return {"rows_megabytes": held, "peak_megabytes": peak, "more_megabytes": peak - held}


def _megabytes(field: str) -> int:
    """Return what the system counts for this process: VmRSS, what it holds now, or VmHWM, the most it held."""
    line = next(line for line in _STATUS.read_text().splitlines() if line.startswith(field))
    return round(int(line.split()[1]) * 1024 / 1e6)


def _output(program: str, settings: dict[str, str]) -> str:
    command = [sys.executable, "-c", program]
    return subprocess.run(command, capture_output=True, text=True, check=True, env=settings).stdout  # noqa: S603  ours
