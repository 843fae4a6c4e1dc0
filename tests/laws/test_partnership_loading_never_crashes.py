"""Whatever stands in the data of a clause, policy or register: it loads, or a PolicyError says why not."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from copy import deepcopy
from datetime import date
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from price_makers import clause, eur, steel
from risk_makers import RPN, risk, risk_policy

from supplychain_rules import PolicyError
from supplychain_rules.partnership.prices import (
    DeadBand,
    FactorBounds,
    MoveSharing,
    RebateSchedule,
    RebateTier,
    Rounding,
    SurchargeStep,
    SurchargeTable,
    dump_adjustment_clause,
    dump_rebate_schedule,
    dump_surcharge,
    load_adjustment_clause,
    load_rebate_schedule,
    load_surcharge_table,
)
from supplychain_rules.partnership.risks import (
    BearingTable,
    Escalation,
    Response,
    RiskBearing,
    RiskLevels,
    RiskRegister,
    RiskReview,
    Trigger,
    dump_bearing_table,
    dump_risk_policy,
    dump_risk_register,
    load_bearing_table,
    load_risk_policy,
    load_risk_register,
)

RESPONSE: Final = Response(action="stock", kind="reduce", owner="buyer", due_on=date(2026, 3, 1), impact_change=-1)

#: A loader, and data that it takes.
FORMATS: Final[dict[str, tuple[Callable[[Mapping[str, object]], object], dict[str, Any]]]] = {
    "clause": (
        load_adjustment_clause,
        dump_adjustment_clause(
            clause(
                steel(currency="USD", conversion="unconverted"),
                dead_band=DeadBand(up="0.05", mode="full"),
                sharing=MoveSharing(up="0.5"),
                bounds=FactorBounds(cap="1.1"),
                ratio_rounding=Rounding(decimals=4),
            )
        ),
    ),
    "rebate": (
        load_rebate_schedule,
        dump_rebate_schedule(
            RebateSchedule(
                id="R",
                currency="EUR",
                basis="spend",
                method="all_units",
                tiers=[RebateTier(at=1, rate="0.1"), RebateTier(at=2, rate="0.2")],
                cap=eur(9),
            )
        ),
    ),
    "surcharge": (
        load_surcharge_table,
        dump_surcharge(SurchargeTable(id="T", steps=[SurchargeStep(at=1, rate="0.5"), SurchargeStep(at=2, rate=1)])),
    ),
    "policy": (
        load_risk_policy,
        dump_risk_policy(
            risk_policy(
                RPN,
                categories=("supply",),
                appetite_of={"supply": "medium"},
                escalations=[Escalation(risk_class="high", to="board")],
            )
        ),
    ),
    "register": (
        load_risk_register,
        dump_risk_register(
            RiskRegister(
                id="2026",
                risks=[risk(responses=[RESPONSE], triggers=[Trigger(measure="ppm", at_least=500)])],
                reviews=[RiskReview(risk="R1", on=date(2026, 1, 1), levels=RiskLevels(impact=2))],
            )
        ),
    ),
    "bearing": (
        load_bearing_table,
        dump_bearing_table(
            BearingTable(id="T", parties=("a", "b"), rows=[RiskBearing(risk="x", shares={"a": "0.5", "b": "0.5"})])
        ),
    ),
}

JUNK: Final = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-20, 20),
    st.floats(),
    st.sampled_from(["", " ", "-1", "0", "2", "1/0", "1e999999", "nan", "latest", "2026-13-01", "x" * 200]),
    st.just([]),
    st.just({}),
    st.just([[None]]),
    st.just({"kind": "latest"}),
    st.just({"amount": "1", "currency": "XXX"}),
)


def places(data: object, path: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
    """Return the path of every value in plain data."""
    found = [path] if path else []
    if isinstance(data, dict):
        found += [place for key, value in data.items() for place in places(value, (*path, key))]
    elif isinstance(data, list):
        found += [place for key, value in enumerate(data) for place in places(value, (*path, key))]
    return found


@pytest.mark.parametrize("name", FORMATS)
@given(data=st.data())
def test_data_with_junk_in_it_loads_or_is_refused(name: str, data: st.DataObject) -> None:
    load, good = FORMATS[name]
    changed = deepcopy(good)
    for path in data.draw(st.lists(st.sampled_from(places(good)), min_size=1, max_size=3, unique=True)):
        holder: Any = changed
        for key in path[:-1]:
            try:
                holder = holder[key]
            except (KeyError, IndexError, TypeError):
                break
        else:
            if isinstance(holder, dict) or (isinstance(holder, list) and path[-1] in range(len(holder))):
                holder[path[-1]] = data.draw(JUNK)
    with suppress(PolicyError):  # any other exception is a crash
        load(changed)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("junk", [None, [], "x", 7, {}, {"schema": None}])
def test_what_is_no_data_at_all_is_refused(name: str, junk: object) -> None:
    load, _good = FORMATS[name]

    with pytest.raises(PolicyError):
        load(junk)  # type: ignore[arg-type]  # wrong on purpose
