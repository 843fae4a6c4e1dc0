"""Contracts as plain data: mappings, lists, text and numbers, as TOML and JSON hold them."""

from collections.abc import Mapping
from typing import Any, Final

from supplychain_rules.partnership.contracts.contract import Contract
from supplychain_rules.values.plain_data import dump_plain, load_plain

__all__ = ["CONTRACT_SCHEMA", "dump_contract", "load_contract"]

#: The format of a contract as plain data.
CONTRACT_SCHEMA: Final = "supplychain-rules/contract/1"


def load_contract(data: Mapping[str, object]) -> Contract:
    """Read a contract from plain data; the `kind` of a clause is the name of its class in small letters.

    Args:
        data: a mapping, as `tomllib` or `json` give it, with `schema = "supplychain-rules/contract/1"`.

    Raises:
        PolicyError: anything that is wrong with it, all at once.

    >>> contract = load_contract({"schema": "supplychain-rules/contract/1", "id": "C7", "currency": "EUR",
    ...     "valid_from": "2026-01-01", "parties": [{"id": "V7", "role": "supplier"}, {"id": "us", "role": "buyer"}],
    ...     "clauses": [{"kind": "delivery_terms", "id": "delivery", "late_days": 2},
    ...         {"kind": "liquidated_damages", "id": "ld", "breaches": ["late_delivery"], "rate": "0.002"}]})
    >>> contract.clauses[1].rate
    Fraction(1, 500)
    """
    return load_plain(Contract, data, schema=CONTRACT_SCHEMA)


def dump_contract(contract: Contract) -> dict[str, Any]:
    """Return a contract as plain data that JSON and TOML can keep; what is as by default is left out.

    >>> from datetime import date
    >>> from supplychain_rules.partnership.contracts.contract import ContractParty
    >>> from supplychain_rules.partnership.contracts.terms import DeliveryTerms
    >>> contract = Contract(id="C7", currency="EUR", valid_from=date(2026, 1, 1),
    ...     parties=[ContractParty(id="V7", role="supplier"), ContractParty(id="us", role="buyer")],
    ...     clauses=[DeliveryTerms(id="delivery", late_days=2)])
    >>> dump_contract(contract)["clauses"]
    [{'kind': 'delivery_terms', 'id': 'delivery', 'late_days': 2}]
    """
    return dump_plain(contract, schema=CONTRACT_SCHEMA)
