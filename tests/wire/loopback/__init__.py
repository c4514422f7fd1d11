"""A small Discord on 127.0.0.1, for what an in-process simulator cannot do.

The unmodified client talks to it over real sockets: rate limits, lost answers, resets, hangs, RESUME, close codes,
and a bot that is killed and started again. `Loopback` is the server, `Person` the one who clicks.
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
