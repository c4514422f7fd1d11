"""What is shown of the directory: to everybody for reading, to organizers for looking after. Private to one person."""

from collections.abc import Sequence
from datetime import date

import discord
from discord import ui

from bot.resources import rules
from bot.resources.rules import WAITING, Resource
from bot.resources.service import Listing, Opened
from bot.resources.taxonomy import KINDS, STARTER
from bot.texts import Translate
from cogs.layout import QUIET, Item, button, card, line, options, plain, row, select

ANY = "any"
MOST_ON_PAGE = 5
LONGEST_PAGE = 2800
"""Characters of entries on one page; what stands around them must fit beside them in every language."""
MOST_OPTIONS = 24
"""Tags in one menu, beside the way back to all of them."""


def directory(t: Translate, shown: Listing, number: int) -> ui.LayoutView:
    """Show a page of what was chosen, with menus to choose anew; organizers get what changes it too."""
    lines = {each.id: entry_line(t, each, shown.today) for each in shown.entries}
    pages = _pages(shown.entries, lines)
    number = min(max(number, 0), len(pages) - 1)
    state = ":".join(each or ANY for each in (shown.chosen.kind, shown.chosen.region, shown.chosen.language))
    return card(
        t("## Training and help"),
        t("**{kind}** · page {number} of {pages}").format(
            kind=_chosen_kind(t, shown), number=number + 1, pages=len(pages)
        ),
        *(lines[each.id] for each in pages[number]),
        None if shown.entries else t("Nothing here fits what you chose. Choose more widely, or ask an organizer."),
        t("-# Pointers, not advice. Nobody is told what you look at here. If something is wrong, tell an organizer."),
        line(),
        *_menus(t, shown),
        *(_changing(t, shown, pages[number]) if shown.is_organizer else ()),
        row(
            button(t("Back"), f"resources:page:v1:{state}:{number - 1}", disabled=number == 0),
            button(t("Next"), f"resources:page:v1:{state}:{number + 1}", disabled=number + 1 >= len(pages)),
            *([button(t("Add an entry"), "resources:new:v1")] if shown.is_organizer else ()),
        ),
        accent=QUIET,
    )


def entry_line(t: Translate, shown: Resource, today: date) -> str:
    """Say what somebody finds where, for whom it is, and who stands behind the entry."""
    words, terms = shown.words, shown.terms
    tagged = [", ".join(plain(t(tag)) for tag in rules.tags(text)) for text in (terms.region, terms.language) if text]
    notes = [t(KINDS[words.kind]), *tagged]
    if not rules.is_shown(shown, today):
        notes.append(t("not shown to members: its last day was {day}").format(day=terms.expires_on))
    if shown.is_as_it_came:
        notes.append(
            t("from Steward’s starter set, checked by organizers here")
            if shown.is_checked
            else t("from Steward’s starter set, not yet checked by organizers here")
        )
    parts = [f"**{plain(t(words.title))}**", plain(t(words.text)), words.link, f"-# {' · '.join(notes)}"]
    return "\n".join(part for part in parts if part)


def entry(t: Translate, opened: Opened) -> ui.LayoutView:
    """Let an organizer look after one entry."""
    shown, terms = opened.resource, opened.resource.terms
    return card(
        entry_line(t, shown, opened.today),
        t("-# Last day on which members see it: {ends}. To be looked at again from: {review}.").format(
            ends=terms.expires_on or "–", review=terms.review_on or "–"
        ),
        row(
            button(t("Still right"), f"resources:confirm:v1:{shown.id}", discord.ButtonStyle.primary),
            button(t("Change its words"), f"resources:change:v1:{shown.id}"),
            button(t("Region, language, days"), f"resources:terms:v1:{shown.id}"),
            button(t("Take it out"), f"resources:takeout:v1:{shown.id}", discord.ButtonStyle.danger),
        ),
        row(
            *(
                [button(t("Back to Steward’s entry"), f"resources:first:v1:{shown.id}")]
                if shown.is_starter and shown.is_checked
                else []
            ),
            button(t("Back to the list"), f"resources:page:v1:{ANY}:{ANY}:{ANY}:0"),
        ),
        accent=QUIET,
    )


def _pages(entries: Sequence[Resource], lines: dict[str, str]) -> list[list[Resource]]:
    """Divide entries into pages that fit: most are short, so a fixed number would waste room or have too little."""
    pages: list[list[Resource]] = [[]]
    for each in entries:
        taken = sum(len(lines[other.id]) for other in pages[-1])
        if pages[-1] and (len(pages[-1]) == MOST_ON_PAGE or taken + len(lines[each.id]) > LONGEST_PAGE):
            pages.append([])
        pages[-1].append(each)
    return pages


def _chosen_kind(t: Translate, shown: Listing) -> str:
    if shown.chosen.kind == WAITING:
        return t("What waits for organizers")
    return next((t(name) for kind, name in KINDS.items() if kind == shown.chosen.kind), t("Everything"))


def _menus(t: Translate, shown: Listing) -> list[Item]:
    """Return the menus of kind, region and language; each carries what was chosen in the other two."""
    kind, region, language = (each or ANY for each in (shown.chosen.kind, shown.chosen.region, shown.chosen.language))
    kinds = [(ANY, t("Everything")), *((str(each), t(KINDS[each])) for each in shown.kinds)]
    if shown.is_organizer:
        kinds.append((WAITING, t("What waits for organizers: {number}").format(number=shown.waiting)))
    menus = [row(select(f"resources:kind:v1:{region}:{language}", options(kinds, kind)))]
    for route, every, tags, chosen in (
        (f"resources:region:v1:{kind}:{language}", t("All regions"), shown.regions, region),
        (f"resources:language:v1:{kind}:{region}", t("All languages"), shown.languages, language),
    ):
        if tags:
            labels = [(ANY, every), *((rules.mark(tag), t(tag)) for tag in tags[:MOST_OPTIONS])]
            menus.append(row(select(route, options(labels, chosen))))
    return menus


def _changing(t: Translate, shown: Listing, on_page: Sequence[Resource]) -> list[Item]:
    menus = [
        (
            "resources:open:v1",
            t("Look after one of these …"),
            [(each.id, t(each.words.title)) for each in on_page],
        ),
        (
            "resources:putback:v1",
            t("Put back one that was taken out …"),
            [(id_, t(STARTER[id_].title)) for id_ in shown.taken_out],
        ),
    ]
    return [row(select(route, options(labels), placeholder)) for route, placeholder, labels in menus if labels]
