"""Which providers an installation can use."""

from pathlib import Path

from bot.providers.base import Provider
from bot.providers.bbb_client import BbbClient
from bot.providers.bigbluebutton import BigBlueButtonProvider
from bot.providers.google_client import GoogleClient, NoCredentials, ServiceAccount
from bot.providers.graph_client import GraphClient
from bot.providers.manual import ManualProvider
from bot.providers.meet import MeetProvider
from bot.providers.teams import TeamsProvider
from bot.providers.unset import UnsetProvider
from bot.providers.zoom import ZoomProvider
from bot.providers.zoom_client import ZoomClient
from bot.settings import Settings

NAMES = ("zoom", "bigbluebutton", "teams", "meet", "manual")
"""What an organisation file may name."""


def configured(settings: Settings) -> dict[str, Provider]:
    """Every provider that the settings allow, by its name in the organisation file."""
    found: dict[str, Provider] = {"manual": ManualProvider()}
    if settings.zoom_account_id and settings.zoom_client_id and settings.zoom_client_secret:
        found["zoom"] = ZoomProvider(
            ZoomClient(
                account_id=settings.zoom_account_id,
                client_id=settings.zoom_client_id,
                client_secret=settings.zoom_client_secret,
                api_url=settings.zoom_api_url,
                oauth_url=settings.zoom_oauth_url,
            )
        )
    if settings.bbb_url and settings.bbb_secret:
        client = BbbClient(url=settings.bbb_url, secret=settings.bbb_secret)
        found["bigbluebutton"] = BigBlueButtonProvider(client, pages=settings.export_base is not None)
    if settings.ms_tenant_id and settings.ms_client_id and settings.ms_client_secret:
        found["teams"] = TeamsProvider(
            GraphClient(
                tenant_id=settings.ms_tenant_id,
                client_id=settings.ms_client_id,
                client_secret=settings.ms_client_secret,
                graph_url=settings.ms_graph_url,
            )
        )
    if settings.google_credentials_file:
        found["meet"] = _meet(settings.google_credentials_file, settings.google_meet_url)
    return found


def _meet(file: Path, url: str) -> Provider:
    try:
        return MeetProvider(GoogleClient(ServiceAccount.from_file(file), meet_url=url))
    except NoCredentials as wrong:
        return UnsetProvider("meet", str(wrong))
