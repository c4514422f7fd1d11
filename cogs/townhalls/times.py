"""Finding a time for a town hall: proposing, answering in private, and what came of it; and where members live."""

from zoneinfo import ZoneInfo

from discord.ext import commands

from bot.client import StewardClient
from bot.polls.typed import read_moment
from bot.townhalls.timefinding import TIMES, AnswerIncomplete, SearchGone, TimePoll
from cogs.interactions import Request, answers
from cogs.townhalls import planning_forms, times_cards, times_forms


async def propose(request: Request) -> None:
    """Open the form for times, or show the searches that are open already.

    Raises `NotAnOrganizer`, `Frozen` or `NoTownHallsChannel`.
    """
    found = await _open_searches(request)
    if found:
        await request.show(times_cards.searches(request.t, found))
    else:
        await _ask(request)


async def show_zones(request: Request) -> None:
    """Show where members live, as organizers named it, and how nights fell so far."""
    bands = await request.interaction.client.steward.time_finding.bands(request.actor)
    await request.show(times_cards.zones(request.t, bands))


async def _open_searches(request: Request) -> list[TimePoll]:
    steward = request.interaction.client.steward
    await steward.hall_drafts.starter(request.actor)
    return [each for each in await steward.time_finding.searches(request.actor) if each.state == "open"]


async def _ask(request: Request) -> None:
    steward = request.interaction.client.steward
    guild = await steward.hall_drafts.starter(request.actor)
    place = f"hallplan:proposed:v1:{steward.town_halls.new_form()}"
    await request.ask(times_forms.search_form(request.t, place, guild.zone))


class HallTimes(commands.Cog):
    """Let organizers ask when people could meet, and members answer in private."""

    def __init__(self, client: StewardClient) -> None:
        self._finding = client.steward.time_finding
        self._drafts = client.steward.hall_drafts
        self._halls = client.steward.town_halls
        client.steward.outgoing.render_with(TIMES, times_cards.times_card)

    # What organizers do

    @answers("hallplan:newsearch:v1")
    async def start_anew(self, request: Request) -> None:
        """Open the form for times."""
        await _ask(request)

    @answers("hallplan:searches:v1")
    async def show_searches(self, request: Request) -> None:
        """Show the searches that are open."""
        await request.show(times_cards.searches(request.t, await _open_searches(request)))

    @answers("hallplan:proposed:v1")
    async def keep_proposed(self, request: Request) -> None:
        """Ask members for the times that were typed."""
        (token,) = request.arguments
        guild, fields, now = await self._drafts.starter(request.actor), request.fields, request.interaction.created_at
        slots = times_forms.filled_slots(fields, guild.zone_info, now)
        closes_at = read_moment(fields.get(times_forms.CLOSES, ""), guild.zone_info, now)
        title, minutes = (
            fields.get(times_forms.TITLE, ""),
            planning_forms.number_in(fields.get(times_forms.MINUTES, "")),
        )
        poll = await self._finding.propose(request.actor, token, title, minutes, slots, closes_at)
        await request.show(times_cards.asked(request.t, poll))

    @answers("hallplan:close:v1")
    async def ask_to_close(self, request: Request) -> None:
        """Ask once more before a search is closed."""
        await self._ask_to_end(request, is_cancelled=False)

    @answers("hallplan:calloff:v1")
    async def ask_to_call_off(self, request: Request) -> None:
        """Ask once more before a search is called off."""
        await self._ask_to_end(request, is_cancelled=True)

    @answers("hallplan:closed:v1")
    async def close(self, request: Request) -> None:
        """Close a search, or call it off."""
        poll_id, scope = request.arguments
        poll = await self._finding.close(request.actor, poll_id, is_cancelled=scope == "off")
        await request.show(times_cards.closed(request.t, poll))

    @answers("hallplan:choose:v1")
    async def choose(self, request: Request) -> None:
        """Let organizers schedule one of the times."""
        guild = await self._drafts.starter(request.actor)
        poll = await self._finding.find(request.actor, request.arguments[0])
        await request.show(times_cards.choose(request.t, poll, guild.zone_info))

    @answers("hallplan:take:v1")
    async def take(self, request: Request) -> None:
        """Open the first form of a plan, filled in with the time that was chosen."""
        guild = await self._drafts.starter(request.actor)
        poll = await self._finding.find(request.actor, request.arguments[0])
        number = planning_forms.number_in(request.values[0])
        if poll.result is None or not 0 <= number < len(poll.result):
            raise SearchGone
        starts_at = next(slot for slot in poll.slots if int(slot.timestamp()) == poll.result[number]["starts"])
        place = f"hallplan:begun:v1:{self._halls.new_form()}"
        form = planning_forms.first_form(request.t, place, guild.zone, poll.title, starts_at, poll.minutes)
        await request.ask(form)

    @answers("hallplan:zones:v1")
    async def ask_for_zones(self, request: Request) -> None:
        """Open the form for where members live."""
        await self._drafts.listed(request.actor)  # who may not is told so first
        bands = await self._finding.bands(request.actor)
        zones = [band.zone.key for band in bands]
        await request.ask(times_forms.zones_form(request.t, "hallplan:zoned:v1", zones))

    @answers("hallplan:zoned:v1")
    async def set_zones(self, request: Request) -> None:
        """Name where members live."""
        bands = await self._finding.name_bands(request.actor, times_forms.filled_zones(request.fields))
        await request.show(times_cards.zones(request.t, bands))

    # What members do

    @answers("hallplan:answer:v1")
    async def answer(self, request: Request) -> None:
        """Ask for the first time, and tell what was answered before."""
        await self._show_slot(request, "")

    @answers("hallplan:again:v1")
    async def begin_again(self, request: Request) -> None:
        """Ask for the first time once more."""
        await self._show_slot(request, "")

    @answers("hallplan:mark:v1")
    async def mark(self, request: Request) -> None:
        """Go on to the next time, or to the review after the last."""
        await self._show_slot(request, request.arguments[1])

    @answers("hallplan:sent:v1")
    async def send(self, request: Request) -> None:
        """Keep an answer."""
        poll_id, marks = request.arguments
        await request.show(times_cards.sent(request.t, await self._finding.answer(request.actor, poll_id, marks)))

    @answers("hallplan:takeback:v1")
    async def take_back(self, request: Request) -> None:
        """Delete an answer."""
        await self._finding.take_back(request.actor, request.arguments[0])
        await request.show(times_cards.taken_back(request.t))

    # Steps

    async def _ask_to_end(self, request: Request, *, is_cancelled: bool) -> None:
        await self._drafts.listed(request.actor)  # who may not is told so first
        poll = await self._finding.find(request.actor, request.arguments[0])
        await request.show(times_cards.closing(request.t, poll, is_cancelled=is_cancelled))

    async def _show_slot(self, request: Request, marks: str) -> None:
        """Show the time that `marks`, which may be forged, have come to."""
        poll_id = request.arguments[0]
        before = await self._finding.own_answer(request.actor, poll_id)  # refuses where nobody can answer any more
        poll = await self._finding.find(request.actor, poll_id)
        if not set(marks) <= set(times_cards.ANSWERS) or len(marks) > len(poll.slots):
            raise AnswerIncomplete
        if len(marks) == len(poll.slots):
            await request.show(times_cards.review(request.t, poll, marks))
            return
        zones: list[ZoneInfo] = [band.zone for band in await self._finding.bands(request.actor)]
        await request.show(times_cards.slot(request.t, poll, marks, zones, before))
