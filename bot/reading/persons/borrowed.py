"""People who are named by another meeting of theirs: `same people as last week`, `everyone from cooking`."""

import re
from dataclasses import dataclass

_PEOPLE = (
    r"(?:people|persons?|kids|children|young\s+people|teens|teenagers|adults|participants|attendees|ones|lot|crowd|"
    r"group|gang|bunch|names|list|register|faces)"
)
_OF_WHOM = rf"(?:(?:and|with|w/|but|for|the|exactly|all)\s+)*(?:the\s+)?same\s+{_PEOPLE}"
_ALL_OF = (
    rf"(?:everyone|everybody|all\s+(?:of\s+)?(?:the\s+)?{_PEOPLE}|the\s+(?:whole\s+)?{_PEOPLE}|all|whoever|those)"
    r"(?:\s+(?:who|that))?(?:\s+(?:was|were|is|are|came|registered|there|regularly)){0,3}"
)
_LAST = r"last\s+\w+|(?:the\s+)?(?:last|previous)\s+(?:one|time|week|session|meeting)|before|usual|always|yesterday"
_IN_ADDING = re.compile(
    rf"(?:to\s+)?(?:(?P<first>m-?\s?\d+)[\s:,]+)?"
    rf"(?:(?:{_OF_WHOM}|(?:the\s+)?same)(?:\s+again)?(?:\s+(?:as|from|like)\s+(?P<of>[^,;\n]+?))?"
    rf"|{_ALL_OF}\s+(?:from|in|on|at|of|to)\s+(?P<in>[^,;\n]+?))"
    r"(?:\s+(?:to|onto|into|for)\s+(?P<to>[^,;\n]+))?[\s.!]*",
    re.IGNORECASE,
)
_IN_PLANNING = re.compile(
    rf"[\s,;(]*(?<!\w)(?:{_OF_WHOM}(?:\s+again)?(?:\s+(?:as|from|like)\s+(?:{_LAST}|m-?\d+))?"
    rf"|{_ALL_OF}\s+from\s+(?:{_LAST}|m-?\d+|\w+))(?!\w)[)\s,;]*",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Borrowed:
    """The meeting whose people are meant, in words (empty: the last one of its kind); and to which they are added."""

    source: str
    target: str

    @property
    def last(self) -> bool:
        """Whether it is the last meeting of its kind, whatever its title."""
        return not self.source or re.fullmatch(_LAST, self.source, re.IGNORECASE) is not None

    @property
    def words(self) -> str:
        """The same without the meeting to which they are added, as it can be typed again."""
        return f"everyone from {self.source}" if not self.last else "same people as last time"


def to_add(text: str) -> Borrowed | None:
    """Whose people a text asks to register, where the whole of it says no more."""
    found = _IN_ADDING.fullmatch(text.strip())
    if not found:
        return None
    return Borrowed(found["of"] or found["in"] or "", found["to"] or found["first"] or "")


def out_of(text: str) -> tuple[str, str] | None:
    """A planned meeting's text without the words for its people, and these words; None where there are none."""
    found = _IN_PLANNING.search(text)
    if not found:
        return None
    return f"{text[: found.start()]} {text[found.end() :]}".strip(), found[0].strip(" \t\n,;()")
