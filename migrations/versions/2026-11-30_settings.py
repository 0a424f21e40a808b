"""a setting that was ticked on a checklist or in a reminder becomes the one fact that is asked for everywhere

Of a setting the newest that was said counts, wherever it was said. Two kinds of ticks never met a requirement of their
own and do not begin to: that the Record button is off, said on a checklist (it passed for participants who cannot
record), and measures whose setting no provider has by that name. They are taken over for meetings that are over, so
that what was done there stays to be read; before a meeting they are asked for once more. Back again nothing changes:
what was said stands where it was looked for first.
"""

import sqlalchemy as sa
from alembic import op

revision = "c02f6a9b18d3"
down_revision = "e7c41b90d2a6"
branch_labels = None
depends_on = None

_FIRST = "checklist:setting:"
_MEASURES = {
    "checklist:setting:no_recording": "gate:no-recording",
    "checklist:w4u-04-b": "gate:participant-recording-off",
    "checklist:w4u-08-d": "gate:links-off",
    "checklist:sen-05-b": "gate:participant-recording-off",
    "checklist:stj-06-e": "gate:chat-to-host-only",
}
_OVER = "scope_id IN (SELECT id FROM meetings WHERE state IN ('ended', 'closed', 'cancelled'))"


def upgrade() -> None:
    """Apply the change."""
    for before, after in _MEASURES.items():
        over = sa.text(f"UPDATE facts SET requirement = :after WHERE requirement = :before AND {_OVER}")  # noqa: S608
        op.get_bind().execute(over, {"before": before, "after": after})
    every = sa.text(
        "UPDATE facts SET requirement = :gate || replace(substr(requirement, :begins), '_', '-') "
        "WHERE requirement LIKE :first AND requirement <> :apart"
    )
    named = {"gate": "gate:", "begins": len(_FIRST) + 1, "first": f"{_FIRST}%", "apart": f"{_FIRST}no_recording"}
    op.get_bind().execute(every, named)
    lock = sa.text("UPDATE facts SET requirement = :lock WHERE requirement LIKE :said")
    op.get_bind().execute(lock, {"lock": "gate:lock", "said": "prompt:%:lock"})


def downgrade() -> None:
    """Nothing is to be taken back: a tick of a requirement was one before as well."""
