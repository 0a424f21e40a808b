"""Mail over a real SMTP server: what arrives, what is refused, and what never gets into a header."""

import socket
import ssl
import time
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.mail import MailError, MailServer, build, send, smtp
from bot.mail.smtp import SEND_SECONDS
from bot.sandbox.mailbox import Mailbox
from tests.mail.conftest import CARER, SENDER

pytestmark = pytest.mark.anyio


async def fails(server: MailServer) -> MailError:
    with pytest.raises(MailError) as caught:
        await send(build(CARER, "Your invitation", "MARKER", sender=SENDER), server)
    assert CARER not in f"{caught.value} {caught.value!r} {caught.value.words} {caught.value.__cause__!r}"
    return caught.value


class TestSend:
    async def test_arrives_as_it_was_built(self, mailbox: Mailbox, server: MailServer) -> None:
        text = "Croeso i’r clwb coginio 🍲\n\n.a line that starts with a dot\n" + "long " * 400 + "\n"
        message = build(CARER, "Clwb Coginio · Dydd Iau ŵŷ", text, sender=SENDER, message_id="d-7@example.org")
        await send(message, server)
        [received] = mailbox.to(CARER)
        body = received.get_body()
        assert body is not None
        assert body.get_content().replace("\r\n", "\n") == text
        assert received["Subject"] == "Clwb Coginio · Dydd Iau ŵŷ"
        assert (received["From"], received["To"]) == (SENDER, CARER)
        assert received["Message-ID"] == "<d-7@example.org>"
        assert received["Auto-Submitted"] == "auto-generated"

    async def test_an_address_that_does_not_exist(self, mailbox: Mailbox, server: MailServer) -> None:
        mailbox.refuse = True
        error = await fails(server)
        assert (error.code, error.permanent) == ("mail_no_such_address", True)
        assert mailbox.messages == []

    async def test_a_server_that_says_later(self, mailbox: Mailbox, server: MailServer) -> None:
        mailbox.temporary = True
        error = await fails(server)
        assert (error.code, error.permanent) == ("mail_later", False)
        mailbox.temporary = False
        await send(build(CARER, "Again", "text", sender=SENDER), server)
        assert len(mailbox.messages) == 1

    async def test_a_server_that_is_down_and_comes_back(self, mailbox: Mailbox, server: MailServer) -> None:
        mailbox.down()
        error = await fails(server)
        assert (error.code, error.permanent) == ("mail_unreachable", False)
        mailbox.up()
        await send(build(CARER, "Back", "text", sender=SENDER), server)
        assert [message["Subject"] for message in mailbox.messages] == ["Back"]

    async def test_a_server_that_never_answers(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert SEND_SECONDS <= 8
        monkeypatch.setattr(smtp, "SEND_SECONDS", 0.3)
        with socket.create_server(("127.0.0.1", 0)) as silent:
            server = MailServer.from_url(f"smtp://127.0.0.1:{silent.getsockname()[1]}", SENDER)
            started = time.monotonic()
            error = await fails(server)
        assert time.monotonic() - started < 2
        assert (error.code, error.permanent) == ("mail_unreachable", False)


class TestLogin:
    @pytest.fixture
    def guarded(self) -> Iterator[Mailbox]:
        box = Mailbox(login=("bot", "p@ss/word"))
        box.start()
        yield box
        box.stop()

    async def test_the_right_one(self, guarded: Mailbox) -> None:
        url = guarded.smtp_url.replace("//", "//bot:p%40ss%2Fword@")
        await send(build(CARER, "Hello", "text", sender=SENDER), MailServer.from_url(url, SENDER))
        assert len(guarded.messages) == 1

    @pytest.mark.parametrize("login", ["bot:wrong@", ""])
    async def test_a_wrong_one_or_none_can_be_mended(self, guarded: Mailbox, login: str) -> None:
        server = MailServer.from_url(guarded.smtp_url.replace("//", "//" + login), SENDER)
        error = await fails(server)
        assert (error.code, error.permanent) == ("mail_login", False)
        assert guarded.messages == []


class TestEncryption:
    @pytest.fixture
    def encrypted(self, certificate: Path) -> Iterator[Mailbox]:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate)
        box = Mailbox(start_tls=context)
        box.start()
        yield box
        box.stop()

    async def test_is_used_when_offered(
        self, encrypted: Mailbox, certificate: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        for wish in ("", "?starttls=yes"):
            server = MailServer.from_url(encrypted.smtp_url + wish, SENDER)
            await send(build(CARER, "Hello", "text", sender=SENDER), server)
        assert [message["X-Encrypted"] for message in encrypted.messages] == ["yes", "yes"]

    async def test_an_untrusted_certificate_is_not_accepted(self, encrypted: Mailbox) -> None:
        error = await fails(MailServer.from_url(encrypted.smtp_url, SENDER))
        assert (error.code, error.permanent) == ("mail_certificate", False)
        assert encrypted.messages == []

    async def test_a_server_without_it_gets_nothing_when_it_is_asked_for(self, mailbox: Mailbox) -> None:
        error = await fails(MailServer.from_url(mailbox.smtp_url + "?starttls=yes", SENDER))
        assert error.code == "mail_not_supported"
        assert mailbox.messages == []


class TestTheAddressOfTheServer:
    @pytest.mark.parametrize(
        ("url", "port", "tls", "start_tls"),
        [
            ("smtp://mail.example.org", 25, False, "auto"),
            ("smtp://mail.example.org?starttls=no", 25, False, "no"),
            ("smtp://u:p@mail.example.org", 587, False, "yes"),
            ("smtp://u:p@127.0.0.1:2525", 2525, False, "auto"),
            ("smtps://u:p@mail.example.org", 465, True, "yes"),
        ],
    )
    def test_is_read(self, url: str, port: int, tls: bool, start_tls: str) -> None:
        server = MailServer.from_url(url, SENDER)
        assert (server.port, server.tls, server.start_tls) == (port, tls, start_tls)
        assert "password" not in repr(server)

    @pytest.mark.parametrize(
        ("url", "reason"),
        [
            ("http://mail.example.org", "smtp://"),
            ("smtp://", "smtp://"),
            ("smtp://mail.example.org:none", "not an address"),
            ("smtp://bot:pa/ss@mail.example.org", "/ as %2F"),
            ("smtp://bot:pa#ss@mail.example.org", "# as %23"),
            ("smtp://bot:12?ss@mail.example.org", r"\? as %3F"),
            ("smtp://bot:pa[ss@mail.example.org", r"\[ as %5B"),
            ("smtp://mail.example.org?starttls=maybe", "auto, yes and no"),
            ("smtp://u:p@mail.example.org?starttls=no", "unencrypted"),
            ("smtp://u:p@mail.example.org?starttls=auto", "unencrypted"),
        ],
    )
    def test_is_refused_with_the_reason(self, url: str, reason: str) -> None:
        with pytest.raises(ValueError, match=reason):
            MailServer.from_url(url, SENDER)

    def test_a_wrong_sender_is_refused(self) -> None:
        with pytest.raises(ValueError, match="one e-mail address"):
            MailServer.from_url("smtp://mail.example.org", "noreply")


class TestBuild:
    @pytest.mark.parametrize(
        "to",
        [
            "",
            "nobody",
            "a@b",
            "a@example.org, b@example.org",
            "a@example.org\r\nBcc: b@example.org",
            "Pat <a@example.org>",
            "a@example.org\x00",
            "zoë@example.org",
        ],
    )
    def test_only_one_bare_address(self, to: str) -> None:
        with pytest.raises(ValueError, match="address"):
            build(to, "Hello", "text", sender=SENDER)

    @pytest.mark.parametrize("subject", ["Hello\r\nBcc: b@example.org", "Hello\n", "a\x00b", "a\u2028b"])
    def test_only_one_line_of_subject(self, subject: str) -> None:
        with pytest.raises(ValueError, match="one line"):
            build(CARER, subject, "text", sender=SENDER)

    @pytest.mark.parametrize("message_id", ["a b", "a>b", "a\r\nb", "é"])
    def test_only_a_plain_message_id(self, message_id: str) -> None:
        with pytest.raises(ValueError, match="message id"):
            build(CARER, "Hello", "text", sender=SENDER, message_id=message_id)

    def test_each_message_has_its_own_id(self) -> None:
        ids = {build(CARER, "Hello", "text", sender=SENDER)["Message-ID"] for _ in range(3)}
        assert len(ids) == 3
        assert all(message_id.endswith("@example.org>") for message_id in ids)

    @settings(deadline=None)
    @given(st.text(max_size=80), st.text(max_size=200))
    def test_whatever_is_typed_adds_no_header(self, subject: str, text: str) -> None:
        try:
            message = build(CARER, subject, text, sender=SENDER)
        except ValueError:
            assert not subject.isprintable()
            return
        parsed = message_from_bytes(message.as_bytes(), policy=policy.default)
        assert set(parsed.keys()) == set(message.keys())
        assert parsed.get_all("To") == [CARER]


def test_a_domain_with_letters_beyond_ascii_is_written_as_mail_servers_know_it() -> None:
    message = build("anna@bücher.example", "Hello", "Text", sender="noreply@example.org")
    assert message["To"] == "anna@xn--bcher-kva.example"
    with pytest.raises(ValueError, match="not one e-mail address"):
        build(f"anna@{'ü' * 80}.example", "Hello", "Text", sender="noreply@example.org")
