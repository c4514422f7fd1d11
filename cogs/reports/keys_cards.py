"""What organizers are shown of keys, of the reading mode, and of the files that only their keys open."""

from collections.abc import Mapping, Sequence
from typing import Any

import discord
from discord import ui

from bot.guilds.rules import LEAST_KEYS, Guild, ReadingMode, short_key
from bot.reports.rotation import Keyring
from bot.texts import Translate
from cogs.layout import Item, button, card, line, row

KEY = "key"
LONGEST_TYPED = 400  # a whole key file fits, so that a secret in it is seen and refused as one
MOST_FILES = 10
"""Files on one message: what Discord takes."""


def keyring(t: Translate, ring: Keyring) -> ui.LayoutView:
    """Show who can open cases, with which keys, and what that means."""
    guild = ring.guild
    is_offline = guild.reading_mode is ReadingMode.OFFLINE
    return card(
        t("## Who can open reports"),
        t(
            "**Now: only organizers' own keys.** Cases are handed out as files, and organizers open them on their own "
            "computers. What people type still passes through the server's memory while it is sealed, and so does a "
            "reply that an organizer types. The answers chosen from lists stay readable to the server, for counting."
        )
        if is_offline
        else t(
            "**Now: the server.** It holds a key, so organizers read cases right here. Whoever controls the computer "
            "that Steward runs on could open them too."
        ),
        line(),
        _owners(t, guild),
        _warning(t, guild) if is_offline else None,
        t(
            "**Cases that the server can open:** {server}\n"
            "**Cases that only organizers' keys open:** {organizers}. The server can never seal these anew."
        ).format(server=ring.server, organizers=ring.organizers),
        line(),
        t(
            "A key opens what is sealed after it was registered, and no older case. Whoever leaves the list can still "
            "open the files they took. If all keys of a case are lost, only its reporter can open it."
        ),
        t("-# Two organizers decide about keys and about this mode. With one on the list, nothing here can change.")
        if len(guild.organizers) == 1
        else None,
        _buttons(t, is_offline=is_offline),
    )


def _owners(t: Translate, guild: Guild) -> str:
    owners = [f"<@{user}> `{short_key(guild.keys[user])}`" for user in sorted(guild.keys)]
    lacking = ", ".join(f"<@{user}>" for user in sorted(guild.organizers - set(guild.keys)))
    return "\n".join(
        [
            t("**Keys of organizers:**"),
            *(owners or [t("none yet")]),
            *([t("-# Without a key: {organizers}").format(organizers=lacking)] if lacking else []),
        ]
    )


def _warning(t: Translate, guild: Guild) -> str | None:
    if not guild.recipients:
        return t("**No organizer on the list has a key, so no report can be taken in.** Register one.")
    if len(set(guild.recipients)) < LEAST_KEYS:
        return t("**Only one key is left.** If it is lost, so are the cases sealed to it. Register another.")
    return None


def _buttons(t: Translate, *, is_offline: bool) -> Item:
    return row(
        button(t("Register my key"), "reports:key:v1", discord.ButtonStyle.primary),
        button(t("Let the server open cases again"), "reports:readable:v1")
        if is_offline
        else button(t("Read only with organizers' own keys"), "reports:offline:v1"),
    )


def key_form(t: Translate, custom_id: str) -> ui.Modal:
    """Return the form that takes a public key."""
    form = ui.Modal(title=t("Register your public key"), custom_id=custom_id, timeout=None)
    form.add_item(
        ui.Label(
            text=t("Your public age key"),
            description=t("Starts with age1. Never the secret half: Discord would see it."),
            component=ui.TextInput(custom_id=KEY, required=True, max_length=LONGEST_TYPED),
        )
    )
    return form


def rotated(contents: Mapping[str, Any], t: Translate, reference: str) -> ui.LayoutView:
    """Return the post that tells organizers what a change of the reading mode did and could not do."""
    if contents.get("is_refused"):
        told = [
            t(
                "Nothing was changed: fewer than two organizers on the list have a key of their own by now, and what "
                "only one person can open is lost with that person. Register keys with `/keys` and propose it anew."
            )
        ]
    elif contents["mode"] == ReadingMode.OFFLINE:
        told = [
            t(
                "From now on only organizers' own keys open reports; {keys} are registered. A key that is registered "
                "later opens what is sealed after that, and no older case."
            ),
            t(
                "Cases sealed anew to these keys: {resealed}\nCases that could not be sealed anew, and stay as they "
                "were: {closed}"
            ),
            t(
                "The database is written anew within a minute, so that no earlier copy stays in it. Backups made "
                "before, and a database server's own log for a while, still hold what the server's key opens."
            ),
        ]
    else:
        told = [
            t(
                "From now on the server opens new reports, so that organizers read them in Discord.\nCases that stay "
                "sealed to organizers' own keys: {closed}"
            )
        ]
    return card(t("## Who can open reports"), *(sentence.format_map(contents) for sentence in told), f"-# {reference}")


def case_files(t: Translate, case_id: str, names: Sequence[str], earlier: int, taken: int) -> ui.LayoutView:
    """Return the message under which the sealed files of a case hang; `earlier` ones did not fit after `taken`."""
    return card(
        t("## Sealed files of case {case}").format(case=case_id),
        t(
            "Save them and open them on your own computer, with `python3 run.py read FILE --identity KEYFILE` or with "
            "`age --decrypt --identity KEYFILE FILE`. Keep what you open off shared disks, and delete it when done."
        ),
        *(ui.File(f"attachment://{name}") for name in names),
        t("-# These are the newest. {number} earlier ones do not fit here.").format(number=earlier)
        if earlier
        else None,
        row(button(t("Earlier files"), f"reports:files:v1:{case_id}:{taken}")) if earlier else None,
    )
