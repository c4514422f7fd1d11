"""What the lobby's pages say."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from pathlib import Path
from string import Template
from typing import Any
from zoneinfo import ZoneInfo

from bot.demo import thief
from bot.demo.cast import CAST, CHANNELS, ELSEWHERE, Character
from bot.demo.world import World

HERE = Path(__file__).parent
ZONE = ZoneInfo("Europe/Berlin")


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere to be somebody: a direct message with Steward, or a channel."""

    who: str
    name: str
    channel: Any
    viewer: Any

    @property
    def key(self) -> str:
        """Return what names this place in a request."""
        return f"{self.who}/{self.name}"


def places(world: World) -> Iterator[Place]:
    """Return every place of everybody."""
    for character in CAST:
        member = world.people[character.first]
        yield Place(character.first, "Direct message with Steward", member.user.dm_channel, member.user)
        for name in (*CHANNELS, "organizers") if character.is_organizer else CHANNELS:
            yield Place(character.first, f"#{name}", world.channels[name], member)
        if other := world.elsewhere.get(character.first):
            yield Place(character.first, f"#general of {ELSEWHERE}", other.guild.channels["general"], other)


def file(name: str) -> str:
    """Return one of the files beside this module."""
    return (HERE / name).read_text(encoding="utf-8")


async def lobby(world: World, directory: Path, open_place: str) -> str:
    """Return the page to choose from."""
    now, guild = world.clock.now(), await world.settings_made()
    waiting = sum(len(table.rows) for table in thief.tables(directory) if table.name in {"intake", "answers"})
    who, _, where = open_place.partition("/")
    return _page(
        "lobby.html",
        now=told(now),
        release=told(guild.next_release(now)),
        digest=told(guild.next_digest(now)),
        minimum=str(guild.release_minimum),
        closes=str(guild.intake_closes_after_days),
        days=str(guild.release_hold_days),
        waiting="nothing"
        if not waiting
        else f"{waiting} {'report or answer' if waiting == 1 else 'reports and answers'}",
        open=f"Open now: <strong>{escape(who)}</strong>, {escape(where)}." if open_place else "No place is open yet.",
        people="".join(_person(world, each, open_place) for each in CAST),
    )


def inside(world: World, directory: Path, sought: str) -> str:
    """Return the page that shows what a thief would see."""
    return _page(
        "inside.html",
        now=told(world.clock.now()),
        sought=escape(sought, quote=True),
        found=_found(directory, sought) if sought.strip() else "",
        audit=_rows(_audit(world, directory)),
        files=_rows(
            [str(path.relative_to(directory)), f"{path.stat().st_size:,} bytes"] for path in thief.files(directory)
        ),
        tables="".join(_table(table) for table in thief.tables(directory)),
    )


def told(moment: datetime) -> str:
    """Return a moment as the clocks of the union show it."""
    local = moment.astimezone(ZONE)
    return f"{local:%A} {local.day} {local:%B %Y, %H:%M}"


def _page(name: str, **parts: str) -> str:
    return Template(file(name)).substitute(parts)


def _person(world: World, character: Character, open_place: str) -> str:
    buttons = "".join(
        f'<button name="place" value="{escape(place.key, quote=True)}"'
        f"{' aria-current=true' if place.key == open_place else ''}>"
        f'<span class="sr">{escape(character.first)}: </span>{escape(place.name)}</button>'
        for place in places(world)
        if place.who == character.first
    )
    return (
        f"<li><h3>{escape(character.name)}</h3><p>{escape(character.what)}</p>"
        f'<form method="post" action="open" target="steward-place">{buttons}</form></li>'
    )


def _audit(world: World, directory: Path) -> Iterator[list[str]]:
    for character in CAST:
        member = world.people[character.first]
        forms = thief.forms_of_id(member.id)
        if character.surname:  # a first name alone is so short that random bytes may spell it
            forms |= thief.forms_of_text(character.surname)
        found = sorted({path.name for path, _ in thief.search(directory, forms)})
        verdict = f"found in {', '.join(found)}" if found else "found nowhere"
        if character.is_organizer and found:
            verdict += ": kept on purpose, in the list of organizers"
        yield [character.name, str(member.id), verdict]


def _found(directory: Path, sought: str) -> str:
    forms = thief.forms_of(sought)
    found = thief.search(directory, forms)
    lines = "".join(f"<li>{escape(str(path.relative_to(directory)))}, {escape(form)}</li>" for path, form in found)
    told_forms = ", ".join(forms)
    if found:
        return f'<p role="status">“{escape(sought)}” is in these files:</p><ul>{lines}</ul>'
    return f'<p role="status">“{escape(sought)}” is in no file. Searched {escape(told_forms)}.</p>'


def _table(table: thief.Table) -> str:
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in table.columns)
    title = f"{escape(table.name)} <small>{escape(table.store)}, rows: {len(table.rows)}</small>"
    opened = " open" if table.rows and table.name in {"intake", "answers", "cases", "outbox"} else ""
    body = (
        f'<div class="wide" tabindex="0" role="region" aria-label="{escape(table.name, quote=True)}">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{_rows(table.rows)}</tbody></table></div>"
        if table.rows
        else "<p>Empty.</p>"
    )
    return f"<details{opened}><summary>{title}</summary>{body}</details>"


def _rows(rows: Iterator[list[str]] | Sequence[list[str]]) -> str:
    return "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
