"""The rulebook and the code say the same: every choice of every measure stands on a page, in both languages."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, Literal, get_args, get_origin, get_type_hints

import attrs
import pytest

from supplychain_rules.measures.claim_filter import ClaimFilter
from supplychain_rules.measures.information import InformationMeasure
from supplychain_rules.measures.kinds import COUNTINGS

RULEBOOK: Final = Path(__file__).parent.parent / "docs" / "rulebook"

#: Fields that every measure has and no page repeats.
COMMON: Final = {"id", "label", "scope", "decay", "minimum_evidence"}

DEFINITIONS: Final = (*COUNTINGS, ClaimFilter, *get_args(InformationMeasure))


def pages_of(definition: type, language: str) -> str:
    """Return the text of the pages that name a definition, and of those that they refer to for its choices."""
    own = [
        path
        for path in RULEBOOK.glob(f"*{language}.md")
        if path.name.endswith(".zh.md") == (language == ".zh") and definition.__name__ in path.read_text("utf-8")
    ]
    texts = [path.read_text("utf-8") for path in own]
    linked = {name for text in texts for name in re.findall(r"\(([\w.-]+\.md)\)", text)}
    return "\n".join([*texts, *((RULEBOOK / name).read_text("utf-8") for name in sorted(linked))])


def options(hint: Any) -> Iterator[str]:  # noqa: ANN401  a type of any shape
    """Yield the words that a field's type allows."""
    if get_origin(hint) is Literal:
        yield from get_args(hint)
    else:
        for part in get_args(hint):
            yield from options(part)


@pytest.mark.parametrize("language", ["", ".zh"])
@pytest.mark.parametrize("definition", DEFINITIONS, ids=lambda kind: kind.__name__)
def test_every_choice_of_a_measure_stands_in_the_rulebook(definition: type, language: str) -> None:
    text, hints = pages_of(definition, language), get_type_hints(definition)
    fields = {field.name for field in attrs.fields(definition)} - COMMON
    words = fields | {word for name in fields for word in options(hints[name])}
    assert [] == sorted(word for word in words if not re.search(rf"\b{word}\b", text, re.ASCII))
