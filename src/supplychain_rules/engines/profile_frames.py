"""Profiles of customers from data frames: the facts are columns, the result is one row for each customer.

The figures are those of `profiles` on a ledger and mean the same, to the last digit. The result is ready for `apply`:
RFM classes, ABC, tiers and reviews read its columns as they are.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final, TypeVar

from supplychain_rules.engines.columns import narwhals_for
from supplychain_rules.engines.fact_frames import FactFrames
from supplychain_rules.engines.fact_tables import PROFILE_KINDS, FactKind, Sizes, TableColumns, check_kinds
from supplychain_rules.engines.profile_lowering import CUSTOMER, PROBLEMS, ProfileJob
from supplychain_rules.engines.profile_sql import profile_statement
from supplychain_rules.engines.request import OnInvalid
from supplychain_rules.errors import InputError, InvalidValueError, Problem, bounded_repr
from supplychain_rules.values.period import Period

__all__ = ["profile_frame"]

Frame = TypeVar("Frame")

#: Most customers that a message names.
_MOST_SHOWN: Final = 5


def profile_frame(  # noqa: PLR0913  each is a decision of the caller, and has a name
    frames: Mapping[FactKind, Frame],
    *,
    as_of: date,
    currency: str | None = None,
    period: Period | None = None,
    figures: Iterable[str] | None = None,
    columns: TableColumns | None = None,
    sizes: Sizes | None = None,
    decimals: int = 6,
    on_invalid: OnInvalid | None = None,
    problems: str = "problems",
) -> Frame:
    """Derive the profiles of customers from facts that are rows of data frames.

    Args:
        frames: a frame for each kind of fact that says something: `invoice_lines` with `customer`, `invoiced_on`,
            `amount` and, for a margin, `cost`; `credit_notes` with `customer`, `credited_on`, `amount`; `interactions`
            with `customer`, `happened_on`, `cost`; `complaints` with `customer`, `opened_on`, `closed_on`, `cost`;
            `customers` with `id`, who may have bought nothing. All are of one library (see `apply`), and hold the
            facts in force, one row for each. What has no frame never happened: without `credit_notes`, nothing was
            credited.
        as_of: the day. Facts known later do not exist, by the column `known_on`, or where there is none by the fact's
            own day; `columns={"invoice_lines": {"known_on": None}}` says that all are known. A customer of
            `customers` without that column is known always.
        currency: the one currency of all amounts; needed for money only. Where a frame has a column `currency`, any
            other is a bad value.
        period: where purchases and all else are counted, as for `profiles`; everything up to `as_of` where not given.
        figures: the names of the columns, some of `PROFILE_FIGURES`; all that the frames can say where not given. Name
            those that you need: no other is computed.
        columns: by kind, the columns of fields that are not called as the field; None for a field without a column.
        sizes: how fine and how large amounts are; a number beyond is a bad value.
        decimals: to how many decimals `margin_rate` is rounded half up.
        on_invalid: `"error"` raises where a value is bad; `"null"` makes every figure of a customer missing that a bad
            value belongs to, and counts them in a column. An eager frame's default is `"error"`, a lazy one's `"null"`.
        problems: the name of the column that counts problems.

    Returns:
        A frame of the same kind, one row for each customer that any of the frames mentions, in no order: `customer`,
        then the figures: days and counts as whole numbers, money and rates as the float64 nearest to the exact
        decimal, `stage` as a text. A lazy frame stays lazy.

    Raises:
        InvalidValueError: an argument does not fit, or a figure is more than the frames can say.
        InputError: columns are of a wrong type, or values are bad.
        MissingExtraError: narwhals, or for pandas PyArrow, is not installed.

    >>> import polars
    >>> lines = polars.DataFrame({"customer": ["C12", "C12"], "amount": [50, 30],
    ...     "invoiced_on": [date(2026, 3, 2), date(2026, 3, 2)]})
    >>> figures = ["recency_days", "purchase_days", "monetary"]
    >>> profile_frame({"invoice_lines": lines}, as_of=date(2026, 4, 1), currency="EUR", figures=figures).rows()
    [('C12', 30, 1, 80.0)]
    """
    narwhals_for("profile_frame")
    check_kinds(frames, PROFILE_KINDS)
    check_kinds(columns or PROFILE_KINDS, PROFILE_KINDS)
    sizes = Sizes() if sizes is None else sizes
    work = FactFrames.of(frames, columns or {}, sizes, currency, caller="profile_frame")
    if on_invalid == "error" and not work.is_eager:  # only running the frame could find one
        hint = "leave it out, and look at the column of problems"
        raise InvalidValueError("a lazy frame cannot raise", "on_invalid='error'", hint=hint)
    refusing = work.is_eager and on_invalid != "null"
    job = ProfileJob.of(
        work.tables,
        as_of=as_of,
        period=period,
        figures=figures,
        sizes=sizes,
        decimals=decimals,
        counts_bad=not refusing,
    )
    job.check_name(problems)
    found: Frame = _values(work, job, problems, refusing=refusing)
    return found


def _values(work: FactFrames, job: ProfileJob, problems: str, *, refusing: bool) -> Any:  # noqa: ANN401  a frame of any library
    """Return the frame of figures.

    Raises:
        InputError: a value is bad, or one outgrew its bounds.
    """
    if not work.is_local:
        types = {CUSTOMER: work.key_type(CUSTOMER)}
        for name in job.figures:
            kind = job.types.get(name)
            types[name] = "float64" if kind is not None and kind.decimals else "int64"
        return work.query(
            lambda chain: profile_statement(chain, job, problems, as_floats=True), types | {problems: "int64"}
        )
    import narwhals.stable.v2 as nw  # noqa: PLC0415  an extra is imported when it is needed

    frame = work.computed(job.relation, refusing=refusing)
    if refusing:
        _refuse_problems(frame)
    chosen = [nw.col(CUSTOMER)]
    for name in job.figures:
        units = nw.col(name)
        kind = job.types.get(name)
        if kind is not None and kind.decimals:
            # A column divides, because some engines multiply by the reciprocal of a literal.
            power = float(10**kind.decimals)
            units = (units.cast(nw.Float64()) / (units.cast(nw.Float64()) * 0.0 + power)).alias(name)
        chosen.append(units)
    if not refusing:
        chosen.append(nw.col(PROBLEMS).alias(problems))
    return work.native(frame.select(*chosen))


def _refuse_problems(frame: Any) -> None:  # noqa: ANN401  a frame of narwhals
    """Raise where money outgrew the bounds of its numbers."""
    bad = frame.filter(frame[PROBLEMS] > 0) if len(frame) else frame
    if len(bad):
        raise InputError(
            [
                Problem(
                    code="bad_value",
                    path=CUSTOMER,
                    message="a figure of these customers outgrows the bounds of its numbers",
                    value=", ".join(bounded_repr(customer) for customer in bad[CUSTOMER].to_list()[:_MOST_SHOWN]),
                    hint="declare fewer decimals in 'sizes' or 'decimals'",
                )
            ]
        )
