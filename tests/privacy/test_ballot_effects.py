"""What one vote does that anybody else could see: nothing. Recorded at the place where Steward speaks to Discord."""

import ast
import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from simcord.actors import _dispatch_actor_interaction
from simcord.backend import serializers
from simcord.enums import InteractionType

import cogs.polls
from bot.demo.world import World
from bot.ids import Actor, GuildId, RoleId, UserId
from bot.polls.conduct import CLOSE
from bot.polls.counting.results import Method
from tests.journeys.conftest import Somebody, administrator, somebody, vera, world
from tests.journeys.people import Person, read
from tests.journeys.test_polls import POLL, ballots, held, picks, sends, votes
from tests.services.petitions import LONG_AGO

__all__ = ["administrator", "somebody", "vera", "world"]  # fixtures

EPHEMERAL = 64
ANSWERS, SHOWS, FORM = {4, 7, 9}, 4, 9
CALLBACK = re.compile(r"/interactions/\d+/[^/]+/callback")
FORTY = 40


def public(world: World) -> list[Any]:
    """Return every message that others can see in any channel, with its reactions and when it was edited."""
    backend = world.env.backend
    return [
        dict(serializers.message_payload(backend, backend.get_message(channel.id, message.id)))
        for channel in world.channels.values()
        for message in channel.history()
    ]


def roles(world: World) -> list[tuple[int, list[int]]]:
    members = world.env.backend.get_guild(world.guild.id).members.values()
    return sorted((member.user_id, sorted(member.role_ids)) for member in members)


@pytest.mark.parametrize(
    ("method", "options", "terms"),
    [
        (Method.SINGLE, ("Ana", "Ben", "Cem"), {}),
        (Method.IRV, ("Ana", "Ben", "Cem"), {"can_change": True}),
        (Method.SINGLE, ("Ana", "Ben", "Cem"), {"has_ledger": True}),
        (Method.CONSENT, (), {}),
    ],
    ids=["final", "can be changed", "with a list", "with a reason"],
)
async def test_of_a_vote_nothing_leaves_but_private_answers_to_its_voter(
    world: World, vera: Person, somebody: Somebody, method: Method, options: tuple[str, ...], terms: dict[str, Any]
) -> None:
    await held(world, method=method, options=options, **terms)
    ana = somebody("Ana")
    await world.tick()
    shown, held_roles, sent = public(world), roles(world), len(world.env.http_requests)
    await votes(world, ana)
    await picks(ana, "a")
    if method is Method.IRV:
        await ana.presses("Done")
    await ana.presses("Cast this ballot")
    if terms.get("has_ledger"):
        await ana.fills_in(words="copper heron")
    elif method is Method.CONSENT:
        await ana.fills_in(reason="It is time.")
    assert "Your ballot is in the box" in ana.seen
    await votes(world, ana)  # again: refused, or shown anew
    await world.tick()
    await world.later(hours=1)
    assert await ballots(world) == ["a"]
    for entry in world.env.http_requests[sent:]:
        assert entry.method == "POST", entry
        assert CALLBACK.fullmatch(entry.path), entry
        assert entry.json is not None
        kind, data = entry.json["type"], entry.json.get("data") or {}
        assert kind in ANSWERS, entry
        assert kind != SHOWS or data["flags"] & EPHEMERAL, entry
        assert "poll" not in data, "Discord's own polls tell who voted"
    assert len(world.env.http_requests) > sent + 3, "the answers were recorded"
    assert public(world) == shown, "what others see is as it was, to the byte"
    assert roles(world) == held_roles


PUBLIC_WAYS = {
    *("add_reaction", "clear_reactions", "add_roles", "remove_roles", "create_thread", "create_scheduled_event"),
    *("pin", "edit_role", "create_dm", "create_webhook", "webhooks", "end_poll"),
}
"""What Discord's library offers that others would see, or be told of."""


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.func.attr, node


def test_polls_have_no_way_to_show_publicly_that_somebody_voted() -> None:
    """What polls post goes through the outbox, which a vote never touches; their cogs call nothing public."""
    sent = []
    for path in sorted(Path(*cogs.polls.__path__).glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        discords = {
            node.attr
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "discord"
        }
        assert not attributes & PUBLIC_WAYS, path.name
        assert not discords & {"Poll", "PollMedia", "PollAnswer", "Webhook"}, path.name
        sent += [(path.name, ast.unparse(call)) for name, call in calls(tree) if name in {"send", "send_message"}]
    assert [name for name, _ in sent] == ["results.py"], "the files of a result, to whoever asks for them"
    assert all("followup.send" in call and "ephemeral=True" in call for _, call in sent)


# What organizers see


async def test_organizers_see_the_same_of_a_ballot_with_nobody_and_with_forty_in_the_box(
    world: World, vera: Person, administrator: Person, somebody: Somebody
) -> None:
    otto = somebody("Otto", "Organizers")
    await administrator.runs("setup")
    await administrator.chooses("guilds:organizers:v1", vera.member, otto.member)
    await administrator.chooses("guilds:channel:v1:organizers", world.channels["organizers"])
    await held(world, method=Method.SINGLE)
    await propose_to_close(world, vera)
    await sends(world, vera, f"polldraft:copy:v1:{POLL}")
    (draft,) = {each.split(":")[3] for each in vera.routes if each.startswith("polldraft:preview:v1")}
    await world.tick()
    empty = await everything(world, vera, draft)
    assert len(empty) == len(WAYS) + 3
    assert len("".join(empty)) > 5_000
    for number in range(FORTY):
        voter = Actor(GuildId(world.guild.id), UserId(1_000_000 + number), joined_at=LONG_AGO)
        await world.steward.polls.cast(voter, POLL, "abc"[number % 3])
    assert len(await ballots(world)) == FORTY
    await world.tick()
    full = await everything(world, vera, draft)
    assert full == empty


WAYS = (
    "polldesk:list:v1:0:0",
    "polldesk:list:v1:0:1",
    "polldesk:open:v1:{poll}",
    "polldesk:ending:v1:{poll}",
    "polldesk:moretime:v1:{poll}",
    "polldesk:cancel:v1:{poll}",
    "polldesk:outcome:v1:{poll}",
    "polldraft:open:v1:{draft}",
    "polldraft:preview:v1:{draft}",
    "polldraft:publish:v1:{draft}",
    "polldraft:voters:v1:{draft}",
    "polldraft:counting:v1:{draft}",
    "polls:list:v1:0",
    "polls:read:v1:{poll}",
    "polls:vote:v1:{poll}",
    "polls:hands:v1:{poll}",
    "pollresult:show:v1:{poll}",
    "pollresult:rounds:v1:{poll}:0",
    "pollresult:reasons:v1:{poll}:0",
    "pollresult:files:v1:{poll}",
)
COMMANDS: Sequence[str] = (
    "poll manage",
    "polls",
    "decisions",
    "audit",
    "deskaudit",
    "trust",
    "impact show",
    "impact export",
    "organizers",
    "petitions",
    "cases",
    "privacy",
    "panic",
)


async def everything(world: World, person: Person, draft: str) -> list[str]:
    """Return all that an organizer can look at, in words and forms, what is public, and what a digest would tell."""
    found = []
    for way in WAYS:
        await sends(world, person, way.format(poll=POLL, draft=draft))
        assert person.last is not None
        found.append(str(person.last.modal["components"]) if person.last.modal else f"{way}\n{read(person.last)}")
    commands = []
    for command in COMMANDS:
        await person.runs(command)
        commands.append(f"/{command}\n{person.seen}")
    async with world.steward._database.begin() as connection:
        now = world.clock.now()
        guild_id, since, until = GuildId(world.guild.id), now - timedelta(days=7), now + timedelta(hours=1)
        digest = await world.steward.polls.for_digest(connection, guild_id, since, until)
    return [*found, "\n".join(commands), str(digest), str(public(world))]


async def propose_to_close(world: World, person: Person) -> None:
    role = RoleId(world.roles["Organizers"].id)
    actor = Actor(GuildId(world.guild.id), UserId(person.member.id), frozenset({role}))
    contents = await world.steward.poll_conduct.to_close(actor, POLL)
    await world.steward.approvals.propose(actor, CLOSE, contents)


async def test_whoever_begins_to_type_is_offered_polls_and_nothing_of_their_turnout(
    world: World, vera: Person, somebody: Somebody
) -> None:
    await held(world, has_ledger=True, method=Method.SINGLE)

    async def offered() -> list[Any]:
        registered = world.env.backend.visible_commands(user_id=vera.member.id, channel_id=world.channels["general"].id)
        command = next(dict(each) for each in registered if each["name"] == "poll")
        typed = [{"name": "poll", "type": 3, "value": "", "focused": True}]
        data = {
            "id": command["id"],
            "name": "poll",
            "type": 1,
            "options": [{"name": "check", "type": 1, "options": typed}],
        }
        kind, channel = InteractionType.APPLICATION_COMMAND_AUTOCOMPLETE, world.channels["general"]
        return (await _dispatch_actor_interaction(vera.member, kind, channel, data)).autocomplete_choices or []

    before = await offered()
    for number in range(FORTY):
        voter = Actor(GuildId(world.guild.id), UserId(1_000_000 + number), joined_at=LONG_AGO)
        await world.steward.polls.cast(voter, POLL, "a", words=f"heron {number}", code="7K3M2Q")
    assert await offered() == before
    assert len(before) == 1
