"""Axioms: what a split keeps and what it loses, each yes or no with a witness.

"Fair" has more than one meaning, and no rule has them all. An *axiom* is one of them, said so that it can be checked:
equals get the same, nobody gets less than it is worth alone, no coalition has a reason to leave. A report checks a
split of a game, of claims, or by a ratio, and names who and by how much wherever the answer is no. It checks the split
as it is given: two equal parties that share an odd cent are not treated alike, and the report says so.

Whether a larger amount could lower a share is a question to the rule, not to one split. It is asked of the rule where
one is given, between this amount and one step more; a yes there is no proof for all other amounts.
"""

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any, Final, TypeAlias, assert_never, final

import attrs

from supplychain_rules.errors import InvalidValueError, did_you_mean
from supplychain_rules.partnership.sharing.exact import exact_amount, exact_amounts, pickled, read_only
from supplychain_rules.partnership.sharing.fairness.claims import ClaimsProblem
from supplychain_rules.partnership.sharing.fairness.games import Game
from supplychain_rules.partnership.sharing.fairness.nucleolus import MAX_NUCLEOLUS_PLAYERS, core_is_empty
from supplychain_rules.values.label import LANGS, Label, Lang, composed
from supplychain_rules.values.proportions import shown
from supplychain_rules.values.scaled import number_text

__all__ = [
    "Axiom",
    "AxiomReport",
    "RatioProblem",
    "SharesOf",
    "SplitProblem",
    "axiom_report",
    "blocking_coalition",
]

#: Longest number that a sentence spells out; the shares themselves are exact.
_MOST_DIGITS: Final = 40

#: A rule as a function of the problem, asked again for another amount.
SharesOf: TypeAlias = Callable[[Any], Mapping[str, Fraction]]


def _amount(value: object) -> Fraction:
    return exact_amount("the amount", value)


def _weights(values: object) -> Mapping[str, Fraction]:
    return read_only(exact_amounts("the weight", values))


@final
@attrs.frozen(kw_only=True)
class RatioProblem:
    """An amount of either sign, and how much each party counts.

    Raises:
        InvalidValueError: a weight that is negative, a float or no number, no party, or weights that are all 0.
    """

    amount: Fraction = attrs.field(converter=_amount)
    weights: Mapping[str, Fraction] = attrs.field(converter=_weights)

    def __attrs_post_init__(self) -> None:
        """Refuse what is no ratio."""
        for party, weight in self.weights.items():
            if weight < 0:
                raise InvalidValueError(f"the weight of {party!r} is negative", str(weight))
        if not any(self.weights.values()):
            raise InvalidValueError("all weights are zero", hint="give somebody a weight above zero")

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle as plain data, because a read-only view cannot be pickled."""
        return pickled(self)


#: What can be split: the worth of a game, an estate among claims, or an amount by a ratio.
SplitProblem: TypeAlias = Game | ClaimsProblem | RatioProblem


@final
@attrs.frozen(kw_only=True)
class Axiom:
    """One meaning of fair, whether it holds, and who shows it."""

    #: Stable name, for programs and tests.
    id: str
    label: Label
    holds: bool
    #: Where it does not hold: who, and by how much. Where it does: what was checked.
    witness: Label

    def text(self, lang: Lang = "en") -> str:
        """Return one line."""
        answer = {"en": ("no ", "yes"), "zh": ("否", "是")}[lang][self.holds]
        colon = {"en": ": ", "zh": "："}[lang]
        return f"{answer} {self.label.text(lang)}{colon}{self.witness.text(lang)}"


@final
@attrs.frozen(kw_only=True)
class AxiomReport:
    """What was asked of a split, and the answers in a fixed order."""

    axioms: tuple[Axiom, ...]

    def __getitem__(self, name: str) -> Axiom:
        """Return an axiom by its id.

        Raises:
            InvalidValueError: one that was not asked.
        """
        for axiom in self.axioms:
            if axiom.id == name:
                return axiom
        hint = did_you_mean(name, (axiom.id for axiom in self.axioms))
        raise InvalidValueError("this was not asked of the split", name, hint=hint)

    @property
    def lost(self) -> tuple[str, ...]:
        """Return the ids of what does not hold."""
        return tuple(axiom.id for axiom in self.axioms if not axiom.holds)

    def text(self, lang: Lang = "en") -> str:
        """Return the report, a line for each axiom.

        Raises:
            InvalidValueError: a language that it is not written in.
        """
        if lang not in LANGS:
            raise InvalidValueError("unknown language", lang, hint=f"expected one of {', '.join(LANGS)}")
        return "\n".join(axiom.text(lang) for axiom in self.axioms)

    def __str__(self) -> str:
        """Return the report in English."""
        return self.text("en")


def axiom_report(
    problem: SplitProblem, shares: Mapping[str, object], *, rule: SharesOf | None = None, step: object = 1
) -> AxiomReport:
    """Check what a split keeps and what it loses.

    Args:
        problem: what was split: a `Game`, a `ClaimsProblem` or a `RatioProblem`.
        shares: what each party gets, in exact numbers.
        rule: the rule that gave it, as a function from a problem to exact shares. With it claims and ratios are also
            asked whether a larger amount lowers a share, and claims whether gains and losses are treated alike and
            whether the part of a claim above the estate counts.
        step: by how much the amount is larger, above 0; the smallest unit for splits of money.

    Raises:
        InvalidValueError: shares of others than the parties, or that are not exact; a step that is not above 0.

    >>> glove = Game(players=("left", "one", "two"), units=(0, 0, 0, 1, 0, 1, 0, 1))
    >>> print(axiom_report(glove, {"left": "2/3", "one": "1/6", "two": "1/6"}))
    yes efficiency: the shares add up to 1
    yes symmetry: interchangeable parties get the same
    yes null party: who adds nothing gets nothing
    yes individual rationality: nobody gets less than alone
    no  core: left, one together get 5/6 and are worth 1 by themselves; there are shares at which nobody leaves
    """
    exact = exact_amounts("the share", shares)
    more = exact_amount("the step", step)
    if more <= 0:
        raise InvalidValueError("a step is above 0", str(step))
    parties = _parties(problem)
    if set(exact) != set(parties):
        odd = sorted(set(exact) ^ set(parties))
        raise InvalidValueError("the shares are not those of the parties", odd, hint="one share for each party")
    exact = {party: exact[party] for party in parties}
    match problem:
        case Game():
            found = _of_game(problem, exact)
        case ClaimsProblem():
            found = _of_claims(problem, exact, rule, more)
        case RatioProblem():
            found = _of_ratio(problem, exact, rule, more)
        case _:
            assert_never(problem)
    return AxiomReport(axioms=tuple(found))


def blocking_coalition(game: Game, shares: Mapping[str, object]) -> tuple[tuple[str, ...], Fraction] | None:
    """Return the coalition that would gain most by leaving, and how much; None in the core.

    Raises:
        InvalidValueError: shares of others than the parties, or that are not exact.

    >>> glove = Game(players=("left", "one", "two"), units=(0, 0, 0, 1, 0, 1, 0, 1))
    >>> blocking_coalition(glove, {"left": "2/3", "one": "1/6", "two": "1/6"})
    (('left', 'one'), Fraction(1, 6))
    """
    exact = exact_amounts("the share", shares)
    if set(exact) != set(game.players):
        raise InvalidValueError("the shares are not those of the parties", sorted(set(exact) ^ set(game.players)))
    got = [Fraction(0)]
    for player in game.players:
        got += [exact[player] + others for others in got]
    excesses = (Fraction(worth, game.denominator) - sums for worth, sums in zip(game.units, got, strict=True))
    most, place = max((excess, -place) for place, excess in enumerate(excesses))
    return (game.members(-place), most) if most > 0 else None


def _parties(problem: SplitProblem) -> tuple[str, ...]:
    match problem:
        case Game():
            return problem.players
        case ClaimsProblem():
            return tuple(problem.claims)
        case RatioProblem():
            return tuple(problem.weights)
        case _:
            assert_never(problem)


def _of_game(game: Game, shares: Mapping[str, Fraction]) -> Iterator[Axiom]:
    yield _efficiency(game.total, shares)
    pairs = _pairs(shares, lambda one, other: shares[one] != shares[other] and _interchangeable(game, one, other))
    yield _axiom(
        "symmetry",
        Label("symmetry", "对称性"),
        Label("interchangeable parties get the same", "可互换的各方所得相同"),
        (
            composed(
                f"{one} and {other} are interchangeable and get {_n(shares[one])} and {_n(shares[other])}",
                f"{one} 与 {other} 可互换，却分别得 {_n(shares[one])} 与 {_n(shares[other])}",
            )
            for one, other in pairs
        ),
    )
    yield _axiom(
        "null_party",
        Label("null party", "零贡献方"),
        Label("who adds nothing gets nothing", "无贡献者不得份额"),
        (
            composed(
                f"{party} adds nothing to anybody and gets {_n(share)}",
                f"{party} 对任何联盟均无贡献，却得 {_n(share)}",
            )
            for party, share in shares.items()
            if share and _adds_nothing(game, party)
        ),
    )
    alone = {party: game.worth_of((party,)) for party in game.players}
    yield _axiom(
        "individual_rationality",
        Label("individual rationality", "个体理性"),
        Label("nobody gets less than alone", "各方所得均不低于单干"),
        (
            composed(
                f"{party} gets {_n(shares[party])} and is worth {_n(worth)} alone",
                f"{party} 得 {_n(shares[party])}，单干可得 {_n(worth)}",
            )
            for party, worth in alone.items()
            if shares[party] < worth
        ),
    )
    yield _axiom(
        "core",
        Label("core", "核"),
        Label("no coalition gets less than by itself", "没有联盟所得低于自立"),
        _blocking(game, shares),
    )


def _blocking(game: Game, shares: Mapping[str, Fraction]) -> Iterator[Label]:
    found = blocking_coalition(game, shares)
    if found is None:
        return
    coalition, excess = found
    got = sum((shares[party] for party in coalition), Fraction(0))
    names, chinese = ", ".join(coalition), "、".join(coalition)
    en = f"{names} together get {_n(got)} and are worth {_n(got + excess)} by themselves"
    zh = f"{chinese} 合计得 {_n(got)}，自立可得 {_n(got + excess)}"
    if len(game.players) <= MAX_NUCLEOLUS_PLAYERS:
        empty = core_is_empty(game)
        en += "; the core is empty" if empty else "; there are shares at which nobody leaves"
        zh += "；核为空" if empty else "；存在无人离开的分法"
    yield composed(en, zh)


def _of_claims(
    problem: ClaimsProblem, shares: Mapping[str, Fraction], rule: SharesOf | None, step: Fraction
) -> Iterator[Axiom]:
    claims = problem.claims
    losses = {party: claim - shares[party] for party, claim in claims.items()}
    yield _efficiency(problem.estate, shares)
    yield _axiom(
        "claims_bounds",
        Label("within the claims", "不超出债权"),
        Label("nobody gets less than 0 or more than the claim", "各方所得不小于零、不大于债权"),
        (
            composed(
                f"{party} gets {_n(share)} of a claim of {_n(claims[party])}",
                f"{party} 债权 {_n(claims[party])}，得 {_n(share)}",
            )
            for party, share in shares.items()
            if not 0 <= share <= claims[party]
        ),
    )
    yield _equals("claim", "债权", claims, shares)
    yield _order("claim", "债权", claims, shares)
    yield _axiom(
        "order_of_losses",
        Label("order of losses", "损失保序"),
        Label("the larger claim loses no less", "债权较大者损失不较小"),
        (
            composed(
                f"{one} claims more than {other} and loses {_n(losses[one])}, {other} {_n(losses[other])}",
                f"{one} 债权大于 {other}，却损失 {_n(losses[one])}，{other} 损失 {_n(losses[other])}",
            )
            for one, other in _ordered(claims, losses)
        ),
    )
    if rule is None:
        return
    if problem.lacking >= step:
        yield _monotone(shares, rule(attrs.evolve(problem, estate=problem.estate + step)), step)
    dual = rule(attrs.evolve(problem, estate=problem.lacking))
    yield _axiom(
        "self_duality",
        Label("self-duality", "自对偶"),
        Label("what is lacking is split as what there is", "损失与所得按同一办法分担"),
        (
            composed(
                f"{party} loses {_n(loss)}, and would get {_n(dual[party])} of what is lacking",
                f"{party} 损失 {_n(loss)}，而分配短缺额时会得 {_n(dual[party])}",
            )
            for party, loss in losses.items()
            if loss != dual[party]
        ),
    )
    cut = {party: min(claim, problem.estate) for party, claim in claims.items()}
    truncated = rule(attrs.evolve(problem, claims=cut))
    yield _axiom(
        "claims_truncation",
        Label("truncation", "债权截断"),
        Label("the part of a claim above the estate does not count", "债权中超过总额的部分不起作用"),
        (
            composed(
                f"{party} gets {_n(share)}, and {_n(truncated[party])} where no claim exceeds the estate",
                f"{party} 得 {_n(share)}，债权以总额为限时得 {_n(truncated[party])}",
            )
            for party, share in shares.items()
            if share != truncated[party]
        ),
    )


def _of_ratio(
    problem: RatioProblem, shares: Mapping[str, Fraction], rule: SharesOf | None, step: Fraction
) -> Iterator[Axiom]:
    weights, sign = problem.weights, 1 if problem.amount >= 0 else -1
    sizes = {party: share * sign for party, share in shares.items()}
    everything = sum(weights.values(), Fraction(0))
    yield _efficiency(problem.amount, shares)
    yield _equals("weight", "权重", weights, shares)
    yield _axiom(
        "null_party",
        Label("null party", "零权重方"),
        Label("who has no weight gets nothing", "权重为零者不得份额"),
        (
            composed(f"{party} has no weight and gets {_n(share)}", f"{party} 权重为零，却得 {_n(share)}")
            for party, share in shares.items()
            if share and not weights[party]
        ),
    )
    yield _order("weight", "权重", weights, sizes)
    quotas = {party: problem.amount * weight / everything for party, weight in weights.items()}
    yield _axiom(
        "quota",
        Label("quota", "配额"),
        composed(f"every share is within {_n(step)} of the exact one", f"各份额与精确值相差不到 {_n(step)}"),
        (
            composed(
                f"{party} gets {_n(share)}, exactly {_n(quotas[party])}",
                f"{party} 得 {_n(share)}，精确值为 {_n(quotas[party])}",
            )
            for party, share in shares.items()
            if abs(share - quotas[party]) >= step
        ),
    )
    if rule is not None:
        again = rule(attrs.evolve(problem, amount=problem.amount + sign * step))
        yield _monotone(sizes, {party: share * sign for party, share in again.items()}, step)


def _efficiency(amount: Fraction, shares: Mapping[str, Fraction]) -> Axiom:
    found = sum(shares.values(), Fraction(0))
    return _axiom(
        "efficiency",
        Label("efficiency", "有效性"),
        composed(f"the shares add up to {_n(amount)}", f"份额合计 {_n(amount)}"),
        [composed(f"the shares add up to {_n(found)} of {_n(amount)}", f"份额合计 {_n(found)}，应为 {_n(amount)}")]
        if found != amount
        else [],
    )


def _equals(what: str, zh: str, sizes: Mapping[str, Fraction], shares: Mapping[str, Fraction]) -> Axiom:
    pairs = _pairs(shares, lambda one, other: sizes[one] == sizes[other] and shares[one] != shares[other])
    return _axiom(
        "symmetry",
        Label("symmetry", "对称性"),
        composed(f"equal {what}s get the same", f"{zh}相同者所得相同"),
        (
            composed(
                f"{one} and {other} have the same {what} and get {_n(shares[one])} and {_n(shares[other])}",
                f"{one} 与 {other} {zh}相同，却分别得 {_n(shares[one])} 与 {_n(shares[other])}",
            )
            for one, other in pairs
        ),
    )


def _order(what: str, zh: str, sizes: Mapping[str, Fraction], shares: Mapping[str, Fraction]) -> Axiom:
    return _axiom(
        "order_preservation",
        Label("order preservation", "保序"),
        composed(f"the larger {what} gets no less", f"{zh}较大者所得不较小"),
        (
            composed(
                f"{one} has the larger {what} and gets {_n(shares[one])}, {other} {_n(shares[other])}",
                f"{one} {zh}较大，却得 {_n(shares[one])}，{other} 得 {_n(shares[other])}",
            )
            for one, other in _ordered(sizes, shares)
        ),
    )


def _monotone(shares: Mapping[str, Fraction], again: Mapping[str, Fraction], step: Fraction) -> Axiom:
    return _axiom(
        "monotone_in_the_pool",
        Label("monotone in the pool", "总额单调"),
        composed(f"{_n(step)} more lowers no share", f"总额多 {_n(step)} 时没有份额减少"),
        (
            composed(
                f"with {_n(step)} more {party} gets {_n(again[party])} instead of {_n(share)}",
                f"总额多 {_n(step)} 时，{party} 由 {_n(share)} 变为 {_n(again[party])}",
            )
            for party, share in shares.items()
            if again[party] < share
        ),
    )


def _axiom(name: str, label: Label, kept: Label, against: Any) -> Axiom:  # noqa: ANN401  any iterable of labels
    """Return an axiom that holds unless there is a witness against it."""
    witness = next(iter(against), None)
    return Axiom(id=name, label=label, holds=witness is None, witness=witness or kept)


def _pairs(parties: Mapping[str, Fraction], differ: Callable[[str, str], bool]) -> Iterator[tuple[str, str]]:
    names = list(parties)
    return ((one, other) for place, one in enumerate(names) for other in names[place + 1 :] if differ(one, other))


def _ordered(sizes: Mapping[str, Fraction], shares: Mapping[str, Fraction]) -> Iterator[tuple[str, str]]:
    """Yield who has the larger size and the smaller share than whom; the neighbours by size show it if anybody does."""
    waiting = sorted(sizes, key=lambda party: (sizes[party], shares[party]))
    for place in range(1, len(waiting)):
        one, other = waiting[place], waiting[place - 1]
        if shares[one] < shares[other] and sizes[one] > sizes[other]:
            yield one, other


def _interchangeable(game: Game, one: str, other: str) -> bool:
    first, second = game.number_of((one,)), game.number_of((other,))
    units = game.units
    return all(
        units[number | first] == units[number | second] for number in range(len(units)) if not number & (first | second)
    )


def _adds_nothing(game: Game, party: str) -> bool:
    own, units = game.number_of((party,)), game.units
    return all(units[number | own] == units[number] for number in range(len(units)) if not number & own)


def _n(number: Fraction) -> str:
    """Return a number exactly where that is short."""
    text = number_text(number)
    return text if len(text) <= _MOST_DIGITS else shown(number)
