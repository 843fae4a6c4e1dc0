"""Rule sets as data: `load_policy` checks everything and reports all problems at once; `dump_policy` writes it back.

Loading goes through the parts one by one (inputs, then step after step), so that one bad step does
not hide what is wrong with the next, and names that a refused step would have defined are not
reported as unknown.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, assert_never

import attrs

from supplychain_rules.errors import InputError, InvalidValueError, PolicyError, Problem, bounded_repr
from supplychain_rules.language.entry import ROWS_CONFLICT, read_record
from supplychain_rules.language.limits import MAX_PARTS, MAX_PROBLEMS
from supplychain_rules.language.naming import RESERVED_SUFFIXES, did_you_mean, name_problem
from supplychain_rules.language.program import Program, ProgramInput
from supplychain_rules.language.types import ChoiceType, NumberType, TextType, Type, Value, external
from supplychain_rules.rules.codec_fields import structured, unstructured
from supplychain_rules.rules.codec_plain import plain_copy
from supplychain_rules.rules.formula import FormulaStep, lower_formula
from supplychain_rules.rules.gate import GateStep, lower_gate
from supplychain_rules.rules.ladder import LadderStep, lower_ladder
from supplychain_rules.rules.locate import join_path
from supplychain_rules.rules.lowering import Lowering
from supplychain_rules.rules.methods import METHODS
from supplychain_rules.rules.policy import SCHEMA, Effective, Input, Policy, PolicyCase, Step, input_type
from supplychain_rules.rules.quantile import QuantileStep, lower_quantile
from supplychain_rules.rules.rank import RankStep, lower_rank
from supplychain_rules.rules.scorecard import ScorecardStep, lower_scorecard
from supplychain_rules.rules.share import ShareStep, lower_share
from supplychain_rules.rules.strategies import ScoringMethod, Strategies, ValueFunction
from supplychain_rules.rules.table import Output, TableStep, lower_table
from supplychain_rules.rules.value_functions import VALUE_FUNCTIONS
from supplychain_rules.values.label import Label
from supplychain_rules.values.scaled import exact_number, number_text

__all__ = ["STRATEGIES", "dump_policy", "fingerprint_of", "load_policy"]

#: The built-in strategies; extend a copy by `with_strategy`.
STRATEGIES: Final = Strategies(value_functions=VALUE_FUNCTIONS, methods=METHODS)

#: Most steps of a policy: every engine's plan grows with them, and nobody reads more.
MAX_STEPS: Final = 500

#: Most inputs: frames are that wide at most.
MAX_INPUTS: Final = 1_000

#: Most cases kept beside the rules; more belong into a test suite.
MAX_CASES: Final = 1_000

_KEYS: Final = ("schema", "id", "version", "effective", "label", "inputs", "steps", "cases")

_STEPS: Final[dict[str, type[Step]]] = {
    "formula": FormulaStep,
    "gate": GateStep,
    "scorecard": ScorecardStep,
    "ladder": LadderStep,
    "table": TableStep,
    "rank": RankStep,
    "quantile": QuantileStep,
    "share": ShareStep,
}


def load_policy(mapping: Mapping[str, object], *, strategies: Strategies = STRATEGIES) -> Policy:
    """Build a policy from plain data, such as `tomllib` or `json` give.

    Args:
        mapping: the rule set; numbers may be text, int, Decimal or float (by its shortest text).
        strategies: value functions and scoring methods to know, the built-in ones where not given.

    Returns:
        The policy, checked and ready to run; its own cases have passed.

    Raises:
        PolicyError: `problems` names everything wrong at once, each with a code, a path and a way out.

    >>> load_policy({"schema": "supplychain-rules/1", "id": "demo", "version": "1",
    ...     "inputs": {"late": {"type": "integer", "min": 0, "max": 100}},
    ...     "steps": [{"kind": "formula", "id": "penalty", "formula": "late * 25"}]}).outputs
    ('penalty',)
    """
    loading = _Loading(strategies=strategies)
    policy = loading.load(mapping)
    if loading.problems or policy is None:
        raise PolicyError(loading.problems)
    return policy


def dump_policy(policy: Policy) -> dict[str, Any]:
    """Return a policy as plain data for TOML or JSON: `load_policy(dump_policy(p)) == p`.

    Numbers are text, defaults are left out, formulas and cells are in their canonical form.
    """

    def plain(value: object) -> Any:  # noqa: ANN401  plain data of any shape
        return unstructured(value, policy.strategies)

    dumped: dict[str, Any] = {"schema": SCHEMA, "id": policy.id, "version": policy.version}
    if policy.effective != Effective():
        dumped["effective"] = plain(policy.effective)
    if policy.label is not None:
        dumped["label"] = plain(policy.label)
    dumped["inputs"] = {declared.name: _without(plain(declared), "name") for declared in policy.inputs}
    dumped["steps"] = [_dump_step(step, plain(step)) for step in policy.steps]
    if policy.cases:
        dumped["cases"] = [plain(case) for case in policy.cases]
    return dumped


def fingerprint_of(policy: Policy) -> str:
    """Return the SHA-256 of a policy's rules, strategies by name and version.

    Labels, cases and what inputs are declared to be (`monotone`) decide nothing and are left out.
    """
    bare = attrs.evolve(
        policy,
        label=None,
        cases=(),
        inputs=tuple(attrs.evolve(_unlabelled(declared), monotone=None) for declared in policy.inputs),
        steps=tuple(_unlabelled(step) for step in policy.steps),
    )
    rules = dump_policy(bare)
    for step in rules["steps"]:
        if step.get("hit") == "priority":  # which output comes first decides; a table of keys has no order here
            step["outputs"] = list(step["outputs"].items())
    used = _kinds_in(policy.steps)
    known: tuple[ValueFunction | ScoringMethod, ...] = (*policy.strategies.value_functions, *policy.strategies.methods)
    rules["strategies"] = sorted(f"{strategy.kind}/{strategy.version}" for strategy in known if strategy.kind in used)
    text = json.dumps(rules, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _without(mapping: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in mapping.items() if name != key}


def _unlabelled(part: Any) -> Any:  # noqa: ANN401  any attrs instance below a policy
    """Return a copy of a part without the labels on it and below it; what is merely named so stays."""
    changes: dict[str, Any] = {}
    for field in attrs.fields(type(part)):
        value = getattr(part, field.name)
        if isinstance(value, Label):
            changes[field.name] = None
        elif isinstance(value, tuple) and value and attrs.has(type(value[0])):
            changes[field.name] = tuple(_unlabelled(item) for item in value)
    return attrs.evolve(part, **changes) if changes else part


def _kinds_in(steps: tuple[Step, ...]) -> set[str]:
    """Return the kinds of the strategies that the steps use."""
    scorecards = [step for step in steps if isinstance(step, ScorecardStep)]
    criteria = [criterion for step in scorecards for criterion in step.criteria]
    return {step.method.kind for step in scorecards} | {c.value.kind for c in criteria if c.value is not None}


def _dump_step(step: Step, plain: dict[str, Any]) -> dict[str, Any]:
    dumped: dict[str, Any] = {"kind": step.kind, **_without(plain, "kind")}
    match step:
        case ScorecardStep():
            method = dumped["method"]
            dumped["method"] = method["kind"] if set(method) == {"kind"} else method
        case TableStep():
            dumped["outputs"] = {output["name"]: _without(output, "name") for output in dumped["outputs"]}
    return dumped


@attrs.define
class _Loading:
    """One load: what was read so far, and every problem found."""

    strategies: Strategies
    lowering: Lowering = attrs.field(factory=Lowering)

    @property
    def problems(self) -> list[Problem]:
        """Return every problem found so far."""
        return self.lowering.problems

    def load(self, raw: object) -> Policy | None:
        """Read a whole rule set."""
        raw = plain_copy(raw, self.problems)
        if self.problems:
            return None
        if not isinstance(raw, Mapping):
            self.lowering.refuse("wrong_type", "", "a rule set is a table of keys and values", raw)
            return None
        for key in raw:
            if key not in _KEYS:
                path = join_path("", key) if isinstance(key, str) else bounded_repr(key)
                self.lowering.refuse("unknown_key", path, "unknown key", key, did_you_mean(key, _KEYS))
        self._schema(raw)
        identity, version = self._name(raw, "id"), self._name(raw, "version")
        effective = self._field(raw, "effective", Effective) or Effective()
        label = self._field(raw, "label", Label)
        inputs = self._inputs(raw)
        steps = self._steps(raw)
        cases = self._cases(raw)
        if self.problems or identity is None or version is None:
            return None
        policy = Policy(
            id=identity,
            version=version,
            effective=effective,
            label=label,
            inputs=inputs,
            steps=steps,
            cases=cases,
            strategies=self.strategies,
            fingerprint="",
            program=Program(
                inputs=tuple(ProgramInput(declared.name, input_type(declared)) for declared in inputs),
                bindings=tuple(self.lowering.bindings),
                guards=tuple(self.lowering.guards),
                populations=tuple(self.lowering.populations),
            ),
        )
        policy = attrs.evolve(policy, fingerprint=fingerprint_of(policy))
        self._run_cases(policy)
        return policy

    def _schema(self, raw: Mapping[str, object]) -> None:
        if "schema" not in raw:
            self.lowering.refuse("missing_key", "schema", "this key is missing", hint=f"write schema = {SCHEMA!r}")
        elif raw["schema"] != SCHEMA:
            self.lowering.refuse(
                "bad_value", "schema", "unknown schema", raw["schema"], f"this library reads {SCHEMA!r}"
            )

    def _name(self, raw: Mapping[str, object], key: str) -> str | None:
        if key not in raw:
            self.lowering.refuse("missing_key", key, "this key is missing")
            return None
        value = raw[key]
        if not isinstance(value, str) or not value.strip() or len(value) > 100 or not value.isprintable():
            self.lowering.refuse("bad_value", key, "this must be 1 to 100 printable characters", value)
            return None
        return value

    def _field(self, raw: Mapping[str, object], key: str, kind: type[Any]) -> Any:  # noqa: ANN401  of that kind
        if key not in raw:
            return None
        return structured(raw[key], kind, key, self.problems, self.strategies)

    def _inputs(self, raw: Mapping[str, object]) -> tuple[Input, ...]:
        given = raw.get("inputs")
        if not isinstance(given, Mapping) or not given:
            code = "missing_key" if "inputs" not in raw else "wrong_type"
            self.lowering.refuse(code, "inputs", "a table of at least one input is needed", given)
            return ()
        if len(given) > MAX_INPUTS:
            self.lowering.refuse("too_large", "inputs", f"at most {MAX_INPUTS} inputs", len(given))
            return ()
        read: list[Input] = []
        for name, declaration in given.items():
            path = join_path("inputs", name) if isinstance(name, str) else f"inputs[{bounded_repr(name)}]"
            declared = self._input(name, declaration, path)
            kind = None
            if declared is not None:
                try:
                    kind = input_type(declared)
                except InvalidValueError as error:
                    self.lowering.refuse("bad_input", path, error.what, error.value, error.hint)
                read.append(_whole(declared))
            self.lowering.declare(name, kind, path)
        return tuple(read)

    def _input(self, name: object, declaration: object, path: str) -> Input | None:
        if not isinstance(declaration, Mapping):
            self.lowering.refuse("wrong_type", path, "a table with a 'type' is needed here", declaration)
            return None
        if "name" in declaration:
            self.lowering.refuse("unknown_key", f"{path}.name", "unknown key", hint="the key itself is the name")
            return None
        # The name is judged where it is declared; here it must not be reported a second time.
        named = structured({**declaration, "name": "name"}, Input, path, self.problems, self.strategies)
        return None if named is None else attrs.evolve(named, name=name if isinstance(name, str) else "")

    def _steps(self, raw: Mapping[str, object]) -> tuple[Step, ...]:
        given = raw.get("steps")
        if not isinstance(given, list | tuple) or not given:
            code = "missing_key" if "steps" not in raw else "wrong_type"
            self.lowering.refuse(code, "steps", "a list of at least one step is needed", given)
            return ()
        if len(given) > MAX_STEPS:
            self.lowering.refuse("too_large", "steps", f"at most {MAX_STEPS} steps", len(given))
            return ()
        for place, item in enumerate(given):  # so that reading a name too early is explained
            for name in _defined_names(item):
                self.lowering.later.setdefault(name, f"steps[{place}] defines it: move that step up")
        finished: list[Step] = []
        ids: dict[str, str] = {}
        for place, item in enumerate(given):
            path = f"steps[{place}]"
            if len(self.problems) > MAX_PROBLEMS:
                self.lowering.refuse(
                    "too_many_problems", path, "loading stopped here", hint="mend what is listed first"
                )
                break
            names = _defined_names(item)
            self.lowering.later.update(dict.fromkeys(names, "a step cannot read its own output"))
            step = self._step(item, path)
            if step is not None:
                finished.append(self._lower(step, path, ids))
            for name in names:
                self.lowering.later.pop(name, None)
                for ending in ("", *RESERVED_SUFFIXES) if step is None else ("",):
                    self.lowering.poison(name + ending)
        return tuple(finished)

    def _unique(self, identity: str, seen: dict[str, str], path: str) -> bool:
        if identity in seen:
            self.lowering.refuse("duplicate_id", path, f"{seen[identity]} has this id already", identity)
            return False
        seen[identity] = path
        return True

    def _step(self, raw: object, path: str) -> Step | None:
        if not isinstance(raw, Mapping):
            self.lowering.refuse("wrong_type", path, "a step is a table of keys and values", raw)
            return None
        tag = raw.get("kind")
        if "kind" not in raw:
            hint = f"one of {', '.join(_STEPS)}"
            self.lowering.refuse("missing_key", f"{path}.kind", "this key is missing", hint=hint)
            return None
        if not isinstance(tag, str) or tag not in _STEPS:
            self.lowering.refuse("unknown_kind", f"{path}.kind", "unknown kind of step", tag, did_you_mean(tag, _STEPS))
            return None
        fields = {key: value for key, value in raw.items() if key != "kind"}
        if tag == "table":
            fields = self._named_outputs(fields, path)
        return structured(fields, _STEPS[tag], path, self.problems, self.strategies)

    def _named_outputs(self, fields: dict[Any, Any], path: str) -> dict[Any, Any]:
        """Turn a table's outputs from a mapping by name into a list, keeping problems' paths."""
        outputs = fields.get("outputs")
        if not isinstance(outputs, Mapping):
            return fields
        read = []
        self.lowering.refused_outputs.clear()
        for name, declaration in outputs.items():
            where = join_path(f"{path}.outputs", name) if isinstance(name, str) else f"{path}.outputs"
            if not isinstance(declaration, Mapping):
                self.lowering.refuse("wrong_type", where, "a table with a 'type' is needed here", declaration)
                self.lowering.refused_outputs.add(name)
                continue
            output = structured({**declaration, "name": name}, Output, where, self.problems, self.strategies)
            if output is None:
                self.lowering.refused_outputs.add(name)
            else:
                read.append({**declaration, "name": name})
        return {**fields, "outputs": read}

    def _lower(self, step: Step, path: str, ids: dict[str, str]) -> Step:
        """Reserve the step's names, check its inner ids, and lower it."""
        is_table = isinstance(step, TableStep)  # its id names no output, so that nothing else compares it
        fresh = self._unique(step.id.lower() if is_table else step.id, ids, f"{path}.id")
        if isinstance(step, TableStep):
            problem = name_problem(step.id, f"{path}.id")
            if problem is not None:
                self.problems.append(problem)
            for output in step.outputs:
                self.lowering.reserve(output.name, f"{path}.outputs.{output.name}")
        elif fresh:
            self.lowering.reserve(step.id, f"{path}.id")
        match step:
            case FormulaStep():
                lower_formula(step, path, self.lowering)
            case GateStep():
                if self._inner_ids([check.id for check in step.checks], f"{path}.checks"):
                    lower_gate(step, path, self.lowering)
            case ScorecardStep():
                if self._inner_ids([criterion.id for criterion in step.criteria], f"{path}.criteria"):
                    lower_scorecard(step, path, self.lowering, self.strategies)
            case LadderStep():
                if self._few_enough(len(step.bands), f"{path}.bands"):
                    lower_ladder(step, path, self.lowering)
            case RankStep():
                lower_rank(step, path, self.lowering)
            case QuantileStep():
                lower_quantile(step, path, self.lowering)
            case ShareStep():
                lower_share(step, path, self.lowering)
            case TableStep():
                seen: dict[str, str] = {}
                for place, row in enumerate(step.rows):
                    self._unique(row.id, seen, f"{path}.rows[{place}].id")
                return lower_table(step, path, self.lowering)
            case _:
                assert_never(step)
        return step

    def _few_enough(self, count: int, path: str) -> bool:
        if count > MAX_PARTS:
            self.lowering.refuse("too_large", path, f"at most {MAX_PARTS} of them", count)
        return count <= MAX_PARTS

    def _inner_ids(self, ids: list[str], path: str) -> bool:
        """Check the ids of a step's parts, and say whether the parts are few enough to go on."""
        if not self._few_enough(len(ids), path):
            return False
        seen: dict[str, str] = {}
        for place, identity in enumerate(ids):
            where = f"{path}[{place}].id"
            problem = name_problem(identity, where)
            if problem is not None:
                self.problems.append(problem)
            self._unique(identity.lower(), seen, where)
        return True

    def _cases(self, raw: Mapping[str, object]) -> tuple[PolicyCase, ...]:
        given = raw.get("cases", ())
        if not isinstance(given, list | tuple):
            self.lowering.refuse("wrong_type", "cases", "a list of cases is needed", given)
            return ()
        if len(given) > MAX_CASES:
            self.lowering.refuse("too_large", "cases", f"at most {MAX_CASES} cases", len(given))
            return ()
        read: list[PolicyCase] = []
        seen: dict[str, str] = {}
        for place, item in enumerate(given):
            path = f"cases[{place}]"
            case = structured(item, PolicyCase, path, self.problems, self.strategies)
            if case is None:
                continue
            self._unique(case.id, seen, f"{path}.id")
            known = [name for name in self.lowering.scope if name.isidentifier()]
            for name in case.expect:
                if name not in known:
                    where = f"{path}.expect.{name}"
                    self.lowering.refuse("unknown_name", where, "no such output", name, did_you_mean(name, known))
            if not case.expect:
                self.lowering.refuse("empty", f"{path}.expect", "a case expects at least one output")
            read.append(self._plain_case(case, path))
        return tuple(read)

    def _plain_case(self, case: PolicyCase, path: str) -> PolicyCase:
        """Write a case's numbers as text and dates as ISO text, so that it dumps and compares as data."""
        return attrs.evolve(
            case,
            given={name: self._plain_value(value, name, f"{path}.given") for name, value in case.given.items()},
            expect={name: self._plain_value(value, name, f"{path}.expect") for name, value in case.expect.items()},
        )

    def _plain_value(self, value: object, name: str, path: str) -> object:
        is_number = isinstance(self.lowering.scope.get(name), NumberType)
        try:
            if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
                text = number_text(exact_number(value))
                return text if is_number else value
            if isinstance(value, date) and not isinstance(value, datetime):
                return value.isoformat()
        except InvalidValueError as error:
            self.lowering.refuse("bad_value", join_path(path, name), error.what, error.value, error.hint)
            return None
        if value is None or isinstance(value, bool | str | int | float | Decimal):
            return value
        message = "a case holds text, numbers, booleans and dates"
        self.lowering.refuse("wrong_type", join_path(path, name), message, value)
        return None

    def _run_cases(self, policy: Policy) -> None:
        """Evaluate every case; where the rules compare records, the cases are the records that they compare."""
        if policy.program.populations and policy.cases:
            self._run_together(policy)
            return
        for place, case in enumerate(policy.cases):
            path = f"cases[{place}]"
            try:
                decided = policy.decide_units(case.given)
            except InputError as error:
                self._refuse_record(error, path)
            else:
                self._judge(policy, case, decided[: policy.known_count], path)

    def _run_together(self, policy: Policy) -> None:
        """Evaluate the cases as one population; one that cannot be read leaves none to be judged."""
        before = len(self.problems)
        rows = []
        for place, case in enumerate(policy.cases):
            try:
                rows.append(read_record(policy.program, case.given, ignore_extra=False))
            except InputError as error:
                self._refuse_record(error, f"cases[{place}]")
        if len(self.problems) > before:
            return
        try:
            known = policy.populate(rows)
        except InputError as error:
            self.problems.extend(
                attrs.evolve(problem, path=f"cases{problem.path}" if problem.path.startswith("[") else "cases")
                for problem in error.problems
            )
            return
        for place, (case, row) in enumerate(zip(policy.cases, known, strict=True)):
            path = f"cases[{place}]"
            try:
                policy.decide_known(row)
            except InputError as error:
                self._refuse_record(error, path)
            else:
                self._judge(policy, case, row, path)

    def _refuse_record(self, error: InputError, path: str) -> None:
        for problem in error.problems:
            where = f"{path}.given" if problem.code == ROWS_CONFLICT else join_path(f"{path}.given", problem.path)
            self.problems.append(attrs.evolve(problem, path=where))

    def _judge(self, policy: Policy, case: PolicyCase, known: tuple[Value, ...], path: str) -> None:
        """Report every output of a case that is not as expected."""
        units = (*known[: len(policy.inputs)], *policy.reason_units(known))
        kinds = [(field.name, field.type) for field in policy.program.inputs]
        kinds += [(binding.name, binding.type) for binding in policy.program.bindings]
        values = {name: (value, kind) for (name, kind), value in zip(kinds, units, strict=True)}
        for name, expected in case.expect.items():
            value, kind = values[name]
            actual = external(value, kind)
            if not _as_expected(expected, actual, kind):
                message = f"expected {bounded_repr(expected)}, the rules say {_said(actual)}"
                hint = "correct the rule or the case"
                self.lowering.refuse("case_failed", f"{path}.expect.{name}", message, hint=hint)


def _whole(declared: Input) -> Input:
    """Write `integer` and `number` without decimals in one way."""
    if declared.type == "number" and declared.decimals == 0:
        return attrs.evolve(declared, type="integer", decimals=None)
    return attrs.evolve(declared, decimals=None) if declared.type == "integer" else declared


def _defined_names(raw: object) -> tuple[str, ...]:
    """Return the names that a step will define, read from its data, so even where it will be refused."""
    if not isinstance(raw, Mapping):
        return ()
    outputs = raw.get("outputs")
    names = list(outputs) if isinstance(outputs, Mapping) else [raw.get("id")]
    return tuple(name for name in names if isinstance(name, str))


def _as_expected(expected: object, actual: object, kind: Type) -> bool:
    if expected is None or (expected == "missing" and not _has_option(kind, "missing")):
        return actual is None
    if actual is None:
        return False
    if isinstance(kind, NumberType):
        try:
            return Fraction(exact_number(expected)) == Fraction(exact_number(actual))
        except InvalidValueError:
            return False
    if isinstance(actual, bool):
        return expected is actual
    return str(expected) == str(actual)


def _has_option(kind: Type, option: str) -> bool:
    return isinstance(kind, TextType) or (isinstance(kind, ChoiceType) and option in kind.options)


def _said(actual: object) -> str:
    return "missing" if actual is None else bounded_repr(str(actual) if not isinstance(actual, bool) else actual)
