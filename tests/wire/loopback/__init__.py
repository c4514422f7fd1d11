"""A small Discord on 127.0.0.1, for what an in-process simulator cannot do.

The unmodified client talks to it over real sockets: rate limits, lost answers, resets, hangs, RESUME, close codes,
and a bot that is killed and started again. `Loopback` is the server, `Person` the one who clicks:

    async with Loopback() as discord:
        guild = discord.new_guild("Local 1")
        ana = discord.person("ana", guild)
        async with BotProcess(discord, tmp_path) as bot:
            card = await ana.slash(guild, "petition start", title="Fair pay")
            form = await ana.press(card, "Sign").modal()
            discord.faults.lose_answer("POST /channels/*/messages")
            await ana.submit(form, {"comment": "Yes"})
            await bot.restart()
            assert [message.text for message in ana.sees(guild)] == [...]

Nothing sleeps: what is awaited comes as soon as the server sees it, or fails with an account of what the bot did
instead. `discord.clock.forward(…)` ages deadlines, tokens and nonces at once.
"""

from .faults import Fault
from .interactions import Attempt, Interaction, Modal
from .outcomes import NoAnswer, Outcome, Said
from .people import Person
from .refusals import Refused
from .requests import Request
from .server import Loopback
from .world import Channel, Guild, Member, Message, Role, User

__all__ = [
    "Attempt",
    "Channel",
    "Fault",
    "Guild",
    "Interaction",
    "Loopback",
    "Member",
    "Message",
    "Modal",
    "NoAnswer",
    "Outcome",
    "Person",
    "Refused",
    "Request",
    "Role",
    "Said",
    "User",
]
