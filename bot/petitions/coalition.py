"""Open a petition to other servers that use the same Steward: an invitation, its acceptance, and leaving again."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.clock import Clock
from bot.database import cards, outbox
from bot.database.audit import AuditChain
from bot.database.engine import Database, Transaction
from bot.failpoints import reach
from bot.guilds.service import Guild, Guilds
from bot.ids import Actor, GuildId, PetitionId
from bot.petitions import records, rules
from bot.petitions.counting import Counting, card_key
from bot.petitions.rules import Petition, State, Visibility
from bot.petitions.service import key_of
from bot.refusals import N_, Refusal
from bot.vault.keys import Keys
from bot.vault.roll import Roll, Signature

__all__ = ["LEAVE", "LEFT", "Coalition", "Invitation", "Offer", "Shared", "shown_to"]

LEAVE = "petitions:leave"
LEFT = "petitions:left"
HOLDS = timedelta(days=7)
CODE_BYTES = 12
"""96 random bits: sixteen characters that nobody guesses in a week."""

FEWEST_KEYS = 2


class InvitationGone(Refusal):
    """The code is wrong, used, too old, or its petition takes nobody in any more. All are answered alike."""

    sentence = N_(
        "This code opens nothing here. A code works once, for a week, and only while its petition is open. Please "
        "ask the organizers who gave it to you for a new one."
    )


class NotStartedHere(Refusal):
    """Only the server that started a petition invites others to it."""

    sentence = N_("Only organizers of the server in which a petition was started can invite other servers to it.")


class StartedHere(Refusal):
    """The server that started a petition cannot leave it."""

    sentence = N_("This petition was started in this server, so this server cannot leave it.")


class TakesPartAlready(Refusal):
    """The server takes part in the petition already."""

    sentence = N_("This server takes part in this petition already. The code was not used up.")


class RoleAsked(Refusal):
    """The petition asks for a role, which only members of its own server can have."""

    sentence = N_(
        "Whoever signs this petition must have a role of this server, which nobody in another server can have. So it "
        "cannot be opened to other servers; start one that asks for no role."
    )


class NowhereToPost(Refusal):
    """There is no channel for the petition's card."""

    sentence = N_("There is no channel for petitions yet. An administrator chooses one with `/setup`; then try again.")


@dataclass(frozen=True, slots=True)
class Invitation:
    """A code that lets one other server take part. A secret until it is used: kept only as its hash."""

    petition: Petition
    code: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Offer:
    """A petition as the organizers of an invited server see it before they accept."""

    petition: Petition
    servers: int


@dataclass(frozen=True, slots=True)
class Shared:
    """A petition as a server's organizers see it among others: `own` is their server's share, in steps of its k."""

    petition: Petition
    servers: int
    own: int
    is_home: bool


def shown_to(petition: Petition, signatures: Sequence[Signature], guild_id: GuildId) -> list[Signature]:
    """Return whose names organizers of a server may see: their own members', or everybody's where names are public."""
    is_public = petition.terms.visibility is Visibility.PUBLIC
    return [each for each in signatures if is_public or each.guild_id == guild_id]


class Coalition:
    """What organizers do to sign a petition together with other servers."""

    def __init__(
        self,
        counting: Counting,
        guilds: Guilds,
        database: Database,
        roll: Roll,
        keys: Keys,
        audit: AuditChain,
        clock: Clock,
    ) -> None:
        self._counting = counting
        self._guilds = guilds
        self._database = database
        self._roll = roll
        self._keys = keys
        self._audit = audit
        self._clock = clock

    async def overview(self, actor: Actor) -> list[Shared]:
        """Return the petitions that can be signed in the actor's server; raises `NotAnOrganizer`."""
        guild = await self._guilds.organizer(actor)
        async with self._database.begin() as connection:
            found = [each for each in await records.of_guild(connection, guild.id) if each.state in rules.SIGNABLE]
            shares = {each.id: await records.guilds_of(connection, each.id) for each in found}
        return [
            Shared(each, len(shares[each.id]), shares[each.id][guild.id], each.guild_id == guild.id) for each in found
        ]

    async def invite(self, actor: Actor, petition_id: str) -> Invitation:
        """Return a code that lets one other server take part, once, within `HOLDS`.

        Raises `NotStartedHere`, `NotOpenForSigning` or `RoleAsked`.
        """
        guild = await self._guilds.organizer_at_work(actor)
        code, now = secrets.token_urlsafe(CODE_BYTES), self._clock.now()
        async with self._database.begin() as connection:
            petition = await self._own(connection, petition_id, guild)
            if petition.guild_id != guild.id:
                raise NotStartedHere
            if not _takes_servers(petition, now):
                raise rules.NotOpenForSigning
            if petition.gates.role_id is not None:
                raise RoleAsked
            await records.invite(connection, _hash(code), petition.id, now + HOLDS)
            await self._tell(connection, guild.id, actor, "invited another server to a petition", petition.id)
        return Invitation(petition, code, now + HOLDS)

    async def look(self, actor: Actor, code: str) -> Offer:
        """Return what a code is for, without using it up; raises `InvitationGone` or `TakesPartAlready`."""
        guild = await self._guilds.organizer_at_work(actor)
        async with self._database.begin() as connection:
            petition, servers = await self._offered(connection, code, guild)
        return Offer(petition, len(servers))

    async def accept(self, actor: Actor, code: str) -> Petition:
        """Let the actor's server take part from now on, and post the petition's card there.

        The count stays as it was last shown: an organizer must not be able to choose when it is taken. Raises what
        `look` raises, `TooFewKeys` or `NowhereToPost`.
        """
        guild = await self._guilds.organizer_at_work(actor)
        async with self._database.begin() as connection:
            petition, servers = await self._offered(connection, code, guild)
            if petition.terms.visibility is Visibility.SEALED and len(guild.recipients) < FEWEST_KEYS:
                raise rules.TooFewKeys
            if guild.petitions_channel_id is None:
                raise NowhereToPost
            if not await records.use_up(connection, _hash(code), self._clock.now()):
                raise InvitationGone
            await records.join(connection, petition.id, guild.id)
            await self._tell(connection, guild.id, actor, "joined a petition of another server", petition.id)
            await self._tell(connection, petition.guild_id, None, "another server joined a petition", petition.id)
            await self._counting.show_cards(connection, petition, [*servers, guild])
            reach("joining a petition: before the commit")
        reach("joining a petition: after the commit")
        return petition

    async def check_may_leave(self, actor: Actor, petition_id: str) -> Petition:
        """Return a petition that two organizers may let their server leave.

        Raises `PetitionGone`, `StartedHere` or `SignaturesFinal`.
        """
        guild = await self._guilds.organizer(actor)
        async with self._database.begin() as connection:
            petition = await self._own(connection, petition_id, guild)
        if petition.guild_id == guild.id:
            raise StartedHere
        rules.check_may_take_back(petition)
        return petition

    async def leave(self, connection: Transaction, guild: Guild, contents: Mapping[str, Any]) -> None:
        """Carry out what two organizers decided: their server leaves a petition.

        From the commit on nobody signs there, and the signatures given there are not counted. When the petition is next
        counted they are destroyed. Does nothing once the petition was handed over or has ended.
        """
        petition = await records.find(connection, contents["petition"], lock=True)
        if petition is None or petition.guild_id == guild.id or petition.state not in rules.SIGNABLE:
            return
        await records.leave(connection, petition.id, guild.id)
        await self._tell(connection, petition.guild_id, None, "another server left a petition", petition.id)
        await self._say_goodbye(connection, petition.id, guild, petition.wording.title)
        await self._counting.show_cards(connection, petition, await self._counting.servers(connection, petition.id))

    async def forget_guild(self, guild_id: GuildId) -> None:
        """Destroy everything about petitions that a server started, and what its members signed elsewhere.

        Other servers keep a card that says no more than that it is over.
        """
        async with self._database.begin() as connection:
            started = await records.started_by(connection, guild_id)
            for petition_id in started:
                for other in await self._counting.servers(connection, petition_id):
                    if other.id != guild_id:
                        await self._say_goodbye(connection, petition_id, other, None)
                await outbox.withdraw(connection, f"petition:{petition_id}:")
        await self._roll.forget_guild(guild_id, started)
        reach("erasure: signatures forgotten")
        for petition_id in started:
            self._keys.shred(key_of(petition_id))

    async def _offered(self, connection: Transaction, code: str, guild: Guild) -> tuple[Petition, list[Guild]]:
        """Return the petition that a code is for, locked, and the servers that take part, its own first."""
        now = self._clock.now()
        petition_id = await records.invited_to(connection, _hash(code), now)
        petition = None if petition_id is None else await records.find(connection, petition_id, lock=True)
        if petition is None or not _takes_servers(petition, now):
            raise InvitationGone
        servers = await self._counting.servers(connection, petition.id)
        if any(each.id == guild.id for each in servers):
            raise TakesPartAlready
        home = servers[0]
        if home.is_frozen or not home.is_ready or home.left_at is not None:
            raise InvitationGone
        return petition, servers

    async def _own(self, connection: Transaction, petition_id: str, guild: Guild) -> Petition:
        petition = await records.find(connection, petition_id) if rules.is_petition_id(petition_id) else None
        if petition is None or not await records.takes_part(connection, petition.id, guild.id):
            raise rules.PetitionGone
        return petition

    async def _say_goodbye(
        self, connection: Transaction, petition_id: PetitionId, guild: Guild, title: str | None
    ) -> None:
        if guild.petitions_channel_id is not None:
            key = card_key(petition_id, guild.id)
            contents = {"title": title}
            letter = outbox.Letter(key, guild.id, guild.petitions_channel_id, LEFT, contents, guild.language)
            await cards.replace(connection, letter)

    async def _tell(
        self, connection: Transaction, guild_id: GuildId, actor: Actor | None, action: str, petition: PetitionId
    ) -> None:
        """Note it in a server's public chain; what was done elsewhere is told as Steward's word."""
        now, details = self._clock.now(), {"petition": petition}
        await self._audit.record(connection, guild_id, actor, action, now, details=details)


def _takes_servers(petition: Petition, now: datetime) -> bool:
    return petition.state in {State.OPEN, State.REACHED} and now < petition.terms.deadline_at


def _hash(code: str) -> str:
    return hashlib.sha256(f"invitation {code.strip()}".encode()).hexdigest()
