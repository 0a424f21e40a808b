"""The page behind a link into a meeting: it asks for the passcode, and for a name where nobody knows whose link it is,
and takes people there when it is time. Looking at it, by whatever looks at links, uses nothing up and opens nothing."""

import base64
import hashlib
import html
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.deps import Deps
from bot.diary import doors
from bot.live import joining, service
from bot.live.joining import Said, Way
from bot.share import ALL, EACH, Share
from db.session import NotSaved

_LARGEST = 2000
_STYLE = (
    "body{font:1.2rem/1.5 sans-serif;max-width:30rem;margin:2rem auto;padding:0 1rem}"
    "input,button{font:inherit;padding:.6rem;width:100%;box-sizing:border-box}button{margin-top:1rem}"
)
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()


def routes(deps: Deps) -> list[Route]:
    """The addresses, where the bot has one of its own and a server to take people to."""
    if deps.settings.export_base is None or deps.settings.bbb_url is None:
        return []
    server, share, tries = deps.settings.bbb_url, Share(), joining.Tries()

    async def answer(request: Request) -> Response:
        try:
            return await _answer(deps, server, request, share, tries)
        except NotSaved:
            return _page(server, "Not now", "<p>Please try again in a minute.</p>", 503)

    async def left(_request: Request) -> Response:
        return _page(server, "You have left the meeting", "<p>You can close this window.</p>")

    return [
        Route(f"{doors.PATH}left", left, methods=["GET"]),
        Route(f"{doors.PATH}{{token}}", answer, methods=["GET", "POST"]),
    ]


async def _answer(deps: Deps, server: str, request: Request, share: Share, tries: joining.Tries) -> Response:
    token, now = request.path_params["token"], deps.clock.now()
    form = await _typed(request) if request.method == "POST" else {}
    if share.crowded:
        return _busy(server)
    async with share:
        way = await deps.db.read(lambda session: joining.look(session, token, now, deps.settings.export_base))
    if way is None:
        return _nothing(server) if share.takes(request) else _busy(server)
    if not share.takes_by(way.link, ALL if way.asks_name else EACH):
        return _busy(server)
    if way.refused:
        await deps.db.write(lambda session: service.owe_at_door(session, way.door, now), seconds=5)
    if request.method != "POST":
        return _said(server, way, way.said)
    place = request.client.host if request.client else ""
    name, passcode = form.get("name", ""), form.get("passcode", "")
    said, address = await joining.enter(deps, way, token, name, passcode, tries, place)
    if address:
        return RedirectResponse(address, 303, headers=_headers(server))
    return _said(server, way, said)


async def _typed(request: Request) -> dict[str, str]:
    body = b""
    try:
        async for part in request.stream():
            body += part
            if len(body) > _LARGEST:
                return {}
    except ClientDisconnect:
        return {}
    try:
        fields = parse_qs(body.decode("utf-8", "replace"), max_num_fields=5)
    except ValueError:
        return {}
    return {name: values[0] for name, values in fields.items()}


def _busy(server: str) -> Response:
    return _page(server, "Too much at once", "<p>Please wait a minute, then try again.</p>", 429)


def _nothing(server: str) -> Response:
    text = "<p>This link does not lead to a meeting, or not any more. Please ask whoever invited you for a new one.</p>"
    return _page(server, "Nothing here", text, 404)


def _said(server: str, way: Way, said: Said) -> Response:
    if said is Said.OVER:
        return _page(server, "It is over", "<p>This meeting is over, or is not held.</p>", 410)
    if said is Said.ASK_THEM:
        return _page(
            server, "Not by this link", "<p>This link does not open now. Please ask whoever invited you.</p>", 403
        )
    if said is Said.TOO_OFTEN:
        text = (
            "<p>That was not the passcode too often. Please wait a quarter of an hour, or ask whoever invited you.</p>"
        )
        return _page(server, "Please wait", text, 429)
    if said is Said.EARLY:
        at = way.opens_at.astimezone(ZoneInfo(way.zone))
        text = f"<p>This opens on {at:%A} {at.day} {at:%B} at {at:%H:%M}. Please come back then.</p>"
        return _page(server, "A little early", text)
    words = {
        Said.WRONG: "That is not the passcode. It came with your invitation.",
        Said.NO_NAME: "Please write the name that the team knows you by.",
        Said.NOT_YOURS: "That is the name of one of the team. Please write your own.",
        Said.WAIT: "Nobody of the team is there yet. Please wait a moment and press the button again.",
        Said.NOT_NOW: "The meeting cannot be reached just now. Please press the button again in a minute.",
    }.get(said, "")
    asks = f'<p role="alert"><strong>{words}</strong></p>' if words else ""
    status = 200 if said in (Said.ASK, Said.WAIT) else 503 if said is Said.NOT_NOW else 403
    return _page(server, "Go into the meeting", asks + _form(way), status)


def _form(way: Way) -> str:
    fields = ""
    if way.asks_name:
        fields += (
            '<p><label for="name">Your name, as the team knows you</label>'
            '<input id="name" name="name" maxlength="80" autocomplete="off" required></p>'
        )
    if not way.team:
        fields += (
            '<p><label for="passcode">The passcode from your invitation</label>'
            '<input id="passcode" name="passcode" maxlength="20" autocomplete="off" autocapitalize="none" required></p>'
        )
    wait = "" if way.team else "<p>Then somebody of the team lets you in.</p>"
    return f'<form method="post">{fields}<button>Go in</button></form>{wait}'


def _headers(server: str) -> dict[str, str]:
    return {
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "X-Robots-Tag": "noindex, nofollow",
        "X-Frame-Options": "DENY",
        "Content-Security-Policy": (
            f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action 'self' {_origin(server)}; "
            "frame-ancestors 'none'; base-uri 'none'"
        ),
    }


def _origin(address: str) -> str:
    """Where a form may lead in the end: browsers hold a redirect to what the page allows."""
    scheme, _, rest = address.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}"


def _page(server: str, title: str, body: str, status: int = 200) -> Response:
    content = (
        f'<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>{html.escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head>'
        f"<body><main><h1>{html.escape(title)}</h1>{body}</main></body></html>"
    )
    return HTMLResponse(content, status_code=status, headers=_headers(server))
