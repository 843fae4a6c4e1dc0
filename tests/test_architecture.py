"""The house stands: floors, front door and the two commands of the README."""

import ast
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import supplychain_rules

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "supplychain_rules"

#: More names than fit a screen are no front door.
MOST_FRONT_DOOR_NAMES = 40

MAIN_JOB = "python -m pip install . && python examples/supplier_review.py"
TESTS = 'python -m pip install -e ".[dev]" && python -m pytest'


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    """Check the contracts of `folder`/pyproject.toml on the package in `folder`/src."""
    return subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as check; check()", "--no-cache"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder / "src"), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """Return a copy of the house that a test may rebuild."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(PACKAGE, tmp_path / "src" / PACKAGE.name, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def python_files() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def test_every_import_goes_down(house: Path) -> None:
    result = lint_imports(house)

    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("place", ["attic.py", "attic/__init__.py"])
def test_a_new_module_without_a_floor_is_refused(house: Path, place: str) -> None:
    module = house / "src" / PACKAGE.name / place
    module.parent.mkdir(exist_ok=True)
    module.write_text('"""Nobody said where this stands."""\n')

    result = lint_imports(house)

    assert result.returncode == 1
    assert "supplychain_rules.attic" in result.stdout


@pytest.mark.parametrize(
    ("lower", "higher"),
    [
        ("errors.py", "values"),
        ("values/rounding.py", "language"),
        ("language/nodes.py", "rules"),
        ("rules/__init__.py", "display"),
    ],
)
def test_an_import_that_climbs_is_refused(house: Path, lower: str, higher: str) -> None:
    with (house / "src" / PACKAGE.name / lower).open("a") as module:
        module.write(f"\nimport supplychain_rules.{higher}\n")

    result = lint_imports(house)

    assert result.returncode == 1
    assert f"is not allowed to import supplychain_rules.{higher}" in result.stdout


def test_language_and_facts_do_not_know_each_other(house: Path) -> None:
    with (house / "src" / PACKAGE.name / "facts" / "__init__.py").open("a") as module:
        module.write("\nimport supplychain_rules.language\n")

    assert lint_imports(house).returncode == 1


def test_cattrs_above_or_below_the_rules_floor_is_refused(house: Path) -> None:
    with (house / "src" / PACKAGE.name / "display" / "__init__.py").open("a") as module:
        module.write("\nimport cattrs\n")

    assert lint_imports(house).returncode == 1


def test_every_folder_is_a_package() -> None:
    folders = {file.parent for file in python_files()}

    assert [] == sorted(str(folder) for folder in folders if not (folder / "__init__.py").is_file())


def lists_its_names_first(tree: ast.Module) -> bool:
    """Tell whether `__all__` comes right after the docstring and the imports, guarded ones too."""
    body = [node for node in tree.body[1:] if not isinstance(node, ast.Import | ast.ImportFrom | ast.If)]
    match body:
        case (
            [] | [ast.Assign(targets=[ast.Name(id="__all__")]), *_] | [ast.AnnAssign(target=ast.Name(id="__all__")), *_]
        ):
            return True
        case _:
            return False


def test_every_module_defines_its_thing_and_lists_its_names_before_its_code() -> None:
    trees = {file.relative_to(PACKAGE).as_posix(): ast.parse(file.read_text("utf-8")) for file in python_files()}

    assert [] == [name for name, tree in trees.items() if ast.get_docstring(tree) is None]
    assert [] == [name for name, tree in trees.items() if not lists_its_names_first(tree)]


def test_every_import_is_absolute() -> None:
    relative = [
        f"{file.relative_to(PACKAGE)}:{node.lineno}"
        for file in python_files()
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and node.level
    ]

    assert [] == relative


def test_the_front_door_fits_a_screen_and_opens_to_every_name() -> None:
    names = supplychain_rules.__all__

    assert len(names) <= MOST_FRONT_DOOR_NAMES
    assert len(set(names)) == len(names)
    assert [] == [name for name in names if not hasattr(supplychain_rules, name)]


@pytest.mark.parametrize("readme", ["README.md", "README.zh.md"])
def test_the_readme_prints_the_two_commands_each_on_a_line_of_its_own(readme: str) -> None:
    lines = (ROOT / readme).read_text("utf-8").splitlines()

    assert [MAIN_JOB, TESTS] == [line for line in lines if line.startswith("python -m pip install")]


def test_the_library_depends_on_attrs_and_cattrs_and_nothing_else() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]

    assert ["attrs>=25.4", "cattrs>=26"] == project["dependencies"]
