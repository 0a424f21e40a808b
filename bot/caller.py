"""The member of staff behind a request, as services know them."""

from dataclasses import dataclass
from uuid import UUID

from db.models import Organisation, Role

_PAGE = "page:"


def by_page(slack_id: str) -> bool:
    """Whether somebody without an account said it on their own page."""
    return slack_id.startswith(_PAGE)


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

    @classmethod
    def on_page(cls, organisation: Organisation, who: str, record: UUID) -> "Caller":
        """A family that answers on its page: `who` says whether it is the carer or the participant, of this record.
        They hold no role."""
        return cls(organisation, f"{_PAGE}{who}:{record.hex}", "", frozenset())
