"""Sign up for town halls, ask, and want what others asked answered; nobody sees who does."""

import hashlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bot.clock import Clock
from bot.database import cards, outbox
from bot.database.audit import PUBLIC, AuditChain
from bot.database.engine import Database, Transaction
from bot.database.memory import Memory
from bot.guilds.service import Guild, Guilds
from bot.ids import Actor, HallId
from bot.townhalls import calendars, invitations, questions_rules, records, rules
from bot.townhalls.questions_rules import Kind, Question, QuestionState
from bot.townhalls.repeats import stored
from bot.townhalls.rules import State, TownHall
from bot.vault.codes import new_token
from bot.vault.gathering import Asked, Gathering, SignUp
from bot.vault.keys import Keys, OwnKey
from bot.vault.sealing import open_sealed, recipient, seal

__all__ = [
    "CANCELLED",
    "CARD",
    "CHANGED",
    "COMMENTS",
    "MINUTES",
    "QUESTIONS",
    "REMINDER",
    "Listed",
    "Own",
    "Question",
    "SignUp",
    "Standing",
    "TownHalls",
    "key_of",
]

CARD = "townhalls:card"
CHANGED = "townhalls:changed"
CANCELLED = "townhalls:cancelled"
REMINDER = "townhalls:reminder"
QUESTIONS = "townhalls:questions"
COMMENTS = "townhalls:comments"
MINUTES = "townhalls:minutes"

QUESTION_BYTES = (2560,)
"""What a question is padded to before it is sealed: the longest fits, and the length says nothing."""
CANCELLED_SHOWN_FOR = timedelta(days=31)
"""How long after its planned end a town hall that was cancelled still stands in the feed, so that calendars drop it."""
LISTED = (State.SCHEDULED, State.LIVE, State.LATE)


def key_of(hall_id: HallId) -> str:
    """Return the name under which a town hall's own key is kept."""
    return f"hall-{hall_id}"


@dataclass(frozen=True, slots=True)
class Own:
    """A question or comment of somebody's own that is not published. `reason` is why it was turned away."""

    id: str
    text: str = field(repr=False)
    state: str
    reason: str | None = None
    kind: Kind = Kind.QUESTION


@dataclass(frozen=True, slots=True)
class Standing:
    """A town hall as one member sees it. `draws_seats`: seats are limited and have been drawn by lot."""

    hall: TownHall
    sign_up: SignUp | None = field(default=None, repr=False)
    questions: Sequence[Own] = field(default=(), repr=False)
    draws_seats: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """A published question in somebody's list. How many others want it answered is told to nobody before the end."""

    question: Question
    is_wanted: bool = field(repr=False)


class TownHalls:
    """What members do around town halls, and the steps that the rest of this feature shares."""

    def __init__(
        self, guilds: Guilds, database: Database, gathering: Gathering, keys: Keys, audit: AuditChain, clock: Clock
    ) -> None:
        self._guilds = guilds
        self._database = database
        self._gathering = gathering
        self._keys = keys
        self._audit = audit
        self._clock = clock
        self._coming = Memory(database, records.COMING, self._find_with_guild)
        self._published = Memory(database, records.PUBLISHED, self._find_with_questions)

    def new_form(self) -> str:
        """Return the token of a new question or town hall; sending the same form twice makes one."""
        return new_token()

    # Coming

    async def listed(self, actor: Actor) -> list[TownHall]:
        """Return the town halls of the actor's server that are to come, go on, or whose late floor is open."""
        guild = await self._guilds.ready(actor.guild_id)
        async with self._database.begin() as connection:
            return rules.ordered(await records.of_guild(connection, guild.id, LISTED))

    async def managed(self, actor: Actor) -> list[TownHall]:
        """Return what `listed` returns, to organizers only; raises `NotAnOrganizer`."""
        await self._guilds.organizer(actor)
        return await self.listed(actor)

    async def find(self, actor: Actor, hall_id: str) -> TownHall:
        """Return a town hall of the actor's server as everybody may know it; raises `HallGone`."""
        return await self._may_act(actor, hall_id)

    async def sign_up(self, actor: Actor, hall_id: str, *, is_sure: bool = True) -> TownHall:
        """Keep that somebody comes, or comes perhaps, and return once it is on disk; nothing of it shows anywhere.

        Reads nothing that grows with the number of sign-ups. Raises `HallGone` or `NotOpenForSignUps`.
        """
        hall = await self._may_act(actor, hall_id)
        rules.check_may_sign_up(hall)
        # Nothing is awaited from here until the answer stands in line for the vault: whoever ends the town hall,
        # freezes or leaves after this line finds it there.
        own = self._key(hall, rules.NotOpenForSignUps())
        await self._gathering.sign_up(hall.id, own.tag(actor.user_id), "yes" if is_sure else "maybe")
        return hall

    async def sign_off(self, actor: Actor, hall_id: str) -> TownHall:
        """Delete somebody's sign-up, if there is one: the answer is the same."""
        hall = await self._may_act(actor, hall_id)
        own = self._key(hall, rules.NotOpenForSignUps())
        await self._gathering.sign_off(hall.id, own.tag(actor.user_id))
        return hall

    async def standing(self, actor: Actor, hall_id: str) -> Standing:
        """Return a town hall with what is the actor's own in it; raises `HallGone`."""
        hall = await self._may_act(actor, hall_id)
        own = self._keys.own(key_of(hall.id))
        if own is None:
            return Standing(hall)
        tag = own.tag(actor.user_id)
        questions = [opened(each, own) for each in await self._gathering.asked_by(hall.id, tag)]
        draws = rules.draws_seats(hall, self._clock.now())
        return Standing(hall, await self._gathering.sign_up_of(hall.id, tag), questions, draws)

    async def own_list(self, actor: Actor) -> list[Standing]:
        """Return what `listed` does, with the actor's own sign-ups: first what they said they come to."""
        found = []
        for hall in await self.listed(actor):
            own = self._keys.own(key_of(hall.id))
            mine = None if own is None else await self._gathering.sign_up_of(hall.id, own.tag(actor.user_id))
            found.append(Standing(hall, mine, draws_seats=rules.draws_seats(hall, self._clock.now())))
        return sorted(found, key=lambda each: each.sign_up is None)

    async def calendar(self, actor: Actor, hall_id: str, describe: invitations.Describe) -> bytes:
        """Return the calendar file of a town hall, with the series that it belongs to; raises `HallGone`."""
        hall = await self._may_act(actor, hall_id)
        async with self._database.begin() as connection:
            series = await records.of_series(connection, hall.series.id)
        now = self._clock.now()
        return calendars.hall_file(invitations.entry(series, now, describe), now.date())

    async def feed(
        self, actor: Actor, name: str, describe: invitations.Describe, is_seen: Callable[[TownHall], bool]
    ) -> bytes:
        """Return the calendar file of everything that is listed, under a name, and of what was cancelled lately.

        Left out is what is told of in channels that the actor cannot see.
        """
        guild = await self._guilds.ready(actor.guild_id)
        now = self._clock.now()
        async with self._database.begin() as connection:
            found = await records.of_guild(connection, guild.id, (*LISTED, State.CANCELLED))
            recent = [each for each in found if each.ends_at > now - CANCELLED_SHOWN_FOR and is_seen(each)]
            ids = dict.fromkeys(each.series.id for each in recent)
            series = [await records.of_series(connection, each) for each in ids]
        return calendars.feed_file(name, [invitations.entry(each, now, describe) for each in series], now.date())

    # Asking

    async def askable(self, actor: Actor) -> list[TownHall]:
        """Return the town halls of the actor's server that take questions now."""
        now = self._clock.now()
        return [hall for hall in await self.listed(actor) if questions_rules.takes_questions(hall, now)]

    async def asking(self, actor: Actor, hall_id: str, kind: Kind = Kind.QUESTION) -> TownHall:
        """Return a town hall that takes questions, or comments, before anybody writes one in vain.

        Raises `HallGone`, `NotOpenForQuestions` or `NotOpenForComments`.
        """
        hall = await self._may_act(actor, hall_id)
        questions_rules.check_may_ask(hall, self._clock.now(), kind)
        return hall

    async def ask(self, actor: Actor, hall_id: str, token: str, text: str, kind: Kind = Kind.QUESTION) -> str:
        """Seal a question or comment for the organizers and return its words, which are the ones that they will see.

        The same form again changes nothing. Raises what `asking` and `questions_rules.question_text` do, and
        `TooManyQuestions`.
        """
        hall = await self.asking(actor, hall_id, kind)
        words = questions_rules.question_text(text, kind)
        own = self._key(hall, questions_rules.NotOpenForQuestions())
        sealed = seal({"text": words}, [recipient(own.identity)], QUESTION_BYTES)
        found = hashlib.sha256(f"{kind} {hall.id} {token}".encode()).digest()[: questions_rules.ID_BYTES]
        most = questions_rules.MOST_UNPUBLISHED
        if not await self._gathering.ask(hall.id, own.tag(actor.user_id), found, sealed, most, kind):
            raise questions_rules.TooManyQuestions(limit=most)
        return words

    async def withdraw_question(self, actor: Actor, hall_id: str, question_id: str) -> None:
        """Delete what the actor wrote while it is not published; its bytes are gone when this returns.

        Raises `QuestionGone` for one that is published, and for one of somebody else alike.
        """
        hall = await self._may_act(actor, hall_id)
        own = self._key(hall, questions_rules.QuestionGone())
        question = question_bytes(question_id)
        if not await self._gathering.withdraw_question(hall.id, own.tag(actor.user_id), question):
            raise questions_rules.QuestionGone

    async def questions(self, actor: Actor, hall_id: str) -> tuple[TownHall, list[Listed]]:
        """Return the published questions, batch by batch, and which of them the actor wants answered."""
        hall, _, found = await self._published.get(hall_id)
        if hall.guild_id != actor.guild_id:
            raise rules.HallGone
        own = self._keys.own(key_of(hall.id))
        wanted = set() if own is None else await self._gathering.upvoted_by(hall.id, own.tag(actor.user_id), found)
        shown = [each for each in found.values() if each.state is not QuestionState.MERGED]
        return hall, [Listed(each, each.id in wanted) for each in shown]

    async def want(self, actor: Actor, hall_id: str, question_id: str, *, is_wanted: bool = True) -> None:
        """Note, or take back, that somebody wants a question answered; nobody sees how many do before the end.

        Raises `HallGone`, `NotOpenForQuestions` or `QuestionGone`.
        """
        hall, guild, found = await self._published.get(hall_id)
        if hall.guild_id != actor.guild_id:
            raise rules.HallGone
        self._guilds.check_ready(guild)
        questions_rules.check_may_ask(hall, self._clock.now())
        if question_id not in found or found[question_id].state is not QuestionState.OPEN:
            raise questions_rules.QuestionGone
        own = self._key(hall, questions_rules.NotOpenForQuestions())
        change = self._gathering.upvote if is_wanted else self._gathering.take_upvote_back
        await change(hall.id, question_id, own.tag(actor.user_id))

    # Steps that the rest of this feature shares

    @asynccontextmanager
    async def at(self, actor: Actor, hall_id: str) -> AsyncIterator[tuple[Transaction, Guild, TownHall]]:
        """Open a transaction on a town hall for an organizer of its server; raises `NotAnOrganizer` or `HallGone`."""
        guild = await self._guilds.organizer_at_work(actor)
        async with self._database.begin() as connection:
            hall = await records.find(connection, hall_id, lock=True) if rules.is_hall_id(hall_id) else None
            if hall is None or hall.guild_id != guild.id:
                raise rules.HallGone
            yield connection, guild, hall

    async def show_card(self, connection: Transaction, hall: TownHall) -> None:
        """Let the card in the channel say how a town hall stands."""
        guild = await self._guilds.find_in(connection, hall.guild_id)
        if guild is not None:
            key = f"hall:{hall.id}:card"
            contents = card_contents(hall)
            if hall.state in rules.OVER:
                contents["questions"] = what_became_of(await records.questions(connection, hall.id))
            await cards.show(connection, outbox.Letter(key, guild.id, hall.channel_id, CARD, contents, guild.language))

    async def tell(
        self, connection: Transaction, hall: TownHall, key: str, kind: str, contents: Mapping[str, Any]
    ) -> None:
        """Queue something to be said in the town hall's channel; what was said under the same key is not said again."""
        guild = await self._guilds.find_in(connection, hall.guild_id)
        if guild is not None:
            told = {**brief(hall), **contents}
            letter = outbox.Letter(f"hall:{hall.id}:{key}", guild.id, hall.channel_id, kind, told, guild.language)
            await outbox.queue(connection, letter)

    async def note(
        self, connection: Transaction, actor: Actor | None, action: str, hall: TownHall, chain: str = PUBLIC
    ) -> None:
        """Leave a row in the chain of what was done with a town hall."""
        now = self._clock.now()
        details = {"townhall": hall.id}
        await self._audit.record(connection, hall.guild_id, actor, action, now, chain=chain, details=details)

    async def is_silent(self, connection: Transaction, hall: TownHall) -> bool:
        """Tell whether nothing may be said in the town hall's server: it is frozen, left or about to be erased."""
        guild = await self._guilds.find_in(connection, hall.guild_id)
        return guild is None or guild.is_frozen or guild.left_at is not None or guild.erase_at is not None

    async def _may_act(self, actor: Actor, hall_id: str) -> TownHall:
        hall, guild = await self._coming.get(hall_id)
        if hall.guild_id != actor.guild_id:
            raise rules.HallGone
        self._guilds.check_ready(guild)
        return hall

    def _key(self, hall: TownHall, refusal: Exception) -> OwnKey:
        own = self._keys.own(key_of(hall.id))
        if own is None:
            raise refusal  # its key was lost or shredded: nothing could be counted or taken back
        return own

    async def _find_with_guild(self, connection: Transaction, hall_id: str) -> tuple[TownHall, Guild | None]:
        hall = await records.find(connection, hall_id) if rules.is_hall_id(hall_id) else None
        if hall is None or hall.state is State.DRAFT:  # of which only organizers know
            raise rules.HallGone
        return hall, await self._guilds.find_in(connection, hall.guild_id)

    async def _find_with_questions(
        self, connection: Transaction, hall_id: str
    ) -> tuple[TownHall, Guild | None, Mapping[str, Question]]:
        hall, guild = await self._find_with_guild(connection, hall_id)
        return hall, guild, await records.questions(connection, hall.id)


def question_bytes(question_id: str) -> bytes:
    """Return the id of a question, which may be forged, as the vault keeps it; raises `QuestionGone`."""
    try:
        return bytes.fromhex(question_id)
    except ValueError:
        raise questions_rules.QuestionGone from None


def opened(asked: Asked, own: OwnKey) -> Own:
    """Return what somebody wrote in its words."""
    text = str(open_sealed(asked.sealed, own.identity)["text"])
    return Own(asked.id.hex(), text, asked.state, asked.reason, Kind(asked.kind))


def brief(hall: TownHall) -> dict[str, Any]:
    """Return what every post about a town hall says: what, when, for how long and where."""
    plan = hall.plan
    return {
        "id": hall.id,
        "title": plan.title,
        "starts": int(hall.starts_at.timestamp()),
        "minutes": plan.minutes,
        "place": [plan.place.kind, plan.place.where],
        "role": plan.role_id,
    }


def what_became_of(questions: Mapping[str, Question]) -> dict[str, int]:
    """Return how many published questions were answered, carried on and left open; merged ones count as one."""
    told = (QuestionState.ANSWERED, QuestionState.CARRIED, QuestionState.OPEN)
    return {state.value: sum(each.state is state for each in questions.values()) for state in told}


def card_contents(hall: TownHall) -> dict[str, Any]:
    """Return what a town hall's card says, for everybody to read: sign-ups in fives, and nobody's name."""
    plan = hall.plan
    return {
        **brief(hall),
        "state": hall.state,
        "text": plan.text,
        "zone": plan.zone,
        "repeat": None if plan.repeat is None else stored(plan.repeat),
        "agenda": [[item.title, item.minutes] for item in plan.agenda],
        "services": list(plan.services),
        "max_size": plan.max_size,
        "is_mirrored": plan.is_mirrored,
        "shown": hall.shown,
        "item": hall.item,
        "late_until": None if hall.late_until is None else int(hall.late_until.timestamp()),
        "attendance": hall.attendance,
    }
