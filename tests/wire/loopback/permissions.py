"""Who may do what where, by Discord's own algorithm."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

ADD_REACTIONS: Final = 1 << 6
ADMINISTRATOR: Final = 1 << 3
MANAGE_GUILD: Final = 1 << 5
VIEW_CHANNEL: Final = 1 << 10
SEND_MESSAGES: Final = 1 << 11
MANAGE_MESSAGES: Final = 1 << 13
EMBED_LINKS: Final = 1 << 14
ATTACH_FILES: Final = 1 << 15
READ_MESSAGE_HISTORY: Final = 1 << 16
MENTION_EVERYONE: Final = 1 << 17
USE_APPLICATION_COMMANDS: Final = 1 << 31
CREATE_PUBLIC_THREADS: Final = 1 << 35
SEND_MESSAGES_IN_THREADS: Final = 1 << 38

ALL: Final = (1 << 53) - 1
MEMBERS_MAY: Final = (
    ADD_REACTIONS
    | VIEW_CHANNEL
    | SEND_MESSAGES
    | EMBED_LINKS
    | ATTACH_FILES
    | READ_MESSAGE_HISTORY
    | USE_APPLICATION_COMMANDS
    | CREATE_PUBLIC_THREADS
    | SEND_MESSAGES_IN_THREADS
)
IN_A_DM: Final = MEMBERS_MAY

Overwrite = tuple[int, int]
"""What a channel allows, and what it denies, to one role or person."""


def to_write(*, in_thread: bool) -> int:
    """Return what it takes to say something in a channel, or in a thread of one."""
    return SEND_MESSAGES_IN_THREADS if in_thread else SEND_MESSAGES


def within_guild(everyone: int, roles: Iterable[int], *, is_owner: bool) -> int:
    """Return the permissions of a member, before any channel is looked at."""
    granted = everyone
    for role in roles:
        granted |= role
    return ALL if is_owner or granted & ADMINISTRATOR else granted


def within_channel(
    granted: int, overwrites: Mapping[int, Overwrite], everyone_id: int, role_ids: Iterable[int], member_id: int
) -> int:
    """Return the permissions of a member in a channel: everyone's overwrite, then roles', then their own."""
    if granted & ADMINISTRATOR:
        return ALL
    allow, deny = overwrites.get(everyone_id, (0, 0))
    granted = granted & ~deny | allow
    allow = deny = 0
    for role_id in role_ids:
        role_allow, role_deny = overwrites.get(role_id, (0, 0))
        allow, deny = allow | role_allow, deny | role_deny
    granted = granted & ~deny | allow
    allow, deny = overwrites.get(member_id, (0, 0))
    granted = granted & ~deny | allow
    # Who cannot see a channel can do nothing in it.
    return granted if granted & VIEW_CHANNEL else 0
