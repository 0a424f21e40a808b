"""What families answer on their pages: it becomes facts, opens and closes gates, and the host hears of it."""

from pathlib import Path

import pytest
from sqlalchemy import select

from db.models import AuditEvent, HowShown, PagePurpose
from tests.families.form import asked_in_slack, fields, get, made, registration_of, send, with_pages
from tests.invitations.conftest import LINK, schedule
from tests.support.clearing import clear
from tests.support.said import newest
from tests.support.world import World, open_world


def gates(world: World) -> str:
    """What `/meeting gates M-1` says."""
    answer = world.person("U0FAC").command("/meeting", "gates M-1", channel="C0YOUTH")
    return f"{answer.text} {answer.blocks}"


def dms(world: World) -> list[str]:
    """What the host was told of answers."""
    world.clock_forward(130)
    world.settle()
    return [f"{one.text} {one.blocks}" for one in world.sandbox.dm("U0FAC") if "An answer came in" in one.text]


@pytest.mark.clause("SEN-018", "SEN-019", "SEN-044")
def test_a_carers_yes_and_a_childs_agreement_open_the_gates(database_url: str, tmp_path: Path) -> None:
    with open_world(database_url, tmp_path, policy="sendiass") as world:
        schedule(with_pages(world))
        assert "The parent or carer consents" in gates(world)
        url = asked_in_slack(world, "Siân")
        page = get(url)
        assert page.status_code == 200
        assert "This page is for the parent or carer of Siân." in page.text
        assert "Do you consent to your child taking part?" in page.text
        done = send(url, carer_consent="yes")
        assert "Saved. Thank you." in done.text
        assert "The answer now is yes" in done.text
        place = registration_of(world, "Siân").id.hex
        fact = newest(world)["gate:carer-consent"]
        assert (fact.yes, fact.shown_by, fact.by.split(":")[:2]) == (True, HowShown.PAGE, ["page", "carer"])
        # The child's own page is one of its own, with the rules.
        child = made(world, "Siân", PagePurpose.PARTICIPANT)
        assert "Do you agree to our house rules?" in get(child).text
        assert "carer-consent" not in fields(get(child).text)
        assert "access" not in fields(get(child).text)
        send(child, rules_agreed="yes")
        assert newest(world)[f"gate:rules-agreed:{place}"].by.startswith("page:participant:")
        clear(world.person("U0FAC"), "M-1", "invite", manager=world.person("U0MAN"))
        text = world.person("U0FAC").command("/invitation", "M-1 for Siân", channel="C0YOUTH").text
        assert LINK in text
        # Withdrawal closes the gate, and says that the link had gone.
        assert len(dms(world)) == 1
        send(url, carer_consent="no")
        assert "The answer for Siân was no." in gates(world)
        text = world.person("U0FAC").command("/invitation", "M-1 for Siân", channel="C0YOUTH").text
        assert LINK not in text
        told = dms(world)[-1]
        assert "The link has gone out to somebody who may not have it" in told
        assert "Siân" not in told
        farah = world.person("U0FAC")
        farah.click("See the answers", world.sandbox.dm("U0FAC")[-1])
        shown = str(farah.view)
        assert "Siân" in shown
        assert "The link has gone out, and the answer is no" in shown
        farah.close()
        chain = world.read(lambda s: [(one.action, one.detail) for one in s.scalars(select(AuditEvent))])
        assert any("no:gate:carer-consent" in str(one) for one in chain)
        assert "Siân" not in str(chain)
        assert world.sandbox.violations == []
