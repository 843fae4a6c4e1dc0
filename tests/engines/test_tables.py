"""A table's name may be qualified, quoted, or given in parts."""

import pytest

from supplychain_rules import InvalidValueError
from supplychain_rules.engines.dialects import DIALECTS
from supplychain_rules.engines.tables import table_text


@pytest.mark.parametrize(
    ("table", "text"),
    [
        ("kpis", '"kpis"'),
        ("sales.kpis", '"sales"."kpis"'),
        ("a.b.c", '"a"."b"."c"'),
        ('"sales.old".kpis', '"sales.old"."kpis"'),
        ('"a""b"', '"a""b"'),
        (("sales.old", "kpis"), '"sales.old"."kpis"'),
        (["k.p"], '"k.p"'),
        ("kpis; DROP TABLE x", '"kpis; DROP TABLE x"'),
        (("main", "_sr_0"), '"main"."_sr_0"'),
    ],
)
def test_a_name_is_quoted_part_by_part(table: str | list[str], text: str) -> None:
    assert text == table_text(DIALECTS["duckdb"], table, None, private="_sr")


@pytest.mark.parametrize(
    "table", ["", ".", "a.", ".a", "a..b", '"a', '"a"b', '""', (), ("a", ""), "_sr_0", "_SR", '"_sr"']
)
def test_what_is_no_name_of_a_table_is_refused(table: str) -> None:
    with pytest.raises(InvalidValueError):
        table_text(DIALECTS["duckdb"], table, None, private="_sr")


def test_raw_text_is_used_as_it_is() -> None:
    assert '{{ ref("kpis") }}' == table_text(DIALECTS["duckdb"], None, '{{ ref("kpis") }}', private="_sr")


@pytest.mark.parametrize("raw", ["", " \n", "a\0b"])
def test_raw_text_that_is_none_is_refused(raw: str) -> None:
    with pytest.raises(InvalidValueError):
        table_text(DIALECTS["duckdb"], None, raw, private="_sr")
