"""A real service on this machine that takes alerts: what was sent to it, and what it answers."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Webhook:
    """Takes JSON posts. `status` is what it answers, `hang` for how many seconds it says nothing first."""

    def __init__(self) -> None:
        self.taken: list[dict[str, Any]] = []
        self.at: list[float] = []
        self.tries = 0
        self.status, self.hang = 200, 0.0
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                hook.tries += 1
                time.sleep(hook.hang)
                if hook.status < 300:
                    hook.taken.append({**body, "path": self.path})
                    hook.at.append(time.time())
                self.send_response(hook.status)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def address(self, secret: str = "a-secret-topic") -> str:  # noqa: S107  (opens nothing)
        """Its address as the organisation file has it."""
        return f"json://127.0.0.1:{self._server.server_address[1]}/{secret}"

    def texts(self) -> list[str]:
        """What was said, title and words."""
        return [f"{one['title']} {one['message']}" for one in self.taken]

    def stop(self) -> None:
        """End it."""
        self._server.shutdown()
        self._server.server_close()
