"""In the room: the chair's panel, raised hands, the queue of questions, what is to be done, and the minutes."""

import io

import discord
from discord.ext import commands

from bot.client import StewardClient
from bot.refusals import N_, Refusal
from bot.townhalls.afterwards import ActionGone
from bot.townhalls.questions_rules import QuestionGone, QuestionState
from bot.townhalls.service import MINUTES
from cogs.interactions import Request, answers
from cogs.townhalls import queue_cards, room_cards, room_forms


class StageClosedToSteward(Refusal):
    """Discord did not let Steward invite somebody to speak."""

    sentence = N_(
        "Discord did not let Steward do that. Either the person is not on the stage, or Steward lacks the permission "
        "Mute Members there. You can invite them by hand: right-click their name on the stage."
    )


class NotTheirTurn(Refusal):
    """Somebody was to speak on a stage who was not called, or there is no stage."""

    sentence = N_("They were not called, or the town hall is not on a stage. Look at the list again.")


async def show_desk(request: Request, number: int = 0) -> None:
    """Show organizers the town halls of their server; raises `NotAnOrganizer`."""
    halls = await request.interaction.client.steward.town_halls.managed(request.actor)
    await request.show(room_cards.desk(request.t, halls, number))


async def raise_hand(request: Request, hall_id: str, how: str | None = None) -> None:
    """Raise, change or lower somebody's hand and say where it stands; one that is up already stays as it is.

    `how` is `speak`, or `reply` or `rarely` for what is said in addition, or `lower`.
    """
    stacks, actor = request.interaction.client.steward.stacks, request.actor
    place = await stacks.own(actor, hall_id)
    is_up = place.before is not None
    if how == "lower":
        place = await stacks.lower_hand(actor, hall_id)
    elif how == "speak" or not is_up:
        place = await stacks.raise_hand(actor, hall_id, is_reply=how == "reply", has_priority=how == "rarely")
    elif how is not None:
        is_reply, has_priority = place.is_reply or how == "reply", place.has_priority or how == "rarely"
        place = await stacks.raise_hand(actor, hall_id, is_reply=is_reply, has_priority=has_priority)
    await request.show(room_cards.own_hand(request.t, place))


class HallRoom(commands.Cog):
    """Let organizers chair a town hall, look after its questions, and follow up on what it agreed."""

    def __init__(self, client: StewardClient) -> None:
        self._client = client
        self._guilds = client.steward.guilds
        self._halls = client.steward.town_halls
        self._room = client.steward.room
        self._stacks = client.steward.stacks
        self._votes = client.steward.votes
        self._queue = client.steward.queue
        self._afterwards = client.steward.afterwards
        client.steward.outgoing.render_with(MINUTES, room_cards.minutes)

    # Finding

    @answers("hallroom:list:v1")
    async def turn_page(self, request: Request) -> None:
        """Show a page of the town halls."""
        await show_desk(request, int(request.arguments[0]))

    @answers("hallroom:open:v1")
    async def open(self, request: Request) -> None:
        """Show one town hall to its chair."""
        await self._show(request)

    # The chair

    @answers("hallroom:start:v1")
    async def start(self, request: Request) -> None:
        """Start a town hall."""
        await self._room.start(request.actor, request.arguments[0])
        await self._show(request)

    @answers("hallroom:item:v1")
    async def go_on(self, request: Request) -> None:
        """Go on to the next item of the agenda."""
        hall_id, item = request.arguments
        await self._room.next_item(request.actor, hall_id, int(item))
        await self._show(request)

    @answers("hallroom:call:v1")
    async def call(self, request: Request) -> None:
        """Let the next person speak; whoever spoke before has spoken."""
        hall_id, who = request.arguments
        await self._stacks.call(request.actor, hall_id, int(who))
        await self._show(request)

    @answers("hallroom:spoke:v1")
    async def finish(self, request: Request) -> None:
        """Note that somebody has spoken."""
        hall_id, who = request.arguments
        await self._stacks.finish(request.actor, hall_id, int(who))
        await self._show(request)

    @answers("hallroom:skip:v1")
    async def skip(self, request: Request) -> None:
        """Lower the hand of somebody who does not answer."""
        hall_id, who = request.arguments
        await self._stacks.skip(request.actor, hall_id, int(who))
        await self._show(request)

    @answers("hallroom:unmute:v1")
    async def unmute(self, request: Request) -> None:
        """Let whoever was called speak on the stage."""
        hall_id, who = request.arguments
        standing = await self._room.panel(request.actor, hall_id)
        stack = await self._stacks.shown(request.actor, hall_id)
        place = standing.hall.plan.place
        if stack.speaker != int(who) or not place.where.isdecimal():
            raise NotTheirTurn
        # Straight to this stage: the members that discord.py would ask for first are none of Steward's business.
        wanted = {"channel_id": place.where, "suppress": False}
        try:
            await self._client.http.edit_voice_state(standing.hall.guild_id, int(who), wanted)
        except discord.HTTPException:
            raise StageClosedToSteward from None
        await request.show_new(room_cards.confirmed_unmuted(request.t, int(who)))

    @answers("hallroom:decide:v1")
    async def ask_for_decision(self, request: Request) -> None:
        """Open the form for a decision."""
        await request.ask(room_forms.decision_form(request.t, await self._form(request, "decided")))

    @answers("hallroom:decided:v1")
    async def keep_decision(self, request: Request) -> None:
        """Note a decision."""
        hall_id, token, poll_id = (*request.arguments, None)[:3]
        text = request.fields.get(room_forms.TEXT, "")
        await self._room.decide(request.actor, str(hall_id), str(token), text, poll_id)
        await self._show(request)

    @answers("hallroom:undecide:v1")
    async def take_back(self, request: Request) -> None:
        """Take back a decision that was noted by mistake."""
        await self._room.take_back_decision(request.actor, request.arguments[0], request.values[0])
        await self._show(request)

    @answers("hallroom:action:v1")
    async def ask_for_action(self, request: Request) -> None:
        """Open the form for what is to be done."""
        await request.ask(room_forms.action_form(request.t, await self._form(request, "agreed")))

    @answers("hallroom:agreed:v1")
    async def keep_action(self, request: Request) -> None:
        """Note what is to be done."""
        hall_id, token = request.arguments
        await self._room.panel(request.actor, hall_id)  # who may not is told so first
        fields = request.fields
        text, responsible = fields.get(room_forms.TEXT, ""), fields.get(room_forms.RESPONSIBLE, "")
        due_on = room_forms.day(fields.get(room_forms.DUE, ""))
        await self._room.agree_action(request.actor, hall_id, token, text, responsible, due_on)
        await self._show(request)

    @answers("hallroom:end:v1")
    async def ask_to_end(self, request: Request) -> None:
        """Ask about how many came, and end the town hall with the answer."""
        standing = await self._room.panel(request.actor, request.arguments[0])
        await request.ask(room_forms.end_form(request.t, f"hallroom:ended:v1:{standing.hall.id}"))

    @answers("hallroom:ended:v1")
    async def end(self, request: Request) -> None:
        """End the town hall."""
        await self._room.panel(request.actor, request.arguments[0])  # who may not is told so first
        attendance = room_forms.number(request.fields.get(room_forms.CAME, ""))
        await self._room.end(request.actor, request.arguments[0], attendance)
        await self._stacks.forget_due()
        await self._show(request)

    # For everybody

    @answers("hallroom:hand:v1")
    async def change_hand(self, request: Request) -> None:
        """Raise, change or lower somebody's own hand."""
        hall_id, how = request.arguments
        await raise_hand(request, hall_id, how)

    @answers("hallroom:minutes:v1")
    async def hand_out_minutes(self, request: Request) -> None:
        """Hand out the minutes as a file."""
        hall, text = await self._afterwards.minutes(request.actor, request.arguments[0])
        name = f"minutes-{hall.id}.md"
        view = room_cards.minutes_file(request.t, hall, name)
        view.stop()
        file = discord.File(io.BytesIO(text.encode()), name)
        await request.interaction.response.send_message(view=view, file=file, ephemeral=True)

    # Questions

    @answers("hallroom:queue:v1")
    async def show_queue(self, request: Request) -> None:
        """Show the questions and comments that wait."""
        hall_id, number = request.arguments
        await self._show_queue(request, hall_id, int(number))

    @answers("hallroom:question:v1")
    async def show_question(self, request: Request) -> None:
        """Show one question or comment that waits."""
        hall_id, question_id = request.arguments
        hall, asked = await self._queue.waiting(request.actor, hall_id)
        found = next((each for each in asked if each.id == question_id and each.state == "waiting"), None)
        if found is None:
            raise QuestionGone
        _, listed = await self._halls.questions(request.actor, hall_id)
        open_ones = [each.question for each in listed if each.question.state is QuestionState.OPEN]
        await request.show(queue_cards.question(request.t, hall, found, open_ones))

    @answers("hallroom:approve:v1")
    async def approve(self, request: Request) -> None:
        """Let a question be published with its batch."""
        hall_id, question_id = request.arguments
        await self._queue.approve(request.actor, hall_id, question_id)
        await self._show_queue(request, hall_id)

    @answers("hallroom:reject:v1")
    async def reject(self, request: Request) -> None:
        """Turn a question away for the reason that was chosen."""
        hall_id, question_id = request.arguments
        await self._queue.reject(request.actor, hall_id, question_id, request.values[0])
        await self._show_queue(request, hall_id)

    @answers("hallroom:merge:v1")
    async def merge(self, request: Request) -> None:
        """Count a question with one that is published."""
        hall_id, question_id = request.arguments
        await self._queue.merge(request.actor, hall_id, question_id, request.values[0])
        await self._show_queue(request, hall_id)

    @answers("hallroom:release:v1")
    async def release(self, request: Request) -> None:
        """Publish what is approved now."""
        hall_id, how = request.arguments
        await self._queue.release_now(request.actor, hall_id, few=how == "few")
        await self._show_queue(request, hall_id)

    @answers("hallroom:published:v1")
    async def show_published(self, request: Request) -> None:
        """Show the published questions."""
        hall_id, number = request.arguments
        await self._show_published(request, hall_id, int(number))

    @answers("hallroom:answered:v1")
    async def mark_answered(self, request: Request) -> None:
        """Note that a question was answered."""
        hall_id, question_id, number = request.arguments
        await self._queue.mark_answered(request.actor, hall_id, question_id)
        await self._show_published(request, hall_id, int(number))

    @answers("hallroom:unanswered:v1")
    async def mark_unanswered(self, request: Request) -> None:
        """Note that a question was not answered after all."""
        hall_id, question_id, number = request.arguments
        await self._queue.mark_answered(request.actor, hall_id, question_id, is_answered=False)
        await self._show_published(request, hall_id, int(number))

    # What is to be done

    @answers("hallroom:actions:v1")
    async def show_actions(self, request: Request) -> None:
        """Show what is to be done and not done."""
        await self._show_actions(request, int(request.arguments[0]))

    @answers("hallroom:progress:v1")
    async def ask_for_progress(self, request: Request) -> None:
        """Open the form for how far something is."""
        guild = await self._guilds.organizer_at_work(request.actor)
        found = {each.id: each for each in await self._afterwards.actions(request.actor)}
        action = found.get(request.arguments[0])
        if action is None:
            raise ActionGone
        today = request.interaction.created_at.astimezone(guild.zone_info).date()
        await request.ask(room_forms.progress_form(request.t, f"hallroom:reported:v1:{action.id}", action, today))

    @answers("hallroom:reported:v1")
    async def keep_progress(self, request: Request) -> None:
        """Note how far something is."""
        await self._guilds.organizer_at_work(request.actor)  # who may not is told so first
        progress = room_forms.number(request.fields.get(room_forms.PROGRESS, ""))
        if progress is None:
            raise room_forms.NoNumber
        review_on = room_forms.day(request.fields.get(room_forms.REVIEW, ""))
        await self._afterwards.report(request.actor, request.arguments[0], progress, review_on)
        await self._show_actions(request, 0)

    # Steps that several of the above share

    async def _show(self, request: Request) -> None:
        standing = await self._room.panel(request.actor, request.arguments[0])
        stack = await self._stacks.shown(request.actor, standing.hall.id)
        votes = await self._votes.listed(request.actor, standing.hall.id)
        await request.show(room_cards.panel(request.t, standing, stack, votes))

    async def _show_queue(self, request: Request, hall_id: str, number: int = 0) -> None:
        hall, asked = await self._queue.waiting(request.actor, hall_id)
        await request.show(queue_cards.queue(request.t, hall, asked, number))

    async def _show_published(self, request: Request, hall_id: str, number: int) -> None:
        await self._room.panel(request.actor, hall_id)  # for organizers only
        hall, listed = await self._halls.questions(request.actor, hall_id)
        await request.show(queue_cards.published(request.t, hall, listed, number))

    async def _show_actions(self, request: Request, number: int) -> None:
        await self._guilds.organizer(request.actor)
        found = await self._afterwards.actions(request.actor)
        await request.show(queue_cards.actions(request.t, found, number))

    async def _form(self, request: Request, action: str) -> str:
        """Return the place of a new form, for organizers only."""
        standing = await self._room.panel(request.actor, request.arguments[0])
        return f"hallroom:{action}:v1:{standing.hall.id}:{self._halls.new_form()}"
