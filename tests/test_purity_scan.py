"""The library does no I/O and knows no clock and no chance: shown by reading every line of its source.

`test_purity.py` shows the same at run time. A scan that finds nothing proves nothing, so the second half
of this file shows that the scan finds what it looks for.
"""

import ast
import sys
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "src" / "supplychain_rules"

#: Modules of the standard library that reach out of the program, run code, or differ from run to run.
FORBIDDEN_MODULES = frozenset(
    {
        # files and the machine
        *("os", "pathlib", "io", "tempfile", "shutil", "glob", "fileinput", "mmap", "sqlite3", "dbm", "shelve"),
        *("zipfile", "tarfile", "gzip", "bz2", "lzma", "platform", "locale"),
        # sockets and processes
        *("socket", "ssl", "select", "selectors", "http", "urllib", "ftplib", "smtplib", "xmlrpc", "socketserver"),
        *("webbrowser", "subprocess", "multiprocessing", "asyncio", "threading", "concurrent", "signal"),
        # chance and the clock
        *("random", "secrets", "uuid", "time", "timeit", "sched"),
        # what is written where nobody asked for it
        *("logging", "warnings", "atexit"),
        # code and objects from data
        *("builtins", "ctypes", "importlib", "pkgutil", "runpy", "code", "codeop", "pickle", "marshal", "pty"),
    }
)

#: Built-in functions that touch the outside or run text as code.
FORBIDDEN_BUILTINS = frozenset(
    {"open", "print", "input", "eval", "exec", "compile", "__import__", "breakpoint", "exit", "quit"}
)

#: Calls that ask the machine what time it is, by the last part of their name.
CLOCK_CALLS = frozenset({"now", "today", "utcnow", "fromtimestamp", "utcfromtimestamp"})

#: The one place that may turn our own templates into a function; generated code holds no user text.
GENERATOR = "language/compile*.py"

#: Which file may import which package that is not the standard library; whatever is not listed is nowhere allowed.
THIRD_PARTY = {
    "attrs": "*",
    "cattrs": "rules/codec*.py",
    "narwhals": "engines/*",
    "sqlglot": "engines/*",
    "highspy": "programme/*",
    "altair": "display/*",
    "babel": "display/money.py",
    "hypothesis": "testing/*",
    "pytest": "testing/*",
    "defusedxml": "interop/*",
}

#: The doors through which users' tests read the files that they name, as tests and commands must. They alone may, no
#: more than is listed here, and nothing else in the library imports them: who embeds the library never opens one.
DOORS = {
    "testing/plugin.py": frozenset({"import pathlib"}),
    "testing/__main__.py": frozenset({"import pathlib", "print", "SystemExit"}),
}

#: Where a float has no business at all.
MONEY = (
    "values/money.py",
    "values/allocation.py",
    "values/exchange.py",
    "values/piecewise*.py",
    "display/money.py",
    "partnership/sharing/*.py",
)

#: Where demand is a normal distribution, whose floats the types and the docstrings name; money comes out as `Fraction`
#: for every other demand.
STATISTICS = ("partnership/sharing/supply/demand.py", "partnership/sharing/supply/contracts.py")


def findings(source: str, place: str) -> list[str]:
    """Return what is impure in a module's source, as `line: what`; `place` is its path inside the package."""
    tree = ast.parse(source)
    found = [*_imports(tree, place), *_names(tree, place), *_exits(tree)]
    if place not in STATISTICS and any(fnmatch(place, money) for money in MONEY):
        found += _floats(tree)
    allowed = DOORS.get(place, frozenset())
    return [f"{line}: {what}" for line, what in sorted(found) if what not in allowed]


def _imports(tree: ast.AST, place: str) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                modules = [name.name for name in names]
            case ast.ImportFrom(module=str(module), level=0):
                modules = [module]
            case _:
                continue
        for module in modules:
            package = module.partition(".")[0]
            if package in FORBIDDEN_MODULES:
                yield node.lineno, f"import {package}"
            elif not _may_import(package, place):
                yield node.lineno, f"import {package} is not for this file"


def _may_import(package: str, place: str) -> bool:
    if package == PACKAGE.name or package in sys.stdlib_module_names:
        return True
    return package in THIRD_PARTY and fnmatch(place, THIRD_PARTY[package])


def _names(tree: ast.AST, place: str) -> Iterator[tuple[int, str]]:
    allowed = {"compile", "exec"} if fnmatch(place, GENERATOR) else set()
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Load()) if name in FORBIDDEN_BUILTINS - allowed:
                yield node.lineno, name
            case ast.Attribute(value=value, attr=name) if name in CLOCK_CALLS and _is_clock(value):
                yield node.lineno, f"{ast.unparse(value)}.{name}"


def _is_clock(value: ast.expr) -> bool:
    """Tell the clock's `date.today` from a field of ours that happens to be called `now`."""
    return ast.unparse(value).rpartition(".")[2] in {"date", "datetime"}


def _exits(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(id="sys"), attr="exit" | "stdout" | "stderr" | "stdin" | "argv" as name):
                yield node.lineno, f"sys.{name}"
            case ast.Name(id="SystemExit" | "KeyboardInterrupt" as name):
                yield node.lineno, name


def _floats(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Find float literals and `float(...)`; `isinstance(x, float)` is how money refuses one, so it may stay."""
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=float(value)):
                yield node.lineno, f"float {value}"
            case ast.Call(func=ast.Name(id="float")):
                yield node.lineno, "float()"


@pytest.mark.parametrize("place", [file.relative_to(PACKAGE).as_posix() for file in sorted(PACKAGE.rglob("*.py"))])
def test_a_module_reaches_nothing_outside_its_arguments(place: str) -> None:
    assert [] == findings((PACKAGE / place).read_text("utf-8"), place)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import os.path", "1: import os"),
        ("from pathlib import Path", "1: import pathlib"),
        ("def f():\n    import random", "2: import random"),
        ("import numpy", "1: import numpy is not for this file"),
        ("import cattrs", "1: import cattrs is not for this file"),
        ("from hypothesis import given", "1: import hypothesis is not for this file"),
        ("open('x')", "1: open"),
        ("print('x')", "1: print"),
        ("run = eval", "1: eval"),
        ("exec('x = 1')", "1: exec"),
        ("import datetime\ndatetime.datetime.now()", "2: datetime.datetime.now"),
        ("from datetime import date\ndate.today()", "2: date.today"),
        ("from datetime import datetime\nclock = datetime.utcnow", "2: datetime.utcnow"),
        ("import sys\nsys.exit(1)", "2: sys.exit"),
        ("raise SystemExit", "1: SystemExit"),
    ],
)
def test_the_scan_finds_what_is_impure(source: str, expected: str) -> None:
    assert [expected] == findings(source, "rules/gate.py")


def test_only_the_generator_may_build_a_function_from_text() -> None:
    source = "exec(compile('x = 1', 'template', 'exec'), {})"

    assert [] == findings(source, "language/compile.py")
    assert ["1: compile", "1: exec"] == findings(source, "rules/policy.py")


def test_only_the_doors_for_tests_may_read_files_and_print() -> None:
    source = "from pathlib import Path\nprint(Path('x'))\nopen('x')"

    assert ["3: open"] == findings(source, "testing/__main__.py")
    assert ["2: print", "3: open"] == findings(source, "testing/plugin.py")
    assert ["1: import pathlib", "2: print", "3: open"] == findings(source, "testing/checks.py")


def test_nothing_in_the_library_opens_a_door_for_tests() -> None:
    doors = {f"supplychain_rules.{place.removesuffix('.py').replace('/', '.')}" for place in DOORS}
    imported = {
        module
        for file in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for module in (
            [f"{node.module}.{name.name}" for name in node.names] + [str(node.module)]
            if isinstance(node, ast.ImportFrom)
            else [name.name for name in node.names]
        )
    }

    assert set() == doors & imported


def test_not_even_the_generator_may_evaluate() -> None:
    assert ["1: eval"] == findings("eval('1')", "language/compile.py")


def test_only_the_codec_knows_cattrs() -> None:
    assert [] == findings("import cattrs", "rules/codec_steps.py")
    assert ["1: import cattrs is not for this file"] == findings("import cattrs", "rules/policy.py")


def test_money_holds_no_float_but_may_refuse_one() -> None:
    assert ["1: float 0.1", "2: float()"] == findings("x = 0.1\ny = float('1')", "values/money.py")
    assert [] == findings("isinstance(1, float)", "values/money.py")


def test_only_statistics_of_demand_hold_floats_beside_shares_of_money() -> None:
    assert ["1: float 0.1"] == findings("x = 0.1", "partnership/sharing/waterfall/settling.py")
    assert [] == findings("x = 0.1", "partnership/sharing/supply/demand.py")
