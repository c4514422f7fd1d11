"""What a digest tells of a server's town halls: for everybody to read, and of nobody who came, asked or wanted."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from bot.database.engine import Transaction
from bot.ids import GuildId
from bot.townhalls import records, rules
from bot.townhalls.questions_rules import QuestionState
from bot.townhalls.records import Action
from bot.townhalls.rules import State

MOST_IN_DIGEST = 20


async def told(connection: Transaction, guild_id: GuildId, since: datetime, now: datetime) -> dict[str, Any]:
    """Return what is to come, whose late floor is open, what was held, what is to be done and what was carried on."""
    halls = await records.of_guild(connection, guild_id, (State.SCHEDULED, State.LIVE, State.LATE, State.CLOSED))
    coming = [each for each in rules.ordered(halls) if each.state in rules.COMING and each.ends_at > now]
    late = [each for each in halls if each.state is State.LATE and each.late_until is not None]
    held = [each for each in halls if each.started_at and each.ended_at and since <= each.ended_at < now]
    carried = [
        question
        for hall in coming[:1]
        for question in (await records.questions(connection, hall.id)).values()
        if question.age and question.state is QuestionState.OPEN
    ]
    carried.sort(key=lambda each: (-each.age, each.id))
    to_do = await records.actions(connection, guild_id)
    return groups(
        coming=[[each.plan.title, int(each.starts_at.timestamp())] for each in coming],
        held=[[each.plan.title, int(each.ended_at.timestamp())] for each in held if each.ended_at],
        late=[[each.plan.title, int(each.late_until.timestamp())] for each in late if each.late_until],
        actions=[_action(each) for each in to_do],
        carried=[[each.text, each.age] for each in carried],
    )


async def to_review(connection: Transaction, guild_id: GuildId, since: datetime, now: datetime) -> dict[str, Any]:
    """Return, for organizers, what they wanted to look at again by now and what is past its day."""
    del since  # told until it is done
    due = [each for each in await records.actions(connection, guild_id) if _is_due(each, now.astimezone(UTC).date())]
    return groups(reviews=[_action(each) for each in due])


async def urgent(connection: Transaction, guild_id: GuildId, since: datetime, now: datetime) -> dict[str, Any]:
    """Return what came to be past its day within a window."""
    first, last = since.astimezone(UTC).date(), now.astimezone(UTC).date()
    found = await records.actions(connection, guild_id)
    # Past its day from the next day on.
    return groups(actions=[_action(each) for each in found if each.due_on and first <= each.due_on < last])


def groups(**told_of: Sequence[Sequence[Any]]) -> dict[str, Any]:
    """Return the first few of each group, as lists ready to be kept, and how many more there are."""
    return {
        name: {"first": [list(each) for each in lines[:MOST_IN_DIGEST]], "more": max(0, len(lines) - MOST_IN_DIGEST)}
        for name, lines in told_of.items()
        if lines
    }


def _is_due(action: Action, today: date) -> bool:
    return any(day is not None and day <= today for day in (action.review_on, action.due_on))


def _action(action: Action) -> list[Any]:
    due_on = action.due_on
    return [action.text, action.responsible, action.progress, None if due_on is None else due_on.isoformat()]
