"""A file that somebody gave to the bot in a form, from Slack to its rows. It is held in memory for as long as that
takes, and nowhere else."""

import asyncio
import contextlib
import json
import sys
from dataclasses import dataclass, field
from pathlib import Path

from bot.errors import BadInput, NotNow
from bot.slack.client import FileGone, FileTooLarge, SlackClient
from bot.slack.problems import SlackProblem

KINDS = ("csv", "tsv", "xlsx", "xls", "ods")
"""What Slack's own client offers to choose from."""
LARGEST = 1_000_000
_SECONDS = 10.0
_PROGRAM = Path(__file__).with_name("child.py")
_AT_ONCE = asyncio.Semaphore(2)
_WORDS = {
    "password": "It is locked with a password. Save it without one, and choose it again.",
    "empty": "It is empty.",
    "long": "It has more than 1,000 lines. Save the class alone in a file of its own.",
    "wide": "It has more than 60 columns. Save the columns with names and carers alone.",
    "letters": "I can’t read its letters. Save it as “CSV UTF-8” or as an Excel file.",
    "kind": "It is no table. A CSV, Excel or OpenDocument file can be read.",
    "broken": "It is damaged, or no table. Open it and save it again as a CSV or Excel file.",
}


@dataclass(frozen=True)
class Sheet:
    """The rows of a file, all of them equally wide; `name` is the sheet's, `others` how many more hold something."""

    rows: list[list[str]] = field(repr=False)
    name: str = ""
    others: int = 0


async def opened(slack: SlackClient, file_id: str, giver: str) -> Sheet:
    """The rows of a file at Slack that is the `giver`'s own. Raises BadInput saying what is wrong with it, and NotNow
    where Slack does not give it. Neither holds anything of its content."""
    try:
        content = await slack.file(file_id, giver, LARGEST)
    except FileTooLarge:
        raise BadInput("It is larger than 1 MB. Save the class alone in a file of its own.", field="file") from None
    except FileGone:
        raise BadInput("It is not at Slack any more. Choose it again.", field="file") from None
    except SlackProblem as problem:
        if problem.code == "missing_scope":
            raise NotNow(
                "I may not read files here yet: an administrator adds the right `files:read` to the app and installs "
                "it anew. Paste the list into `/participant add` meanwhile. Nothing was changed."
            ) from None
        raise NotNow("Slack did not give me the file. Please try again in a minute. Nothing was changed.") from None
    if not content:
        raise BadInput(_WORDS["empty"], field="file")
    return await read(content)


async def read(content: bytes) -> Sheet:
    """The rows of a file's bytes, read by a process of its own. Raises BadInput."""
    async with _AT_ONCE:
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            "-I",
            str(_PROGRAM),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={},
        )
        try:
            async with asyncio.timeout(_SECONDS):
                out, _ = await child.communicate(content)
            found = json.loads(out)
        except (TimeoutError, ValueError, OSError):
            raise BadInput(_WORDS["broken"], field="file") from None
        finally:
            with contextlib.suppress(ProcessLookupError):
                child.kill()
            await child.wait()
    if "problem" in found:
        raise BadInput(_WORDS[found["problem"]], field="file")
    if not found["rows"]:
        raise BadInput(_WORDS["empty"], field="file")
    return Sheet(found["rows"], found["sheet"], found["others"])
