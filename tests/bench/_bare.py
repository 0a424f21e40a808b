"""What a request and a write cost at the least: Slack's signature checked, and nothing else done; one row committed.

`python -m tests.bench._bare ADDRESS SECRET --port PORT` serves both, with the bot's own database settings.
"""

import asyncio
import sys
from concurrent.futures import ThreadPoolExecutor

import uvicorn
from slack_sdk.signature import SignatureVerifier
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from db.session import Database

_TABLE = "CREATE TABLE IF NOT EXISTS bench_rows (id INTEGER PRIMARY KEY, words TEXT)"
_INSERT = text("INSERT INTO bench_rows (id, words) VALUES ((SELECT coalesce(max(id), 0) + 1 FROM bench_rows), :words)")


def app(address: str, secret: str) -> Starlette:
    """`/slack/events` answers whatever is signed; `/write` commits a row as well, on one thread."""
    verifier, database = SignatureVerifier(secret), Database(address)
    thread = ThreadPoolExecutor(1)
    with database.engine.begin() as connection:
        connection.execute(text(_TABLE))

    def insert() -> None:
        with database.engine.begin() as connection:
            connection.execute(_INSERT, {"words": "one row"})

    async def bare(request: Request) -> Response:
        body = await request.body()
        if not verifier.is_valid_request(body, dict(request.headers)):
            return Response(status_code=401)
        return JSONResponse({"text": "ok"})

    async def write(request: Request) -> Response:
        answer = await bare(request)
        await asyncio.get_running_loop().run_in_executor(thread, insert)
        return answer

    routes = [Route("/slack/events", bare, methods=["POST"]), Route("/write", write, methods=["POST"])]
    return Starlette(routes=routes)


if __name__ == "__main__":
    uvicorn.run(app(sys.argv[1], sys.argv[2]), port=int(sys.argv[4]), access_log=False, log_level="warning")
