"""What is known of a person, or of a group, for longer than one meeting, as the organisation's policy has it."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.facts.people import ACCESS_NEEDS, LANGUAGE, Circumstance
from bot.facts.points import ACCOUNT, APPROVED_REMIT, MINIMUM_AGE, gate, measure
from bot.policy import load_pack
from bot.policy.rules import Step
from bot.providers import platform_of
from db.crypto import keyring
from db.models import Meeting, Organisation, Registration

APPROVED = "purpose-approved"
MEETS = {APPROVED_REMIT: gate(APPROVED).requirement, ACCOUNT: gate("work-accounts").requirement}
"""What is said of the organisation under a name of its own, so that nobody's tick at one meeting speaks for all, and
which gate it meets."""
RULES_AGREED = "rules-agreed"
"""Gates of what is asked once for a group."""


def lasting(session: Session, meeting: Meeting) -> Mapping[str, str | None]:
    """The requirements of a person that need not be met anew at each meeting; of those that belong to a platform, a
    programme, a group or a host too, the meeting's."""
    consent = load_pack(session.get_one(Organisation, meeting.organisation_id).policy).consent
    platform = platform_of(meeting.provider, meeting.join_url)
    group = meeting.group_id.hex if meeting.group_id else None
    # Where it is not known yet which platform that will be, what belongs to one is known of this meeting alone.
    found = {
        gate(step.id).requirement: _within(step, meeting, platform, group)
        for step in consent.steps
        if (step.stands == "until_changed" or (step.per == "group" and group)) and (step.per != "platform" or platform)
    }
    found |= dict.fromkeys([*(one.requirement for one in Circumstance), ACCESS_NEEDS, LANGUAGE], None)
    if consent.eligible.value == "known":
        # Somebody is known to the worker who said so: another one gets to know them anew.
        found[gate("known").requirement] = meeting.host
    if consent.rules_agreement.value == "before_link" and group:
        # Who agreed to the rules of a series did so for all its meetings.
        found[gate(RULES_AGREED).requirement] = group
    return found


def of_organisation(session: Session, meeting: Meeting) -> Mapping[str, str | None]:
    """The requirements that are the organisation's own to meet, once for all its meetings, each with the platform or
    the programme it holds in, or None: that its way of working was assessed, that a platform was checked and from which
    age it may be used, that a remit was approved, which account writes to people."""
    pack = load_pack(session.get_one(Organisation, meeting.organisation_id).policy)
    found: dict[str, str | None] = {}
    if pack.checklist.assessment.value == "once":
        found[gate("risk-assessment").requirement] = None
    platform = platform_of(meeting.provider, meeting.join_url)
    if platform and pack.meeting.other_platform.value in ("if_gdpr_compliant", "if_secure"):
        found[gate("platform").requirement] = platform
    if platform and pack.meeting.other_platform.value == "if_right_for_age":
        found[MINIMUM_AGE] = platform
    if pack.meeting.purpose.value == "approved":
        found[APPROVED_REMIT] = meeting.programme or ""
    if pack.staffing.contact.value == "shared_account":
        found[ACCOUNT] = None
    return found


def _within(step: Step, meeting: Meeting, platform: str | None, group: str | None) -> str | None:
    if step.per is None:
        return None
    return {"platform": platform, "group": group}.get(step.per, meeting.programme or "")


def of_group(session: Session, meeting: Meeting) -> Mapping[str, str | None]:
    """The requirements that are about the group that meets: recorded once, they hold for all its meetings. Of an
    approval the purpose that was approved. Nothing where no group meets."""
    if meeting.group_id is None:
        return {}
    pack = load_pack(session.get_one(Organisation, meeting.organisation_id).policy)
    found: dict[str, str | None] = {
        gate(step.id).requirement: None for step in pack.consent.steps if step.about == "group"
    }
    measures = (one for row in pack.checklist.rows for one in row.measures)
    found |= {measure(one.id).requirement: None for one in measures if one.per == "group"}
    if pack.meeting.purpose.value == "approved" and meeting.purpose:
        found[gate(APPROVED).requirement] = keyring().blind_index(f"purpose {meeting.purpose}").hex()
    return found


def day_of(session: Session, meeting: Meeting) -> date:
    """The day of a meeting, where the organisation is: what is known has to hold on it."""
    zone = session.get_one(Organisation, meeting.organisation_id).timezone
    return meeting.starts_at.astimezone(ZoneInfo(zone)).date()


def records(people: Sequence[Registration]) -> dict[UUID, list[str]]:
    """Whose facts count for whom: by the id of each record of these people, their registrations. A record that was
    merged keeps what was said of it."""
    found: dict[UUID, list[str]] = {}
    for one in people:
        for record in dict.fromkeys((one.participant_id, one.participant.id)):
            found.setdefault(record, []).append(one.id.hex)
    return found
