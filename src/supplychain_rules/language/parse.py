"""Formulas: a subset of Python's expression syntax becomes our nodes.

The standard library's `ast` is the parser and nothing more: its tree is turned into our nodes and
thrown away, nothing is ever evaluated, and what is not on the list is refused by name. Number
literals are re-read from the source text, so `0.1` is one tenth.
"""

import ast
import itertools
from collections.abc import Callable
from decimal import Decimal
from typing import Final

import attrs

from supplychain_rules.errors import InvalidValueError, PolicyError, Problem, bounded_repr
from supplychain_rules.language.limits import (
    MAX_DECIMALS,
    MAX_DEPTH,
    MAX_FORMULA_CHARACTERS,
    MAX_NODES,
    MAX_OPTION_CHARACTERS,
    MAX_POINTS,
)
from supplychain_rules.language.naming import FUNCTIONS, did_you_mean
from supplychain_rules.language.nodes import (
    And,
    Boolean,
    Branch,
    Call,
    Compare,
    Comparison,
    Constant,
    Expression,
    FunctionName,
    In,
    Name,
    Negate,
    Not,
    Number,
    Or,
    Piecewise,
    Product,
    Round,
    RoundDivide,
    Sum,
    Text,
    case,
    children,
)
from supplychain_rules.language.show import show
from supplychain_rules.values.rounding import ROUNDING_MODES, RoundingMode
from supplychain_rules.values.scaled import exact_number

__all__ = ["parse", "parse_formula"]

_COMPARISONS: Final[dict[type[ast.cmpop], Comparison]] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}

#: How many arguments each plain function takes: least and most.
_ARITY: Final[dict[FunctionName, tuple[int, int]]] = {
    "abs": (1, 1),
    "add_days": (2, 2),
    "clamp": (3, 3),
    "coalesce": (2, 20),
    "days_between": (2, 2),
    "is_missing": (1, 1),
    "max": (2, 20),
    "min": (2, 20),
}

#: Decimals of `piecewise` where the formula does not say: those of a criterion's score.
_PIECEWISE_DECIMALS: Final = 4

_DIVISION_HINT: Final = "write round(a / b, n): a quotient needs its number of decimals"


def parse(text: str) -> Expression:
    """Parse a formula.

    Raises:
        PolicyError: the text is no formula of the language; every problem has a column.

    >>> parse("max(0, 90 - score)")
    Call(function='max', arguments=(Number(value=Decimal('0')), Sum(terms=(Number(value=Decimal('90')), Negate(of=Name(name='score'))))))
    """  # noqa: E501  the doctest shows the whole tree
    problems: list[Problem] = []
    expression = parse_formula(text, "", problems)
    if problems or expression is None:
        raise PolicyError(problems)
    return expression


def parse_formula(text: object, path: str, problems: list[Problem], *, written_out: bool = False) -> Expression | None:
    """Parse a formula; add what is wrong to `problems` under `path` and return None in that case.

    `written_out` says that the text is in canonical form already.
    """
    tree = _python_tree(text, path, problems)
    if tree is None or not isinstance(text, str):
        return None
    stripped = text.strip()
    reader = _Reader(stripped.encode(), text.index(stripped), path, problems)
    before = len(problems)
    expression = reader.read(tree.body, depth=1)
    if expression is None or len(problems) > before:
        return None
    if _count(expression) > MAX_NODES:
        reader.refuse(tree.body, "too_large", f"more than {MAX_NODES} nodes", "split the formula into several steps")
        return None
    return expression if written_out else _within_limits_as_shown(expression, path, problems)


def _within_limits_as_shown(expression: Expression, path: str, problems: list[Problem]) -> Expression | None:
    """Refuse a formula whose canonical text would itself be refused: what loads must load again when dumped."""
    shown = show(expression)
    if len(shown) < MAX_FORMULA_CHARACTERS // 20:
        return expression  # far from every limit
    return expression if parse_formula(shown, path, problems, written_out=True) is not None else None


def _python_tree(text: object, path: str, problems: list[Problem]) -> ast.Expression | None:
    def refuse(code: str, message: str, hint: str = "", column: int | None = None) -> None:
        problem = Problem(code=code, path=path, message=message, value=bounded_repr(text), hint=hint, column=column)
        problems.append(problem)

    if not isinstance(text, str):
        refuse("wrong_type", "a formula must be text")
        return None
    if len(text) > MAX_FORMULA_CHARACTERS:
        refuse("too_large", f"a formula has at most {MAX_FORMULA_CHARACTERS} characters", "split it into several steps")
        return None
    if "\\" in text or "\n" in text.strip() or "#" in text or not text.isprintable():
        refuse("syntax", "a formula is one line of printable text without backslashes and comments")
        return None
    try:
        return ast.parse(text.strip(), mode="eval")
    except SyntaxError as error:
        refuse("syntax", f"not a formula: {error.msg}", column=_syntax_column(text, error.offset))
    except (RecursionError, MemoryError):
        refuse("too_deep", f"nested more than {MAX_DEPTH} deep", "split it into several steps")
    except ValueError:
        refuse("syntax", "not a formula")
    return None


@attrs.frozen
class _Reader:
    """Turn Python's tree into ours; problems are collected, and a refused part reads as None."""

    _source_bytes: bytes
    #: Blanks before the formula, which the parser does not see.
    _blanks: int
    _path: str
    _problems: list[Problem]

    def refuse(self, node: ast.AST, code: str, message: str, hint: str = "") -> None:
        """Add a problem at a node of Python's tree."""
        source = self._source(node)
        value = bounded_repr(source) if source else ""
        column = self._at(node)
        self._problems.append(
            Problem(code=code, path=self._path, message=message, value=value, hint=hint, column=column)
        )

    def read(self, node: ast.expr, depth: int) -> Expression | None:
        """Read one node and what is below it."""
        if depth > MAX_DEPTH:
            self.refuse(node, "too_deep", f"nested more than {MAX_DEPTH} deep", "split it into several steps")
            return None
        column = self._at(node)
        match node:
            case ast.Constant():
                return self._constant(node)
            case ast.Name():
                return self._name(node)
            case ast.BoolOp():
                parts = self._all(node.values, depth)
                kind = And if isinstance(node.op, ast.And) else Or
                return None if parts is None else kind(parts, column=column)
            case ast.UnaryOp():
                return self._unary(node, depth)
            case ast.BinOp():
                return self._binary(node, depth)
            case ast.Compare():
                return self._compare(node, depth)
            case ast.IfExp():
                return self._conditional(node, depth)
            case ast.Call():
                return self._call(node, depth)
            case _:
                self._unsupported(node)
                return None

    def _at(self, node: ast.AST) -> int:
        """Return the column of a node in the text as it was given; Python's tree counts bytes."""
        return self._blanks + len(self._source_bytes[: getattr(node, "col_offset", 0)].decode()) + 1

    def _source(self, node: ast.AST) -> str:
        start, end = getattr(node, "col_offset", 0), getattr(node, "end_col_offset", 0)
        return self._source_bytes[start:end].decode()  # Python's tree counts bytes, not characters

    def _all(self, nodes: list[ast.expr], depth: int) -> tuple[Expression, ...] | None:
        read = [self.read(node, depth + 1) for node in nodes]
        present = tuple(node for node in read if node is not None)
        return present if len(present) == len(read) else None

    def _unsupported(self, node: ast.expr) -> None:
        what = _WHAT.get(type(node), "this construct")
        self.refuse(node, "not_allowed", f"{what} is not part of the language")

    def _constant(self, node: ast.Constant) -> Constant | None:
        column = self._at(node)
        match node.value:
            case bool():
                return Boolean(node.value, column=column)
            case int() | float():
                return self._number(node)
            case str():
                if self._source(node)[1:-1] != node.value:
                    self.refuse(node, "not_allowed", "a text is one literal in plain quotes", 'as in "raw"')
                    return None
                if len(node.value) > MAX_OPTION_CHARACTERS:
                    self.refuse(node, "too_large", f"a text literal has at most {MAX_OPTION_CHARACTERS} characters")
                    return None
                return Text(node.value, column=column)
            case None:
                self.refuse(node, "not_allowed", "None is not part of the language", "write is_missing(name)")
            case _:
                self.refuse(node, "not_allowed", "this literal is not part of the language")
        return None

    def _number(self, node: ast.Constant) -> Number | None:
        source = self._source(node)
        if not source.replace(".", "", 1).isdigit() or not source.isascii():
            self.refuse(node, "bad_number", "numbers are plain decimal digits", "as in 12.5")
            return None
        try:
            value = exact_number(source)
        except InvalidValueError as error:
            self.refuse(node, "bad_number", error.what, error.hint)
            return None
        if _decimals(value) > MAX_DECIMALS:
            self.refuse(node, "too_many_decimals", f"a literal has at most {MAX_DECIMALS} decimals")
            return None
        return Number(value, column=self._at(node))

    def _name(self, node: ast.Name) -> Name | None:
        if not node.id.isascii() or self._source(node) != node.id:  # ast normalises Unicode: two names could become one
            self.refuse(node, "bad_name", "names are ASCII identifiers")
            return None
        return Name(node.id, column=self._at(node))

    def _unary(self, node: ast.UnaryOp, depth: int) -> Expression | None:
        if not isinstance(node.op, ast.Not | ast.USub):
            self.refuse(node, "not_allowed", "this operator is not part of the language")
            return None
        operand = self.read(node.operand, depth + 1)
        if operand is None:
            return None
        column = self._at(node)
        if isinstance(node.op, ast.Not):
            return Not(operand, column=column)
        if isinstance(operand, Number) and isinstance(node.operand, ast.Constant) and operand.value:
            return Number(operand.value.copy_negate(), column=column)
        return Negate(operand, column=column)

    def _binary(self, node: ast.BinOp, depth: int) -> Expression | None:
        """Read a chain of + and -, or of *; the chain is walked without recursion, as it can be long."""
        if isinstance(node.op, ast.Add | ast.Sub):
            operators: tuple[type[ast.operator], ...] = (ast.Add, ast.Sub)
        elif isinstance(node.op, ast.Mult):
            operators = (ast.Mult,)
        else:
            hint = _DIVISION_HINT if isinstance(node.op, ast.Div) else ""
            self.refuse(node, "not_allowed", f"'{_operator_text(node.op)}' is not allowed here", hint)
            return None
        signed: list[tuple[bool, ast.expr]] = []
        current: ast.expr = node
        while (
            isinstance(current, ast.BinOp)
            and isinstance(current.op, operators)
            and not self._in_parentheses(current, node)
        ):
            signed.append((isinstance(current.op, ast.Sub), current.right))
            current = current.left
        signed.append((False, current))
        signed.reverse()
        read = self._all([operand for _, operand in signed], depth)
        if read is None:
            return None
        column = self._at(node)
        if isinstance(node.op, ast.Mult):
            return Product(read, column=column)
        terms = (Negate(term) if minus else term for (minus, _), term in zip(signed, read, strict=True))
        return Sum(tuple(terms), column=column)

    def _in_parentheses(self, inner: ast.BinOp, outer: ast.BinOp) -> bool:
        """Tell `(a + b) + c` from `a + b + c`: the first starts after the chain's own beginning."""
        return inner is not outer and inner.col_offset != outer.col_offset

    def _compare(self, node: ast.Compare, depth: int) -> Expression | None:
        operands = [node.left, *node.comparators]
        links = [
            self._link(operator, left, right, depth)
            for operator, left, right in zip(node.ops, operands, operands[1:], strict=False)
        ]
        present = tuple(link for link in links if link is not None)
        if len(present) < len(links):
            return None
        return present[0] if len(present) == 1 else And(present, column=self._at(node))

    def _link(self, operator: ast.cmpop, left: ast.expr, right: ast.expr, depth: int) -> Expression | None:
        column = self._at(left)
        read_left = self.read(left, depth + 1)
        if isinstance(operator, ast.In | ast.NotIn):
            options = self._options(right)
            if read_left is None or options is None:
                return None
            test = In(read_left, options, column=column)
            return test if isinstance(operator, ast.In) else Not(test, column=column)
        comparison = _COMPARISONS.get(type(operator))
        if comparison is None:
            self.refuse(left, "not_allowed", "'is' is not part of the language", "write == or is_missing(name)")
            return None
        read_right = self.read(right, depth + 1)
        if read_left is None or read_right is None:
            return None
        return Compare(comparison, read_left, read_right, column=column)

    def _options(self, node: ast.expr) -> tuple[Constant, ...] | None:
        if not isinstance(node, ast.Tuple | ast.List | ast.Set) or not node.elts:
            self.refuse(node, "not_allowed", "'in' needs a list of literals", 'as in x in ("raw", "pack")')
            return None
        options = [self._literal(element) for element in node.elts]
        present = tuple(option for option in options if option is not None)
        return present if len(present) == len(options) else None

    def _literal(self, node: ast.expr) -> Constant | None:
        read = self.read(node, depth=1) if isinstance(node, ast.Constant | ast.UnaryOp) else None
        if isinstance(read, Number | Text | Boolean):
            return read
        self.refuse(node, "not_allowed", "only literals may stand here")
        return None

    def _conditional(self, node: ast.IfExp, depth: int) -> Expression | None:
        tests: list[ast.expr] = []
        values: list[ast.expr] = []
        current: ast.expr = node
        while isinstance(current, ast.IfExp):
            tests.append(current.test)
            values.append(current.body)
            current = current.orelse
        conditions, thens = self._all(tests, depth), self._all(values, depth)
        otherwise = self.read(current, depth + 1)
        if conditions is None or thens is None or otherwise is None:
            return None
        branches = tuple(Branch(when, then) for when, then in zip(conditions, thens, strict=True))
        return case(branches, otherwise, column=self._at(node))

    def _call(self, node: ast.Call, depth: int) -> Expression | None:
        if not isinstance(node.func, ast.Name):
            self.refuse(node, "not_allowed", "only the functions of the language can be called")
            return None
        if node.keywords or any(isinstance(argument, ast.Starred) for argument in node.args):
            self.refuse(node, "not_allowed", "arguments are given in order, without names and stars")
            return None
        name = node.func.id
        if name not in FUNCTIONS:
            self.refuse(node.func, "unknown_function", "unknown function", did_you_mean(name, FUNCTIONS))
            return None
        special = _SPECIAL.get(name)
        if special is not None:
            return special(self, node, depth)
        function: FunctionName = name  # type: ignore[assignment]  # the names left are those of _ARITY
        least, most = _ARITY[function]
        if not least <= len(node.args) <= most:
            wanted = str(least) if least == most else f"{least} to {most}"
            self.refuse(node, "wrong_arguments", f"{name} takes {wanted} arguments, not {len(node.args)}")
            return None
        arguments = self._all(node.args, depth)
        return None if arguments is None else Call(function, arguments, column=self._at(node))

    def round(self, node: ast.Call, depth: int) -> Expression | None:
        """Read `round(x, n)`, `round(a / b, n)`, each with an optional mode."""
        if len(node.args) not in (2, 3):
            self.refuse(node, "wrong_arguments", "round takes a number, its decimals and at most a mode")
            return None
        decimals = self._places(node.args[1])
        mode = self._mode(node.args[2]) if len(node.args) > 2 else "half_up"
        value, column = node.args[0], self._at(node)
        if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Div):
            sides = self._all([value.left, value.right], depth)
            if sides is None or decimals is None or mode is None:
                return None
            return RoundDivide(sides[0], sides[1], decimals, mode, column=column)
        operand = self.read(value, depth + 1)
        if operand is None or decimals is None or mode is None:
            return None
        return Round(operand, decimals, mode, column=column)

    def whole(self, node: ast.Call, depth: int, mode: RoundingMode) -> Expression | None:
        """Read `floor(x)` or `ceil(x)`."""
        if len(node.args) != 1:
            self.refuse(node, "wrong_arguments", f"{mode} takes one argument")
            return None
        operand = self.read(node.args[0], depth + 1)
        return None if operand is None else Round(operand, 0, mode, column=self._at(node))

    def piecewise(self, node: ast.Call, depth: int) -> Expression | None:
        """Read `piecewise(x, (x1, y1), (x2, y2), ..., decimals)`; the decimals may be left out."""
        pairs = node.args[1:]
        decimals: int | None = _PIECEWISE_DECIMALS
        if pairs and not isinstance(pairs[-1], ast.Tuple):
            decimals = self._places(pairs[-1])
            pairs = pairs[:-1]
        points = [self._point(pair) for pair in pairs]
        present = tuple(point for point in points if point is not None)
        if len(present) < len(points) or decimals is None:
            return None
        if not 2 <= len(present) <= MAX_POINTS:
            self.refuse(node, "wrong_arguments", f"piecewise takes 2 to {MAX_POINTS} points", "as in (0.9, 60)")
            return None
        if any(left[0] >= right[0] for left, right in itertools.pairwise(present)):
            self.refuse(node, "not_ordered", "the points' x must rise from one to the next")
            return None
        operand = self.read(node.args[0], depth + 1)
        return None if operand is None else Piecewise(operand, present, decimals, column=self._at(node))

    def _point(self, node: ast.expr) -> tuple[Decimal, Decimal] | None:
        if isinstance(node, ast.Tuple) and len(node.elts) == 2:
            x, y = self._literal(node.elts[0]), self._literal(node.elts[1])
            if isinstance(x, Number) and isinstance(y, Number):
                return x.value, y.value
            if x is None or y is None:
                return None
        self.refuse(node, "wrong_arguments", "a point is a pair of numbers", "as in (0.9, 60)")
        return None

    def _places(self, node: ast.expr) -> int | None:
        value = node.value if isinstance(node, ast.Constant) else None
        if type(value) is not int or not 0 <= value <= MAX_DECIMALS:
            self.refuse(node, "bad_decimals", f"decimals are a whole number from 0 to {MAX_DECIMALS}")
            return None
        return value

    def _mode(self, node: ast.expr) -> RoundingMode | None:
        value = node.value if isinstance(node, ast.Constant) else None
        for mode in ROUNDING_MODES:
            if value == mode:
                return mode
        self.refuse(node, "bad_mode", "unknown rounding mode", did_you_mean(value, ROUNDING_MODES))
        return None


_SPECIAL: Final[dict[str, Callable[[_Reader, ast.Call, int], Expression | None]]] = {
    "round": _Reader.round,
    "floor": lambda reader, node, depth: reader.whole(node, depth, "floor"),
    "ceil": lambda reader, node, depth: reader.whole(node, depth, "ceil"),
    "piecewise": _Reader.piecewise,
}

_WHAT: Final[dict[type[ast.expr], str]] = {
    ast.Attribute: "attribute access",
    ast.Subscript: "a subscript",
    ast.Lambda: "a lambda",
    ast.ListComp: "a comprehension",
    ast.SetComp: "a comprehension",
    ast.DictComp: "a comprehension",
    ast.GeneratorExp: "a comprehension",
    ast.JoinedStr: "a formatted string",
    ast.NamedExpr: "an assignment",
    ast.Dict: "a dictionary",
    ast.List: "a list",
    ast.Tuple: "a tuple",
    ast.Set: "a set",
    ast.Await: "await",
    ast.Yield: "yield",
    ast.YieldFrom: "yield",
    ast.Starred: "a star",
}

_OPERATORS: Final[dict[type[ast.operator], str]] = {
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
    ast.MatMult: "@",
    ast.LShift: "<<",
    ast.RShift: ">>",
    ast.BitOr: "|",
    ast.BitXor: "^",
    ast.BitAnd: "&",
}


def _syntax_column(text: str, offset: int | None) -> int:
    """Return the column of a syntax error; where Python names none, the end of the text."""
    blanks = len(text) - len(text.lstrip())
    return blanks + offset if offset else max(1, len(text.rstrip()))


def _operator_text(operator: ast.operator) -> str:
    return _OPERATORS.get(type(operator), "this operator")


def _decimals(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _count(expression: Expression) -> int:
    count, stack = 0, [expression]
    while stack:
        count += 1
        stack.extend(children(stack.pop()))
    return count
