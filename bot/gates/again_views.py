"""How it is offered to confirm what is the same as last time, and what that covers."""

from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.gates.again import Again
from bot.slack import blocks as b
from bot.slack.call import View
from bot.slack.text import esc, mention

_MOST = 12
_SHOWN = 60


class Ids(StrEnum):
    """Every id that Slack sends back about it."""

    YES = "again.yes"
    LOOK = "again.look"
    SAVE = "again.save"


def offer(found: Again, zone: str) -> list[b.Block]:
    """What can be confirmed in one tap, by whom and when it was last, and what changed and is asked on its own."""
    yes = b.button("Yes, as last time", Ids.YES, found.drawn, style="primary")
    return [
        b.section("again", words(found, zone)),
        b.actions("again_buttons", yes, b.button("Look through", Ids.LOOK, found.drawn)),
    ]


def words(found: Again, zone: str) -> str:
    """What is the same, since when, and what is not."""
    return "\n".join([_head(found, zone), *_changed(found)])


def _head(found: Again, zone: str) -> str:
    by = " and ".join(mention(one) for one in found.by[:3])
    signs = " This signs the checklist off." if found.whole else ""
    return f"*As on {_day(found, zone)}, by {by}: {_counted(found)}.* Still so?{signs}"


def _day(found: Again, zone: str) -> str:
    local = found.earlier.starts_at.astimezone(ZoneInfo(zone))
    return f"{local:%A} {local.day} {local:%B}"


def _counted(found: Again) -> str:
    """`9 settings and 27 things`"""
    settings, others = len(found.settings), len(found.said) - len(found.settings)
    told = [f"{settings} setting{'' if settings == 1 else 's'}"] if settings else []
    told += [f"{others} {'thing' if others == 1 else 'things'}"] if others else []
    return " and ".join(told)


def _changed(found: Again) -> list[str]:
    if not found.changes:
        return []
    return ["Changed since, and asked on its own:", *(f"• {esc(' '.join(one.lines))}" for one in found.changes[:_MOST])]


def look(found: Again, zone: str) -> View:
    """All that one tap confirms, to be read first."""
    lines = [f"• {esc(label)}" for label in dict.fromkeys(found.labels.values())]
    more = [f"… and {len(lines) - _SHOWN} more."] if len(lines) > _SHOWN else []
    blocks = [b.section("again", words(found, zone))]
    blocks += b.paragraphs("covers", [*lines[:_SHOWN], *more])
    blocks.append(b.context("else", "Something is not so this time? Close this, and tick one by one what is."))
    title = f"{found.meeting.reference}: as last time"
    return b.modal(Ids.SAVE, title, blocks, submit="Yes, as last time", close="Close", metadata=found.drawn)
