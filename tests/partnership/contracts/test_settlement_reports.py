"""Settlements over amendments, and reports that name clauses, parties and facts in the language of the reader."""

from datetime import date
from typing import Any

import pytest
from contract_makers import agreed, check, eur, inspected, invoiced
from delivery_makers import got, line

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.ledger import Ledger
from supplychain_rules.partnership.contracts import (
    Amendment,
    Contract,
    ContractParty,
    DeliveryTerms,
    DocumentTerms,
    LateInterest,
    LiquidatedDamages,
    PaymentTerms,
    QualityTerms,
    Release,
    Retention,
    Settlement,
    retention,
    settle,
    statement,
)
from supplychain_rules.values.label import Label

DELIVERY = DeliveryTerms(id="delivery")
AS_OF = date(2026, 6, 1)


def damages(**choices: Any) -> LiquidatedDamages:  # noqa: ANN401  any choice
    return LiquidatedDamages(**({"id": "ld", "breaches": ["late_delivery"]} | choices))


def settled(contract: Contract, facts: list[Any], **others: Any) -> Settlement:  # noqa: ANN401  as `settle`
    return settle(contract, check(contract, facts, as_of=AS_OF), **others)


def test_an_amended_remedy_goes_on_with_the_cap_that_the_old_wording_used() -> None:
    dearer = Amendment(
        id="A1",
        signed_on=date(2026, 1, 2),
        effective_from=date(2026, 1, 10),
        clauses=[damages(amount=eur(20), total_cap=eur(150))],
    )
    contract = agreed(DELIVERY, damages(amount=eur(10), total_cap=eur(150)), amendments=[dearer])
    facts = [
        fact
        for name, ordered in (("A", 5), ("B", 10), ("C", 5))
        for fact in (line(name, ordered_on=date(2026, 1, ordered)), got(6, of=name))
    ]

    found = settled(contract, facts)

    assert [eur(60), eur(90), eur(0)] == [one.amount for one in found.dues]
    assert eur(0) == statement(settled(contract, facts, charged_before={"ld": eur(150)}), "us").net


def test_charges_of_a_remedy_that_the_contract_never_had_are_refused() -> None:
    contract = agreed(DELIVERY, damages(amount=eur(10), total_cap=eur(150)))

    with pytest.raises(InvalidValueError, match="'dl'; one of ld"):
        settled(contract, [line(), got(6)], charged_before={"dl": eur(150)})


def test_an_event_that_no_release_of_a_retention_waits_for_is_refused() -> None:
    held_back = Retention(id="r", share="0.05", releases=[Release(share=1, event="acceptance")])

    with pytest.raises(InvalidValueError, match="no release waits for this event: 'acceptence'; did you mean"):
        retention(agreed(held_back), Ledger([]), as_of=AS_OF, events={"acceptence": AS_OF})


def test_a_report_names_clauses_and_parties_by_their_labels_and_facts_in_its_language() -> None:
    contract = agreed(
        DELIVERY,
        DocumentTerms(id="papers", held=["ISO 9001"], with_delivery=["CoA"]),
        QualityTerms(id="quality", most_ppm=500, lots_must_pass=True),
        damages(rate="0.01", label=Label("Damages", "违约金")),
        parties=[
            ContractParty(id="V7", role="supplier", label=Label("Castings Ltd", "铸件公司")),
            ContractParty(id="us", role="buyer"),
        ],
    )
    facts = [line("L0", price="100"), got(10, of="L0"), inspected(5, date(2026, 2, 1))]
    found = check(contract, facts, as_of=AS_OF)
    report = statement(settle(contract, found), "us")

    assert "EUR 100.00  违约金: 10 天" == report.text("zh")[:21]
    assert report.text("en").startswith("EUR 100.00  Damages: 10 days")
    assert [
        "缺少单证（ISO 9001，自 2026-01-01 起）",
        "延迟交货（订单行 L0）",
        "缺少单证（CoA，订单行 L0）",
        "批次低于质量标准（检验 Q1）",
        "质量低于标准（百万分比不良率 [2026-02-01..2026-03-01)）",
    ] == [text.removeprefix("铸件公司: ").split("：")[0] for text in found.text("zh").splitlines()]


def test_an_invoice_number_forges_no_line_of_a_statement() -> None:
    contract = agreed(PaymentTerms(id="payment", net_days=30), LateInterest(id="i", rate="0.1", day_count="act/365"))
    facts = [line(), invoiced(1000, date(2026, 1, 10), number="I1\nEUR 9000.00  net")]
    found = check(contract, facts, as_of=AS_OF)

    for text in (found.text("en"), found.text("zh")):
        assert 1 == len(text.splitlines())
    for lang in ("en", "zh"):
        assert 2 == len(statement(settle(contract, found), "V7").text(lang).splitlines())  # type: ignore[arg-type]  # wrong on purpose
