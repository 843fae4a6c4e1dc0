"""What must always hold of prices, spend, invoices and payments, whatever the facts."""

from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction

import attrs
import pytest
from drawn_purchases import ADDITIVE, EVERY, PERIOD, days, purchases
from hypothesis import given
from hypothesis import strategies as st

from supplychain_rules.facts.billing import InvoiceLine
from supplychain_rules.facts.ledger import Fact, Ledger
from supplychain_rules.facts.trade import OrderLine
from supplychain_rules.measures import (
    Concentration,
    InvoiceVariance,
    Measure,
    Measurement,
    PaymentPunctuality,
    PriceChange,
    PriceIndex,
    PurchasePriceVariance,
    measure,
)
from supplychain_rules.measures.exact import exactly
from supplychain_rules.measures.index import FactIndex
from supplychain_rules.measures.kinds import counting_of
from supplychain_rules.values.money import Money


def run(facts: Iterable[Fact], as_of: date, *measures: Measure) -> dict[tuple[str, str], Measurement]:
    found = measure(measures, Ledger(facts), period=PERIOD, as_of=as_of)
    return {(entry.measure, entry.key): entry for entry in found}


def of_all(facts: Iterable[Fact], as_of: date, *measures: Measure) -> dict[str, Measurement]:
    found = measure(measures, Ledger(facts), by="total", period=PERIOD, as_of=as_of)
    return {entry.measure: entry for entry in found}


@given(facts=purchases(), as_of=days)
def test_a_fact_known_later_changes_nothing(facts: list[Fact], as_of: date) -> None:
    known = [fact for fact in facts if fact.known_on <= as_of]
    assert run(known, as_of, *EVERY) == run(facts, as_of, *EVERY)


@given(facts=purchases(), as_of=days, shuffled=st.randoms(use_true_random=False))
def test_the_order_of_the_facts_and_their_doubles_change_nothing(
    facts: list[Fact], as_of: date, shuffled: object
) -> None:
    mixed = list(facts)
    shuffled.shuffle(mixed)  # type: ignore[attr-defined]
    assert run(facts, as_of, *EVERY) == run(mixed + mixed, as_of, *EVERY)


@given(facts=purchases(), as_of=days)
def test_merged_ledgers_measure_like_one(facts: list[Fact], as_of: date) -> None:
    halves = Ledger(facts[::2]).merge(Ledger(facts[1::2]))
    assert run(facts, as_of, *EVERY) == run(halves.facts, as_of, *EVERY)


@given(facts=purchases(), as_of=days)
def test_every_measurement_is_its_numerator_over_its_denominator(facts: list[Fact], as_of: date) -> None:
    for entry in (*run(facts, as_of, *EVERY).values(), *of_all(facts, as_of, *EVERY).values()):
        assert entry.value is None or entry.value == entry.numerator / entry.denominator
        assert (entry.value is None) == (entry.state == "no_data")


@given(facts=purchases(), as_of=days)
def test_the_sums_of_all_suppliers_are_those_of_the_total(facts: list[Fact], as_of: date) -> None:
    parts = run(facts, as_of, *ADDITIVE)
    for name, whole in of_all(facts, as_of, *ADDITIVE).items():
        mine = [entry for (measured, _), entry in parts.items() if measured == name]
        numerator = sum((entry.numerator for entry in mine), Fraction(0))
        denominator = sum((entry.denominator for entry in mine), Fraction(0))
        evidence = sum(entry.evidence for entry in mine)
        assert (name, whole.numerator, whole.denominator, whole.evidence) == (name, numerator, denominator, evidence)


@given(facts=purchases(), as_of=days)
def test_shares_lie_between_zero_and_one(facts: list[Fact], as_of: date) -> None:
    shares: tuple[Measure, ...] = (
        PaymentPunctuality(id="punctual"),
        PaymentPunctuality(id="punctual_by_value", level="value", under_tolerance="0.1"),
        InvoiceVariance(id="exact", figure="exact_share", tolerance_share="0.1"),
        Concentration(id="top", figure="top_share", of="item"),
    )
    assert all(entry.value is None or 0 <= entry.value <= 1 for entry in run(facts, as_of, *shares).values())


@given(facts=purchases(), as_of=days)
def test_the_mean_price_of_everybody_is_an_index_of_one_and_the_lowest_never_below(
    facts: list[Fact], as_of: date
) -> None:
    mean, lowest = PriceIndex(id="mean"), PriceIndex(id="lowest", against="lowest")
    assert of_all(facts, as_of, mean)["mean"].value in (1, None)
    assert all(entry.value is None or entry.value >= 1 for entry in run(facts, as_of, lowest).values())


@given(facts=purchases(), as_of=days)
def test_with_two_suppliers_one_is_dear_to_its_peer_exactly_when_the_other_is_cheap(
    facts: list[Fact], as_of: date
) -> None:
    bolts = [
        fact
        for fact in facts
        if isinstance(fact, OrderLine) and fact.supplier != "V3" and (fact.item, fact.unit) == ("bolt", "")
    ]
    found = run(bolts, as_of, PriceIndex(id="peers", against="peers"))
    one, other = (found[key].value if key in found else None for key in (("peers", "V1"), ("peers", "V2")))
    if one and other:
        assert 1 == one * other


@given(facts=purchases(), as_of=days)
def test_amount_rate_and_ends_of_a_price_variance_agree(facts: list[Fact], as_of: date) -> None:
    amount, rate, least, greatest = (
        of_all(facts, as_of, PurchasePriceVariance(id="ppv", figure=figure))["ppv"]
        for figure in ("amount", "rate", "least", "greatest")
    )
    assert amount.numerator == rate.numerator
    if rate.value is not None:
        assert least.value is not None
        assert greatest.value is not None
        assert least.value <= rate.value <= greatest.value


@given(facts=purchases(), as_of=days)
def test_price_and_quantity_parts_of_an_invoice_variance_add_up(facts: list[Fact], as_of: date) -> None:
    both, price, quantity = (
        of_all(facts, as_of, InvoiceVariance(id="variance", part=part))["variance"]
        for part in ("both", "price", "quantity")
    )
    assert both.numerator == price.numerator + quantity.numerator


@given(facts=purchases(), as_of=days)
def test_a_fisher_index_lies_between_laspeyres_and_paasche(facts: list[Fact], as_of: date) -> None:
    laspeyres, paasche, fisher = (
        of_all(facts, as_of, PriceChange(id="change", formula=formula, months_back=2))["change"].value
        for formula in ("laspeyres", "paasche", "fisher")
    )
    half_unit = Fraction(1, 2 * 10**6)
    if laspeyres is not None and paasche is not None:
        assert fisher is not None
        assert min(laspeyres, paasche) - half_unit <= fisher <= max(laspeyres, paasche) + half_unit


@given(facts=purchases(), as_of=days)
def test_prices_against_a_base_of_the_same_days_have_not_changed(facts: list[Fact], as_of: date) -> None:
    for against in ("itself", "market"):
        found = of_all(facts, as_of, PriceChange(id="change", against=against, base=PERIOD))["change"]
        assert found.value in (1, None)


@given(facts=purchases(), as_of=days)
def test_concentration_has_its_bounds(facts: list[Fact], as_of: date) -> None:
    hhi, top, count = (
        of_all(facts, as_of, Concentration(id="spread", figure=figure))["spread"].value
        for figure in ("hhi", "top_share", "count_for_share")
    )
    holders = {fact.supplier for fact in facts if isinstance(fact, OrderLine)}
    if hhi is not None:
        assert Fraction(10_000, len(holders)) <= hhi <= 10_000
        assert 1 == top  # three suppliers at most
        assert count is not None
        assert 1 <= count <= len(holders)


@given(facts=purchases(), amount=st.sampled_from(("0.10", "7")))
@pytest.mark.parametrize("against", ["market", "contract"])
def test_a_dearer_order_never_lowers_an_index_against_a_price_of_the_day(
    against: str, facts: list[Fact], amount: str
) -> None:
    as_of = PERIOD.end
    index = PriceIndex(id="index", against=against)  # type: ignore[arg-type]
    dearer = [_dearer(fact, amount) for fact in facts]
    before, after = run(facts, as_of, index), run(dearer, as_of, index)
    assert before.keys() == after.keys()
    for key, entry in before.items():
        value = after[key].value
        if entry.value is not None:
            assert value is not None
            assert entry.value <= value


def _dearer(fact: Fact, amount: str) -> Fact:
    if not isinstance(fact, OrderLine):
        return fact
    more = Money(amount, "EUR")
    value = None if fact.value is None else fact.value + more
    return attrs.evolve(fact, unit_price=fact.unit_price + more, value=value)


@given(facts=purchases(), as_of=days, later=st.integers(1, 60))
@pytest.mark.parametrize("figure", ["on_time_share", "days_beyond_terms"])
def test_only_an_open_invoice_changes_by_a_later_day_alone(
    figure: str, facts: list[Fact], as_of: date, later: int
) -> None:
    definition = PaymentPunctuality(id="punctual", figure=figure)  # type: ignore[arg-type]
    counting, index = counting_of(definition), FactIndex(Ledger(facts).as_of(as_of))
    assert counting.is_open is not None
    is_open = counting.is_open(definition, index, as_of)
    now = counting.rows(definition, index, as_of)[InvoiceLine]
    then = counting.rows(definition, index, as_of + timedelta(days=later))[InvoiceLine]
    with exactly():
        assert all(is_open(line) or now(line) == then(line) for line in index.table(InvoiceLine).values())
