"""Organizers plan a town hall: over several forms, until everybody is told; then they change it and call it off."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import discord
import pytest

from bot.demo.world import World
from bot.ids import Actor, GuildId, RoleId, UserId
from bot.townhalls.plans import Place, PlaceKind, Plan
from bot.townhalls.repeats import EveryWeeks, Repeat
from bot.townhalls.rules import TownHall
from bot.townhalls.scheduling import Scheduling
from cogs.townhalls.events import RETRY_TICKS
from tests.journeys.conftest import Somebody
from tests.journeys.people import Person, posts
from tests.journeys.test_poll_composer import form_of, is_pressable

WORDS = {"title": "What the pilot measured", "text": "Bring what you noticed.", "minutes": "60"}


@pytest.fixture
async def otto(world: World, administrator: Person, vera: Person) -> Person:
    """An organizer of a server with a channel for town halls."""
    await administrator.chooses("guilds:channel:v1:townhalls", world.channels["town-halls"])
    return vera


@pytest.fixture
def stage(world: World) -> Any:
    return world.guild.create_stage_channel("stage")


async def zone(world: World) -> ZoneInfo:
    return (await world.settings_made()).zone_info


async def typed(world: World, days: int, at: str = "18:00") -> tuple[str, datetime]:
    """Return a moment so many days from now as organizers type it, and the instant that it means."""
    local = (world.clock.now().astimezone(await zone(world)) + timedelta(days=days)).strftime("%Y-%m-%d") + f" {at}"
    return local, datetime.strptime(local, "%Y-%m-%d %H:%M").replace(tzinfo=await zone(world))


async def begins(world: World, person: Person, *channel: Any, days: int = 5, **words: Any) -> datetime:
    """Fill in the first form of a plan and return when it starts."""
    text, starts_at = await typed(world, days)
    await person.runs("townhall schedule")
    await person.fills_in(**{**WORDS, "starts": text, "channel": list(channel), **words})
    return starts_at


async def announces(world: World, person: Person) -> None:
    await person.presses("Announce")
    await person.presses("Announce")
    await world.tick()


async def test_a_town_hall_is_planned_over_several_forms_and_announced(world: World, otto: Person, stage: Any) -> None:
    starts_at = await begins(world, otto, stage)
    assert f"<t:{int(starts_at.timestamp())}:F>" in otto.seen
    await otto.presses("Agenda and people")
    role = world.roles["Organizers"]
    await otto.fills_in(agenda="Welcome – 5\nNumbers, 75", services=["captions"], seats="40", role=[role])
    assert "20 more than the 60" in otto.seen
    assert not is_pressable(otto, "Announce")
    await otto.presses("Agenda and people")
    await otto.fills_in(agenda="Welcome – 5\nNumbers, 50", services=["captions"], seats="40", role=[role])
    assert "**40 seats.**" in otto.seen
    await otto.presses("Repeat")
    await otto.fills_in(rhythm=["weeks"], number="2", weekdays=[], ends="2099-01-01")
    assert "every two weeks on" in otto.seen
    await otto.presses("More")
    await otto.fills_in(late="24", event=["no"])
    assert "24 hours after the end" in otto.seen
    composer = otto.last
    await otto.presses("Preview")
    preview = otto.seen
    assert not is_pressable(otto, "I'm coming")
    otto.last = composer
    assert posts(world, "town-halls") == []
    await announces(world, otto)
    assert "## Announced" in otto.seen
    (shown,) = posts(world, "town-halls")
    assert shown.splitlines()[:-1] == preview.splitlines()[:-1]


async def test_a_draft_is_found_again_and_needs_a_place(world: World, otto: Person, somebody: Somebody) -> None:
    await begins(world, otto)
    assert "still missing" in otto.seen
    assert not is_pressable(otto, "Announce")
    await world.restart()
    await otto.runs("townhall schedule")
    await otto.presses("Open")
    await otto.presses("When and where")
    form = form_of(otto)
    await otto.fills_in(**form | {"channel": [], "link": "http://example.org"})
    assert "https://" in otto.seen
    await otto.runs("townhall schedule")
    await otto.presses("Open")
    await otto.presses("When and where")
    await otto.fills_in(**form | {"channel": [], "link": "https://example.org/room"})
    assert "whoever hosts it sees who comes" in otto.seen
    assert is_pressable(otto, "Announce")
    await otto.presses("Discard")
    await otto.presses("Discard")
    ana = somebody("Ana")
    await ana.runs("townhall schedule")
    assert "This is for organizers" in ana.seen


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"starts": "tomorrow"}, "Please write the time as"),
        ({"minutes": "5"}, "from 10 to 480 minutes"),
    ],
)
async def test_what_cannot_be_read_is_refused_in_words(
    world: World, otto: Person, form: dict[str, Any], words: str
) -> None:
    await begins(world, otto, **form)
    assert words in otto.seen


async def test_a_change_of_the_hour_is_told_once_and_a_change_of_words_is_not(
    world: World, otto: Person, stage: Any
) -> None:
    starts_at = await begins(world, otto, stage)
    await announces(world, otto)
    await otto.presses("The plan")
    await otto.presses("Words")
    await otto.fills_in(title="Another title", text="")
    await world.tick()
    (shown,) = posts(world, "town-halls")
    assert "Another title" in shown
    text, moved_to = await typed(world, 6)
    await otto.presses("When and where")
    assert "scope" not in form_of(otto)
    await otto.fills_in(starts=text, minutes="60", channel=[stage], link="")
    assert f"<t:{int(moved_to.timestamp())}:F>" in otto.seen
    await world.tick()
    _, told = posts(world, "town-halls")
    assert f"<t:{int(starts_at.timestamp())}:F>" in told
    assert f"<t:{int(moved_to.timestamp())}:F>" in told


async def test_one_of_a_series_is_moved_or_all_that_follow(world: World, otto: Person, stage: Any) -> None:
    await begins(world, otto, stage)
    await otto.presses("Repeat")
    await otto.fills_in(rhythm=["days"], number="7", weekdays=[], ends="")
    await announces(world, otto)
    await otto.presses("The plan")
    for scope, at in (("one", "19:00"), ("all", "20:00")):
        text, moved_to = await typed(world, 5, at)
        await otto.presses("When and where")
        await otto.fills_in(starts=text, minutes="60", channel=[stage], link="", scope=[scope])
        assert f"<t:{int(moved_to.timestamp())}:F>" in otto.seen
    await otto.presses("Cancel it")
    await otto.presses("Cancel this one")
    assert "**Cancelled.**" in otto.seen
    for _ in range(5):
        await world.later(minutes=1)
    _, next_one = await typed(world, 12, "20:00")
    coming = [post for post in posts(world, "town-halls") if "[I'm coming]" in post]
    assert [f"<t:{int(next_one.timestamp())}:F>" in post for post in coming] == [True]


async def test_cancelling_asks_once_more_and_is_told_once(world: World, otto: Person, stage: Any) -> None:
    await begins(world, otto, stage)
    await announces(world, otto)
    await otto.presses("The plan")
    await otto.presses("Cancel it")
    await world.tick()
    assert len(posts(world, "town-halls")) == 1
    await otto.presses("Cancel this one")
    await world.tick()
    card, told = posts(world, "town-halls")
    assert "**Cancelled.**" in card
    assert "is cancelled." in told


# Discord's own event


def events(world: World) -> list[Any]:
    return list(world.env.backend.get_guild(world.guild.id).scheduled_events.values())


async def mirrored(world: World, person: Person, *channel: Any) -> datetime:
    starts_at = await begins(world, person, *channel)
    await person.presses("More")
    await person.fills_in(late="48", event=["yes"])
    return starts_at


async def test_no_event_of_discords_own_is_made_unless_it_was_chosen(world: World, otto: Person, stage: Any) -> None:
    await begins(world, otto, stage)
    await otto.presses("More")
    assert "everybody in this server can read by name" in str(otto.last.modal)  # type: ignore[union-attr]
    await otto.fills_in(late="48", event=["no"])
    await announces(world, otto)
    assert events(world) == []


async def test_discords_own_event_follows_the_town_hall(world: World, otto: Person, stage: Any) -> None:
    starts_at = await mirrored(world, otto, stage)
    assert "read by name" in otto.seen
    assert events(world) == []
    await announces(world, otto)
    (event,) = events(world)
    assert (event.name, datetime.fromisoformat(event.scheduled_start_time)) == (WORDS["title"], starts_at)
    await otto.presses("The plan")
    text, moved_to = await typed(world, 6)
    await otto.presses("When and where")
    await otto.fills_in(starts=text, minutes="60", channel=[], link="https://example.org/room")
    assert "could not be" not in otto.seen
    (event,) = events(world)
    assert datetime.fromisoformat(event.scheduled_start_time) == moved_to
    assert event.entity_metadata == {"location": "https://example.org/room"}
    await otto.presses("Cancel it")
    await otto.presses("Cancel this one")
    assert events(world) == []


async def test_an_event_that_cannot_be_made_is_told_and_the_town_hall_stands(
    world: World, otto: Person, stage: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_: object, **__: object) -> None:
        response: Any = type("Response", (), {"status": 403, "reason": "Forbidden"})()
        raise discord.Forbidden(response, {"code": 50013, "message": "Missing Permissions"})

    await mirrored(world, otto, stage)
    with monkeypatch.context() as patched:
        patched.setattr(discord.Guild, "create_scheduled_event", refuse)
        await announces(world, otto)
    assert "could not be made" in otto.seen
    assert "## Announced" in otto.seen
    assert len(posts(world, "town-halls")) == 1
    await otto.presses("The plan")
    await otto.presses("Put it into Discord’s events")
    assert len(events(world)) == 1
    assert "Put it into" not in otto.seen


async def weekly(world: World) -> TownHall:
    """Announce the first town hall of a mirrored series, with its event."""
    local = (world.clock.now() + timedelta(days=3)).astimezone(await zone(world)).replace(second=0, microsecond=0)
    place, every_week = Place(PlaceKind.OUTSIDE, "https://example.org/room"), Repeat(EveryWeeks(1, (local.weekday(),)))
    name = (await zone(world)).key
    plan = Plan(WORDS["title"], "", place, name, local.date(), local.time(), 60, every_week, is_mirrored=True)
    with world.env.time_context():
        hall = await world.steward.scheduling.schedule(actor_of(world), "a form", plan)
    await world.tick()
    return hall


def actor_of(world: World) -> Actor:
    roles = frozenset({RoleId(world.roles["Organizers"].id)})
    return Actor(GuildId(world.guild.id), UserId(world.people["Vera"].user.id), roles)


async def over(world: World, hall: TownHall) -> None:
    """Let a town hall go by without anybody leading it, so that the next is announced."""
    await world.until(hall.ends_at + timedelta(hours=3, minutes=1))
    await world.tick()


async def looks_at_the_next(world: World, person: Person) -> None:
    """Open the plan of the town hall that comes next."""
    hall = next(each for each in await world.steward.town_halls.listed(actor_of(world)) if each.state == "scheduled")
    await person.runs("townhall manage")
    person.last = await person.member.click(person._card, custom_id=f"hallroom:open:v1:{hall.id}")
    await person.presses("The plan")


def starts(world: World) -> list[datetime]:
    return sorted(datetime.fromisoformat(event.scheduled_start_time) for event in events(world))


async def test_each_town_hall_of_a_mirrored_series_has_its_event_once(world: World, otto: Person) -> None:
    first = await weekly(world)
    await looks_at_the_next(world, otto)
    await otto.presses("Put it into Discord’s events")
    assert starts(world) == [first.starts_at]
    await over(world, first)
    second = first.starts_at + timedelta(days=7)
    await world.restart()
    for _ in range(3):
        await world.tick()
    assert starts(world) == [first.starts_at, second]
    await looks_at_the_next(world, otto)
    assert "Put it into" not in otto.seen
    await otto.presses("Cancel it")
    await otto.presses("Cancel this one")
    await world.tick()
    assert starts(world) == [first.starts_at, first.starts_at + timedelta(days=14)], "and the one after it follows"


async def test_an_event_that_was_made_and_not_noted_before_a_crash_is_not_made_twice(
    world: World, otto: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await weekly(world)

    async def crash(*_: object) -> bool:
        raise OSError

    with monkeypatch.context() as patched:
        patched.setattr(Scheduling, "mirrored", crash)
        await over(world, first)
    assert len(events(world)) == 1
    await world.restart()
    for _ in range(3):
        await world.tick()
    assert len(events(world)) == 1
    await looks_at_the_next(world, otto)
    assert "Put it into" not in otto.seen, "it is known whose it is"


async def test_what_discord_refuses_is_tried_again_later_and_holds_up_nothing(
    world: World, otto: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, tries = await weekly(world), []

    async def refuse(*_: object, **__: object) -> None:
        tries.append(1)
        response: Any = type("Response", (), {"status": 403, "reason": "Forbidden"})()
        raise discord.Forbidden(response, {"code": 50013, "message": "Missing Permissions"})

    with monkeypatch.context() as patched:
        patched.setattr(discord.Guild, "create_scheduled_event", refuse)
        await over(world, first)
        for _ in range(5):
            await world.tick()
        assert len(tries) == 1, "not at every tick"
    assert len(posts(world, "town-halls")) > 1, "the next is announced"
    for _ in range(RETRY_TICKS + 1):
        await world.tick()
    assert len(events(world)) == 1
