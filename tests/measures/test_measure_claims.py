"""Claims and complaints: which count, against what, at what cost, and as a score."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from quality_facts import YEAR, YEAR_END, bought, came, claim, complaint, eur, measured, one, value

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.billing import InvoiceLine
from supplychain_rules.facts.ledger import Fact, Ledger
from supplychain_rules.measures import ClaimCost, ClaimFilter, ClaimRate, ComplaintScore, measure
from supplychain_rules.values.money import Money

#: Four lines of 10 pieces at 25 EUR, two of which came.
TRADE: list[Fact] = [
    *(bought(f"L{number}", 10, 25) for number in range(4)),
    *(came("R1", 10, of="L1"), came("R2", 6, of="L2"), came("R3", 4, of="L2", wrong_item=True)),
]

SCORE = ComplaintScore(id="score", tolerated_share="0.1", cost_per_claim=eur(50))


def rate(*claims: Fact, **choice: Any) -> Fraction | None:  # noqa: ANN401
    return value(ClaimRate(id="claims", **choice), *TRADE, *claims)


@pytest.mark.parametrize(
    ("per", "expected"), [("order_line", Fraction(2, 4)), ("receipt", Fraction(2, 3)), ("quantity", Fraction(5, 16))]
)
def test_claims_are_counted_against_lines_receipts_or_quantity(per: Any, expected: Fraction) -> None:  # noqa: ANN401
    assert expected == rate(claim("A", quantity=2), claim("B", quantity=3), per=per)


def test_much_received_and_nothing_claimed_is_zero_and_nothing_received_is_no_data() -> None:
    assert rate() == 0
    found = one(ClaimRate(id="claims"), [claim("A")])
    assert ("no_data", "nothing was ordered or received in the period") == (found.state, found.note)


def test_a_cancelled_line_and_a_receipt_that_never_was_are_not_counted_against() -> None:
    facts = [*TRADE, bought("L9", 0), came("R9", 0, of="L1"), came("R8", 5, of="nowhere")]
    assert [4, 3] == [
        one(ClaimRate(id="claims", per=per), facts).denominator  # type: ignore[arg-type]  # two of three
        for per in ("order_line", "receipt")
    ]


def test_a_claim_belongs_to_the_period_in_which_it_was_opened() -> None:
    assert rate(claim("A", opened_on=date(2025, 12, 31))) == 0


def test_only_the_kinds_asked_for_count() -> None:
    chosen = ClaimFilter(kinds=["papers", "delivery"])
    assert Fraction(1, 4) == rate(claim("A"), claim("B", kind="papers"), claims=chosen)


@pytest.mark.parametrize(("verdict", "expected"), [("any", 3), ("open_or_justified", 2), ("justified", 1)])
def test_the_verdict_on_a_claim_decides_whether_it_counts(verdict: Any, expected: int) -> None:  # noqa: ANN401
    claims = [claim("A", justified=True), claim("B", justified=False), claim("C")]
    assert Fraction(expected, 4) == rate(*claims, claims=ClaimFilter(verdict=verdict))


def test_claims_not_decided_yet_are_noted_where_only_justified_ones_count() -> None:
    found = one(ClaimRate(id="claims", claims=ClaimFilter(verdict="justified")), [*TRADE, claim("A"), claim("B")])
    assert (0, "claims not decided yet left out: 2") == (found.value, found.note)


@pytest.mark.parametrize(
    ("unattributed", "expected"),
    [("count", (Fraction(2, 4), "")), ("leave_out", (Fraction(1, 4), "claims without a stated fault left out: 1"))],
)
def test_only_claims_about_the_faults_asked_for_count(unattributed: Any, expected: tuple[Fraction, str]) -> None:  # noqa: ANN401
    claims = [claim("A", fault="supplier"), claim("B", fault="carrier"), claim("C")]
    chosen = ClaimFilter(faults=["supplier"], unattributed=unattributed)
    found = one(ClaimRate(id="claims", claims=chosen), [*TRADE, *claims])
    assert expected == (found.value, found.note)


def test_a_claim_of_another_fault_is_neither_undecided_nor_unattributed() -> None:
    chosen = ClaimFilter(faults=["supplier"], verdict="justified", unattributed="leave_out")
    found = one(
        ClaimRate(id="claims", claims=chosen), [*TRADE, claim("A", fault="carrier"), claim("B", justified=False)]
    )
    assert (0, "") == (found.value, found.note)


def test_claims_without_a_quantity_are_noted_and_where_none_has_one_there_is_no_data() -> None:
    by_quantity = ClaimRate(id="claims", per="quantity")
    some = one(by_quantity, [*TRADE, claim("A", quantity=4), claim("B")])
    assert (Fraction(4, 16), "claims without a quantity left out: 1") == (some.value, some.note)
    none = one(by_quantity, [*TRADE, claim("B")])
    assert ("no_data", "none of the claims says its quantity; claims without a quantity left out: 1") == (
        none.state,
        none.note,
    )


def test_claimed_pieces_of_several_units_have_no_sum() -> None:
    facts = [*TRADE, bought("L9", unit="kg"), came("R9", of="L9"), claim("A", quantity=1)]
    assert one(ClaimRate(id="claims", per="quantity"), facts).state == "no_data"


def test_a_rate_of_claims_is_no_share_of_trials() -> None:
    assert one(ClaimRate(id="claims"), TRADE).trials is None


def test_a_claim_without_item_is_about_the_item_of_its_order_line() -> None:
    facts = [bought("L1"), bought("L2", item="nut"), claim("A", order_line="L2"), claim("B", item="bolt")]
    found = measured(ClaimRate(id="claims"), facts, by="item")
    assert {"bolt": 1, "nut": 1} == {key: entry.value for key, entry in found.items()}


def test_customers_complaints_are_counted_against_their_own_orders() -> None:
    facts = [
        *(bought(f"S{number}", customer="C12") for number in range(4)),
        *(bought("S9", customer="C13"), complaint("A"), complaint("B", kind="late"), claim("C")),
    ]
    found = measured(ClaimRate(id="complaints", claims=ClaimFilter(source="complaints")), facts, by="customer")
    assert {"C12": Fraction(2, 4), "C13": 0} == {key: entry.value for key, entry in found.items() if key}


def test_complaints_are_counted_for_the_supplier_whose_goods_they_are_about() -> None:
    facts = [*TRADE, complaint("A", supplier="V7"), complaint("B")]
    assert Fraction(1, 4) == value(ClaimRate(id="complaints", claims=ClaimFilter(source="complaints")), *facts)


def test_the_cost_of_claims_is_an_amount_in_its_currency() -> None:
    found = one(ClaimCost(id="cost"), [claim("A", 90), claim("B", "10.50"), claim("C", 5, justified=False)])
    assert (Fraction("100.5"), "EUR", 2) == (found.value, found.unit, found.evidence)


@pytest.mark.parametrize(("basis", "spend"), [("ordered", 4 * 250), ("received", 16 * 25), ("invoiced", 700)])
def test_the_cost_of_claims_is_measured_against_spend_on_each_basis(basis: Any, spend: int) -> None:  # noqa: ANN401
    bill = InvoiceLine(id="I1", invoice="I1", supplier="V7", quantity=1, amount=eur(700), invoiced_on=YEAR.start)
    found = one(ClaimCost(id="cost", relative_to_spend=basis), [*TRADE, bill, claim("A", 50)])
    assert (Fraction(50, spend), "") == (found.value, found.unit)


def test_without_a_claim_the_cost_is_unknown_and_against_spend_it_is_zero() -> None:
    assert ("no_data", 0) == (
        one(ClaimCost(id="cost"), TRADE).state,
        value(ClaimCost(id="c", relative_to_spend="ordered"), *TRADE),
    )


def test_claims_of_unknown_cost_are_noted_and_where_none_is_known_there_is_no_data() -> None:
    share = ClaimCost(id="cost", relative_to_spend="ordered")
    some = one(share, [*TRADE, claim("A", 50), claim("B")])
    assert (Fraction(50, 1000), "claims without a known cost left out: 1") == (some.value, some.note)
    none = one(share, [*TRADE, claim("B")])
    expected = "none of the claims has a known cost; claims without a known cost left out: 1"
    assert ("no_data", expected) == (none.state, none.note)
    assert one(ClaimCost(id="cost"), [claim("B")]).state == "no_data"


def test_claims_not_decided_yet_cost_nothing_where_only_justified_ones_count_and_are_noted() -> None:
    decided = ClaimCost(id="cost", claims=ClaimFilter(verdict="justified"), relative_to_spend="ordered")
    found = one(decided, [*TRADE, claim("A", 50, justified=True), claim("B", 500), claim("C")])
    assert (Fraction(50, 1000), "claims not decided yet left out: 2") == (found.value, found.note)


def test_costs_and_spend_of_two_currencies_do_not_mix() -> None:
    facts = [*TRADE, claim("A", cost=Money("5", "USD"))]
    with pytest.raises(InvalidValueError, match="'cost' meets more than one currency: 'EUR, USD'"):
        one(ClaimCost(id="cost", relative_to_spend="ordered"), facts)
    with pytest.raises(InvalidValueError, match="meets more than one currency"):
        one(ComplaintScore(id="score", tolerated_share="0.1"), facts)


def test_the_score_falls_from_its_highest_to_its_lowest_as_claims_use_up_the_tolerated_share() -> None:
    scores = [one(SCORE, [*TRADE, *(claim(f"A{number}") for number in range(count))]).value for count in range(4)]
    assert [100, Fraction(101, 2), 1, 1] == scores  # 100 EUR are tolerated


def test_the_score_may_take_what_claims_really_cost() -> None:
    actual = ComplaintScore(id="score", tolerated_share="0.1", lowest=0)
    found = one(actual, [*TRADE, claim("A", 30), claim("B")])
    assert (70, "claims without a known cost left out: 1") == (found.value, found.note)
    assert one(actual, [*TRADE, claim("B")]).state == "no_data"


def test_the_score_needs_spend_to_measure_claims_against() -> None:
    assert one(SCORE, [claim("A")]).note == "no spend in the period"
    free = one(SCORE, [bought("L1", 10, 0), claim("A")])
    assert ("no_data", "all that counts has the value zero") == (free.state, free.note)


def test_the_score_of_a_customers_complaints_is_measured_against_what_it_ordered() -> None:
    score = ComplaintScore(id="score", tolerated_share="0.5", claims=ClaimFilter(source="complaints"), lowest=0)
    facts = [bought("S1", 10, 10, customer="C12"), complaint("A", 20)]
    assert 60 == measured(score, facts, by="customer")["C12"].value


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ({"tolerated_share": "0"}, "must be above 0 and at most 1"),
        ({"tolerated_share": "10"}, r"must be above 0 and at most 1: Fraction\(10, 1\); 10 % is '0.1'"),
        ({"tolerated_share": "0.1 %"}, r"is a share, not a percentage: '0.1 %'; 10 % is '0.1', and 0.1 % is '0.001'"),
        ({"tolerated_share": "a tenth"}, "not a number"),
        ({"tolerated_share": "0.1", "cost_per_claim": eur(0)}, "cost_per_claim must be money above zero"),
        (
            {"tolerated_share": "0.1", "cost_per_claim": 500},
            r"must be money above zero: 500; write Money\('500', 'EUR'\)",
        ),
        ({"tolerated_share": "0.1", "lowest": 100}, "must rise within 0..10000: '100 to 100'"),
        ({"tolerated_share": "0.1", "lowest": -1}, "must rise within 0..10000"),
        ({"tolerated_share": "0.1", "highest": 10_001}, "must rise within 0..10000"),
        ({"tolerated_share": "0.1", "spend": "paid"}, "spend is unknown: 'paid'"),
    ],
)
def test_a_choice_of_a_score_that_makes_no_sense_is_refused(choice: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidValueError, match=message):
        ComplaintScore(id="score", **choice)


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ({"source": "returns"}, "source is unknown: 'returns'; expected one of claims, complaints"),
        ({"verdict": "won"}, "verdict is unknown: 'won'"),
        ({"kinds": "quality"}, r"names must be a collection: 'quality'; write \('quality',\)"),
        ({"kinds": [7]}, "a name is text: 7; write '7'"),
        ({"faults": ["driver"]}, "unknown fault"),
        ({"unattributed": "leave_out"}, "ClaimFilter.unattributed has no effect without faults"),
    ],
)
def test_a_filter_of_claims_that_makes_no_sense_is_refused(choice: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidValueError, match=message):
        ClaimFilter(**choice)


@pytest.mark.parametrize("kind", [ClaimRate, ClaimCost])
def test_a_filter_of_claims_is_a_filter(kind: Any) -> None:  # noqa: ANN401
    with pytest.raises(InvalidValueError, match="claims must be a ClaimFilter"):
        kind(id="claims", claims=["quality"])


def test_other_choices_of_claims_that_do_not_exist_are_refused() -> None:
    with pytest.raises(
        InvalidValueError, match="per is unknown: 'pallet'; expected one of order_line, receipt, quantity"
    ):
        ClaimRate(id="claims", per="pallet")  # type: ignore[arg-type]
    with pytest.raises(InvalidValueError, match="relative_to_spend is unknown: 'paid'"):
        ClaimCost(id="cost", relative_to_spend="paid")  # type: ignore[arg-type]


def test_the_measures_of_claims_run_side_by_side_on_the_same_facts() -> None:
    every = [ClaimRate(id="rate"), ClaimCost(id="cost"), SCORE]
    found = measure(every, Ledger([*TRADE, claim("A", 30)]), period=YEAR, as_of=YEAR_END)
    assert {"rate": Fraction(1, 4), "cost": 30, "score": Fraction(101, 2)} == {e.measure: e.value for e in found}
