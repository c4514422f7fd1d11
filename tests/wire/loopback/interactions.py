"""Interactions and the rules of answering them: once, in time, and with a token that lasts."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Any, Final

from . import payloads, refusals
from .changes import Changes
from .gateway import Gateway
from .world import Channel, Message, User, World

Json = dict[str, Any]

COMMAND: Final = 2
COMPONENT: Final = 3
AUTOCOMPLETE: Final = 4
MODAL_SUBMIT: Final = 5

TOKEN_LASTS_S: Final = 15 * 60


@dataclass(eq=False)
class Modal:
    """A form that the bot opened for one person. It outlives the bot's process."""

    opened_by: Interaction
    custom_id: str
    title: str
    components: list[Json]


@dataclass(frozen=True)
class Attempt:
    """One try at a first answer, as the server saw it."""

    callback_type: int
    latency_s: float
    """From the first delivery of the event to the server's acting on the answer."""
    code: int | None
    """Why it was refused: 10062, 40060, 50035; None when it counted."""


@dataclass(eq=False)
class Interaction:
    """What a person did, and everything the bot answered."""

    id: int
    token: str
    kind: int
    user: User
    channel: Channel
    payload: Json
    what: str
    """In words, for failure texts: `/report in #general`."""
    delivered_at: float
    source: Message | None = None
    """The message whose button or menu it was."""
    attempts: list[Attempt] = field(default_factory=list)
    original: Message | None = None
    followups: list[Message] = field(default_factory=list)
    modal: Modal | None = None
    choices: list[Json] | None = None
    was_deferred: bool = False
    """Whether the first answer was "thinking"; the next message fills it."""

    @property
    def answer(self) -> Attempt | None:
        """The first answer that counted."""
        return next((attempt for attempt in self.attempts if attempt.code is None), None)

    @property
    def latency_s(self) -> float | None:
        """How long the person waited for the first answer."""
        return self.answer.latency_s if self.answer else None

    def metadata(self) -> Json:
        """Write what Discord keeps with a reply about how it came to be."""
        return {
            "id": str(self.id),
            "type": self.kind,
            "user": payloads.user(self.user),
            "authorizing_integration_owners": self.payload["authorizing_integration_owners"],
        }


class Interactions:
    """Make interactions, deliver them, and hold the bot to the rules of answering."""

    def __init__(self, world: World, gateway: Gateway, changes: Changes) -> None:
        self.all: dict[int, Interaction] = {}
        self._by_token: dict[str, Interaction] = {}
        self.answer_within_s = 3.0
        self._world = world
        self._gateway = gateway
        self._changes = changes

    def begin(
        self, kind: int, user: User, channel: Channel, data: Json, what: str, source: Message | None = None
    ) -> Interaction:
        """Make an interaction and deliver it to the bot."""
        clock = self._world.clock
        interaction_id, token = clock.snowflake(), secrets.token_urlsafe(48)
        payload = payloads.interaction_place(channel, user, self._world) | {
            "id": str(interaction_id),
            "application_id": str(self._world.application_id),
            "type": kind,
            "token": token,
            "version": 1,
            "data": data,
        }
        if source is not None:
            payload["message"] = payloads.message(source, self._world)
        interaction = Interaction(interaction_id, token, kind, user, channel, payload, what, clock.seconds(), source)
        self.all[interaction_id] = self._by_token[token] = interaction
        self.deliver(interaction)
        return interaction

    def deliver(self, interaction: Interaction, times: int = 1) -> None:
        """Send the event: the first time, or the identical payload once more."""
        guild = interaction.channel.guild
        guild_id = guild.id if guild else None
        # Interactions need no intent.
        self._gateway.dispatch("INTERACTION_CREATE", interaction.payload, guild_id=guild_id, times=times)

    def attempt(self, interaction_id: int, token: str, callback_type: int) -> Interaction:
        """Return the interaction that may now be answered for the first time.

        Raises:
            Refused: 10062 when it is unknown or was not answered in time, 40060 when it already was.
        """
        interaction = self.all.get(interaction_id)
        if interaction is None or interaction.token != token:
            raise refusals.unknown_interaction()
        latency = self._world.clock.seconds() - interaction.delivered_at
        if interaction.answer is not None:
            self._refuse(interaction, callback_type, latency, refusals.already_acknowledged())
        if latency > self.answer_within_s:
            self._refuse(interaction, callback_type, latency, refusals.unknown_interaction())
        if callback_type not in _ALLOWED[interaction.kind]:
            self._refuse(
                interaction,
                callback_type,
                latency,
                refusals.invalid_form(
                    f"an interaction of type {interaction.kind} may not be answered by {callback_type}"
                ),
            )
        return interaction

    def accept(self, interaction: Interaction, callback_type: int) -> None:
        """Note that the first answer was given."""
        latency = self._world.clock.seconds() - interaction.delivered_at
        interaction.attempts.append(Attempt(callback_type, latency, None))
        self._changes.happened()

    def with_token(self, token: str) -> Interaction:
        """Return the interaction behind a webhook token.

        Raises:
            Refused: 10015 when nothing was answered yet (so the webhook does not exist), 50027 after 15 minutes.
        """
        interaction = self._by_token.get(token)
        if interaction is None or interaction.answer is None:
            raise refusals.unknown_webhook()
        if self._world.clock.seconds() - interaction.delivered_at > TOKEN_LASTS_S:
            raise refusals.expired_token()
        return interaction

    def _refuse(self, interaction: Interaction, callback_type: int, latency: float, refusal: refusals.Refused) -> None:
        interaction.attempts.append(Attempt(callback_type, latency, refusal.code))
        self._changes.happened()
        raise refusal


PONG: Final = 1
REPLY: Final = 4
THINKING: Final = 5
SILENT_UPDATE: Final = 6
UPDATE: Final = 7
CHOICES: Final = 8
OPEN_MODAL: Final = 9

_ALLOWED: Final = {
    COMMAND: {REPLY, THINKING, OPEN_MODAL},
    COMPONENT: {REPLY, THINKING, SILENT_UPDATE, UPDATE, OPEN_MODAL},
    AUTOCOMPLETE: {CHOICES},
    # A form may not open another form.
    MODAL_SUBMIT: {REPLY, THINKING, SILENT_UPDATE, UPDATE},
}
