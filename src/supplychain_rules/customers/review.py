"""The periodic review of customers as a rule set: tier, margin, payment and satisfaction, and what follows from them.

A tier says what a customer buys; it does not say whether the business is worth having. The review joins it with the
margin, with how the customer pays and with what it thinks of us into one class, and with it a recommended consequence:

- `invest`: a good customer of a good margin that pays, so grow with it;
- `keep`: nothing has to change;
- `reprice`: it is served below the margin that its tier is worth;
- `shorten_terms`: it pays late, so it gets less time or pays in advance;
- `leave`: it is small, brings a loss and pays late, so nothing is lost by leaving.

What is not known is a band of its own and never a bad mark: a customer without an answer is neither content nor
unhappy. The rows say which consequence comes first where several would be due; money lost on every sale comes before
money that comes late. The thresholds are the caller's; those given here are a beginning and no standard.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final, Literal, get_args

from supplychain_rules.customers.profile import Profile, profile_record
from supplychain_rules.errors import InvalidValueError
from supplychain_rules.values.label import Label
from supplychain_rules.values.scaled import exact_number, number_text

__all__ = ["CONSEQUENCES", "Consequence", "review_record", "review_rules"]

#: What is recommended.
Consequence = Literal["invest", "keep", "reprice", "shorten_terms", "leave"]

#: The consequences, the friendliest first.
CONSEQUENCES: Final[tuple[Consequence, ...]] = get_args(Consequence)

#: What a review reads of a profile, beside the tier.
_READ: Final = ("margin_rate", "paid_on_time_rate", "satisfaction", "open_complaints")

#: The classes, with their names in English and Chinese.
_CLASSES: Final = (
    ("partner", Label("Partner", "战略伙伴客户")),
    ("endangered", Label("Endangered", "关系受损客户")),
    ("sound", Label("Sound", "健康客户")),
    ("underpriced", Label("Underpriced", "价格偏低客户")),
    ("slow_payer", Label("Slow payer", "付款迟缓客户")),
    ("burden", Label("Burden", "亏损负担客户")),
)


def review_rules(  # noqa: PLR0913  each threshold is a word of its own
    *,
    tiers: Sequence[str] = ("gold", "silver", "basic"),
    margins: Sequence[object] = ("0.25", "0.10", "0"),
    on_time: Sequence[object] = ("0.95", "0.80"),
    satisfaction: Sequence[object] = ("75", "50"),
    name: str = "customer-review",
    version: str = "1",
) -> dict[str, Any]:
    """Return the rule set as plain data: outputs `margin_band`, `payment_band`, `mood`, `review_class`, `consequence`.

    Args:
        tiers: the names of the tiers, best first, at least two.
        margins: the least margin rate that is high, fair, and thin; below it is a loss.
        on_time: the least share of invoices paid by their due day that is punctual, and fair; below it is late.
        satisfaction: the least satisfaction of 100 of a content customer, and of one in two minds.
        name: the rule set's id.
        version: its version.

    Raises:
        InvalidValueError: fewer than two tiers or one twice, or thresholds that do not fall.

    >>> from supplychain_rules.rules.codec import load_policy
    >>> from supplychain_rules.rules.evaluate import evaluate
    >>> found = evaluate(load_policy(review_rules()), {"tier": "gold", "margin_rate": "0.31",
    ...     "paid_on_time_rate": "0.97", "satisfaction": 82, "open_complaints": 0})
    >>> found["review_class"], found["consequence"]
    ('partner', 'invest')
    """
    ranks = tuple(tiers)
    if isinstance(tiers, str) or len(ranks) < 2 or len(set(ranks)) != len(ranks):
        raise InvalidValueError("tiers are at least two different names, best first", tiers)
    high, fair, thin = _falling("margins", margins, 3)
    punctual, tolerable = _falling("on_time", on_time, 2)
    content, mixed = _falling("satisfaction", satisfaction, 2)
    return {
        "schema": "supplychain-rules/1",
        "id": name,
        "version": version,
        "label": Label("Periodic customer review", "客户定期评审").plain(),
        "inputs": {
            "tier": {"type": "choice", "options": list(ranks), "label": Label("Customer tier", "客户等级").plain()},
            "margin_rate": _rate("-1000000", "1", "Margin rate", "毛利率"),
            "paid_on_time_rate": _rate("0", "1", "Share of invoices paid on time", "按时付款率"),
            "satisfaction": {
                **_rate("0", "100", "Satisfaction", "客户满意度"),
                "decimals": 2,
            },
            "open_complaints": {
                "type": "integer",
                "min": 0,
                "max": 10_000,
                "label": Label("Open complaints", "未结投诉数").plain(),
            },
        },
        "steps": [
            _ladder("margin_band", "margin_rate", {"high": high, "fair": fair, "thin": thin}, "loss", "毛利档"),
            _ladder("payment_band", "paid_on_time_rate", {"punctual": punctual, "fair": tolerable}, "late", "付款档"),
            _ladder("mood", "satisfaction", {"content": content, "mixed": mixed}, "unhappy", "满意度档"),
            _table(ranks),
        ],
    }


def review_record(profile: Profile, tier: str) -> dict[str, object]:
    """Return what the review reads of a customer: its tier, and its profile.

    >>> from datetime import date
    >>> from supplychain_rules.values.money import Money
    >>> nothing = Money("0", "EUR")
    >>> review_record(Profile(customer="C1", as_of=date(2026, 7, 1), gross=nothing, returned=nothing,
    ...     cost_of_goods=None, cost_to_serve=nothing), "basic")["satisfaction"] is None
    True
    """
    return {"tier": tier, **profile_record(profile, _READ)}


def _table(tiers: Sequence[str]) -> dict[str, Any]:
    best, last = tiers[0], tiers[-1]
    rows = [
        _row("leave", "burden", "leave", ("Small, at a loss, and pays late", "规模小、亏损且付款迟缓"))
        | {"when": {"tier": last, "margin_band": "loss", "payment_band": "late"}},
        _row("loss", "underpriced", "reprice", ("Sold at a loss", "亏损销售")) | {"when": {"margin_band": "loss"}},
        _row("late", "slow_payer", "shorten_terms", ("Pays late", "付款迟缓")) | {"when": {"payment_band": "late"}},
        _row("thin", "underpriced", "reprice", ("A thin margin below the best tier", "非最高等级且毛利偏低"))
        | {"when": {"tier": f"not({best})", "margin_band": "thin"}},
        _row("unhappy", "endangered", "invest", ("A best customer that is unhappy", "最高等级客户不满意"))
        | {"when": {"tier": best, "mood": "unhappy"}},
        _row("complains", "endangered", "invest", ("A best customer with an open complaint", "最高等级客户有未结投诉"))
        | {"when": {"tier": best, "open_complaints": ">= 1"}},
        _row("partner", "partner", "invest", ("A good margin, paid in time", "毛利良好且按时付款"))
        | {"when": {"tier": f"not({last})", "margin_band": "high", "payment_band": "punctual", "mood": "not(unhappy)"}},
    ]
    names = [class_ for class_, _ in _CLASSES]
    return {
        "kind": "table",
        "id": "review",
        "hit": "first",
        "when": ["tier", "margin_band", "payment_band", "mood", "open_complaints"],
        "outputs": {
            "review_class": {"type": "choice", "options": names, "label": Label("Review class", "评审类别").plain()},
            "consequence": {
                "type": "choice",
                "options": list(CONSEQUENCES),
                "label": Label("Recommended consequence", "建议措施").plain(),
            },
        },
        "rows": rows,
        "otherwise": {"review_class": "sound", "consequence": "keep"},
    }


def _row(name: str, class_: str, consequence: Consequence, label: tuple[str, str]) -> dict[str, Any]:
    return {"id": name, "then": {"review_class": class_, "consequence": consequence}, "label": Label(*label).plain()}


def _ladder(name: str, of: str, froms: dict[str, str], rest: str, zh: str) -> dict[str, Any]:
    bands = [{"name": band, "from": least} for band, least in froms.items()]
    return {
        "kind": "ladder",
        "id": name,
        "of": of,
        "bands": [*bands, {"name": rest}],
        "if_unknown": "unknown",
        "label": Label(name.replace("_", " ").capitalize(), zh).plain(),
    }


def _rate(low: str, high: str, en: str, zh: str) -> dict[str, Any]:
    return {"type": "number", "decimals": 4, "min": low, "max": high, "optional": True, "label": Label(en, zh).plain()}


def _falling(what: str, given: Sequence[object], count: int) -> tuple[str, ...]:
    values = [] if isinstance(given, str) else [exact_number(value) for value in given]
    if len(values) != count or any(one <= other for one, other in pairwise(values)):
        raise InvalidValueError(f"{what} are {count} thresholds that fall", given, hint="the best first")
    return tuple(number_text(value) for value in values)
