"""Settlement, statements and claims: lines that add up, caps over all breaches, and what became of what is due."""

from datetime import date
from typing import Any

import pytest
from contract_makers import BOTH, agreed, check, eur, inspected, invoiced, paid
from delivery_makers import due, got, line

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.partnership.contracts import (
    Amendment,
    ClaimMove,
    ClaimTerms,
    Contract,
    ContractParty,
    DeliveryTerms,
    LateInterest,
    LiquidatedDamages,
    PaymentTerms,
    QualityTerms,
    Settlement,
    Statement,
    open_claims,
    remedy_claims,
    settle,
    statement,
)
from supplychain_rules.values.period import Period

DELIVERY = DeliveryTerms(id="delivery")
AS_OF = date(2026, 6, 1)


def damages(**choices: Any) -> LiquidatedDamages:  # noqa: ANN401  any choice
    return LiquidatedDamages(**({"id": "ld", "breaches": ["late_delivery"]} | choices))


def settled(contract: Contract, facts: list[Any], **others: Any) -> Settlement:  # noqa: ANN401  as `settle`
    return settle(contract, check(contract, facts, as_of=AS_OF), **others)


def late_lines(*days: int, price: str = "100") -> list[Any]:
    return [
        fact for place, late in enumerate(days) for fact in (line(f"L{place}", price=price), got(late, of=f"L{place}"))
    ]


# Statements


def test_the_net_of_both_parties_is_the_same_with_opposite_signs() -> None:
    contract = agreed(
        DELIVERY,
        PaymentTerms(id="payment", net_days=30),
        damages(rate="0.01"),
        LateInterest(id="interest", rate="0.10", day_count="act/365"),
    )
    bill = [invoiced(1000, date(2026, 1, 10), line="L0"), paid(1000, date(2026, 3, 18))]
    found = settled(contract, [*late_lines(10), *bill])

    assert eur("89.86") == statement(found, "us").net
    assert eur("-89.86") == statement(found, "V7").net
    assert [("ld", eur(100)), ("interest", eur("-10.14"))] == [
        (one.clause, one.amount) for one in statement(found, "us").lines
    ]


def test_a_statement_reads_line_by_line_in_both_languages() -> None:
    found = settled(agreed(DELIVERY, damages(rate="0.01")), late_lines(10))

    assert (
        "EUR 100.00  ld: 10 days x 0.01 x 1000 = 100 | "
        "late delivery, order_lines/L0: 10 days beyond 2026-01-20, 10 units, worth 1000\n"
        "EUR 100.00  net"
    ) == str(statement(found, "us"))
    assert "EUR -100.00  净额" == statement(found, "V7").text("zh").splitlines()[-1]


def test_a_statement_whose_lines_do_not_add_up_cannot_be_built() -> None:
    with pytest.raises(InvalidValueError, match="do not add up to the net"):
        Statement(contract="C7", party="us", period=Period.year(2026), as_of=AS_OF, lines=(), net=eur(1))


def test_a_party_that_has_nothing_to_do_with_the_breaches_has_an_empty_statement() -> None:
    contract = agreed(DELIVERY, damages(rate="0.01"), parties=[*BOTH, ContractParty(id="F1", role="carrier")])
    found = settled(contract, late_lines(10))

    assert ((), eur(0)) == (statement(found, "F1").lines, statement(found, "F1").net)
    with pytest.raises(InvalidValueError, match="no party of the contract"):
        statement(found, "F2")


def test_rounding_only_the_total_is_a_line_of_its_own() -> None:
    facts = late_lines(1, 1, 1, price="0.44")
    each = settled(agreed(DELIVERY, damages(rate="0.001", per="breach")), facts)
    total = settled(agreed(DELIVERY, damages(rate="0.001", per="breach", rounding_point="total")), facts)

    assert eur(0) == statement(each, "us").net
    assert eur("0.01") == statement(total, "us").net
    assert [("rounding", "total 0.0132, rounded once")] == [
        (one.kind, one.formula.en) for one in statement(total, "us").lines if one.breach is None
    ]
    assert "rounding of the total" in str(statement(total, "us"))


# Caps over all breaches


def test_a_cap_over_all_breaches_is_used_up_by_the_earlier_ones() -> None:
    found = settled(agreed(DELIVERY, damages(amount=eur(10), total_cap=eur(150))), late_lines(10, 9))

    assert [eur(100), eur(50)] == [one.amount for one in found.dues]
    assert [False, True] == [one.capped for one in found.dues]
    assert "9 days x 10 = 90, EUR 50.00 left of the cap" == found.dues[1].formula.en


def test_what_was_charged_before_uses_up_the_cap_too() -> None:
    contract = agreed(DELIVERY, damages(amount=eur(10), total_cap=eur(150)))

    found = settled(contract, late_lines(10, 9), charged_before={"ld": eur(149)})
    assert [eur(1), eur(0)] == [one.amount for one in found.dues]
    assert eur(0) == statement(settled(contract, late_lines(10), charged_before={"ld": eur(200)}), "us").net


def test_a_total_that_is_rounded_once_stays_within_the_cap() -> None:
    clause = damages(rate="0.001", per="breach", rounding_point="total", total_cap=eur("0.01"))

    assert eur("0.01") == statement(settled(agreed(DELIVERY, clause), late_lines(*[1] * 9, price="0.44")), "us").net


# Which remedy


def test_a_breach_is_answered_by_the_remedy_of_the_day_of_its_order() -> None:
    dearer = Amendment(
        id="A1", signed_on=date(2026, 1, 2), effective_from=date(2026, 1, 10), clauses=[damages(amount=eur(20))]
    )
    contract = agreed(DELIVERY, damages(amount=eur(10)), amendments=[dearer])
    facts = [line("A"), line("B", ordered_on=date(2026, 1, 10)), got(1, of="A"), got(1, of="B")]

    assert [eur(10), eur(20)] == [one.amount for one in settled(contract, facts).dues]


def test_a_breach_without_remedy_is_told() -> None:
    found = settled(agreed(DELIVERY), late_lines(10))

    assert ((), 1) == (found.dues, len(found.without_remedy))


def test_a_breach_whose_worth_nobody_knows_is_told() -> None:
    contract = agreed(
        QualityTerms(id="quality", lots_must_pass=True),
        damages(breaches=["lot_below_standard"], rate="0.1", per="breach"),
    )
    found = settled(contract, [inspected(4, date(2026, 2, 1))])
    assert ["lot_below_standard:quality:inspections/Q1"] == [one.id for one in found.without_worth]


def test_two_remedies_that_are_cumulative_are_two_lines() -> None:
    fee = damages(id="fee", amount=eur(50), per="breach", cumulative_with=["ld"])
    found = settled(agreed(DELIVERY, damages(rate="0.01"), fee), late_lines(10))

    assert [("fee", eur(50)), ("ld", eur(100))] == [(one.remedy, one.amount) for one in found.dues]


def test_the_check_of_another_contract_is_refused() -> None:
    other = agreed(DELIVERY, id="C8")

    with pytest.raises(InvalidValueError, match="a check of this contract"):
        settle(agreed(DELIVERY), check(other, []))


# Claims

CLAIM = "ld:late_delivery:delivery:order_lines/L0"


def move(kind: Any, on: date, amount: int | None = None) -> ClaimMove:  # noqa: ANN401  a word
    return ClaimMove(claim=CLAIM, kind=kind, on=on, amount=None if amount is None else eur(amount))


def claim_of(moves: list[ClaimMove], *, as_of: date = AS_OF, **terms: int) -> Any:  # noqa: ANN401  a claim
    """Return what became of damages of 100, due since 21 January."""
    clauses = [ClaimTerms(id="claims", **terms)] if terms else []
    contract = agreed(DELIVERY, damages(rate="0.01"), *clauses)
    (found,) = remedy_claims(contract, settled(contract, late_lines(10)).dues, moves, as_of=as_of)
    return found


def test_what_is_due_and_not_claimed_is_open() -> None:
    found = claim_of([])

    assert ("not_claimed", eur(100), None, True) == (found.status, found.outstanding, found.barred_on, found.is_open)


def test_a_claim_goes_from_claimed_to_agreed_to_settled() -> None:
    moves = [
        move("claimed", date(2026, 2, 1), 100),
        move("agreed", date(2026, 3, 1), 80),
        move("paid", date(2026, 4, 1), 30),
        move("paid", date(2026, 5, 1), 50),
    ]
    days = [date(2026, month, 15) for month in (1, 2, 3, 4, 5)]
    found = [claim_of(moves[::-1], as_of=day) for day in days]

    assert ["not_claimed", "claimed", "agreed", "agreed", "settled"] == [one.status for one in found]
    assert [eur(100), eur(100), eur(80), eur(50), eur(0)] == [one.outstanding for one in found]
    assert [eur(0), eur(0), eur(0), eur(30), eur(80)] == [one.paid for one in found]


def test_what_was_not_claimed_in_time_is_time_barred() -> None:
    on_the_last_day = [move("claimed", date(2026, 4, 21), 100)]

    assert ("not_claimed", date(2026, 4, 22)) == (
        (barred := claim_of([], as_of=date(2026, 4, 21), within_days=90)).status,
        barred.barred_on,
    )
    assert "time_barred" == claim_of([], as_of=date(2026, 4, 22), within_days=90).status
    assert "claimed" == claim_of(on_the_last_day, within_days=90).status
    assert "time_barred" == claim_of([move("claimed", date(2026, 4, 22), 100)], within_days=90).status


def test_what_was_claimed_and_never_agreed_is_time_barred_after_years() -> None:
    claimed = [move("claimed", date(2026, 2, 1), 100)]

    assert date(2030, 1, 1) == claim_of(claimed, within_days=90, years=3).barred_on
    assert "time_barred" == claim_of(claimed, as_of=date(2030, 1, 1), years=3).status
    assert claim_of([*claimed, move("agreed", date(2026, 3, 1), 80)], within_days=90, years=3).barred_on is None


def test_a_claim_that_was_withdrawn_is_not_open() -> None:
    found = claim_of([move("claimed", date(2026, 2, 1), 100), move("withdrawn", date(2026, 3, 1))])

    assert ("withdrawn", eur(0), False) == (found.status, found.outstanding, found.is_open)


def test_open_claims_are_listed_by_the_day_they_are_time_barred() -> None:
    contract = agreed(DELIVERY, damages(rate="0.01"), ClaimTerms(id="claims", within_days=90))
    facts = [*late_lines(10, 9), line("L9", promised_on=due(-10)), got(5, of="L9")]
    dues = settled(contract, facts).dues
    found = open_claims(contract, dues, [move("claimed", due(20), 100)], as_of=date(2026, 4, 1))

    assert ["L9", "L1", "L0"] == [one.due.breach.subject.removeprefix("order_lines/") for one in found]


@pytest.mark.parametrize(
    ("make", "what"),
    [
        (lambda: move("paid", AS_OF), "goes with all kinds but withdrawn"),
        (lambda: move("withdrawn", AS_OF, 5), "goes with all kinds but withdrawn"),
        (lambda: move("forgotten", AS_OF, 5), "unknown"),
        (lambda: claim_of([ClaimMove(claim="ld", kind="paid", amount=eur(1), on=AS_OF)]), "not due"),
    ],
)
def test_moves_that_are_none_are_refused(make: Any, what: str) -> None:  # noqa: ANN401  a function
    with pytest.raises(InvalidValueError, match=what):
        make()
