"""The modal that shows what stands now and what somebody typed, so that neither is lost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.concerns import content_views
from bot.concerns.content_views import ContentView, person
from bot.concerns.record.targets import Target
from bot.slack import blocks as b
from bot.slack.text import when


@dataclass(frozen=True)
class Standing:
    """What was saved meanwhile: by whom (Slack id), when (aware UTC), its version, and its words by block id."""

    by: str
    at: datetime
    version: int
    words: Mapping[str, str]


def both(
    callback: str,
    standing: Standing,
    inputs: Sequence[b.Block],
    typed: Mapping[str, str],
    *,
    zone: str,
    target: Target,
) -> ContentView:
    """The form again, filled with what was typed (`inputs`, `typed` by block id as words). Above each field that
    differs stands what somebody else saved. `target` names the version that stands, so that saving adds a new
    one after it; both stay in the history."""
    who = f"{person(standing.by)}, {when(standing.at, zone)}"
    blocks = [
        b.alert("clash", "*Not saved yet: somebody saved this while you were writing.* Nothing was overwritten."),
        b.section(
            "clash.who",
            f"Saved by {who}, version {standing.version}. Above each field you see what stands now; in the field is "
            "what you typed.",
        ),
    ]
    shown: set[str] = set()
    for block in inputs:
        name = str(block["block_id"])
        if standing.words.get(name, "") != typed.get(name, ""):
            blocks += _now(name, standing.words.get(name, ""))
        shown.add(name)
        blocks.append(block)
    for name, words in standing.words.items():
        if name not in shown and words != typed.get(name, ""):
            blocks += _now(name, words)
    return content_views.modal(
        target.concern_id,
        callback,
        "Changed meanwhile",
        blocks,
        submit="Save mine as new version",
        metadata=str(target),
    )


def _now(name: str, words: str) -> list[b.Block]:
    if not words:
        return [b.context(f"now.{name}", "*Stands now:* nothing")]
    return [b.context(f"now.{name}", "*Stands now:*"), *b.verbatim(f"stands.{name}", words)]
