"""What must always hold of customers' profiles and classes: names, order and units never matter, periods add up."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from supplychain_rules import Ledger, Money, Period, evaluate_all, fit_cuts, load_policy
from supplychain_rules.customers import (
    BgNbd,
    History,
    abc_rules,
    class_changes,
    expected_purchases,
    frozen_abc,
    profiles,
    rfm_records,
    rfm_rules,
)
from supplychain_rules.facts.billing import CreditNote, InvoiceLine
from supplychain_rules.facts.ledger import Fact
from supplychain_rules.rules.quantile import QuantileTies

AS_OF = date(2026, 12, 31)
CUSTOMERS = ("C1", "C2", "C3", "C4", "C5", "C6")

days = st.integers(0, 364).map(lambda count: date(2026, 1, 1) + timedelta(days=count))
amounts = st.integers(0, 60).map(lambda whole: Decimal(whole) / 4)
ties = st.sampled_from(("min", "max"))

#: Purchases and returns: customer, day, amount, and whether it came back.
histories = st.lists(st.tuples(st.sampled_from(CUSTOMERS), days, amounts, st.booleans()), min_size=1, max_size=25)
Row = tuple[str, date, Decimal, bool]


def ledger_of(rows: list[Row], *, factor: int = 1, names: dict[str, str] | None = None) -> Ledger:
    facts: list[Fact] = []
    for number, (customer, day, amount, came_back) in enumerate(rows):
        who, money = (names or {}).get(customer, customer), Money(amount * factor, "EUR")
        if came_back:
            facts.append(CreditNote(id=f"N{number}", customer=who, amount=money, credited_on=day))
        else:
            facts.append(
                InvoiceLine(
                    id=f"I{number}",
                    invoice=f"I{number}",
                    supplier="us",
                    customer=who,
                    quantity=1,  # type: ignore[arg-type]
                    amount=money,
                    invoiced_on=day,
                )
            )
    return Ledger(facts)


def codes(
    rows: list[Row], rule: QuantileTies, *, factor: int = 1, names: dict[str, str] | None = None
) -> dict[str, object]:
    records = rfm_records(profiles(ledger_of(rows, factor=factor, names=names), as_of=AS_OF, currency="EUR"))
    decided = evaluate_all(load_policy(rfm_rules(ties=rule)), records.values())
    return {customer: (one["code"], one["segment"]) for customer, one in zip(records, decided, strict=True)}


@given(rows=histories, order=st.permutations(range(25)), names=st.permutations(CUSTOMERS), rule=ties)
def test_names_order_of_rows_and_unit_of_money_change_no_code(
    rows: list[Row], order: list[int], names: list[str], rule: QuantileTies
) -> None:
    renamed = dict(zip(CUSTOMERS, names, strict=True))
    shuffled = [rows[place] for place in order if place < len(rows)]

    again = codes(shuffled, rule, factor=100, names=renamed)

    assert {renamed[customer]: found for customer, found in codes(rows, rule).items()} == again


@given(rows=histories, rule=ties)
def test_every_customer_with_a_purchase_has_a_segment_and_nobody_else_has(rows: list[Row], rule: QuantileTies) -> None:
    found = codes(rows, rule)

    assert {customer for customer, _, _, came_back in rows if not came_back} == set(found)
    assert all(segment is not None for _, segment in found.values())  # type: ignore[misc]


@given(rows=histories)
def test_money_and_lines_of_two_halves_of_a_year_add_up(rows: list[Row]) -> None:
    ledger = ledger_of(rows)
    cut = date(2026, 7, 1)
    whole = profiles(ledger, as_of=AS_OF, currency="EUR")
    halves = [
        profiles(ledger, as_of=AS_OF, currency="EUR", period=period)
        for period in (Period(date(2026, 1, 1), cut), Period(cut, date(2027, 1, 1)))
    ]

    for customer, one in whole.items():
        parts = [half[customer] for half in halves]
        assert one.monetary == parts[0].monetary + parts[1].monetary
        assert one.purchases == sum(part.purchases for part in parts)
        assert one.purchase_days == sum(part.purchase_days for part in parts)
        assert {one.recency_days} == {part.recency_days for part in parts}


@given(rows=histories, day=days)
def test_what_is_known_on_a_day_is_all_that_a_profile_of_that_day_says(rows: list[Row], day: date) -> None:
    ledger = ledger_of(rows)

    assert profiles(ledger.as_of(day), as_of=day, currency="EUR") == profiles(ledger, as_of=day, currency="EUR")


@given(spends=st.lists(st.integers(-5, 40), min_size=1, max_size=15).filter(lambda all_: max(all_) > 0))
def test_abc_frozen_as_amounts_classes_its_own_population_alike(spends: list[int]) -> None:
    rows = [{"monetary": spend} for spend in spends]

    def classes(rules: dict[str, object]) -> list[object]:
        return [one["abc_class"] for one in evaluate_all(load_policy(rules), rows)]

    assert classes(abc_rules()) == classes(frozen_abc(abc_rules(), rows, version="2"))


@given(spends=st.lists(st.integers(-5, 40), min_size=1, max_size=15), data=st.data())
def test_order_and_unit_of_money_change_no_abc_class_and_equal_customers_have_one(
    spends: list[int], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(spends))

    def classes(amounts: list[int], factor: int) -> list[tuple[int, object]]:
        decided = evaluate_all(load_policy(abc_rules()), [{"monetary": amount * factor} for amount in amounts])
        return sorted((amount, one["abc_class"]) for amount, one in zip(amounts, decided, strict=True))

    assert classes(spends, 1) == classes(shuffled, 100)
    assert len(set(spends)) == len(set(classes(spends, 1)))


@given(spends=st.lists(st.integers(0, 40), min_size=1, max_size=15), changed=st.integers(0, 40), rule=ties)
def test_only_who_changed_can_change_its_class_by_behaviour(
    spends: list[int], changed: int, rule: QuantileTies
) -> None:
    policy = load_policy(rfm_rules(ties=rule))
    before = {f"C{n}": {"recency_days": 1, "purchase_days": 1, "monetary": spend} for n, spend in enumerate(spends)}
    after = before | {"C0": before["C0"] | {"monetary": changed}}

    found = class_changes(policy, before, after)

    assert {one.customer for one in found.changes if one.is_behaviour} <= {"C0"}
    assert fit_cuts(policy, before.values())["steps"] == found.frozen["steps"]


@given(
    repeats=st.integers(1, 30),
    last=st.integers(1, 60),
    silence=st.integers(0, 60),
    ahead=st.integers(1, 100),
)
def test_expected_purchases_rise_with_time_and_stay_alive_between_none_and_one(
    repeats: int, last: int, silence: int, ahead: int
) -> None:
    model = BgNbd(r="0.243", alpha="4.414", a="0.793", b="2.426")  # type: ignore[arg-type]
    history = History(repeats=repeats, last=last, observed=last + silence)  # type: ignore[arg-type]

    shorter, longer = (expected_purchases(model, history, ahead=time, decimals=12) for time in (ahead, 2 * ahead))

    assert Decimal(0) <= shorter.purchases <= longer.purchases
    assert shorter.alive == longer.alive
    assert shorter.alive is not None
    assert 0 <= shorter.alive <= 1
