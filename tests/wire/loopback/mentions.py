"""Whom a message notifies, after `allowed_mentions` has had its say."""

from __future__ import annotations

import re
from typing import Any

Json = dict[str, Any]

_USER = re.compile(r"<@!?(\d+)>")
_ROLE = re.compile(r"<@&(\d+)>")


def pings(text: str, allowed: Json | None) -> frozenset[str]:
    """Return the ids of users and roles notified, and "everyone" or "here"."""
    users, roles = set(_USER.findall(text)), set(_ROLE.findall(text))
    crowd = {word for word in ("everyone", "here") if f"@{word}" in text}
    if allowed is None:
        return frozenset(users | roles | crowd)
    kinds = allowed.get("parse") or ()
    return frozenset(
        (users if "users" in kinds else users & {str(one) for one in allowed.get("users") or ()})
        | (roles if "roles" in kinds else roles & {str(one) for one in allowed.get("roles") or ()})
        | (crowd if "everyone" in kinds else set())
    )
