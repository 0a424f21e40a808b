"""The addresses to which providers send what happens in a meeting. They are answered at once; what follows is a
delivery."""

from pydantic import SecretStr
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.deps import Deps
from bot.diary import doors
from bot.live import service
from bot.providers import zoom_events
from db.session import NotSaved

_SECONDS = 2
"""Zoom waits three."""


def routes(deps: Deps) -> list[Route]:
    """Zoom's address, where the secret is set by which its events are known, and that of a BigBlueButton server, where
    there is one."""
    secret = deps.settings.zoom_webhook_secret
    found = []

    async def zoom(request: Request) -> Response:
        return await _zoom(deps, secret or SecretStr(""), request)

    async def ended(request: Request) -> Response:
        return await _ended(deps, request)

    if secret is not None:
        found.append(Route("/zoom/events", zoom, methods=["POST"]))
    if deps.settings.bbb_url is not None:
        found.append(Route(doors.ENDED, ended, methods=["GET"]))
    return found


async def _zoom(deps: Deps, secret: SecretStr, request: Request) -> Response:
    now, known = deps.clock.now(), secret.get_secret_value()
    body = await _body(request)
    if body is None:
        return PlainTextResponse("too large", status_code=413)
    stamp, signature = (request.headers.get(name, "") for name in ("x-zm-request-timestamp", "x-zm-signature"))
    if not zoom_events.is_signed(known, stamp, signature, body, now):
        return PlainTextResponse("not signed", status_code=401)
    event = zoom_events.content(body)
    if event is None:
        return PlainTextResponse("not an event", status_code=400)
    proof = zoom_events.validation(known, event)
    if proof is not None:
        return JSONResponse(proof)
    told = zoom_events.read(event)
    if told is not None:
        try:
            await deps.db.write(lambda session: service.take(session, "zoom", told, now), seconds=_SECONDS)
        except NotSaved:
            # Zoom sends it again.
            return PlainTextResponse("not now", status_code=503)
    return Response(status_code=204)


async def _ended(deps: Deps, request: Request) -> Response:
    """A BigBlueButton server says that a meeting has ended, and whether it was recorded. It calls an address of ours
    that nobody else has; said twice, it is once."""
    now, door = deps.clock.now(), request.query_params.get("door", "")
    recorded = request.query_params.get("recordingmarks") == "true"
    try:
        await deps.db.write(lambda session: service.take_end(session, door, now, recorded=recorded), seconds=_SECONDS)
    except NotSaved:
        return PlainTextResponse("not now", status_code=503)
    return Response(status_code=204)


async def _body(request: Request) -> bytes | None:
    """The body, as it was sent; None for one that is too large or broke off."""
    body = b""
    try:
        async for part in request.stream():
            body += part
            if len(body) > zoom_events.LARGEST:
                return None
    except ClientDisconnect:
        return None
    return body
