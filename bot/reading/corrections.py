"""What somebody takes back while typing: `Saturday no sorry Sunday`, `at 4, no, make that 5`, `scrap that, Thursday`.

Here only the words of a correction are found, and what stands on either side. Each reader judges by its own parts
whether something was taken back: words such as *sorry* and *no* are titles and answers as well.
"""

import re
from dataclasses import dataclass

_PAUSE = r"[\s,.…;:!()–—-]{0,6}"
_SORRY = r"(?:sorry|sry|soz|oops|whoops|ooops|apologies)"
_STRONG = (
    rf"(?:(?:no|oh|ah|er|um){_PAUSE})*(?:"
    rf"{_SORRY}{_PAUSE}(?:no|not|i mean|i meant|meant|i meant to say|make that|make it|rather|actually|wait)\b"
    rf"|(?:no|oh|wait|actually|hang on|hold on){_PAUSE}{_SORRY}"
    rf"|no{_PAUSE}(?:wait|actually|hang on|hold on|make (?:that|it)|not that|rather)\b"
    rf"|(?:wait|hang on|hold on|actually){_PAUSE}no\b"
    r"|i mean(?:t)?(?: to say)?\b|(?:i )?should say\b|make that\b"
    r"|(?:scrap|ignore|strike|forget|delete|cancel) (?:that|last)\b"
    r"|change (?:that|it) to\b|(?:a )?correction\b|my (?:mistake|bad)\b|or rather\b|edit(?=:)|typo\b"
    rf"){_PAUSE}(?:no\b|{_SORRY}\b|i mean(?:t)?\b|make (?:that|it)\b|it'?s\b|should be\b|to\b)?"
)
_WEAK = rf"(?:no|{_SORRY}|wait|actually|rather|meant)"
_MARK = re.compile(
    rf"(?<=\S)(?P<mark>{_PAUSE}(?<!\w)(?:(?P<strong>{_STRONG})|{_WEAK})(?!\w){_PAUSE}|\s\*(?=\w[^*]*$))", re.IGNORECASE
)
_LOOKED_AT = 1_000
_FILL = re.compile(r"(?:\b(?:it|its|it['’]s|was|were|is|in|on|for|at|to|from|of|by|the)\s+){0,4}$", re.IGNORECASE)
_NOT = r"(?:not|without|instead\s+of|rather\s+than|except|excluding|never|nor|no)"
_DENIED = re.compile(rf"(?<![\w-]){_NOT}(?![\w-])", re.IGNORECASE)
_NOT_NEXT = re.compile(r"(?<![\w-])(?:not|without|instead\s+of|rather\s+than)[\s,:]+$", re.IGNORECASE)
_SWAPPED = re.compile(
    r"^(?:not\s+(?P<gone>\S.*?),?\s+but\s+(?P<stays>\S.*)|(?P<first>\S.*?)\s*[,;–—-]\s*not\s+(?P<second>\S.*))$",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True)
class Correction:
    """What stood before, the words that take it back, and what stands instead; `sure` where they say nothing else."""

    before: str
    mark: str
    after: str
    sure: bool


def corrections(text: str) -> list[Correction]:
    """Each place where something may have been taken back, the last first."""
    found = []
    for one in _MARK.finditer(text[:_LOOKED_AT]):
        before, after = text[: one.start()].rstrip(), text[one.end() :].strip()
        if before and after:
            found.append(Correction(before, one["mark"].strip(" ,.…;:!()–—-\n"), after, bool(one["strong"])))
    return found[::-1]


def leads_in(before: str) -> bool:
    """Whether words take something back, or say *not*, right before what follows them: `M-1, no, it was in`."""
    bare = _FILL.sub("", f"{before.rstrip()} ", count=1).rstrip()
    return bool(_NOT_NEXT.search(f"{bare} ")) or any(one.after == "x" for one in corrections(f"{bare} x"))


def denied(text: str) -> bool:
    """Whether a text that has no words of its own says what is not to be: `not Thursdays`, `17:00 without Fridays`."""
    for one in corrections(text):
        text = f"{one.before} {one.after}" if one.sure and text.endswith(one.after) else text
    return bool(_DENIED.search(text))


def replaced(text: str, *, title: bool = False) -> Correction | None:
    """What of a title, or of other words that are kept, may be taken back: `Baking no sorry Cooking`, `not art but
    drama`. *Sorry* alone is a word of a sentence as well, of a `title` hardly."""
    for one in corrections(text):
        oops = one.mark.casefold()[:1] in ("o", "w") and one.mark.casefold().endswith("ps")
        if one.sure or oops or (title and one.mark.casefold() in ("sorry", "sry", "soz")):
            return one
    found = _SWAPPED.match(text.strip())
    if found is None:
        return None
    gone, stays = (found["gone"], found["stays"]) if found["gone"] else (found["second"], found["first"])
    return Correction(gone, "not", stays, sure=False)
