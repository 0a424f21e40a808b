"""The one way in which names are folded: what makes no second person of somebody; and titles.

It stands here because stored blind indexes are made of folded names; everybody else takes it from
`bot.reading.persons.names`.
"""

import unicodedata

APOSTROPHES = "'’‘‛ʼʻʹ′`´＇\uff07"  # noqa: RUF001
HYPHENS = "-‐‑‒–—―−﹘﹣－\u2043"  # noqa: RUF001
_SIGNS = str.maketrans(dict.fromkeys(APOSTROPHES, "'") | dict.fromkeys(HYPHENS, "-"))
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn")


def folded(name: str) -> str:
    """A name without what makes no second person: capitals, spaces, kinds of apostrophe and of hyphen, two spellings of
    one letter and its accent, and what cannot be seen. Accents stay."""
    if name.isascii() and name.isprintable():
        return " ".join(name.replace("`", "'").casefold().split())
    seen = "".join(
        " " if one.isspace() else one
        for one in name.translate(_SIGNS)
        if one.isspace() or unicodedata.category(one) not in _UNSEEN
    )
    return " ".join(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", seen).casefold()).split())


def spellings(name: str) -> tuple[str, ...]:
    """Every way in which a folded name may have been stored: indexes were made of names with the apostrophes and
    hyphens that were typed, so somebody is looked for under each kind."""
    plain = folded(name)
    apostrophes = "'’‘`´ʼ" if "'" in plain else "'"  # noqa: RUF001
    hyphens = "-‐‑–" if "-" in plain else "-"  # noqa: RUF001
    return tuple(plain.replace("'", one).replace("-", other) for one in apostrophes for other in hyphens)


def plain_words(title: str) -> str:
    """The words of a title, whatever its capitals, punctuation and spaces."""
    return " ".join("".join(letter if letter.isalnum() else " " for letter in title.casefold()).split())
