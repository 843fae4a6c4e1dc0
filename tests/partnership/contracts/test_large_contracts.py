"""Contracts of more clauses than anybody agrees on are refused before all of them are compared with each other."""

from datetime import date, timedelta

from contract_makers import agreed, eur, refusals

from supplychain_rules.partnership.contracts import MAX_CLAUSES, Amendment, DeliveryTerms, QualityTerms, ReworkCost


def rework(number: int, **others: object) -> ReworkCost:
    return ReworkCost(id=f"r{number}", breaches=["lot_below_standard"], unit_rate=eur(1), **others)  # type: ignore[arg-type]  # wrong on purpose


QUALITY = QualityTerms(id="quality", lots_must_pass=True)


def test_a_contract_of_more_clauses_than_anybody_agrees_on_is_refused_by_its_size() -> None:
    assert [("too_large", "clauses")] == refusals(QUALITY, *(rework(number) for number in range(MAX_CLAUSES)))


def test_amendments_that_add_clause_after_clause_are_counted_with_the_contract() -> None:
    start = date(2026, 2, 1)
    amendments = [
        Amendment(id=f"A{number}", signed_on=start, effective_from=start, clauses=[rework(number)])
        for number in range(MAX_CLAUSES)
    ]

    assert [("too_large", "clauses")] == refusals(QUALITY, amendments=amendments)
    assert [("too_large", "amendments"), ("too_large", "clauses")] == refusals(
        QUALITY, amendments=[*amendments, Amendment(id="last", signed_on=start, effective_from=start, ends=["quality"])]
    )


def test_a_contract_of_as_many_clauses_and_amendments_as_there_may_be_is_accepted() -> None:
    every = [f"r{number}" for number in range(MAX_CLAUSES - 2)]
    start = date(2026, 2, 1)
    amendments = [
        Amendment(
            id=f"A{number}",
            signed_on=start,
            effective_from=start + timedelta(days=number),
            clauses=[DeliveryTerms(id="delivery", late_days=number)],
        )
        for number in range(MAX_CLAUSES)
    ]
    contract = agreed(
        QUALITY,
        DeliveryTerms(id="delivery"),
        *(rework(number, cumulative_with=every) for number in range(MAX_CLAUSES - 2)),
        amendments=amendments,
    )

    assert MAX_CLAUSES == len(contract.clauses) == len(contract.amendments)


def test_a_contract_with_hundreds_of_problems_tells_five_hundred_of_them() -> None:
    assert 500 == len(refusals(QUALITY, *(rework(number) for number in range(MAX_CLAUSES - 1))))
