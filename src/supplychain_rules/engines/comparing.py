"""Compare two rule sets, on records or on a frame."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from supplychain_rules.analysis.compare import compare_records
from supplychain_rules.analysis.comparison import Comparison
from supplychain_rules.engines.compare_frames import compare_frame
from supplychain_rules.errors import InvalidValueError
from supplychain_rules.rules.policy import Policy

__all__ = ["compare"]


def compare(  # noqa: PLR0913  what a comparison is made of
    before: Policy,
    after: Policy,
    records: Iterable[Mapping[str, object]] | Any,  # noqa: ANN401  or a frame of any library
    *,
    outputs: Iterable[str] | None = None,
    key: str | None = None,
    period: str | None = None,
) -> Comparison:
    """Return what a change of rules does: who moves from where to where, why, and what it costs.

    Args:
        before: the rules now.
        after: the rules to be.
        records: records with the inputs of both, in a list, tuple or iterator; or a frame as `apply` takes it, of which
            the migration matrices and totals are computed, and neither movers nor reversals.
        outputs: the outputs to compare; None for those that `compare_records` compares.
        key: the field that names a record; of records only.
        period: the field by whose order the records of one name follow each other, to count reversals; of records only.

    Raises:
        InputError: what is no record, or lacks its name; or columns of a frame that are missing or of a wrong type.
        InvalidValueError: no records, two of one name and period, or an output that not both have.
        PolicyError: frames cannot run some of the steps.

    >>> from supplychain_rules import load_policy
    >>> def rules(version, least):
    ...     return load_policy({"schema": "supplychain-rules/1", "id": "demo", "version": version,
    ...         "inputs": {"score": {"type": "integer", "min": 0, "max": 100}},
    ...         "steps": [{"kind": "ladder", "id": "grade", "of": "score",
    ...                    "bands": [{"name": "A", "from": least}, {"name": "B"}]}]})
    >>> suppliers = [{"supplier": "S1", "score": 95}, {"supplier": "S2", "score": 85}]
    >>> print(compare(rules("1", 90), rules("2", 80), suppliers, key="supplier"))
    demo 1 → demo 2: 2 records
    grade: 1 moved
      A → A 1
      B → A 1
    S2: grade B → A, because grade puts 85 into A (80 …), before into B (… 90)
    """
    if isinstance(records, Sequence | Iterator | AbstractSet):
        return compare_records(before, after, records, outputs=outputs, key=key, period=period)
    if key is not None or period is not None:
        hint = "a frame is counted as it is; for movers and reversals give records"
        raise InvalidValueError("rows of a frame have no names", key if period is None else period, hint=hint)
    return compare_frame(before, after, records, outputs=outputs)
