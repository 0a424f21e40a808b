"""What a copy of a record says: everything, byte for byte; or with names taken out, and then no name at all."""

import io
import json
import re
import unicodedata
from datetime import UTC, datetime
from typing import Any

import pytest
from pypdf import PdfReader
from pypdf.generic import ContentStream, DictionaryObject, IndirectObject, StreamObject
from sqlalchemy import select

from bot.concerns.copies import chronology, copying, pdf
from bot.concerns.copies.chronology import Header, Line, Paper
from bot.concerns.copies.redaction import Redactor
from db.models import AuditHead, Concern, ConcernExport
from tests.concerns.copies import asked, attached, post, shown, take_up, text_of, with_pages
from tests.support.raising import raise_one
from tests.support.world import World

FACTS = "Mae'r plentyn yn y tŷ; dŵr, ŵy, Ŷd.\n\n  second line, indented\nthird — “quoted” ½ €"
# Emoji with joiners, Arabic and Hebrew.
WORDS = "dwi ddim eisiau mynd adre 😀👨‍👩‍👧 ❤️\nهو قال: لا أريد أن أعود\nאני מפחד ללכת הביתה"  # noqa: RUF001
OPINION = "MARKER-opinion-4417"


def folded(text: str) -> str:
    """The text as it is compared: composed, each run of white space as one space."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def a_copy(world: World, raising: dict[str, Any], **fields: Any) -> bytes:
    """Raise a concern, take it up, ask for a copy and fetch it."""
    with_pages(world)
    raiser = world.person("U0FAC")
    raiser.command("/concern", "", channel="C0GENERAL")
    raiser.click("concern.continue")
    raiser.choose("about", "child")
    raiser.submit({"urgency": "today", **raising})
    lead = take_up(world)
    asked(lead, **fields)
    answer = post(shown(world, lead))
    assert answer.status_code == 200
    return answer.content


def test_the_attached_record_is_what_was_written(world: World) -> None:
    content = a_copy(world, {"facts": FACTS, "words": WORDS, "opinion": OPINION}, attach=["attach"])
    record = json.loads(attached(content)["record.json"][0])
    texts = {one["field"]: one["text"] for one in record["texts"]}
    assert (texts["facts"], texts["words"], texts["opinion"]) == (FACTS, WORDS, OPINION)
    concern = world.read(lambda session: session.scalars(select(Concern)).one())
    assert record["reference"] == concern.reference


def test_the_pages_say_it_in_quotation_marks_and_leave_the_opinion_out(world: World) -> None:
    content = a_copy(world, {"facts": FACTS, "words": WORDS, "opinion": OPINION, "done": ["called 999 or 101"]})
    said = folded(text_of(content))
    assert f"“{folded(FACTS)}”" in said
    assert "dwi ddim eisiau mynd adre 😀" in said
    assert OPINION not in said
    assert "called 999 or 101" in said
    assert "Farah Facilitator (raiser)" in said
    assert "Acknowledged" in said
    assert "Lena Lead (safeguarding lead)" in said
    assert "Una Worker, children's services" in said
    assert "Conference on Thursday" in said


def test_the_foot_of_each_page(world: World) -> None:
    content = a_copy(world, {"facts": "A long story. " * 200, "words": "More of it. " * 240})
    pages = PdfReader(io.BytesIO(content)).pages
    assert len(pages) > 1
    head = world.read(lambda session: session.scalars(select(AuditHead.sequence)).one())
    for number, page in enumerate(pages, 1):
        text = page.extract_text()
        assert f"Page {number} of {len(pages)}" in text
        found = re.search(r"(C-\d{4}-\d{5}) · copy 1, whole record · chain (\d+):([0-9a-f]{64})", text)
        assert found is not None
        assert int(found[2]) <= head
    assert folded("A long story. " * 200) in folded(text_of(content))


def test_the_same_copy_has_the_same_bytes(world: World) -> None:
    content = a_copy(world, {"facts": FACTS, "words": WORDS})
    row = world.read(lambda session: session.scalars(select(ConcernExport)).one())
    world.clock_forward(3600)
    lead = world.person("U0LEAD")
    lead.click("concern.read", message=world.sandbox.messages("G0CONCERN")[-1])
    again = [pdf.render(world.read(lambda session: copying.paper_of(session, row))) for _ in range(2)]
    assert again == [content, content]


def test_what_is_added_later_stands_as_an_amendment(world: World) -> None:
    with_pages(world)
    raise_one(world, facts="First words")
    raiser = world.person("U0FAC")
    raiser.click("concern.add_more")
    raiser.submit(facts="Second words")
    lead = take_up(world)
    asked(lead)
    said = folded(text_of(post(shown(world, lead)).content))
    assert "“First words”" in said
    assert "Amendment: adds to what was raised" in said
    assert "“Second words”" in said
    assert said.index("“First words”") < said.index("“Second words”")


NAMES = ("Bilal", "Siân", "O’Brien", "Farah", "Lena", "Tomos", "U0LEAD", "U0FAC")


def test_a_redacted_copy_has_no_name_but_one(world: World) -> None:
    facts = "Bilal Khan pushed Aisha Khan. SIAN O'BRIEN saw it; bilal laughed. Farah told Lena. <@U0LEAD>; Tomos."
    content = a_copy(
        world,
        {"facts": facts, "who": "Aisha Khan", "witnesses": "Siân O’Brien"},
        kind="redacted",
        keep="Aisha Khan",
        names="Bilal Khan\nSiân O’Brien\nTomos",
    )
    said = folded(text_of(content))
    assert "Aisha Khan" in said
    assert "[person 1] pushed Aisha Khan" in said
    everything = unicodedata.normalize("NFKD", "\n".join([said, *strings(content)]))
    plain = "".join(one for one in everything if not unicodedata.combining(one)).casefold().replace("’", "'")
    for name in NAMES:
        wanted = unicodedata.normalize("NFKD", name)
        wanted = "".join(one for one in wanted if not unicodedata.combining(one)).casefold().replace("’", "'")
        assert not re.search(rf"(?<!\w){re.escape(wanted)}(?!\w)", plain), name
    assert attached(content) == {}
    assert "Produced by: The safeguarding lead" in said
    assert "The raiser" in said


def test_the_raiser_is_named_where_that_was_asked_for(world: World) -> None:
    content = a_copy(world, {"facts": "Farah was there"}, kind="redacted", keep="Aisha Khan", raiser=["shown"])
    said = folded(text_of(content))
    assert "Farah Facilitator (raiser)" in said
    assert "“Farah was there”" in said
    assert "Lena" not in said


def test_whose_name_stays_is_asked_for(world: World) -> None:
    with_pages(world)
    raise_one(world)
    lead = take_up(world)
    lead.click("concern.export")
    answer = lead.submit(purpose="Request", made_for="Aisha Khan", kind="redacted")
    assert "keep" in answer.errors


def test_a_field_made_for_names_says_nothing_in_a_redacted_copy(world: World) -> None:
    """Nobody listed these names, and the bot knows none of them."""
    facts = "Then Zofia came, and Marek Nowak stood at the door. Aisha Khan cried."
    raising = {"facts": facts, "who": "Aisha Khan, Year 9", "witnesses": "Zofia (her mum) and Marek Nowak, kasia"}
    said = folded(text_of(a_copy(world, raising, kind="redacted", keep="Aisha Khan")))
    for name in ("Zofia", "Marek", "Nowak", "kasia"):
        assert name not in said
    assert "[names taken out]" in said
    assert "Aisha Khan, Year 9" in said
    assert "Aisha Khan cried" in said


def test_without_a_tick_nothing_is_attached_and_the_opinion_is_nowhere(world: World) -> None:
    content = a_copy(world, {"facts": FACTS, "opinion": OPINION})
    assert attached(content) == {}
    assert OPINION not in "\n".join([text_of(content), *strings(content)])


def test_the_tick_says_what_is_in_it_and_does_not_go_with_names_taken_out(world: World) -> None:
    with_pages(world)
    raise_one(world)
    lead = take_up(world)
    lead.click("concern.export")
    assert "the raiser's own view" in str(lead.view)
    answer = lead.submit(purpose="Request", made_for="A", kind="redacted", keep="Aisha", attach=["attach"])
    assert "attach" in answer.errors


def strings(content: bytes) -> list[str]:
    """Every string of a PDF that is not the text of a page: titles, names, attachments, and raw streams."""
    found: list[str] = []
    reader = PdfReader(io.BytesIO(content))

    def walk(thing: Any, seen: set[int]) -> None:
        if isinstance(thing, IndirectObject):
            if thing.idnum in seen:
                return
            seen.add(thing.idnum)
            thing = thing.get_object()
        if isinstance(thing, StreamObject) and not isinstance(thing, ContentStream):
            data = thing.get_data()
            found.append(data.decode("latin-1"))
            found.append(data.decode("utf-16-be", "replace"))
        if isinstance(thing, DictionaryObject):
            for key, value in thing.items():
                found.append(str(key))
                walk(value, seen)
        elif isinstance(thing, list):
            for value in thing:
                walk(value, seen)
        elif isinstance(thing, str):
            found.append(thing)

    walk(reader.trailer, set())
    return found


def a_paper(what: str, at: datetime = datetime(2026, 3, 19, 12, tzinfo=UTC)) -> Paper:
    """A paper of one line."""
    header = Header("C-2026-12345", (("Reference", "C-2026-12345"),), "copy 1, whole record", at, f"7:{'ab' * 32}")
    return Paper(header, (Line("then", "now", "Somebody", "Raised", (what,)),), (), None)


def test_time_and_words_make_the_bytes() -> None:
    assert pdf.render(a_paper("one")) == pdf.render(a_paper("one"))
    assert pdf.render(a_paper("one")) != pdf.render(a_paper("two"))
    assert pdf.render(a_paper("one")) != pdf.render(a_paper("one", datetime(2026, 3, 20, tzinfo=UTC)))


HOSTILE = (
    '#panic("no") #read("/etc/passwd") #eval("1") $x^2$ *bold* _it_ = head @ref <lab> `raw` // gone /* gone */ -- --- '
    "~ \\ [a] #[b] #let x = 1; https://example.org/a?b=c \"quoted\" 'q' {{}} %PDF \\u{41}"
)


def test_markup_that_somebody_typed_is_set_as_it_is() -> None:
    said = folded(text_of(pdf.render(a_paper(HOSTILE))))
    assert "".join(HOSTILE.split()) in "".join(said.split())


def test_pages_are_upright_and_tagged_for_screen_readers() -> None:
    reader = PdfReader(io.BytesIO(pdf.render(a_paper("one\ntwo"))))
    for page in reader.pages:
        assert page.mediabox.height > page.mediabox.width
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-GB"
    assert "/StructTreeRoot" in root
    assert b"pdfuaid" in root["/Metadata"].get_object().get_data()
    assert reader.metadata is not None
    assert reader.metadata.title == "Record C-2026-12345"


def test_a_copy_reads_in_order_label_by_label() -> None:
    line = Line("then", "now", "Somebody", "Raised", ("it happened",), ("rang",), ("answered",), ("decided",))
    said = text_of(pdf.render(Paper(a_paper("x").header, (line,), ("the note",), None)))
    wanted = ["1. Raised", "When it happened: then", "Entered: now", "By: Somebody", "What happened: it happened"]
    wanted += ["Action, or why none: rang", "Agency and reply: answered", "Decision and reason: decided", "the note"]
    places = [said.index(one) for one in wanted]
    assert places == sorted(places)


def test_every_time_is_written_in_one_way() -> None:
    assert chronology.day_and_time("2026-11-26", "16:00", "Europe/London") == "Thursday 26 November 2026 at 16:00 GMT"
    assert chronology.day_and_time("2026-07-02", "09:05", "Europe/London") == "Thursday 2 July 2026 at 09:05 BST"
    assert chronology.day_and_time("2026-07-02", "", "Europe/London") == "Thursday 2 July 2026"


@pytest.mark.parametrize("character", ["\x07", "中", "অ", "\ud7ff", "\U000f0000"])
def test_what_no_font_has_is_printed_as_its_code(character: str) -> None:
    said = text_of(pdf.render(a_paper(f"before {character} after")))
    assert f"before [U+{ord(character):04X}] after" in folded(said)


def test_a_word_that_is_wider_than_its_column_is_broken_and_whole() -> None:
    said = text_of(pdf.render(a_paper("x" * 500)))
    assert "x" * 500 in "".join(said.split())


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Bilal Khan and Aisha Khan", "[person 1] and Aisha Khan"),
        ("BILAL  KHAN’s coat", "[person 1]’s coat"),
        ("bilal\nkhan", "[person 1]"),
        ("Khan said so", "Khan said so"),
        ("Bilalson is a place", "Bilalson is a place"),
        ("I will ask Will", "I will ask [person 3]"),
        ("bilal.khan@example.org", "[person 1].khan@example.org"),
        ("Rene\u0301e", "[person 4]"),
        ("nobody", "nobody"),
        ("ask the safeguarding lead, Mr Lead", "ask the safeguarding lead, Mr [person 2]"),
    ],
)
def test_taking_names_out(text: str, left: str) -> None:
    redact = Redactor(["Bilal Khan", "Lena Lead"], ["Will Grace", "Renée Dupont"], ["Aisha Khan"])
    assert redact(text) == left


def test_nothing_to_take_out() -> None:
    assert Redactor([])("Bilal Khan") == "Bilal Khan"
