"""[Go in]: a link for one of the team into a meeting whose provider takes everybody in by name."""

from bot.deps import Deps
from bot.diary import doors, meetings, states
from bot.errors import NotNow
from bot.live.views import Ids
from bot.providers import BigBlueButtonProvider
from bot.reading import as_id
from bot.slack import blocks as b
from bot.slack.call import Answer, Call, Done, Kind, Say
from bot.slack.router import Router


def register(router: Router, deps: Deps) -> None:
    """Make the button known."""

    async def go_in(call: Call) -> Answer:
        """The link is made at the press, for whoever pressed, and holds for ten minutes."""
        meeting = await deps.db.read(lambda session: meetings.get(session, call.caller, as_id(call.value)))
        base = deps.settings.export_base
        if meeting.provider != BigBlueButtonProvider.name or meeting.state not in states.OPEN or base is None:
            raise NotNow(f"{meeting.reference} is {meeting.state.value}; nobody can go in. Nothing was changed.")
        if call.caller.slack_id not in meeting.staff:
            raise NotNow(f"Only its team goes into {meeting.reference}. Nothing was changed.")
        url = doors.of_team(base, meeting, call.caller.slack_id, deps.clock.now())
        text = "This leads in as one of the team: you let people in. It is yours alone, and holds for ten minutes."
        return Say("Go in", [b.section("go_in", text), b.actions("way", b.link_button("Go in", Ids.DOOR, url))])

    async def opened(_call: Call) -> Answer:
        """Slack tells that the link was pressed."""
        return Done()

    router.on(Kind.ACTION, Ids.GO_IN, go_in, asks="Please try again in a minute.")
    router.on(Kind.ACTION, Ids.DOOR, opened, asks="Please try again in a minute.")
