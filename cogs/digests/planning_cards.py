"""What organizers see of the digests of their server: which there are, one of them, and what they are asked."""

from collections.abc import Sequence

import discord
from discord import ui

from bot.digests.planning import Planned
from bot.digests.plans import MOST_PLANS, REGULAR, Audience, Plan
from bot.refusals import N_
from bot.texts import Translate
from cogs.layout import OPEN_TO_ALL, Item, button, card, channel_select, in_words, line, options, row, select, to_mend

PRIMARY = discord.ButtonStyle.primary
SUCCESS = discord.ButtonStyle.success
DANGER = discord.ButtonStyle.danger
PAUSE, RESUME = "pause", "resume"

AUDIENCES: dict[Audience, str] = {
    Audience.MEMBERS: N_("Members"),
    Audience.ORGANIZERS: N_("Organizers"),
    Audience.URGENT: N_("Urgent notices"),
}
TITLES: dict[str, str] = {
    REGULAR: N_("The regular digest, for members"),
    Audience.MEMBERS: N_("A digest for members"),
    Audience.ORGANIZERS: N_("A digest for organizers"),
    Audience.URGENT: N_("Urgent notices"),
}
WHAT: dict[Audience, str] = {
    Audience.MEMBERS: N_(
        "It tells of everything that members can read: numbers of reports, petitions, polls and more."
    ),
    Audience.ORGANIZERS: N_("It tells what members read, and also what organizers meant to look at again."),
    Audience.URGENT: N_(
        "It tells only what cannot wait, such as a poll that closes soon: each thing once, and no numbers of reports. "
        "It looks at the times you choose, so choose every day."
    ),
}


def listed(t: Translate, found: Sequence[Planned], notice: str | None = None) -> ui.LayoutView:
    """List the digests of a server, and let another be added."""
    return card(
        notice,
        t("## Digests"),
        *(
            ui.Section(
                f"{_told(t, each.plan)}\n{_next(t, each)}",
                accessory=button(t("Open"), f"digestdesk:open:v1:{each.plan.id}"),
            )
            for each in found
        ),
        row(button(t("Add a digest"), "digestdesk:new:v1", PRIMARY, disabled=len(found) >= MOST_PLANS)),
        t("-# A digest that has nothing new to tell does not come."),
    )


def opened(t: Translate, planned: Planned, missing: Sequence[str], notice: str | None = None) -> ui.LayoutView:
    """Show one digest and what can be done with it; `missing` is what Steward lacks in its channel."""
    plan = planned.plan
    return card(
        notice,
        f"## {_title(t, plan)}",
        t(WHAT[plan.audience]),
        "\n".join(
            [
                t("**Where:** {channel}").format(channel=_where(t, plan)),
                *([to_mend(t, missing)] if missing else []),
                t("**When:** {when}").format(when=in_words(t, plan.rhythm)),
                _next(t, planned),
            ]
        ),
        t("Once it comes again, it tells of everything since the last one.") if plan.is_paused else None,
        line(),
        *_ways(t, plan, can_post=plan.channel_id is not None and not set(missing) - {OPEN_TO_ALL}),
        row(button(t("All digests"), "digestdesk:list:v1")),
        t(
            "-# Only with this digest do numbers of reports move. Its channel and its time zone are those of the "
            "server, which administrators choose with `/setup`."
        )
        if plan.is_regular
        else t(
            "-# After a change it first comes at the next of its new times. Nothing is left out and nothing is told "
            "twice: it tells of what came since the last one."
        ),
    )


def _ways(t: Translate, plan: Plan, *, can_post: bool) -> list[Item]:
    way, label = (RESUME, t("Let it come again")) if plan.is_paused else (PAUSE, t("Pause"))
    ways = [
        button(t("Preview"), f"digestdesk:preview:v1:{plan.id}"),
        button(t("Send now"), f"digestdesk:send:v1:{plan.id}", disabled=not can_post),
        button(label, f"digestdesk:pause:v1:{plan.id}:{way}"),
        button(t("Change"), f"digestdesk:change:v1:{plan.id}", PRIMARY),
    ]
    if plan.is_regular:
        return [row(*ways)]
    delete = button(t("Delete"), f"digestdesk:delete:v1:{plan.id}", DANGER)
    menu = channel_select(f"digestdesk:move:v1:{plan.id}", t("Another channel"), plan.channel_id)
    return [row(*ways, delete), row(menu)]


def choose_audience(t: Translate, token: str) -> ui.LayoutView:
    """Ask whom a new digest is for."""
    return card(
        t("## Add a digest: whom is it for?"),
        *(f"**{t(AUDIENCES[each])}**: {t(WHAT[each])}" for each in Audience),
        row(
            select(f"digestdesk:audience:v1:{token}", options([(each, t(label)) for each, label in AUDIENCES.items()]))
        ),
        _back(t, "list:v1"),
    )


def choose_channel(t: Translate, token: str, audience: Audience, notice: str | None = None) -> ui.LayoutView:
    """Ask where a new digest is posted; `notice` says first why the channel just chosen does not do."""
    return card(
        notice,
        t("## Add a digest: where is it posted?"),
        t(
            "**Everybody who can read the channel reads this digest**, and all that was posted there before. Choose "
            "one that only organizers can read."
        )
        if audience is Audience.ORGANIZERS
        else t("Everybody who can read the channel reads it."),
        row(channel_select(f"digestdesk:channel:v1:{token}:{audience}", t("Channel for this digest"), None)),
        t("-# Next you choose the days and the time."),
        _back(t, "new:v1"),
    )


def sending(t: Translate, plan: Plan, token: str) -> ui.LayoutView:
    """Ask once more before a digest is posted."""
    return card(
        t("## Post it now in {channel}?").format(channel=_where(t, plan)),
        t(
            "It tells of everything since the last one, and the next one of what comes after. No number of reports "
            "moves with it: otherwise somebody could choose the moment at which one does."
        ),
        row(
            button(t("Post it now"), f"digestdesk:sent:v1:{plan.id}:{token}", SUCCESS),
            button(t("Back to the digest"), f"digestdesk:open:v1:{plan.id}"),
        ),
    )


def deleting(t: Translate, plan: Plan) -> ui.LayoutView:
    """Ask once more before a digest is deleted."""
    return card(
        t("## Delete this digest?"),
        _told(t, plan),
        t("It does not come any more. What it has posted stays in the channel."),
        row(
            button(t("Delete"), f"digestdesk:deleted:v1:{plan.id}", DANGER),
            button(t("Back to the digest"), f"digestdesk:open:v1:{plan.id}"),
        ),
    )


def _told(t: Translate, plan: Plan) -> str:
    return f"**{_title(t, plan)}** · {_where(t, plan)}\n{in_words(t, plan.rhythm)}"


def _title(t: Translate, plan: Plan) -> str:
    return t(TITLES[REGULAR if plan.is_regular else plan.audience])


def _where(t: Translate, plan: Plan) -> str:
    return t("no channel yet") if plan.channel_id is None else f"<#{plan.channel_id}>"


def _next(t: Translate, planned: Planned) -> str:
    if planned.plan.is_paused:
        return t("⏸️ **Paused:** it does not come.")
    return t("**Next:** {when}").format(when=discord.utils.format_dt(planned.next_at, "F"))


def _back(t: Translate, route: str) -> Item:
    return row(button(t("Back"), f"digestdesk:{route}"))
