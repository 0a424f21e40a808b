"""The whole journey of a session, as the people of the sample organisation walk it: in a hurry, on a phone."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.sandbox.person import Person
from bot.sandbox.workspace import Sandbox
from tests.support.clearing import clear

MARKERS = ("MARKER-facts-q7", "MARKER-words-x3", "MARKER-opinion-k9", "MARKER-name-z5")


@dataclass
class Walk:
    """Walks the journey and keeps what was learned on the way."""

    sandbox: Sandbox
    clock_file: Path
    reference: str = ""
    steps: list[str] = field(default_factory=list)

    @property
    def farah(self) -> Person:
        """The facilitator."""
        return self.sandbox.person("U0FAC")

    def command(self, name: str, text: str, who: str = "U0FAC", channel: str = "C0YOUTH") -> str:
        """Type a command; everything its answer says."""
        answer = self.sandbox.person(who).command(name, text, channel=channel)
        assert answer.elapsed < 3, f"{name} took {answer.elapsed:.1f} s"
        self.steps.append(name)
        return f"{answer.text} {answer.blocks}"

    def whole(self) -> None:
        """Every step, each with what the person must see."""
        self.schedule()
        self.participants()
        self.checklist()
        self.gates()
        self.invitation()
        self.session()
        self.register()
        self.incident()
        self.concern()
        self.answered()
        self.report()

    def schedule(self) -> None:
        """A secure meeting, made at the provider and read back."""
        said = self.command("/meeting", "Cooking club tmrw at 4 for an hour w/ @Col.Co-worker in cooking pls")
        assert "M-1" in said
        assert "I took 4 as 16:00" in said
        self.sandbox.wait_for(lambda: any("· scheduled" in m.words for m in self.sandbox.dm("U0FAC")), 15)
        shown = self.command("/meeting", "cooking")
        assert "M-1 Cooking club" in shown
        shown = self.command("/meeting", "m1")
        assert "*Cooking club*" in shown
        assert "scheduled" in shown
        assert "settings." in shown

    def participants(self) -> None:
        """Three children."""
        self.command("/participant", "add Aled,Bronwen & Cai to m1 pls")
        assert "3 registered" in self.command("/meeting", "show 1")
        assert "Bronwen" in self.command("/participant", "list m 1")

    def checklist(self) -> None:
        """Posted, ticked, signed off."""
        self.command("/checklist", "M-1")
        post = self.sandbox.wait_for(
            lambda: next((m for m in self.sandbox.messages("C0YOUTH") if "M-1" in m.words and m.blocks), None), 10
        )
        assert post is not None
        self.farah.click("checklist.open", message=post)
        view = self.farah.view
        assert view is not None
        boxes = [b for b in view["blocks"] if b.get("element", {}).get("type") == "checkboxes"]
        first = boxes[0]
        self.farah.submit(**{first["block_id"]: [option["value"] for option in first["element"]["options"]]})
        self.sandbox.wait_for(
            lambda: any("Farah" in m.words or "U0FAC" in m.words for m in self.sandbox.messages("C0YOUTH")), 10
        )
        post = next(m for m in self.sandbox.messages("C0YOUTH") if m.ts == post.ts)
        self.farah.click("checklist.leave", message=post)
        self.farah.submit()
        self.sandbox.wait_for(lambda: "signed off" in self._words("C0YOUTH").lower(), 10)
        assert "M-1 is not ready yet" in self.farah.seen()

    def gates(self) -> None:
        """What the policy still asks for, refused first and then ticked in one form; the meeting is ready."""
        assert "can't start yet" in self.command("/meeting", "start m1")
        assert "M-1 is ready." in clear(self.farah, "M-1", "ready")
        assert "ready" in self.command("/meeting", "show M-1")

    def _words(self, channel: str) -> str:
        return "\n".join(message.words for message in self.sandbox.messages(channel))

    def invitation(self) -> None:
        """First the rules alone; what was done for each child is ticked; then link and passcode, for the host alone."""
        held = self.command("/invitation", "m1")
        assert "No link and no passcode yet for Aled, Bronwen and Cai." in held
        assert "Link: " not in held
        assert "Everybody may have the link" in clear(self.farah, "M-1", "invite")
        said = self.command("/invitation", "M-1")
        link = re.search(r"https://[^\s\\\"'|>]*zoom[^\s\\\"'|>]*|https?://[^\s\\\"'|>]+/j/\d+[^\s\\\"'|>]*", said)
        assert link, said
        assert "asscode" in said
        assert link.group() not in self._words("C0YOUTH")

    def session(self) -> None:
        """The hour has come; begun and ended."""
        now = datetime.now(ZoneInfo("Europe/London"))
        start = (now + timedelta(days=1)).replace(hour=16, minute=0, second=0, microsecond=0)
        fresh = self.clock_file.with_suffix(".new")
        fresh.write_text(str((start - now).total_seconds()))
        fresh.replace(self.clock_file)
        assert "One worker leads the session and the other supports" in self.command("/meeting", "start M-1")
        assert "M-1 can start." in clear(self.farah, "M-1", "start")
        assert "I can't find M-11" in self.command("/meeting", "start m11")
        assert "Started" in self.command("/meeting", "start 1")
        assert "Ended" in self.command("/meeting", "end M–1")

    def register(self) -> None:
        """One absent, one walk-in."""
        said = self.command("/attendance", "m1 everyone bar aled, plus Dilys")
        assert "saved: 2 present, 1 absent (Aled), 1 walk-in (Dilys)" in said
        assert "Let in though: Dilys: " in said

    def incident(self) -> None:
        """Something that happened and was dealt with."""
        self.command("/incident", "m1 shouting in the chat; done: spoke to them; follow up: ring carer by fri")
        assert "I-1" in self.farah.seen()
        assert "worry" in self.farah.seen()

    def concern(self) -> None:
        """A worry, sealed; the leads learn of it without content."""
        self.command("/concern", "")
        self.farah.click("concern.continue")
        self.farah.choose("about", "child")
        self.farah.submit(
            who=MARKERS[3], facts=f"Something {MARKERS[0]}", words=MARKERS[1], opinion=MARKERS[2], urgency="now"
        )
        said = self.farah.seen()
        found = re.search(r"C-\d{4}-\d{5}", str(self.farah.view))
        assert found, said
        self.reference = found.group()
        assert "020 7946 0001" in said
        self.sandbox.wait_for(lambda: self.reference in self._words("G0CONCERN"), 10)

    def answered(self) -> None:
        """The lead takes it up; the facilitator hears."""
        lena = self.sandbox.person("U0LEAD")
        posted = self.sandbox.messages("G0CONCERN")
        asking = [m for m in posted if self.reference in m.words and "concern.acknowledge" in str(m.blocks)]
        lena.click("concern.acknowledge", message=asking[-1])
        assert all(marker in lena.seen() for marker in MARKERS)
        self.sandbox.wait_for(lambda: any("has been seen" in m.words for m in self.sandbox.dm("U0FAC")), 10)
        lena.close()

    def report(self) -> None:
        """The manager's numbers of the week."""
        said = self.command("/report", "this wk", who="U0MAN")
        assert re.search(r"Attended \(visits\): \*3\*", said), said
        assert "Cooking" in said
        assert "It needs the role manager" in self.command("/report", "this week")
