"""Whether typed text could be a concern, so that no message may repeat it.

Nobody can tell this for certain from words. What names the command, even mistyped, or has a word of worry or of harm
done to somebody in it counts; a text too much is left out rather than one too few. Accidents are told in words that do
not stand here, so that an incident is given back to whoever wrote it.
"""

import re
from collections.abc import Callable, Sequence

from rapidfuzz import fuzz, process

from bot.reading import TooMuch, in_time
from bot.reading.danger import discloses, tells
from bot.slack.text import bold, clip, esc

TO_CONCERN = ("I am worried about somebody", "concern")
"""The button that opens the form of a concern, where a text could be one."""
NO_PLACE_FOR_WORRY = (
    "I did nothing with that and kept nothing of it: it sounds like a worry about somebody, and others can read what "
    "stands here. Is it only a title or a name? Put it in other words."
)
"""What is answered to a text that no command may store; 999 and the way to the lead stand above it."""
NO_PLACE_IN_FORM = (
    "Nothing of this form is saved: it sounds like a worry about somebody, and others can read what stands here. Tell "
    "the safeguarding lead with /concern. For this form, put it in other words."
)
"""The same of a form, whose text stays in it."""
MOST_MEANT = 5
"""Of so many with one name there is a button each."""
_WORDS = re.compile(r"[^\W_]+")
_NAME = "concern"
_AT_ONCE = 500
"""Up to so many characters a text is read without a thread of its own."""
_NEAR = 80
"""How like the command's name a word is that counts as the name, mistyped: “concrn”, “consern”, “conceern”."""
_HARM = re.compile(
    r"\b(concern|worr(y|ie)|safe ?guard|abus|disclos|self.?harm|suicid|kill|cuts? (him|her|them)sel"
    r"|overdos|groom(s|ed|ing)\b|rap(e|es|ed|ing)\b|rapist|sex|molest|fondl|touch(es|ed|ing)\b|kiss|naked|nude|undress|porn|blackmail"
    r"|hits\b|hurts\b|hurting|beats\b|beaten|beating|bruis|neglect|starv|threat|assault|violen|stalk"
    r"|scared|afraid|frighten|unsafe|not safe|in danger|secret|runs? away|ran away|at risk|radicali[sz]|traffick)",
    re.IGNORECASE,
)


def quoted(text: str) -> str:
    """Typed words in quotation marks for mrkdwn, sixty characters of them; “…” where they could be a concern."""
    return "“…”" if could_be_concern(text) else f"“{esc(clip(text, 60))}”"


def which_is_meant(name: str, called: Sequence[str]) -> str:
    """The question about a name that nobody has, or several have."""
    if len(called) == 1:
        return f"I don't know {quoted(name)}. Did you mean {bold(called[0])}?"
    return f"There are {len(called)} called {quoted(name)}. Which do you mean?"


def could_be_concern(text: str) -> bool:
    """Whether the text names /concern, even mistyped, or speaks of worry or of harm done to somebody. May take some
    milliseconds for a long text."""
    if _HARM.search(text):
        return True
    words = [word for word in _WORDS.findall(text.lower()) if len(word) > 4]
    return process.extractOne(_NAME, words, scorer=fuzz.ratio, score_cutoff=_NEAR) is not None or discloses(text)


def sounds_like_worry(text: str) -> bool:
    """Whether the text could be a concern, or tells of somebody in danger."""
    return could_be_concern(text) or tells(text)


async def is_so(about: Callable[[str], bool], text: str) -> bool:
    """What is found of a text; what nobody could read in time is taken for a cry for help."""
    try:
        return about(text) if len(text) <= _AT_ONCE else await in_time(about, text)
    except TooMuch:
        return True
