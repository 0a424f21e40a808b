"""The composition root: settings → database, Slack, providers, rooms, worker, web server."""

import asyncio
import contextlib
import gc
import hmac
import re
import time
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from functools import cache, partial
from ipaddress import ip_address
from typing import Any

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.orm import Session
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot import health, heartbeat, metrics, private, rooms
from bot.clock import Clock
from bot.concerns.copies import export_page
from bot.deliveries.postgres import Deferrer, Engine
from bot.deliveries.registry import Jobs
from bot.deliveries.worker import LAST_SECONDS, Worker
from bot.deps import Deps
from bot.families import pages as family_pages
from bot.live import hook, join_page
from bot.logs import log
from bot.policy import PACK_NAMES, load_pack
from bot.providers.configured import configured
from bot.reading.times import plans
from bot.records import sealing
from bot.records.keeping import Keeper
from bot.settings import Settings
from bot.slack.client import SlackClient
from bot.slack.edge import build_bolt, failed_outside
from bot.slack.router import Router
from bot.staff import sync as staff_sync
from bot.staff.identify import People
from db import marks, migrate
from db.crypto import accept_unbound, unbound, use_keyring
from db.marks import WrongKey
from db.session import Database, NotSaved

WRONG_KEY = "FACILITATOR_KEYS lacks the key that sealed what is stored: put it back and start again."
_TIMESTAMP = re.compile(r"[0-9]{1,12}", re.ASCII)
_LARGEST_BODY = 1_000_000
_NUMBERS_EVERY = 60.0
"""How often the numbers of the danger gate are compared with the database."""
_LAST_SECONDS = LAST_SECONDS + 1
"""How long a delivery in hand may take at the end, so that it need not be made again after its lease."""
_CANCELS = 3
"""How often what runs at the end is told to stop, a second apart."""

_TELL_EVERY = 60.0


class App:
    """Everything that runs in one process."""

    def __init__(self, settings: Settings, *, work: bool = True, take_requests: bool = True) -> None:
        """`work`: make deliveries here. `take_requests`: take what Slack sends."""
        use_keyring(settings.keyring())
        self.settings = settings
        self.db = Database(settings.database_url)
        clock = Clock(settings.sandbox_clock)
        self.deps = Deps(
            settings=settings,
            db=self.db,
            clock=clock,
            slack=SlackClient(settings.slack_bot_token.get_secret_value(), settings.api_base, clock.now),
            providers=configured(settings),
        )
        self.router, self.jobs = Router(), Jobs()
        self.people = People(self.deps)
        rooms.register(self.router, self.jobs, self.deps)
        self._work = work
        self._take_requests = take_requests
        self._tasks: list[asyncio.Task[None]] = []
        self._worker: Worker | None = None
        self._working: asyncio.Task[None] | None = None
        self.migrated = False
        self._signature_told: float | None = None
        self.keeper = Keeper(self.deps)
        self.problem = ""
        """A sentence about why this process must not work, where that is so."""
        if not self.db.sqlite:
            self.db.defer = Deferrer()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Start what this process does, and stop it in order."""
        await self.deps.slack.start()
        self._tasks.append(asyncio.create_task(self._prepare()))
        socket = await self._open_socket() if self._take_requests and self.settings.socket_mode else None
        try:
            yield
        finally:
            if socket is not None:
                await socket.close_async()  # type: ignore[no-untyped-call]
            if self._worker is not None and self._working is not None:
                self._worker.stop()
                await asyncio.wait([self._working], timeout=_LAST_SECONDS)
            await _ended(self._tasks)
            await asyncio.gather(*[provider.aclose() for provider in self.deps.providers.values()])
            await self.deps.slack.close()
            self.db.close()

    async def _prepare(self) -> None:
        """Migrate as soon as the database answers, then work. Slack is answered meanwhile."""
        try:
            await asyncio.to_thread(_warm_up)
        except Exception as problem:  # it only saves the first person a wait; without it the bot works all the same
            log.error("warm-up failed", error=type(problem).__name__)
        while not self.migrated:
            try:
                before, after = await asyncio.to_thread(self._migrate)
                if before != after:
                    log.info("database migrated", migration=after)
                now = self.deps.clock.now()
                await self.deps.db.write(partial(rooms.begin, now=now), job=True)
                self.migrated = True
            except WrongKey:
                self.problem = self.db.refusal = WRONG_KEY
                log.error("the keys do not open the records", problem=WRONG_KEY)
                return
            except Exception as problem:  # a database that is down, of whatever kind, is waited for
                log.warning("database not ready", error=type(problem).__name__)
                await asyncio.sleep(1)
        self._tasks.append(asyncio.create_task(self._keep_numbers()))
        self._tasks.append(asyncio.create_task(heartbeat.beat(self.deps)))
        if self._take_requests:
            self._tasks.append(asyncio.create_task(self.keeper.run()))
        if unbound():
            self._tasks.append(asyncio.create_task(self._bind()))
        if self._work:
            with contextlib.suppress(NotSaved):  # the hourly reading comes all the same
                await self.db.write(lambda session: staff_sync.begin(session, self.deps.clock.now()), job=True)
            self._worker = Worker(self.deps, self.jobs)
            self.db.on_commit = self._worker.wake
            self._working = asyncio.create_task(self._worker.run())
            self._tasks.append(self._working)
            if not self.db.sqlite:
                self._tasks.append(asyncio.create_task(Engine(self.db.url, self._worker).run()))

    async def _keep_numbers(self) -> None:
        """Keep the numbers of the danger gate as the database has them, in the file and in memory. What changes here is
        taken over at once; this is for what another process changed."""
        while True:
            try:
                if await self.deps.numbers.refresh():
                    log.info("contacts file written")
            except Exception as problem:  # whatever it is, it must not be the last time
                log.warning("contacts file not written", error=type(problem).__name__)
            await asyncio.sleep(_NUMBERS_EVERY)

    def _migrate(self) -> tuple[str, str]:
        private.prepare(self.settings)
        before, after = migrate.upgrade(self.db.engine)
        with Session(self.db.engine) as session:
            bound, marked = marks.is_bound(session), marks.is_marked(session)
        accept_unbound(not bound)
        if bound and not marked:
            log.error("somebody took out the mark that every value is bound to its row")
        return before, after

    async def _bind(self) -> None:
        """Bind what an earlier version stored to its rows, while people are served."""
        while True:
            try:
                await sealing.bind(self.db, self.deps.clock.now())
                log.info("every value is bound to its row")
                return
            except Exception as problem:  # whatever stops it, the next try goes on from there
                log.warning("values not bound yet", error=type(problem).__name__)
                await asyncio.sleep(5)

    async def _open_socket(self) -> AsyncSocketModeHandler:
        token = self.settings.slack_app_token.get_secret_value() if self.settings.slack_app_token else ""
        bolt = build_bolt(self.settings, self.deps.slack, self.deps.numbers, self.router, self.people)
        client = AsyncWebClient(token=token, base_url=self.settings.api_base)
        handler = AsyncSocketModeHandler(bolt, token, web_client=client)
        self._tasks.append(asyncio.create_task(_connect(handler)))
        return handler

    def web(self) -> Starlette:
        """The web application: Slack's requests, health and figures."""
        routes = [
            Route("/healthz", lambda _request: PlainTextResponse("ok")),
            Route("/readyz", self._ready),
            Route("/metrics", self._metrics),
        ]
        if self._take_requests and self.settings.export_base is not None:
            routes += [*export_page.routes(self.deps), *family_pages.routes(self.deps)]
        if self._take_requests:
            routes += [*hook.routes(self.deps), *join_page.routes(self.deps)]
        if self._take_requests and not self.settings.socket_mode:
            routes.append(Route("/slack/events", self._slack, methods=["POST"]))

        @contextlib.asynccontextmanager
        async def lifespan(_app: Starlette) -> AsyncIterator[None]:
            async with self.running():
                if self._take_requests and not self.settings.socket_mode:
                    self._bolt = build_bolt(self.settings, self.deps.slack, self.deps.numbers, self.router, self.people)
                yield

        app = Starlette(routes=routes, lifespan=lifespan)
        # It would lead on by the host that was asked for and whatever scheme, with a page's token in the address.
        app.router.redirect_slashes = False
        return app

    async def _slack(self, request: Request) -> Response:
        length = request.headers.get("content-length")
        if length is None:
            return PlainTextResponse("length required", status_code=411)
        if int(length) > _LARGEST_BODY:
            return PlainTextResponse("too large", status_code=413)
        try:
            body = await request.body()
        except ClientDisconnect:  # the rest of the request did not arrive in time
            return PlainTextResponse("incomplete", status_code=400)
        signature = request.headers.get("x-slack-signature", "")
        if not (_TIMESTAMP.fullmatch(request.headers.get("x-slack-request-timestamp", "0")) and signature.isascii()):
            return PlainTextResponse("not signed", status_code=401)
        try:
            asked = to_async_bolt_request(request, body)
        except Exception:  # Bolt reads what Slack sends, before it looks at the signature, and nothing else
            return PlainTextResponse("not a request of Slack's", status_code=400)
        try:
            answer = await self._bolt.async_dispatch(asked)
        except Exception as problem:  # Bolt takes a request apart for whoever handles its errors, and may fail at it
            answer = await failed_outside(problem, asked.body)
        if answer.status == 401 and "x-slack-signature" in request.headers:
            self._signature_refused()
        return to_starlette_response(answer)

    def _signature_refused(self) -> None:
        """Say so in the log, at most once a minute: a wrong secret refuses everything, and looks like silence."""
        now = time.monotonic()
        if self._signature_told is None or now - self._signature_told >= _TELL_EVERY:
            self._signature_told = now
            log.warning("a request's signature does not match: is SLACK_SIGNING_SECRET right?")

    async def _ready(self, _request: Request) -> Response:
        if self.problem:
            return JSONResponse({"ready": False, "why": self.problem}, status_code=503)
        if not self.migrated:
            return JSONResponse({"ready": False, "why": "the database is not ready"}, status_code=503)
        found = await health.signs(self.deps)
        ready = not any(one.stops for one in found)
        why = {"why": " ".join(one.told() for one in found)} if found else {}
        # An older database must not take the bot out of service: it would be silent for the next concern too.
        older = {"record": self.keeper.older} if self.keeper.older else {}
        return JSONResponse({"ready": ready, **why, **older}, status_code=200 if ready else 503)

    async def _metrics(self, request: Request) -> Response:
        token = self.settings.metrics_token
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        allowed = token is not None and hmac.compare_digest(given.encode(), token.get_secret_value().encode())
        host = request.client.host if request.client else ""
        forwarded = "x-forwarded-for" in request.headers or "forwarded" in request.headers
        if not allowed and (forwarded or not _loopback(host)):
            return PlainTextResponse("not here", status_code=403)
        wrong = {"key"} if self.problem else {"database"}
        if self.migrated:
            wrong = {one.name for one in await health.signs(self.deps)}
        for name in {*health.NAMES, *wrong}:
            metrics.NOT_WELL.labels(sign=name).set(name in wrong)
        accepted = self.deps.slack.accepted_at
        metrics.ACCEPTED.set(accepted.timestamp() if accepted else 0)
        return Response(metrics.exposition(), media_type="text/plain; version=0.0.4")


async def _ended(tasks: Sequence[asyncio.Task[Any]]) -> None:
    """Cancel tasks, and once more those that go on: a library that is still starting may lose the first."""
    left = {one for one in tasks if not one.done()}
    for _ in range(_CANCELS):
        for task in left:
            task.cancel()
        if left:
            _, left = await asyncio.wait(left, timeout=1)
    if left:
        log.warning("stopped without waiting any longer", count=len(left))


@cache
def _warm_up() -> None:
    """Read what the first request would otherwise wait for, once in a process: the packs, and the words of dates. What
    is loaded by then stays: to look through it for what nobody needs any more would keep everybody waiting."""
    for name in PACK_NAMES:
        load_pack(name)
    plans.plan("Cooking club Thursday at 16:00", plans.Around(datetime.now(UTC), "Europe/London"))
    gc.freeze()


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


async def _connect(handler: AsyncSocketModeHandler) -> None:
    """Open the socket; Slack may be out of reach at the start."""
    while True:
        try:
            await handler.connect_async()  # type: ignore[no-untyped-call]
            return
        except Exception as problem:  # whatever keeps the socket from opening, the next try may succeed
            log.warning("Socket Mode not connected", error=type(problem).__name__)
            await asyncio.sleep(2)
