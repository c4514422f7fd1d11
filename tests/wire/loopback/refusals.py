"""How this Discord says no: the errors a bot can meet, with Discord's own codes."""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """End a request with an error answer."""

    def __init__(self, status: int, code: int, message: str, *, details: list[str] | None = None) -> None:
        super().__init__(f"{status} {code} {message}")
        self.status = status
        self.code = code
        self.body: dict[str, Any] = {"message": message, "code": code}
        if details:
            self.body["errors"] = {"_errors": [{"code": "LOOPBACK_CONTRACT", "message": text} for text in details]}


def unknown_channel() -> Refused:
    return Refused(404, 10003, "Unknown Channel")


def unknown_guild() -> Refused:
    return Refused(404, 10004, "Unknown Guild")


def unknown_member() -> Refused:
    return Refused(404, 10007, "Unknown Member")


def unknown_message() -> Refused:
    return Refused(404, 10008, "Unknown Message")


def unknown_user() -> Refused:
    return Refused(404, 10013, "Unknown User")


def unknown_webhook() -> Refused:
    return Refused(404, 10015, "Unknown Webhook")


def unknown_interaction() -> Refused:
    return Refused(404, 10062, "Unknown interaction")


def already_acknowledged() -> Refused:
    return Refused(400, 40060, "Interaction has already been acknowledged.")


def missing_access() -> Refused:
    return Refused(403, 50001, "Missing Access")


def not_yours_to_edit() -> Refused:
    return Refused(403, 50005, "Cannot edit a message authored by another user")


def empty_message() -> Refused:
    return Refused(400, 50006, "Cannot send an empty message")


def cannot_dm() -> Refused:
    return Refused(403, 50007, "Cannot send messages to this user")


def missing_permissions() -> Refused:
    return Refused(403, 50013, "Missing Permissions")


def expired_token() -> Refused:
    return Refused(401, 50027, "Invalid Webhook Token")


def no_such_recipient() -> Refused:
    return Refused(400, 50033, "Invalid Recipient(s)")


def invalid_form(*details: str) -> Refused:
    return Refused(400, 50035, "Invalid Form Body", details=list(details))


def thread_exists() -> Refused:
    return Refused(400, 160004, "A thread has already been created for this message")
