"""Vote, raise a hand, look at what is one's own, and check the list."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from bot.cleaning import clean
from bot.clock import Clock
from bot.database.engine import Database, Transaction
from bot.database.memory import Memory
from bot.guilds.service import Guild, Guilds
from bot.ids import Actor, GuildId, PollId, account_created_at
from bot.polls import ledger, marking, records, rules, tallying
from bot.polls.counting.ballots import Ballot
from bot.polls.counting.results import Method
from bot.polls.meetings import AtOnce, Came, Meetings
from bot.polls.records import Few, Published
from bot.polls.rules import Kind, Poll, State
from bot.polls.verdicts import verdict
from bot.refusals import N_, Refusal
from bot.vault.box import BallotBox, BoxDamaged, Hand, NoBox, Slip
from bot.vault.keys import Keys, OwnKey
from bot.vault.sealing import Unreadable, open_sealed, recipient, seal

__all__ = [
    "BATCH",
    "CARD",
    "PUBLISHED",
    "REMINDER",
    "RESULT",
    "AtOnce",
    "Came",
    "Checked",
    "Kind",
    "Listed",
    "Meetings",
    "Poll",
    "Polls",
    "Published",
    "ShownHand",
    "key_of",
]

CARD = "polls:card"
RESULT = "polls:result"
PUBLISHED = N_("published a poll")
REMINDER = "polls:reminder"
BATCH = "polls:batch"

NAME_BYTES = (512,)
LONGEST_NAME = 64
LONGEST_REASON = 500
CLOSING_WITHIN = timedelta(days=7)
URGENT_FROM = timedelta(days=1)
MOST_IN_DIGEST = 20
LISTED = (State.SCHEDULED, State.OPEN, State.COUNTING)


class ReasonTooLong(Refusal):
    """The reason does not fit."""

    sentence = N_("The reason can have {limit} characters at most. Nothing was cast; your choice is kept.")


class NoListHere(Refusal):
    """The poll has no checkable list."""

    sentence = N_("This poll has no checkable list. Its card says so from the start where there is one.")


def key_of(poll_id: PollId) -> str:
    """Return the name under which a poll's own key is kept."""
    return f"poll-{poll_id}"


@dataclass(frozen=True, slots=True)
class Listed:
    """A poll in somebody's own list. `needs_me`: it is open, they may vote in it and have not."""

    poll: Poll
    needs_me: bool = field(repr=False)


@dataclass(frozen=True, slots=True)
class ShownHand:
    """One hand in a show of hands, for those who can see the channel."""

    name: str = field(repr=False)
    ballot: Ballot = field(repr=False)


@dataclass(frozen=True, slots=True)
class Checked:
    """What the list says of a tracker. `is_posted`: its hash stands in a batch; `ballot`: what it stands for.

    `other` is another line, drawn at random, for whoever must show somebody a ballot and not their own.
    """

    poll: Poll
    is_posted: bool
    is_listed: bool
    ballot: str | None = field(default=None, repr=False)
    other: tuple[str, str] | None = field(default=None, repr=False)


class Polls:
    """What members do with polls."""

    def __init__(self, guilds: Guilds, database: Database, box: BallotBox, keys: Keys, clock: Clock) -> None:
        self._guilds = guilds
        self._database = database
        self._box = box
        self._keys = keys
        self._clock = clock
        self._voting = Memory(database, records.VOTING, self._find_with_guild)

    # Voting

    async def votable(self, actor: Actor, poll_id: str) -> Poll:
        """Return a poll that this account may vote in now.

        Reads nothing that grows with the number of votes. Raises `PollGone`, `NotOpenForVotes`, `MayNotVote`, or
        `VotedAlready` where ballots are final and theirs is cast.
        """
        poll = await self._may_vote(actor, poll_id)
        own = self._key(poll)
        if poll.is_secret and not poll.terms.can_change:
            try:
                has_voted = await self._box.has_voted(poll.id, own, own.tag(actor.user_id))
            except (NoBox, BoxDamaged):
                raise rules.NotOpenForVotes from None
            if has_voted:
                raise rules.VotedAlready
        return poll

    async def cast(
        self, actor: Actor, poll_id: str, marks: str, *, words: str = "", code: str = "", reason: str = ""
    ) -> Poll:
        """Put a secret ballot into the box and return once it is on disk; nothing of it shows anywhere.

        `words` and `code` are the tracker where there is a checkable list. Raises what `votable` raises, what
        `marking.read` and `ledger.tracker` raise, and `ReasonTooLong`; then nothing was cast.
        """
        poll = await self._may_vote(actor, poll_id)
        if poll.terms.kind is not Kind.BALLOT:
            raise rules.NotOpenForVotes
        ballot = marking.written(poll.terms.method, marking.read(poll, marks))
        tracker = ledger.tracker(words, code) if poll.terms.has_ledger else ""
        # Nothing is awaited from here until the ballot stands in line for the vault: whoever closes the poll, freezes
        # or leaves after this line finds it there.
        own = self._key(poll)
        try:
            is_counted = await self._box.cast(
                poll.id,
                own,
                own.tag(actor.user_id),
                Slip(ballot, tracker),
                reason=_reason(reason) if poll.terms.method is Method.CONSENT else None,
                may_replace=poll.terms.can_change,
            )
        except (NoBox, BoxDamaged):
            raise rules.NotOpenForVotes from None
        if not is_counted:
            raise rules.VotedAlready
        return poll

    async def raise_hand(self, actor: Actor, poll_id: str, marks: str, name: str) -> Poll:
        """Keep an open vote in place of the same account's earlier one; `name` is what others will read beside it.

        Raises what `votable` raises but `VotedAlready`.
        """
        poll = await self._may_vote(actor, poll_id)
        if poll.terms.kind is not Kind.HANDS:
            raise rules.NotOpenForVotes
        ballot = marking.written(poll.terms.method, marking.read(poll, marks))
        own = self._key(poll)
        sealed = seal({"name": name[:LONGEST_NAME]}, [recipient(own.identity)], NAME_BYTES)
        await self._box.raise_hand(poll.id, own.tag(actor.user_id), Hand(ballot, sealed))
        return poll

    async def lower_hand(self, actor: Actor, poll_id: str) -> Poll:
        """Take an open vote back, if there is one."""
        poll = await self._may_vote(actor, poll_id)
        await self._box.lower_hand(poll.id, self._key(poll).tag(actor.user_id))
        return poll

    # Looking

    async def find(self, actor: Actor, poll_id: str) -> Poll:
        """Return a poll of the actor's server that was published; raises `PollGone`."""
        poll, guild = await self._voting.get(poll_id)
        if poll.guild_id != actor.guild_id or poll.state is State.DRAFT or guild is None:
            raise rules.PollGone
        return poll

    async def own_hand(self, actor: Actor, poll_id: str) -> Ballot | None:
        """Return what somebody's own raised hand says, `None` if they have raised none."""
        poll = await self.find(actor, poll_id)
        own = self._keys.own(key_of(poll.id))
        hand = None if own is None else await self._box.hand_of(poll.id, own.tag(actor.user_id))
        return None if hand is None else marking.marks(poll.terms.method, hand.choice)

    async def hands(self, actor: Actor, poll_id: str) -> tuple[Poll, list[ShownHand]]:
        """Return who said what in a show of hands that is open, by name; empty for a ballot, and at the close."""
        poll = await self.find(actor, poll_id)
        own = self._keys.own(key_of(poll.id))
        if own is None or poll.is_secret or poll.terms.is_hidden:
            return poll, []
        shown = [
            ShownHand(_opened(hand, own), marking.marks(poll.terms.method, hand.choice))
            for hand in await self._box.hands(poll.id)
        ]
        return poll, sorted(shown, key=lambda hand: hand.name.casefold())

    async def published(self, actor: Actor, poll_id: str) -> tuple[Poll, Published]:
        """Return a poll with all that is published of it; raises `PollGone`."""
        poll = await self.find(actor, poll_id)
        async with self._database.begin() as connection:
            return poll, await records.published(connection, poll.id)

    async def listed(self, actor: Actor) -> list[Listed]:
        """Return the polls that are open or will be, those that still need the actor's vote first."""
        guild = await self._guilds.ready(actor.guild_id)
        async with self._database.begin() as connection:
            found = await records.of_guild(connection, guild.id, LISTED)
        listed = [Listed(poll, await self._needs(actor, poll)) for poll in found]
        return sorted(listed, key=lambda each: not each.needs_me)  # stable: what closes next stays first

    async def over(self, actor: Actor) -> list[Poll]:
        """Return the polls that are over, the latest first."""
        guild = await self._guilds.ready(actor.guild_id)
        async with self._database.begin() as connection:
            return await records.of_guild(connection, guild.id, (State.CLOSED, State.VOID))

    async def check(self, actor: Actor, poll_id: str, typed: str) -> Checked:
        """Look a tracker up in what everybody can read, and never in the box.

        Raises `PollGone`, `NoListHere` or `ledger.TrackerUnknown`.
        """
        poll = await self.find(actor, poll_id)
        if not poll.terms.has_ledger:
            raise NoListHere
        known = ledger.tracker_typed(typed)
        async with self._database.begin() as connection:
            posted = {each for batch in await records.batches(connection, poll.id) for each in batch}
            found = (await records.published(connection, poll.id)).ledger
        is_posted = ledger.hashed(known) in posted
        if found is None:
            return Checked(poll, is_posted, is_listed=False)
        others = [pair for pair in found if pair[0] != known]
        other = secrets.choice(others) if others else None
        ballot = dict(found).get(known)
        return Checked(poll, is_posted, is_listed=True, ballot=ballot, other=other)

    # For the digest

    async def for_digest(
        self, connection: Transaction, guild_id: GuildId, since: datetime, now: datetime
    ) -> dict[str, Any]:
        """Return what a digest tells of a guild's polls, for everybody to read; empty if there is nothing to tell.

        Each group holds the first few, as lists ready to be kept, and how many more there are. What happened from
        `since` until before `now` is new. Of polls that are open it tells no more than when they close.
        """
        guild = await self._guilds.find_in(connection, guild_id)
        if guild is None:
            return {}
        closing = await records.closing_soon(connection, guild_id, MOST_IN_DIGEST, now, now + CLOSING_WITHIN)
        results = await records.counted_lately(connection, guild_id, MOST_IN_DIGEST, now, since)
        reviews = await records.to_review(connection, guild_id, MOST_IN_DIGEST, today_in(guild, now))
        groups: dict[str, tuple[Few, list[list[Any]]]] = {
            "closing": (
                closing,
                [[poll.question.title, int(poll.terms.closes_at.timestamp())] for poll, _ in closing.first],
            ),
            "results": (results, [[poll.question.title, _in_short(poll, found)] for poll, found in results.first]),
            "reviews": (
                reviews,
                [
                    [poll.question.title, found.review_on and found.review_on.isoformat()]
                    for poll, found in reviews.first
                ],
            ),
        }
        return {name: {"first": told, "more": few.more} for name, (few, told) in groups.items() if told}

    async def urgent(
        self, connection: Transaction, guild_id: GuildId, since: datetime, now: datetime
    ) -> dict[str, Any]:
        """Return what cannot wait for a digest: polls whose close has come near in a window, each in one."""
        since, until = since + URGENT_FROM, now + URGENT_FROM
        near = await records.closing_soon(connection, guild_id, MOST_IN_DIGEST, since, until)
        told = [[poll.question.title, int(poll.terms.closes_at.timestamp())] for poll, _ in near.first]
        return {"closing": {"first": told, "more": near.more}} if told else {}

    # Steps that several of the above share

    async def _needs(self, actor: Actor, poll: Poll) -> bool:
        try:
            await self._may_vote(actor, poll.id)
        except Refusal:
            return False
        own = self._key(poll)
        tag = own.tag(actor.user_id)
        if not poll.is_secret:
            return await self._box.hand_of(poll.id, tag) is None
        try:
            return not await self._box.has_voted(poll.id, own, tag)
        except (NoBox, BoxDamaged):
            return False

    async def _may_vote(self, actor: Actor, poll_id: str) -> Poll:
        poll, guild = await self._voting.get(poll_id)
        if poll.guild_id != actor.guild_id or poll.state is State.DRAFT:
            raise rules.PollGone
        self._guilds.check_ready(guild)
        created_at = account_created_at(actor.user_id)
        rules.check_may_vote(poll, created_at, actor.joined_at, actor.role_ids, self._clock.now())
        return poll

    def _key(self, poll: Poll) -> OwnKey:
        own = self._keys.own(key_of(poll.id))
        if own is None:
            raise rules.NotOpenForVotes  # its key was lost or shredded: nothing could be counted
        return own

    async def _find_with_guild(self, connection: Transaction, poll_id: str) -> tuple[Poll, Guild | None]:
        poll = await records.find(connection, poll_id) if rules.is_poll_id(poll_id) else None
        if poll is None:
            raise rules.PollGone
        return poll, await self._guilds.find_in(connection, poll.guild_id)


def card_contents(
    poll: Poll, hands: Sequence[int] | None = None, blank: int = 0, published: Published | None = None
) -> dict[str, Any]:
    """Return what a poll's card says, for everybody to read.

    `hands` is how many raised a hand for each choice, in an open show of hands whose numbers are not hidden. Of a
    ballot nothing moves between its opening and its close. `published` is what is known of a poll that is over.
    """
    terms, voters, question = poll.terms, poll.voters, poll.question
    review_on = None if published is None else published.review_on
    return {
        "id": poll.id,
        "kind": terms.kind,
        "method": terms.method,
        "state": poll.state,
        "title": question.title,
        "text": question.text,
        "options": list(question.options),
        "seats": terms.seats,
        "rule": [str(terms.rule.share), terms.rule.of],
        "quorum": [terms.quorum.least, str(terms.quorum.share)],
        "role": voters.role_id,
        "joined_before": voters.joined_before,
        "account_age_days": voters.account_age_days,
        "electorate": voters.electorate,
        "can_change": terms.can_change,
        "has_ledger": terms.has_ledger,
        "is_hidden": terms.is_hidden,
        "opens": None if terms.opens_at is None else int(terms.opens_at.timestamp()),
        "closes": int(terms.closes_at.timestamp()),
        "commitment": poll.commitment,
        "hands": None if hands is None else list(hands),
        "blank": blank,
        "outcome": None if published is None else published.outcome,
        "review": None if review_on is None else review_on.isoformat(),
        "void_reason": None if published is None else published.void_reason,
    }


def _in_short(poll: Poll, published: Published) -> dict[str, Any]:
    """Return what came of a poll without its numbers, and the winners as organizers worded them."""
    found = verdict(published.result or tallying.TOO_FEW)
    winners = [poll.question.options[winner] for winner in found.winners]
    return {"method": poll.terms.method, "outcome": found.outcome, "winners": winners}


def today_in(guild: Guild, now: datetime) -> date:
    """Return the day by a guild's clock."""
    return now.astimezone(guild.zone_info).date()


def _reason(text: str) -> str:
    reason = clean(text)
    if len(reason) > LONGEST_REASON:
        raise ReasonTooLong(limit=LONGEST_REASON)
    return reason


def _opened(hand: Hand, own: OwnKey) -> str:
    try:
        return str(open_sealed(hand.name, own.identity)["name"])
    except Unreadable:
        return ""
