"""What is filled in about town halls by those who come: a question, or a comment."""

from collections.abc import Mapping

import discord
from discord import ui

from bot.texts import Translate
from bot.townhalls.questions_rules import LEAST_IN_BATCH, LONGEST_QUESTION, Kind

QUESTION = "question"


def question_form(t: Translate, custom_id: str, text: str = "", kind: Kind = Kind.QUESTION) -> ui.Modal:
    """Return the form for a question or a comment, which says first what happens to it.

    It is filled in with what is already there.
    """
    is_comment = kind is Kind.COMMENT
    title = t("Comment on what was decided") if is_comment else t("Ask a question")
    form = ui.Modal(title=title, custom_id=custom_id, timeout=None)
    form.add_item(ui.TextDisplay(_what_happens(t, kind).format(lowest=LEAST_IN_BATCH)))
    form.add_item(
        ui.Label(
            text=t("Your comment") if is_comment else t("Your question"),
            description=t("Everybody may read it. Write nothing that tells who you are."),
            component=ui.TextInput(
                custom_id=QUESTION,
                style=discord.TextStyle.paragraph,
                required=True,
                max_length=LONGEST_QUESTION,
                default=text or None,
            ),
        )
    )
    return form


def _what_happens(t: Translate, kind: Kind) -> str:
    if kind is Kind.COMMENT:
        return t(
            "**What happens to it.** Organizers read it without a name, and approve it or turn it away. Approved "
            "comments are published {lowest} or more at a time, after a delay by lot, and stand in the minutes; "
            "organizers may publish fewer. You can withdraw it until then. What nobody has decided on when the late "
            "floor closes is destroyed. A comment changes no decision by itself."
        )
    return t(
        "**What happens to it.** Organizers read it without a name, and approve it or turn it away. Approved "
        "questions are published {lowest} or more at a time, after a delay by lot; the chair may publish fewer "
        "once the town hall has begun. You can withdraw it until then. What nobody has decided on when the "
        "late floor closes is destroyed."
    )


def filled_question(fields: Mapping[str, str]) -> str:
    """Return what was written."""
    return fields.get(QUESTION, "")
