"""Questionnaires: what many respondents think of a party, as one score from 0 to 100."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, Final, Literal, TypeAlias, cast, final, get_args

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.care import SurveyAnswer
from supplychain_rules.facts.fields import is_id
from supplychain_rules.measures.counting import (
    Cells,
    Counting,
    Dimension,
    Figure,
    FigureOf,
    LeftOut,
    Row,
    RowsOf,
    counted,
    left_out_note,
)
from supplychain_rules.measures.exact import fraction
from supplychain_rules.measures.fields import (
    id_field,
    is_share,
    label_field,
    minimum_evidence_field,
    one_of,
    scope_field,
)
from supplychain_rules.measures.index import FactIndex
from supplychain_rules.measures.measurement import Key
from supplychain_rules.measures.scope import Scope
from supplychain_rules.values.label import Label
from supplychain_rules.values.scaled import exact_fraction, number_text

__all__ = ["QUESTIONNAIRE_SCORE", "NoAnswer", "QuestionnaireScore"]

#: What a question is that was asked and not answered: left out, or an answer of zero points.
NoAnswer = Literal["leave_out", "zero"]


#: Questions with their weights, by question.
Weights: TypeAlias = tuple[tuple[str, Fraction], ...]


def _weights(given: Mapping[str, object] | Iterable[Any]) -> Weights:
    if not isinstance(given, (Mapping, tuple)):  # a tuple is what this returned before
        hint = "write {'tidy': 2, 'punctual': 1}"
        raise InvalidValueError("QuestionnaireScore.weights must be a mapping", given, hint=hint)
    weights = dict(given)
    for question in weights:
        if not isinstance(question, str):
            raise InvalidValueError("a question is text", question, hint=f"write {str(question)!r}")
    return tuple(sorted((question, exact_fraction(weight)) for question, weight in weights.items()))


def _are_weights(_measure: object, _field: object, weights: Weights) -> None:
    for question, weight in weights:
        if weight <= 0:
            hint = "leave out a question that does not count"
            raise InvalidValueError(f"the weight of question {question!r} must be above zero", weight, hint=hint)


@final
@attrs.frozen(kw_only=True)
class QuestionnaireScore:
    """What respondents think of a party by one questionnaire, from 0 to 100.

    Each answer is points / the most points there are. Answers are averaged in three steps, so that nobody's voice
    grows with the number of his answers, and no question's with the number of its respondents:

    1. a respondent's answers to one question: their mean (an answer without a respondent is somebody's own);
    2. a question: the mean over its respondents;
    3. the score: 100 x sum of weight x question's mean / sum of the weights, over the questions with an answer.

    Nothing is rounded. A question without an answer shares its weight among the others, and the note says how many
    questions and how much of the weights were answered; `minimum_coverage` asks for enough of them. Without weights
    all questions that were asked weigh alike; with weights, answers to other questions are left out and noted. The
    evidence is the number of answers.

    Raises:
        InvalidValueError: a weight that is not above zero, a share outside 0..1, or a choice that does not exist.

    >>> score = QuestionnaireScore(id="stakeholders", survey="2026", weights={"tidy": 3, "punctual": 1})
    >>> score.shares["tidy"]
    Fraction(3, 4)
    """

    id: str = id_field()
    label: Label | None = label_field()
    #: The questionnaire and its edition.
    survey: str = attrs.field(validator=is_id)
    #: How much each question counts, relative to the others, given as a mapping; empty where all count alike.
    weights: Weights = attrs.field(default=(), converter=_weights, validator=_are_weights)
    unanswered: NoAnswer = attrs.field(default="leave_out", validator=one_of(*get_args(NoAnswer)))
    #: The least share of the weights that must be answered for a value.
    minimum_coverage: Fraction = attrs.field(default=Fraction(0), converter=exact_fraction, validator=is_share(1))
    scope: Scope = scope_field()
    #: Fewest answers for a value; below it there is no data.
    minimum_evidence: int = minimum_evidence_field()

    @property
    def shares(self) -> Mapping[str, Fraction]:
        """The weights as shares that add up to 1, by question; empty where all questions count alike."""
        whole = sum((weight for _, weight in self.weights), Fraction(0))
        return {question: weight / whole for question, weight in self.weights}


#: The part of a respondent's answers to one question is this word, the question, the respondent, and for an anonymous
#: answer, which has a voice of its own, its id.
_VOICE: Final = "voice"

#: The part of a question that was asked of somebody who did not answer is this word and the question.
_ASKED: Final = "asked"

_NO_ANSWER: Final = LeftOut("questions asked and not answered left out")
_NO_WEIGHT: Final = LeftOut("answers to questions without a weight left out")


def _rows(measure: QuestionnaireScore, _index: FactIndex, _as_of: date) -> RowsOf:
    survey, shares, as_zero = measure.survey, measure.shares, measure.unanswered == "zero"

    def rows(found: SurveyAnswer) -> Sequence[Row]:
        if found.survey != survey:
            return ()
        day = found.answered_on
        if shares and found.question not in shares:
            return ((found, day, _NO_WEIGHT, 1, 0, 0),)
        voice = (_VOICE, found.question, found.respondent, found.id if found.respondent is None else "")
        if found.points is not None:
            return ((found, day, voice, Fraction(found.points) / Fraction(found.of), 1, 1),)
        if as_zero:
            return ((found, day, voice, 0, 1, 1),)
        return (found, day, (_ASKED, found.question), 1, 0, 0), (found, day, _NO_ANSWER, 1, 0, 0)

    return {SurveyAnswer: rows}


def _figure(measure: QuestionnaireScore, _everything: Mapping[Key, Cells], _by: Sequence[Dimension]) -> FigureOf:
    shares = measure.shares

    def figure(_key: Key, cells: Cells) -> Figure:
        means, evidence = _means(cells)
        weights = shares or {question: Fraction(1, len(means)) for question in means}
        answered = {question: mean for question, mean in means.items() if mean is not None}
        coverage = sum((weights[question] for question in answered), Fraction(0))
        why_not, note = "", left_out_note(cells)
        if weights and coverage < 1:
            said = f"{len(answered)} of {len(weights)} questions answered, {number_text(coverage)} of the weights"
            note = f"{said}; {note}" if note else said
        if coverage < measure.minimum_coverage:
            why_not = f"less than {number_text(measure.minimum_coverage)} of the weights is answered"
        return Figure(
            numerator=100 * sum((weights[question] * mean for question, mean in answered.items()), Fraction(0)),
            denominator=coverage,
            evidence=evidence,
            why_not=why_not,
            note=note,
        )

    return figure


def _means(cells: Cells) -> tuple[dict[str, Fraction | None], int]:
    """Return each question's mean over its respondents, `None` where nobody answered; and the number of answers."""
    voices: dict[str, list[Fraction]] = {}
    evidence = 0
    for part, sums in counted(cells).items():
        kind, question = cast("tuple[str, str]", part)[:2]
        heard = voices.setdefault(question, [])
        if kind == _VOICE:
            heard.append(fraction(sums.numerator) / fraction(sums.denominator))
        evidence += sums.evidence
    return {
        question: sum(heard, Fraction(0)) / len(heard) if heard else None for question, heard in voices.items()
    }, evidence


#: How questionnaires count.
QUESTIONNAIRE_SCORE: Final = Counting(
    rows=_rows, figure=_figure, nothing="no answer to the questionnaire in the period"
)
