"""Meetings on Google Meet: rooms made, read back and compared, changed and closed over its REST API."""

import asyncio
import re
from collections.abc import Sequence
from typing import Any

from bot.providers import google_client, meet_settings
from bot.providers.base import MeetingPlan, NoSuchMeeting, ProviderError, ProviderMeeting
from bot.providers.google_client import GoogleClient
from bot.providers.rest import is_link_of
from bot.providers.rules import SettingKey
from bot.providers.wants import Want, written

_REF = re.compile(r"([\w.+'-]{1,64}@[\w.-]{1,190})/(spaces/[\w-]{1,120})", re.ASCII)
_EVERY = tuple(want for group in meet_settings.WANTS.values() for want in group)
_MEMBER_FIELDS = "members(name,email,role)"
_ABOUT_MEMBERS = ("meet_invalid", "meet_no_meeting", "meet_permission")
_SETTING_SECONDS = 4.0
"""How long a new room may take to be set: it is noted before the time for all of it is over."""


class MeetProvider:
    """A Provider on one Google Workspace, reached by a service account in each host's own name. A meeting's reference
    holds that name as well: its room is known to its owner alone.

    Google draws a room at each request, lists none and deletes none. So where the process ends between making one and
    noting it, a room stays that nobody knows the way to: it was made shut, and its owner alone could let anybody in.
    What this process has made it uses again.
    """

    name = meet_settings.NAME
    problem = None
    needs_link = False
    passcode_rules = None

    def __init__(self, google: GoogleClient) -> None:
        self._google = google
        self._made: dict[tuple[str, str], tuple[str, dict[str, Any]]] = {}

    async def create(self, plan: MeetingPlan) -> ProviderMeeting:
        """Make a room, shut from its first moment. Whatever fails once it is there costs no second one: it is shown as
        not set."""
        owner = plan.host_email
        if not owner:
            raise google_client.no_account()
        known = (owner, plan.reference)
        async with self._google.deadline():
            if known not in self._made:
                space = await self._draw(owner)
                _room_of(ref := f"{owner}/{space.get('name', '')}")
                self._made[known] = (ref, space)
            ref, space = self._made[known]
            cohosts: Sequence[str] | None = None
            try:
                async with asyncio.timeout(_SETTING_SECONDS):
                    space, cohosts = await self._set(ref, plan)
            except NoSuchMeeting:
                del self._made[known]
                raise
            except (ProviderError, TimeoutError):
                pass
            return self._meeting(ref, plan, space, cohosts)

    async def read_back(self, ref: str, plan: MeetingPlan) -> ProviderMeeting:
        """How the room stands in Meet now."""
        owner, name = _room_of(ref)
        async with self._google.deadline():
            space, cohosts = await asyncio.gather(
                self._google.call("GET", f"/{name}", whose=owner), self._cohosts(owner, name)
            )
            return self._meeting(ref, plan, space, _addresses(cohosts))

    async def change(self, ref: str, plan: MeetingPlan) -> ProviderMeeting:
        """Set everything again as planned. A room belongs to whoever it was made for."""
        async with self._google.deadline():
            space, cohosts = await self._set(ref, plan)
            return self._meeting(ref, plan, space, cohosts)

    async def cancel(self, ref: str) -> None:
        """Close the room, for Meet deletes none: its link leads in nobody, whoever is in it is sent out, and nobody is
        a co-host. Raises ProviderError where Meet does not say that it is closed."""
        owner, name = _room_of(ref)
        self._made = {known: made for known, made in self._made.items() if made[0] != ref}
        async with self._google.deadline():
            try:
                space = await self._patch(owner, name, meet_settings.CLOSED)
            except NoSuchMeeting:
                return
            config = space.get("config", {})
            if config.get("entryPointAccess") != "CREATOR_APP_ONLY" or config.get("accessType") != "RESTRICTED":
                words = "Google Meet did not close the room: its link still leads to its door. Let nobody in there."
                raise ProviderError("meet_not_closed", words, permanent=True, retry_after=google_client.HOUR)
            await self._end(owner, name)
            for one in await self._cohosts(owner, name) or ():
                await self._google.call("DELETE", f"/{one['name']}", whose=owner)

    async def end(self, ref: str) -> None:
        """End the call that is going on in the room, for everybody."""
        owner, name = _room_of(ref)
        async with self._google.deadline():
            await self._end(owner, name)

    async def find(self, plan: MeetingPlan) -> str | None:
        """None: Meet lists no rooms."""
        return None

    async def knows(self, account: str) -> bool:
        """Whether Google lets the bot act for this address."""
        try:
            async with self._google.deadline():
                await self._google.valid_token(account)
        except ProviderError as error:
            if error.code != "meet_no_user":
                raise
            return False
        return True

    async def check(self) -> None:
        """Nothing can be asked but in a host's name: the accounts that the organisation file names are looked up."""

    async def aclose(self) -> None:
        """Close the connections to Google."""
        await self._google.aclose()

    async def _draw(self, owner: str) -> dict[str, Any]:
        """A new room, with all that is asked of it, or at least shut where this Workspace refuses some of that."""
        try:
            return await self._google.call("POST", "/spaces", body=written(_EVERY), whose=owner)
        except ProviderError as error:
            if error.code != "meet_invalid":
                raise
        shut = written(meet_settings.WANTS[SettingKey.WAITING_ROOM])
        return await self._google.call("POST", "/spaces", body=shut, whose=owner)

    async def _set(self, ref: str, plan: MeetingPlan) -> tuple[dict[str, Any], Sequence[str] | None]:
        """Ask for everything at once; where a value is refused, rule by rule: one that this Workspace's edition lacks
        must not cost the others."""
        owner, name = _room_of(ref)
        try:
            await self._patch(owner, name, _EVERY)
        except ProviderError as error:
            if error.code != "meet_invalid":
                raise
            for group in meet_settings.WANTS.values():
                try:
                    await self._patch(owner, name, group)
                except ProviderError as refused:
                    if refused.code != "meet_invalid":
                        raise
        await self._set_cohosts(owner, name, plan)
        space = await self._google.call("GET", f"/{name}", whose=owner)
        return space, _addresses(await self._cohosts(owner, name))

    async def _set_cohosts(self, owner: str, name: str, plan: MeetingPlan) -> None:
        there = await self._cohosts(owner, name) or []
        wanted = {one.casefold(): one for one in plan.alternative_hosts}
        for one in there:
            if one["email"].casefold() not in wanted:
                await self._google.call("DELETE", f"/{one['name']}", whose=owner)
        known = {one["email"].casefold() for one in there}
        for address in (one for key, one in wanted.items() if key not in known):
            try:
                body = {"email": address, "role": "COHOST"}
                await self._google.call("POST", f"/{name}/members", body=body, whose=owner)
            except ProviderError as error:
                # Whom Meet refuses is not there afterwards, which the comparison says.
                if error.code not in _ABOUT_MEMBERS:
                    raise

    async def _cohosts(self, owner: str, name: str) -> list[dict[str, str]] | None:
        """Everybody who comes into the room without knocking, beside its owner; None where this Workspace does not
        tell, which says nothing of the room itself."""
        query: dict[str, str | int] = {"pageSize": 100, "fields": _MEMBER_FIELDS}
        try:
            answer = await self._google.call("GET", f"/{name}/members", query=query, whose=owner)
        except ProviderError as error:
            if error.code not in _ABOUT_MEMBERS:
                raise
            return None
        found = [one for one in answer.get("members", []) if isinstance(one, dict)]
        return [{"name": str(one.get("name", "")), "email": str(one.get("email", ""))} for one in found]

    async def _patch(self, owner: str, name: str, wants: Sequence[Want]) -> dict[str, Any]:
        query = {"updateMask": meet_settings.masked(wants)}
        return await self._google.call("PATCH", f"/{name}", body=written(wants), query=query, whose=owner)

    async def _end(self, owner: str, name: str) -> None:
        try:
            await self._google.call("POST", f"/{name}:endActiveConference", body={}, whose=owner)
        except ProviderError as error:
            # Nobody is in it.
            if error.code not in ("meet_invalid", "meet_no_meeting"):
                raise

    def _meeting(
        self, ref: str, plan: MeetingPlan, space: dict[str, Any], cohosts: Sequence[str] | None
    ) -> ProviderMeeting:
        if not is_link_of(space.get("meetingUri"), "meet.google.com"):
            raise self._google.bad_answer()
        settings = meet_settings.compare(plan, space, cohosts, ref.rpartition("/spaces/")[0])
        return ProviderMeeting(provider_ref=ref, join_url=str(space["meetingUri"]), passcode="", settings=settings)


def _addresses(cohosts: list[dict[str, str]] | None) -> list[str] | None:
    return None if cohosts is None else [one["email"] for one in cohosts]


def _room_of(ref: str) -> tuple[str, str]:
    """Raises ProviderError unless `ref` is one that the bot was given, so that it leads to no other path."""
    parts = _REF.fullmatch(ref)
    if parts is None:
        words = "This meeting is not one that the bot made in Google Meet."
        raise ProviderError("meet_bad_reference", words, permanent=True)
    return parts[1], parts[2]
