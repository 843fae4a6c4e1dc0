"""Random measures that frames and SQL compute, over every choice that they can make."""

from typing import Any

import attrs
from drawn_deliveries import days_counted, definitions, delivery_times, fill_rates, promises
from hypothesis import strategies as st

from supplychain_rules.engines.measure_job import measure_supports
from supplychain_rules.measures import (
    Concentration,
    Measure,
    PriceIndex,
    QualityPassRate,
    RejectRate,
    Scope,
    Spend,
    SpendShare,
)

__all__ = ["quotients", "tabled_measures"]

_SETS = st.sampled_from(((), ("V3",)))
_BASES = st.sampled_from(("ordered", "received", "invoiced"))
_LEVELS = st.sampled_from(("quantity", "lot"))
_EVIDENCE = st.integers(0, 2)


@st.composite
def _scopes(draw: st.DrawFn, *, of_lines: bool = True) -> Scope:
    return Scope(
        supplier_categories=draw(st.sampled_from(((), (), ("raw",), ("pack", "raw")))),
        without_suppliers=draw(_SETS),
        items=draw(st.sampled_from(((), ("bolt",)))),
        sites=draw(st.sampled_from(((), ("P1",)))),
        statuses=draw(st.sampled_from(((), ("complete",)))) if of_lines else (),
    )


@st.composite
def _deliveries(draw: st.DrawFn) -> Measure:
    drawn: Any = draw(st.one_of(definitions(), delivery_times(), fill_rates()))
    plain: dict[str, Any] = {"scope": draw(_scopes()), "promise": draw(promises), "counted_in": draw(days_counted)}
    refused = {"decay": None, "calendar": None, "excused_faults": (), "excuse": "extended"}
    plain |= {name: value for name, value in refused.items() if hasattr(drawn, name)}
    if getattr(drawn, "level", "") == "order":
        plain["level"] = "line"
    if getattr(drawn, "partial", "") == "completing":
        plain["partial"] = "first"
    if getattr(drawn, "arrival", "") == "completing":
        plain["arrival"] = "last"
    if getattr(drawn, "basis", "") == "accepted":
        plain |= {"basis": "received", "concessions": "rejected"}
    return attrs.evolve(drawn, **plain)


@st.composite
def _qualities(draw: st.DrawFn) -> Measure:
    level = draw(_LEVELS)
    conceded = draw(st.sampled_from(("rejected", "accepted"))) if level == "lot" else "rejected"
    common: dict[str, Any] = {"id": "quality", "level": level, "concessions": conceded}
    common |= {"scope": draw(_scopes(of_lines=False)), "minimum_evidence": draw(_EVIDENCE)}
    if draw(st.booleans()):
        return QualityPassRate(**common)
    return RejectRate(**common, per=draw(st.sampled_from((1, 100, 250, 1_000_000))))


@st.composite
def _money(draw: st.DrawFn) -> Measure:
    basis = draw(_BASES)
    common: dict[str, Any] = {"id": "money", "basis": basis, "scope": draw(_scopes(of_lines=basis != "invoiced"))}
    common["minimum_evidence"] = draw(_EVIDENCE)
    return draw(st.sampled_from((Spend, SpendShare)))(**common)


@st.composite
def _concentrations(draw: st.DrawFn) -> Measure:
    figure = draw(st.sampled_from(("hhi", "top_share", "count_for_share")))
    of = draw(st.sampled_from(("item", "site", "category")))
    return Concentration(
        id="spread", figure=figure, over=of, basis=draw(st.sampled_from(("ordered", "received"))), scope=draw(_scopes())
    )


@st.composite
def _indices(draw: st.DrawFn) -> Measure:
    return PriceIndex(
        id="index",
        against=draw(st.sampled_from(("mean", "peers", "lowest"))),
        reference_decimals=draw(st.sampled_from((None, 0, 2, 4, 7))),
        scope=draw(_scopes()),
        minimum_evidence=draw(_EVIDENCE),
    )


#: Measures whose value an engine works out.
quotients = st.one_of(_deliveries(), _qualities(), _money(), _indices()).filter(
    lambda drawn: not measure_supports(drawn)
)

#: Measures whose sums come from tables.
tabled_measures = st.one_of(_deliveries(), _qualities(), _money(), _concentrations(), _indices())
