"""The same rule set for other engines: zen-engine, rule-engine, simpleeval and JSONLogic.

The formulas are written once, as a small tree, and rendered in each engine's own syntax; zen gets its decision
table as well. As none of the four has scaled decimals, a score that leaves out what is missing, or a ladder, these are
spelled out in whole numbers, so that every peer gives the exact answer and does the same work. Texts are
compiled before the clock starts wherever an engine can do that.
"""

import importlib
import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from workload import OUTPUTS, RULES, Answer, Record

__all__ = ["PEERS", "Contestant", "peer"]

#: A contestant: from a record to an answer.
Contestant = Callable[[Record], Answer]

#: A formula: a number, text, boolean or None, `("var", name)`, or an operator and its operands.
Tree = Any

_INPUTS: Final = tuple(RULES["inputs"])
_TABLE: Final = RULES["steps"][-1]


def _units(name: str, power: int) -> Tree:
    """Return an input in whole units, rounded half up; missing stays missing."""
    scaled = ("+", ("*", ("var", name), power), 0.5) if power > 1 else ("+", ("var", name), 0.5)
    return ("if", ("==", ("var", name), None), None, ("floor", scaled, 1))


def _steps(points: tuple[tuple[str, int, tuple[Tree, ...]], ...]) -> list[tuple[str, Tree]]:
    """Return the scorecard: for each criterion its points, or 0 where missing; then weight, total and score."""
    steps: list[tuple[str, Tree]] = []
    for name, _, branches in points:
        steps.append((f"{name}_points", ("if", ("==", ("var", name), None), 0, *branches)))
    weights = [("if", ("==", ("var", name), None), 0, weight) for name, weight, _ in points]
    total = [("*", weight, ("var", f"{name}_points")) for name, weight, _ in points]
    steps.append(("weight", ("+", *weights)))
    steps.append(("numerator", ("+", *total, ("*", 50, ("var", "weight")))))
    score = ("floor", ("var", "numerator"), ("*", 100, ("var", "weight")))
    steps.append(("performance", ("if", ("<", ("var", "weight"), 60), None, score)))
    return steps


_Q, _T, _S, _P, _D = (("var", name) for name in ("q", "t", "s", "p", "d"))
_PERFORMANCE: Final = ("var", "performance")

_POINTS: Final = (
    ("q", 35, ((">=", _Q, 10_000), 1_000_000, (">", _Q, 9_000), ("*", ("-", _Q, 9_000), 1_000), 0)),
    (
        "t",
        30,
        (
            *((">=", _T, 9_000), ("+", 600_000, ("*", ("-", _T, 9_000), 400))),
            *((">", _T, 7_000), ("*", ("-", _T, 7_000), 300)),
            0,
        ),
    ),
    ("s", 15, ((">=", _S, 45), 1_000_000, (">=", _S, 30), 600_000, 0)),
    (
        "p",
        10,
        (
            *(("<=", _P, 930), 1_000_000),
            *(("<", _P, 1_200), ("floor", ("+", ("*", ("-", 1_200, _P), 1_000_000), 135), 270)),
            0,
        ),
    ),
    ("d", 10, (("<=", _D, 50), 1_000_000, ("<=", _D, 500), 750_000, ("<=", _D, 3_000), 400_000, 0)),
)

#: Every formula in order; each may read the inputs and the formulas before it.
_FORMULAS: Final[list[tuple[str, Tree]]] = [
    ("q", _units("quality", 10_000)),
    ("t", _units("on_time", 10_000)),
    ("s", _units("service", 10)),
    ("p", _units("price_index", 1_000)),
    ("d", _units("ppm", 1)),
    (
        "qualified",
        (
            "if",
            *(("==", ("var", "certified"), False), "fail"),
            *(("==", _Q, None), "refer"),
            *(("<", _Q, 8_500), "fail"),
            *(("==", ("var", "certified"), None), "refer"),
            "pass",
        ),
    ),
    *_steps(_POINTS),
    (
        "grade",
        (
            "if",
            *(("==", _PERFORMANCE, None), "unrated"),
            *((">=", _PERFORMANCE, 9_000), "A"),
            *((">=", _PERFORMANCE, 7_500), "B"),
            *((">=", _PERFORMANCE, 6_000), "C"),
            "D",
        ),
    ),
    (
        "shortfall",
        ("if", ("==", _PERFORMANCE, None), None, (">=", _PERFORMANCE, 9_000), 0, ("-", 9_000, _PERFORMANCE)),
    ),
]


def _row_test(when: Mapping[str, str]) -> Tree:
    tests: list[Tree] = []
    for column, cell in when.items():
        if cell.startswith(">= "):
            tests.append((">=", ("var", column), int(cell[3:])))
        elif ", " in cell:
            tests.append(("in", ("var", column), cell.split(", ")))
        else:
            tests.append(("==", ("var", column), cell))
    return tests[0] if len(tests) == 1 else ("and", *tests)


_OUTCOMES: Final = tuple(
    (then["action"], round(float(then["order_share_change"]) * 100))
    for then in (*(row["then"] for row in _TABLE["rows"]), _TABLE["otherwise"])
)


def _row() -> Tree:
    """Return the table as one formula for the engines without tables: the place of the first row that hits."""
    branches = [part for place, row in enumerate(_TABLE["rows"]) for part in (_row_test(row["when"]), place)]
    return ("if", *branches, len(_TABLE["rows"]))


def _python(tree: Tree) -> str:
    """Render a formula for simpleeval, which has no lists."""
    match tree:
        case ("in", left, options):
            return f"({' or '.join(_python(('==', left, option)) for option in options)})"
        case ("var", name):
            return str(name)
        case ("if", otherwise):
            return _python(otherwise)
        case ("if", test, then, *rest):
            return f"({_python(then)} if {_python(test)} else {_python(('if', *rest))})"
        case ("floor", over, 1):
            return f"int({_python(over)})"
        case ("floor", over, under):
            return f"({_python(over)} // {_python(under)})"
        case ("==", left, None):
            return f"({_python(left)} is None)"
        case ("==", left, False):
            return f"({_python(left)} is False)"
        case (operator, *operands):
            return f"({f' {operator} '.join(_python(operand) for operand in operands)})"
        case _:
            return repr(tree)


def _rule_engine(tree: Tree) -> str:
    """Render a formula for rule-engine."""
    match tree:
        case list():
            return json.dumps(tree)
        case ("var", name):
            return str(name)
        case ("if", otherwise):
            return _rule_engine(otherwise)
        case ("if", test, then, *rest):
            return f"({_rule_engine(test)} ? {_rule_engine(then)} : {_rule_engine(('if', *rest))})"
        case ("floor", over, under):
            return f"({_rule_engine(over)} // {_rule_engine(under)})"
        case (operator, *operands):
            return f"({f' {operator} '.join(_rule_engine(operand) for operand in operands)})"
        case _:
            return json.dumps(tree)


def _zen(tree: Tree) -> str:
    """Render a formula for zen-engine, whose expression nodes call their earlier results `$.name`."""
    match tree:
        case list():
            return json.dumps(tree)
        case ("var", name):
            return str(name) if name in _INPUTS else f"$.{name}"
        case ("if", otherwise):
            return _zen(otherwise)
        case ("if", test, then, *rest):
            return f"({_zen(test)} ? {_zen(then)} : {_zen(('if', *rest))})"
        case ("floor", over, 1):
            return f"floor({_zen(over)})"
        case ("floor", over, under):
            return f"floor({_zen(over)} / {_zen(under)})"
        case (operator, *operands):
            return f"({f' {operator} '.join(_zen(operand) for operand in operands)})"
        case _:
            return json.dumps(tree)


def _json_logic(tree: Tree) -> Tree:
    """Render a formula for JSONLogic: it has no floor, and its `==` takes null and false for equal."""
    match tree:
        case list():
            return tree
        case ("var", name):
            return {"var": name}
        case ("floor", over, under):
            whole = {"-": [_json_logic(over), {"%": [_json_logic(over), _json_logic(under)]}]}
            return whole if under == 1 else {"/": [whole, _json_logic(under)]}
        case ("==", left, right):
            return {"===": [_json_logic(left), _json_logic(right)]}
        case (operator, *operands):
            return {operator: [_json_logic(operand) for operand in operands]}
        case _:
            return tree


def _answer(values: Mapping[str, Any]) -> Answer:
    """Collect the answer of an engine that gave the place of the table's row."""
    action, change = _OUTCOMES[int(values["row"])]
    return {
        "qualified": values["qualified"],
        "performance": values["performance"],
        "grade": values["grade"],
        "shortfall": values["shortfall"],
        "action": action,
        "order_share_change": change,
    }


_ABSENT: Final = dict.fromkeys(_INPUTS)


def _with_simpleeval() -> Contestant:
    simpleeval = importlib.import_module("simpleeval")
    engine = simpleeval.SimpleEval(functions={"int": int})
    texts = [(name, _python(tree)) for name, tree in (*_FORMULAS, ("row", _row()))]
    parsed = [(name, text, engine.parse(text)) for name, text in texts]

    def decide(record: Record) -> Answer:
        names = {**_ABSENT, **record}
        engine.names = names
        for name, text, tree in parsed:
            names[name] = engine.eval(text, previously_parsed=tree)
        return _answer(names)

    return decide


def _with_rule_engine() -> Contestant:
    rule_engine = importlib.import_module("rule_engine")
    rules = [(name, rule_engine.Rule(_rule_engine(tree))) for name, tree in (*_FORMULAS, ("row", _row()))]

    def decide(record: Record) -> Answer:
        values = {**_ABSENT, **record}
        for name, rule in rules:
            values[name] = rule.evaluate(values)
        return _answer(values)

    return decide


def _with_json_logic() -> Contestant:
    json_logic = importlib.import_module("json_logic")
    rules = [(name, _json_logic(tree)) for name, tree in (*_FORMULAS, ("row", _row()))]

    def decide(record: Record) -> Answer:
        values = dict(record)
        for name, rule in rules:
            values[name] = json_logic.jsonLogic(rule, values)
        return _answer(values)

    return decide


def _with_zen() -> Contestant:
    zen = importlib.import_module("zen")
    decision = zen.ZenEngine().create_decision(json.dumps(_zen_graph()))

    def decide(record: Record) -> Answer:
        result = decision.evaluate(record)["result"]
        return {name: result.get(name) for name in OUTPUTS}  # zen leaves out what is null

    return decide


def _zen_graph() -> dict[str, Any]:
    """Return the decision graph: formulas, then the table with zen's own hit policy `first`."""
    formulas = [{"id": name, "key": name, "value": _zen(tree)} for name, tree in _FORMULAS]
    columns = [{"id": f"in_{name}", "name": name, "type": "expression", "field": name} for name in _TABLE["when"]]
    outputs = [{"id": f"out_{name}", "name": name, "type": "expression", "field": name} for name in _TABLE["outputs"]]
    rows = [
        {
            "_id": row["id"],
            **{f"in_{name}": _zen_cell(row["when"].get(name, "")) for name in _TABLE["when"]},
            **{f"out_{name}": _zen_value(value) for name, value in row["then"].items()},
        }
        for row in (*_TABLE["rows"], {"id": "otherwise", "when": {}, "then": _TABLE["otherwise"]})
    ]
    table = {"hitPolicy": "first", "passThrough": True, "inputs": columns, "outputs": outputs, "rules": rows}
    return {
        "nodes": [
            {"id": "input", "name": "input", "type": "inputNode"},
            {
                "id": "formulas",
                "name": "formulas",
                "type": "expressionNode",
                "content": {"expressions": formulas, "passThrough": True},
            },
            {"id": "table", "name": "table", "type": "decisionTableNode", "content": table},
            {"id": "output", "name": "output", "type": "outputNode"},
        ],
        "edges": [
            {"id": f"{source}_{target}", "sourceId": source, "targetId": target, "type": "edge"}
            for source, target in (("input", "formulas"), ("formulas", "table"), ("table", "output"))
        ],
    }


def _zen_cell(cell: str) -> str:
    if not cell or cell.startswith(">= "):
        return cell
    return ", ".join(json.dumps(option) for option in cell.split(", "))


def _zen_value(value: str) -> str:
    """Render a value of an output column: an option as text, a change as a whole number of hundredths."""
    return json.dumps(value) if value.isalpha() else str(round(float(value) * 100))


_MAKERS: Final[Mapping[str, Callable[[], Contestant]]] = {
    "zen-engine": _with_zen,
    "rule-engine": _with_rule_engine,
    "simpleeval": _with_simpleeval,
    "json-logic-qubit": _with_json_logic,
}

#: The peers by the names of their distributions; the `bench` extra installs them.
PEERS: Final = tuple(_MAKERS)


def peer(name: str) -> Contestant | None:
    """Return a peer ready to decide, or None where it is not installed."""
    try:
        return _MAKERS[name]()
    except ModuleNotFoundError:
        return None
