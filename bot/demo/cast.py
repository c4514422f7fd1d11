"""Who lives in the simulated union. All of them are made up, and so are both servers."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import discord
from simcord import MemberActor

from bot.demo.world import World

ORGANIZERS = "Organizers"


@dataclass(frozen=True, slots=True)
class Character:
    """One made-up person: first name, surname, and what they are in the union."""

    first: str
    surname: str
    what: str
    is_organizer: bool = False

    @property
    def name(self) -> str:
        """Return the whole name, as the simulated Discord shows it."""
        return f"{self.first} {self.surname}".strip()


CAST = (
    Character("Olga", "", "administers the server"),
    Character("Vera", "Lanternfish", "organizer, backend engineer", is_organizer=True),
    Character("Omar", "Pickaxe", "organizer, data-centre technician", is_organizer=True),
    Character("Ana", "Quillfeather", "QA tester"),
    Character("Ben", "Cogsworth", "backend engineer"),
    Character("Chidi", "Marblewood", "data annotator"),
    Character("Dana", "Tidewater", "translator"),
    Character("Emre", "Kettledrum", "customer support"),
    Character("Farah", "Inkwell", "illustrator"),
    Character("Gus", "Paperclip", "member, technical writer"),
    Character("Pat", "Corneroffice", "in the server too, and tells management what is said there"),
)

AWAY = {"Dana": "America/Los_Angeles", "Emre": "Asia/Manila"}
"""Those who live so far away that their clocks and their nights are others than the union's."""

ELSEWHERE = "Night Shift Devs"
"""A second server with Steward: whoever is in both is asked which one a report is for."""

ALSO_ELSEWHERE = ("Ana", "Ben")

CHANNELS = ("general", "petitions", "town-halls", "digests")

FIRST_MORNING = timedelta(days=4, hours=8)
"""From the simulator's first instant, midnight of Thursday 1 January 2026, to a Monday at work."""


async def assemble(world: World) -> None:
    """Let everybody join, and set the second server up. The first is left to its administrator."""
    await world.env.advance_time(FIRST_MORNING.total_seconds())
    world.people["Olga"] = MemberActor(world.env, world.guild, world.guild.owner)
    for character in CAST[1:]:
        roles = (ORGANIZERS,) if character.is_organizer else ()
        world.people[character.first] = world.person(character.name, roles=roles)
    _close_organizers_channel(world)
    await _set_up_elsewhere(world)


def _close_organizers_channel(world: World) -> None:
    """Make #organizers anew so that only organizers and Steward see it."""
    world.env.backend.delete_channel(world.channels["organizers"].id)
    seen, hidden = (discord.PermissionOverwrite(view_channel=is_seen) for is_seen in (True, False))
    assert world.env.bot.user is not None
    world.channels["organizers"] = world.guild.create_text_channel(
        "organizers",
        overwrites={world.guild.default_role: hidden, world.roles[ORGANIZERS]: seen, world.env.bot.user: seen},
    )


async def _set_up_elsewhere(world: World) -> None:
    nils = world.env.create_user("nils.moonlamp", global_name="Nils Moonlamp")
    guild = world.env.create_guild(ELSEWHERE, owner=nils)
    general, role = guild.create_text_channel("general"), guild.create_role("Stewards")
    actor = MemberActor(world.env, guild, nils)
    world.env.backend.add_member_role(guild.id, nils.id, role.id)
    for name in ALSO_ELSEWHERE:
        world.elsewhere[name] = guild.add_member(world.people[name].user)
    choices: list[tuple[str, list[Any]]] = [("guilds:role:v1", [role]), ("guilds:organizers:v1", [actor])]
    for menu, chosen in choices:
        shown = await actor.slash(general, "setup")
        assert shown.response is not None
        await actor.select(shown.response, chosen, custom_id=menu)


@dataclass(frozen=True, slots=True)
class Story:
    """What somebody fills into the report form."""

    who: str
    category: str
    role: str
    effect: str
    text: str

    @property
    def fields(self) -> dict[str, Any]:
        """Return the form's fields as filled in."""
        return {
            "category": [self.category],
            "role": [self.role],
            "employment": ["employee"],
            "effect": [self.effect],
            "text": self.text,
        }


CODE_NAMES = ("Lighthouse",)
"""What Olga lets reports be checked for: names that only insiders know."""

DRAFT = Story(
    "Ana",
    "MON",
    "qa",
    "risk",
    "My lead Edith Marrow told us on 15 December that Project Lighthouse counts our keystrokes.\n"
    "I think before I type, so it lists me as a low performer. Nobody asked us.",
)
"""What Ana writes at first: a day, a name and an internal name, each of which leads to a few people."""

ANAS = replace(
    DRAFT,
    text="A new tool counts our keystrokes and scores every test we write.\n"
    "I think before I type, so it lists me as a low performer. Nobody asked us.",
)

DETAILS = {
    "stage": ["live"],
    "evidence+confidence": ["first-hand+known"],
    "reach": ["team"],
    "tool": ["monitoring"],
    "month": ["unsaid"],
}
"""What Ana adds in the second step. One question she leaves open."""

SAME_DAY = (
    Story("Ben", "MON", "backend", "none", "The new tool sends my typing speed to my lead every week."),
    Story("Chidi", "SPEED", "annotator", "pay", "The target went from 40 to 65 images an hour “because of AI”."),
    Story("Dana", "JOB-SKILL", "translation", "tasks", "I used to translate. Now I only correct what the model wrote."),
    Story("Emre", "MON", "support", "tasks", "Every call is transcribed and scored, and the score sets my shifts."),
)

_LATER = (
    (
        ("Farah", "Ben", "Ana", "Emre", "Gus", "Dana"),
        "MON",
        "qa",
        "risk",
        "Scored by the same tool, and never told how.",
    ),
    (("Chidi", "Farah", "Gus", "Emre"), "MON", "support", "tasks", "The dashboard decides who gets the good shifts."),
    (("Dana", "Chidi", "Ben", "Farah", "Gus"), "SPEED", "annotator", "pay", "More per hour, for less each."),
    (("Dana", "Emre", "Ana", "Ben"), "SPEED", "translation", "tasks", "Twice the words a day, since the model helps."),
)

LATER = tuple(
    Story(who, category, role, effect, f"{text} ({number + 1})")
    for whos, category, role, effect, text in _LATER
    for number, who in enumerate(whos)
)
"""What the next day brings, at most three by one person. Reports are counted, not people."""

FOURTH = Story("Farah", "MON", "qa", "risk", "And now it counts how often we look away.")
"""What Farah would tell as well on that day, but for the limit."""

NOTE = "Sounds like the tool that the support desk fought off in spring. Ask them for their letters."
GROUP = "Works council talks"
REPLY = "Thank you. The works council meets on Thursday and will ask what this tool keeps. When did it start?"
ANSWER = "It started with the new build server. Nobody was told what it keeps."
"""What Vera writes among organizers and to reporters, and what Ana answers."""
