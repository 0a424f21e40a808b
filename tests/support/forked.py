"""The bot's command line in a process of its own, without importing the bot anew for each.

A server process of the standard library imports it once for the run's worker and forks itself for each call. Arguments,
environment, folder, output, signals and exit code are the call's own, as if a shell had started `python -m bot`.
"""

import multiprocessing
import os
import runpy
import sys
import time
from collections.abc import Mapping, Sequence
from multiprocessing.process import BaseProcess
from pathlib import Path

ROOT = Path(__file__).parents[2]
_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["bot.__main__", "bot.app"])


def start(
    program: str, words: Sequence[str], *, folder: Path, settings: Mapping[str, str], said: Path, complained: Path
) -> BaseProcess:
    """Start `python -m program` with these words; what it prints goes to two files, which may be one."""
    process = _context.Process(target=_call, args=(program, [*words], dict(settings), folder, said, complained))
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = str(ROOT)  # by this the server, which the first call starts, finds the bot
    try:
        process.start()
    finally:
        if before is None:
            del os.environ["PYTHONPATH"]
        else:
            os.environ["PYTHONPATH"] = before
    return process


def _call(program: str, words: list[str], settings: dict[str, str], folder: Path, said: Path, complained: Path) -> None:
    for descriptor, path in ((1, said), (2, complained)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), descriptor)
    os.environ.clear()
    os.environ.update(settings)
    os.chdir(folder)
    time.tzset()
    sys.argv = [program, *words]
    runpy.run_module(program, run_name="__main__", alter_sys=True)
