"""How a criterion's value becomes points, in words: the scale that a supplier may check a score against."""

from decimal import Decimal

import attrs

from supplychain_rules.rules.scorecard import Tagged
from supplychain_rules.rules.value_functions import (
    Bands,
    Categories,
    Linear,
    PeerLinear,
    PiecewiseLinear,
    PointBand,
    Target,
)
from supplychain_rules.rules.wording import one_line, say
from supplychain_rules.values.label import Lang
from supplychain_rules.values.scaled import number_text

__all__ = ["scale_text"]


def scale_text(function: Tagged, lang: Lang) -> str:
    """Return a value function in words; a user's own one by its kind and settings.

    >>> scale_text(Tagged("linear", Linear(worst=Decimal("0.9"), best=Decimal("0.995"))), "en")
    'straight from 0.9 = 0 to 0.995 = 100 points'
    """
    spec = function.spec
    match spec:
        case Linear():
            ends = {"worst": number_text(spec.worst), "best": number_text(spec.best)}
            return say("scale_linear", lang, **ends) + _outside(spec, lang)
        case Target():
            text = say(
                "scale_target",
                lang,
                least=number_text(spec.target - spec.tolerance_below),
                most=number_text(spec.target + spec.tolerance_above),
                low=number_text(spec.low),
                high=number_text(spec.high),
            )
            return text + _outside(spec, lang)
        case PiecewiseLinear():
            points = [_scored(number_text(value), score, lang) for value, score in spec.points]
            return say("scale_piecewise", lang, points=say("list", lang).join(points)) + _outside(spec, lang)
        case Bands():
            steps = [_scored(_threshold(band, lang), band.points, lang) for band in spec.bands]
        case Categories():
            steps = [_scored(one_line(option), points, lang) for option, points in spec.points.items()]
            if spec.otherwise is not None:
                steps.append(_scored(say("scale_rest", lang), spec.otherwise, lang))
        case PeerLinear():
            scale = say(f"scale_peer_{spec.better}", lang)
            if spec.within is None:
                return scale
            return say("semicolon", lang).join((scale, say("peers_within", lang, name=one_line(spec.within))))
        case _:
            return _own(function)
    return say("scale_steps", lang, points=say("list", lang).join(steps))


def _outside(spec: Linear | Target | PiecewiseLinear, lang: Lang) -> str:
    """Say what a value outside the scale scores, where that is not the nearest end's score."""
    return say("semicolon", lang) + say("scale_missing", lang) if spec.outside == "missing" else ""


def _scored(value: str, points: Decimal, lang: Lang) -> str:
    return say("equals", lang, name=value, value=number_text(points))


def _threshold(band: PointBand, lang: Lang) -> str:
    if band.from_ is not None:
        return f">= {number_text(band.from_)}"
    return say("scale_rest", lang) if band.to is None else f"<= {number_text(band.to)}"


def _own(function: Tagged) -> str:
    spec = function.spec
    names = [field.name for field in attrs.fields(type(spec))] if attrs.has(type(spec)) else []  # type: ignore[arg-type]
    return one_line(", ".join([function.kind, *(f"{name} = {getattr(spec, name)}" for name in names)]))
