"""Members read of town halls, say in private that they come, ask, and take the dates into their calendars."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest

from bot.demo.world import World
from bot.ids import Actor, GuildId, RoleId, UserId
from bot.townhalls.plans import Item, Place, PlaceKind, Plan, Service
from bot.townhalls.repeats import EveryWeeks, Repeat
from bot.townhalls.rules import TownHall
from tests.journeys.conftest import Somebody
from tests.journeys.people import Person, posts
from tests.journeys.test_polls import hide_a_channel

CHANNEL = "town-halls"
TITLE = "What the pilot measured"
ZONE = ZoneInfo("Europe/Berlin")


@pytest.fixture(autouse=True)
async def channel(world: World, administrator: Person, vera: Person) -> Person:
    """The channel in which town halls are told of, and the organizer who plans them."""
    await administrator.runs("setup")
    await administrator.chooses("guilds:channel:v1:townhalls", world.channels[CHANNEL])
    return vera


def organizer(world: World) -> Actor:
    vera = world.people["Vera"]
    roles = frozenset({RoleId(world.roles["Organizers"].id)})
    return Actor(GuildId(world.guild.id), UserId(vera.user.id), roles)


async def planned(world: World, *, hours: float = 72, form: str = "a form", **changes: Any) -> TownHall:
    """Let the organizer plan a town hall, and post its card."""
    local = (world.clock.now() + timedelta(hours=hours)).astimezone(ZONE).replace(second=0, microsecond=0)
    values: dict[str, Any] = {
        "title": TITLE,
        "text": "Bring what you noticed.",
        "place": Place(PlaceKind.STAGE, str(world.channels["general"].id)),
        "zone": ZONE.key,
        "day": local.date(),
        "at": local.time(),
        "minutes": 60,
        "agenda": (Item("Welcome", 5), Item("The *numbers*", 20)),
        "services": (Service.CAPTIONS, Service.RECORDING),
    }
    with world.env.time_context():
        hall = await world.steward.scheduling.schedule(organizer(world), form, Plan(**{**values, **changes}))
    await world.tick()
    return hall


def shown(world: World) -> list[str]:
    return posts(world, CHANNEL)


async def presses_card(world: World, person: Person, label: str, place: int = 0) -> Person:
    """Press a button of a post in the channel of town halls."""
    person.last = await person.member.click(world.channels[CHANNEL].history()[place], label=label)
    return person


async def asks(world: World, person: Person, text: str) -> Person:
    await presses_card(world, person, "Ask a question")
    return await person.fills_in(question=text)


async def approves_all(world: World, hall: TownHall) -> None:
    queue = world.steward.queue
    _, waiting = await queue.waiting(organizer(world), hall.id)
    for each in waiting:
        await queue.approve(organizer(world), hall.id, each.id)


def attached(person: Person) -> bytes:
    """Return the file on the card last shown."""
    assert person.last is not None
    assert person.last.response is not None
    (file,) = person.last.response.attachments
    content = person.world.env.backend.cdn.get(file.url)
    assert content is not None
    return content


def events_in(file: bytes) -> list[Any]:
    return list(icalendar.Calendar.from_ical(file).walk("VEVENT"))


async def presses_first(person: Person, route: str) -> Person:
    """Press the first of several buttons that do the same."""
    custom_id = next(each for each in person.routes if each.startswith(route))
    person.last = await person.member.click(person._card, custom_id=custom_id)
    return person


async def test_everybody_reads_when_where_and_what_is_planned(world: World) -> None:
    hall = await planned(world, max_size=50, repeat=Repeat(EveryWeeks(2, (0,))))
    (card,) = shown(world)
    starts = int(hall.starts_at.timestamp())
    assert TITLE in card
    assert f"<t:{starts}:F> (<t:{starts}:R>), 60 minutes" in card
    assert f"on the stage <#{world.channels['general'].id}>" in card
    assert "every two weeks on Monday; its hour follows the clocks of Europe/Berlin" in card
    assert "– Welcome · 5 min\n– The \\*numbers\\* · 20 min" in card
    assert "live captions; it will be recorded" in card
    assert "**50 seats.** They are drawn by lot" in card
    assert "Vera" not in card


async def test_whoever_hosts_an_outside_place_sees_who_comes_and_people_are_told(world: World) -> None:
    await planned(world, place=Place(PlaceKind.OUTSIDE, "https://example.org/room_1"))
    (card,) = shown(world)
    assert "https://example.org/room_1" in card
    assert "whoever hosts it sees who comes" in card


async def test_coming_is_private_and_can_be_taken_back(world: World, somebody: Somebody) -> None:
    await planned(world)
    before = shown(world)
    ana = somebody("Ana")
    await presses_card(world, ana, "I'm coming")
    assert "You said that you are coming" in ana.seen
    assert "nobody in the server" in ana.seen
    await ana.presses("Maybe")
    assert "You said: maybe" in ana.seen
    await ana.presses("I'm coming")
    await ana.presses("I'm not coming")
    assert "You have not said that you are coming" in ana.seen
    await world.later(minutes=30)
    assert shown(world) == before, "nothing public moves with a sign-up"


async def test_the_card_counts_in_fives(world: World, somebody: Somebody) -> None:
    await planned(world)
    for number in range(6):
        await presses_card(world, somebody(f"Member {number}"), "I'm coming")
    await world.later(minutes=30)
    (card,) = shown(world)
    assert "At least 5 are coming" in card
    assert "Member" not in card


async def test_seats_are_drawn_by_lot_a_day_before(world: World, somebody: Somebody) -> None:
    await planned(world, max_size=5)
    people = [somebody(f"Member {number}") for number in range(6)]
    for person in people:
        await presses_card(world, person, "I'm coming")
        assert "Seats are drawn by lot from <t:" in person.seen
    await world.later(hours=49)
    seated = 0
    for person in people:
        await presses_card(world, person, "My place")
        seated += "A seat was drawn for you" in person.seen
        assert "A seat was drawn" in person.seen or "No seat has been drawn for you yet" in person.seen
    assert seated == 5


async def test_a_question_is_asked_followed_and_withdrawn(world: World, somebody: Somebody) -> None:
    hall = await planned(world)
    ana = somebody("Ana")
    await asks(world, ana, "Who *reads* the recordings?")
    assert "without a name" in ana.seen
    assert "Who *reads* the recordings?" in ana.seen
    await ana.presses("My questions")
    assert "Waits for the organizers" in ana.seen
    await world.restart()
    await ana.presses("Withdraw")
    assert "None of yours waits here" in ana.seen
    _, waiting = await world.steward.queue.waiting(organizer(world), hall.id)
    assert waiting == []


NAMED = "Why did maria.lopez@example.com look at our *scores*?"


async def test_a_question_is_looked_through_before_it_is_sent(world: World, somebody: Somebody) -> None:
    hall = await planned(world)
    ana = somebody("Ana")
    await asks(world, ana, NAMED)
    assert "Could somebody recognise you by this?" in ana.seen
    assert "An e-mail address leads straight to a person" in ana.seen
    assert NAMED in ana.seen
    assert (await world.steward.queue.waiting(organizer(world), hall.id))[1] == [], "nothing is sent yet"
    await world.restart()
    await ana.presses("Change the text")
    assert ana.last is not None
    assert NAMED in str(ana.last.modal), "nothing typed is lost"
    await ana.fills_in(question="Why did a manager look at our *scores*?")
    assert "Your question is kept" in ana.seen
    _, waiting = await world.steward.queue.waiting(organizer(world), hall.id)
    assert [each.text for each in waiting] == ["Why did a manager look at our *scores*?"]


async def test_a_question_that_was_warned_about_is_sent_all_the_same(world: World, somebody: Somebody) -> None:
    hall = await planned(world)
    ana = somebody("Ana")
    await asks(world, ana, NAMED)
    await ana.presses("Keep it as it is")
    assert "Your question is kept" in ana.seen
    _, waiting = await world.steward.queue.waiting(organizer(world), hall.id)
    assert [each.text for each in waiting] == [NAMED]


async def test_what_cannot_be_sent_any_more_is_still_there_to_be_read(world: World, somebody: Somebody) -> None:
    hall = await planned(world, late_hours=0)
    ana = somebody("Ana")
    await asks(world, ana, NAMED)
    warned = ana.last
    await world.until(hall.ends_at + timedelta(hours=4))
    await world.tick()
    for label in ("Keep it as it is", "Change the text"):
        ana.last = warned
        await ana.presses(label)
        assert "takes no questions any more" in ana.seen
    ana.last = warned
    assert NAMED in ana.seen


async def test_whoever_asked_reads_why_a_question_was_turned_away(world: World, somebody: Somebody) -> None:
    hall = await planned(world)
    ana, ben = somebody("Ana"), somebody("Ben")
    await asks(world, ana, "What does my manager earn?")
    _, (waiting,) = await world.steward.queue.waiting(organizer(world), hall.id)
    await world.steward.queue.reject(organizer(world), hall.id, waiting.id, "personal")
    await ana.presses("My questions")
    assert "Not published: It is about one person" in ana.seen
    await presses_card(world, ben, "My place")
    await ben.presses("My questions")
    assert "None of yours" in ben.seen


async def test_published_questions_are_wanted_and_nobody_sees_how_many_before_the_end(
    world: World, somebody: Somebody
) -> None:
    hall = await planned(world)
    people = [somebody(f"Member {number}") for number in range(3)]
    for number, person in enumerate(people):
        await asks(world, person, f"Question {number}?")
    await approves_all(world, hall)
    await world.tick()
    await world.later(minutes=31)
    assert "Question 0?" in shown(world)[-1]
    ana = people[0]
    await presses_card(world, ana, "Questions")
    assert ana.seen.count("I want this answered") == 3
    await presses_first(ana, "halls:want:v1")
    assert ana.seen.count("you want it answered") == 1
    assert "wanted it" not in ana.seen
    await presses_card(world, people[1], "Questions")
    assert "you want it answered" not in people[1].seen
    await ana.presses("Take back")
    assert ana.seen.count("I want this answered") == 3
    assert "Question 0?" in ana.seen
    await ana.presses("My questions")
    assert "None of yours waits here" in ana.seen


async def test_how_many_wanted_an_answer_is_told_in_fives_to_organizers_too(
    world: World, vera: Person, somebody: Somebody
) -> None:
    hall = await planned(world, late_hours=0)
    people = [somebody(f"Member {number}") for number in range(6)]
    for number, person in enumerate(people[:3]):
        await asks(world, person, f"Question {number}?")
    await approves_all(world, hall)
    await world.tick()
    await world.later(minutes=31)
    for person in people:
        await presses_card(world, person, "Questions")
        await presses_first(person, "halls:want:v1")
    await vera.runs("townhall manage")
    await vera.presses("Open")
    await vera.presses("Questions")
    await world.until(hall.starts_at)
    with world.env.time_context():
        await world.steward.room.start(organizer(world), hall.id)
        await world.steward.room.end(organizer(world), hall.id)
    await world.tick()
    await presses_card(world, people[0], "Questions")
    assert people[0].seen.count("wanted it answered") == 1, "of those under five nothing is said"
    assert "at least 5 wanted it answered" in people[0].seen
    await vera.presses("Published questions")
    assert vera.seen.count("Wanted by") == 1
    assert "Wanted by at least 5" in vera.seen


async def test_one_asks_by_command_where_questions_are_taken(world: World, somebody: Somebody) -> None:
    ana = somebody("Ana")
    await ana.runs("ask")
    assert "No town hall takes questions" in ana.seen
    hall = await planned(world)
    general = world.channels["general"]
    (found,) = await ana.member.autocomplete(general, "ask", "townhall", "PILOT")
    assert found["value"] == hall.id
    assert await ana.member.autocomplete(general, "ask", "townhall", "something else") == []
    await ana.runs("ask")
    await ana.fills_in(question="When does it end?")
    assert "When does it end?" in ana.seen
    other = await planned(world, form="another", title="Another one", hours=96)
    await ana.runs("ask")
    await ana.chooses("halls:ask:v1", other.id)
    await ana.fills_in(question="And this one?")
    assert "Another one" in ana.seen


async def test_the_list_shows_first_what_one_comes_to(world: World, somebody: Somebody) -> None:
    ana = somebody("Ana")
    await ana.runs("townhall list")
    assert "No town hall is planned" in ana.seen
    await planned(world, title="The first")
    await planned(world, title="The second", form="another", hours=96)
    await presses_card(world, ana, "I'm coming", 1)
    await ana.runs("townhall list")
    assert ana.seen.index("The second") < ana.seen.index("The first")
    assert "you are coming" in ana.seen
    ben = somebody("Ben")
    await ben.runs("townhall list")
    assert ben.seen.index("The first") < ben.seen.index("The second")
    assert "you are coming" not in ben.seen


async def test_what_is_told_of_in_a_hidden_channel_is_listed_for_those_who_see_it(
    world: World, administrator: Person, somebody: Somebody
) -> None:
    hide_a_channel(world)
    await planned(world, title="For everybody")
    await administrator.chooses("guilds:channel:v1:townhalls", world.channels["hidden"])
    hidden = await planned(world, title="For a few", form="another")
    ana, vera = somebody("Ana"), somebody("Vera")
    for person, titles in ((ana, {"For everybody"}), (vera, {"For everybody", "For a few"})):
        await person.runs("townhall list")
        assert ("For a few" in person.seen) == ("For a few" in titles)
        await person.presses("Calendar file of all")
        assert {str(each["summary"]) for each in events_in(attached(person))} == titles
        offered = await person.member.autocomplete(world.channels["general"], "ask", "townhall", "")
        assert (hidden.id in {each["value"] for each in offered}) == ("For a few" in titles)


async def test_people_are_told_where_an_event_of_discords_own_shows_who_is_interested(world: World) -> None:
    await planned(world, is_mirrored=True)
    assert "people can see who is interested" in shown(world)[0]


async def test_reminders_ring_only_the_role_that_was_chosen(world: World) -> None:
    role = world.guild.create_role("Wants to be told")
    await planned(world, role_id=RoleId(role.id))
    await world.later(hours=48, minutes=1)
    reminder = shown(world)[-1]
    assert "starts within a day" in reminder
    assert f"<@&{role.id}>" in reminder
    allowed = [
        entry.json["allowed_mentions"] for entry in world.env.http_requests if entry.json and "nonce" in entry.json
    ]
    assert allowed[-1]["roles"] == [str(role.id)] or allowed[-1]["roles"] == [role.id]
    assert not allowed[-1].get("parse")
    assert all(not each.get("roles") for each in allowed[:-1]), "no other post rings anybody"


async def test_no_reminder_rings_everybody(world: World) -> None:
    await planned(world, role_id=RoleId(world.guild.id))
    await world.later(hours=48, minutes=1)
    assert "starts within a day" in shown(world)[-1]
    sent = [entry.json["allowed_mentions"] for entry in world.env.http_requests if entry.json and "nonce" in entry.json]
    assert [each for each in sent if each.get("roles") or each.get("parse")] == []


async def test_the_late_floor_is_told_on_the_card_and_takes_questions(world: World, somebody: Somebody) -> None:
    hall = await planned(world, hours=2)
    await world.until(hall.starts_at)
    with world.env.time_context():
        await world.steward.room.start(organizer(world), hall.id)
    await world.tick()
    assert "It is going on now" in shown(world)[0]
    assert "▶ Welcome" in shown(world)[0]
    with world.env.time_context():
        ended = await world.steward.room.end(organizer(world), hall.id, 12)
    await world.tick()
    assert ended.late_until is not None
    assert f"late floor is open until <t:{int(ended.late_until.timestamp())}:F>" in shown(world)[0]
    assert "At least 10 came" in shown(world)[0]
    ana = somebody("Ana")
    await asks(world, ana, "I was asleep: what now?")
    assert "without a name" in ana.seen
    await approves_all(world, hall)
    await world.until(ended.late_until)
    await world.tick()
    assert "so is its late floor" in shown(world)[0]
    assert "answered 0, carried to the next town hall 0, left open 1" in shown(world)[0]


async def test_a_series_goes_into_a_calendar_with_what_was_moved(world: World, somebody: Somebody) -> None:
    hall = await planned(world, repeat=Repeat(EveryWeeks(1, tuple(range(6)))))
    ana = somebody("Ana")
    await presses_card(world, ana, "Calendar file")
    assert "calendar of the company" in ana.seen
    (event,) = events_in(attached(ana))
    assert str(event["summary"]) == TITLE
    assert event["rrule"]["FREQ"] == ["WEEKLY"]
    assert "#general" in str(event["location"])
    assert "Ana" not in attached(ana).decode()
    was = event["sequence"]
    later = (datetime.combine(hall.plan.day, hall.plan.at) + timedelta(hours=1)).time()
    await world.steward.scheduling.change(organizer(world), hall.id, replace(hall.plan, at=later))
    await world.tick()
    await presses_card(world, ana, "Calendar file")
    events = events_in(attached(ana))
    assert [("recurrence-id" in each) for each in events] == [False, True]
    assert events[1]["dtstart"].dt.time() == later
    assert events[0]["sequence"] > was
    await ana.runs("townhall list")
    await ana.presses("Calendar file of all")
    assert len(events_in(attached(ana))) == 2
