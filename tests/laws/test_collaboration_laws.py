"""Laws of the communication plan: later facts and the order of facts decide nothing; what is overdue only climbs."""

from datetime import date, timedelta
from typing import Any

import attrs
from hypothesis import given
from hypothesis import strategies as st

from supplychain_rules.partnership.collaboration import (
    SEVERITIES,
    SIGNAL_KINDS,
    Action,
    AfterSignal,
    Benefit,
    CallRule,
    CollaborationPlan,
    CollaborationRecord,
    Contribution,
    EscalationLevel,
    EveryMonths,
    EveryWeeks,
    Held,
    InformationDuty,
    JointProject,
    Meeting,
    Member,
    NthWeekday,
    ProjectStage,
    Provided,
    Recurring,
    Rhythm,
    Signal,
    collaboration_schedule,
    information_due,
    nominal_days,
    project_account,
    share_project,
)
from supplychain_rules.values.calendar import WorkCalendar
from supplychain_rules.values.label import Label
from supplychain_rules.values.money import Money, total
from supplychain_rules.values.period import Period

START = date(2026, 1, 1)
YEAR = Period.year(2026)
DAYS = st.integers(0, 364).map(lambda days: START + timedelta(days=days))
PARTIES = ("us", "V7", "C12")

RHYTHMS: st.SearchStrategy[Rhythm] = st.one_of(
    st.builds(EveryWeeks, weeks=st.integers(2, 10), weekday=st.integers(1, 7)),
    st.builds(EveryMonths, months=st.integers(1, 6), day=st.integers(1, 31)),
    st.builds(NthWeekday, months=st.integers(1, 6), nth=st.sampled_from([1, 2, 3, 4, -1]), weekday=st.integers(1, 7)),
)
CALENDARS = st.builds(
    WorkCalendar, weekend=st.frozensets(st.integers(1, 7), max_size=3), holidays=st.frozensets(DAYS, max_size=5)
)


@st.composite
def plans(draw: st.DrawFn) -> CollaborationPlan:
    meetings = [
        Meeting(
            id=name,
            parties=draw(st.permutations(PARTIES))[: draw(st.integers(2, 3))],
            rhythm=draw(RHYTHMS),
            topics=draw(st.lists(st.sampled_from(SIGNAL_KINDS), unique=True)),
            label=Label(name),
        )
        for name in ("m1", "m2")
    ]
    calls = [
        CallRule(
            kind=draw(st.sampled_from(SIGNAL_KINDS)),
            at_least=draw(st.sampled_from(SEVERITIES)),
            meeting="m1",
            within=draw(st.integers(0, 10)),
        )
    ]
    duties = [
        InformationDuty(
            id="d1",
            owed_by="us",
            owed_to=["V7"],
            when=Recurring(draw(RHYTHMS)),
            lag=draw(st.integers(0, 10)),
            label=Label("d1"),
        ),
        InformationDuty(
            id="d2",
            owed_by="V7",
            owed_to=["us"],
            when=AfterSignal(draw(st.sampled_from(SIGNAL_KINDS))),
            label=Label("d2"),
        ),
    ]
    return CollaborationPlan(
        id="p",
        version="1",
        valid=YEAR,
        parties=[Member(id=party, label=Label(party)) for party in PARTIES],
        meetings=meetings,
        calls=calls,
        duties=duties,
        escalation=[EscalationLevel(id=f"l{days}", after=days, label=Label("x")) for days in (1, 4, 9)],
        calendar=draw(CALENDARS),
        moved=draw(st.sampled_from(["next", "previous", "keep"])),
    )


@st.composite
def records(draw: st.DrawFn, plan: CollaborationPlan) -> CollaborationRecord:
    signals = []
    for place in range(draw(st.integers(0, 5))):
        on = draw(DAYS)
        closed = draw(st.none() | st.integers(0, 200).map(lambda days, on=on: on + timedelta(days=days)))
        signals.append(
            Signal(
                id=f"s{place}",
                kind=draw(st.sampled_from(SIGNAL_KINDS)),
                severity=draw(st.sampled_from(SEVERITIES)),
                about=draw(st.none() | st.sampled_from(PARTIES)),
                happened_on=on,
                closed_on=closed,
                label=Label(f"s{place}"),
            )
        )
    actions = []
    for place in range(draw(st.integers(0, 4))):
        on = draw(DAYS)
        due = on + timedelta(days=draw(st.integers(0, 60)))
        actions.append(
            Action(id=f"a{place}", owner=draw(st.sampled_from(PARTIES)), opened_on=on, due_on=due, label=Label("a"))
        )
    days = list(nominal_days(plan.meetings[0].rhythm, YEAR, YEAR.end))
    held = [Held(meeting="m1", nominal_on=day, on=day) for day in days if draw(st.booleans())]
    owed = plan.duties[0].when
    assert isinstance(owed, Recurring)
    provided = [
        Provided(duty="d1", nominal_on=day, on=day + timedelta(days=draw(st.integers(0, 30))))
        for day in nominal_days(owed.rhythm, YEAR, YEAR.end)
        if draw(st.booleans())
    ]
    return CollaborationRecord(signals=signals, actions=actions, held=held, provided=provided)


PAIRS = plans().flatmap(lambda plan: st.tuples(st.just(plan), records(plan)))


def scheduled(plan: CollaborationPlan, record: CollaborationRecord, as_of: date) -> Any:  # noqa: ANN401  JSON
    return collaboration_schedule(plan, record, as_of=as_of, until=as_of + timedelta(days=120)).to_dict()


@given(PAIRS, DAYS, st.randoms(use_true_random=False))
def test_the_order_of_what_happened_decides_nothing(pair: Any, as_of: date, shuffle: Any) -> None:  # noqa: ANN401  any value
    plan, record = pair
    mixed = {}
    for field in attrs.fields(CollaborationRecord):
        parts = list(getattr(record, field.name))
        shuffle.shuffle(parts)
        mixed[field.name] = parts
    assert scheduled(plan, record, as_of) == scheduled(plan, CollaborationRecord(**mixed), as_of)


@given(PAIRS, DAYS)
def test_what_happens_later_does_not_exist_yet(pair: Any, as_of: date) -> None:  # noqa: ANN401  a plan and a record
    plan, record = pair
    known = CollaborationRecord(
        signals=[
            attrs.evolve(each, closed_on=each.closed_on if each.closed_on and each.closed_on <= as_of else None)
            for each in record.signals
            if each.happened_on <= as_of
        ],
        actions=[each for each in record.actions if each.opened_on <= as_of],
        held=[each for each in record.held if each.on <= as_of],
        provided=[each for each in record.provided if each.on <= as_of],
    )
    assert scheduled(plan, known, as_of) == scheduled(plan, record, as_of)


@given(PAIRS, DAYS, st.integers(0, 60))
def test_what_is_overdue_never_climbs_down_while_nothing_happens(pair: Any, as_of: date, days: int) -> None:  # noqa: ANN401  any value
    plan, record = pair
    quiet = attrs.evolve(record, provided=(), held=(), signals=())
    order = [None, *(level.id for level in plan.escalation)]
    before = {
        (each.duty.id, each.nominal_on): each.level and each.level.id
        for each in information_due(plan, quiet, as_of=as_of)
    }
    after = {
        (each.duty.id, each.nominal_on): each.level and each.level.id
        for each in information_due(plan, quiet, as_of=as_of + timedelta(days=days))
    }
    assert before.keys() == after.keys()
    assert all(order.index(before[key]) <= order.index(after[key]) for key in before)


@given(PAIRS, DAYS)
def test_a_signal_stands_on_one_agenda_of_a_meeting_at_most(pair: Any, as_of: date) -> None:  # noqa: ANN401  any value
    plan, record = pair
    found = collaboration_schedule(plan, record, as_of=as_of, until=as_of + timedelta(days=200))
    named = [
        (each.meeting.id, line.signal.id) for each in found.meetings for line in each.agenda if line.signal is not None
    ]
    assert len(set(named)) == len(named)


@given(PAIRS, DAYS)
def test_every_meeting_to_come_lies_in_the_days_asked_for_and_on_a_working_day(pair: Any, as_of: date) -> None:  # noqa: ANN401  any value
    plan, record = pair
    until = as_of + timedelta(days=120)
    for each in collaboration_schedule(plan, record, as_of=as_of, until=until).meetings:
        assert as_of <= each.on < until
        assert plan.moved == "keep" or plan.calendar.is_working(each.on)


@given(PAIRS, DAYS)
def test_a_grave_signal_is_taken_up_by_its_deadline_or_called_for(pair: Any, as_of: date) -> None:  # noqa: ANN401  any value
    plan, record = pair
    call = plan.calls[0]
    found = collaboration_schedule(plan, record, as_of=as_of, until=as_of + timedelta(days=400))
    on_agendas = {
        line.signal.id: each.on
        for each in found.meetings
        if each.meeting.id == "m1"
        for line in each.agenda
        if line.signal is not None
    }
    for each in record.signals:
        grave = each.kind == call.kind and SEVERITIES.index(each.severity) >= SEVERITIES.index(call.at_least)
        is_open = each.happened_on <= as_of and (each.closed_on is None or each.closed_on > as_of)
        taken_up = any(held.on >= each.happened_on and held.on <= as_of for held in record.held)
        if grave and is_open and not taken_up:
            latest = max(plan.calendar.shift(each.happened_on, max(call.within, 1)), plan.calendar.shift(as_of, 1))
            assert on_agendas[each.id] <= latest


CONTRIBUTIONS = st.lists(st.tuples(st.sampled_from(PARTIES), st.integers(0, 10_000)), max_size=5)
BENEFITS = st.lists(st.tuples(st.sampled_from(PARTIES), st.integers(0, 100_000)), max_size=5)
WEIGHTS = st.fixed_dictionaries({party: st.integers(0, 9) for party in PARTIES}).filter(lambda each: any(each.values()))


@given(CONTRIBUTIONS, BENEFITS, WEIGHTS)
def test_a_projects_shares_add_up_to_what_it_brought_and_nobody_loses_before_costs_are_back(
    put_in: list[tuple[str, int]], got: list[tuple[str, int]], weights: dict[str, int]
) -> None:
    project = JointProject(
        id="p",
        parties=PARTIES,
        currency="EUR",
        stages=[ProjectStage(id="s", label=Label("s"))],
        label=Label("p"),
    )
    contributions = [
        Contribution(id=f"k{place}", project="p", party=party, amount=Money.from_minor(cents, "EUR"), given_on=START)
        for place, (party, cents) in enumerate(put_in)
    ]
    benefits = [
        Benefit(
            id=f"b{place}",
            project="p",
            party=party,
            kind="saving",
            amount=Money.from_minor(cents, "EUR"),
            received_on=START,
        )
        for place, (party, cents) in enumerate(got)
    ]
    account = project_account(project, contributions, benefits, as_of=START)
    shared = share_project(project, account, weights)
    assert account.received == total(shared.settlement.shares.values(), "EUR")
    assert total([], "EUR") == total(shared.transfers.values(), "EUR")
    covered = account.received >= account.contributed
    for each in account.parties:
        share = shared.settlement[each.party]
        # Until the project has paid back, nobody gets more than they put in, give or take a cent of rounding.
        cent = Money("0.01", "EUR")
        assert share >= each.contributed - cent if covered else share <= each.contributed + cent
