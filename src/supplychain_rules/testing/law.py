"""A law: what must hold for every decision of a policy, and how it is checked on drawn records.

The records are the same in every run, so that a rule set's tests do not flicker. A law that is broken says so with the
smallest record that was found.
"""

from collections.abc import Callable, Sequence
from typing import Final, TypeAlias, TypeVar, final

import attrs
from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from hypothesis import strategies as st

from supplychain_rules.errors import InputError
from supplychain_rules.rules.decision import Decision
from supplychain_rules.rules.evaluate import evaluate_all
from supplychain_rules.rules.policy import Policy
from supplychain_rules.testing.outcomes import BrokenLawError, Record
from supplychain_rules.testing.strategies_records import records
from supplychain_rules.values.label import MAX_LABEL_CHARACTERS, Label

__all__ = ["Breach", "Example", "Law", "checked_on", "decide", "differ", "each", "said", "several", "shown"]

T = TypeVar("T")

#: Records compared with each other in one example: few, so that a failing one is easy to read.
_MOST_RECORDS: Final = 5


@final
@attrs.frozen
class Example:
    """Records that are decided together, and another record that takes the place of the first."""

    records: tuple[Record, ...]
    changed: Record | None = None


#: From an example to what is wrong with it, or None.
Breach: TypeAlias = Callable[[Example], Label | None]


@final
@attrs.frozen(kw_only=True)
class Law:
    """One law, as it applies to one policy: its id, its name, and how it is checked."""

    #: As `total` or `monotone[otif]`.
    id: str
    label: Label
    #: Raises `BrokenLawError` where the law does not hold of a policy; the last argument is how many examples to draw.
    check: Callable[["Law", Policy, int], None]
    #: Why the law says nothing of this policy here; None where it does.
    skipped: Label | None = None


def checked_on(
    examples: Callable[[Policy], st.SearchStrategy[Example]], breach: Callable[[Policy], Breach]
) -> Callable[[Law, Policy, int], None]:
    """Return the check that draws examples and looks for one that breaks the law."""

    def check(law: Law, policy: Policy, count: int) -> None:
        wrong = breach(policy)

        def hold(example: Example) -> None:
            what = wrong(example)
            if what is not None:
                found = (*example.records, *(() if example.changed is None else (example.changed,)))
                raise BrokenLawError(law=law.id, name=law.label, what=what, records=found)

        try:
            each(examples(policy), hold, count)
        except BrokenLawError as error:  # without hypothesis' notes, which speak of functions here
            raise BrokenLawError(law=error.law, name=error.name, what=error.what, records=error.records) from None

    return check


def each(strategy: st.SearchStrategy[T], act: Callable[[T], None], count: int) -> None:
    """Draw values, the same ones in every run, and act on each; what `act` raises is raised for a smallest one."""

    @settings(
        max_examples=count,
        derandomize=True,
        database=None,
        deadline=None,
        print_blob=False,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.quiet,
        phases=(Phase.generate, Phase.shrink),
    )
    @given(drawn=strategy)
    def run(drawn: T) -> None:
        act(drawn)

    run()


def several(policy: Policy) -> st.SearchStrategy[Example]:
    """Draw one record, or several where the rules compare records with each other."""
    most = _MOST_RECORDS if policy.program.populations else 1
    return st.lists(records(policy), min_size=1, max_size=most).map(lambda drawn: Example(tuple(drawn)))


def decide(policy: Policy, given_: Sequence[Record]) -> tuple[Decision, ...] | None:
    """Decide records; None where one has no answer, which is the law of totality's to say."""
    try:
        return evaluate_all(policy, given_)
    except InputError:
        return None


def differ(name: str, one: object, two: object, by: str = "") -> Label:
    """Say that an output has two values; `by` says whose the second is."""
    first, second = shown(one), f"{shown(two)}{by}"
    return said(f"{name} is {first}, and then {second}", f"{name} 先为 {first}，后为 {second}")


def shown(value: object) -> str:
    """Return a value as a sentence has it."""
    return "missing" if value is None else str(value)


def said(english: str, chinese: str) -> Label:
    """Return a sentence in both languages, whatever the values in it are: one line, and not longer than a label."""
    lines = [text if text.isprintable() else repr(text)[1:-1] for text in (english, chinese)]
    return Label(*(text[:MAX_LABEL_CHARACTERS] for text in lines))
