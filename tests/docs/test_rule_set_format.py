"""docs/reference/rule-set-format.md names every key, function, kind and limit of the format."""

import re
from pathlib import Path

import attrs
import pytest

from supplychain_rules.language import limits
from supplychain_rules.language.naming import FUNCTIONS
from supplychain_rules.language.program import MAX_RECORDS
from supplychain_rules.rules import codec, codec_text, table
from supplychain_rules.rules.codec_fields import key_of
from supplychain_rules.rules.gate import Check, GateStep
from supplychain_rules.rules.ladder import Band, Hysteresis, LadderStep
from supplychain_rules.rules.methods import METHODS
from supplychain_rules.rules.policy import Effective, Input, PolicyCase
from supplychain_rules.rules.quantile import QuantileStep
from supplychain_rules.rules.rank import RankStep
from supplychain_rules.rules.scorecard import Criterion, ScorecardStep
from supplychain_rules.rules.share import ShareStep
from supplychain_rules.rules.value_functions import VALUE_FUNCTIONS
from supplychain_rules.values.scaled import MAX_DIGITS

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "reference" / "rule-set-format.md").read_text("utf-8")

#: Every key of a table's first column, and every word in code style.
WORDS = frozenset(re.findall(r"[a-z_]+", " ".join(re.findall(r"`([^`\n]+)`", PAGE))))

SHAPES = (
    Input,
    Effective,
    PolicyCase,
    Check,
    GateStep,
    ScorecardStep,
    Criterion,
    LadderStep,
    Band,
    Hysteresis,
    RankStep,
    QuantileStep,
    ShareStep,
    table.Output,
    table.Row,
    table.TableStep,
    *(strategy.spec for strategy in (*VALUE_FUNCTIONS, *METHODS)),
)


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_every_key_of_the_format_is_documented(shape: type[attrs.AttrsInstance]) -> None:
    keys = {key_of(field.name) for field in attrs.fields(shape)} - {"name"} | {"kind"}

    assert set() == keys - WORDS


def test_every_function_of_a_formula_is_documented() -> None:
    assert set() == set(FUNCTIONS) - WORDS


def test_every_built_in_strategy_is_documented() -> None:
    assert set() == {strategy.kind for strategy in (*VALUE_FUNCTIONS, *METHODS)} - WORDS


@pytest.mark.parametrize(
    ("what", "limit"),
    [
        ("characters of a text given to `load_policy_text`", codec_text.MAX_TEXT_CHARACTERS),
        ("nesting of tables and lists in such a text, parts of a dotted key", codec_text.MAX_NESTING),
        ("characters of a number, bare word or key in such a text", codec_text.MAX_WORD_CHARACTERS),
        ("inputs", codec.MAX_INPUTS),
        ("steps", codec.MAX_STEPS),
        ("cases", codec.MAX_CASES),
        ("rows of a table", table.MAX_ROWS),
        ("options of a choice", limits.MAX_OPTIONS),
        ("characters of an option", limits.MAX_OPTION_CHARACTERS),
        ("characters of a name", limits.MAX_NAME_CHARACTERS),
        ("characters of a formula or cell", limits.MAX_FORMULA_CHARACTERS),
        ("nodes of a formula, tests of a cell", limits.MAX_NODES),
        ("nesting of a formula", limits.MAX_DEPTH),
        ("decimals of an input, literal or rounding", limits.MAX_DECIMALS),
        ("decimals that products may reach before they are rounded", limits.MAX_INFERRED_DECIMALS),
        ("points of a piecewise function", limits.MAX_POINTS),
        ("classes of a quantile", limits.MAX_PARTS),
        ("records that are compared with each other", MAX_RECORDS),
        ("sum of a geometric mean's weights in lowest terms", limits.MAX_WEIGHT_TOTAL),
        ("digits of a number on each side of the point", MAX_DIGITS),
    ],
)
def test_every_limit_is_documented_as_it_is(what: str, limit: int) -> None:
    assert f"| {what} | {limit:,} |" in PAGE
