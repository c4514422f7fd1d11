"""What an entry of the directory may hold, until when it is shown, and which ones a digest names. Pure."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.cleaning import one_line
from bot.refusals import N_, Refusal
from bot.resources.taxonomy import (
    LONGEST_LINK,
    LONGEST_TAG,
    LONGEST_TEXT,
    LONGEST_TITLE,
    PRESSING,
    STARTER,
    STARTER_REVIEW_ON,
    Kind,
)
from bot.rhythm import Every, Rhythm
from bot.wallclock import day_typed

MOST_OF_OWN = 50
"""Own entries of one server: more is not read, and not looked after."""
REVIEW_AFTER = timedelta(days=183)
LATEST_REVIEW = timedelta(days=731)
WAITING = "waiting"
"""Beside the kinds: what waits for organizers, because it is to be looked at again or is not shown any more."""

_LINK = re.compile(r"https://[a-zA-Z0-9-]+(\.[a-zA-Z0-9-]+)+(:\d{1,5})?([/?#][\w.~:/?#@!$&'()*+,;=%-]*)?", re.ASCII)
"""No name before the host, which could pass for one, and nothing that ends an address in a card."""


class ResourceGone(Refusal):
    """There is no such entry in the guild's directory."""

    sentence = N_("This entry is not in the directory any more. `/resources` shows what is.")


class ResourceIncomplete(Refusal):
    """An entry lacks its kind, its title or its text, or they do not fit."""

    sentence = N_("An entry needs a kind, and a title and a text that can be read and fit: nothing was kept.")


class LinkUnusable(Refusal):
    """The link is not a plain https address."""

    sentence = N_(
        "Please copy the link from the address bar of your browser: it must start with `https://`, and have at most "
        "{limit} characters and no spaces or unusual signs. Or leave it empty. Nothing was kept."
    )


class TagTooLong(Refusal):
    """A region or language does not fit or cannot be read."""

    sentence = N_(
        "Please name region and language in at most {limit} characters each, such as `EU` or `Spanish`, several with "
        "commas between them, or leave them empty. Nothing was kept."
    )


class DayUnreadable(Refusal):
    """What was typed is not a day of the calendar."""

    sentence = N_("Please write each day as year, month and day, such as `2027-12-31`. Nothing was kept.")


class ExpiredAlready(Refusal):
    """The last day on which the entry is shown would be over."""

    sentence = N_("The last day to show an entry cannot be over. Choose a later one, or leave it empty.")


class ReviewOutOfRange(Refusal):
    """The next look at an entry would be in the past or too far ahead."""

    sentence = N_("Choose a day for the next look that is still to come and at most {years} years away.")


class TooManyResources(Refusal):
    """The guild's directory is full."""

    sentence = N_("There is room for {limit} entries of your own. Take one out first.")


@dataclass(frozen=True, slots=True)
class Words:
    """What an entry says. `link` is empty where there is none."""

    kind: Kind
    title: str
    text: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """For whom an entry is and until when; an empty tag fits everybody.

    `expires_on` is the last day on which members see it, `review_on` the day from which organizers are asked to look.
    """

    region: str = ""
    language: str = ""
    expires_on: date | None = None
    review_on: date | None = None


@dataclass(frozen=True, slots=True)
class Resource:
    """One entry of a guild's directory.

    `is_starter`: it came with Steward; `is_checked`: organizers of this guild wrote it or have looked at it.
    """

    id: str
    words: Words
    terms: Terms
    is_starter: bool
    is_checked: bool

    @property
    def is_as_it_came(self) -> bool:
        """Tell whether these are Steward's words and not those of the guild's organizers."""
        return self.is_starter and self.words == starter(self.id).words


@dataclass(frozen=True, slots=True)
class Chosen:
    """What somebody wants to see of the directory; `region` and `language` are marks of tags, `None` is everything."""

    kind: str | None = None
    region: str | None = None
    language: str | None = None


def starter(resource_id: str) -> Resource:
    """Return an entry of the starter set as it comes with Steward; raises `KeyError` for other ids."""
    entry = STARTER[resource_id]
    words = Words(entry.kind, entry.title, entry.text, entry.link)
    terms = Terms(entry.region, entry.language, None, STARTER_REVIEW_ON)
    return Resource(resource_id, words, terms, is_starter=True, is_checked=False)


def compose(kind: str, title: str, text: str, link: str) -> Words:
    """Return cleaned words; raises `ResourceIncomplete` or `LinkUnusable`."""
    if kind not in list(Kind):
        raise ResourceIncomplete
    return Words(Kind(kind), _readable(title, LONGEST_TITLE), _readable(text, LONGEST_TEXT), _usable(link))


def set_terms(region: str, language: str, expires_on: str, review_on: str, today: date) -> Terms:
    """Return cleaned tags and days as organizers typed them; an empty review is half a year ahead.

    Raises `TagTooLong`, `DayUnreadable`, `ExpiredAlready` or `ReviewOutOfRange`.
    """
    expires, review = read_day(expires_on), read_day(review_on) or next_review(today)
    if expires is not None and expires < today:
        raise ExpiredAlready
    if not today < review <= today + LATEST_REVIEW:
        raise ReviewOutOfRange(years=LATEST_REVIEW.days // 365)
    return Terms(_tag(region), _tag(language), expires, review)


def read_day(text: str) -> date | None:
    """Return a day that somebody typed, `None` for nothing; raises `DayUnreadable`."""
    try:
        return day_typed(text)
    except ValueError:
        raise DayUnreadable from None


def next_review(today: date) -> date:
    """Return the day from which organizers are asked to look at an entry again."""
    return today + REVIEW_AFTER


def is_shown(resource: Resource, today: date) -> bool:
    """Tell whether members see an entry on a day of their server."""
    return resource.terms.expires_on is None or today <= resource.terms.expires_on


def is_to_review(resource: Resource, today: date) -> bool:
    """Tell whether organizers are asked to look at an entry again."""
    return resource.terms.review_on is not None and resource.terms.review_on <= today


def tags(text: str) -> tuple[str, ...]:
    """Return the single tags of a region or language, in the order written."""
    return tuple(dict.fromkeys(each for part in text.split(",") if (each := part.strip())))


def mark(tag: str) -> str:
    """Return a short mark of a tag, however it is capitalized, that a button can carry whatever the tag holds."""
    return hashlib.sha256(tag.strip().casefold().encode()).hexdigest()[:8]


def fits(resource: Resource, chosen: Chosen, today: date) -> bool:
    """Tell whether an entry is among what was chosen; one without a region or language fits all of them."""
    if chosen.kind == WAITING:
        is_wanted = is_to_review(resource, today) or not is_shown(resource, today)
    else:
        is_wanted = chosen.kind is None or resource.words.kind == chosen.kind
    return is_wanted and all(
        wanted is None or not has or wanted in {mark(each) for each in has}
        for wanted, has in (
            (chosen.region, tags(resource.terms.region)),
            (chosen.language, tags(resource.terms.language)),
        )
    )


def turn(rhythm: Rhythm, day: date) -> int:
    """Return the number of the digest on a day: one more than that of the digest before, as long as the rhythm stays.

    Weeks would not do: of every other week only half the numbers come, and of two days a week both have the same.
    """
    if rhythm.every is Every.MONTH:
        begins = day.replace(day=1)
        period = day.year * 12 + day.month
    else:
        begins = day - timedelta(days=day.weekday())
        period = begins.toordinal() // (14 if rhythm.every is Every.FORTNIGHT else 7)
    earlier = sum(rhythm.falls_on(begins + timedelta(days=number)) for number in range((day - begins).days))
    return period * len(set(rhythm.weekdays)) + earlier


def rotation(shown: Sequence[Resource], number: int, most: int) -> tuple[Resource, ...]:
    """Return which entries the digest of this number names: at most `most`, which is 2 or more.

    One place is kept for legal help and crisis lines, if there are any. Those take turns among themselves and the
    others among themselves: while a directory stays as it is, none comes a second time before each of its kind of
    turn came once.
    """
    order = sorted(shown, key=lambda each: each.id)
    pressing = [each for each in order if each.words.kind in PRESSING]
    others = [each for each in order if each.words.kind not in PRESSING]
    places = min(most - 1 if pressing else most, len(others))
    return (*_next(pressing, number, min(most - places, len(pressing))), *_next(others, number, places))


def _next(pool: Sequence[Resource], number: int, places: int) -> tuple[Resource, ...]:
    return tuple(pool[(number * places + place) % len(pool)] for place in range(places))


def _readable(text: str, limit: int) -> str:
    cleaned = one_line(text)
    if len(cleaned) > limit or not any(character.isalnum() for character in cleaned):
        raise ResourceIncomplete
    return cleaned


def _usable(link: str) -> str:
    cleaned = one_line(link)
    if cleaned and (len(cleaned) > LONGEST_LINK or not _LINK.fullmatch(cleaned)):
        raise LinkUnusable(limit=LONGEST_LINK)
    return cleaned


def _tag(text: str) -> str:
    cleaned = one_line(text)
    if len(cleaned) > LONGEST_TAG or (cleaned and not any(character.isalnum() for character in cleaned)):
        raise TagTooLong(limit=LONGEST_TAG)
    return cleaned
