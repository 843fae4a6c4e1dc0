"""The law of engines: what Python says of a record, every engine says that runs the policy."""

import re
from collections.abc import Iterator
from typing import Final, Literal, TypeAlias

from supplychain_rules.engines.record_frames import FRAME_ENGINES, apply_to_records, installed_engines
from supplychain_rules.engines.support import supports
from supplychain_rules.errors import InputError, InvalidValueError, MissingExtraError
from supplychain_rules.language.types import external
from supplychain_rules.rules.decision import Decision
from supplychain_rules.rules.evaluate import evaluate_all
from supplychain_rules.rules.policy import Policy
from supplychain_rules.testing.law import Law, differ, each
from supplychain_rules.testing.outcomes import BrokenLawError, Record
from supplychain_rules.testing.strategies_records import records
from supplychain_rules.values.label import Label

__all__ = ["Engines", "engine_laws"]

#: Where a problem of one record among several begins: with its place.
_PLACE: Final = re.compile(r"\[(\d+)\]")

#: The engines that must agree: those that are installed, or these.
Engines: TypeAlias = Literal["installed"] | tuple[str, ...]


def engine_laws(policy: Policy, engines: Engines) -> Iterator[Law]:
    """Yield a law for each engine that must agree; where none can, one law that says why.

    Raises:
        InvalidValueError: no engine has that name.
        MissingExtraError: an engine that was asked for is not installed.
    """
    installed = installed_engines()
    wanted = installed if engines == "installed" else engines
    for engine in wanted:
        if engine not in FRAME_ENGINES:
            raise InvalidValueError("no frames of this engine", engine, hint=f"one of {', '.join(FRAME_ENGINES)}")
        if engine not in installed:
            raise MissingExtraError("the law of engines", package=engine, extra="columns")
        cannot = ", ".join(supports(policy, engine))
        yield _law(engine, Label(f"{engine} cannot run {cannot}", f"{engine} 无法运行 {cannot}") if cannot else None)
    if not wanted and engines == "installed":
        yield _law("frames", Label("no frame engine is installed", "未安装任何数据框引擎"))


def _law(engine: str, skipped: Label | None) -> Law:
    return Law(
        id=f"engine[{engine}]",
        label=Label(f"{engine} says what Python says", f"{engine} 与 Python 结果一致"),
        check=lambda law, policy, count: _check(law, policy, engine, count),
        skipped=skipped,
    )


def _decided(policy: Policy, drawn: list[Record]) -> list[tuple[Record, Decision]]:
    """Decide records together, as a frame does, without those that have no answer: the law of totality names them."""
    while drawn:
        try:
            return list(zip(drawn, evaluate_all(policy, drawn), strict=True))
        except InputError as error:
            wrong = {int(found.group(1)) for p in error.problems if (found := _PLACE.match(p.path))}
            if not wrong:
                return []
            drawn = [record for place, record in enumerate(drawn) if place not in wrong]
    return []


def _check(law: Law, policy: Policy, engine: str, count: int) -> None:
    """Run all drawn records on one frame: what a frame costs hardly grows with its rows."""
    drawn: list[Record] = []
    each(records(policy), drawn.append, count)
    decided = _decided(policy, drawn)
    found = apply_to_records(policy, [decision.inputs for _, decision in decided], engine)
    for (record, decision), row in zip(decided, found, strict=True):
        for binding in policy.program.outputs:
            one, two = decision[binding.name], external(row[binding.name], binding.type)
            if one != two:
                what = differ(binding.name, one, two, by=f" ({engine})")
                raise BrokenLawError(law=law.id, name=law.label, what=what, records=[record])
