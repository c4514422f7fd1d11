"""What members write for a town hall: looked through with them before it is sent, followed, and taken back."""

from discord.ext import commands

from bot.client import StewardClient
from bot.refusals import N_, Refusal
from bot.reports.service import REASONS
from bot.townhalls.questions_rules import Kind, question_text
from bot.townhalls.rules import TownHall
from cogs.interactions import Request, answers
from cogs.layout import DRAFT, warning
from cogs.townhalls import member_cards, member_forms


class WordsLost(Refusal):
    """The card that held what somebody wrote does not hold it any more."""

    sentence = N_("These words cannot be sent any more, since the card has lost them. Nothing was sent.")


async def ask(request: Request, hall_id: str, kind: Kind = Kind.QUESTION) -> None:
    """Open the form for a question or comment; raises `HallGone`, `NotOpenForQuestions` or `NotOpenForComments`."""
    halls = request.interaction.client.steward.town_halls
    hall = await halls.asking(request.actor, hall_id, kind)
    place = f"halls:asked:v1:{hall.id}:{halls.new_form()}:{kind}"
    await request.ask(member_forms.question_form(request.t, place, kind=kind))


class HallAsking(commands.Cog):
    """Let members ask and comment, see what became of it, and want what others asked answered."""

    def __init__(self, client: StewardClient) -> None:
        self._halls = client.steward.town_halls
        self._reports = client.steward.reports

    # Writing

    @answers("halls:ask:v1")
    async def ask_here(self, request: Request) -> None:
        """Open the form for a question, from a button or from the menu of town halls."""
        await ask(request, (*request.arguments, *request.values)[0])

    @answers("halls:comment:v1")
    async def comment_here(self, request: Request) -> None:
        """Open the form for a comment on what was decided."""
        await ask(request, request.arguments[0], Kind.COMMENT)

    @answers("halls:asked:v1")
    async def look_through(self, request: Request) -> None:
        """Show what could give the writer away, and keep the words if there is nothing."""
        hall_id, token, kind = _form(request)
        typed = member_forms.filled_question(request.fields)
        hall = await self._halls.asking(request.actor, hall_id, kind)
        text = question_text(typed, kind)
        if found := await self._reports.details(hall.guild_id, typed):
            told = [(detail.place, request.t(REASONS[detail.kind])) for detail in found]
            place = f"{hall.id}:{token}:{kind}"
            ways = f"halls:reword:v1:{place}", f"halls:sendit:v1:{place}"
            await request.show(warning(request.t, text, told, *ways))
            return
        await self._keep(request, text)

    @answers("halls:reword:v1")
    async def change(self, request: Request) -> None:
        """Open the form again with everything in it."""
        hall_id, token, kind = _form(request)
        text = _written(request)
        hall = await self._halls.asking(request.actor, hall_id, kind)
        place = f"halls:asked:v1:{hall.id}:{token}:{kind}"
        await request.ask(member_forms.question_form(request.t, place, text, kind))

    @answers("halls:sendit:v1")
    async def send_all_the_same(self, request: Request) -> None:
        """Keep words that were warned about."""
        await self._keep(request, _written(request))

    # Following

    @answers("halls:own:v1")
    async def show_own(self, request: Request) -> None:
        """Show somebody what they wrote."""
        await self._show_own(request)

    @answers("halls:withdraw:v1")
    async def withdraw(self, request: Request) -> None:
        """Delete something that somebody wrote."""
        hall_id, question_id = request.arguments
        await self._halls.withdraw_question(request.actor, hall_id, question_id)
        await self._show_own(request)

    # What others asked

    @answers("halls:questions:v1")
    async def show_questions(self, request: Request) -> None:
        """Show the published questions."""
        hall_id, number = (*request.arguments, "0")[:2]
        await self._show_questions(request, hall_id, int(number))

    @answers("halls:want:v1")
    async def want(self, request: Request) -> None:
        """Note that somebody wants a question answered."""
        await self._want(request, is_wanted=True)

    @answers("halls:unwant:v1")
    async def want_no_more(self, request: Request) -> None:
        """Take such a wish back."""
        await self._want(request, is_wanted=False)

    # Steps that several of the above share

    async def _keep(self, request: Request, text: str) -> None:
        hall_id, token, kind = _form(request)
        words = await self._halls.ask(request.actor, hall_id, token, text, kind)
        own = await self._halls.standing(request.actor, hall_id)
        await request.show(member_cards.asked(request.t, own.hall, words, kind))

    async def _show_own(self, request: Request) -> None:
        own = await self._halls.standing(request.actor, request.arguments[0])
        can_ask = await self._can_ask(request, own.hall)
        await request.show(member_cards.own_questions(request.t, own, can_ask=can_ask))

    async def _show_questions(self, request: Request, hall_id: str, number: int) -> None:
        hall, found = await self._halls.questions(request.actor, hall_id)
        can_ask = await self._can_ask(request, hall)
        await request.show(member_cards.questions(request.t, hall, found, number, can_ask=can_ask))

    async def _want(self, request: Request, *, is_wanted: bool) -> None:
        hall_id, question_id, number = (*request.arguments, "0")[:3]
        await self._halls.want(request.actor, hall_id, question_id, is_wanted=is_wanted)
        await self._show_questions(request, hall_id, int(number))

    async def _can_ask(self, request: Request, hall: TownHall) -> bool:
        return hall.id in {each.id for each in await self._halls.askable(request.actor)}


def _form(request: Request) -> tuple[str, str, Kind]:
    """Return the town hall, the token and the kind of a form; one from before there were comments is for a question."""
    hall_id, token, kind = (*request.arguments, Kind.QUESTION)[:3]
    return hall_id, token, Kind.COMMENT if kind == Kind.COMMENT else Kind.QUESTION


def _written(request: Request) -> str:
    """Return what the card that a button stands on holds; nothing else does. Raises `WordsLost`."""
    text = request.shown_texts.get(DRAFT)
    if text is None:
        raise WordsLost
    return text
