"""Encryption at rest: AES-256-GCM with several keys at once, and a keyed index for look-ups.

A stored value is: one byte key id, twelve bytes nonce, ciphertext with tag. The additional data
binds a value to where it belongs, so that it cannot be moved to another column or record.
"""

import hashlib
import hmac
import os
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from sqlalchemy import Dialect, LargeBinary
from sqlalchemy.types import TypeDecorator

_NONCE = 12


class KeyProblem(ValueError):
    """The encryption keys are missing or malformed; the message says how to mend it."""


class Unreadable(Exception):
    """A stored value cannot be decrypted: its key is gone, or it was altered or moved."""


@dataclass(frozen=True)
class Keyring:
    """The keys in use, newest first. The newest encrypts; all decrypt."""

    keys: tuple[tuple[int, bytes], ...] = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> "Keyring":
        """Read `id:base64` pairs separated by commas or spaces, newest first.

        Ids are whole numbers from 0 to 255; keys are 32 bytes. Raises KeyProblem.
        """
        keys: list[tuple[int, bytes]] = []
        for part in text.replace(",", " ").split():
            name, _, encoded = part.partition(":")
            if not name.isdigit() or not 0 <= int(name) <= 255:
                raise KeyProblem("FACILITATOR_KEYS: each pair is id:base64 with an id from 0 to 255.")
            try:
                raw = b64decode(encoded, validate=True)
            except ValueError:
                raise KeyProblem(f"FACILITATOR_KEYS: key {name} is not valid base64.") from None
            if len(raw) != 32:
                raise KeyProblem(f"FACILITATOR_KEYS: key {name} has {len(raw)} bytes; it needs 32.")
            keys.append((int(name), raw))
        if not keys:
            raise KeyProblem(
                "FACILITATOR_KEYS is missing. Make one with `python -m bot keys new` and keep a copy somewhere safe."
            )
        if len({name for name, _ in keys}) != len(keys):
            raise KeyProblem("FACILITATOR_KEYS: two keys have the same id.")
        return cls(tuple(keys))

    @classmethod
    def generate(cls, key_id: int = 1) -> str:
        """A new `id:base64` pair, as FACILITATOR_KEYS wants it."""
        return f"{key_id}:{b64encode(os.urandom(32)).decode()}"

    def seal(self, text: str, context: str) -> bytes:
        """Encrypt text, bound to its context (where it will be kept)."""
        key_id, key = self.keys[0]
        nonce = os.urandom(_NONCE)
        return bytes([key_id]) + nonce + AESGCM(key).encrypt(nonce, text.encode(), context.encode())

    def open(self, sealed: bytes, context: str) -> str:
        """Decrypt what `seal` made for the same context. Raises Unreadable."""
        key = dict(self.keys).get(sealed[0]) if sealed else None
        if key is None:
            raise Unreadable("no key with this value's id is loaded")
        try:
            plain = AESGCM(key).decrypt(sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :], context.encode())
        except InvalidTag:
            raise Unreadable("the value was altered, moved, or sealed with another key") from None
        return plain.decode()

    def blind_index(self, value: str) -> bytes:
        """A keyed fingerprint of a look-up value such as an e-mail address, case and spaces ignored."""
        key = HKDFExpand(SHA256(), 32, b"blind index").derive(self.keys[-1][1])
        return hmac.new(key, value.strip().casefold().encode(), hashlib.sha256).digest()


class _Holder:
    """Where the encrypting column type finds the process's keyring; set once by the composition root."""

    ring: Keyring | None = None


def use_keyring(ring: Keyring) -> None:
    """Set the process's keyring."""
    _Holder.ring = ring


def keyring() -> Keyring:
    """The process's keyring. Raises KeyProblem when none was set."""
    if _Holder.ring is None:
        raise KeyProblem("no encryption keys are loaded")
    return _Holder.ring


class Encrypted(TypeDecorator[str]):
    """A text column kept encrypted, bound to its table and column."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, place: str) -> None:
        """`place` is `table.column`."""
        super().__init__()
        self.place = place

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return None if value is None else keyring().seal(value, self.place)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        return None if value is None else keyring().open(bytes(value), self.place)


def seal_field(record: UUID, name: str, text: str) -> bytes:
    """Encrypt one field of one record (concern and incident texts)."""
    return keyring().seal(text, f"{record.hex}.{name}")


def open_field(record: UUID, name: str, sealed: bytes) -> str:
    """Decrypt what `seal_field` made. Raises Unreadable."""
    return keyring().open(bytes(sealed), f"{record.hex}.{name}")
