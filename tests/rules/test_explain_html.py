"""What an explanation says as HTML, and what it lets nobody else say."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from makers import number, policy
from supplier_reviews import a_review, reviewed

from supplychain_rules import Decision, InvalidValueError, evaluate
from supplychain_rules.rules.explain_html import EXPLANATION_STYLE, explanation_body

HOSTILE = ("<script>alert(1)</script>", "\"&'", "</style><img src=x onerror=alert(1)>", "'><b>", "&lt;i&gt;")


class Reader(HTMLParser):
    """Collect what a browser would make of a page: elements with their attributes, and texts."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader


def hostile_decision(text: str) -> Decision:
    """Decide by rules whose labels, options, ids and texts are all one hostile text."""
    label = {"en": text, "zh": text}
    inputs: dict[str, Any] = {
        "a": {**number(optional=True), "label": label},
        "kind_of": {"type": "choice", "options": [text, "other"], "label": label},
        "remark": {"type": "text", "label": label},
    }
    steps: list[dict[str, Any]] = [
        {
            "kind": "gate",
            "id": "g",
            "label": label,
            "checks": [{"id": "check", "require": "a > 1", "reason": label}],
        },
        {
            "kind": "scorecard",
            "id": "s",
            "method": "weighted_mean",
            "label": label,
            "missing": "worst",
            "criteria": [
                {"id": "one", "of": "a", "label": label},
                {
                    "id": "two",
                    "of": "kind_of",
                    "label": label,
                    "value": {"kind": "categories", "points": {text: 9, "other": 1}},
                },
            ],
        },
        {
            "kind": "ladder",
            "id": "l",
            "label": label,
            "of": "s",
            "bands": [{"name": text, "from": 1, "label": label}, {"name": "rest", "label": label}],
        },
        {"kind": "formula", "id": "f", "label": label, "formula": "remark"},
        {
            "kind": "table",
            "id": "t",
            "label": label,
            "hit": "first",
            "when": ["kind_of", "remark"],
            "outputs": {"out": {"type": "text", "label": label}},
            "rows": [
                {"id": "first", "label": label, "when": {"kind_of": "other"}, "then": {"out": text}},
                {"id": "second", "label": label, "then": {"out": text}},
            ],
        },
    ]
    rules = policy(inputs, *steps)
    return evaluate(rules, {"kind_of": text, "remark": text})


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_of_rules_or_records_becomes_markup(text: str) -> None:
    page = read(hostile_decision(text).explain().html())
    harmless = read(hostile_decision("plain").explain().html())

    assert harmless.elements == page.elements
    assert text in "".join(page.texts)


@pytest.mark.parametrize("key", HOSTILE)
def test_not_even_the_key_of_a_fragment_becomes_markup(key: str) -> None:
    page = read(explanation_body(reviewed().explain(), "en", key=key))

    assert key == page.elements[0][1]["id"]


@pytest.mark.parametrize(("lang", "tag"), [("en", "en"), ("zh", "zh-Hans")])
def test_the_fragment_says_which_language_it_is_in(lang: Any, tag: str) -> None:  # noqa: ANN401  a language
    sections = [attributes for tag, attributes in read(reviewed().explain().html(lang)).elements if tag == "section"]

    assert [{"class": "scr-explanation", "lang": tag}] == sections


def test_a_language_that_is_not_known_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="unknown language"):
        reviewed().explain().html("fr")  # type: ignore[arg-type]


def test_every_table_has_a_caption_and_heads_with_a_scope() -> None:
    html = reviewed().explain().html()

    assert html.count("<table>") == html.count("<caption>") == 2
    assert [] == [a for tag, a in read(html).elements if tag == "th" and a.get("scope") not in ("col", "row")]


def test_headings_go_down_one_level_for_the_steps() -> None:
    levels = [tag for tag, _ in read(explanation_body(reviewed().explain(), "en", level=2)).elements if tag[0] == "h"]

    assert ["h2", "h3", "h3", "h3", "h3", "h3"] == levels


def test_every_rule_of_the_style_is_kept_to_the_explanation() -> None:
    rules = re.findall(r"(?m)^([^{\n]+)\{", EXPLANATION_STYLE.replace(",\n", ","))

    assert rules
    assert [] == [
        rule for rule in rules if not all(one.startswith(".scr-explanation") for one in re.split(r",(?![^(]*\))", rule))
    ]


def test_nothing_is_loaded_and_nothing_runs() -> None:
    html = reviewed().explain().html()

    assert [] == re.findall(r"<script|<link|src=|https?:|@import|url\(|javascript:|\bon\w+=", html)


def test_a_bar_is_as_long_as_its_contribution_beside_the_largest() -> None:
    bars = re.findall(r'scr-bar([^"]*)" style="width:(\d+)%"', reviewed().explain().html())

    assert [("", "100"), ("", "76"), ("", "51")] == bars


def test_a_contribution_below_zero_has_a_bar_of_another_colour() -> None:
    card = {
        "kind": "scorecard",
        "id": "s",
        "method": {"kind": "points", "start": 100},
        "criteria": [{"id": "late", "of": "late"}, {"id": "good", "of": "good"}],
    }
    rules = policy({"late": number(-50, 0), "good": number()}, card)
    html = evaluate(rules, {"late": -40, "good": 10}).explain().html()

    assert [(" scr-minus", "100"), ("", "25")] == re.findall(r'scr-bar([^"]*)" style="width:(\d+)%"', html)


def test_without_a_score_there_is_no_bar() -> None:
    html = reviewed(a_review(missing="null"), on_time_rate=None).explain().html()

    assert 'class="scr-chart"' not in html


def test_numbers_of_fewer_decimals_leave_room_so_that_points_stand_below_each_other() -> None:
    html = reviewed().explain().html()

    assert '<td class="scr-number" style="padding-right:calc(.7em + 2ch)">66.87</td>' in html


def test_a_good_a_bad_and_an_open_outcome_are_told_apart_by_more_than_their_colour() -> None:
    tags = [
        re.findall(r'<span class="scr-tag scr-(\w+)">([^<]+)</span></h4>', reviewed(certified=answer).explain().html())
        for answer in (True, False, None)
    ]

    assert [[("good", "pass")], [("bad", "fail")], [("open", "refer")]] == tags


def test_a_notebook_shows_the_page() -> None:
    explanation = reviewed().explain()

    assert explanation.html() == explanation._repr_html_()
