"""Let the people of the simulated union do what a person can do in Discord, and tell what they see."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from simcord import InteractionResult, MemberActor, ResponseMessage

from bot.demo.screen import Screen, parts, words
from bot.demo.teller import Teller
from bot.demo.world import World


class Person:
    """Somebody in the tour, in a channel of the union's server or in a direct message with Steward."""

    def __init__(self, world: World, teller: Teller, name: str, screen: Screen) -> None:
        self.name = name
        self.member: MemberActor = world.people[name]
        self._world = world
        self._teller = teller
        self._screen = screen
        self._last: InteractionResult | None = None
        self._card: Any = None
        self._is_direct = False
        self._is_quiet = False

    @property
    def seen(self) -> str:
        """Return the words on the card last shown, as sent."""
        return words(self._card.components) if self._card is not None else ""

    @property
    def routes(self) -> list[str]:
        """Return the ids of every button and menu on the card last shown."""
        return [str(part["custom_id"]) for part in parts(self._card.components) if part.get("custom_id")]

    @property
    def files(self) -> Sequence[Any]:
        """Return the files that hang under the card last shown."""
        return list(self._card.attachments)

    @contextmanager
    def quietly(self) -> Iterator[None]:
        """Let the person act untold, as where the same was told before."""
        self._is_quiet = True
        try:
            yield
        finally:
            self._is_quiet = False

    async def runs(self, command: str, *, direct: bool = False, **chosen: str) -> None:
        """Use a slash command in #general or in a direct message with Steward."""
        self._is_direct = direct
        typed = " ".join([f"/{command}", *(f"{name}:{value}" for name, value in chosen.items())])
        self._tell(f"types {typed} {'to Steward in a direct message' if direct else 'in #general'}")
        if direct:
            self._took(await self.member.user.slash(command, **chosen))
        else:
            self._took(await self.member.slash(self._world.channels["general"], command, **chosen))

    async def types(self, text: str) -> None:
        """Write a direct message to Steward."""
        self._tell(f"types to Steward in a direct message: “{text}”")
        await self.member.send_dm(text)
        answer = self.member.user.dm_channel.last_message
        assert answer is not None
        self.looks_at(self._world.env.backend.get_message(answer.channel.id, answer.id))
        self._is_direct = True

    def looks_at(self, message: Any) -> None:  # noqa: ANN401 - untyped in SimCord
        """Look at a message in a channel, and act there from then on."""
        self._is_direct = False
        self._card = ResponseMessage(self._world.env, message)

    async def presses(self, route: str) -> None:
        """Press the first button of the card last shown whose id begins with `route`."""
        button = self._part(route)
        self._tell(f"presses [ {button['label']} ]")
        self._took(await self._actor.click(self._card, custom_id=button["custom_id"]))

    async def presses_beside(self, said: str) -> None:
        """Press the button that stands beside these words on the card last shown."""
        sections = (part for part in parts(self._card.components) if part.get("accessory"))
        button = next(part["accessory"] for part in sections if said in words([part]))
        await self.presses(button["custom_id"])

    async def chooses(self, route: str, *values: Any, told: str = "") -> None:  # noqa: ANN401 - likewise
        """Choose in the menu of the card last shown whose id begins with `route`."""
        if told:
            self._tell(f"chooses {told}")
        self._took(await self._actor.select(self._card, list(values), custom_id=self._part(route)["custom_id"]))

    async def fills_in(self, fields: Mapping[str, Any]) -> None:
        """Fill in and submit the form that was opened; a line that stands there already stays unless it is named."""
        assert self._last is not None
        assert self._last.modal is not None
        typed = (part["component"] for part in self._last.modal["components"] if part.get("component"))
        fields = {part["custom_id"]: part["value"] for part in typed if part.get("value")} | dict(fields)
        if not self._is_quiet:
            lines = self._screen.form(self._last.modal, fields)
            self._teller.shows(f"{self.name} fills in the form and submits it", lines, "35")
        self._took(await self._actor.submit_modal(self._last, fields))

    async def reports(self, fields: Mapping[str, Any]) -> str:
        """File a report in #general from beginning to end, untold, and return its case code if it was taken."""
        with self.quietly():
            await self.runs("report file")
            await self.presses("reports:write")
            await self.fills_in(fields)
            await self.presses("reports:send:")
        return self.code

    @property
    def code(self) -> str:
        """Return the case code on the card last shown, or nothing if it shows none."""
        found = self.seen.split("```")
        return found[1].strip() if len(found) > 1 else ""

    def show(self, note: str = "") -> None:
        """Tell what the person sees now."""
        is_private = self._card is not None and bool(getattr(self._card, "ephemeral", False))
        who = f"{self.name} sees{', and nobody else' if is_private else ''}{note}"
        self._teller.shows(who, self._screen.card(self._card.components))

    def offered(self, route: str) -> list[str]:
        """Return what can be chosen in the menu of the card last shown whose id begins with `route`."""
        return [str(option["value"]) for option in self._part(route)["options"]]

    def show_lines(self, title: str, *lines: str) -> None:
        """Tell a few lines of what the person sees, where the rest was told before or is long."""
        self._teller.shows(title, [shown for line in lines for shown in self._screen.text(line)])

    def _part(self, route: str) -> Mapping[str, Any]:
        offered = (part for part in parts(self._card.components) if part.get("custom_id") and not part.get("disabled"))
        return next(part for part in offered if part["custom_id"].startswith(route))

    def _tell(self, deed: str) -> None:
        if not self._is_quiet:
            self._teller.does(f"{self.name} {deed}")

    @property
    def _actor(self) -> Any:  # noqa: ANN401 - a user or a member, untyped in SimCord
        return self.member.user if self._is_direct else self.member

    def _took(self, result: InteractionResult) -> None:
        self._last = result
        shown = result.followups[-1] if result.followups else result.response
        if shown is not None:
            self._card = shown
