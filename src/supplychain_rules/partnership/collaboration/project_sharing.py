"""What a joint project brought, shared through a settlement: first what was put in comes back, then the rest is split.

The pool is what all parties got out of the project, whoever it fell to. As far as it reaches, everybody gets back what
they put in; where it does not reach, in the ratio of what they put in. The rest goes by agreed weights. The transfers
say who pays and who is paid so that everybody ends up with their share; they add up to nothing.
"""

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Final, final

import attrs

from supplychain_rules.errors import InvalidValueError
from supplychain_rules.partnership.collaboration.projects import JointProject, ProjectAccount
from supplychain_rules.partnership.sharing.waterfall.clauses import Recoup, Split
from supplychain_rules.partnership.sharing.waterfall.policy import SettlementPolicy
from supplychain_rules.partnership.sharing.waterfall.settlement import Settlement
from supplychain_rules.partnership.sharing.waterfall.settling import settle
from supplychain_rules.values.label import Label
from supplychain_rules.values.money import Money, total

__all__ = ["ProjectSharing", "project_settlement", "share_project"]

#: The account that takes back what was put in, before it is split among those who did.
_CONTRIBUTORS: Final = "contributors"


def _read_only(given: Mapping[str, Money]) -> Mapping[str, Money]:
    return MappingProxyType(dict(given))


@final
@attrs.frozen(kw_only=True)
class ProjectSharing:
    """How what a project brought is shared, and who pays whom for it.

    Raises:
        InvalidValueError: transfers that do not add up to nothing.
    """

    settlement: Settlement
    #: What each party is paid, or pays where below zero, so that it has its share of the pool.
    transfers: Mapping[str, Money] = attrs.field(converter=_read_only)

    def __attrs_post_init__(self) -> None:
        """Refuse transfers in which money comes or goes."""
        found = total(self.transfers.values(), self.settlement.pool.currency)
        if not found.is_zero:
            raise InvalidValueError("transfers that do not add up to nothing", found)

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle with a plain mapping, because a read-only view cannot be pickled."""
        return _sharing, (self.settlement, dict(self.transfers))


def project_settlement(
    project: JointProject, account: ProjectAccount, weights: Mapping[str, object]
) -> SettlementPolicy:
    """Return the settlement policy of a project: what was put in comes back first, the rest by weights.

    It is a policy like any other, so `analyse` and `expected` answer what a better or worse result would bring.

    Args:
        project: the project.
        account: what was put in.
        weights: how the rest is split, by party; only the ratios matter. They were agreed when the project began, or
            come from a split rule.

    Raises:
        InvalidValueError: an account of another project, or weights that are none.
        PolicyError: a weight of somebody else.
    """
    if account.project != project.id:
        raise InvalidValueError("an account of another project", account.project, hint=f"give that of {project.id!r}")
    given: Any = {party: str(weight) if isinstance(weight, int) else weight for party, weight in weights.items()}
    clauses: list[Recoup | Split] = []
    if not account.contributed.is_zero:
        put_in = {
            each.party: Fraction(each.contributed.amount) for each in account.parties if not each.contributed.is_zero
        }
        back: Any = put_in
        recoup = Label("what was put in", "收回投入")
        clauses = [
            Recoup(id="put in", to=_CONTRIBUTORS, amount=account.contributed, label=recoup),
            Split(id="to those who put it in", of=_CONTRIBUTORS, weights=back, label=Label("to each", "按投入返还")),
        ]
    rest = Split(id="rest", weights=given, label=Label("the rest", "剩余收益"))
    return SettlementPolicy(
        id=project.id,
        version=account.as_of.isoformat(),
        currency=project.currency,
        outturn="proceeds",
        base=Money(0, project.currency),
        parties=project.parties,
        groups=(_CONTRIBUTORS,) if clauses else (),
        clauses=[*clauses, rest],
        label=project.label,
    )


def share_project(project: JointProject, account: ProjectAccount, weights: Mapping[str, object]) -> ProjectSharing:
    """Share what a project brought until the account's day, to the cent.

    Raises:
        InvalidValueError, PolicyError: as `project_settlement`.

    >>> from datetime import date
    >>> from supplychain_rules.partnership.collaboration.projects import (
    ...     Benefit, Contribution, ProjectStage, project_account)
    >>> project = JointProject(id="crate", parties=["us", "V7"], currency="EUR", label=Label("Crate"),
    ...     stages=[ProjectStage(id="idea", label=Label("Idea"))], rates={"hour": Money("80", "EUR")})
    >>> work = Contribution(id="K1", project="crate", party="V7", of="hour", quantity=12, given_on=date(2026, 3, 2))
    >>> saved = Benefit(id="N1", project="crate", party="us", kind="saving", amount=Money("9000", "EUR"),
    ...     received_on=date(2026, 6, 30))
    >>> account = project_account(project, [work], [saved], as_of=date(2026, 7, 1))
    >>> shared = share_project(project, account, {"us": 3, "V7": 1})
    >>> dict(shared.settlement.shares)
    {'us': Money('6030.00', 'EUR'), 'V7': Money('2970.00', 'EUR')}
    >>> shared.transfers["us"]
    Money('-2970.00', 'EUR')
    """
    settlement = settle(project_settlement(project, account, weights), {"outturn": account.received})
    transfers = {each.party: settlement[each.party] - each.received for each in account.parties}
    return ProjectSharing(settlement=settlement, transfers=transfers)


def _sharing(settlement: Settlement, transfers: dict[str, Money]) -> ProjectSharing:
    return ProjectSharing(settlement=settlement, transfers=transfers)
