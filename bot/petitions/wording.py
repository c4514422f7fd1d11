"""What a petition says: its words, what binds a signature to them, and how alike two petitions are. Pure."""

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.cleaning import clean, one_line
from bot.refusals import N_, Refusal

LONGEST_TITLE = 100
LONGEST_WHOM = 100
LONGEST_DEMAND = 300
MOST_DEMANDS = 5
LONGEST_WHY = 1500  # all of it together fits a card of 4,000 with what stands around it


class TitleMissing(Refusal):
    """The petition has no readable title."""

    sentence = N_("The petition still needs a title.")


class TitleTooLong(Refusal):
    """The title does not fit its card."""

    sentence = N_("The title is too long: at most {limit} characters fit.")


class WhomMissing(Refusal):
    """Nobody is asked."""

    sentence = N_("Please say whom the petition asks: a person, a board or a company that can decide it.")


class WhomTooLong(Refusal):
    """The name of whoever is asked does not fit."""

    sentence = N_("Whom the petition asks is written too long: at most {limit} characters fit.")


class DemandsMissing(Refusal):
    """Nothing is asked."""

    sentence = N_("The petition still needs something to ask for: write at least one demand.")


class TooManyDemands(Refusal):
    """More is asked than one petition can carry."""

    sentence = N_("That is too much for one petition: at most {limit} demands fit, and few and clear ones win more.")


class DemandTooLong(Refusal):
    """A demand does not fit."""

    sentence = N_("One of the demands is too long: at most {limit} characters fit. The reasons go into their own box.")


class WhyMissing(Refusal):
    """No reason is given."""

    sentence = N_("Please say in a few words why this is needed, so that others can decide whether to sign.")


class WhyTooLong(Refusal):
    """The reasons do not fit."""

    sentence = N_("The reasons are too long: at most {limit} characters fit.")


@dataclass(frozen=True, slots=True)
class Wording:
    """What is signed, word for word, cleaned."""

    title: str
    whom: str
    demands: tuple[str, ...]
    why: str

    @property
    def hash(self) -> str:
        """Return what binds a signature to exactly these words: SHA-256 over canonical JSON, in hexadecimal."""
        words = {"title": self.title, "whom": self.whom, "demands": self.demands, "why": self.why}
        return hashlib.sha256(json.dumps(words, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def compose(title: str, whom: str, demands: Iterable[str], why: str) -> Wording:
    """Return the wording of a petition, cleaned; empty demands are left out, and so are repeated ones.

    Raises a refusal of its own for each thing that is missing, too long or too much.
    """
    return Wording(
        _fitting(one_line(title), LONGEST_TITLE, TitleMissing, TitleTooLong),
        _fitting(one_line(whom), LONGEST_WHOM, WhomMissing, WhomTooLong),
        _wanted(demands),
        _fitting(clean(why), LONGEST_WHY, WhyMissing, WhyTooLong),
    )


def _wanted(demands: Iterable[str]) -> tuple[str, ...]:
    wanted = tuple(dict.fromkeys(line for line in map(one_line, demands) if _can_be_read(line)))
    if not wanted:
        raise DemandsMissing
    if len(wanted) > MOST_DEMANDS:
        raise TooManyDemands(limit=MOST_DEMANDS)
    if any(len(demand) > LONGEST_DEMAND for demand in wanted):
        raise DemandTooLong(limit=LONGEST_DEMAND)
    return wanted


def _fitting(text: str, limit: int, missing: type[Refusal], too_long: type[Refusal]) -> str:
    if not _can_be_read(text):
        raise missing
    if len(text) > limit:
        raise too_long(limit=limit)
    return text


def _can_be_read(text: str) -> bool:
    return any(character.isalnum() for character in text)


def similarity(one: str, other: str) -> float:
    """Return how alike two short texts are, from 0.0 to 1.0: the Jaccard index of trigrams, as in pg_trgm.

    Meant for titles: long texts of one language share so many trigrams that they look alike whatever they are about.
    """
    return _shared(_trigrams(one), _trigrams(other))


def likeness(title: str, why: str, other: Wording) -> float:
    """Return how alike a petition in the making is to another, from 0.0 to 1.0.

    The larger of two: the titles' similarity, and the Jaccard index of the stems in title and reasons. Misses what is
    said in quite other words, or in another language.
    """
    stems = _shared(_stems(f"{title} {why}"), _stems(f"{other.title} {other.why}"))
    return max(similarity(title, other.title), stems)


def _trigrams(text: str) -> set[str]:
    words = (f"  {word} " for word in re.findall(r"\w+", text.casefold()))
    return {word[start : start + 3] for word in words for start in range(len(word) - 2)}


def _stems(text: str) -> set[str]:
    """Return the first five letters of each longer word: near enough to its stem, and no list of words is needed."""
    return {word[:5] for word in re.findall(r"\w{5,}", text.casefold())}


def _shared(some: set[str], others: set[str]) -> float:
    return len(some & others) / len(some | others) if some or others else 0.0
