"""What Zoom's refusals mean, in words for a facilitator, and when asking again makes sense."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from bot.providers.base import ProviderError

_ASK = "Please ask your administrator"
_SCOPE = ("zoom_scope", f"The Zoom app lacks a permission. {_ASK} to add the scope in the Zoom Marketplace.")

# Zoom's own number → our code and the words. None of them mends itself: a person has to do something.
_BY_NUMBER: dict[int, tuple[str, str]] = {
    200: ("zoom_plan", f"Your Zoom plan or role does not allow this. {_ASK} to look at the Zoom account."),
    300: ("zoom_invalid", "Zoom refused a value of this meeting"),
    1001: ("zoom_no_user", f"Zoom does not know the host’s e-mail address. {_ASK} to correct it."),
    1010: ("zoom_no_user", f"The host belongs to another Zoom account. {_ASK} to add them to yours."),
    2314: ("zoom_ai", f"The Zoom account does not let its AI settings be changed. {_ASK} to allow it."),
    3000: ("zoom_refused", f"Zoom refuses to plan a meeting for this host. {_ASK} to look at them in Zoom."),
    3001: ("zoom_no_meeting", "Zoom has no such meeting any more: it was deleted or has expired."),
    3161: ("zoom_no_host", f"This person may not host meetings in Zoom. {_ASK} to give them a licence."),
    4700: _SCOPE,
    4711: _SCOPE,
}
_LOGIN = f"Zoom refused the bot’s credentials. {_ASK} to check the ZOOM_ settings and the app in Zoom."
_BUSY = "Zoom is not available just now. Nothing is lost: the bot keeps trying."
_DAY_USED = (
    "Zoom allows a host about 100 new or changed meetings a day, and today’s are used up. The bot goes on at "
    "midnight UTC; to have the meeting sooner, make it in Zoom yourself."
)
# A limit by the second passes within seconds; a longer wait is the limit by the day.
_LONGEST_BURST = 120.0
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


def from_response(response: httpx.Response, now: datetime) -> ProviderError:
    """The error that an unsuccessful answer stands for. Aware `now` turns a date to retry at into seconds."""
    if response.status_code == 429:
        return _rate_limited(response, now)
    if response.status_code >= 500:
        return ProviderError("zoom_down", _BUSY, retry_after=_retry_after(response, now))
    body = _body(response)
    number = body.get("code")
    known = _BY_NUMBER.get(number) if isinstance(number, int) else None
    if known is None and response.status_code == 401:
        return login_refused()
    if known is None:
        words = f"Zoom refused this without a reason that the bot knows. {_ASK} to look at the Zoom account."
        return ProviderError(f"zoom_http_{response.status_code}", words, permanent=True)
    code, words = known
    if code == "zoom_invalid":
        fields = _fields(body)
        words = f"{words} ({', '.join(fields)})." if fields else f"{words}."
    return ProviderError(code, words, permanent=True)


def _rate_limited(response: httpx.Response, now: datetime) -> ProviderError:
    wait = _retry_after(response, now)
    if wait is not None and wait > _LONGEST_BURST:
        return ProviderError("zoom_daily_limit", _DAY_USED, retry_after=wait)
    return ProviderError("zoom_rate_limit", _BUSY, retry_after=wait or 2.0)


def _retry_after(response: httpx.Response, now: datetime) -> float | None:
    """Seconds until Zoom wants to be asked again: it says them, or a date when a day's limit is used up."""
    value = response.headers.get("Retry-After", "").strip()
    if re.fullmatch(r"\d{1,9}(\.\d+)?", value):
        return float(value)
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = read(value)
        except ValueError:
            continue
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return max((aware - now).total_seconds(), 0.0)
    return None


def _body(response: httpx.Response) -> Mapping[str, Any]:
    try:
        body = response.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _fields(body: Mapping[str, Any]) -> list[str]:
    """Only the names of the refused fields: Zoom's own message may repeat their values."""
    errors = body.get("errors")
    listed = [error for error in errors if isinstance(error, dict)] if isinstance(errors, list) else []
    names = [str(error.get("field", "")) for error in listed]
    return [name for name in names if _FIELD.fullmatch(name)][:5]
