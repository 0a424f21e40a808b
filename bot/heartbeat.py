"""Looking once a minute at how things stand: the heartbeat goes out while all is well, and what is not
well, administrators are owed word of. Slack is asked each time, so that a refusal shows although nothing is owed."""

import asyncio
import contextlib

import httpx
from sqlalchemy.orm import Session

from bot import health
from bot.health_steps import owe_mails, owe_telling
from bot.kit import Kit
from bot.logs import log
from bot.slack.problems import SlackProblem
from db.session import NotSaved

EVERY = 60.0
_SECONDS = 5.0


async def beat(kit: Kit) -> None:
    """The loop, until cancelled. Nobody else waits for it, and it waits for nobody longer than seconds."""
    await asyncio.sleep(EVERY)
    async with httpx.AsyncClient(timeout=_SECONDS, follow_redirects=True) as client:
        while True:
            try:
                await once(kit, client)
            except Exception as problem:  # whatever it is: the next look is still to come, and no heartbeat went out
                log.error("the look at how things stand failed", error=type(problem).__name__)
            await asyncio.sleep(EVERY)


async def once(kit: Kit, client: httpx.AsyncClient) -> None:
    """One look."""
    with contextlib.suppress(SlackProblem):
        await kit.slack.query("auth.test", seconds=_SECONDS)
    found = await health.signs(kit)
    for sign in found:
        log.warning("not well", problem=sign.told())
    mail = any(sign.name == "slack" for sign in found) and kit.settings.mail_server is not None

    def work(session: Session) -> None:
        owe_telling(session, found, kit.clock.now())
        if mail:
            owe_mails(session, kit.clock.now())

    with contextlib.suppress(NotSaved):
        await kit.db.write(work, job=True)
    url = kit.settings.heartbeat_url
    if url is None or found:
        return
    try:
        (await client.get(url.get_secret_value())).raise_for_status()
    except (httpx.HTTPError, httpx.InvalidURL) as problem:
        log.warning("heartbeat not taken", error=type(problem).__name__)
