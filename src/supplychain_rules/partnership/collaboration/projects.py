"""Joint projects: stages that are passed by what was proved, what each party put in, and what came out of it.

A *stage* lists what has to be shown before the next one begins. A *contribution* is money, or work and goods at rates
that were agreed before. A *benefit* is what a party got out of the project: a saving, revenue, a cost avoided. The
account adds both up by party, exactly, as of a day.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final, Literal, final, get_args

import attrs

from supplychain_rules.errors import (
    InputError,
    InvalidValueError,
    PolicyError,
    Problem,
    did_you_mean,
    problem_at,
)
from supplychain_rules.facts.fields import (
    each_is_a,
    exact_quantity,
    is_day,
    is_id,
    is_money_owed,
    is_optional_money_owed,
    is_positive,
    one_of,
    several,
)
from supplychain_rules.values.currencies import check_currency
from supplychain_rules.values.label import Label
from supplychain_rules.values.money import Money, total

__all__ = [
    "Benefit",
    "BenefitKind",
    "Contribution",
    "JointProject",
    "PartyAccount",
    "ProjectAccount",
    "ProjectStage",
    "StageDecision",
    "StageReview",
    "StageVerdict",
    "project_account",
    "stage_verdict",
]

#: What a benefit is: money that is spent less, money that comes in, or a cost that would have come and did not.
BenefitKind = Literal["saving", "revenue", "avoided_cost"]

#: What a review decided about a stage.
StageDecision = Literal["go", "hold", "stop"]

#: The code of a problem with money that is not in the project's currency.
_OTHER_CURRENCY: Final = "mixed_currencies"


def _money_by_name(given: Mapping[str, Money]) -> Mapping[str, Money]:
    if not isinstance(given, Mapping):
        raise InvalidValueError("rates are a mapping", given, hint="as in {'engineer hour': Money('80', 'EUR')}")
    return MappingProxyType(dict(given))


@final
@attrs.frozen(kw_only=True)
class ProjectStage:
    """A stage of a project, and what has to be shown before it is passed.

    >>> ProjectStage(id="pilot", proofs=["1,000 parts without a fault"], label=Label("Pilot", "试点")).budget is None
    True
    """

    id: str = attrs.field(validator=is_id)
    #: What has to be shown, each a text that a review names.
    proofs: tuple[str, ...] = attrs.field(default=(), converter=several)
    #: What all parties together may put in up to the end of this stage; None for no limit.
    budget: Money | None = attrs.field(default=None, validator=is_optional_money_owed)
    label: Label = attrs.field(validator=attrs.validators.instance_of(Label))


@final
@attrs.frozen(kw_only=True)
class JointProject:
    """A joint project as data: parties, currency, stages in order, and rates for work and goods that are put in.

    Raises:
        PolicyError: fewer than two parties, no stage, something that stands twice, money in another currency, all at
            once.

    >>> JointProject(id="lighter-crate", parties=["us", "V7", "C12"], currency="EUR",
    ...     stages=[ProjectStage(id="idea", label=Label("Idea", "构想"))], label=Label("Lighter crate", "轻量化周转箱"),
    ...     rates={"engineer hour": Money("80", "EUR")}).rates["engineer hour"]
    Money('80.00', 'EUR')
    """

    id: str = attrs.field(validator=is_id)
    parties: tuple[str, ...] = attrs.field(converter=several)
    currency: str = attrs.field(converter=check_currency)
    #: From the idea to the use, in order.
    stages: tuple[ProjectStage, ...] = attrs.field(converter=several, validator=each_is_a(ProjectStage))
    #: What one unit of work or goods counts as, agreed before anybody puts it in.
    rates: Mapping[str, Money] = attrs.field(default=MappingProxyType({}), converter=_money_by_name)
    label: Label = attrs.field(validator=attrs.validators.instance_of(Label))

    def __attrs_post_init__(self) -> None:
        """Refuse what does not go together, all of it at once."""
        problems = []
        if len(self.parties) < 2:
            problems.append(problem_at("empty", "parties", "a joint project has two parties at least", self.parties))
        if not self.stages:
            problems.append(problem_at("empty", "stages", "a project without stages", hint="name one at least"))
        for where, ids in (("parties", self.parties), ("stages", tuple(stage.id for stage in self.stages))):
            for place, name in enumerate(ids):
                if name in ids[:place]:
                    problems.append(problem_at("duplicate_id", f"{where}[{place}]", "this stands here twice", name))
        moneys = [(f"stages[{place}].budget", stage.budget) for place, stage in enumerate(self.stages)]
        for path, money in (*moneys, *((f"rates.{name}", rate) for name, rate in self.rates.items())):
            if money is not None and money.currency != self.currency:
                problems.append(problem_at(_OTHER_CURRENCY, path, f"not in {self.currency}", money, "convert it"))
        if problems:
            raise PolicyError(problems)

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle with a plain mapping of rates, because a read-only view cannot be pickled."""
        given = {field.name: getattr(self, field.name) for field in attrs.fields(JointProject)}
        return _project, ({**given, "rates": dict(self.rates)},)


@final
@attrs.frozen(kw_only=True)
class Contribution:
    """What a party put in: an amount of money, or a quantity of something that the project has a rate for.

    Raises:
        InvalidValueError: both or neither of them.

    >>> Contribution(id="K1", project="lighter-crate", party="V7", of="engineer hour", quantity=12,
    ...     given_on=date(2026, 3, 2)).quantity
    Decimal('12')
    """

    id: str = attrs.field(validator=is_id)
    project: str = attrs.field(validator=is_id)
    party: str = attrs.field(validator=is_id)
    amount: Money | None = attrs.field(default=None, validator=is_optional_money_owed)
    #: The name of a rate of the project.
    of: str | None = None
    quantity: Decimal | None = attrs.field(
        default=None, converter=attrs.converters.optional(exact_quantity), validator=is_positive
    )
    given_on: date = attrs.field(validator=is_day)

    def __attrs_post_init__(self) -> None:
        """Refuse a contribution that is nothing, or two things."""
        in_kind = self.of is not None and self.quantity is not None
        if (self.of is None) != (self.quantity is None) or in_kind == (self.amount is not None):
            hint = "give an amount, or a quantity and of what"
            raise InvalidValueError("Contribution is either money or a quantity of something", self.id, hint=hint)


@final
@attrs.frozen(kw_only=True)
class Benefit:
    """What a party got out of a project.

    >>> Benefit(id="N1", project="lighter-crate", party="us", kind="saving", amount=Money("9000", "EUR"),
    ...     received_on=date(2026, 6, 30)).kind
    'saving'
    """

    id: str = attrs.field(validator=is_id)
    project: str = attrs.field(validator=is_id)
    party: str = attrs.field(validator=is_id)
    kind: BenefitKind = attrs.field(validator=one_of(*get_args(BenefitKind)))
    amount: Money = attrs.field(validator=is_money_owed)
    received_on: date = attrs.field(validator=is_day)


@final
@attrs.frozen(kw_only=True)
class PartyAccount:
    """What one party put in and got out."""

    party: str
    #: Money put in.
    money: Money
    #: Work and goods put in, at the agreed rates.
    in_kind: Money
    received: Money

    @property
    def contributed(self) -> Money:
        """Money and kind together."""
        return self.money + self.in_kind

    @property
    def net(self) -> Money:
        """What the party got out less what it put in."""
        return self.received - self.contributed


@final
@attrs.frozen(kw_only=True)
class ProjectAccount:
    """What all parties put in and got out, as of a day."""

    project: str
    as_of: date
    parties: tuple[PartyAccount, ...]
    #: What everybody put in.
    contributed: Money
    #: What everybody got out: the pool that is shared.
    received: Money

    @property
    def net(self) -> Money:
        """The pool less what was put in; below zero while the project has not paid back."""
        return self.received - self.contributed


@final
@attrs.frozen(kw_only=True)
class StageReview:
    """What a review found about a stage and decided."""

    stage: str = attrs.field(validator=is_id)
    held_on: date = attrs.field(validator=is_day)
    decision: StageDecision = attrs.field(validator=one_of(*get_args(StageDecision)))
    #: The proofs that were there.
    shown: tuple[str, ...] = attrs.field(default=(), converter=several)


@final
@attrs.frozen(kw_only=True)
class StageVerdict:
    """Where a project stands."""

    #: The stage that it is in; None once the last one is passed, or the project was stopped.
    stage: ProjectStage | None
    stopped: bool
    #: What is still to be shown before the stage is passed.
    missing: tuple[str, ...]
    #: By how much the contributions exceed the stage's budget; zero where they do not.
    over_budget: Money


def project_account(
    project: JointProject, contributions: Iterable[Contribution], benefits: Iterable[Benefit], *, as_of: date
) -> ProjectAccount:
    """Add up by party what was put in and got out until a day, exactly.

    Work and goods count at the project's rate, and each line is rounded once, half up, to the currency's smallest unit.

    Raises:
        InputError: everything that is not of this project: another project, an unknown party or rate, another
            currency, an id that stands twice.

    >>> project = JointProject(id="crate", parties=["us", "V7"], currency="EUR", label=Label("Crate"),
    ...     stages=[ProjectStage(id="idea", label=Label("Idea"))], rates={"hour": Money("80", "EUR")})
    >>> work = Contribution(id="K1", project="crate", party="V7", of="hour", quantity=12, given_on=date(2026, 3, 2))
    >>> saved = Benefit(id="N1", project="crate", party="us", kind="saving", amount=Money("9000", "EUR"),
    ...     received_on=date(2026, 6, 30))
    >>> account = project_account(project, [work], [saved], as_of=date(2026, 7, 1))
    >>> account.net, account.parties[1].net
    (Money('8040.00', 'EUR'), Money('-960.00', 'EUR'))
    """
    given, got = tuple(contributions), tuple(benefits)
    _check_entries(project, given, got)
    given = tuple(each for each in given if each.given_on <= as_of)
    got = tuple(each for each in got if each.received_on <= as_of)
    currency = project.currency
    parties = tuple(
        PartyAccount(
            party=party,
            money=total((each.amount for each in given if each.party == party and each.amount is not None), currency),
            in_kind=total((_worth(project, each) for each in given if each.party == party), currency),
            received=total((each.amount for each in got if each.party == party), currency),
        )
        for party in project.parties
    )
    return ProjectAccount(
        project=project.id,
        as_of=as_of,
        parties=parties,
        contributed=total((each.contributed for each in parties), currency),
        received=total((each.received for each in parties), currency),
    )


def stage_verdict(project: JointProject, reviews: Iterable[StageReview], account: ProjectAccount) -> StageVerdict:
    """Return where a project stands after its reviews until the account's day.

    A stage is passed by a review that decided `go` and was shown every proof. The order of the reviews does not matter:
    their days do.

    Raises:
        InputError: a review of a stage that the project does not have, a `go` without every proof or before the stage
            before was passed, or a review after a stop, everything at once.

    >>> pilot = ProjectStage(id="pilot", proofs=["no fault"], budget=Money("500", "EUR"), label=Label("Pilot"))
    >>> project = JointProject(id="crate", parties=["us", "V7"], currency="EUR", stages=[pilot], label=Label("Crate"))
    >>> paid = Contribution(id="K1", project="crate", party="us", amount=Money("620", "EUR"), given_on=date(2026, 3, 2))
    >>> account = project_account(project, [paid], [], as_of=date(2026, 7, 1))
    >>> verdict = stage_verdict(project, [], account)
    >>> verdict.stage.id, verdict.missing, verdict.over_budget
    ('pilot', ('no fault',), Money('120.00', 'EUR'))
    """
    known = [stage.id for stage in project.stages]
    problems: list[Problem] = []
    passed, stopped = 0, False
    shown: set[str] = set()
    ordered = sorted((each for each in reviews if each.held_on <= account.as_of), key=lambda each: each.held_on)
    for review in ordered:
        open_stage = None if stopped or passed == len(known) else project.stages[passed]
        if open_stage is None or review.stage != open_stage.id:
            problems.append(_out_of_turn(review, known, open_stage, stopped=stopped))
            continue
        shown.update(review.shown)
        missing = _missing(open_stage, shown)
        if review.decision == "stop":
            stopped = True
        elif review.decision == "go" and missing:
            hint = f"still to be shown: {', '.join(missing)}"
            problems.append(problem_at("bad_value", _at(review), "a go without every proof", review.stage, hint))
        elif review.decision == "go":
            passed, shown = passed + 1, set()
    if problems:
        raise InputError(problems)
    current = None if stopped or passed == len(known) else project.stages[passed]
    over = Money(0, project.currency)
    if current is not None and current.budget is not None and account.contributed > current.budget:
        over = account.contributed - current.budget
    missing = () if current is None else _missing(current, shown)
    return StageVerdict(stage=current, stopped=stopped, missing=missing, over_budget=over)


def _missing(stage: ProjectStage, shown: set[str]) -> tuple[str, ...]:
    return tuple(proof for proof in stage.proofs if proof not in shown)


def _at(review: StageReview) -> str:
    return f"reviews[{review.held_on}].stage"


def _out_of_turn(review: StageReview, known: list[str], current: ProjectStage | None, *, stopped: bool) -> Problem:
    if review.stage not in known:
        hint = did_you_mean(review.stage, known)
        return problem_at("unknown_name", _at(review), "unknown stage", review.stage, hint)
    if stopped:
        return problem_at("bad_value", _at(review), "a review after the project was stopped", review.stage)
    where = "through all stages" if current is None else f"in stage {current.id}"
    return problem_at("bad_value", _at(review), f"the project is {where}", review.stage)


def _worth(project: JointProject, contribution: Contribution) -> Money:
    if contribution.of is None or contribution.quantity is None:
        return Money(0, project.currency)
    return (project.rates[contribution.of] * contribution.quantity).round()


def _check_entries(project: JointProject, given: tuple[Contribution, ...], got: tuple[Benefit, ...]) -> None:
    problems = []
    for where, entries in (("contributions", given), ("benefits", got)):
        seen: set[str] = set()
        for each in entries:
            path = f"{where}[{each.id}]"
            if each.id in seen:
                problems.append(problem_at("duplicate_id", path, "this stands here twice", each.id))
            seen.add(each.id)
            for what, name, known in (("project", each.project, (project.id,)), ("party", each.party, project.parties)):
                if name not in known:
                    hint = did_you_mean(name, known)
                    problems.append(problem_at("unknown_name", f"{path}.{what}", f"unknown {what}", name, hint))
            if each.amount is not None and each.amount.currency != project.currency:
                message = f"not in {project.currency}"
                problems.append(problem_at(_OTHER_CURRENCY, f"{path}.amount", message, each.amount, "convert it"))
    for one in given:
        if one.of is not None and one.of not in project.rates:
            path, hint = f"contributions[{one.id}].of", did_you_mean(one.of, project.rates)
            problems.append(problem_at("unknown_name", path, "no rate was agreed for this", one.of, hint))
    if problems:
        raise InputError(problems)


def _project(given: dict[str, Any]) -> JointProject:
    return JointProject(**given)
