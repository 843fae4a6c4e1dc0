"""The limits of the language: rule sets are untrusted input, so every size is bounded before work starts."""

from typing import Final

__all__ = [
    "INPUT_LIMIT",
    "INTEGER_LIMIT",
    "MAX_DECIMALS",
    "MAX_DEPTH",
    "MAX_FORMULA_CHARACTERS",
    "MAX_INFERRED_DECIMALS",
    "MAX_NAME_CHARACTERS",
    "MAX_NODES",
    "MAX_OPTIONS",
    "MAX_OPTION_CHARACTERS",
    "MAX_PARTS",
    "MAX_POINTS",
    "MAX_PROBLEMS",
    "MAX_WEIGHT_TOTAL",
]

#: Longest formula or cell text: a page of text; longer ones belong into several steps with names.
MAX_FORMULA_CHARACTERS: Final = 2_000

#: Most nodes of one formula: beyond that nobody can review it, and every engine's plan stays small.
MAX_NODES: Final = 500

#: Deepest nesting of one formula: far below every parser's and interpreter's recursion limit.
MAX_DEPTH: Final = 40

#: Most decimals of an input, a literal or a rounding target: nine places count a nanounit.
MAX_DECIMALS: Final = 9

#: Most decimals that products may reach before they are rounded: 10**18 is the last power in 64 bits.
MAX_INFERRED_DECIMALS: Final = 18

#: Every input's units stay below this, so that a float64 holds them with three bits to spare.
INPUT_LIMIT: Final = 2**50

#: Every temporary of every engine stays within this: the largest signed 64-bit integer.
INTEGER_LIMIT: Final = 2**63 - 1

#: Longest name: SQL engines cut identifiers at 63 bytes (PostgreSQL), and suffixes need room.
MAX_NAME_CHARACTERS: Final = 48

#: Most options of a choice: a choice is a list people read; a longer one is text.
MAX_OPTIONS: Final = 1_000

#: Longest option: a name, not a document.
MAX_OPTION_CHARACTERS: Final = 200

#: Most criteria of a scorecard, checks of a gate and bands of a ladder: what a person can weigh or order.
MAX_PARTS: Final = 100

#: Most problems that loading collects before it stops: nobody mends more at once, and hostile data must not cost time.
MAX_PROBLEMS: Final = 300

#: Most breakpoints of a piecewise function: each one is a branch on every engine.
MAX_POINTS: Final = 100

#: Largest sum of whole-number weights of a geometric mean: it is an exponent of an exact integer power.
MAX_WEIGHT_TOTAL: Final = 1_000
