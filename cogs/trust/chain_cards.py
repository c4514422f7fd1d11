"""The audit chain in words: what organizers did, and the mark that fixes it in public."""

from collections.abc import Mapping, Sequence
from typing import Any

from discord import ui

from bot.commitments import service as commitments
from bot.digests import exporting, planning
from bot.guilds.rules import RANGES
from bot.petitions import choices, conduct, handovers
from bot.petitions.rules import REJECTIONS
from bot.polls import closing, drafts
from bot.polls import conduct as poll_conduct
from bot.polls.rules import VOID_REASONS
from bot.refusals import N_
from bot.reports import quotes
from bot.reports.letters import TITLES
from bot.resources import service as resources
from bot.texts import Translate
from bot.townhalls import afterwards, queue, room, scheduling, timefinding
from bot.trust.service import Head, Line
from cogs.layout import QUIET, card, fitting, line, plain


def audit(t: Translate, lines: Sequence[Line], head: Head | None, title: str) -> ui.LayoutView:
    """Show the newest rows of a chain, as many as fit."""
    return fitting(lambda most: _audit(t, lines[:most], head, title), len(lines))


def _audit(t: Translate, lines: Sequence[Line], head: Head | None, title: str) -> ui.LayoutView:
    shown = "\n".join(_line(t, each) for each in lines) or t("Nothing yet.")
    return card(
        f"## {t(title)}",
        shown,
        line() if head is not None else None,
        t(
            "-# Each row is sealed onto the one before it. Now at row {position}: `{hash}`. The same mark is posted in "
            "the digest channel when it changes, so nobody can rewrite the past unseen."
        ).format(position=head.position, hash=head.hash)
        if head is not None
        else None,
        accent=QUIET,
    )


def _line(t: Translate, each: Line) -> str:
    if each.organizer is not None:
        who = f"<@{each.organizer}>"
    elif each.entry.actor in {"administrator", "steward"}:
        who = t("An administrator") if each.entry.actor == "administrator" else "Steward"
    else:
        who = t("A former organizer")
    details = _details(t, each.entry.details)
    return f"`{each.entry.position}` {each.entry.at[:10]} · {who} {t(each.entry.action)}{details}"


KINDS: dict[str, str] = {
    "guilds:organizers": N_("another organizer list"),
    "guilds:role": N_("another organizer role"),
    "guilds:reporting": N_("another way to handle reports"),
    "guilds:key": N_("a key of an organizer"),
    "guilds:mode": N_("another reading mode"),
    "reports:delete": N_("deleting something at the desk"),
    "petitions:deliver": N_("handing a petition over"),
    "petitions:takedown": N_("taking a petition down"),
    "polls:close": N_("closing a poll early"),
    "polls:extend": N_("giving a poll more time"),
    "polls:void": N_("declaring a poll void"),
    "digests:export": N_("taking the published numbers out as files"),
    "guilds:thaw": N_("thawing Steward"),
    "guilds:burn": N_("erasing everything"),
    "petition": N_("Draft of a petition"),
    **{letter.value: title for letter, title in TITLES.items()},
    "petitions:leave": N_("leaving a petition of another server"),
}


REASONS: dict[str, str] = {**REJECTIONS, **VOID_REASONS}
"""Why a petition was turned away or taken down, or a poll declared void; no code stands for two."""

RULES: dict[str, str] = {
    "members_may_start": N_("members may start petitions"),
    "supporters": N_("supporters that a petition needs"),
    "account_age_days": N_("days that an account must be old to sign"),
    "days_in_server": N_("days in the server to sign"),
    "role_id": N_("role to sign"),
    "roll_kept_days": N_("days that signatures are kept"),
}
"""What can change of the rules for petitions; told as it was and as it is."""
TOLD_AS_IT_IS = frozenset(
    {
        "case",
        "commitment",
        "demand",
        "organizers",
        "period",
        "petition",
        "poll",
        "resource",
        "townhall",
        "words",
        "zone",
    }
)


def _details(t: Translate, details: Mapping[str, Any]) -> str:
    """Say what a row was about, in words where there are words."""
    told = [shown for name, value in sorted(details.items()) if (shown := _detail(t, name, value)) is not None]
    return f": {', '.join(told)}" if told else ""


def _detail(t: Translate, name: str, value: Any) -> str | None:  # noqa: ANN401, PLR0911 - as the chain holds it
    match name:
        case "kind":
            return t(KINDS.get(value, value))
        case "channel":
            return f"<#{value}>"
        case "role":
            return f"<@&{value}>"
        case "numbers":
            return ", ".join(f"{t(each.label)}: {value[key]}" for key, each in RANGES.items())
        case "reason":
            return t(REASONS.get(value, value))
        case "closes":
            return f"<t:{value}:f>"
        case "accounts":
            return t("{number} accounts").format(number=value)
        case _ if name in RULES:
            before, after = value
            return f"{t(RULES[name])}: {_rule(t, before)} → {_rule(t, after)}"
        case _ if name in TOLD_AS_IT_IS:
            return plain(str(value))
        case _:
            return None  # the rest is for checking the chain, not for reading


def _rule(t: Translate, value: object) -> str:
    if isinstance(value, bool):
        return t("yes") if value else t("no")
    return "–" if value is None else str(value)


ACTIONS = (
    N_("set the organizer role"),
    N_("set the organizer list"),
    N_("set a channel"),
    N_("set times and language"),
    N_("named help outside Discord"),
    N_("set how reports are handled"),
    N_("set the words to look for"),
    N_("proposed"),
    N_("approved"),
    N_("vetoed"),
    N_("carried out"),
    N_("cancelled"),
    N_("froze Steward"),
    N_("cleared the organizer list for the operator"),
    N_("left the organizer list"),
    N_("invited another server to a petition"),
    N_("joined a petition of another server"),
    N_("another server joined a petition"),
    N_("another server left a petition"),
    N_("set the status of a case"),
    N_("replied to a case"),
    N_("opened a case"),
    N_("took the sealed files of a case"),
    N_("muted a case"),
    N_("unmuted a case"),
    N_("wrote a note on a case"),
    N_("handed a case to a working group"),
    N_("confirmed a case"),
    N_("took back the confirmation of a case"),
    N_("joined two cases"),
    N_("separated two cases"),
    N_("made a document from cases"),
    N_("chose words for reporters"),
    N_("took a case as evidence of a broken promise"),
    N_("took a case off a promise"),
    *quotes.TOLD,
    *exporting.TOLD,
    *conduct.TOLD.values(),
    *handovers.TOLD,
    *choices.TOLD,
    drafts.PUBLISHED,
    *closing.TOLD,
    *poll_conduct.TOLD,
    *scheduling.TOLD,
    *room.TOLD,
    *queue.TOLD,
    *afterwards.TOLD,
    *timefinding.TOLD,
    *resources.TOLD,
    *commitments.TOLD,
    *planning.TOLD,
)


def head(contents: Mapping[str, Any], t: Translate, reference: str) -> ui.LayoutView:
    """Return the post that fixes the head of the audit chain in public."""
    return card(
        t(
            "-# Audit chain of this server, row {position}: `{hash}`. `/audit` shows what organizers did. {reference}"
        ).format(position=contents["position"], hash=contents["hash"], reference=reference),
        accent=QUIET,
    )
