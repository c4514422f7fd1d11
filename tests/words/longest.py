"""Every card and form, built with the longest values it can be given."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

from discord import ui

from bot.approvals.rules import Proposal, State
from bot.database.audit import Entry
from bot.digests.rules import CellName, Tally
from bot.digests.service import Impact
from bot.guilds.rules import LONGEST_HELP, MOST_ORGANIZERS, Guild, ReadingMode, Use
from bot.ids import CaseCode, CaseId, ChannelId, GuildId, PetitionId, RoleId, UserId
from bot.petitions.drafts import MOST_DRAFTED, MOST_UNITS, Draft
from bot.petitions.records import Progress
from bot.petitions.rules import LONGEST_NAME, REJECTIONS, Gates, Petition, Terms, Visibility
from bot.petitions.rules import State as PetitionState
from bot.petitions.service import RATINGS, Signature, Standing
from bot.petitions.structure import LONGEST_UNIT_NAME
from bot.petitions.taxonomy import DEMANDS, Group
from bot.petitions.wording import LONGEST_DEMAND, LONGEST_TITLE, LONGEST_WHOM, LONGEST_WHY, MOST_DEMANDS, Wording
from bot.refusals import Refusal
from bot.reports.desk import Desk, DeskPage
from bot.reports.details import Detail, Kind
from bot.reports.rules import LONGEST_TEXT, Answering, Case, Message, Report, Status, Waiting, pack
from bot.reports.service import Inbox, OwnCase, Receipt
from bot.reports.taxonomy import CATEGORIES, EFFECTS, ROLES, VALUES, Dimension
from bot.texts import Translate, translate
from bot.trust.service import About, Head, Line
from cogs.approvals import cards as approvals
from cogs.approvals.cards import WHAT
from cogs.digests import cards as digests
from cogs.guilds import cards as guilds
from cogs.guilds import forms as guild_forms
from cogs.petitions import cards as petitions
from cogs.petitions import composer_cards as composer
from cogs.petitions import forms as petition_forms
from cogs.petitions import member_cards as members
from cogs.reports import cards as reports
from cogs.reports import desk_cards
from cogs.reports import forms as report_forms
from cogs.trust import cards as trust
from cogs.trust.cards import ACTIONS, KINDS, ROWS

Shown = ui.LayoutView | ui.Modal
ID = 2**63 - 1
NOW = datetime(2026, 11, 20, 18, tzinfo=UTC)
TODAY = date(2026, 11, 20)
REFERENCE = "a" * 12
TOKEN = "t" * 22
HASH = "f" * 64
HEAD = Head(1_000_000, HASH)
NOTHING_YET = Progress((), None, None, None, None, None, {}, {}, None, is_anonymized=False)
ORGANIZERS = frozenset(UserId(ID - number) for number in range(MOST_ORGANIZERS))


def guild(mode: ReadingMode = ReadingMode.READABLE, *, frozen: bool = False) -> Guild:
    channel = ChannelId(ID)
    return Guild(
        GuildId(ID),
        RoleId(ID),
        ORGANIZERS,
        channel,
        channel,
        channel,
        zone="America/Argentina/ComodRivadavia",
        reading_mode=mode,
        digest_at=time(9),
        organizers_channel_id=channel,
        outside_help="*" * LONGEST_HELP,
        is_frozen=frozen,
    )


def longest(words: Mapping[str, str], t: Translate, many: int = 1) -> list[str]:
    return sorted(words, key=lambda word: -len(t(words[word])))[:many]


def facets(t: Translate) -> dict[Dimension, str]:
    return {each: longest(VALUES[each], t)[0] if each in VALUES else "2026-09" for each in Dimension}


def case(
    t: Translate, status: Status, *, text: str = "x" * LONGEST_TEXT, messages: int = 3, name: str = "abcdef"
) -> Case:
    told = tuple(Message("organizer" if number % 2 else "reporter", "y" * LONGEST_TEXT) for number in range(messages))
    report = Report(facets(t), text)
    return Case(CaseId(name), GuildId(ID), status, "2026-W47", facets(t), has_news=True, report=report, messages=told)


def proposals(kinds: list[str], states: list[State]) -> list[Proposal]:
    contents = {"organizers": sorted(ORGANIZERS), "role": ID, "case": "abcdef"}
    runs = {State.OPEN: None}
    return [
        Proposal("a" * 12, GuildId(ID), kind, contents, f"{number}", NOW, state, runs_at=runs.get(state, NOW))
        for number, (kind, state) in enumerate((kind, state) for kind in kinds for state in states)
    ]


def about(mode: ReadingMode) -> About:
    return About("1.0.0+" + "c" * 12, "*" * 100, guild(mode), dict.fromkeys(ROWS, 99_999), HEAD, "2026-11-20")


def digest_contents(t: Translate) -> dict[str, Any]:
    pairs = [[role, category] for role in longest(ROLES, t, 24) for category in longest(CATEGORIES, t, 23)]
    names = [("category", [each]) for each in longest(CATEGORIES, t, 23)]
    names += [("role", [each]) for each in longest(ROLES, t, 24)]
    names += [("effect", [each]) for each in longest(EFFECTS, t, 5)]
    names += [
        ("role×category", pair)
        for pair in sorted(pairs, key=lambda pair: -len(t(ROLES[pair[0]]) + t(CATEGORIES[pair[1]])))
    ]
    tallies = [[dimension, options, 999_995] for dimension, options in names]
    changes = [
        [dimension, options, 5 * (number % 2), 999_995] for number, (dimension, options) in enumerate(names[::-1])
    ]
    return {"tallies": tallies, "changes": changes, "is_late": True, "total": 999_995, "k": 5}


def every_tally(t: Translate) -> tuple[Tally, ...]:
    told = [Tally(CellName(name, tuple(chosen)), at_least) for name, chosen, at_least in digest_contents(t)["tallies"]]
    others = [Dimension(name) for name in digests.DIMENSIONS if name not in {tally.name.dimension for tally in told}]
    values = {each: list(VALUES.get(each, {})) or ["unsaid", "earlier", "2026-09"] for each in others}
    return (*told, *(Tally(CellName(each, (value,)), 999_995) for each in others for value in values[each]))


def announced(kind: str) -> dict[str, Any]:
    (proposal,) = proposals([kind], [State.OPEN])
    return {"id": proposal.id, "seal": proposal.seal, "kind": kind, "contents": proposal.contents, "expires_at": 2**33}


def lines(count: int = 12) -> list[Line]:
    details = {"kind": max(KINDS, key=len), "organizers": MOST_ORGANIZERS, "case": "abcdef"}
    return [
        Line(Entry(999_999, "2026-11-20T18:00", actor, ACTIONS[number % len(ACTIONS)], details), None)
        for number, actor in enumerate((["administrator", "steward", "somebody"] * count)[:count])
    ]


def writing_cards(t: Translate) -> Iterator[tuple[Callable[..., Any], Shown]]:
    report = Report(facets(t), "x" * LONGEST_TEXT)
    server = "*" * 100
    for mode in ReadingMode:
        for answering in Answering:
            yield reports.honest_screen, reports.honest_screen(t, Inbox(guild(mode), 999, answering), server)
    for days_ago in (None, 0, 1):
        told = Inbox(Guild(GuildId(ID)), days_ago, Answering.UNKNOWN)
        yield reports.honest_screen, reports.honest_screen(t, told, server)
    yield reports.choose_server, reports.choose_server(t, [(GuildId(number), server) for number in range(25)])
    yield reports.answer_to_direct_message, reports.answer_to_direct_message(t)
    yield reports.preview, reports.preview(t, GuildId(ID), TOKEN, report)
    for text in ("x" * LONGEST_TEXT, "x " * (LONGEST_TEXT // 2)):
        place = f"{ID}:{TOKEN}:{pack(facets(t))}"
        found = [Detail(kind, "*" * 60, 0, 60) for kind in Kind for _ in range(3)]
        yield reports.warning, reports.warning(t, place, Report(facets(t), text), found)
    yield reports.withdrawn, reports.withdrawn(t, TODAY)
    for at_once in (True, False):
        receipt = Receipt(CaseCode(" ".join(["abandon8"] * 8)), guild(), NOW)
        yield reports.case_code, reports.case_code(t, receipt, at_once=at_once)


def report_cards(t: Translate) -> Iterator[tuple[Callable[..., Any], Shown]]:
    report = Report(facets(t), "x" * LONGEST_TEXT)
    yield reports.waiting_report, reports.waiting_report(t, Waiting(GuildId(ID), report))
    yield reports.answer_kept, reports.answer_kept(t)
    for text in ("x" * LONGEST_TEXT, "*" * LONGEST_TEXT, "x\n" * (LONGEST_TEXT // 2)):
        for status in Status:
            for messages in (0, 1, 3):
                shown = case(t, status, text=text, messages=messages)
                yield reports.own_case, reports.own_case(t, OwnCase(shown, guild(), "p" * 24, TODAY, TODAY))
                yield desk_cards.case_at_desk, desk_cards.case_at_desk(t, shown)
        yield reports.waiting_report, reports.waiting_report(t, Waiting(GuildId(ID), Report(facets(t), text)))
    full = DeskPage(tuple(case(t, Status.IN_PROGRESS, name=f"abcde{number}") for number in range(Desk.PAGE)), 98, 100)
    for page in (DeskPage((), 0, 1), full):
        yield desk_cards.desk, desk_cards.desk(t, page)
    yield report_forms.report_form, report_forms.report_form(t, f"reports:form:v1:{ID}:{TOKEN}", facets(t), "x" * 2800)
    place = f"reports:detailed:v1:{ID}:{TOKEN}:{pack(facets(t))}"
    yield report_forms.circumstances_form, report_forms.circumstances_form(t, place, facets(t), TODAY)
    for title in ("Return to your report", "Withdraw your report for good"):
        yield report_forms.code_form, report_forms.code_form(t, "reports:withdrawn:v1", title)
    for title, label in (
        ("Add to your report", "What organizers should know"),
        ("Reply to the reporter", "They read it when they return"),
    ):
        yield report_forms.text_form, report_forms.text_form(t, f"reports:replied:v1:{TOKEN}", title, label)


def guild_cards(t: Translate) -> Iterator[tuple[Callable[..., Any], Shown]]:
    lacking = {use: list(guilds.NEEDED) for use in Use}
    for settings in (Guild(GuildId(ID)), guild()):
        yield guilds.setup_card, guilds.setup_card(t, settings, lacking)
        yield guild_forms.times_form, guild_forms.times_form(t, "guilds:timed:v1", settings)
        yield guild_forms.help_form, guild_forms.help_form(t, "guilds:helped:v1", settings)


def approval_cards(t: Translate) -> Iterator[tuple[Callable[..., Any], Shown]]:
    every = proposals(list(WHAT), list(State))
    for proposal in every:
        yield approvals.proposed, approvals.proposed(t, proposal)
        yield approvals.decided, approvals.decided(t, proposal)
    for kind in WHAT:
        yield approvals.announcement, approvals.announcement(announced(kind), t, REFERENCE)
        several = [
            Proposal(f"{number:012}", GuildId(ID), kind, each.contents, "", NOW, each.state, runs_at=NOW)
            for number, each in enumerate(proposals([kind] * 4, [State.OPEN, State.APPROVED]))
        ]
        for waiting in ([], several[:1], several):
            yield approvals.decisions, approvals.decisions(t, waiting)
    yield approvals.organizer_list, approvals.organizer_list(t, guild())


def trust_cards(t: Translate) -> Iterator[tuple[Callable[..., Any], Shown]]:
    yield from ((trust.about, trust.about(t, about(mode))) for mode in ReadingMode)
    yield from ((trust.privacy, trust.privacy(t, settings)) for settings in (None, guild()))
    yield from ((trust.own_data, trust.own_data(t, {"organizer_list": listed})) for listed in (True, False))
    yield from ((trust.deleted, trust.deleted(t, anything=anything)) for anything in (True, False))
    for title, head in (("Audit chain", HEAD), ("What organizers did with cases", None)):
        yield from ((trust.audit, trust.audit(t, shown, head, title)) for shown in ([], lines()))
    yield trust.head, trust.head({"position": HEAD.position, "hash": HASH}, t, REFERENCE)
    yield from ((trust.panic, trust.panic(t, guild(frozen=frozen))) for frozen in (True, False))
    yield trust.burn, trust.burn(t)
    yield trust.help_card, trust.help_card(t, is_organizer=True, is_administrator=True)


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


def everything(language: str) -> Iterator[tuple[str, Shown]]:
    """Return every card and form in a language, named by the function that builds it."""
    t = translate(language)
    for build in (
        writing_cards,
        report_cards,
        guild_cards,
        approval_cards,
        trust_cards,
        petition_cards,
        signing_cards,
        composing_cards,
    ):
        yield from ((f"{function.__module__}.{function.__name__}", shown) for function, shown in build(t))
    yield "cogs.digests.cards.digest", digests.digest(digest_contents(t), t, REFERENCE)
    yield "cogs.digests.cards.impact", digests.impact(t, Impact((), None, 5))
    for only in (None, "role×category", "tool"):
        yield "cogs.digests.cards.impact", digests.impact(t, Impact(every_tally(t), TODAY, 5), only)
