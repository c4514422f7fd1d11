"""What organizers see of quotes, and the form in which they choose one."""

import discord
from discord import ui

from bot.cleaning import one_line
from bot.refusals import N_
from bot.reports.details import Kind
from bot.reports.passages import LONGEST_QUOTE, MOST_QUOTES
from bot.reports.quotes import Checked, Quotable
from bot.reports.rules import LONGEST_TEXT
from bot.texts import Translate
from cogs.layout import DRAFT, Item, button, card, line, plain, quoted, row
from cogs.reports.desk_cards import PRIMARY, Place
from cogs.reports.forms import TEXT

MOST_WARNINGS = 10

WHAT: dict[Kind, str] = {
    Kind.EMAIL: N_("an e-mail address"),
    Kind.LINK: N_("a link or path, which can be unique to one person"),
    Kind.HANDLE: N_("a user name or channel"),
    Kind.TICKET: N_("a number that can be looked up"),
    Kind.PHONE: N_("a phone number"),
    Kind.CODE_NAME: N_("an internal name that few people may know"),
    Kind.NAME: N_("a name, which shows which team this is"),
    Kind.ONLY_ME: N_("something that may fit one person alone"),
    Kind.WHEN: N_("a day or time at which few people were there"),
    Kind.NUMBER: N_("an exact number, which can point to one team"),
    Kind.PASTED: N_("words that look copied from somewhere"),
}
"""What was found in a passage, for whoever chose it; the reporter is told in other words before they send."""


def quotes(t: Translate, found: Quotable, place: Place) -> ui.LayoutView:
    """Show the quotes from a case, with the ways to choose one more and to take one back."""
    case = found.case
    parts: list[Item | str] = []
    for number, quote in enumerate(found.quotes, 1):
        parts += [
            quoted(quote.text),
            row(button(t("Take quote {number} back").format(number=number), place.route("unquote", case.id, quote.id))),
        ]
    return card(
        t("## Quotes from case {case}").format(case=case.id),
        t(
            "Whoever reported this allows organizers to quote it word for word, and nothing more. A quote stands in "
            "the bargaining brief of `/impact export`, which takes two organizers: without role or week, and with what "
            "happened only where that number is published. Choose what nobody can be recognised by."
        ),
        *(parts or [t("No quote has been chosen yet.")]),
        line(),
        row(
            button(
                t("Choose a passage"),
                place.route("quote", case.id),
                PRIMARY,
                disabled=len(found.quotes) >= MOST_QUOTES or case.report is None,
            ),
            button(t("Back to the case"), place.route("case", case.id)),
        ),
        t("-# At most {number} from one case. They go when the case goes.").format(number=MOST_QUOTES),
    )


def warning(t: Translate, checked: Checked, change: str, keep: str) -> ui.LayoutView:
    """Show what in a passage could give its reporter away, before it is kept, with the routes that lead on."""
    shown = [f"- **{plain(one_line(each.place))}**: {t(WHAT[each.kind])}" for each in checked.details[:MOST_WARNINGS]]
    more = len(checked.details) - len(shown)
    return card(
        t("## Could somebody recognise the reporter by this?"),
        "\n".join(shown),
        t("-# … and {number} more places").format(number=more) if more else None,
        ui.TextDisplay(checked.text, id=DRAFT),
        line(),
        t("Nothing has been kept. A quote goes to the other side of the table, who know their own workplace."),
        row(button(t("Change it"), change, PRIMARY), button(t("Keep it all the same"), keep)),
        accent=discord.Colour.gold(),
    )


def quote_form(t: Translate, custom_id: str, text: str) -> ui.Modal:
    """Return the form with the words of a report, or of a passage of it, to be cut down."""
    form = ui.Modal(title=t("Choose a passage"), custom_id=custom_id, timeout=None)
    form.add_item(
        ui.Label(
            text=t("Cut it down to what you quote"),
            description=t("Word for word, {limit} characters at most. Where you leave something out: “ … ”.").format(
                limit=LONGEST_QUOTE
            ),
            component=ui.TextInput(
                custom_id=TEXT,
                style=discord.TextStyle.paragraph,
                required=True,
                max_length=LONGEST_TEXT,  # not the limit of a quote: the whole report stands here to begin with
                default=text or None,
            ),
        )
    )
    return form
