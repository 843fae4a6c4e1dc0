"""What it would take: the smallest change of a record that reaches a wanted outcome, or a proof that none does.

Each input is varied alone, the others held; then pairs of inputs together. Changes are exact to the input's decimals,
searched through all steps, and verified by deciding the changed record.
"""

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, final

import attrs

from supplychain_rules.analysis.inspection import record_of
from supplychain_rules.analysis.intervals import TRUE, Box, Set
from supplychain_rules.analysis.nearest import Found, Target, nearest
from supplychain_rules.analysis.search import Budget, Question, Space
from supplychain_rules.errors import InvalidValueError, Problem, did_you_mean
from supplychain_rules.language.cells import cell_condition, parse_cell
from supplychain_rules.language.entry import read_record
from supplychain_rules.language.nodes import And, Compare, Expression, Name, Number, names_in
from supplychain_rules.language.program import INNER
from supplychain_rules.language.types import Type, Value, external
from supplychain_rules.rules.decision import Decision
from supplychain_rules.rules.evaluate import evaluate
from supplychain_rules.rules.policy import Policy
from supplychain_rules.values.label import Label, Lang

__all__ = ["BUDGET", "Counterfactual", "InputChange", "StepChange", "Way", "counterfactual"]

#: How many boxes of records are evaluated at most: a few seconds' worth.
BUDGET: Final = 20_000

#: How many ways of changing two inputs are given.
_PAIRS: Final = 2

#: What one input alone may spend of the budget, as a share of it.
_SHARE: Final = 4


@final
@attrs.frozen(kw_only=True)
class InputChange:
    """One input, what the record has and what it would have."""

    input: str
    before: object
    after: object
    label: Label | None = None


@final
@attrs.frozen(kw_only=True)
class StepChange:
    """One result that differs because of the change, on the way to the outcome."""

    name: str
    before: object
    after: object
    label: Label | None = None


@final
@attrs.frozen(kw_only=True)
class Way:
    """A change that reaches the outcome: of one input or of two, and what it does to the steps between."""

    changes: tuple[InputChange, ...]
    steps: tuple[StepChange, ...]
    #: Units that change, as a share of the inputs' ranges; a choice or condition counts as a whole range.
    cost: Fraction
    #: Whether it is proved that no smaller change of these inputs will do.
    smallest: bool
    #: What the policy says of the changed record.
    decision: Decision = attrs.field(repr=False)

    def text(self, lang: Lang = "en") -> str:
        """Return the change and what it lifts, as one line."""
        changes = _joined([_shown(change.input, change, lang) for change in self.changes], lang)
        steps = ", ".join(_shown(step.name, step, lang) for step in self.steps)
        note = "" if self.smallest else {"en": " (a smaller change may do)", "zh": "（更小的变动或许可行）"}[lang]
        return f"{changes}: {steps}{note}" if lang == "en" else f"{changes}：{steps}{note}"

    def __str__(self) -> str:
        """Return the change and what it lifts, in English."""
        return self.text("en")


@final
@attrs.frozen(kw_only=True)
class Counterfactual:
    """Every way to the wanted outcome that was found, the nearest first, and what cannot lead there."""

    policy: Policy = attrs.field(repr=False)
    #: The outcome as it was asked for.
    reach: Mapping[str, object] = attrs.field(hash=False)
    #: What the policy says of the record as it is.
    decision: Decision = attrs.field(repr=False)
    #: The record reaches the outcome as it is; then there are no ways.
    reached: bool
    #: Changes of one input; of a missing number both the least and the largest value that do.
    ways: tuple[Way, ...]
    #: The best changes of two inputs, each nearer than one of them alone.
    pairs: tuple[Way, ...]
    #: Inputs of which no value alone leads there: proved.
    impossible: tuple[str, ...]
    #: Inputs of which that is not known: the budget was spent.
    undecided: tuple[str, ...]
    #: Pairs of inputs of which it is not known whether they lead there together, nearer than one of them alone.
    undecided_pairs: tuple[tuple[str, str], ...]

    def text(self, lang: Lang = "en") -> str:
        """Return every way on a line of its own, and what cannot lead there."""
        english = lang == "en"
        if self.reached:
            return "the record reaches it as it is" if english else "该记录已达到所要结果"
        lines = [way.text(lang) for way in (*self.ways, *self.pairs)]
        if self.impossible:
            names = ", ".join(self.impossible) if english else "、".join(self.impossible)
            lines.append(f"no value alone does: {names}" if english else f"单独改变以下各项均不可行：{names}")
        if self.undecided:
            names = ", ".join(self.undecided) if english else "、".join(self.undecided)
            lines.append(f"not decided within the budget: {names}" if english else f"预算内未能判定：{names}")
        if self.undecided_pairs:
            count = len(self.undecided_pairs)
            lines.append(
                f"pairs not decided within the budget: {count}" if english else f"预算内未能判定的组合：{count} 对"
            )
        if not lines:
            lines.append("nothing that may change leads there" if english else "可变动的输入项均不影响该结果")
        return "\n".join(lines)

    def __str__(self) -> str:
        """Return every way in English."""
        return self.text("en")

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as plain data for JSON: numbers and dates as text."""
        return {
            "reach": {name: _plain(value) for name, value in self.reach.items()},
            "reached": self.reached,
            "ways": [_plain_way(way) for way in self.ways],
            "pairs": [_plain_way(way) for way in self.pairs],
            "impossible": list(self.impossible),
            "undecided": list(self.undecided),
            "undecided_pairs": [list(pair) for pair in self.undecided_pairs],
        }


def counterfactual(
    policy: Policy,
    record: Mapping[str, object],
    reach: Mapping[str, object],
    *,
    change: Iterable[str] | None = None,
    budget: int = BUDGET,
) -> Counterfactual:
    """Find the smallest changes of a record that reach an outcome.

    Args:
        policy: the rules.
        record: a record as `evaluate` takes it.
        reach: what outputs are to be, by name: a value, or a test as in a table's cell, such as `">= B"`.
        change: the inputs that may change; all that the outcome depends on by default. Nothing becomes missing.
        budget: how many boxes of records may be evaluated.

    Returns:
        For each input alone the nearest value that does, or that it is proved that none does; and the two best ways
        of changing two inputs where that is nearer than either alone. Each way was verified by `evaluate`.

    Raises:
        InputError: the record does not fit the policy.
        InvalidValueError: an output or input that does not exist, a test that its type does not have, or rules that
            compare records with each other, so that no record can be decided alone.

    >>> from supplychain_rules.rules.codec import load_policy
    >>> rate = {"type": "number", "decimals": 2, "min": "0", "max": "1"}
    >>> rules = load_policy({"schema": "supplychain-rules/1", "id": "demo", "version": "1",
    ...     "inputs": {"on_time": rate, "quality": rate},
    ...     "steps": [{"kind": "formula", "id": "score", "formula": "60 * on_time + 40 * quality"},
    ...         {"kind": "ladder", "id": "grade", "of": "score", "bands": [{"name": "A", "from": 80}, {"name": "B"}]}]})
    >>> print(counterfactual(rules, {"on_time": "0.7", "quality": "0.8"}, {"grade": "A"}))
    on_time 0.70 → 0.80: score 74.00 → 80.00, grade B → A
    quality 0.80 → 0.95: score 74.00 → 80.00, grade B → A
    """
    search = _Search.of(policy, record, _wishes(reach), change, Budget.of(budget))
    if search.reached():
        return Counterfactual(
            policy=policy,
            reach=dict(reach),
            decision=search.decision,
            reached=True,
            ways=(),
            pairs=(),
            impossible=(),
            undecided=(),
            undecided_pairs=(),
        )
    found = {place: list(search.alone(place, budget // _SHARE)) for place in search.places}
    ways = sorted(
        (search.way(one) for results in found.values() for one in results if one.units is not None),
        key=lambda way: way.cost,
    )
    best = {
        place: min((one.cost for one in results if one.cost is not None), default=None)
        for place, results in found.items()
    }
    impossible = [place for place, results in found.items() if all(one.outcome == "none" for one in results)]
    undecided = [place for place, results in found.items() if any(one.outcome == "undecided" for one in results)]
    pairs, undecided_pairs = search.pairs(best)
    return Counterfactual(
        policy=policy,
        reach=dict(reach),
        decision=search.decision,
        reached=False,
        ways=tuple(ways),
        pairs=pairs,
        impossible=tuple(search.name(place) for place in impossible),
        undecided=tuple(search.name(place) for place in undecided),
        undecided_pairs=undecided_pairs,
    )


@final
@attrs.frozen(kw_only=True)
class _Search:
    """A record, and what is looked for from it."""

    policy: Policy
    space: Space
    units: tuple[Value, ...]
    decision: Decision
    question: Question
    #: Bindings on the way to the outcome, in order.
    path: tuple[str, ...]
    #: The inputs that may change.
    places: tuple[int, ...]
    budget: Budget
    #: Every input missing.
    absent: Box
    #: The record itself.
    origin: Box

    @classmethod
    def of(
        cls,
        policy: Policy,
        record: Mapping[str, object],
        reach: Mapping[str, object],
        change: Iterable[str] | None,
        budget: Budget,
    ) -> "_Search":
        program = policy.program
        if program.populations:
            names = ", ".join(program.population_steps)
            hint = "what such a step says of a record depends on the others"
            raise InvalidValueError("these steps compare records with each other", names, hint)
        decision = evaluate(policy, record)
        units = read_record(program, record, ignore_extra=False)
        space = Space(program)
        wanted = [_wanted(policy, name, value) for name, value in reach.items()]
        # A record whose rows conflict has no outcome at all.
        wanted += [Compare("<=", Name(guard.count), Number(Decimal(1))) for guard in program.guards]
        question = space.question(wanted[0] if len(wanted) == 1 else And(tuple(wanted)))
        fields = [field.name for field in program.inputs]
        if isinstance(change, str):
            raise InvalidValueError("several inputs are wanted, not a text", change, hint=f"write [{change!r}]")
        allowed = fields if change is None else list(change)
        for name in allowed:
            if name not in fields:
                raise InvalidValueError("no such input", name, hint=did_you_mean(name, fields))
        return cls(
            policy=policy,
            space=space,
            units=units,
            decision=decision,
            question=question,
            path=_path(policy, frozenset(reach)),
            places=tuple(place for place in question.inputs if fields[place] in allowed),
            budget=budget,
            absent=space.box_of([None] * len(units)),
            origin=space.box_of(units),
        )

    def name(self, place: int) -> str:
        return self.policy.program.inputs[place].name

    def reached(self) -> bool:
        return self.question.on(self.origin)[0] == TRUE

    def alone(self, place: int, most: int) -> Iterator[Found]:
        """Yield the nearest record that differs in one input: for a missing number from below and from above."""
        whole, now = self.space.whole[place], self.origin[place]
        own = Budget(min(most, max(0, self.budget.left)))
        before = own.left
        if isinstance(whole, tuple) and isinstance(now, tuple) and now[0] > now[1]:
            ends = [self._nearest((place,), own, end=(end, end, False)) for end in whole[:2]]
            distinct = ends[:1] if ends[0].units == ends[1].units else ends
            # The way from missing to a value is a whole range, wherever the value lies.
            yield from (attrs.evolve(one, cost=None if one.cost is None else Fraction(1)) for one in distinct)
        elif isinstance(whole, tuple):
            yield self._nearest((place,), own)
        else:
            answers = [self._nearest((place,), own, only=part) for part in _others(whole, now, self.absent[place])]
            found = [answer for answer in answers if answer.units is not None]
            yield from found or answers[:1] or [Found(outcome="none")]
        self.budget.left -= before - own.left

    def pairs(self, best: Mapping[int, Fraction | None]) -> tuple[tuple[Way, ...], tuple[tuple[str, str], ...]]:
        """Return the best changes of two inputs that are nearer than either alone, and the pairs not decided."""
        found: list[Found] = []
        undecided: list[tuple[str, str]] = []
        pairs = list(itertools.combinations(self.places, 2))
        for at, pair in enumerate(pairs):
            limits = [cost for place in pair if (cost := best[place]) is not None]
            if len(found) == _PAIRS:
                limits.append(max(one.cost for one in found if one.cost is not None))
            own = Budget(max(0, self.budget.left) // (len(pairs) - at))
            before = own.left
            answer = self._nearest(pair, own, limit=min(limits, default=None))
            self.budget.left -= before - own.left
            if answer.units is not None:
                found = sorted([*found, answer], key=lambda one: one.cost or Fraction(0))[:_PAIRS]
            elif answer.outcome == "undecided":
                undecided.append((self.name(pair[0]), self.name(pair[1])))
        return tuple(self.way(one) for one in found), tuple(undecided)

    def _nearest(
        self,
        places: tuple[int, ...],
        budget: Budget,
        *,
        end: Set | None = None,
        only: Set | None = None,
        limit: Fraction | None = None,
    ) -> Found:
        start = list(self.origin)
        if end is not None:
            start[places[0]] = end
        target = Target(space=self.space, question=self.question, origin=tuple(start), places=places, limit=limit)
        sides = [[only] if only is not None else self._sides(place) for place in places]
        boxes: list[Box] = []
        for chosen in itertools.product(*sides):
            box = list(self.origin)
            for place, value in zip(places, chosen, strict=True):
                box[place] = value
            boxes.append(tuple(box))
        return nearest(target, boxes, budget)

    def _sides(self, place: int) -> list[Set]:
        """Return what an input can become instead: below and above a number, each other option, never missing."""
        whole, now = self.space.whole[place], self.origin[place]
        if not isinstance(whole, tuple) or not isinstance(now, tuple):
            return _others(whole, now, self.absent[place])
        low, high, _ = whole
        if now[0] > now[1]:
            return [(low, high, False)]
        below: list[Set] = [(low, now[0] - 1, False)] if low < now[0] else []
        above: list[Set] = [(now[0] + 1, high, False)] if now[0] < high else []
        return below + above

    def way(self, found: Found) -> Way:
        """Say what a record that was found changes, and decide it."""
        assert found.units is not None  # noqa: S101  callers look
        assert found.cost is not None  # noqa: S101  what is found has a cost
        fields, labels = self.policy.program.inputs, self.policy.explanation_plan.labels
        changes = tuple(
            InputChange(
                input=field.name,
                before=external(before, field.type),
                after=external(after, field.type),
                label=labels.get(field.name),
            )
            for field, before, after in zip(fields, self.units, found.units, strict=True)
            if before != after
        )
        values = [self.policy.reason_units(units) for units in (self.units, found.units)]
        steps = []
        for binding, old, new in zip(self.policy.program.bindings, *values, strict=True):
            if binding.name in self.path and old != new:
                shown = external(old, binding.type), external(new, binding.type)
                label = labels.get(binding.name)
                steps.append(StepChange(name=binding.name, before=shown[0], after=shown[1], label=label))
        decision = evaluate(self.policy, record_of(self.policy, found.units))
        return Way(changes=changes, steps=tuple(steps), cost=found.cost, smallest=found.nearest, decision=decision)


def _wishes(reach: object) -> Mapping[str, object]:
    """Return what is to be reached, and refuse what names nothing."""
    if not isinstance(reach, Mapping) or not reach:
        raise InvalidValueError("nothing to reach", reach, hint="name an output and what it is to be: {'grade': 'B'}")
    return reach


def _wanted(policy: Policy, name: str, value: object) -> Expression:
    """Return the condition that an output is as wanted."""
    kinds: dict[str, Type] = {binding.name: binding.type for binding in policy.program.outputs}
    if name not in kinds:
        raise InvalidValueError("no such output", name, hint=did_you_mean(name, kinds))
    kind = kinds[name]
    problems: list[Problem] = []
    cell = parse_cell("missing" if value is None else value, kind, name, problems)
    if cell is None:
        problem = problems[0]
        raise InvalidValueError(f"{name}: {problem.message}", value, problem.hint)
    condition = cell_condition(cell, name, kind)
    if condition is None:
        raise InvalidValueError(f"{name}: any value will do", value, hint="leave it out")
    return condition


def _path(policy: Policy, wanted: frozenset[str]) -> tuple[str, ...]:
    """Return the outputs and criterion scores that the wanted outputs depend on, in order."""
    needed = set(wanted)
    for binding in reversed(policy.program.bindings):
        if binding.name in needed:
            needed.update(name.name for name in names_in(binding.value.node))
    shown = {
        f"{step.id}{INNER}{criterion.id}"
        for step in policy.steps
        if step.kind == "scorecard"
        for criterion in step.criteria
    }
    return tuple(
        binding.name
        for binding in policy.program.bindings
        if binding.name in needed and ((binding.is_output and not binding.lazy) or binding.name in shown)
    )


def _others(whole: Set, now: Set, absent: Set) -> list[Set]:
    assert isinstance(whole, int)  # noqa: S101  callers tell numbers apart
    present = [1 << at for at in range(whole.bit_length()) if whole >> at & 1]
    return [bit for bit in present if bit not in (now, absent)]


def _shown(name: str, change: InputChange | StepChange, lang: Lang) -> str:
    called = name.rpartition(INNER)[2] if lang == "en" or change.label is None else change.label.text(lang)
    return f"{called} {_word(change.before, lang)} → {_word(change.after, lang)}"


def _word(value: object, lang: Lang) -> str:
    if value is None:
        return {"en": "missing", "zh": "缺失"}[lang]
    return str(value)


def _joined(parts: Sequence[str], lang: Lang) -> str:
    return {"en": " and ", "zh": "，且 "}[lang].join(parts)


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, bool | str) else str(value)


def _plain_way(way: Way) -> dict[str, Any]:
    return {
        "changes": [
            {"input": one.input, "before": _plain(one.before), "after": _plain(one.after)} for one in way.changes
        ],
        "steps": [{"name": one.name, "before": _plain(one.before), "after": _plain(one.after)} for one in way.steps],
        "cost": str(way.cost),
        "smallest": way.smallest,
    }
