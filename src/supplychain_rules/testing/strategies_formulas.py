"""Random formulas over known names: well typed, and over the whole grammar of the language."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import TypeVar, cast

import attrs
from hypothesis import strategies as st

from supplychain_rules.language.types import (
    BooleanType,
    ChoiceType,
    DateType,
    NumberType,
    TextType,
    Type,
    day_of,
)
from supplychain_rules.values.scaled import number_text

__all__ = ["Draw", "Scope", "Writer", "decimal_text", "formulas", "literal_text", "near", "number_type"]

T = TypeVar("T")

#: What hypothesis hands to a composite strategy.
Draw = st.DrawFn

#: The names a formula may read, each with its type.
Scope = Mapping[str, Type]

_MODES = ("half_up", "half_even", "floor", "ceil")

#: Texts that no option of a choice is.
_TEXTS = ("", "Acme", "no such option", "a b")


def decimal_text(value: Fraction) -> str:
    """Write a number that ends as plain digits, as a formula or a cell reads it."""
    return number_text(value)


def literal_text(text: str) -> str | None:
    """Write a text literal, or None where no formula can."""
    if "\\" in text or not text.isprintable():
        return None
    quote = next((mark for mark in "\"'" if mark not in text), None)
    return None if quote is None else f"{quote}{text}{quote}"


def near(draw: Draw, kind: NumberType | DateType) -> int:
    """Draw units at a bound, near one, or anywhere between."""
    anchor = draw(st.sampled_from((kind.low, kind.high, (kind.low + kind.high) // 2, 0)))
    beside = draw(st.integers(0, 2))
    units = anchor + draw(st.integers(-1, 1)) if beside else draw(st.integers(kind.low, kind.high))
    return max(kind.low, min(units, kind.high))


def number_type(scope: Scope, name: str) -> NumberType:
    """Return the type of a name that is known to be a number."""
    return cast("NumberType", scope[name])


def _date_type(scope: Scope, name: str) -> DateType:
    return cast("DateType", scope[name])


@attrs.frozen
class Writer:
    """Write one formula; a part is text and whether it must stand in parentheses inside another part."""

    draw: Draw
    scope: Scope

    def pick(self, options: Sequence[T]) -> T:
        """Draw one of several."""
        return options[self.draw(st.integers(0, len(options) - 1))]

    def chance(self, one_in: int) -> bool:
        """Draw true about once in so many times."""
        return self.draw(st.integers(1, one_in)) == one_in

    def names(self, kind: type) -> list[str]:
        """Return the names of a kind of type."""
        return [name for name, known in self.scope.items() if isinstance(known, kind)]

    def boxed(self, text: str) -> str:
        """Put a part into parentheses."""
        return text if text.isidentifier() or text.replace(".", "").isdigit() else f"({text})"

    def loose(self, text: str) -> str:
        """Put a part into parentheses or, where arithmetic stays arithmetic, leave them out."""
        return text if " if " not in text and self.chance(3) else self.boxed(text)

    # Numbers

    def literal(self) -> str:
        """Write a number: a round one, or one close to what a name can be."""
        names = self.names(NumberType)
        if names and self.chance(2):
            kind = number_type(self.scope, self.pick(names))
            text = decimal_text(Fraction(near(self.draw, kind), 10 ** min(kind.decimals, 9)))
            if len(text.partition(".")[2]) <= 9:  # a literal has no more places
                return text
        return self.pick(("0", "1", "2", "100", "0.5", "2.5", "0.05", "-1", "-0.5", "33.333", "7", "0.000000001"))

    def number(self, depth: int) -> str:
        """Write a formula that is a number."""
        names = self.names(NumberType)
        if depth <= 0:
            return self.pick(names) if names and not self.chance(4) else self.literal()
        shape = self.pick((*_NUMBERS, *(_DAY_NUMBERS if self.names(DateType) else ())))
        return shape(self, depth - 1)

    def added(self, depth: int) -> str:
        """Write a sum or difference."""
        text = self.loose(self.number(depth))
        for _ in range(self.draw(st.integers(1, 3))):
            text += self.pick((" + ", " - ")) + self.boxed(self.number(depth))
        return text

    def multiplied(self, depth: int) -> str:
        """Write a product."""
        other = self.literal() if self.chance(2) else self.number(depth)
        return f"{self.boxed(self.number(depth))} * {self.boxed(other)}"

    def negated(self, depth: int) -> str:
        """Write a number with its sign turned."""
        return f"-{self.boxed(self.number(depth))}"

    def rounded(self, depth: int) -> str:
        """Write a rounding."""
        return f"round({self.number(depth)}, {self.places()}{self.mode()})"

    def divided(self, depth: int) -> str:
        """Write a division, which is always rounded."""
        over, under = self.number(depth), self.number(depth)
        return f"round({self.boxed(over)} / {self.boxed(under)}, {self.places()}{self.mode()})"

    def places(self) -> int:
        """Draw places to round to: mostly few."""
        return self.draw(st.integers(0, 4)) if not self.chance(8) else self.draw(st.integers(5, 9))

    def mode(self) -> str:
        """Write how to round, or nothing where a half goes up."""
        return "" if self.chance(2) else f', "{self.pick(_MODES)}"'

    def called(self, depth: int) -> str:
        """Write a call of a function of numbers."""
        function = self.pick(("abs", "floor", "ceil", "min", "max", "clamp", "coalesce"))
        count = {"abs": 1, "floor": 1, "ceil": 1, "clamp": 3}.get(function) or self.draw(st.integers(2, 3))
        return f"{function}({', '.join(self.number(depth) for _ in range(count))})"

    def chosen(self, depth: int) -> str:
        """Write a number that depends on a condition."""
        condition = self.boxed(self.boolean(depth))
        return f"{self.boxed(self.number(depth))} if {condition} else {self.number(depth)}"

    def defaulted(self, _depth: int) -> str:
        """Write a number with one that stands in where it is missing."""
        names = self.names(NumberType)
        return f"coalesce({self.pick(names)}, {self.pick(('0', '0', self.literal()))})" if names else self.literal()

    def either(self, depth: int) -> str:
        """Write one of two literals."""
        return f"{self.literal()} if {self.boxed(self.boolean(min(depth, 1)))} else {self.literal()}"

    def piecewise(self, depth: int) -> str:
        """Write a line with corners."""
        xs = sorted(self.draw(st.lists(st.integers(-50, 200), min_size=2, max_size=4, unique=True)))
        scale = self.pick((1, 10, 100))
        ys = [self.draw(st.integers(-100, 1000)) for _ in xs]
        points = ", ".join(
            f"({decimal_text(Fraction(x, scale))}, {decimal_text(Fraction(y, 10))})"
            for x, y in zip(xs, ys, strict=True)
        )
        places = f", {self.places()}" if self.chance(2) else ""
        return f"piecewise({self.number(min(depth, 1))}, {points}{places})"

    def days_between(self, depth: int) -> str:
        """Write a count of days."""
        return f"days_between({self.day(min(depth, 1))}, {self.day(min(depth, 1))})"

    # Conditions

    def boolean(self, depth: int) -> str:
        """Write a condition."""
        names = self.names(BooleanType)
        if depth <= 0:
            if names and not self.chance(5):
                return self.pick(names)
            return self.compared(0) if not self.chance(6) else self.pick(("True", "False"))
        shapes = [*_BOOLEANS, *([Writer.dated] if self.names(DateType) else [])]
        shapes += [Writer.named, Writer.named] if self.names(ChoiceType) or self.names(TextType) else []
        return self.pick(shapes)(self, depth - 1)

    def compared(self, depth: int) -> str:
        """Write a comparison, sometimes a chain of two."""
        parts = [self.boxed(self.number(depth)) for _ in range(3 if self.chance(4) else 2)]
        text = parts[0]
        for part in parts[1:]:
            text += f" {self.pick(('==', '!=', '<', '<=', '>', '>='))} {part}"
        return text

    def joined(self, depth: int) -> str:
        """Write a conjunction or a disjunction."""
        parts = [self.boxed(self.boolean(depth)) for _ in range(self.draw(st.integers(2, 3)))]
        return f" {self.pick(('and', 'or'))} ".join(parts)

    def denied(self, depth: int) -> str:
        """Write a negation."""
        return f"not {self.boxed(self.boolean(depth))}"

    def chosen_boolean(self, depth: int) -> str:
        """Write a condition that depends on another."""
        parts = [self.boxed(self.boolean(min(depth, 1))) for _ in range(3)]
        return "{} if {} else {}".format(*parts)

    def coalesced_boolean(self, depth: int) -> str:
        """Write a condition that is never unknown."""
        return f"coalesce({self.boolean(depth)}, {self.pick(('True', 'False'))})"

    def missing(self, depth: int) -> str:
        """Write a test for a missing value."""
        names = list(self.scope)
        if names and self.chance(2):
            return f"is_missing({self.pick(names)})"
        return f"is_missing({self.number(depth)})"

    def listed(self, depth: int) -> str:
        """Write a test whether a number is one of several."""
        options = ", ".join(self.literal() for _ in range(self.draw(st.integers(1, 3))))
        return f"{self.boxed(self.number(depth))} {self.pick(('in', 'not in'))} [{options}]"

    def dated(self, depth: int) -> str:
        """Write a condition on days."""
        left = self.day(min(depth, 1))
        if self.chance(4):
            days = ", ".join(f'"{self.some_day()}"' for _ in range(2))
            return f"{self.boxed(left)} {self.pick(('in', 'not in'))} ({days},)"
        right = self.day(0) if self.chance(2) else f'"{self.some_day()}"'
        return f"{self.boxed(left)} {self.pick(('==', '!=', '<', '<=', '>', '>='))} {right}"

    def named(self, _depth: int) -> str:
        """Write a condition on an option or a text."""
        name = self.pick([*self.names(ChoiceType), *self.names(TextType)])
        options = [text for option in self.options(name) if (text := literal_text(option)) is not None]
        if not options:
            return f"is_missing({name})"
        kind = self.scope[name]
        if self.chance(3):
            several = ", ".join(self.pick(options) for _ in range(self.draw(st.integers(1, 3))))
            return f"{name} {self.pick(('in', 'not in'))} ({several},)"
        ranked = [text for option in getattr(kind, "ranking", ()) if (text := literal_text(option)) is not None]
        if ranked and not self.chance(3):
            sides = [name, self.pick(ranked)]
            sides = sides if self.chance(2) else sides[::-1]
            return f"{sides[0]} {self.pick(('<', '<=', '>', '>='))} {sides[1]}"
        return f"{name} {self.pick(('==', '!='))} {self.pick(options)}"

    def options(self, name: str) -> tuple[str, ...]:
        """Return texts that a name may be."""
        kind = self.scope[name]
        return kind.options if isinstance(kind, ChoiceType) else _TEXTS

    # Days and texts

    def some_day(self) -> date:
        """Draw a day, near a bound of a known one where there is one."""
        names = self.names(DateType)
        if names and self.chance(2):
            kind = _date_type(self.scope, self.pick(names))
            return day_of(near(self.draw, kind))
        return self.pick((date(2026, 1, 31), date(2024, 2, 29), date(1970, 1, 1)))

    def day(self, depth: int) -> str:
        """Write a formula that is a date."""
        name = self.pick(self.names(DateType))
        if depth <= 0:
            return name
        count = f"clamp(round({self.number(depth - 1)}, 0), -30, 30)"
        shapes = (
            f"coalesce({name}, {self.pick(self.names(DateType))})",
            f'{name} if {self.boxed(self.boolean(depth - 1))} else "{self.some_day()}"',
            f'coalesce({name}, "{self.some_day()}")',
        )
        kind = _date_type(self.scope, name)
        roomy = day_of(kind.low).year > 1 and day_of(kind.high).year < 9999
        return f"add_days({name}, {count})" if roomy and self.chance(2) else self.pick(shapes)

    def text(self, depth: int) -> str:
        """Write a formula that is an option or a text."""
        names = [*self.names(ChoiceType), *self.names(TextType)]
        parts = [self.pick(names) if names and self.chance(3) else f'"{self.pick(_TEXTS[1:])}"' for _ in range(2)]
        return f"{parts[0]} if {self.boxed(self.boolean(depth))} else {parts[1]}"


_Shape = Callable[[Writer, int], str]

_NUMBERS: tuple[_Shape, ...] = (
    Writer.added,
    Writer.added,
    Writer.multiplied,
    Writer.negated,
    Writer.rounded,
    Writer.divided,
    Writer.divided,
    Writer.called,
    Writer.called,
    Writer.chosen,
    Writer.defaulted,
    Writer.either,
    Writer.piecewise,
)
_DAY_NUMBERS: tuple[_Shape, ...] = (Writer.days_between, Writer.days_between)
_BOOLEANS: tuple[_Shape, ...] = (
    Writer.compared,
    Writer.compared,
    Writer.joined,
    Writer.joined,
    Writer.denied,
    Writer.chosen_boolean,
    Writer.coalesced_boolean,
    Writer.missing,
    Writer.listed,
)


@st.composite
def formulas(draw: Draw, scope: Scope, depth: int = 3) -> str:
    """Draw a formula of any type over the names of `scope`."""
    writer = Writer(draw, scope)
    shapes = [Writer.number, Writer.number, Writer.number, Writer.boolean, Writer.boolean, Writer.text]
    if writer.names(DateType):
        shapes.append(Writer.day)
    return writer.pick(shapes)(writer, draw(st.integers(1, depth)))
