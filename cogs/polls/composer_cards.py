"""What organizers see while they write a poll. All of it private to the one who looks."""

from collections.abc import Mapping
from typing import Any

import discord
from discord import ui

from bot.polls.drafts import Draft, fingerprint, settled
from bot.polls.rules import Kind, Poll
from bot.polls.service import card_contents
from bot.polls.verdicts import share_told
from bot.refusals import N_
from bot.texts import Translate
from cogs.layout import QUIET, boxed, button, card, fitting, line, plain, row
from cogs.polls import cards
from cogs.polls.cards import LETTERS, METHODS, PRIMARY, ROOMS, Room, choice_names
from cogs.polls.composer_forms import KINDS

CUT_OPTION = 24
SHARED = N_(
    "Organizers of this server share its drafts. Dismiss this whenever you like: it is kept, and `/poll manage` leads "
    "back to it."
)


def composer(t: Translate, draft: Draft) -> ui.LayoutView:
    """Show a draft with everything that can be done with it."""
    poll = settled(draft.poll)
    contents, id_ = card_contents(poll), poll.id

    def build(most: int) -> ui.LayoutView:
        room = ROOMS[max(0, most - 2)]  # one step tighter than the card: here an option may be cut, to make room
        return card(
            t("## A poll, not published yet"),
            *_asked(t, contents, room, CUT_OPTION if most == 1 else None),
            line(),
            _kind(t, poll),
            cards.rules(contents, t),
            _open_quorum(t, poll),
            cards.limits(contents, t),
            _times(t, poll),
            _lacking(t, draft),
            row(_channel_menu(t, poll)),
            row(
                button(t("Words"), f"polldraft:words:v1:{id_}"),
                button(t("Times"), f"polldraft:times:v1:{id_}"),
                button(t("Who may vote"), f"polldraft:voters:v1:{id_}"),
                button(t("Counting"), f"polldraft:counting:v1:{id_}"),
                button(t("Promises"), f"polldraft:promises:v1:{id_}"),
            ),
            row(
                button(t("Preview"), f"polldraft:preview:v1:{id_}"),
                button(
                    t("Publish"),
                    f"polldraft:publish:v1:{id_}",
                    discord.ButtonStyle.success,
                    disabled=draft.lacking is not None,
                ),
                button(t("Discard"), f"polldraft:discard:v1:{id_}"),
            ),
            f"-# {t(SHARED)}",
        )

    return fitting(build, len(ROOMS) + 1)


def confirm(t: Translate, draft: Draft) -> ui.LayoutView:
    """Ask once more before a draft is published, and say what cannot be undone."""
    poll = settled(draft.poll)
    id_ = poll.id
    is_ballot = poll.terms.kind is Kind.BALLOT
    return card(
        t("## Publish this poll?"),
        f"**{plain(poll.question.title)}**",
        "\n".join([_kind(t, poll), _times(t, poll), t("**Posted in:** {channel}").format(channel=_channel(poll))]),
        cards.who_may_vote(card_contents(poll), t),
        t(
            "From then on nobody can change it: not its words, not who may vote, not how it is counted. Before it "
            "opens, an organizer can cancel it. Once it is open, to close it early, to give it more time or to declare "
            "it void takes two organizers."
        ),
        "\n".join(cards.warnings(t)) if is_ballot else cards.limits(card_contents(poll), t),
        row(
            button(
                t("Publish"), f"polldraft:published:v1:{id_}:{fingerprint(draft.poll)}", discord.ButtonStyle.success
            ),
            button(t("Back to the draft"), f"polldraft:open:v1:{id_}"),
        ),
    )


def published(t: Translate, poll: Poll) -> ui.LayoutView:
    """Say that a poll is published, and when its card appears."""
    when = (
        t("It opens within a minute. Its card then appears in {channel}.")
        if poll.terms.opens_at is None
        else t("It opens {when}. Its card then appears in {channel}.")
    )
    moment = "" if poll.terms.opens_at is None else discord.utils.format_dt(poll.terms.opens_at, "F")
    return card(
        t("## Published"),
        f"**{plain(poll.question.title)}**",
        when.format(when=moment, channel=_channel(poll)),
        t("It closes {when}. Until then `/poll manage` shows what organizers can still do with it.").format(
            when=discord.utils.format_dt(poll.terms.closes_at, "F")
        ),
        accent=discord.Colour.green(),
    )


def discard(t: Translate, draft: Draft) -> ui.LayoutView:
    """Ask once more before a draft is deleted."""
    id_ = draft.poll.id
    return card(
        t("## Discard this draft?"),
        f"**{plain(draft.poll.question.title) or _missing(t)}**",
        t("Only organizers have seen it. It is deleted for all of them and cannot be brought back."),
        row(
            button(t("Discard"), f"polldraft:discarded:v1:{id_}", discord.ButtonStyle.danger),
            button(t("Back to the draft"), f"polldraft:open:v1:{id_}", PRIMARY),
        ),
    )


def discarded(t: Translate) -> ui.LayoutView:
    """Say that a draft is gone."""
    return card(t("The draft is deleted."), accent=QUIET)


def _asked(t: Translate, contents: Mapping[str, Any], room: Room, most: int | None) -> list[str]:
    names = [
        each if most is None or len(each) <= most else f"{each[: most - 1]}…" for each in choice_names(contents, t)
    ]
    is_boxed, is_typed = room.shown is boxed, bool(contents["options"])
    # A draft may hold one option more than can be published, so that it is told and not dropped.
    letters = [f"{each}  " if is_boxed else f"**{each}**  " for each in LETTERS] if is_typed else [""] * len(names)
    lettered = [f"{letter}{name if is_boxed else plain(name)}" for letter, name in zip(letters, names, strict=False)]
    shown = boxed("\n".join(lettered)) if is_boxed else "\n".join(lettered)
    return [
        f"**{plain(contents['title']) or _missing(t)}**",
        *([room.cut(contents["text"], room.text)] if contents["text"] else []),
        shown if names else t("**Options:** {missing}").format(missing=_missing(t)),
    ]


def _missing(t: Translate) -> str:
    return t("*still missing*")


def _kind(t: Translate, poll: Poll) -> str:
    kind, _ = KINDS[poll.terms.kind]
    return t("**Held as:** {kind} · {method}").format(kind=t(kind), method=t(METHODS[poll.terms.method]))


def _times(t: Translate, poll: Poll) -> str:
    closes = discord.utils.format_dt(poll.terms.closes_at, "F")
    if poll.terms.opens_at is None:
        return t("**Opens** when it is published · **closes** {closes}").format(closes=closes)
    opens = discord.utils.format_dt(poll.terms.opens_at, "F")
    return t("**Opens** {opens} · **closes** {closes}").format(opens=opens, closes=closes)


def _open_quorum(t: Translate, poll: Poll) -> str | None:
    """Tell a quorum that is a share of a number nobody has written yet, of which the public card says nothing."""
    share = poll.terms.quorum.share
    if not share or poll.voters.electorate is not None:
        return None
    return t("**Quorum:** {share} of all who may vote").format(share=share_told(share))


def _lacking(t: Translate, draft: Draft) -> str:
    if draft.lacking is None:
        return t("**It can be published.** From then on nobody can change it.")
    told = t(draft.lacking.sentence).format_map(draft.lacking.values)
    return t("**Before it can be published:** {sentence}").format(sentence=told)


def _channel(poll: Poll) -> str:
    return f"<#{poll.channel_id}>"


def _channel_menu(t: Translate, poll: Poll) -> ui.ChannelSelect[ui.LayoutView]:
    kind = discord.SelectDefaultValueType.channel
    return ui.ChannelSelect(
        custom_id=f"polldraft:channel:v1:{poll.id}",
        placeholder=t("Where is its card posted?"),
        channel_types=[discord.ChannelType.text, discord.ChannelType.news],
        default_values=[discord.SelectDefaultValue(id=poll.channel_id, type=kind)],
    )
