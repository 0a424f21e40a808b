"""Whom a name in a meeting means: careful, because a name proves nothing; pure."""

import re
import unicodedata
from collections.abc import Iterable, Mapping

from bot.live.alarms import Who
from db.folding import folded

_BESIDE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")


def words(name: str) -> list[str]:
    """The words of a name, whatever its accents and capitals, without what stands in brackets beside it."""
    letters = unicodedata.normalize("NFKD", folded(_BESIDE.sub(" ", name)))
    return _WORD.findall("".join(one for one in letters if not unicodedata.combining(one)))


def is_whole(shown: str, known: str) -> bool:
    """Whether a name is shown with all its words, in whatever order."""
    first, second = words(shown), words(known)
    return bool(first) and sorted(first) == sorted(second)


def holds(shown: str, known: str) -> bool:
    """Whether a known name stands in one that is shown: all its words, where it has several, else nothing but it."""
    first, second = words(shown), words(known)
    return bool(second) and (sorted(first) == sorted(second) or (len(second) > 1 and set(second) <= set(first)))


def fits(shown: str, known: str) -> bool:
    """Whether a name may be a known one: the same first name, and behind it nothing but its other words or their
    initials; or more, where only a first name is known."""
    first, second = words(shown), words(known)
    if not first or not second:
        return False
    if sorted(first) == sorted(second):
        return True
    if first[0] != second[0]:
        return False
    others = second[1:]
    return not others or all(
        any(one == other or (len(one) == 1 and other.startswith(one)) for other in others) for one in first[1:]
    )


def who(shown: str, listed: Iterable[str], team: Mapping[str, str]) -> tuple[Who, str]:
    """Whom a shown name means, and the Slack id of one of the team: somebody of the team by their whole name; somebody
    expected; perhaps somebody of the team; nobody known."""
    for slack_id, known in team.items():
        if is_whole(shown, known):
            return Who.TEAM, slack_id
    if any(fits(shown, known) for known in listed):
        return Who.LISTED, ""
    if any(fits(shown, known) for known in team.values()):
        return Who.MAYBE, ""
    return Who.OTHER, ""
