"""Signing in to Microsoft 365's mail with a token, got from a stand-in over real HTTPS."""

import json
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from bot.mail import MailError, MailServer, OAuth, build, probe, send, tokens
from bot.sandbox.mailbox import Mailbox
from bot.settings import SettingsProblem, load_settings
from db.crypto import Keyring
from tests.mail.conftest import CARER, SENDER

pytestmark = pytest.mark.anyio
MAILBOX = "noreply@example.org"
SECRET = "an-invented-secret"


class Authority(BaseHTTPRequestHandler):
    """What Microsoft's sign-in answers for the tenant `example`."""

    given = 0
    down = False

    def do_GET(self) -> None:
        """The addresses of the tenant."""
        here = f"https://127.0.0.1:{self.server.server_port}/example"  # type: ignore[attr-defined]
        if not self.path.startswith("/example/"):
            return self._answer(400, {"error": "invalid_tenant"})
        return self._answer(
            200,
            {
                "issuer": here,
                "authorization_endpoint": f"{here}/oauth2/v2.0/authorize",
                "token_endpoint": f"{here}/oauth2/v2.0/token",
            },
        )

    def do_POST(self) -> None:
        """A token for the app."""
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        if Authority.down:
            return self._answer(503, {})
        if form["client_secret"] != [SECRET] or form["grant_type"] != ["client_credentials"]:
            return self._answer(401, {"error": "invalid_client", "error_description": "AADSTS7000215"})
        assert form["scope"] == ["https://outlook.office365.com/.default"]
        Authority.given += 1
        token = {"token_type": "Bearer", "expires_in": 3599, "access_token": f"token-{Authority.given}"}
        return self._answer(200, token)

    def _answer(self, status: int, body: dict[str, object]) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def authority(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    Authority.given, Authority.down = 0, False
    tokens.forget()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Authority)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"https://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    tokens.forget()


@pytest.fixture
def guarded() -> Iterator[Mailbox]:
    box = Mailbox(token=(MAILBOX, "token-1"))
    box.start()
    yield box
    box.stop()


def server(box: Mailbox, authority: str, secret: str = SECRET, tenant: str = "example") -> MailServer:
    oauth = OAuth(tenant=tenant, client_id="app", client_secret=secret, authority=authority)
    assert secret not in repr(oauth)
    return MailServer.from_url(box.smtp_url, SENDER, oauth)


async def refused(at: MailServer) -> MailError:
    with pytest.raises(MailError) as caught:
        await probe(at)
    return caught.value


async def test_mails_are_sent_with_one_token(guarded: Mailbox, authority: str) -> None:
    at = server(guarded, authority)
    for number in range(3):
        await send(build(CARER, f"Hello {number}", "text", sender=SENDER), at)
    assert len(guarded.messages) == 3
    assert Authority.given == 1


async def test_a_token_that_the_mail_server_refuses_is_not_used_again(guarded: Mailbox, authority: str) -> None:
    guarded._token = (MAILBOX, "token-2")
    at = server(guarded, authority)
    assert (await refused(at)).code == "mail_login"
    await probe(at)


@pytest.mark.parametrize(("secret", "tenant"), [("wrong", "example"), (SECRET, "elsewhere")])
async def test_an_app_that_microsoft_refuses_is_called_one(
    guarded: Mailbox, authority: str, secret: str, tenant: str
) -> None:
    error = await refused(server(guarded, authority, secret, tenant))
    assert (error.code, error.permanent) == ("mail_login", False)
    assert "SMTP_OAUTH_TENANT" in error.words
    assert secret not in error.words + repr(error)


async def test_a_sign_in_that_is_down_comes_back(guarded: Mailbox, authority: str) -> None:
    Authority.down = True
    at = server(guarded, authority)
    assert not (await refused(at)).permanent
    Authority.down = False
    tokens.forget()
    await probe(at)


async def test_a_server_without_it(mailbox: Mailbox, authority: str) -> None:
    assert (await refused(server(mailbox, authority))).code == "mail_not_supported"


def given(**more: Any) -> MailServer | None:
    base: dict[str, Any] = {
        "slack_bot_token": "xoxb-1",
        "slack_signing_secret": "x",
        "facilitator_keys": Keyring.generate(),
    }
    return load_settings(_env_file=None, **base, **more).mail_server


OAUTH = {"smtp_oauth_tenant": "t", "smtp_oauth_client_id": "c", "smtp_oauth_client_secret": "s"}


def test_the_settings_say_how_to_sign_in() -> None:
    at = given(smtp_url="smtp://smtp.office365.com:587", mail_from=SENDER, **OAUTH)
    assert at is not None
    assert at.oauth == OAuth(tenant="t", client_id="c", client_secret="s")
    assert (at.username, at.password, at.start_tls) == (MAILBOX, None, "yes")
    assert not at.password_at_microsoft


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({**OAUTH, "smtp_oauth_client_id": ""}, "give all three or none"),
        (OAUTH, "SMTP_URL is missing"),
        ({**OAUTH, "smtp_url": "smtp://u:p@smtp.office365.com", "mail_from": SENDER}, "take one of them away"),
        ({**OAUTH, "smtp_url": "smtp://mail.example.org?starttls=no", "mail_from": SENDER}, "unencrypted"),
    ],
)
def test_settings_that_contradict_each_other(settings: dict[str, str], words: str) -> None:
    with pytest.raises(SettingsProblem, match=words):
        given(**settings)


@pytest.mark.parametrize(
    ("url", "concerned"),
    [
        ("smtp://u:p@smtp.office365.com:587", True),
        ("smtp://u:p@smtp-mail.outlook.com:587", True),
        ("smtp://example-org.mail.protection.outlook.com", False),
        ("smtp://u:p@mail.example.org", False),
        ("smtp://u:p@notoffice365.com", False),
    ],
)
def test_a_password_at_microsoft_is_known(url: str, concerned: bool) -> None:
    assert MailServer.from_url(url, SENDER).password_at_microsoft == concerned
