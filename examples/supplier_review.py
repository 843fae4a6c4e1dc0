"""Review the suppliers of a purchasing department: from CSV files to grades, actions and their reasons.

    python examples/supplier_review.py                          # the sample world beside this script
    python examples/supplier_review.py --lang zh --out report.html
    python examples/supplier_review.py --explain 0106
    python examples/supplier_review.py --json > decisions.json

What happens is what happens in any program that embeds the library: read (reading.py), build a ledger of facts,
measure it, complete the records with what the master data say, let the rule set decide, and ask for reasons. All
reading and writing is here, none of it in the library, and the clock of the machine is never asked.

The rules compare with the review before, so three reviews are made, half a year apart; each sees only what was known
on its day. The last one is shown.
"""

import argparse
import difflib
import io
import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final

from reading import UnreadableError, World, read_world

import supplychain_rules as sr
from supplychain_rules.display.report import ranked_table, report_html
from supplychain_rules.errors import SupplyChainRulesError
from supplychain_rules.facts.documents import Certificate
from supplychain_rules.measures import (
    DeliveryPerformance,
    FillRate,
    Measure,
    Measurement,
    PriceIndex,
    QualityPassRate,
    Spend,
    SpendShare,
)
from supplychain_rules.values.label import LANGS, Lang
from supplychain_rules.values.period import add_months

__all__ = ["main"]

HERE: Final = Path(__file__).resolve().parent

#: The day of the review, where none is given: the day after the sample world ends.
AS_OF: Final = date(2026, 1, 1)

#: How many reviews there were before this one, and how many months lie between two.
EARLIER_REVIEWS: Final = 2
MONTHS_BETWEEN: Final = 6

#: What is measured. Each choice that a definition of "on time" has to make is written here, once.
MEASURES: Final[tuple[Measure, ...]] = (
    QualityPassRate(id="quality_pass_rate", minimum_evidence=3),
    # A week early fills the yard, two days late still reaches the line; 2 % short is in full, 5 % more is accepted.
    DeliveryPerformance(id="otif", early_days=7, late_days=2, under_tolerance="0.02", over_tolerance="0.05"),
    DeliveryPerformance(id="value_on_time", level="value", late_days=2),
    # How reliable the quantities are that came: too much is as wrong as too little, and lateness is measured above.
    FillRate(id="quantity_received", capped=False, untouched="left_out"),
    PriceIndex(id="price_index", source="prices"),
    Spend(id="spend"),
    SpendShare(id="spend_share"),
)

#: What the ranking is by, and what stands beside it.
RANK_BY: Final = "score"
COLUMNS: Final = ("qualified", "grade", "score", "quality", "delivery", "commercial", "trend", "action")

#: Which output tells in whole sentences what to do, by language.
ADVICE: Final[dict[Lang, str]] = {"en": "advice", "zh": "advice_zh"}

#: What the script says itself.
READ: Final = sr.Label(
    "{rows} rows read, {refused} of them left out because they cannot be used:",
    "共读取 {rows} 行，其中 {refused} 行无法使用，未计入：",
)
ALIKE: Final = sr.Label("Possibly one firm, not merged: {firms}", "疑似同一家企业，未合并：{firms}")
DAYS: Final = sr.Label("{first} to {last}, as known on {as_of}", "{first} 至 {last}，数据截至 {as_of}")
WHY: Final = sr.Label("Why: {firm}", "决策理由：{firm}")
WRITTEN: Final = sr.Label("Report: {path}", "报告：{path}")

#: Exit code of a program that could not use what it was given.
UNUSABLE: Final = 2


class _UnusableError(Exception):
    """What the command line asks for does not exist."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Read, measure, decide and show; return the exit code."""
    given = _arguments(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8")  # a console of another encoding could not show every supplier's name
    try:
        _run(given)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever reads, as `head` does, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (UnreadableError, _UnusableError, SupplyChainRulesError, OSError) as error:
        said = f"{error.filename}: {error.strerror}" if isinstance(error, OSError) else str(error)
        print(f"supplier_review: {'; '.join(said.splitlines())}", file=sys.stderr)
        return UNUSABLE
    return 0


def _run(given: argparse.Namespace) -> None:
    lang: Lang = given.lang
    policy = _policy(given.policy)
    period = sr.Period(*given.period) if given.period else sr.Period.rolling_months(given.as_of.replace(day=1), 12)
    world = read_world(given.data)
    decisions = review_suppliers(policy, world, period, given.as_of)
    ranked = rank(decisions)
    shown = given.explain or most_instructive(ranked)
    if shown not in decisions:
        close = difflib.get_close_matches(shown, decisions, n=1)
        raise _UnusableError(f"no supplier {shown!r}" + (f"; did you mean {close[0]!r}?" if close else ""))
    named = [(f"{supplier} {world.names[supplier]}", decision) for supplier, decision in ranked]
    title = policy.label.text(lang) if policy.label else policy.id
    days = DAYS.text(lang).format(first=period.start, last=period.end - timedelta(days=1), as_of=given.as_of)
    notes = _notes(world, lang)
    if given.out:
        wide = (*COLUMNS, ADVICE[lang])
        page = report_html(title, named, lang, rank_by=RANK_BY, columns=wide, generated_for=days, notes=notes)
        given.out.write_text(page, encoding="utf-8")
    if given.json:
        print(*notes, sep="\n", file=sys.stderr)
        plain = [{"supplier": key, "name": world.names[key], **decision.to_dict()} for key, decision in ranked]
        print(json.dumps(plain, ensure_ascii=False, indent=2))
        return
    print(f"{title} {policy.version}: {days}", "", *notes, "", sep="\n")
    narrow = COLUMNS if lang == "en" else (*COLUMNS[:-1], ADVICE[lang])  # an action's name is an English word
    print(ranked_table(named, lang, rank_by=RANK_BY, columns=narrow))
    print("", WHY.text(lang).format(firm=f"{shown} {world.names[shown]}"), "", sep="\n")
    print(decisions[shown].explain().text(lang))
    if given.out:
        print("", WRITTEN.text(lang).format(path=given.out), sep="\n")


def review_suppliers(policy: sr.Policy, world: World, period: sr.Period, as_of: date) -> dict[str, sr.Decision]:
    """Return the decision about every supplier, by id, after the earlier reviews that its grade is compared with."""
    before: Mapping[str, sr.Decision] = {}
    for step in range(EARLIER_REVIEWS, 0, -1):
        back = -MONTHS_BETWEEN * step
        before = _decide(policy, world, period.shift_months(back), add_months(as_of, back), before)
    return _decide(policy, world, period, as_of, before)


def rank(decisions: Mapping[str, sr.Decision]) -> list[tuple[str, sr.Decision]]:
    """Return the decisions best first; without a score last, and ties by id."""

    def place(entry: tuple[str, sr.Decision]) -> tuple[bool, Decimal, str]:
        score = entry[1][RANK_BY]
        return score is None, -score if score is not None else Decimal(0), entry[0]

    return sorted(decisions.items(), key=place)


def most_instructive(ranked: Iterable[tuple[str, sr.Decision]]) -> str:
    """Return the id of the supplier whose decision has the most to explain: a waiting grade, a cap, a gap, a plan."""

    def lessons(entry: tuple[str, sr.Decision]) -> tuple[bool, ...]:
        decision = entry[1]
        return (
            bool(decision.get("grade_held")),
            decision.get("overall") != decision.get("score"),
            any(decision[name] not in (None, 1) for name in decision if name.endswith("_coverage")),
            decision.get("plan_due") is not None,
        )

    return max(ranked, key=lessons)[0]


def _decide(
    policy: sr.Policy, world: World, period: sr.Period, as_of: date, before: Mapping[str, sr.Decision]
) -> dict[str, sr.Decision]:
    """Decide about every supplier of the master data, with what was known on a day."""
    ledger = world.ledger.as_of(as_of)
    measured = sr.measure(MEASURES, ledger, period=period, as_of=as_of)
    values, due = sr.records(measured), _lines_due(measured)
    certified = _certified_until(ledger.certificates, as_of)
    decide = sr.evaluator(policy, extra="ignore")  # another rule set may need less than this script offers
    decisions = {}
    for supplier, known in world.master_data.items():
        record = {
            **known,
            **values[supplier],
            "review_date": as_of,
            "lines_due": due[supplier],
            "certificate_until": certified.get(supplier),
            **_previously(before.get(supplier)),
        }
        try:
            decisions[supplier] = decide(record)
        except sr.InputError as error:
            raise _UnusableError(f"supplier {supplier}: {'; '.join(map(str, error.problems))}") from None
    return decisions


def _previously(decision: sr.Decision | None) -> dict[str, object]:
    """Return what the review before said, under the names of the inputs that ask for it."""
    if decision is None:
        return {}
    return {
        "previous_grade": decision.get("grade"),
        "previous_score": decision.get("score"),
        "reviews_waited": decision.get("grade_held"),
    }


def _lines_due(measured: Iterable[Measurement]) -> dict[str, int]:
    return {found.key: found.evidence for found in measured if found.measure == "otif"}


def _certified_until(certificates: Iterable[Certificate], as_of: date) -> dict[str, date]:
    """Return, per supplier, the latest day on which a certificate that had begun ends, over already or not."""
    ends: dict[str, date] = {}
    for certificate in certificates:
        if certificate.valid_from <= as_of:
            until = certificate.valid_until or date.max
            ends[certificate.supplier] = max(until, ends.get(certificate.supplier, date.min))
    return ends


def _policy(path: Path) -> sr.Policy:
    try:
        policy = sr.load_policy_text(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise _UnusableError(f"{path} is not UTF-8 text: {error}") from None
    except sr.PolicyError as error:
        raise _UnusableError(f"{path}: {'; '.join(map(str, error.problems))}") from None
    lacking = [name for name in (*COLUMNS, *ADVICE.values()) if name not in policy.outputs]
    if lacking:
        raise _UnusableError(f"{path} has no output {', '.join(lacking)}, which this script shows")
    return policy


def _notes(world: World, lang: Lang) -> list[str]:
    """Say what was read, what could not be used and why, and whose names look alike."""
    read = READ.text(lang).format(rows=world.rows, refused=len(world.refusals))
    alike = [
        ALIKE.text(lang).format(firms=" = ".join(f"{key} {world.names[key]}" for key in ids))
        for ids in world.lookalikes
    ]
    return [read, *(f"  {refusal.text(lang)}" for refusal in world.refusals), *alike]


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Review suppliers: from CSV files to grades, actions and reasons.")
    parser.add_argument("--data", type=Path, default=HERE / "data", metavar="DIR", help="folder of the CSV files")
    policy = HERE / "policies" / "supplier_review.policy.toml"
    parser.add_argument("--policy", type=Path, default=policy, metavar="FILE", help="rule set in TOML")
    parser.add_argument("--as-of", type=_day, default=AS_OF, metavar="DATE", help=f"day of the review, else {AS_OF}")
    parser.add_argument(
        "--period",
        type=_day,
        nargs=2,
        metavar=("FROM", "UNTIL"),
        help="days reviewed, UNTIL excluded; else the last 12 whole months",
    )
    parser.add_argument("--lang", choices=LANGS, default="en")
    parser.add_argument("--out", type=Path, metavar="FILE.html", help="write one self-contained HTML report")
    parser.add_argument("--json", action="store_true", help="print the decisions as JSON, all else to stderr")
    parser.add_argument("--explain", metavar="SUPPLIER_ID", help="whose reasons to print")
    return parser.parse_args(arguments)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date such as 2026-01-31") from None


if __name__ == "__main__":
    sys.exit(main())
