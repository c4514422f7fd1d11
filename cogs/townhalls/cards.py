"""How a town hall looks to everybody: its card in the channel, its reminders, what changed, and what is asked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import discord
from discord import ui

from bot.ids import RoleId
from bot.refusals import N_
from bot.texts import Translate
from bot.townhalls.plans import LONGEST_ITEM, LONGEST_TEXT, PlaceKind, Service, texts
from bot.townhalls.repeats import (
    LAST,
    LAST_DAY,
    EveryDays,
    EveryWeeks,
    MonthDay,
    MonthWeekday,
    Reminder,
    Repeat,
    read_back,
)
from bot.townhalls.rules import OVER, State
from cogs.layout import QUIET, Item, boxed, button, card, fitting, line, plain, row

PRIMARY = discord.ButtonStyle.primary
SUCCESS = discord.ButtonStyle.success
COLOUR = discord.Colour.teal()

PLACES: dict[PlaceKind, str] = {
    PlaceKind.VOICE: N_("**Where:** in the voice channel {where}"),
    PlaceKind.STAGE: N_("**Where:** on the stage {where}"),
    PlaceKind.THREAD: N_("**Where:** in writing, in {where}"),
    PlaceKind.OUTSIDE: N_("**Where:** outside Discord, {where}"),
}

WHO_SEES: dict[PlaceKind, str] = {
    PlaceKind.VOICE: N_("-# Whoever can see that channel sees who is in it, by name."),
    PlaceKind.STAGE: N_("-# Whoever can see that channel sees who is in it, by name."),
    PlaceKind.THREAD: N_("-# Whoever can read there sees who writes, by name. You can read without writing."),
    PlaceKind.OUTSIDE: N_(
        "-# Careful: whoever hosts it sees who comes, and perhaps from which address. Come under a name that is not "
        "your own if you can, and from a device of your own."
    ),
}

REMINDERS: dict[Reminder, str] = {
    Reminder.DAY: N_("## A town hall starts within a day"),
    Reminder.HOUR: N_("## A town hall starts within an hour"),
    Reminder.START: N_("## A town hall starts now"),
}

WEEKDAYS = (
    N_("Monday"),
    N_("Tuesday"),
    N_("Wednesday"),
    N_("Thursday"),
    N_("Friday"),
    N_("Saturday"),
    N_("Sunday"),
)

NTHS: dict[int, str] = {
    1: N_("every month on the first {weekday}"),
    2: N_("every month on the second {weekday}"),
    3: N_("every month on the third {weekday}"),
    4: N_("every month on the fourth {weekday}"),
    LAST: N_("every month on the last {weekday}"),
}


@dataclass(frozen=True, slots=True)
class Room:
    """How much of the long texts is shown where space is short; everything else is shown always."""

    shown: Callable[[str], str]
    text: int
    item: int

    def cut(self, text: str, most: int) -> str:
        """Return typed text, cut where it is too long."""
        return text if len(text) <= most else f"{text[: most - 1]}…"


ROOMS = (
    Room(boxed, 60, 30),
    Room(boxed, 300, 50),
    Room(boxed, 300, LONGEST_ITEM),
    Room(boxed, 700, LONGEST_ITEM),
    Room(boxed, LONGEST_TEXT, LONGEST_ITEM),
    Room(plain, LONGEST_TEXT, LONGEST_ITEM),
)
"""From the tightest to the widest; what is cut can be read whole."""


def hall_card(contents: Mapping[str, Any], t: Translate, reference: str) -> ui.LayoutView:
    """Return the card of a town hall in its channel; with `is_preview`, its buttons do nothing yet."""
    state = State(contents["state"])

    def build(most: int) -> ui.LayoutView:
        room = ROOMS[most - 1]
        titles = [title for title, _ in contents["agenda"]]
        is_cut = len(contents["text"]) > room.text or any(len(title) > room.item for title in titles)
        return card(
            f"## {plain(contents['title'])}",
            standing(contents, t),
            "\n".join([when(contents, t), *where(contents, t)]) if state not in OVER else when(contents, t),
            repeating(contents, t) if state is not State.CANCELLED else None,
            room.shown(room.cut(contents["text"], room.text)) if contents["text"] else None,
            agenda(contents, t, room),
            *([] if state in OVER else [there_is(contents, t), seats(contents, t)]),
            line(),
            coming(contents, t),
            questions_count(contents, t),
            *rows(contents, t, is_cut=is_cut),
            f"-# {reference}",
            accent=QUIET if state in OVER else COLOUR,
        )

    return fitting(build, len(ROOMS))


def reminder(contents: Mapping[str, Any], t: Translate, reference: str) -> ui.LayoutView:
    """Return the post that says that a town hall comes; it names nobody, and rings only the role for it."""
    hall_id, kind = contents["id"], Reminder(contents["kind"])
    told = t("-# This is said to everybody alike. Steward does not tell who has signed up.")
    ways = [
        button(t("My place"), f"halls:mine:v1:{hall_id}"),
        button(t("Ask a question"), f"halls:ask:v1:{hall_id}"),
        button(t("Questions"), f"halls:questions:v1:{hall_id}"),
    ]
    return card(
        t(REMINDERS[kind]),
        f"**{plain(contents['title'])}**",
        "\n".join([when(contents, t), *where(contents, t)]),
        f"<@&{contents['role']}>" if rung(contents) else None,
        told,
        row(*ways),
        f"-# {reference}",
        accent=COLOUR,
    )


def rung(contents: Mapping[str, Any]) -> list[RoleId]:
    """Return the role that a reminder rings: the one that people take on for it, if there is one."""
    return [RoleId(contents["role"])] if contents["role"] is not None else []


def changed(contents: Mapping[str, Any], t: Translate, reference: str) -> ui.LayoutView:
    """Return the post that says once that a town hall is at another time or place, or of another length."""
    hall_id, was = contents["id"], contents["was"]
    return card(
        t("## A town hall was changed"),
        f"**{plain(contents['title'])}**",
        t("It was planned for {when}.").format(when=f"<t:{was}:F>") if was != contents["starts"] else None,
        "\n".join([when(contents, t), *where(contents, t)]),
        t("-# Your sign-up stays. If you have put it into a calendar, take the new file."),
        row(
            button(t("My place"), f"halls:mine:v1:{hall_id}"),
            button(t("Calendar file"), f"halls:file:v1:{hall_id}"),
        ),
        f"-# {reference}",
        accent=COLOUR,
    )


def cancelled(contents: Mapping[str, Any], t: Translate, reference: str) -> ui.LayoutView:
    """Return the post that says once that a town hall is cancelled, alone or with those that would follow."""
    told = (
        t("**{title}**, planned for {when}, is cancelled, and so are all that would follow it.")
        if contents["series"]
        else t("**{title}**, planned for {when}, is cancelled.")
    )
    return card(
        t("## A town hall was cancelled"),
        told.format(title=plain(contents["title"]), when=f"<t:{contents['starts']}:F>"),
        t("-# Sign-ups for it are destroyed, and questions that were not published."),
        f"-# {reference}",
        accent=QUIET,
    )


def questions(contents: Mapping[str, Any], t: Translate, reference: str) -> ui.LayoutView:
    """Return the post of questions that are published together, so that none can be linked to whoever asked."""
    hall_id = contents["id"]

    def build(most: int) -> ui.LayoutView:
        shown = plain if most > 1 else boxed
        return card(
            t("## Questions for the town hall"),
            f"**{plain(contents['title'])}** · {moment(contents['starts'])}",
            *(shown(text) for _, text in contents["questions"]),
            t("-# Published together and in no order. You can say which of them you want answered; nobody sees it."),
            row(
                button(t("Questions"), f"halls:questions:v1:{hall_id}", PRIMARY),
                button(t("Ask a question"), f"halls:ask:v1:{hall_id}"),
            ),
            f"-# {reference}",
            accent=COLOUR,
        )

    return fitting(build, 2)


def comments(contents: Mapping[str, Any], t: Translate, reference: str) -> ui.LayoutView:
    """Return the post of comments on what was decided, published together so that none can be linked to its writer."""
    hall_id = contents["id"]

    def build(most: int) -> ui.LayoutView:
        shown = plain if most > 1 else boxed
        return card(
            t("## Comments on what was decided"),
            f"**{plain(contents['title'])}** · {moment(contents['starts'])}",
            *(shown(text) for text in contents["comments"]),
            t("-# Published together and in no order. They stand in the minutes too."),
            row(
                button(t("Comment"), f"halls:comment:v1:{hall_id}"),
                button(t("Minutes as a file"), f"hallroom:minutes:v1:{hall_id}"),
            ),
            f"-# {reference}",
            accent=COLOUR,
        )

    return fitting(build, 2)


# What a card says


def moment(seconds: int) -> str:
    """Return an instant as everybody's own clock shows it."""
    return f"<t:{seconds}:F> (<t:{seconds}:R>)"


def when(contents: Mapping[str, Any], t: Translate) -> str:
    """Say when it is, by the reader's own clock, and how long it takes."""
    told = t("**When:** {when}, {minutes} minutes, by your own clock")
    return told.format(when=moment(contents["starts"]), minutes=contents["minutes"])


def where(contents: Mapping[str, Any], t: Translate) -> list[str]:
    """Say where it is, and who sees there who comes."""
    kind, place = PlaceKind(contents["place"][0]), contents["place"][1]
    shown = plain(place) if kind is PlaceKind.OUTSIDE else f"<#{place}>"
    return [t(PLACES[kind]).format(where=shown), t(WHO_SEES[kind])]


def repeating(contents: Mapping[str, Any], t: Translate) -> str | None:
    """Say how it repeats, and by whose clocks."""
    if contents["repeat"] is None:
        return None
    how = repeat_words(read_back(contents["repeat"]), t)
    return t("**Repeats** {how}; its hour follows the clocks of {zone}.").format(how=how, zone=plain(contents["zone"]))


def repeat_words(repeat: Repeat, t: Translate) -> str:
    """Say a rule in words, such as “every two weeks on Monday, until 2026-12-31”."""
    told = _rhythm_words(repeat, t)
    if repeat.until is not None:
        return t("{how}, until {day}").format(how=told, day=repeat.until.isoformat())
    if repeat.times is not None:
        return t("{how}, {number} times in all").format(how=told, number=repeat.times)
    return told


def _rhythm_words(repeat: Repeat, t: Translate) -> str:
    match repeat.rhythm:
        case EveryDays(number):
            sentences = {1: t("every day"), 2: t("every two days")}
            return sentences.get(number, t("every {number} days")).format(number=number)
        case EveryWeeks(number, weekdays):
            sentences = {1: t("every week on {weekdays}"), 2: t("every two weeks on {weekdays}")}
            told = sentences.get(number, t("every {number} weeks on {weekdays}"))
            return told.format(number=number, weekdays=", ".join(t(WEEKDAYS[each]) for each in sorted(weekdays)))
        case MonthWeekday(nth, weekday):
            return t(NTHS[nth]).format(weekday=t(WEEKDAYS[weekday]))
        case MonthDay(day):
            return (
                t("every month on its last day") if day == LAST_DAY else t("every month on day {day}").format(day=day)
            )


def agenda(contents: Mapping[str, Any], t: Translate, room: Room) -> str | None:
    """Return the items with their minutes; while it goes on, an arrow stands before the present one."""
    if not contents["agenda"]:
        return None
    lines = []
    for number, (title, minutes) in enumerate(contents["agenda"]):
        is_now = State(contents["state"]) is State.LIVE and number == contents["item"]
        words = room.cut(title, room.item)
        shown = words if room.shown is boxed else plain(words)
        told = t("{item} · {minutes} min").format(item=shown, minutes=minutes)
        lines.append(f"{'▶ ' if is_now else '– '}{told}")
    listed = "\n".join(lines)
    return t("**Agenda**") + "\n" + (boxed(listed) if room.shown is boxed else listed)


def there_is(contents: Mapping[str, Any], t: Translate) -> str | None:
    """Say what is there for those who could otherwise not take part, or must know before they come."""
    offered = texts([Service(each) for each in contents["services"]])
    return t("**Good to know:** {services}").format(services="; ".join(map(t, offered))) if offered else None


def seats(contents: Mapping[str, Any], t: Translate) -> str | None:
    """Say how many seats there are and how they are given."""
    if contents["max_size"] is None:
        return None
    return t(
        "**{number} seats.** They are drawn by lot among all who said that they are coming, from a day before the "
        "start on: whoever is awake first has no advantage."
    ).format(number=contents["max_size"])


def standing(contents: Mapping[str, Any], t: Translate) -> str | None:
    """Say where a town hall stands, and until when those who slept can still speak."""
    match State(contents["state"]):
        case State.DRAFT | State.SCHEDULED:
            return None
        case State.LIVE:
            return t("**It is going on now.**")
        case State.LATE:
            return t(
                "**The meeting is over. The late floor is open until {when}:** whoever was asleep can still ask, "
                "comment on what was decided, and say which questions they want answered. What was decided binds after "
                "that."
            ).format(when=moment(contents["late_until"]))
        case State.CLOSED:
            return t(
                "**This town hall is over, and so is its late floor.** What was decided binds, unless its vote did not "
                "agree: the minutes say so."
            )
        case State.CANCELLED:
            return t("**Cancelled.** Sign-ups for it are destroyed.")


def coming(contents: Mapping[str, Any], t: Translate) -> str | None:
    """Say how many come or came, in fives; nobody's name is shown anywhere."""
    state = State(contents["state"])
    if state is State.CANCELLED:
        return None
    if state in {State.LATE, State.CLOSED}:
        came = contents["attendance"]
        return t("At least {number} came, as the chair saw it.").format(number=came) if came else None
    counted = (
        t("**At least {number} are coming.**").format(number=contents["shown"])
        if contents["shown"]
        else t("Say in private whether you are coming.")
    )
    lines = [
        counted,
        t("-# It moves in fives and at random moments. Names are shown to nobody, not even to organizers."),
    ]
    if contents["is_mirrored"]:
        lines.append(
            t(
                "-# Discord has an event of its own for it too: there, people can see who is interested. Here they "
                "cannot."
            )
        )
    return "\n".join(lines)


def questions_count(contents: Mapping[str, Any], t: Translate) -> str | None:
    """Say at the end how many questions were answered, and how many went on to the next town hall."""
    found = contents.get("questions")
    if found is None or not any(found.values()):
        return None
    told = t("**Questions:** answered {answered}, carried to the next town hall {carried}, left open {open}.")
    return told.format(**found)


def rows(contents: Mapping[str, Any], t: Translate, *, is_cut: bool = False) -> list[Item]:
    """Return what can be pressed where a town hall stands."""
    state, hall_id, is_preview = State(contents["state"]), contents["id"], bool(contents.get("is_preview"))

    def way(label: str, action: str, style: discord.ButtonStyle = discord.ButtonStyle.secondary) -> Item:
        return button(label, f"halls:{action}:v1:{hall_id}", style, disabled=is_preview)

    whole = [way(t("Read it whole"), "read")] if is_cut else []
    asking = [way(t("Ask a question"), "ask", PRIMARY), way(t("Questions"), "questions")]
    match state:
        case State.DRAFT | State.SCHEDULED | State.LIVE:
            signing = [
                way(t("I'm coming"), "come", SUCCESS),
                way(t("Maybe"), "maybe"),
                way(t("My place"), "mine"),
            ]
            return [row(*signing), row(*asking, way(t("Calendar file"), "file"), *whole)]
        case State.LATE:
            return [row(*asking, way(t("Comment"), "comment"), *whole)]
        case State.CLOSED:
            return [row(way(t("Questions"), "questions"), *whole)]
        case State.CANCELLED:
            return [row(*whole)] if whole else []
