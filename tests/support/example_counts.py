"""How many examples a slow law is tried on."""

from hypothesis import settings

__all__ = ["at_the_gate"]


def at_the_gate(examples: int) -> int:
    """Return a count for the gate's runs, or the count that a long run asks for (`HYPOTHESIS_EXAMPLES`)."""
    return examples if settings.get_current_profile_name() == "gate" else settings.default.max_examples
