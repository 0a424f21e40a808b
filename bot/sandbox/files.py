"""The content of files that people gave to the app in a form."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.sandbox.journal import ApiCall
from bot.sandbox.web_api import WebApi


class Contents:
    """Answers `GET /files-pri/<team>-<file>/…`; its calls are recorded under the method "file"."""

    def __init__(self, api: WebApi) -> None:
        self._api = api

    async def handle(self, request: Request) -> Response:
        """The bytes of a file, to the app's token with the scope; everybody else is sent to the sign-in page."""
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        call = ApiCall("file", {"file": request.path_params["file"]}, token if kind.lower() == "bearer" else "")
        return await self._api.guarded(call, lambda: self._answer(call))

    def _answer(self, call: ApiCall) -> Response:
        state = self._api.state
        settings = state.settings
        file = state.files.get(call.args["file"])
        if file is None or file.deleted:
            return HTMLResponse("<html><body>This file was deleted.</body></html>", 404)
        if call.token != settings.bot_token or "files:read" not in settings.scopes:
            self._api.journal.violation("file: asked for without the bot's token or the scope files:read")
            return RedirectResponse(f"{state.base_url()}/sign-in", 302)
        return Response(file.content, media_type="application/octet-stream")


async def sign_in(_request: Request) -> Response:
    """The page that a browser without a session gets in place of a file."""
    return HTMLResponse("<html><body>Sign in to your workspace</body></html>")
