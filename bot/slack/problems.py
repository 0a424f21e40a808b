"""What Slack's refusals are about, which decides what is done with them.

About the bot itself (its token, its scopes, the network on the way): waited for, however long it lasts, and told to
administrators. About the target (a channel, a person, a message, a view): final, and whoever asked looks for another
way. About the words of the call: our own fault, final, with a code that joins the log with what is shown. A code that
is not known here is waited for: nothing is given up for a word that Slack has invented since.
"""

import re
from enum import StrEnum


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


class Cause(StrEnum):
    """What a refusal is about."""

    PASSING = "passing"
    US = "us"
    TARGET = "target"
    WORDS = "words"


_US = _words(
    """
    invalid_auth not_authed not_allowed_token_type account_inactive token_revoked token_expired no_permission
    missing_scope org_login_required ekm_access_denied team_access_not_granted enterprise_is_restricted
    access_denied accesslimited is_bot two_factor_setup_required team_not_found app_missing_action_url
    messaging_disabled
    """
)
OF_ONE_METHOD = _words("missing_scope no_permission not_allowed_token_type access_denied")
"""Refusals that other methods may not share."""
_TARGET = _words(
    """
    channel_not_found is_archived not_in_channel user_not_in_channel channel_is_archived messages_tab_disabled
    not_enabled cannot_dm_bot user_not_found users_not_found user_disabled user_not_visible is_inactive
    user_is_bot user_is_restricted user_team_not_in_channel cannot_find_channel channel_type_not_supported
    method_not_supported_for_channel_type fetch_members_failed thread_not_found message_not_found no_message
    cant_update_message cant_delete_message edit_window_closed hash_conflict not_found view_not_found
    expired_trigger_id exchanged_trigger_id invalid_trigger_id trigger_expired trigger_exchanged
    push_limit_reached external_channel_migrating invalid_cursor as_user_not_supported
    slack_connect_canvas_sharing_blocked file_not_found file_deleted
    """
)
_TARGET_FAMILY = re.compile(r"restricted_action(_\w+)?|cannot_\w+_channel|is_archived_\w+")
_WORDS = _words(
    """
    invalid_blocks invalid_blocks_format invalid_arguments invalid_arg_name invalid_array_arg invalid_charset
    invalid_form_data invalid_post_type invalid_json json_not_object missing_post_type missing_argument
    msg_too_long msg_blocks_too_long too_many_attachments no_text view_too_large duplicate_external_id
    markdown_text_conflict unknown_method deprecated_endpoint method_deprecated invalid_view invalid_message
    metadata_too_large invalid_metadata_format invalid_metadata_schema
    """
)


class SlackProblem(Exception):
    """Slack did not do what was asked. `code` is Slack's own word; `retry_after` seconds where it said so."""

    def __init__(self, code: str, cause: Cause, *, retry_after: float | None = None, reference: str = "") -> None:
        super().__init__(code)
        self.code = f"{code} {reference}".strip()
        self.cause = cause
        self.retry_after = retry_after

    @property
    def passing(self) -> bool:
        """Whether it is waited for."""
        return self.cause in (Cause.PASSING, Cause.US)


def cause_of(code: str) -> Cause:
    """What a refusal in Slack's own words is about."""
    if code in _US:
        return Cause.US
    if code in _TARGET or _TARGET_FAMILY.fullmatch(code):
        return Cause.TARGET
    return Cause.WORDS if code in _WORDS else Cause.PASSING


def asked_wait(header: str | None) -> float | None:
    """How long Retry-After asks to wait; None for anything but a number."""
    try:
        return max(0.0, float(header)) if header is not None else None
    except ValueError:
        return None
