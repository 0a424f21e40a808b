"""Who is asked what before which moment, policy by policy, written from the documents; everybody is set up by commands.

What everybody on the meeting is asked is left out of the tables: they hold what somebody is asked beyond that.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.gates import gating
from db.models import AuditEvent, Meeting, Registration
from tests.support.clearing import choose_moment, words
from tests.support.world import World, open_world

ZOOM = "https://zoom.us/j/12345678901"
WHY = "Something that only some may know"
ADDRESSES = {
    "carer": (
        "Fif Fife 15 fif@example.org",
        "Fay Fay 15 fay@example.org",
        "Sol Sole 15 sol@example.org",
        "Sid Side 17 sid@example.org",
    ),
    "own": ("Sev Seven 17 sev@example.org", "Una Unger una@example.org"),
}
"""Fif's carer gave permission, as did Sol's; Fay's did not. Of Una no age is known."""
GROWN_UP = (
    "adults Ann Anders ann@example.org, Nia Niles nia@example.org, Hal Hale hal@example.org, Abe Able abe@example.org, "
    "Bea Beck bea@example.org",
    "professionals Pro Price pro@example.org",
)
"""Nia is new, Hal at high risk, Abe has a concern about joining online, Bea is banned, Sol is written to by social
media: each where the policy asks about it."""
CIRCUMSTANCES: dict[str, dict[str, Any]] = {
    "Nia": {"new": "yes"},
    "Hal": {"risk": "yes", "risk_why": WHY},
    "Abe": {"access": WHY},
    "Sol": {"social": "yes"},
    "Bea": {"ban_why": WHY},
}
OFFERED = {
    "working4u": {"access", "ban_why"},
    "sendiass": {"ban_why"},
    "voluntary_sector": {"ban_why"},
    "james": {"new", "risk", "ban_why"},
    "st_josephs": {"social", "ban_why"},
}
PERMISSION = {
    "working4u": ("carer-talk", "clothing", "carer-account", "carer-permission"),
    "sendiass": ("carer-consent",),
}
CARER = {"carer-talk", "clothing", "carer-account", "carer-permission"}
DOOR = {"consent-at-entry"}
BANNED = {"invite": {"banned"}, "entry": {"banned-entry"}}
ASKED: dict[str, dict[str, dict[str, set[str]]]] = {
    "working4u": {
        "Fay": {"invite": CARER, "entry": DOOR},
        "Sid": {"invite": {"own-address"}},
        "Una": {"invite": {*CARER, "carer-address"}, "entry": DOOR},
        "Abe": {"invite": {"access-concern"}},
        "Bea": BANNED,
    },
    "sendiass": {
        "Fif": {"invite": {"supervision"}},
        "Sol": {"invite": {"supervision"}},
        "Fay": {"invite": {"carer-consent", "supervision"}, "entry": DOOR},
        "Sid": {"invite": {"own-consent", "supervision"}},
        "Sev": {"invite": {"own-consent", "supervision"}},
        "Una": {"invite": {"carer-consent", "supervision", "carer-address"}, "entry": DOOR},
        **{name: {"invite": {"own-consent"}} for name in ("Ann", "Nia", "Hal", "Abe")},
        "Bea": {"invite": {"own-consent", "banned"}, "entry": {"banned-entry"}},
    },
    "voluntary_sector": {"Una": {"invite": {"carer-address"}}, "Bea": BANNED},
    "james": {
        **{name: {"invite": {"known"}} for name in ("Fif", "Fay", "Sol", "Sid", "Sev", "Ann", "Abe", "Pro")},
        "Una": {"invite": {"known", "carer-address"}},
        "Nia": {"invite": {"introduced", "individual-sessions"}},
        "Hal": {"invite": {"known", "assessment", "reduce-risk", "referral"}},
        "Bea": {"invite": {"known", "banned"}, "entry": {"banned-entry"}},
    },
    "st_josephs": {
        "Sol": {"invite": {"social-media", "social-media-scope"}},
        "Sev": {"invite": {"carer-address"}},
        "Una": {"invite": {"carer-address"}},
        "Bea": BANNED,
    },
}
"""Whoever is not named is asked nothing beyond what everybody is."""
DONE: dict[str, dict[str, dict[str, Any]]] = {
    "working4u": {"Abe": {"access_talk": "On 28 November, with Col"}},
    "james": {
        "Nia": {"introduced": "Farah introduced her", "one_to_ones": "On 26 and 27 November"},
        "Hal": {"assessed": "Farah, 28 November", "level": "medium", "measures": "Two workers", "referral": ["yes"]},
    },
}
"""What the form about them takes once it was done."""


AFTERWARDS: dict[str, dict[str, dict[str, set[str]]]] = {
    "working4u": {"Bea": {}, "Abe": {}},
    "sendiass": {"Bea": {"invite": {"own-consent"}}},
    "voluntary_sector": {"Bea": {}},
    "james": {"Bea": {"invite": {"known"}}, "Nia": {}, "Hal": {"invite": {"known"}}},
    "st_josephs": {"Bea": {}},
}
"""What is left then."""


def add(world: World, text: str, whose: str = "") -> None:
    """Type a list and send off what was read of it."""
    farah = world.person("U0FAC")
    farah.command("/participant", f"add {text}", channel="C0GENERAL")
    if farah.view is not None:
        farah.submit({"whose": whose} if whose else {})
        farah.close(all_views=True)


def everybody(world: World) -> None:
    """A group meeting in three days with everybody on it."""
    when = f"{datetime.fromtimestamp(world.now(), UTC) + timedelta(days=3):%d %B %Y} at 16:00 in Cooking"
    farah = world.person("U0FAC")
    farah.command("/meeting", f"new Kitchen on {when}", channel="C0GENERAL")
    farah.command("/meeting", f"edit M-1 link {ZOOM}", channel="C0GENERAL")
    for whose, people in ADDRESSES.items():
        add(world, f"{', '.join(people)} to M-1", whose)
    for grown_up in GROWN_UP:
        add(world, f"{grown_up} to M-1")
    world.settle()


def say(world: World, name: str, values: dict[str, Any], who: str = "U0FAC") -> set[str]:
    """Fill in the form about somebody, as far as it has these fields; the fields that it has."""
    person = world.person(who)
    person.command("/participant", f"show {name}", channel="C0GENERAL")
    assert person.view is not None, name
    assert WHY not in str(person.view["private_metadata"])
    fields = {block["block_id"] for block in person.view["blocks"] if block["type"] == "input"}
    if values.keys() <= fields:
        person.submit(values)
        assert WHY not in str(person.view)
    person.close(all_views=True)
    return fields


def shown_of(world: World, name: str) -> str:
    """What the form about somebody shows."""
    farah = world.person("U0FAC")
    farah.command("/participant", f"show {name}", channel="C0GENERAL")
    said = words(farah.view)
    farah.close(all_views=True)
    return said


def tick(world: World, names: tuple[str, ...], gates: tuple[str, ...]) -> None:
    """Tick these for some in the form of what the policy asks for."""
    farah = world.person("U0FAC")
    farah.command("/meeting", "tick M-1", channel="C0GENERAL")
    choose_moment(farah, "invite")
    assert farah.view is not None
    values: dict[str, Any] = {"whom": [ids(world)[name] for name in names]}
    for block in farah.view["blocks"]:
        if block["block_id"].startswith("box."):
            values[block["block_id"]] = [one["value"] for one in block["element"]["options"] if one["value"] in gates]
    farah.submit(values)
    farah.close(all_views=True)


def ids(world: World) -> dict[str, str]:
    """The registration of each by first name, as forms and gates name it."""
    rows = world.read(lambda session: list(session.scalars(select(Registration))))
    return {one.participant.name.split()[0]: one.id.hex for one in rows}


def asked(world: World) -> dict[str, dict[str, set[str]]]:
    """What each is asked beyond what everybody is, by moment."""

    def look(session: Any) -> dict[str, dict[str, set[str]]]:
        meeting = session.scalars(select(Meeting)).one()
        gates = gating.of_meeting(session, meeting, datetime.fromtimestamp(world.now(), UTC))
        return {
            name: {
                moment: {gate.id for gate in gates if gate.moment == moment and one in gate.people}
                for moment in ("ready", "invite", "start", "entry")
            }
            for name, one in people.items()
        }

    people = ids(world)
    found = world.read(look)
    common = {moment: set.intersection(*(one[moment] for one in found.values())) for moment in found["Ann"]}
    more = {name: {moment: one[moment] - common[moment] for moment in one} for name, one in found.items()}
    named = {name: {moment: gates for moment, gates in one.items() if gates} for name, one in more.items()}
    return {name: gates for name, gates in named.items() if gates}


@pytest.mark.clause("W4U-081", "W4U-082", "W4U-085", "W4U-125", "W4U-141", "W4U-143", "SEN-018", "SEN-019", "SEN-020")
@pytest.mark.clause("SEN-033", "JAM-057", "JAM-058", "JAM-062", "JAM-091", "JAM-092", "STJ-019", "STJ-020", "STJ-029")
@pytest.mark.parametrize("policy", list(ASKED))
def test_each_is_asked_what_the_document_asks_of_them(policy: str, database_url: str, tmp_path: Path) -> None:
    with open_world(database_url, tmp_path, policy=policy) as world:
        everybody(world)
        if policy in PERMISSION:
            tick(world, ("Fif", "Sol"), PERMISSION[policy])
        fields = {field for name, values in CIRCUMSTANCES.items() for field in say(world, name, values)}
        assert fields & {"new", "risk", "access", "social", "ban_why"} == OFFERED[policy]
        assert asked(world) == ASKED[policy]
        # What is recorded of a person is in no message, and nobody else's to see.
        farah = world.person("U0FAC")
        shown = [farah.command("/meeting", text, channel="C0GENERAL") for text in ("gates M-1", "show M-1")]
        shown.append(farah.command("/invitation", "M-1", channel="C0GENERAL"))
        if farah.view is not None:
            farah.close(all_views=True)
        private = {"Whoever is banned", "assessment to gauge", "The concern about joining", "JAM-057", "W4U-085", WHY}
        assert [one for one in private if any(one in f"{each.text} {each.blocks}" for each in shown)] == []
        assert "I know nobody called" in world.person("U0COW").command("/participant", "show Bea Beck").text
        # It is met by what was done; a ban by a manager alone, who sees nothing else.
        for name, values in DONE.get(policy, {}).items():
            say(world, name, values)
        assert "lift" not in say(world, "Bea", {})
        assert say(world, "Bea Beck", {"lift": "They talked"}, "U0MAN") == {"lift"}
        left = asked(world)
        assert {name: left.get(name, {}) for name in ("Bea", *DONE.get(policy, {}))} == AFTERWARDS[policy]
        assert "I know nobody called" in world.person("U0MAN").command("/participant", "show Hal Hale").text
        if policy == "james":
            # An assessment that is over by the day of the meeting was never made; one that holds until then was.
            day = (datetime.fromtimestamp(world.now(), UTC) + timedelta(days=3)).date()
            say(world, "Hal", {"assessed_until": f"{day - timedelta(days=1)}"})
            assert asked(world)["Hal"] == {"invite": {"known", "assessment"}}
            assert "That day is over" not in shown_of(world, "Hal")
            world.clock_forward(3 * 86_400)
            said = shown_of(world, "Hal")
            assert f"in writing, until {(day - timedelta(days=1)).day} " in said
            assert "That day is over: it counts as not recorded." in said
            gone = {"assessed": "Farah, today", "level": "low", "assessed_until": f"{day - timedelta(days=1)}"}
            farah.command("/participant", "show Hal", channel="C0GENERAL")
            assert "would not count" in farah.submit({**gone, "measures": "Two adults"}).errors["assessed_until"]
            farah.close(all_views=True)
            say(world, "Hal", {"assessed": "Farah, today", "level": "low", "assessed_until": f"{day}"})
            assert asked(world)["Hal"] == {"invite": {"known"}}
            # Another risk asks for another assessment.
            say(world, "Hal", {"risk_why": "He was seen with somebody else"})
            assert left != (again := asked(world))
            assert again["Hal"] == ASKED["james"]["Hal"]
        audit = world.read(lambda session: list(session.scalars(select(AuditEvent))))
        assert all(len(one.detail) == 32 for one in audit if one.action == "participant.recorded")
        assert world.sandbox.violations == []
