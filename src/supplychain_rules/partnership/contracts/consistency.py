"""Whether clauses go together: one where one is wanted, remedies for what is forbidden, and none for it twice."""

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Final

import attrs

from supplychain_rules.errors import Problem, did_you_mean, problem_at
from supplychain_rules.partnership.contracts.clauses import Clause, answers, broken_by
from supplychain_rules.partnership.contracts.money_terms import PaymentTerms, PriceTerms
from supplychain_rules.partnership.contracts.remedies import REMEDIES, Retention, ServiceCredits
from supplychain_rules.partnership.contracts.terms import (
    ClaimTerms,
    DeliveryTerms,
    QualityTerms,
    ServiceLevelTerms,
)
from supplychain_rules.values.money import Money

__all__ = ["MAX_CLAUSES", "MOST_TOLD", "clause_problems", "currency_problems", "size_problems"]

#: Most clauses of a contract or an amendment, and most amendments: ten times what contracts have; the prices of all
#: items are one clause. All clauses of each version are compared with each other.
MAX_CLAUSES: Final = 100

#: Most problems of clauses that are told: whoever has so many begins anew, and every version could have as many again.
MOST_TOLD: Final = 500

#: The clauses of which a contract has one at a time: two would say two things of one line.
_SINGLE: Final = (PriceTerms, DeliveryTerms, PaymentTerms, ClaimTerms, Retention)


def clause_problems(clauses: Sequence[Clause], path: str, *, has_end: bool) -> Iterator[Problem]:
    """Yield what does not go together in clauses that hold at the same time.

    Args:
        clauses: the clauses.
        path: where they stand.
        has_end: whether the contract ends, so that its term is a whole.
    """
    yield from _single_problems(clauses, path, has_end=has_end)
    yield from _remedy_problems(clauses, path)
    yield from _level_problems(clauses, path)
    yield from _double_problems(clauses, path)


def size_problems(
    parties: Sequence[object], clauses: Sequence[Clause], amended: Sequence[Sequence[Clause]]
) -> Iterator[Problem]:
    """Yield lists that are longer than those of any contract, also where amendments add one clause after the other.

    Args:
        parties: the parties.
        clauses: the clauses signed at first.
        amended: the clauses of each amendment.
    """
    ids = {clause.id for some in (clauses, *amended) for clause in some}
    for path, count in (
        ("parties", len(parties)),
        ("amendments", len(amended)),
        ("clauses", max(len(clauses), len(ids))),
        *((f"amendments[{place}].clauses", len(some)) for place, some in enumerate(amended)),
    ):
        if count > MAX_CLAUSES:
            yield problem_at("too_large", path, f"more than {MAX_CLAUSES}", count, "make several contracts")


def currency_problems(clause: Clause, path: str, currency: str) -> Iterator[Problem]:
    """Yield money of a clause that is in another currency than the contract's."""
    for field, money in _moneys(clause):
        if money.currency != currency:
            message = f"not in the contract's currency ({currency})"
            yield problem_at("bad_value", f"{path}.{field}", message, money, "convert it at a dated rate first")


def _single_problems(clauses: Sequence[Clause], path: str, *, has_end: bool) -> Iterator[Problem]:
    for kind in _SINGLE:
        names = [clause.id for clause in clauses if isinstance(clause, kind)]
        if len(names) > 1:
            hint = "make a contract for each group of items"
            yield problem_at("duplicate_name", path, f"more than one clause of {kind.__name__}", names, hint)
    for clause in clauses:
        if getattr(clause, "per", None) == "term" and not has_end:
            yield problem_at("bad_value", path, "a term without an end has no whole", clause.id, "set valid_until")
        needs_delivery = isinstance(clause, ServiceLevelTerms) and clause.source == "on_time_in_full"
        if needs_delivery and not any(isinstance(other, DeliveryTerms) for other in clauses):
            yield problem_at("bad_value", path, "a level of deliveries without delivery terms", clause.id)


def _remedy_problems(clauses: Sequence[Clause], path: str) -> Iterator[Problem]:
    """Yield remedies that nothing could ever call for."""
    possible = [(kind, clause.id) for clause in clauses for kind in broken_by(clause)]
    ids = {clause.id for clause in clauses}
    for remedy in clauses:
        if not isinstance(remedy, REMEDIES):
            continue
        answered = {kind for kind, name in possible if answers(remedy, kind, name)}
        for name in sorted((remedy.of | remedy.cumulative_with) - ids):
            yield problem_at("unknown_name", path, f"{remedy.id} names no clause", name, did_you_mean(name, ids))
        for kind in sorted(remedy.breaches):
            if kind not in answered:
                message = f"{remedy.id} answers a breach that no clause forbids"
                yield problem_at("idle_remedy", path, message, kind, "add the clause, or leave the kind out")


def _level_problems(clauses: Sequence[Clause], path: str) -> Iterator[Problem]:
    """Yield credits by a level for a clause whose level is a number of rejects, of which less is better."""
    counting = [one.id for one in clauses if isinstance(one, QualityTerms) and one.most_ppm is not None]
    for table in clauses:
        if isinstance(table, ServiceCredits):
            for name in counting:
                if answers(table, "quality_below_standard", name):
                    message = f"{table.id} gives credits below a level, and {name} counts rejects above one"
                    yield problem_at("bad_value", path, message, name, "set a least rate in place of most_ppm")


def _double_problems(clauses: Sequence[Clause], path: str) -> Iterator[Problem]:
    """Yield pairs of remedies for one breach that nobody declared to go together."""
    delivery = {clause.id for clause in clauses if isinstance(clause, DeliveryTerms)}
    levels = {c.id for c in clauses if isinstance(c, ServiceLevelTerms) and c.source == "on_time_in_full"}
    quality = {c.id for c in clauses if isinstance(c, QualityTerms)}
    possible = [(kind, clause.id) for clause in clauses for kind in broken_by(clause)]
    answered = {
        remedy.id: {(kind, name) for kind, name in possible if answers(remedy, kind, name)}
        for remedy in clauses
        if isinstance(remedy, REMEDIES)
    }
    lines_of = {
        remedy: any(kind in ("late_delivery", "short_delivery") and name in delivery for kind, name in found)
        for remedy, found in answered.items()
    }
    levels_of, windows_of, lots_of = (
        {remedy: {name for kind, name in found if kind == wanted} & among for remedy, found in answered.items()}
        for wanted, among in (
            ("service_level_missed", levels),
            ("quality_below_standard", quality),
            ("lot_below_standard", quality),
        )
    )
    for one, other in combinations([clause for clause in clauses if isinstance(clause, REMEDIES)], 2):
        if other.id in one.cumulative_with or one.id in other.cumulative_with:
            continue
        both = [f"{kind} of {name}" for kind, name in answered[one.id] & answered[other.id]]
        for line, window in ((one.id, other.id), (other.id, one.id)):
            if lines_of[line]:
                both += [f"late lines, once each and once by the level {level}" for level in levels_of[window]]
            both += [
                f"rejects, once in each lot and once in the window, by {name}"
                for name in windows_of[window] & lots_of[line]
            ]
        if both:
            message = f"{one.id} and {other.id} are two remedies for one breach"
            hint = "leave one out, or name it in cumulative_with"
            yield problem_at("double_remedy", path, message, "; ".join(sorted(set(both))), hint)


def _moneys(clause: Clause) -> Iterator[tuple[str, Money]]:
    for field in attrs.fields(type(clause)):
        held = getattr(clause, field.name)
        if isinstance(held, Money):
            yield field.name, held
        elif field.name == "prices":
            yield from ((f"prices[{place}].price", price.price) for place, price in enumerate(held))
