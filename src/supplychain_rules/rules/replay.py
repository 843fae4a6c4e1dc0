"""Replay: whether today's code and rules still decide a stored record as they did, and what differs if not.

The same rules are those of the same fingerprint. Labels are for people and decide nothing, so they are not
compared, in the reasons neither.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, Literal, final

import attrs

from supplychain_rules.errors import InputError, InvalidValueError, Problem
from supplychain_rules.rules.decision import Decision
from supplychain_rules.rules.differences import Change, diff_policies
from supplychain_rules.rules.evaluate import evaluate
from supplychain_rules.rules.locate import join_path
from supplychain_rules.rules.policy import Policy
from supplychain_rules.rules.stored import Json, StoredDecision, read_stored
from supplychain_rules.values.label import LANGS, Lang

__all__ = ["Difference", "DifferenceKind", "Replay", "Verdict", "replay"]

#: What a replay found.
#:
#: - `same`: the same rules give the same outputs, and the same reasons where those were stored;
#: - `same_outputs`: the same rules give the same outputs, but inputs or reasons read otherwise;
#: - `different`: the same rules give other outputs, so the library, a strategy, or what was stored has changed;
#: - `rules_changed_same_outputs`, `rules_changed_different`: other rules were replayed;
#: - `inputs_refused`: the rules do not take the stored inputs any more; `problems` says why;
#: - `policy_missing`: no rules to replay by, or several and nothing says which.
Verdict = Literal[
    "same",
    "same_outputs",
    "different",
    "rules_changed_same_outputs",
    "rules_changed_different",
    "inputs_refused",
    "policy_missing",
]

#: How a value differs: another one, there today only, or stored only.
DifferenceKind = Literal["changed", "added", "removed"]

#: Keys of reasons whose values are labels.
_LABELS: Final = frozenset({"label", "band_label", "column_label", "remainder_label", "reason"})

#: Keys by which the parts of a list of reasons are told apart, in this order.
_NAMES: Final = ("id", "name")


@final
@attrs.frozen(kw_only=True)
class Difference:
    """One value that is not as it was stored.

    >>> print(Difference(path="outputs.grade", kind="changed", stored="B", now="C"))
    outputs.grade: B -> C
    """

    #: Where: `outputs.grade`, `inputs.otif`, or `reasons.performance.criteria.otif.score` by the ids of the parts.
    path: str
    kind: DifferenceKind
    #: What was stored, as plain data; None for what is missing, and for what was not stored.
    stored: Json
    #: What it is today.
    now: Json

    def __str__(self) -> str:
        """Return the difference as one line of English."""
        from supplychain_rules.rules.replay_text import difference_text  # noqa: PLC0415  it reads this module's types

        return difference_text(self, "en")


@final
@attrs.frozen(kw_only=True)
class Replay:
    """A stored decision against today's; `str()` says it in English, `text("zh")` in Chinese."""

    verdict: Verdict
    #: Id, version and fingerprint of the rules that decided then.
    policy_id: str
    version: str
    fingerprint: str
    #: The rules that were replayed; None where there were none.
    policy: Policy | None = None
    #: What is decided today; None where the inputs are refused.
    decision: Decision | None = None
    #: Every value that differs, in the order in which it was stored.
    differences: tuple[Difference, ...] = ()
    #: Why the inputs are refused.
    problems: tuple[Problem, ...] = ()
    #: What changed in the rules since, where those that decided then are at hand too.
    policy_changes: tuple[Change, ...] = ()
    #: The versions at hand of the rule set that decided then.
    versions: tuple[str, ...] = ()

    @property
    def rules_changed(self) -> bool:
        """Say whether other rules were replayed than those that decided."""
        return self.policy is not None and self.policy.fingerprint != self.fingerprint

    def text(self, lang: Lang = "en") -> str:
        """Return the replay as plain text.

        Raises:
            InvalidValueError: a language that replays are not written in.
        """
        from supplychain_rules.rules.replay_text import replay_text  # noqa: PLC0415  it reads this module's types

        return replay_text(self, lang)

    def __str__(self) -> str:
        """Return the replay as English text."""
        return self.text()


def replay(decision: object, policies: Iterable[Policy], *, by: Policy | None = None) -> Replay:
    """Decide a stored record again, and compare.

    The rules are those of the stored fingerprint. Where they are not at hand, those of the same id and version stand
    in (an edit that nobody gave a new version), else those of the same id; of several that could stand in, none does.

    Args:
        decision: what `Decision.to_dict` returned, as `json.loads` reads it back.
        policies: rule sets at hand, of any versions.
        by: replay these rules instead, whatever decided then: what would they say of the case? With the old rules
            among `policies`, `policy_changes` says what changed.

    Raises:
        InputError: not a stored decision; every problem is named with its path.
        InvalidValueError: `policies` or `by` hold something else.

    >>> from supplychain_rules.rules.codec import load_policy
    >>> rules = {"schema": "supplychain-rules/1", "id": "late", "version": "1",
    ...     "inputs": {"days": {"type": "integer", "min": 0, "max": 99}},
    ...     "steps": [{"kind": "formula", "id": "penalty", "formula": "days * 25"}]}
    >>> old = load_policy(rules)
    >>> stricter = {**rules, "version": "2", "steps": [{"kind": "formula", "id": "penalty", "formula": "days * 30"}]}
    >>> new = load_policy(stricter)
    >>> stored = evaluate(old, {"days": 3}).to_dict()
    >>> replay(stored, [old, new]).verdict
    'same'
    >>> print(replay(stored, [old, new], by=new))
    Replay of late, decided by version 1 (rules ...)
    Replayed by version 2 (rules ...)
    Other rules give other outputs.
    What differs:
       outputs.penalty: 75 -> 90
    What changed in the rules:
       rule set: version 1 -> 2
       step 'penalty': formula days * 25 -> days * 30
    """
    at_hand = _policies(policies, by)
    stored = read_stored(decision)
    policy = _chosen(stored, at_hand) if by is None else by
    found = Replay(
        verdict="policy_missing",
        policy_id=stored.policy,
        version=stored.version,
        fingerprint=stored.fingerprint,
        policy=policy,
        versions=tuple(dict.fromkeys(one.version for one in at_hand if one.id == stored.policy)),
    )
    if policy is None:
        return found
    if found.rules_changed:
        before = [one for one in at_hand if one.fingerprint == stored.fingerprint]
        found = attrs.evolve(found, policy_changes=diff_policies(before[0], policy) if before else ())
    try:
        today = evaluate(policy, stored.inputs)
    except InputError as error:
        return attrs.evolve(found, verdict="inputs_refused", problems=error.problems)
    differences = tuple(_differences(stored, today, rules_changed=found.rules_changed))
    verdict = _verdict(differences, rules_changed=found.rules_changed)
    return attrs.evolve(found, verdict=verdict, decision=today, differences=differences)


def _policies(policies: object, by: object) -> tuple[Policy, ...]:
    if not isinstance(policies, Iterable):
        raise InvalidValueError("policies must be a collection of rule sets", policies, hint="write [policy]")
    at_hand = tuple(policies)
    for one in at_hand if by is None else (*at_hand, by):
        if not isinstance(one, Policy):
            raise InvalidValueError("not a rule set", one, hint="give what load_policy returned")
    return at_hand


def _chosen(stored: StoredDecision, at_hand: tuple[Policy, ...]) -> Policy | None:
    named = [policy for policy in at_hand if policy.id == stored.policy]
    for fitting in (
        [policy for policy in at_hand if policy.fingerprint == stored.fingerprint],
        [policy for policy in named if policy.version == stored.version],
        named,
    ):
        if fitting:
            return fitting[0] if len({policy.fingerprint for policy in fitting}) == 1 else None
    return None


def _verdict(differences: tuple[Difference, ...], *, rules_changed: bool) -> Verdict:
    same_outputs = not any(difference.path.startswith("outputs") for difference in differences)
    if rules_changed:
        return "rules_changed_same_outputs" if same_outputs else "rules_changed_different"
    if same_outputs:
        return "same_outputs" if differences else "same"
    return "different"


def _differences(stored: StoredDecision, today: Decision, *, rules_changed: bool) -> Iterator[Difference]:
    now = today.to_dict(reasons=stored.reasons is not None)
    if not rules_changed:  # one fingerprint has one id and one version
        yield from _compared(stored.policy, now["policy"], "policy")
        yield from _compared(stored.version, now["version"], "version")
    yield from _compared(dict(stored.inputs), now["inputs"], "inputs")
    yield from _compared(dict(stored.outputs), now["outputs"], "outputs")
    if stored.reasons is not None:
        yield from _compared(_without_labels(stored.reasons), _without_labels(now["reasons"]), "reasons")


def _compared(stored: Json, now: Json, path: str) -> Iterator[Difference]:
    """Yield what differs: mappings by key, lists of named parts by name, other lists by place."""
    if isinstance(stored, list) and isinstance(now, list):
        yield from _compared_parts(*_parts(stored, now), path)
    elif isinstance(stored, dict) and isinstance(now, dict):
        yield from _compared_parts(stored, now, path)
    elif type(stored) is not type(now) or stored != now:
        yield Difference(path=path, kind="changed", stored=stored, now=now)


def _compared_parts(stored: Mapping[Any, Json], now: Mapping[Any, Json], path: str) -> Iterator[Difference]:
    for key in (*stored, *(key for key in now if key not in stored)):
        below = join_path(path, key)
        if key not in now:
            yield Difference(path=below, kind="removed", stored=stored[key], now=None)
        elif key not in stored:
            yield Difference(path=below, kind="added", stored=None, now=now[key])
        else:
            yield from _compared(stored[key], now[key], below)


def _parts(stored: list[Json], now: list[Json]) -> tuple[Mapping[Any, Json], Mapping[Any, Json]]:
    """Return two lists as mappings by the names of their parts, or by place where the parts have none."""
    for key in _NAMES:
        before, after = _by(key, stored), _by(key, now)
        if before is not None and after is not None:
            return before, after
    return dict(enumerate(stored)), dict(enumerate(now))


def _by(key: str, parts: list[Json]) -> dict[str, Json] | None:
    """Return parts by their names; None where one has no name, or two have the same."""
    found: dict[str, Json] = {}
    for part in parts:
        name = part.get(key) if isinstance(part, dict) else None
        if not isinstance(name, str) or name in found:
            return None
        found[name] = part
    return found


def _without_labels(value: Json) -> Json:
    if isinstance(value, list):
        return [_without_labels(item) for item in value]
    if isinstance(value, dict):
        return {key: _without_labels(item) for key, item in value.items() if not (key in _LABELS and _is_label(item))}
    return value


def _is_label(value: Json) -> bool:
    return value is None or (isinstance(value, dict) and set(value) == set(LANGS))
