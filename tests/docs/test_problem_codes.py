"""Every code of a problem stands in docs/reference/problems.md, and every code there is still in use."""

import ast
import functools
import re
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

#: A code: lower-case words joined by underscores.
CODE = re.compile(r"[a-z][a-z_]+")

DOCUMENTED = re.compile(r"^### `([a-z_]+)`$", re.MULTILINE)


@functools.cache
def codes_emitted() -> dict[str, str]:
    """Return every code that the source can put into a problem, and one place that does."""
    trees = {file: ast.parse(file.read_text("utf-8")) for file in sorted((ROOT / "src").rglob("*.py"))}
    positions = positions_of_codes(trees.values())
    found: dict[str, str] = {}
    for file, tree in trees.items():
        constants = named_constants(tree)
        for node in ast.walk(tree):
            for code in codes_of(node, positions, constants):
                found.setdefault(code, f"{file.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}")
    return found


def positions_of_codes(trees: Iterable[ast.Module]) -> dict[str, list[int]]:
    """Return where functions of each name take their parameter `code`, a class by its `__init__`."""
    positions: dict[str, set[int]] = {}
    for tree in trees:
        for node in ast.walk(tree):
            functions = node.body if isinstance(node, ast.ClassDef) else [node]
            for function in functions:
                if isinstance(function, ast.FunctionDef):
                    names = [argument.arg for argument in function.args.args if argument.arg != "self"]
                    called = (
                        node.name if isinstance(node, ast.ClassDef) and function.name == "__init__" else function.name
                    )
                    if "code" in names:
                        positions.setdefault(called, set()).add(names.index("code"))
    return {name: sorted(found) for name, found in positions.items()}


def named_constants(tree: ast.Module) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in tree.body:
        match node:
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.Constant(value=str(text))):
                found[name] = text
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str(text))):
                found[name] = text
    return found


def codes_of(node: ast.AST, positions: dict[str, list[int]], constants: dict[str, str]) -> set[str]:
    match node:
        case ast.Call(func=function, args=arguments, keywords=keywords):
            codes = {code for keyword in keywords if keyword.arg == "code" for code in texts(keyword.value, constants)}
            for position in positions.get(name_of(function), []):
                given = arguments[position] if position < len(arguments) else None
                if isinstance(given, ast.Name) and given.id == "code":
                    break  # passed on: whoever calls the caller says which
                if given is not None and (found := texts(given, constants)):
                    codes |= found
                    break  # functions of one name may take it at different places; the first one that fits is it
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
