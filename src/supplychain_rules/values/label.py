"""A label: what people read for a thing, in English, Chinese or both.

A label never decides anything: two rule sets that differ in labels only are the same rule set.
"""

from collections.abc import Mapping
from typing import Any, Final, Literal, final, get_args
from unicodedata import category

import attrs

from supplychain_rules.errors import InvalidValueError

__all__ = ["LANGS", "MAX_LABEL_CHARACTERS", "Label", "Lang", "check_line", "composed"]

#: A language that labels and explanations are written in.
Lang = Literal["en", "zh"]

#: The languages, the one that others fall back to first.
LANGS: Final[tuple[Lang, ...]] = get_args(Lang)

#: Longest text of a label: a long sentence. A label is a name or a reason, and stands in a table's cell.
MAX_LABEL_CHARACTERS: Final = 500

#: Unicode categories that a label may not hold: control characters, line and paragraph separators (a label is
#: one line) and lone surrogates (they cannot be written to a file).
_REFUSED_CATEGORIES: Final = frozenset({"Cc", "Zl", "Zp", "Cs"})

#: Characters that turn the direction of the text after them: in a report they could make "fail" read otherwise.
_TURNING: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def check_line(what: str, value: str) -> str:
    """Return a text that is one line of plain text, and refuse any other: it stands in reports, tables and files.

    Args:
        what: what the text is, for the message.
        value: the text.

    Raises:
        InvalidValueError: more than `MAX_LABEL_CHARACTERS`, a control character, a line break, half of a surrogate
            pair, or a character that turns the direction of the text after it.

    >>> check_line("the id", "V7")
    'V7'
    """
    if len(value) > MAX_LABEL_CHARACTERS:
        raise InvalidValueError(f"{what} has more than {MAX_LABEL_CHARACTERS} characters", value, hint="shorten it")
    if value.isprintable():  # the usual case, tested by one call
        return value
    for character in value:
        if category(character) in _REFUSED_CATEGORIES or character in _TURNING:
            hint = "write one line of plain text"
            raise InvalidValueError(f"{what} holds the control character U+{ord(character):04X}", value, hint=hint)
    return value


def _check_text(instance: object, field: "attrs.Attribute[Any]", value: object) -> None:  # noqa: ARG001  attrs gives three
    where = f"Label.{field.name}"
    if not isinstance(value, str):
        raise InvalidValueError(f"{where} must be text", value, hint='write {en = "...", zh = "..."}')
    check_line(where, value)


@final
@attrs.frozen
class Label:
    """A text in English, Chinese or both; an empty text means that there is none in that language.

    Raises:
        InvalidValueError: not text, more than `MAX_LABEL_CHARACTERS`, or a control character in it.

    >>> Label("Quality pass rate", "产品质量合格率").text("zh")
    '产品质量合格率'
    """

    #: The English text.
    en: str = attrs.field(validator=_check_text)
    #: The Chinese text.
    zh: str = attrs.field(default="", validator=_check_text)

    @classmethod
    def of(cls, value: object) -> "Label":
        """Read a label as a rule set writes it: plain text (English), a mapping of `en` and `zh`, or a label.

        Raises:
            InvalidValueError: anything else, an unknown language, or a text that no label may hold.

        >>> Label.of("Grade"), Label.of({"zh": "等级"})
        (Label(en='Grade', zh=''), Label(en='', zh='等级'))
        """
        if isinstance(value, Label):
            return value
        if isinstance(value, str):
            return cls(value)
        if not isinstance(value, Mapping):
            raise InvalidValueError("not a label", value, hint='write text or {en = "...", zh = "..."}')
        for key in value:
            if key not in LANGS:
                raise InvalidValueError("unknown language of a label", key, hint=_known_languages(key))
        return cls(value.get("en", ""), value.get("zh", ""))

    def plain(self) -> dict[str, str]:
        """Return the label as a rule set writes it: the languages that it has.

        >>> Label("Grade", "等级").plain(), Label("", "等级").plain()
        ({'en': 'Grade', 'zh': '等级'}, {'zh': '等级'})
        """
        return {lang: text for lang, text in (("en", self.en), ("zh", self.zh)) if text}

    def text(self, lang: Lang) -> str:
        """Return the text in a language, or in the other one where there is none; empty only if both are.

        Raises:
            InvalidValueError: a language that labels are not written in.

        >>> Label("Grade").text("zh"), Label("", "等级").text("en")
        ('Grade', '等级')
        """
        match lang:
            case "en":
                return self.en or self.zh
            case "zh":
                return self.zh or self.en
            case _:
                raise InvalidValueError("unknown language of a label", lang, hint=_known_languages(lang))

    def __str__(self) -> str:
        """Return the English text, or the Chinese one where there is no English."""
        return self.text("en")


def composed(en: str, zh: str = "") -> Label:
    r"""Return a label of sentences that names and numbers of others' choice went into: cut and escaped, never refused.

    >>> composed("Acme\n2. score: 100 is late").en
    'Acme\\x0a2. score: 100 is late'
    >>> len(composed("x" * 1000).en)
    500
    """
    return Label(_held(en), _held(zh))


def _held(text: str) -> str:
    if len(text) > MAX_LABEL_CHARACTERS:
        text = f"{text[: MAX_LABEL_CHARACTERS - 1]}…"
    if text.isprintable():  # the usual case, tested by one call
        return text
    shown = "".join(
        f"\\x{ord(one):02x}" if category(one) in _REFUSED_CATEGORIES or one in _TURNING else one for one in text
    )
    return shown if len(shown) <= MAX_LABEL_CHARACTERS else f"{shown[: MAX_LABEL_CHARACTERS - 1]}…"


def _known_languages(key: object) -> str:
    """Return the way out: `zh_CN`, `zh-Hans` and `ZH` all begin with the language that was meant."""
    beginning = key[:2].lower() if isinstance(key, str) else ""
    return f"did you mean {beginning!r}?" if beginning in LANGS else f"expected one of {', '.join(LANGS)}"
