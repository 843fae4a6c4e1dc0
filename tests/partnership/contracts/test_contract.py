"""A contract is checked as a whole, and its clauses are those of a day."""

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from contract_makers import agreed, breaches, eur, refusals
from delivery_makers import line

from supplychain_rules.errors import InvalidValueError, PolicyError
from supplychain_rules.partnership.contracts import (
    AgreedPrice,
    Amendment,
    ClaimTerms,
    Clause,
    ContractParty,
    CreditTier,
    DeliveryTerms,
    DocumentTerms,
    EarlyPayment,
    LateInterest,
    LiquidatedDamages,
    PaymentTerms,
    PriceReduction,
    PriceTerms,
    QualityTerms,
    Release,
    Retention,
    ReworkCost,
    ServiceCredits,
    ServiceLevelTerms,
    TerminationTerms,
    VolumeTerms,
    ends_on,
    in_force,
    versions,
)
from supplychain_rules.partnership.contracts.clauses import broken_by
from supplychain_rules.values.money import Money

DELIVERY = DeliveryTerms(id="delivery")
LATE = frozenset({"late_delivery"})


def amendment(
    name: str,
    signed: tuple[int, int],
    effective: tuple[int, int],
    *clauses: Clause,
    **others: Any,  # noqa: ANN401  any field
) -> Amendment:
    days = {"signed_on": date(2026, *signed), "effective_from": date(2026, *effective)}
    return Amendment(id=name, clauses=clauses, **days, **others)


def late_days(contract: Any, month: int, **others: Any) -> int:  # noqa: ANN401  a contract
    (clause,) = in_force(contract, date(2026, month, 1), **others)
    assert isinstance(clause, DeliveryTerms)
    return clause.late_days


# Clauses of a day


def test_an_amendment_holds_from_its_effective_day_on() -> None:
    contract = agreed(DELIVERY, amendments=[amendment("A1", (2, 1), (4, 1), DeliveryTerms(id="delivery", late_days=2))])

    assert [0, 2] == [late_days(contract, month) for month in (3, 4)]
    assert DELIVERY == in_force(contract, date(2026, 3, 31))[0]


def test_outside_its_validity_a_contract_has_no_clause_in_force() -> None:
    contract = agreed(DELIVERY)

    assert () == in_force(contract, date(2025, 12, 31))
    assert (DELIVERY,) == in_force(contract, date(2026, 12, 31))
    assert () == in_force(contract, date(2027, 1, 1))


def test_an_amendment_signed_later_than_the_report_does_not_exist_for_it() -> None:
    later = amendment("A1", (6, 1), (4, 1), DeliveryTerms(id="delivery", late_days=9), retroactive=True)
    contract = agreed(DELIVERY, amendments=[later])

    assert 0 == late_days(contract, 5, as_of=date(2026, 5, 31))
    assert 9 == late_days(contract, 5, as_of=date(2026, 6, 1))


def test_an_amendment_may_end_a_clause_and_add_another() -> None:
    price = PriceTerms(id="price")
    contract = agreed(DELIVERY, amendments=[amendment("A1", (2, 1), (4, 1), price, ends=["delivery"])])

    assert (price,) == in_force(contract, date(2026, 4, 1))


def test_versions_meet_without_a_gap() -> None:
    changes = [
        amendment("A1", (2, 1), (4, 1), DeliveryTerms(id="delivery", late_days=1)),
        amendment("A2", (5, 1), (7, 1), DeliveryTerms(id="delivery", late_days=2)),
    ]
    spans = versions(agreed(DELIVERY, amendments=changes))

    assert [date(2026, 1, 1), date(2026, 4, 1), date(2026, 7, 1)] == [span.valid_from for span in spans]
    assert [date(2026, 4, 1), date(2026, 7, 1), date(2027, 1, 1)] == [span.valid_until for span in spans]


def test_a_renewal_moves_the_end_of_the_contract_from_the_day_it_was_signed() -> None:
    renewal = amendment("A1", (10, 1), (10, 1), valid_until=date(2028, 1, 1))
    contract = agreed(DELIVERY, amendments=[renewal])
    day = date(2027, 6, 1)

    assert (DELIVERY,) == in_force(contract, day)
    assert () == in_force(contract, day, as_of=date(2026, 9, 30))
    assert (date(2028, 1, 1), date(2027, 1, 1)) == (ends_on(contract), ends_on(contract, as_of=date(2026, 9, 30)))
    assert [] == refusals(DELIVERY, amendments=[renewal, later_change(date(2027, 6, 1))])


def test_an_early_end_takes_what_is_ordered_later_out_of_the_contract() -> None:
    contract = agreed(DELIVERY, amendments=[amendment("A1", (3, 1), (3, 1), valid_until=date(2026, 4, 1))])
    orders = [line("A"), line("B", ordered_on=date(2026, 4, 1), promised_on=date(2026, 4, 2))]

    assert ["order_lines/A"] == [one.subject for one in breaches(contract, orders, as_of=date(2026, 6, 1))]


def test_a_contract_may_end_on_the_day_on_which_that_takes_effect() -> None:
    now = amendment("A1", (3, 1), (3, 1), valid_until=date(2026, 3, 1))

    assert date(2026, 3, 1) == ends_on(agreed(DELIVERY, amendments=[now]))


def test_two_ends_from_one_day_contradict_each_other() -> None:
    ends = [amendment(name, (3, 1), (3, 1), valid_until=date(2026, month, 1)) for name, month in (("A1", 4), ("A2", 5))]

    assert [("contradiction", "amendments[1]")] == refusals(DELIVERY, amendments=ends)


def later_change(day: date) -> Amendment:
    return Amendment(id="A9", signed_on=day, effective_from=day, clauses=[DeliveryTerms(id="delivery", late_days=1)])


def test_an_amendment_after_the_end_of_the_contract_is_refused() -> None:
    early = amendment("A1", (3, 1), (3, 1), valid_until=date(2026, 4, 1))

    assert [("bad_value", "amendments[0].effective_from")] == refusals(
        DELIVERY, amendments=[later_change(date(2026, 4, 1)), early]
    )


# Amendments that nobody could order


def test_an_amendment_for_the_past_is_refused_unless_it_says_so() -> None:
    with pytest.raises(InvalidValueError, match="lies before signed_on"):
        amendment("A1", (4, 1), (3, 1), DELIVERY)

    assert amendment("A1", (4, 1), (3, 1), DELIVERY, retroactive=True).retroactive


def test_two_amendments_of_one_clause_from_one_day_are_refused() -> None:
    changes = [
        amendment("A1", (2, 1), (4, 1), DeliveryTerms(id="delivery", late_days=1)),
        amendment("A2", (3, 1), (4, 1), DeliveryTerms(id="delivery", late_days=2)),
    ]

    assert [("contradiction", "amendments[1]")] == refusals(DELIVERY, amendments=changes)


def test_an_amendment_that_supersedes_another_is_the_one_that_counts() -> None:
    changes = [
        amendment("A1", (2, 1), (7, 1), DeliveryTerms(id="delivery", late_days=1)),
        amendment("A2", (3, 1), (4, 1), DeliveryTerms(id="delivery", late_days=2), supersedes=["A1"]),
    ]
    contract = agreed(DELIVERY, amendments=changes)

    assert [0, 2, 2] == [late_days(contract, month) for month in (3, 4, 8)]


def test_an_amendment_signed_later_that_takes_effect_earlier_is_refused() -> None:
    changes = [
        amendment("A1", (2, 1), (7, 1), DeliveryTerms(id="delivery", late_days=1)),
        amendment("A2", (3, 1), (4, 1), DeliveryTerms(id="delivery", late_days=2)),
    ]

    assert [("contradiction", "amendments[0]")] == refusals(DELIVERY, amendments=changes)


def test_amendments_of_different_clauses_do_not_overlap() -> None:
    changes = [
        amendment("A1", (2, 1), (4, 1), DeliveryTerms(id="delivery", late_days=1)),
        amendment("A2", (3, 1), (4, 1), PriceTerms(id="price")),
    ]

    assert [] == refusals(DELIVERY, amendments=changes)


def test_amendments_of_what_is_not_there_are_refused_all_at_once() -> None:
    changes = [
        amendment("A1", (2, 1), (4, 1), ends=["prices"]),
        amendment("A2", (2, 1), (4, 1), DELIVERY, supersedes=["A9"]),
        Amendment(id="A3", signed_on=date(2027, 1, 1), effective_from=date(2027, 1, 1), clauses=[DELIVERY]),
    ]

    assert [
        ("unknown_name", "amendments[0].ends"),
        ("unknown_name", "amendments[1].supersedes"),
        ("bad_value", "amendments[2].effective_from"),
    ] == refusals(DELIVERY, amendments=changes)


# Parties


@pytest.mark.parametrize(
    ("roles", "expected"),
    [
        ([("V7", "supplier")], [("bad_value", "parties")]),
        ([("us", "buyer")], [("bad_value", "parties")]),
        ([("V7", "supplier"), ("V8", "supplier"), ("us", "buyer")], [("bad_value", "parties")]),
        ([("V7", "supplier"), ("V7", "buyer")], [("duplicate_name", "parties[1].id")]),
        ([("us", "supplier"), ("K1", "customer"), ("F1", "carrier")], []),
        ([("V7", "supplier"), ("us", "buyer"), ("K1", "customer"), ("B1", "guarantor")], []),
    ],
)
def test_a_contract_has_one_supplier_and_somebody_who_pays(
    roles: list[tuple[str, Any]], expected: list[tuple[str, str]]
) -> None:
    assert expected == refusals(DELIVERY, parties=[ContractParty(id=name, role=role) for name, role in roles])


def test_a_contract_of_a_customer_is_paid_by_the_customer_unless_there_is_a_buyer() -> None:
    seller = ContractParty(id="us", role="supplier")
    customer = ContractParty(id="K1", role="customer")

    assert "K1" == agreed(DELIVERY, parties=[seller, customer]).payer
    assert "agent" == agreed(DELIVERY, parties=[seller, customer, ContractParty(id="agent", role="buyer")]).payer


def test_a_contract_that_ends_before_it_begins_is_refused() -> None:
    assert [("bad_value", "valid_until")] == refusals(DELIVERY, valid_until=date(2026, 1, 1))


# Clauses that do not go together


LOTS = ("lot_below_standard",)
OF_WINDOWS = ("quality_below_standard",)


@pytest.mark.parametrize(
    ("duty", "expected"),
    [
        (DELIVERY, ("late_delivery", "wrong_item")),
        (DeliveryTerms(id="d", early_days=0), ("late_delivery", "wrong_item", "early_delivery")),
        (DeliveryTerms(id="d", closed_states=["closed"]), ("late_delivery", "wrong_item", "short_delivery")),
        (DeliveryTerms(id="d", over_tolerance=0), ("late_delivery", "wrong_item", "over_delivery")),
        (PriceTerms(id="p"), ("price_above_terms",)),
        (QualityTerms(id="q", lots_must_pass=True), LOTS),
        (QualityTerms(id="q", least_lot_pass_rate=Fraction(1)), LOTS),
        (QualityTerms(id="q", least_pass_rate=Fraction(1)), OF_WINDOWS),
        (QualityTerms(id="q", least_lots_accepted=1), OF_WINDOWS),
        (QualityTerms(id="q", most_ppm=5, lots_must_pass=True), (*LOTS, *OF_WINDOWS)),
        (ServiceLevelTerms(id="s", least=1, source="given"), ("service_level_missed",)),
        (PaymentTerms(id="p", net_days=30), ("late_payment",)),
        (VolumeTerms(id="v", minimum=1), ("minimum_missed",)),
        (VolumeTerms(id="v", maximum=1), ("maximum_exceeded",)),
        (DocumentTerms(id="p", held=["ISO"]), ("missing_document",)),
        (ClaimTerms(id="c", years=3), ()),
    ],
)
def test_a_duty_can_be_broken_in_the_ways_that_it_speaks_of(duty: Clause, expected: tuple[str, ...]) -> None:
    assert expected == broken_by(duty)


@pytest.mark.parametrize(
    ("clauses", "expected"),
    [
        ([DELIVERY, DELIVERY], [("duplicate_name", "clauses[1].id")]),
        ([DELIVERY, DeliveryTerms(id="other")], [("duplicate_name", "clauses")]),
        ([LiquidatedDamages(id="ld", breaches=LATE, rate="0.01")], [("idle_remedy", "clauses")]),
        (
            [DELIVERY, LiquidatedDamages(id="ld", breaches=LATE, rate="0.01", of=["delivry"])],
            [("unknown_name", "clauses"), ("idle_remedy", "clauses")],
        ),
        ([DELIVERY, LateInterest(id="interest", rate="0.08", day_count="act/365")], [("idle_remedy", "clauses")]),
        ([ServiceLevelTerms(id="level", least="0.9")], [("bad_value", "clauses")]),
        (
            [DELIVERY, LiquidatedDamages(id="ld", breaches=LATE, amount=Money(1, "USD"))],
            [("bad_value", "clauses[1].amount")],
        ),
        (
            [PriceTerms(id="price", prices=[AgreedPrice(item="bolt", price=Money(1, "USD"))])],
            [("bad_value", "clauses[0].prices[0].price")],
        ),
        (
            [
                QualityTerms(id="quality", most_ppm=500),
                ServiceCredits(
                    id="credits",
                    breaches=["quality_below_standard"],
                    tiers=[CreditTier(below="0.99", credit="0.1")],
                ),
            ],
            [("bad_value", "clauses")],
        ),
    ],
)
def test_clauses_that_do_not_go_together_are_refused(clauses: list[Any], expected: list[tuple[str, str]]) -> None:
    assert expected == refusals(*clauses)


def test_a_term_without_an_end_has_no_whole() -> None:
    volume = VolumeTerms(id="volume", per="term", minimum=10)

    assert [("bad_value", "clauses")] == refusals(volume, valid_until=None)
    assert [] == refusals(volume)


# Double remedies

DAMAGES = LiquidatedDamages(id="ld", breaches=LATE, rate="0.01")


def test_two_remedies_for_one_breach_are_refused() -> None:
    fee = LiquidatedDamages(id="fee", breaches=LATE, amount=eur(50), per="breach")

    assert [("double_remedy", "clauses")] == refusals(DELIVERY, DAMAGES, fee)


def test_two_remedies_that_the_contract_calls_cumulative_are_not() -> None:
    fee = LiquidatedDamages(id="fee", breaches=LATE, amount=eur(50), per="breach", cumulative_with=["ld"])

    assert [] == refusals(DELIVERY, DAMAGES, fee)


def test_remedies_of_two_clauses_do_not_meet() -> None:
    papers = DocumentTerms(id="papers", held=["ISO 9001"])
    of_papers = LiquidatedDamages(id="fee", breaches=["missing_document"], amount=eur(50), per="breach")

    assert [] == refusals(DELIVERY, papers, DAMAGES, of_papers)


@pytest.mark.parametrize(
    ("duties", "window", "each"),
    [
        (
            [DELIVERY, ServiceLevelTerms(id="level", least="0.95")],
            ServiceCredits(
                id="credits", breaches=["service_level_missed"], tiers=[CreditTier(below="0.95", credit="0.05")]
            ),
            DAMAGES,
        ),
        (
            [QualityTerms(id="quality", lots_must_pass=True, least_pass_rate=Fraction(99, 100))],
            PriceReduction(id="reduction", breaches=["quality_below_standard"], rate="0.1"),
            ReworkCost(id="rework", breaches=["lot_below_standard"], unit_rate=eur(1)),
        ),
    ],
)
def test_a_remedy_for_the_window_and_one_for_what_is_in_it_are_two_for_one_breach(
    duties: list[Clause], window: Clause, each: Clause
) -> None:
    assert [("double_remedy", "clauses")] == refusals(*duties, window, each)


def test_a_level_from_elsewhere_is_not_made_of_late_lines() -> None:
    level = ServiceLevelTerms(id="uptime", least="0.95", source="given")
    tiers = [CreditTier(below="0.95", credit="0.05")]

    assert [] == refusals(
        DELIVERY, DAMAGES, level, ServiceCredits(id="credits", breaches=["service_level_missed"], tiers=tiers)
    )


# Clauses that are wrong by themselves


@pytest.mark.parametrize(
    ("make", "what"),
    [
        (lambda: DeliveryTerms(id="d", under_tolerance=1), "lets nothing at all be complete"),
        (lambda: DeliveryTerms(id="d", late_days=-1), "whole number"),
        (lambda: DeliveryTerms(id=" "), "is blank"),
        (lambda: QualityTerms(id="q"), "ask for nothing"),
        (lambda: QualityTerms(id="q", lots_must_pass=True, per="year"), "no effect"),
        (lambda: QualityTerms(id="q", least_pass_rate=Fraction(101, 100)), "outside 0..1"),
        (lambda: VolumeTerms(id="v"), "neither minimum nor maximum"),
        (lambda: VolumeTerms(id="v", minimum=2, maximum=1), "exceeds the maximum"),
        (lambda: VolumeTerms(id="v", minimum=2, basis="invoiced", unit="kg"), "no effect"),
        (lambda: DocumentTerms(id="p"), "no document"),
        (lambda: DocumentTerms(id="p", held=["ISO"], days=3), "no effect"),
        (lambda: TerminationTerms(id="t", count=0, within_days=90), "whole number"),
        (lambda: TerminationTerms(id="t", count=1, within_days=90, breaches=["lateness"]), "unknown"),
        (lambda: ClaimTerms(id="c"), "bar nothing"),
        (lambda: PaymentTerms(id="p", net_days=30, discounts=[EarlyPayment(rate="0.02", days=30)]), "do not fall"),
        (lambda: PriceTerms(id="p", prices=["2 EUR"]), "agreed price is wanted"),
        (
            lambda: PriceTerms(
                id="p", prices=[AgreedPrice(item="a", price=eur(1)), AgreedPrice(item="a", price=eur(2))]
            ),
            "two prices for one day",
        ),
        (lambda: PriceTerms(id="p", checked="ordered", priced_on="invoiced"), "no effect"),
        (lambda: LiquidatedDamages(id="ld", breaches=LATE), "either rate or amount"),
        (lambda: LiquidatedDamages(id="ld", breaches=LATE, rate="0.1", amount=eur(1)), "either rate or amount"),
        (lambda: LiquidatedDamages(id="ld", breaches=["wrong_item"], rate="0.1"), "without days"),
        (lambda: LiquidatedDamages(id="ld", breaches=LATE, rate="0.1", per="unit", grace_days=2), "no effect"),
        (lambda: LiquidatedDamages(id="ld", breaches=LATE, amount=eur(1), base="whole"), "no effect"),
        (
            lambda: LiquidatedDamages(id="ld", breaches=LATE, rate="0.1", per="week_started", rounding_point="day"),
            "no effect",
        ),
        (lambda: LiquidatedDamages(id="ld", breaches=["lateness"], rate="0.1"), "unknown"),
        (lambda: LiquidatedDamages(id="ld", breaches=[], rate="0.1"), "unknown"),
        (lambda: ServiceCredits(id="c", breaches=LATE, tiers=[CreditTier(below="0.9", credit="0.1")]), "no level"),
        (lambda: ServiceCredits(id="c", breaches=["service_level_missed"], tiers=[]), "is empty"),
        (
            lambda: ServiceCredits(
                id="c",
                breaches=["service_level_missed"],
                tiers=[CreditTier(below="0.9", credit="0.1"), CreditTier(below="0.8", credit="0.05")],
            ),
            "no smaller credit",
        ),
        (lambda: PriceReduction(id="r", breaches=LATE), "goes with by='rate'"),
        (lambda: PriceReduction(id="r", breaches=LATE, by="difference"), "is for price_above_terms"),
        (lambda: LateInterest(id="i", rate="0.1", day_count="act/364"), "unknown"),
        (lambda: LateInterest(id="i", rate="0.1", day_count="act/365", breaches=LATE), "is for late_payment"),
        (lambda: Retention(id="r", share="0.05", releases=[Release(share="0.5")]), "do not add up to 1"),
        (lambda: Amendment(id="A", signed_on=date(2026, 1, 1), effective_from=date(2026, 1, 1)), "changes nothing"),
        (lambda: amendment("A", (3, 1), (3, 1), valid_until=date(2026, 2, 28)), "lies before effective_from"),
        (lambda: agreed("deliver on time"), "not a clause"),
        (lambda: agreed(currency="EURO"), "currency"),
    ],
)
def test_a_clause_that_is_wrong_by_itself_is_refused(make: Callable[[], object], what: str) -> None:
    with pytest.raises(InvalidValueError, match=what):
        make()


def test_everything_wrong_with_a_contract_is_told_at_once() -> None:
    with pytest.raises(PolicyError) as caught:
        agreed(DELIVERY, DELIVERY, parties=[], valid_until=date(2025, 1, 1))

    assert ["parties", "parties", "valid_until", "clauses[1].id"] == [found.path for found in caught.value.problems]
