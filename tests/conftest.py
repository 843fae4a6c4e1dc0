"""How many examples each law is tried on, and a session of Spark.

`HYPOTHESIS_EXAMPLES=10000` tries every law on so many, slow ones too; without it, a run stays within a coffee.
"""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from spark_session import reason_for_no_spark, start_spark

#: Enough to meet ties, negatives and missing values in every law, and the whole suite stays within a coffee.
GATE_EXAMPLES = 100

# No deadline and no complaint about slow generation: a busy machine is not a broken law.
_PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)

settings.register_profile(
    "gate",
    _PATIENT,
    max_examples=GATE_EXAMPLES,
    # On CI the same commit must give the same answer twice; at a desk every run looks somewhere new.
    derandomize=bool(os.environ.get("CI")),
)
if "HYPOTHESIS_EXAMPLES" in os.environ:
    settings.register_profile("counted", _PATIENT, max_examples=int(os.environ["HYPOTHESIS_EXAMPLES"]))
    settings.load_profile("counted")
else:
    settings.load_profile("gate")

#: What the run says of Spark at its end, because a law that was skipped in silence would look held.
_SAID_OF_SPARK = pytest.StashKey[str]()


@pytest.fixture(scope="session")
def spark(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Return a session of Spark, one for all tests: it takes longer to start than a test to run."""
    reason = reason_for_no_spark()
    if reason is not None:
        _say_of_spark(request.config, f"Spark was not tested: {reason}")
        pytest.skip(reason)
    _say_of_spark(request.config, "Spark was not tested: it did not start")
    session = start_spark(tmp_path_factory.mktemp("java"))
    java = session._jvm.java.lang.System.getProperty("java.version")  # noqa: SLF001  the only way to the JVM
    _say_of_spark(request.config, f"Spark was tested: {session.version} on Java {java}")
    yield session
    session.stop()


def _say_of_spark(config: pytest.Config, said: str) -> None:
    config.stash[_SAID_OF_SPARK] = said
    if hasattr(config, "workeroutput"):  # a process of pytest-xdist: the one that started it prints the summary
        config.workeroutput["spark"] = said


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:  # noqa: ANN401  of pytest-xdist
    """Take over what a process of pytest-xdist said of Spark."""
    said = getattr(node, "workeroutput", {}).get("spark")
    if said is not None:
        node.config.stash[_SAID_OF_SPARK] = said


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say whether Spark was tested, where a test asked for it."""
    said = terminalreporter.config.stash.get(_SAID_OF_SPARK, None)
    if said is not None:
        terminalreporter.write_line(said)
