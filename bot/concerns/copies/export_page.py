"""The page that fetches a copy: a link opens it, six digits from the modal fetch the file, once.

Looking at the page, by whatever looks at links, uses nothing up. Everything that is wrong is answered alike.
"""

import asyncio
import base64
import hashlib
from collections.abc import Mapping
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bot.concerns.copies import exporting, pdf
from bot.deps import Deps
from bot.logs import log
from db.session import NotSaved

_LARGEST = 1000
"""Bytes of a form that holds six digits and a password."""
_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
_STYLE = (
    "body{font:1.1rem/1.5 sans-serif;max-width:30rem;margin:3rem auto;padding:0 1rem}"
    "input,button{font:inherit;padding:.5rem}input{width:8rem;letter-spacing:.2em}"
)
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    ),
}


def _page(title: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head>'
        f"<body><h1>{title}</h1>{body}</body></html>"
    )


_FORM = _page(
    "Fetch your file",
    '<form method="post"><p><label for="digits">The six digits that Slack shows you</label></p>'
    '<p><input id="digits" name="digits" inputmode="numeric" autocomplete="off" maxlength="7" required autofocus></p>'
    '<p><label for="password">A password that opens the file, if you want one</label></p>'
    f'<p><input id="password" name="password" type="password" autocomplete="new-password" '
    f'minlength="{pdf.SHORTEST_PASSWORD}" maxlength="100" aria-describedby="about"></p>'
    '<p id="about">Eight characters at least. It is not kept: without it nobody can open the file, we neither.</p>'
    "<p><button>Fetch</button></p></form><p>It works once, for five minutes. Then ask for a new copy in Slack.</p>",
)
_TOO_SHORT = _page(
    "Too short",
    f"<p>A password needs {pdf.SHORTEST_PASSWORD} characters at least. Nothing was used up: go back and type it again, "
    "or leave it empty.</p>",
)
_NOTHING = _page(
    "Nothing here",
    "<p>The link or the digits are not right, or not any more. Go back and look at the digits once more, or ask for a "
    "new copy in Slack.</p>",
)
_LATER = _page("Not now", "<p>The bot could not reach its records. Nothing was used up. Try again in a minute.</p>")


def routes(deps: Deps) -> list[Route]:
    """The page's one address."""

    async def answer(request: Request) -> Response:
        return await _answer(deps, request)

    return [Route("/export/{token}", answer, methods=_METHODS)]


async def _answer(deps: Deps, request: Request) -> Response:
    token, now = request.path_params["token"], deps.clock.now()
    try:
        if request.method in ("GET", "HEAD"):
            there = await deps.db.read(lambda session: exporting.waits(session, token, now))
            return _html(_FORM, 200) if there else _html(_NOTHING, 404)
        form = await _typed(request) if request.method == "POST" else None
        if form is None:
            return _html(_NOTHING, 404)
        typed, password = form
        if 0 < len(password) < pdf.SHORTEST_PASSWORD:
            return _html(_TOO_SHORT, 400)
        paper = await deps.db.write(lambda session: exporting.fetch(session, token, typed, now), seconds=5)
    except NotSaved:
        return _html(_LATER, 503)
    if paper is None:
        return _html(_NOTHING, 404)
    try:
        content = await asyncio.to_thread(pdf.render, paper, password)
    except Exception as problem:  # its message could hold content; the person asks for a new copy
        log.error("copy not made", error=type(problem).__name__)
        return _html(_LATER.replace("Nothing was used up. Try again in a minute.", "Ask for a new copy in Slack."), 500)
    name = {"Content-Disposition": 'attachment; filename="record.pdf"'}
    return Response(content, media_type="application/pdf", headers={**_HEADERS, **name})


def _html(content: str, status: int, headers: Mapping[str, str] = _HEADERS) -> Response:
    return HTMLResponse(content, status_code=status, headers=dict(headers))


async def _typed(request: Request) -> tuple[str, str] | None:
    """The digits of the form, spaces left out, and the password; None for anything that is not our form."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/x-www-form-urlencoded":
        return None
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _LARGEST:
            return None
    given = parse_qs(body.decode("ascii", "replace"))
    digits = "".join(given["digits"][0].split()) if len(given.get("digits", [])) == 1 else ""
    right = len(digits) == 6 and digits.isascii() and digits.isdigit()
    return (digits, given.get("password", [""])[0]) if right else None
