"""CDNOW: how stable tiers are under six downgrade rules, over six quarters.

Real purchases of 23,570 customers (Fader and Hardie). Gold from 100 dollars a quarter, silver from 50; every customer
of the file from the first quarter on. The figures of `reassess`, `grace` and `together` are those of the truth file
beside the data; the others were found by the plain computation below, which all six are checked against.
"""

from collections import Counter
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Final

import attrs
import pytest

from supplychain_rules.customers import (
    TierCondition,
    TierDowngrade,
    TierEntry,
    TierHistory,
    TierLevel,
    TierMeasure,
    TierPolicy,
    TierValidity,
    TierWindow,
    compare_tiers,
    replay_tiers,
)

CDNOW = Path(__file__).resolve().parents[2] / ".." / "shared" / "data" / "cdnow" / "CDNOW_master.txt"

pytestmark = pytest.mark.skipif(not CDNOW.exists(), reason="the shared data folder is not beside the checkout")

#: The days after each of the six quarters: on them the quarter just ended is judged.
REVIEWS: Final = [date(1997 + (3 * quarter) // 12, 1 + (3 * quarter) % 12, 1) for quarter in range(1, 7)]

#: Changes, reversals, and how many end up gold, silver and basic.
Figures = tuple[int, int, tuple[int, int, int]]

RULES: Final[dict[str, tuple[TierDowngrade, Figures]]] = {
    "reassess": (TierDowngrade(), (15_370, 3_769, (511, 735, 22_324))),
    "grace": (TierDowngrade(misses=2), (11_830, 428, (1_002, 1_174, 21_394))),
    "together": (TierDowngrade(together=2), (11_693, 395, (1_094, 1_249, 21_227))),
    "one level": (TierDowngrade(to="one_level"), (17_121, 3_398, (511, 1_097, 21_962))),
    "grace and one level": (TierDowngrade(misses=2, to="one_level"), (12_955, 459, (1_002, 1_806, 20_762))),
    "retain at 80 %": (TierDowngrade(keep_at="0.8"), (14_932, 3_451, (564, 777, 22_229))),
}


def policy(downgrade: TierDowngrade) -> TierPolicy:
    return TierPolicy(
        id="quarterly",
        version="1",
        measures=[TierMeasure(id="spend")],
        levels=[
            TierLevel(id="gold", all_of=[TierCondition(measure="spend", at_least=100)]),
            TierLevel(id="silver", all_of=[TierCondition(measure="spend", at_least=50)]),
            TierLevel(id="basic"),
        ],
        window=TierWindow(kind="calendar", length=3),
        validity=TierValidity(kind="end_of_period"),
        upgrade="at_period_end",
        downgrade=downgrade,
    )


@pytest.fixture(scope="module")
def purchases() -> dict[str, list[tuple[date, Decimal]]]:
    found: dict[str, list[tuple[date, Decimal]]] = {}
    for line in CDNOW.read_text("ascii").splitlines()[1:]:
        if line.strip():
            customer, day, _, dollars = line.split()
            found.setdefault(customer, []).append((date(int(day[:4]), int(day[4:6]), int(day[6:])), Decimal(dollars)))
    return found


@pytest.fixture(scope="module")
def histories(purchases: dict[str, list[tuple[date, Decimal]]]) -> dict[str, TierHistory]:
    return {
        customer: TierHistory(
            joined=date(1997, 1, 1), entries=tuple(TierEntry(on=day, amount=dollars) for day, dollars in lines)
        )
        for customer, lines in purchases.items()
    }


def plainly(quarters: list[Decimal], rule: TierDowngrade) -> list[int]:
    """Return the rank of each quarter by the words of a rule alone: no windows, no states, no rule sets."""

    def level(dollars: Decimal, part: str = "1") -> int:
        return sum(dollars >= Decimal(part) * threshold for threshold in (50, 100))

    ranks, misses = [level(quarters[0])], 0
    for place in range(1, 6):
        held, earned = ranks[-1], level(quarters[place])
        together = sum(quarters[max(0, place - rule.together + 1) : place + 1], Decimal(0))
        fair = max(earned, min(held, level(together, str(rule.keep_at.numerator / Decimal(rule.keep_at.denominator)))))
        if fair >= held:
            ranks.append(max(earned, held))
            misses = 0
        elif misses + 1 < rule.misses:
            ranks.append(held)
            misses += 1
        else:
            ranks.append(max(fair, held - 1) if rule.to == "one_level" else fair)
            misses = 0
    return ranks


def summed(paths: list[list[int]]) -> Figures:
    changes = sum(one != other for path in paths for one, other in pairwise(path))
    reversals = sum(a == c != b for path in paths for a, b, c in zip(path, path[1:], path[2:], strict=False))
    ends = Counter(path[-1] for path in paths)
    return changes, reversals, (ends[2], ends[1], ends[0])


@pytest.mark.parametrize("rule", RULES)
def test_six_downgrade_rules_on_six_quarters_give_the_known_changes_and_reversals(
    rule: str, purchases: dict[str, list[tuple[date, Decimal]]], histories: dict[str, TierHistory]
) -> None:
    downgrade, expected = RULES[rule]
    quarters: dict[str, list[Decimal]] = {}
    for customer, lines in purchases.items():
        spent = quarters[customer] = [Decimal(0)] * 6
        for day, dollars in lines:
            spent[(day.year - 1997) * 4 + (day.month - 1) // 3] += dollars
    plain = [plainly(spent, downgrade) for spent in quarters.values()]

    replay = replay_tiers(policy(downgrade), histories, until=REVIEWS[-1])
    ranks = {"gold": 2, "silver": 1, "basic": 0}
    replayed = [[ranks[timeline.tier_on(day) or ""] for day in REVIEWS] for timeline in replay.timelines.values()]

    assert expected == summed(plain)
    assert expected == summed(replayed)
    assert plain == replayed


def test_a_comparison_of_two_rules_on_cdnow_has_the_figures_of_both(histories: dict[str, TierHistory]) -> None:
    before, after = policy(RULES["reassess"][0]), policy(RULES["grace"][0])
    found = compare_tiers(before, attrs.evolve(after, version="2"), histories, days=REVIEWS)
    assert (15_370, 3_769) == (found.before.changes, found.before.reversals)
    assert (11_830, 428) == (found.after.changes, found.after.reversals)
    matrix = found.comparison.migration("tier")
    assert {"gold": 511, "silver": 735, "basic": 22_324} == dict(found.before.counts[-1])
    assert (511, 735, 22_324) == tuple(sum(row) for row in matrix.counts)
    assert (1_002, 1_174, 21_394) == tuple(sum(column) for column in zip(*matrix.counts, strict=True))
