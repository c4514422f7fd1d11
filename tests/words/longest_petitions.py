"""Every card and form of petitions for members with the longest values that can stand on it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from bot.ids import GuildId, PetitionId, RoleId
from bot.petitions.drafts import MOST_DRAFTED, MOST_UNITS, Draft
from bot.petitions.records import Progress
from bot.petitions.rules import LONGEST_NAME, REJECTIONS, Gates, Petition, Terms, Visibility
from bot.petitions.rules import State as PetitionState
from bot.petitions.service import RATINGS, Signature, Standing
from bot.petitions.structure import LONGEST_UNIT_NAME
from bot.petitions.taxonomy import DEMANDS, Group
from bot.petitions.wording import LONGEST_DEMAND, LONGEST_TITLE, LONGEST_WHOM, LONGEST_WHY, MOST_DEMANDS, Wording
from bot.refusals import Refusal
from bot.texts import Translate
from cogs.petitions import cards as petitions
from cogs.petitions import composer_cards as composer
from cogs.petitions import forms as petition_forms
from cogs.petitions import member_cards as members
from tests.words.longest import HASH, ID, NOW, REFERENCE, Shown, guild, longest

NOTHING_YET = Progress((), None, None, None, None, None, {}, {}, None, is_anonymized=False)


def petition(letter: str, state: PetitionState, level: Visibility, *, demands: int = MOST_DEMANDS) -> Petition:
    wording = Wording(
        letter * LONGEST_TITLE,
        letter * LONGEST_WHOM,
        tuple(f"{number}{letter * (LONGEST_DEMAND - 1)}" for number in range(demands)),
        letter * LONGEST_WHY,
    )
    terms = Terms(level, 100_000, 20, NOW, has_live_count=level is Visibility.PUBLIC)
    units = {f"{number}{letter * (LONGEST_UNIT_NAME - 1)}": 1_000_000 for number in range(MOST_UNITS)}
    gates = Gates(365, 365, RoleId(ID))
    return Petition(PetitionId("a" * 8), GuildId(ID), wording, terms, gates, state, NOW, 99_995, units)


def apart(petition: Petition, many: int) -> list[Petition]:
    return [replace(petition, id=PetitionId(f"{number:08}")) for number in range(many)]


def petition_contents(t: Translate, letter: str, state: PetitionState, level: Visibility) -> dict[str, Any]:
    shown = petition(letter, state, level)
    return {
        "id": shown.id,
        "state": state,
        "title": shown.wording.title,
        "whom": shown.wording.whom,
        "demands": list(shown.wording.demands),
        "why": shown.wording.why,
        "hash": HASH,
        "visibility": level,
        "live": level is Visibility.PUBLIC,
        "shown": 99_995,
        "threshold": 100_000,
        "deadline": 2**33,
        "gates": [365, 365, ID],
        "share": 95,
        "days": 9_999,
        "answer": letter * 4000 if state in {PetitionState.ANSWERED, PetitionState.CLOSED} else None,
        "rejection": longest(REJECTIONS, t)[0] if state is PetitionState.REJECTED else None,
        "ratings": dict.fromkeys(RATINGS, 99_995),
        "servers": 99,
        "supporters": 20,
    }


def petition_cards(t: Translate) -> Iterator[tuple[Callable[..., Any], Shown]]:
    for letter in ("x", "*"):
        for state in PetitionState:
            for level in Visibility:
                contents = petition_contents(t, letter, state, level)
                yield petitions.petition_card, petitions.petition_card(contents, t, REFERENCE)
                yield petitions.read, petitions.read(t, contents)
                several = apart(petition(letter, state, level), 2 * petitions.PAGE)
                yield petitions.listing, petitions.listing(t, several, 1)
        preview = petition_contents(t, letter, PetitionState.OPEN, Visibility.SEALED)
        yield petitions.petition_card, petitions.petition_card({**preview, "is_preview": True}, t, REFERENCE)
        for percent in (33, 100):
            told = {"id": "a" * 8, "title": letter * LONGEST_TITLE, "percent": percent}
            yield petitions.milestone, petitions.milestone(told, t, REFERENCE)
    yield petitions.listing, petitions.listing(t, [])


def signing_cards(t: Translate) -> Iterator[tuple[Callable[..., Any], Shown]]:
    for state, level in ((state, level) for state in PetitionState for level in Visibility):
        shown = petition("*", state, level)
        unit = next(iter(shown.units))
        kept = Signature(b"", GuildId(ID), HASH, 100_000, 100, unit, b"sealed")
        for signature in (None, kept):
            name = None if level is Visibility.SEALED else "*" * LONGEST_NAME
            own = Standing(shown, NOTHING_YET, signature, is_author=True, name=name)
            yield members.mine, members.mine(t, own)
    for level in Visibility:
        shown = petition("*", PetitionState.OPEN, level)
        for asked in (shown, replace(shown, units={})):
            yield members.before_signing, members.before_signing(t, asked)
            for conditional in (True, False):
                place = f"petitions:waited:v1:{'a' * 8}:{HASH}"
                form = petition_forms.signing_form(t, place, asked, is_conditional=conditional)
                if form.children:
                    yield petition_forms.signing_form, form
        yield members.signed, members.signed(t, shown)
        yield members.take_back, members.take_back(t, shown)
        yield members.withdraw, members.withdraw(t, shown)
    for function in (members.taken_back, members.rated, members.withdrawn):
        yield function, function(t)


def composing_cards(t: Translate) -> Iterator[tuple[Callable[..., Any], Shown]]:
    lacking = max(petition_refusals(), key=lambda kind: len(t(kind.sentence)))
    for letter, level in ((letter, level) for letter in ("x", "*") for level in Visibility):
        for demands, refusal in ((0, None), (MOST_DRAFTED, lacking(lowest=5, limit=100_000))):
            draft = Draft(
                petition(letter, PetitionState.DRAFT, level, demands=demands),
                guild(),
                is_organizer=True,
                lacking=refusal,
            )
            yield composer.composer, composer.composer(t, draft)
            yield from composing_steps(t, draft)
    yield composer.discarded, composer.discarded(t)


def composing_steps(t: Translate, draft: Draft) -> Iterator[tuple[Callable[..., Any], Shown]]:
    written, place = draft.petition, f"petitions:worded:v1:{draft.petition.id}"
    for can_seal in (True, False):
        level = written.terms.visibility
        form = petition_forms.words_form(t, place, can_seal=can_seal, wording=written.wording, level=level)
        yield petition_forms.words_form, form
    yield petition_forms.goal_form, petition_forms.goal_form(t, place, written.terms, NOW)
    yield petition_forms.units_form, petition_forms.units_form(t, place, written.units)
    yield composer.similar, composer.similar(t, draft, apart(written, 5))
    yield composer.sent_off, composer.sent_off(t, written)
    yield composer.discard, composer.discard(t, draft)
    for group in Group:
        offered = [each for each in DEMANDS.values() if each.group is group]
        for some in ([], offered):
            yield composer.library, composer.library(t, draft, group, some, [each.id for each in some])


def petition_refusals() -> list[type[Refusal]]:
    return [kind for kind in Refusal.__subclasses__() if kind.__module__.startswith("bot.petitions")]


PETITION_BUILDERS = (petition_cards, signing_cards, composing_cards)
