"""Every card and form for planning a town hall and finding a time, with the longest values they can be given."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.ids import ChannelId, GuildId, HallId, RoleId, TimePollId
from bot.refusals import Refusal
from bot.texts import Translate
from bot.townhalls import plans
from bot.townhalls.drafts import MOST_DRAFTS, Planned
from bot.townhalls.fairness import Reason
from bot.townhalls.plans import Item, Place, PlaceKind, Plan, Service
from bot.townhalls.repeats import MOST_WEEKS, EveryDays, EveryWeeks, MonthDay, MonthWeekday, Repeat
from bot.townhalls.rules import Series, State, TownHall
from bot.townhalls.timefinding import MOST_BANDS, MOST_SLOTS, Burden, TimePoll
from bot.wallclock import zone_names
from cogs.townhalls import planning_cards as cards
from cogs.townhalls import planning_forms as forms
from cogs.townhalls import times_cards, times_forms
from tests.words.longest import ID, NOW, REFERENCE, TODAY, Shown, guild

ZONES = sorted(zone_names(), key=len)[-MOST_BANDS:]
LINK = "https://" + "x" * (plans.LONGEST_PLACE - len("https://"))
SLOTS = tuple(NOW + timedelta(days=number) for number in range(1, MOST_SLOTS + 1))
LACKING: tuple[Refusal | None, ...] = (
    None,
    plans.AgendaTooLong(minutes=9999, limit=plans.LONGEST_MINUTES, over=9999),
    plans.PlaceMissing(),
    plans.TitleMissing(),
)


def plan(letter: str) -> Plan:
    item = Item(letter * plans.LONGEST_ITEM, 480)
    return Plan(
        title=letter * plans.LONGEST_TITLE,
        text=letter * plans.LONGEST_TEXT,
        place=Place(PlaceKind.OUTSIDE, LINK),
        zone=ZONES[-1],
        day=TODAY,
        at=time(23, 59),
        minutes=plans.LONGEST_MINUTES,
        repeat=Repeat(EveryWeeks(MOST_WEEKS, tuple(range(7))), until=TODAY),
        agenda=(item,) * plans.MOST_ITEMS,
        services=tuple(Service),
        max_size=plans.MOST_SEATS,
        role_id=RoleId(ID),
        is_mirrored=True,
        late_hours=plans.MOST_LATE_HOURS,
    )


def hall(letter: str, state: State = State.DRAFT) -> TownHall:
    shown = plan(letter)
    series = Series("a" * 8, TODAY, shown.at, TODAY)
    return TownHall(
        HallId("a" * 8), GuildId(ID), ChannelId(ID), shown, series, NOW, state, shown=5000, sequence=999, late_until=NOW
    )


def planned(letter: str) -> Iterator[Planned]:
    for lacking in LACKING:
        yield Planned(hall(letter), guild(), lacking)
    for state in State:
        yield Planned(hall(letter, state), guild())
    bare = hall(letter)
    yield Planned(replace(bare, plan=replace(bare.plan, title="", place=forms.NOWHERE, repeat=None)), guild())
    for kind in PlaceKind:
        place = Place(kind, LINK if kind is PlaceKind.OUTSIDE else str(ID))
        yield Planned(replace(bare, plan=replace(bare.plan, place=place)), guild())


def planning_cards(t: Translate) -> Iterator[tuple[Callable[..., Any], Shown]]:
    for letter in ("x", "*", "\n"):
        for found in planned(letter):
            notice = "x" * 400
            for told in (None, notice):
                yield cards.plan, cards.plan(t, found, told)
            yield cards.announced, cards.announced(t, found.hall, notice)
            yield cards.confirm, cards.confirm(t, found)
            yield cards.discarding, cards.discarding(t, found)
            yield cards.cancelling, cards.cancelling(t, found)
    yield (
        cards.drafts,
        cards.drafts(t, [replace(hall("*"), id=HallId(f"{number:08}")) for number in range(MOST_DRAFTS)]),
    )
    yield cards.discarded, cards.discarded(t)


def planning_forms(t: Translate) -> Iterator[tuple[Callable[..., Any], Shown]]:
    place = f"hallplan:repeated:v1:{'a' * 32}"
    shown = plan("x")
    rhythms = (EveryDays(90), EveryWeeks(26, tuple(range(7))), MonthWeekday(-1, 6), MonthDay(28), MonthDay(31))
    yield forms.first_form, forms.first_form(t, place, ZONES[-1])
    yield forms.first_form, forms.first_form(t, place, ZONES[-1], shown.title, NOW, 480)
    yield forms.words_form, forms.words_form(t, place, shown)
    inside = replace(shown, place=Place(PlaceKind.VOICE, str(ID)))
    for each in (shown, inside, replace(shown, place=forms.NOWHERE)):
        for asks in (False, True):
            yield forms.meeting_form, forms.meeting_form(t, place, each, asks_scope=asks)
    yield forms.people_form, forms.people_form(t, place, shown)
    yield forms.people_form, forms.people_form(t, place, replace(shown, agenda=(), services=(), role_id=None))
    for rhythm in rhythms:
        for repeat in (Repeat(rhythm), Repeat(rhythm, until=TODAY), Repeat(rhythm, times=500)):
            yield forms.repeat_form, forms.repeat_form(t, place, replace(shown, repeat=repeat))
    yield forms.repeat_form, forms.repeat_form(t, place, replace(shown, repeat=None))
    yield forms.rest_form, forms.rest_form(t, place, shown)


def poll(letter: str, state: str, reason: Reason = Reason.TOO_FEW) -> TimePoll:
    result = [
        {
            "starts": int(slot.timestamp()),
            "yes": 5000,
            "if_needed": 5000,
            "no": 5000,
            "enough": True,
            "nights": ZONES,
            "burdens": [[zone, 99, 99] for zone in ZONES],
            "reason": reason.name,
        }
        for slot in SLOTS
    ]
    title = letter * plans.LONGEST_TITLE
    return TimePoll(TimePollId("a" * 8), GuildId(ID), ChannelId(ID), title, 480, ZONES[-1], SLOTS, NOW, state, result)


def contents(shown: TimePoll) -> dict[str, Any]:
    return {
        "id": shown.id,
        "title": shown.title,
        "minutes": shown.minutes,
        "slots": [int(slot.timestamp()) for slot in shown.slots],
        "zones": ZONES,
        "closes": int(NOW.timestamp()),
        "state": shown.state,
        "result": shown.result,
    }


def finding_cards(t: Translate) -> Iterator[tuple[Callable[..., Any], Shown]]:
    zones = [ZoneInfo(zone) for zone in ZONES]
    for letter in ("x", "*"):
        for state in ("open", "closed", "cancelled"):
            for reason in Reason:
                shown = contents(poll(letter, state, reason))
                yield times_cards.times_card, times_cards.times_card(shown, t, REFERENCE)
            yield times_cards.closed, times_cards.closed(t, poll(letter, state))
        weighed = {**contents(poll(letter, "closed")), "result": None}
        yield times_cards.times_card, times_cards.times_card(weighed, t, REFERENCE)
        found = poll(letter, "open")
        many = [replace(found, id=TimePollId(f"{number:08}")) for number in range(times_cards.MOST_LISTED)]
        yield times_cards.searches, times_cards.searches(t, many)
        yield times_cards.asked, times_cards.asked(t, found)
        for is_cancelled in (False, True):
            yield times_cards.closing, times_cards.closing(t, found, is_cancelled=is_cancelled)
        for marks in ("", "i" * (MOST_SLOTS - 1)):
            for before in (None, "i" * MOST_SLOTS):
                yield times_cards.slot, times_cards.slot(t, found, marks, zones, before)
        yield times_cards.review, times_cards.review(t, found, "i" * MOST_SLOTS)
        yield times_cards.sent, times_cards.sent(t, found)
        yield times_cards.choose, times_cards.choose(t, found, zones[-1])
    yield times_cards.taken_back, times_cards.taken_back(t)
    yield times_cards.zones, times_cards.zones(t, [Burden(zone, 9999, 9999) for zone in zones])
    yield times_cards.zones, times_cards.zones(t, [])


def finding_forms(t: Translate) -> Iterator[tuple[Callable[..., Any], Shown]]:
    yield times_forms.search_form, times_forms.search_form(t, f"hallplan:proposed:v1:{'a' * 32}", ZONES[-1])
    yield times_forms.zones_form, times_forms.zones_form(t, "hallplan:zoned:v1", ZONES)
    yield times_forms.zones_form, times_forms.zones_form(t, "hallplan:zoned:v1", [])


HALL_PLANNING_BUILDERS = (planning_cards, planning_forms, finding_cards, finding_forms)
