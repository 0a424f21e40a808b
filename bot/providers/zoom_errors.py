"""What Zoom's refusals mean, in words for a facilitator, and when asking again makes sense."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any

import httpx

from bot.providers.base import NoSuchMeeting, ProviderError
from bot.providers.rest import error_body, retry_after

_ASK = "Please ask your administrator"
HOUR = 3600.0
WAY_OUT = (
    "Choose another host, or ask your administrator to name the right Zoom user in the organisation file (`zoom`, "
    "`zoom_host`)."
)
_SCOPE = ("zoom_scope", f"The Zoom app lacks a permission. {_ASK} to add the scope in the Zoom Marketplace.")

# Zoom's own number → our code and the words. None of them mends itself: a person has to do something.
_BY_NUMBER: dict[int, tuple[str, str]] = {
    200: ("zoom_plan", f"Your Zoom plan or role does not allow this. {_ASK} to look at the Zoom account."),
    300: ("zoom_invalid", "Zoom refused a value of this meeting"),
    1001: ("zoom_no_user", f"Zoom does not know the host’s e-mail address. {WAY_OUT}"),
    1010: ("zoom_no_user", f"The host belongs to another Zoom account. {WAY_OUT}"),
    1114: ("zoom_second_host", f"Zoom refuses the second host. {_ASK} to look at their Zoom licence and address."),
    2314: ("zoom_ai", f"The Zoom account does not let its AI settings be changed. {_ASK} to allow it."),
    3000: ("zoom_refused", f"Zoom refuses to plan a meeting for this host. {_ASK} to look at them in Zoom."),
    3161: ("zoom_no_host", f"The host may not host meetings in Zoom. {WAY_OUT}"),
    4700: _SCOPE,
    4711: _SCOPE,
}
_NO_MEETING = 3001
# Found out without making anything, so that asking costs none of the day's hundred: once an hour, in case that
# somebody has mended it.
_ASKED_HOURLY = frozenset({"zoom_no_user", "zoom_scope"})
_LOGIN = f"Zoom refused the bot’s credentials. {_ASK} to check the ZOOM_ settings and the app in Zoom."
_BUSY = "Zoom is not available just now."
_DAY_USED = "Zoom allows a host about 100 new or changed meetings a day, and today’s are used up until midnight UTC."
# A limit by the second passes within seconds; a longer wait is the limit by the day.
_LONGEST_BURST = 120.0
_AFTER_MIDNIGHT = 5.0
_FIELD = re.compile(r"[a-z_.\[\]0-9]{1,60}")


def unreachable() -> ProviderError:
    """Zoom could not be reached, or did not answer in time."""
    return ProviderError("zoom_unreachable", _BUSY)


def bad_answer() -> ProviderError:
    """Zoom answered with something that cannot be understood."""
    return ProviderError("zoom_bad_answer", _BUSY)


def login_refused() -> ProviderError:
    """No token for the account, or one that is refused although it is new. An administrator can mend it."""
    return ProviderError("zoom_login", _LOGIN, retry_after=300)


def no_account() -> ProviderError:
    """Nothing is known by which Zoom could know the host."""
    words = f"The bot knows no e-mail address of the host. {WAY_OUT}"
    return ProviderError("zoom_no_account", words, permanent=True, retry_after=HOUR)


def host_not_active() -> ProviderError:
    """Zoom knows the host, who cannot sign in there (yet)."""
    words = f"The host’s Zoom user is not active. {WAY_OUT}"
    return ProviderError("zoom_no_user", words, permanent=True, retry_after=HOUR)


def from_response(response: httpx.Response, now: datetime) -> ProviderError:
    """The error that an unsuccessful answer stands for. Aware `now` turns a date to retry at into seconds."""
    if response.status_code == 429:
        return _rate_limited(response, now)
    if response.status_code >= 500:
        return ProviderError("zoom_down", _BUSY, retry_after=retry_after(response, now))
    body = error_body(response)
    number = body.get("code")
    known = _BY_NUMBER.get(number) if isinstance(number, int) else None
    if number == _NO_MEETING:
        return NoSuchMeeting("zoom_no_meeting", "Zoom has no such meeting any more.", permanent=True)
    if known is None and response.status_code == 401:
        return login_refused()
    if known is None:
        words = f"Zoom refused this without a reason that the bot knows. {_ASK} to look at the Zoom account."
        return ProviderError(f"zoom_http_{response.status_code}", words, permanent=True)
    code, words = known
    if code == "zoom_invalid":
        fields = _fields(body)
        if fields == ["settings.alternative_hosts"]:
            return ProviderError(*_BY_NUMBER[1114], permanent=True)
        words = f"{words} ({', '.join(fields)})." if fields else f"{words}."
    return ProviderError(code, words, permanent=True, retry_after=HOUR if code in _ASKED_HOURLY else None)


def _rate_limited(response: httpx.Response, now: datetime) -> ProviderError:
    wait = retry_after(response, now)
    kind = response.headers.get("X-RateLimit-Type", "") + str(error_body(response).get("message", ""))
    if "daily" in kind.casefold() and (wait is None or wait <= _LONGEST_BURST):
        midnight = datetime.combine(now.astimezone(UTC).date() + timedelta(days=1), time(), UTC)
        wait = max((midnight - now).total_seconds(), _LONGEST_BURST) + _AFTER_MIDNIGHT
    if wait is not None and wait > _LONGEST_BURST:
        return ProviderError("zoom_daily_limit", _DAY_USED, retry_after=wait)
    return ProviderError("zoom_rate_limit", _BUSY, retry_after=wait or 2.0)


def _fields(body: Mapping[str, Any]) -> list[str]:
    """Only the names of the refused fields: Zoom's own message may repeat their values."""
    errors = body.get("errors")
    listed = [error for error in errors if isinstance(error, dict)] if isinstance(errors, list) else []
    names = [str(error.get("field", "")) for error in listed]
    return [name for name in names if _FIELD.fullmatch(name)][:5]
