"""Reading what staff type: an ordinary phrase, and the longest texts that are hardest to read, for every reader."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from time import process_time
from zoneinfo import ZoneInfo

from bot.reading import leading, references, ticking
from bot.reading.danger import alarm
from bot.reading.invites import links, passcodes
from bot.reading.past import periods
from bot.reading.persons import people
from bot.reading.references import Known
from bot.reading.roll_call import presence
from bot.reading.times.due import due
from bot.reading.times.follow_ups import follow_up
from bot.reading.times.plans import LONGEST_TEXT, Around, plan
from tests.bench import figure
from tests.bench.figure import Figure

ORDINARY_MS, WORST_MS = 2.0, 200.0
LONGEST = 3_000
NOW = datetime(2026, 11, 18, 10, tzinfo=ZoneInfo("Europe/London"))
AROUND = Around(NOW, "Europe/London", programmes=["Cooking"])
ORDINARY = "Cooking club on Thursday at 4 for an hour in Cooking"
HARD = ("4 ", "Thu ", "mon 4 or ", "1, ", "10 to 11 ", "Thurzday ", "w/ Sam ", "19/11 - ", "(", "word ")
NAMES = [f"{first}nna {last}ell" for first in "ABCDEFGHIJKLMNOPQRST" for last in "BDFHJKMPST"]
"""Two hundred on one meeting."""
MEETINGS = [
    Known(number, f"{word} club {number % 7}", datetime(2026, 11, 1, 16, tzinfo=UTC) + timedelta(days=number))
    for number, word in enumerate(("Cooking", "Film", "Reading", "Drama", "Chess") * 20, 1)
]
"""A hundred of one host's own."""
ITEMS = [ticking.Item(one) for one in ("lock", "waiting-room", "carer-permission", "ground-rules", "names-shown") * 8]

Reader = tuple[str, Callable[[str], object], str, tuple[str, ...]]
"""What is read, by what, an ordinary phrase of it, and what is hard to read when it fills the longest text."""
READERS: tuple[Reader, ...] = (
    (
        "a list of people",
        lambda text: people.read(text, NAMES[:30], form=True),
        "Robin Ashdown, Tia Bell and Omar Khan",
        ("Ann Lee\n", "Ann, Bo\t", "(9) Ann ", "~a", "a@", "07700 ", "09:14 Ann\n", "mum "),
    ),
    (
        "a register of 20",
        lambda text: presence.read(text, NAMES[:20]),
        "all but Anna Bell, Anna Dell late plus Zed Zane",
        ("left at ",),
    ),
    (
        "a register of 200",
        lambda text: presence.read(text, NAMES),
        "",
        (
            "all but Anna Bell, Bnna Dell late plus Zed Zane",
            "Anna ",
            "all but ",
            "Ann Lee\n",
            "at half 4 ",
            "not ",
            "plus Z ",
            "1. Ann ",
            "left at ",
        ),
    ),
    (
        "a link",
        links.read,
        "link https://us02web.zoom.us/j/84512345678 passcode 73kq92",
        ("https://zoom.us/j/1 ", "https://", "passcode ", "<https://a.b|", "%2525", "pw: "),
    ),
    (
        "a passcode",
        passcodes.passcode,
        "the passcode is 73kq92 please",
        ("passcode 1 ", "code ", "904 416 ", "pw=", "id 1 ", "passcode: \n"),
    ),
    (
        "a reference, 100 meetings",
        lambda text: references.which(text, MEETINGS, acts=True, now=NOW),
        "the drama club 3 one",
        ("M-1 ", "club ", "the one on ", "m", "no. ", "Film and "),
    ),
    (
        "a reference at either end, 100 meetings",
        lambda text: leading.cut(text, MEETINGS, NOW, names=True),
        "Robin and Tia to Drama club 3",
        ("Film club ", "Robin, ", "to ", "and Film ", "M-1, ", "- "),
    ),
    ("a tick", lambda text: ticking.read(text, ITEMS), "waiting room", ("lock ", "not ", "loc ", "carer-", "? ")),
    (
        "the days of a report",
        lambda text: periods.read(text, date(2026, 11, 18), ("Youth club", "Cooking")),
        "1 to 15 November in Cooking",
        ("last ", "1-", "week ", "Cooking "),
    ),
    (
        "a follow-up",
        lambda text: follow_up(text, AROUND),
        "ring mum by Friday",
        ("by Friday ", "mon or ", "ring ", "1, "),
    ),
    ("the day of a follow-up", lambda text: due(text, AROUND, with_today=True), "next Friday", ("fri ", "1/1 ", "or ")),
    (
        "words of danger",
        alarm,
        "a girl told me that somebody at home hurts her",
        ("he told a frend about tablits ", "she cut ", "not ", "suicde ", "abcdefghij ", "he "),
    ),
)


median_ms = partial(figure.median_ms, clock=process_time)


def figures() -> Iterator[Figure]:
    """The median of each; a moment's text over its limit is refused unread."""
    yield Figure("an ordinary phrase", median_ms(partial(plan, ORDINARY, AROUND), times=200), "ms", ORDINARY_MS)
    for bit in HARD:
        text = (bit * LONGEST)[:LONGEST_TEXT]
        yield Figure(
            f"1,000 characters of “{bit.strip()}”", median_ms(partial(plan, text, AROUND), times=5), "ms", WORST_MS
        )
    long = ("Cooking Thursday 4pm " * 200)[:LONGEST]
    yield Figure("3,000 characters", median_ms(partial(plan, long, AROUND), times=5), "ms", WORST_MS)
    for name, reader, ordinary, hard in READERS:
        if ordinary:
            yield Figure(name, median_ms(partial(reader, ordinary), times=100), "ms", ORDINARY_MS)
        worst = {
            bit: median_ms(partial(reader, (bit * LONGEST)[:LONGEST]), times=3, warm_up=1)
            for bit in (*hard, ordinary)
            if bit
        }
        bit = max(worst, key=lambda one: worst[one])
        yield Figure(f"{name}, 3,000 characters of “{bit.strip()}”", worst[bit], "ms", WORST_MS)
