"""The wheel as a user gets it: complete, typed, licensed, and importable with `src` out of reach."""

import subprocess
import sys
from email.message import Message
from email.parser import HeaderParser
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "supplychain_rules"

#: What the extras install, by the name under which it is imported: none of it belongs into a plain import.
EXTRAS = ("altair", "defusedxml", "highspy", "hypothesis", "narwhals", "numpy", "pandas", "polars", "sqlglot")

IMPORT_FROM_WHEEL = """
import sys
wheel, checkout, *extras = sys.argv[1:]
sys.path = [wheel, *(place for place in sys.path if not place.startswith(checkout))]
import supplychain_rules
print(supplychain_rules.__file__.startswith(wheel), sorted(set(extras) & set(sys.modules)))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel as pip does, by the back end's hook, into a folder outside the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    build = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"
    built = subprocess.run(
        [sys.executable, "-c", build, str(folder)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return folder / built.stdout.split()[-1]


@pytest.fixture(scope="module")
def metadata(wheel: Path) -> Message:
    with ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return HeaderParser().parsestr(archive.read(name).decode("utf-8"))


def test_the_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    expected = {
        file.relative_to(PACKAGE.parent).as_posix()
        for file in PACKAGE.rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }

    with ZipFile(wheel) as archive:
        actual = {name for name in archive.namelist() if ".dist-info/" not in name}

    assert expected == actual
    assert "supplychain_rules/py.typed" in actual


def test_the_wheel_carries_its_licence(wheel: Path, metadata: Message) -> None:
    with ZipFile(wheel) as archive:
        (licence,) = (name for name in archive.namelist() if name.endswith(".dist-info/licenses/LICENSE"))
        assert (ROOT / "LICENSE").read_bytes() == archive.read(licence)

    assert metadata["License-Expression"] == "MIT"


def test_a_plain_install_brings_attrs_and_cattrs_only(metadata: Message) -> None:
    required = [str(need) for need in metadata.get_all("Requires-Dist", [])]

    assert ["attrs>=25.4", "cattrs>=26"] == [need for need in required if "extra ==" not in need]


def test_the_wheel_imports_with_src_out_of_reach_and_without_any_extra(wheel: Path, tmp_path: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-I", "-c", IMPORT_FROM_WHEEL, str(wheel), str(ROOT), *EXTRAS],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ("True []\n", "") == (result.stdout, result.stderr)
