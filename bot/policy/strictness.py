"""Which of two values of a rule asks for more."""

_RANKS: dict[str, tuple[tuple[str, ...], ...]] = {
    "meeting.other_platform": (
        ("allowed",),
        ("if_gdpr_compliant", "if_right_for_age", "if_secure"),
        ("refuse",),
    ),
    "meeting.purpose": (("free",), ("stated",), ("approved",)),
    "meeting.sensitive_matters": (("allowed",), ("never",)),
    "meeting.group_size": (("free",), ("considered",), ("limited",)),
    "meeting.recording": (("explained",), ("reason",), ("parents_agree",), ("never",)),
    "meeting.breakout_rooms": (("allowed",), ("reason",), ("never",)),
    "meeting.chat": (("host_decides",), ("everyone",), ("host_only",)),
    "meeting.lock": (("host_decides",), ("any_time",), ("all_present", "after_start")),
    "staffing.roles": (("free",), ("lead_and_support",)),
    "staffing.contact": (("work_preferred",), ("host_email",), ("work_only", "organisation_only", "shared_account")),
    "consent.age_covers": (("social_media",), ("joining",)),
    "consent.eligible": (("free",), ("invited",), ("known", "registered")),
    "consent.rules_agreement": (
        ("shared",),
        ("sent_and_reminded",),
        ("aloud_each_session", "before_link", "made_together"),
    ),
    "consent.without_agreement": (("carry_on",), ("no_entry", "no_link")),
    "invitation.order": (("free",), ("rules_with_link",), ("rules_before_link",)),
    "invitation.send": (("free",), ("day_before", "after_agreement", "after_registration")),
    "invitation.to": (("participant",), ("participant_or_carer",), ("carer",)),
    "invitation.channel": (("organisation_accounts",), ("through_staff",), ("email",), ("agreed_email",)),
    "invitation.passcode": (("free",), ("together", "apart")),
    "entry.admit": (("host_decides",), ("invited",), ("recognised", "identified")),
    "entry.name": (("free",), ("recognisable",), ("real",)),
    "one_to_one.allowed": (("allowed",), ("if_vital",), ("not_alone",)),
    "one_to_one.after_meeting": (("free",), ("workers_leave_last",), ("facilitators_only",)),
    "records.attendance": (("bot_service",), ("required",)),
    "records.transcript": (("not_ruled",), ("keep_if_hosted",), ("save",)),
    "checklist.assessment": (("free",), ("high_risk", "once"), ("each_meeting",)),
}
"""The choices of a rule from the loosest to the strictest; those in one group are different, not stricter."""

_PERMITS = frozenset({"consent.of_age_alone"})
"""Rules of yes and no where yes permits something instead of asking for it."""


def loosens(where: str, before: object, after: object) -> bool:
    """Whether ``after`` asks for less than ``before``, or for something else that is not known to be stricter."""
    if after == before:
        return False
    if isinstance(before, bool) and isinstance(after, bool):
        return after if where in _PERMITS else not after
    if isinstance(before, int) and isinstance(after, int):
        return after < before
    if isinstance(before, tuple) and isinstance(after, tuple):
        return not set(after) < set(before)
    if before is None:
        return False
    ranks = {choice: rank for rank, group in enumerate(_RANKS.get(where, ())) for choice in group}
    if not isinstance(before, str) or not isinstance(after, str) or before not in ranks or after not in ranks:
        return True
    return ranks[after] <= ranks[before]
