"""Class and tier customers, explain one of them, and see what another tier policy would do, before it is decided.

    python examples/customer_tiers.py                           # the sample customers beside this script
    python examples/customer_tiers.py --lang zh --explain 0003
    python examples/customer_tiers.py purchases.csv --as-of 2025-09-30
    python examples/customer_tiers.py CDNOW_master.txt --json

CDNOW_master.txt is read as it ships in the PyPI package `lifetimes`. Its folder after `pip install lifetimes`:

    python -c "import importlib.metadata as m; print(m.distribution('lifetimes').locate_file('lifetimes/datasets'))"

Reading is in customer_reading.py, contacts are in customer_contacts.py; the tier policy is tiers/customer_tiers.toml,
the contact plan plans/customer_contacts.toml. The clock of the machine is never asked: the day is the last one of the
file, or `--as-of`. Tiers are those of the morning after it.
"""

import argparse
import difflib
import io
import json
import os
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final
from unicodedata import east_asian_width

import attrs
from customer_contacts import DAYS_AHEAD, contact_lines, contacts
from customer_reading import Shop, read_shop
from reading import UnreadableError

import supplychain_rules as sr
from supplychain_rules.customers import (
    ABC_CLASSES,
    RFM_SEGMENTS,
    Profile,
    Receivables,
    TierComparison,
    TierDowngrade,
    TierFigures,
    TierHistory,
    TierPolicy,
    TierReplay,
    abc_rules,
    age,
    assign_tier,
    compare_tiers,
    load_tier_policy,
    profiles,
    receivables,
    replay_tiers,
    rfm_records,
    rfm_rules,
    segment_of,
    tier_histories,
)
from supplychain_rules.errors import SupplyChainRulesError
from supplychain_rules.values.label import LANGS, Label, Lang
from supplychain_rules.values.money import total
from supplychain_rules.values.period import add_months

__all__ = ["main"]

HERE: Final = Path(__file__).resolve().parent

#: How many classes RFM makes, and how many quarters tiers are compared over.
CLASSES: Final = 5
QUARTERS: Final = 6

#: How many customers are listed where there are more.
SHOWN: Final = 10

#: The rules for losing a tier that are compared, and how each is named in JSON.
DOWNGRADES: Final[Mapping[str, tuple[Label, TierDowngrade]]] = MappingProxyType(
    {
        "reassess": (Label("reassess", "每季重评"), TierDowngrade()),
        "one_level": (Label("one level down a quarter", "每季最多降一级"), TierDowngrade(to="one_level")),
        "grace": (Label("grace", "宽限一季"), TierDowngrade(misses=2)),
        "grace_one_level": (
            Label("grace and one level", "宽限一季且降一级"),
            TierDowngrade(misses=2, to="one_level"),
        ),
        "retain_80": (Label("retain at 80 %", "达八成即保级"), TierDowngrade(keep_at="0.8")),
        "together": (Label("last two quarters together", "两季合计"), TierDowngrade(together=2)),
    }
)

#: The two of them whose difference is shown customer by customer: what holds now, and what is proposed.
NOW, PROPOSED = "reassess", "grace"

#: Outputs of the RFM rules, by their letters.
RFM: Final = {"r": "recency", "f": "frequency", "m": "money"}

#: What the script says itself.
READ: Final = Label(
    "{rows} rows read, {refused} of them left out because they cannot be used:",
    "共读取 {rows} 行，其中 {refused} 行无法使用，未计入：",
)
HEAD: Final = Label(
    "{customers} customers as of {day}, in {currency}", "{customers} 名客户，截至 {day}，币种 {currency}"
)
BY_RFM: Final = Label("Classes by recency, frequency, money", "按最近购买、频率与金额分级")
BY_ABC: Final = Label("Classes by share of spend (ABC)", "按消费占比分级（ABC）")
TIERS: Final = Label("Tiers after each quarter", "各季度后的层级")
WHY: Final = Label("Why: customer {customer}", "理由：客户 {customer}")
WHAT_IF: Final = Label("What if: {now} → {proposed}", "假设分析：{now} → {proposed}")
STABILITY: Final = Label("Six rules for losing a tier, over six quarters", "六种降级规则在六个季度中的表现")
CONTACTS: Final = Label("Contacts of the next {days} days", "未来 {days} 天的联系计划")
AGEING: Final = Label("What is owed, by days past due", "应收账款账龄")
NO_AGEING: Final = Label("The file does not say what was paid, so nothing is aged.", "文件没有付款记录，不作账龄分析。")
CLASS: Final = Label("class", "级别")
AFTER: Final = Label("quarter until", "季度截止日")
RULE: Final = Label("rule", "规则")
CHANGES: Final = Label("changes", "变动")
REVERSALS: Final = Label("reversals", "反复")
FINAL: Final = Label("in the end", "最终")
CUSTOMER: Final = Label("customer", "客户")
OWED: Final = Label("outstanding", "未清余额")
UNALLOCATED: Final = Label("unallocated", "未核销款")
ALL: Final = Label("all {count}", "合计 {count} 户")
BOUGHT: Final = Label(
    "last purchase {days} days ago, {purchases} purchase days, {money}: code {code}, {segment}; ABC class {abc}",
    "距上次购买 {days} 天，购买 {purchases} 天，金额 {money}：代码 {code}，{segment}；ABC {abc} 类",
)
TIER: Final = Label(
    "tier {tier} since {since}, until {until}: {reason}", "层级 {tier}，自 {since} 起，至 {until}：{reason}"
)
TO_KEEP: Final = Label("to keep {tier} at the next review", "下次评审保住 {tier}")
TO_RISE: Final = Label("to reach {tier}", "升至 {tier}")
HISTORY: Final = Label("tiers after each quarter: {path}", "各季度后的层级：{path}")

#: Exit code of a program that could not use what it was given.
UNUSABLE: Final = 2


class _UnusableError(Exception):
    """What the command line asks for does not exist."""


@attrs.frozen(kw_only=True)
class _Found:
    """What is computed once and shown in several places."""

    shop: Shop
    as_of: date
    policy: TierPolicy
    profiles: Mapping[str, Profile]
    rfm: Mapping[str, sr.Decision]
    abc: Mapping[str, sr.Decision]
    histories: Mapping[str, TierHistory]
    #: The first day after each of the quarters that ended last.
    reviews: tuple[date, ...]

    @property
    def morning(self) -> date:
        """Return the day whose tiers are shown: a quarter that ended on the last day is judged."""
        return self.as_of + timedelta(days=1)


def main(arguments: Sequence[str] | None = None) -> int:
    """Read, class, tier, compare and show; return the exit code."""
    given = _arguments(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8")
    try:
        _run(given)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever reads, as `head` does, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (UnreadableError, _UnusableError, SupplyChainRulesError, OSError) as error:
        said = f"{error.filename}: {error.strerror}" if isinstance(error, OSError) else str(error)
        print(f"customer_tiers: {'; '.join(said.splitlines())}", file=sys.stderr)
        return UNUSABLE
    return 0


def _run(given: argparse.Namespace) -> None:
    lang: Lang = given.lang
    shop = read_shop(given.file)
    found = _find(shop, given.as_of or shop.last_day)
    if given.json:
        print(*_notes(shop, lang), sep="\n", file=sys.stderr)
        print(json.dumps(as_plain(found, stability(found)), indent=2))
        return
    replay = replay_tiers(found.policy, found.histories, until=found.morning)
    shown = given.explain or most_instructive(found, replay)
    if shown not in found.rfm:
        close = difflib.get_close_matches(shown, found.rfm, n=1)
        raise _UnusableError(f"no customer {shown!r}" + (f"; did you mean {close[0]!r}?" if close else ""))
    compared = _compared(found, NOW, PROPOSED)
    head = HEAD.text(lang).format(customers=f"{len(found.rfm):,}", day=found.as_of, currency=shop.currency)
    print(*_notes(shop, lang), "", head, sep="\n")
    _section(BY_RFM.text(lang), _rfm_lines(found, lang))
    _section(BY_ABC.text(lang), [", ".join(f"{name} {count:,}" for name, count in _abc_sizes(found).items())])
    _section(TIERS.text(lang), _tier_lines(found, compared.before, lang))
    _section(WHY.text(lang).format(customer=shown), _why_lines(found, replay, shown, lang))
    names = {"now": DOWNGRADES[NOW][0].text(lang), "proposed": DOWNGRADES[PROPOSED][0].text(lang)}
    _section(WHAT_IF.text(lang).format(**names), _what_if_lines(compared, lang))
    _section(STABILITY.text(lang), _stability_lines(found, stability(found, compared), lang))
    _section(CONTACTS.text(lang).format(days=DAYS_AHEAD), _contact_lines(found, replay, lang))
    _section(AGEING.text(lang), _ageing_lines(found, lang))


def _find(shop: Shop, as_of: date) -> _Found:
    bought = profiles(shop.ledger, as_of=as_of, currency=shop.currency)
    records = rfm_records(bought)
    if not records:
        raise _UnusableError(f"nobody has bought anything by {as_of}")
    rfm = sr.evaluate_all(sr.load_policy(rfm_rules(classes=CLASSES)), records.values())
    money = [{"monetary": record["monetary"]} for record in records.values()]
    abc = sr.evaluate_all(sr.load_policy(abc_rules()), money)
    reviews = _reviews(as_of)
    # Everybody counts from the first quarter on, so that every quarter has the same customers.
    joined = dict.fromkeys(records, add_months(reviews[0], -3))
    text = (HERE / "tiers" / "customer_tiers.toml").read_text(encoding="utf-8")
    return _Found(
        shop=shop,
        as_of=as_of,
        policy=load_tier_policy(tomllib.loads(text)),
        profiles=bought,
        rfm=dict(zip(records, rfm, strict=True)),
        abc=dict(zip(records, abc, strict=True)),
        histories=tier_histories(shop.ledger, as_of=as_of, currency=shop.currency, joined=joined),
        reviews=reviews,
    )


def _reviews(as_of: date) -> tuple[date, ...]:
    """Return the days on which the quarters that ended last are judged, by the morning after a day."""
    morning = as_of + timedelta(days=1)
    last = date(morning.year, (morning.month - 1) // 3 * 3 + 1, 1)
    return tuple(add_months(last, -3 * back) for back in range(QUARTERS - 1, -1, -1))


def _compared(found: _Found, before: str, after: str) -> TierComparison:
    now, then = (attrs.evolve(found.policy, version=name, downgrade=DOWNGRADES[name][1]) for name in (before, after))
    return compare_tiers(now, then, found.histories, days=found.reviews)


def stability(found: _Found, known: TierComparison | None = None) -> dict[str, TierFigures]:
    """Return what each rule for losing a tier does, by its name; two rules are computed at once."""
    first = known or _compared(found, NOW, PROPOSED)
    figures = {NOW: first.before, PROPOSED: first.after}
    rest = [name for name in DOWNGRADES if name not in figures]
    for one, other in zip(rest[::2], rest[1::2], strict=True):
        compared = _compared(found, one, other)
        figures |= {one: compared.before, other: compared.after}
    return {name: figures[name] for name in DOWNGRADES}


def as_plain(found: _Found, figures: Mapping[str, TierFigures]) -> dict[str, Any]:
    """Return sizes of classes, the worst or A first, and the figures of each rule, tiers best first."""
    return {
        "rfm": _rfm_sizes(found),
        "abc": list(_abc_sizes(found).values()),
        "stability": {
            name: {"changes": one.changes, "reversals": one.reversals, "final": list(one.counts[-1].values())}
            for name, one in figures.items()
        },
    }


def most_instructive(found: _Found, replay: TierReplay) -> str:
    """Return the customer to explain: of those who lost a tier just now, else of all, the one who spent most."""

    def lessons(customer: str) -> tuple[bool, object, str]:
        status = replay.timelines[customer].status_on(found.morning)
        lowered = status is not None and status.event == "lowered" and status.valid_from == found.reviews[-1]
        return lowered, found.profiles[customer].monetary.amount, customer

    return max(found.rfm, key=lessons)


def _rfm_sizes(found: _Found) -> dict[str, list[int]]:
    counted = {letter: Counter(one[output] for one in found.rfm.values()) for letter, output in RFM.items()}
    return {letter: [sizes[place] for place in range(1, CLASSES + 1)] for letter, sizes in counted.items()}


def _abc_sizes(found: _Found) -> dict[str, int]:
    counted = Counter(one["abc_class"] for one in found.abc.values())
    return {name: counted[name] for name in ABC_CLASSES}


def _rfm_lines(found: _Found, lang: Lang) -> list[str]:
    rows = [[CLASS.text(lang), *map(str, range(1, CLASSES + 1))]]
    rows += [[letter.upper(), *(f"{size:,}" for size in sizes)] for letter, sizes in _rfm_sizes(found).items()]
    counted = Counter(one["segment"] for one in found.rfm.values())
    segments = [[one.label.text(lang), f"{counted[one.id]:,}"] for one in RFM_SEGMENTS]
    return [*_aligned(rows), "", *_aligned(segments)]


def _level_names(found: _Found, lang: Lang) -> dict[str, str]:
    return {one.id: one.label.text(lang) if one.label else one.id for one in found.policy.levels}


def _tier_lines(found: _Found, figures: TierFigures, lang: Lang) -> list[str]:
    rows = [[AFTER.text(lang), *_level_names(found, lang).values()]]
    for day, counts in zip(figures.days, figures.counts, strict=True):
        rows.append([str(day - timedelta(days=1)), *(f"{count:,}" for count in counts.values())])
    return _aligned(rows)


def _why_lines(found: _Found, replay: TierReplay, customer: str, lang: Lang) -> list[str]:
    profile, decision, names = found.profiles[customer], found.rfm[customer], _level_names(found, lang)
    assigned = assign_tier(found.policy, found.histories[customer], as_of=found.morning)
    segment = segment_of(int(decision["code"])).label.text(lang)
    abc = found.abc[customer]["abc_class"]
    lines = [
        BOUGHT.text(lang).format(
            days=profile.recency_days,
            purchases=profile.purchase_days,
            money=profile.monetary,
            code=decision["code"],
            segment=segment,
            abc=abc,
        ),
        HISTORY.text(lang).format(
            path=" → ".join(names.get(replay.tier(customer, day) or "", "-") for day in found.reviews)
        ),
        TIER.text(lang).format(
            tier=names[assigned.tier],
            since=assigned.valid_from,
            until="-" if assigned.valid_until is None else assigned.valid_until - timedelta(days=1),
            reason=assigned.reason.text(lang),
        ),
    ]
    comma, colon = {"en": ("; ", ": "), "zh": ("；", "：")}[lang]
    for wanted, tier, needs in (
        (TO_KEEP, assigned.tier, assigned.needed_to_keep),
        (TO_RISE, assigned.next_tier, assigned.needed_for_next),
    ):
        if tier is not None and needs:
            lines.append(
                wanted.text(lang).format(tier=names[tier]) + colon + comma.join(need.text(lang) for need in needs)
            )
    return [*lines, "", *decision.explain().text(lang).splitlines()]


def _what_if_lines(compared: TierComparison, lang: Lang) -> list[str]:
    comparison = compared.comparison
    lines = comparison.migration("tier").text(lang).splitlines()
    lines += [one.text(lang) for one in comparison.reversals]
    return [*lines, *(mover.text(lang) for mover in comparison.movers[:SHOWN])]


def _stability_lines(found: _Found, figures: Mapping[str, TierFigures], lang: Lang) -> list[str]:
    names = [f"{FINAL.text(lang)}: {name}" for name in _level_names(found, lang).values()]
    rows = [[RULE.text(lang), CHANGES.text(lang), REVERSALS.text(lang), *names]]
    for name, one in figures.items():
        numbers = (one.changes, one.reversals, *one.counts[-1].values())
        rows.append([DOWNGRADES[name][0].text(lang), *(f"{number:,}" for number in numbers)])
    return _aligned(rows)


def _contact_lines(found: _Found, replay: TierReplay, lang: Lang) -> list[str]:
    tiers = {customer: tier for customer, tier in replay.tiers(found.morning).items() if tier is not None}
    return contact_lines(contacts(found.shop.ledger, tiers, as_of=found.as_of), lang, shown=SHOWN)


def _ageing_lines(found: _Found, lang: Lang) -> list[str]:
    """Return a line for each of those who owe most, and one for everybody."""
    shop = found.shop
    if not shop.on_account:
        return [NO_AGEING.text(lang)]
    owed = [receivables(shop.ledger, one, as_of=found.as_of, currency=shop.currency) for one in found.rfm]
    aged = sorted(
        (age(one) for one in owed if one.items or one.unallocated.amount), key=lambda one: _by_debt(one.receivables)
    )
    if not aged:
        return [ALL.text(lang).format(count=0)]
    heads = [bucket.label.text(lang) for bucket in aged[0].buckets]
    rows = [[CUSTOMER.text(lang), *heads, UNALLOCATED.text(lang), OWED.text(lang)]]
    amounts = [
        [*(bucket.amount for bucket in one.buckets), -one.receivables.unallocated, one.receivables.outstanding]
        for one in aged
    ]
    for one, row in zip(aged[:SHOWN], amounts, strict=False):
        rows.append([one.receivables.customer, *map(_number, row)])
    sums = [total(column, shop.currency) for column in zip(*amounts, strict=True)]
    rows.append([ALL.text(lang).format(count=len(aged)), *map(_number, sums)])
    return _aligned(rows)


def _by_debt(owed: Receivables) -> tuple[object, str]:
    return -owed.outstanding.amount, owed.customer


def _number(amount: sr.Money) -> str:
    """Return an amount with the decimals of its currency, which the heading names."""
    return str(amount).removeprefix(amount.currency).strip()


def _notes(shop: Shop, lang: Lang) -> list[str]:
    read = READ.text(lang).format(rows=f"{shop.rows:,}", refused=len(shop.refusals))
    return [read, *(f"  {refusal.text(lang)}" for refusal in shop.refusals)]


def _section(title: str, lines: Iterable[str]) -> None:
    print("", f"== {title}", *lines, sep="\n")


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return rows as lines: the first column to the left, numbers to the right; a wide character takes two places."""
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    lines = []
    for first, *rest in rows:
        cells = [first + " " * (widths[0] - _width(first))]
        cells += [" " * (width - _width(cell)) + cell for cell, width in zip(rest, widths[1:], strict=True)]
        lines.append("  ".join(cells))
    return lines


def _width(text: str) -> int:
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Class and tier customers, and compare rules for losing a tier.")
    sample = HERE / "data" / "customer_purchases.csv"
    what = "purchases in CSV, or CDNOW_master.txt; else the sample"
    parser.add_argument("file", type=Path, nargs="?", default=sample, metavar="FILE", help=what)
    parser.add_argument("--as-of", type=_day, metavar="DATE", help="last day that counts, else the last of the file")
    parser.add_argument("--lang", choices=LANGS, default="en")
    parser.add_argument("--json", action="store_true", help="print class sizes and stability as JSON, notes to stderr")
    parser.add_argument("--explain", metavar="CUSTOMER_ID", help="whose class and tier to explain")
    return parser.parse_args(arguments)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date such as 2026-01-31") from None


if __name__ == "__main__":
    sys.exit(main())
