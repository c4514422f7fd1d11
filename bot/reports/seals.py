"""What is sealed in a case, for whom, and how it is read back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.guilds.service import Guild, ReadingMode
from bot.reports.records import SealedCase, SealedMessage, SealedNote, SealedQuote
from bot.reports.rules import Case, CaseFile, Facets, Message, NobodyCouldRead, Report, SealedTo
from bot.reports.taxonomy import Dimension, unanswered
from bot.vault.keys import Keys
from bot.vault.sealing import Identity, Unreadable, open_sealed, recipient, seal


@dataclass(frozen=True, slots=True)
class Slip:
    """What a release and the tallies need of a report: nothing of its text."""

    facets: Facets = field(repr=False)
    reporter_key: str = field(repr=False)
    sealed_to: SealedTo


@dataclass(frozen=True, slots=True)
class Resealed:
    """A case sealed anew, with its messages, notes and quotes in the order they were given."""

    case: bytes = field(repr=False)
    slip: bytes = field(repr=False)
    messages: tuple[bytes, ...] = field(repr=False)
    notes: tuple[bytes, ...] = field(repr=False)
    quotes: tuple[bytes, ...] = field(repr=False)


def readers(guild: Guild) -> SealedTo:
    """Return who is to read what is sealed in a guild from now on."""
    return SealedTo.SERVER if guild.reading_mode is ReadingMode.READABLE else SealedTo.ORGANIZERS


def report_contents(report: Report) -> dict[str, Any]:
    """Return a report as it is sealed."""
    return {"facets": dict(report.facets), "text": report.text}


def opened_report(sealed: bytes, identity: Identity) -> Report:
    """Open a report; raises `Unreadable` without the right key."""
    contents = open_sealed(sealed, identity)
    return Report(_facets(contents["facets"]), contents["text"])


class Seals:
    """Seal for whoever may read in a guild, and open what the server itself may open."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    def seal(self, guild: Guild, contents: Mapping[str, Any], *others: str) -> bytes:
        """Seal for the guild's readers and `others`, such as the reporter: then they read their own words again."""
        return self.seal_for(readers(guild), guild, contents, *others)

    def seal_for(self, to: SealedTo, guild: Guild, contents: Mapping[str, Any], *others: str) -> bytes:
        """Seal for the server, or for the guild's organizers; raises `NobodyCouldRead` if none of them has a key."""
        mine = [recipient(self._keys.desk)] if to is SealedTo.SERVER else guild.recipients
        if not mine:
            raise NobodyCouldRead
        return seal(contents, [*mine, *others])

    def seal_slip(self, slip: Slip) -> bytes:
        """Seal a slip to the server, whatever the reading mode."""
        contents = {"facets": dict(slip.facets), "reporter": slip.reporter_key, "to": slip.sealed_to}
        return seal(contents, [recipient(self._keys.slips)])

    def open_slip(self, sealed: bytes) -> Slip:
        """Open a slip; one of an older Steward says nothing of who reads, because only the server could."""
        contents = open_sealed(sealed, self._keys.slips)
        return Slip(_facets(contents["facets"]), contents["reporter"], SealedTo(contents.get("to", SealedTo.SERVER)))

    def facets(self, case: SealedCase) -> Facets:
        """Return what a case counts as, in either reading mode."""
        if case.slip is not None:
            return self.open_slip(case.slip).facets
        return opened_report(case.sealed, self._keys.desk).facets

    def reseal(self, guild: Guild, sealed: bytes, *others: str) -> bytes:
        """Seal anew, for the guild's readers and `others`, what the server can open; raises `Unreadable` otherwise."""
        return self.seal(guild, open_sealed(sealed, self._keys.desk), *others)

    def closed(self, guild: Guild, sealed: bytes, *others: str) -> bytes:
        """Return what belongs to a case that only organizers open, sealed anew if the server can still open it."""
        try:
            contents = open_sealed(sealed, self._keys.desk)
        except Unreadable:
            return sealed
        return self.seal_for(SealedTo.ORGANIZERS, guild, contents, *others)

    def resealed(
        self,
        guild: Guild,
        case: SealedCase,
        messages: Iterable[SealedMessage],
        notes: Iterable[SealedNote],
        quotes: Iterable[SealedQuote],
    ) -> "Resealed":
        """Seal a case anew with all that belongs to it; raises `Unreadable` unless the server can open every part.

        A case of an older Steward gets the slip it lacks, so that it still counts when its text is closed.
        """
        key, slip = case.reporter_key, case.slip
        if slip is None:
            slip = self.seal_slip(Slip(self.facets(case), key, readers(guild)))
        return Resealed(
            self.reseal(guild, case.sealed, key),
            slip,
            tuple(self.reseal(guild, message.sealed, key) for message in messages),
            tuple(self.reseal(guild, note.sealed) for note in notes),
            tuple(self.reseal(guild, quote.sealed) for quote in quotes),
        )

    def words(self, sealed: bytes) -> str:
        """Open a text that organizers wrote or chose; raises `Unreadable` unless it was sealed to the server."""
        return str(open_sealed(sealed, self._keys.desk)["text"])

    def at_desk(
        self,
        case: SealedCase,
        messages: Iterable[SealedMessage] = (),
        notes: Iterable[SealedNote] = (),
        joined: Iterable[SealedCase] = (),
    ) -> Case:
        """Return a case as organizers see it: opened, or as files that only their own keys open."""
        facets, joined_ids = self.facets(case), tuple(each.id for each in joined)
        messages, notes = list(messages), list(notes)
        if case.sealed_to is SealedTo.ORGANIZERS:
            files = [
                CaseFile(f"case-{case.id}-1-report.age", case.sealed),
                *(
                    CaseFile(f"case-{case.id}-{number}-{each.author}.age", each.sealed)
                    for number, each in enumerate(messages, 2)
                ),
                *(CaseFile(f"case-{case.id}-note-{number}.age", each.sealed) for number, each in enumerate(notes, 1)),
            ]
            return _case(case, facets, files=tuple(files), joined=joined_ids)
        desk = self._keys.desk
        return _case(
            case,
            facets,
            report=opened_report(case.sealed, desk),
            messages=_opened(messages, desk),
            notes=tuple(open_sealed(note.sealed, desk)["text"] for note in notes),
            joined=joined_ids,
        )


def for_reporter(case: SealedCase, messages: Iterable[SealedMessage], identity: Identity) -> Case:
    """Return a case as its reporter sees it; what only organizers may know of it is left out."""
    report = opened_report(case.sealed, identity)
    return Case(
        id=case.id,
        guild_id=case.guild_id,
        status=case.status,
        released_week=case.released_week,
        facets=report.facets,
        is_muted=case.is_muted,
        merged_into=case.merged_into,
        report=report,
        messages=_opened(messages, identity),
    )


def _case(case: SealedCase, facets: Facets, **opened: Any) -> Case:  # noqa: ANN401 - the fields of `Case`
    return Case(
        id=case.id,
        guild_id=case.guild_id,
        status=case.status,
        released_week=case.released_week,
        facets=facets,
        has_news=case.has_news,
        is_confirmed=case.is_confirmed,
        is_muted=case.is_muted,
        working_group=case.working_group,
        merged_into=case.merged_into,
        commitment_id=case.commitment_id,
        **opened,
    )


def _opened(messages: Iterable[SealedMessage], identity: Identity) -> tuple[Message, ...]:
    return tuple(Message(message.author, open_sealed(message.sealed, identity)["text"]) for message in messages)


def _facets(contents: Mapping[str, str]) -> Facets:
    given = {Dimension(name): value for name, value in contents.items()}
    return {dimension: given.get(dimension, unanswered(dimension)) for dimension in Dimension}
