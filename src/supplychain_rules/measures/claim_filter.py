"""Which claims count: their source, kind, verdict, and whose doing they were about."""

from collections.abc import Callable
from typing import Any, Literal, TypeAlias, final, get_args

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.facts.care import Complaint
from supplychain_rules.facts.fields import Fault
from supplychain_rules.facts.quality import Claim
from supplychain_rules.measures.counting import LeftOut
from supplychain_rules.measures.fields import Unattributed, check_unattributed, fault_set, name_set, one_of

__all__ = ["AnyClaim", "ClaimFilter", "ClaimSource", "ClaimVerdict", "admission", "claim_filter_field", "claim_table"]

#: Whose dissatisfaction is measured: our claims on suppliers, or customers' complaints to us.
ClaimSource = Literal["claims", "complaints"]

#: Which claims count: all that were opened, all but those found unjustified, or only those found justified.
ClaimVerdict = Literal["any", "open_or_justified", "justified"]

#: A claim on a supplier or a complaint of a customer.
AnyClaim: TypeAlias = Claim | Complaint


@final
@attrs.frozen(kw_only=True)
class ClaimFilter:
    """Which claims count.

    What the filter cannot judge is left out and noted, never dropped in silence: claims not decided yet where only
    justified ones count, and claims without a stated fault where `unattributed="leave_out"`.

    Raises:
        InvalidValueError: a choice that does not exist, or `unattributed` without `faults`.

    >>> ClaimFilter(kinds=["quality"], faults=["supplier"]).verdict
    'open_or_justified'
    """

    source: ClaimSource = attrs.field(default="claims", validator=one_of(*get_args(ClaimSource)))
    #: Kinds of claims that count, as `quality`; empty for all.
    kinds: frozenset[str] = attrs.field(default=frozenset(), converter=name_set)
    verdict: ClaimVerdict = attrs.field(default="open_or_justified", validator=one_of(*get_args(ClaimVerdict)))
    #: Whose doing a claim must be about; empty for all, whoever's it was.
    faults: frozenset[Fault] = attrs.field(default=frozenset(), converter=fault_set)
    #: Whether a claim counts of which nobody says whose doing it was.
    unattributed: Unattributed = attrs.field(default="count", validator=one_of(*get_args(Unattributed)))

    def __attrs_post_init__(self) -> None:
        """Refuse choices that nothing would read."""
        check_unattributed(self, self.faults, self.unattributed)


def claim_table(chosen: ClaimFilter) -> type[Claim] | type[Complaint]:
    """Return the kind of fact that a filter is about.

    >>> claim_table(ClaimFilter(source="complaints")).__name__
    'Complaint'
    """
    return Claim if chosen.source == "claims" else Complaint


def admission(chosen: ClaimFilter) -> Callable[[AnyClaim], bool | LeftOut]:
    """Return the test whether a claim counts, or why that cannot be told."""
    kinds, verdict, faults = chosen.kinds, chosen.verdict, chosen.faults
    undecided = LeftOut(f"{chosen.source} not decided yet left out")
    unattributed = LeftOut(f"{chosen.source} without a stated fault left out")

    def test(found: AnyClaim) -> bool | LeftOut:
        if kinds and found.kind not in kinds:
            return False
        if faults and found.fault is not None and found.fault not in faults:
            return False
        if found.justified is False and verdict != "any":
            return False
        if found.justified is None and verdict == "justified":
            return undecided
        if faults and found.fault is None and chosen.unattributed == "leave_out":
            return unattributed
        return True

    return test


def claim_filter_field() -> Any:  # noqa: ANN401  attrs.field's own type says nothing either
    """Return the field `claims` of a measure: which claims count, by default all that were not found unjustified."""
    return attrs.field(default=ClaimFilter(), validator=_is_claim_filter)


def _is_claim_filter(measure: object, field: "attrs.Attribute[ClaimFilter]", value: object) -> None:
    if not isinstance(value, ClaimFilter):
        hint = "write ClaimFilter(kinds=['quality'])"
        raise InvalidValueError(f"{type(measure).__name__}.{field.name} must be a ClaimFilter", value, hint=hint)
