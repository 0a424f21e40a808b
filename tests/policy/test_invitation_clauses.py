"""What each policy puts into the invitation, as the sender sees it."""

import csv
import re
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.invitations import views
from bot.invitations.letter import Facts, compose
from bot.invitations.service import Prepared
from bot.policy import load_pack
from db.models import Carer, CarerOf, Meeting, Participant, ParticipantKind, Registration

LINK, PASSCODE = "https://zoom.us/j/12345678901", "Tq7hw2"
FACTS = Facts(
    organisation="Sample Youth Trust",
    zone="Europe/London",
    words={
        "organisation": "Sample Youth Trust",
        "platform": "Zoom",
        "host": "Farah",
        "people": "Farah and Col",
        "purpose": "Cooking",
        "recording": "This meeting is not recorded.",
        "contact": "help@example.org",
        "phone": "01632 960000",
    },
)
with (Path(__file__).parent / "seen_in_invitation.csv").open(encoding="utf-8", newline="") as file:
    SEEN = [
        pytest.param(one, id=f"{one['clause']}-{number}", marks=pytest.mark.clause(one["clause"]))
        for number, one in enumerate(csv.DictReader(file))
    ]


def meeting() -> Meeting:
    return Meeting(
        id=uuid.UUID(int=1),
        number=1,
        title="Cooking",
        starts_at=datetime(2037, 11, 26, 16, tzinfo=UTC),
        ends_at=datetime(2037, 11, 26, 17, tzinfo=UTC),
        provider="manual",
        join_url=LINK,
        passcode=PASSCODE,
    )


def child() -> Registration:
    participant = Participant(
        name="Siân",
        kind=ParticipantKind.CHILD,
        links=[CarerOf(may_consent=True, carer=Carer(email="carer@example.org"))],
    )
    return Registration(id=uuid.UUID(int=3), meeting_id=uuid.UUID(int=1), record=participant)


def prepared(policy: str) -> Prepared:
    """The invitation for a child whose carer gets it."""
    pack, to = load_pack(policy), child()
    return Prepared(meeting(), compose(pack, meeting(), FACTS, to), pack, (to,), to)


def strings(part: Any) -> list[str]:
    if isinstance(part, dict):
        return [text for inside in part.values() for text in strings(inside)]
    if isinstance(part, list):
        return [text for inside in part for text in strings(inside)]
    return [part] if isinstance(part, str) else []


@pytest.mark.parametrize("seen", SEEN)
def test_what_the_policy_wants_said_is_in_it(seen: dict[str, str]) -> None:
    shown = "\n".join(strings(views.message(prepared(seen["policy"])).blocks))
    # A line that names a text of the organisation's own has it, or room for it, behind.
    assert re.search(rf"{re.escape(seen['seen'])}(\s|$)", shown)


@pytest.mark.clause("SEN-043", "SEN-044")
def test_sendiass_sends_the_house_rules_first_and_the_link_only_after_they_agreed() -> None:
    first, second = prepared("sendiass").letter.parts
    assert (first.heading, second.heading) == ("Send first", "Send after they agreed")
    assert "Our house rules" in first.text
    assert LINK not in first.text
    assert PASSCODE not in first.text
    assert LINK in second.text
    assert PASSCODE in second.text


@pytest.mark.clause("STJ-031", "STJ-032")
def test_st_josephs_sends_password_and_rules_along_with_the_link() -> None:
    (part,) = prepared("st_josephs").letter.parts
    assert LINK in part.text
    assert f"Passcode: {PASSCODE}" in part.text
    rules = part.text[part.text.index("Our rules of participation") :]
    assert [letter for letter in "abcdefg" if f"- {letter}. " in rules] == list("abcdefg")
