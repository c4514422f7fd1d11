"""What organizers are shown of cases. All of it private to one person."""

from datetime import UTC, datetime

import discord
from discord import ui

from bot.reports.desk import DeskPage
from bot.reports.rules import STATUS_LABELS, Case, Status
from bot.reports.taxonomy import CATEGORIES, ROLES, Dimension
from bot.texts import Translate
from cogs.layout import Item, button, card, line, options, row, select
from cogs.reports.conversation import conversation

PRIMARY = discord.ButtonStyle.primary


def desk(t: Translate, page: DeskPage) -> ui.LayoutView:
    """List cases for organizers."""
    if not page.cases:
        return card(
            t("## Cases"),
            t("No case yet. Reports arrive here together at release time; nobody is notified of a single one."),
        )
    return card(
        t("## Cases"),
        *(_desk_line(t, case) for case in page.cases),
        row(
            button(t("Back"), f"reports:desk:v1:{page.number - 1}", disabled=page.number == 0),
            button(t("Next"), f"reports:desk:v1:{page.number + 1}", disabled=page.number + 1 >= page.pages),
        )
        if page.pages > 1
        else None,
        t("-# Page {number} of {pages}").format(number=page.number + 1, pages=page.pages) if page.pages > 1 else None,
    )


def _desk_line(t: Translate, case: Case) -> Item:
    facets = case.facets
    if not case.has_news:
        news = " ·"
    elif case.status is Status.RECEIVED:
        news = t(" · new ·")
    else:
        news = t(" · new answer ·")
    summary = "**{case}**{news} {category}\n-# {role} · {week} · {status}".format(
        case=case.id,
        news=news,
        category=t(CATEGORIES[facets[Dimension.CATEGORY]]),
        role=t(ROLES[facets[Dimension.ROLE]]),
        week=_week(t, case.released_week),
        status=t(STATUS_LABELS[case.status]).split(":")[0],
    )
    return ui.Section(ui.TextDisplay(summary), accessory=button(t("Open"), f"reports:case:v1:{case.id}"))


def _week(t: Translate, iso_week: str) -> str:
    """Return a week by its Monday, in the reader's own way of writing dates."""
    monday = datetime.fromisoformat(f"{iso_week}-1").replace(hour=12, tzinfo=UTC)
    return t("week of {day}").format(day=discord.utils.format_dt(monday, "D"))


def case_at_desk(t: Translate, case: Case) -> ui.LayoutView:
    """Show a case to an organizer."""
    return card(
        t("## Case {case}").format(case=case.id),
        t("-# Released in the {week}. Who reported, and when, is not known to anybody here.").format(
            week=_week(t, case.released_week)
        ),
        *conversation(t, case, mine="organizer"),
        line(),
        t("What the reporter reads about it:"),
        row(
            select(
                f"reports:status:v1:{case.id}",
                options([(status, t(STATUS_LABELS[status])) for status in Status], case.status),
            )
        ),
        row(
            button(t("Reply"), f"reports:reply:v1:{case.id}", PRIMARY),
            button(t("All cases"), "reports:desk:v1:0"),
            button(t("Propose to delete"), f"reports:delete:v1:{case.id}"),
        ),
    )
