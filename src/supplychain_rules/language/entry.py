"""Generated functions of a program: from a record to units, and from units to every reason.

`record_function` reads a mapping, checks and converts it, and computes the outputs in one function.
Whatever its short tests do not recognise at once goes through `convert`, so it accepts and refuses
exactly what `convert` does.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final, assert_never

from supplychain_rules.errors import InputError, InvalidValueError, Problem, bounded_repr
from supplychain_rules.language.compile import Generator, build
from supplychain_rules.language.convert import convert
from supplychain_rules.language.limits import MAX_NAME_CHARACTERS
from supplychain_rules.language.naming import did_you_mean
from supplychain_rules.language.program import Program, ProgramInput, needed_bindings
from supplychain_rules.language.types import (
    EPOCH_ORDINAL,
    BooleanType,
    ChoiceType,
    DateType,
    MissingType,
    NumberType,
    TextType,
    Value,
)

__all__ = ["ROWS_CONFLICT", "RecordFunction", "UnitsFunction", "read_record", "record_function", "units_function"]

#: From a record to the units of the inputs and of the eager outputs, in one tuple.
RecordFunction = Callable[[Mapping[str, object]], tuple[Value, ...]]

#: From the units of the inputs to the units of every binding, in the program's order.
UnitsFunction = Callable[[tuple[Value, ...]], tuple[Value, ...]]

#: The problem of a record that hits rows of different outcome where the table says that none may.
ROWS_CONFLICT: Final = "rows_conflict"

#: Most unknown keys that are named: whoever has more passes another kind of record.
_MAX_UNKNOWN_KEYS: Final = 20


def read_record(program: Program, record: object, *, ignore_extra: bool) -> tuple[Value, ...]:
    """Check and convert a whole record.

    Raises:
        InputError: with a problem for every field that is wrong, unknown or missing.
    """
    if not isinstance(record, Mapping):
        problem = Problem(code="wrong_type", path="", message="a record is a mapping", value=bounded_repr(record))
        raise InputError([problem])
    problems: list[Problem] = []
    try:
        given = dict(record)
    except Exception:  # noqa: BLE001  a mapping of another library may raise what it likes
        problem = Problem(code="wrong_type", path="", message="this record cannot be read", value=bounded_repr(record))
        raise InputError([problem]) from None
    units = [_converted(given.get(field.name), field, problems) for field in program.inputs]
    if not ignore_extra:
        known = {field.name for field in program.inputs}
        unknown = [key for key in given if key not in known]
        for key in unknown[:_MAX_UNKNOWN_KEYS]:
            plain = isinstance(key, str) and key.isprintable() and 0 < len(key) <= MAX_NAME_CHARACTERS
            path = key if plain else bounded_repr(key)
            hint = did_you_mean(key, known)
            problems.append(Problem(code="unknown_field", path=path, message="unknown field", hint=hint))
    if problems:
        raise InputError(problems) from None  # the short tests' own failure is no news
    return tuple(units)


def record_function(program: Program, *, trusted: bool, ignore_extra: bool) -> RecordFunction:
    """Generate the function that decides a record.

    Args:
        program: what to compute.
        trusted: skip range and key checks, for records that the caller's own system checked.
        ignore_extra: let the record hold other keys.

    Returns:
        A function from a record to the units of the inputs followed by those of the eager outputs.
    """
    generator = Generator()
    generator.constants["convert"] = convert
    generator.line("try:")
    generator.indent()
    for field in program.inputs:
        _read(generator, field, trusted=trusted)
    if trusted:
        # Whatever a wrong record leads to, in reading or in computing, is told as the checks would tell it.
        _compute(generator, program)
        generator.constants.update(InputError=InputError, checked=_Checked(program, ignore_extra=ignore_extra))
        generator.dedent()
        generator.line("except InputError: raise")
        generator.line("except Exception: return checked(record)")
        return build(generator, "decide", "record")
    generator.constants["refused"] = _refusal(program, ignore_extra=ignore_extra)
    if not ignore_extra:
        _check_keys(generator, program)
    generator.dedent()
    generator.line("except Exception:")
    generator.indent()
    inputs = [generator.variables[field.name] for field in program.inputs]
    generator.line(f"({', '.join(inputs)},) = refused(record)")
    generator.dedent()
    _compute(generator, program)
    return build(generator, "decide", "record")


def _compute(generator: Generator, program: Program) -> None:
    """Emit the eager outputs and what they need, the guards, and the return."""
    eager = [binding.name for binding in program.outputs if not binding.lazy]
    wanted = frozenset((*eager, *(guard.count for guard in program.guards)))
    for binding in needed_bindings(program, wanted):
        generator.bind(binding)
    for guard in program.guards:
        failure = generator.constant(_Conflict(guard.path))
        generator.line(f"if {generator.variables[guard.count]} > 1: {failure}()")
    results = [generator.variables[name] for name in (*(field.name for field in program.inputs), *eager)]
    generator.line(f"return ({', '.join(results)},)")


class _Checked:
    """The function with all checks, generated when a trusted record turns out not to be one."""

    def __init__(self, program: Program, *, ignore_extra: bool) -> None:
        self._program = program
        self._ignore_extra = ignore_extra

    def __call__(self, record: Mapping[str, object]) -> tuple[Value, ...]:
        return record_function(self._program, trusted=False, ignore_extra=self._ignore_extra)(record)


def units_function(program: Program) -> UnitsFunction:
    """Generate the function that computes every binding from the inputs' units."""
    generator = Generator()
    inputs = [generator.declare(field.name) for field in program.inputs]
    generator.line(f"({', '.join(inputs)},) = units")
    for binding in program.bindings:
        generator.bind(binding)
    results = [generator.variables[binding.name] for binding in program.bindings]
    generator.line(f"return ({', '.join(results)},)")
    return build(generator, "reasons", "units")


def _converted(value: object, field: ProgramInput, problems: list[Problem]) -> Value:
    """Convert one value, or add its problem and return None."""
    try:
        return convert(value, field.type)
    except InvalidValueError as error:
        shown = "" if error.value is None else bounded_repr(error.value)
        code = "required" if value is None else "bad_value"
        problems.append(Problem(code=code, path=field.name, message=error.what, value=shown, hint=error.hint))
    except Exception:  # noqa: BLE001  a value of another library may raise what it likes
        shown = bounded_repr(value)
        problems.append(Problem(code="bad_value", path=field.name, message="this value cannot be read", value=shown))
    return None


class _Conflict:
    """Refuse a record that hits rows of different outcome where the table says that none may."""

    def __init__(self, path: str) -> None:
        self._path = path

    def __call__(self) -> None:
        hint = "make the rows exclude each other, or choose another hit policy"
        message = "rows of different outcome hit this record"
        raise InputError([Problem(code=ROWS_CONFLICT, path=self._path, message=message, hint=hint)])


def _refusal(program: Program, *, ignore_extra: bool) -> Callable[[Mapping[str, object]], tuple[Value, ...]]:
    """Return what runs when the short tests failed: the whole record again, with every problem named."""

    def refused(record: Mapping[str, object]) -> tuple[Value, ...]:
        return read_record(program, record, ignore_extra=ignore_extra)

    return refused


def _read(generator: Generator, field: ProgramInput, *, trusted: bool) -> None:
    """Emit the reading of one input: missing and the common class by a short test, all others by `convert`."""
    key = generator.constant(field.name)
    kind = field.type
    variable = generator.declare(field.name)
    if not isinstance(kind, NumberType | DateType) and trusted and not kind.optional:
        generator.line(f"{variable} = record[{key}]")
        return
    generator.line(f"{variable} = record.get({key})")
    fallback = f"{variable} = convert({variable}, {generator.constant(kind)})"
    match kind:
        case NumberType():
            tests = _number_tests(variable, kind, trusted=trusted)
        case BooleanType():
            if not trusted:
                generator.line(f"if {variable} is not True and {variable} is not False: {fallback}")
            return
        case ChoiceType():
            if not trusted:
                missing = f" and {variable} is not None" if kind.optional else ""
                options = generator.constant(frozenset(kind.options))
                generator.line(f"if {variable} not in {options}{missing}: {fallback}")
            return
        case TextType() | MissingType():
            generator.line(fallback)
            return
        case DateType():
            tests = [_day_test(generator, variable, kind, trusted=trusted)]
        case _:
            assert_never(kind)
    if kind.optional:
        tests = [(f"{variable} is None", "pass"), *tests]
    for place, (test, then) in enumerate(tests):
        generator.line(f"{'elif' if place else 'if'} {test}: {then}")
    generator.line(f"else: {fallback}")


def _number_tests(variable: str, kind: NumberType, *, trusted: bool) -> list[tuple[str, str]]:
    """Return the tests for the two common classes, and what converts them as `convert` does."""
    power = 10**kind.decimals
    scaled = f"{variable} * {float(power)!r}" if kind.decimals else variable
    from_float = f"({scaled} + 0.5).__floor__()"  # twice as fast as a call of int
    if kind.low < 0:
        from_float = f"{from_float} if {variable} >= 0.0 else -(0.5 - {scaled}).__floor__()"
    from_int = f"{variable} = {variable} * {power}" if power > 1 else "pass"
    in_range = ""
    if not trusted:
        # A whole number within the float bounds is within the exact ones, as those are below 2**50 units.
        in_range = f" and {kind.low / power!r} <= {variable} <= {kind.high / power!r}"
    return [
        (f"{variable}.__class__ is float{in_range}", f"{variable} = {from_float}"),
        (f"{variable}.__class__ is int{in_range}", from_int),
    ]


def _day_test(generator: Generator, variable: str, kind: DateType, *, trusted: bool) -> tuple[str, str]:
    day = generator.constant(date)
    in_range = ""
    if not trusted:
        bounds = kind.low + EPOCH_ORDINAL, kind.high + EPOCH_ORDINAL
        in_range = f" and {bounds[0]} <= {variable}.toordinal() <= {bounds[1]}"
    return f"{variable}.__class__ is {day}{in_range}", f"{variable} = {variable}.toordinal() - {EPOCH_ORDINAL}"


def _check_keys(generator: Generator, program: Program) -> None:
    """Emit the search for unknown keys: needed only where the count of keys does not prove there are none."""
    known = generator.constant(frozenset(field.name for field in program.inputs))
    absent = [generator.variables[field.name] for field in program.inputs if field.type.optional]
    tests = [f"len(record) != {len(program.inputs)}", *(f"{variable} is None" for variable in absent)]
    generator.line(f"if {' or '.join(tests)}:")
    generator.indent()
    generator.line(f"if not record.keys() <= {known}: refused(record)")
    generator.dedent()
