"""Labels: bilingual, one line, nothing that could disguise a report."""

import pickle

import pytest

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.values.label import LANGS, MAX_LABEL_CHARACTERS, Label, composed

GRADE = Label("Grade", "等级")


def test_a_label_speaks_the_language_it_is_asked_for() -> None:
    assert ("Grade", "等级") == (GRADE.text("en"), GRADE.text("zh"))


def test_a_label_without_chinese_falls_back_to_english() -> None:
    assert Label("Grade").text("zh") == "Grade"


def test_a_label_without_english_falls_back_to_chinese() -> None:
    assert ("等级", "等级") == (Label("", "等级").text("en"), str(Label(zh="等级", en="")))


def test_an_empty_label_has_no_text_in_any_language() -> None:
    assert ["", ""] == [Label("").text(lang) for lang in LANGS]


def test_a_label_prints_as_its_english_text() -> None:
    assert str(GRADE) == "Grade"


def test_a_language_nobody_translated_into_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="unknown language of a label: 'fr'; expected one of en, zh"):
        GRADE.text("fr")  # type: ignore[arg-type]  # wrong on purpose


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Grade", Label("Grade")),
        ({"en": "Grade", "zh": "等级"}, GRADE),
        ({"zh": "等级"}, Label("", "等级")),
        ({}, Label("")),
        (GRADE, GRADE),
    ],
)
def test_a_rule_set_may_write_a_label_as_text_mapping_or_label(written: object, expected: Label) -> None:
    assert expected == Label.of(written)


@pytest.mark.parametrize("written", [None, 7, True, ["en", "Grade"], b"Grade"])
def test_anything_but_text_or_a_mapping_is_no_label(written: object) -> None:
    with pytest.raises(InvalidValueError, match="not a label"):
        Label.of(written)


def test_a_misspelt_language_is_refused_with_the_right_one() -> None:
    with pytest.raises(InvalidValueError, match="unknown language of a label: 'zh_CN'; did you mean 'zh'"):
        Label.of({"en": "Grade", "zh_CN": "等级"})


@pytest.mark.parametrize("key", [1, None, pytest.param("x" * 100_000, id="a long one")])
def test_an_odd_language_is_refused_without_a_guess(key: object) -> None:
    with pytest.raises(InvalidValueError, match="expected one of en, zh"):
        Label.of({key: "Grade"})


@pytest.mark.parametrize("text", [7, None, True, ["Grade"]])
def test_a_text_that_is_no_text_is_refused_with_its_language(text: object) -> None:
    with pytest.raises(InvalidValueError, match=r"Label\.zh must be text"):
        Label.of({"en": "Grade", "zh": text})


@pytest.mark.parametrize(
    "character",
    ["\n", "\t", "\x00", "\x1b", "\x7f", "\x85", "\u2028", "\u2029", "\ud800", "\u202e", "\u2066"],
)
def test_a_control_character_is_refused_by_its_code(character: str) -> None:
    with pytest.raises(InvalidValueError, match=rf"Label\.en holds the control character U\+{ord(character):04X}"):
        Label(f"fail{character}pass")


@pytest.mark.parametrize("text", ["质量　合格率（%）", "Réception à l’heure", "naïve café", "½ kg – 10 °C", "👩‍🔧"])
def test_letters_signs_and_spaces_of_any_language_are_text(text: str) -> None:
    assert text == Label(text).text("en")


def test_the_longest_label_is_accepted_and_one_character_more_is_not() -> None:
    assert Label("x" * MAX_LABEL_CHARACTERS).text("en") == "x" * MAX_LABEL_CHARACTERS
    with pytest.raises(InvalidValueError, match=r"Label\.en has more than 500 characters"):
        Label("x" * (MAX_LABEL_CHARACTERS + 1))


def test_a_label_survives_a_pickle_and_is_equal_by_value() -> None:
    copy = pickle.loads(pickle.dumps(GRADE))  # noqa: S301  our own bytes

    assert copy == GRADE
    assert hash(copy) == hash(GRADE)


@pytest.mark.parametrize("text", ["a\nb", "a\ud800b", "\u202efail", "x" * 600, "\n" * 400])
def test_a_composed_label_holds_what_others_wrote_in_one_line(text: str) -> None:
    label = composed(f"{text} is late", f"{text} 迟到")

    for said in (label.en, label.zh):
        assert said.encode().decode().isprintable()
        assert len(said) <= MAX_LABEL_CHARACTERS
