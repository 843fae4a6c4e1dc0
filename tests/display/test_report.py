"""A report of many decisions, for the console and as a page."""

import re
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest
from makers import number, policy
from supplier_reviews import a_review, reviewed

from supplychain_rules import Decision, InvalidValueError, evaluate
from supplychain_rules.display.report import ranked_table, report_html

COLUMNS = ("qualified", "grade", "performance", "action")

#: What ends a page before its time, or runs.
HOSTILE = "</title><script>alert(1)</script> \"&'"


def four() -> list[tuple[str, Decision]]:
    """Return four suppliers: a good one, two alike, and one without data."""
    rules = a_review()
    alike = reviewed(rules, category="pack")
    return [
        ("Anvil", reviewed(rules)),
        ("No data", reviewed(rules, quality_pass_rate=None, on_time_rate=None, service_score=None, certified=None)),
        ("Bolt", alike),
        ("苏州弹簧厂", reviewed(rules, quality_pass_rate="0.995", on_time_rate=1, service_score=5)),  # noqa: S106
    ]


def page(decisions: list[tuple[str, Decision]] | None = None, **given: Any) -> str:  # noqa: ANN401
    settings = {"title": "Review", "lang": "en", "rank_by": "performance", "columns": COLUMNS, **given}
    title, lang = settings.pop("title"), settings.pop("lang")
    return report_html(title, four() if decisions is None else decisions, lang, **settings)


def counts(html: str) -> dict[str, dict[str, int]]:
    """Return the counts of the summary by column and value."""
    summary = html[html.index("scr-tallies") : html.index("</div>")]
    tables = re.findall(r"(?s)<table>.*?</table>", summary)
    return {
        re.findall(r"<th scope=\"col\">(.*?)</th>", table)[0]: {
            unescape(text): int(count)
            for text, count in re.findall(r"<th scope=\"row\">(.*?)</th><td[^>]*>(\d+)</td>", table)
        }
        for table in tables
    }


def test_the_table_is_ranked_ties_share_a_place_and_what_is_missing_stands_last_without_one() -> None:
    assert [
        "Rank  Name        qualified  grade          performance  action",
        "----  ----------  ---------  -------------  -----------  -------",
        "   1  苏州弹簧厂  pass       A (preferred)       100.00  grow",
        "   2  Anvil       pass       C                    66.87  keep",
        "   2  Bolt        pass       C                    66.87  keep",
        "   -  No data     refer      unrated            missing  improve",
    ] == ranked_table(four(), "en", rank_by="performance", columns=COLUMNS).splitlines()


def test_the_chinese_table_is_aligned_by_the_width_of_its_characters() -> None:
    assert [
        "名次  名称        qualified  grade",
        "----  ----------  ---------  ---------",
        "   1  苏州弹簧厂  通过       A（优选）",
        "   2  Anvil       通过       C",
        "   2  Bolt        通过       C",
        "   -  No data     转人工     unrated",
    ] == ranked_table(four(), "zh", rank_by="performance", columns=("qualified", "grade")).splitlines()


def test_a_report_can_be_ranked_by_a_grade_and_outside_its_order_there_is_no_rank() -> None:
    lines = ranked_table(four(), "en", rank_by="grade", columns=("grade",)).splitlines()[2:]

    assert ["1", "2", "2", "-"] == [line.split()[0] for line in lines]


def test_after_a_tie_the_next_rank_counts_everybody_before_it() -> None:
    worse = ("Worse", reviewed(on_time_rate="0.80"))
    lines = ranked_table([*four(), worse], "en", rank_by="performance", columns=()).splitlines()[2:]

    assert ["1", "2", "2", "4", "-"] == [line.split()[0] for line in lines]


def test_an_input_may_stand_beside_the_outputs() -> None:
    assert "0.9950" in ranked_table(four(), "en", rank_by="performance", columns=("quality_pass_rate",))


def test_no_decisions_make_a_table_without_rows_and_a_page_that_says_so() -> None:
    assert 2 == len(ranked_table([], "en", rank_by="performance", columns=COLUMNS).splitlines())
    assert "<p>No records.</p>" in page([])


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"rank_by": "performence"}, "no such output or input: 'performence'; did you mean 'performance'"),
        ({"columns": ("grades",)}, "no such output or input: 'grades'; did you mean 'grade'"),
        ({"rank_by": "action"}, "this cannot be ranked: 'action'"),
        ({"rank_by": "certified"}, "this cannot be ranked: 'certified'"),
    ],
)
def test_a_name_that_the_rules_do_not_have_is_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidValueError, match=re.escape(message)):
        page(**settings)


def test_the_summary_counts_grades_and_actions_and_a_grade_that_nobody_has() -> None:
    assert {
        "qualified": {"pass": 3, "refer": 1, "fail": 0},
        "grade": {"A (preferred)": 1, "B": 0, "C": 2, "D": 0, "unrated": 1},
        "action": {"grow": 1, "keep": 2, "improve": 1},
    } == counts(page())


def test_a_missing_choice_is_counted_as_missing() -> None:
    rules = policy(
        {"a": number()},
        {
            "kind": "table",
            "id": "t",
            "hit": "first",
            "when": ["a"],
            "outputs": {"action": {"type": "choice", "options": ["keep"]}},
            "rows": [{"id": "r", "when": {"a": "> 5"}, "then": {"action": "keep"}}],
        },
    )
    decisions = [(str(value), evaluate(rules, {"a": value})) for value in (1, 2, 9)]

    assert {"action": {"keep": 1, "missing": 2}} == counts(page(decisions, rank_by="a", columns=("action",)))


def test_every_record_is_explained_behind_its_name_and_the_ranking_leads_there() -> None:
    html = page()
    links = re.findall(r'<a href="#([^"]+)">([^<]+)</a>', html)

    assert ["苏州弹簧厂", "Anvil", "Bolt", "No data"] == [name for _, name in links]
    assert [key for key, _ in links] == re.findall(r'<section class="scr-explanation" lang="en" id="([^"]+)">', html)
    assert 4 == html.count("<details>") == html.count("</details>")


def test_a_record_is_folded_behind_its_rank_name_score_and_choices() -> None:
    summaries = [re.sub(r"<[^>]+>", "|", text) for text in re.findall(r"<summary>(.*?)</summary>", page())]

    assert "|2||Anvil||66.87, pass, C, keep|" == summaries[1]
    assert "|-||No data||missing, refer, unrated, improve|" == summaries[3]


def test_the_page_says_what_it_is_for_and_its_notes() -> None:
    html = page(generated_for="2025, as of 2026-01-01", notes=["19 rows left out", "Prices of spring"])

    assert '<p class="scr-for">2025, as of 2026-01-01</p>' in html
    assert "<li>19 rows left out</li>\n<li>Prices of spring</li>" in html


def test_a_page_without_notes_or_purpose_has_no_empty_parts() -> None:
    html = page()

    assert 'class="scr-for"' not in html
    assert "<h2>Notes</h2>" not in html


def test_the_same_decisions_make_the_same_page() -> None:
    assert page() == page()


@pytest.mark.parametrize(("lang", "tag"), [("en", "en"), ("zh", "zh-Hans")])
def test_the_page_says_which_language_it_is_in(lang: str, tag: str) -> None:
    assert f'<html lang="{tag}">' in page(lang=lang)


def test_a_language_that_is_not_known_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="unknown language"):
        page(lang="de")


class Tags(HTMLParser):
    """Collect the elements of a page, and check that each is closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002  its signature
        self.seen.append(tag)
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert tag == self.open.pop()


def tags(html: str) -> list[str]:
    reader = Tags()
    reader.feed(html)
    reader.close()
    assert [] == reader.open
    return reader.seen


def test_no_text_becomes_markup() -> None:
    decision = reviewed()
    usual = page([("Acme", decision)], generated_for="2025", notes=["note"])
    hostile = page([(HOSTILE, decision)], title=HOSTILE, generated_for=HOSTILE, notes=[HOSTILE])

    assert tags(usual) == tags(hostile)
    assert "script" not in tags(hostile)


def test_the_page_loads_nothing_and_lets_nothing_run() -> None:
    html = page()

    assert [] == re.findall(r"<script|<link|src=|https?://|@import|url\(", html)
    assert "default-src 'none'" in html


def test_a_page_holds_the_style_of_an_explanation_once() -> None:
    assert 2 == page().count("<style>")
