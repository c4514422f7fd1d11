"""A union that speaks Spanish, from setting up to erasing everything; and people who speak something else."""

import functools
import re
from collections.abc import Callable
from typing import Any

import pytest
import simcord.interactions

from bot.demo.world import World
from bot.locales import update
from bot.texts import translate
from tests.journeys.conftest import Somebody, administrator, somebody, world
from tests.journeys.people import FORM, Person, posts

__all__ = ["administrator", "somebody", "world"]

t = translate("es")
Speak = Callable[[str], None]


@pytest.fixture
def speak(monkeypatch: pytest.MonkeyPatch) -> Speak:
    """Let everybody's Discord be in a language, from now on."""
    original = simcord.interactions.base_payload
    spoken = {"locale": "es-ES"}

    def payload(*given: Any, **named: Any) -> tuple[Any, dict[str, Any]]:
        record, made = original(*given, **named)
        return record, {**made, **spoken}

    monkeypatch.setattr(simcord.interactions, "base_payload", payload)
    return lambda locale: spoken.update(locale=locale)


@functools.cache
def english() -> frozenset[str]:
    """Return what only an English card would say: the longer pieces of sentences between their placeholders."""
    pieces = {
        piece.strip()
        for each in update.template()
        for piece in re.split(r"\{\w*\}|\n", str(each.id))
        if piece.strip() not in t(str(each.id))
    }
    return frozenset(piece for piece in pieces if len(piece) > 8)


def english_left(told: str) -> list[str]:
    assert len(english()) > 300
    return [piece for piece in english() if piece in told]


@pytest.fixture
async def two(world: World, speak: Speak, administrator: Person, somebody: Somebody) -> tuple[Person, Person]:
    """Vera and Otto, who organize a server whose public posts are in Spanish."""
    vera, otto = somebody("Vera", "Organizers"), somebody("Otto", "Organizers")
    await administrator.runs("setup")
    assert "⚠️ **Falta algo:**" in administrator.seen
    await administrator.chooses("guilds:role:v1", world.roles["Organizers"])
    await administrator.chooses("guilds:organizers:v1", vera.member, otto.member)
    for use in ("petitions", "townhalls", "digests", "organizers"):
        channel = world.channels["town-halls" if use == "townhalls" else use]
        await administrator.chooses(f"guilds:channel:v1:{use}", channel)
    await administrator.presses("Horarios e idioma")
    times = {"zone": "Europe/Madrid", "release_at": "18:00", "digest_weekday": ["0"], "digest_at": "9:00"}
    await administrator.fills_in(**times, language=["es"])
    assert "El resumen habitual sale: los lunes a las 09:00, Europe/Madrid" in administrator.seen
    assert "✅ **Listo:**" in administrator.seen
    assert english_left(administrator.seen) == []
    return vera, otto


async def reports(person: Person, text: str, *, at_once: bool = False) -> str:
    await person.runs("report file")
    assert person.seen.startswith("## Antes de escribir")
    await person.presses(t("I have read this: write my report"))
    assert person.last is not None
    assert english_left(str(person.last.modal)) == []
    await person.fills_in(**FORM, text=text)
    assert "## Esto es todo lo que se guardará" in person.seen
    assert english_left(person.seen) == []
    await person.presses(t("Send now") if at_once else t("Send with the next batch"))
    assert english_left(person.seen) == []
    return person.code


async def test_a_case_goes_there_and_back_in_spanish(
    world: World, two: tuple[Person, Person], somebody: Somebody
) -> None:
    vera, _ = two
    ana = somebody("Ana")
    assert "No leo ni guardo lo que se escribe aquí." in await ana.types_to_steward("hola")
    code = await reports(ana, "Cuentan nuestras pulsaciones.", at_once=True)
    assert len(code.split()) == 8
    await world.tick()
    await vera.runs("cases")
    assert " · nuevo · Vigilancia" in vera.seen
    assert "· Recibido" in vera.seen
    await vera.presses("Abrir")
    await vera.presses("Responder")
    assert "Responder a quien informó" in str(vera.last and vera.last.modal)
    await vera.fills_in(text="¿Desde cuándo?")
    assert english_left(vera.seen) == []
    await ana.comes_back(code)
    assert "## Respondido: hay una respuesta para ti" in ana.seen
    assert "**Equipo organizador**\n> ¿Desde cuándo?" in ana.seen
    await ana.presses("Añadir algo")
    await ana.fills_in(text="Desde mayo.")
    assert ana.seen.startswith("Guardado.")
    await ana.comes_back("palabras que no son de nadie")
    assert "Ningún informe corresponde a estas palabras." in ana.seen
    await reports(ana, "Otro")
    await ana.comes_back(ana.code)
    assert "## Espera su entrega" in ana.seen
    await ana.runs("cases")
    assert ana.seen.startswith("Esto es para el equipo organizador.")


async def test_decisions_and_what_is_posted_are_in_spanish(world: World, two: tuple[Person, Person]) -> None:
    vera, otto = two
    await vera.runs("organizers")
    await vera.chooses("approvals:list:v1", vera.member)
    assert english_left(vera.seen) == []
    await world.tick()
    announced = posts(world, "organizers")[-1]
    assert announced.startswith("## Propuesta de alguien del equipo organizador")
    assert english_left(announced) == []
    await otto.runs("decisions")
    assert english_left(otto.seen) == []
    await otto.presses("Aprobar")
    assert "Aprobado. Se ejecuta" in otto.seen
    await otto.runs("decisions")
    await otto.presses("Vetar")
    assert "Vetado. No se ejecutará." in otto.seen
    await otto.runs("panic")
    await otto.presses("Congelar ahora")
    assert "## Steward está congelado" in otto.seen
    await vera.runs("report file")
    assert "ha congelado Steward en este servidor por precaución" in vera.seen
    await otto.presses("Proponer descongelar")
    assert "Propuesta hecha." in otto.seen
    await vera.runs("burn")
    await vera.presses("Proponer que se borre todo")
    assert "Propuesta hecha." in vera.seen
    assert english_left(vera.seen) == []


async def test_what_steward_says_of_itself_is_in_spanish(world: World, two: tuple[Person, Person]) -> None:
    vera, _ = two
    for command in (
        "trust",
        "privacy",
        "help",
        "mydata export",
        "audit",
        "deskaudit",
        "panic",
        "burn",
        "mydata delete",
    ):
        await vera.runs(command)
        assert english_left(vera.seen) == [], command
    await vera.runs("audit")
    assert "Alguien de la administración definió horarios e idioma" in vera.seen
    await world.later(days=1)
    await world.later(days=1)
    assert "Cadena de auditoría de este servidor" in posts(world, "digests")[-1]


async def test_a_digest_is_in_the_language_of_the_server(
    world: World, two: tuple[Person, Person], somebody: Somebody, speak: Speak
) -> None:
    speak("en-US")
    for number in range(13):
        await somebody(f"Worker {number}").reports("They count our keystrokes.")
    await world.later(days=1)
    await two[0].confirms_everything()
    for _ in range(20):
        await world.later(days=7)
    digests = [post for post in posts(world, "digests") if "Lo que la IA hace a nuestro trabajo" in post]
    assert digests
    assert english_left("\n".join(posts(world, "digests"))) == []


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("en-GB", "## Before you write"),
        ("es-419", "## Antes de escribir"),
        ("zh-CN", "## Before you write"),
    ],
)
async def test_a_private_answer_is_in_the_language_of_the_person(
    two: tuple[Person, Person], somebody: Somebody, speak: Speak, locale: str, words: str
) -> None:
    ana = somebody("Ana")
    speak(locale)
    await ana.runs("report file")
    assert ana.seen.startswith(words)
    await ana.runs("privacy", direct=True)
    assert ("Quién puede ver qué" in ana.seen) == (locale == "es-419")


def described(world: World) -> list[dict[str, Any]]:
    """Return every command, group and option that Discord was told of."""
    (told,) = [entry.json for entry in world.env.http_requests if entry.path.endswith("/commands")]
    assert isinstance(told, list)
    return nodes(told)


def nodes(commands: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [found for each in commands for found in (each, *nodes(each.get("options") or []))]


async def test_discord_is_told_what_commands_do_in_every_language_and_their_names_in_english(world: World) -> None:
    for node in described(world):
        said = t(node["description"])
        assert said != node["description"]
        assert node["description_localizations"] == {"es-ES": said, "es-419": said}
        assert len(said) <= 100
        assert not node.get("name_localizations")


async def test_a_direct_message_is_answered_in_the_language_the_servers_share(
    world: World, two: tuple[Person, Person], somebody: Somebody
) -> None:
    assert await world.steward.guilds.shared_language() == "es"
    message = await somebody("Ana").types_to_steward("hola")
    assert "No leo ni guardo" in message
