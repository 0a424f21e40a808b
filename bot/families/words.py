"""The page's own words, by language. What the policy or the organisation says stays as they say it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Language:
    """The fixed words of a page in one language; `days` and `months` begin with Monday and January."""

    code: str
    name: str
    other: str
    title: str
    you_are_invited: str
    they_are_invited: str
    when: str
    who_runs_it: str
    what_for: str
    recording: str
    about_you: str
    about_child: str
    rules: str
    before: str
    good_to_know: str
    questions: str
    child_questions: str
    nothing_to_answer: str
    agree_rules: str
    agree_recording: str
    agree_recording_child: str
    yes: str
    no: str
    you_said_yes: str
    you_said_no: str
    staff_said_yes: str
    staff_said_no: str
    free: dict[str, str]
    hints: dict[str, str]
    save: str
    change: str
    saved: str
    own_page: str
    own_page_why: str
    danger: str
    worry_head: str
    worry: str
    worry_sure: str
    nothing_head: str
    nothing: str
    later_head: str
    later: str
    busy: str
    kept: str
    days: tuple[str, ...]
    months: tuple[str, ...]


EN = Language(
    code="en-GB",
    name="English",
    other="cy",
    title="Your answers",
    you_are_invited="You are invited to an online meeting with {organisation}.",
    they_are_invited="{name} is invited to an online meeting with {organisation}.",
    when="When",
    who_runs_it="Who runs it",
    what_for="What it is for",
    recording="Recording",
    about_you="This page is for {name}.",
    about_child="This page is for the parent or carer of {name}.",
    rules="Our {rules}",
    before="Before you join",
    good_to_know="Good to know",
    questions="What we ask you",
    child_questions="What we ask you",
    nothing_to_answer="There is nothing that you have to answer here.",
    agree_rules="Do you agree to our {rules}?",
    agree_recording="May we record this meeting?",
    agree_recording_child="May we record this meeting with your child in it?",
    yes="Yes",
    no="No",
    you_said_yes="The answer now is yes, given on {day}.",
    you_said_no="The answer now is no, given on {day}.",
    staff_said_yes="Our staff wrote down a yes on {day}.",
    staff_said_no="Our staff wrote down a no on {day}.",
    free={
        "access": "Is there anything we can do so that it is easier to take part?",
        "nearby": "Which grown-up will be near during the meeting?",
        "language": "In which language shall we write to you?",
    },
    hints={
        "access": "For example captions, a break, or large print. You need not say why. Only those who run the meeting "
        "and our safeguarding leads read it, and not at once.",
        "nearby": "Somebody who knows about the meeting and is at home then.",
        "language": "Leave it empty for English.",
    },
    save="Save my answers",
    change="A no is fine. You can change your answers here until the meeting ends.",
    saved="Saved. Thank you.",
    own_page="Open {name}’s own page",
    own_page_why="{name} has a short page with questions of their own. Please open it for them. It has its own "
    "address; opening it again makes a new one.",
    danger="Is somebody in danger? Call 999. Children and young people can call Childline at any time, free: "
    "0800 1111.",
    worry_head="Are you worried about somebody?",
    worry="What you wrote may be about somebody’s safety. Nobody reads this page at once, so please tell a person: "
    "call 999 if somebody is in danger now, or Childline on 0800 1111. Nothing is saved yet. Your words are still in "
    "the form.",
    worry_sure="Send what I wrote as it is",
    nothing_head="Nothing here",
    nothing="This link leads nowhere, or not any more. Please ask whoever gave it to you for a new one.",
    later_head="Not now",
    later="We could not reach our records. Nothing was saved. Please try again in a minute.",
    busy="Too many people are here at the moment. Nothing was saved. Please try again in a minute.",
    kept="This page sets no cookies and tells nobody else that you were here. Keep its address to yourself: whoever "
    "has it can answer for you.",
    days=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    months=(
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
)

LANGUAGES = {"en": EN}
