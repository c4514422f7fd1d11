"""Who may see the names under a petition, and what is handed over: counted once, fixed by a hash, and written out."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.clock import Clock
from bot.database.audit import AuditChain
from bot.database.engine import Database
from bot.failpoints import reach
from bot.guilds.service import Guild, Guilds
from bot.ids import Actor, PetitionId, UserId
from bot.petitions import export, records, rules, showing
from bot.petitions.conduct import Conduct
from bot.petitions.counting import Counted, count
from bot.petitions.export import Handover
from bot.petitions.rules import Petition, Visibility
from bot.petitions.service import Petitions, key_of
from bot.petitions.showing import Names
from bot.refusals import N_, NotAnOrganizer, Refusal
from bot.vault.keys import Keys
from bot.vault.roll import Roll, Signature
from bot.vault.sealing import Identity, Unreadable, open_sealed

NAMES_ON_PAGE = 20
NOBODY = UserId(0)
"""No account: its tag is a random number that belongs to the petition and dies with its key."""

OPENED_NAMES = N_("looked at the names under a petition")
TOOK_SEALED = N_("took the sealed names of a petition")
TOOK_EXPORT = N_("took the files of a petition")
COUNTED_ROLL = N_("counted the signatures that were handed over")
TOLD = (OPENED_NAMES, TOOK_SEALED, TOOK_EXPORT, COUNTED_ROLL)


class NamesNotShown(Refusal):
    """The level or the state of the petition shows no names."""

    sentence = N_(
        "No names can be seen here. Which names are seen, by whom and when, was fixed before anybody signed, and its "
        "card says it. Nobody can change it."
    )


class NotCountedYet(Refusal):
    """The roll is still being counted."""

    sentence = N_(
        "The petition was handed over a moment ago and its signatures are still being counted. Please try again in a "
        "minute."
    )


class RollGone(Refusal):
    """The signatures were destroyed, as promised."""

    sentence = N_(
        "The signatures were destroyed, as it was promised to those who signed, so there is no file any more."
    )


class RollChanged(Refusal):
    """What is kept is not what was counted at the delivery."""

    sentence = N_(
        "The signatures kept are not those that were counted when the petition was handed over, so no file was made. "
        "Perhaps an old backup was put back. Please tell whoever runs Steward."
    )


@dataclass(frozen=True, slots=True)
class NamesPage:
    """One page of names, in alphabetical order."""

    petition: Petition
    names: Sequence[str] = field(repr=False)
    number: int
    pages: int


@dataclass(frozen=True, slots=True)
class Export:
    """The files of a petition that was handed over, by name."""

    handover: Handover
    sealed_parts: int


class Handovers:
    """The rolls of petitions: who may read them, and what leaves the vault when they are handed over."""

    def __init__(
        self,
        petitions: Petitions,
        conduct: Conduct,
        guilds: Guilds,
        database: Database,
        roll: Roll,
        keys: Keys,
        audit: AuditChain,
        clock: Clock,
    ) -> None:
        self._petitions = petitions
        self._conduct = conduct
        self._guilds = guilds
        self._database = database
        self._roll = roll
        self._keys = keys
        self._audit = audit
        self._clock = clock
        self._settling: set[PetitionId] = set()

    async def names(self, actor: Actor, petition_id: str, number: int = 0) -> NamesPage:
        """Return a page of the names that somebody may see; raises `NamesNotShown`.

        Where organizers alone see them, those of their own server's signers, and beginning to look is audited.
        """
        guild, is_organizer = await self._looking(actor)
        async with self._database.begin() as connection:
            petition = await self._conduct.taking_part(connection, guild, petition_id)
        if petition.terms.visibility is Visibility.SEALED:
            raise NamesNotShown
        seen = await self._seen(petition, guild, is_organizer=is_organizer)
        if petition.terms.visibility is Visibility.ORGANIZERS and number == 0:
            async with self._database.begin() as connection:
                await self._conduct.note(connection, actor, OPENED_NAMES, petition)
        names = export.alphabetical(await asyncio.to_thread(self._opened, petition, seen))
        pages = max(1, -(-len(names) // NAMES_ON_PAGE))
        number = min(max(number, 0), pages - 1)
        return NamesPage(petition, names[number * NAMES_ON_PAGE : (number + 1) * NAMES_ON_PAGE], number, pages)

    async def sealed_names(self, actor: Actor, petition_id: str, part: int = 0) -> tuple[bytes, int]:
        """Return a file of sealed names, and how many files there are; raises `NamesNotShown`.

        Sealed for every two keys of the organizers whose server the signers are in. Audited.
        """
        guild = await self._guilds.organizer_at_work(actor)
        async with self._database.begin() as connection:
            petition = await self._conduct.taking_part(connection, guild, petition_id)
        if petition.terms.visibility is not Visibility.SEALED:
            raise NamesNotShown
        seen = await self._seen(petition, guild, is_organizer=True)
        async with self._database.begin() as connection:
            await self._conduct.note(connection, actor, TOOK_SEALED, petition)
        parts = export.sealed_parts(petition, [each.name for each in seen if each.name is not None])
        return parts[min(max(part, 0), len(parts) - 1)], len(parts)

    async def export(self, actor: Actor, petition_id: str) -> Export:
        """Return what was handed over, to be written into files; audited.

        Raises `NotInThisState`, `NotCountedYet`, `RollGone`, or `RollChanged` if it no longer is what was counted.
        """
        async with self._conduct.at(actor, petition_id) as (connection, petition):
            progress = (await records.progress(connection, [petition.id]))[petition.id]
            if petition.state not in rules.HANDED_OVER:
                raise rules.NotInThisState
            if progress.is_anonymized:
                raise RollGone
            if progress.roll_hash is None:
                raise NotCountedYet
            await self._conduct.note(connection, actor, TOOK_EXPORT, petition)
        handover, _ = await self._handover(petition)
        if handover.roll_hash != progress.roll_hash:
            raise RollChanged
        return Export(handover, len(export.sealed_parts(petition, handover.sealed)) if handover.sealed else 0)

    # What happens by itself

    async def finish_due(self) -> None:
        """Count what was handed over, and destroy what failed: after a crash too, and at the second look.

        A click that was being answered while the petition moved may still write its signature. So the first look ends
        signing, and the second, a tick later, finds everything that was ever acknowledged.
        """
        async with self._database.begin() as connection:
            unfinished = await records.unfinished(connection)
        for petition in unfinished:
            has_failed = petition.state in records.FAILED
            if has_failed:
                await self._petitions.shred(petition.id)
            if petition.id not in self._settling:
                continue
            if has_failed:
                async with self._database.begin() as connection:
                    await records.save(connection, petition, is_anonymized=True, unit_counts="{}")
            else:
                await self._count_for_good(petition)
        self._settling = {petition.id for petition in unfinished}

    async def _count_for_good(self, petition: Petition) -> None:
        """Destroy the conditional signatures that do not hold, and fix the roll. Done again, it gives the same."""
        handover, counted = await self._handover(petition)
        reach("delivery: counted")
        await self._roll.keep_only(petition.id, sorted(counted.tags))
        reach("delivery: others destroyed")
        async with self._database.begin() as connection:
            current = await records.find(connection, petition.id, lock=True)
            assert current is not None
            await records.save(connection, current, roll_hash=handover.roll_hash)
            told = {"petition": petition.id, "accounts": handover.accounts, "roll": handover.roll_hash}
            now = self._clock.now()
            await self._audit.record(connection, petition.guild_id, None, COUNTED_ROLL, now, details=told)
            reach("delivery: before the roll is fixed")
        reach("delivery: roll fixed")

    async def _handover(self, petition: Petition) -> tuple[Handover, Counted]:
        signatures = await self._roll.all(petition.id)
        counted = await asyncio.to_thread(count, petition, signatures)
        everywhere = petition.terms.visibility is Visibility.PUBLIC
        mine = [
            each
            for each in signatures
            if each.tag in counted.tags and (everywhere or each.guild_id == petition.guild_id)
        ]
        is_sealed = petition.terms.visibility is Visibility.SEALED
        async with self._database.begin() as connection:
            progress = (await records.progress(connection, [petition.id]))[petition.id]
        assert progress.delivered_at is not None
        own = self._keys.own(key_of(petition.id))
        handover = Handover(
            petition,
            progress.delivered_at,
            counted.total,
            "" if own is None else own.tag(NOBODY).hex(),
            () if is_sealed else await asyncio.to_thread(self._opened, petition, mine),
            [each.name for each in mine if each.name is not None] if is_sealed else (),
        )
        return handover, counted

    async def _seen(self, petition: Petition, guild: Guild, *, is_organizer: bool) -> list[Signature]:
        """Return the counted signatures whose names somebody may see; raises `NamesNotShown`."""
        names = showing.who_may_see(petition.terms.visibility, petition.state, is_organizer=is_organizer)
        if names is Names.NONE:
            raise NamesNotShown
        signatures = await self._roll.all(petition.id)
        counted = await asyncio.to_thread(count, petition, signatures)
        everywhere = petition.terms.visibility is Visibility.PUBLIC
        return [
            each
            for each in signatures
            if each.tag in counted.tags
            and (everywhere or each.guild_id == guild.id)
            and (names is Names.COUNTED or not _waits(each))
        ]

    def _opened(self, petition: Petition, signatures: Sequence[Signature]) -> list[str]:
        """Return the names under signatures; slow by decryption, so called in a thread."""
        own = self._keys.own(key_of(petition.id))
        if own is None:
            return []
        identity = own.identity
        return [_opened(each.name, identity) for each in signatures if each.name is not None]

    async def _looking(self, actor: Actor) -> tuple[Guild, bool]:
        try:
            return await self._guilds.organizer_at_work(actor), True
        except NotAnOrganizer:
            return await self._guilds.ready(actor.guild_id), False


def _waits(signature: Signature) -> bool:
    """Tell whether somebody is counted only with others; a number of one is their own signature."""
    return signature.share is not None or (signature.at_least or 1) > 1


def _opened(sealed: bytes, identity: Identity) -> str:
    """Return a name; one that was sealed with a key that is gone counts, and has none."""
    try:
        return str(open_sealed(sealed, identity)["name"])
    except Unreadable:
        return ""
