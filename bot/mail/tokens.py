"""Microsoft's tokens for the bot's mailbox, got with the credentials of an app."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any

import msal  # type: ignore[import-untyped]

from bot.mail.server import MailError, OAuth

_SCOPE = "https://outlook.office365.com/.default"
_BUSY = "Microsoft’s sign-in does not answer just now. The bot keeps trying."
_CALL_SECONDS = 4.0
_MEND_SECONDS = 300.0
# The library waits in the thread that calls it. It has one of its own, so that a Microsoft that hangs takes
# none from others.
_THREAD = ThreadPoolExecutor(1, thread_name_prefix="mail-token")


async def token(oauth: OAuth) -> str:
    """A valid token; the library keeps it until it runs out. Raises MailError."""
    try:
        answer = await asyncio.get_running_loop().run_in_executor(_THREAD, _ask, oauth)
    except (OSError, msal.exceptions.MsalError):  # what its HTTP library raises is an OSError
        raise MailError("mail_token_unreachable", _BUSY) from None
    except (ValueError, KeyError):
        raise _refused("no such tenant") from None
    if "access_token" not in answer:
        raise _refused(str(answer.get("error", "no reason given"))[:40])
    return str(answer["access_token"])


def forget() -> None:
    """Ask anew from now on: the mail server refused a token, and whoever mends that changes what the next holds."""
    _app.cache_clear()


def _ask(oauth: OAuth) -> dict[str, Any]:
    found: dict[str, Any] = _app(oauth).acquire_token_for_client([_SCOPE])
    return found


@lru_cache(maxsize=4)
def _app(oauth: OAuth) -> msal.ConfidentialClientApplication:
    return msal.ConfidentialClientApplication(
        oauth.client_id,
        client_credential=oauth.client_secret,
        authority=f"{oauth.authority}/{oauth.tenant}",
        # Whether the authority is one of Microsoft's would be asked of Microsoft: a call more, for a fixed address.
        instance_discovery=False,
        timeout=_CALL_SECONDS,
    )


def _refused(why: str) -> MailError:
    words = (
        f"Microsoft gives the bot no token for its mailbox ({why}). An administrator can correct SMTP_OAUTH_TENANT, "
        "SMTP_OAUTH_CLIENT_ID and SMTP_OAUTH_CLIENT_SECRET."
    )
    return MailError("mail_login", words, retry_after=_MEND_SECONDS)
