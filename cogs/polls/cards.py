"""How a poll looks to everybody: its card in the channel, its reminder, and the hashes of its checkable list."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from string import ascii_uppercase
from typing import Any

import discord
from discord import ui

from bot.polls.counting.motions import HALF, Of, Quorum
from bot.polls.counting.results import Method
from bot.polls.ledger import OWN_WORDS
from bot.polls.rules import AGREED, FEWEST_BALLOTS, LEDGER_FROM, OVER, RANKED, WHY_VOID, Kind, Poll, State
from bot.polls.verdicts import share_told
from bot.polls.wording import LONGEST_TEXT
from bot.refusals import N_
from bot.texts import Translate
from cogs.layout import QUIET, Item, boxed, button, card, fitting, line, plain, row

PRIMARY = discord.ButtonStyle.primary
BLOCKS = 10
LETTERS = ascii_uppercase
"""What an option is called for short: on the card, on ballots and in results alike."""

METHODS: dict[Method, str] = {
    Method.SINGLE: N_("One choice"),
    Method.APPROVAL: N_("Any number of choices"),
    Method.SCORE: N_("Scores"),
    Method.STAR: N_("Scores, then a final (STAR)"),
    Method.IRV: N_("Ranking for one seat (instant runoff)"),
    Method.SCOTTISH: N_("Ranking for several seats (Scottish STV)"),
    Method.SCHULZE: N_("Ranking for one seat (Condorcet, Schulze)"),
    Method.MOTION: N_("Motion"),
    Method.CONSENT: N_("Consent"),
}

METHOD_MEANINGS: dict[Method, str] = {
    Method.SINGLE: N_("Everybody names one option, and the one named most often wins."),
    Method.APPROVAL: N_("Everybody names all options they approve of, and the one named most often wins."),
    Method.SCORE: N_("Everybody gives each option 0 to 5 points, and the one with the most points wins."),
    Method.STAR: N_("Of the two options with the most points, the one that more people score higher wins."),
    Method.IRV: N_("The weakest option drops out and its votes move on, until one has more than half."),
    Method.SCOTTISH: N_("Votes move on from the weakest, and from those with more than a seat needs, as ranked."),
    Method.SCHULZE: N_("Every two options are compared, and the one that holds its own against all others wins."),
    Method.MOTION: N_("Everybody is for it or against it, or abstains, and enough of them must be for it."),
    Method.CONSENT: N_("It is agreed if somebody agrees and nobody blocks it; disagreement is heard, and no veto."),
}

STATES: dict[State, str] = {
    State.DRAFT: N_("draft, seen by organizers alone"),
    State.SCHEDULED: N_("not open yet"),
    State.OPEN: N_("open"),
    State.COUNTING: N_("closed, being counted"),
    State.CLOSED: N_("closed and counted"),
    State.VOID: N_("void"),
    State.CANCELLED: N_("called off"),
}

SAYINGS: dict[Method, tuple[str, ...]] = {
    Method.MOTION: (N_("For"), N_("Against"), N_("Abstain")),
    Method.CONSENT: (N_("Agree"), N_("Abstain"), N_("Disagree"), N_("Block")),
}
"""What can be said where the method fixes it, in the order of the numbers on ballots."""

WHERE_IT_STANDS: dict[State, str] = {
    State.DRAFT: N_("**Closes** {closes}"),
    State.SCHEDULED: N_("**Opens** {opens} · **closes** {closes}"),
    State.OPEN: N_("**Closes** {closes}"),
    State.COUNTING: N_("**Closed.** It is being counted; the result is posted here."),
    State.CLOSED: N_("**Closed and counted.** Nothing can be cast any more."),
    State.VOID: N_(
        "**Void.** There is no result, and no ballot is kept. Whoever voted may vote again if it is held again."
    ),
    State.CANCELLED: N_("**Cancelled** before it opened."),
}


@dataclass(frozen=True, slots=True)
class Room:
    """How much of the long texts is shown where space is short; rules and limits are shown always.

    Without `has_lot`, the hash of the lot stands only where the poll is read whole, and in results.
    """

    shown: Callable[[str], str]
    text: int
    outcome: int
    has_bars: bool
    has_lot: bool = True

    def cut(self, text: str, most: int) -> str:
        """Return typed text so that it can be shown, cut where it is too long."""
        return self.shown(text if len(text) <= most else f"{text[: most - 1]}…")


ROOMS = (
    Room(boxed, 1, 60, has_bars=False, has_lot=False),
    Room(boxed, 60, 60, has_bars=False),
    Room(boxed, 300, 300, has_bars=False),
    Room(boxed, 300, 300, has_bars=True),
    Room(boxed, 700, 700, has_bars=True),
    Room(boxed, LONGEST_TEXT, 700, has_bars=True),
    Room(boxed, LONGEST_TEXT, LONGEST_TEXT, has_bars=True),
    Room(plain, LONGEST_TEXT, LONGEST_TEXT, has_bars=True),
)
"""From the tightest to the widest. Options are never cut; the text can be opened whole."""


def choice_names(poll: Poll | Mapping[str, Any], t: Translate) -> list[str]:
    """Return what can be chosen, of a poll or of the contents of its card: options as typed, or translated sayings."""
    method, options = (
        (poll.terms.method, poll.question.options)
        if isinstance(poll, Poll)
        else (Method(poll["method"]), poll["options"])
    )
    return [t(saying) for saying in SAYINGS[method]] if method in SAYINGS else list(options)


def poll_card(contents: Mapping[str, Any], t: Translate, reference: str) -> ui.LayoutView:
    """Return the card of a poll in its channel; with `is_preview`, its buttons do nothing yet."""
    is_over = State(contents["state"]) in OVER
    is_preview = bool(contents.get("is_preview"))

    def build(most: int) -> ui.LayoutView:
        room = ROOMS[most - 1]
        is_cut = len(contents["text"]) > room.text or len(contents.get("outcome") or "") > room.outcome
        told = contents if room.has_lot else {**contents, "commitment": None}
        buttons = _buttons(contents, t, is_preview=is_preview, is_cut=is_cut)
        return card(
            *asked(contents, t, room),
            line(),
            standing(contents, t),
            outcome(contents, t, room),
            None if is_over else rules(told, t),
            None if is_over else limits(told, t),
            row(*buttons) if buttons else None,
            row(button(t("Back to the draft"), f"polldraft:open:v1:{contents['id']}", PRIMARY)) if is_preview else None,
            f"-# {reference}",
            accent=QUIET if is_over else discord.Colour.blurple(),
        )

    return fitting(build, len(ROOMS))


def reminder(contents: Mapping[str, Any], t: Translate, reference: str) -> ui.LayoutView:
    """Return the post that tells everybody once that a poll closes within a day; it names nobody."""
    return card(
        t("## A poll closes soon"),
        t("**{title}** closes {when}.").format(title=plain(contents["title"]), when=_moment(contents["closes"])),
        t("-# This is said to everybody alike. Steward does not tell who has voted and who has not."),
        row(button(t("Vote"), f"polls:vote:v1:{contents['id']}", PRIMARY)),
        f"-# {reference}",
    )


def batch(contents: Mapping[str, Any], t: Translate, reference: str) -> ui.LayoutView:
    """Return the post of hashes of trackers: ballots that are in the box, and nothing of who cast them or when."""
    return card(
        t("**{title}** · checkable list, part {number}").format(
            title=plain(contents["title"]), number=contents["number"]
        ),
        t("Each line stands for one ballot in the box; with `/poll check`, whoever cast it can find theirs here."),
        boxed("\n".join(contents["hashes"])),
        f"-# {reference}",
        accent=QUIET,
    )


def _buttons(contents: Mapping[str, Any], t: Translate, *, is_preview: bool, is_cut: bool) -> list[Item]:
    state, poll_id = State(contents["state"]), contents["id"]
    is_open_vote = contents["kind"] == Kind.HANDS and not contents["is_hidden"]
    buttons: list[Item] = []
    if state is State.OPEN or is_preview:
        label = t("Vote") if contents["kind"] == Kind.BALLOT else t("Raise your hand")
        buttons.append(
            button(label, f"polls:vote:v1:{poll_id}", discord.ButtonStyle.success, disabled=is_preview),
        )
        if is_open_vote:
            buttons.append(button(t("Who said what"), f"polls:hands:v1:{poll_id}", disabled=is_preview))
    if state is State.CLOSED:
        buttons.append(button(t("Result"), f"pollresult:show:v1:{poll_id}", PRIMARY))
    if is_cut:
        buttons.append(button(t("Read it whole"), f"polls:read:v1:{poll_id}", disabled=is_preview))
    return buttons


# What a card says


def asked(contents: Mapping[str, Any], t: Translate, room: Room) -> list[Item | str | None]:
    """Return the question, what there is to know, and the options with their letters."""
    return [
        f"## {plain(contents['title'])}",
        room.cut(contents["text"], room.text) if contents["text"] else None,
        _choices(contents, t, room),
    ]


def _choices(contents: Mapping[str, Any], t: Translate, room: Room) -> str | None:
    names, hands = choice_names(contents, t), contents["hands"]
    is_fixed = Method(contents["method"]) in AGREED
    if not names:
        return None
    most = max(hands, default=0) if hands else 0
    lines = []
    for number, name in enumerate(names):
        shown = name if room.shown is boxed else plain(name)
        letter = "" if is_fixed else f"{LETTERS[number]}  " if room.shown is boxed else f"**{LETTERS[number]}**  "
        raised = "" if hands is None else f"  · {hands[number]}"
        bar = f"\n{'▰' * (BLOCKS * hands[number] // max(most, 1)):▱<{BLOCKS}}" if hands and room.has_bars else ""
        lines.append(f"{letter}{shown}{raised}{bar}")
    if hands is not None:
        lines.append(t("Blank: {number}").format(number=contents["blank"]))
    if is_fixed and hands is None:
        return " · ".join(lines)
    return boxed("\n".join(lines)) if room.shown is boxed else "\n".join(lines)


def standing(contents: Mapping[str, Any], t: Translate) -> str:
    """Say in a sentence where a poll stands, and of a void one why."""
    told = t(WHERE_IT_STANDS[State(contents["state"])]).format(
        opens=_moment(contents["opens"]) if contents["opens"] else t("at once"), closes=_moment(contents["closes"])
    )
    reason = contents.get("void_reason")
    return f"{told}\n{t('Reason: {reason}').format(reason=t(WHY_VOID[reason]))}" if reason else told


def outcome(contents: Mapping[str, Any], t: Translate, room: Room) -> str | None:
    """Return what organizers made of a result, and when it is to be looked at again."""
    if not contents.get("outcome"):
        return None
    lines = [t("**What came of it:**"), room.cut(contents["outcome"], room.outcome)]
    if contents.get("review"):
        lines.append(t("-# To be looked at again: {day}").format(day=contents["review"]))
    return "\n".join(lines)


def rules(contents: Mapping[str, Any], t: Translate) -> str:
    """Say how a poll is counted, who may vote, and whether a vote can be changed."""
    lines = [
        t("**How it is counted:** {how}").format(how=" ".join(how_counted(contents, t))),
        who_may_vote(contents, t),
        quorum(contents, t),
        _changing(contents, t),
    ]
    return "\n".join(each for each in lines if each)


def how_counted(contents: Mapping[str, Any], t: Translate) -> list[str]:
    """Return how votes become a result, in a plain sentence or two."""
    method = Method(contents["method"])
    told = [t(METHOD_MEANINGS[method])]
    if method is Method.MOTION:
        told = [pass_rule(contents, t)]
    if method is Method.SCOTTISH:
        told.append(t("Seats: {number}.").format(number=contents["seats"]))
    if method in RANKED:
        told.append(t("You rank as many options as you like."))
    if method is Method.STAR:
        told.insert(0, t("Everybody gives each option 0 to 5 points."))
    return told


def pass_rule(contents: Mapping[str, Any], t: Translate) -> str:
    """Say how many must be for a motion."""
    share, of = Fraction(contents["rule"][0]), Of(contents["rule"][1])
    if share == HALF:
        return (
            t("It passes if more are for it than against it; who abstains counts on neither side.")
            if of is Of.VOTES
            else t("It passes if more than half of all who may vote are for it.")
        )
    sentence = (
        t("It passes if at least {share} of the votes for and against are for it; who abstains counts on neither side.")
        if of is Of.VOTES
        else t("It passes if at least {share} of all who may vote are for it.")
    )
    return sentence.format(share=share_told(share))


def quorum(contents: Mapping[str, Any], t: Translate) -> str | None:
    """Say how many must take part, if that is asked."""
    asked_for = Quorum(contents["quorum"][0], Fraction(contents["quorum"][1]))
    electorate = contents["electorate"]
    if electorate is None and not asked_for.least:
        return None
    needed = asked_for.needed(electorate or 0)
    if not needed:
        return None
    told = t("**Quorum:** at least {number} must take part, if only with a blank vote.").format(number=needed)
    if asked_for.share and electorate is not None:
        share = share_told(asked_for.share)
        told += " " + t("({share} of {electorate})").format(share=share, electorate=electorate)
    return told


def who_may_vote(contents: Mapping[str, Any], t: Translate) -> str:
    """Say which accounts may vote."""
    asked_for = [
        t("with the role {role}").format(role=f"<@&{contents['role']}>") if contents["role"] else None,
        t("in the server since before it opened") if contents["joined_before"] else None,
        t("at least {days} days old when it opened").format(days=contents["account_age_days"])
        if contents["account_age_days"]
        else None,
    ]
    told = "; ".join(each for each in asked_for if each)
    sentence = (
        t("**Who may vote:** accounts {rules}. Each has one vote.").format(rules=told)
        if told
        else t("**Who may vote:** everybody in this server. Each account has one vote.")
    )
    if contents["electorate"] is not None:
        sentence += " " + t("According to organizers, {number} people may vote.").format(number=contents["electorate"])
    return sentence


def _changing(contents: Mapping[str, Any], t: Translate) -> str:
    if contents["kind"] == Kind.HANDS:
        return t("You can change or lower your hand until the close.")
    if contents["can_change"]:
        return t(
            "**A ballot can be changed** until the close. The price: until then Steward keeps, sealed, which ballot "
            "is whose."
        )
    return t("**A ballot is final** once it is cast.")


def limits(contents: Mapping[str, Any], t: Translate) -> str:
    """Say who could see what, and what a poll must not be used for."""
    if contents["kind"] == Kind.HANDS:
        told = (
            t("**A show of hands, hidden until the close.** The numbers are shown then, and no names.")
            if contents["is_hidden"]
            else t(
                "**A show of hands.** The numbers move while you watch, and all who can see this channel can read who "
                "said what."
            )
        )
        return "\n".join([told, t("-# Steward keeps the names sealed until the close, and destroys them then.")])
    lines = [
        (
            t(
                "**A secret ballot.** Until the close only the list below moves, in fives: it shows roughly how many "
                "have voted. With fewer than {lowest} ballots there is no result."
            )
            if contents["has_ledger"]
            else t(
                "**A secret ballot.** Nothing shows until the close, not even how many have voted, and not to "
                "organizers. With fewer than {lowest} ballots there is no result."
            )
        ).format(lowest=FEWEST_BALLOTS),
        *(f"-# {each}" for each in warnings(t)),
    ]
    if contents["has_ledger"]:
        lines.append(
            t(
                "-# Checkable: hashes are posted once an hour, five or more at a time. At the close all ballots are "
                "listed, if there are {lowest} or more, each beside {words} words of its voter's own. It does not stop "
                "whoever runs Steward from adding ballots, and a voter can be pressed to show theirs."
            ).format(lowest=LEDGER_FROM, words=OWN_WORDS)
        )
    if contents["commitment"]:
        lines.append(t("-# Lot for ties, fixed at the opening: {hash}").format(hash=f"`{contents['commitment']}`"))
    return "\n".join(lines)


def warnings(t: Translate) -> tuple[str, str, str]:
    """Return what a secret ballot cannot do, and what can, in sentences that stand wherever people decide."""
    return (
        t("Discord, and whoever runs Steward, could see votes. If all vote alike, the result reveals everybody."),
        t("It advises: it is not for electing officers, or for anything the law requires by secret ballot."),
        t("For those, use paper, or a system made for it, such as Belenios (belenios.org)."),
    )


def _moment(seconds: int) -> str:
    return f"<t:{seconds}:f> (<t:{seconds}:R>)"
