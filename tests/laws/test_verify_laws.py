"""What `verify` finds is what looking at every record finds: nothing is missed, nothing is made up."""

from collections import Counter
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from small_policies import SmallPolicy, small_policies

from supplychain_rules import InputError, Policy
from supplychain_rules.analysis.findings import Finding
from supplychain_rules.analysis.verify import verify
from supplychain_rules.language.entry import ROWS_CONFLICT, units_function
from supplychain_rules.language.nodes import names_in
from supplychain_rules.language.program import Program, ProgramInput
from supplychain_rules.language.types import BooleanType, ChoiceType
from supplychain_rules.rules.evaluate import evaluate_all
from supplychain_rules.rules.gate import GateStep
from supplychain_rules.rules.ladder import LadderStep
from supplychain_rules.rules.scorecard import ScorecardStep
from supplychain_rules.rules.table import TableStep
from supplychain_rules.testing.strategies_policies import loaded_policies, population_policies


def conflicts(policy: Policy, finding: Finding) -> bool:
    """Run a policy on a witness, and say whether rows conflict on it; any other refusal fails."""
    assert finding.witness is not None
    refused: set[str] = set()
    try:
        evaluate_all(policy, [finding.witness])
    except InputError as error:
        refused = {problem.code for problem in error.problems}
    assert refused <= {ROWS_CONFLICT}, finding
    return bool(refused)


def table_of(small: SmallPolicy) -> tuple[TableStep, str]:
    step = small.policy.steps[-1]
    assert isinstance(step, TableStep)
    return step, f"steps[{len(small.policy.steps) - 1}]"


def paths(findings: tuple[Finding, ...], kind: str, severity: str | None = None) -> list[str]:
    found = [f for f in findings if f.kind == kind and (severity is None or f.severity == severity)]
    return sorted(finding.path for finding in found)


def order_of(small: SmallPolicy) -> list[int]:
    """Return the rows as they are tried: by place, or by the order of the options."""
    step, _ = table_of(small)
    rows = range(len(step.rows))
    if step.hit != "priority":
        return list(rows)
    return sorted(rows, key=lambda row: step.outputs[0].options.index(str(small.outcomes[row][0])))


@settings(max_examples=120)
@given(small_policies())
def test_gaps_and_dead_rows_are_those_that_every_record_shows(small: SmallPolicy) -> None:
    step, path = table_of(small)
    order = order_of(small)
    hit = [set(rows) for _, _, rows in small.decided()]
    findings = verify(small.policy)

    says = step.otherwise is not None or step.aggregate == "count"
    assert [f"{path}.rows"] * (any(not rows for rows in hit) and not says) == paths(findings, "gap")
    never = {row for row in order if not any(row in rows for rows in hit)}
    assert sorted(f"{path}.rows[{row}]" for row in never) == paths(findings, "unreachable_row")
    masked: set[int] = set()
    if step.hit in ("first", "priority"):
        deciding = {min(rows, key=order.index) for rows in hit if rows}
        masked = set(order) - never - deciding
    assert sorted(f"{path}.rows[{row}]" for row in masked) == paths(findings, "masked_row")
    assert [] == [one for one in paths(findings, "undecided") if one.startswith(path)]


@settings(max_examples=120)
@given(small_policies())
def test_overlaps_are_those_that_every_record_shows(small: SmallPolicy) -> None:
    step, path = table_of(small)
    order, outcomes = order_of(small), small.outcomes
    hit = [sorted(rows, key=order.index) for _, _, rows in small.decided()]
    findings = verify(small.policy)
    pairs = {(one, other) for rows in hit for at, one in enumerate(rows) for other in rows[at + 1 :]}
    match step.hit:
        case "unique":
            expected = Counter(f"{path}.rows[{other}]" for _, other in pairs)
            assert expected == Counter(paths(findings, "overlap", "error"))
        case "any":
            expected = Counter(f"{path}.rows[{other}]" for one, other in pairs if outcomes[one] != outcomes[other])
            assert expected == Counter(paths(findings, "overlap", "error"))
        case "first" | "priority":
            takes = {rows[0] for rows in hit for other in rows[1:] if outcomes[rows[0]] != outcomes[other]}
            dead = {int(one.partition("rows[")[2][:-1]) for one in paths(findings, "masked_row")}
            takes &= {
                rows[0]
                for rows in hit
                for other in rows[1:]
                if outcomes[rows[0]] != outcomes[other] and other not in dead
            }
            assert sorted(f"{path}.rows[{row}]" for row in takes) == paths(findings, "overlap", "info")
        case "collect":
            assert [] == paths(findings, "overlap")


@settings(max_examples=80)
@given(small_policies())
def test_options_bands_and_outcomes_without_a_record_are_found(small: SmallPolicy) -> None:
    step, path = table_of(small)
    decided = [(values, rows) for _, values, rows in small.decided()]
    findings = verify(small.policy)

    if step.hit != "collect":
        order = order_of(small)
        given_ = set()
        for _, rows in decided:
            if rows:
                deciding = rows if step.hit in ("unique", "any") else (min(rows, key=order.index),)
                given_ |= {small.outcomes[row][0] for row in deciding}
            elif step.otherwise is not None:
                given_.add(step.otherwise["action"])
        left = [option for option in step.outputs[0].options if option not in given_]
        assert [f"{path}.outputs.action.options"] * len(left) == paths(findings, "unreachable_option")
    expected_bands, expected_gates, expected_checks = [], [], []
    for place, other in enumerate(small.policy.steps):
        match other:
            case LadderStep():
                reached = {values[other.id] for values, _ in decided}
                for at, band in enumerate(other.bands):
                    if band.name not in reached:
                        expected_bands.append(f"steps[{place}].bands[{at}]")
                if other.if_unknown == "none" and "none" not in reached:
                    expected_bands.append(f"steps[{place}].if_unknown")
            case GateStep():
                reached = {values[other.id] for values, _ in decided}
                if "pass" not in reached:
                    expected_gates.append(f"steps[{place}]")
                refers = False
                for at, check in enumerate(other.checks):
                    truths = {values[f"{other.id}.{check.id}"] for values, _ in decided}
                    if False not in truths and (None not in truths or check.if_unknown == "pass"):
                        expected_checks.append(f"steps[{place}].checks[{at}]")
                    refers |= False in truths and check.if_false == "refer"
                    refers |= None in truths and check.if_unknown == "refer"
                if refers and "refer" not in reached:
                    expected_gates.append(f"steps[{place}]")
            case _:
                pass
    assert sorted(expected_bands) == paths(findings, "unreachable_band")
    assert sorted(expected_gates) == paths(findings, "unreachable_outcome")
    assert sorted(expected_checks) == paths(findings, "idle_check")


@settings(max_examples=80)
@given(small_policies())
def test_a_row_that_is_said_to_be_idle_changes_nothing_when_it_is_left_out(small: SmallPolicy) -> None:
    step, path = table_of(small)
    order = order_of(small)
    for finding in verify(small.policy):
        if finding.kind in ("subsumed_row", "masked_row", "unreachable_row") and finding.path.startswith(path):
            gone = int(finding.path.partition("rows[")[2][:-1])
            for _, _, rows in small.decided():
                left = [row for row in rows if row != gone]
                before = (
                    {small.outcomes[row] for row in rows}
                    if step.hit == "any"
                    else small.outcomes[min(rows, key=order.index)]
                    if rows
                    else None
                )
                after = (
                    {small.outcomes[row] for row in left}
                    if step.hit == "any"
                    else small.outcomes[min(left, key=order.index)]
                    if left
                    else None
                )
                assert before == after, finding


@settings(max_examples=100)
@given(small_policies())
def test_a_criterion_is_idle_where_no_score_of_it_changes_a_choice_on_any_record(small: SmallPolicy) -> None:
    program = small.policy.program
    names = {binding.name: binding for binding in program.bindings}
    findings = verify(small.policy)
    open_places = {finding.path for finding in findings if finding.severity == "undecided"}
    skipped = {finding.path.removesuffix(".value") for finding in findings if finding.kind == "flat_value"}
    records = small.records()
    for place, step in enumerate(small.policy.steps):
        for at, criterion in enumerate(step.criteria if isinstance(step, ScorecardStep) else ()):
            where = f"steps[{place}].criteria[{at}]"
            effects = effects_of(program, step.id)
            if where in skipped or where in open_places or not effects:
                continue
            name = f"{step.id}.{criterion.id}"
            score = units_function(program, (name,))
            attained = {score(record) for record in records}
            free = Program(
                inputs=(*program.inputs, ProgramInput(name, names[name].type)),
                bindings=tuple(binding for binding in program.bindings if binding.name != name),
            )
            decide = units_function(free, effects)
            idle = all(len({decide((*record, *one)) for one in attained}) == 1 for record in records)
            assert idle == (where in paths(findings, "idle_criterion")), where


def effects_of(program: Program, score: str) -> tuple[str, ...]:
    """Return the choices and conditions that depend on a score."""
    reached = {score}
    for binding in program.bindings:
        if any(name.name in reached for name in names_in(binding.value.node)):
            reached.add(binding.name)
    outputs = [
        b for b in program.outputs if b.name in reached - {score} and isinstance(b.type, BooleanType | ChoiceType)
    ]
    return tuple(binding.name for binding in outputs)


@settings(max_examples=80)
@given(small_policies())
def test_every_witness_shows_its_finding(small: SmallPolicy) -> None:
    _, path = table_of(small)
    names = [field.name for field in small.policy.program.inputs]
    shown: dict[tuple[Any, ...], tuple[int, ...]] = {}
    for record, _, rows in small.decided():
        shown[tuple(record)] = rows
    for finding in verify(small.policy):
        if finding.witness is None or not finding.path.startswith(path):
            continue
        assert set(names) == set(finding.witness)
        conflicting = conflicts(small.policy, finding)
        rows = shown[small.known(finding.witness)]
        match finding.kind:
            case "gap":
                assert () == rows
                assert not conflicting
            case "overlap":
                assert len(rows) > 1
                assert (finding.severity == "error") == conflicting
                if finding.severity == "info":
                    first = min(rows, key=order_of(small).index)
                    assert finding.path == f"{path}.rows[{first}]"
            case "masked_row" | "subsumed_row":
                assert int(finding.path.partition("rows[")[2][:-1]) in rows
            case _:
                pass


@settings(max_examples=60)
@given(loaded_policies(), st.sampled_from((1, 60, 1_500)))
def test_verify_never_raises_and_every_witness_is_a_record_that_the_policy_takes(policy: Policy, budget: int) -> None:
    for finding in verify(policy, budget=budget):
        if finding.witness is not None:
            conflicts(policy, finding)


@settings(max_examples=40)
@given(population_policies())
def test_what_rests_on_comparisons_between_records_is_never_claimed_by_a_record(policy: Policy) -> None:
    for finding in verify(policy, budget=500):
        if finding.witness is not None:
            conflicts(policy, finding)


@settings(max_examples=30)
@given(loaded_policies())
def test_verify_says_the_same_twice(policy: Policy) -> None:
    first, second = verify(policy, budget=300), verify(policy, budget=300)
    assert first == second
    assert [finding.witness for finding in first] == [finding.witness for finding in second]
