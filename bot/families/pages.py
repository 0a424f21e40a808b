"""The families' pages over HTTP: a link shows what is asked, a form sends the answers.

They need no cookie, no script and no third party. Whoever has the link may answer; every link that leads nowhere is
answered alike. What comes here, guesses among it, has a small share of its own, so that it holds up nobody in Slack.
"""

import hashlib
import secrets
from collections import deque
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from urllib.parse import parse_qs

from sqlalchemy.orm import Session
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.deps import Deps
from bot.families import service, tokens, views
from bot.families.service import Shown
from bot.families.words import EN, LANGUAGES, Language
from bot.reading import TooMuch, in_time
from bot.reading.danger import Alarm, alarm
from bot.share import EACH, Share
from db.session import NotSaved, answering

_LARGEST = 100_000
"""Bytes of a form: what its fields hold and held before, each letter written as up to twelve."""
_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": views.POLICY,
}
_SECONDS = 5.0


def routes(deps: Deps) -> list[Route]:
    """The pages' one address."""
    share, just_saved = Share(), _JustSaved()

    async def answer(request: Request) -> Response:
        words = LANGUAGES.get(request.query_params.get("lang", ""), EN)
        token, now = request.path_params["token"], deps.clock.now()
        if share.crowded:
            return _busy(words)
        try:
            # Every request first asks the one question whether the link leads anywhere.
            async with share:
                found = await deps.db.read(lambda session: _shown(session, token, now), seconds=_SECONDS)
            if not (share.takes_by(token, EACH) if found else share.takes(request)):
                return _busy(words)
            form = await _typed(request) if found and request.method == "POST" else {}
            if found is None or form is None or request.method not in ("GET", "HEAD", "POST"):
                return _html(views.nothing(words), 404)
            if request.method != "POST":
                saved = request.method == "GET" and just_saved.once(request.query_params.get("saved", ""))
                return _html(views.page(found, words, saved=saved), 200)
            async with share:
                return await _record(deps, token, found, form, words, just_saved)
        except NotSaved:
            return _html(views.later(words), 503)

    # Some mail programs put a slash behind an address.
    return [Route(path, answer, methods=_METHODS) for path in ("/family/{token}", "/family/{token}/")]


class _JustSaved:
    """The saves of which their page has not told yet. It tells once: who comes back to it, or loads it anew after
    something else was not saved, is not told so again."""

    def __init__(self) -> None:
        self._marks: deque[str] = deque(maxlen=1_000)

    def mark(self) -> str:
        """Remember one more save."""
        self._marks.append(secrets.token_hex(8))
        return self._marks[-1]

    def once(self, mark: str) -> bool:
        """Whether this save is still to be told."""
        if mark not in self._marks:
            return False
        self._marks.remove(mark)
        return True


async def _record(
    deps: Deps, token: str, found: Shown, form: Mapping[str, str], words: Language, just_saved: _JustSaved
) -> Response:
    """Record what the form says, open the participant's own page, or give a worry back."""
    now = deps.clock.now()
    with answering(_SECONDS):
        if views.OWN in form:
            theirs = await deps.db.write(lambda session: service.own_page(session, token, now), job=True)
            return _see(theirs, words) if theirs else _html(views.nothing(words), 404)
        sure = await _worrying(found, form)
        if sure and form.get(views.SURE) != sure:
            return _html(views.asked_back(found, words, form, sure), 200)
        answered = await deps.db.write(partial(service.answer, token=token, given=form, now=now), job=True)
    again = None
    if answered and answered.missed:
        again = await deps.db.read(lambda session: _shown(session, token, now), seconds=_SECONDS)
    if again and answered:
        return _html(views.meanwhile(again, words, form, answered.missed), 200)
    if answered is None or answered.missed:
        return _html(views.nothing(words), 404)
    return _see(token, words, saved=just_saved.mark() if answered.saved else "")


def _shown(session: Session, token: str, now: datetime) -> Shown | None:
    found = tokens.find(session, token, now)
    return service.shown(session, found, now) if found else None


async def _worrying(shown: Shown, form: Mapping[str, str]) -> str:
    """A fingerprint of what was written, where any of it sounds like a worry about somebody; else empty."""
    new = [text for one, was in shown.typed.items() if (text := form.get(one.value, "").strip()) and text != was]
    try:
        worried = [text for text in new if await in_time(alarm, text) is not Alarm.NONE]
    except TooMuch:
        worried = new
    return hashlib.sha256("\n".join(new).encode()).hexdigest()[:16] if worried else ""


def _see(token: str, words: Language, *, saved: str = "") -> Response:
    """Have the browser look at a page, so that going back or loading it anew sends nothing twice."""
    code = next((code for code, one in LANGUAGES.items() if one is words), "en")
    query = "&".join([*([f"saved={saved}"] if saved else []), *([f"lang={code}"] if words is not EN else [])])
    return RedirectResponse(f"/family/{token}{'?' if query else ''}{query}", 303, headers=_HEADERS)


def _busy(words: Language) -> Response:
    return _html(views.busy(words), 429, {"Retry-After": "60"})


def _html(content: str, status: int, more: Mapping[str, str] | None = None) -> Response:
    return HTMLResponse(content, status_code=status, headers={**_HEADERS, **(more or {})})


async def _typed(request: Request) -> dict[str, str] | None:
    """The fields of the form, each cut to what it holds; None for anything that is not our form."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/x-www-form-urlencoded":
        return None
    body = b""
    try:
        async for part in request.stream():
            body += part
            if len(body) > _LARGEST:
                return None
    except ClientDisconnect:
        return None
    try:
        given = parse_qs(body.decode("ascii"), keep_blank_values=True, max_num_fields=100, errors="strict")
    except ValueError:
        return None
    # A browser ends lines in its own way, and what was shown before must be found to be the same.
    plain = {name: values[0].replace("\0", "").replace("\r\n", "\n") for name, values in given.items()}
    return {name: value[: views.LONGEST] for name, value in plain.items()}
