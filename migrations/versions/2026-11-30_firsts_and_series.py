"""when each participant came first, and which meetings are one series: kept instead of looked for"""

import sqlalchemy as sa
from alembic import op

from db.crypto import keyring

revision = "d70e4c19a5b8"
down_revision = "3f81c6a2e94d"
branch_labels = None
depends_on = None

_AT_ONCE = 1000


def upgrade() -> None:
    """Apply the change."""
    op.add_column("participants", sa.Column("first_there_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        """
        UPDATE participants SET first_there_at = (
            SELECT min(meetings.starts_at)
            FROM registrations
            JOIN attendance_marks ON attendance_marks.registration_id = registrations.id
                AND attendance_marks.replaced_at IS NULL AND attendance_marks.present
            JOIN meetings ON meetings.id = attendance_marks.meeting_id
            WHERE registrations.participant_id = participants.id
                AND registrations.removed_at IS NULL AND meetings.state != 'cancelled'
        )
        """
    )
    # Filled at once below; the default only bridges the moment in between.
    op.add_column("meetings", sa.Column("series", sa.LargeBinary(), nullable=False, server_default=sa.text("''")))
    _fill_series()
    op.create_index("ix_meetings_series", "meetings", ["organisation_id", "series", "starts_at"])


def _fill_series() -> None:
    meetings = sa.table(
        "meetings",
        sa.column("id", sa.Uuid()),
        sa.column("title", sa.LargeBinary()),
        sa.column("programme", sa.String()),
        sa.column("series", sa.LargeBinary()),
    )
    change = sa.update(meetings).where(meetings.c.id == sa.bindparam("meeting")).values(series=sa.bindparam("found"))
    last = None
    while True:
        query = sa.select(meetings).order_by(meetings.c.id).limit(_AT_ONCE)
        rows = op.get_bind().execute(query if last is None else query.where(meetings.c.id > last)).all()
        if not rows:
            return
        found = [{"meeting": one.id, "found": _series(bytes(one.title), one.programme)} for one in rows]
        op.get_bind().execute(change, found)
        last = rows[-1].id


def _series(title: bytes, programme: str | None) -> bytes:
    ring = keyring()
    folded = ring.open(title, "meetings.title").casefold()
    words = "".join(letter if letter.isalnum() else " " for letter in folded).split()
    return ring.blind_index(f"series {' '.join(words)} in {programme or ''}")


def downgrade() -> None:
    """Take the change back."""
    op.drop_index("ix_meetings_series", "meetings")
    op.drop_column("meetings", "series")
    op.drop_column("participants", "first_there_at")
