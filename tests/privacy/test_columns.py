"""Every column that could hold a person or a moment is listed here with the reason why it may."""

import sqlite3
from pathlib import Path

from sqlalchemy import BigInteger, LargeBinary

from bot.database.tables import UtcDateTime, metadata
from bot.vault.engine import Vault

WIDE = {
    "guilds.id": "the server itself, which is public",
    "guilds.organizer_role_id": "a role, chosen by an administrator",
    "guilds.petitions_channel_id": "a channel, chosen by an administrator",
    "guilds.townhalls_channel_id": "a channel, chosen by an administrator",
    "guilds.digests_channel_id": "a channel, chosen by an administrator",
    "guilds.organizers_channel_id": "a channel, chosen by an administrator",
    "organizers.guild_id": "the server",
    "audit.guild_id": "the server",
    "proposals.guild_id": "the server",
    "proposals.proposer_id": "an organizer, and only while the proposal is open",
    "proposals.approver_id": "an organizer, and only while the proposal is open",
    "organizers.user_id": "organizers are known by their office; they are the exception the design makes",
    "schedules.guild_id": "the server",
    "cases.guild_id": "the server",
    "tallies.guild_id": "the server",
    "digests.guild_id": "the server",
    "outbox.guild_id": "the server",
    "digest_plans.guild_id": "the server",
    "digest_plans.channel_id": "a channel, chosen by an organizer",
    "commitments.guild_id": "the server",
    "resources.guild_id": "the server",
    "exports.guild_id": "the server",
    "outbox.channel_id": "a channel, chosen by an administrator",
    "outbox.message_id": "Steward's own post, which everyone in the channel sees",
    "petitions.guild_id": "the server",
    "petitions.role_id": "a role that organizers ask of whoever signs, told on the card",
    "petition_guilds.guild_id": "the server",
    "petition_settings.guild_id": "the server",
    "petition_settings.role_id": "a role, chosen by an organizer",
    "polls.guild_id": "the server",
    "polls.channel_id": "a channel, chosen by the organizer who wrote the poll",
    "polls.role_id": "a role that organizers ask of whoever votes, told on the card",
    "demands.guild_id": "the server",
    "hall_bands.guild_id": "the server",
    "time_polls.guild_id": "the server",
    "time_polls.channel_id": "a channel, chosen by an administrator",
    "town_halls.guild_id": "the server",
    "town_halls.channel_id": "a channel, chosen by an administrator",
    "town_halls.role_id": "a role that people take on to be reminded, chosen by an organizer",
    "town_halls.event_id": "Discord's own event, which everyone sees, where organizers chose to have one",
    "hall_actions.guild_id": "the server",
    "cards.guild_id": "the server",
    "cards.channel_id": "a channel, chosen by an administrator",
    "cards.message_id": "Steward's own post, which everyone in the channel sees",
}
INSTANTS = {
    "schedules.next_at": "when a job is next due, from the guild's settings",
    "schedules.told_until": "where the last scheduled digest ended",
    "commitments.changed_at": "when an organizer noted what became of a promise, which all read",
    "schedules.held_since": "when a scheduled run first held something, not when that came",
    "digests.decided_at": "when a scheduled digest was made",
    "exports.granted_until": "a week after two organizers agreed, which the public chain tells",
    "guilds.left_at": "when Steward was removed from the server",
    "guilds.erase_at": "when two organizers had everything erased",
    "proposals.expires_at": "what organizers decide among themselves is timed",
    "proposals.runs_at": "likewise",
    "outbox.first_try_at": "when Steward first tried to post",
    "outbox.next_try_at": "when Steward next tries to post",
    "petitions.deadline_at": "chosen when the petition was written, told on its card",
    "petitions.opened_at": "when a card was looked at that had found its supporters, not when the last of them signed",
    "petitions.delivered_at": "when organizers handed the petition over",
    "petitions.answered_at": "when organizers noted the answer",
    "petitions.closed_at": "when the petition ended: by organizers, its author or its deadline",
    "petitions.next_card_at": "drawn by lot at each look, whether or not anybody signs",
    "polls.opens_at": "chosen when the poll was written, told on its card",
    "polls.closes_at": "likewise, or agreed upon by two organizers",
    "polls.opened_at": "when Steward opened the poll, which was before the first vote",
    "polls.closed_at": "when Steward counted the poll or organizers ended it, which was after the last vote",
    "time_polls.closes_at": "chosen when the times were proposed, told on the card",
    "town_halls.starts_at": "told on its card",
    "town_halls.next_card_at": "drawn by lot at each look, whether or not anybody signs up",
    "town_halls.release_at": "drawn by lot once organizers approved enough questions, not when one was asked",
    "town_halls.comments_at": "likewise, for comments",
    "town_halls.item_started_at": "when the chair went on to an item, before everybody's eyes",
    "town_halls.started_at": "when the chair started it",
    "town_halls.ended_at": "when the chair ended it",
    "town_halls.late_until": "when the late floor closes, told on the card",
    "invitations.expires_at": "what organizers do among themselves is timed",
    "cards.next_try_at": "when Steward next tries to edit",
}
BLOBS = {
    "cases.lookup": "stretched from the case code, random to whoever does not have it",
    "cases.sealed": "age ciphertext",
    "cases.slip": "age ciphertext: what a case counts as, and the reporter's own public key",
    "case_notes.sealed": "age ciphertext",
    "case_messages.sealed": "age ciphertext",
    "case_quotes.sealed": "age ciphertext",
}
VAULT = {
    "intake.lookup": ("BLOB", "stretched from the case code, random to whoever does not have it"),
    "intake.guild": ("INTEGER", "the server, which is public"),
    "intake.week": ("TEXT", "an ISO week, by a CHECK; the finest time kept"),
    "intake.urgent": ("INTEGER", "0 or 1, by a CHECK"),
    "intake.sealed": ("BLOB", "age ciphertext"),
    "intake.slip": ("BLOB", "age ciphertext"),
    "answers.answer": ("BLOB", "keyed hash of a form's random token"),
    "answers.guild": ("INTEGER", "the server"),
    "answers.week": ("TEXT", "an ISO week, by a CHECK"),
    "answers.case": ("TEXT", "six letters drawn at random at the release"),
    "answers.sealed": ("BLOB", "age ciphertext"),
    "signatures.petition": ("TEXT", "the public id of a petition"),
    "signatures.tag": (
        "BLOB",
        "keyed hash of an account, with a key of this petition alone that is shredded at its end",
    ),
    "signatures.guild": ("INTEGER", "the server"),
    "signatures.wording": ("TEXT", "SHA-256 of the petition's public words"),
    "signatures.at_least": ("INTEGER", "what the signer waits for: a number of signatures"),
    "signatures.share": ("INTEGER", "likewise, in percent"),
    "signatures.unit": ("TEXT", "a part of the workplace, from the petition's public list"),
    "signatures.name": ("BLOB", "age ciphertext, padded; NULL where names are not kept"),
    "authors.petition": ("TEXT", "the public id of a petition"),
    "authors.tag": ("BLOB", "keyed hash of an account, as for signatures"),
    "raters.petition": ("TEXT", "the public id of a petition"),
    "raters.tag": ("BLOB", "keyed hash of an account, apart from how they rated"),
    "ratings.petition": ("TEXT", "the public id of a petition"),
    "ratings.guild": ("INTEGER", "the server"),
    "ratings.rating": ("TEXT", "one of three words, by a CHECK"),
    "ratings.number": ("INTEGER", "how often, with nobody's tag beside it"),
    "attending.hall": ("TEXT", "the public id of a town hall"),
    "attending.tag": (
        "BLOB",
        "keyed hash of an account, with a key of this town hall alone that is shredded at its end",
    ),
    "attending.answer": ("TEXT", "yes or maybe, by a CHECK"),
    "attending.seat": ("INTEGER", "0 or 1, by a CHECK; drawn by lot"),
    "asked.hall": ("TEXT", "the public id of a town hall"),
    "asked.tag": ("BLOB", "keyed hash of an account, as for attending; gone when the question is published"),
    "asked.id": ("BLOB", "hash of a form's random token"),
    "asked.state": ("TEXT", "one of four words, by a CHECK"),
    "asked.reason": ("TEXT", "the code of a reason, from a fixed list"),
    "asked.kind": ("TEXT", "question or comment, by a CHECK"),
    "asked.sealed": ("BLOB", "age ciphertext, padded to one size"),
    "upvotes.hall": ("TEXT", "the public id of a town hall"),
    "upvotes.question": ("TEXT", "the public id of a question"),
    "upvotes.tag": ("BLOB", "keyed hash of an account, as for attending"),
    "slot_answers.poll": ("TEXT", "the public id of a search for a time"),
    "slot_answers.tag": (
        "BLOB",
        "keyed hash of an account, with a key of this search alone that is shredded at its end",
    ),
    "slot_answers.answers": ("TEXT", "a letter for each time that is proposed"),
    "roll_shards.poll": ("TEXT", "the public id of a poll"),
    "roll_shards.shard": ("INTEGER", "one of so many shards, made and numbered together"),
    "roll_shards.sealed": ("BLOB", "age ciphertext, of one size by a CHECK"),
    "box_shards.poll": ("TEXT", "the public id of a poll"),
    "box_shards.shard": ("INTEGER", "one of so many shards, made and numbered together"),
    "box_shards.sealed": ("BLOB", "age ciphertext, of one size by a CHECK"),
    "reason_shards.poll": ("TEXT", "the public id of a poll"),
    "reason_shards.shard": ("INTEGER", "one of so many shards, made and numbered together"),
    "reason_shards.sealed": ("BLOB", "age ciphertext, of one size by a CHECK"),
    "hands.poll": ("TEXT", "the public id of a poll"),
    "hands.tag": ("BLOB", "keyed hash of an account, with a key of this poll alone that is shredded at its end"),
    "hands.choice": ("TEXT", "what an account chose in an open vote"),
    "hands.name": ("BLOB", "age ciphertext"),
    "heartbeat.only": ("INTEGER", "always 1, by a CHECK"),
    "heartbeat.beat": ("BLOB", "random bytes, new every minute"),
}


def columns(kind: type[object]) -> set[str]:
    return {
        f"{table}.{column.name}"
        for table, found in metadata.tables.items()
        for column in found.c
        if isinstance(column.type, kind)
    }


def test_every_column_that_can_hold_an_id_or_a_moment_is_listed_with_its_reason() -> None:
    assert columns(BigInteger) == set(WIDE)
    assert columns(UtcDateTime) == set(INSTANTS)
    assert columns(LargeBinary) == set(BLOBS)
    assert all({**WIDE, **INSTANTS, **BLOBS}.values())


def test_no_table_that_holds_a_member_numbers_its_rows() -> None:
    """A running number is an order of arrival; what is posted in public is numbered, for it is posted in order."""
    numbered = {
        f"{table}.{column.name}"
        for table, found in metadata.tables.items()
        for column in found.c
        if column.autoincrement is True
    }
    assert numbered == {"outbox.position"}


async def test_every_column_of_the_vault_is_listed_with_its_reason(tmp_path: Path) -> None:
    await (await Vault.open(tmp_path / "vault.db")).close()
    connection = sqlite3.connect(tmp_path / "vault.db")
    tables = [
        row for row in connection.execute("PRAGMA table_list") if row[1] not in {"sqlite_schema", "sqlite_temp_schema"}
    ]
    # Columns of the pragma: schema, name, type, number of columns, without rowid, strict.
    assert {(name, kind, without_rowid, strict) for _, name, kind, _, without_rowid, strict in tables} == {
        (name, "table", 1, 1) for name in {column.partition(".")[0] for column in VAULT}
    }
    found = {
        f"{table[1]}.{name}": kind
        for table in tables
        for _, name, kind, *_ in connection.execute(f"PRAGMA table_info({table[1]})")
    }
    others = connection.execute("SELECT name FROM sqlite_schema WHERE type <> 'table' OR sql LIKE '%AUTOINCREMENT%'")
    assert others.fetchall() == []
    connection.close()
    assert found == {column: kind for column, (kind, _) in VAULT.items()}
