"""A basis of whole-number vectors with its inverse, kept in whole numbers: the algebra of an exact linear program.

The inverse is held as integers over one common denominator, and a vector is exchanged without any fraction (Edmonds'
integer pivoting): every division comes out even. So nothing is ever rounded, and no greatest common divisor is sought.
"""

from collections.abc import Sequence
from typing import final

__all__ = ["Basis"]


@final
class Basis:
    """As many vectors as they have numbers, some of them still missing, and the inverse of the matrix they form.

    A missing vector is held by a unit vector of its place. A basis changes as vectors enter; nobody outside the module
    that made one holds it.

    >>> basis = Basis(2)
    >>> basis.enter((2, 0)), basis.enter((1, 1)), basis.enter((4, 2))
    (0, 1, None)
    >>> basis.rows, basis.denominator
    ([[1, -1], [0, 2]], 2)
    """

    def __init__(self, size: int) -> None:
        #: The inverse times the denominator.
        self.rows = [[int(row == column) for column in range(size)] for row in range(size)]
        #: The determinant of the vectors, above zero.
        self.denominator = 1
        self._missing = list(range(size))

    @property
    def missing(self) -> tuple[int, ...]:
        """Return the places of missing vectors."""
        return tuple(self._missing)

    def coordinates(self, vector: Sequence[int]) -> list[int]:
        """Return what a vector is in terms of the basis, times the denominator."""
        return [sum(own * value for own, value in zip(row, vector, strict=True) if value) for row in self.rows]

    def enter(self, vector: Sequence[int]) -> int | None:
        """Put a vector in a missing one's place and return that; None if it depends on those that are there."""
        direction = self.coordinates(vector)
        for place in self._missing:
            if direction[place]:
                self.exchange(place, direction)
                self._missing.remove(place)
                return place
        return None

    def exchange(self, place: int, direction: list[int]) -> None:
        """Put the vector whose coordinates are given in a place."""
        pivot, under = direction[place], self.denominator
        gone = self.rows[place]
        for row, factor in enumerate(direction):
            if row != place:
                self.rows[row] = [
                    (own * pivot - factor * out) // under for own, out in zip(self.rows[row], gone, strict=True)
                ]
        self.denominator = pivot
        if pivot < 0:
            self.denominator = -pivot
            self.rows = [[-own for own in row] for row in self.rows]
