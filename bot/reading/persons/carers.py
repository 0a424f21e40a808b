"""Parents and carers: beside the name of somebody on a list, and in lines of their own."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.reading.clean import clean

_RELATIONS = (
    r"step[ -]?(?:mum|dad|mother|father)|foster (?:mum|dad|mother|father|carer|parent)|mummy|mum|mam|mom|daddy|dad|"
    r"mother|father|parent|carer|guardian|nana|nan|grandmother|grandfather|grandma|grandad|gran|auntie|aunt|uncle|"
    r"social worker|key ?worker"
)
_ADDRESS = r"[^\s<>()\[\]{},;:|=\"“”…@]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}"
_WORD = (
    r"(?!(?:and|plus|or|is|has|e-?mail|tel|telephone|phone|mob(?:ile)?|number|address|ph|call|contact|of|to|on)\b)"
    r"[^\W\d_][\w'’.-]{0,30}"
)
_NUMBER = r"(?<![\w+])(?:\+44|0)(?:[ .()-]{0,2}\d){9,12}(?!\w)"
_LABEL = r"(?:e-?mail:? |tel:? |mob(?:ile)?:? |ph(?:one)?:? )?"
_REACHED = rf"(?:(?: ?[<(:] ?|,? | ?[-–—] ){_LABEL}(?:{_ADDRESS}|{_NUMBER})(?: ?[>)](?!\)))?)"
_NAMED = rf"(?<!\w)(?:{_RELATIONS})(?: ?[:,] ?| ?[-–—] | ){_WORD}(?: {_WORD}){{0,2}}"
_UNNAMED = rf"(?<!\w)(?:{_RELATIONS})(?: ?[<(:] ?|,? | ?[-–—] ){_LABEL}{_ADDRESS}(?: ?[>)](?!\)))?{_REACHED}?"
FORM = (
    rf"\( ?{_NAMED}{_REACHED}{{0,2}} ?\)"
    rf"|{_NAMED}{_REACHED}{{1,2}}(?!\w)"
    rf"|\( ?{_UNNAMED} ?\)"
    rf"|{_UNNAMED}(?!\w)"
)
"""How a carer with relation and name stands behind a name, with an address or a number, or in brackets without; or with
the relation and an address alone. It is set aside whole."""
_NO_CONSENT = re.compile(r"[(\[]? ?(?:may not|does not|doesn['’]t|can ?not|can['’]t|no) consent ?[)\]]?", re.IGNORECASE)
_EMAIL = re.compile(rf"[<(]? ?(?:mailto:)?({_ADDRESS})(?:\|[^>]*)? ?[>)]?")
_PHONE = re.compile(r"(?<![\w+])\+?[(\d](?:[ .()-]{0,2}\d){6,14}(?!\w)")
_RELATION = re.compile(rf"^(?:{_RELATIONS})\b[ :,]*|[ ,]*\((?:{_RELATIONS})\)", re.IGNORECASE)
_LABELS = re.compile(r"(?<!\w)(?:e-?mail|tel|mob(?:ile)?|ph(?:one)?):? ?(?=$|[\s<>,])", re.IGNORECASE)
_LONGEST = 80


@dataclass(frozen=True)
class Carer:
    """Somebody's carer, as they were written down."""

    relation: str = ""
    name: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    may_consent: bool = True

    @property
    def line(self) -> str:
        """It as it is read again."""
        email = f"<{self.email}>" if self.email else ""
        consent = "" if self.may_consent else "(may not consent)"
        return " ".join(one for one in (self.relation, self.name, email, self.phone, consent) if one)


def carer(line: str) -> Carer | None:
    """The carer of one line: `mum Ann Bell ann@example.org 07700 900123`; None for what is none."""
    words = clean(line)
    words = words[1:-1] if words.startswith("(") and words.endswith(")") else words
    consents = _NO_CONSENT.sub(" ", words)
    emails = _EMAIL.findall(consents)
    rest = _EMAIL.sub(" ", consents)
    phones = [one.group().strip() for one in _PHONE.finditer(rest)]
    rest = clean(_LABELS.sub(" ", _PHONE.sub(" ", rest))).strip(" ,;:-–—<>")
    found = _RELATION.search(rest)
    name = clean(rest[: found.start()] + " " + rest[found.end() :] if found else rest).strip(" ,;:-–—")
    if len(emails) > 1 or len(phones) > 1 or len(name) > _LONGEST or not (emails or name):
        return None
    if re.search(r"[@<>\d]", name):
        return None
    relation = clean(found.group()).strip(" ,:()").lower() if found else ""
    email = emails[0].strip(".-–") if emails else ""
    return Carer(relation, name, email, phones[0] if phones else "", consents == words)


def relation_of(words: str) -> str:
    """Which relation a column's header names: `Mum’s name`, `Parent/carer`; empty where it names none of a carer."""
    found = re.search(rf"\b(?:{_RELATIONS})s?\b", words.casefold())
    relation = found[0].rstrip("s") if found else ""
    return "" if "worker" in relation else relation


def lines(text: str) -> tuple[Sequence[Carer], Sequence[str]]:
    """The carers of a text with one a line, and the lines that say none."""
    read = [(line, carer(line)) for line in text.splitlines() if line.strip()]
    return [one for _, one in read if one], [line for line, one in read if one is None]
