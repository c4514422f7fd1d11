"""Write a poll before members see it: the drafts that all organizers of a server share."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.database.audit import AuditChain
from bot.database.engine import Database, Transaction
from bot.guilds.service import Guild, Guilds
from bot.ids import Actor, ChannelId
from bot.polls import records, rules
from bot.polls.counting.motions import PassRule, Quorum
from bot.polls.counting.results import Method
from bot.polls.rules import AGREED, Event, Kind, Poll, State, Terms, Voters
from bot.polls.service import PUBLISHED, Polls
from bot.polls.templates import Template, check_filled
from bot.polls.typed import evening
from bot.polls.wording import Question, check_question
from bot.refusals import N_, Refusal
from bot.vault.codes import new_token

__all__ = ["PUBLISHED", "Draft", "DraftChanged", "Drafts", "completed", "fingerprint", "settled"]

USUAL_DAYS = 3


class DraftChanged(Refusal):
    """The draft is not any more what the person was shown before they agreed to publish it."""

    sentence = N_("Somebody changed this draft in the meantime, so it was not published. Please look at it once more.")


@dataclass(frozen=True, slots=True)
class Draft:
    """A poll in the making, as organizers see it; `lacking` is what keeps it from being published."""

    poll: Poll
    guild: Guild
    lacking: Refusal | None


def settled(draft: Poll) -> Poll:
    """Return a draft without what its kind and method have no use for, as it would be published.

    The draft itself keeps all that, for when its method is changed back.
    """
    terms = draft.terms
    is_secret = terms.kind is Kind.BALLOT
    used = replace(
        terms,
        seats=terms.seats if terms.method is Method.SCOTTISH else 1,
        rule=terms.rule if terms.method is Method.MOTION else PassRule(),
        can_change=terms.can_change and is_secret,
        has_ledger=terms.has_ledger and is_secret,
        is_hidden=terms.is_hidden and not is_secret,
    )
    question = replace(draft.question, options=()) if terms.method in AGREED else draft.question
    return replace(draft, terms=used, question=question)


def completed(draft: Poll, now: datetime) -> Poll:
    """Return a draft as it can be published; raises the refusal for the first thing that is missing or too much."""
    poll = settled(draft)
    has_options = poll.terms.method not in AGREED
    question = check_question(check_filled(poll.question), has_options=has_options)
    voters = rules.check_voters(poll.voters)
    terms = rules.check_terms(poll.terms, voters, poll.choices, now)
    return replace(poll, question=question, terms=replace(terms, opens_at=_still_ahead(terms.opens_at, now)))


def fingerprint(draft: Poll) -> str:
    """Return 16 letters that change with everything a draft says."""
    return hashlib.sha256(repr(draft).encode()).hexdigest()[:16]


class Drafts:
    """What organizers do with polls that no member sees yet. Every one of them may change every draft."""

    def __init__(self, polls: Polls, guilds: Guilds, database: Database, audit: AuditChain, clock: Clock) -> None:
        self._polls = polls
        self._guilds = guilds
        self._database = database
        self._audit = audit
        self._clock = clock

    def new_form(self) -> str:
        """Return the token of a new poll; sending the same form twice starts one poll."""
        return new_token()

    async def starter(self, actor: Actor) -> Guild:
        """Return the guild in which somebody may write polls; raises `NotAnOrganizer` or `Frozen`."""
        return await self._guilds.organizer_at_work(actor)

    async def begin(
        self,
        actor: Actor,
        token: str,
        channel_id: ChannelId,
        question: Question,
        kind: Kind,
        method: Method,
        template: Template | None = None,
    ) -> Draft:
        """Keep the first words of a poll with what its template says of the rest; the same token again changes nothing.

        It is to close at eight in the evening, by the server's clock.
        """
        guild = await self.starter(actor)
        closes_at = evening(self._clock.now(), USUAL_DAYS if template is None else template.days, guild.zone_info)
        terms = Terms(kind, method, closes_at)
        if template is not None:
            terms = replace(terms, seats=template.seats, rule=template.rule, quorum=template.quorum)
        return await self._add(actor, Poll(rules.poll_id(token), guild.id, channel_id, question, terms))

    async def copy(self, actor: Actor, poll_id: str, token: str) -> Draft:
        """Start a draft from a published poll of the server, open for as many days; raises `PollGone`.

        The same token again changes nothing.
        """
        guild = await self.starter(actor)
        poll = await self._polls.find(actor, poll_id)
        now = self._clock.now()
        was_open = poll.terms.closes_at - (poll.opened_at or poll.terms.opens_at or now)
        days = max(1, min(rules.LONGEST_DAYS - 1, -(-was_open // timedelta(days=1))))
        terms = replace(poll.terms, opens_at=None, closes_at=evening(now, days, guild.zone_info))
        again = Poll(rules.poll_id(token), guild.id, poll.channel_id, poll.question, terms, poll.voters)
        return await self._add(actor, again)

    async def find(self, actor: Actor, poll_id: str) -> Draft:
        """Return a draft to an organizer; raises `PollGone` for other servers' and once it was published."""
        guild = await self.starter(actor)
        async with self._database.begin() as connection:
            draft = await _own(connection, guild, poll_id)
        return self._as_draft(guild, draft)

    async def reword(self, actor: Actor, poll_id: str, question: Question, kind: Kind, method: Method) -> Draft:
        """Change what a draft asks and how it is held. A show of hands has no checkable list, so that goes with it."""

        def change(draft: Poll) -> Poll:
            has_ledger = draft.terms.has_ledger and kind is Kind.BALLOT
            terms = replace(draft.terms, kind=kind, method=method, has_ledger=has_ledger)
            return replace(draft, question=question, terms=terms)

        return await self._change(actor, poll_id, change)

    async def set_times(self, actor: Actor, poll_id: str, opens_at: datetime | None, closes_at: datetime) -> Draft:
        """Set when a draft opens and when it closes; raises `TimesOutOfRange` and then changes nothing.

        `None`, and what is past, is at once: when it is published.
        """
        now = self._clock.now()
        rules.check_times(opens_at, closes_at, now)
        opening = _still_ahead(opens_at, now)
        return await self._change(
            actor,
            poll_id,
            lambda draft: replace(draft, terms=replace(draft.terms, opens_at=opening, closes_at=closes_at)),
        )

    async def set_voters(self, actor: Actor, poll_id: str, voters: Voters) -> Draft:
        """Set who may vote; raises what `rules.check_voters` raises and then changes nothing."""
        checked = rules.check_voters(voters)
        return await self._change(actor, poll_id, lambda draft: replace(draft, voters=checked))

    async def set_counting(self, actor: Actor, poll_id: str, seats: int, rule: PassRule, quorum: Quorum) -> Draft:
        """Set how a draft is to be counted, as far as its method asks for it."""
        return await self._change(
            actor,
            poll_id,
            lambda draft: replace(draft, terms=replace(draft.terms, seats=seats, rule=rule, quorum=quorum)),
        )

    async def set_promises(
        self, actor: Actor, poll_id: str, *, can_change: bool, has_ledger: bool, is_hidden: bool
    ) -> Draft:
        """Set what voters are promised, as far as a draft's kind allows it."""

        def change(draft: Poll) -> Poll:
            terms = replace(draft.terms, can_change=can_change, has_ledger=has_ledger, is_hidden=is_hidden)
            return replace(draft, terms=terms)

        return await self._change(actor, poll_id, change)

    async def set_channel(self, actor: Actor, poll_id: str, channel_id: ChannelId) -> Draft:
        """Set where the card is posted."""
        return await self._change(actor, poll_id, lambda draft: replace(draft, channel_id=channel_id))

    async def discard(self, actor: Actor, poll_id: str) -> None:
        """Delete a draft: no member has ever seen it. Raises `PollGone`."""
        guild = await self.starter(actor)
        async with self._database.begin() as connection:
            draft = await _own(connection, guild, poll_id)
            await records.drop_draft(connection, draft.id)

    async def publish(self, actor: Actor, poll_id: str, shown: str | None = None) -> Poll:
        """Fix everything a draft says, and let it open at its time; nothing of it can be changed from then on.

        `shown` is the fingerprint of what the person read before they agreed. Raises `DraftChanged`, `PollGone`, or
        the refusal for the first thing that is missing; then it stays a draft.
        """
        guild = await self.starter(actor)
        now = self._clock.now()
        async with self._database.begin() as connection:
            draft = await _own(connection, guild, poll_id, lock=True)
            if shown is not None and shown != fingerprint(draft):
                raise DraftChanged
            poll = completed(draft, now).moved(Event.PUBLISH)
            await records.rewrite(connection, poll)
            await self._audit.record(connection, guild.id, actor, PUBLISHED, now, details={"poll": poll.id})
        return poll

    async def _add(self, actor: Actor, poll: Poll) -> Draft:
        async with self._database.begin() as connection:
            # Ids are short, so somebody could search for a token that gives this one: what is there stays.
            await records.add(connection, poll)
        return await self.find(actor, poll.id)

    async def _change(self, actor: Actor, poll_id: str, change: Callable[[Poll], Poll]) -> Draft:
        guild = await self.starter(actor)
        async with self._database.begin() as connection:
            changed = change(await _own(connection, guild, poll_id, lock=True))
            await records.rewrite(connection, changed)
        return self._as_draft(guild, changed)

    def _as_draft(self, guild: Guild, draft: Poll) -> Draft:
        try:
            completed(draft, self._clock.now())
        except Refusal as lacking:
            return Draft(draft, guild, lacking)
        return Draft(draft, guild, None)


def _still_ahead(opens_at: datetime | None, now: datetime) -> datetime | None:
    return opens_at if opens_at is not None and opens_at > now else None


async def _own(connection: Transaction, guild: Guild, poll_id: str, *, lock: bool = False) -> Poll:
    """Return a draft of a server; raises `PollGone` if it is none."""
    draft = await records.find(connection, poll_id, lock=lock) if rules.is_poll_id(poll_id) else None
    if draft is None or draft.guild_id != guild.id or draft.state is not State.DRAFT:
        raise rules.PollGone
    return draft
