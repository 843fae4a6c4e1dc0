"""ABC analysis of customers as a rule set: the few that bring most of the money, and the many that bring the rest.

A customer is A while those with strictly more money bring less than 80 % of all of it, B while they bring less than
95 %, else C. So the one that crosses 80 % is still A, and customers of equal money are always in one class: the cut
never falls inside a tie.

The classes are relative: if the others grow, a customer falls from A to B without having done anything. `frozen_abc`
turns the classes of one population into amounts, so that in the next period only the customer's own money counts.

Source: V. Pareto's law of unequal shares; H. F. Dickie, ABC Inventory Analysis Shoots for Dollars, Not Pennies (1951).
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.rules.codec import load_policy
from supplychain_rules.rules.evaluate import evaluate_all
from supplychain_rules.values.label import Label
from supplychain_rules.values.scaled import check_whole, exact_number, number_text

__all__ = ["ABC_CLASSES", "abc_rules", "frozen_abc"]

#: The classes, the best first.
ABC_CLASSES: Final = ("A", "B", "C")

#: The largest money: ten milliards with four places stay below the 2**50 that every engine holds exactly.
_MOST_MONEY: Final = 10_000_000_000

#: Places of the share: a hundredth of a per cent of a customer among ten thousand.
_DECIMALS: Final = 4


def abc_rules(  # noqa: PLR0913  each choice is a word of its own
    *,
    a: object = "0.80",
    b: object = "0.95",
    of: str = "monetary",
    money_decimals: int = 2,
    name: str = "abc",
    version: str = "1",
) -> dict[str, Any]:
    """Return the rule set as plain data: outputs `share`, `share_before` and `abc_class`.

    Money below zero, of a customer that returned more than it bought, counts as none.

    Args:
        a: a customer is A while those with more money have less than this share of all, above 0.
        b: the same of B; above `a` and below 1, to four decimals.
        of: the name of the input, as `monetary` or `margin`.
        money_decimals: the places of the money.
        name: the rule set's id.
        version: its version.

    Raises:
        InvalidValueError: shares that do not rise, or have more than four decimals.

    >>> [row["when"] for row in abc_rules()["steps"][-1]["rows"]]
    [{'share_before': '< 0.8'}, {'share_before': '[0.8..0.95)'}, {'share_before': '>= 0.95, missing'}]
    """
    first, second = (number_text(cut) for cut in _cuts(a, b))
    outputs = {
        "abc_class": {"type": "choice", "options": list(ABC_CLASSES), "label": Label("ABC class", "ABC 分类").plain()}
    }
    cells = ("< " + first, f"[{first}..{second})", f">= {second}, missing")
    return {
        **_head(of, money_decimals, name, version),
        "steps": [
            {
                "kind": "formula",
                "id": "value",
                "formula": f"max(0, {of})",
                "label": Label("Money, none below zero", "金额（负值计零）").plain(),
            },
            {
                "kind": "share",
                "id": "share",
                "of": "value",
                "decimals": _DECIMALS,
                "label": Label("Share of all money", "金额占比").plain(),
            },
            {
                "kind": "table",
                "id": "pareto",
                "hit": "unique",
                "when": ["share_before"],
                "outputs": outputs,
                "rows": [
                    {"id": class_.lower(), "when": {"share_before": cell}, "then": {"abc_class": class_}}
                    for class_, cell in zip(ABC_CLASSES, cells, strict=True)
                ],
            },
        ],
    }


def frozen_abc(rules: Mapping[str, Any], records: Iterable[Mapping[str, object]], *, version: str) -> dict[str, Any]:
    """Return the rule set with the classes of one population as amounts: A from the least money of an A on.

    On the records it was made from it decides as the rules do; afterwards a customer changes its class because it did.

    Args:
        rules: what `abc_rules` returned.
        records: the population.
        version: the version of the new rule set.

    Raises:
        InvalidValueError: no record has money above zero.
        InputError: some records are wrong.

    >>> records = [{"monetary": amount} for amount in (700, 200, 60, 40)]
    >>> frozen_abc(abc_rules(), records, version="2")["steps"][0]["bands"]
    [{'name': 'A', 'from': '200'}, {'name': 'B', 'from': '60'}, {'name': 'C'}]
    """
    policy = load_policy(rules)
    (of,) = (declared.name for declared in policy.inputs)
    least: dict[str, Decimal] = {}
    for decision in evaluate_all(policy, records):
        class_, value = decision["abc_class"], decision["value"]
        least[class_] = min(value, least.get(class_, value))
    if ABC_CLASSES[0] not in least:
        raise InvalidValueError("no record has money above zero, so there is no A", hint="give a population with sales")
    bands: list[dict[str, str]] = [
        {"name": class_, "from": number_text(least[class_])} for class_ in ABC_CLASSES[:-1] if class_ in least
    ]
    declared = rules["inputs"][of]
    return {
        **_head(of, declared["decimals"], rules["id"], version),
        "steps": [
            {
                "kind": "ladder",
                "id": "abc_class",
                "of": of,
                "bands": [*bands, {"name": ABC_CLASSES[-1]}],
                "label": Label("ABC class by fixed amounts", "ABC 分类（固定金额）").plain(),
            }
        ],
    }


def _cuts(a: object, b: object) -> tuple[Decimal, Decimal]:
    first, second = exact_number(a), exact_number(b)
    if not 0 < first < second < 1:
        raise InvalidValueError("the shares rise from above 0 to below 1", f"{first}, {second}", hint="as 0.80, 0.95")
    for cut in (first, second):
        if (Fraction(cut) * 10**_DECIMALS).denominator != 1:
            raise InvalidValueError(f"a share has at most {_DECIMALS} decimals", str(cut))
    return first, second


def _head(of: str, money_decimals: int, name: str, version: str) -> dict[str, Any]:
    check_whole("money_decimals", money_decimals, least=0, most=4)
    return {
        "schema": "supplychain-rules/1",
        "id": name,
        "version": version,
        "label": Label("ABC analysis of customers", "客户 ABC 分析").plain(),
        "inputs": {
            of: {
                "type": "number",
                "decimals": money_decimals,
                "min": -_MOST_MONEY,
                "max": _MOST_MONEY,
                "label": Label("Money net of returns", "净购买金额").plain(),
            }
        },
    }
