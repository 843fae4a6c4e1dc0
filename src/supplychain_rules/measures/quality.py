"""Quality of what came: the share of inspected units, or of inspected lots, that passed."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final, final

import attrs

from supplychain_rules.facts.quality import Inspection
from supplychain_rules.measures.counting import Cells, Counting, Dimension, FigureOf, Row, RowsOf, ratio
from supplychain_rules.measures.decay import Decay
from supplychain_rules.measures.fields import (
    decay_field,
    id_field,
    label_field,
    minimum_evidence_field,
    scope_field,
)
from supplychain_rules.measures.index import FactIndex
from supplychain_rules.measures.measurement import Key
from supplychain_rules.measures.scope import Scope
from supplychain_rules.values.label import Label

__all__ = ["QUALITY_PASS_RATE", "QualityPassRate"]


@final
@attrs.frozen(kw_only=True)
class QualityPassRate:
    """Units accepted / units inspected, over the inspections of the period.

    The evidence is the number of inspections. Sums are divided once, so a lot of 10,000 weighs more
    than a lot of 10; a mean of the lots' rates would not.

    >>> QualityPassRate(id="quality_pass_rate", minimum_evidence=5).minimum_evidence
    5
    """

    id: str = id_field()
    label: Label | None = label_field()
    scope: Scope = scope_field()
    decay: Decay | None = decay_field()
    #: Fewest inspections for a value; below it there is no data.
    minimum_evidence: int = minimum_evidence_field()


def _rows(_measure: QualityPassRate, _index: FactIndex, _as_of: date) -> RowsOf:
    def rows(found: Inspection) -> Sequence[Row]:
        return ((found, found.inspected_on, "", found.inspected - found.rejected, found.inspected, 1),)

    return {Inspection: rows}


def _figure(measure: QualityPassRate, _everything: Mapping[Key, Cells], _by: Sequence[Dimension]) -> FigureOf:
    trials: Final = "denominator" if measure.decay is None else None
    return lambda _key, cells: ratio(cells, trials=trials)


#: How the pass rate counts.
QUALITY_PASS_RATE: Final = Counting(rows=_rows, figure=_figure, nothing="no inspection in the period")
