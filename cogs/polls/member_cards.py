"""What a member finds: the polls of the server, one of them read whole, who said what, and the checkable list."""

from collections.abc import Mapping, Sequence
from typing import Any

import discord
from discord import ui

from bot.polls import marking
from bot.polls.counting.ballots import BLANK
from bot.polls.rules import BY_HANDS, Poll, State
from bot.polls.service import Checked, Listed, ShownHand
from bot.polls.wording import LONGEST_TEXT
from bot.refusals import N_
from bot.texts import Translate
from cogs.layout import QUIET, Item, boxed, button, card, fitting, plain, row
from cogs.polls import cards
from cogs.polls.ballot_cards import ballot_words
from cogs.polls.cards import LETTERS, choice_names

PRIMARY = discord.ButtonStyle.primary
SUCCESS = discord.ButtonStyle.success
PAGE = 6
NAMES_ON_PAGE = 2400
"""Characters of names and choices on one page; a card has room for 4,000."""

WHEN: dict[State, str] = {
    State.SCHEDULED: N_("opens {opens}"),
    State.OPEN: N_("closes {closes}"),
    State.COUNTING: N_("closed, being counted"),
    State.CLOSED: N_("closed and counted"),
    State.VOID: N_("void"),
    State.CANCELLED: N_("cancelled"),
    State.DRAFT: N_("draft, seen by organizers alone"),
}


def listing(t: Translate, listed: Sequence[Listed], over: Sequence[Poll], number: int = 0) -> ui.LayoutView:
    """List polls, a page at a time: those that need this person's vote first, those that are over last."""
    told = [_listed(t, each) for each in listed] + [_over(t, poll) for poll in over]
    if not told:
        return card(t("## Polls"), t("There is no poll here at present."), accent=QUIET)
    pages = -(-len(told) // PAGE)
    number = max(0, min(number, pages - 1))
    waiting = sum(each.needs_me for each in listed)
    return card(
        t("## Polls"),
        t("Waiting for your vote: {number}. Only you can see this.").format(number=waiting)
        if waiting
        else t("None waits for your vote."),
        *told[number * PAGE : (number + 1) * PAGE],
        _pages(t, "polls:list:v1", number, pages),
        t("-# Page {number} of {pages}").format(number=number + 1, pages=pages) if pages > 1 else None,
    )


def read(t: Translate, contents: Mapping[str, Any]) -> ui.LayoutView:
    """Show what is asked, and what came of it, with every word; rules and limits too where there is room.

    Where there is none even for the options, these are left to the card and the ballot, which always show them.
    """
    buttons: list[Item] = []
    if State(contents["state"]) is State.OPEN:
        buttons.append(button(t("Vote"), f"polls:vote:v1:{contents['id']}", SUCCESS))
    if State(contents["state"]) is State.CLOSED:
        buttons.append(button(t("Result"), f"pollresult:show:v1:{contents['id']}", PRIMARY))
    whole = cards.Room(plain, LONGEST_TEXT, LONGEST_TEXT, has_bars=False)
    tight = cards.Room(boxed, LONGEST_TEXT, LONGEST_TEXT, has_bars=False)

    def build(most: int) -> ui.LayoutView:
        room = whole if most in {3, 5} else tight
        asked = cards.asked({**contents, "hands": None}, t, room)
        return card(
            *(asked if most > 1 else asked[:-1]),
            cards.standing(contents, t),
            cards.outcome(contents, t, room),
            cards.rules(contents, t) if most > 3 else None,  # noqa: PLR2004 - the two widest
            cards.limits(contents, t) if most > 3 else None,  # noqa: PLR2004 - the two widest
            t("-# The options stand on the poll's card and on the ballot.") if most == 1 else None,
            row(*buttons, button(t("All polls"), "polls:list:v1:0")),
        )

    return fitting(build, 5)


def who_said_what(t: Translate, poll: Poll, hands: Sequence[ShownHand], number: int = 0) -> ui.LayoutView:
    """Show the names in a show of hands under what they said, a page at a time."""
    if poll.is_secret or poll.terms.is_hidden:
        told = t("Nobody's name is shown in this poll.")
        return card(f"## {plain(poll.question.title)}", told, accent=QUIET)
    if poll.state is not State.OPEN:
        told = t("This poll is closed. The names were destroyed; the numbers are in its result.")
        return card(f"## {plain(poll.question.title)}", told, accent=QUIET)
    pages = _name_pages(t, poll, hands)
    number = max(0, min(number, len(pages) - 1))
    return card(
        f"## {plain(poll.question.title)}",
        pages[number],
        _pages(t, f"polls:hands:v1:{poll.id}", number, len(pages)),
        t("-# Names are those that people had in this server when they raised their hand."),
        accent=discord.Colour.blurple(),
    )


def checked(t: Translate, found: Checked, tracker: str) -> ui.LayoutView:
    """Say what the checkable list says of a tracker; `tracker` as it was typed."""
    return card(
        f"## {plain(found.poll.question.title)}",
        boxed(tracker),
        _in_the_list(t, found) if found.is_listed else _in_the_posts(t, found),
        t(
            "-# If somebody presses you to show them your ballot, you can show them another line of the list instead, "
            "drawn at random: it looks just like this card. Write its words down, and check those in front of them."
        )
        if found.other
        else None,
        row(button(t("Another line"), f"polls:line:v1:{found.poll.id}:{found.other[0]}")) if found.other else None,
        accent=discord.Colour.green() if found.ballot is not None else QUIET,
    )


def _in_the_list(t: Translate, found: Checked) -> str:
    if found.ballot is None:
        return t(
            "**It is not in the list.** Please compare every letter with what you wrote down. If it is right and you "
            "have cast your ballot, it was lost or taken out: say so in the channel, so that others check theirs."
        )
    method = found.poll.terms.method
    told = t("**It is in the list.** It stands for this ballot:")
    return f"{told}\n{ballot_words(t, found.poll, marking.marks(method, found.ballot), boxed)}"


def _in_the_posts(t: Translate, found: Checked) -> str:
    if found.poll.state in {State.CLOSED, State.VOID, State.CANCELLED}:
        return t(
            "**There is no list.** It is shown only if enough ballots were cast and the poll was counted; otherwise it "
            "could tell who cast which."
        )
    if found.is_posted:
        return t("**It is posted.** Its hash stands in the channel: a ballot with these words is in the box.")
    return t(
        "**It is not posted yet.** Hashes are posted at most once an hour, in fives, so the latest wait for others. If "
        "it is still missing at the close, the list will tell. Please also compare every letter with what you wrote "
        "down."
    )


def _listed(t: Translate, each: Listed) -> Item:
    poll = each.poll
    told = _summary(t, poll)
    if poll.state is State.SCHEDULED:
        return ui.Section(ui.TextDisplay(told), accessory=button(t("Look"), f"polls:read:v1:{poll.id}"))
    if each.needs_me:
        return ui.Section(ui.TextDisplay(told), accessory=button(t("Vote"), f"polls:vote:v1:{poll.id}", SUCCESS))
    return ui.Section(ui.TextDisplay(told), accessory=button(t("Look"), f"polls:read:v1:{poll.id}"))


def _over(t: Translate, poll: Poll) -> Item:
    way = (
        button(t("Result"), f"pollresult:show:v1:{poll.id}")
        if poll.state is State.CLOSED
        else button(t("Look"), f"polls:read:v1:{poll.id}")
    )
    return ui.Section(ui.TextDisplay(_summary(t, poll)), accessory=way)


def _summary(t: Translate, poll: Poll) -> str:
    opens = poll.terms.opens_at
    when = t(WHEN[poll.state]).format(
        opens=f"<t:{int(opens.timestamp())}:R>" if opens else t("at once"),
        closes=f"<t:{int(poll.terms.closes_at.timestamp())}:R>",
    )
    kind = t("ballot") if poll.is_secret else t("show of hands")
    return f"**{plain(poll.question.title)}**\n-# {kind} · {when}"


def _pages(t: Translate, route: str, number: int, pages: int) -> Item | None:
    if pages <= 1:
        return None
    return row(
        button(t("Back"), f"{route}:{number - 1}", disabled=number == 0),
        button(t("Next"), f"{route}:{number + 1}", disabled=number + 1 == pages),
    )


def _name_pages(t: Translate, poll: Poll, hands: Sequence[ShownHand]) -> list[str]:
    """Return names under their choices, cut into pages; each page begins with a choice."""
    names = choice_names(poll, t)
    lettered = [plain(name) for name in names]
    if poll.question.options and poll.terms.method in BY_HANDS[:2]:
        lettered = [f"{LETTERS[number]}  {name}" for number, name in enumerate(lettered)]
    groups = [(title, [hand.name for hand in hands if number in hand.ballot]) for number, title in enumerate(lettered)]
    groups.append((t("Blank vote"), [hand.name for hand in hands if hand.ballot == BLANK]))
    pages, page = [], ""
    for title, people in groups:
        heading = f"**{title}** · {len(people)}"
        if len(page) + len(heading) > NAMES_ON_PAGE:
            pages.append(page)
            page = ""
        page += ("\n" if page else "") + heading
        for person in people:
            entry = f"\n- {plain(person)}"
            if len(page) + len(entry) > NAMES_ON_PAGE:
                pages.append(page)
                page = heading
            page += entry
    return [*pages, page]
