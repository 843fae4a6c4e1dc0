"""What may be one thing under two ids: facts of equal content, and parties that look like one firm.

Both are findings for a person. Nothing is merged: two equal receipts on one day can be two deliveries, and two firms of
one name can be two firms.
"""

import re
from collections.abc import Iterable, Mapping
from operator import attrgetter
from types import MappingProxyType
from typing import Any, Final, Literal, TypeAlias, final
from unicodedata import combining, normalize

import attrs

from supplychain_rules.facts.ledger import KINDS, Fact, Ledger
from supplychain_rules.facts.parties import Customer, Supplier
from supplychain_rules.facts.shapes import shapes

__all__ = ["LEGAL_FORMS", "Duplicates", "Lookalikes", "Party", "Sign", "lookalikes", "plain_name", "same_content"]

#: A firm of which a name and a tax number are known.
Party: TypeAlias = Supplier | Customer

#: By what two parties look like one: the number, the whole name, a name that the other once had, or the name but for
#: what stands in brackets. The first is the surest.
Sign = Literal["tax_number", "name", "former_name", "name_without_brackets"]

_ENGLISH: Final = "co company corp corporation inc incorporated limited llc llp lp ltd plc pte pty"
_GERMAN: Final = "ag aktiengesellschaft eg ev gmbh haftungsbeschrankt kg kgaa mbh ohg ug"
_FRENCH: Final = "eurl sa sarl sas sasu sca scs snc"
_ITALIAN: Final = "sapa spa srl srls"
_SPANISH: Final = "sl slu sau slne cia"
_OTHER: Final = "ab as bv doo nv oo oy oyj sp spzoo z zoo aps se"

#: Words of a name that say what kind of company it is, in the languages of the trade, written like `plain_name` does.
LEGAL_FORMS: Final = frozenset(f"{_ENGLISH} {_GERMAN} {_FRENCH} {_ITALIAN} {_SPANISH} {_OTHER}".split())

#: The same in Chinese and Japanese, where nothing separates them from the name; the longest first.
_UNSEPARATED_FORMS: Final = (
    *("股份有限公司", "有限责任公司", "有限責任公司", "有限公司", "株式会社", "株式會社", "合同会社"),
    "公司",
)

#: Words that join two names, as `&` does.
_JOINING: Final = frozenset({"and", "und", "et"})

#: A former name in brackets, also as it is misspelt.
_FORMER: Final = re.compile(
    r"[(\[]\s*(?:formerly|formally|previously|vormals|ehemals|anciennement|原|曾用名)[\s:]*([^)\]]+)", re.IGNORECASE
)

#: Fields that are no content.
_IDENTITY: Final = ("id", "known_on")

_BRACKETS: Final = re.compile(r"[(\[][^)\]]*[)\]]?")

#: Letters that full stops or slashes hold together, as S.A., P.L.C. and A/S.
_ABBREVIATION: Final = re.compile(r"(?<!\w)\w(?:[./]\s?\w(?!\w))+")

#: Letters that no decomposition takes apart into a letter and an accent.
_LETTERS: Final = str.maketrans({"ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe", "\u0131": "i"})


@final
@attrs.frozen(kw_only=True)
class Duplicates:
    """Facts of one kind that are equal in everything but id and the day they became known."""

    #: The kind, by the name of its accessor on the ledger, as `receipts`.
    kind: str
    #: The ids, sorted.
    ids: tuple[str, ...]
    #: The facts, in the order of the ids.
    facts: tuple[Fact, ...]


@final
@attrs.frozen(kw_only=True)
class Lookalikes:
    """Parties that may be one firm, and the sign that says so."""

    sign: Sign
    #: What they have in common: the number, or the name without what does not count.
    shared: str
    #: The ids, sorted.
    ids: tuple[str, ...]
    #: The parties, in the order of the ids.
    parties: tuple[Party, ...]


def same_content(facts: Ledger | Iterable[Fact]) -> tuple[Duplicates, ...]:
    """Find facts that say the same under several ids, as a receipt that was booked twice.

    Of a ledger the facts in force are compared, of a collection all its facts. A fact that says nothing beside its id,
    as a supplier without a name, repeats no other.

    >>> from datetime import date
    >>> from supplychain_rules.facts.trade import Receipt
    >>> twice = [Receipt(id=name, order_line="PO1/1", received_on=date(2026, 1, 19), quantity=6) for name in ("A", "B")]
    >>> [found.ids for found in same_content(twice)]
    [('A', 'B')]
    """
    given = [fact for kind in KINDS for fact in facts.in_force(kind)] if isinstance(facts, Ledger) else facts
    groups: dict[tuple[type[Fact], tuple[object, ...]], dict[str, Fact]] = {}
    for fact in given:
        content = _content(fact)
        if content is not None:
            groups.setdefault((type(fact), content), {})[fact.id] = fact
    order = {kind: place for place, kind in enumerate(KINDS)}
    found = [(order[kind], tuple(sorted(group)), group) for (kind, _), group in groups.items() if len(group) > 1]
    return tuple(
        Duplicates(kind=tuple(KINDS.values())[place], ids=ids, facts=tuple(group[name] for name in ids))
        for place, ids, group in sorted(found, key=lambda entry: entry[:2])
    )


def lookalikes(parties: Iterable[Party]) -> tuple[Lookalikes, ...]:
    """Find suppliers or customers that may be one firm, by tax number or by name.

    Names are compared without case, accents, punctuation, full-width forms and legal form, see `plain_name`. Names that
    are misspelt are not found: whether `ACCOUN` is `ACOUNS` no rule can say. A group that a surer sign shows is not
    shown again.

    >>> firms = [Supplier(id="1", name="Hengda Packaging Co., Ltd."), Supplier(id="2", name="HENGDA PACKAGING CO LTD")]
    >>> [(found.sign, found.ids) for found in lookalikes(firms)]
    [('name', ('1', '2'))]
    """
    by_id: dict[str, Party] = {party.id: party for party in parties}
    found: list[Lookalikes] = []
    seen: set[tuple[str, ...]] = set()
    for sign, keys in _SIGNS.items():
        groups: dict[str, set[str]] = {}
        for party in by_id.values():
            for key in keys(party):
                if key:
                    groups.setdefault(key, set()).add(party.id)
        for key, group in sorted(groups.items()):
            ids = tuple(sorted(group))
            if len(ids) > 1 and ids not in seen:
                seen.add(ids)
                found.append(Lookalikes(sign=sign, shared=key, ids=ids, parties=tuple(by_id[name] for name in ids)))
    return tuple(found)


def plain_name(name: str) -> str:
    """Return a firm's name without what does not tell two firms apart; of a legal form alone the form.

    Full-width forms become plain ones, accents and punctuation go, `&` is no word, abbreviations lose their stops, and
    legal forms in English, German, French, Italian, Spanish and Chinese are left out wherever they stand.

    >>> plain_name("Müller & Söhne GmbH & Co. KG"), plain_name("ABC（上海）有限公司"), plain_name("Pluripharm S.A.")
    ('muller sohne', 'abc 上海', 'pluripharm')
    """
    text = normalize("NFKC", name).casefold().translate(_LETTERS)
    text = "".join(letter for letter in normalize("NFKD", text) if not combining(letter))
    text = _ABBREVIATION.sub(lambda found: re.sub(r"\W", "", found[0]), text)
    words = re.findall(r"\w+", re.sub("['’]", "", text))
    kept = [word for word in map(_without_form, words) if word and word not in LEGAL_FORMS and word not in _JOINING]
    return " ".join(kept or words)


def _without_form(word: str) -> str:
    if word in _UNSEPARATED_FORMS:
        return ""
    return next((word.removesuffix(form) for form in _UNSEPARATED_FORMS if word.endswith(form)), word)


def _content(fact: Fact) -> tuple[object, ...] | None:
    """Return what a fact says beside its id and the day it became known, or None where that is nothing."""
    content_of, nothing = _CONTENTS[type(fact)]
    content: tuple[object, ...] = content_of(fact)
    return None if content == nothing else content


def _tax_number(party: Party) -> tuple[str, ...]:
    return () if party.tax_number is None else (re.sub(r"[\W_]", "", normalize("NFKC", party.tax_number)).upper(),)


def _name(party: Party) -> tuple[str, ...]:
    return (plain_name(party.name),)


def _with_former_names(party: Party) -> tuple[str, ...]:
    text = normalize("NFKC", party.name)
    former = tuple(plain_name(name) for name in _FORMER.findall(text))
    return (plain_name(_BRACKETS.sub(" ", text)), *former) if former else _name(party)


def _without_brackets(party: Party) -> tuple[str, ...]:
    return (plain_name(_BRACKETS.sub(" ", normalize("NFKC", party.name))),)


_SIGNS: Final[Mapping[Sign, Any]] = MappingProxyType(
    {
        "tax_number": _tax_number,
        "name": _name,
        "former_name": _with_former_names,
        "name_without_brackets": _without_brackets,
    }
)

#: How the content of each kind is taken from a fact, and what it is where nothing is said.
_CONTENTS: Final[Mapping[type[Fact], tuple[Any, tuple[object, ...]]]] = MappingProxyType(
    {
        kind: (
            attrgetter(*(name for name in shapes(kind) if name not in _IDENTITY)),
            tuple(shape.default for name, shape in shapes(kind).items() if name not in _IDENTITY),
        )
        for kind in KINDS
    }
)
