"""Start petitions, sign them, take a signature back, and find them again."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.clock import Clock
from bot.database.audit import AuditChain
from bot.database.engine import Database, Transaction
from bot.database.memory import Memory
from bot.failpoints import reach
from bot.guilds.service import Guild, Guilds
from bot.ids import Actor, GuildId, PetitionId
from bot.petitions import records, rules
from bot.petitions.conditions import Condition
from bot.petitions.records import PetitionSettings, Progress
from bot.petitions.rules import Event, Petition, State, Terms, Visibility
from bot.petitions.wording import Wording
from bot.vault.codes import new_token
from bot.vault.keys import Keys
from bot.vault.roll import Roll, Signature
from bot.vault.sealing import recipient, seal, seal_for_pairs

__all__ = ["CARD", "MILESTONE", "Petitions", "Standing", "key_of"]

NAME_BYTES = (512,)
"""What a name is padded to before it is sealed, so that its length says nothing."""

CARD = "petitions:card"
MILESTONE = "petitions:milestone"


def key_of(petition_id: PetitionId) -> str:
    """Return the name under which a petition's own key is kept."""
    return f"petition-{petition_id}"


@dataclass(frozen=True, slots=True)
class Standing:
    """A petition as one member sees it: how it went on, and what is theirs in it."""

    petition: Petition
    progress: Progress
    signature: Signature | None = field(default=None, repr=False)
    is_author: bool = False


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
        return rules.similar(title, why, [each for each in going_on if each.state is not State.DRAFT])

    async def start(
        self, actor: Actor, token: str, wording: Wording, terms: Terms, units: Mapping[str, int] | None = None
    ) -> Petition:
        """Keep a draft that only its author sees; the same token again changes nothing.

        Who the author is, is known by a tag in the vault, made with a key of this petition alone.
        """
        _, settings = await self.starter(actor)
        petition = Petition(
            PetitionId(hashlib.sha256(f"petition {token}".encode()).hexdigest()[: rules.ID_LENGTH]),
            actor.guild_id,
            wording,
            replace(terms, supporters=settings.supporters),
            settings.gates,
            units=units or {},
        )
        await self._roll.keep_author(petition.id, self._keys.make_own(key_of(petition.id)).tag(actor.user_id))
        reach("starting a petition: author kept")
        async with self._database.begin() as connection:
            await records.add(connection, petition)
        return petition

    async def submit(self, actor: Actor, petition_id: str) -> Petition:
        """Send a draft off to look for supporters; its author is the first of them to be asked."""
        return await self._author_moves(actor, petition_id, Event.SUBMIT)

    async def withdraw(self, actor: Actor, petition_id: str) -> Petition:
        """Let an author end their petition; its signatures are shredded with it."""
        petition = await self._author_moves(actor, petition_id, Event.WITHDRAW)
        await self.shred(petition.id)
        return petition

    # Signing

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
        rules.check_may_sign(petition, rules.account_created_at(actor.user_id), actor.joined_at, actor.role_ids, now)
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
        """Delete an account's signature, if there is one: the answer is the same. Raises `SignaturesFinal`."""
        petition, _ = await self._signing.get((petition_id, actor.guild_id))
        rules.check_may_take_back(petition)
        await self._roll.take_back(petition.id, self._tag(petition.id, actor))
        return petition

    # Looking

    async def standing(self, actor: Actor, petition_id: str) -> Standing:
        """Return a petition as this member sees it; raises `PetitionGone` for one that is not theirs to see."""
        petition = await self._petition(actor, petition_id)
        tag = self._tag(petition.id, actor)
        is_author = await self._roll.is_author(petition.id, tag)
        if petition.state is State.DRAFT and not is_author:
            raise rules.PetitionGone
        async with self._database.begin() as connection:
            progress = (await records.progress(connection, [petition.id]))[petition.id]
        return Standing(petition, progress, await self._roll.of(petition.id, tag), is_author)

    async def going_on(self, actor: Actor) -> Sequence[Petition]:
        """Return the petitions of the guild that a member may read, in a new order each time but by state."""
        await self._guilds.ready(actor.guild_id)
        async with self._database.begin() as connection:
            found = await records.of_guild(connection, actor.guild_id)
        shown = [petition for petition in found if petition.state is not State.DRAFT]
        return sorted(secrets.SystemRandom().sample(shown, len(shown)), key=lambda each: list(State).index(each.state))

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

    async def shred(self, petition_id: PetitionId) -> None:
        """Destroy everything that could tell who wrote or signed a petition."""
        await self._roll.forget(petition_id)
        self._keys.shred(key_of(petition_id))

    async def _author_moves(self, actor: Actor, petition_id: str, event: Event) -> Petition:
        petition = await self._petition(actor, petition_id)
        if not await self._roll.is_author(petition.id, self._tag(petition.id, actor)):
            raise rules.PetitionGone
        async with self._database.begin() as connection:
            current = await records.find(connection, petition.id, lock=True)
            if current is None:
                raise rules.PetitionGone
            return await self.move(connection, current, event)

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
