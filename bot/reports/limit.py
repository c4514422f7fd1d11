"""How often one account may file, known to this process's memory alone."""

import hashlib
import hmac
import secrets
from datetime import date

from bot.ids import UserId
from bot.reports.rules import MOST_A_DAY, LimitReached

KEY_BYTES = 32


class FilingLimit:
    """Count the reports of a day by tags under a key that is never stored and is thrown away at midnight UTC.

    Whoever copies the memory of the running process can try accounts against the tags of this day and learn that one
    of them filed. Nothing of it outlives the day or the process, so a restart begins the count anew.
    """

    def __init__(self) -> None:
        self._day: date | None = None
        self._key = b""
        self._taken: dict[bytes, set[bytes]] = {}

    def take(self, user_id: UserId, token: str, today: date) -> None:
        """Take one of the day's reports; the same form again takes none. Raises `LimitReached`."""
        self.forget(today)
        forms = self._taken.setdefault(self._tag(str(user_id)), set())
        form = self._tag(token)
        if form not in forms and len(forms) >= MOST_A_DAY:
            raise LimitReached(limit=MOST_A_DAY)
        forms.add(form)

    def forget(self, today: date) -> None:
        """Throw key and tags away if they are of another day."""
        if self._day != today:
            self._day, self._key, self._taken = today, secrets.token_bytes(KEY_BYTES), {}

    def give_back(self, user_id: UserId, token: str) -> None:
        """Undo `take` for a report that could not be kept."""
        self._taken.get(self._tag(str(user_id)), set()).discard(self._tag(token))

    def _tag(self, text: str) -> bytes:
        return hmac.digest(self._key, text.encode(errors="replace"), hashlib.sha256)[:16]
