"""What is owed to whoever has the follow-up of an incident: word of it at once, and a reminder on the day."""

from sqlalchemy.orm import Session

from bot.deliveries import lanes
from bot.deliveries.registry import Jobs, Record
from bot.deps import Deps
from bot.incidents import service, views
from db.models import Incident
from db.owed import Claimed
from db.scope import of


def register(jobs: Jobs) -> None:
    """Make the room's delivery known."""
    jobs.on("incident.follow_up", follow_up, lane=lanes.MESSAGES, kept=True)


async def follow_up(deps: Deps, claimed: Claimed) -> Record | None:
    """Send the notice, unless the follow-up was done, moved or given to somebody else meanwhile."""

    def work(session: Session) -> Incident | None:
        found = session.scalar(of(claimed.organisation_id, Incident).where(Incident.id == claimed.record_id))
        stands = found is not None and service.reminder_stands(found, claimed.target, claimed.step)
        return found if stands else None

    incident = await deps.db.read(work, seconds=5)
    if incident is None:
        return None
    said = views.notice(incident, claimed.step)
    channel = await deps.slack.direct(claimed.target)
    await deps.slack.call("chat.postMessage", channel=channel, text=said.text, blocks=said.blocks)
    return None
