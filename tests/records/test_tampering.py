"""What somebody can do who can write to the database, or to the file of heads: each time `audit verify` says so, and
names the first row that does not fit."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.records import heads, verifying
from bot.settings import Settings
from db import audit
from db.base import new_id
from db.models import AuditEvent, AuditHead, Organisation
from db.pending import write_all
from db.session import Database
from tests.support.world import KEYS, set_up

pytestmark = pytest.mark.both
LINKS = 12
"""How many links the chain has; the file of heads was written last at `SEEN`."""
SEEN = 9


@dataclass
class Kept:
    """A database with two chains, and the file of heads beside it."""

    database: Database
    file: Path
    before: bytes = b""
    """The seal of the head as it was two links before the end."""

    def verify(self, session: Session) -> list[str]:
        """What is wrong."""
        return [one.words for one in verifying.look(session, [self.file]) if one.wrong]


@pytest.fixture
def kept(database_url: str, tmp_path: Path) -> Iterator[Kept]:
    settings = Settings(_env_file=None, database_url=database_url, facilitator_keys=SecretStr(KEYS))
    set_up(settings)
    set_up(settings, new=True, team_id="T0OTHER", name="Another club")
    database = Database(database_url)
    found = Kept(database, tmp_path / "audit-heads.jsonl")
    with Session(database.engine) as session:
        now = Clock().now()
        for one in session.scalars(select(Organisation)).all():
            for number in range(2, LINKS + 1):
                audit.record(session, one.id, now, "U0FAC", f"test {number}")
                write_all(session)
                if number == SEEN:
                    present = [each for each in heads.present(session, now) if each.organisation_id == one.id]
                    heads.append(found.file, present)
                if number == LINKS - 2 and one.name != "Another club":
                    found.before = session.get_one(AuditHead, one.id).seal or b""
        session.commit()
        assert found.verify(session) == []
    yield found
    database.close()


def mine(session: Session) -> Organisation:
    """The organisation that is tampered with."""
    return session.scalars(select(Organisation).where(Organisation.name != "Another club")).one()


def chain(session: Session) -> list[AuditEvent]:
    """Its links, by number."""
    rows = select(AuditEvent).where(AuditEvent.organisation_id == mine(session).id).order_by(AuditEvent.sequence)
    return list(session.scalars(rows))


def anew(session: Session) -> None:
    """Compute every hash anew, and the head's, as anybody can without the key."""
    previous = "0" * 64
    for event in chain(session):
        event.previous = previous
        previous = event.hash = audit._digest(event)
    head = session.get_one(AuditHead, mine(session).id)
    head.hash = previous


def change(**values: object) -> Callable[[Session], None]:
    def harm(session: Session) -> None:
        for name, value in values.items():
            setattr(chain(session)[3], name, value)

    return harm


def change_and_compute(session: Session) -> None:
    chain(session)[3].actor = "U0LEAD"
    anew(session)


def take_one_out(session: Session) -> None:
    session.delete(chain(session)[3])


def cut(session: Session) -> None:
    for one in chain(session)[-2:]:
        session.delete(one)


def cut_and_set_back(session: Session) -> None:
    cut(session)
    session.flush()
    head, last = session.get_one(AuditHead, mine(session).id), chain(session)[-1]
    head.sequence, head.hash = last.sequence, last.hash


def delete_all(session: Session) -> None:
    organisation = mine(session).id
    session.execute(delete(AuditEvent).where(AuditEvent.organisation_id == organisation))
    session.execute(delete(AuditHead).where(AuditHead.organisation_id == organisation))


def delete_all_and_begin_again(session: Session) -> None:
    delete_all(session)
    audit.record(session, mine(session).id, Clock().now(), "U0FAC", "test 1")
    write_all(session)


def take_the_head(session: Session) -> None:
    session.execute(delete(AuditHead).where(AuditHead.organisation_id == mine(session).id))


def cut_and_take_the_head(session: Session) -> None:
    """And the bot goes on: its next link makes a new head."""
    cut(session)
    take_the_head(session)
    audit.record(session, mine(session).id, Clock().now(), "U0FAC", "test")
    write_all(session)


def insert(session: Session) -> None:
    last, head = chain(session)[-1], session.get_one(AuditHead, mine(session).id)
    event = AuditEvent(
        id=new_id(), organisation_id=last.organisation_id, sequence=last.sequence + 1, at=last.at, actor="U0LEAD",
        action="concern.read", record_kind="", record_id="", detail="", previous=last.hash, seal=last.seal,
    )  # fmt: skip
    event.hash = audit._digest(event)
    head.sequence, head.hash = event.sequence, event.hash
    session.add(event)


def reorder(session: Session) -> None:
    third, fourth = chain(session)[2:4]
    third.sequence = 9000
    session.flush()
    fourth.sequence = 3
    session.flush()
    third.sequence = 4


def copy_from_another(session: Session) -> None:
    """The whole chain of another organisation in the place of this one's."""
    other = session.scalars(select(Organisation).where(Organisation.name == "Another club")).one()
    rows = session.scalars(select(AuditEvent).where(AuditEvent.organisation_id == other.id)).all()
    delete_all(session)
    organisation = mine(session).id
    theirs = session.get_one(AuditHead, other.id)
    session.add(AuditHead(organisation_id=organisation, sequence=theirs.sequence, hash=theirs.hash, seal=theirs.seal))
    theirs_now = update(AuditEvent).where(AuditEvent.id.in_([one.id for one in rows]))
    session.execute(theirs_now.values(organisation_id=organisation))


def another_key_id(session: Session) -> None:
    event = chain(session)[3]
    event.seal = bytes([9]) + (event.seal or b"")[1:]


def unseal(session: Session) -> None:
    """All seals away, as if an earlier version had written the chain."""
    for one in chain(session):
        one.seal = None
    anew(session)


HARMS: dict[str, tuple[Callable[[Session], None], int]] = {
    "actor changed": (change(actor="U0LEAD"), 4),
    "actor changed and all hashes computed anew": (change_and_compute, 4),
    "detail changed": (change(detail="other"), 4),
    "time changed": (lambda s: change(at=chain(s)[3].at + timedelta(hours=1))(s), 4),
    "a row taken out": (take_one_out, 4),
    "the end cut off": (cut, LINKS - 1),
    "the end cut off and the head set back": (cut_and_set_back, LINKS - 1),
    "the end cut off, the head taken, and the bot goes on": (cut_and_take_the_head, LINKS - 1),
    "everything deleted": (delete_all, 1),
    "everything deleted, and the bot goes on": (delete_all_and_begin_again, 1),
    "the head taken": (take_the_head, LINKS + 1),
    "a row put in": (insert, LINKS + 1),
    "rows in another order": (reorder, 3),
    "another organisation's rows": (copy_from_another, 1),
    "another key id": (another_key_id, 4),
    "all seals away and all hashes computed anew": (unseal, LINKS),
}


def test_each_is_named_by_its_row(kept: Kept) -> None:
    wrong = {}
    for name, (harm, sequence) in HARMS.items():
        with Session(kept.database.engine) as session:
            harm(session)
            session.flush()
            session.expire_all()
            said = kept.verify(session)
            session.rollback()
        if not any(f"broken at link {sequence}:" in one for one in said):
            wrong[name] = said
    assert wrong == {}


def test_an_earlier_head_put_back_is_found_by_the_file(kept: Kept) -> None:
    """Whoever kept the head of two links ago, seal and all, can cut the end off; the file has seen a later link."""
    with Session(kept.database.engine) as session:
        heads.append(kept.file, heads.present(session, Clock().now()))
        cut_and_set_back(session)
        session.get_one(AuditHead, mine(session).id).seal = kept.before
        session.flush()
        assert audit.verify(session, mine(session).id) is None
        (said,) = kept.verify(session)
    assert f"broken at link {LINKS - 1}: the newest links are missing: link {LINKS} was seen" in said


def test_an_organisation_taken_out_is_found_by_the_file(kept: Kept) -> None:
    lines = kept.file.read_text()
    gone = new_id()
    with Session(kept.database.engine) as session:
        heads.append(kept.file, [heads.Head(Clock().now(), gone, 1, "0" * 64)])
        (said,) = kept.verify(session)
    assert gone.hex in said
    kept.file.write_text(lines)


@pytest.mark.parametrize("harm", ["altered", "swapped", "taken out", "by another key"])
def test_a_file_of_heads_that_was_altered_is_named_by_its_line(kept: Kept, harm: str) -> None:
    with Session(kept.database.engine) as session:
        heads.append(kept.file, heads.present(session, Clock().now()))
        lines = kept.file.read_text().splitlines()
        if harm == "altered":
            lines[1] = lines[1].replace('"link": 9', '"link": 8')
        elif harm == "swapped":
            lines[1], lines[2] = lines[2], lines[1]
        elif harm == "taken out":
            del lines[1]
        else:
            lines[1] = json.dumps({**json.loads(lines[1]), "seal": "01" + "00" * 32})
        kept.file.write_text("\n".join(lines) + "\n")
        (said,) = [one for one in kept.verify(session) if "file of heads" in one]
    assert "line 2 of" in said


def test_a_line_that_a_crash_cut_short_is_no_damage(kept: Kept) -> None:
    with Session(kept.database.engine) as session:
        with kept.file.open("a") as file:
            file.write('{"at": "2026-')
        assert kept.verify(session) == []
        heads.append(kept.file, heads.present(session, Clock().now()))
        assert kept.verify(session) == []
    assert kept.file.stat().st_mode & 0o777 == 0o600
