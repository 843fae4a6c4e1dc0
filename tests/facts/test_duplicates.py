"""What may be one thing under two ids is found and told, never merged."""

import csv
import gzip
import io
from datetime import date
from pathlib import Path

import attrs
import pytest

from supplychain_rules.facts.corrections import Cancellation
from supplychain_rules.facts.duplicates import lookalikes, plain_name, same_content
from supplychain_rules.facts.ledger import Ledger
from supplychain_rules.facts.parties import Customer, Supplier
from supplychain_rules.facts.trade import Receipt

SCMS = Path(__file__).resolve().parents[2] / ".." / "shared" / "data" / "scms" / "deliveries_2006_2011.csv.gz"

BOOKED = Receipt(id="GR1", order_line="PO1/1", received_on=date(2026, 1, 19), quantity=6)

AGAIN = attrs.evolve(BOOKED, id="GR2", known_on=date(2026, 1, 21))


def groups(*names: str) -> list[tuple[str, tuple[str, ...]]]:
    """Return sign and names of every group; the id of each firm is its name."""
    return [(found.sign, found.ids) for found in lookalikes(Supplier(id=name, name=name) for name in names)]


def wide(text: str) -> str:
    """Write plain letters and signs in the full-width forms that Chinese typing gives."""
    return "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in text)


# Content


def test_a_receipt_booked_twice_is_found_whenever_it_became_known() -> None:
    (found,) = same_content([AGAIN, BOOKED])

    assert ("receipts", ("GR1", "GR2"), (BOOKED, AGAIN)) == (found.kind, found.ids, found.facts)


def test_receipts_of_another_day_or_quantity_are_no_duplicates() -> None:
    other_day = attrs.evolve(BOOKED, id="GR2", received_on=date(2026, 1, 20), known_on=date(2026, 1, 20))

    assert () == same_content([BOOKED, other_day, attrs.evolve(BOOKED, id="GR3", quantity=7)])


def test_a_ledger_tells_of_the_facts_in_force_only() -> None:
    cancelled = Cancellation(of="receipts", fact="GR2", known_on=date(2026, 2, 1))
    ledger = Ledger([BOOKED, AGAIN, cancelled])

    assert () == same_content(ledger)
    assert [("GR1", "GR2")] == [found.ids for found in same_content(ledger.as_of(date(2026, 1, 31)))]


def test_versions_of_one_fact_are_no_duplicates() -> None:
    assert () == same_content([BOOKED, attrs.evolve(BOOKED, known_on=date(2026, 2, 1))])


def test_suppliers_of_which_nothing_is_known_do_not_repeat_each_other() -> None:
    assert () == same_content([Supplier(id="1"), Supplier(id="2")])
    assert 1 == len(same_content([Supplier(id="1", name="Acme"), Supplier(id="2", name="Acme")]))


def test_facts_of_two_kinds_are_never_the_same() -> None:
    assert () == same_content([Supplier(id="1", name="Acme"), Customer(id="2", name="Acme")])


# Names


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hengda Packaging Co., Ltd.", "HENGDA PACKAGING CO LTD"),
        ("Nordstahl GmbH", "Nordstahl AG"),
        ("Müller & Söhne GmbH & Co. KG", "Muller und Sohne"),
        ("Orgenics, Ltd", "ORGENICS LIMITED"),
        ("Trinity Biotech, Plc", "Trinity Biotech P.L.C."),
        ("Missionpharma A/S", "MissionPharma"),
        ("Pluripharm S.A.", "Pluripharm SARL"),
        ("Société Générale d'Emballage S.A.S.", "SOCIETE GENERALE DEMBALLAGE"),
        ("Rossi S.p.A.", "Rossi S.r.l."),
        ("Aceros Núñez, S.L.", "Aceros Nunez SA"),
        ("Tatra Profily Sp. z o.o.", "Tatra Profily"),
        ("Ørsted Pumps ApS", "Orsted Pumps"),
        ("上海科华生物工程股份有限公司", "上海科华生物工程有限公司"),
        (wide("ABC(上海)") + "有限公司", "ABC(上海)有限责任公司"),
        (wide("Acme"), "Acme Inc."),
    ],
)
def test_two_spellings_of_one_name_are_shown(one: str, other: str) -> None:
    assert [("name", tuple(sorted((one, other))))] == groups(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ACCOUN NIGERIA LIMITED", "ACOUNS NIGERIA LTD"),
        ("Anatolia Metal A.Ş.", "Anatolia Metal Trading"),
        ("S. Buys Wholesaler", "Buys Wholesaler"),
        ("上海钢铁有限公司", "宝山钢铁有限公司"),
        ("Ltd", "Inc."),
    ],
)
def test_names_that_no_rule_makes_one_stay_apart(one: str, other: str) -> None:
    assert [] == groups(one, other)


def test_firms_without_a_name_do_not_look_alike() -> None:
    assert () == lookalikes([Supplier(id="1"), Supplier(id="2", name="...")])


def test_a_name_that_is_nothing_but_a_legal_form_is_that_form() -> None:
    assert ("ltd", "有限公司") == (plain_name("Ltd."), plain_name("有限公司"))


def test_a_tax_number_is_the_surest_sign_however_it_is_written() -> None:
    firms = [
        Supplier(id="1", name="Rossi", tax_number="IT 0123-4567"),
        Supplier(id="2", name="Bianchi", tax_number="it01234567"),
        Supplier(id="3", name="Verdi", tax_number="IT99"),
        Supplier(id="4", name="Neri"),
    ]

    assert [("tax_number", "IT01234567", ("1", "2"))] == [(f.sign, f.shared, f.ids) for f in lookalikes(firms)]


def test_a_group_is_shown_once_by_its_surest_sign() -> None:
    firms = [Supplier(id=name, name="Rossi", tax_number="IT01") for name in ("1", "2")]

    assert ["tax_number"] == [found.sign for found in lookalikes(firms)]


def test_a_former_name_that_a_new_one_states_is_recognised() -> None:
    names = ("ABBOTT LOGISTICS B.V.", "ABBVIE LOGISTICS (FORMERLY ABBOTT LOGISTICS BV)")

    assert [("former_name", names)] == groups(*names)
    assert [("former_name", ("恒达包装厂", "苏州新达包装有限公司（原：恒达包装厂）"))] == groups(
        "恒达包装厂", "苏州新达包装有限公司（原：恒达包装厂）"
    )


def test_customers_are_compared_like_suppliers() -> None:
    assert [("1", "2")] == [f.ids for f in lookalikes([Customer(id="1", name="Acme"), Customer(id="2", name="ACME")])]


def test_one_party_in_two_versions_is_one() -> None:
    assert () == lookalikes([Supplier(id="1", name="Acme"), Supplier(id="1", name="Acme", known_on=date(2026, 1, 1))])


@pytest.mark.skipif(not SCMS.exists(), reason="the shared data folder is not beside the checkout")
def test_the_vendors_of_the_scms_history_that_may_be_one_firm() -> None:
    rows = csv.DictReader(io.StringIO(gzip.decompress(SCMS.read_bytes()).decode("utf-8")))
    vendors = sorted({row["Vendor"] for row in rows})

    assert 55 == len(vendors)
    # The slice holds one of the two Inverness and one of the two Accoun spellings. Aurobindo "Pharam" is a slip, and
    # the other Abbott companies have names of their own: both need a person who knows them.
    assert [
        ("former_name", ("ABBOTT LOGISTICS B.V.", "ABBVIE LOGISTICS (FORMERLY ABBOTT LOGISTICS BV)")),
        (
            "name_without_brackets",
            ("BIO-RAD LABORATORIES (FRANCE)", "BIO-RAD LABORATORIES PTY LTD. (SOUTH AFRICA)"),
        ),
    ] == groups(*vendors)
