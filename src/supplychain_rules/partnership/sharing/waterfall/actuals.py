"""What was measured: the outturn, and the other actuals that clauses name, read exactly and all problems at once."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Final, final

import attrs

from supplychain_rules.errors import InputError, InvalidValueError, Problem, bounded_repr, did_you_mean, path_step
from supplychain_rules.partnership.sharing.waterfall.policy import SettlementPolicy, actual_kinds, check_policy
from supplychain_rules.values.money import Money
from supplychain_rules.values.piecewise import rational
from supplychain_rules.values.scaled import MAX_DIGITS

__all__ = ["OUTTURN", "Actuals", "read_actuals", "read_outturn"]

#: The name of the measured quantity that the policy settles.
OUTTURN: Final = "outturn"


@final
@attrs.frozen(kw_only=True)
class Actuals:
    """Actuals in exact numbers: money in units of the currency."""

    #: The outturn as it is measured; None where it is the open question.
    outturn: Fraction | None
    others: Mapping[str, Fraction]


def read_actuals(policy: SettlementPolicy, given: object, *, with_outturn: bool) -> Actuals:
    """Read the actuals that a policy needs.

    Args:
        policy: the policy.
        given: the outturn, as money or as a number of units as the policy measures it, and every other actual by name.
        with_outturn: whether the outturn is given, or left open.

    Raises:
        InvalidValueError: no policy.
        InputError: what is missing, not known, of the wrong kind, a float, or below zero where nothing can be.
    """
    check_policy(policy)
    if not isinstance(given, Mapping):
        message, hint = "actuals are not a mapping", "give {'outturn': Money(...)}"
        raise InputError([Problem(code="wrong_type", path="", message=message, value=bounded_repr(given), hint=hint)])
    kinds = actual_kinds(policy)
    wanted = [*([OUTTURN] if with_outturn else []), *kinds]
    problems = [
        Problem(
            code="unknown_field",
            path=path_step(name),
            message="the policy measures no such thing",
            value=bounded_repr(value),
            hint=did_you_mean(name, wanted),
        )
        for name, value in given.items()
        if name not in wanted
    ]
    found: dict[str, Fraction] = {}
    for name in wanted:
        if name not in given:
            problems.append(Problem(code="required", path=name, message="this actual is needed"))
            continue
        try:
            if name == OUTTURN:
                found[name] = read_outturn(policy, given[name])
            elif kinds[name] == "money":
                found[name] = _not_negative(_money(policy, given[name]))
            else:
                found[name] = _not_negative(_number(given[name]))
        except InvalidValueError as error:
            shown = "" if error.value is None else bounded_repr(error.value)
            problems.append(Problem(code="bad_value", path=name, message=error.what, value=shown, hint=error.hint))
    if problems:
        raise InputError(problems)
    outturn = found.pop(OUTTURN, None)
    return Actuals(outturn=outturn, others=found)


def read_outturn(policy: SettlementPolicy, value: object) -> Fraction:
    """Read an outturn as the policy measures it: money, or a number of units.

    Raises:
        InvalidValueError: the other of the two, another currency, a part of a smallest unit, or a cost below zero.
    """
    if policy.per_unit is not None:
        if isinstance(value, Money):
            raise InvalidValueError("the outturn is a number of units", value, hint="give int, Decimal or text")
        return _not_negative(_number(value))
    amount = _money(policy, value)
    if isinstance(value, Money):
        value.minor_units  # noqa: B018  it refuses what is not a whole number of them
    return _not_negative(amount) if policy.outturn == "cost" else amount


def _number(value: object) -> Fraction:
    number = rational(value)
    if abs(number) >= 10**MAX_DIGITS:  # money of so many units could not be written
        raise InvalidValueError(f"a number of more than {MAX_DIGITS} digits", value, hint="measure in a larger unit")
    return number


def _money(policy: SettlementPolicy, value: object) -> Fraction:
    if not isinstance(value, Money):
        raise InvalidValueError("not money", value, hint=f"write Money(..., {policy.currency!r})")
    if value.currency != policy.currency:
        hint = f"convert it to {policy.currency} with a dated rate"
        raise InvalidValueError(f"the policy is in {policy.currency}", value, hint=hint)
    return Fraction(value.amount)


def _not_negative(number: Fraction) -> Fraction:
    if number < 0:
        raise InvalidValueError("below zero", str(number), hint="0 or more")
    return number
