"""The library as a contestant, and its reference interpreter as the judge of all contestants."""

from collections.abc import Mapping
from decimal import Decimal

from workload import OUTPUTS, Answer, Record

import supplychain_rules as sr
from supplychain_rules.language.entry import read_record
from supplychain_rules.language.reference import interpret_program

__all__ = ["answer_of", "differences", "reference_answer"]


def answer_of(decision: Mapping[str, object] | sr.Decision) -> Answer:
    """Return a decision, or any mapping with decimals, as an answer: its numbers in hundredths."""
    return {name: _hundredths(decision[name]) for name in OUTPUTS}


def reference_answer(policy: sr.Policy, record: Record) -> Answer:
    """Return what the reference interpreter says: the slow, obvious meaning of the rules."""
    units = read_record(policy.program, record, ignore_extra=False)
    names = [field.name for field in policy.program.inputs]
    values = interpret_program(policy.program, dict(zip(names, units, strict=True)))
    return {name: values[name] for name in OUTPUTS}


def differences(answers: list[Answer], expected: list[Answer]) -> int:
    """Count the answers that are not as expected."""
    return sum(answer != right for answer, right in zip(answers, expected, strict=True))


def _hundredths(value: object) -> object:
    return int(value.scaleb(2)) if isinstance(value, Decimal) else value
