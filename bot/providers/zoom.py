"""Meetings on Zoom: made, read back and compared, changed, cancelled and ended over its API."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from bot.providers import zoom_errors
from bot.providers.base import MeetingPlan, NoSuchMeeting, ProviderError, ProviderMeeting
from bot.providers.passcodes import PasscodeRules, generate
from bot.providers.rest import is_link_of
from bot.providers.settings_map import compare, meeting_body
from bot.providers.zoom_client import ZoomClient

_DOMAINS = ("zoom.us", "zoom.com", "zoomgov.com")

# Each permission that is needed, and the broader one that apps from before 2024 have in its place.
NEEDED_SCOPES = {
    "meeting:write:meeting:admin": "meeting:write:admin",
    "meeting:read:meeting:admin": "meeting:read:admin",
    "meeting:read:list_meetings:admin": "meeting:read:admin",
    "meeting:update:meeting:admin": "meeting:write:admin",
    "meeting:update:status:admin": "meeting:write:admin",
    "meeting:delete:meeting:admin": "meeting:write:admin",
    "user:read:settings:admin": "user:read:admin",
}


class ZoomProvider:
    """A Provider on one Zoom account, reached with a server-to-server app."""

    name = "zoom"
    problem = None
    needs_link = False
    passcode_rules = PasscodeRules()

    def __init__(self, zoom: ZoomClient) -> None:
        self._zoom = zoom
        self._may_look_up = True

    async def create(self, plan: MeetingPlan) -> ProviderMeeting:
        """Make the meeting, or adopt the one an earlier attempt made before it could record it."""
        async with self._zoom.deadline():
            await self._look_up(plan.host_email)
            account = await self._account(plan)
            body = meeting_body(plan, _fitting_passcode(plan, account))
            ref = await self._find(plan)
            if ref is None:
                made = await self._sent("POST", f"{_user(plan.host_email)}/meetings", body)
                ref = str(made.get("id", ""))
            else:
                await self._sent("PATCH", _meeting(ref), body)
            return await self._room(ref, plan, account)

    async def read_back(self, ref: str, plan: MeetingPlan) -> ProviderMeeting:
        """How the meeting stands in Zoom now."""
        async with self._zoom.deadline():
            return await self._room(ref, plan, await self._account(plan))

    async def change(self, ref: str, plan: MeetingPlan) -> ProviderMeeting:
        """Send everything again as planned. Zoom cannot move a meeting to another host."""
        async with self._zoom.deadline():
            account = await self._account(plan)
            body = meeting_body(plan, _fitting_passcode(plan, account))
            await self._sent("PATCH", _meeting(ref), body)
            return await self._room(ref, plan, account)

    async def cancel(self, ref: str) -> None:
        """Delete the meeting, without Zoom's own mails about it."""
        query = {"cancel_meeting_reminder": "false", "schedule_for_reminder": "false"}
        await self._unless_gone("DELETE", _meeting(ref), query=query)

    async def end(self, ref: str) -> None:
        """End the meeting for everybody in it."""
        await self._unless_gone("PUT", f"{_meeting(ref)}/status", body={"action": "end"})

    async def find(self, plan: MeetingPlan) -> str | None:
        """The meeting of the plan's host that carries its reference; whom Zoom does not know has none."""
        try:
            async with self._zoom.deadline():
                return await self._find(plan)
        except ProviderError as error:
            if error.code in ("zoom_no_user", "zoom_no_account"):
                return None
            raise

    async def knows(self, account: str) -> bool:
        """Whether Zoom has an active user with this address."""
        try:
            async with self._zoom.deadline():
                await self._look_up(account)
                await self._zoom.call("GET", f"{_user(account)}/settings")
        except ProviderError as error:
            if error.code not in ("zoom_no_user", "zoom_no_host"):
                raise
            return False
        return True

    async def check(self) -> None:
        """See that the credentials work and carry every permission that is needed."""
        async with self._zoom.deadline():
            granted = await self._zoom.scopes()
        missing = [scope for scope, broad in NEEDED_SCOPES.items() if not {scope, broad} & granted]
        if missing:
            words = f"In the Zoom Marketplace, add to the bot's app the scopes {', '.join(missing)}."
            raise ProviderError("zoom_scope", words, permanent=True)

    async def aclose(self) -> None:
        """Close the connections to Zoom."""
        await self._zoom.aclose()

    async def _look_up(self, account: str | None) -> None:
        """Raise ProviderError where Zoom does not know the host, or they cannot sign in there. Where the bot may not
        look, the calls that follow tell."""
        path = _user(account)
        if not self._may_look_up:
            return
        try:
            user = await self._zoom.call("GET", path)
        except ProviderError as error:
            if error.code == "zoom_no_user" or not error.permanent:
                raise
            self._may_look_up = error.code != "zoom_scope"
            return
        if user.get("status") in ("inactive", "pending"):
            raise zoom_errors.host_not_active()

    async def _sent(self, method: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Make or change a meeting. One second host whom Zoom refuses must not cost the whole meeting: it is then
        made without, and the comparison afterwards says so."""
        try:
            return await self._zoom.call(method, path, body=body)
        except ProviderError as error:
            if error.code != "zoom_second_host" or not body["settings"]["alternative_hosts"]:
                raise
        alone = {**body, "settings": {**body["settings"], "alternative_hosts": ""}}
        return await self._zoom.call(method, path, body=alone)

    async def _account(self, plan: MeetingPlan) -> dict[str, Any] | None:
        """The host's account settings, or None where the app may not read them."""
        try:
            return await self._zoom.call("GET", f"{_user(plan.host_email)}/settings")
        except ProviderError as error:
            if error.code == "zoom_scope":
                return None
            raise

    async def _find(self, plan: MeetingPlan) -> str | None:
        query: dict[str, str | int] = {"type": "scheduled", "page_size": 300}
        while True:
            page = await self._zoom.call("GET", f"{_user(plan.host_email)}/meetings", query=query)
            for meeting in page.get("meetings") or []:
                if meeting.get("agenda") == plan.reference:
                    return str(meeting.get("id", ""))
            if not page.get("next_page_token"):
                return None
            query["next_page_token"] = page["next_page_token"]

    async def _room(self, ref: str, plan: MeetingPlan, account: Mapping[str, Any] | None) -> ProviderMeeting:
        meeting = await self._zoom.call("GET", _meeting(ref))
        if not is_link_of(meeting.get("join_url"), *_DOMAINS):
            raise zoom_errors.bad_answer()
        return ProviderMeeting(
            provider_ref=ref,
            join_url=str(meeting["join_url"]),
            passcode=str(meeting.get("password", "")),
            settings=compare(plan, meeting, account),
        )

    async def _unless_gone(self, method: str, path: str, **request: Any) -> None:
        async with self._zoom.deadline():
            try:
                await self._zoom.call(method, path, **request)
            except NoSuchMeeting:
                return


def _user(account: str | None) -> str:
    """Never `me`: that is whoever owns the app, and then nobody else can start the meeting or let people in."""
    if not account:
        raise zoom_errors.no_account()
    return f"/users/{quote(account, safe='@')}"


def _meeting(ref: str) -> str:
    """Raises ProviderError unless `ref` is one of Zoom's numbers, so that it leads to no other path."""
    if not (ref.isascii() and ref.isdigit()):
        words = "This meeting is not one that the bot made in Zoom."
        raise ProviderError("zoom_bad_reference", words, permanent=True)
    return f"/meetings/{ref}"


def _fitting_passcode(plan: MeetingPlan, account: Mapping[str, Any] | None) -> str:
    """The plan's passcode, or a new one where the account's own rules refuse it."""
    requirement = (account or {}).get("schedule_meeting", {}).get("meeting_password_requirement")
    if not requirement:
        return plan.passcode
    rules = PasscodeRules.from_zoom(requirement)
    return plan.passcode if rules.allow(plan.passcode) else generate(rules)
