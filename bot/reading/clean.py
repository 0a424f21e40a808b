"""What is left of a name or a title when everything that cannot be seen is taken out."""

import re
import unicodedata

_JOINERS = "\u200c\u200d"
"""Some scripts and many faces are written with them; between two other characters they stay."""
_BLANK = "\u115f\u1160\u3164\uffa0\u2800"
"""Letters and signs that are drawn as nothing."""


def clean(text: str) -> str:
    """The text in one line without characters that cannot be seen: zero-width ones, those that turn the direction of
    writing or control a terminal, and letters that are drawn as nothing. Accents are brought into one spelling."""
    if text.isascii() and text.isprintable():  # most of what is typed: nothing in it can be unseen
        return " ".join(text.split())
    seen = "".join(" " if one.isspace() else one for one in unicodedata.normalize("NFC", text) if _shown(one))
    return " ".join(seen.split()).strip(_JOINERS)


def trimmed(text: str, marks: str, *, end_only: bool = False) -> str:
    """The text without these marks at its ends; the semicolon of a sign as Slack writes it (`&gt;`) is none of them."""
    kept = text.rstrip(marks)
    if re.search(r"&(?:amp|lt|gt)$", kept) and text[len(kept) : len(kept) + 1] == ";":
        kept += ";"
    return kept if end_only else kept.lstrip(marks)


def _shown(one: str) -> bool:
    if one in _JOINERS or one.isspace():
        return True
    return one not in _BLANK and unicodedata.category(one) not in ("Cc", "Cf", "Cs", "Co", "Cn")
