"""Rule sets as files hold them: a sound one, and copies of it that are broken in one way each."""

from importlib.metadata import entry_points

__all__ = ["PLUGIN", "SOUND", "broken"]

#: What pytest needs besides, to know the plugin: nothing where the library is installed as users install it.
PLUGIN = () if entry_points(group="pytest11", name="supplychain_rules") else ("-p", "supplychain_rules.testing.plugin")

SOUND = """
schema = "supplychain-rules/1"
id = "tier"
version = "1"

[inputs.on_time]
type = "number"
decimals = 2
min = "0"
max = "1"
monotone = "up"

[[steps]]
kind = "ladder"
id = "grade"
of = "on_time"
bands = [{ name = "A", from = "0.95" }, { name = "B" }]

[[steps]]
kind = "table"
id = "decide"
when = ["grade"]
outputs = { action = { type = "choice", options = ["leave", "keep"], ordered = true } }
rows = [
  { id = "good", when = { grade = "A" }, then = { action = "keep" } },
  { id = "poor", when = { grade = "B" }, then = { action = "leave" } },
]

[[cases]]
id = "punctual"
given = { on_time = "0.97" }
expect = { action = "keep" }

[[cases]]
id = "late"
given = { on_time = "0.94" }
expect = { action = "leave" }
"""


def broken(*edits: tuple[str, str]) -> str:
    """Return the sound rule set with some of its text replaced."""
    text = SOUND
    for old, new in edits:
        assert 1 == text.count(old), old
        text = text.replace(old, new)
    return text
