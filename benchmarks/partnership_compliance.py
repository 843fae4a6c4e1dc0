"""Partnership: whether a contract is kept, on a million receipts, against the same written by hand.

    python benchmarks/partnership_compliance.py            a million receipts; JSON lines, then a summary on stderr
    python benchmarks/partnership_compliance.py --quick    50,000 receipts and fewer rounds: a look, not a measurement
    python benchmarks/partnership_compliance.py --json     the JSON lines only

Before anything is timed, both must find the same breaches, with the same days, units, worth and receipts.
"""

import argparse
import json
import os
import platform
import sys
from collections.abc import Iterator
from datetime import date
from typing import Final

from compliance_workload import AS_OF, contract, make_ledger
from hand_compliance import Found, hand_breaches
from timing import ratio, take_turns

from supplychain_rules import Ledger, Period
from supplychain_rules.partnership.contracts import Compliance, check_compliance, settle

#: The budget: the check with its proofs against the loop by hand.
_AT_MOST: Final = 3.0

#: Everything that can go wrong begins here.
_PERIOD: Final = Period(date(2025, 1, 1), date(2027, 1, 1))

#: A measurement: one JSON line.
Line = dict[str, object]


def main() -> None:
    """Verify, measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print the JSON lines only")
    parser.add_argument("--quick", action="store_true", help="50,000 receipts and fewer rounds")
    parser.add_argument("--receipts", type=int, help="how many receipts")
    parser.add_argument("--rounds", type=int, help="how many rounds")
    arguments = parser.parse_args()
    count = arguments.receipts or (50_000 if arguments.quick else 1_000_000)
    rounds = arguments.rounds or (3 if arguments.quick else 5)
    for line in compliance_lines(count, rounds=rounds):
        print(json.dumps(line), flush=True)
        if not arguments.json and "ratio" in line:
            verdict = "met" if line["met"] else "MISSED"
            print(f"{line['measure']}: {line['ratio']} x {line['against']}, {verdict}", file=sys.stderr)


def ours(ledger: Ledger) -> Compliance:
    """Check the contract on a ledger that stands."""
    return check_compliance(contract(), ledger, _PERIOD, as_of=AS_OF)


def found_in(compliance: Compliance) -> list[Found]:
    """Return the breaches as the loop by hand tells them."""
    return [
        (
            breach.kind,
            breach.subject.removeprefix("order_lines/"),
            breach.on,
            breach.quantity,  # type: ignore[misc]  # a decimal, of these kinds
            breach.days,
            breach.value,
            tuple(fact.removeprefix("receipts/") for fact in breach.facts if fact.startswith("receipts/")),
        )
        for breach in compliance.breaches
    ]


def check_same(ledger: Ledger) -> int:
    """End the run where both do not find the same, and return how many breaches there are."""
    by_hand, by_library = hand_breaches(ledger), found_in(ours(ledger))
    if by_hand != by_library:
        sys.exit("the hand-written loop and the library differ")
    return len(by_hand)


def compliance_lines(count: int, *, rounds: int) -> Iterator[Line]:
    """Yield the measurements on so many receipts."""
    ledger = make_ledger(count)
    breaches = check_same(ledger)
    yield {
        "measure": "setting",
        "python": platform.python_version(),
        "machine": platform.machine(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "receipts": count,
        "order_lines": len(ledger.order_lines),
        "breaches": breaches,
        "rounds": rounds,
    }
    times = take_turns(
        {"hand": (lambda: hand_breaches(ledger), 1), "check_compliance": (lambda: ours(ledger), 1)}, rounds
    )
    found = ratio(times, "check_compliance", "hand")
    yield {
        "measure": "check_compliance",
        "milliseconds": round(min(times["check_compliance"]) * 1e3, 1),
        "against": "hand",
        "against_milliseconds": round(min(times["hand"]) * 1e3, 1),
        "ratio": round(found, 3),
        "budget": _AT_MOST,
        "met": found <= _AT_MOST,
    }
    compliance = ours(ledger)
    settled = take_turns({"settle": (lambda: settle(contract(), compliance), 1)}, min(rounds, 3))
    dues = len(settle(contract(), compliance).dues)
    yield {"measure": "settle", "milliseconds": round(min(settled["settle"]) * 1e3, 1), "dues": dues}


if __name__ == "__main__":
    main()
