"""What a measure found: a value, no data, or not applicable; and how much stands behind it."""

from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, Literal, TypeAlias, final

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.measures.interval import Z_95_PERCENT, wilson_interval
from supplychain_rules.values.scaled import fraction_repr, number_text

__all__ = ["TOTAL", "Key", "Measurement", "MeasurementState"]

#: A value; nothing (or too little) to measure; or a measure that does not concern the supplier.
MeasurementState = Literal["value", "no_data", "not_applicable"]

#: What a measurement is about: an id, or a tuple of them where one measures by several things.
Key: TypeAlias = str | tuple[str, ...]

#: The key of the measurements of everything together.
TOTAL: Final = "total"


@final
@attrs.frozen(kw_only=True)
class Measurement:
    """What a measure found for one key.

    >>> Measurement(measure="otif", key="V7", state="no_data", note="no order line fell due").value is None
    True
    """

    #: The measure's id.
    measure: str
    #: What it is about: a text, or a tuple of texts in the order of `by`; `"total"` for everything. An empty text
    #: stands for facts that do not say, as an inspection without site. (`Any` spares callers who measure by one
    #: thing the tuple that they never meet.)
    key: Any
    state: MeasurementState
    #: The exact value; only in the state `value`.
    value: Fraction | None = attrs.field(default=None, repr=fraction_repr)
    #: How many facts the value rests on; kept in the state `no_data` where they are too few.
    evidence: int = 0
    #: What was good, paid or spent.
    numerator: Fraction = attrs.field(default=Fraction(0), repr=fraction_repr)
    #: What it is measured against; 1 for an amount.
    denominator: Fraction = attrs.field(default=Fraction(0), repr=fraction_repr)
    #: How many independent trials a rate rests on; `None` where the value is no rate of trials.
    trials: Fraction | None = attrs.field(default=None, repr=fraction_repr)
    #: What the value is in: a currency, `days`, or empty for a ratio.
    unit: str = ""
    #: Why there is no value, or what was left out.
    note: str = ""

    def __attrs_post_init__(self) -> None:
        """Refuse a value in a state without one, and the state `value` without a value."""
        if (self.state == "value") != (self.value is not None):
            raise InvalidValueError(
                f"a measurement in the state {self.state!r}", self.value, hint="a value needs 'value'"
            )

    def interval(
        self, *, z: Fraction | Decimal | str = Z_95_PERCENT, decimals: int = 4
    ) -> tuple[Decimal, Decimal] | None:
        """Return the Wilson score interval of a rate, by default of 95 %; `None` where there is no rate.

        One late delivery of two is not a firm 50 %.

        >>> half = Measurement(measure="otd", key="V7", state="value", value=Fraction(1, 2), trials=Fraction(2))
        >>> half.interval()
        (Decimal('0.0945'), Decimal('0.9055'))
        """
        if self.value is None or not self.trials:
            return None
        return wilson_interval(self.value * self.trials, self.trials, z=z, decimals=decimals)

    def to_dict(self) -> dict[str, Any]:
        """Return the measurement as plain, JSON-able data: numbers as text, a fraction as `1/3`.

        >>> Measurement(measure="otd", key="V7", state="value", value=Fraction(1, 3)).to_dict()["value"]
        '1/3'
        """
        key = list(self.key) if isinstance(self.key, tuple) else self.key
        return {
            "measure": self.measure,
            "key": key,
            "state": self.state,
            "value": None if self.value is None else number_text(self.value),
            "evidence": self.evidence,
            "numerator": number_text(self.numerator),
            "denominator": number_text(self.denominator),
            "trials": None if self.trials is None else number_text(self.trials),
            "unit": self.unit,
            "note": self.note,
        }
