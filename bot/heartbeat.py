"""Looking once a minute at how things stand: the heartbeat goes out while all is well, and what is not
well, administrators are owed word of. Slack is asked each time, so that a refusal shows although nothing is owed."""

import asyncio
import contextlib

import httpx
from sqlalchemy.orm import Session

from bot import health
from bot.deps import Deps
from bot.health_steps import owe_mails, owe_telling
from bot.logs import log
from bot.slack.problems import SlackProblem
from db.session import NotSaved

EVERY = 60.0
_SECONDS = 5.0


async def beat(deps: Deps) -> None:
    """The loop, until cancelled. Nobody else waits for it, and it waits for nobody longer than seconds."""
    await asyncio.sleep(EVERY)
    async with httpx.AsyncClient(timeout=_SECONDS, follow_redirects=True) as client:
        while True:
            try:
                await once(deps, client)
            except Exception as problem:  # whatever it is: the next look is still to come, and no heartbeat went out
                log.error("the look at how things stand failed", error=type(problem).__name__)
            await asyncio.sleep(EVERY)


async def once(deps: Deps, client: httpx.AsyncClient) -> None:
    """One look."""
    with contextlib.suppress(SlackProblem):
        await deps.slack.query("auth.test", seconds=_SECONDS)
    found = await health.signs(deps)
    for sign in found:
        log.warning("not well", problem=sign.told())
    mail = any(sign.name == "slack" for sign in found) and deps.settings.mail_server is not None

    def work(session: Session) -> None:
        owe_telling(session, found, deps.clock.now())
        if mail:
            owe_mails(session, deps.clock.now())

    with contextlib.suppress(NotSaved):
        await deps.db.write(work, job=True)
    url = deps.settings.heartbeat_url
    if url is None or found:
        return
    try:
        (await client.get(url.get_secret_value())).raise_for_status()
    except (httpx.HTTPError, httpx.InvalidURL) as problem:
        log.warning("heartbeat not taken", error=type(problem).__name__)
