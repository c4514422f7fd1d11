"""What is filled in about town halls by those who come: a question."""

from collections.abc import Mapping

import discord
from discord import ui

from bot.texts import Translate
from bot.townhalls.questions_rules import LEAST_IN_BATCH, LONGEST_QUESTION

QUESTION = "question"


def question_form(t: Translate, custom_id: str, text: str = "") -> ui.Modal:
    """Return the form for a question, which says first what happens to it, filled in with what is already there."""
    form = ui.Modal(title=t("Ask a question"), custom_id=custom_id, timeout=None)
    form.add_item(
        ui.TextDisplay(
            t(
                "**What happens to it.** Organizers read it without a name, and approve it or turn it away. Approved "
                "questions are published {lowest} or more at a time, after a delay by lot; the chair may publish fewer "
                "once the town hall has begun. You can withdraw it until then. What nobody has decided on when the "
                "late floor closes is destroyed."
            ).format(lowest=LEAST_IN_BATCH)
        )
    )
    form.add_item(
        ui.Label(
            text=t("Your question"),
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


def filled_question(fields: Mapping[str, str]) -> str:
    """Return what was asked."""
    return fields.get(QUESTION, "")
