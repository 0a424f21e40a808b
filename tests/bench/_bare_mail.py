"""What handing mails over costs at the least: the same messages over one connection, and nothing else done.

`python -m tests.bench._bare_mail FILE HOST PORT` sends the messages pickled in FILE, (sender, recipient, content) each,
and prints how long it took, in seconds.
"""

import pickle
import smtplib
import sys
import time
from pathlib import Path


def main(file: str, host: str, port: int) -> None:
    """Send, and print the time."""
    mails: list[tuple[str, str, bytes]] = pickle.loads(Path(file).read_bytes())  # noqa: S301 - the bench wrote it
    begun = time.perf_counter()
    with smtplib.SMTP(host, port) as connection:
        for sender, recipient, content in mails:
            connection.sendmail(sender, [recipient], content)
    print(time.perf_counter() - begun)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
