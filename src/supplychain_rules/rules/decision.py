"""A decision: what a policy says of one record, ready to be read, stored, and explained."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, final

from supplychain_rules.errors import InputError, Problem, bounded_repr
from supplychain_rules.language.types import Value, external
from supplychain_rules.rules.explain import Explanation, explain_values
from supplychain_rules.rules.locate import join_path
from supplychain_rules.rules.policy import Policy
from supplychain_rules.rules.stored import DECISION_SCHEMA, Json, json_copy

__all__ = ["Decision"]


@final
class Decision:
    """The outputs of a policy for one record; read one as `decision["grade"]`.

    Numbers are `Decimal` with the places that the rules declare, dates are `datetime.date`, conditions
    are `bool`, and what is missing is None. Immutable and picklable; equal when rules, inputs and outputs are.
    """

    # Slots behind read-only properties, as `fractions.Fraction` has: a frozen attrs class takes half as long again
    # to make, and loops make millions.
    __slots__ = ("__weakref__", "_policy", "_values")

    def __init__(self, policy: Policy, values: tuple[Value, ...]) -> None:
        self._policy = policy
        self._values = values

    @property
    def policy(self) -> Policy:
        """Return the policy that decided."""
        return self._policy

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401  Decimal, date, bool, str or None by the output's type
        """Return an output.

        Raises:
            KeyError: the policy has no output of that name.
        """
        found = self._policy.eager_places.get(name)
        if found is not None:
            return external(self._values[found[0]], found[1])
        place, kind = self._policy.output_places[name]
        return external(self._reasons()[place], kind)

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names of the outputs, in the order of the steps."""
        return iter(self._policy.outputs)

    def __len__(self) -> int:
        """Return how many outputs there are."""
        return len(self._policy.outputs)

    def __contains__(self, name: object) -> bool:
        """Say whether the policy has an output of that name."""
        return name in self._policy.outputs

    def __eq__(self, other: object) -> bool:
        """Compare rules, inputs and outputs."""
        if not isinstance(other, Decision):
            return NotImplemented
        return self.fingerprint == other.fingerprint and self._values == other._values

    def __hash__(self) -> int:
        """Hash rules and values."""
        return hash((self.fingerprint, self._values))

    def __repr__(self) -> str:
        """Return the policy and every output, on one line."""
        outputs = ", ".join(f"{name}={_shown(self[name])}" for name in self)
        return f"<Decision {self._policy.id} {self._policy.version}: {outputs}>"

    def get(self, name: str, default: Any = None) -> Any:  # noqa: ANN401  as `__getitem__`
        """Return an output, or `default` where the policy has none of that name."""
        return self[name] if name in self else default  # noqa: SIM401  get itself

    def keys(self) -> tuple[str, ...]:
        """Return the names of the outputs, so that `dict(decision)` works."""
        return self._policy.outputs

    @property
    def fingerprint(self) -> str:
        """Return the fingerprint of the rules that decided."""
        return self._policy.fingerprint

    @property
    def inputs(self) -> dict[str, Any]:
        """Return the record as it was understood: rounded to the declared places."""
        fields = self._policy.program.inputs
        return {field.name: external(value, field.type) for field, value in zip(fields, self._values, strict=False)}

    def explain(self) -> Explanation:
        """Return the reasons for every output, line by line."""
        return explain_values(self._policy, self._values[: len(self._policy.inputs)], self._reasons())

    def to_dict(self, *, reasons: bool = False, evidence: Iterable[Mapping[str, object]] = ()) -> dict[str, Any]:
        """Return the decision as plain data, to be kept as JSON and to be replayed later.

        The keys are `schema`, `policy`, `version`, `fingerprint`, `inputs` and `outputs`. Numbers are text with all
        their decimals, dates are ISO text, missing is None: `json.loads(json.dumps(...))` loses nothing.

        Args:
            reasons: add `reasons`, the explanation of every step, so that a replay compares those too.
            evidence: what the inputs rest on, such as measurements, as mappings that JSON can keep; stored under
                `evidence` as they are.

        Raises:
            InputError: evidence that JSON cannot keep, with a path for every part of it.

        >>> from supplychain_rules.rules.codec import load_policy
        >>> from supplychain_rules.rules.evaluate import evaluate
        >>> rules = {"schema": "supplychain-rules/1", "id": "late", "version": "1",
        ...     "inputs": {"days": {"type": "number", "decimals": 1, "min": 0, "max": 99, "optional": True}},
        ...     "steps": [{"kind": "formula", "id": "penalty", "formula": "days * 25"}]}
        >>> stored = evaluate(load_policy(rules), {"days": 3}).to_dict(evidence=[{"days": {"lines": 7}}])
        >>> stored["schema"], stored["inputs"], stored["outputs"], stored["evidence"]
        ('supplychain-rules/decision/1', {'days': '3.0'}, {'penalty': '75.0'}, [{'days': {'lines': 7}}])
        """
        policy = self._policy
        plain = {
            "schema": DECISION_SCHEMA,
            "policy": policy.id,
            "version": policy.version,
            "fingerprint": policy.fingerprint,
            "inputs": {name: _plain(value) for name, value in self.inputs.items()},
            "outputs": {name: _plain(self[name]) for name in self},
        }
        if reasons:
            plain["reasons"] = self.explain().to_dict()["steps"]
        kept = _kept(evidence)
        return plain | {"evidence": kept} if kept else plain

    def _reasons(self) -> tuple[Value, ...]:
        return self._policy.reason_units(self._values[: len(self._policy.inputs)])


def _kept(evidence: Iterable[object]) -> list[Json]:
    problems: list[Problem] = []
    kept = []
    for place, one in enumerate(evidence):
        path = join_path("evidence", place)
        if isinstance(one, Mapping):
            kept.append(json_copy(one, path, problems))
        else:
            problems.append(
                Problem(code="wrong_type", path=path, message="a mapping is needed here", value=bounded_repr(one))
            )
    if problems:
        raise InputError(problems)
    return kept


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.isoformat() if isinstance(value, date) else value


def _shown(value: object) -> str:
    return repr(value) if isinstance(value, str) else "missing" if value is None else str(value)
