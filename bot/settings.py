"""Every environment variable, typed, with its help text. A missing or wrong one is a sentence, not a traceback."""

from collections.abc import Iterable
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from rapidfuzz import process
from rapidfuzz.distance import OSA
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from bot.mail import MailServer, OAuth
from db.crypto import KeyProblem, Keyring

_SLIPS = 2
"""How many letters may be wrong, missing, too many or changed about in a misspelt name."""
_SHORT = 5


class SettingsProblem(Exception):
    """One or more settings are missing or wrong; `problems` holds a sentence for each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class Settings(BaseSettings):
    """The bot's settings, read from the environment and from `.env`."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", extra="ignore", hide_input_in_errors=True, env_ignore_empty=True
    )

    slack_bot_token: SecretStr = Field(SecretStr(""), description="Bot token of the Slack app, starts with xoxb-.")
    slack_signing_secret: SecretStr = Field(SecretStr(""), description="Signing secret of the Slack app.")
    slack_app_token: SecretStr | None = Field(None, description="App-level token (xapp-): turns Socket Mode on.")
    slack_api_url: str = Field("https://slack.com/api/", description="Base address of Slack's Web API.")
    database_url: str = Field("sqlite:///./data/facilitator.db", description="SQLAlchemy address of the database.")
    facilitator_keys: SecretStr = Field(SecretStr(""), description="Encryption keys, id:base64 pairs, newest first.")
    zoom_account_id: str | None = Field(None, description="Zoom server-to-server app: account id.")
    zoom_client_id: str | None = Field(None, description="Zoom server-to-server app: client id.")
    zoom_client_secret: SecretStr | None = Field(None, description="Zoom server-to-server app: client secret.")
    zoom_api_url: str = Field("https://api.zoom.us/v2", description="Base address of Zoom's API.")
    zoom_oauth_url: str = Field("https://zoom.us/oauth/token", description="Where Zoom hands out tokens.")
    zoom_webhook_secret: SecretStr | None = Field(None, description="Zoom app: secret token of its event subscription.")
    bbb_url: str | None = Field(None, description="BigBlueButton server: its address, as `bbb-conf --secret` shows it.")
    bbb_secret: SecretStr | None = Field(None, description="BigBlueButton server: its shared secret.")
    ms_tenant_id: str | None = Field(None, description="Microsoft Teams: the tenant (directory) of the app.")
    ms_client_id: str | None = Field(None, description="Microsoft Teams: id of the app that makes meetings.")
    ms_client_secret: SecretStr | None = Field(None, description="Microsoft Teams: secret of that app.")
    ms_graph_url: str = Field("https://graph.microsoft.com/v1.0", description="Base address of Microsoft Graph.")
    google_credentials_file: Path | None = Field(None, description="Google Meet: key file of a service account.")
    google_meet_url: str = Field("https://meet.googleapis.com/v2", description="Base address of Google Meet's API.")
    smtp_url: SecretStr | None = Field(None, description="Mail server, smtp://user:password@host:port or smtps://.")
    mail_from: str | None = Field(None, description="Address that mails come from.")
    smtp_oauth_tenant: str | None = Field(None, description="Microsoft 365: the tenant whose mailbox sends.")
    smtp_oauth_client_id: str | None = Field(None, description="Microsoft 365: id of the app that may send.")
    smtp_oauth_client_secret: SecretStr | None = Field(None, description="Microsoft 365: secret of that app.")
    public_url: str | None = Field(None, description="Public https address of this bot.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="How much is logged.")
    log_format: Literal["json", "console"] = Field("json", description="How log lines look.")
    heartbeat_url: SecretStr | None = Field(None, description="Address asked for each minute while all is well.")
    metrics_token: SecretStr | None = Field(None, description="Token that lets other machines read /metrics.")
    sandbox_clock: Path | None = Field(None, description="For the sandbox only: file with seconds to add to the clock.")

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: Any) -> Any:
        return value.upper() if isinstance(value, str) else value

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str) -> str:
        try:
            url = make_url(value)
        except (ArgumentError, ValueError):
            raise ValueError("is not a database address such as sqlite:///./data/facilitator.db") from None
        if url.drivername not in ("sqlite", "postgresql", "postgresql+psycopg", "postgres"):
            raise ValueError("must be a sqlite:// or postgresql:// address")
        if url.drivername == "sqlite" and url.database in (None, "", ":memory:"):
            raise ValueError("must name a file: a database in memory would lose everything")
        return value

    @field_validator(
        "slack_api_url", "zoom_api_url", "zoom_oauth_url", "bbb_url", "ms_graph_url", "google_meet_url", "public_url"
    )
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        try:
            parts = urlsplit(value or "http://unused")
            usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
        except ValueError:
            usable = False
        if not usable:
            raise ValueError("must be an http or https address")
        return value

    @property
    def api_base(self) -> str:
        """Slack's API base with the slash at its end that the client library wants."""
        return self.slack_api_url.rstrip("/") + "/"

    @property
    def socket_mode(self) -> bool:
        """Whether Slack is reached over Socket Mode instead of receiving its requests over HTTP."""
        return self.slack_app_token is not None

    @property
    def data_directory(self) -> Path:
        """Where files beside the database live: its own folder for SQLite, else ./data."""
        url = make_url(self.database_url)
        if url.get_backend_name() == "sqlite" and url.database:
            return Path(url.database).parent
        return Path("data")

    @property
    def contacts_file(self) -> Path:
        """The file with the phone numbers for the danger gate, readable without the database."""
        return self.data_directory / "contacts.json"

    @property
    def heads_file(self) -> Path:
        """The file that keeps the heads of the audit chains outside the database."""
        return self.data_directory / "audit-heads.jsonl"

    @property
    def export_base(self) -> str | None:
        """Where this bot's pages are, without the slash at the end; None where nobody could reach them safely:
        only https will do, or http on this machine."""
        parts = urlsplit(self.public_url or "")
        if parts.scheme == "https" or (parts.scheme == "http" and _this_machine(parts.hostname or "")):
            return (self.public_url or "").rstrip("/")
        return None

    @property
    def zoom_ready(self) -> bool:
        """Whether all three Zoom credentials are there."""
        return bool(self.zoom_account_id and self.zoom_client_id and self.zoom_client_secret)

    @property
    def teams_ready(self) -> bool:
        """Whether all three credentials of the app at Microsoft are there."""
        return bool(self.ms_tenant_id and self.ms_client_id and self.ms_client_secret)

    @property
    def mail_server(self) -> MailServer | None:
        """Where mails are handed over, None where none is set. Raises ValueError where it cannot be read."""
        if self.smtp_url is None:
            return None
        oauth = None
        if self.smtp_oauth_tenant and self.smtp_oauth_client_id and self.smtp_oauth_client_secret:
            secret = self.smtp_oauth_client_secret.get_secret_value()
            oauth = OAuth(tenant=self.smtp_oauth_tenant, client_id=self.smtp_oauth_client_id, client_secret=secret)
        return MailServer.from_url(self.smtp_url.get_secret_value(), self.mail_from or "", oauth)

    def keyring(self) -> Keyring:
        """The encryption keys. Raises KeyProblem."""
        return Keyring.parse(self.facilitator_keys.get_secret_value())


def _this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def misspelt(names: Iterable[str]) -> list[tuple[str, str]]:
    """Of these names of environment variables those that are nearly one of ours, each with the one that is meant."""
    ours = {name.upper() for name in Settings.model_fields}
    found = []
    for name in sorted(names):
        near = process.extractOne(name.upper(), ours, scorer=OSA.distance, score_cutoff=_SLIPS)
        if near is not None and near[1] > 0 and len(name) > _SHORT:
            found.append((name, near[0]))
    return found


def load_settings(*, slack: bool = True, **given: Any) -> Settings:
    """Read and check the settings. Raises SettingsProblem with a sentence per problem.

    `slack`: whether the Slack credentials are needed (not for `migrate` or `keys`).
    """
    try:
        settings = Settings(**given)
    except (OSError, UnicodeDecodeError):
        raise SettingsProblem([".env cannot be read: it must be a text file in UTF-8."]) from None
    except ValidationError as wrong:
        raise SettingsProblem([_sentence(error) for error in wrong.errors(include_input=False)]) from None
    problems: list[str] = []
    if slack:
        token = settings.slack_bot_token.get_secret_value()
        if not token.startswith("xoxb-"):
            problems.append("SLACK_BOT_TOKEN is missing or is not a bot token: it starts with xoxb-.")
        if not settings.slack_signing_secret.get_secret_value() and not settings.socket_mode:
            problems.append("SLACK_SIGNING_SECRET is missing: copy it from the app's Basic Information page.")
        if settings.slack_app_token and not settings.slack_app_token.get_secret_value().startswith("xapp-"):
            problems.append("SLACK_APP_TOKEN is not an app-level token: it starts with xapp-.")
    problems += _provider_problems(settings)
    problems += _mail_problems(settings)
    try:
        settings.keyring()
    except KeyProblem as wrong_key:
        problems.append(str(wrong_key))
    if problems:
        raise SettingsProblem(problems)
    return settings


def _provider_problems(settings: Settings) -> list[str]:
    found = []
    zoom = [settings.zoom_account_id, settings.zoom_client_id, settings.zoom_client_secret]
    if any(zoom) and not all(zoom):
        found.append("ZOOM_ACCOUNT_ID, ZOOM_CLIENT_ID and ZOOM_CLIENT_SECRET go together: give all three or none.")
    if bool(settings.bbb_url) is not bool(settings.bbb_secret):
        found.append("BBB_URL and BBB_SECRET go together: give both or none.")
    teams = [settings.ms_tenant_id, settings.ms_client_id, settings.ms_client_secret]
    if any(teams) and not all(teams):
        found.append("MS_TENANT_ID, MS_CLIENT_ID and MS_CLIENT_SECRET go together: give all three or none.")
    return found


def _mail_problems(settings: Settings) -> list[str]:
    oauth = [settings.smtp_oauth_tenant, settings.smtp_oauth_client_id, settings.smtp_oauth_client_secret]
    if any(oauth) and not all(oauth):
        together = "SMTP_OAUTH_TENANT, SMTP_OAUTH_CLIENT_ID and SMTP_OAUTH_CLIENT_SECRET"
        return [f"{together} go together: give all three or none."]
    if settings.smtp_url is None:
        return ["SMTP_URL is missing: SMTP_OAUTH_… only says how to sign in there."] if any(oauth) else []
    if not settings.mail_from:
        return ["MAIL_FROM is missing: SMTP_URL needs an address that mails come from."]
    try:
        _ = settings.mail_server
    except ValueError as wrong:
        sentence = str(wrong)
        return [f"{sentence}." if sentence.startswith("SMTP_URL") else "MAIL_FROM is not one e-mail address."]
    return []


def _sentence(error: Any) -> str:
    name = str(error["loc"][0]).upper() if error["loc"] else "A setting"
    message = str(error["msg"]).removeprefix("Value error, ")
    return f"{name} {message[0].lower()}{message[1:]}."
