"""one table of facts in place of the ticks of meetings and those of checklists

Every tick and untick becomes a fact, under its own id. Those of a checklist keep their numbers, which a sign-off and
the messages that show it name; those of a meeting follow after them in the same order. What somebody said to the rules
of a meeting, a tick of one of two kinds, becomes one yes or no. The two never stood together: whoever changed one took
the other back before.
"""

# ruff: noqa: S608  (the statements are put together from nothing but this file's own words)

import sqlalchemy as sa
from alembic import op

from db.crypto import Unreadable, keyring

revision = "b41e7d9c0f26"
down_revision = "b91d47e6a03c"
branch_labels = None
depends_on = None

_AT_ONCE = 1000
_PERSON = "substr({0}, length({0}) - 31)"
_HEX = "replace(CAST({0} AS TEXT), '-', '')"


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "facts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("scope_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.String(length=200), nullable=False),
        sa.Column("requirement", sa.String(length=200), nullable=False),
        sa.Column("answer", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("as_manager", sa.Boolean(), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_by", sa.String(length=200), nullable=True),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_facts_organisation_id_organisations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facts")),
        sa.UniqueConstraint("scope_id", "sequence", name=op.f("uq_facts_scope_id_sequence")),
    )
    op.execute(_FROM_CHECKLISTS)
    op.execute(_FROM_MEETINGS)
    _reseal("meeting_ticks", "facts")
    op.drop_table("checklist_ticks")
    op.drop_table("meeting_ticks")


_COLUMNS = (
    "INSERT INTO facts (id, organisation_id, scope_id, sequence, subject_kind, subject_id, requirement, answer, "
    'reason, as_manager, "by", at, first_by, first_at) '
)
_FROM_CHECKLISTS = f"""
    {_COLUMNS}
    SELECT t.id, t.organisation_id, c.meeting_id, t.sequence, 'meeting', {_HEX.format("c.meeting_id")},
        'checklist:' || t.measure, CASE WHEN t.ticked THEN 'yes' ELSE 'back' END, NULL, FALSE, t."by", t.at, t.first_by,
        t.first_at
    FROM checklist_ticks t JOIN checklists c ON c.id = t.checklist_id
"""
_OF_VISIT = "(t.key LIKE 'gate:%:%' OR t.key LIKE 'agreed:%' OR t.key LIKE 'said-no:%')"
_FROM_MEETINGS = f"""
    {_COLUMNS}
    SELECT t.id, t.organisation_id, t.meeting_id,
        t.sequence + coalesce((
            SELECT max(c.sequence) FROM checklist_ticks c JOIN checklists l ON l.id = c.checklist_id
            WHERE l.meeting_id = t.meeting_id
        ), 0),
        CASE WHEN {_OF_VISIT} THEN 'visit' ELSE 'meeting' END,
        CASE WHEN {_OF_VISIT} THEN {_PERSON.format("t.key")} ELSE {_HEX.format("t.meeting_id")} END,
        CASE
            WHEN t.key LIKE 'gate:%:%' THEN substr(t.key, 1, length(t.key) - 33)
            WHEN {_OF_VISIT} THEN 'agreement'
            ELSE t.key
        END,
        CASE WHEN NOT t.ticked THEN 'back' WHEN t.key LIKE 'said-no:%' THEN 'no' ELSE 'yes' END,
        NULL, t.as_manager, t."by", t.at, NULL, NULL
    FROM meeting_ticks t
"""


def _reseal(before: str, after: str) -> None:
    """Seal the reasons for their new place; one that cannot be opened is kept as it is, and stays so."""
    old, new = _reasons(before), _reasons(after)
    change = sa.update(new).where(new.c.id == sa.bindparam("fact")).values(reason=sa.bindparam("sealed"))
    last = None
    while True:
        query = sa.select(old).where(old.c.reason.is_not(None)).order_by(old.c.id).limit(_AT_ONCE)
        rows = op.get_bind().execute(query if last is None else query.where(old.c.id > last)).all()
        if not rows:
            return
        found = []
        for one in rows:
            row = f"|{one.id.hex}|{one.organisation_id.hex}"
            found.append(
                {"fact": one.id, "sealed": _moved(bytes(one.reason), f"{before}.reason", f"{after}.reason", row)}
            )
        op.get_bind().execute(change, found)
        last = rows[-1].id


def _reasons(table: str) -> sa.TableClause:
    ids = sa.column("id", sa.Uuid()), sa.column("organisation_id", sa.Uuid())
    return sa.table(table, *ids, sa.column("reason", sa.LargeBinary()))


def _moved(sealed: bytes, before: str, after: str, row: str) -> bytes:
    """A text sealed for another place: bound to its row, as it was, or not yet."""
    for bound in (row, ""):
        try:
            return keyring().seal(keyring().open(sealed, before + bound), after + bound)
        except Unreadable:
            continue
    return sealed


def downgrade() -> None:
    """Take the change back."""
    op.create_table(
        "checklist_ticks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("checklist_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("measure", sa.String(length=200), nullable=False),
        sa.Column("ticked", sa.Boolean(), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_by", sa.String(length=200), nullable=True),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["checklist_id"], ["checklists.id"], name=op.f("fk_checklist_ticks_checklist_id_checklists")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_checklist_ticks_organisation_id_organisations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist_ticks")),
        sa.UniqueConstraint("checklist_id", "sequence", name=op.f("uq_checklist_ticks_checklist_id_sequence")),
    )
    op.create_table(
        "meeting_ticks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("ticked", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("as_manager", sa.Boolean(), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_meeting_ticks_meeting_id_meetings")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_meeting_ticks_organisation_id_organisations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_ticks")),
        sa.UniqueConstraint("meeting_id", "sequence", name=op.f("uq_meeting_ticks_meeting_id_sequence")),
    )
    op.execute(_TO_CHECKLISTS)
    op.execute(_TO_MEETINGS)
    _reseal("facts", "meeting_ticks")
    op.drop_table("facts")


_TO_CHECKLISTS = """
    INSERT INTO checklist_ticks
        (id, organisation_id, checklist_id, sequence, measure, ticked, "by", at, first_by, first_at)
    SELECT f.id, f.organisation_id, c.id, f.sequence, substr(f.requirement, 11), f.answer = 'yes', f."by", f.at,
        f.first_by, f.first_at
    FROM facts f JOIN checklists c ON c.meeting_id = f.scope_id
    WHERE f.requirement LIKE 'checklist:%'
"""
_WAS_NO = """
    coalesce((
        SELECT b.answer = 'no' FROM facts b
        WHERE b.scope_id = f.scope_id AND b.subject_id = f.subject_id AND b.requirement = f.requirement
            AND b.sequence <= f.sequence AND b.answer != 'back'
        ORDER BY b.sequence DESC LIMIT 1
    ), FALSE)
"""
_TO_MEETINGS = f"""
    INSERT INTO meeting_ticks (id, organisation_id, meeting_id, sequence, key, ticked, as_manager, "by", at)
    SELECT f.id, f.organisation_id, f.scope_id, f.sequence,
        CASE
            WHEN f.requirement = 'agreement' AND {_WAS_NO} THEN 'said-no:' || f.subject_id
            WHEN f.requirement = 'agreement' THEN 'agreed:' || f.subject_id
            WHEN f.subject_kind = 'visit' THEN f.requirement || ':' || f.subject_id
            ELSE f.requirement
        END,
        f.answer != 'back', f.as_manager, f."by", f.at
    FROM facts f
    WHERE f.requirement NOT LIKE 'checklist:%' AND f.subject_kind IN ('meeting', 'visit')
"""
