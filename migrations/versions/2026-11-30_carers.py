"""carers as people of their own, each of one participant or of several, in place of a participant's carer's address

Children of one team whose carers had the same address have one carer now: brothers and sisters, most often. Back again,
the address of the first carer is the participant's; names, telephones and who else there is have no place there.
"""

import uuid

import sqlalchemy as sa
from alembic import op

from db.crypto import Unreadable, keyring

revision = "b95e21d7f8a4"
down_revision = "a83d52e6f1b7"
branch_labels = None
depends_on = None

_AT_ONCE = 1000


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "carers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.Column("email", sa.LargeBinary(), nullable=True),
        sa.Column("email_index", sa.LargeBinary(), nullable=True),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("added_by", sa.String(length=200), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_carers_organisation_id_organisations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_carers")),
    )
    op.create_index("ix_carers_email", "carers", ["organisation_id", "email_index"])
    op.create_table(
        "carers_of",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("carer_id", sa.Uuid(), nullable=False),
        sa.Column("relation", sa.LargeBinary(), nullable=True),
        sa.Column("may_consent", sa.Boolean(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["carer_id"], ["carers.id"], name=op.f("fk_carers_of_carer_id_carers")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_carers_of_organisation_id_organisations")
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participants.id"], name=op.f("fk_carers_of_participant_id_participants")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_carers_of")),
        sa.UniqueConstraint("participant_id", "carer_id", name=op.f("uq_carers_of_participant_id_carer_id")),
    )
    op.create_index(op.f("ix_carers_of_carer_id"), "carers_of", ["carer_id"])
    _out_of_participants()
    op.drop_column("participants", "email_is_carers")


def downgrade() -> None:
    """Take the change back."""
    op.add_column("participants", sa.Column("email_is_carers", sa.Boolean(), nullable=False, server_default=sa.false()))
    _into_participants()
    op.drop_table("carers_of")
    op.drop_table("carers")


_PARTICIPANTS = sa.table(
    "participants",
    sa.column("id", sa.Uuid()),
    sa.column("organisation_id", sa.Uuid()),
    sa.column("email", sa.LargeBinary()),
    sa.column("email_index", sa.LargeBinary()),
    sa.column("email_is_carers", sa.Boolean()),
    sa.column("added_by", sa.String()),
    sa.column("added_at", sa.DateTime(timezone=True)),
)
_CARERS = sa.table(
    "carers",
    sa.column("id", sa.Uuid()),
    sa.column("organisation_id", sa.Uuid()),
    sa.column("email", sa.LargeBinary()),
    sa.column("email_index", sa.LargeBinary()),
    sa.column("added_by", sa.String()),
    sa.column("added_at", sa.DateTime(timezone=True)),
)
_CARERS_OF = sa.table(
    "carers_of",
    sa.column("id", sa.Uuid()),
    sa.column("organisation_id", sa.Uuid()),
    sa.column("participant_id", sa.Uuid()),
    sa.column("carer_id", sa.Uuid()),
    sa.column("may_consent", sa.Boolean()),
    sa.column("place", sa.Integer()),
)


def _out_of_participants() -> None:
    """Each address that is a carer's becomes a carer's own, one for all children of one team who have it."""
    connection, last = op.get_bind(), None
    known: dict[tuple[object, ...], uuid.UUID] = {}
    while True:
        query = sa.select(_PARTICIPANTS).where(
            _PARTICIPANTS.c.email_is_carers.is_(True), _PARTICIPANTS.c.email.is_not(None)
        )
        query = query.order_by(_PARTICIPANTS.c.id).limit(_AT_ONCE)
        rows = connection.execute(query if last is None else query.where(_PARTICIPANTS.c.id > last)).all()
        if not rows:
            break
        carers, links = [], []
        for one in rows:
            key = (one.organisation_id, one.added_by, bytes(one.email_index) if one.email_index else one.id)
            carer = known.get(key)
            if carer is None:
                carer = known[key] = uuid.uuid4()
                email = _moved(one.email, ("participants", one.id), ("carers", carer), one.organisation_id)
                carers.append(
                    {
                        "id": carer,
                        "organisation_id": one.organisation_id,
                        "email": email,
                        "email_index": one.email_index,
                        "added_by": one.added_by,
                        "added_at": one.added_at,
                    }
                )
            links.append(
                {
                    "id": uuid.uuid4(),
                    "organisation_id": one.organisation_id,
                    "participant_id": one.id,
                    "carer_id": carer,
                    "may_consent": True,
                    "place": 0,
                }
            )
        if carers:
            connection.execute(sa.insert(_CARERS), carers)
        connection.execute(sa.insert(_CARERS_OF), links)
        last = rows[-1].id
    connection.execute(
        sa.update(_PARTICIPANTS).where(_PARTICIPANTS.c.email_is_carers.is_(True)).values(email=None, email_index=None)
    )


def _into_participants() -> None:
    """The address of the first carer who may consent becomes the participant's, said to be a carer's."""
    connection = op.get_bind()
    both = sa.join(_CARERS_OF, _CARERS, _CARERS.c.id == _CARERS_OF.c.carer_id)
    query = (
        sa.select(_CARERS_OF.c.participant_id, _CARERS)
        .select_from(both)
        .where(_CARERS.c.email.is_not(None), _CARERS_OF.c.may_consent.is_(True))
        .order_by(_CARERS_OF.c.participant_id, _CARERS_OF.c.place.desc())
    )
    # Of several the last one of the order, who is the first, stays.
    found = {one.participant_id: one for one in connection.execute(query)}
    changes = [
        {
            "participant": participant,
            "sealed": _moved(one.email, ("carers", one.id), ("participants", participant), one.organisation_id),
            "index": one.email_index,
        }
        for participant, one in found.items()
    ]
    if changes:
        connection.execute(
            sa.update(_PARTICIPANTS)
            .where(_PARTICIPANTS.c.id == sa.bindparam("participant"))
            .values(email=sa.bindparam("sealed"), email_index=sa.bindparam("index"), email_is_carers=True),
            changes,
        )


def _moved(
    sealed: bytes, before: tuple[str, uuid.UUID], after: tuple[str, uuid.UUID], organisation: uuid.UUID
) -> bytes:
    """An address sealed for another row; one that cannot be opened is kept as it is, and stays so."""
    for bound in (f"|{before[1].hex}|{organisation.hex}", ""):
        try:
            words = keyring().open(bytes(sealed), f"{before[0]}.email{bound}")
        except Unreadable:
            continue
        return keyring().seal(words, f"{after[0]}.email|{after[1].hex}|{organisation.hex}")
    return bytes(sealed)
