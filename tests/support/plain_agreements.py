"""Every kind of agreement of the partnership as plain data, as full as it gets, with the function that reads it."""

from collections.abc import Callable
from datetime import date
from typing import Any

from contract_makers import agreed, eur
from price_makers import clause, steel
from risk_makers import MATRIX, RPN, risk, risk_policy
from settlement_makers import policy, rest_to

from supplychain_rules.partnership.collaboration import (
    AfterSignal,
    CallRule,
    CollaborationPlan,
    EscalationLevel,
    EveryMonths,
    EveryWeeks,
    InformationDuty,
    Meeting,
    Member,
    NthWeekday,
    Recurring,
    dump_collaboration_plan,
    load_collaboration_plan,
)
from supplychain_rules.partnership.contracts import (
    AgreedPrice,
    Amendment,
    ClaimTerms,
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
    dump_contract,
    load_contract,
)
from supplychain_rules.partnership.prices import (
    DeadBand,
    FactorBounds,
    MoveSharing,
    RebateSchedule,
    RebateTier,
    Rounding,
    SurchargeScale,
    SurchargeStep,
    SurchargeTable,
    Timing,
    dump_adjustment_clause,
    dump_rebate_schedule,
    dump_surcharge,
    load_adjustment_clause,
    load_rebate_schedule,
    load_surcharge_scale,
    load_surcharge_table,
)
from supplychain_rules.partnership.risks import (
    SEVERITY_FIRST_EXAMPLE,
    Escalation,
    Response,
    RiskLevels,
    RiskRegister,
    RiskReview,
    Trigger,
    dump_risk_policy,
    dump_risk_register,
    load_risk_policy,
    load_risk_register,
)
from supplychain_rules.partnership.sharing import (
    AgreedRatio,
    Band,
    Bands,
    Blend,
    Buyback,
    ByClaims,
    ByFact,
    ByNucleolus,
    ByShapley,
    Cap,
    CatchUp,
    Charge,
    Clawback,
    EqualShares,
    Fee,
    Floor,
    Hurdle,
    IncentiveFee,
    Market,
    QuantityFlexibility,
    Recoup,
    Reserve,
    RevenueSharing,
    SalesRebate,
    Split,
    SplitAgreement,
    SupplyAgreement,
    SupplyContract,
    Wholesale,
    dump_settlement,
    dump_split_agreement,
    dump_supply_agreement,
    load_settlement,
    load_split_agreement,
    load_supply_agreement,
)
from supplychain_rules.partnership.sharing import DeadBand as SettlementDeadBand
from supplychain_rules.values.calendar import WorkCalendar
from supplychain_rules.values.label import Label
from supplychain_rules.values.period import Period

__all__ = ["AGREEMENTS"]

_LABEL = Label("Steel 2026", "2026 年钢材")

_CONTRACT = agreed(
    PriceTerms(id="price", prices=[AgreedPrice(item="bolt", price=eur("1.5"), valid_until=date(2026, 7, 1))]),
    QualityTerms(id="quality", lots_must_pass=True, least_lots_accepted="0.9", faults=["supplier"]),
    DeliveryTerms(
        id="delivery",
        late_days=2,
        calendar=WorkCalendar(holidays=[date(2026, 5, 1)]),
        under_tolerance="1/3",
        excused_faults=["buyer", "force_majeure"],
    ),
    ServiceLevelTerms(id="level", least="0.995", source="given", label=Label("Uptime", "可用性")),
    PaymentTerms(id="payment", net_days=30, discounts=[EarlyPayment(rate="0.02", days=10)]),
    VolumeTerms(id="volume", minimum=100, unit_price=eur(2)),
    DocumentTerms(id="papers", held=["ISO 9001", "ISO 14001"]),
    TerminationTerms(id="termination", count=3, within_days=90, breaches=["late_delivery"]),
    ClaimTerms(id="claims", within_days=90, years=3),
    LiquidatedDamages(id="ld", breaches=["late_delivery"], amount=eur(5), total_cap=eur(500)),
    ServiceCredits(id="credits", breaches=["service_level_missed"], tiers=[CreditTier(below="0.99", credit="0.1")]),
    PriceReduction(id="reduction", breaches=["price_above_terms"], by="difference"),
    ReworkCost(id="rework", breaches=["lot_below_standard"], unit_rate=eur("0.4")),
    LateInterest(id="interest", rate="0.08", day_count="30e/360", fixed=eur(40)),
    Retention(id="retention", share="0.05", releases=[Release(share="0.5"), Release(share="0.5", event="acceptance")]),
    label=_LABEL,
    items=["bolt", "nut"],
    amendments=[
        Amendment(
            id="A1",
            signed_on=date(2026, 3, 1),
            effective_from=date(2026, 4, 1),
            clauses=[DeliveryTerms(id="delivery", late_days=1)],
            ends=["volume"],
        )
    ],
)

_SETTLEMENT = policy(
    Recoup(id="tooling", to="supplier", actual="spent"),
    Fee(id="fee", to="buyer", rate="3%", of="base"),
    SettlementDeadBand(id="small", to="buyer", gain="5%", pain=eur(10), mode="in_full"),
    IncentiveFee(id="incentive", to="supplier", target_cost="90%", target_fee=eur(9), under="20%", ceiling=eur(999)),
    Bands(
        id="ranges",
        bands=[
            Band(high="80%", shares={"supplier": "15%", "buyer": "85%"}),
            Band(low="80%", shares={"supplier": "1/3", "us": "1/3", "buyer": "1/3"}),
        ],
    ),
    Cap(id="cap", on="supplier", at=eur(60), to="rest"),
    Floor(id="floor", on="supplier", at=eur(-60), by="buyer"),
    Hurdle(id="hurdle", to="buyer", until=eur(5)),
    CatchUp(id="catch-up", to="supplier", against="buyer", share="20%", counting=["hurdle"]),
    Clawback(id="back", by="supplier", of=["incentive"], rate="50%", limit="1%"),
    Reserve(id="reserve", to="buyer", rate="10%", limit=eur(7)),
    Charge(id="late", by="supplier", to="buyer", rate=eur(3), actual="days late", free=2, cap=eur(30)),
    Split(id="ours", of="us", weights={"plant": 2, "office": 1}),
    rest_to("supplier", "buyer"),
    parties=["supplier", "buyer", "plant", "office"],
    groups=["us"],
    label=_LABEL,
)

_PLAN = CollaborationPlan(
    id="steel",
    version="2026",
    valid=Period.year(2026),
    parties=[Member(id="us", label=Label("We", "本公司")), Member(id="V7", label=Label("Supplier", "供应商"))],
    meetings=[
        Meeting(
            id="review",
            parties=["us", "V7"],
            chair="us",
            rhythm=NthWeekday(months=3, nth=3, weekday=4),
            standing=[Label("Key figures", "关键指标")],
            topics=["breach", "red_measure"],
            label=_LABEL,
        ),
        Meeting(id="weekly", parties=["us", "V7"], rhythm=EveryWeeks(weekday=2), label=_LABEL),
    ],
    calls=[CallRule(kind="disruption", at_least="high", meeting="review", within=3)],
    duties=[
        InformationDuty(
            id="forecast", owed_by="us", owed_to=["V7"], when=Recurring(EveryMonths(day=1)), lag=3, label=_LABEL
        ),
        InformationDuty(id="cause", owed_by="V7", owed_to=["us"], when=AfterSignal("disruption"), label=_LABEL),
    ],
    escalation=[EscalationLevel(id="buyers", after=1, label=Label("the buyers", "采购员"))],
    calendar=WorkCalendar(holidays=[date(2026, 5, 1)]),
    label=_LABEL,
)

_REGISTER = RiskRegister(
    id="2026",
    risks=[
        risk(
            cause="one furnace",
            owner="QA",
            responses=[
                Response(
                    action="hold stock", kind="reduce", due_on=date(2026, 6, 1), in_place=True, likelihood_change=-1
                )
            ],
            triggers=[Trigger(measure="ppm", at_least="500")],
        )
    ],
    reviews=[RiskReview(risk="R1", on=date(2026, 7, 1), levels=RiskLevels(likelihood=1))],
)

_MARKET = Market(price=24, supplier_cost=5, salvage=3)


def _risk_policy(scoring: object) -> dict[str, Any]:
    return dump_risk_policy(
        risk_policy(
            scoring,
            categories=("supply",),
            appetite_of={"supply": "medium"},
            escalations=[Escalation(risk_class="high", to="the board", within_days=2)],
            label=_LABEL,
        )
    )


_SPLITS = (
    AgreedRatio({"A": 1, "B": "2/3"}),
    EqualShares(),
    ByFact("volume"),
    Blend({"volume": "2/3", "risk": "1/3"}),
    ByClaims("talmud"),
    ByShapley(),
    ByNucleolus(),
)
_SUPPLY: tuple[SupplyContract, ...] = (
    Wholesale(price=10),
    Buyback(price=15, paid_back=10),
    RevenueSharing(price=4, kept="3/4"),
    QuantityFlexibility(price=15, protected="0.2"),
    SalesRebate(price=15, threshold=90, rebate=4),
)

#: Name, reader and plain data of each kind of agreement.
AGREEMENTS: list[tuple[str, Callable[[Any], object], dict[str, Any]]] = [
    ("contract", load_contract, dump_contract(_CONTRACT)),
    ("settlement", load_settlement, dump_settlement(_SETTLEMENT)),
    (
        "price adjustment",
        load_adjustment_clause,
        dump_adjustment_clause(
            clause(
                steel(base=None, frequency="quarter", currency="USD", conversion="dated_rate", label=_LABEL),
                ratio_rounding=Rounding(decimals=4, mode="half_even"),
                dead_band=DeadBand(up="1/30", mode="full", on="factor"),
                sharing=MoveSharing(up="0.5"),
                bounds=FactorBounds(floor="0.9", cap="1.2", step_up="0.05"),
                timing=Timing(notice_days_up=30),
                decimals=4,
            )
        ),
    ),
    (
        "rebate",
        load_rebate_schedule,
        dump_rebate_schedule(
            RebateSchedule(
                id="R",
                currency="EUR",
                basis="spend",
                method="all_units",
                tiers=[RebateTier(at=1, rate="1/3"), RebateTier(at=5, rate="0.5")],
                cap=eur(9),
            )
        ),
    ),
    (
        "surcharge table",
        load_surcharge_table,
        dump_surcharge(
            SurchargeTable(id="T", steps=[SurchargeStep(at=1, rate="0.5"), SurchargeStep(at=2, rate="0.6")])
        ),
    ),
    (
        "surcharge scale",
        load_surcharge_scale,
        dump_surcharge(SurchargeScale(id="S", trigger=1, step="0.05", rate="0.01", steps_counted="whole")),
    ),
    ("risk register", load_risk_register, dump_risk_register(_REGISTER)),
    *(("risk policy", load_risk_policy, _risk_policy(scoring)) for scoring in (MATRIX, RPN, SEVERITY_FIRST_EXAMPLE)),
    ("collaboration plan", load_collaboration_plan, dump_collaboration_plan(_PLAN)),
    *(
        ("split", load_split_agreement, dump_split_agreement(SplitAgreement(id="split", terms=terms, label=_LABEL)))
        for terms in _SPLITS
    ),
    *(
        ("supply", load_supply_agreement, dump_supply_agreement(SupplyAgreement(id="s", market=_MARKET, contract=one)))
        for one in _SUPPLY
    ),
]
