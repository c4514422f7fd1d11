"""What a ballot may say, and when it is refused. Pure."""

from collections.abc import Iterable, Mapping

from bot.refusals import N_, Refusal

Ballot = tuple[int, ...]
"""What one voter said, with options numbered from 0: the one chosen, those approved, a ranking with the best first and
as long as the voter liked, or for scores one number for each option. Empty is a blank vote, in every method."""

Ballots = Mapping[Ballot, int]
"""How many voters said each thing: all that a count needs, and nothing of who or when."""

BLANK: Ballot = ()
HIGHEST_SCORE = 5


class NoSuchOption(Refusal):
    """A ballot names an option that the poll does not have."""

    sentence = N_(
        "One of the options on this ballot is not in the poll. Nothing was cast; please open the ballot again."
    )


class NamedTwice(Refusal):
    """A ballot names one option more than once."""

    sentence = N_("An option stands on this ballot twice. Nothing was cast; please name each option once at most.")


class OneChoiceOnly(Refusal):
    """A ballot names several options where only one can be chosen."""

    sentence = N_("Only one option can be chosen here. Nothing was cast; please choose one, or cast a blank vote.")


class ScoreMissing(Refusal):
    """A ballot scores fewer or more options than the poll has."""

    sentence = N_("Every option needs a score; 0 is one too. Nothing was cast; please fill in the rest.")


class ScoreOutOfRange(Refusal):
    """A ballot gives a score that is not on the scale."""

    sentence = N_("Scores are whole numbers from 0 to {highest}. Nothing was cast; please correct the others.")


def check_choice(ballot: Ballot, options: int) -> None:
    """Raise `OneChoiceOnly` or `NoSuchOption` unless a ballot names one option or none."""
    if len(ballot) > 1:
        raise OneChoiceOnly
    check_names(ballot, options)


def check_names(ballot: Ballot, options: int) -> None:
    """Raise `NoSuchOption` or `NamedTwice` unless a ballot, approving or ranked, names options once each."""
    if not all(0 <= option < options for option in ballot):
        raise NoSuchOption
    if len(set(ballot)) < len(ballot):
        raise NamedTwice


def check_scores(ballot: Ballot, options: int) -> None:
    """Raise `ScoreMissing` or `ScoreOutOfRange` unless a ballot scores every option, or is blank."""
    if len(ballot) not in {0, options}:
        raise ScoreMissing
    if not all(0 <= score <= HIGHEST_SCORE for score in ballot):
        raise ScoreOutOfRange(highest=HIGHEST_SCORE)


def check_all_names(ballots: Iterable[Ballot], options: int) -> None:
    """Raise what `check_names` raises for the first ballot at fault; quick enough for 100,000."""
    known = frozenset(range(options))
    for ballot in ballots:
        if len(known.intersection(ballot)) != len(ballot):
            check_names(ballot, options)


def votes_cast(ballots: Ballots) -> int:
    """Return how many votes were cast, blank ones among them; raises `ValueError` for a number under 1."""
    if min(ballots.values(), default=1) < 1:
        raise ValueError("a ballot was cast once at least")
    return sum(ballots.values())
