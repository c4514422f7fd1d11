"""What a member is shown about their own signature. All of it private to one person."""

import discord
from discord import ui

from bot.petitions.rules import SIGNABLE, Petition, State, Visibility
from bot.petitions.service import RATINGS, Signature, Standing
from bot.refusals import N_
from bot.texts import Translate
from cogs.layout import QUIET, Item, button, card, line, plain, row
from cogs.petitions.cards import STATES

SUCCESS = discord.ButtonStyle.success
DANGER = discord.ButtonStyle.danger

WHO_WILL_SEE: dict[Visibility, str] = {
    Visibility.COUNT: N_(
        "**Who will see what.** Nobody sees a name: none is asked for. Everybody sees the number, in steps."
    ),
    Visibility.ORGANIZERS: N_(
        "**Who will see what.** Organizers can read the name you write. Other members see the number alone. The "
        "computer that Steward runs on holds the key, so whoever runs it could read the name too."
    ),
    Visibility.SEALED: N_(
        "**Who will see what.** The name you write is sealed at once, and Steward cannot open it. Any two organizers "
        "together can, and may once the goal is reached. They could do it earlier: Steward can neither prevent nor "
        "notice that. Everybody sees the number, in steps."
    ),
    Visibility.PUBLIC: N_(
        "**Who will see what.** Everybody, your employer included, may read the name you write once the petition is "
        "handed over. Until then the computer that Steward runs on keeps it sealed, but holds the key."
    ),
}


def before_signing(t: Translate, petition: Petition) -> ui.LayoutView:
    """Ask for the confirmation of a signature: who will see what, what it binds to, how to get out of it."""
    place = f"{petition.id}:{petition.wording.hash}"
    is_count = petition.terms.visibility is Visibility.COUNT
    # Without a name and without units there is nothing to fill in: the button signs at once.
    at_once = is_count and not petition.units
    return card(
        t("## You are about to sign"),
        f"**{plain(petition.wording.title)}**",
        t(WHO_WILL_SEE[petition.terms.visibility]),
        t(
            "**What you sign.** Exactly the words you were shown. Nobody can change them any more; with other words it "
            "would be another petition, and you would be asked again."
        ),
        t(
            "**Taking it back.** Any time until the petition is handed over. Steward keeps no id of yours: only a mark "
            "that the key of this one petition can match with your account. Discord can see that you pressed."
        ),
        t(
            "**Only if enough others do.** You can say how many must sign. Your signature then counts only once at "
            "least that many are counted together, yours included. Until then it counts for nothing and nobody is "
            "told of it; if it never comes to that, it is destroyed at the deadline."
        ),
        row(
            button(
                t("Sign") if is_count else t("Sign with a name"),
                f"petitions:{'signed' if at_once else 'named'}:v1:{place}",
                SUCCESS,
            ),
            button(t("Sign only if enough others do"), f"petitions:waiting:v1:{place}"),
            button(t("Read the petition"), f"petitions:read:v1:{petition.id}"),
        ),
    )


def signed(t: Translate, petition: Petition) -> ui.LayoutView:
    """Say that a signature is kept: the same words for a new, a repeated and a changed one."""
    return card(
        t("## Your signature is kept"),
        t(
            "It stands as you gave it just now, in place of any earlier one of yours. The count on the card does not "
            "move at once: it moves in steps and at random moments, so that nobody can tell that it was you."
        )
        if not petition.terms.has_live_count
        else t("It stands as you gave it just now, in place of any earlier one of yours."),
        t(
            "If you said that enough others must sign, it counts only once they do, and is destroyed at the deadline "
            "if they do not."
        ),
        t("You can look at it and take it back until the petition is handed over."),
        row(button(t("Look / take back"), f"petitions:look:v1:{petition.id}")),
        accent=discord.Colour.green(),
    )


def mine(t: Translate, own: Standing) -> ui.LayoutView:
    """Show somebody what is theirs in a petition, and what they can do with it."""
    petition = own.petition
    is_signable = petition.state in SIGNABLE
    buttons: list[Item] = [button(t("Read the petition"), f"petitions:read:v1:{petition.id}")]
    if is_signable:
        buttons.append(button(t("Take it back"), f"petitions:takeback:v1:{petition.id}"))
    if own.is_author and petition.state in {State.SEEKING, State.OPEN}:
        buttons.append(button(t("Withdraw the petition"), f"petitions:withdraw:v1:{petition.id}"))
    is_answered = petition.state is State.ANSWERED
    return card(
        t("## Your signature"),
        f"**{plain(petition.wording.title)}**\n-# {t(STATES[petition.state])}",
        signature(t, petition, own.signature, own.name),
        t("You wrote this petition. Only you can see that.") if own.is_author else None,
        row(*buttons),
        line() if is_answered else None,
        t(
            "**Is the answer enough?** Everybody who signed can say so once, with one tap. It is counted without a "
            "name, cannot be changed, and is shown only once enough have said the same."
        )
        if is_answered
        else None,
        row(*(button(t(label), f"petitions:rate:v1:{petition.id}:{rating}") for rating, label in RATINGS.items()))
        if is_answered
        else None,
        accent=QUIET,
    )


def signature(t: Translate, petition: Petition, kept: Signature | None, name: str | None) -> str:
    """Say in sentences what is kept of somebody's signature."""
    if kept is None:
        return t("There is no signature of yours under this petition.")
    lines = [t("You have signed.")]
    if name is not None:
        lines.append(t("Name: {name}").format(name=plain(name)))
    elif kept.name is not None:
        lines.append(t("Your name is sealed for organizers, so it cannot be shown even to you."))
    if kept.unit is not None:
        lines.append(t("You work in: {unit}").format(unit=plain(kept.unit)))
    if kept.at_least is not None:
        lines.append(t("It counts only if at least {number} sign in all.").format(number=kept.at_least))
    if kept.share is not None:
        where = plain(kept.unit) if kept.unit is not None else t("the workplace")
        lines.append(t("It counts only if at least {share} % of {where} sign.").format(share=kept.share, where=where))
    if petition.state in SIGNABLE and (kept.at_least is not None or kept.share is not None):
        lines.append(t("If it has not come to that by the deadline, it is destroyed and was never counted."))
    return "\n".join(lines)


def take_back(t: Translate, petition: Petition) -> ui.LayoutView:
    """Ask once more before a signature is taken back."""
    return card(
        t("## Take your signature back?"),
        f"**{plain(petition.wording.title)}**",
        t(
            "Steward then deletes it, the name and the condition with it. The count on the card does not fall, so "
            "nobody can see that somebody stepped back. You can sign again while the petition can be signed."
        ),
        row(
            button(t("Take it back"), f"petitions:takenback:v1:{petition.id}", DANGER),
            button(t("Leave it as it is"), f"petitions:look:v1:{petition.id}"),
        ),
    )


def taken_back(t: Translate) -> ui.LayoutView:
    """Say that there is no signature: the same words whether or not there was one."""
    return card(
        t("## There is no signature of yours under this petition now"),
        t("Nothing of it is kept in Steward's own files. Backups made before may hold a copy until they expire."),
        accent=discord.Colour.green(),
    )


def rated(t: Translate) -> ui.LayoutView:
    """Thank for a rating: the same words whether or not it counted."""
    return card(
        t("Thank you. The first rating of each account that signed is counted, and none can be told apart."),
        accent=discord.Colour.green(),
    )


def withdraw(t: Translate, petition: Petition) -> ui.LayoutView:
    """Ask an author once more before they end their petition."""
    return card(
        t("## Withdraw this petition for good?"),
        f"**{plain(petition.wording.title)}**",
        t(
            "It ends at once, and every signature is destroyed. If its card stands in the channel, the card will say "
            "that it was withdrawn, and not by whom."
        ),
        row(
            button(t("Withdraw the petition"), f"petitions:withdrawn:v1:{petition.id}", DANGER),
            button(t("Leave it as it is"), f"petitions:look:v1:{petition.id}"),
        ),
    )


def withdrawn(t: Translate) -> ui.LayoutView:
    """Say that a petition has ended."""
    return card(
        t("## Withdrawn"),
        t("The petition has ended, and everything that could tell who wrote or signed it is destroyed."),
        accent=discord.Colour.green(),
    )
