"""A class from the office: the file is chosen in a form, its columns and its people are shown, and they are added."""

import io
import zipfile
from datetime import date
from typing import Any
from xml.sax.saxutils import escape

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.reading.persons.columns import Role, guess, left_out
from db.models import AuditEvent, Delivery, Fact, OfficeColumns, Participant, Registration
from tests.support.clearing import words
from tests.support.world import World

Rows = list[list[Any]]
HEAD = ["Pupil name", "Known as", "DOB", "Parent/Carer name", "Relationship", "Parent/Carer email"]
CLASS: Rows = [
    ["Zoe Bell", "", date(2012, 5, 3), "Ann Bell", "Mum", "ann@example.org"],
    ["Benjamin Bell", "Ben", date(2014, 2, 1), "Ann Bell", "Mum", "ann@example.org"],
    ["Éli Fox", "", date(2011, 12, 24), "Tom Fox", "Dad", "tom@example.org"],
    ["Gus Hale", "", "Year 9", "", "", ""],
]


def csv_of(rows: Rows, separator: str = ",") -> str:
    """These rows as a program writes them."""
    return "\r\n".join(separator.join(f"{cell}" for cell in row) for row in rows)


def xlsx_of(rows: Rows) -> bytes:
    """These rows as an Excel file, with its own numbers for days, and a second sheet."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"

    def cell(value: object) -> str:
        if isinstance(value, date):
            return f'<c s="1"><v>{(value - date(1899, 12, 30)).days}</v></c>'
        return f'<c t="inlineStr"><is><t>{escape(str(value))}</t></is></c>'

    def sheet(lines: Rows) -> str:
        body = "".join(f"<row>{''.join(map(cell, line))}</row>" for line in lines)
        return f'<worksheet xmlns="{main}"><sheetData>{body}</sheetData></worksheet>'

    kinds = "".join(
        f'<Override PartName="/xl/{part}.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        f'spreadsheetml.{kind}+xml"/>'
        for part, kind in (("workbook", "sheet.main"), ("a", "worksheet"), ("b", "worksheet"), ("styles", "styles"))
    )
    rels = f'<Relationships xmlns="{package}/relationships">%s</Relationships>'
    rel = f'<Relationship Id="%s" Type="{office}/%s" Target="%s"/>'
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="rels" ContentType='
        f'"application/vnd.openxmlformats-package.relationships+xml"/>{kinds}</Types>',
        "_rels/.rels": rels % (rel % ("r1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets><sheet name="3B" sheetId="1" '
        'r:id="r1"/><sheet name="Notes" sheetId="2" r:id="r2"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": rels
        % "".join(
            rel % one
            for one in (("r1", "worksheet", "a.xml"), ("r2", "worksheet", "b.xml"), ("r3", "styles", "styles.xml"))
        ),
        "xl/styles.xml": f'<styleSheet xmlns="{main}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
        "</styleSheet>",
        "xl/a.xml": sheet(rows),
        "xl/b.xml": sheet([["Parents' evening"]]),
    }
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as book:
        for name, part in parts.items():
            book.writestr(name, part)
    return content.getvalue()


def carers(world: World) -> dict[str, list[tuple[str, str, str]]]:
    """Everybody's carers, each with relation, name and address."""

    def look(session: Session) -> dict[str, list[tuple[str, str, str]]]:
        return {
            one.name: [(each.relation or "", each.carer.name or "", each.carer.email or "") for each in one.links]
            for one in session.scalars(select(Participant))
        }

    return world.read(look)


def kept_anywhere(world: World) -> str:
    """What the audit, the deliveries and the remembered columns hold in plain words."""

    def look(session: Session) -> str:
        rows = [one for kind in (AuditEvent, Delivery, OfficeColumns, Fact) for one in session.scalars(select(kind))]
        return str([vars(one) for one in rows])

    return world.read(look)


def test_a_class_comes_into_a_group_from_an_excel_file_and_its_columns_are_remembered(
    world: World, capfd: pytest.CaptureFixture[str]
) -> None:
    farah = world.person("U0FAC")
    farah.command("/group", "new Chess in Cooking on Thursdays at 16:00")
    farah.command("/group", "next Chess")
    farah.command("/group", "import to Chess")
    answer = farah.submit(file=[farah.upload("3b.xlsx", xlsx_of([HEAD, *CLASS]))])
    assert answer.errors == {}
    # The columns as they seem, each to be corrected.
    seen = words(farah.view)
    assert "4 lines. From the sheet “3B”. Another sheet of the file is not read." in seen
    assert farah.view is not None
    held = {
        block["block_id"]: block["element"].get("initial_option", {}).get("text", {}).get("text")
        for block in (one for one in farah.view["blocks"] if one["type"] == "input")
    }
    assert held["name"] == "Pupil name: Zoe Bell"
    assert held["age"] == "DOB: 2012-05-03"
    assert held["carer_email"] == "Parent/Carer email: ann@example.org"
    assert held["last"] == "no column"
    assert "Which column holds the names" in farah.submit(name="-").errors["name"]
    farah.submit(name="0")
    # Whom it names, before anybody is added.
    seen = words(farah.view)
    assert "*4 people* for *Chess*." in seen
    assert "3 with a parent’s or carer’s address, 1 without." in seen
    assert "1 without an age on this list" in seen
    assert "One goes by another name" in seen
    assert "⚠️ In row 5 an age that I can’t read is left out." in seen
    assert "• Ben Bell · born 2014-02 · mum Ann Bell ann@example.org" in seen
    assert "Zoe" not in farah.view["private_metadata"]
    assert world.count(Participant) == 0
    assert farah.view["submit"]["text"] == "Add 4"
    farah.submit()
    assert "*4 new* for *Chess*, 4 in all." in words(farah.view)
    mum = [("mum", "Ann Bell", "ann@example.org")]
    assert carers(world) == {
        "Zoe Bell": mum,
        "Ben Bell": mum,
        "Éli Fox": [("dad", "Tom Fox", "tom@example.org")],
        "Gus Hale": [],
    }
    assert world.count(Registration) == 4, "they are on the group's coming meeting too"
    farah.click("Take it back")
    farah.close(all_views=True)
    assert "no members yet" in farah.command("/group", "members Chess").text
    # The same headings in a file of another kind: nothing is asked about its columns. Sent twice it is done once.
    farah.command("/group", "import Chess")
    farah.submit(file=[farah.upload("3b.csv", csv_of([HEAD, *CLASS], ";").encode("utf-16"))])
    assert "_I took their name, or first name from “Pupil name”" in words(farah.view)
    farah.submit()
    again = world.sandbox.repeat()
    assert again.errors == {}
    assert "That was done already: 4 in all" in words(farah.view)
    assert "4 members" in farah.command("/group", "members Chess").text
    # It is held nowhere: not in the log, the audit, a delivery, or what was remembered.
    said = kept_anywhere(world) + capfd.readouterr().out
    assert not [one for one in ("Zoe", "ann@example.org", "Pupil name", "3b.csv") if one in said]
    assert world.count(OfficeColumns) == 1
    assert world.sandbox.violations == []


def test_what_is_in_doubt_is_asked_as_in_a_pasted_list(world: World) -> None:
    farah = world.person("U0FAC")
    farah.command("/meeting", "new Cooking club tomorrow at 16:00 in Cooking")
    farah.command("/participant", "add Sean Byrne to M-1")
    farah.command("/participant", "import M-1")
    rows: Rows = [
        ["First name", "Surname", "Age", "Email", "Mum email"],
        ["Seán", "Byrn", "14", "", "mo@example.org"],
        ["Amy and Bo", "Cox", "12", "amy@example", "x@example.org"],
        ["Mia", "Price", "13", "mia@example.org", "a@example.org; b@example.org"],
        ["Mia", "Price", "13", "", "c@example.org"],
        ["", "", "", "", "nobody@example.org"],
    ]
    farah.submit(file=[farah.upload("list.csv", csv_of(rows).encode("cp1252"))])
    farah.submit()
    seen = words(farah.view)
    assert "In rows 3 and 4 an address that is not whole, or a second one, is left out." in seen
    assert "In row 6 there is no name: left out." in seen
    assert "Is Seán Byrn the same person as Sean Byrne, who is on the list?" in seen
    assert "Are there two people called Mia Price?" in seen
    assert farah.view is not None
    asked = {one["label"]["text"]: one for one in farah.view["blocks"] if one["block_id"].startswith("q.")}
    assert farah.submit().errors.keys() == {one["block_id"] for one in asked.values()}
    labels = {"Is": "The same person", "Are": "One person", "Row": "2 people: Amy, Bo Cox"}
    assert sorted(text.split()[0] for text in asked) == sorted(labels)
    farah.submit({one["block_id"]: labels[text.split()[0]] for text, one in asked.items()})
    assert "*3 new*" in words(farah.view)
    found = carers(world)
    assert set(found) == {"Sean Byrne", "Mia Price", "Amy", "Bo Cox"}
    assert [found[one][0][2] for one in ("Amy", "Bo Cox")] == ["x@example.org"] * 2
    assert [one[2] for one in found["Mia Price"]] == ["a@example.org"]
    assert "Another address is on record, and left as it is, for Mia Price." in words(farah.view)
    assert [one[2] for one in found["Sean Byrne"]] == ["mo@example.org"]
    farah.close(all_views=True)
    assert world.sandbox.violations == []


def test_slack_gives_the_file_only_to_whom_it_gives_it_and_the_form_says_what_is_wrong(world: World) -> None:
    farah = world.person("U0FAC")
    farah.command("/meeting", "new Cooking club tomorrow at 16:00 in Cooking")

    def tried(name: str, content: bytes, **how: bool) -> str:
        farah.command("/participant", "import M-1")
        answer = farah.submit(file=[farah.upload(name, content, **how)])
        said = f"{answer.errors} {words(farah.view)}"
        farah.close(all_views=True)
        return said

    good = csv_of([HEAD, *CLASS]).encode()
    assert "Which column holds what" in tried("list.csv", good, elsewhere=True), "of a shared channel it is asked for"
    assert "It is empty" in tried("list.csv", b"")
    assert "It is no table" in tried("list.csv", b"%PDF-1.7\x00\x01\x02")
    assert "It is damaged" in tried("list.xlsx", b"PK\x03\x04 not a workbook")
    assert "larger than 1 MB" in tried("list.csv", b"a,b\n" * 300_000)
    assert "more than 1,000 lines" in tried("list.csv", b"a,b\n" * 1_200)
    farah.command("/participant", "import M-1")
    kept = farah.upload("list.csv", good)
    world.sandbox.state.files[kept].deleted = True
    assert "not at Slack any more" in str(farah.submit(file=[kept]).errors)
    # A file that somebody else gave, or nobody knows who, is as one that is not there.
    for giver in ("U0COW", ""):
        kept = farah.upload("list.csv", good)
        world.sandbox.state.files[kept].user = giver
        assert "not at Slack any more" in str(farah.submit(file=[kept]).errors)
    farah.close(all_views=True)
    assert world.sandbox.violations == []
    # Without the right to read files.
    scopes = world.sandbox.settings.scopes
    object.__setattr__(world.sandbox.settings, "scopes", tuple(one for one in scopes if one != "files:read"))
    assert "an administrator adds the right `files:read`" in tried("list.csv", good)
    world.sandbox.violations.clear()
    assert world.count(Participant) == 0


def test_while_slack_is_slow_the_form_says_so_and_shows_its_people_then(world: World) -> None:
    farah = world.person("U0FAC")
    farah.command("/group", "new Chess in Cooking")
    farah.command("/meeting", "new Cooking club tomorrow at 16:00 in Cooking")
    farah.command("/participant", "import M-1")
    first = ["Zoe", "Ben", "Eli", "Gus", "Amy", "Cai", "Nia", "Tom", "Una", "Sid"]
    last = ["Bell", "Fox", "Hale", "Price", "Able", "Beck", "Ames", "Nair"]
    everybody: Rows = [["Name", "Carer email"]]
    everybody += [
        [f"{one} {two}", f"home{len(one) * 7}{two}{one[0]}@example.org".lower()] for one in first for two in last
    ]
    file = farah.upload("all.csv", csv_of(everybody).encode())
    hold = world.sandbox.faults.hold("files.info")
    farah.submit(file=[file])
    assert "Reading…" in words(farah.view)
    hold.release()
    world.sandbox.wait_for(lambda: "Which column holds what" in words(farah.view), 10)
    farah.submit()
    assert "*80 people* for *M-1" in words(farah.view)
    # It is cancelled between two parts: what is in is said truly.
    hold, drawn = world.sandbox.faults.hold("files.info"), world.sandbox.faults.hold("views.update")
    farah.submit()
    hold.release()
    world.sandbox.wait_for(lambda: world.count(Registration) == 40, 10)
    lena = world.person("U0LEAD")
    lena.command("/meeting", "cancel M-1")
    lena.click("meeting.cancel", message=lena.private[-1])
    drawn.release()
    world.sandbox.wait_for(lambda: "Not all are in" in str(farah.view), 10)
    seen = words(farah.view)
    assert "*The first 40 of 80 are in*" in seen
    assert "*The other 40 are NOT SAVED:* M-1 is cancelled" in seen
    assert "begin again with the same file" in seen
    assert world.count(Registration) == 40
    farah.close(all_views=True)
    farah.command("/group", "import Chess")
    farah.submit(file=[farah.upload("all.csv", csv_of(everybody).encode())])
    assert "*80 people* for *Chess*." in words(farah.view)
    farah.submit()
    world.sandbox.wait_for(lambda: "*80 new* for *Chess*" in words(farah.view), 20)
    assert world.count(Participant) == 80
    assert world.sandbox.violations == []


def test_whose_address_a_column_holds_is_asked_whoever_chose_it(world: World) -> None:
    farah, col = world.person("U0FAC"), world.person("U0COW")
    head = ["Teacher name", "Pupil", "Pupil email", "Parent 1 name", "Parent 1 email", "Parent 2 email"]
    rows: Rows = [
        head,
        ["Mr Moss", "Zoe Bell", "zoe@school.example", "Ann Bell", "ann@example.org", "jo@example.org"],
        ["Mr Moss", "Ben Bell", "ben@school.example", "Ann Bell", "ann@example.org", ""],
    ]

    def chosen(person: Any) -> dict[str, str]:
        inputs = [one for one in person.view["blocks"] if one["type"] == "input" and "options" in one["element"]]
        return {one["block_id"]: one["element"].get("initial_option", {}).get("value", "-") for one in inputs}

    def question(person: Any) -> str:
        return next(str(one["block_id"]) for one in person.view["blocks"] if one["block_id"].startswith("q."))

    def begun(person: Any, name: str) -> None:
        person.command("/group", f"import {name}")
        person.submit(file=[person.upload("3b.csv", csv_of(rows).encode())])

    farah.command("/group", "new Chess in Cooking")
    col.command("/group", "new Art in Cooking")
    begun(col, "Art")
    held = chosen(col)
    assert (held["name"], held["email"], held["carer"], held["carer_email"]) == ("1", "2", "3", "4")
    col.submit(carer_email="2", email="-")
    assert "would go to “Pupil email”. Whose addresses are these?" in words(col.view)
    col.submit({question(col): "The parents’ or carers’"})
    assert "*2 new* for *Art*" in words(col.view)
    col.close(all_views=True)
    # Another's choice is looked at once by each, and what is doubtful in it is asked about.
    begun(farah, "Chess")
    assert "A colleague chose so" in words(farah.view)
    assert chosen(farah)["carer_email"] == "2"
    farah.submit()
    assert "would go to “Pupil email”" in words(farah.view)
    farah.submit({question(farah): "“Parent 1 email” holds the carers’"})
    seen = words(farah.view)
    assert "• Zoe Bell · Ann Bell ann@example.org" in seen
    assert "Not taken: “Parent 2 email”." in seen
    farah.submit()
    assert "*2 new* for *Chess*" in words(farah.view)
    farah.close(all_views=True)
    # Once more: of her own choice nothing but the doubtful column is asked. The carer has another address by now.
    rows[1][4] = rows[2][4] = "ann2@example.org"
    for answer, found in (
        ("Leave it as it is", {"ann@example.org"}),
        ("The same carer, with a new address", {"ann2@example.org"}),
        ("Another carer of the same name", {"ann2@example.org", "ann3@example.org"}),
    ):
        begun(farah, "Chess")
        farah.submit({question(farah): "“Parent 1 email” holds the carers’"})
        farah.submit()
        assert "Zoe Bell, Ben Bell: another address is on record. Ann Bell has" in words(farah.view)
        farah.submit({question(farah): answer})
        said = "Another address is on record, and left as it is, for "
        assert (said in words(farah.view)) is answer.startswith("Leave")
        farah.close(all_views=True)
        with_carers = world.read(_hers)
        assert with_carers == {"Zoe Bell": found, "Ben Bell": found}
        if "ann2@example.org" in found:
            rows[1][4] = rows[2][4] = "ann3@example.org"
    # Pasted, it is never a second carer in silence.
    farah.command("/meeting", "new Cooking club tomorrow at 16:00 in Cooking")
    farah.command("/participant", "add Zoe Bell 14 mum Ann Bell ann4@example.org to M-1")
    if farah.view is not None:
        farah.submit()
        assert "Another address is on record" in words(farah.view)
        farah.close(all_views=True)
    assert world.read(_hers)["Zoe Bell"] == {"ann2@example.org", "ann3@example.org"}
    assert world.sandbox.violations == []


def _hers(session: Session) -> dict[str, set[str | None]]:
    """The carers' addresses of those whom one person added."""
    people = session.scalars(select(Participant).where(Participant.added_by == "U0FAC"))
    return {one.name: {each.carer.email for each in one.links} for one in people}


@pytest.mark.parametrize(
    ("heads", "taken", "left"),
    [
        ("Parent 1 name|Pupil name|Parent 1 email|Parent 2 name|Parent 2 email", "name 1 carer 0 carer_email 2", 2),
        (
            "Name|Emergency contact 1|Emergency contact 1 tel|Parent1Email|Parent1Name",
            "name 0 carer 4 carer_email 3",
            2,
        ),
        ("Teacher name|School name|Form tutor|Kid|Parent email", "carer_email 4", 0),
        ("Surname|First name|Parent surname|Carer 2 email", "name 1 last 0 carer_email 3", 1),
        ("Form tutor|Pupil|DOB|Mum|Mum email|Dad|Dad email", "name 1 age 2 carer 3 carer_email 4", 2),
        (
            "Pupil|Teacher email|Pupil email|Second contact email|First contact email",
            "name 0 email 2 carer_email 4",
            1,
        ),
        ("Forename(s)|Pupil’s legal surname *|Guardian Email 1", "name 0 last 1 carer_email 2", 0),
        ("School name|Teacher|Kid", "", 0),
    ],
)
def test_headings_say_whose_name_and_address_stands_under_them(heads: str, taken: str, left: int) -> None:
    header = heads.split("|")
    found = guess([header, ["Zoe Bell"] * len(header)])
    pairs = taken.split()
    assert found.of == {Role(role): int(place) for role, place in zip(pairs[::2], pairs[1::2], strict=True)}
    assert found.headed
    assert len(left_out(header, found)) == left
