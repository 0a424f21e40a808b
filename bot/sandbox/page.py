"""The sandbox's browser page: its files, and the small JSON API behind it.

The page only does what `Person` does; what Slack's own client would not allow comes back as a sentence.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.sandbox.model import Json, NotPossibleError
from bot.sandbox.page_actions import perform
from bot.sandbox.page_state import Letter, mail_as_json, state_for
from bot.sandbox.workspace import Sandbox

STATIC = Path(__file__).with_name("static")
POLICY = (
    "default-src 'self'; img-src 'self' data: https: http:; style-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
LONGEST_STEP_SECONDS = 366 * 86_400
WAKE_SECONDS = 1.0
STREAM_SECONDS = 20.0


class Mailbox(Protocol):
    """What the page needs of the sandbox's mail server."""

    @property
    def messages(self) -> Sequence[Letter]:
        """Every mail received, oldest first."""


def make_routes(
    get_sandbox: Callable[[], Sandbox],
    mailbox: Mailbox,
    clock_file: Path,
    commands: Sequence[Mapping[str, Any]],
    *,
    shortcuts: Sequence[Mapping[str, Any]] = (),
    roles: Mapping[str, str] | None = None,
) -> list[BaseRoute]:
    """The page's routes, for `Sandbox(extra_routes=…)`.

    `commands` and `shortcuts` are the manifest's `slash_commands` and `shortcuts`; `roles` gives the words
    shown behind a person's name, by user id. `clock_file` holds the offset of the bot's clock in seconds.
    """
    page = Page(get_sandbox, mailbox, clock_file, commands, shortcuts, roles or {})
    return [
        Route("/", page.index),
        Route("/page/state", page.state),
        Route("/page/act", page.act, methods=["POST"]),
        Route("/page/mail", page.mail),
        Route("/page/clock", page.move_clock, methods=["POST"]),
        Route("/page/changes", page.changes),
        Mount("/static", StaticFiles(directory=STATIC)),
    ]


def read_offset(clock_file: Path) -> float:
    """The seconds by which the workspace's clock is ahead; 0 where the file is missing or unreadable."""
    try:
        return float(clock_file.read_text() or 0)
    except (OSError, ValueError):
        return 0.0


def write_offset(clock_file: Path, seconds: float) -> None:
    """Set the clock's offset; a reader sees the old value or the new one, never half of it."""
    beside = clock_file.with_name(f"{clock_file.name}.new")
    beside.write_text(f"{seconds:.0f}")
    beside.replace(clock_file)


class Page:
    """The endpoints; each answers `{"problem": sentence}` where something cannot be done."""

    def __init__(
        self,
        get_sandbox: Callable[[], Sandbox],
        mailbox: Mailbox,
        clock_file: Path,
        commands: Sequence[Mapping[str, Any]],
        shortcuts: Sequence[Mapping[str, Any]],
        roles: Mapping[str, str],
    ) -> None:
        self._sandbox = get_sandbox
        self._mailbox = mailbox
        self._clock_file = clock_file
        self._menus: Json = {
            "commands": [dict(command) for command in commands],
            "shortcuts": [dict(shortcut) for shortcut in shortcuts],
        }
        self._roles = roles

    async def index(self, _request: Request) -> Response:
        """The page itself."""
        return FileResponse(STATIC / "index.html", headers={"Content-Security-Policy": POLICY})

    async def state(self, request: Request) -> Response:
        """All that one person sees, and what the page shows around it."""
        return await answered(self._state, request.query_params.get("person", ""))

    async def act(self, request: Request) -> Response:
        """Do one thing as one person."""
        action = await json_body(request)
        if action is None:
            return problem("Actions are sent as JSON.", 415)
        return await answered(perform, self._sandbox(), action)

    async def mail(self, _request: Request) -> Response:
        """Every mail, newest first."""
        return await answered(self._mails)

    async def move_clock(self, request: Request) -> Response:
        """Move the bot's clock forward by `seconds`."""
        body = await json_body(request)
        seconds = (body or {}).get("seconds")
        if not isinstance(seconds, int | float) or isinstance(seconds, bool) or not 0 < seconds <= LONGEST_STEP_SECONDS:
            return problem("The clock moves forward only, by at most a year at a time.", 400)
        return await answered(self._move, float(seconds))

    async def changes(self, request: Request) -> Response:
        """A stream of server-sent events, one for each moment at which something changed."""
        stream = self._changes(request)
        return StreamingResponse(stream, media_type="text/event-stream", headers={"Cache-Control": "no-store"})

    def _state(self, person: str) -> Json:
        shown = state_for(self._sandbox(), person, self._roles)
        offset = read_offset(self._clock_file)
        return shown | self._menus | {"clock": {"offset": offset}, "mails": len(self._mailbox.messages)}

    def _mails(self) -> Json:
        return {"mails": [mail_as_json(message) for message in reversed(self._mailbox.messages)]}

    def _move(self, seconds: float) -> Json:
        offset = read_offset(self._clock_file) + seconds
        write_offset(self._clock_file, offset)
        return {"offset": offset}

    def _silent_changes(self) -> tuple[int, int, float]:
        """What changes without anybody being told."""
        return len(self._mailbox.messages), len(self._sandbox().violations), read_offset(self._clock_file)

    async def _changes(self, request: Request) -> AsyncIterator[str]:
        # The stream ends itself now and then, and the browser comes back: an open stream would keep the
        # server from stopping.
        loop = asyncio.get_running_loop()
        changed = asyncio.Event()

        def tell(_kind: str) -> None:
            loop.call_soon_threadsafe(changed.set)

        unsubscribe = self._sandbox().subscribe(tell)
        ends = loop.time() + STREAM_SECONDS
        before = self._silent_changes()
        try:
            yield "retry: 500\n\n"
            while loop.time() < ends and not await request.is_disconnected():
                told = await happened(changed, WAKE_SECONDS)
                now = self._silent_changes()
                if told or now != before:
                    before = now
                    yield "data: changed\n\n"
        finally:
            unsubscribe()


async def happened(event: asyncio.Event, seconds: float) -> bool:
    """Whether the event was set within that time; it is cleared again."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return False
    event.clear()
    return True


async def json_body(request: Request) -> Json | None:
    """The request's JSON object, or None. Other content types are refused: another site could send those."""
    if request.headers.get("content-type", "").split(";")[0].strip() != "application/json":
        return None
    try:
        body = await request.json()
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


async def answered(work: Callable[..., Json], *arguments: Any) -> Response:
    """Run blocking work beside the server's loop, and answer with its result or with its refusal."""
    try:
        return JSONResponse(await run_in_threadpool(work, *arguments), headers={"Cache-Control": "no-store"})
    except NotPossibleError as refusal:
        return problem(str(refusal), 409)


def problem(sentence: str, status: int) -> Response:
    """A refusal in words."""
    return JSONResponse({"problem": sentence}, status_code=status)
