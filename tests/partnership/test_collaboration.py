"""The communication plan: who meets when and about what, who owes what, who is told next."""

import json
import tomllib
from datetime import date
from fractions import Fraction
from typing import Any

import attrs
import pytest

from supplychain_rules.errors import InputError, InvalidValueError, PolicyError
from supplychain_rules.partnership.collaboration import (
    Action,
    AfterSignal,
    CallRule,
    CollaborationPlan,
    CollaborationRecord,
    EscalationLevel,
    EveryMonths,
    EveryWeeks,
    Held,
    InformationDuty,
    Kept,
    Meeting,
    Member,
    NthWeekday,
    Provided,
    Recurring,
    Rhythm,
    Signal,
    collaboration_figures,
    collaboration_schedule,
    dump_collaboration_plan,
    load_collaboration_plan,
    nominal_days,
    price_signal,
)
from supplychain_rules.values.calendar import WorkCalendar
from supplychain_rules.values.label import Label
from supplychain_rules.values.money import Money
from supplychain_rules.values.period import Period

YEAR = Period.year(2026)
REVIEW = Meeting(
    id="review",
    parties=["us", "V7"],
    chair="us",
    rhythm=NthWeekday(months=3, nth=3, weekday=4),
    standing=[Label("Key figures", "关键指标")],
    topics=["breach", "red_measure"],
    label=Label("Quarterly review", "季度评审"),
)
COUNCIL = Meeting(
    id="council",
    parties=["us", "V7", "C12"],
    rhythm=EveryMonths(months=6, day=30),
    topics=["price_move", "proposal"],
    label=Label("Three-party council", "三方协调会"),
)
FORECAST = InformationDuty(
    id="forecast",
    owed_by="us",
    owed_to=["V7"],
    when=Recurring(EveryMonths(day=1)),
    lag=3,
    label=Label("Rolling forecast", "滚动预测"),
)
ROOT_CAUSE = InformationDuty(
    id="root-cause",
    owed_by="V7",
    owed_to=["us", "C12"],
    when=AfterSignal("disruption"),
    lag=2,
    label=Label("Root cause", "根本原因"),
)
PLAN = CollaborationPlan(
    id="steel",
    version="2026",
    valid=YEAR,
    parties=[
        Member(id="us", label=Label("We", "本公司")),
        Member(id="V7", label=Label("Supplier", "供应商")),
        Member(id="C12", label=Label("Customer", "客户")),
    ],
    meetings=[REVIEW, COUNCIL],
    calls=[CallRule(kind="disruption", at_least="high", meeting="council", within=3)],
    duties=[FORECAST, ROOT_CAUSE],
    escalation=[
        EscalationLevel(id="buyers", after=1, label=Label("the buyers", "采购员")),
        EscalationLevel(id="managers", after=5, label=Label("the purchasing managers", "采购经理")),
    ],
)


def signal(name: str, kind: Any, on: date, **changes: Any) -> Signal:  # noqa: ANN401  fields
    return Signal(id=name, kind=kind, happened_on=on, **{"label": Label(name)} | changes)


def days(rhythm: Rhythm, valid: Period = YEAR) -> list[str]:
    return [day.strftime("%m-%d") for day in nominal_days(rhythm, valid, date(2026, 7, 1))]


def planned(record: CollaborationRecord, as_of: date, until: date, plan: CollaborationPlan = PLAN) -> list[Any]:
    found = collaboration_schedule(plan, record, as_of=as_of, until=until).meetings
    return [(each.meeting.id, each.on, [line.label.en for line in each.agenda]) for each in found]


def test_a_rhythm_is_counted_from_the_first_day_of_the_plan() -> None:
    assert ["01-06", "02-17", "03-31", "05-12", "06-23"] == days(EveryWeeks(weeks=6, weekday=2))


def test_day_31_is_the_last_day_of_a_shorter_month() -> None:
    assert ["01-31", "02-28", "03-31", "04-30", "05-31", "06-30"] == days(EveryMonths(day=31))


def test_the_last_friday_of_every_second_month() -> None:
    assert ["01-30", "03-27", "05-29"] == days(NthWeekday(months=2, nth=-1, weekday=5))


def test_a_day_before_the_plan_begins_is_none_of_it() -> None:
    valid = Period(date(2026, 1, 20), date(2026, 12, 31))
    assert ["02-15", "03-15", "04-15", "05-15", "06-15"] == days(EveryMonths(day=15), valid)


def test_a_meeting_on_a_holiday_goes_to_the_next_working_day() -> None:
    plan = attrs.evolve(PLAN, calendar=WorkCalendar(holidays={date(2026, 4, 16), date(2026, 4, 17)}))
    assert [("review", date(2026, 4, 20), ["Key figures"])] == planned(
        CollaborationRecord(), date(2026, 4, 1), date(2026, 5, 1), plan
    )


def test_a_meeting_may_go_to_the_working_day_before() -> None:
    plan = attrs.evolve(PLAN, calendar=WorkCalendar(holidays={date(2026, 4, 16)}), moved="previous")
    assert [("review", date(2026, 4, 15), ["Key figures"])] == planned(
        CollaborationRecord(), date(2026, 4, 1), date(2026, 4, 16), plan
    )


def test_an_open_breach_stands_on_the_next_agenda_and_on_no_later_one() -> None:
    record = CollaborationRecord(signals=[signal("B1", "breach", date(2026, 3, 2), about="V7")])
    assert [
        ("review", date(2026, 4, 16), ["Key figures", "B1"]),
        ("review", date(2026, 7, 16), ["Key figures"]),
    ] == planned(record, date(2026, 4, 1), date(2026, 7, 20))[:2]


def test_a_breach_that_is_closed_stands_on_no_agenda() -> None:
    record = CollaborationRecord(signals=[signal("B1", "breach", date(2026, 3, 2), closed_on=date(2026, 3, 20))])
    assert [("review", date(2026, 4, 16), ["Key figures"])] == planned(record, date(2026, 4, 1), date(2026, 5, 1))


def test_a_breach_closed_tomorrow_is_open_today() -> None:
    record = CollaborationRecord(signals=[signal("B1", "breach", date(2026, 3, 2), closed_on=date(2026, 4, 2))])
    assert ["Key figures", "B1"] == planned(record, date(2026, 4, 1), date(2026, 5, 1))[0][2]


def test_what_concerns_somebody_else_is_not_this_meetings() -> None:
    record = CollaborationRecord(signals=[signal("B1", "breach", date(2026, 3, 2), about="C12")])
    assert ["Key figures"] == planned(record, date(2026, 4, 1), date(2026, 5, 1))[0][2]


def test_the_gravest_comes_first_and_then_the_oldest() -> None:
    record = CollaborationRecord(
        signals=[
            signal("mild", "breach", date(2026, 1, 20), severity="low"),
            signal("young", "breach", date(2026, 3, 9), severity="high"),
            signal("old", "breach", date(2026, 3, 2), severity="high"),
            signal("red", "red_measure", date(2026, 3, 1), severity="high"),
        ]
    )
    assert ["Key figures", "old", "young", "red", "mild"] == planned(record, date(2026, 4, 1), date(2026, 5, 1))[0][2]


def test_a_signal_is_new_until_the_meeting_has_taken_it_up() -> None:
    breach = signal("B1", "breach", date(2026, 3, 2))
    before = CollaborationRecord(signals=[breach])
    after = CollaborationRecord(signals=[breach], held=[Held(meeting="review", on=date(2026, 3, 20))])
    assert [True, False] == [
        collaboration_schedule(PLAN, record, as_of=date(2026, 4, 1), until=date(2026, 5, 1)).meetings[0].agenda[1].new
        for record in (before, after)
    ]


def test_open_actions_of_the_parties_stand_on_the_agenda_the_oldest_first() -> None:
    actions = [
        Action(id="A1", owner="V7", opened_on=date(2026, 1, 15), due_on=date(2026, 5, 1), label=Label("later")),
        Action(id="A2", owner="us", opened_on=date(2026, 1, 15), due_on=date(2026, 2, 13), label=Label("overdue")),
        Action(id="A3", owner="C12", opened_on=date(2026, 1, 15), due_on=date(2026, 2, 1), label=Label("not theirs")),
    ]
    record = CollaborationRecord(actions=actions)
    assert ["Key figures", "overdue", "later"] == planned(record, date(2026, 4, 1), date(2026, 5, 1))[0][2]


def test_a_disruption_calls_the_council_within_three_working_days() -> None:
    record = CollaborationRecord(signals=[signal("fire", "disruption", date(2026, 3, 5), severity="high")])
    assert [("council", date(2026, 3, 10), ["fire"])] == planned(record, date(2026, 3, 6), date(2026, 4, 1))


def test_a_mild_disruption_calls_nobody() -> None:
    record = CollaborationRecord(signals=[signal("leak", "disruption", date(2026, 3, 5), severity="medium")])
    assert [] == planned(record, date(2026, 3, 6), date(2026, 4, 1))


def test_a_regular_meeting_before_the_deadline_takes_the_disruption_up() -> None:
    record = CollaborationRecord(signals=[signal("fire", "disruption", date(2026, 1, 28), severity="high")])
    assert [("council", date(2026, 1, 30), ["fire"])] == planned(record, date(2026, 1, 29), date(2026, 2, 10))


def test_a_call_that_nobody_followed_is_due_on_the_next_working_day() -> None:
    record = CollaborationRecord(signals=[signal("fire", "disruption", date(2026, 3, 5), severity="high")])
    assert [("council", date(2026, 3, 23), ["fire"])] == planned(record, date(2026, 3, 21), date(2026, 4, 1))


def test_two_disruptions_call_one_meeting_by_the_earlier_deadline() -> None:
    signals = [
        signal("fire", "disruption", date(2026, 3, 5), severity="high"),
        signal("flood", "disruption", date(2026, 3, 6), severity="high"),
    ]
    found = collaboration_schedule(
        PLAN, CollaborationRecord(signals=signals), as_of=date(2026, 3, 6), until=date(2026, 4, 1)
    )
    assert [(date(2026, 3, 10), ["fire", "flood"])] == [
        (each.on, [one.id for one in each.called_by]) for each in found.meetings
    ]


def test_a_meeting_that_nobody_held_is_missed() -> None:
    record = CollaborationRecord(held=[Held(meeting="review", on=date(2026, 1, 16), nominal_on=date(2026, 1, 15))])
    found = collaboration_schedule(PLAN, record, as_of=date(2026, 5, 4), until=date(2026, 6, 1))
    assert [("review", date(2026, 4, 16)), ("council", date(2026, 1, 30))] == [
        (each.meeting.id, each.nominal_on) for each in found.missed
    ]


def test_information_is_due_some_working_days_later_and_climbs_when_it_does_not_come() -> None:
    found = collaboration_schedule(PLAN, CollaborationRecord(), as_of=date(2026, 2, 9), until=date(2026, 3, 5))
    assert [
        (date(2026, 1, 6), "overdue", 24, "managers"),
        (date(2026, 2, 4), "overdue", 3, "buyers"),
        (date(2026, 3, 4), "due", 0, None),
    ] == [(each.due_on, each.status, each.days_late, each.level and each.level.id) for each in found.information]


def test_information_that_came_is_no_longer_due() -> None:
    sent = [Provided(duty="forecast", nominal_on=date(2026, month, 1), on=date(2026, month, 3)) for month in (1, 2)]
    found = collaboration_schedule(
        PLAN, CollaborationRecord(provided=sent), as_of=date(2026, 2, 9), until=date(2026, 3, 1)
    )
    assert () == found.information


def test_information_that_will_come_tomorrow_is_not_there_today() -> None:
    sent = [Provided(duty="forecast", nominal_on=date(2026, 1, 1), on=date(2026, 1, 8))]
    found = collaboration_schedule(
        PLAN, CollaborationRecord(provided=sent), as_of=date(2026, 1, 7), until=date(2026, 1, 9)
    )
    assert ["overdue"] == [each.status for each in found.information]


def test_every_disruption_is_owed_its_root_cause() -> None:
    fire = signal("fire", "disruption", date(2026, 3, 5))
    record = CollaborationRecord(
        signals=[fire, signal("flood", "disruption", date(2026, 3, 9))],
        provided=[Provided(duty="root-cause", signal="fire", on=date(2026, 3, 12))],
    )
    figures = {each.party: each for each in collaboration_figures(PLAN, record, YEAR, as_of=date(2026, 4, 1))}
    assert Kept(0, 2) == figures["V7"].information


def test_an_action_that_was_moved_is_not_punctual_though_it_is_not_overdue() -> None:
    moved = Action(
        id="A1",
        owner="V7",
        opened_on=date(2026, 1, 15),
        due_on=date(2026, 2, 13),
        moved_to=date(2026, 3, 13),
        closed_on=date(2026, 3, 2),
        label=Label("second shift"),
    )
    record = CollaborationRecord(actions=[moved])
    due = collaboration_schedule(PLAN, record, as_of=date(2026, 2, 20), until=date(2026, 3, 1)).actions
    figures = {each.party: each for each in collaboration_figures(PLAN, record, YEAR, as_of=date(2026, 4, 1))}
    assert ([0], Kept(0, 1)) == ([each.days_late for each in due], figures["V7"].actions)


def test_meetings_held_are_counted_for_each_party_that_takes_part() -> None:
    record = CollaborationRecord(held=[Held(meeting="review", on=date(2026, 1, 16), nominal_on=date(2026, 1, 15))])
    figures = collaboration_figures(PLAN, record, YEAR, as_of=date(2026, 5, 1))
    assert [("us", Kept(1, 3)), ("V7", Kept(1, 3)), ("C12", Kept(0, 1))] == [
        (each.party, each.meetings) for each in figures
    ]


def test_what_was_never_due_has_no_rate() -> None:
    assert (None, Fraction(1, 2)) == (Kept(0, 0).rate, Kept(1, 2).rate)


def test_a_plan_reads_in_chinese() -> None:
    record = CollaborationRecord(
        signals=[signal("B1", "breach", date(2026, 3, 2), about="V7", label=Label("Late", "交货延误"))],
        actions=[
            Action(
                id="A1", owner="V7", opened_on=date(2026, 1, 5), due_on=date(2026, 3, 27), label=Label("", "增开一班")
            )
        ],
    )
    found = collaboration_schedule(PLAN, record, as_of=date(2026, 4, 1), until=date(2026, 4, 20))
    assert found.text("zh").splitlines() == [
        "会议",
        "2026-04-16 季度评审：本公司、供应商",
        "  1. 关键指标",
        "  2. 违约，中，供应商：交货延误（新）",
        "  3. 供应商：增开一班，截止 2026-03-27",
        "未召开的会议",
        "2026-01-15 季度评审",
        "2026-01-30 三方协调会",
        "应提供的信息",
        "2026-01-06 滚动预测（2026-01-01），本公司提供给供应商：逾期未提供 61 个工作日，告知采购经理",
        "2026-02-04 滚动预测（2026-02-01），本公司提供给供应商：逾期未提供 40 个工作日，告知采购经理",
        "2026-03-04 滚动预测（2026-03-01），本公司提供给供应商：逾期未提供 20 个工作日，告知采购经理",
        "2026-04-06 滚动预测（2026-04-01），本公司提供给供应商：待提供",
        "未完成事项",
        "2026-03-27 供应商：增开一班，逾期 3 个工作日，告知采购员",
    ]


def test_a_plan_is_json_able() -> None:
    record = CollaborationRecord(signals=[signal("fire", "disruption", date(2026, 3, 5), severity="high")])
    found = collaboration_schedule(PLAN, record, as_of=date(2026, 3, 6), until=date(2026, 4, 1)).to_dict()
    assert found == json.loads(json.dumps(found))
    assert ["fire"] == found["meetings"][0]["called_by"]


TOML = """
schema = "supplychain-rules/collaboration/1"
id = "steel"
version = "2026"
valid = { start = 2026-01-01, end = 2027-01-01 }
parties = [{ id = "us", label = { en = "We", zh = "本公司" } }, { id = "V7", label = "Supplier" }]
calls = [{ kind = "disruption", meeting = "review", within = 3 }]

[[meetings]]
id = "review"
parties = ["us", "V7"]
rhythm = { kind = "nth_weekday", months = 3, nth = 3, weekday = 4 }
topics = ["breach"]
label = "Quarterly review"

[[duties]]
id = "root-cause"
owed_by = "V7"
owed_to = ["us"]
when = { kind = "after_signal", signal = "disruption" }
lag = 2
label = "Root cause"
"""


def test_a_plan_kept_as_toml_is_read_as_it_is_meant() -> None:
    plan = load_collaboration_plan(tomllib.loads(TOML))
    assert (NthWeekday(months=3, nth=3, weekday=4), AfterSignal("disruption"), "high") == (
        plan.meetings[0].rhythm,
        plan.duties[0].when,
        plan.calls[0].at_least,
    )


def test_what_is_written_as_json_is_read_again() -> None:
    assert PLAN == load_collaboration_plan(json.loads(json.dumps(dump_collaboration_plan(PLAN))))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"meetings": [attrs.evolve(REVIEW, parties=["us"])]}, ["calls[0].meeting", "meetings[0].parties"]),
        ({"meetings": [attrs.evolve(REVIEW, chair="C12")]}, ["meetings[0].chair", "calls[0].meeting"]),
        ({"meetings": [REVIEW, REVIEW, COUNCIL]}, ["meetings[1].id"]),
        ({"duties": [attrs.evolve(FORECAST, owed_to=[])]}, ["duties[0].owed_to"]),
        ({"duties": [attrs.evolve(FORECAST, owed_to=["us"])]}, ["duties[0].owed_to"]),
        (
            {"duties": [attrs.evolve(FORECAST, owed_by="V9", owed_to=["V8"])]},
            ["duties[0].owed_by", "duties[0].owed_to[0]"],
        ),
        ({"escalation": [PLAN.escalation[1], PLAN.escalation[0]]}, ["escalation[1].after"]),
        ({"calls": [attrs.evolve(PLAN.calls[0], meeting="concil")]}, ["calls[0].meeting"]),
    ],
)
def test_a_plan_that_does_not_go_together_is_refused_by_path(changes: dict[str, Any], expected: list[str]) -> None:
    with pytest.raises(PolicyError) as refused:
        attrs.evolve(PLAN, **changes)
    assert sorted(expected) == sorted(problem.path for problem in refused.value.problems)


def test_a_record_that_names_what_the_plan_does_not_have_is_refused_at_once() -> None:
    record = CollaborationRecord(
        signals=[signal("B1", "breach", date(2026, 3, 2), about="V9")],
        actions=[
            Action(
                id="A1", owner="C13", signal="B2", opened_on=date(2026, 1, 5), due_on=date(2026, 2, 2), label=Label("x")
            )
        ],
        held=[Held(meeting="reveiw", on=date(2026, 1, 16))],
        provided=[Provided(duty="forcast", nominal_on=date(2026, 1, 1), on=date(2026, 1, 5))],
    )
    with pytest.raises(InputError) as refused:
        collaboration_schedule(PLAN, record, as_of=date(2026, 4, 1), until=date(2026, 5, 1))
    assert ["signals[0].about", "actions[0].owner", "actions[0].signal", "held[0].meeting", "provided[0].duty"] == [
        problem.path for problem in refused.value.problems
    ]


def test_days_out_of_order_are_refused() -> None:
    with pytest.raises(InvalidValueError, match="until lies after as_of"):
        collaboration_schedule(PLAN, CollaborationRecord(), as_of=date(2026, 4, 1), until=date(2026, 4, 1))


@pytest.mark.parametrize(
    ("after", "expected"),
    [("524.99", None), ("525", "medium"), ("475", "medium"), ("549.99", "medium"), ("550", "high"), ("300", "high")],
)
def test_a_price_that_moves_by_a_step_or_more_is_a_signal(after: str, expected: str | None) -> None:
    steps: Any = {"high": "0.10", "medium": "0.05"}
    moved = price_signal("steel", Money("500", "EUR"), Money(after, "EUR"), on=date(2026, 3, 2), steps=steps)
    assert expected == (moved and moved.severity)


@pytest.mark.parametrize("steps", [{}, {"medium": "0.10", "high": "0.05"}, {"low": "0"}])
def test_steps_of_a_price_move_rise_with_the_severity(steps: Any) -> None:  # noqa: ANN401  wrong on purpose
    with pytest.raises(InvalidValueError, match="rise with the severity"):
        price_signal("steel", Money("500", "EUR"), Money("600", "EUR"), on=date(2026, 3, 2), steps=steps)
