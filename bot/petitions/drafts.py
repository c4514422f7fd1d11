"""Write a petition before anybody else sees it: the draft that its author comes back to."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta

from bot.cleaning import clean, one_line
from bot.clock import Clock
from bot.database.engine import Database
from bot.guilds.service import Guild, Guilds
from bot.ids import Actor
from bot.petitions import records, rules
from bot.petitions.records import PetitionSettings
from bot.petitions.rules import Petition, State, Terms, Visibility
from bot.petitions.service import Petitions, can_seal, completed, locked_draft
from bot.petitions.structure import Unit
from bot.petitions.wording import LONGEST_TITLE, LONGEST_WHOM, LONGEST_WHY, Wording
from bot.refusals import N_, NotAnOrganizer, Refusal

USUAL_GOAL = 25
USUAL_DAYS = 30
MOST_UNITS = 10
MOST_DRAFTED = 8
"""Demands that a draft holds; what is too much for a petition is told when it is sent off."""


class TooManyUnits(Refusal):
    """More parts of the workplace than a menu and a card can show."""

    sentence = N_("At most {limit} parts of the workplace can be counted apart. Put the smaller ones together.")


@dataclass(frozen=True, slots=True)
class Draft:
    """A petition in the making, as its author sees it; `lacking` is what keeps it from being sent off."""

    petition: Petition
    guild: Guild
    is_organizer: bool
    lacking: Refusal | None

    @property
    def can_seal(self) -> bool:
        """Tell whether names could be sealed for two organizers."""
        return can_seal(self.guild)


def drafted(title: str, whom: str, demands: Iterable[str], why: str) -> Wording:
    """Return what is written so far, cleaned, however much is still missing."""
    written = [line for line in map(one_line, demands) if line]
    return Wording(
        one_line(title)[:LONGEST_TITLE],
        one_line(whom)[:LONGEST_WHOM],
        tuple(dict.fromkeys(written))[:MOST_DRAFTED],
        clean(why)[:LONGEST_WHY],
    )


def deadline(guild: Guild, days: int, now: datetime) -> datetime:
    """Return the midnight in the guild's zone on which signing ends; raises `DeadlineOutOfRange`.

    A deadline to the minute would tell everybody when the petition was written.
    """
    if not 1 <= days <= rules.LONGEST_DAYS:
        raise rules.DeadlineOutOfRange(limit=rules.LONGEST_DAYS)
    day = now.astimezone(guild.zone_info).date() + timedelta(days=days)
    midnight = datetime.combine(day, time(), guild.zone_info).astimezone(UTC)
    return midnight if midnight - now >= timedelta(days=1) else midnight + timedelta(days=1)


class Drafts:
    """What authors do with petitions that nobody else sees yet."""

    def __init__(self, petitions: Petitions, guilds: Guilds, database: Database, clock: Clock) -> None:
        self._petitions = petitions
        self._guilds = guilds
        self._database = database
        self._clock = clock

    async def begin(self, actor: Actor, token: str, wording: Wording, visibility: Visibility) -> Draft:
        """Keep the first words of a petition with the usual goal and deadline, and return the draft."""
        guild, settings = await self._petitions.starter(actor)
        ends_at = deadline(guild, USUAL_DAYS, self._clock.now())
        terms = Terms(visibility, USUAL_GOAL, settings.supporters, ends_at)
        petition = await self._petitions.start(actor, token, wording, terms)
        return await self.find(actor, petition.id)

    async def find(self, actor: Actor, petition_id: str) -> Draft:
        """Return a draft to its author; raises `PetitionGone` for everybody else and once it was sent off."""
        guild, _ = await self._petitions.starter(actor)
        petition = await self._petitions.own(actor, petition_id)
        if petition.state is not State.DRAFT:
            raise rules.PetitionGone
        return await self._as_draft(actor, guild, petition)

    async def rewrite(self, actor: Actor, petition_id: str, wording: Wording, visibility: Visibility) -> Draft:
        """Change what a draft says and who will see the names of those who sign."""

        def change(draft: Petition, settings: PetitionSettings) -> Petition:  # noqa: ARG001 - one of several changes
            has_live_count = draft.terms.has_live_count and visibility is Visibility.PUBLIC
            terms = replace(draft.terms, visibility=visibility, has_live_count=has_live_count)
            return replace(draft, wording=wording, terms=terms)

        return await self._change_draft(actor, petition_id, change)

    async def set_goal(
        self, actor: Actor, petition_id: str, threshold: int, days: int, *, has_live_count: bool
    ) -> Draft:
        """Set a draft's goal and deadline; raises what `rules.set_terms` raises and then changes nothing."""
        guild, _ = await self._petitions.starter(actor)
        now = self._clock.now()
        ends_at = deadline(guild, days, now)

        def change(draft: Petition, settings: PetitionSettings) -> Petition:
            supporters = max(rules.FEWEST_SUPPORTERS, min(settings.supporters, threshold))
            visibility = draft.terms.visibility
            terms = rules.set_terms(visibility, threshold, supporters, ends_at, now, has_live_count=has_live_count)
            return replace(draft, terms=terms)

        return await self._change_draft(actor, petition_id, change)

    async def set_units(self, actor: Actor, petition_id: str, units: Sequence[Unit]) -> Draft:
        """Set the parts of the workplace that are counted apart; raises `NotAnOrganizer` or `TooManyUnits`."""
        await self._guilds.organizer_at_work(actor)
        if len(units) > MOST_UNITS:
            raise TooManyUnits(limit=MOST_UNITS)
        counted = {unit.name: unit.headcount for unit in units}
        return await self._change_draft(actor, petition_id, lambda draft, _: replace(draft, units=counted))

    async def discard(self, actor: Actor, petition_id: str) -> None:
        """Delete a draft: nobody but its author has ever seen it. Raises `PetitionGone`."""
        petition = await self._petitions.own(actor, petition_id)
        async with self._database.begin() as connection:
            if not await records.drop_draft(connection, petition.id):
                raise rules.PetitionGone
        await self._petitions.shred(petition.id)

    async def _change_draft(
        self, actor: Actor, petition_id: str, change: Callable[[Petition, PetitionSettings], Petition]
    ) -> Draft:
        guild, settings = await self._petitions.starter(actor)
        petition = await self._petitions.own(actor, petition_id)
        async with self._database.begin() as connection:
            changed = change(await locked_draft(connection, petition.id), settings)
            await records.rewrite(connection, changed)
        return await self._as_draft(actor, guild, changed)

    async def _as_draft(self, actor: Actor, guild: Guild, petition: Petition) -> Draft:
        lacking: Refusal | None = None
        try:
            completed(petition, guild, self._clock.now())
        except Refusal as refusal:
            lacking = refusal
        try:
            await self._guilds.organizer(actor)
        except NotAnOrganizer:
            return Draft(petition, guild, is_organizer=False, lacking=lacking)
        return Draft(petition, guild, is_organizer=True, lacking=lacking)
