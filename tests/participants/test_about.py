"""The form about one person: how old they are, as what they come, their address; seen by those who may."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.reading.persons import ages
from bot.reading.persons.carers import Carer, carer
from db.models import AuditEvent, Participant, ParticipantKind
from db.models import Carer as CarerModel
from tests.support.clearing import words
from tests.support.world import World

SAID = date(2026, 11, 30)


@pytest.mark.parametrize(
    ("typed", "day", "least", "most"),
    [
        ("14", SAID, 14, 14),
        ("aged 14", date(2026, 12, 1), 14, 15),
        ("14 years old", date(2027, 11, 30), 15, 15),
        ("May 2010", date(2026, 5, 30), 15, 16),
        ("born 2010-05", date(2026, 5, 31), 16, 16),
        ("12/05/2010", date(2026, 6, 1), 16, 16),
        ("born 2010", SAID, 15, 16),
        ("under 16", SAID, None, 15),
        ("16-17", SAID, 16, 17),
        ("16 to 17", date(2028, 11, 30), 18, 19),
        ("over 18", SAID, 18, None),
        ("18+", SAID, 18, None),
        ("18", SAID, 18, 18),
    ],
)
def test_an_age_is_reckoned_for_the_day_that_is_asked_about(
    typed: str, day: date, least: int | None, most: int | None
) -> None:
    age = ages.typed(typed)
    assert age is not None
    assert (age.least(SAID, day), age.most(SAID, day)) == (least, most)
    assert ages.typed(age.words) == age


@pytest.mark.parametrize("typed", ["Year 9", "7B", "1", "13/13/2010", "next year", "11 to 13", "200", "P5", "2010-13"])
def test_what_is_no_age_is_none(typed: str) -> None:
    assert ages.typed(typed) is None


def people(world: World) -> dict[str, Participant]:
    """Everybody, by name."""
    return world.read(lambda session: {one.name: one for one in session.scalars(select(Participant))})


def test_ages_are_taken_from_a_list_asked_for_once_and_mended_in_a_form(world: World) -> None:
    farah, col = world.person("U0FAC"), world.person("U0COW")
    farah.command("/meeting", "new Cooking club tomorrow at 16:00 in Cooking")
    farah.command("/participant", "add Zoe Bell 14, Ben Cox (16), Cai Hughes born May 2001, Eli Fox Year 9 to M-1")
    said = words(farah.view)
    assert "I took the ages" in said
    assert "1 without an age on this list" in said
    assert "I left out school years" in said
    farah.submit()
    farah.close(all_views=True)
    kinds = {name: (one.kind, one.age) for name, one in people(world).items()}
    assert kinds == {
        "Zoe Bell": (ParticipantKind.CHILD, "14"),
        "Ben Cox": (ParticipantKind.YOUNG_PERSON, "16"),
        "Cai Hughes": (ParticipantKind.ADULT, "born 2001-05"),
        "Eli Fox": (ParticipantKind.CHILD, None),
    }
    listed = farah.command("/participant", "list M-1").text
    assert "Zoe Bell (child, 14)" in listed
    assert "Eli Fox (child, age not known)" in listed
    # What is known stays beside what cannot be true with it; what can be is the later word.
    farah.command("/participant", "add Zoe Bell 12, Ben Cox 16, Eli Fox 13 to M-1")
    assert "Another age is on record for Zoe Bell" in farah.submit().text
    farah.close(all_views=True)
    assert people(world)["Eli Fox"].age == "13"
    # An adult of twelve is a slip.
    farah.command("/participant", "add adults Gus Hale 12 to M-1")
    assert "Gus Hale is under 18" in str(farah.submit().errors)
    farah.close(all_views=True)

    # The form, from the list and by name; nobody else opens it.
    farah.command("/participant", "list M-1")
    farah.click("About one of them")
    farah.choose("participant.about", "Zoe Bell")
    assert farah.view is not None
    assert "Zoe Bell" in words(farah.view)
    assert "Zoe" not in farah.view["private_metadata"]
    assert "Write it like" in farah.submit(age="Year 9").errors["age"]
    assert "One a line" in farah.submit(age="16 to 17", email="zoe@example.org", carers="07700").errors["carers"]
    assert "Saved for Zoe Bell: their age, their address." in words_after(farah, carers="")
    zoe = people(world)["Zoe Bell"]
    assert (zoe.age, zoe.age_said_by, zoe.email) == ("16 to 17", "U0FAC", "zoe@example.org")
    assert zoe.age_said_at is not None
    assert abs((zoe.age_said_at - datetime.now(UTC)).total_seconds()) < 600
    farah.command("/participant", "show Zoe")
    assert "Nothing was changed." in words_after(farah)
    assert "I know nobody called" in col.command("/participant", "show Zoe Bell").text
    col.command("/meeting", "new Chess tomorrow at 18:00")
    assert "I know nobody called" in col.command("/participant", "show Zoe Bell").text
    # Who leads on safeguarding runs every meeting.
    lena = world.person("U0LEAD")
    lena.command("/participant", "show Zoe Bell")
    assert "16 or 17" in words(lena.view)
    lena.close()
    # A meeting is still shown by its number or its title.
    assert "4 registered" in farah.command("/participant", "show M-1").text
    assert "4 registered" in farah.command("/participant", "show Cooking club").text
    audit = world.read(lambda session: list(session.scalars(select(AuditEvent))))
    changed = [one for one in audit if one.action == "participant.changed"]
    assert [(one.record_id, one.detail) for one in changed] == [(zoe.id.hex, "age email")]


def carers(world: World) -> dict[str, list[tuple[str, str, str, bool]]]:
    """Everybody's carers, each with relation, name and address, and whether they may consent."""

    def look(session: Session) -> dict[str, list[tuple[str, str, str, bool]]]:
        return {
            one.name: [
                (each.relation or "", each.carer.name or "", each.carer.email or "", each.may_consent)
                for each in one.links
            ]
            for one in session.scalars(select(Participant))
        }

    return world.read(look)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("mum Ann ann@example.org", Carer("mum", "Ann", "ann@example.org")),
        ("Ann Bell (mum) <ann@example.org> 07700 900123", Carer("mum", "Ann Bell", "ann@example.org", "07700 900123")),
        ("ann@example.org", Carer("", "", "ann@example.org")),
        ("Foster carer: Jo Fry (may not consent)", Carer("foster carer", "Jo Fry", "", "", False)),
        ("Grandma Nan Price, nan@example.org", Carer("grandma", "Nan Price", "nan@example.org")),
        ("07700 900123", None),
        ("a@example.org b@example.org", None),
        ("mum", None),
    ],
)
def test_a_carer_is_read_from_a_line(line: str, found: Carer | None) -> None:
    assert carer(line) == found
    assert found is None or carer(found.line) == found


def test_a_class_with_its_carers_is_one_paste_and_brothers_and_sisters_have_one_carer(world: World) -> None:
    farah = world.person("U0FAC")
    farah.command("/meeting", "new Cooking club tomorrow at 16:00 in Cooking")
    text = (
        "add Zoe Bell 14 mum Ann Bell ann@example.org\nBen Bell, 12, mum Ann Bell <ann@example.org>\n"
        "Eli Fox 13 dad Tom Fox tom@example.org\nGus Hale 13\nto M-1"
    )
    farah.command("/participant", text)
    assert "I took the carers" in words(farah.view)
    assert "3 without" not in words(farah.view)
    assert farah.submit().errors == {}
    farah.close(all_views=True)
    ann, tom = ("mum", "Ann Bell", "ann@example.org", True), ("dad", "Tom Fox", "tom@example.org", True)
    assert carers(world) == {"Zoe Bell": [ann], "Ben Bell": [ann], "Eli Fox": [tom], "Gus Hale": []}
    assert world.count(CarerModel) == 2
    assert "Ben Bell (child, 12, carer's e-mail known)" in farah.command("/participant", "list M-1").text
    # A carer of both is changed for both; the invitation goes to the first who may consent.
    farah.command("/participant", "show Zoe Bell")
    lines = "aunt May Hill may@example.org\nmum Ann Bell ann2@example.org"
    assert "Saved for Zoe Bell: their carers." in words_after(farah, carers=lines)
    new = ("mum", "Ann Bell", "ann2@example.org", True)
    assert carers(world)["Zoe Bell"] == [("aunt", "May Hill", "may@example.org", True), new]
    assert carers(world)["Ben Bell"] == [new]
    farah.command("/meeting", "edit M-1 link https://zoom.us/j/12345678901")
    said = farah.command("/invitation", "M-1 for Zoe Bell").text
    assert "may@example.org" in said
    assert "Dear May Hill," in said
    farah.command("/participant", "show Zoe Bell")
    words_after(farah, carers="aunt May Hill may@example.org (may not consent)\nmum Ann Bell ann2@example.org")
    farah.command("/participant", "show Zoe Bell")
    assert "any more" not in words(farah.view)
    words_after(farah, carers="mum Ann Bell ann2@example.org")
    # Who took a carer off is seen in the form, and in nothing else.
    farah.command("/participant", "show Zoe Bell")
    assert "Not their carer any more: aunt May Hill (<@U0FAC>, " in words(farah.view)
    farah.close()
    assert "May" not in str(world.read(lambda session: [one.detail for one in session.scalars(select(AuditEvent))]))
    assert "Dear Ann Bell," in farah.command("/invitation", "M-1 for Zoe Bell").text
    assert "Zoe Bell is invited" in farah.command("/invitation", "M-1 for Zoe Bell").text


def words_after(person: object, **values: object) -> str:
    """What the form says after it was sent off; it is closed then."""
    person.submit(values)  # type: ignore[attr-defined]
    said = words(person.view)  # type: ignore[attr-defined]
    person.close(all_views=True)  # type: ignore[attr-defined]
    return said
