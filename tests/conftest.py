"""Hypothesis profiles: `gate` on every run, `long` for a night of fuzzing (`HYPOTHESIS_PROFILE=long`)."""

import os

from hypothesis import HealthCheck, settings

#: Enough to meet ties, negatives and missing values in every law, and the whole suite stays within a coffee.
GATE_EXAMPLES = 100

#: A night's worth: some hundred times the gate's.
LONG_EXAMPLES = 20_000

# No deadline and no complaint about slow generation: a busy machine is not a broken law.
_PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)

settings.register_profile(
    "gate",
    _PATIENT,
    max_examples=GATE_EXAMPLES,
    # On CI the same commit must give the same answer twice; at a desk every run looks somewhere new.
    derandomize=bool(os.environ.get("CI")),
)
settings.register_profile("long", _PATIENT, max_examples=LONG_EXAMPLES)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "gate"))
