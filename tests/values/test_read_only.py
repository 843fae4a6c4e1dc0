"""A read-only mapping reads as a dict, cannot be changed, and survives pickling."""

import pickle
from collections.abc import Mapping

import pytest

from supplychain_rules.values.read_only import ReadOnlyMapping

SIZES: ReadOnlyMapping[str, int] = ReadOnlyMapping({"gold": 2, "basic": 5})


def test_it_reads_as_the_dict_that_it_copies() -> None:
    given = {"gold": 2}
    found = ReadOnlyMapping(given)
    given["gold"] = 3
    assert {"gold": 2} == found
    assert [("gold", 2), ("basic", 5)] == list(SIZES.items())
    assert ["gold", "basic"] == list(SIZES) == list(SIZES.keys())
    assert ([2, 5], 2, True, None) == (list(SIZES.values()), len(SIZES), "gold" in SIZES, SIZES.get("silver"))
    assert "{'gold': 2, 'basic': 5}" == repr(SIZES)
    assert isinstance(SIZES, Mapping)


def test_it_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        SIZES["gold"] = 3  # type: ignore[index]  # wrong on purpose
    with pytest.raises(TypeError):
        del SIZES["gold"]  # type: ignore[attr-defined]  # wrong on purpose


def test_it_survives_pickling() -> None:
    again = pickle.loads(pickle.dumps(SIZES))  # noqa: S301  our own bytes
    assert SIZES == again
    assert isinstance(again, ReadOnlyMapping)
