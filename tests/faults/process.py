"""The bot as a process that kills itself at a named moment, when the file FAULT_FILE names that moment."""

import os
import signal
from pathlib import Path

from bot.__main__ import main
from db import failpoints


def _reach(name: str) -> None:
    armed = Path(os.environ["FAULT_FILE"])
    try:
        wanted = armed.read_text()
    except FileNotFoundError:
        return
    if wanted == name:
        armed.unlink(missing_ok=True)
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    failpoints.reach = _reach
    main()
