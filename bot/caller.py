"""The member of staff behind a request, as services know them."""

from dataclasses import dataclass
from uuid import UUID

from db.models import Organisation, Role


@dataclass(frozen=True)
class Caller:
    """A member of staff whose right to use the bot was checked for this request."""

    organisation: Organisation
    slack_id: str
    name: str
    roles: frozenset[Role]

    @property
    def organisation_id(self) -> UUID:
        """The id that every row of this organisation carries."""
        return self.organisation.id

    @property
    def zone(self) -> str:
        """The organisation's time zone."""
        return self.organisation.timezone

    def has(self, *roles: Role) -> bool:
        """Whether the caller holds any of these roles."""
        return bool(self.roles & set(roles))
