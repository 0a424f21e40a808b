"""Co-workers who are typed by name instead of chosen with an @: a button for each colleague who may be meant."""

import re
from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.errors import Unclear
from bot.reading import Ask
from bot.reading.times.plans import Around, Plan, staff_names
from bot.reading.words import fold
from bot.slack.text import clip
from db.models import Staff
from db.scope import of

_NAMED = re.compile(r"(?<!\w)(?:with|w/?)(?!\w|\s*<@)|w/(?=\w)|(?<![<\w])@(?=[^\W\d])", re.IGNORECASE)
_MOST = 4


def may_name(text: str) -> bool:
    """Whether a text may name somebody without a mention; only then it is looked up who there is."""
    return _NAMED.search(text) is not None


def known(session: Session, caller: Caller) -> dict[str, str]:
    """The names of the caller's colleagues by their Slack ids."""
    here = of(caller.organisation_id, Staff).where(
        Staff.bot.is_(False), Staff.guest.is_(False), Staff.deactivated.is_(False), Staff.slack_id != caller.slack_id
    )
    return {one.slack_id: one.name for one in session.scalars(here.order_by(Staff.slack_id)) if one.name}


def among(around: Around, names: Mapping[str, str]) -> Around:
    """What a reader must know, with the names of colleagues."""
    return replace(around, names=staff_names(list(names.values())))


def offer(text: str, found: Ask[Plan], names: Mapping[str, str], command: str = "meeting new") -> None:
    """Raises Unclear with a button for each colleague who may be meant by a name in the text of what a `command` makes,
    and one that leaves the name out. Nothing where nobody is called so, or several people are named."""
    about = fold(found.about)
    if found.what != "who" or not about:
        return
    # A surname with a hyphen is read to it only.
    fitting = [(key, name) for key, name in names.items() if fold(name).startswith(about) and len(about) > 2]
    typed = "|".join(re.escape(one) for one in (*(name for _, name in fitting), found.about))
    spot = re.search(rf"(?<!\w)(?:with|w/|w|and|&)?\s*@?(?:{typed})(?!\w)", text, re.IGNORECASE)
    if not fitting or len(fitting) > _MOST or spot is None:
        return
    before, behind = text[: spot.start()], text[spot.end() :]
    carried = [" ".join(f"{before} with <@{key}> {behind}".split()) for key, _ in fitting]
    choices = [(clip(f"With {name}", 70), command) for _, name in fitting]
    raise Unclear(
        f"Is “{found.about}” one of your colleagues? A participant is added once the {command.split()[0]} is there. "
        f"Nothing was {'scheduled' if command == 'meeting new' else 'made'}.",
        [*choices, (clip(f"Leave {found.about} out", 70), command)],
        [*carried, " ".join(f"{before} {behind}".split())],
    )
