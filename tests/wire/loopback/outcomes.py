"""What came of something a person did: the bot's answer, awaited, or a clear account of what it did instead."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any, TypeVar

from .interactions import CHOICES, OPEN_MODAL, SILENT_UPDATE, Attempt, Interaction, Modal
from .world import Message

if TYPE_CHECKING:
    from .server import Loopback

Json = dict[str, Any]
Found = TypeVar("Found")

ANSWER_WITHIN_S = 5.0
"""How long a test waits; longer than the 3 seconds that Discord gives the bot."""


class NoAnswer(AssertionError):
    """The bot did not answer, or not in the way that was asked for."""


class Outcome:
    """What came of a command, a click, a choice or a form. Await it for the bot's message.

    `await outcome` returns the message that answers: the reply, the filled-in "thinking", or the message that was
    updated. For a form or choices, await `modal()` or `choices()`.
    """

    def __init__(self, discord: Loopback, interaction: Interaction) -> None:
        self.interaction = interaction
        self._discord = discord

    def __await__(self) -> Generator[Any, None, Message]:
        return self.message().__await__()

    async def message(self, within: float = ANSWER_WITHIN_S) -> Message:
        """Wait for the message that answers. One that was deferred is waited for until it has contents."""
        await self.first(within)
        if self.interaction.modal or self.interaction.choices is not None:
            raise NoAnswer(f"{self._did()}; the bot answered not with a message but with {self._answered()}")
        original = self.interaction.original
        assert original is not None
        if self.interaction.was_deferred:
            await self._until(lambda: not original.is_loading or original.is_deleted, within, "it kept thinking")
        return original

    async def modal(self, within: float = ANSWER_WITHIN_S) -> Modal:
        """Wait for the form that opens."""
        await self.first(within)
        if self.interaction.modal is None:
            raise NoAnswer(f"{self._did()}; the bot answered not with a form but with {self._answered()}")
        return self.interaction.modal

    async def choices(self, within: float = ANSWER_WITHIN_S) -> list[Json]:
        """Wait for the choices offered while typing."""
        await self.first(within)
        if self.interaction.choices is None:
            raise NoAnswer(f"{self._did()}; the bot answered not with choices but with {self._answered()}")
        return self.interaction.choices

    async def first(self, within: float = ANSWER_WITHIN_S) -> Attempt:
        """Wait for the first answer that counts, whatever it is."""
        return await self._until(lambda: self.interaction.answer, within, "it did not answer")

    async def attempts(self, times: int, within: float = ANSWER_WITHIN_S) -> list[Attempt]:
        """Wait until the bot has tried so often to answer, refused or not."""
        return await self._until(
            lambda: found if len(found := self.interaction.attempts) >= times else None,
            within,
            f"it did not try {times} times",
        )

    async def followups(self, count: int = 1, within: float = ANSWER_WITHIN_S) -> list[Message]:
        """Wait for so many messages after the first answer."""
        return await self._until(
            lambda: found if len(found := self.interaction.followups) >= count else None,
            within,
            f"it did not follow up {count} times",
        )

    @property
    def latency_s(self) -> float | None:
        """How long the first answer took."""
        return self.interaction.latency_s

    def redeliver(self, times: int = 1) -> None:
        """Deliver the identical event again, as the gateway may."""
        self._discord.interactions.deliver(self.interaction, times)

    async def _until(self, look: Callable[[], Found | None], within: float, failure: str) -> Found:
        try:
            return await self._discord.changes.until(look, within, lambda: self._account(failure))
        except AssertionError as missed:
            raise NoAnswer(str(missed)) from None

    def _did(self) -> str:
        return f"{self.interaction.user.name} used {self.interaction.what}"

    def _answered(self) -> str:
        first = self.interaction.answer
        assert first is not None
        if first.callback_type == OPEN_MODAL and self.interaction.modal is not None:
            return f"the form {self.interaction.modal.title!r}"
        if first.callback_type == CHOICES:
            return f"choices {self.interaction.choices}"
        if first.callback_type == SILENT_UPDATE:
            return "a silent acknowledgement"
        return f"a message: {self.interaction.original.text!r}" if self.interaction.original else "nothing"

    def _account(self, failure: str) -> str:
        tries = [
            f"type {one.callback_type} after {one.latency_s:.3f} s -> {one.code or 'accepted'}"
            for one in self.interaction.attempts
        ]
        return "\n".join(
            [
                f"{self._did()} and of the bot {failure}",
                f"answers tried: {'; '.join(tries) or 'none'}",
                self._discord.account(since=self.interaction.delivered_at),
            ]
        )


class Said:
    """What came of a message that a person wrote. Await it for the bot's next message in the same place."""

    def __init__(self, discord: Loopback, message: Message) -> None:
        self.message = message
        self._discord = discord

    def __await__(self) -> Generator[Any, None, Message]:
        return self.reply().__await__()

    async def reply(self, within: float = ANSWER_WITHIN_S) -> Message:
        """Wait for the first thing the bot says after it."""
        since = self._discord.clock.seconds()
        try:
            return await self._discord.changes.until(
                lambda: self.replies()[0] if self.replies() else None,
                within,
                lambda: (
                    f"{self.message.author.name} wrote {self.message.content!r} and the bot said nothing\n"
                    f"{self._discord.account(since=since)}"
                ),
            )
        except AssertionError as missed:
            raise NoAnswer(str(missed)) from None

    def replies(self) -> list[Message]:
        """Return all the bot has said since."""
        said = self.message.channel.messages.values()
        return [one for one in said if one.id > self.message.id and one.author is self._discord.world.bot]

    def redeliver(self, times: int = 1) -> None:
        """Deliver the identical event again, as the gateway may."""
        for _ in range(times):
            self._discord.announce(self.message)
