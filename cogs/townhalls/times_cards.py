"""How a search for a time looks: its card for everybody, the private answer, what came of it, and how nights fell."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import discord
from discord import ui

from bot.refusals import N_
from bot.texts import Translate
from bot.townhalls.fairness import Reason, is_night
from bot.townhalls.rules import STEP
from bot.townhalls.timefinding import Burden, TimePoll
from cogs.layout import QUIET, Item, button, card, fitting, line, options, plain, row, select
from cogs.townhalls.cards import COLOUR, PRIMARY, SUCCESS

DANGER = discord.ButtonStyle.danger
MOST_LISTED = 8

ANSWERS: dict[str, str] = {"y": N_("Yes"), "i": N_("If needed"), "n": N_("No")}
MARKS: dict[str, str] = {"y": "🟢", "i": "🟡", "n": "🔴"}

PRIVATE = N_(
    "Nobody sees what you answer, not even organizers. At the close only numbers are shown, in fives; then all answers "
    "are destroyed."
)


def times_card(contents: Mapping[str, Any], t: Translate, reference: str) -> ui.LayoutView:
    """Return the card of a search for a time: the times, or from the close on their order and why."""
    heading = f"## {t('When shall we meet?')}\n**{plain(contents['title'])}**"
    length = t("{minutes} minutes").format(minutes=contents["minutes"])
    id_, state = contents["id"], contents["state"]
    if state == "cancelled":
        told = t("This search was called off. What was answered is destroyed.")
        return card(heading, told, f"-# {reference}", accent=QUIET)
    slots = "\n".join(f"– <t:{slot}:F>" for slot in contents["slots"])
    if state == "open":
        closes = t("You can answer until {when}.").format(
            when=f"<t:{contents['closes']}:F> (<t:{contents['closes']}:R>)"
        )
        return card(
            f"{heading}\n{length}",
            slots,
            closes,
            f"-# {t(PRIVATE)}",
            row(button(t("Say when I can"), f"hallplan:answer:v1:{id_}", PRIMARY)),
            f"-# {reference}",
            accent=COLOUR,
        )
    if contents["result"] is None:
        return card(heading, slots, t("The answers are being weighed."), f"-# {reference}", accent=QUIET)

    def build(most: int) -> ui.LayoutView:
        return card(
            f"{heading}\n{length}",
            *ranking(contents["result"], t, most),
            line(),
            f"-# {t(HOW)}",
            row(button(t("For organizers: schedule one"), f"hallplan:choose:v1:{id_}")),
            f"-# {reference}",
            accent=COLOUR,
        )

    return fitting(build, len(contents["slots"]))


HOW = N_(
    "The order: first, a time must suit at least four fifths as many people as the most popular one. Of these, the one "
    "comes first that shares the nights (22:00 to 07:00) most evenly among the regions that organizers named, planned "
    "meetings included. Then more “yes”, then the earlier. Numbers are rounded down to fives."
)


def ranking(result: Sequence[Mapping[str, Any]], t: Translate, most: int) -> list[str]:
    """Return the times in their order, each with what was answered, where it is night, and why it stands there."""
    shown = [_ranked(number, each, t) for number, each in enumerate(result[:most], 1)]
    if len(result) > most:
        shown.append(t("-# … and {number} more times, in their order behind these.").format(number=len(result) - most))
    return shown


def searches(t: Translate, found: Sequence[TimePoll]) -> ui.LayoutView:
    """Show organizers the searches that go on, and let a new one begin."""
    items: list[Item | str] = []
    for poll in found[:MOST_LISTED]:
        items.append(f"**{plain(poll.title)}**\n{t('Open until {when}').format(when=_moment(poll.closes_at))}")
        items.append(
            row(
                button(t("Close it now"), f"hallplan:close:v1:{poll.id}"),
                button(t("Call it off"), f"hallplan:calloff:v1:{poll.id}", DANGER),
            )
        )
    return card(
        t("## Find a time"),
        t("These searches are open. Each closes by itself, and its card then shows the order of the times."),
        *items,
        row(button(t("A new search"), "hallplan:newsearch:v1", PRIMARY)),
        accent=COLOUR,
    )


def asked(t: Translate, poll: TimePoll) -> ui.LayoutView:
    """Say that a search is open, with the times as they were understood."""
    slots = "\n".join(f"– {_moment(slot)}" for slot in poll.slots)
    return card(
        t("## Members are asked"),
        f"**{plain(poll.title)}**",
        t("These are the times, by your own clock. Is one wrong? Call it off and propose them anew."),
        slots,
        t("Its card appears in {channel} within a minute, and takes answers until {when}.").format(
            channel=f"<#{poll.channel_id}>", when=_moment(poll.closes_at)
        ),
        row(button(t("Call it off"), f"hallplan:calloff:v1:{poll.id}", DANGER)),
        accent=discord.Colour.green(),
    )


def closing(t: Translate, poll: TimePoll, *, is_cancelled: bool) -> ui.LayoutView:
    """Ask once more before a search is closed or called off."""
    told = (
        t("Everything that was answered is destroyed, and no order is shown. This cannot be undone.")
        if is_cancelled
        else t("Nobody can answer any more. The order of the times is shown to everybody, and the answers destroyed.")
    )
    scope = "off" if is_cancelled else "now"
    return card(
        t("## Call this search off?") if is_cancelled else t("## Close this search now?"),
        f"**{plain(poll.title)}**",
        told,
        row(
            button(
                t("Call it off") if is_cancelled else t("Close it now"), f"hallplan:closed:v1:{poll.id}:{scope}", DANGER
            ),
            button(t("Leave it open"), "hallplan:searches:v1"),
        ),
        accent=COLOUR,
    )


def closed(t: Translate, poll: TimePoll) -> ui.LayoutView:
    """Say that a search is over."""
    return card(
        t("The search is called off.") if poll.state == "cancelled" else t("The search is closed; its card says more."),
        accent=QUIET,
    )


def slot(
    t: Translate, poll: TimePoll, marks: str, zones: Sequence[ZoneInfo], before: str | None = None
) -> ui.LayoutView:
    """Ask for one time; `marks` are the answers so far, `before` what somebody answered earlier."""
    number = len(marks)
    starts_at = poll.slots[number]
    place = f"hallplan:mark:v1:{poll.id}:{marks}"
    return card(
        t("## Can you come?"),
        f"**{plain(poll.title)}** · {t('time {number} of {many}').format(number=number + 1, many=len(poll.slots))}",
        f"### {_moment(starts_at)}\n{t('{minutes} minutes').format(minutes=poll.minutes)}",
        _hours(t, starts_at, poll.minutes, zones),
        t("You answered before: {answer}. It counts until you send a new one.").format(
            answer=t(ANSWERS[before[number]])
        )
        if before
        else None,
        row(
            button(t(ANSWERS["y"]), f"{place}y", SUCCESS),
            button(t(ANSWERS["i"]), f"{place}i", PRIMARY),
            button(t(ANSWERS["n"]), f"{place}n", DANGER),
        ),
        row(button(t("Take my answer back"), f"hallplan:takeback:v1:{poll.id}")) if before and not marks else None,
        f"-# {t(PRIVATE)}",
        accent=COLOUR,
    )


def review(t: Translate, poll: TimePoll, marks: str) -> ui.LayoutView:
    """Show what will be sent."""
    told = [f"{MARKS[mark]} {_moment(at)} – {t(ANSWERS[mark])}" for at, mark in zip(poll.slots, marks, strict=True)]
    return card(
        t("## Is this right?"),
        f"**{plain(poll.title)}**",
        "\n".join(told),
        row(
            button(t("Send"), f"hallplan:sent:v1:{poll.id}:{marks}", SUCCESS),
            button(t("Begin again"), f"hallplan:again:v1:{poll.id}"),
        ),
        accent=COLOUR,
    )


def sent(t: Translate, poll: TimePoll) -> ui.LayoutView:
    """Say that an answer is kept."""
    return card(
        t("Your answer is kept. Until {when} you can change it or take it back from the card in the channel.").format(
            when=_moment(poll.closes_at)
        ),
        accent=discord.Colour.green(),
    )


def taken_back(t: Translate) -> ui.LayoutView:
    """Say that there is no answer any more, whether or not there was one."""
    return card(t("No answer of yours is kept."), accent=QUIET)


def choose(t: Translate, poll: TimePoll, zone: ZoneInfo) -> ui.LayoutView:
    """Let organizers schedule one of the times, the first unless they have reasons."""
    result = poll.result or ()
    ways = [
        (str(number), f"{number + 1}. {datetime.fromtimestamp(each['starts'], zone):%Y-%m-%d %H:%M} ({zone.key})")
        for number, each in enumerate(result)
    ]
    return card(
        t("## Schedule one of these times"),
        f"**{plain(poll.title)}**",
        _ranked(1, result[0], t) if result else None,
        t("The first is what Steward proposes. You decide: choose the one to plan the town hall for."),
        row(select(f"hallplan:take:v1:{poll.id}", options(ways), t("Schedule this one …"))) if ways else None,
        accent=COLOUR,
    )


def zones(t: Translate, bands: Sequence[Burden]) -> ui.LayoutView:
    """Show the regions that organizers named, and how often each had the night."""
    told = [
        t("– **{zone}**: {nights} of {meetings} town halls at night").format(
            zone=plain(band.zone.key), nights=band.nights, meetings=band.meetings
        )
        for band in bands
    ]
    return card(
        t("## Where members live"),
        t(
            "Organizers name the time zones of regions where many members live. When a time is sought, Steward shows "
            "the hours there and proposes the one that shares the nights, 22:00 to 07:00, most evenly."
        ),
        "\n".join(told) if told else t("No zone is named yet, so nights are not compared."),
        t("-# Town halls that are planned count already.") if told else None,
        t("-# This is of places and never of people: Steward keeps no zone for anybody, and does not ask for one."),
        row(button(t("For organizers: change the zones"), "hallplan:zones:v1")),
        accent=COLOUR,
    )


def _ranked(number: int, each: Mapping[str, Any], t: Translate) -> str:
    counts = t("yes {yes} · if needed {if_needed} · no {no}").format(
        **{name: _at_least(each[name], t) for name in ("yes", "if_needed", "no")}
    )
    nights = ", ".join(plain(zone) for zone in each["nights"])
    if nights:
        told = t("🌙 Night in {zones}.").format(zones=nights)
    else:
        told = t("Night nowhere that was named.") if each["burdens"] else ""
    why = t(Reason[each["reason"]].value)
    return "\n".join(part for part in (f"**{number}.** <t:{each['starts']}:F>", counts, told, f"-# {why}") if part)


def _at_least(count: int, t: Translate) -> str:
    return t("at least {number}").format(number=count) if count else t("fewer than {number}").format(number=STEP)


def _hours(t: Translate, starts_at: datetime, minutes: int, zones: Sequence[ZoneInfo]) -> str | None:
    """Say what hour it is where members live, with a moon where it is night."""
    if not zones:
        return None
    told = []
    for zone in zones:
        local = starts_at.astimezone(zone)
        moon = "🌙 " if is_night(starts_at, minutes, zone) else ""
        told.append(f"– {moon}{plain(zone.key)}: {local:%Y-%m-%d %H:%M}")
    return t("Where members live, that is (🌙 at night):") + "\n" + "\n".join(told)


def _moment(instant: datetime) -> str:
    return f"<t:{int(instant.astimezone(UTC).timestamp())}:F>"
