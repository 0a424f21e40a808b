"""A link or a pasted invitation: every row of the tables, and what else is taken or refused in words."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reading.invites import links
from bot.reading.invites.services import Link
from bot.reading.outcome import Ask, Outcome, Refused, Understood
from tests.reading.rows import params

SAYABLE = "passcode in link|https|policy|private account|numbers seen|maybe personal|passcode .+"


def expected(row: dict[str, str]) -> tuple[str, set[str]]:
    what, _, said = row["expect"].partition(" said=")
    return what, {one.strip() for one in said.split(",") if one}


def told(outcome: Outcome[Link]) -> tuple[str, set[str]]:
    match outcome:
        case Refused():
            return f"refuse {outcome.what}", set()
        case Ask():
            labels = " | ".join(one.label for one in outcome.choices)
            return f"ask {outcome.what}{f': {labels}' if labels else ''}", set()
        case Understood(value=link):
            said = {one.kind for one in outcome.said if re.fullmatch(SAYABLE, one.kind)}
            platform = link.platform.value if link.platform else "-"
            return f"link={link.url or '-'} passcode={link.passcode or '-'} platform={platform}", said


@pytest.mark.parametrize("row", params("links"))
def test_every_row(row: dict[str, str]) -> None:
    what, said = expected(row)
    outcome = links.read(row["text"], own_hosts=["meet.example.org"])
    assert told(outcome)[0] == what
    assert said <= told(outcome)[1]
    if isinstance(outcome, Understood) and outcome.value.url:
        assert outcome.value.url not in repr(outcome.value)


@given(st.text(max_size=60), st.sampled_from(["", "https://", "https://zoom.us/", "https://zoom.us/j/", "https://["]))
def test_anything_typed_is_taken_or_refused_in_words(text: str, start: str) -> None:
    outcome = links.read(start + text)
    if isinstance(outcome, Refused):
        assert outcome.why
    elif isinstance(outcome, Understood) and outcome.value.url:
        assert outcome.value.url.startswith("https://")
