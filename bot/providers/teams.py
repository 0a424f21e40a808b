"""Meetings on Microsoft Teams: made, read back and compared, changed and deleted over Microsoft Graph."""

import re
from typing import Any
from urllib.parse import quote

from bot.providers import graph_client, teams_settings
from bot.providers.base import MeetingPlan, NoSuchMeeting, ProviderError, ProviderMeeting
from bot.providers.graph_client import GraphClient
from bot.providers.rest import is_link_of
from bot.providers.rules import SettingKey
from bot.providers.wants import written

_DOMAINS = ("teams.microsoft.com", "teams.live.com", "teams.microsoft.us", "teams.cloud.microsoft")
_REF = re.compile(r"([\w.-]{1,64})/([\w=+*.:@-]{1,400})", re.ASCII)
_NOTHING_THERE = ("teams_no_account", "teams_no_user", "teams_no_policy")
"""Refusals about a host for whom the bot can have made nothing."""


class TeamsProvider:
    """A Provider on one Microsoft 365, reached with an app of its own. A meeting's reference holds its organiser's id
    as well: Graph finds it under that alone."""

    name = teams_settings.NAME
    problem = None
    needs_link = False
    passcode_rules = None

    def __init__(self, graph: GraphClient) -> None:
        self._graph = graph

    async def create(self, plan: MeetingPlan) -> ProviderMeeting:
        """Make the meeting, or adopt the one that carries the plan's reference: Graph keeps one for each."""
        async with self._graph.deadline():
            host = await self._user(plan.host_email)
            ref = await self._create_or_get(host, plan, **written(teams_settings.wants(plan)[SettingKey.SCHEDULE]))
            await self._set(ref, plan)
            return await self._room(ref, plan, host)

    async def read_back(self, ref: str, plan: MeetingPlan) -> ProviderMeeting:
        """How the meeting stands in Teams now."""
        async with self._graph.deadline():
            return await self._room(ref, plan, await self._user(plan.host_email))

    async def change(self, ref: str, plan: MeetingPlan) -> ProviderMeeting:
        """Send everything again as planned. Graph cannot move a meeting to another organiser."""
        async with self._graph.deadline():
            host = await self._user(plan.host_email)
            await self._set(ref, plan)
            return await self._room(ref, plan, host)

    async def cancel(self, ref: str) -> None:
        """Delete the meeting."""
        async with self._graph.deadline():
            try:
                await self._graph.call("DELETE", _meeting(ref))
            except NoSuchMeeting:
                return

    async def end(self, ref: str) -> None:
        """Nothing: Graph ends no call. Its host does, and lets nobody back in from the lobby."""

    async def find(self, plan: MeetingPlan) -> str | None:
        """The meeting that carries the plan's reference. Graph looks only by making it where there is none: whoever
        asks deletes what is found."""
        try:
            async with self._graph.deadline():
                return await self._create_or_get(await self._user(plan.host_email), plan)
        except ProviderError as error:
            if error.code in _NOTHING_THERE:
                return None
            raise

    async def knows(self, account: str) -> bool:
        """Whether Microsoft 365 has an account under this address that is not blocked."""
        try:
            async with self._graph.deadline():
                await self._user(account)
        except ProviderError as error:
            if error.code != "teams_no_user":
                raise
            return False
        return True

    async def check(self) -> None:
        """See that the credentials work and may look up people; the rest is seen when a meeting is made."""
        async with self._graph.deadline():
            await self._graph.call("GET", "/users", query={"$top": 1, "$select": "id"})

    async def aclose(self) -> None:
        """Close the connections to Microsoft."""
        await self._graph.aclose()

    async def _user(self, account: str | None) -> str:
        """The id of an account: Graph takes no address where meetings are concerned."""
        if not account:
            raise graph_client.no_account()
        query = {"$select": "id,accountEnabled"}
        user = await self._graph.call("GET", f"/users/{quote(account, safe='@')}", query=query)
        if user.get("accountEnabled") is False:
            raise graph_client.no_user(f"The host’s Microsoft 365 account is blocked. {graph_client.WAY_OUT}")
        return str(user.get("id", ""))

    async def _create_or_get(self, host: str, plan: MeetingPlan, **times: str) -> str:
        body = {"externalId": plan.reference, "subject": plan.topic, **times}
        path = f"/users/{quote(host, safe='')}/onlineMeetings/createOrGet"
        return f"{host}/{(await self._graph.call('POST', path, body=body)).get('id', '')}"

    async def _set(self, ref: str, plan: MeetingPlan) -> None:
        """Ask for everything at once. Where a value is refused, rule by rule: one that this Microsoft 365 does not
        allow must not cost the others, and the comparison afterwards says which."""
        every = teams_settings.wants(plan)
        try:
            await self._patch(ref, written(want for group in every.values() for want in group))
            return
        except NoSuchMeeting:
            # It may be somebody named in it who is not there: of a meeting that is gone this raises the same.
            await self._graph.call("GET", _meeting(ref))
        except ProviderError as error:
            if error.code != "teams_invalid":
                raise
        for group in every.values():
            try:
                await self._patch(ref, written(group))
            except ProviderError as error:
                if error.code not in ("teams_invalid", "teams_no_meeting"):
                    raise

    async def _patch(self, ref: str, body: dict[str, Any]) -> None:
        await self._graph.call("PATCH", _meeting(ref), body=body)

    async def _room(self, ref: str, plan: MeetingPlan, host: str) -> ProviderMeeting:
        meeting = await self._graph.call("GET", _meeting(ref))
        if not is_link_of(meeting.get("joinWebUrl"), *_DOMAINS):
            raise self._graph.bad_answer()
        settings = teams_settings.compare(plan, meeting, host)
        return ProviderMeeting(provider_ref=ref, join_url=str(meeting["joinWebUrl"]), passcode="", settings=settings)


def _meeting(ref: str) -> str:
    """Raises ProviderError unless `ref` is one that the bot was given, so that it leads to no other path."""
    parts = _REF.fullmatch(ref)
    if parts is None or set(parts[1]) <= {"."} or set(parts[2]) <= {"."}:
        words = "This meeting is not one that the bot made in Teams."
        raise ProviderError("teams_bad_reference", words, permanent=True)
    host, meeting = (quote(part, safe="") for part in parts.groups())
    return f"/users/{host}/onlineMeetings/{meeting}"
