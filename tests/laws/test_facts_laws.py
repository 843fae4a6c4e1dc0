"""What must always hold of facts: as plain data nothing is lost, and what is written into rows is read back."""

import json
from typing import Any

import pytest
from drawn_facts import any_fact, facts_of
from hypothesis import given
from hypothesis import strategies as st

from supplychain_rules.facts.ledger import KINDS, Fact
from supplychain_rules.facts.plain import from_plain, plain
from supplychain_rules.facts.shapes import refusals, shapes

kinds = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)


@kinds
@given(data=st.data())
def test_a_fact_survives_the_way_through_json(kind: type[Fact], data: st.DataObject) -> None:
    fact = data.draw(facts_of(kind))

    assert fact == from_plain(json.loads(json.dumps(plain(fact))))


@given(any_fact())
def test_a_fact_that_stands_is_refused_for_nothing(fact: Fact) -> None:
    values: dict[str, Any] = {name: getattr(fact, name) for name in shapes(type(fact))}

    assert [] == refusals(type(fact), values)
