"""What is filled in when a ballot is cast: two words of one's own, and a reason."""

from collections.abc import Mapping

import discord
from discord import ui

from bot.polls.counting.results import Method
from bot.polls.ledger import LONGEST_WORDS
from bot.polls.rules import Poll
from bot.polls.service import LONGEST_REASON
from bot.texts import Translate

WORDS, REASON = "words", "reason"


def needs_form(poll: Poll) -> bool:
    """Tell whether something is filled in when a ballot of this poll is cast."""
    return poll.is_secret and (poll.terms.has_ledger or poll.terms.method is Method.CONSENT)


def casting_form(t: Translate, custom_id: str, poll: Poll) -> ui.Modal:
    """Return the form that casts a ballot where `needs_form`."""
    form = ui.Modal(title=t("Cast this ballot"), custom_id=custom_id, timeout=None)
    if poll.terms.has_ledger:
        form.add_item(
            ui.Label(
                text=t("Two words of your own"),
                description=t("With a space between. Everybody will read them: nothing about you."),
                component=ui.TextInput(custom_id=WORDS, required=True, max_length=LONGEST_WORDS),
            )
        )
    if poll.terms.method is Method.CONSENT:
        form.add_item(
            ui.Label(
                text=t("Your reason, if you like"),
                description=t("Shown to all at the close, in no order. Do not write who you are."),
                component=ui.TextInput(
                    custom_id=REASON,
                    style=discord.TextStyle.paragraph,
                    required=False,
                    max_length=LONGEST_REASON,
                ),
            )
        )
    return form


def filled_casting(fields: Mapping[str, str]) -> tuple[str, str]:
    """Return the two words and the reason; what was not asked for is empty."""
    return fields.get(WORDS, ""), fields.get(REASON, "")
