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
    danger_child: str
    worry_head: str
    worry: str
    worry_sure: str
    nothing_head: str
    nothing: str
    meanwhile_head: str
    meanwhile: str
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
    danger_child="Is something worrying you? You can call Childline at any time, it is free: 0800 1111. If somebody is "
    "in danger, call 999.",
    worry_head="Are you worried about somebody?",
    worry="What you wrote may be about somebody’s safety. Nobody reads this page at once, so please tell a person: "
    "call 999 if somebody is in danger now, or Childline on 0800 1111. Nothing is saved yet. Your words are still in "
    "the form.",
    worry_sure="Send what I wrote as it is",
    nothing_head="Nothing here",
    nothing="This link leads nowhere, or not any more. Please ask whoever gave it to you for a new one.",
    meanwhile_head="Please look again",
    meanwhile="Something here was answered or changed after you opened this page. What you said about that is not "
    "saved: you see what stands now. If you mean something else, please say it again and save. The rest is saved.",
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

CY = Language(
    code="cy",
    name="Cymraeg",
    other="en",
    title="Eich atebion",
    you_are_invited="Rydych chi wedi cael gwahoddiad i gyfarfod ar-lein gyda {organisation}.",
    they_are_invited="Mae {name} wedi cael gwahoddiad i gyfarfod ar-lein gyda {organisation}.",
    when="Pryd",
    who_runs_it="Pwy sy’n ei gynnal",
    what_for="Beth yw’r pwrpas",
    recording="Recordio",
    about_you="Mae’r dudalen hon ar gyfer {name}.",
    about_child="Mae’r dudalen hon ar gyfer rhiant neu ofalwr {name}.",
    rules="Ein rheolau",
    before="Cyn i chi ymuno",
    good_to_know="Gwybodaeth ddefnyddiol",
    questions="Ein cwestiynau i chi",
    nothing_to_answer="Does dim byd y mae’n rhaid i chi ei ateb yma.",
    agree_rules="Ydych chi’n cytuno â’n rheolau?",
    agree_recording="Gawn ni recordio’r cyfarfod hwn?",
    agree_recording_child="Gawn ni recordio’r cyfarfod hwn gyda’ch plentyn ynddo?",
    yes="Ie",
    no="Na",
    you_said_yes="“Ie” yw’r ateb ar hyn o bryd ({day}).",
    you_said_no="“Na” yw’r ateb ar hyn o bryd ({day}).",
    staff_said_yes="Nododd ein staff “ie” ({day}).",
    staff_said_no="Nododd ein staff “na” ({day}).",
    free={
        "access": "Oes rhywbeth y gallwn ni ei wneud i’w gwneud hi’n haws cymryd rhan?",
        "nearby": "Pa oedolyn fydd gerllaw yn ystod y cyfarfod?",
        "language": "Ym mha iaith y dylen ni ysgrifennu atoch chi?",
    },
    hints={
        "access": "Er enghraifft isdeitlau, egwyl, neu brint bras. Does dim rhaid dweud pam. Dim ond y rhai sy’n "
        "cynnal y cyfarfod a’n harweinwyr diogelu sy’n ei ddarllen, ac nid ar unwaith.",
        "nearby": "Rhywun sy’n gwybod am y cyfarfod ac a fydd gartref bryd hynny.",
        "language": "Gadewch hwn yn wag ar gyfer Saesneg.",
    },
    save="Cadw fy atebion",
    change="Mae “na” yn iawn. Gallwch newid eich atebion yma nes i’r cyfarfod ddod i ben.",
    saved="Wedi’u cadw. Diolch.",
    own_page="Agor tudalen {name}",
    own_page_why="Mae gan {name} dudalen fer gyda chwestiynau. Agorwch hi ar eu cyfer, os gwelwch yn dda. Mae ganddi "
    "ei chyfeiriad ei hun; mae ei hagor eto yn creu un newydd.",
    danger="Oes rhywun mewn perygl? Ffoniwch 999. Gall plant a phobl ifanc ffonio Childline am ddim unrhyw bryd: "
    "0800 1111.",
    danger_child="Oes rhywbeth yn dy boeni? Gelli di ffonio Childline am ddim unrhyw bryd: 0800 1111. Os oes rhywun "
    "mewn perygl, ffonia 999.",
    worry_head="Ydych chi’n poeni am rywun?",
    worry="Efallai bod yr hyn a ysgrifennoch chi’n ymwneud â diogelwch rhywun. Does neb yn darllen y dudalen hon ar "
    "unwaith, felly dywedwch wrth rywun: ffoniwch 999 os oes rhywun mewn perygl nawr, neu Childline ar 0800 1111. "
    "Does dim byd wedi’i gadw eto. Mae eich geiriau’n dal yn y ffurflen.",
    worry_sure="Anfon yr hyn a ysgrifennais fel y mae",
    nothing_head="Does dim byd yma",
    nothing="Nid yw’r ddolen hon yn arwain i unman, neu ddim bellach. Gofynnwch i bwy bynnag a’i rhoddodd i chi am un "
    "newydd.",
    meanwhile_head="Edrychwch eto, os gwelwch yn dda",
    meanwhile="Cafodd rhywbeth yma ei ateb neu ei newid ar ôl i chi agor y dudalen hon. Nid yw’r hyn a ddywedoch chi "
    "am hynny wedi’i gadw: dyma sut mae pethau nawr. Os ydych chi’n golygu rhywbeth arall, dywedwch hynny eto a’i "
    "gadw. Mae’r gweddill wedi’i gadw.",
    later_head="Ddim nawr",
    later="Doedd dim modd cyrraedd ein cofnodion. Ni chadwyd dim. Rhowch gynnig arall arni ymhen munud.",
    busy="Mae gormod o bobl yma ar hyn o bryd. Ni chadwyd dim. Rhowch gynnig arall arni ymhen munud.",
    kept="Nid yw’r dudalen hon yn gosod cwcis nac yn dweud wrth neb arall eich bod wedi bod yma. Cadwch ei chyfeiriad "
    "i chi’ch hun: gall pwy bynnag sydd ag ef ateb ar eich rhan.",
    days=("dydd Llun", "dydd Mawrth", "dydd Mercher", "dydd Iau", "dydd Gwener", "dydd Sadwrn", "dydd Sul"),
    months=(
        "Ionawr",
        "Chwefror",
        "Mawrth",
        "Ebrill",
        "Mai",
        "Mehefin",
        "Gorffennaf",
        "Awst",
        "Medi",
        "Hydref",
        "Tachwedd",
        "Rhagfyr",
    ),
)

LANGUAGES = {"en": EN, "cy": CY}
