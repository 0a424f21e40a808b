"""Signed-in calls to Microsoft Graph with an app's own credentials, and what its refusals mean in plain words."""

from collections.abc import Callable
from datetime import UTC, datetime

import httpx
from pydantic import SecretStr

from bot.providers.base import NoSuchMeeting, ProviderError
from bot.providers.rest import RestClient, error_body, retry_after

HOUR = 3600.0
_ASK = "Please ask your administrator"
_BUSY = "Microsoft Teams is not available just now."
WAY_OUT = (
    "Choose another host, or ask your administrator to name the right Microsoft 365 account in the organisation file "
    "(`teams`, `teams_host`)."
)
_NO_USER = f"Microsoft 365 does not know the host’s e-mail address. {WAY_OUT}"
_PERMISSIONS = "OnlineMeetings.ReadWrite.All and User.Read.All"
_GRAPH = "graph.microsoft.com"
_SIGN_IN = {
    _GRAPH: "https://login.microsoftonline.com",
    "graph.microsoft.us": "https://login.microsoftonline.us",
    "dod-graph.microsoft.us": "https://login.microsoftonline.us",
}
"""Who hands out the tokens for each of Microsoft's clouds; any other address hands out its own."""


def no_account() -> ProviderError:
    """Nothing is known by which Microsoft could know the host."""
    words = f"The bot knows no e-mail address of the host. {WAY_OUT}"
    return ProviderError("teams_no_account", words, permanent=True, retry_after=HOUR)


def no_user(words: str = _NO_USER) -> ProviderError:
    """Microsoft 365 has no such account, or it is blocked."""
    return ProviderError("teams_no_user", words, permanent=True, retry_after=HOUR)


class GraphClient(RestClient):
    """Calls of one app in one Microsoft 365."""

    never_kept = frozenset({"joinMeetingIdSettings", "joinInformation", "videoTeleconferenceId"})

    def __init__(
        self,
        *,
        tenant_id: str,
        client_id: str,
        client_secret: SecretStr,
        graph_url: str = f"https://{_GRAPH}/v1.0",
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        url = httpx.URL(graph_url)
        super().__init__(graph_url if url.path.strip("/") else f"{graph_url.rstrip('/')}/v1.0")
        login = _SIGN_IN.get(url.host, f"{url.scheme}://{url.netloc.decode()}")
        self._token_url = f"{login}/{tenant_id}/oauth2/v2.0/token"
        self._scope = f"https://{url.host if url.host in _SIGN_IN else _GRAPH}/.default"
        self._client_id, self._secret = client_id, client_secret
        self._now = now

    async def renew(self, whose: str) -> tuple[str, float]:
        """A new token for the app."""
        form = {
            "grant_type": "client_credentials",
            "client_id": self._client_id,
            "client_secret": self._secret.get_secret_value(),
            "scope": self._scope,
        }
        response = await self.ask_for_token(self._token_url, form)
        if response.status_code in (400, 401, 403, 404):
            raise _login_refused()
        if not response.is_success:
            raise self.refused(response)
        return self.token_in(response)

    def unreachable(self) -> ProviderError:
        """Microsoft could not be reached, or did not answer in time."""
        return ProviderError("teams_unreachable", _BUSY)

    def bad_answer(self) -> ProviderError:
        """Microsoft answered with something that cannot be understood."""
        return ProviderError("teams_bad_answer", _BUSY)

    def refused(self, response: httpx.Response) -> ProviderError:
        """What a refusal of Graph's means."""
        status, path = response.status_code, response.request.url.path
        if status == 429:
            return ProviderError("teams_rate_limit", _BUSY, retry_after=retry_after(response, self._now()) or 2.0)
        if status >= 500:
            return ProviderError("teams_down", _BUSY, retry_after=retry_after(response, self._now()))
        if status == 401:
            return _login_refused()
        if status == 403:
            return _forbidden(response)
        if status == 404 and "/onlineMeetings/" in path and not path.endswith("/createOrGet"):
            return NoSuchMeeting("teams_no_meeting", "Teams has no such meeting any more.", permanent=True)
        if status == 404:
            return no_user()
        if status == 400:
            words = f"Teams refused a value of this meeting. {_ASK} to look at the Teams meeting policies."
            return ProviderError("teams_invalid", words, permanent=True)
        words = f"Teams refused this without a reason that the bot knows. {_ASK} to look at Microsoft 365."
        return ProviderError(f"teams_http_{status}", words, permanent=True)


def _login_refused() -> ProviderError:
    words = f"Microsoft refused the bot’s credentials. {_ASK} to check MS_TENANT_ID, MS_CLIENT_ID and MS_CLIENT_SECRET."
    return ProviderError("teams_login", words, retry_after=300)


def _forbidden(response: httpx.Response) -> ProviderError:
    """The policy is granted per host in Teams, the permission once to the app: who mends what is told apart."""
    error = error_body(response).get("error")
    said = str(error.get("message", "")) if isinstance(error, dict) else ""
    if "access policy" in said.casefold() or "on behalf of user" in said.casefold():
        words = (
            "Microsoft does not let the bot make meetings for this host yet. Choose another host, or ask your "
            "administrator to grant the host the application access policy for the bot’s app in Teams; it takes up to "
            "half an hour to count."
        )
        return ProviderError("teams_no_policy", words, permanent=True, retry_after=HOUR)
    words = f"The bot’s app lacks a permission. {_ASK} to give it {_PERMISSIONS} in Entra, with admin consent."
    return ProviderError("teams_permission", words, permanent=True, retry_after=HOUR)
