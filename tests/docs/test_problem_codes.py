"""Every code of a problem stands in docs/reference/problems.md, and every code there is still in use."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

#: A code: lower-case words joined by underscores.
CODE = re.compile(r"[a-z][a-z_]+")

#: Functions that take a code as their first or second positional argument.
REFUSING = frozenset({"refuse", "_fail", "_refusal", "_BadCellError"})

DOCUMENTED = re.compile(r"^### `([a-z_]+)`$", re.MULTILINE)


def codes_emitted() -> dict[str, str]:
    """Return every code that the source can put into a problem, and one place that does."""
    found: dict[str, str] = {}
    for file in sorted((ROOT / "src").rglob("*.py")):
        tree = ast.parse(file.read_text("utf-8"))
        constants = named_constants(tree)
        for node in ast.walk(tree):
            for code in codes_of(node, constants):
                found.setdefault(code, f"{file.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}")
    return found


def named_constants(tree: ast.Module) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in tree.body:
        match node:
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.Constant(value=str(text))):
                found[name] = text
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str(text))):
                found[name] = text
    return found


def codes_of(node: ast.AST, constants: dict[str, str]) -> set[str]:
    match node:
        case ast.Call(args=arguments, keywords=keywords):
            codes = {code for keyword in keywords if keyword.arg == "code" for code in texts(keyword.value, constants)}
            named_elsewhere = arguments and isinstance(arguments[0], ast.Name) and arguments[0].id == "code"
            if name_of(node.func) in REFUSING and not named_elsewhere:
                given = [found for argument in arguments[:2] if (found := texts(argument, {}))]
                codes |= given[0] if given else set()
            return codes
        case ast.Assign(targets=[ast.Name(id="code")], value=value):
            return texts(value, constants)
        case _:
            return set()


def name_of(function: ast.expr) -> str:
    match function:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
        case _:
            return ""


def texts(value: ast.expr, constants: dict[str, str]) -> set[str]:
    match value:
        case ast.Name(id=name) if name in constants:
            return {constants[name]}
        case ast.Constant(value=str(text)) if CODE.fullmatch(text):
            return {text}
        case ast.IfExp(body=one, orelse=other):
            return texts(one, constants) | texts(other, constants)
        case _:
            return set()


def codes_documented() -> list[str]:
    return DOCUMENTED.findall((ROOT / "docs" / "reference" / "problems.md").read_text("utf-8"))


def test_the_scan_finds_codes_of_every_way_to_report_a_problem() -> None:
    some_of_each = {"unknown_key", "bad_cell", "overflow", "required", "rows_conflict", "contradiction", "bad_name"}

    assert some_of_each <= codes_emitted().keys()


def test_every_code_that_the_source_emits_is_documented() -> None:
    emitted, documented = codes_emitted(), codes_documented()

    assert {} == {code: place for code, place in emitted.items() if code not in documented}


def test_no_code_is_documented_that_the_source_no_longer_emits() -> None:
    assert [] == [code for code in codes_documented() if code not in codes_emitted()]


def test_every_code_is_documented_once() -> None:
    documented = codes_documented()

    assert sorted(set(documented)) == sorted(documented)
