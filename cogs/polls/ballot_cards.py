"""A ballot, from the first mark to the receipt. All of it private to one person, and nothing of it kept.

What is marked so far stands in the buttons of the card itself, so a ballot goes on after a restart and Steward holds no
unfinished ones.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import discord
from discord import ui

from bot.polls import marking
from bot.polls.counting.ballots import BLANK, HIGHEST_SCORE, Ballot, ScoreMissing
from bot.polls.counting.results import Method
from bot.polls.marking import BLANK_TEXT
from bot.polls.rules import AGREED, RANKED, SCORED, Poll
from bot.refusals import N_
from bot.texts import Translate
from cogs.layout import QUIET, Item, boxed, button, card, fitting, plain, row
from cogs.polls.cards import LETTERS, choice_names, warnings

SUCCESS = discord.ButtonStyle.success
PRIMARY = discord.ButtonStyle.primary
SCORES_IN_A_ROW = 3
WAYS_TO_SHOW = 2
"""Ways to show a ballot: typed words escaped, and in a code block where that would take too much room."""

MEANINGS: dict[Method, tuple[str, ...]] = {
    Method.MOTION: (
        N_("It should be done."),
        N_("It should not be done."),
        N_("Neither for nor against. It counts for the quorum alone."),
    ),
    Method.CONSENT: (
        N_("It is good, or good enough for now."),
        N_("I leave it to the others."),
        N_("I think it is a mistake, but I shall not stand in its way."),
        N_("It would harm us, and must not be done as it stands."),
    ),
}
"""What the fixed sayings mean, shown where they are chosen."""


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A ballot in the making.

    `marks` are in the order of the poll, but scores that are not all given yet in the order this voter is shown.
    `code` are the six characters for the checkable list, once they are drawn.
    """

    poll: Poll
    marks: str = field(default="", repr=False)
    code: str = field(default="", repr=False)

    def place(self, action: str, marks: str | None = None) -> str:
        """Return the `custom_id` of a button that does something with these marks, or with others."""
        carried = self.marks if marks is None else marks
        return ":".join([f"polls:{action}:v1", self.poll.id, carried, *([self.code] if self.code else [])])


def ballot(
    t: Translate, on: Unfinished, order: Sequence[int], hand: Ballot | None = None, name: str = ""
) -> ui.LayoutView:
    """Show a ballot to be marked; `order` is this voter's own.

    In a show of hands, `hand` is what the person's raised hand says, if it is raised, and `name` what others will read.
    """
    parts = {Method.APPROVAL: _choosing, **dict.fromkeys(RANKED, _ranking), **dict.fromkeys(SCORED, _scoring)}
    build = parts.get(on.poll.terms.method, _choosing)
    aside = [button(t("Blank vote"), on.place("review", BLANK_TEXT))]
    if hand is not None:
        aside.append(button(t("Lower my hand"), f"polls:lower:v1:{on.poll.id}"))
    return fitting(
        lambda most: card(
            f"## {plain(on.poll.question.title)}",
            None if on.marks else before(t, on.poll, name),
            _own_hand(t, on.poll, hand, most),
            *build(t, on, order, _shown(most)),
            row(*aside),
            t("-# Nothing is cast yet. You can leave and come back; what is marked stands on this card alone."),
            accent=discord.Colour.blurple(),
        ),
        WAYS_TO_SHOW,
    )


def before(t: Translate, poll: Poll, name: str) -> str:
    """Say who could see what, before anything is marked."""
    if not poll.is_secret:
        if poll.terms.is_hidden:
            return t("**A show of hands, hidden until the close.** The numbers are shown then, and no names.")
        return t(
            "**This is open, not secret.** Your hand is shown under the name **{name}** to everybody who can see the "
            "poll's channel. You can change or lower it until the close."
        ).format(name=plain(name))
    changing = (
        t("You can vote again until the close; the last one counts. Until then Steward keeps which ballot is whose.")
        if poll.terms.can_change
        else t("Once cast, it is final.")
    )
    return "\n".join(
        [t("**This ballot is secret.** {final}").format(final=changing), *(f"-# {e}" for e in warnings(t))]
    )


def review(t: Translate, on: Unfinished, name: str = "") -> ui.LayoutView:
    """Show exactly what will be cast, and what follows from casting it."""
    poll = on.poll
    cast = t("Cast this ballot") if poll.is_secret else t("Raise my hand")
    return fitting(
        lambda most: card(
            t("## This is what you cast") if poll.is_secret else t("## This is what your hand will say"),
            f"**{plain(poll.question.title)}**",
            ballot_words(t, poll, marking.marks(poll.terms.method, on.marks), _shown(most)),
            consequence(t, poll, name),
            t(
                "**Write these six characters down now.** With two words of your own, which are asked for next, they "
                "find your ballot in the list. Steward cannot show them again.\n```\n{code}\n```"
            ).format(code=on.code)
            if on.code
            else None,
            t("You can add a reason next. It is kept apart from what you chose.")
            if poll.is_secret and poll.terms.method is Method.CONSENT
            else None,
            row(button(cast, on.place("cast"), SUCCESS), button(t("Change"), on.place("change"))),
            t("-# Nothing is cast yet."),
            accent=discord.Colour.blurple(),
        ),
        WAYS_TO_SHOW,
    )


def consequence(t: Translate, poll: Poll, name: str) -> str:
    """Say what casting means: whether it is final, and who could learn of it."""
    if not poll.is_secret:
        if poll.terms.is_hidden:
            return t("Your hand is counted without a name. You can change or lower it until the close.")
        return t(
            "Everybody who can see the poll's channel can read this beside **{name}**. You can change it until the "
            "close."
        ).format(name=plain(name))
    final = (
        t("You can vote again until the close; the last one counts.")
        if poll.terms.can_change
        else t("**It is final:** it cannot be changed or taken back.")
    )
    return f"{final}\n" + t("If all vote alike, the result tells everybody how each of them voted, you included.")


def receipt(t: Translate, poll: Poll, tracker: str = "") -> ui.LayoutView:
    """Say that a ballot is counted. What was chosen is not said again, for whoever looks over a shoulder."""
    listed = t(
        "**To check it:** `/poll check`, with exactly these words. While the poll is open, it tells whether their hash "
        "is posted: in fives, so yours may take a while. At the close, it shows your ballot in the list, if the list "
        "is long enough to be shown. Keep them to yourself: whoever has them can look up your ballot.\n{tracker}"
    )
    return card(
        t("## Your ballot is in the box"),
        f"**{plain(poll.question.title)}**",
        t("It is on disk and will be counted. You can vote again until the close; then the last one counts.")
        if poll.terms.can_change
        else t("It is on disk and will be counted once."),
        listed.format(tracker=boxed(tracker)) if tracker else None,
        t("-# What you chose is not shown here again, and nowhere until the close. You can dismiss this."),
        accent=discord.Colour.green(),
    )


def hand_raised(t: Translate, poll: Poll) -> ui.LayoutView:
    """Say that a hand is raised, and how to change it."""
    buttons = [
        button(t("Change"), f"polls:vote:v1:{poll.id}"),
        button(t("Lower my hand"), f"polls:lower:v1:{poll.id}"),
    ]
    if not poll.terms.is_hidden:
        buttons.append(button(t("Who said what"), f"polls:hands:v1:{poll.id}"))
    return card(
        t("## Your hand is raised"),
        f"**{plain(poll.question.title)}**",
        t("The numbers are shown at the close.")
        if poll.terms.is_hidden
        else t("The card of the poll shows it within a minute or so, with all others."),
        row(*buttons),
        accent=discord.Colour.green(),
    )


def hand_lowered(t: Translate, poll: Poll) -> ui.LayoutView:
    """Say that no hand is raised: the same words whether or not there was one."""
    return card(
        t("## Your hand is not raised"),
        f"**{plain(poll.question.title)}**",
        t("Nothing of it is kept. You can raise it again until the close."),
        row(button(t("Raise your hand"), f"polls:vote:v1:{poll.id}")),
        accent=QUIET,
    )


def ballot_words(t: Translate, poll: Poll, marked: Ballot, shown: Callable[[str], str] = plain) -> str:
    """Return in words what a ballot says, so that it can be read back without the poll's card."""
    if marked == BLANK:
        return t("**A blank vote.** It counts for the quorum, and for no option.")
    names, method = choice_names(poll, t), poll.terms.method
    if method in AGREED:
        return f"**{names[marked[0]]}**"
    if method in SCORED:
        lines = [f"{score}  ·  {_named(names, option, shown)}" for option, score in enumerate(marked)]
    elif method in RANKED:
        lines = [f"{place}.  {_named(names, option, shown)}" for place, option in enumerate(marked, 1)]
    else:
        lines = [_named(names, option, shown) for option in marked]
    return boxed("\n".join(lines)) if shown is boxed else "\n".join(lines)


def in_poll_order(marks: str, order: Sequence[int]) -> str:
    """Return scores, given one after the other as a voter was shown the options, in the order of the poll.

    Raises `ScoreMissing` unless there is one for each option.
    """
    if len(marks) != len(order):
        raise ScoreMissing
    by_option = dict(zip(order, marks, strict=True))
    return "".join(by_option[option] for option in range(len(order)))


def in_shown_order(marks: str, order: Sequence[int]) -> str:
    """Return scores in the order in which a voter was shown the options."""
    return "".join(marks[option] for option in order)


# The ways to mark


def _choosing(t: Translate, on: Unfinished, order: Sequence[int], shown: Callable[[str], str]) -> list[Item | str]:  # noqa: ARG001 - has the shape of every way to mark
    method = on.poll.terms.method
    is_many = method is Method.APPROVAL
    menu = _menu(t, on, order, on.marks, most=len(order) if is_many else 1)
    menu.placeholder = t("Choose as many as you approve of") if is_many else t("Choose one")
    # A menu that is left as it stands sends nothing, so there is a button for that.
    return [row(menu), *([row(button(t("Leave it so"), on.place("review"), PRIMARY))] if on.marks else [])]


def _ranking(t: Translate, on: Unfinished, order: Sequence[int], shown: Callable[[str], str]) -> list[Item | str]:
    ranked = marking.marks(on.poll.terms.method, on.marks)
    items: list[Item | str] = []
    if ranked:
        items.append(f"{t('Your ranking so far:')}\n" + ballot_words(t, on.poll, ranked, shown))
    else:
        items.append(t("Choose your favourite first, then the next, and so on, for as long as you have a preference."))
    left = [option for option in order if option not in ranked]
    if left:
        menu = _menu(t, on, left, "", most=1)
        menu.placeholder = t("Choose number {place}").format(place=len(ranked) + 1)
        items.append(row(menu))
    if ranked:
        items.append(
            row(
                button(t("Done"), on.place("review"), PRIMARY),
                button(t("Undo the last"), on.place("undo")),
                button(t("Start over"), on.place("ballot", "")),
            )
        )
    return items


def _scoring(t: Translate, on: Unfinished, order: Sequence[int], shown: Callable[[str], str]) -> list[Item | str]:
    names = choice_names(on.poll, t)
    given = marking.marks(on.poll.terms.method, on.marks)[: len(order) - 1]
    items: list[Item | str] = []
    if given:
        so_far = "\n".join(
            f"{score}  ·  {_named(names, option, shown)}" for option, score in zip(order, given, strict=False)
        )
        items.append(boxed(so_far) if shown is boxed else so_far)
    option = order[len(given)]
    items.append(
        t("**Option {number} of {count}:** how good is it, from 0 to {highest}?").format(
            number=len(given) + 1, count=len(order), highest=HIGHEST_SCORE
        )
        + f"\n{_named(names, option, plain)}"
    )
    marked = "".join(map(str, given))
    scores = [button(str(score), on.place("score", f"{marked}{score}"), PRIMARY) for score in range(HIGHEST_SCORE + 1)]
    items += [row(*scores[:SCORES_IN_A_ROW]), row(*scores[SCORES_IN_A_ROW:])]
    if given:
        items.append(
            row(
                button(t("Undo the last"), on.place("undo")),
                button(t("Start over"), on.place("ballot", "")),
            )
        )
    return items


def _menu(t: Translate, on: Unfinished, offered: Sequence[int], chosen: str, *, most: int) -> ui.Select[ui.LayoutView]:
    names, method = choice_names(on.poll, t), on.poll.terms.method
    meanings = MEANINGS.get(method)
    carried = "" if method not in RANKED else on.marks
    return ui.Select(
        custom_id=on.place("mark", carried),
        options=[
            discord.SelectOption(
                value=marking.written(Method.SINGLE, (option,)),
                label=names[option] if method in AGREED else f"{LETTERS[option]} · {names[option]}",
                description=t(meanings[option])[:100] if meanings else None,
                default=marking.written(Method.SINGLE, (option,)) in chosen,
            )
            for option in offered
        ],
        min_values=1,
        max_values=most,
        required=True,
    )


def _own_hand(t: Translate, poll: Poll, hand: Ballot | None, most: int) -> str | None:
    if hand is None:
        return None
    return t("Your hand is raised. It says:") + "\n" + ballot_words(t, poll, hand, _shown(most))


def _named(names: Sequence[str], option: int, shown: Callable[[str], str]) -> str:
    if shown is boxed:
        return f"{LETTERS[option]}  {names[option]}"
    return f"**{LETTERS[option]}**  {shown(names[option])}"


def _shown(most: int) -> Callable[[str], str]:
    return plain if most > 1 else boxed


def renewed(on: Unfinished, marks: str, code: str = "") -> Unfinished:
    """Return the ballot with other marks, and with the six characters once they are drawn."""
    return replace(on, marks=marks, code=code or on.code)
