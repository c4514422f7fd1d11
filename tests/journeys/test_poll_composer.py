"""Organizers write a poll: from a template or from nothing, back and forth, until it is published."""

from typing import Any

import discord
import pytest
from simcord import InteractionResult

from bot.demo.world import World
from tests.journeys.conftest import Somebody
from tests.journeys.people import Person, parts, posts

WORDS: dict[str, Any] = {
    "title": "Where do we meet?",
    "text": "We need a room for forty.",
    "options": "In the hall\nOnline\nOutside",
    "method": ["single"],
    "kind": ["ballot"],
}


async def writes(person: Person, **words: Any) -> Person:
    """Fill in the first form of a poll."""
    await person.runs("poll start")
    return await person.fills_in(**{**WORDS, **words})


def form_of(person: Person) -> dict[str, Any]:
    """Return what stands in the form that was opened, by field: typed text, or the values that are ticked."""
    assert isinstance(person.last, InteractionResult)
    assert person.last.modal is not None
    found = {}
    for label in person.last.modal["components"]:
        part = label.get("component")
        if part is not None:
            ticked = [each["value"] for each in part.get("options", []) if each.get("default")]
            found[part["custom_id"]] = ticked or part.get("value")
    return found


def is_pressable(person: Person, label: str) -> bool:
    """Tell whether a button of the card last shown can be pressed."""
    (found,) = [part for part in parts(person._card.components) if part.get("label") == label]
    return not found.get("disabled")


async def test_a_poll_is_written_shown_and_published_and_opens_by_itself(world: World, vera: Person) -> None:
    await writes(vera)
    assert "nothing shows until the close" in vera.seen.casefold()
    assert "not for electing officers" in vera.seen
    await vera.presses("Times")
    await vera.fills_in(opens="", closes="3 days")
    await vera.presses("Who may vote")
    await vera.fills_in(role=[world.roles["Organizers"]], joined=["no"], age="30", electorate="40")
    assert f"<@&{world.roles['Organizers'].id}>" in vera.seen
    await vera.presses("Counting")
    await vera.fills_in(quorum="20 %")
    assert "at least 8 must take part" in vera.seen
    await vera.presses("Promises")
    await vera.fills_in(change=["no"], ledger=["yes"])
    assert "Checkable" in vera.seen
    await vera.presses("Preview")
    preview = vera.seen.replace("[Back to the draft]\n", "")
    assert not is_pressable(vera, "Vote")
    assert "Lot for ties" in preview
    await vera.presses("Back to the draft")
    await vera.presses("Publish")
    assert "nobody can change it" in vera.seen
    assert posts(world, "general") == []
    await vera.presses("Publish")
    assert "## Published" in vera.seen
    await world.later(minutes=2)
    (shown,) = posts(world, "general")
    without_lot = [line for line in shown.splitlines() if "Lot for ties" not in line][:-1]
    assert without_lot == [line for line in preview.splitlines() if "Lot for ties" not in line][:-1]


async def test_what_is_missing_is_told_and_wrong_times_are_refused_in_words(world: World, vera: Person) -> None:
    await writes(vera, options="Ana\nАna")  # noqa: RUF001 - the second begins with a Cyrillic letter
    assert "Options 1 and 2 look the same" in vera.seen
    assert not is_pressable(vera, "Publish")
    composer = vera.last
    for typed in ("tomorrow", "2026-02-30 18:00", "5 minutes", "61 days"):
        vera.last = composer
        await vera.presses("Times")
        await vera.fills_in(opens="", closes=typed)
        assert "## A poll" not in vera.seen
        assert typed not in vera.seen
    vera.last = composer
    await vera.presses("Words")
    assert form_of(vera) | {"options": ""} == {**WORDS, "options": ""}
    await vera.fills_in(**{**WORDS, "options": "Ana\nBen"})
    assert is_pressable(vera, "Publish")


async def test_a_template_fills_the_form_and_its_blanks_are_asked_for(world: World, vera: Person) -> None:
    await vera.runs("poll start", template="strike")
    form = form_of(vera)
    assert form["title"] == "Shall we go on strike?"
    assert (form["method"], form["kind"]) == (["motion"], ["ballot"])
    await vera.fills_in(**form | {"options": ""})
    assert "still to be filled in" in vera.seen
    await vera.presses("Words")
    await vera.fills_in(**form | {"options": "", "text": "From Monday on."})
    assert "write how many they are" in vera.seen
    assert "**Quorum:** 1/2 of all who may vote" in vera.seen
    await vera.presses("Who may vote")
    await vera.fills_in(role=[], joined=["yes"], age="0", electorate="90")
    assert "at least 45 must take part" in vera.seen
    assert is_pressable(vera, "Publish")
    await vera.presses("Counting")
    assert form_of(vera)["share"] == "2/3"
    await vera.fills_in(share="3/4", of=["eligible"], quorum="")
    assert "at least 3/4 of all who may vote are for it" in vera.seen


async def test_a_draft_is_discarded_only_after_asking(world: World, vera: Person) -> None:
    await writes(vera)
    await vera.presses("Discard")
    await vera.runs("poll manage")
    assert "Where do we meet?" in vera.seen
    await vera.presses("Open")
    assert is_pressable(vera, "Publish")
    await vera.presses("Discard")
    await vera.presses("Discard")
    assert "deleted" in vera.seen
    await vera.runs("poll manage")
    assert "Where do we meet?" not in vera.seen


async def test_members_can_write_no_poll(world: World, vera: Person, somebody: Somebody) -> None:
    ana = somebody("Ana")
    await ana.runs("poll start")
    assert "This is for organizers" in ana.seen


@pytest.mark.parametrize("lacking", ["send_messages", "read_message_history"])
async def test_a_channel_that_steward_cannot_post_in_is_named_before_anything_is_published(
    world: World, vera: Person, lacking: str
) -> None:
    denied = discord.PermissionOverwrite(**{lacking: False})
    closed = world.guild.create_text_channel("closed", overwrites={world.guild.default_role: denied})
    await writes(vera)
    place = next(route for route in vera.routes if route.startswith("polldraft:channel"))
    await vera.chooses(place, closed)
    composer = vera.last
    await vera.presses("Publish")
    assert "Steward cannot post in the channel" in vera.seen
    vera.last = composer
    await vera.chooses(place, world.channels["digests"])
    await vera.presses("Publish")
    assert f"<#{world.channels['digests'].id}>" in vera.seen
