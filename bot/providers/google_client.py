"""Signed-in calls to Google Meet in a host's name, and what its refusals mean in plain words."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import jwt

from bot.providers.base import NoSuchMeeting, ProviderError
from bot.providers.rest import RestClient, error_body, retry_after

HOUR = 3600.0
_LASTS = 3600
_SCOPES = (
    "https://www.googleapis.com/auth/meetings.space.created",
    "https://www.googleapis.com/auth/meetings.space.settings",
)
_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_QUOTA_SECONDS = 30.0
_ASK = "Please ask your administrator"
_BUSY = "Google Meet is not available just now."
WAY_OUT = (
    "Choose another host, or ask your administrator to name the right Google account in the organisation file (`meet`, "
    "`meet_host`)."
)


class NoCredentials(Exception):
    """The file of a service account cannot be used; the message is a sentence."""


@dataclass(frozen=True)
class ServiceAccount:
    """A service account that may act for the hosts of its Google Workspace."""

    email: str
    token_url: str
    key_id: str
    key: str = field(repr=False)

    @classmethod
    def from_file(cls, path: Path) -> "ServiceAccount":
        """Read the file that Google gave. Raises NoCredentials."""
        try:
            content: Any = json.loads(path.read_text(encoding="utf-8"))
            account = cls(
                str(content["client_email"]),
                str(content.get("token_uri") or "https://oauth2.googleapis.com/token"),
                str(content.get("private_key_id", "")),
                str(content["private_key"]),
            )
            account.assertion("check@example.org", 0)
        except OSError:
            raise NoCredentials(f"GOOGLE_CREDENTIALS_FILE: {path} cannot be read.") from None
        except (ValueError, TypeError, KeyError, AttributeError, jwt.PyJWTError):
            raise NoCredentials(f"GOOGLE_CREDENTIALS_FILE: {path} is not the key file of a service account.") from None
        return account

    def assertion(self, subject: str, now: int) -> str:
        """What says, signed, in whose name it asks for a token."""
        claims = {"iss": self.email, "sub": subject, "scope": " ".join(_SCOPES), "aud": self.token_url}
        whole = {**claims, "iat": now, "exp": now + _LASTS}
        return jwt.encode(whole, self.key, algorithm="RS256", headers={"kid": self.key_id})


def no_account() -> ProviderError:
    """Nothing is known by which Google could know the host."""
    words = f"The bot knows no e-mail address of the host. {WAY_OUT}"
    return ProviderError("meet_no_account", words, permanent=True, retry_after=HOUR)


class GoogleClient(RestClient):
    """Calls in the name of one host at a time: `whose` is their address."""

    def __init__(
        self, account: ServiceAccount, *, meet_url: str, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        url = httpx.URL(meet_url)
        super().__init__(meet_url if url.path.strip("/") else f"{meet_url.rstrip('/')}/v2")
        self._account = account
        self._now = now

    async def renew(self, whose: str) -> tuple[str, float]:
        """A new token in this host's name."""
        assertion = self._account.assertion(whose, int(time.time()))
        response = await self.ask_for_token(self._account.token_url, {"grant_type": _GRANT, "assertion": assertion})
        if response.status_code in (400, 401, 403):
            raise _no_token(error_body(response))
        if not response.is_success:
            raise self.refused(response)
        return self.token_in(response)

    def unreachable(self) -> ProviderError:
        """Google could not be reached, or did not answer in time."""
        return ProviderError("meet_unreachable", _BUSY)

    def bad_answer(self) -> ProviderError:
        """Google answered with something that cannot be understood."""
        return ProviderError("meet_bad_answer", _BUSY)

    def refused(self, response: httpx.Response) -> ProviderError:
        """What a refusal of Meet's means."""
        status, wait = response.status_code, retry_after(response, self._now())
        if status == 429:
            return ProviderError("meet_rate_limit", _BUSY, retry_after=wait or _QUOTA_SECONDS)
        if status >= 500:
            return ProviderError("meet_down", _BUSY, retry_after=wait)
        if status == 401:
            return _login_refused()
        if status == 403:
            words = (
                f"Google refuses this to the bot. {_ASK} to switch the Google Meet REST API on for its project, and to "
                "look at the host’s Google Workspace licence."
            )
            return ProviderError("meet_permission", words, permanent=True, retry_after=HOUR)
        if status == 404:
            return NoSuchMeeting("meet_no_meeting", "Google Meet has no such room any more.", permanent=True)
        if status == 400:
            words = f"Google Meet refused a value of this meeting. {_ASK} to look at your Google Workspace."
            return ProviderError("meet_invalid", words, permanent=True)
        words = f"Google Meet refused this without a reason that the bot knows. {_ASK} to look at Google Workspace."
        return ProviderError(f"meet_http_{status}", words, permanent=True)


def _login_refused() -> ProviderError:
    words = f"Google refused the bot’s credentials. {_ASK} to check GOOGLE_CREDENTIALS_FILE."
    return ProviderError("meet_login", words, retry_after=300)


def _no_token(body: Any) -> ProviderError:
    """Whom Google does not know, what it was not told to allow, and a wrong key are told apart."""
    error, said = str(body.get("error", "")), str(body.get("error_description", "")).casefold()
    if error == "invalid_grant" and ("email" in said or "user" in said or "account" in said):
        words = f"Google does not know the host’s e-mail address. {WAY_OUT}"
        return ProviderError("meet_no_user", words, permanent=True, retry_after=HOUR)
    if error in ("unauthorized_client", "access_denied"):
        words = (
            "Google does not let the bot act for its hosts yet. Please ask your administrator to allow the service "
            f"account domain-wide delegation in the Admin console, with the scopes {' and '.join(_SCOPES)}."
        )
        return ProviderError("meet_delegation", words, permanent=True, retry_after=HOUR)
    return _login_refused()
