"""The building blocks of what is shown: Components V2 cards, and user text made harmless."""

import re
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

import discord
from discord import ui

from bot.cleaning import one_line
from bot.refusals import N_
from bot.rhythm import Every, Rhythm
from bot.texts import Translate

ACCENT = discord.Colour(0xC8_3C_3C)
QUIET = discord.Colour(0x5C_6B_7A)
LONGEST = 3000
"""Characters that one quotation takes in a card; Discord allows 4,000 over the whole message."""
LONGEST_CARD = 4000
LONGEST_ALT = 1024
DRAFT = 77
"""The component id under which a card shows a text exactly as it will be kept, to be read back from there."""
MOST_WARNINGS = 6
LONGEST_WARNING = 1000

OPEN_TO_ALL = "open to all"

NEEDED: dict[str, str] = {
    "view_channel": N_("View Channel"),
    "send_messages": N_("Send Messages"),
    "read_message_history": N_("Read Message History"),
    OPEN_TO_ALL: N_("everybody can read it: close it to all but organizers"),
}
"""What Steward needs in a channel it posts to. History is read only to find its own posts after a crash."""

WEEKDAYS = (N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"), N_("Sunday"))
EACH_WEEKDAY = (
    N_("Mondays"),
    N_("Tuesdays"),
    N_("Wednesdays"),
    N_("Thursdays"),
    N_("Fridays"),
    N_("Saturdays"),
    N_("Sundays"),
)
RHYTHMS: dict[Every, str] = {
    Every.WEEK: N_("{days} at {time}, {zone}"),
    Every.FORTNIGHT: N_("{days} at {time}, every other week, {zone}"),
    Every.MONTH: N_("{days} at {time}, only in the first seven days of a month, {zone}"),
}

_ADDRESS = re.compile(r"(https?://[^\s)>\]]+)")
_MARKS = re.compile(r"[\\*_~`|>#\[\]<@]|^\s*-|^\s*\d+(?=\.)", re.MULTILINE)

Item = ui.Item[Any]


def card(*items: Item | str | None, accent: discord.Colour = ACCENT) -> ui.LayoutView:
    """Return a message of one framed card; strings are Markdown, `None` is left out."""
    view = ui.LayoutView(timeout=None)
    shown = [ui.TextDisplay(item) if isinstance(item, str) else item for item in items if item is not None]
    view.add_item(ui.Container(*shown, accent_colour=accent))
    return view


def fitting(build: Callable[[int], ui.LayoutView], most: int) -> ui.LayoutView:
    """Return what `build` makes of `most` lines, or of the most that Discord can show: languages differ in length."""
    return build(fitting_lines(build, most))


def fitting_lines(build: Callable[[int], ui.LayoutView], most: int) -> int:
    """Return with how many lines what `build` makes fits, at most `most` and at least 1."""
    lines = range(2, most + 1)
    # Halved rather than counted down, for some lists have hundreds of lines. The line that says how many more there
    # are makes sizes rise not quite evenly, so the last steps are looked at one by one.
    many = 1 + bisect_right(lines, LONGEST_CARD, key=lambda each: build(each).content_length())
    while many > 1 and build(many).content_length() > LONGEST_CARD:
        many -= 1
    return many


def picture(name: str, said: str) -> Item:
    """Return a picture that an `Illustrated` message draws, and what it shows in words for whoever cannot see it."""
    return ui.MediaGallery(discord.MediaGalleryItem(f"attachment://{name}", description=said[:LONGEST_ALT]))


def line() -> Item:
    """Return a thin line between two parts."""
    return ui.Separator()


def row(*items: Item) -> Item:
    """Return buttons beside each other, or one select."""
    return ui.ActionRow(*items)


def button(
    label: str, custom_id: str, style: discord.ButtonStyle = discord.ButtonStyle.secondary, *, disabled: bool = False
) -> Item:
    """Return a button; it is answered by the route of its `custom_id`, also after a restart."""
    return ui.Button(label=label, custom_id=custom_id, style=style, disabled=disabled)


def select(
    custom_id: str,
    options: Sequence[discord.SelectOption],
    placeholder: str | None = None,
    *,
    required: bool = True,
    most: int = 1,
) -> Item:
    """Return a menu of one choice, or of up to `most`."""
    return ui.Select(
        custom_id=custom_id, options=list(options), placeholder=placeholder, required=required, max_values=most
    )


def options(
    labels: Iterable[tuple[str, str]], chosen: str | Collection[str] | None = None
) -> list[discord.SelectOption]:
    """Return menu options from values and labels, with those that are chosen already."""
    taken = {chosen} if isinstance(chosen, str) else set(chosen or ())
    return [discord.SelectOption(value=value, label=label[:100], default=value in taken) for value, label in labels]


def channel_select(custom_id: str, placeholder: str, chosen: int | None) -> Item:
    """Return a menu of the server's text channels."""
    default = (
        [] if chosen is None else [discord.SelectDefaultValue(id=chosen, type=discord.SelectDefaultValueType.channel)]
    )
    return ui.ChannelSelect(
        custom_id=custom_id,
        placeholder=placeholder,
        channel_types=[discord.ChannelType.text, discord.ChannelType.news],
        default_values=default,
    )


def lacking(server: discord.Guild, channel_id: int, *, is_for_organizers: bool = False) -> list[str]:
    """Return what of `NEEDED` Steward has not in a channel; where it cannot see one, it lacks everything."""
    channel = server.get_channel(channel_id)
    granted = channel.permissions_for(server.me) if channel is not None else discord.Permissions.none()
    missing = [name for name in NEEDED if name != OPEN_TO_ALL and not getattr(granted, name)]
    if is_for_organizers and channel is not None and channel.permissions_for(server.default_role).view_channel:
        missing.append(OPEN_TO_ALL)
    return missing


def to_mend(t: Translate, missing: Iterable[str]) -> str:
    """Say what of `NEEDED` is missing in a channel."""
    return t("⚠️ To be mended there: {names}").format(names=", ".join(t(NEEDED[name]) for name in missing))


def weekday_names(t: Translate) -> list[str]:
    """Return the names of the days, Monday first."""
    return [t(name) for name in WEEKDAYS]


def in_words(t: Translate, rhythm: Rhythm) -> str:
    """Say when something comes round, on the clocks of its zone."""
    *first, last = (t(EACH_WEEKDAY[day]) for day in rhythm.weekdays)
    days = t("{days} and {last}").format(days=", ".join(first), last=last) if first else last
    if len(rhythm.weekdays) == len(WEEKDAYS):
        days = t("Every day")
    return t(RHYTHMS[rhythm.every]).format(days=days, time=f"{rhythm.at:%H:%M}", zone=rhythm.zone)


def plain(text: str) -> str:
    """Return what a person typed so that Discord shows it exactly as typed.

    No mention pings, no link hides its address, no heading or spoiler takes over the card.
    """
    # Addresses stay as they are, or the backslashes would become part of them.
    return "".join(
        part if number % 2 else _MARKS.sub(r"\\\g<0>", part) for number, part in enumerate(_ADDRESS.split(text))
    )


def quoted(text: str) -> str:
    """Return typed text as a quotation."""
    shown = "\n".join(f"> {each}" for each in plain(text).split("\n"))
    if len(shown) <= LONGEST:
        return shown
    # So many marks or lines that quoting them would not fit: a code block shows them as they are.
    return boxed(text)


def boxed(text: str) -> str:
    """Return typed text in a code block, which shows it as it is and takes no room for escaping."""
    return "```\n" + text.replace("```", "\u02cb" * 3) + "\n```"


def warning(t: Translate, text: str, found: Iterable[tuple[str, str]], change: str, keep: str) -> ui.LayoutView:
    """Show what in a text could give its writer away, before anything is sent, with the routes that lead on.

    `found` are places of the text, each with the reason that is told. The card alone holds the text, under `DRAFT`.
    """
    told = [f"- **{plain(one_line(place))}** {reason}" for place, reason in found]
    shown: list[str] = []
    for each in told[:MOST_WARNINGS]:
        if sum(map(len, shown)) + len(each) > LONGEST_WARNING:
            break
        shown.append(each)
    more = len(told) - len(shown)
    return card(
        t("## Could somebody recognise you by this?"),
        "\n".join(shown),
        t("-# … and {number} more places").format(number=more) if more else None,
        ui.TextDisplay(text, id=DRAFT),
        line(),
        t("Nothing has been sent. You know best who would understand what from it."),
        row(
            button(t("Change the text"), change, discord.ButtonStyle.primary),
            button(t("Keep it as it is"), keep),
        ),
        accent=discord.Colour.gold(),
    )
