"""Start petitions, sign them, take a signature back, and find them again."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from bot.clock import Clock
from bot.database.audit import AuditChain
from bot.database.engine import Database, Transaction
from bot.database.memory import Memory
from bot.failpoints import reach
from bot.guilds.service import Guild, Guilds
from bot.ids import Actor, GuildId, PetitionId, account_created_at
from bot.petitions import records, rules, showing
from bot.petitions.conditions import Condition
from bot.petitions.records import Brief, PetitionSettings, Progress
from bot.petitions.rules import Event, Petition, State, Terms, Visibility
from bot.petitions.wording import Wording, compose
from bot.refusals import N_
from bot.vault.codes import new_token
from bot.vault.keys import Keys, OwnKey
from bot.vault.roll import Roll, Signature
from bot.vault.sealing import open_sealed, recipient, seal, seal_for_pairs

__all__ = ["CARD", "MILESTONE", "RATINGS", "Petitions", "Signature", "Standing", "can_seal", "completed", "key_of"]

NAME_BYTES = (512,)
"""What a name is padded to before it is sealed, so that its length says nothing."""

CARD = "petitions:card"
MILESTONE = "petitions:milestone"

MOST_IN_DIGEST = 20
"""How many petitions of each group a digest names."""

URGENT_FROM = timedelta(days=2)
"""How long before its deadline an open petition cannot wait for the next digest."""

RATINGS: dict[str, str] = {
    "enough": N_("It gives us what we asked for"),
    "partly": N_("It gives us a part"),
    "no": N_("It does not answer us"),
}
"""How those who signed may rate an answer, once."""


def key_of(petition_id: PetitionId) -> str:
    """Return the name under which a petition's own key is kept."""
    return f"petition-{petition_id}"


@dataclass(frozen=True, slots=True)
class Standing:
    """A petition as one member sees it: how it went on, and what is theirs in it.

    `name` is what they signed with, where Steward itself can open it.
    """

    petition: Petition
    progress: Progress
    signature: Signature | None = field(default=None, repr=False)
    is_author: bool = False
    name: str | None = field(default=None, repr=False)


def can_seal(guild: Guild) -> bool:
    """Tell whether at least two organizers have a key of their own."""
    return len(guild.recipients) > 1


def completed(draft: Petition, guild: Guild, now: datetime) -> Petition:
    """Return a draft as it can be sent off; raises the refusal for the first thing that is missing or too much."""
    words, terms = draft.wording, draft.terms
    wording = compose(words.title, words.whom, words.demands, words.why)
    rules.set_terms(
        terms.visibility,
        terms.threshold,
        terms.supporters,
        terms.deadline_at,
        now,
        has_live_count=terms.has_live_count,
    )
    if terms.visibility is Visibility.SEALED and not can_seal(guild):
        raise rules.TooFewKeys
    return replace(draft, wording=wording)


class Petitions:
    """What members do with petitions."""

    def __init__(
        self, guilds: Guilds, database: Database, roll: Roll, keys: Keys, audit: AuditChain, clock: Clock
    ) -> None:
        self._guilds = guilds
        self._database = database
        self._roll = roll
        self._keys = keys
        self._audit = audit
        self._clock = clock
        self._signing = Memory(database, records.SIGNING, self._find_signable)

    def new_form(self) -> str:
        """Return the token of a new petition; sending the same form twice starts one petition."""
        return new_token()

    # Starting

    async def starter(self, actor: Actor) -> tuple[Guild, PetitionSettings]:
        """Return the guild in which somebody may start a petition; raises `NotAnOrganizer` where members may not."""
        guild = await self._guilds.ready(actor.guild_id)
        async with self._database.begin() as connection:
            settings = await records.settings(connection, guild.id)
        if not settings.members_may_start:
            await self._guilds.organizer(actor)
        return guild, settings

    async def similar(self, actor: Actor, title: str, why: str) -> list[Petition]:
        """Return the guild's petitions that go on and ask for much the same, the most alike first."""
        async with self._database.begin() as connection:
            going_on = await records.of_guild(connection, actor.guild_id)
        return showing.similar(title, why, [each for each in going_on if each.state is not State.DRAFT])

    async def start(
        self, actor: Actor, token: str, wording: Wording, terms: Terms, units: Mapping[str, int] | None = None
    ) -> Petition:
        """Keep a draft that only its author sees; the same token again changes nothing.

        Who the author is, is known by a tag in the vault, made with a key of this petition alone.
        """
        _, settings = await self.starter(actor)
        petition_id = PetitionId(hashlib.sha256(f"petition {token}".encode()).hexdigest()[: rules.ID_LENGTH])
        async with self._database.begin() as connection:
            known = await records.find(connection, petition_id)
        if known is not None:
            return known  # its author stays: ids are short, so somebody could search for a token that gives this one
        terms = replace(terms, supporters=settings.supporters)
        petition = Petition(petition_id, actor.guild_id, wording, terms, settings.gates, units=units or {})
        await self._roll.keep_author(petition.id, self._keys.make_own(key_of(petition.id)).tag(actor.user_id))
        reach("starting a petition: author kept")
        async with self._database.begin() as connection:
            if await records.add(connection, petition):
                await records.rewrite(connection, petition)
        return petition

    async def submit(self, actor: Actor, petition_id: str) -> Petition:
        """Send a draft off to look for supporters; its author is the first of them to be asked.

        Raises the refusal for the first thing that is missing.
        """
        guild, _ = await self.starter(actor)
        petition = await self.own(actor, petition_id)
        async with self._database.begin() as connection:
            draft = completed(await locked_draft(connection, petition.id), guild, self._clock.now())
            await records.rewrite(connection, draft)
            return await self.move(connection, draft, Event.SUBMIT)

    async def withdraw(self, actor: Actor, petition_id: str) -> Petition:
        """Let an author end their petition; its signatures are shredded with it."""
        petition = await self._author_moves(actor, petition_id, Event.WITHDRAW)
        await self.shred(petition.id)
        return petition

    # Signing

    async def signable(self, actor: Actor, petition_id: str, shown_hash: str) -> Petition:
        """Return a petition that this account may sign as it was shown; raises what `sign` raises.

        Reads nothing that grows with the number of signatures.
        """
        petition, _ = await self._signing.get((petition_id, actor.guild_id))
        created_at = account_created_at(actor.user_id)
        rules.check_may_sign(petition, created_at, actor.joined_at, actor.role_ids, self._clock.now())
        rules.check_wording(petition, shown_hash)
        return petition

    async def sign(
        self,
        actor: Actor,
        petition_id: str,
        shown_hash: str,
        condition: Condition,
        name: str = "",
    ) -> Petition:
        """Keep a signature, in place of the same account's earlier one, and return once it is on disk.

        Signing again is answered like signing. Reads nothing that grows with the number of signatures. Raises
        `NotOpenForSigning`, `GatesNotMet`, `WordingChanged`, `NameMissing` or `PetitionGone`.
        """
        petition, found = await self._signing.get((petition_id, actor.guild_id))
        # Nothing is awaited from here until the signature stands in line for the vault: whoever ends the petition,
        # freezes or leaves after this line finds it there.
        guild = self._guilds.check_ready(found)
        now = self._clock.now()
        rules.check_may_sign(petition, account_created_at(actor.user_id), actor.joined_at, actor.role_ids, now)
        rules.check_wording(petition, shown_hash)
        own = self._keys.own(key_of(petition.id))
        if own is None:
            raise rules.NotOpenForSigning  # its key was lost or shredded: nothing could be counted or taken back
        sealed = None
        if petition.terms.visibility is not Visibility.COUNT:
            sealed = self._sealed_name(petition, guild, rules.signers_name(name), recipient(own.identity))
        await self._roll.sign(
            petition.id,
            Signature(
                own.tag(actor.user_id),
                actor.guild_id,
                shown_hash,
                condition.at_least,
                condition.share,
                condition.unit,
                sealed,
            ),
        )
        return petition

    async def take_back(self, actor: Actor, petition_id: str) -> Petition:
        """Delete somebody's signature, if there is one: the answer is the same. Raises `SignaturesFinal`, `KeyLost`."""
        petition, _ = await self._signing.get((petition_id, actor.guild_id))
        rules.check_may_take_back(petition)
        own = self._keys.own(key_of(petition.id))
        if own is None:
            raise rules.KeyLost
        await self._roll.take_back(petition.id, own.tag(actor.user_id))
        return petition

    async def rate(self, actor: Actor, petition_id: str, rating: str) -> Petition:
        """Count a signer's rating of the answer, once; whether it counted is told to nobody, not even to them.

        Raises `NotInThisState` while there is no answer to rate.
        """
        await self._guilds.ready(actor.guild_id)
        petition = await self._petition(actor, petition_id)
        if petition.state is not State.ANSWERED or rating not in RATINGS:
            raise rules.NotInThisState
        tag = self._tag(petition.id, actor)
        if await self._roll.of(petition.id, tag) is not None:
            await self._roll.rate(petition.id, tag, actor.guild_id, rating)
        return petition

    # Looking

    async def standing(self, actor: Actor, petition_id: str) -> Standing:
        """Return a petition as this member sees it; raises `PetitionGone` for one that is not theirs to see."""
        petition = await self._petition(actor, petition_id)
        own = self._keys.own(key_of(petition.id))
        tag = self._tag(petition.id, actor)
        is_author = await self._roll.is_author(petition.id, tag)
        if petition.state is State.DRAFT and not is_author:
            raise rules.PetitionGone
        async with self._database.begin() as connection:
            progress = (await records.progress(connection, [petition.id]))[petition.id]
        signature = await self._roll.of(petition.id, tag)
        return Standing(petition, progress, signature, is_author, _own_name(petition, signature, own))

    async def going_on(self, actor: Actor) -> Sequence[Petition]:
        """Return the actor's own drafts, then the petitions that every member may read, by state.

        Within a state they stand by id, which says nothing: never by time, and the same on each page of a list.
        """
        await self._guilds.ready(actor.guild_id)
        async with self._database.begin() as connection:
            found = await records.of_guild(connection, actor.guild_id)
        shown = [
            petition
            for petition in found
            if petition.state is not State.DRAFT
            or await self._roll.is_author(petition.id, self._tag(petition.id, actor))
        ]
        return sorted(shown, key=lambda each: (list(State).index(each.state), each.id))

    async def for_digest(
        self, connection: Transaction, guild_id: GuildId, since: datetime, now: datetime
    ) -> dict[str, Any]:
        """Return what a digest tells of a guild's petitions, for everybody to read; empty if there is nothing to tell.

        Each group holds the first few, as lists ready to be kept, and how many more there are. What happened from
        `since` until before `now` is new. Counts are those on the cards, taken when a card was due and never now.
        """
        overdue = await records.unanswered(connection, guild_id, MOST_IN_DIGEST, since)
        delivered = await records.unanswered(connection, guild_id, MOST_IN_DIGEST, now, since)
        answered = await records.answered(connection, guild_id, MOST_IN_DIGEST, now, since)
        lapsed_at, today = now - showing.DELIVER_WITHIN, self._clock.now()
        going = await records.going_for_it(connection, guild_id, MOST_IN_DIGEST, now, lapsed_at)
        groups = {
            "unanswered": (overdue, [[each.title, _days(each, today)] for each in overdue.first]),
            "delivered": (delivered, [[each.title, _days(each, today)] for each in delivered.first]),
            "answered": (answered, [[each.title, _days(each, today)] for each in answered.first]),
            "open": (
                going,
                [[each.title, each.shown, each.threshold, int(each.deadline_at.timestamp())] for each in going.first],
            ),
        }
        return {name: {"first": told, "more": few.more} for name, (few, told) in groups.items() if told}

    async def urgent(
        self, connection: Transaction, guild_id: GuildId, since: datetime, now: datetime
    ) -> dict[str, Any]:
        """Return what cannot wait for a digest: petitions whose deadline has come near in a window, each in one."""
        near = await records.ending_soon(connection, guild_id, MOST_IN_DIGEST, since + URGENT_FROM, now + URGENT_FROM)
        told = [[each.title, each.shown, each.threshold, int(each.deadline_at.timestamp())] for each in near.first]
        return {"open": {"first": told, "more": near.more}} if told else {}

    # What other parts of this feature share

    async def move(self, connection: Transaction, petition: Petition, event: Event, **others: object) -> Petition:
        """Bring an event about in a transaction; from its commit on everybody who signs sees it."""
        now = self._clock.now()
        moved = petition.moved(event)
        if moved.state is State.OPEN:
            moved = replace(moved, opened_at=now)
        if moved.state in records.OVER:
            others = {"closed_at": now, **others}
        await records.save(connection, moved, next_card_at=now, **others)
        return moved

    async def locked(self, connection: Transaction, guild_id: GuildId, petition_id: str) -> Petition:
        """Return a petition that a guild takes part in, locked for what refers to it; raises `PetitionGone`."""
        petition = None
        if rules.is_petition_id(petition_id):
            petition = await records.find(connection, petition_id, lock=True)
        if petition is None or petition.state is State.DRAFT:
            raise rules.PetitionGone
        if not await records.takes_part(connection, petition.id, guild_id):
            raise rules.PetitionGone
        return petition

    async def shred(self, petition_id: PetitionId) -> None:
        """Destroy everything that could tell who wrote or signed a petition."""
        await self._roll.forget(petition_id)
        self._keys.shred(key_of(petition_id))

    async def _author_moves(self, actor: Actor, petition_id: str, event: Event) -> Petition:
        petition = await self.own(actor, petition_id)
        async with self._database.begin() as connection:
            current = await records.find(connection, petition.id, lock=True)
            if current is None:
                raise rules.PetitionGone
            return await self.move(connection, current, event)

    async def own(self, actor: Actor, petition_id: str) -> Petition:
        """Return a petition to its author; raises `PetitionGone` for everybody else."""
        petition = await self._petition(actor, petition_id)
        if not await self._roll.is_author(petition.id, self._tag(petition.id, actor)):
            raise rules.PetitionGone
        return petition

    async def _petition(self, actor: Actor, petition_id: str) -> Petition:
        async with self._database.begin() as connection:
            petition = await records.find(connection, petition_id) if rules.is_petition_id(petition_id) else None
            if petition is None or not await records.takes_part(connection, petition.id, actor.guild_id):
                raise rules.PetitionGone
        return petition

    async def _find_signable(
        self, connection: Transaction, place: tuple[str, GuildId]
    ) -> tuple[Petition, Guild | None]:
        """Return a petition and the server that somebody signs it in."""
        petition_id, guild_id = place
        petition = await records.find(connection, petition_id) if rules.is_petition_id(petition_id) else None
        if petition is None or not await records.takes_part(connection, petition.id, guild_id):
            raise rules.PetitionGone
        return petition, await self._guilds.find_in(connection, guild_id)

    def _sealed_name(self, petition: Petition, guild: Guild, name: str, own: str) -> bytes:
        if petition.terms.visibility is not Visibility.SEALED:
            return seal({"name": name}, [own], NAME_BYTES)
        if len(guild.recipients) < 2:  # noqa: PLR2004 - two people
            raise rules.TooFewKeys
        return seal_for_pairs({"name": name}, guild.recipients, NAME_BYTES)

    def _tag(self, petition_id: PetitionId, actor: Actor) -> bytes:
        """Return what stands for somebody in a petition; once its key is shredded, a tag that is nobody's."""
        own = self._keys.own(key_of(petition_id))
        return secrets.token_bytes(32) if own is None else own.tag(actor.user_id)


async def locked_draft(connection: Transaction, petition_id: PetitionId) -> Petition:
    """Return a draft that nobody else changes until the transaction ends; raises `PetitionGone` if it is none."""
    draft = await records.find(connection, petition_id, lock=True)
    if draft is None or draft.state is not State.DRAFT:
        raise rules.PetitionGone
    return draft


def _days(petition: Brief, now: datetime) -> int:
    return showing.days_without_answer(petition.delivered_at or now, petition.answered_at, now)


def _own_name(petition: Petition, signature: Signature | None, own: OwnKey | None) -> str | None:
    """Return the name in somebody's own signature, unless only organizers together can open it."""
    if own is None or signature is None or signature.name is None or petition.terms.visibility is Visibility.SEALED:
        return None
    return str(open_sealed(signature.name, own.identity)["name"])
