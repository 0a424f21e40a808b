"""One table: 54 topics on which the five documents conflict or differ, and what each pack does about them.

The expectations are read in the documents. A plain text is the whole answer: where the document is silent that is
`silent`, `free`, or the bot's own rule. `says` names what must be in the answer, and the clauses that ask for it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from _pytest.mark.structures import ParameterSet

from bot.policy import PACK_NAMES, load_pack
from tests.policy import topics as ask
from tests.policy.topics import Probe


@dataclass(frozen=True)
class Says:
    """What must be in an answer, and by which clauses."""

    phrases: tuple[str, ...]
    clauses: tuple[str, ...]


def says(*phrases: str, by: str) -> Says:
    """An answer that holds these phrases; `by` names the clauses, with blanks between."""
    return Says(phrases, tuple(by.split()))


Cell = str | Says
Row = tuple[int, str, Probe, Cell, Cell, Cell, Cell, Cell]

NO_ROOMS = "breakout-rooms: own reason when_possible"
OWN_CAPTURE = "participant-recording-off: own tick when_possible"
OWN_CHAT = "silent; private-chat-off: own tick when_possible; chat-to-host-only: free"
OWN_LETS_IN = "silent; silent; on-list: own reason when_possible; recognised: free; staff-first: own tick when_possible"
NO_LOCK = "silent; asked at no moment"
OWN_ID = "random-id: own tick when_possible"
OWN_BACK = "removed: own reason when_possible; banned: own refused required"
NO_HOURS = "working-hours: free"
NO_PURPOSE = "purpose: free; purpose-approved: free"
NO_AGE = "only 15: -; only 16: -"
OWN_ADDRESS = "carer-address: own reason when_possible; from 16 on carer-address: own met"
ANY_DAY = "silent; link-day: free; registered: free"
GOES_ON = "agreement: free; rules-agreed: free"
OWN_SIZE = "group-size: own reason when_possible; group-size-considered: free"
NO_RECORDS = "debrief silent; notes silent; feedback silent; -"
NO_STAFF_NUMBER = "two-workers: free; account-holders: free; roles: free; host-is-staff: refused required"
OWN_CHECKLIST = "checklist: own reason when_possible; risk-assessment: free; assessment: free"
OWN_LADDER = "own Reminded of the rules > own Removed from the meeting"
NO_INCIDENT_RULES = "recorded silent; confidential silent; -"
OWN_RETENTION = "refused required: retention"
OWN_CONCERN = (
    "*A worry about somebody's safety*\n"
    "• In danger now: call 999. Worried about somebody: tell the safeguarding lead with /concern."
)

# number, topic, how it is asked, then Working4U, SENDIASS, voluntary sector, JAMES, St Joseph's
TOPICS: tuple[Row, ...] = (
    (1, "Breakout rooms", ask.breakout_rooms,
     says("breakout-rooms: free", by="W4U-069"), NO_ROOMS, NO_ROOMS, NO_ROOMS,
     says("breakout-rooms: refused required", by="STJ-052")),
    (2, "Recording by the organisation", ask.recording,
     says("recording-reason: reason when_possible", "Zoom administrators can watch", by="W4U-066 W4U-067"),
     says("recording: refused required", "No session is recorded", by="SEN-031 SEN-032"),
     says("What is recorded: not", "Where it is kept: not", "How it is kept secure: not",
          "How long it will be kept: not", "know what is recorded and for what reason: not",
          by="VOL-035 VOL-036 VOL-037 VOL-038 VOL-039"),
     "recording: own reason when_possible: Recording is off, unless a reason is written down. "
     "Write down why this meeting is to be recorded.",
     says("recording-agreement: tick required", "agreed in advance: not recorded yet",
          "what the recording will be used for: not", "how long it will be kept: not", "GDPR (2016): not",
          by="STJ-040 STJ-041 STJ-042 STJ-043")),
    (3, "Recording or capture by participants", ask.capture,
     says("participant-recording-off: tick required", "Do not film or take pictures", by="W4U-136 W4U-107"),
     says("participant-recording-off: tick required", by="SEN-032"), OWN_CAPTURE,
     says("lose your place, or the police could be told", by="JAM-103"), OWN_CAPTURE),
    (4, "Chat transcript", ask.transcript, "silent",
     says("save", "Save the transcript of the group chat before you close.", "GDPR-compliant means",
          by="SEN-029 SEN-030"),
     says("keep_if_hosted", "If we host the chatroom: keep its records, and store them securely. (*must*)",
          by="VOL-032 VOL-033"),
     "silent", "silent"),
    (5, "Who may receive chat", ask.chat,
     says("everyone; private-chat-off: tick required", by="W4U-133 W4U-153"),
     says("everyone; private-chat-off: tick required", by="SEN-028 SEN-029"), OWN_CHAT, OWN_CHAT,
     says("host_only", "chat-to-host-only: tick required", by="STJ-051")),
    (6, "Asking to speak", ask.asking_to_speak,
     says("chat - Write in the chat", by="W4U-028"), "silent", "silent", "silent",
     says("raised_hand", "Put your hand up, and the teacher will unmute you", by="STJ-049")),
    (7, "Muting and unmuting", ask.microphones,
     says("own_hand", "Turn it on yourself", by="W4U-027"),
     says("staff_ask_only", "We may ask you to mute", "never turn them on for you", by="SEN-039 SEN-041"),
     "silent; mute-on-entry: free", "silent; mute-on-entry: free",
     says("host_mutes_and_unmutes; mute-on-entry: tick required", "you will be muted", by="STJ-048 STJ-049")),
    (8, "Camera", ask.camera,
     says("optional", "do not have to turn your camera on", "look at what is behind you first", by="W4U-029 W4U-030"),
     says("optional", "join without video if you like", "turn your video off when", by="SEN-035 SEN-039"),
     "silent; recognised: free",
     says("optional_if_known; recognised: reason required", "do not have to show your face", by="JAM-084"),
     "silent; recognised: free"),
    (9, "Name shown", ask.name_shown,
     says("recognisable", "Use a name that we know", by="W4U-020 W4U-090"), "silent", "silent",
     says("real - Please use your real name, not a nickname", by="JAM-077"), "silent"),
    (10, "Waiting room", ask.waiting_room,
     says("waiting-room: tick required", by="W4U-026 W4U-059 W4U-088 W4U-145"),
     says("waiting-room: free", by="SEN-024"), "waiting-room: own tick when_possible",
     says("waiting-room: tick required", by="JAM-076"), says("waiting-room: tick required", by="STJ-044")),
    (11, "Who is admitted", ask.admitted,
     says("recognised; invited", "on-list: refused required", "recognised: reason required",
          "staff-first: tick required", by="W4U-078 W4U-079 W4U-089 W4U-129"),
     says("host_decides", by="SEN-023"), OWN_LETS_IN,
     says("identified; known", "recognised: reason required", "on-list: reason when_possible", by="JAM-077 JAM-090"),
     says("invited; registered; on-list: refused required", by="STJ-044")),
    (12, "Lock", ask.lock,
     says("all_present; asked at all_present", by="W4U-146 W4U-041 W4U-051"),
     says("any_time; asked at start", by="SEN-025"), NO_LOCK, NO_LOCK,
     says("after_start; asked at start", by="STJ-045")),
    (13, "Meeting ID", ask.meeting_id,
     says("random-id: tick required", by="W4U-060 W4U-032"), OWN_ID, OWN_ID, OWN_ID,
     says("random-id: tick required", by="STJ-030")),
    (14, "Password", ask.password,
     says("passcode: tick required", by="W4U-061 W4U-144"), says("passcode: tick when_possible", by="SEN-021"),
     says("passcode: tick when_possible", by="VOL-015"), "passcode: own tick when_possible",
     says("passcode: tick required", by="STJ-031")),
    (15, "Screen sharing", ask.screen_sharing,
     says("host-only-share: tick required", by="W4U-062 W4U-157"),
     says("host-only-share: tick required", "Talk to the host before the meeting", by="SEN-037 SEN-038"),
     says("host-only-share: tick when_possible", by="VOL-016"), "host-only-share: own tick when_possible",
     says("host-only-share: tick required", by="STJ-050")),
    (16, "Files, documents, links", ask.files_and_links,
     says("file-transfer-off: tick required; links-off: tick required", by="W4U-063 W4U-156"),
     says("file-transfer-off: tick required", "Never download or open files", "documents by e-mail, not in the chat",
          by="SEN-026 SEN-027"),
     says("file-transfer-off: tick when_possible; links-off: free", by="VOL-017"),
     "file-transfer-off: own tick when_possible; links-off: free",
     says("file-transfer-off: own tick when_possible; links-off: free", "from strangers or uninvited people",
          by="STJ-053")),
    (17, "Join before host; removed people", ask.joining_and_rejoining,
     says("no-join-before-host: tick required; removed-cannot-rejoin: tick required; removed: refused required",
          by="W4U-064 W4U-065"),
     says("no-join-before-host: tick required", "banned: refused required", by="SEN-023"),
     says("no-join-before-host: tick when_possible; removed-cannot-rejoin: tick when_possible; "
          "removed: reason when_possible", by="VOL-018 VOL-019"),
     f"no-join-before-host: own tick when_possible; removed-cannot-rejoin: own tick when_possible; {OWN_BACK}",
     says("no-join-before-host: tick required; removed-cannot-rejoin: own tick when_possible", by="STJ-044")),
    (18, "Where participants sit", ask.where_they_sit,
     says("your camera does not show other people at home", by="W4U-105"),
     says("people cannot easily hear you or see your screen", by="SEN-034"),
     says("do not join from a bedroom", by="VOL-028"), "silent",
     says("where other people at home can see you. Not in a bedroom or behind a closed door", by="STJ-027")),
    (19, "Staff background and dress", ask.staff_background,
     says("which part of your home people will see", "fit to be shown to the group", "Manage your own space",
          by="W4U-139 W4U-171 W4U-177"),
     says("Sit where you cannot easily be overheard or overlooked", by="SEN-034"),
     says("-", "No videos from bedrooms, staff included", by="VOL-028"),
     says("hoodie or T-shirt", "If that is not possible, dress appropriately", "plain, clear wall", "Nothing personal",
          by="JAM-074 JAM-075 JAM-069 JAM-068"),
     says("against a background that is neutral or otherwise appropriate", by="STJ-046")),
    (20, "How the meeting ends", ask.the_end,
     says("induction: tick required: Induction: conduct, length, basics, joining", by="W4U-098"),
     says("saved the transcript of the group chat", by="SEN-029"), "induction: free",
     says("lead worker ends the session or removes participants", by="JAM-094"),
     says("platform is closed for everybody", by="STJ-056")),
    (21, "Who stays afterwards", ask.who_stays, "silent", "silent", "silent",
     says("workers_leave_last", "after the workers have gone", "stay online to debrief and evaluate. (_when possible_)",
          by="JAM-095 JAM-096"),
     says("facilitators_only", "Ask nobody but facilitators to stay on for a talk alone", by="STJ-057")),
    (22, "One-to-one online", ask.one_to_one,
     says("not-alone: free; one-to-one-vital: free; adult-nearby: free; colleague: free",
          "access-concern: refused required: The concern about joining online", by="W4U-010 W4U-159 W4U-085"),
     says("not-alone: free; one-to-one-vital: free; adult-nearby: free; colleague: free", by="SEN-003"),
     says("one-to-one-vital: reason required; adult-nearby: tick required; colleague: reason when_possible",
          by="VOL-026 VOL-025"),
     says("not-alone: free; one-to-one-vital: free", "individual-sessions: refused required", by="JAM-092"),
     says("not-alone: reason required", by="STJ-057")),
    (23, "Co-worker", ask.co_worker,
     says(NO_STAFF_NUMBER, by="W4U-128"), says(NO_STAFF_NUMBER, by="SEN-014"),
     says("two-workers: free", "colleague: reason when_possible", by="VOL-025"),
     says("two-workers: reason when_possible", "1 of 2 workers", "roles: reason required", by="JAM-065 JAM-066"),
     says("two-workers: free; account-holders: refused required", "0 of 2 people", by="STJ-013")),
    (24, "Sensitive matters by video", ask.sensitive,
     says("sensitive: free", by=""), says("sensitive: free", "'one to one', 'appeal', 'tribunal'", by="SEN-003"),
     says("sensitive: free", by=""), says("sensitive: free", by=""),
     says("sensitive: refused required", by="STJ-021")),
    (25, "Staff accounts and numbers", ask.accounts,
     says("work_only; work-accounts: refused required", by="W4U-138"),
     says("host_email; work-accounts: free", "address: refused required", by="SEN-021"),
     says("organisation_only; work-accounts: refused required", by="VOL-046"),
     says("work_preferred; work-accounts: reason when_possible", by="JAM-051 JAM-050"),
     says("shared_account; work-accounts: refused required", by="STJ-012 STJ-018")),
    (26, "Platform", ask.platform,
     says("zoom: met; teams: reason when_possible", by="W4U-002"),
     says("zoom: reason required; teams: reason required", "zoom, checked, from 16: met", by="SEN-007 SEN-047"),
     says("zoom: reason advice; teams: reason advice; youtube: reason advice", by="VOL-014 VOL-027"),
     says("zoom: tick required", "zoom, checked, from 16: refused required", by="JAM-042"),
     says("zoom: met; teams: refused required", by="STJ-009")),
    (27, "Social media with clients", ask.social_media,
     says("agreed_email; work_only", "WhatsApp. We do not", by="W4U-143"),
     says("never shared on social media", by="SEN-022"),
     says("organisation_accounts; organisation_only", by="VOL-046"),
     says("a personal contact or friend of a young person", "WhatsApp, Messenger, Instagram", by="JAM-005 JAM-042"),
     says("social-media: tick required; social-media-scope: tick reminder", by="STJ-019 STJ-020")),
    (28, "Working hours and replies", ask.hours, NO_HOURS, NO_HOURS, NO_HOURS,
     says("working-hours: reason required", "cannot answer calls and texts straight away", "In an emergency, call 999",
          by="JAM-046 JAM-048 JAM-049"),
     says("working-hours: free", "picked up when somebody is ill or away", by="STJ-016")),
    (29, "Training", ask.training,
     says("internet-safety: tick required: Training: Internet Safety course, for all staff",
          "getting-started: tick reminder: Training: Zoom getting-started", by="W4U-172 W4U-110"), "free",
     says("tick advice: Training: Safeguarding, with the changes", "tick advice: Training: Applying the code",
          by="VOL-042 VOL-049"),
     says("training-platform: tick required: Training: Knows the platform", by="JAM-088"),
     says("confident: tick required: Training: Confident and competent", by="STJ-011")),
    (30, "Purpose, plan, approval", ask.purpose, NO_PURPOSE, NO_PURPOSE,
     says("purpose: reason required; purpose-approved: tick required", "The team knows how and when",
          by="VOL-011 VOL-012 VOL-013"),
     says("purpose: reason required; purpose-approved: free", "planned and has a structure", "Staff met beforehand",
          by="JAM-064 JAM-071 JAM-070"),
     says("purpose: reason required", "What the meeting is for:", "Who takes part:", by="STJ-025 STJ-026")),
    (31, "Age of consent", ask.age_of_consent,
     says("only 15: carer-account carer-address carer-permission carer-talk; only 16: -", by="W4U-125 W4U-082"),
     says("only 15: carer-consent; only 16: own-consent", by="SEN-018"), NO_AGE, NO_AGE,
     says("only 15: social-media; only 16: -", by="STJ-019")),
    (32, "Account an under-16 uses", ask.account_used,
     says("carer-account: tick required", by=""), "carer-account: free", "carer-account: free",
     "carer-account: free", "carer-account: free"),
    (33, "Address for an under-16's link", ask.address_of_the_link,
     says("carer-address: refused required; from 16 on carer-address: met", by="W4U-141"),
     OWN_ADDRESS, OWN_ADDRESS, OWN_ADDRESS,
     says("carer-address: refused required; from 16 on carer-address: refused required", by="STJ-029")),
    (34, "Supervision", ask.supervision,
     says("host-is-staff: refused required", by="W4U-126"),
     says("supervision: tick advice: Supervision suits the", by="SEN-020"),
     says("adult-nearby: tick required", by="VOL-026"), says("closely enough to see what is typed", by="JAM-002"),
     says("takes part where others at home can see them", by="STJ-027")),
    (35, "When the link is sent", ask.when_sent,
     says("day_before; link-day: reason required; registered: tick required", by="W4U-142"),
     says("after_agreement; link-day: free", by="SEN-044"), ANY_DAY, ANY_DAY,
     says("after_registration; link-day: free; registered: tick required", by="STJ-028")),
    (36, "Consent before receiving the link", ask.before_the_link,
     says("agreement-asked: tick reminder", "carer-talk", "registered", by=""),
     says("rules_before_link in 2", "rules-agreed", by="SEN-044"),
     "silent in 1; agreement-asked: free; consent: free; withheld: -",
     says("consent: tick required", "child-protection consent", by="JAM-053"),
     says("rules_with_link in 1", "consent: free; withheld: registered", by="STJ-032 STJ-031")),
    (37, "If someone does not agree", ask.no_agreement,
     says("agreement: refused required; rules-agreed: free", by="W4U-101"),
     says("agreement: free; rules-agreed: tick required", by="SEN-044"), GOES_ON, GOES_ON, GOES_ON),
    (38, "What the rules contain", ask.rules,
     says("participation contract", "only things that are right for the group", "Do not post phone numbers",
          "other people at home", "Do not film", "W4U-148", by="W4U-103 W4U-104 W4U-105 W4U-107"),
     says("Our house rules", "house_rules", "SEN-042", by="SEN-042"),
     says("what behaviour we expect from you", "what stays private", by="VOL-029 VOL-044"),
     says("others say in the group private", "Respect each other", "Welcome new members",
          "in the way we agreed is right", by="JAM-079 JAM-080 JAM-081 JAM-082"),
     says("a. Speaking", "b. On screen", "c. Others: be friendly", "d. Leaving", "e. Lost the internet", "f. Respect",
          "g. Worried", by="STJ-033 STJ-034 STJ-035 STJ-036 STJ-037 STJ-038 STJ-039")),
    (39, "Rules repeated", ask.rules_repeated,
     says("aloud_each_session", "Everybody agrees to it aloud. (*must*)", by="W4U-100"),
     says("before_link", "Send out the house rules before the meeting.", by="SEN-043"),
     says("shared", "Say what behaviour is expected, of participants and of staff and volunteers.", by="VOL-029"),
     says("made_together", "Go over the ground rules again.", by="JAM-083"),
     says("sent_and_reminded", "Remind everybody of the agreed rules of participation.", by="STJ-047")),
    (40, "Channel and recipients of the link", ask.channel,
     says("by agreed_email; address: refused required", by="W4U-143"),
     says("by email; address: refused required", by="SEN-021"), says("by organisation_accounts", by="VOL-046"),
     says("by through_staff", "through-staff: refused required", by="JAM-072"),
     says("by email; address: refused required; carer-address: refused required", by="STJ-029")),
    (41, "Public sharing", ask.public_sharing,
     says("True - Do not share the link or the meeting ID with anybody", by="W4U-057"),
     says("True", "never shared on social media", by="SEN-022"), "silent",
     says("True", "not shared publicly", by="JAM-073"), "silent"),
    (42, "Who may be on the list", ask.who_is_listed,
     says("invited", "on-list: refused required; registered: tick required: Registration data", by="W4U-078 W4U-075"),
     says("silent", "Professional, parent or carer, child or young person", by="SEN-016"),
     "silent; known: free; on-list: own reason when_possible; registered: free",
     says("known; known: tick when_possible", "on-list: reason when_possible", by="JAM-090 JAM-091"),
     says("registered; known", "on-list: refused required; registered: tick required: Logged", by="STJ-028 STJ-044")),
    (43, "Group size", ask.group_size,
     says("group-size: refused required", by="W4U-183"), says(OWN_SIZE, by=""),
     says("group-size: own reason when_possible; group-size-considered: reason advice", by="VOL-024"),
     says(OWN_SIZE, by=""), says(OWN_SIZE, "('group',)", by="STJ-052")),
    (44, "Photos and media consent", ask.photos,
     says("Do not film or take pictures of the session", by="W4U-107"), "media-consent: free", "media-consent: free",
     says("media-consent: tick reminder", "Photos only of people who gave media consent", by="JAM-020"),
     says("Pictures are taken only in line with the GDPR (2016)", by="STJ-043")),
    (45, "Attendance record", ask.attendance,
     says("silent; asked on no card", "Who recognised and let in each person `W4U-089`",
          "Agreed aloud to the contract `W4U-100`", "Kept out for not agreeing `W4U-101`",
          by="W4U-089 W4U-100 W4U-101"),
     says("silent; asked on no card", "Professional, parent or carer, child or young person `SEN-016`", by="SEN-016"),
     says("required", "Record the time of the session and the attendance. (*must*)", by="VOL-030 VOL-031"),
     says("required", "Record the date and the attendances. (*must*)", "Session notes are recorded. `JAM-097`",
          by="JAM-098 JAM-097"),
     says("silent; asked on no card", "Who wanted to attend, with their details `STJ-028`", by="STJ-028")),
    (46, "Sanctions", ask.sanctions,
     says("Content taken down, or posting blocked > Asked to leave the meeting > Removed by the host",
          "say why they had to leave. `W4U-150`", "Do follow-up work with the person, and support them. `W4U-151`",
          by="W4U-155 W4U-149 W4U-150 W4U-151"),
     says("Removed from the session > Banned", "Banned `SEN-033`", by="SEN-033"),
     says(OWN_LADDER, "Behaviour was not what we expect `VOL-029`", by="VOL-029"),
     says("Reminded of the ground rules > Warned > Removed from the session > Place at JAMES at risk, or police",
          "Warned `JAM-086`", by="JAM-085 JAM-086 JAM-087 JAM-103 JAM-104"),
     says(OWN_LADDER, "as the school's policies and procedures say. `STJ-055`", by="STJ-055")),
    (47, "Incident record and route", ask.incident_route, NO_INCIDENT_RULES, NO_INCIDENT_RULES, NO_INCIDENT_RULES,
     says("confidential True", "inappropriate use by others. `JAM-033`", by="JAM-033 JAM-034"),
     says("recorded True", "follows the school's policies and procedures. `STJ-055`",
          "if there is an enquiry. `STJ-014`", by="STJ-054 STJ-055 STJ-014")),
    (48, "Safeguarding concern", ask.concern,
     says("Follow the Child Protection guidance", "outside the sessions too. `W4U-160`", by="W4U-160"), OWN_CONCERN,
     says("follow the organisation's safeguarding procedure. `VOL-009, VOL-041`",
          "only because their welfare gives cause for concern. `VOL-045`", by="VOL-009 VOL-041 VOL-045"),
     says("Report to the Designated Safeguarding Lead. `JAM-060`", "usual safeguarding process and policy. `JAM-093`",
          "ask open questions that do not lead. `JAM-059`", "First Response, Police, Children's Social Care or",
          by="JAM-060 JAM-093 JAM-059 JAM-063"),
     says("Follow the normal safeguarding procedures, as ever. `STJ-003`", "for their wellbeing. `STJ-004`",
          by="STJ-003 STJ-004")),
    (49, "Risk assessment", ask.risk_assessment,
     says("checklist: refused required", by="W4U-118"), OWN_CHECKLIST,
     says("risk-assessment: reason advice", by="VOL-006"),
     says("checklist: reason advice", "assessment: refused required", by="JAM-055"), OWN_CHECKLIST),
    (50, "Debrief, notes, feedback", ask.afterwards,
     says("feedback True; Ask participants to e-mail their feedback and ideas.", by="W4U-168"),
     NO_RECORDS, NO_RECORDS,
     says("debrief True; notes True", "debrief and evaluate. (_when possible_)", "Record the session notes. (*must*)",
          by="JAM-096 JAM-097"), NO_RECORDS),
    (51, "Retention period", ask.retention, OWN_RETENTION,
     says(OWN_RETENTION, "stored or destroyed by GDPR-compliant means", by="SEN-030"),
     says("kept_for retention", by=""), OWN_RETENTION, says("recording_kept_for retention", by="")),
    (52, "Data roles", ask.data_roles,
     says("The council has to comply with it. `W4U-006`", by="W4U-006"),
     says("The host is the data controller. `SEN-045`", "is the data processor. `SEN-046`", by="SEN-045 SEN-046"),
     says("subject access request `VOL-040`", "- You, or your parents, can ask to see what we hold about you.",
          by="VOL-040"),
     says("equipment belongs to JAMES. `JAM-028`", by="JAM-028"),
     says("stored securely in one place. `STJ-017`", by="STJ-017")),
    (53, "Induction", ask.induction,
     says("induction seen-by-others", by=""), "-", "-",
     says("child-protection consent individual-sessions", by=""),
     says("We use [platform]", "How to get the app", "What you should know", by="STJ-022 STJ-023 STJ-024")),
    (54, "Review and status", ask.status,
     says("interim; review None", by="W4U-004"),
     says("review 2021-09-30, passed", "Version V.01", by="SEN-049 SEN-001"),
     says("advice", "Dated 3 April 2020", "Updated on 16 April", by="VOL-002 VOL-003"),
     says("Issued in December 2011, amended in June 2020", "updated in January 2023", by="JAM-113"),
     says("silent; review None, not passed", by="")),
)  # fmt: skip


def cells() -> Iterator[ParameterSet]:
    """Each cell of the table with the clauses that it shows."""
    for number, name, probe, *expected in TOPICS:
        for pack, cell in zip(PACK_NAMES, expected, strict=True):
            clauses = cell.clauses if isinstance(cell, Says) else ()
            marks = [pytest.mark.clause(*clauses)] if clauses else []
            yield pytest.param(probe, pack, cell, id=f"{number}-{name}-{pack}".replace(" ", "_"), marks=marks)


@pytest.mark.parametrize(("probe", "name", "expected"), list(cells()))
def test_each_pack_does_what_its_document_says(probe: Probe, name: str, expected: Cell) -> None:
    answer = probe(load_pack(name))

    if isinstance(expected, str):
        assert answer == expected
    else:
        assert [phrase for phrase in expected.phrases if phrase not in answer] == []


def test_the_table_has_every_topic_once() -> None:
    assert [number for number, *_ in TOPICS] == list(range(1, 55))
