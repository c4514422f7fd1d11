"""What organizers do with polls once they are published."""

from collections.abc import Mapping

from bot.approvals.service import Perform
from bot.clock import Clock
from bot.database.audit import AuditChain
from bot.database.engine import Database
from bot.guilds.service import Guilds
from bot.polls.closing import Closing
from bot.polls.service import Polls
from bot.vault.box import BallotBox


class Conduct:
    """What organizers do with polls. Who is an organizer is looked up at each action."""

    def __init__(
        self,
        polls: Polls,
        guilds: Guilds,
        database: Database,
        box: BallotBox,
        closing: Closing,
        audit: AuditChain,
        clock: Clock,
    ) -> None:
        self._polls = polls
        self._guilds = guilds
        self._database = database
        self._box = box
        self._closing = closing
        self._audit = audit
        self._clock = clock

    def approvable(self) -> Mapping[str, Perform]:
        """Return what takes two organizers, and how it is carried out."""
        return {}
