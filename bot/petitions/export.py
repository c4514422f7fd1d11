"""What a petition that was handed over looks like on paper, and the number that fixes its roll. Pure.

The roll hash is SHA-256, in hexadecimal, over these lines, joined by a line feed, in UTF-8:

    steward roll 1
    <petition id>
    <hash of the wording>
    <number of accounts counted, of all servers>
    <salt>
    <one entry for each signature of the server that hands over, sorted by code point>

An entry is the name as it was typed, cleaned; where names are sealed, the SHA-256 of the sealed name in hexadecimal;
where only the count is kept there is none. The record holds all of them, so whoever has it can work the hash out again.
The salt is random to everybody without the record: a bare hash of a few names could be found by trying names.
No tag of an account leaves the vault, not even hashed.
"""

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.papers import guarded, marked
from bot.petitions.rules import Gates, Petition, Visibility
from bot.texts import Translate

FORMAT = "steward roll 1"
MOST_BYTES = 8 * 1024 * 1024
"""What one file may hold: Discord takes ten million bytes, and a little is left for what stands around it."""

_HOW = (
    "The roll hash is the SHA-256, in hexadecimal, of these lines joined by a line feed, in UTF-8: "
    f"'{FORMAT}', petition, wording_hash, accounts, salt, and then each of entries in the order given (sorted by code "
    "point). The wording hash is the SHA-256 of the JSON of wording with sorted keys, no spaces and non-ASCII "
    "characters escaped. Both stand in the server's audit chain or on the petition's card."
)


@dataclass(frozen=True, slots=True)
class Handover:
    """A petition as it was handed over: `accounts` is exact, since no signature can be taken back any more.

    `names` and `sealed` are those of the server that hands over, as far as the petition's level gives them out.
    """

    petition: Petition
    delivered_at: datetime
    accounts: int
    salt: str = field(repr=False)
    names: Sequence[str] = field(default=(), repr=False)
    sealed: Sequence[bytes] = field(default=(), repr=False)

    @property
    def entries(self) -> list[str]:
        """Return what stands for each signature in the roll."""
        return sorted([*self.names, *(hashlib.sha256(each).hexdigest() for each in self.sealed)])

    @property
    def roll_hash(self) -> str:
        """Return what fixes the roll, as described above."""
        petition = self.petition
        lines = (FORMAT, petition.id, petition.wording.hash, str(self.accounts), self.salt, *self.entries)
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def letter(handover: Handover, t: Translate) -> str:
    """Return the petition in Markdown for whoever is asked: with names only where everybody may see them."""
    petition = handover.petition
    wording = petition.wording
    counted = t(
        "{number} accounts have signed these words. This number is exact: signatures can no longer be taken back. "
        "They are accounts on Discord, and each account counted once; Steward cannot tell how many people they are."
    )
    parts = [
        f"# {marked(wording.title)}",
        t("To: {whom}").format(whom=marked(wording.whom)),
        t("We ask:"),
        "\n".join(f"{number}. {marked(demand)}" for number, demand in enumerate(wording.demands, 1)),
        t("Why:"),
        marked(wording.why),
        "---",
        counted.format(number=handover.accounts),
        *gates_told(petition.gates, t),
        t("Handed over on {day}.").format(day=handover.delivered_at.date().isoformat()),
    ]
    if petition.terms.visibility is Visibility.PUBLIC:
        listed = "\n".join(f"- {marked(name)}" for name in alphabetical(handover.names))
        parts += [t("Signed, with the names that the signers chose:"), listed]
    parts.append(
        t("Petition {id}. SHA-256 of the words: {wording}. SHA-256 of the roll: {roll}.").format(
            id=petition.id, wording=petition.wording.hash, roll=handover.roll_hash
        )
    )
    return "\n\n".join(part for part in parts if part) + "\n"


def gates_told(gates: Gates, t: Translate) -> list[str]:
    """Say what an account had to be to sign."""
    told = []
    if gates.account_age_days:
        told.append(t("Each account was at least {days} days old when it signed.").format(days=gates.account_age_days))
    if gates.days_in_server:
        told.append(
            t("Each account had been in its server for {days} days when the petition opened.").format(
                days=gates.days_in_server
            )
        )
    if gates.role_id is not None:
        told.append(t("Each account had a role that its server gives by hand."))
    return told


def names_table(names: Iterable[str]) -> str:
    """Return names as CSV, alphabetically; none of them can act as a formula in a spreadsheet (OWASP, CSV injection).

    A cell that would start a formula gets an apostrophe in front; the record has the name as it was typed.
    """
    table = io.StringIO()
    writer = csv.writer(table, quoting=csv.QUOTE_ALL)
    writer.writerow(["name"])
    writer.writerows([guarded(name)] for name in alphabetical(names))
    return table.getvalue()


def record(handover: Handover) -> str:
    """Return everything that is needed to check the export, as JSON. It holds the names that the level gives out."""
    petition = handover.petition
    wording, gates = petition.wording, petition.gates
    told: dict[str, Any] = {
        "format": FORMAT,
        "petition": petition.id,
        "wording": {
            "title": wording.title,
            "whom": wording.whom,
            "demands": list(wording.demands),
            "why": wording.why,
        },
        "wording_hash": wording.hash,
        "names": str(petition.terms.visibility),
        "accounts": handover.accounts,
        "accounts_are": "accounts on Discord, each counted once and not people; the number is exact",
        "goal": petition.terms.threshold,
        "gates": {
            "account_age_days": gates.account_age_days,
            "days_in_server": gates.days_in_server,
            "role": gates.role_id is not None,
        },
        "delivered_on": handover.delivered_at.date().isoformat(),
        "salt": handover.salt,
        "entries": handover.entries,
        "roll_hash": handover.roll_hash,
        "how_to_check": _HOW,
    }
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


def sealed_parts(petition: Petition, sealed: Sequence[bytes], most_bytes: int = MOST_BYTES) -> list[bytes]:
    """Return sealed names as JSON files of at most about `most_bytes` each, in an order that says nothing.

    `names` in a file are what was sealed, word for word, each sealed for every two keys; see `seal_for_pairs`.
    """
    shuffled = [each.decode() for each in sorted(sealed, key=lambda each: hashlib.sha256(each).digest())]
    return [
        json.dumps({"format": "steward sealed names 1", "petition": petition.id, "names": part}, indent=0).encode()
        for part in _split(shuffled, most_bytes)
    ]


def _split(texts: Sequence[str], most_bytes: int) -> Iterator[list[str]]:
    part: list[str] = []
    size = 0
    for text in texts:
        length = len(json.dumps(text)) + 2
        if part and size + length > most_bytes:
            yield part
            part, size = [], 0
        part.append(text)
        size += length
    yield part


def alphabetical(names: Iterable[str]) -> list[str]:
    """Return names in an order that says nothing of who signed when."""
    return sorted(names, key=lambda name: (name.casefold(), name))
