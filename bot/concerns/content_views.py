"""The one builder of views that show something of a concern. What it gives is of a type of its own: by that type
`watching` asks for the right once more, notes the view and ends it, whatever its name and its metadata are."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from bot.concerns import damaged
from bot.slack import blocks as b
from bot.slack.text import mention


class ContentView(dict[str, Any]):
    """A view that shows something of the concern `about`; of somebody's list of concerns where it is None. A copy of
    it is a plain view again: change it in its place."""

    about: UUID | None

    def __init__(self, about: UUID | None, view: dict[str, Any]) -> None:
        super().__init__(view)
        self.about = about


def modal(
    about: UUID | None,
    callback: str,
    title: str,
    blocks: Sequence[b.Block],
    *,
    metadata: str,
    submit: str | None = None,
    close: str = "Close",
) -> ContentView:
    """A modal that shows something of a concern (None: of somebody's list). `metadata` carries ids only."""
    return ContentView(about, b.modal(callback, title, blocks, submit=submit, close=close, metadata=metadata))


def person(slack_id: str) -> str:
    """A person of the record as Slack shows them, or that it is damaged who it was."""
    return mention(slack_id) if slack_id and slack_id != damaged.WORDS else damaged.WORDS
