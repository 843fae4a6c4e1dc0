"""Questionnaires: one voice per respondent, one place per question, and what was not answered."""

from fractions import Fraction
from typing import Any

import pytest
from quality_facts import MARCH, answer, measured, one, total, value

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.parties import Customer
from supplychain_rules.measures import QuestionnaireScore

EQUAL = QuestionnaireScore(id="score", survey="2026")
WEIGHTED = QuestionnaireScore(id="score", survey="2026", weights={"tidy": 3, "punctual": 1})


def test_answers_are_normalised_to_a_hundred_whatever_the_points_of_a_question() -> None:
    assert value(EQUAL, answer("A1", "tidy", 4), answer("A2", "punctual", 9, of=10)) == Fraction(80 + 90, 2)


def test_each_question_counts_once_however_many_answered_it() -> None:
    many = [answer(f"A{number}", "tidy", 5, f"R{number}") for number in range(9)]
    found = one(EQUAL, [*many, answer("B1", "punctual", 0, "R1")])
    assert (50, 10) == (found.value, found.evidence)


def test_a_respondent_who_answers_often_has_one_voice() -> None:
    talkative = [answer(f"A{number}", "tidy", 0, "R1") for number in range(9)]
    assert value(EQUAL, *talkative, answer("B1", "tidy", 5, "R2")) == 50


def test_an_answer_without_a_respondent_has_a_voice_of_its_own() -> None:
    assert value(EQUAL, answer("A1", "tidy", 0), answer("A2", "tidy", 0), answer("A3", "tidy", 5)) == Fraction(100, 3)


def test_weights_are_relative_and_shown_as_shares() -> None:
    facts = [answer("A1", "tidy", 5), answer("A2", "punctual", 1)]
    assert value(WEIGHTED, *facts) == 75 + 5
    assert {"punctual": Fraction(1, 4), "tidy": Fraction(3, 4)} == WEIGHTED.shares
    assert WEIGHTED == QuestionnaireScore(id="score", survey="2026", weights={"punctual": 1, "tidy": 3})
    assert {} == EQUAL.shares


def test_a_question_without_an_answer_shares_its_weight_and_lowers_the_coverage() -> None:
    found = one(WEIGHTED, [answer("A1", "tidy", 4)])
    assert (80, "1 of 2 questions answered, 0.75 of the weights") == (found.value, found.note)


def test_too_little_answered_is_no_data() -> None:
    strict = QuestionnaireScore(id="score", survey="2026", weights={"tidy": 3, "punctual": 1}, minimum_coverage="0.8")
    found = one(strict, [answer("A1", "tidy", 4)])
    expected = "less than 0.8 of the weights is answered; 1 of 2 questions answered, 0.75 of the weights"
    assert ("no_data", expected) == (found.state, found.note)
    assert value(strict, answer("A1", "tidy", 4), answer("A2", "punctual", 4)) == 80


def test_a_question_asked_and_not_answered_is_left_out_or_zero() -> None:
    facts = [answer("A1", "tidy", 4, "R1"), answer("A2", "tidy", None, "R2"), answer("A3", "punctual", None, "R1")]
    left_out = one(EQUAL, facts)
    note = "1 of 2 questions answered, 0.5 of the weights; questions asked and not answered left out: 2"
    assert (80, 1, note) == (left_out.value, left_out.evidence, left_out.note)
    zero = one(QuestionnaireScore(id="score", survey="2026", unanswered="zero"), facts)
    assert (20, 3, "") == (zero.value, zero.evidence, zero.note)


def test_a_questionnaire_that_nobody_answered_is_no_data_and_not_zero() -> None:
    found = one(EQUAL, [answer("A1", "tidy", None)])
    assert "no_data" == found.state
    assert found.note.startswith("no answer to the questionnaire in the period")


def test_answers_to_questions_without_a_weight_are_left_out_and_noted() -> None:
    found = one(WEIGHTED, [answer("A1", "tidy", 5), answer("A2", "punctual", 5), answer("A3", "colour", 0)])
    assert (100, "answers to questions without a weight left out: 1") == (found.value, found.note)


def test_another_questionnaire_or_edition_does_not_count() -> None:
    facts = [answer("A1", "tidy", 5), answer("A2", "tidy", 0, survey="2025")]
    assert (100, 1) == (one(EQUAL, facts).value, one(EQUAL, facts).evidence)


def test_an_answer_belongs_to_the_period_in_which_it_was_given() -> None:
    assert value(EQUAL, answer("A1", "tidy", 5), answer("A2", "tidy", 0, answered_on=MARCH.replace(year=2025))) == 100


def test_customers_are_scored_by_the_same_definition() -> None:
    facts = [Customer(id="C12"), answer("A1", "tidy", 4, party="C12"), answer("A2", "tidy", 1)]
    assert 80 == measured(EQUAL, facts, by="customer")["C12"].value
    assert 20 == one(EQUAL, facts).value


def test_a_total_takes_the_means_of_all_voices_and_not_of_the_parties_scores() -> None:
    facts = [answer("A1", "tidy", 5, "R1"), answer("A2", "tidy", 5, "R2"), answer("A3", "tidy", 2, "R3", party="V8")]
    assert 80 == total(EQUAL, facts).value


def test_a_score_is_exact() -> None:
    found = one(EQUAL, [answer("A1", "tidy", 1, of=3), answer("A2", "punctual", 1, of=7)])
    assert Fraction(500, 21) == found.value


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ({"survey": " "}, "survey is blank"),
        ({"survey": 2026}, "survey must be text"),
        ({"survey": "2026", "weights": {"tidy": 0}}, "the weight of question 'tidy' must be above zero"),
        ({"survey": "2026", "weights": {"tidy": "-1"}}, "must be above zero"),
        ({"survey": "2026", "weights": ["tidy"]}, "weights must be a mapping"),
        ({"survey": "2026", "weights": {"tidy": "much"}}, "not a number"),
        ({"survey": "2026", "weights": {7: 1}}, "a question is text: 7; write '7'"),
        ({"survey": "2026", "unanswered": "half"}, "unanswered is unknown: 'half'"),
        ({"survey": "2026", "minimum_coverage": "80"}, "minimum_coverage lies outside 0..1"),
    ],
)
def test_a_questionnaire_that_makes_no_sense_is_refused(choice: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidValueError, match=message):
        QuestionnaireScore(id="score", **choice)
