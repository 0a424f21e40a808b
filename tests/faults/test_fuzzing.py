"""No unexplained answer: what the sender got wrong is refused in words, or with 400; a code is only for our own faults.

FUZZ_SECONDS says how long each of the tests goes on, FUZZ_SEED where it begins.
"""

import contextlib
import os
import random
import time
import traceback
from collections import Counter
from collections.abc import Callable

import pytest

from bot.sandbox.model import NotPossibleError
from bot.sandbox.person import Person
from bot.slack import edge
from tests.concerns import leading
from tests.faults.fuzz import Fuzz
from tests.support.world import World

pytestmark = [pytest.mark.faults, pytest.mark.both, pytest.mark.timeout(3_600)]

SECONDS = float(os.environ.get("FUZZ_SECONDS", "15"))
SEED = int(os.environ.get("FUZZ_SEED", "8"))
WITHIN = 3.0
_TRIES = 4


@pytest.fixture
def codes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Where each reference code that was given came from."""
    found: list[str] = []

    def code() -> str:
        found.append("".join(traceback.format_exc().splitlines(keepends=True)[-5:]))
        return "E-FUZZED"

    monkeypatch.setattr(edge, "reference_code", code)
    return found


def _database(world: World) -> str:
    return "SQLite" if world.db.sqlite else "PostgreSQL"


def in_the_end(person: Person, steps: Callable[[], object]) -> None:
    """Take these steps from an empty screen, and once more where something did not show in time, as people do."""
    for _ in range(_TRIES):
        while person.view is not None:
            person.close(all_views=True)
        with contextlib.suppress(NotPossibleError):
            steps()
            return
    steps()


def a_working_day(world: World) -> None:
    """A request of each kind that the workspace sends."""
    fac, lead = world.person("U0FAC"), world.person("U0LEAD")

    def typed(command: str, text: str = "", who: str = "U0FAC") -> None:
        world.person(who).command(command, text, channel="C0GENERAL")

    typed("/meeting", "new Cooking club on Thursday at 16:00 for 60 min with <@U0COW>")
    typed("/participant", "add Robin, Sam to M-1")
    world.settle()
    for who, command, text in (
        ("U0FAC", "/meeting", ""),
        ("U0FAC", "/meeting", "edit M-1"),
        ("U0FAC", "/participant", ""),
        ("U0FAC", "/incident", ""),
        ("U0FAC", "/checklist", "tick M-1"),
        ("U0FAC", "/meeting", "tick M-1"),
        ("U0FAC", "/meeting", "urgent M-1"),
        ("U0FAC", "/invitation", ""),
        ("U0FAC", "/checklist", ""),
        ("U0FAC", "/guide", ""),
        ("U0MAN", "/report", ""),
        ("U0LEAD", "/facilitator", "away"),
    ):
        typed(command, text, who)
        person = world.person(who)
        if person.view is not None and person.view.get("submit"):
            person.submit()
        if person.view is not None:
            person.close(all_views=True)
    typed("/incident", "M-1 swearing; done: spoke to carer; follow up: call by Friday <@U0COW>")
    in_the_end(fac, lambda: (fac.click("incident.open_amend"), fac.close(all_views=True)))

    def the_form() -> None:
        fac.command("/concern", "", channel="C0GENERAL")
        fac.click("concern.continue")
        fac.choose("about", "child")

    in_the_end(fac, the_form)
    fac.submit(facts="what I saw", urgency="now")
    fac.close(all_views=True)
    world.settle()
    concern = leading.only(world)

    def acknowledged() -> None:
        leading.opened(world, "U0LEAD", concern)
        if leading.only(world).acknowledged_at is None:
            lead.click("concern.acknowledge")

    in_the_end(lead, acknowledged)
    in_the_end(lead, lambda: leading.triage(leading.opened(world, "U0LEAD", concern)))
    for button in (
        "decide",
        "action_add",
        "referral_add",
        "question_add",
        "person_add",
        "informed_add",
        "offer",
        "close",
    ):
        in_the_end(lead, lambda button=button: leading.opened(world, "U0LEAD", concern).click(f"concern.{button}"))  # type: ignore[misc]
        if lead.view is not None and lead.view.get("submit"):
            lead.submit()
    in_the_end(fac, lambda: (fac.shortcut("concern.shortcut"), fac.close(all_views=True)))
    fac.say("hello?")
    fac.home()
    world.settle()


def test_altered_payloads(world: World, codes: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    chance = random.Random(SEED)
    fuzz = Fuzz(world, chance)
    fuzz.record()
    a_working_day(world)
    statuses: Counter[int] = Counter()
    slow: list[str] = []
    wrong: list[str] = []
    until, count = time.monotonic() + SECONDS, 0
    while time.monotonic() < until:
        body, headers, signed = fuzz.altered()
        answer = world.sandbox.raw(body, headers)
        statuses[answer.status] += 1
        count += 1
        if answer.elapsed > WITHIN:
            slow.append(f"{answer.elapsed:.1f} s: {body[:200]!r}")
        if answer.status not in ((200, 400, 411, 413) if signed else (200, 400, 401)):
            wrong.append(f"{answer.status}: {headers} {body[:1_500]!r}")
    world.sandbox.violations.clear()
    said = capfd.readouterr().err
    with capfd.disabled():
        print(  # noqa: T201 - the figures
            f"\n{_database(world)}: {count} payloads: {dict(statuses)}, {statuses[500]} x 500, {len(codes)} codes, "
            f"{len(slow)} over {WITHIN:g} s"
        )
    assert codes == [], f"{len(codes)} codes, by where: {Counter(codes).most_common(8)}"
    assert wrong == [], wrong[:3]
    assert slow == []
    assert "Traceback" not in said


def test_typed_commands(world: World, codes: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    chance = random.Random(SEED)
    fuzz = Fuzz(world, chance)
    world.person("U0FAC").command("/meeting", "new Cooking club on Thursday at 16:00", channel="C0GENERAL")
    slow: list[str] = []
    statuses: Counter[int] = Counter()
    wrong: list[str] = []
    until, count = time.monotonic() + SECONDS, 0
    while time.monotonic() < until:
        who, command, text = fuzz.typed()
        person = world.person(who)
        before = len(codes)
        answer = person.command(command, text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
        count += 1
        statuses[answer.status] += 1
        if answer.status != 200:
            wrong.append(f"{answer.status}: {command} {text[:200]!r}")
        if answer.elapsed > WITHIN:
            slow.append(f"{answer.elapsed:.1f} s: {command} {text[:200]!r}")
        if len(codes) > before:
            codes[-1] += f"{command} {text!r}"
        if person.view is not None:
            person.close(all_views=True)
    violations = [one for one in world.sandbox.violations if "trigger" not in one]
    world.sandbox.violations.clear()
    with capfd.disabled():
        print(  # noqa: T201 - the figures
            f"\n{_database(world)}: {count} commands: {dict(statuses)}, {statuses[500]} x 500, {len(codes)} codes, "
            f"{len(slow)} over {WITHIN:g} s"
        )
    assert codes == [], f"{len(codes)} codes: {codes[:8]}"
    assert wrong == [], wrong[:3]
    assert slow == []
    assert violations == []
