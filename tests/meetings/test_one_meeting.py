"""No text makes two commands act on different meetings: whatever is typed behind them, through the door."""

import re

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.sandbox.answers import Answer
from bot.sandbox.person import Person
from tests.support.world import World

COMMANDS = (
    ("/meeting", "show {}"),
    ("/meeting", "start {}"),
    ("/meeting", "end {}"),
    ("/meeting", "cancel {}"),
    ("/meeting", "urgent {} because he rang"),
    ("/meeting", "tick {}"),
    ("/meeting", "edit {}"),
    ("/invitation", "{}"),
    ("/attendance", "{}"),
    ("/participant", "list {}"),
)
WORDS = (
    *("M-1", "M–2", "m3", "#2", "2", "1", "meeting 3", "film", "Film club", "Coking", "cooking", "thursday"),
    *("the one on Friday", "or", "and", "please", "?", "for", "to", "-", ":", "because", "Robin"),
)


def acted_on(person: Person, answer: Answer) -> set[str]:
    """The meeting that an answer is about; nothing of one that asks or refuses, whatever it offers."""
    form = answer.opened
    if form is not None:
        person.close(all_views=True)
        return set(re.findall(r"M-\d\b", f"{form['title']['text']} {form['blocks'][0]}"))
    refused = re.search(r"Nothing was|I can't find|I know no|Which |Do you mean|Is “|one at a time", answer.text)
    return set() if refused else set(re.findall(r"M-\d\b", answer.text.partition("\n")[0]))


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join))
def _any_text(world: World, text: str) -> None:
    _acts_on_one(world, text)


def _acts_on_one(world: World, text: str) -> None:
    person = world.person("U0FAC")
    found = {
        f"{command} {words}": acted
        for command, words in COMMANDS
        # What stands behind "because" is a reason there, which may tell of another meeting.
        if not ("urgent" in words and "because" in text)
        and (acted := acted_on(person, person.command(command, words.format(text))))
    }
    assert len(set().union(*found.values())) <= 1, (text, found)


def test_no_text_makes_two_commands_act_on_different_meetings(world: World) -> None:
    person = world.person("U0FAC")
    planned = ("Film club on Wednesday at 16:00", "Cooking on Thursday at 18:00", "Film on Friday at 10:00")
    for number, typed in enumerate(planned, 1):
        person.command("/meeting", f"new {typed}")
        person.command("/meeting", f"edit M-{number} link https://us02web.zoom.us/j/8123456789{number}?pwd=abc")
        person.command("/participant", f"add Robin to M-{number}")
    for command, words in COMMANDS:
        assert acted_on(person, person.command(command, words.format("M-2"))) == {"M-2"}, f"{command} {words}"
    for text in ("2 for M-1", "M-2 or M-1", "2 and m1", "M-2 M-1"):
        _acts_on_one(world, text)
    _any_text(world)
