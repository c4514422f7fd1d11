"""The directory of training and help: everybody reads it, organizers look after it, the digest names some of it."""

import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from bot.clock import Clock
from bot.database.audit import AuditChain
from bot.database.engine import Database, Transaction
from bot.guilds.service import Guilds
from bot.ids import Actor, GuildId
from bot.refusals import N_, NotAnOrganizer
from bot.resources import records, rules
from bot.resources.rules import WAITING, Chosen, Resource, ResourceGone, Terms, TooManyResources, Words
from bot.resources.taxonomy import KINDS, STARTER, Kind

NAMED = 3
"""Entries that one digest names, to members and to organizers alike."""

ADDED = N_("added an entry to the help directory")
CHANGED = N_("changed an entry of the help directory")
TOOK_OUT = N_("took an entry out of the help directory")
PUT_BACK = N_("put an entry of the help directory back")
CONFIRMED = N_("found an entry of the help directory still right")
TOLD = (ADDED, CHANGED, TOOK_OUT, PUT_BACK, CONFIRMED)

_OWN_ID = re.compile(r"own-[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class Listing:
    """What somebody sees of a directory: what they chose, and every tag that they could choose.

    `waiting` counts what organizers are asked to look at, and `taken_out` is what they can put back: both are empty
    for others, and so is everything that is not shown any more.
    """

    entries: tuple[Resource, ...]
    chosen: Chosen
    kinds: tuple[Kind, ...]
    regions: tuple[str, ...]
    languages: tuple[str, ...]
    taken_out: tuple[str, ...]
    waiting: int
    today: date
    is_organizer: bool


@dataclass(frozen=True, slots=True)
class Opened:
    """One entry before an organizer who may change it, on a day of their server."""

    resource: Resource
    today: date


class Resources:
    """The directories of all guilds. Nothing is kept of who reads them or looks for what."""

    def __init__(self, guilds: Guilds, database: Database, audit: AuditChain, clock: Clock) -> None:
        self._guilds = guilds
        self._database = database
        self._audit = audit
        self._clock = clock

    async def listed(
        self, actor: Actor, kind: str | None = None, region: str | None = None, language: str | None = None
    ) -> Listing:
        """Return what fits of the directory, for anybody in the guild; region and language are given by their marks.

        Organizers also see what is not shown any more, and may ask for what waits for them alone.
        """
        guild = await self._guilds.ready(actor.guild_id)
        today = self._clock.now().astimezone(guild.zone_info).date()
        is_organizer = await self._is_organizer(actor)
        chosen = Chosen(kind if is_organizer or kind != WAITING else None, region, language)
        async with self._database.begin() as connection:
            every, taken_out = await records.directory(connection, actor.guild_id)
        seen = [each for each in _ordered(every.values()) if is_organizer or rules.is_shown(each, today)]
        return Listing(
            entries=tuple(each for each in seen if rules.fits(each, chosen, today)),
            chosen=chosen,
            kinds=tuple(kind for kind in KINDS if any(each.words.kind is kind for each in seen)),
            regions=_tags(each.terms.region for each in seen),
            languages=_tags(each.terms.language for each in seen),
            taken_out=tuple(taken_out) if is_organizer else (),
            waiting=sum(rules.fits(each, Chosen(WAITING), today) for each in seen) if is_organizer else 0,
            today=today,
            is_organizer=is_organizer,
        )

    async def opened(self, actor: Actor, resource_id: str) -> Opened:
        """Return one entry for an organizer to look after; raises `ResourceGone`."""
        guild = await self._guilds.organizer_at_work(actor)
        async with self._database.begin() as connection:
            found = await _find(connection, guild.id, resource_id)
        return Opened(found, self._clock.now().astimezone(guild.zone_info).date())

    async def new_entry(self, actor: Actor) -> str:
        """Return the id of an entry to be written; its form sent twice keeps it once."""
        await self._guilds.organizer_at_work(actor)
        return f"own-{secrets.token_hex(4)}"

    async def add(self, actor: Actor, resource_id: str, words: Words) -> None:
        """Add an entry, shown from now on and to be looked at again in half a year.

        Raises `ResourceGone` or `TooManyResources`. One that is there already stays as it is.
        """
        guild = await self._guilds.organizer_at_work(actor)
        if not _OWN_ID.fullmatch(resource_id):
            raise ResourceGone
        now = self._clock.now()
        terms = Terms(review_on=rules.next_review(now.astimezone(guild.zone_info).date()))
        async with self._database.begin() as connection:
            every, _ = await records.directory(connection, guild.id)
            if resource_id in every:
                return
            if sum(not each.is_starter for each in every.values()) >= rules.MOST_OF_OWN:
                raise TooManyResources(limit=rules.MOST_OF_OWN)
            await records.keep(connection, guild.id, resource_id, words, terms)
            await self._audit.record(connection, guild.id, actor, ADDED, now, details={"resource": resource_id})

    async def change(self, actor: Actor, resource_id: str, words: Words) -> None:
        """Word an entry anew, which counts as having looked at it; raises `ResourceGone`."""
        opened = await self.opened(actor, resource_id)
        terms = replace(opened.resource.terms, review_on=rules.next_review(opened.today))
        await self._keep(actor, replace(opened.resource, words=words, terms=terms), CHANGED)

    async def choose_terms(
        self, actor: Actor, resource_id: str, region: str, language: str, expires_on: str, review_on: str
    ) -> None:
        """Set for whom an entry is, until when it is shown and when it is looked at again, as typed.

        Raises `ResourceGone`, or what `rules.set_terms` raises.
        """
        opened = await self.opened(actor, resource_id)
        terms = rules.set_terms(region, language, expires_on, review_on, opened.today)
        await self._keep(actor, replace(opened.resource, terms=terms), CHANGED)

    async def confirm(self, actor: Actor, resource_id: str) -> None:
        """Note that an entry is still right: the next look is in half a year. Raises `ResourceGone`.

        One whose last day is over stays out of sight: that takes another day.
        """
        opened = await self.opened(actor, resource_id)
        terms = replace(opened.resource.terms, review_on=rules.next_review(opened.today))
        await self._keep(actor, replace(opened.resource, terms=terms), CONFIRMED)

    async def take_out(self, actor: Actor, resource_id: str) -> None:
        """Show an entry no more; one that organizers wrote is forgotten. Raises `ResourceGone`."""
        guild = await self._guilds.organizer_at_work(actor)
        async with self._database.begin() as connection:
            found = await _find(connection, guild.id, resource_id)
            await records.take_out(connection, guild.id, found.id)
            told = {"resource": found.id}
            await self._audit.record(connection, guild.id, actor, TOOK_OUT, self._clock.now(), details=told)

    async def put_back(self, actor: Actor, resource_id: str) -> None:
        """Show an entry of the starter set as it came with Steward again; raises `ResourceGone`."""
        guild = await self._guilds.organizer_at_work(actor)
        if resource_id not in STARTER:
            raise ResourceGone
        async with self._database.begin() as connection:
            await records.drop(connection, guild.id, resource_id)
            told = {"resource": resource_id}
            await self._audit.record(connection, guild.id, actor, PUT_BACK, self._clock.now(), details=told)

    # For the digest

    async def for_digest(
        self, connection: Transaction, guild_id: GuildId, since: datetime, now: datetime
    ) -> dict[str, Any]:
        """Return which entries a digest for members names, in the transaction that makes it; nothing if there is none.

        They move on with each regular digest. Kind, title and region of starter entries are yet to be translated.
        """
        del since  # told for as long as it holds
        guild = await self._guilds.find_in(connection, guild_id)
        if guild is None:
            return {}
        today = now.astimezone(guild.zone_info).date()
        every, _ = await records.directory(connection, guild_id)
        shown = [each for each in every.values() if rules.is_shown(each, today)]
        number = rules.turn(guild.digest_rhythm, guild.digest_rhythm.latest(now).day)
        first = rules.rotation(shown, number, NAMED)
        if not first:
            return {}
        named = [[str(each.words.kind), each.words.title, each.words.link, each.terms.region] for each in first]
        return {"first": named, "more": len(shown) - len(named)}

    async def for_organizers(
        self, connection: Transaction, guild_id: GuildId, since: datetime, now: datetime
    ) -> dict[str, Any]:
        """Return what waits for organizers, the longest first: what to look at again, and what is not shown any more.

        In the transaction of the digest; what is empty is left out.
        """
        del since  # told for as long as it holds
        guild = await self._guilds.find_in(connection, guild_id)
        if guild is None:
            return {}
        today = now.astimezone(guild.zone_info).date()
        every, _ = await records.directory(connection, guild_id)
        shown = [each for each in every.values() if rules.is_shown(each, today)]
        reviews = [(each.terms.review_on, each) for each in shown if rules.is_to_review(each, today)]
        expired = [(each.terms.expires_on, each) for each in every.values() if not rules.is_shown(each, today)]
        waiting = {"reviews": _first(reviews), "expired": _first(expired)}
        return {name: told for name, told in waiting.items() if told}

    # Steps that several of the above share

    async def _is_organizer(self, actor: Actor) -> bool:
        try:
            await self._guilds.organizer(actor)
        except NotAnOrganizer:
            return False
        return True

    async def _keep(self, actor: Actor, resource: Resource, action: str) -> None:
        async with self._database.begin() as connection:
            await _find(connection, actor.guild_id, resource.id)
            await records.keep(connection, actor.guild_id, resource.id, resource.words, resource.terms)
            told = {"resource": resource.id}
            await self._audit.record(connection, actor.guild_id, actor, action, self._clock.now(), details=told)


async def _find(connection: Transaction, guild_id: GuildId, resource_id: str) -> Resource:
    every, _ = await records.directory(connection, guild_id)
    if resource_id not in every:
        raise ResourceGone
    return every[resource_id]


def _ordered(entries: Iterable[Resource]) -> list[Resource]:
    """Return entries by kind, what organizers wrote before what came with Steward."""
    kinds, known = list(KINDS), list(STARTER)
    return sorted(
        entries,
        key=lambda each: (
            kinds.index(each.words.kind),
            known.index(each.id) + 1 if each.is_starter else 0,
            each.words.title.casefold(),
            each.id,
        ),
    )


def _tags(texts: Iterable[str]) -> tuple[str, ...]:
    """Return every single tag once, however it is capitalized."""
    found: dict[str, str] = {}
    for text in texts:
        for tag in rules.tags(text):
            found.setdefault(rules.mark(tag), tag)
    return tuple(sorted(found.values(), key=str.casefold))


def _first(dated: Sequence[tuple[date | None, Resource]]) -> dict[str, Any]:
    if not dated:
        return {}
    order = sorted((day.isoformat(), each.words.title, each.id) for day, each in dated if day is not None)
    return {"first": [[title, day] for day, title, _ in order[:NAMED]], "more": max(0, len(order) - NAMED)}
