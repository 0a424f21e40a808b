"""Somebody who is on the wrong register: the two commands that move them."""

import re

from bot.errors import Unclear
from bot.reading.persons import people
from bot.slack.text import clip, unescape

_MOVE = re.compile(
    r"(?:move|moving|transfer|switch|swap)\s+(?P<who>.{1,1500}?)(?:\s+(?:over\s+)?from\s+(?P<source>.{1,100}?))?"
    r"\s+(?:over\s+)?(?:in)?to\s+(?P<target>.{1,100}?)(?:\s+from\s+(?P<behind>.{1,100}))?",
    re.IGNORECASE | re.DOTALL,
)


def two_steps(text: str) -> Unclear | None:
    """The question with both commands as buttons that `move NAME from M-1 to M-2` means; None for any other text."""
    found = _MOVE.fullmatch(people.without_courtesy(text))
    if found is None:
        return None
    who, target, source = found["who"], found["target"], found["source"] or found["behind"] or ""
    off = f"Take them off {clip(unescape(source), 40)}" if source else "Take them off the other"
    choices = [
        (f"Register them for {clip(unescape(target), 40)}", "participant add"),
        (off, "participant remove"),
    ]
    carried = [f"{who} to {target}", f"{who} from {source}" if source else who]
    words = "Moving somebody is two steps: onto the one register, then off the other. Nothing was changed."
    return Unclear(words, choices, carried)
