"""The main job runs in memory: facts in, decisions with reasons out, and nothing else is touched.

`test_purity_scan.py` reads the source; this file watches the running program. An audit hook cannot be
taken away again, so the job runs in a Python of its own: once to load every module, then once more
on other data under watch.
"""

import subprocess
import sys
import textwrap

import pytest

#: The whole main job, as a function of a seed that changes the data.
JOB = textwrap.dedent(
    """
    import datetime, decimal, json, sys
    import supplychain_rules as sr
    from supplychain_rules.facts.parties import Supplier
    from supplychain_rules.facts.quality import Inspection
    from supplychain_rules.facts.trade import OrderLine, Receipt
    from supplychain_rules.measures import DeliveryPerformance, QualityPassRate

    RULES = {
        "schema": "supplychain-rules/1", "id": "review", "version": "1",
        "inputs": {
            "on_time": {"type": "number", "decimals": 4, "min": "0", "max": "1", "optional": True},
            "quality": {"type": "number", "decimals": 4, "min": "0", "max": "1", "optional": True},
        },
        "steps": [
            {"kind": "gate", "id": "enough", "checks": [{"id": "known", "require": "not is_missing(on_time)"}]},
            {"kind": "scorecard", "id": "score", "method": "weighted_mean", "missing": "reweight", "criteria": [
                {"id": "q", "of": "quality", "weight": "60", "value": {"kind": "linear", "worst": "0.9", "best": "1"}},
                {"id": "d", "of": "on_time", "weight": "40", "value": {"kind": "linear", "worst": "0.7", "best": "1"}},
            ]},
            {"kind": "ladder", "id": "grade", "of": "score", "if_unknown": "unrated",
             "bands": [{"name": "A", "from": "90"}, {"name": "B", "from": "60"}, {"name": "C"}]},
            {"kind": "table", "id": "act", "hit": "first", "when": ["enough", "grade"],
             "outputs": {"action": {"type": "choice", "options": ["grow", "keep", "leave"]}},
             "rows": [{"id": "best", "when": {"enough": "pass", "grade": "A"}, "then": {"action": "grow"}},
                      {"id": "worst", "when": {"grade": "C"}, "then": {"action": "leave"}}],
             "otherwise": {"action": "keep"}},
        ],
    }

    def day(number):
        return datetime.date(2026, 1, 1) + datetime.timedelta(days=number)

    def job(seed):
        facts = [Supplier(id=f"S{number}", name=f"Supplier {number}") for number in range(5)]
        for number in range(40):
            line = f"L{number}"
            supplier, ordered = f"S{number % 4}", day(number)
            facts.append(OrderLine(
                id=line, supplier=supplier, item="bolt", quantity=10, unit_price=sr.Money("2.50", "EUR"),
                ordered_on=ordered, promised_on=day(number + 10)))
            late = (number * seed) % 7 - 3
            facts.append(Receipt(id=f"R{number}", order_line=line, received_on=day(number + 10 + late), quantity=10))
            facts.append(Inspection(
                id=f"I{number}", supplier=supplier, item="bolt", lot=f"lot {number}", inspected=100,
                rejected=(number * seed) % 9, inspected_on=day(number + 12)))
        ledger = sr.Ledger(facts)
        measures = [DeliveryPerformance(id="on_time"), QualityPassRate(id="quality")]
        found = sr.measure(measures, ledger, period=sr.Period.year(2026), as_of=day(100))
        policy = sr.load_policy(RULES)
        decide = sr.evaluator(policy)
        said = []
        for supplier, record in sr.records(found).items():
            decision = decide(record)
            explanation = decision.explain()
            said += [supplier, str(explanation), explanation.html("zh"), json.dumps(explanation.to_dict())]
            said += [json.dumps(decision.to_dict()), repr(decision)]
        return said
    """
)

WATCH = textwrap.dedent(
    """
    job(seed=5)                                     # loads every module the job needs

    seen = []
    FORBIDDEN = ("open", "os.", "socket.", "subprocess.", "import", "exec", "compile", "ctypes.", "winreg.",
                 "shutil.", "tempfile.", "urllib.", "http.", "glob.", "pathlib.", "builtins.input", "time.")
    OWN_CODE = "<supplychain_rules "                # the functions generated from our own templates

    def hook(event, arguments):
        if not watching or not event.startswith(FORBIDDEN):
            return
        if event == "compile" and str(arguments[1]).startswith(OWN_CODE):
            return
        if event == "compile" and str(arguments[1]) == "<unknown>":   # ast.parse of a formula: a parser only
            return
        if event == "exec" and arguments[0].co_filename.startswith(OWN_CODE):
            return
        seen.append((event, str(arguments)[:80]))

    CLOCKS = {"date.today", "datetime.now", "datetime.today", "datetime.utcnow"}

    def profile(frame, event, function):
        if event == "c_call" and watching:
            name = getattr(function, "__qualname__", "")
            if getattr(function, "__module__", "") in ("time", "_random", "posix") or name in CLOCKS or name == "print":
                seen.append((event, name))

    watching = False
    sys.addaudithook(hook)
    sys.setprofile(profile)
    watching = True
    said = job(seed=3)
    CHEAT
    watching = False
    sys.setprofile(None)
    assert len(said) == 30, len(said)
    print(seen)
    """
)


def watched(cheat: str = "pass") -> str:
    program = JOB + WATCH.replace("CHEAT", cheat)
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=120)
    assert run.returncode == 0, run.stderr
    return run.stdout.strip()


def test_the_main_job_touches_no_file_no_socket_no_process_and_no_clock() -> None:
    assert watched() == "[]"


@pytest.mark.parametrize(
    "cheat",
    [
        "open(sys.executable).close()",
        "import socket; socket.socket()",
        "datetime.date.today()",
        "import time; time.time()",
    ],
)
def test_the_watch_sees_what_it_is_there_to_see(cheat: str) -> None:
    assert watched(cheat) != "[]"
