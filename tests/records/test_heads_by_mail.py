"""The head of the chain by mail: what was mailed shows, whatever became of the machine, that later links are gone."""

from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from bot.__main__ import cli
from bot.sandbox.mailbox import Mailbox
from db import audit
from db.models import AuditEvent, AuditHead, Organisation
from db.pending import write_all
from tests.support.world import World, set_up

A_DAY = 24 * 3600


def test_a_mailed_head_is_compared(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mailbox = Mailbox()
    mailbox.start()
    try:
        world.stop_bot()
        mail = {"smtp_url": SecretStr(mailbox.smtp_url), "mail_from": "bot@example.org"}
        world.settings = world.settings.model_copy(update=mail)
        set_up(world.settings, audit_mail="record@example.org")
        world.start_bot()
        world.sandbox.wait_for(lambda: len(mailbox.to("record@example.org")) == 1 or None, 20)
        world.clock_forward(A_DAY + 60)
        world.sandbox.wait_for(lambda: len(mailbox.to("record@example.org")) == 2 or None, 20)
        line = mailbox.to("record@example.org")[-1].get_content().strip().splitlines()[-1]
        world.stop_bot()
    finally:
        mailbox.stop()
    file = tmp_path / "mailed.jsonl"
    file.write_text(line + "\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", world.database_url)
    monkeypatch.setenv("FACILITATOR_KEYS", world.settings.facilitator_keys.get_secret_value())
    whole = CliRunner().invoke(cli, ["audit", "verify", "--heads", str(file)])
    assert (whole.exit_code, "is whole" in whole.output) == (0, True), whole.output
    world.start_bot()
    world.write(_begin_anew)
    world.stop_bot()
    broken = CliRunner().invoke(cli, ["audit", "verify", "--heads", str(file)])
    assert (broken.exit_code, "is broken at link" in broken.output) == (1, True), broken.output


def _begin_anew(session: Session) -> None:
    """What somebody who has the key could do: a new chain, whole in itself, in the place of the old one."""
    organisation = session.scalars(select(Organisation)).one()
    session.execute(delete(AuditEvent).where(AuditEvent.organisation_id == organisation.id))
    session.execute(delete(AuditHead).where(AuditHead.organisation_id == organisation.id))
    audit.begin(session, organisation.id)
    audit.record(session, organisation.id, organisation.updated_at, "system", "anew")
    write_all(session)
