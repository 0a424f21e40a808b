"""A copy is fetched once, by its link and its digits, in time, by somebody who may still read the record."""

import io
from pathlib import Path

import httpx
import pytest
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from bot.__main__ import cli
from bot.concerns.ids import Ids
from bot.sandbox.person import Person
from db.models import AuditEvent, Concern, ConcernExport, Staff
from tests.concerns.copies import Link, asked, attached, post, shown, take_up, text_of, with_pages
from tests.concerns.pressing import press, submit
from tests.support.raising import SECRET, raise_one
from tests.support.world import KEYS, World


@pytest.fixture
def lead(world: World) -> Person:
    """A bot with a web address, and a lead who has a concern open."""
    with_pages(world)
    raise_one(world)
    return take_up(world)


def actions(world: World) -> list[str]:
    """What the audit chain says was done, in order."""
    return world.read(lambda session: list(session.scalars(select(AuditEvent.action).order_by(AuditEvent.sequence))))


def test_one_post_fetches_it_and_no_second(world: World, lead: Person) -> None:
    asked(lead)
    link = shown(world, lead)
    answer = post(link)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == 'attachment; filename="record.pdf"'
    assert SECRET in text_of(answer.content)
    assert attached(answer.content) == {}
    again = post(link)
    assert again.status_code == 404
    assert actions(world).count("concern.fetched") == 1


def test_looking_uses_nothing_up(world: World, lead: Person) -> None:
    asked(lead)
    link = shown(world, lead)
    for _ in range(10):
        page = httpx.get(link.url, headers={"User-Agent": "Slackbot-LinkExpanding 1.0"})
        assert page.status_code == 200
        assert httpx.head(link.url).status_code == 200
        assert SECRET not in page.text
        assert "C-20" not in page.text
    for method in ("PUT", "DELETE", "OPTIONS", "PATCH"):
        assert httpx.request(method, link.url).status_code == 404
    assert httpx.post(link.url).status_code == 404
    assert httpx.post(link.url, json={"digits": link.digits}).status_code == 404
    assert httpx.post(link.url, data={"digits": "x" * 500}).status_code == 404
    row = world.read(lambda session: session.scalars(select(ConcernExport)).one())
    assert (row.tries, row.fetched_at) == (0, None)
    assert post(link).status_code == 200


def test_a_password_locks_the_file_and_is_kept_nowhere(world: World, lead: Person) -> None:
    asked(lead)
    link = shown(world, lead)
    short = httpx.post(link.url, data={"digits": link.digits, "password": "short"}, timeout=20)
    assert (short.status_code, "Nothing was used up" in short.text) == (400, True)
    answer = httpx.post(link.url, data={"digits": link.digits, "password": "a long enough one"}, timeout=20)
    assert answer.status_code == 200
    reader = PdfReader(io.BytesIO(answer.content))
    assert reader.is_encrypted
    assert not reader.decrypt("another")
    assert reader.decrypt("a long enough one")
    assert SECRET in reader.pages[0].extract_text()
    row = world.read(lambda session: session.scalars(select(ConcernExport)).one())
    assert "a long enough one" not in repr(vars(row))


def test_nothing_is_kept_or_told_on_the_way(world: World, lead: Person) -> None:
    asked(lead)
    link = shown(world, lead)
    for answer in (httpx.get(link.url), post(link, "000000" if link.digits != "000000" else "1" * 6), post(link)):
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_everything_wrong_is_answered_alike(world: World, lead: Person) -> None:
    asked(lead)
    link = shown(world, lead)
    wrong = str((int(link.digits) + 1) % 10**6).zfill(6)
    unknown = Link(link.url[:-1] + ("0" if link.url[-1] != "0" else "1"), link.digits)
    bodies = {(one.status_code, one.text) for one in (post(link, wrong), post(unknown), httpx.get(unknown.url))}
    post(link)
    bodies.add((post(link).status_code, post(link).text))
    assert len(bodies) == 1
    assert bodies.pop()[0] == 404


def test_five_tries(world: World, lead: Person) -> None:
    asked(lead)
    link = shown(world, lead)
    wrong = str((int(link.digits) + 1) % 10**6).zfill(6)
    for _ in range(5):
        assert post(link, wrong).status_code == 404
    assert post(link).status_code == 404
    assert httpx.get(link.url).status_code == 404
    assert actions(world).count("refused concern.fetched") == 5


def test_five_minutes(world: World, lead: Person) -> None:
    asked(lead)
    link = shown(world, lead)
    world.clock_forward(5 * 60 + 1)
    assert httpx.get(link.url).status_code == 404
    assert post(link).status_code == 404


def test_the_digits_of_somebody_elses_copy_do_not_fit(world: World, lead: Person) -> None:
    asked(lead)
    mine = shown(world, lead)
    deputy = world.person("U0DEP")
    deputy.click("concern.read", message=world.sandbox.messages("G0CONCERN")[-1])
    asked(deputy)
    theirs = shown(world, deputy)
    assert mine.digits != theirs.digits or mine.url != theirs.url
    assert post(mine, theirs.digits).status_code == (404 if mine.digits != theirs.digits else 200)
    assert post(theirs).status_code == 200


def test_a_right_lost_in_between(world: World, lead: Person) -> None:
    asked(lead)
    link = shown(world, lead)

    def work(session: Session) -> None:
        session.scalars(select(Staff).where(Staff.slack_id == "U0LEAD")).one().roles = []

    world.write(work)
    assert post(link).status_code == 404
    assert "refused concern.fetched" in actions(world)
    fetched = world.read(lambda session: session.scalars(select(ConcernExport.fetched_at)).one())
    assert fetched is None


def test_token_and_digits_are_nowhere_in_the_database(world: World, lead: Person) -> None:
    asked(lead)
    link = shown(world, lead)
    row = world.read(lambda session: session.scalars(select(ConcernExport)).one())
    kept = repr(vars(row))
    assert link.url.rpartition("/")[2] not in kept
    assert link.digits.encode() not in row.digits_hash + row.token_hash


def test_the_same_form_again_gives_new_digits_for_the_same_copy(world: World, lead: Person) -> None:
    asked(lead)
    first = shown(world, lead)
    answer = world.sandbox.repeat()
    assert answer.status == 200
    assert world.count(ConcernExport) == 1
    assert post(first).status_code == 404


@pytest.mark.parametrize("missing", ["purpose", "made_for"])
def test_purpose_and_recipient_are_asked_for(world: World, lead: Person, missing: str) -> None:
    lead.click("concern.export")
    filled = {"purpose": "Conference", "made_for": "Una Worker", missing: "  "}
    answer = lead.submit(**filled)
    assert missing in answer.errors
    assert world.count(ConcernExport) == 0


def test_the_subject_never_takes_a_copy(world: World) -> None:
    with_pages(world)
    raise_one(world, about="staff", subject_staff="U0LEAD")
    world.settle()
    concern = world.read(lambda session: session.scalars(select(Concern)).one())
    for action in (Ids.READ, Ids.EXPORT):
        assert "no such record" in press(world, "U0LEAD", action, str(concern.id))
    typed = {"v": {"type": "plain_text_input", "value": "Because"}}
    answer = submit(world, "U0LEAD", Ids.EXPORT_FORM, f"{concern.id}:1", {"purpose": typed, "made_for": typed})
    assert "no such record" in str(answer.body)
    assert world.count(ConcernExport) == 0


def test_without_a_web_address_the_modal_names_the_command(world: World) -> None:
    raise_one(world)
    lead = take_up(world)
    lead.click("concern.export")
    concern = world.read(lambda session: session.scalars(select(Concern)).one())
    assert f"python -m bot export concern {concern.reference} --by U0LEAD" in lead.seen()
    assert world.bot is not None
    assert httpx.get(f"{world.bot.url}/export/{'0' * 48}").status_code == 404


@pytest.mark.parametrize("address", ["http://bot.example.org", None])
def test_no_page_without_https(world: World, address: str | None) -> None:
    settings = world.settings.model_copy(update={"public_url": address})
    assert settings.export_base is None
    assert (
        settings.model_copy(update={"public_url": "https://bot.example.org/"}).export_base == "https://bot.example.org"
    )


def run(world: World, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> tuple[int, str]:
    """Run the command line against the world's database."""
    monkeypatch.setenv("DATABASE_URL", world.database_url)
    monkeypatch.setenv("FACILITATOR_KEYS", KEYS)
    monkeypatch.setenv("SANDBOX_CLOCK", str(world.clock_file))
    result = CliRunner().invoke(cli, ["export", "concern", *arguments])
    return result.exit_code, result.output


def test_on_the_server(world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    raise_one(world)
    concern = world.read(lambda session: session.scalars(select(Concern)).one())
    how = ["--by", "U0LEAD", "--for", "Una Worker", "--reason", "Conference", "--folder", str(tmp_path)]
    code, said = run(world, monkeypatch, concern.reference, *how)
    assert code == 0, said
    path = tmp_path / f"record-{concern.reference}-copy-1.pdf"
    assert path.stat().st_mode & 0o777 == 0o600
    assert SECRET in text_of(path.read_bytes())
    assert SECRET not in said
    assert "concern.export" in actions(world)
    code, said = run(world, monkeypatch, concern.reference, *how)
    assert (tmp_path / f"record-{concern.reference}-copy-2.pdf").exists()


@pytest.mark.parametrize("who", ["U0FAC", "U0MAN", "U0ADM", "U0HEAD", "U0NOBODY"])
def test_on_the_server_for_those_alone_who_may(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, who: str
) -> None:
    raise_one(world)
    concern = world.read(lambda session: session.scalars(select(Concern)).one())
    how = ["--by", who, "--for", "Una Worker", "--reason", "Conference", "--folder", str(tmp_path)]
    answers = [run(world, monkeypatch, reference, *how) for reference in (concern.reference, "C-1999-00000")]
    assert answers[0] == answers[1]
    assert answers[0][0] == 1
    assert "no such record" in answers[0][1]
    assert not list(tmp_path.glob("record-*"))
    assert world.count(ConcernExport) == 0


def test_a_copy_leaves_no_content_on_its_way(
    world: World, lead: Person, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    markers = {name: f"MARKER-{name}-5521" for name in ("purpose", "made_for", "keep", "names")}
    asked(lead, kind="redacted", **markers)
    link = shown(world, lead)
    assert post(link).status_code == 200
    assert world.bot is not None
    metrics = httpx.get(f"{world.bot.url}/metrics").text
    calls = "".join(str(call.args) for call in world.sandbox.calls if not call.method.startswith("views."))
    views = "".join(str(call.args) for call in world.sandbox.calls if call.method.startswith("views."))
    kept = b"".join(path.read_bytes() for path in (tmp_path / "data").glob("*") if path.is_file())
    logged = "".join(capfd.readouterr())
    for marker in (*markers.values(), SECRET):
        assert marker not in metrics
        assert marker not in calls
        assert marker.encode() not in kept
        assert marker not in logged
        assert marker not in link.url
    assert link.digits not in calls
    assert link.digits not in logged
    assert SECRET in views
