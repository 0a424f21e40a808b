"""The 54 topics on which the documents conflict or differ: how each is asked of a pack."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from bot.policy import Pack
from bot.policy.gates import ChecklistState, Recording, Worker
from bot.policy.overrides import NONE, Overrides
from bot.policy.overview import overview
from db.models import Moment
from tests.policy.asking import (
    AMY,
    COL,
    DAY_BEFORE,
    NO,
    STARTS,
    asked,
    card,
    cards_that_say,
    gates,
    gates_say,
    guide,
    letter,
    lines,
    matching,
    page,
    sheet,
    told,
    value,
    verdict,
    withheld,
)

Probe = Callable[[Pack], str]
TEEN = replace(AMY, age=16, kind="young_person", address="own")
STRANGER = replace(AMY, invited=False, identified=False)
DOMAINS = Overrides.model_validate(
    {"staff_email_domains": ["example.org"], "account": {"email": "a@elsewhere.example"}}
)
CHECKED = Overrides.model_validate(
    {"approved_platforms": [{"platform": "zoom", "checked_by": "Ada", "checked_on": "2026-01-05", "minimum_age": 16}]}
)
HOURS = Overrides.model_validate({"working_hours": {"thursday": "09:00-15:00"}})
FIVE = Overrides.model_validate({"group_size": 5})
OUTSIDER = Worker("UXOTHER", "Otto", staff=False, email="otto@elsewhere.example")


def breakout_rooms(pack: Pack) -> str:
    return asked(pack, "breakout-rooms", breakout_rooms=True)


def recording(pack: Pack) -> str:
    return gates_say(pack, "recording", recording=Recording())


def capture(pack: Pack) -> str:
    return f"{asked(pack, 'participant-recording-off')} {matching(letter(pack), 'take pictures|film')}".rstrip()


def transcript(pack: Pack) -> str:
    said = matching(card(pack, Moment.END, Moment.AFTERWARDS), "transcript|chatroom")
    return f"{value(pack.records.transcript)} {said}".rstrip()


def chat(pack: Pack) -> str:
    return f"{value(pack.meeting.chat)}; {asked(pack, 'private-chat-off', 'chat-to-host-only')}"


def asking_to_speak(pack: Pack) -> str:
    return f"{value(pack.meeting.speak_signal)} {matching(letter(pack), 'like to speak|hand up')}".rstrip()


def microphones(pack: Pack) -> str:
    said = matching(letter(pack), "mute|microphone")
    return f"{value(pack.meeting.microphones)}; {asked(pack, 'mute-on-entry')} {said}".rstrip()


def camera(pack: Pack) -> str:
    unsure = asked(pack, "recognised", people=(replace(AMY, identified=False),))
    said = matching(letter(pack), "camera|without video|your face|turn your video")
    return f"{value(pack.entry.camera)}; {unsure} {said}".rstrip()


def name_shown(pack: Pack) -> str:
    said = matching(letter(pack), "tell who you are|nickname")
    return f"{value(pack.entry.name)} {said}".rstrip()


def waiting_room(pack: Pack) -> str:
    return asked(pack, "waiting-room")


def admitted(pack: Pack) -> str:
    verdicts = asked(pack, "on-list", "recognised", "staff-first", people=(STRANGER,))
    return f"{value(pack.entry.admit)}; {value(pack.consent.eligible)}; {verdicts}"


def lock(pack: Pack) -> str:
    return f"{value(pack.meeting.lock)}; asked at {cards_that_say(pack, 'lock (the|it)')}"


def meeting_id(pack: Pack) -> str:
    return asked(pack, "random-id")


def password(pack: Pack) -> str:
    return asked(pack, "passcode")


def screen_sharing(pack: Pack) -> str:
    return f"{asked(pack, 'host-only-share')} {matching(letter(pack), 'show something')}".rstrip()


def files_and_links(pack: Pack) -> str:
    said = [matching(letter(pack), "files|documents"), matching(sheet(pack), "from strangers")]
    return " ".join((asked(pack, "file-transfer-off", "links-off"), *said)).rstrip()


def joining_and_rejoining(pack: Pack) -> str:
    again = (replace(AMY, removed=True, banned=True),)
    return asked(pack, "no-join-before-host", "removed-cannot-rejoin", "removed", "banned", people=again)


def where_they_sit(pack: Pack) -> str:
    return matching(letter(pack), "sit where|bedroom") or "silent"


def staff_background(pack: Pack) -> str:
    said = matching(card(pack, Moment.HOUR_BEFORE), "home|background|space|sit|wear|dress|wall|view")
    return f"{said or '-'}\n{matching(sheet(pack), 'bedroom')}".strip()


def the_end(pack: Pack) -> str:
    said = matching(sheet(pack), "transcript of|ends the session|platform is closed")
    return f"{told(pack, 'induction')} {said}".rstrip()


def who_stays(pack: Pack) -> str:
    said = matching(card(pack, Moment.END, Moment.AFTERWARDS), "workers have gone|stay online|talk alone")
    return f"{value(pack.one_to_one.after_meeting)} {said}".rstrip()


def one_to_one(pack: Pack) -> str:
    alone = asked(pack, "not-alone", "one-to-one-vital", "adult-nearby", "colleague", kind="one_to_one")
    new = replace(AMY, new_member=True, access_concern=True)
    first = told(pack, "individual-sessions", people=(new,))
    return f"{alone}; {first}; {told(pack, 'access-concern', people=(new,))}"


def co_worker(pack: Pack) -> str:
    alone = f"{told(pack, 'two-workers')}; {told(pack, 'account-holders')}"
    pair = asked(pack, "roles", co_workers=(COL,))
    outside = asked(pack, "host-is-staff", host=OUTSIDER)
    return f"{alone}; {pair}; {outside}; {asked(pack, 'colleague', kind='one_to_one')}"


def sensitive(pack: Pack) -> str:
    return f"{asked(pack, 'sensitive', sensitive=True)}; {value(pack.meeting.kinds)}"


def accounts(pack: Pack) -> str:
    nowhere = (replace(AMY, address=None),)
    verdicts = asked(pack, "work-accounts", "address", overrides=DOMAINS, host=OUTSIDER, people=nowhere)
    return f"{value(pack.staffing.contact)}; {verdicts}"


def platform(pack: Pack) -> str:
    used = {name: verdict(gates(pack, platform=name)["platform"]) for name in ("zoom", "teams", "youtube")}
    return "; ".join((*(f"{name}: {word}" for name, word in used.items()),
                      f"zoom, checked, from 16: {verdict(gates(pack, CHECKED)['platform'])}"))  # fmt: skip


def social_media(pack: Pack) -> str:
    reached = asked(pack, "social-media", "social-media-scope", people=(replace(AMY, by_social_media=True),))
    said = matching(guide(pack), "friend of a young person|social media\\.|whatsapp")
    return f"{value(pack.invitation.channel)}; {value(pack.staffing.contact)}; {reached} {said}".rstrip()


def hours(pack: Pack) -> str:
    said = matching(letter(pack), "straight away|emergency")
    away = matching(guide(pack), "ill or away")
    return " ".join((asked(pack, "working-hours", overrides=HOURS), said, away)).strip()


def training(pack: Pack) -> str:
    return gates_say(pack, "training-")


def purpose(pack: Pack) -> str:
    said = matching(letter(pack), "what the meeting is for|who takes part")
    planned = matching(sheet(pack), "structure|roles\\.|how and when")
    return "\n".join(one for one in (asked(pack, "purpose", "purpose-approved"), said, planned) if one)


def age_of_consent(pack: Pack) -> str:
    younger = set(withheld(pack, replace(AMY, age=15, address="own", by_social_media=True)).split())
    older = set(withheld(pack, TEEN).split())
    return f"only 15: {' '.join(sorted(younger - older)) or '-'}; only 16: {' '.join(sorted(older - younger)) or '-'}"


def account_used(pack: Pack) -> str:
    return asked(pack, "carer-account")


def address_of_the_link(pack: Pack) -> str:
    young = asked(pack, "carer-address", people=(replace(AMY, address="own"),))
    return f"{young}; from 16 on {asked(pack, 'carer-address', people=(TEEN,))}"


def supervision(pack: Pack) -> str:
    outside = asked(pack, "host-is-staff", host=OUTSIDER)
    alone = asked(pack, "adult-nearby", kind="one_to_one")
    said = [matching(sheet(pack), "what is typed"), matching(letter(pack), "at home can see")]
    return " ".join((f"{told(pack, 'supervision')}; {alone}; {outside}", *said)).rstrip()


def when_sent(pack: Pack) -> str:
    early = asked(pack, "link-day", "registered", now=DAY_BEFORE - timedelta(days=1))
    return f"{value(pack.invitation.send)}; {early}"


def before_the_link(pack: Pack) -> str:
    texts = letter(pack).count("Dear parent")
    aloud = asked(pack, "agreement-asked")
    consent = asked(pack, "consent")
    return f"{value(pack.invitation.order)} in {texts}; {aloud}; {consent}; withheld: {withheld(pack, AMY) or '-'}"


def no_agreement(pack: Pack) -> str:
    return asked(pack, "agreement", "rules-agreed", people=(replace(AMY, agreed=NO),))


def rules(pack: Pack) -> str:
    complete = gates(pack)["pack-complete"]
    return f"{letter(pack)}\n{complete.sentence}\n{' '.join(complete.clauses)}"


def rules_repeated(pack: Pack) -> str:
    said = matching(card(pack, Moment.PLANNING, Moment.START), "rules|contract|behaviour")
    return f"{value(pack.consent.rules_agreement)} {said}".rstrip()


def channel(pack: Pack) -> str:
    other = asked(pack, "address", "carer-address", "through-staff", asked_by="U0ADM",
                  people=(replace(TEEN, address=None),))  # fmt: skip
    return f"by {value(pack.invitation.channel)}; {other}"


def public_sharing(pack: Pack) -> str:
    said = [matching(letter(pack), "link or the meeting ID"), matching(sheet(pack), "on social media\\.|publicly")]
    return " ".join((value(pack.invitation.never_public), *said)).strip()


def who_is_listed(pack: Pack) -> str:
    unknown = asked(pack, "known", "on-list", people=(STRANGER,))
    said = matching(guide(pack), "^Professional, parent")
    return f"{value(pack.consent.eligible)}; {unknown}; {told(pack, 'registered')} {said}".rstrip()


def group_size(pack: Pack) -> str:
    six = tuple(replace(AMY, id=str(number)) for number in range(6))
    return (
        f"{asked(pack, 'group-size', 'group-size-considered', overrides=FIVE, people=six)}; {value(pack.meeting.kinds)}"
    )


def photos(pack: Pack) -> str:
    said = [matching(sheet(pack), "pictures|photos"), matching(letter(pack), "take pictures of the session")]
    return " ".join((asked(pack, "media-consent"), *said)).strip()


def attendance(pack: Pack) -> str:
    said = matching(card(pack, Moment.AFTERWARDS), "the attendance") or "asked on no card"
    return f"{value(pack.records.attendance)}; {said}\n{page(pack, 'records')}"


def sanctions(pack: Pack) -> str:
    ladder = " > ".join(("own " if kind.default else "") + kind.text for kind in pack.incidents.ladder)
    return f"{ladder}\n{page(pack, 'incidents')}"


def incident_route(pack: Pack) -> str:
    confidential = value(pack.incidents.confidential)
    said = matching(page(pack, "incidents"), "manager|policies|review") or "-"
    return f"recorded {value(pack.incidents.recorded)}; confidential {confidential}; {said}"


def concern(pack: Pack) -> str:
    return page(pack, "concerns")


def risk_assessment(pack: Pack) -> str:
    vulnerable = asked(pack, "assessment", people=(replace(AMY, high_risk=True),))
    return f"{asked(pack, 'checklist', 'risk-assessment', checklist=ChecklistState(0, 50))}; {vulnerable}"


def afterwards(pack: Pack) -> str:
    records = pack.records
    said = matching(card(pack, Moment.AFTERWARDS), "debrief|notes|feedback") or "-"
    return f"debrief {value(records.debrief)}; notes {value(records.notes)}; feedback {value(records.feedback)}; {said}"


def retention(pack: Pack) -> str:
    days = [slot.id for slot in overview(pack, NONE, STARTS.date()).missing if slot.holds == "days"]
    said = matching(guide(pack), "stored or destroyed")
    return f"{verdict(gates(pack)['pack-complete'])}: {' '.join(days)}\n{said}".rstrip()


def data_roles(pack: Pack) -> str:
    return f"{page(pack, 'records')}\n{matching(letter(pack), 'see what we hold')}".strip()


def induction(pack: Pack) -> str:
    new = replace(AMY, new_member=True)
    kept_out = [one for one in gates(pack, people=(new,)) if one == "induction"]
    held = sorted(one for one in {*withheld(pack, new).split(), *kept_out} if one.startswith(INDUCTION))
    carers = matching(letter(pack), "for this meeting|how to get the app|should know about")
    return f"{' '.join(held) or '-'} {carers}".rstrip()


INDUCTION = ("induction", "seen-by", "child-protection", "consent", "individual")


def status(pack: Pack) -> str:
    seen = overview(pack, NONE, date(2026, 11, 22))
    passed = "passed" if seen.review_passed else "not passed"
    stated = "silent" if pack.about.status.default else seen.status
    return f"{stated}; review {seen.review_due}, {passed} {lines(seen.history)} {seen.status_says}".rstrip()
