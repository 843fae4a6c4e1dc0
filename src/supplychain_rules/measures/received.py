"""What was received, as the quantity that rejects or claims are measured against."""

from collections.abc import Callable, Sequence
from typing import Final

from supplychain_rules.facts.trade import OrderLine, Receipt
from supplychain_rules.measures.counting import Cells, Row
from supplychain_rules.measures.index import FactIndex

__all__ = ["no_received_quantity", "received_quantity"]

#: The parts of rows whose denominator is a received quantity are this word and the unit.
_RECEIVED: Final = "received"


def received_quantity(index: FactIndex, *, evidence: int) -> Callable[[Receipt], Sequence[Row]]:
    """Return the function from a receipt to its row: its quantity as denominator, its unit in the part.

    Receipts of the wrong item and those whose order line is unknown do not count.
    """
    lines = index.table(OrderLine)

    def rows(receipt: Receipt) -> Sequence[Row]:
        line = lines.get(receipt.order_line)
        if line is None or receipt.wrong_item or not receipt.quantity:
            return ()
        return ((line, receipt.received_on, (_RECEIVED, line.unit), 0, receipt.quantity, evidence),)

    return rows


def no_received_quantity(cells: Cells) -> str:
    """Return why a key has no received quantity to measure against, or an empty text where it has one."""
    units = sorted(part[1] for part in cells if isinstance(part, tuple) and part[0] == _RECEIVED)
    if not units:
        return "nothing was received in the period"
    if len(units) > 1:
        return f"quantities in several units have no sum: {', '.join(unit or '(none)' for unit in units)}"
    return ""
