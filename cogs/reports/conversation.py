"""What a report says and what was written to and fro about it, as its reporter is shown it."""

from bot.reports.rules import Case, Facets
from bot.reports.taxonomy import QUESTIONS, UNSAID, Dimension, told
from bot.texts import Translate
from cogs.layout import quoted

ROOM = 3400
"""Characters of a conversation that fit beside the rest of a card; Discord takes 4,000 in all."""


def conversation(t: Translate, case: Case) -> str:
    """Return the report and its messages for its reporter, the newest whole, the oldest left out if there is no room.

    One text, because a card holds forty parts and a long talk has more.
    """
    who = {"reporter": t("You"), "organizer": t("Organizers")}
    first = facet_lines(t, case.facets)
    if case.report is not None:
        first += f"\n{quoted(case.report.text)}"
    parts = [first, *(f"**{who[message.author]}**\n{quoted(message.text)}" for message in case.messages)]
    kept: list[str] = []
    room = ROOM
    for part in reversed(parts):
        if len(part) > room and kept:
            kept.append(t("-# Earlier messages do not fit here."))
            break
        kept.append(part)
        room -= len(part) + 2
    return "\n\n".join(kept[::-1])


def facet_lines(t: Translate, facets: Facets) -> str:
    """Return a report's choices, one on each line; what was left open is left out."""
    return "\n".join(
        f"**{t(QUESTIONS[dimension])}** {told(t, dimension, facets[dimension])}"
        for dimension in Dimension
        if facets[dimension] != UNSAID
    )
