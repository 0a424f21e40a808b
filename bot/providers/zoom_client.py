"""Signed-in calls to Zoom's API, with a token for the whole account."""

from collections.abc import Callable
from datetime import UTC, datetime

import httpx
from pydantic import SecretStr

from bot.providers import zoom_errors
from bot.providers.base import ProviderError
from bot.providers.rest import RestClient


class ZoomClient(RestClient):
    """Server-to-server calls for one Zoom account. `now` gives aware time; it only turns Zoom's dates to retry at into
    seconds."""

    never_kept = frozenset(
        {
            "start_url",
            "dynamic_host_key",
            "encrypted_password",
            "pstn_password",
            "h323_password",
            "chat_join_url",
        }
    )

    def __init__(
        self,
        *,
        account_id: str,
        client_id: str,
        client_secret: SecretStr,
        api_url: str = "https://api.zoom.us/v2",
        oauth_url: str = "https://zoom.us/oauth/token",
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        super().__init__(api_url)
        self._account_id = account_id
        self._login = httpx.BasicAuth(client_id, client_secret.get_secret_value())
        self._oauth_url = oauth_url
        self._now = now
        self._scopes: frozenset[str] = frozenset()

    async def scopes(self) -> frozenset[str]:
        """The permissions that the account's token carries."""
        await self.valid_token()
        return self._scopes

    async def renew(self, whose: str) -> tuple[str, float]:
        """A new token for the account."""
        form = {"grant_type": "account_credentials", "account_id": self._account_id}
        response = await self.ask_for_token(self._oauth_url, form, self._login)
        if response.status_code in (400, 401, 403):
            raise zoom_errors.login_refused()
        if not response.is_success:
            raise self.refused(response)
        token = self.token_in(response)
        self._scopes = frozenset(str(self.read(response).get("scope", "")).split())
        return token

    def unreachable(self) -> ProviderError:
        """Zoom could not be reached, or did not answer in time."""
        return zoom_errors.unreachable()

    def bad_answer(self) -> ProviderError:
        """Zoom answered with something that cannot be understood."""
        return zoom_errors.bad_answer()

    def refused(self, response: httpx.Response) -> ProviderError:
        """What Zoom's refusal means."""
        return zoom_errors.from_response(response, self._now())
