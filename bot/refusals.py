"""Refusals: the expected "no, because …" answers, told to a person in their own language."""

from typing import ClassVar


def N_(text: str) -> str:  # noqa: N802 - the name that gettext tools look for
    """Mark a sentence for translation without translating it yet."""
    return text


class Refusal(Exception):
    """Say no, and why, in one sentence that tells the person what to do.

    `sentence` is an English template for gettext. Its values never hold what the person typed:
    a refusal is shown, and what is shown must not echo.
    """

    sentence: ClassVar[str] = N_("That cannot be done.")

    def __init__(self, **values: object) -> None:
        super().__init__(type(self).__name__)
        self.values = values


class NotSetUp(Refusal):
    """The guild has not been set up, so nothing can be filed or run here yet."""

    sentence = N_("Steward is not set up in this server yet. An administrator can do it with `/setup`.")


class NotAnOrganizer(Refusal):
    """The actor lacks the organizer role or is not on the organizer list."""

    sentence = N_(
        "This is for organizers. You need both the organizer role and a place on Steward's own organizer list. "
        "Ask the organizers for both, or an administrator if there are no organizers yet."
    )


class NotAnAdministrator(Refusal):
    """The actor is not an administrator of the server."""

    sentence = N_("Only administrators of this server can set Steward up.")


class NotAMember(Refusal):
    """The actor is not a member of the guild they chose."""

    sentence = N_("You can only do this for a server that you are a member of.")


class NotSaved(Refusal):
    """A store could not be written, so nothing was kept."""

    sentence = N_("This could not be saved, so nothing was kept. Please try again in a few minutes.")
