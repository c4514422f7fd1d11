"""Case codes: words that only the reporter holds, and what they stretch to."""

import hashlib
import hmac
import secrets
import unicodedata
from dataclasses import dataclass, field

from argon2.low_level import Type, hash_secret_raw
from mnemonic import Mnemonic

from bot.ids import CaseCode, Lookup
from bot.vault.sealing import Identity, identity_from

WORDS = 8
BITS_PER_WORD = 11
"""Eight words of the BIP 39 list: 88 bits, so guessing is hopeless even without the stretching below."""


@dataclass(frozen=True, slots=True)
class Stretching:
    """The cost of Argon2id: passes, and memory in KiB. The default is OWASP's first choice of 2024."""

    passes: int = 2
    memory: int = 19 * 1024


@dataclass(frozen=True, slots=True)
class Reporter:
    """All that a case code gives: where the case is, and the key that opens replies."""

    lookup: Lookup
    identity: Identity = field(repr=False)

    @property
    def key(self) -> str:
        """Return the age recipient that replies are sealed to."""
        return str(self.identity.to_public())


class Codes:
    """Make case codes and stretch them. Nothing here is ever stored but the lookup."""

    def __init__(self, secret: bytes, stretching: Stretching = Stretching()) -> None:
        self._secret = secret
        self._stretching = stretching
        self._words = Mnemonic("english").wordlist

    def code_for(self, token: str) -> CaseCode:
        """Return the code for the token of one form.

        The same form submitted twice, even across a restart, gives the same code and so the same case. The
        token alone does not give the code: it takes the server's secret as well.
        """
        bits = int.from_bytes(self._derive("code", token.encode(errors="replace")), "big")
        words = []
        for _ in range(WORDS):
            bits, index = divmod(bits, 1 << BITS_PER_WORD)
            words.append(self._words[index])
        return CaseCode(" ".join(words))

    def stretch(self, typed: str) -> Reporter:
        """Turn a code, as typed, into a lookup and a key.

        Takes the same time for a right, a wrong and an empty code. Slow on purpose: call it in a thread.
        """
        code = " ".join(unicodedata.normalize("NFKD", typed).casefold().replace("-", " ").split())
        stretched = hash_secret_raw(
            code.encode(errors="replace"),
            self._derive("salt", b"")[:16],
            time_cost=self._stretching.passes,
            memory_cost=self._stretching.memory,
            parallelism=1,
            hash_len=64,
            type=Type.ID,
        )
        return Reporter(Lookup(stretched[:32]), identity_from(stretched[32:]))

    def pass_for(self, purpose: str, lookup: Lookup) -> str:
        """Return a short proof, for a button or a form, that its holder once showed the case code."""
        return self._derive(f"pass {purpose}", lookup).hex()[:24]

    def is_pass(self, given: str, purpose: str, lookup: Lookup) -> bool:
        """Check such a proof."""
        return hmac.compare_digest(given.encode(errors="replace"), self.pass_for(purpose, lookup).encode())

    def answer_id(self, token: str) -> bytes:
        """Return the key under which one submitted answer is stored, the same however often it comes."""
        return self._derive("answer", token.encode(errors="replace"))[:16]

    def _derive(self, purpose: str, text: bytes) -> bytes:
        return hmac.digest(self._secret, purpose.encode() + b"\0" + text, hashlib.sha256)


def new_token() -> str:
    """Return 128 random bits for one form, 22 characters long."""
    return secrets.token_urlsafe(16)
