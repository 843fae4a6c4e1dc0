"""Altman's Z: how near a firm's figures are to those of firms that failed. A screen, not a verdict.

Every variant is a set of coefficients and two bounds by name. They must not be mixed: the same ratio with another
variant's bounds says nothing.
"""

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Final, Literal, final, get_args

import attrs

from supplychain_rules.errors import InvalidValueError, did_you_mean
from supplychain_rules.values.label import Label, Lang
from supplychain_rules.values.money import Money, ratio
from supplychain_rules.values.proportions import check_money, exact_share, shown
from supplychain_rules.values.scaled import number_text

__all__ = [
    "ALTMAN_VARIANTS",
    "AltmanFigures",
    "AltmanScore",
    "AltmanVariant",
    "AltmanZone",
    "altman_ratios",
    "altman_z",
]

#: Which model: its year, and for whom it was fitted.
AltmanVariant = Literal["1968_public", "1968_public_0999", "1983_private", "1995_non_manufacturing", "1995_emerging"]

#: Where a score lies.
AltmanZone = Literal["distress", "grey", "safe"]

#: The variants in the order of their years.
ALTMAN_VARIANTS: Final[tuple[AltmanVariant, ...]] = get_args(AltmanVariant)


@final
@attrs.frozen(kw_only=True)
class _Model:
    """Coefficients by ratio, a constant, and the bounds: below the first is distress, above the second is safe."""

    coefficients: Mapping[str, str]
    constant: str = "0"
    distress_below: str
    safe_above: str


_PUBLIC: Final = {"x1": "1.2", "x2": "1.4", "x3": "3.3", "x4": "0.6"}
_SERVICES: Final = {"x1": "6.56", "x2": "3.26", "x3": "6.72", "x4": "1.05"}

_MODELS: Final[Mapping[AltmanVariant, _Model]] = MappingProxyType(
    {
        "1968_public": _Model(coefficients=_PUBLIC | {"x5": "1.0"}, distress_below="1.81", safe_above="2.99"),
        "1968_public_0999": _Model(coefficients=_PUBLIC | {"x5": "0.999"}, distress_below="1.81", safe_above="2.99"),
        "1983_private": _Model(
            coefficients={"x1": "0.717", "x2": "0.847", "x3": "3.107", "x4": "0.420", "x5": "0.998"},
            distress_below="1.23",
            safe_above="2.90",
        ),
        "1995_non_manufacturing": _Model(coefficients=_SERVICES, distress_below="1.10", safe_above="2.60"),
        # The bounds move with the constant: the score is the one above plus 3.25.
        "1995_emerging": _Model(coefficients=_SERVICES, constant="3.25", distress_below="4.35", safe_above="5.85"),
    }
)

_RATIO_NAMES: Final[Mapping[str, Label]] = MappingProxyType(
    {
        "x1": Label("working capital / total assets", "营运资本 / 总资产"),
        "x2": Label("retained earnings / total assets", "留存收益 / 总资产"),
        "x3": Label("earnings before interest and taxes / total assets", "息税前利润 / 总资产"),
        "x4": Label("equity / total liabilities", "权益 / 总负债"),
        "x5": Label("sales / total assets", "销售收入 / 总资产"),
        "constant": Label("constant", "常数"),
    }
)

_ZONE_NAMES: Final[Mapping[AltmanZone, Label]] = MappingProxyType(
    {"distress": Label("distress", "危险区"), "grey": Label("grey", "灰色区"), "safe": Label("safe", "安全区")}
)


@final
@attrs.frozen(kw_only=True)
class AltmanFigures:
    """The figures of a balance sheet and a year, all in one currency; earnings and capital may be negative.

    Raises:
        InvalidValueError: total assets or liabilities that are not above 0.
    """

    #: Current assets less current liabilities.
    working_capital: Money
    retained_earnings: Money
    #: Earnings before interest and taxes.
    ebit: Money
    #: The market value for the public variants, the book value for the others.
    equity: Money
    total_liabilities: Money
    total_assets: Money
    #: None where the variant does not read it.
    sales: Money | None = None

    def __attrs_post_init__(self) -> None:
        """Refuse what nothing can be divided by."""
        for name in ("total_liabilities", "total_assets"):
            check_money(f"AltmanFigures.{name}", getattr(self, name), least="above_zero")


@final
@attrs.frozen(kw_only=True)
class AltmanScore:
    """A score, its zone, and what each ratio contributed; the contributions add up to it exactly."""

    variant: AltmanVariant
    z: Fraction
    zone: AltmanZone
    #: By ratio, `x1` to `x5`, and `constant` where the variant has one.
    contributions: tuple[tuple[str, Fraction], ...]

    def explain(self, lang: Lang = "en") -> str:
        """Return the score line by line, as text."""
        lines = [f"{shown(value)}  {_RATIO_NAMES[name].text(lang)}" for name, value in self.contributions]
        return "\n".join([*lines, f"{shown(self.z)}  Z ({self.variant}): {_ZONE_NAMES[self.zone].text(lang)}"])

    def to_dict(self) -> dict[str, Any]:
        """Return the score as plain data that JSON can keep; exact numbers are text."""
        return {
            "variant": self.variant,
            "z": number_text(self.z),
            "zone": self.zone,
            "contributions": {name: number_text(value) for name, value in self.contributions},
        }


def altman_ratios(figures: AltmanFigures) -> dict[str, Fraction]:
    """Return the ratios of a firm, exactly; x5 only where sales are given.

    Raises:
        InvalidValueError: figures in more than one currency.
    """
    found = {
        "x1": ratio(figures.working_capital, figures.total_assets),
        "x2": ratio(figures.retained_earnings, figures.total_assets),
        "x3": ratio(figures.ebit, figures.total_assets),
        "x4": ratio(figures.equity, figures.total_liabilities),
    }
    return found if figures.sales is None else found | {"x5": ratio(figures.sales, figures.total_assets)}


def altman_z(ratios: Mapping[str, object], *, variant: AltmanVariant) -> AltmanScore:
    """Return Altman's Z of ratios.

    Args:
        ratios: `x1` working capital, `x2` retained earnings, `x3` earnings before interest and taxes and `x5` sales,
            each to total assets; `x4` equity to total liabilities. The 1995 variants read no `x5`; one may be there.
        variant: `1968_public` with the rounded coefficient 1.0 of x5, `1968_public_0999` with the one first printed,
            `1983_private` (Z'), `1995_non_manufacturing` (Z''), `1995_emerging` (Z'' + 3.25).

    Returns:
        The score. Both bounds belong to the grey zone, as Altman defines it: distress is below the lower one, safe is
        above the upper one. The bounds of `1995_emerging` are those of Z'' moved by the constant.

    Raises:
        InvalidValueError: an unknown variant, a ratio that is missing, unknown or a float.

    Sources: E. I. Altman, "Financial Ratios, Discriminant Analysis and the Prediction of Corporate Bankruptcy", Journal
        of Finance 23 (1968); *Corporate Financial Distress* (1983); E. I. Altman, J. Hartzell and M. Peck (1995).

    >>> score = altman_z({"x1": "0.2", "x2": "0.3", "x3": "0.1", "x4": "1.5", "x5": "1.2"}, variant="1968_public")
    >>> str(score.z), score.zone
    ('309/100', 'safe')
    """
    model = _MODELS.get(variant)
    if model is None:
        raise InvalidValueError("unknown variant", variant, hint=f"expected one of {', '.join(ALTMAN_VARIANTS)}")
    given: object = ratios
    if not isinstance(given, Mapping):
        raise InvalidValueError("ratios go by name", given, hint="write {'x1': '0.2', 'x2': '0.3', ...}")
    unknown = sorted(set(ratios) - set(_RATIO_NAMES) | {"constant"} & set(ratios))
    if unknown:
        raise InvalidValueError("no ratio of this model", unknown[0], hint=did_you_mean(unknown[0], model.coefficients))
    missing = [name for name in model.coefficients if name not in ratios]
    if missing:
        text = _RATIO_NAMES[missing[0]].en
        raise InvalidValueError(f"{variant} needs {missing[0]}, {text}", sorted(ratios), hint="nothing is filled in")
    contributions = {
        name: Fraction(coefficient) * exact_share(ratios[name]) for name, coefficient in model.coefficients.items()
    }
    if model.constant != "0":
        contributions["constant"] = Fraction(model.constant)
    z = sum(contributions.values(), Fraction(0))
    zone: AltmanZone = "grey"
    if z < Fraction(model.distress_below):
        zone = "distress"
    elif z > Fraction(model.safe_above):
        zone = "safe"
    return AltmanScore(variant=variant, z=z, zone=zone, contributions=tuple(contributions.items()))
