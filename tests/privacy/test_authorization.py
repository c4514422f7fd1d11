"""Who may do what: every command, button, menu and form, tried by every kind of person."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from discord import app_commands
from simcord import InteractionResult, MemberActor
from simcord.actors import _dispatch_actor_interaction
from simcord.backend import serializers
from simcord.enums import InteractionType

from bot.approvals.rules import ProposalClosed
from bot.demo.world import World, open_world
from bot.guilds.rules import Use
from bot.ids import Actor, GuildId, RoleId, UserId
from bot.petitions import records
from bot.petitions.drafts import drafted
from bot.petitions.rules import Petition, PetitionGone, State, Visibility
from bot.refusals import NotAMember, NotAnAdministrator, NotAnOrganizer, NotSetUp
from bot.reports.rules import CaseGone, NoSuchCase
from bot.vault.codes import Stretching
from cogs.interactions import OnlyInServers, routes
from tests.journeys.people import Person, read

REFUSALS = (
    NotAnOrganizer,
    NotAnAdministrator,
    NotSetUp,
    NotAMember,
    OnlyInServers,
    CaseGone,
    NoSuchCase,
    ProposalClosed,
    PetitionGone,
)

ANYBODY = frozenset({"stranger", "member", "organizer", "former", "elsewhere", "administrator"})
MEMBERS = ANYBODY - {"stranger"}
ORGANIZERS = frozenset({"organizer"})
ADMINISTRATORS = frozenset({"administrator"})
NOBODY_ALONE: frozenset[str] = frozenset()
"""There are two organizers, so not even an administrator decides this alone."""

CHOICES = {"category": "PAY", "role": "qa", "effect": "pay", "employment": "employee"}
PREVIEW = "{guild}:{token}:000000000000"


@dataclass(frozen=True)
class Entry:
    """Who may use something, and what a use of it carries. `{…}` is filled in from the story."""

    who: frozenset[str]
    arguments: str = ""
    values: tuple[str, ...] = ()
    fields: dict[str, str] = field(default_factory=dict)
    options: dict[str, str] = field(default_factory=dict)


TIMES = {"zone": "UTC", "language": "en", "release_at": "18:00", "digest_weekday": "1", "digest_at": "09:00"}
PROPOSAL = "{proposal}:{seal}"
SIGNING = "{petition}:{hash}"
WORDS = {"title": "Stop it", "whom": "The board", "why": "It harms us", "demands": "Stop it", "level": "count"}

# A new command, button, menu or form fails the first test below until it is classified here.
CLASSIFIED = {
    "/report file": Entry(MEMBERS),
    "/report check": Entry(ANYBODY),
    "/trust": Entry(MEMBERS),
    "/privacy": Entry(ANYBODY),
    "/help": Entry(ANYBODY),
    "/audit": Entry(MEMBERS),
    "/mydata export": Entry(MEMBERS),
    "/mydata delete": Entry(MEMBERS),
    "/setup": Entry(ADMINISTRATORS),
    "/cases": Entry(ORGANIZERS),
    "/impact": Entry(ORGANIZERS),
    "digests:impact:v1": Entry(ORGANIZERS, values=("category",)),
    "/organizers": Entry(ORGANIZERS),
    "/decisions": Entry(ORGANIZERS),
    "/deskaudit": Entry(ORGANIZERS),
    "/panic": Entry(ORGANIZERS),
    "/burn": Entry(ORGANIZERS),
    # The form, from the first button to the last. A stranger may open it, and is refused when it would be kept.
    "reports:start:v1": Entry(MEMBERS),
    "reports:server:v1": Entry(MEMBERS, values=("{guild}",)),
    "reports:write:v1": Entry(ANYBODY, "{guild}"),
    "reports:form:v1": Entry(ANYBODY, "{guild}:{token}", fields={**CHOICES, "text": "Words"}),
    "reports:keep:v1": Entry(ANYBODY, PREVIEW),
    "reports:change:v1": Entry(ANYBODY, PREVIEW),
    "reports:details:v1": Entry(ANYBODY, PREVIEW),
    "reports:detailed:v1": Entry(ANYBODY, PREVIEW, fields={"stage": "pilot", "month": "2026-05"}),
    "reports:consent:v1": Entry(ANYBODY, PREVIEW, values=("quote",)),
    "reports:send:v1": Entry(MEMBERS, PREVIEW),
    "reports:sendnow:v1": Entry(MEMBERS, PREVIEW),
    # Coming back takes the case code and nothing else: whoever holds the words is the reporter.
    "reports:return:v1": Entry(ANYBODY),
    "reports:check:v1": Entry(ANYBODY, fields={"code": "{code}"}),
    "reports:withdraw:v1": Entry(ANYBODY),
    "reports:withdrawn:v1": Entry(ANYBODY, fields={"code": "{spare}"}),
    "reports:answer:v1": Entry(ANYBODY, "{case}:{pass}"),
    "reports:answered:v1": Entry(ANYBODY, "{case}:{pass}:{token}", fields={"text": "More"}),
    "reports:desk:v1": Entry(ORGANIZERS, "0"),
    "reports:case:v1": Entry(ORGANIZERS, "{case}"),
    "reports:status:v1": Entry(ORGANIZERS, "{case}", values=("closed",)),
    "reports:reply:v1": Entry(ORGANIZERS, "{case}"),
    "reports:replied:v1": Entry(ORGANIZERS, "{case}:{token}", fields={"text": "Thank you"}),
    "reports:delete:v1": Entry(ORGANIZERS, "{case}"),
    "guilds:role:v1": Entry(NOBODY_ALONE, values=("{role}",)),
    "guilds:organizers:v1": Entry(NOBODY_ALONE, values=("{organizer}",)),
    "guilds:channel:v1": Entry(ADMINISTRATORS, "digests", values=("{channel}",)),
    "guilds:times:v1": Entry(ADMINISTRATORS),
    "guilds:timed:v1": Entry(ADMINISTRATORS, fields=TIMES),
    "guilds:help:v1": Entry(ADMINISTRATORS),
    "guilds:helped:v1": Entry(ADMINISTRATORS, fields={"help": "signal.example"}),
    "approvals:list:v1": Entry(ORGANIZERS, values=("{organizer}",)),
    "approvals:agree:v1": Entry(ORGANIZERS, PROPOSAL),
    "approvals:veto:v1": Entry(ORGANIZERS, PROPOSAL),
    # Members may not start petitions in this server, so the author of each draft is the organizer.
    "/petition start": Entry(ORGANIZERS),
    "/petition list": Entry(MEMBERS),
    "/petition show": Entry(MEMBERS, options={"petition": "{petition}"}),
    "petitions:begun:v1": Entry(ORGANIZERS, "{token}", fields=WORDS),
    "petitions:draft:v1": Entry(ORGANIZERS, "{draft}"),
    "petitions:words:v1": Entry(ORGANIZERS, "{draft}"),
    "petitions:worded:v1": Entry(ORGANIZERS, "{draft}", fields=WORDS),
    "petitions:group:v1": Entry(ORGANIZERS, "{draft}", values=("jobs",)),
    "petitions:pick:v1": Entry(ORGANIZERS, "{draft}:jobs", values=("notice",)),
    "petitions:goal:v1": Entry(ORGANIZERS, "{draft}"),
    "petitions:aimed:v1": Entry(ORGANIZERS, "{draft}", fields={"goal": "10", "days": "30"}),
    "petitions:units:v1": Entry(ORGANIZERS, "{draft}"),
    "petitions:divided:v1": Entry(ORGANIZERS, "{draft}", fields={"units": "QA = 10"}),
    "petitions:preview:v1": Entry(ORGANIZERS, "{draft}"),
    "petitions:send:v1": Entry(ORGANIZERS, "{draft}"),
    "petitions:discard:v1": Entry(ORGANIZERS, "{discarded}"),
    "petitions:discarded:v1": Entry(ORGANIZERS, "{discarded}"),
    "petitions:list:v1": Entry(MEMBERS, "0"),
    "petitions:read:v1": Entry(MEMBERS, "{petition}"),
    "petitions:sign:v1": Entry(MEMBERS, SIGNING),
    "petitions:named:v1": Entry(MEMBERS, SIGNING),
    "petitions:signed:v1": Entry(MEMBERS, SIGNING, fields={"name": "A name"}),
    "petitions:waiting:v1": Entry(MEMBERS, SIGNING),
    "petitions:waited:v1": Entry(MEMBERS, SIGNING, fields={"name": "A name", "at_least": "7"}),
    "petitions:look:v1": Entry(MEMBERS, "{petition}"),
    "petitions:takeback:v1": Entry(MEMBERS, "{petition}"),
    "petitions:takenback:v1": Entry(MEMBERS, "{petition}"),
    # A rating is thanked for alike, whoever gives it; those of members who have not signed are not counted.
    "petitions:rate:v1": Entry(MEMBERS, "{answered}:partly"),
    "petitions:withdraw:v1": Entry(ORGANIZERS, "{petition}"),
    "petitions:withdrawn:v1": Entry(ORGANIZERS, "{petition}"),
    "trust:freeze:v1": Entry(ORGANIZERS),
    "trust:thaw:v1": Entry(ORGANIZERS),
    "trust:burn:v1": Entry(ORGANIZERS),
}

COMPLETING = {"/petition show": ("petition", MEMBERS)}
"""Options that are completed while typing, and who is offered something."""


@dataclass
class Scene:
    """A server with two organizers, one of whom has lost the role, one case and one open proposal."""

    world: World
    people: dict[str, Any]
    filled_in: Mapping[str, str]

    async def tries(self, name: str, entry: Entry, kind: str, *, in_server: Any = None) -> bool:
        """Use an entry as a kind of person, as raw as the gateway brings it; tell whether Steward let them."""
        person = self.people[kind]
        server = in_server or self.world.guild
        where = person.dm_channel if kind == "stranger" else next(iter(server.channels.values()))
        shown = await self.sends(person, where, _kind(name, entry), self._data(name, entry))
        assert shown.acknowledged, f"{kind} got no answer to {name}"
        if shown.modal is not None:
            return True
        words = read(shown)
        return not any(words.startswith(refusal.sentence[:40]) for refusal in REFUSALS)

    async def completes(self, name: str, option: str, kind: str, *, in_server: Any = None) -> list[dict[str, Any]]:
        """Begin to type into an option, as raw as the gateway brings it; return what is offered."""
        person = self.people[kind]
        server = in_server or self.world.guild
        where = person.dm_channel if kind == "stranger" else next(iter(server.channels.values()))
        data = self._data(name, Entry(frozenset(), options={option: ""}))
        data["options"][0]["options"][0]["focused"] = True
        shown = await _dispatch_actor_interaction(person, InteractionType.APPLICATION_COMMAND_AUTOCOMPLETE, where, data)
        return shown.autocomplete_choices or []

    def _data(self, name: str, entry: Entry) -> dict[str, Any]:
        if name.startswith("/"):
            command, *sub = name.removeprefix("/").split()
            registered = _registered(self.world, command)
            given = [
                {"name": key, "type": 3, "value": value.format_map(self.filled_in)}
                for key, value in entry.options.items()
            ]
            options = [{"name": each, "type": 1, "options": given} for each in sub]
            return {"id": registered["id"], "name": command, "type": 1, "options": options}
        arguments = entry.arguments.format_map(self.filled_in)
        custom_id = f"{name}:{arguments}" if arguments else name
        if entry.fields:
            inputs = [
                {"type": 18, "component": {"type": 4, "custom_id": key, "value": value.format_map(self.filled_in)}}
                for key, value in entry.fields.items()
            ]
            return {"custom_id": custom_id, "components": inputs}
        values = [value.format_map(self.filled_in) for value in entry.values]
        return {"custom_id": custom_id, "component_type": 3 if values else 2, "values": values}

    async def sends(self, person: Any, where: Any, kind: InteractionType, data: dict[str, Any]) -> InteractionResult:
        """Send an interaction as the gateway brings it, standing on a private card that holds a draft."""
        if kind is InteractionType.APPLICATION_COMMAND:
            return await _dispatch_actor_interaction(person, kind, where, data)
        backend = self.world.env.backend
        card = [{"type": 17, "components": [{"type": 10, "id": 77, "content": "The words of a report"}]}]
        message = backend.create_message(where.id, backend.bot_user.id, components=card, flags=32768 | 64)
        stands_on = {"message": dict(serializers.message_payload(backend, message))}
        return await _dispatch_actor_interaction(
            person, kind, where, data, extra=stands_on, source_message_id=message.id
        )


def _registered(world: World, command: str) -> dict[str, Any]:
    found = world.env.backend.visible_commands(user_id=world.guild.owner.id, channel_id=world.channels["general"].id)
    return next(dict(each) for each in found if each["name"] == command)


def _kind(name: str, entry: Entry) -> InteractionType:
    if name.startswith("/"):
        return InteractionType.APPLICATION_COMMAND
    return InteractionType.MODAL_SUBMIT if entry.fields else InteractionType.MESSAGE_COMPONENT


@pytest.fixture
async def scene(data_dir: Path) -> AsyncIterator[Scene]:
    async with open_world(data_dir.parent, stretching=Stretching(1, 8)) as world:
        steward, guild = world.steward, world.guild
        organizer = world.person("Vera", roles=("Organizers",))
        people: dict[str, Any] = {
            "stranger": world.env.create_user("zed"),
            "member": world.person("Ana"),
            "organizer": organizer,
            "former": world.person("Otto"),
            "elsewhere": world.person("Nina"),
            "administrator": MemberActor(world.env, guild, guild.owner),
        }
        other = world.env.create_guild("Another Local")
        other.create_text_channel("general")
        people["across"] = other.add_member(people["elsewhere"].user, roles=[other.create_role("Organizers")])
        for server, listed in ((guild, ("organizer", "former")), (other, ("elsewhere",))):
            boss = Actor(GuildId(server.id), UserId(1), is_administrator=True)
            await steward.guilds.choose_organizer_role(boss, RoleId(server.roles["Organizers"].id))
            await steward.guilds.choose_organizers(boss, frozenset(UserId(people[each].id) for each in listed))
        await steward.guilds.choose_channel(boss_of(guild), Use.ORGANIZERS, world.channels["organizers"].id)
        ana = Person(world, people["member"])
        code = await ana.reports("They count our keystrokes.", at_once=True)
        spare = await ana.reports("For whoever tries to withdraw.")
        await world.tick()
        vera = _actor(world, organizer)
        (case,) = (await steward.desk.page(vera)).cases
        proposal = await steward.approvals.propose(vera, "guilds:thaw", {})
        found = await steward.reports.come_back(code)
        petitions = [await begun(world, vera, title) for title in ("First", "Second", "Third", "Fourth")]
        for sent in petitions[2:]:
            await steward.petitions.submit(vera, sent.id)
        await be_answered(world, petitions[3])
        yield Scene(
            world,
            people,
            {
                "guild": str(guild.id),
                "token": "t" * 22,
                "code": code,
                "spare": spare,
                "case": case.id,
                "pass": found.given_pass,  # type: ignore[union-attr]
                "role": str(world.roles["Organizers"].id),
                "organizer": str(organizer.id),
                "channel": str(world.channels["digests"].id),
                "proposal": proposal.id,
                "seal": proposal.seal,
                "draft": petitions[0].id,
                "discarded": petitions[1].id,
                "petition": petitions[2].id,
                "hash": petitions[2].wording.hash,
                "answered": petitions[3].id,
            },
        )


async def begun(world: World, author: Actor, title: str) -> Petition:
    wording = drafted(title, "The board", [f"{title} of all"], "It harms us")
    token = world.steward.petitions.new_form()
    return (await world.steward.drafts.begin(author, token, wording, Visibility.ORGANIZERS)).petition


async def be_answered(world: World, petition: Petition) -> None:
    """Let a petition be answered without its way through delivery, which is told elsewhere."""
    async with world.steward._database.begin() as connection:
        await records.save(connection, petition, state=State.ANSWERED)


def boss_of(guild: Any) -> Actor:
    return Actor(GuildId(guild.id), UserId(1), is_administrator=True)


def _actor(world: World, member: MemberActor) -> Actor:
    roles = frozenset([RoleId(world.roles["Organizers"].id)])
    return Actor(GuildId(world.guild.id), UserId(member.id), roles)


async def test_every_way_in_is_classified(scene: Scene) -> None:
    client = scene.world.steward.client
    walk = [command for command in client.tree.walk_commands() if isinstance(command, app_commands.Command)]
    ways = {f"/{command.qualified_name}" for command in walk} | set(routes(client))
    assert ways == set(CLASSIFIED)
    completing = {
        f"/{command.qualified_name}" for command in walk if any(each.autocomplete for each in command.parameters)
    }
    assert completing == set(COMPLETING), "discord.py skips command checks in autocomplete: classify it here"


@pytest.mark.parametrize("kind", sorted(ANYBODY))
async def test_what_is_completed_is_seen_by_those_alone_who_may_read_it(scene: Scene, kind: str) -> None:
    for name, (option, who) in COMPLETING.items():
        assert bool(await scene.completes(name, option, kind)) == (kind in who), f"{kind}: {name}"


async def test_in_another_server_nothing_of_this_one_is_completed(scene: Scene) -> None:
    for name, (option, _) in COMPLETING.items():
        assert not await scene.completes(name, option, "across", in_server=scene.people["across"].guild), name


@pytest.mark.parametrize("kind", sorted(ANYBODY))
async def test_steward_lets_exactly_those_in_who_may(scene: Scene, kind: str) -> None:
    last = ["trust:freeze:v1", "/mydata delete"]  # these change who may do what
    for name in [*(name for name in CLASSIFIED if name not in last), *last]:
        entry = CLASSIFIED[name]
        assert await scene.tries(name, entry, kind) == (kind in entry.who), f"{kind}: {name}"


async def test_ids_of_another_server_open_nothing(scene: Scene) -> None:
    other = scene.people["across"].guild
    for name, entry in CLASSIFIED.items():
        if entry.who == ORGANIZERS and entry.arguments not in ("", "0", "{token}"):
            assert not await scene.tries(name, entry, "across", in_server=other), name


async def test_a_forged_custom_id_is_answered_and_does_nothing(scene: Scene) -> None:
    for forged in ("", "nonsense", "reports:case", "reports:case:v2:x", "reports:nothing:v1", "guilds:role:v1:extra"):
        data = {"custom_id": forged, "component_type": 2, "values": ["1"]}
        person = scene.people["member"]
        where = scene.world.channels["general"]
        shown = await scene.sends(person, where, InteractionType.MESSAGE_COMPONENT, data)
        assert shown.acknowledged, forged
