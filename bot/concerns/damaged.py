"""One field that does not open must not close the rest of a record: it is shown as damaged, and nothing else fails."""

from collections.abc import Callable, Mapping
from typing import Any

from db.crypto import Unreadable
from db.models import Concern

WORDS = "⚠️ This can't be read: it was damaged, or sealed with a key that is not loaded. Tell an administrator."
KEY = "damaged"
"""The only field of an entry whose fields do not open."""


def words_or_none(opened: Callable[[], str]) -> str | None:
    """What `opened` gives, or None where it does not open."""
    try:
        return opened()
    except Unreadable:
        return None


def words(opened: Callable[[], str]) -> str:
    """What `opened` gives, or that it is damaged."""
    found = words_or_none(opened)
    return WORDS if found is None else found


def raiser(concern: Concern) -> str:
    """Who raised a concern; empty where that does not open."""
    return words_or_none(lambda: concern.raised_by) or ""


def fields(opened: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
    """The fields of an entry, or the one that says that they are damaged."""
    try:
        return opened()
    except Unreadable:
        return {KEY: WORDS}
