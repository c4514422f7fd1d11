"""The identity check: what in a report could give its writer away, found before it is sent. Pure.

It knows patterns in English and Spanish, not people: an unusual name in an unusual place, or a story that only one
person can tell, pass it by. So a text in which it finds nothing is not thereby safe. Nothing leaves the process.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice, pairwise

from bot.refusals import N_
from bot.reports import patterns
from bot.reports.names import find_names
from bot.reports.patterns import FEW, STOP

MOST_DETAILS = 25
LONGEST_PLACE = 60
"""Characters of an excerpt: enough to find the place again, short enough for 25 of them on a card."""


class Kind(StrEnum):
    """What sort of detail it is, strongest first: where two overlap, the one further up names both."""

    EMAIL = "email"
    LINK = "link"
    HANDLE = "handle"
    TICKET = "ticket"
    PHONE = "phone"
    CODE_NAME = "code_name"
    NAME = "name"
    ONLY_ME = "only_me"
    WHEN = "when"
    NUMBER = "number"
    PASTED = "pasted"


REASONS: dict[Kind, str] = {
    Kind.EMAIL: N_("An e-mail address leads straight to a person. Leave it out."),
    Kind.LINK: N_("A link or path can be unique to you, and opening it may be logged. Say in words what is there."),
    Kind.HANDLE: N_(
        "A user name or channel shows who you know and what you can see. Write “a colleague” or “a channel”."
    ),
    Kind.TICKET: N_("Whoever can look this number up sees who worked on it. Leave it out."),
    Kind.PHONE: N_("A phone number leads straight to a person. Leave it out."),
    Kind.CODE_NAME: N_("Only a few people may know this internal name. Write “a project” or “a tool”."),
    Kind.NAME: N_("A name, also somebody else's, shows which team you are in. Write “a manager” or “a colleague”."),
    Kind.ONLY_ME: N_("If only one person fits this, that person is you. Leave it out, or write it as one of several."),
    Kind.WHEN: N_("Few people were there on that day or at that time. Write the month only."),
    Kind.NUMBER: N_("An exact number can point to one team or one person. Write “a small team” or “about fifty”."),
    Kind.PASTED: N_(
        "This looks copied, and a copy can carry hidden marks that show whose it was. Tell it in your own words."
    ),
}


@dataclass(frozen=True, slots=True)
class Detail:
    """One place to look at again: `place` is `text[start:end]`, the first 60 characters of it. Not for logs."""

    kind: Kind
    place: str = field(repr=False)
    start: int
    end: int


def find_details(text: str, code_names: Collection[str] = (), *, invisible: bool = False) -> tuple[Detail, ...]:
    """Return what could give the writer of `text` away, in the order it stands there: at most 25 places.

    Characters that nobody sees are looked through. With `invisible` they are found as well, as marks of a copied text:
    ask for it with the text as it was typed, since cleaning takes them out. `code_names` are found as whole words,
    whatever their case, accents and hyphens, also written as one word or with spaces. Time grows with the text:
    2,800 characters take some 20 ms and at worst 50, so call it in a thread where that matters.
    """
    if not any(character.isalnum() for character in text):
        return ()
    positions = [at for at, character in enumerate(text) if not _is_unseen(character)]
    seen = "".join(text[at] for at in positions)
    found = [(positions[start], positions[end - 1] + 1, kind) for start, end, kind in _found(seen, code_names)]
    if invisible:
        found += [(start, end, Kind.PASTED) for start, end in _hidden(text)]
    return tuple(
        Detail(kind, text[start:end], start, end)
        for start, whole_end, kind in islice(_merged(found), MOST_DETAILS)
        for end in [min(whole_end, start + LONGEST_PLACE)]
    )


Span = tuple[int, int]
_PATTERNS = {
    Kind.EMAIL: patterns.EMAIL,
    Kind.LINK: patterns.LINK,
    Kind.HANDLE: patterns.HANDLE,
    Kind.TICKET: patterns.TICKET,
    Kind.ONLY_ME: patterns.ONLY_ME,
    Kind.WHEN: patterns.WHEN,
    Kind.PASTED: patterns.PASTED,
}
_STRENGTH = {kind: rank for rank, kind in enumerate(Kind)}


def _merged(found: list[tuple[int, int, Kind]]) -> Iterator[tuple[int, int, Kind]]:
    current: tuple[int, int, Kind] | None = None
    for start, end, kind in sorted(found):
        if current and start < current[1]:
            current = (current[0], max(end, current[1]), min(kind, current[2], key=_STRENGTH.__getitem__))
            continue
        if current:
            yield current
        current = (start, end, kind)
    if current:
        yield current


def _found(seen: str, code_names: Collection[str]) -> Iterator[tuple[int, int, Kind]]:
    for kind, kind_patterns in _PATTERNS.items():
        for pattern in kind_patterns:
            for match in pattern.finditer(seen):
                yield *match.span(), kind
    for kind, spans in (
        (Kind.PHONE, _phones(seen)),
        (Kind.CODE_NAME, _code_names(seen, code_names)),
        (Kind.NAME, find_names(seen)),
        (Kind.NUMBER, _numbers(seen)),
    ):
        for span in spans:
            yield *span, kind


# What cannot be seen

_BLANKS = "\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0"
# Wanted by Persian, Hebrew, the Indic scripts, emoji and flags; between Latin letters they only hide something.
_WRITERS = {"\u200c", "\u200d", "\u200e", "\u200f", "\u061c", *map(chr, range(0xE0020, 0xE0080))}


def _is_unseen(character: str) -> bool:
    return character in _BLANKS or (unicodedata.category(character)[0] == "C" and character not in "\n\r\t\v\f\x85")


def _hidden(text: str) -> Iterator[Span]:
    """Yield the words in which characters stand that nobody sees; words longer than 30 characters in pieces."""
    for word in re.finditer(r"\S{1,30}", text):
        if any(
            _is_unseen(character) and (character not in _WRITERS or before.isascii())
            for before, character in pairwise(" " + word[0])
        ):
            yield word.span()


# Telephone numbers

_NUMBERISH = re.compile(r"(?<![\w$€£#./-])(?:\+|00)?\(?\d(?:[ ./()\u2010-\u2013-]{0,3}\d){7,16}(?![\w%€$])")
_DATED = re.compile(r"(?:19|20)\d\d\D{1,3}(?:(?:19|20)\d\d\b|[01]?\d\D)")
# Where a number written without its country may be from: with a leading 0, and without.
_WITH_ZERO = ("GB", "DE", "FR", "IN", "NL", "AR")
_WITHOUT_ZERO = ("US", "ES", "MX", "CO", "IN", "BR", "PL")
_MOST_NUMBERS = 40  # tries, since each costs some 0.3 ms: a table of figures must not make a person wait


def _phones(seen: str) -> Iterator[Span]:
    candidates = [match for match in islice(_NUMBERISH.finditer(seen), _MOST_NUMBERS) if not _DATED.match(match[0])]
    if not candidates:
        return
    import phonenumbers  # noqa: PLC0415 - 30 ms and 1.6 MB, which only texts with a long number need

    def is_number(written: str, region: str | None) -> bool:
        try:
            number = phonenumbers.parse(written, region)
        except phonenumbers.NumberParseException:
            return False
        return phonenumbers.is_possible_number(number) if region is None else phonenumbers.is_valid_number(number)

    for match in candidates:
        written = match[0].replace("(0)", "")
        if written.startswith(("+", "00")):
            if is_number("+" + written.lstrip("+0"), None):
                yield match.span()
        else:
            regions = _WITH_ZERO if written.lstrip("(").startswith("0") else _WITHOUT_ZERO
            if any(is_number(written, region) for region in regions):
                yield match.span()


# Code names

_JOINTS = " -_\u2010\u2011\u2012\u2013\t\n"


def _folded(text: str) -> tuple[str, list[int]]:
    """Return `text` without case, accents and joints, and for each character left where it stood."""
    letters: list[str] = []
    positions: list[int] = []
    for at, character in enumerate(text):
        for letter in unicodedata.normalize("NFKD", character.upper().casefold()):
            if letter not in _JOINTS and not unicodedata.combining(letter):
                letters.append(letter)
                positions.append(at)
    return "".join(letters), positions


def _code_names(seen: str, code_names: Collection[str]) -> Iterator[Span]:
    folded, positions = _folded(seen)
    for name in sorted({_folded(name)[0] for name in code_names}):
        if not any(letter.isalnum() for letter in name):
            continue
        at = folded.find(name)
        while at >= 0:
            start, end = positions[at], positions[at + len(name) - 1] + 1
            while unicodedata.combining(seen[end : end + 1] or " "):
                end += 1
            if not seen[start - 1 : start].isalnum() and not seen[end : end + 1].isalnum():
                yield start, end
            at = folded.find(name, at + 1)


# Exact numbers

_COUNT = (
    r"(?<![\w.,/$€£-])(?:(?!(?:19|20)\d\d\b)(?:\d{1,3}(?:[., ]\d{3}){0,2}|\d{4,6})"
    rf"|{FEW})\b(?![.,/]\d|\s?%|-?\d)"
)
_PEOPLE = (
    r"(?:people|persons|employees|workers|engineers|developers|devs|coders|testers|translators|writers|designers|analysts"
    r"|colleagues|co-?workers|team-?mates|members|contractors|freelancers|annotators|moderators|reviewers|managers|women|men"
    r"|interns|juniors|seniors|jobs|positions|of us|of them|personas|emplead[oa]s|trabajador[ae]s|compañer[oa]s"
    r"|ingenier[oa]s|traductor[ae]s|programador[ae]s|desarrollador[ae]s|revisor[ae]s|mujeres|hombres|becari[oa]s|puestos)\b"
)
_ROUGHLY = (
    r"(?P<roughly>(?:about|around|roughly|some|over|under|nearly|almost|than|least|most|up to|unos|unas|casi|cerca de"
    r"|m[aá]s de|menos de|alrededor de)\s)?"
)
_UNITS = r"(?:hours?|days?|weeks?|months?|years?|times|percent|horas|d[ií]as|semanas|meses|años|veces)\b"
_HEADS = re.compile(
    rf"\b{_ROUGHLY}(?P<n>{_COUNT})(?:-person\b|(?:\s(?!{_UNITS})[^\W\d_]{{2,15}})?\s{_PEOPLE})"
    r"|\b(?:team|group|crew|squad|department|office|staff|unit|startup|company|equipo|grupo|departamento|plantilla|empresa)"
    rf"\s(?:of|de)\s(?:only\s|just\s|s[oó]lo\s)?(?P<of>{_COUNT})(?!\s{_UNITS})"
    r"|\b(?:we are|we['’]re|there are|there were|[eé]ramos|somos|quedamos)\s(?:only\s|just\s|s[oó]lo\s)?"
    rf"(?P<we>{_COUNT})(?:{STOP}|(?=\s(?:left|now|here|aqu[ií])\b))",
    re.IGNORECASE | re.MULTILINE,
)
# Long service and age: few people share them.
_YEARS = re.compile(
    r"\b(?:for|after|since|with|have|i['’]ve|llevo|tras|durante|tengo)\s(?:[5-9]|[1-6]\d)\s(?:years|años)\b"
    r"|\bi(?:['’]?m| am) (?:[2-7]\d)(?=\s?(?:[,;!?)]|\.(?!\d)|$|years old|and\b))",
    re.IGNORECASE | re.MULTILINE,
)
_HEADCOUNT = re.compile(
    r"\b(?:headcount|team|department|plantilla|equipo|departamento)\b[^.\n]{0,30}?"
    r"\s(?:from|de)\s\d{1,5}\s(?:people\s)?(?:to|a)\s\d{1,5}\b",
    re.IGNORECASE | re.MULTILINE,
)
_AMOUNT = r"\d[\d.,]{0,14}"
_SUMS = re.compile(
    rf"(?:[$€£¥]|\b(?:USD|EUR|GBP))\s?(?P<after>{_AMOUNT})"
    rf"|(?<![\w.,]){_ROUGHLY}(?P<before>{_AMOUNT})\s?(?:[€£]|(?:USD|EUR|GBP|euros?|dollars|d[oó]lares|pounds|pesos)\b)",
    re.IGNORECASE | re.MULTILINE,
)


def _numbers(seen: str) -> Iterator[Span]:
    for pattern in (_YEARS, _HEADCOUNT):
        yield from (match.span() for match in pattern.finditer(seen))
    for match in _HEADS.finditer(seen):
        digits = _digits(match["n"] or match["of"] or match["we"])
        if not match["roughly"] and not (digits and int(digits) % 50 == 0):
            yield match.span()
    for match in _SUMS.finditer(seen):
        digits = _digits(match["after"] or match["before"])
        if not match["roughly"] and len(digits.strip("0")) > 2:  # noqa: PLR2004 - two figures that count are a round sum
            yield match.span()


def _digits(written: str) -> str:
    return "".join(character for character in written if character.isdecimal())
