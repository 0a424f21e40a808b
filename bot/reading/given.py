"""Values that the bot itself put into a button or a form, as Slack brings them back.

They were the bot's own when they left; what comes back as anything else is from an older version of it, or from
nobody's button, and is refused in words.
"""

from datetime import datetime
from uuid import UUID

from bot.errors import BadInput

_LARGEST = 2**31 - 1


class NotOurs(BadInput):
    """A button or a form carries what this version of the bot never gives out; nothing was changed."""

    def __init__(self) -> None:
        super().__init__(
            "This button or form is from an older version of the bot, so nothing was changed. "
            "Please start again from the command."
        )


def as_id(text: object) -> UUID:
    """A record's id. Raises NotOurs."""
    try:
        return UUID(str(text))
    except ValueError:
        raise NotOurs from None


def as_number(text: object) -> int:
    """A page or a version; an empty text is 0. Raises NotOurs."""
    words = str(text)
    if words and not (words.isascii() and words.isdecimal() and len(words) < 11 and int(words) <= _LARGEST):
        raise NotOurs
    return int(words or 0)


def as_moment(text: str) -> datetime:
    """An aware moment. Raises NotOurs."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise NotOurs from None
    if found.tzinfo is None:
        raise NotOurs
    return found
