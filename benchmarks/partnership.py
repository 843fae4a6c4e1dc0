"""Partnership: what it costs to share out and to check a contract, against hand-written code and coopgame-py.

    python benchmarks/partnership.py                   a JSON line for each measurement, then a summary on stderr
    python benchmarks/partnership.py --json            the JSON lines only
    python benchmarks/partnership.py --quick           fewer rounds, at most 12 parties: a look, not a measurement
    python benchmarks/partnership.py --only shapley    one part of it; more than one by repeating the option

Before anything is timed, every contestant must give the same answer: exact ones to the last digit, floats of
coopgame-py to nine digits. coopgame-py is written in Rust; whoever has not installed it measures without.
"""

import argparse
import json
import platform
import sys
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from importlib.metadata import PackageNotFoundError, version
from math import isclose
from typing import Any, Final

from hand_partnership import hand_allocate, hand_bands, hand_money, hand_shapley
from partnership_compliance import compliance_lines
from partnership_workload import PRICES, RANGES, make_costs, make_tasks, make_worths, names
from timing import Rounds, peak_bytes, ratio, take_turns

from supplychain_rules.partnership.sharing import (
    Game,
    SettlementPolicy,
    bankruptcy_game,
    claims_rule,
    compile_policy,
    nucleolus,
    settle,
    shapley,
    share_ranges,
)
from supplychain_rules.values.allocation import apportion
from supplychain_rules.values.money import Money, allocate

try:
    import coopgame
except ImportError:
    coopgame = None

#: The budgets, by measurement: the largest ratio against hand-written code.
_AT_MOST: Final = {"shapley 10": 1.0, "shapley 15": 1.0, "shapley 20": 1.0}

#: How near the floats of a peer must come.
_NEAR: Final = 1e-9

#: A measurement: one JSON line.
Line = dict[str, object]

#: What one contestant does, and how many answers one run of it gives.
Contest = tuple[Callable[[], Any], int]


def main() -> None:
    """Verify, measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print the JSON lines only")
    parser.add_argument("--quick", action="store_true", help="fewer rounds, at most 12 parties")
    parser.add_argument("--only", action="append", choices=list(PARTS), help="one part of it")
    arguments = parser.parse_args()
    lines = [_setting(quick=arguments.quick)]
    print(json.dumps(lines[0]), flush=True)
    for name in arguments.only or PARTS:
        for line in PARTS[name](quick=arguments.quick):
            print(json.dumps(line), flush=True)
            lines.append(line)
    if not arguments.json:
        _summarise(lines)


def allocation_contest(count: int) -> dict[str, Contest]:
    """Return contestants that split amounts among five parties: money into money, and cents into cents."""
    tasks = make_tasks(count)
    cents = [(amount.minor_units, weights) for amount, weights in tasks]
    return {
        "allocate": (lambda: [allocate(amount, weights).shares for amount, weights in tasks], count),
        "apportion": (lambda: [apportion(units, weights) for units, weights in cents], count),
        "hand": (lambda: [hand_allocate(units, weights) for units, weights in cents], count),
        "hand in money": (lambda: [hand_money(amount, weights) for amount, weights in tasks], count),
    }


def bands_contest(count: int) -> dict[str, Contest]:
    """Return contestants that find the contractor's share of NEC4 option C, exactly and before rounding."""
    costs = make_costs(count)
    ranges = [(None if until is None else f"{until}%", f"{share}%") for until, share in RANGES]
    policy = SettlementPolicy(
        id="option C",
        version="1",
        currency="GBP",
        outturn="cost",
        base=Money.from_minor(PRICES, "GBP"),
        parties=["contractor", "client"],
        clauses=[share_ranges("54.1", to="contractor", others="client", ranges=ranges)],
    )
    pounds = [Fraction(cost, 100) for cost in costs]
    outturns = [{"outturn": Money.from_minor(cost, "GBP")} for cost in costs]
    share = compile_policy(policy)["contractor"]
    return {
        "settle": (lambda: [settle(policy, outturn).exact["contractor"] for outturn in outturns], count),
        "compiled": (lambda: [share.at(cost) for cost in pounds], count),
        "hand": (lambda: [Fraction(hand_bands(PRICES, cost, RANGES), 10_000) for cost in costs], count),
    }


def shapley_contest(parties: int) -> dict[str, Contest]:
    """Return contestants that find the Shapley value, from a list of worths."""
    worths, players = make_worths(parties), names(parties)
    contest: dict[str, Contest] = {
        "shapley": (lambda: list(shapley(players, worths).values()), 1),
        "hand": (lambda: hand_shapley(parties, worths), 1),
    }
    if coopgame is not None:
        floats = [float(worth) for worth in worths[1:]]
        contest["coopgame-py"] = (lambda: list(coopgame.shapley(coopgame.Game(floats))), 1)
    return contest


def nucleolus_contest(parties: int) -> dict[str, Contest]:
    """Return contestants that find the exact nucleolus, without the condition that nobody gets less than alone."""
    worths, players = make_worths(parties), names(parties)
    contest: dict[str, Contest] = {
        "nucleolus": (lambda: list(nucleolus(players, worths, individually_rational=False).values()), 1),
    }
    if coopgame is not None:
        exact = list(worths[1:])
        contest["coopgame-py exact"] = (
            lambda: list(coopgame.nucleolus_exact(exact, "preimputation")["allocation"]),
            1,
        )
    return contest


def talmud_contest(parties: int) -> dict[str, Contest]:
    """Return contestants that split an estate by the Talmud rule, and one that goes by the nucleolus instead."""
    claims = {name: 100 * place for place, name in enumerate(names(parties), start=1)}
    estate = sum(claims.values()) // 3
    contest: dict[str, Contest] = {
        "claims_rule": (lambda: list(claims_rule(estate, claims, "talmud").values()), 1),
        "nucleolus": (lambda: list(nucleolus(bankruptcy_game(estate, claims)).values()), 1),
    }
    if coopgame is not None:
        owed = list(claims.values())
        contest["coopgame-py exact"] = (lambda: list(coopgame.talmud(estate, owed, exact=True)), 1)
    return contest


def check(measure: str, contest: Mapping[str, Contest]) -> None:
    """End the run where two contestants give different answers."""
    answers = {name: run() for name, (run, _) in contest.items()}
    first, expected = next(iter(answers.items()))
    for name, found in answers.items():
        if not _agree(expected, found):
            sys.exit(f"{measure}: {first} and {name} differ")


def _agree(expected: Any, found: Any) -> bool:  # noqa: ANN401  lists of numbers or of shares
    if len(expected) != len(found):
        return False
    return all(_same(one, other) for one, other in zip(expected, found, strict=True))


def _same(one: Any, other: Any) -> bool:  # noqa: ANN401  as above
    if isinstance(one, Mapping):
        return _cents(one) == _cents(other)
    if isinstance(other, float):
        return isclose(one, other, rel_tol=_NEAR, abs_tol=_NEAR)
    return bool(one == Fraction(other))


def _cents(shares: Mapping[str, Any]) -> dict[str, int]:
    return {party: share.minor_units if isinstance(share, Money) else share for party, share in shares.items()}


def _allocations(*, quick: bool) -> Iterator[Line]:
    contest = allocation_contest(2_000 if quick else 20_000)
    yield from _measure(
        "allocate",
        contest,
        [("allocate", "hand in money"), ("apportion", "hand"), ("allocate", "hand")],
        rounds=3 if quick else 9,
    )


def _bands(*, quick: bool) -> Iterator[Line]:
    contest = bands_contest(500 if quick else 5_000)
    yield from _measure("bands", contest, [("settle", "hand"), ("compiled", "hand")], rounds=3 if quick else 9)


def _compliance(*, quick: bool) -> Iterator[Line]:
    yield from compliance_lines(50_000 if quick else 1_000_000, rounds=3 if quick else 5)


def _shapley(*, quick: bool) -> Iterator[Line]:
    for parties in (10, 12) if quick else (10, 15, 20):
        contest = shapley_contest(parties)
        pairs = [("shapley", other) for other in contest if other != "shapley"]
        yield from _measure(f"shapley {parties}", contest, pairs, rounds=3 if parties > 15 else 7)
    parties = 12 if quick else 20
    game = Game(players=names(parties), units=tuple(make_worths(parties)))
    peak = peak_bytes(lambda: shapley(game))
    yield {"measure": f"shapley {parties} memory", "peak_megabytes": round(peak / 1e6, 1)}


def _nucleolus(*, quick: bool) -> Iterator[Line]:
    for parties in (6, 8) if quick else (8, 10):
        contest = nucleolus_contest(parties)
        pairs = [("nucleolus", other) for other in contest if other != "nucleolus"]
        yield from _measure(f"nucleolus {parties}", contest, pairs, rounds=3 if quick else 9)
    contest = talmud_contest(8)
    pairs = [("claims_rule", other) for other in contest if other != "claims_rule"]
    yield from _measure("talmud 8", contest, pairs, rounds=3 if quick else 9)


#: The parts of the benchmark, by the name that `--only` takes.
PARTS: Final[Mapping[str, Callable[..., Iterator[Line]]]] = {
    "allocate": _allocations,
    "bands": _bands,
    "shapley": _shapley,
    "nucleolus": _nucleolus,
    "compliance": _compliance,
}


def _measure(
    measure: str, contest: Mapping[str, Contest], pairs: list[tuple[str, str]], *, rounds: int
) -> Iterator[Line]:
    check(measure, contest)
    times = take_turns(contest, rounds)
    for name, against in pairs or [(name, "") for name in contest]:
        yield _line(measure, times, name, against)


def _line(measure: str, times: Rounds, name: str, against: str) -> Line:
    line: Line = {"measure": measure, "contestant": name, "microseconds": round(min(times[name]) * 1e6, 2)}
    if not against:
        return line
    found = round(ratio(times, name, against), 4)
    line |= {"against": against, "against_microseconds": round(min(times[against]) * 1e6, 2), "ratio": found}
    if against == "hand" and measure in _AT_MOST:
        line |= {"budget": _AT_MOST[measure], "met": found <= _AT_MOST[measure]}
    return line


def _setting(*, quick: bool) -> Line:
    try:
        peer = version("coopgame-py")
    except PackageNotFoundError:
        peer = "not installed"
    python, machine = platform.python_version(), platform.machine()
    return {"measure": "setting", "python": python, "machine": machine, "coopgame-py": peer, "quick": quick}


def _summarise(lines: list[Line]) -> None:
    """Write a table for people to stderr, so that stdout stays JSON."""
    for line in lines:
        cells = [f"{line['measure']!s:<24}"]
        if "microseconds" in line:
            cells.append(f"{line['contestant']!s:<12}{line['microseconds']:>16,.2f} us")
        if "ratio" in line:
            cells.append(f"{line['ratio']:>10,.4f} x {line['against']}")
        if "met" in line:
            cells.append(f"{'met' if line['met'] else 'MISSED'} {line['budget']}")
        if "peak_megabytes" in line:
            cells.append(f"{line['peak_megabytes']} MB")
        if len(cells) > 1:
            print(" ".join(cells), file=sys.stderr)


if __name__ == "__main__":
    main()
