"""`/facilitator policy`: which document, how it stands, what is still empty, what is the bot's own."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.organisation import check
from bot.policy import PACK_NAMES, load_pack
from bot.policy.overrides import place_of
from bot.slack.text import esc
from db.models import Organisation
from tests.support.world import ROOT, World, open_world


@pytest.fixture
def of_policy(
    sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[World]:
    """A world that follows the policy named by the test."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "data" / "facilitator.db"
    path.parent.mkdir()
    path.write_bytes(sqlite_template.read_bytes())
    with open_world(f"sqlite:///{path}", tmp_path, policy=request.param) as opened:
        yield opened
        assert opened.sandbox.violations == []


def said(world: World) -> str:
    """What anybody reads under `/facilitator policy`."""
    return world.person("U0FAC").command("/facilitator", "policy", channel="C0GENERAL").text


def test_the_sample_has_filled_everything_in(world: World) -> None:
    text = said(world)
    assert "JAMES" in text
    assert "in force" in text
    assert "Still empty" not in text
    assert "Where it is silent, our own suggestions:" in text
    assert "Every meeting has a passcode" in text


@pytest.mark.parametrize(
    ("of_policy", "words"),
    [
        pytest.param("sendiass", ["⚠️ *That day has passed.*", "Review due"], marks=pytest.mark.clause("SEN-049")),
        pytest.param("working4u", ["Status: interim"], marks=pytest.mark.clause("W4U-004")),
        ("voluntary_sector", ["advice, not a rule book"]),
        ("st_josephs", ["Still empty, so that no meeting becomes ready."]),
    ],
    indirect=["of_policy"],
)
def test_each_document_as_it_stands(of_policy: World, words: list[str]) -> None:
    text = said(of_policy)
    for one in words:
        assert one in text
    assert "texts.contact" in text
    assert "retention.attendance" in text


@pytest.mark.parametrize("of_policy", PACK_NAMES, indirect=True)
def test_each_empty_slot_is_named_here_and_by_check(of_policy: World, request: pytest.FixtureRequest) -> None:
    policy = request.node.callspec.params["of_policy"]

    def empty(session: Session) -> None:
        session.scalars(select(Organisation)).one().options = {}

    of_policy.write(empty)
    text = said(of_policy)
    findings = asyncio.run(check.run(of_policy.settings, of_policy.db, ROOT / "manifest.yml"))
    named = [one for one in findings if one.what.startswith("policy: ")]
    slots = [slot for slot in load_pack(policy).slots if slot.required]
    assert len(slots) >= 3
    for slot in slots:
        assert f"• {esc(slot.text)} (`{place_of(slot)}`)" in text
    assert [one.what for one in named] == [f"policy: {place_of(slot)} is empty" for slot in slots]
    assert all(one.note and "no meeting becomes ready" in one.remedy for one in named)
