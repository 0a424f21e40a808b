"""One module per aggregate. Importing this package makes every table known to the metadata."""

from db.models.attendance import AttendanceMark
from db.models.audit import AuditEvent, AuditHead, Mark
from db.models.carer import Carer, CarerOf
from db.models.checklist import Checklist, ChecklistPost
from db.models.concern import Concern, ConcernPost, ConcernRecipient, ConcernText
from db.models.concern_work import ConcernEntry, ConcernExport, ConcernView, EntryKind
from db.models.drill import Drill, DrillAlert
from db.models.fact import Fact, FactAnswer, HowShown, SubjectKind
from db.models.family_page import FamilyPage, PagePurpose
from db.models.group import Group, GroupMember
from db.models.incident import Incident, IncidentKind, IncidentText
from db.models.live import LiveAlarm, LiveEvent
from db.models.meeting import LONGEST, Meeting, MeetingKind, MeetingStaff, MeetingState, RetiredLink
from db.models.office import OfficeColumns
from db.models.organisation import Organisation
from db.models.participant import Participant, ParticipantKind, Registration
from db.models.prompt import HomeTab, MeetingCard, Moment
from db.models.sending import BY_MAIL, Sending, SendingRound, SendingState, Stage
from db.models.staff import Role, Staff
from db.models.work import Delivery, InboxEntry

__all__ = [
    "BY_MAIL",
    "LONGEST",
    "AttendanceMark",
    "AuditEvent",
    "AuditHead",
    "Carer",
    "CarerOf",
    "Checklist",
    "ChecklistPost",
    "Concern",
    "ConcernEntry",
    "ConcernExport",
    "ConcernPost",
    "ConcernRecipient",
    "ConcernText",
    "ConcernView",
    "Delivery",
    "Drill",
    "DrillAlert",
    "EntryKind",
    "Fact",
    "FactAnswer",
    "FamilyPage",
    "Group",
    "GroupMember",
    "HomeTab",
    "HowShown",
    "InboxEntry",
    "Incident",
    "IncidentKind",
    "IncidentText",
    "LiveAlarm",
    "LiveEvent",
    "Mark",
    "Meeting",
    "MeetingCard",
    "MeetingKind",
    "MeetingStaff",
    "MeetingState",
    "Moment",
    "OfficeColumns",
    "Organisation",
    "PagePurpose",
    "Participant",
    "ParticipantKind",
    "Registration",
    "RetiredLink",
    "Role",
    "Sending",
    "SendingRound",
    "SendingState",
    "Staff",
    "Stage",
    "SubjectKind",
]
