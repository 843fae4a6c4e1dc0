"""Agreements as plain data: how an amount is split, and which contract shares the risk of demand.

A `SplitAgreement` names one of the rules that stand ready, with what it needs; `split_rule` makes it a `SplitRule`. A
`SupplyAgreement` is a market and a contract. Both are read from what `tomllib` or `json` give, every problem at once,
and written back.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final, TypeAlias, assert_never, final

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.partnership.sharing.exact import exact_amounts, pickled, read_only
from supplychain_rules.partnership.sharing.fairness.axioms import RatioProblem
from supplychain_rules.partnership.sharing.fairness.claims import ClaimsRule
from supplychain_rules.partnership.sharing.fairness.split import (
    EQUAL_SPLIT,
    NUCLEOLUS_SPLIT,
    SHAPLEY_SPLIT,
    SplitRule,
    agreed_ratio,
    by_claims,
    split_blended,
    split_by,
)
from supplychain_rules.partnership.sharing.supply.terms import Market, SupplyContract
from supplychain_rules.values.label import Label
from supplychain_rules.values.plain_data import dump_plain, load_plain

__all__ = [
    "SPLIT_SCHEMA",
    "SUPPLY_SCHEMA",
    "AgreedRatio",
    "Blend",
    "ByClaims",
    "ByFact",
    "ByNucleolus",
    "ByShapley",
    "EqualShares",
    "SplitAgreement",
    "SplitTerms",
    "SupplyAgreement",
    "dump_split_agreement",
    "dump_supply_agreement",
    "load_split_agreement",
    "load_supply_agreement",
    "split_rule",
]

#: The formats that the loaders read.
SPLIT_SCHEMA: Final = "supplychain-rules/split/1"
SUPPLY_SCHEMA: Final = "supplychain-rules/supply-contract/1"


def _weights(values: Mapping[str, object]) -> Mapping[str, Fraction]:
    return read_only(exact_amounts("the weight", values))


def _ratio(instance: object, field: "attrs.Attribute[Any]", value: Mapping[str, Fraction]) -> None:  # noqa: ARG001  attrs gives three
    RatioProblem(amount=Fraction(0), weights=value)


@final
@attrs.frozen
class AgreedRatio:
    """A ratio that the contract names."""

    weights: Mapping[str, Fraction] = attrs.field(converter=_weights, validator=_ratio)

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle as plain data, because a read-only view cannot be pickled."""
        return pickled(self)


@final
@attrs.frozen
class EqualShares:
    """Everybody gets the same."""


@final
@attrs.frozen
class ByFact:
    """In proportion to a fact of each party, by its name in `SplitFacts.weights`."""

    fact: str


@final
@attrs.frozen
class Blend:
    """One part by one fact, another by another; how much each counts."""

    parts: Mapping[str, Fraction] = attrs.field(converter=_weights, validator=_ratio)

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle as plain data, because a read-only view cannot be pickled."""
        return pickled(self)


@final
@attrs.frozen
class ByClaims:
    """Among the claims of the facts, by a claims rule."""

    rule: ClaimsRule


@final
@attrs.frozen
class ByShapley:
    """What each party adds, on average over all orders."""


@final
@attrs.frozen
class ByNucleolus:
    """The most dissatisfied coalition as content as can be."""


#: What can be agreed on how an amount is split.
SplitTerms: TypeAlias = AgreedRatio | EqualShares | ByFact | Blend | ByClaims | ByShapley | ByNucleolus


def _name(instance: object, field: "attrs.Attribute[Any]", value: object) -> None:  # noqa: ARG001  attrs gives three
    if not isinstance(value, str) or not value.strip():
        raise InvalidValueError("an id is text that can be seen", value)


@final
@attrs.frozen(kw_only=True)
class SplitAgreement:
    """How an amount is split, as the contract says it.

    >>> agreement = SplitAgreement(id="pain-and-gain", terms=AgreedRatio({"buyer": 50, "supplier": 50}))
    >>> split_rule(agreement).id
    'pain-and-gain'
    """

    id: str = attrs.field(validator=_name)
    version: str = "1"
    label: Label | None = None
    terms: AgreedRatio | EqualShares | ByFact | Blend | ByClaims | ByShapley | ByNucleolus


@final
@attrs.frozen(kw_only=True)
class SupplyAgreement:
    """A market, and the contract by which retailer and supplier share its risk."""

    id: str = attrs.field(validator=_name)
    version: str = "1"
    label: Label | None = None
    market: Market
    contract: SupplyContract


def split_rule(agreement: SplitAgreement) -> SplitRule:
    """Return the rule that an agreement means, under the agreement's own id, version and label."""
    terms = agreement.terms
    match terms:
        case AgreedRatio(weights=weights):
            rule = agreed_ratio(weights)
        case EqualShares():
            rule = EQUAL_SPLIT
        case ByFact(fact=fact):
            rule = split_by(fact)
        case Blend(parts=parts):
            rule = split_blended(parts)
        case ByClaims(rule=claims_rule):
            rule = by_claims(claims_rule)
        case ByShapley():
            rule = SHAPLEY_SPLIT
        case ByNucleolus():
            rule = NUCLEOLUS_SPLIT
        case _:
            assert_never(terms)
    return attrs.evolve(rule, id=agreement.id, version=agreement.version, label=agreement.label or rule.label)


def load_split_agreement(data: object) -> SplitAgreement:
    """Read how an amount is split.

    Args:
        data: a mapping, as `tomllib` or `json` give it, with `schema = "supplychain-rules/split/1"`.

    Raises:
        PolicyError: anything that is wrong with it, all at once.

    >>> load_split_agreement({"schema": "supplychain-rules/split/1", "id": "bonus",
    ...     "terms": {"kind": "by_claims", "rule": "talmud"}}).terms
    ByClaims(rule='talmud')
    """
    return load_plain(SplitAgreement, data, schema=SPLIT_SCHEMA)


def dump_split_agreement(agreement: SplitAgreement) -> dict[str, Any]:
    """Return an agreement as plain data, which `load_split_agreement` reads again.

    >>> dump_split_agreement(SplitAgreement(id="bonus", terms=ByFact("volume")))["terms"]
    {'kind': 'by_fact', 'fact': 'volume'}
    """
    return dump_plain(agreement, schema=SPLIT_SCHEMA)


def load_supply_agreement(data: object) -> SupplyAgreement:
    """Read a market and its contract.

    Args:
        data: a mapping, as `tomllib` or `json` give it, with `schema = "supplychain-rules/supply-contract/1"`.

    Raises:
        PolicyError: anything that is wrong with it, all at once.

    >>> load_supply_agreement({"schema": "supplychain-rules/supply-contract/1", "id": "season",
    ...     "market": {"price": "10", "supplier_cost": "4"},
    ...     "contract": {"kind": "buyback", "price": "6.40", "paid_back": "4"}}).contract
    Buyback(price=Fraction(32, 5), paid_back=Fraction(4, 1))
    """
    return load_plain(SupplyAgreement, data, schema=SUPPLY_SCHEMA)


def dump_supply_agreement(agreement: SupplyAgreement) -> dict[str, Any]:
    """Return an agreement as plain data, which `load_supply_agreement` reads again."""
    return dump_plain(agreement, schema=SUPPLY_SCHEMA)
