"""The contacts file: the phone numbers of the danger gate, readable while the database is down."""

import json
import os
import tempfile
from dataclasses import asdict, dataclass, fields
from pathlib import Path


@dataclass(frozen=True)
class Contact:
    """Somebody to telephone. `role` is lead, deputy, head or chair; `slack` their Slack id, `team` their workspace."""

    name: str
    role: str
    phone: str
    slack: str = ""
    team: str = ""


def write(path: Path, contacts: list[Contact]) -> bool:
    """Write the file whole or not at all, readable by its owner only. False when nothing changed."""
    text = json.dumps([asdict(contact) for contact in contacts], ensure_ascii=False, indent=1) + "\n"
    if path.exists() and path.read_bytes() == text.encode():
        os.chmod(path, 0o600)
        return False
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".contacts")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o600)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return True


def read(path: Path) -> list[Contact]:
    """The contacts; an empty list where the file is missing or damaged, so that 999 is still shown."""
    try:
        return [
            Contact(**{field.name: str(one.get(field.name, "")) for field in fields(Contact)})
            for one in json.loads(path.read_text(encoding="utf-8"))
            if one["name"] and one["role"] and one["phone"]
        ]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return []
