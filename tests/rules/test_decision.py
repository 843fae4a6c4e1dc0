"""A decision cannot be changed, and stands for itself wherever it goes."""

import copy
import pickle
import weakref
from decimal import Decimal
from typing import Any

import pytest
from makers import number, policy

from supplychain_rules import Decision, evaluate

INPUTS: dict[str, Any] = {"late": number(optional=True)}

STEP = {"kind": "formula", "id": "penalty", "formula": "late * 25"}


def decision(**record: object) -> Decision:
    return evaluate(policy(INPUTS, STEP), record)


@pytest.mark.parametrize("name", ["policy", "inputs", "fingerprint", "penalty"])
def test_nothing_of_a_decision_can_be_set(name: str) -> None:
    with pytest.raises(AttributeError):
        setattr(decision(late=3), name, None)


def test_an_output_cannot_be_set() -> None:
    with pytest.raises(TypeError):
        decision(late=3)["penalty"] = Decimal(0)  # type: ignore[index]


def test_what_a_decision_hands_out_is_no_way_into_it() -> None:
    one = decision(late=3)
    one.inputs["late"] = Decimal(0)
    one.to_dict()["outputs"]["penalty"] = "0"
    assert (Decimal("3.00"), Decimal("75.00")) == (one.inputs["late"], one["penalty"])


def test_equal_decisions_are_one_in_a_set() -> None:
    assert 2 == len({decision(late=3), decision(late="3.00"), decision()})


def test_a_decision_is_no_other_thing_than_a_decision() -> None:
    assert decision(late=3) != {"penalty": Decimal("75.00")}


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_a_decision_survives_pickling(protocol: int) -> None:
    one = decision(late=3)
    assert one == pickle.loads(pickle.dumps(one, protocol))  # noqa: S301  our own bytes


def test_a_decision_survives_copying() -> None:
    one = decision(late=3)
    assert one == copy.copy(one) == copy.deepcopy(one)


def test_a_cache_may_hold_decisions_weakly() -> None:
    one = decision(late=3)
    assert one is weakref.ref(one)()
