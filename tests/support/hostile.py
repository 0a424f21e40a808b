"""Typed texts that cost a careless reader seconds: pasted pages, endless runs, words that begin a hundred readings."""

_PROGRAMME = (
    "Summer programme: Monday 3 August at 10:00 cooking in the hall, Tuesday 4 August at 14:00 football on the green, "
    "Wednesday 5 August 10am to 12:30 painting with Robin, on Thursday 6 at noon swimming; Friday 7 August from 9:00 "
    "until 17:00 a trip to the sea, recording for parents because they asked, breakout rooms, about sailing. "
)
_SEEDS = (
    _PROGRAMME,
    "on at ",
    "on Monday at 10 ",
    "1 ",
    "12:",
    "1/1/",
    "at 10 mon 3 jan next in 2 ",
    "recording because breakout rooms because one-to-one because about for led by ",
    "rec ",
    "about on Monday at 10:00, recording, ",
    "not not never no ",
    "for 1 h and ",
    " by Friday on Monday before ",
    "done: follow up: kind: ; ",
    "and & , ; ",
    " and",
    "to - until – till ",
    "week of 1 to 2 until ",
    "<http:",
    "<@U0",
    "<@U0COW> with ",
    "&lt;",
    "@",
    "a.b@",
    "a",
    "1",
    " ",
    "\u00a0",
    "\n",
    "\t.",
    "٣",
    "x\u200b",
    "ﷺ",
    "\U0001f469\u200d\U0001f467",
    "reason: because ",
    "1-1 121 one to one ",
    "except but not without ",
    "plus + ",
    "M-12 ",
    "lock passcode camera chat ",
    "qz",
)


def texts(length: int) -> list[str]:
    """Each of them, `length` characters long."""
    return [(seed * (length // len(seed) + 1))[:length] for seed in _SEEDS]
