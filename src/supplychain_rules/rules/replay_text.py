"""A replay as plain text: what an auditor reads to see whether a decision still stands."""

import json

from supplychain_rules.rules.explain_text import FINGERPRINT_CHARACTERS
from supplychain_rules.rules.replay import Difference, Replay
from supplychain_rules.rules.stored import Json
from supplychain_rules.rules.wording import one_line, say, shown
from supplychain_rules.values.label import Lang

__all__ = ["difference_text", "replay_text"]

#: What stands before the lines of a list.
_INDENT = "   "


def replay_text(replay: Replay, lang: Lang) -> str:
    """Return a replay as text: which rules, the verdict, and what differs.

    Raises:
        InvalidValueError: a language that replays are not written in.
    """
    then = {"version": one_line(replay.version), "fingerprint": _short(replay.fingerprint)}
    lines = [say("replay_title", lang, policy=one_line(replay.policy_id), **then)]
    if replay.policy is not None:
        now = {"version": one_line(replay.policy.version), "fingerprint": _short(replay.policy.fingerprint)}
        lines.append(say("replay_by", lang, **now))
    lines.append(say(f"verdict_{replay.verdict}", lang))
    if replay.policy is None and replay.versions:
        versions = say("list", lang).join(map(one_line, replay.versions))
        lines.append(say("replay_versions", lang, versions=versions))
    for key, entries in (
        ("replay_problems", map(str, replay.problems)),
        ("replay_differences", (difference_text(difference, lang) for difference in replay.differences)),
        ("replay_changes", (change.text.text(lang) for change in replay.policy_changes)),
    ):
        listed = [_INDENT + entry for entry in entries]
        lines += [say(key, lang), *listed] if listed else []
    return "\n".join(lines)


def difference_text(difference: Difference, lang: Lang) -> str:
    """Return a difference as one line."""
    places = {"path": one_line(difference.path)}
    if difference.kind != "added":
        places["stored"] = _value(difference.stored, lang)
    if difference.kind != "removed":
        places["now"] = _value(difference.now, lang)
    return say(f"difference_{difference.kind}", lang, **places)


def _value(value: Json, lang: Lang) -> str:
    if isinstance(value, list | dict):
        return one_line(json.dumps(value, ensure_ascii=False))
    return shown(value, lang)


def _short(fingerprint: str) -> str:
    return one_line(fingerprint[:FINGERPRINT_CHARACTERS])
