"""The question whether somebody who was just registered is one of that name whom others know."""

from collections.abc import Sequence
from enum import StrEnum

from bot.participants.namesakes import Elsewhere, Namesake
from bot.slack import blocks as b
from bot.slack.call import Say
from bot.slack.text import clip, esc

_MOST_ASKED = 10


class Ids(StrEnum):
    """What the buttons under the question send back; no two in a row may have the same id."""

    SAME = "participant.same"
    SAME_2 = "participant.same_2"
    SAME_3 = "participant.same_3"
    ANOTHER = "participant.another"


SAME = (Ids.SAME, Ids.SAME_2, Ids.SAME_3)


def asked(namesakes: Sequence[Namesake]) -> list[b.Block]:
    """A question for each namesake, with a button for each person whom it may be and one for somebody else."""
    blocks = []
    for number, one in enumerate(namesakes[:_MOST_ASKED]):
        name, others = esc(clip(one.new.name, 80)), one.others[: len(SAME)]
        where = " or ".join(_where(other) for other in others)
        blocks.append(b.section(f"same.{number}", f"*The same {name} as {where}?*"))
        labels = ["The same"] if len(others) == 1 else [f"The same as {_where(other)}" for other in others]
        same = [
            b.button(clip(label, 70), action, f"{other.gone.hex},{other.stays.hex}")
            for label, action, other in zip(labels, SAME, others, strict=False)
        ]
        blocks.append(b.actions(f"same_buttons.{number}", *same, b.button("Somebody else", Ids.ANOTHER)))
    if len(namesakes) > _MOST_ASKED:
        blocks.append(b.context("same.more", f"{len(namesakes) - _MOST_ASKED} more have names that others know, too."))
    return blocks


def _where(one: Elsewhere) -> str:
    if one.name:
        return f"{esc(clip(one.name, 60))} on M-{one.number}"
    if one.number is None:
        return f"in {esc(one.programme)}" if one.programme else "in another team"
    return f"in {esc(one.programme)} (M-{one.number})" if one.programme else f"on M-{one.number}"


def another() -> Say:
    """They are somebody else than whom others know."""
    text = "*Somebody else, then.* That is how they were registered; nothing was changed."
    return Say("Somebody else", [b.section("another", text)])
