"""The keys: AES-256-GCM with several at once, keyed seals, and a keyed index for look-ups.

A stored value is: one byte key id, twelve bytes nonce, ciphertext with tag. The additional data binds a value to
where it belongs. A keyed seal or index is: one byte key id, 32 bytes HMAC-SHA256 under a key derived for its purpose.
"""

import hmac
import os
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

_NONCE = 12
_INDEX = "blind index"


class KeyProblem(ValueError):
    """The encryption keys are missing or malformed; the message says how to mend it."""


class Unreadable(Exception):
    """A stored value cannot be decrypted: its key is gone, or it was altered or moved."""


@lru_cache(maxsize=2048)
def derived(key: bytes, purpose: str) -> bytes:
    """The key for one purpose, made from one of the keys."""
    return HKDFExpand(SHA256(), 32, purpose.encode()).derive(key)


@dataclass(frozen=True)
class Keyring:
    """The keys in use, newest first. The newest seals; all open."""

    keys: tuple[tuple[int, bytes], ...] = field(repr=False)

    @cached_property
    def _ciphers(self) -> dict[int, AESGCM]:
        """What each key opens and seals with, by its id."""
        return {name: AESGCM(key) for name, key in self.keys}

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

    @property
    def newest(self) -> int:
        """The id of the key that seals."""
        return self.keys[0][0]

    def get(self, key_id: int) -> bytes | None:
        """The key of this id, if it is loaded."""
        return next((key for name, key in self.keys if name == key_id), None)

    def seal(self, text: str, context: str) -> bytes:
        """Encrypt text, bound to its context (where it will be kept)."""
        key_id = self.newest
        nonce = os.urandom(_NONCE)
        return bytes([key_id]) + nonce + self._ciphers[key_id].encrypt(nonce, text.encode(), context.encode())

    def open(self, sealed: bytes, context: str) -> str:
        """Decrypt what `seal` made for the same context. Raises Unreadable."""
        cipher = self._ciphers.get(sealed[0]) if sealed else None
        if cipher is None:
            raise Unreadable("no key with this value's id is loaded")
        try:
            plain = cipher.decrypt(sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :], context.encode())
        except (InvalidTag, ValueError):
            raise Unreadable("the value was altered, moved, or sealed with another key") from None
        return plain.decode()

    def mac(self, purpose: str, message: str) -> bytes:
        """A keyed seal of a message, under the newest key; `fits` checks it."""
        key_id, key = self.keys[0]
        return bytes([key_id]) + hmac.digest(derived(key, purpose), message.encode(), "sha256")

    def fits(self, purpose: str, message: str, seal: bytes) -> bool:
        """Whether `mac` made this seal for this message, with any of the keys."""
        key = self.get(seal[0]) if seal else None
        if key is None:
            return False
        return hmac.compare_digest(bytes(seal[1:]), hmac.digest(derived(key, purpose), message.encode(), "sha256"))

    def blind_index(self, value: str) -> bytes:
        """A keyed fingerprint of a look-up value such as an e-mail address, case and spaces ignored."""
        return self.mac(_INDEX, value.strip().casefold())

    def blind_indexes(self, value: str) -> tuple[bytes, ...]:
        """Every fingerprint under which a value may be stored: one for each key."""
        plain = value.strip().casefold()
        found = [Keyring((pair,)).mac(_INDEX, plain) for pair in self.keys]
        if _Holder.unbound:
            # Until they are made anew, indexes have the oldest key and no id of it.
            found.append(found[-1][1:])
        return tuple(found)


class _Holder:
    """Where the models find the process's keys; set once by the composition root."""

    ring: Keyring | None = None
    unbound: bool = False


def use_keyring(ring: Keyring) -> None:
    """Set the process's keyring."""
    _Holder.ring = ring


def keyring() -> Keyring:
    """The process's keyring. Raises KeyProblem when none was set."""
    if _Holder.ring is None:
        raise KeyProblem("no encryption keys are loaded")
    return _Holder.ring


def unbound() -> bool:
    """Whether values that are not bound to their row yet are still accepted: only while they are being sealed anew."""
    return _Holder.unbound


def accept_unbound(accept: bool) -> None:
    """Accept what an earlier version sealed, values bound to their column only and rows with no seal, or no longer."""
    _Holder.unbound = accept
