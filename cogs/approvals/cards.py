"""How proposals look: in the organizers' channel, and in each organizer's own list."""

from collections.abc import Mapping, Sequence
from typing import Any

import discord
from discord import ui

from bot.approvals.rules import Proposal, State
from bot.guilds.rules import RANGES, Guild, ReadingMode, short_key
from bot.petitions.rules import REJECTIONS
from bot.polls.rules import VOID_REASONS
from bot.refusals import N_
from bot.texts import Translate
from cogs.approvals.forms import organizer_select
from cogs.layout import ACCENT, QUIET, Item, button, card, fitting, line, plain, row

MOST_SHOWN = 6

WHAT: dict[str, str] = {
    "guilds:organizers": N_("Change the organizer list to: {organizers}"),
    "guilds:role": N_("Change the role that every organizer must have to {role}"),
    "guilds:reporting": N_("Change how reports are handled:\n{changes}"),
    "guilds:key": N_(
        "Register a key of {user}: `{key}`. It opens what is sealed to organizers from then on, and nothing that was "
        "sealed before."
    ),
    "guilds:mode": N_("Change who can open reports. {mode}"),
    "reports:delete": N_("Delete case {case} for good. Its reporter can then no longer come back to it."),
    "petitions:deliver": N_(
        "Hand over the petition “{title}”. From then on no signature can be given or taken back, and organizers can "
        "take its files."
    ),
    "petitions:takedown": N_(
        "Take down the petition “{title}” and destroy its signatures. Everybody will read why: {reason}"
    ),
    "polls:close": N_(
        "Close the poll “{title}” now. Nobody can vote from then on; it is counted, and can never be opened again."
    ),
    "polls:extend": N_("Give the poll “{title}” more time: it then closes {closes}."),
    "polls:void": N_(
        "Declare the poll “{title}” void. There will be no result, and all votes are destroyed. Everybody will read "
        "why: {reason}"
    ),
    "digests:export": N_(
        "Take the published numbers out as files for bargaining: those of the digest of {period}, with {quotes} quotes "
        "from reports that allow it. Every organizer of this server can take them for 7 days."
    ),
    "guilds:thaw": N_("Thaw Steward: take in reports and post again"),
    "guilds:burn": N_(
        "**Erase everything** that Steward keeps of this server: settings, organizer list, reports, cases, numbers, "
        "this list of decisions. It cannot be undone. Backups keep a copy until they expire."
    ),
    "petitions:leave": N_(
        "Leave the petition “{title}”, which another server started. Signatures given in this server count no longer "
        "and are destroyed within half an hour."
    ),
}

DELAYS: dict[str, str] = {
    "guilds:organizers": N_("It is carried out 12 hours after a second organizer agrees, unless somebody vetoes it."),
    "guilds:role": N_("It is carried out 12 hours after a second organizer agrees, unless somebody vetoes it."),
    "guilds:reporting": N_("It is carried out 12 hours after a second organizer agrees, unless somebody vetoes it."),
    "guilds:key": N_("It is carried out 12 hours after a second organizer agrees, unless somebody vetoes it."),
    "guilds:mode": N_("It is carried out 12 hours after a second organizer agrees, unless somebody vetoes it."),
    "reports:delete": N_("It is carried out as soon as a second organizer agrees."),
    "petitions:deliver": N_("It is carried out 12 hours after a second organizer agrees, unless somebody vetoes it."),
    "petitions:takedown": N_("It is carried out as soon as a second organizer agrees."),
    "polls:close": N_("It is carried out as soon as a second organizer agrees."),
    "polls:extend": N_("It is carried out as soon as a second organizer agrees."),
    "polls:void": N_("It is carried out as soon as a second organizer agrees."),
    "digests:export": N_("It is carried out as soon as a second organizer agrees."),
    "guilds:thaw": N_("It is carried out as soon as a second organizer agrees."),
    "petitions:leave": N_("It is carried out as soon as a second organizer agrees."),
    "guilds:burn": N_("It is carried out 24 hours after a second organizer agrees, unless somebody vetoes it."),
}


REASONS: dict[str, str] = {**REJECTIONS, **VOID_REASONS}
"""Why a petition is taken down or a poll declared void; no code stands for two."""

MODES: dict[str, str] = {
    ReadingMode.OFFLINE: N_(
        "From then on **only organizers' own keys** open them ({keys} are registered today), and organizers read them "
        "as files on their own computers. Cases that the server opens today and that are sealed anew to those keys: "
        "{server}. Cases that were sealed to organizers' keys before and cannot be sealed anew: {closed}."
    ),
    ReadingMode.READABLE: N_(
        "From then on **the server opens new ones** again, so that organizers read them in Discord. Cases that stay "
        "sealed to organizers' own keys, because the server cannot open them: {closed}."
    ),
}


def what(t: Translate, kind: str, contents: Mapping[str, Any]) -> str:
    """Say in a sentence what a proposal would do."""
    listed = ", ".join(f"<@{user}>" for user in contents.get("organizers", []))
    changes = contents.get("changes", {})
    mode = t(MODES[contents["mode"]]).format_map(contents) if "mode" in contents else None
    reason = contents.get("reason")
    return t(WHAT[kind]).format(
        organizers=listed,
        role=f"<@&{contents.get('role')}>",
        case=contents.get("case"),
        changes="\n".join(
            f"- {t(each.label)}: {changes[name][0]} → {changes[name][1]}"
            for name, each in RANGES.items()
            if name in changes
        ),
        user=f"<@{contents.get('user')}>",
        key=short_key(contents.get("recipient", "")),
        mode=mode,
        title=plain(contents.get("title", "")),
        reason=t(REASONS[reason]) if reason else "",
        closes=f"<t:{contents.get('closes')}:f>",
        period=contents.get("period"),
        quotes=contents.get("quotes"),
    )


def announcement(contents: Mapping[str, Any], t: Translate, reference: str) -> ui.LayoutView:
    """Return the post that tells all organizers of a proposal."""
    kind = contents["kind"]
    return card(
        t("## An organizer proposes"),
        what(t, kind, contents["contents"]),
        t("Another organizer must agree before {when}. {delay}").format(
            when=f"<t:{contents['expires_at']}:f>", delay=t(DELAYS[kind])
        ),
        _buttons(t, contents["id"], contents["seal"]),
        f"-# {reference}",
    )


def decisions(t: Translate, proposals: Sequence[Proposal]) -> ui.LayoutView:
    """List what waits for an organizer's word or for its time."""
    if not proposals:
        return card(t("## Decisions"), t("Nothing waits for a second organizer."), accent=QUIET)
    return fitting(lambda most: _decisions(t, proposals, most), MOST_SHOWN)


def _decisions(t: Translate, proposals: Sequence[Proposal], most: int) -> ui.LayoutView:
    items: list[Item | str] = [t("## Decisions")]
    for proposal in proposals[:most]:
        items += [line(), what(t, proposal.kind, proposal.contents), state(t, proposal)]
        items.append(_buttons(t, proposal.id, proposal.seal, is_open=proposal.state is State.OPEN))
    if len(proposals) > most:
        items.append(t("-# … and {number} more").format(number=len(proposals) - most))
    return card(*items)


def state(t: Translate, proposal: Proposal) -> str:
    """Say where a proposal stands."""
    match proposal.state:
        case State.OPEN:
            return t("Waits for a second organizer until {when}.").format(when=_when(proposal.expires_at))
        case State.APPROVED if proposal.runs_at is not None:
            return t("Agreed. Carried out {when}, unless an organizer vetoes it.").format(
                when=_when(proposal.runs_at, "R")
            )
        case State.VETOED:
            return t("Vetoed. It will not be carried out.")
        case _:
            return t("Closed.")


def proposed(t: Translate, proposal: Proposal) -> ui.LayoutView:
    """Tell the proposer what happens now."""
    return card(
        t("## Proposed"),
        what(t, proposal.kind, proposal.contents),
        t("All organizers are told in their channel. One of them must agree before {when}. {delay}").format(
            when=_when(proposal.expires_at), delay=t(DELAYS[proposal.kind])
        ),
        accent=ACCENT,
    )


def decided(t: Translate, proposal: Proposal) -> ui.LayoutView:
    """Tell an organizer what their word did."""
    return card(what(t, proposal.kind, proposal.contents), state(t, proposal), accent=ACCENT)


def organizer_list(t: Translate, guild: Guild) -> ui.LayoutView:
    """Let an organizer propose another list."""
    return card(
        t("## Organizers"),
        t(
            "Choose everybody who is to be an organizer from now on. Another organizer must agree, and every organizer "
            "can veto it for 12 hours after that."
        ),
        _key_owners(t, guild) if guild.reading_mode is ReadingMode.OFFLINE else None,
        row(organizer_select(t, "approvals:list:v1", guild)),
    )


def _key_owners(t: Translate, guild: Guild) -> str:
    """Warn of a list that nobody who can open reports is on any more."""
    owners = ", ".join(f"<@{user}>" for user in sorted(guild.keys))
    return t(
        "**Reports are sealed to organizers' own keys**, and a key goes with its owner's place on the list. "
        "These have one: {owners}. With none of them left no report can be taken in; with one, cases are lost if that "
        "person is."
    ).format(owners=owners or "–")


def _buttons(t: Translate, proposal_id: str, seal: str, *, is_open: bool = True) -> Item:
    place = f"{proposal_id}:{seal}"
    return row(
        button(t("Agree"), f"approvals:agree:v1:{place}", discord.ButtonStyle.success, disabled=not is_open),
        button(t("Veto"), f"approvals:veto:v1:{place}", discord.ButtonStyle.danger),
    )


def _when(moment: Any, style: Any = "f") -> str:  # noqa: ANN401 - discord.py's own types are wider
    return discord.utils.format_dt(moment, style)
