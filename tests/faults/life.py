"""The life of concerns at a bot that is killed: raised, posted, acknowledged, escalated, and what must hold then."""

import json
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, create_engine, make_url, text

from bot.sandbox.model import Message
from bot.sandbox.person import Person
from tests.faults.harness import LEASE_SECONDS, Stage
from tests.support.process import BotProcess

POINTS = ("before_commit", "after_commit", "after_claim", "after_reply", "during_record", "in_sweep")
AN_HOUR = 3600
"""The deadline of the urgency that the forms here choose."""


@dataclass
class Life:
    """Concerns on a stage; `second` makes deliveries beside the process that is killed."""

    stage: Stage
    second: BotProcess | None = None
    kills: int = 0
    latest: float = 0.0
    engine: Engine = field(init=False)

    def __post_init__(self) -> None:
        # Of its own, so that looking takes no lock from the bot.
        self.engine = create_engine(make_url(self.stage.database_url).set(drivername=self._driver()))

    def _driver(self) -> str:
        return "sqlite" if self.stage.database_url.startswith("sqlite") else "postgresql+psycopg"

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        """What a look into the database gives."""
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(sql))]

    def state(self) -> dict[str, tuple[str, int]]:
        """State and step of the ladder of each concern."""
        rows = self.rows("SELECT reference, state, escalation_step FROM concerns")
        return {str(reference): (str(state), int(str(step))) for reference, state, step in rows}

    def unanswered(self) -> list[str]:
        """The references that nobody has acknowledged."""
        return [one for one, (state, _) in self.state().items() if state == "raised"]

    def roots(self, reference: str) -> list[Message]:
        """The channel's messages about a concern, replies left out: after a kill there may be a second."""
        made = self.stage.sandbox.messages("G0CONCERN")
        return [one for one in made if reference in one.words and one.thread_ts in (None, one.ts)]

    def submit(self, form: Person | None = None) -> None:
        """Raise one; with a form that is filled already, the process may die meanwhile."""
        self.stage.submit(form or self.stage.ready_to_submit())

    def acknowledge(self, reference: str) -> None:
        """The lead takes it up; the process may die meanwhile."""
        lead = self.stage.sandbox.person("U0LEAD")
        lead.views.clear()
        try:
            lead.click("concern.acknowledge", message=self.roots(reference)[-1])
        except (OSError, AssertionError):
            return

    def killed_while(self, action: Callable[[], None], point: str | None, delay: float = 0.0) -> None:
        """Do it at a process that dies at the point, or after `delay` seconds; then let a new one go on, or the
        second alone, and wait until all is done that must be."""
        process = self.stage.process
        assert process is not None
        if point is not None:
            self.stage.arm(point)
        action()
        if point is None:
            time.sleep(delay)
            process.kill()
        else:
            self._dies(process)
        self.kills += 1
        if self.second is None:
            self.stage.start()
        begun = time.monotonic()
        self.stage.clock_forward(LEASE_SECONDS)
        self.wait_whole()
        self.latest = max(self.latest, LEASE_SECONDS + time.monotonic() - begun)
        if self.second is not None:
            self.stage.start()

    def _dies(self, process: BotProcess) -> None:
        """Wait until it has killed itself; where nothing came to that point any more, kill it."""
        try:
            process.wait_dead(4)
        except AssertionError:
            process.kill()
        self.stage.fault_file.unlink(missing_ok=True)

    def wait_whole(self, timeout: float = 30) -> None:
        """Wait until all is as it must be. Raises AssertionError with what is not."""
        try:
            self.stage.sandbox.wait_for(self.whole, timeout)
        except AssertionError:
            raise AssertionError("; ".join(self.lacking()) or "it was late") from None

    def whole(self) -> bool:
        """Whether everything told "saved" is posted, everything acknowledged shows it and was told to its raiser,
        and every step of a ladder that was taken was said to whom it asks."""
        return not self.lacking()

    def lacking(self) -> list[str]:
        """What is not as `whole` wants it."""
        state, sent = self.state(), self.sent()
        found = [f"{one} is not posted" for one in set(self.stage.told) - self.stage.posted()]
        found += [f"{one} is not in the database" for one in set(self.stage.told) - set(state)]
        for reference, (now, step) in state.items():
            if now == "raised":
                asked = ("U0DEP", "U0HEAD", "U0FAC")[:step]
                found += [f"{who} was not told of {reference}" for who in asked if not sent(who, reference)]
                continue
            if not any("acknowledged" in one.words for one in self.roots(reference)):
                found.append(f"{reference} is not shown as acknowledged")
            if not sent("U0FAC", reference):
                found.append(f"the raiser was not told that {reference} was seen")
        overdue = "SELECT kind FROM deliveries WHERE done_at IS NULL AND kind LIKE 'concern.%' AND due_at <= :now"
        with self.engine.connect() as connection:
            found += [f"{kind} is owed" for kind in connection.execute(text(overdue), {"now": self._now()}).scalars()]
        return found

    def _now(self) -> object:
        moved = float((self.stage.folder / "clock").read_text())
        now = datetime.now(UTC) + timedelta(seconds=moved)
        return now.strftime("%Y-%m-%d %H:%M:%S.%f") if self._driver() == "sqlite" else now

    def sent(self) -> Callable[[str, str], bool]:
        """Whether a message of its own, about that reference, went to that person."""
        said: set[tuple[str, str]] = set()
        words = [
            (str(call.args.get("channel")), json.dumps([call.args.get("blocks"), call.args.get("text")]))
            for call in self.stage.sandbox.calls
            if call.method == "chat.postMessage" and call.status == 200 and not call.args.get("thread_ts")
        ]
        for reference in self.state():
            said |= {(channel, reference) for channel, content in words if reference in content}
        return lambda who, reference: (f"D{who[1:]}", reference) in said

    def escalated_after_acknowledged(self) -> list[str]:
        """The records whose ladder went on after somebody had acknowledged them; there must be none."""
        rows = self.rows(
            "SELECT record_id, action FROM audit_events WHERE action IN ('concern.acknowledged', 'concern.escalated') "
            "ORDER BY sequence"
        )
        taken: set[object] = set()
        wrong = []
        for record, action in rows:
            if action == "concern.acknowledged":
                taken.add(record)
            elif record in taken:
                wrong.append(str(record))
        return wrong

    def at_random(self, times: int, seed: int) -> None:
        """Kill the process so many times, each in one of the four moments of a concern's life."""
        draw = random.Random(seed)
        for _ in range(times):
            point = draw.choice((*POINTS, None))
            what, waiting = draw.choice(("raise", "post", "acknowledge", "escalate")), self.unanswered()
            if what in ("raise", "post") or not waiting:
                form = self.stage.ready_to_submit()
                after = draw.uniform(0, 0.15) if what == "post" else 0.0
                self.killed_while(lambda form=form: self.submit(form), None if after else point, after)  # type: ignore[misc]
            elif what == "acknowledge":
                reference = draw.choice(waiting)
                self.killed_while(lambda reference=reference: self.acknowledge(reference), point)  # type: ignore[misc]
            else:
                self.killed_while(lambda: self.stage.clock_forward(AN_HOUR), point, draw.uniform(0, 0.3))

    def close(self) -> None:
        """End everything."""
        if self.second is not None:
            self.second.stop()
        self.stage.close()
        self.engine.dispose()
