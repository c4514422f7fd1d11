"""What Steward says about itself: trust, privacy, help, the audit chain, freezing and burning."""

from collections.abc import Mapping, Sequence
from typing import Any

import discord
from discord import ui

from bot.guilds.rules import RANGES, Guild, ReadingMode
from bot.petitions import choices, conduct, handovers
from bot.petitions.rules import REJECTIONS
from bot.refusals import N_
from bot.reports.letters import TITLES
from bot.reports.rules import MOST_A_DAY
from bot.texts import Translate
from bot.trust.service import About, Head, Line
from cogs.layout import QUIET, Item, button, card, fitting, line, plain, row

ROWS: dict[str, str] = {
    "organizers": N_("organizers on the list"),
    "digests": N_("digests decided"),
    "outbox": N_("posts of the last 30 days"),
    "audit": N_("rows of the audit chain"),
    "proposals": N_("proposals of organizers"),
}
MODES: dict[ReadingMode, str] = {
    ReadingMode.READABLE: N_(
        "*readable*: the computer that Steward runs on holds a key, so that organizers can read in Discord. Whoever "
        "has its data and its keys can read too"
    ),
    ReadingMode.OFFLINE: N_(
        "*offline*: only organizers' own keys open the words of a report. The computer can open the choices made in "
        "the form, to count them"
    ),
}


def about(t: Translate, about: About) -> ui.LayoutView:
    """Show who hosts this Steward and what it keeps of this server."""
    rows = ", ".join(f"{t(ROWS[name])}: {count}" for name, count in about.rows.items())
    return card(
        t("## Can you trust this Steward?"),
        t("**Who runs it:** {operator}").format(
            operator=plain(about.operator) if about.operator else t("they have not said. Ask an organizer.")
        ),
        t("**Version:** {version}, free software under the AGPL: whoever runs it must show you its source.").format(
            version=about.version
        ),
        t("**Who reads reports:** the organizers on the list, {number} at present. Reading mode: {mode}.").format(
            number=len(about.guild.organizers), mode=t(MODES[about.guild.reading_mode])
        ),
        t(
            "**If nobody looks:** once no organizer has opened the desk for {days} days in a row, reports are not "
            "taken until one does, because they would not be read."
        ).format(days=about.guild.intake_closes_after_days),
        t(
            "**What is kept of this server:** {rows}. How many reports there are is not told exactly, because a number "
            "that moves would tell when somebody has just reported."
        ).format(rows=rows),
        t(
            "**What is never kept:** who reported, and when; what is typed in a direct message. "
            "Nothing is sent to any service but Discord."
        ),
        in_memory(t),
        t(
            "**How long:** a case goes {kept} days after the week in which organizers got it, or at once when its "
            "reporter withdraws it with the case code, or when two organizers delete it. Backups keep a sealed copy "
            "until they are {backup} days old and a newer one is made. Numbers that were published stay."
        ).format(kept=about.guild.retention_days, backup=about.backup_days),
        t(
            "Everything goes {days} days after Steward is removed from the server. Old posts and decisions were last "
            "tidied up: {purge}."
        ).format(days=about.kept_after_leaving_days, purge=about.last_purge or t("not yet")),
        t("**Audit chain:** row {position}, `{hash}`. See `/audit`.").format(
            position=about.head.position, hash=about.head.hash[:16]
        ),
    )


def in_memory(t: Translate) -> str:
    """Say what Steward knows for a while of who reported, and why."""
    return t(
        "**In memory only:** marks by which Steward takes at most {limit} reports a day from one account. They are "
        "never on disk, and go at midnight (UTC) or when it stops. Whoever copied the memory of the running program "
        "before that could test whether an account had reported that day."
    ).format(limit=MOST_A_DAY)


def privacy(t: Translate, guild: Guild | None) -> ui.LayoutView:
    """Say in plain words who can see what, and what rights people have."""
    help_line = plain(guild.outside_help) if guild is not None and guild.outside_help else None
    return card(
        t("## Who can see what"),
        t(
            "**Discord** can see that you used this bot, what you typed and when. It keeps that by its own rules and "
            "gives data under legal process. Text is not end-to-end encrypted (only voice and video are)."
        ),
        t("**Your employer** can see it on a device or a network it controls. Use your own."),
        t(
            "**Whoever runs the computer** that Steward is on cannot find out from the stored data who reported. They "
            "could watch the program at work, or change it, and find out about the next report."
        ),
        in_memory(t),
        t(
            "**Organizers** read what you report. They do not see who you are or when you wrote. Reading mode: {mode}."
        ).format(mode=t("see `/trust` in your server") if guild is None else t(MODES[guild.reading_mode])),
        t("**Other members** see numbers in the digest once there are enough reports, as “at least”."),
        withdrawal(t, guild),
        t(
            "**Your rights.** Being in a union is specially protected data in Europe (GDPR, Article 9). `/mydata "
            "export` and `/mydata delete` show and erase what can be found about you. A report cannot be found that "
            "way, because nothing links it to you: only whoever has its case code can open it."
        ),
        t("If being found out would cost you your job, use Signal or a Tor tip line instead: {help}").format(
            help=help_line or t("ask an organizer you trust for one.")
        ),
        accent=QUIET,
    )


def withdrawal(t: Translate, guild: Guild | None) -> str:
    """Say how a report goes, what stays of it, and when nothing is taken."""
    kept = (
        t("Otherwise it goes after a time that `/trust` in your server tells.")
        if guild is None
        else t("Otherwise it goes {days} days after the week in which organizers got it.").format(
            days=guild.retention_days
        )
    )
    return t(
        "**You can take it back.** With `/report check` and your case code you can delete your report at any time, "
        "waiting or read. {kept} Backups keep a sealed copy for a while longer, which `/trust` tells too. What "
        "somebody has read and a number that was published stay. When no organizer has looked in for long, no reports "
        "are taken."
    ).format(kept=kept)


def own_data(t: Translate, found: Mapping[str, object]) -> ui.LayoutView:
    """Show what can be found about a member from their own click, and what cannot."""
    return card(
        t("## What can be found about you in this server"),
        t("- You are on the organizer list.") if found["organizer_list"] else t("- Nothing: no row names you."),
        t(
            "Reports and answers cannot be found from your account, because they were never linked to it. With a case "
            "code, `/report check` shows one. Discord keeps its own record of your use of this bot; ask Discord for "
            "that."
        ),
        accent=QUIET,
    )


def deleted(t: Translate, *, anything: bool) -> ui.LayoutView:
    """Say what was erased about a member."""
    return card(
        t("Erased: you are no longer on the organizer list.")
        if anything
        else t("There was nothing to erase: no row names you."),
        t(
            "Reports could not be looked for, because nothing links them to you. The audit chain names organizers by "
            "tags that only this server's key can match, and yours is matched no more."
        ),
        accent=QUIET,
    )


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
    "guilds:thaw": N_("thawing Steward"),
    "guilds:burn": N_("erasing everything"),
    "petition": N_("Draft of a petition"),
    **{letter.value: title for letter, title in TITLES.items()},
    "petitions:leave": N_("leaving a petition of another server"),
}


RULES: dict[str, str] = {
    "members_may_start": N_("members may start petitions"),
    "supporters": N_("supporters that a petition needs"),
    "account_age_days": N_("days that an account must be old to sign"),
    "days_in_server": N_("days in the server to sign"),
    "role_id": N_("role to sign"),
    "roll_kept_days": N_("days that signatures are kept"),
}
"""What can change of the rules for petitions; told as it was and as it is."""


def _details(t: Translate, details: Mapping[str, Any]) -> str:
    """Say what a row was about, in words where there are words."""
    told = []
    for name, value in sorted(details.items()):
        match name:
            case "kind":
                told.append(t(KINDS.get(value, value)))
            case "channel":
                told.append(f"<#{value}>")
            case "role":
                told.append(f"<@&{value}>")
            case "numbers":
                told.append(", ".join(f"{t(each.label)}: {value[key]}" for key, each in RANGES.items()))
            case "reason":
                told.append(t(REJECTIONS.get(value, value)))
            case "accounts":
                told.append(t("{number} accounts").format(number=value))
            case _ if name in RULES:
                before, after = value
                told.append(f"{t(RULES[name])}: {_rule(t, before)} → {_rule(t, after)}")
            case "case" | "organizers" | "words" | "zone" | "petition" | "demand":
                told.append(plain(str(value)))
            case _:
                pass  # the rest is for checking the chain, not for reading
    return f": {', '.join(told)}" if told else ""


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
    *conduct.TOLD.values(),
    *handovers.TOLD,
    *choices.TOLD,
)


def head(contents: Mapping[str, Any], t: Translate, reference: str) -> ui.LayoutView:
    """Return the post that fixes the head of the audit chain in public."""
    return card(
        t(
            "-# Audit chain of this server, row {position}: `{hash}`. `/audit` shows what organizers did. {reference}"
        ).format(position=contents["position"], hash=contents["hash"], reference=reference),
        accent=QUIET,
    )


def panic(t: Translate, guild: Guild) -> ui.LayoutView:
    """Let one organizer freeze everything, or propose to thaw it."""
    if guild.is_frozen:
        return card(
            t("## Steward is frozen"),
            t(
                "Nothing is taken in, released, read at the desk or posted; only proposals of organizers are still "
                "told. Two organizers together can thaw it."
            ),
            row(button(t("Propose to thaw"), "trust:thaw:v1", discord.ButtonStyle.primary)),
        )
    return card(
        t("## Freeze Steward?"),
        t(
            "Use this when something is wrong: a stolen organizer account, an infiltrator, a post that must not go "
            "out. At once nothing is taken in, released, read at the desk or posted any more. Nothing is deleted. You "
            "can do it alone; thawing takes two organizers."
        ),
        row(button(t("Freeze now"), "trust:freeze:v1", discord.ButtonStyle.danger)),
    )


def burn(t: Translate) -> ui.LayoutView:
    """Explain what erasing everything means, before it is proposed."""
    return card(
        t("## Erase everything?"),
        t(
            "This erases all that Steward keeps of this server: settings, organizer list, waiting reports, cases and "
            "replies, numbers, digests, and the audit chain. Reporters can then no longer come back. It cannot be "
            "undone. Posts in channels stay; backups keep a copy until they expire."
        ),
        t("A second organizer must agree within 24 hours, and for 24 hours after that any organizer can veto it."),
        row(button(t("Propose to erase everything"), "trust:burn:v1", discord.ButtonStyle.danger)),
    )


COMMANDS: dict[str, str] = {
    "report file": N_("tell organizers in private, without your name, what AI does to your job"),
    "report check": N_("come back to your report with its case code"),
    "demands": N_("what petitions can ask for, and where it was won"),
    "trust": N_("who runs this Steward and what it keeps"),
    "privacy": N_("who can see what"),
    "audit": N_("what organizers did"),
    "mydata export": N_("see what can be found about you"),
    "mydata delete": N_("erase what can be found about you"),
}
FOR_ORGANIZERS: dict[str, str] = {
    "cases": N_("read and answer reports"),
    "keys": N_("who can open reports, and with which keys"),
    "impact": N_("what reports say, in numbers"),
    "petitions": N_("look after petitions"),
    "decisions": N_("what waits for a second organizer"),
    "organizers": N_("propose who is an organizer"),
    "deskaudit": N_("what organizers did with cases"),
    "panic": N_("freeze everything at once"),
    "burn": N_("propose to erase everything"),
}
FOR_ADMINISTRATORS: dict[str, str] = {"setup": N_("set Steward up in this server")}


def help_card(t: Translate, *, is_organizer: bool, is_administrator: bool) -> ui.LayoutView:
    """List what the person who asks can do here."""
    parts: list[Item | str] = [
        t("## What Steward can do for you"),
        _commands(t, COMMANDS),
    ]
    if is_organizer:
        parts += [t("**For organizers**"), _commands(t, FOR_ORGANIZERS)]
    if is_administrator:
        parts += [t("**For administrators**"), _commands(t, FOR_ADMINISTRATORS)]
    return card(*parts)


def _commands(t: Translate, commands: Mapping[str, str]) -> str:
    return "\n".join(f"`/{name}` {t(text)}" for name, text in commands.items())
