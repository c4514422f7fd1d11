"""Every card and form, built with the longest values it can be given."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

from discord import ui

from bot.approvals.rules import Proposal, State
from bot.database.audit import Entry
from bot.guilds.rules import (
    LONGEST_CODE_NAME,
    LONGEST_HELP,
    LONGEST_STATUS_WORDS,
    MOST_CODE_NAMES,
    MOST_ORGANIZERS,
    RANGES,
    Guild,
    ReadingMode,
    Use,
)
from bot.ids import CaseCode, CaseId, ChannelId, GuildId, PetitionId, RoleId, UserId
from bot.petitions.choices import LONGEST_ORIGIN, MOST_OF_OWN, Library, PetitionSettings
from bot.petitions.coalition import Invitation, Offer, Shared
from bot.petitions.conduct import LONGEST_ANSWER, Panel, UnitShare
from bot.petitions.export import Handover
from bot.petitions.handovers import NAMES_ON_PAGE, NamesPage
from bot.petitions.records import Progress
from bot.petitions.rules import (
    LONGEST_NAME,
    MOST_GATE_DAYS,
    MOST_SIGNATURES,
    MOST_SUPPORTERS,
    REJECTIONS,
    Gates,
    Petition,
    Terms,
    Visibility,
)
from bot.petitions.rules import State as Standing
from bot.petitions.showing import who_may_see
from bot.petitions.structure import LARGEST_UNIT, LONGEST_UNIT_NAME
from bot.petitions.taxonomy import DEMANDS, Demand, Group
from bot.petitions.taxonomy import LONGEST_TEXT as LONGEST_TEXT_OF_DEMAND
from bot.petitions.taxonomy import LONGEST_TITLE as LONGEST_DEMAND_TITLE
from bot.petitions.wording import LONGEST_DEMAND, LONGEST_TITLE, LONGEST_WHOM, LONGEST_WHY, MOST_DEMANDS, Wording
from bot.petitions.wording import LONGEST_TITLE as LONGEST_PETITION_TITLE
from bot.reports.attendance import Notice
from bot.reports.desk import Desk, DeskPage
from bot.reports.details import Detail, Kind
from bot.reports.letters import Cluster, Letter, file_name
from bot.reports.packing import EVERY, Filter, pack
from bot.reports.rotation import Keyring
from bot.reports.rules import (
    LONGEST_GROUP,
    LONGEST_TEXT,
    STATUS_LABELS,
    Answering,
    Case,
    CaseFile,
    Message,
    Report,
    Status,
    Waiting,
)
from bot.reports.service import Inbox, OwnCase, Receipt
from bot.reports.taxonomy import CATEGORIES, ROLES, VALUES, Dimension
from bot.rhythm import Every
from bot.texts import Translate, translate
from bot.trust.service import About, Head, Line
from cogs.approvals import cards as approvals
from cogs.approvals.cards import REASONS, WHAT
from cogs.guilds import cards as guilds
from cogs.guilds import forms as guild_forms
from cogs.layout import NEEDED
from cogs.petitions import coalition_cards as coalition
from cogs.petitions import library_cards as petition_library
from cogs.petitions import organizer_cards as petition_desk
from cogs.petitions import organizer_forms as petition_forms
from cogs.reports import cards as reports
from cogs.reports import desk_cards, desk_forms, keys_cards
from cogs.reports import forms as report_forms
from cogs.reports.desk_cards import Place
from cogs.trust import cards as trust
from cogs.trust import chain_cards as chain
from cogs.trust.cards import ROWS
from cogs.trust.chain_cards import ACTIONS, KINDS

Shown = ui.LayoutView | ui.Modal
ID = 2**63 - 1
NOW = datetime(2026, 11, 20, 18, tzinfo=UTC)
TODAY = date(2026, 11, 20)
REFERENCE = "a" * 12
TOKEN = "t" * 22
HASH = "f" * 64
NUMBERS = {name: each.limit for name, each in RANGES.items()}
CHANGES = {name: [each.limit, each.limit] for name, each in RANGES.items()}
HEAD = Head(1_000_000, HASH)
PUBLIC_KEY = "age1" + "m" * 58
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
        desk_opened_on=date(2026, 1, 1),
        code_names=("#" * LONGEST_CODE_NAME,) * MOST_CODE_NAMES,
        **NUMBERS,  # type: ignore[arg-type]  # all of them numbers
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
    contents = {"organizers": sorted(ORGANIZERS), "role": ID, "case": "abcdef", "changes": CHANGES}
    contents |= {
        "user": ID,
        "recipient": PUBLIC_KEY,
        "mode": "offline",
        "server": 99_999,
        "closed": 99_999,
        "keys": MOST_ORGANIZERS,
    }
    contents["title"] = "*" * LONGEST_TITLE
    contents["reason"] = max(REASONS, key=lambda code: len(REASONS[code]))
    contents |= {"poll": "a" * 8, "closes": 2**33, "period": "2026-11-20", "quotes": 99_999}
    runs = {State.OPEN: None}
    return [
        Proposal("a" * 12, GuildId(ID), kind, contents, f"{number}", NOW, state, runs_at=runs.get(state, NOW))
        for number, (kind, state) in enumerate((kind, state) for kind in kinds for state in states)
    ]


def about(mode: ReadingMode) -> About:
    return About("1.0.0+" + "c" * 12, "*" * 100, guild(mode), dict.fromkeys(ROWS, 99_999), HEAD, "2026-11-20", 3650)


def announced(kind: str) -> dict[str, Any]:
    (proposal,) = proposals([kind], [State.OPEN])
    return {"id": proposal.id, "seal": proposal.seal, "kind": kind, "contents": proposal.contents, "expires_at": 2**33}


def lines(count: int = 12) -> list[Line]:
    details: dict[str, Any] = {"kind": max(KINDS, key=len), "organizers": MOST_ORGANIZERS, "case": "abcdef"}
    details["numbers"] = NUMBERS
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
        yield reports.warning, reports.warning(t, text, found, f"reports:change:v1:{place}", f"reports:keep:v1:{place}")
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
        yield reports.waiting_report, reports.waiting_report(t, Waiting(GuildId(ID), Report(facets(t), text)))
    yield from cases_at_the_desk(t)
    yield from at_the_desk(t)
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


def busy_case(t: Translate, text: str, number: int = 0, *, is_joined: bool = False, is_sealed: bool = False) -> Case:
    """Return a case on which everything was done that can be, with texts that take the most room."""
    name = f"abcd{number:02}"
    parts = ("1-report", "2-reporter", "note-1")
    return Case(
        CaseId(name),
        GuildId(ID),
        max(Status, key=lambda status: len(t(STATUS_LABELS[status]))),
        "2026-W47",
        facets(t),
        has_news=True,
        is_confirmed=number % 2 == 1,
        is_muted=True,
        working_group="*" * LONGEST_GROUP,
        merged_into=CaseId("ghjkmn") if is_joined else None,
        report=None if is_sealed else Report(facets(t), text),
        messages=() if is_sealed else (Message("reporter", text), *[Message("organizer", "y")] * 12),
        notes=() if is_sealed else (text, "z" * 300, text),
        files=tuple(CaseFile(f"case-{name}-{part}.age", b"") for part in parts) if is_sealed else (),
        joined=() if is_joined else tuple(CaseId(f"joined{other:02}") for other in range(30)),
    )


def narrow(t: Translate) -> Filter:
    return Filter(Status.IN_PROGRESS, longest(CATEGORIES, t)[0], longest(ROLES, t)[0], "2026-W47")


STATUS_WORDS = {status.value: "*" * LONGEST_STATUS_WORDS for status in Status}


def cases_at_the_desk(t: Translate) -> Iterator[tuple[Callable[..., Any], Shown]]:
    for text in ("x" * LONGEST_TEXT, "*" * LONGEST_TEXT, "x\n" * (LONGEST_TEXT // 2)):
        for is_joined in (True, False):
            for is_sealed in (True, False):
                shown = busy_case(t, text, is_joined=is_joined, is_sealed=is_sealed)
                for part in (None, *range(2 + len(shown.notes) + len(shown.messages))):
                    seen = desk_cards.case_at_desk(t, shown, STATUS_WORDS, Place(99, narrow(t)), part)
                    yield desk_cards.case_at_desk, seen
        for status in Status:
            yield desk_cards.case_at_desk, desk_cards.case_at_desk(t, case(t, status, text=text, messages=0), {})


def at_the_desk(t: Translate) -> Iterator[tuple[Callable[..., Any], Shown]]:
    every = narrow(t)
    many = tuple(busy_case(t, "x", number) for number in range(Desk.PAGE))
    for page in (
        DeskPage((), 0, 1),
        DeskPage((), 0, 1, every),
        DeskPage(many, 98, 100),
        DeskPage(many, 98, 100, every, ("2026-W47",)),
    ):
        yield desk_cards.desk, desk_cards.desk(t, page)
    found = [Cluster(category, 999_995) for category in longest(CATEGORIES, t, len(CATEGORIES))]
    for clusters, number in (([], 0), (found[:1], 0), (found, 0), (found, 1), (found, 2)):
        yield desk_cards.clusters, desk_cards.clusters(t, clusters, 5, number)
    for kind in desk_cards.DOCUMENTS:
        yield desk_cards.document, desk_cards.document(t, kind, file_name(Letter.DATA_ACCESS, found[0]))
    place = Place(99, every).route("noted", "abcdef", TOKEN)
    weeks = [f"2026-W{week:02}" for week in range(1, 53)]
    for chosen in (EVERY, every):
        yield desk_forms.filter_form, desk_forms.filter_form(t, "reports:filtered:v1", chosen, weeks)
    yield desk_forms.note_form, desk_forms.note_form(t, place)
    for group in (None, "x" * LONGEST_GROUP):
        yield desk_forms.group_form, desk_forms.group_form(t, place, group)
    yield desk_forms.join_form, desk_forms.join_form(t, place)
    for set_already in ({}, STATUS_WORDS):
        yield desk_forms.words_form, desk_forms.words_form(t, "reports:worded:v1", set_already)


def key_cards(t: Translate) -> Iterator[tuple[Callable[..., Any], Shown]]:
    for mode in ReadingMode:
        for many in (0, 1, 2, MOST_ORGANIZERS):
            owners = dict.fromkeys(sorted(ORGANIZERS)[:many], PUBLIC_KEY)
            ring = Keyring(replace(guild(mode), keys=owners), 99_999, 99_999)
            yield keys_cards.keyring, keys_cards.keyring(t, ring)
        told = {"mode": mode, "resealed": 99_999, "closed": 99_999, "keys": MOST_ORGANIZERS}
        yield keys_cards.rotated, keys_cards.rotated(told, t, REFERENCE)
    alone = Keyring(replace(guild(), organizers=frozenset([UserId(ID)]), keys={UserId(ID): PUBLIC_KEY}), 99_999, 99_999)
    yield keys_cards.keyring, keys_cards.keyring(t, alone)
    yield keys_cards.rotated, keys_cards.rotated({"mode": "offline", "is_refused": True}, t, REFERENCE)
    yield keys_cards.key_form, keys_cards.key_form(t, "reports:keyed:v1")
    names = [f"case-abcdef-{number}-organizer.age" for number in range(990, 990 + keys_cards.MOST_FILES)]
    for earlier in (0, 999):
        yield keys_cards.case_files, keys_cards.case_files(t, "abcdef", names, earlier, 999)


def guild_cards(t: Translate) -> Iterator[tuple[Callable[..., Any], Shown]]:
    lacking = {use: list(NEEDED) for use in Use}
    paused = replace(guild(), digest_weekdays=tuple(range(6)), digest_every=Every.MONTH, digest_is_paused=True)
    for settings in (Guild(GuildId(ID)), guild(), paused):
        yield guilds.setup_card, guilds.setup_card(t, settings, lacking, TODAY)
        yield guild_forms.times_form, guild_forms.times_form(t, "guilds:timed:v1", settings)
        yield guild_forms.reporting_form, guild_forms.reporting_form(t, "guilds:reported:v1", settings)
        yield guild_forms.words_form, guild_forms.words_form(t, "guilds:worded:v1", settings)
        yield guild_forms.help_form, guild_forms.help_form(t, "guilds:helped:v1", settings)

    for notice in Notice:
        contents = {"notice": notice, "opened_on": "2026-11-20", "closes_on": "2026-12-04"}
        yield guilds.attendance, guilds.attendance(contents, t, REFERENCE)
    for code in (*guilds.CLOSED, 50013):
        for waits in (*guilds.WAITING, "approvals"):
            yield guilds.closed, guilds.closed({"channel": ID, "code": code, "waits": waits}, t, REFERENCE)


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
    with_keys = replace(guild(ReadingMode.OFFLINE), keys=dict.fromkeys(ORGANIZERS, PUBLIC_KEY))
    yield approvals.organizer_list, approvals.organizer_list(t, with_keys)


def petition(state: Standing = Standing.OPEN, visibility: Visibility = Visibility.SEALED, sign: str = "*") -> Petition:
    wording = Wording(
        sign * LONGEST_PETITION_TITLE, sign * LONGEST_WHOM, (sign * LONGEST_DEMAND,) * MOST_DEMANDS, sign * LONGEST_WHY
    )
    units = {sign * (LONGEST_UNIT_NAME - 2) + f"{number:02}": LARGEST_UNIT for number in range(30)}
    terms = Terms(visibility, MOST_SIGNATURES, MOST_SUPPORTERS, NOW)
    gates = Gates(MOST_GATE_DAYS, MOST_GATE_DAYS, RoleId(ID))
    return Petition(PetitionId("a" * 8), GuildId(ID), wording, terms, gates, state, NOW, MOST_SIGNATURES, units)


def petition_panels() -> Iterator[Panel]:
    told = dict.fromkeys(petition_desk.RATINGS, MOST_SIGNATURES)
    for state in Standing:
        for visibility in Visibility:
            reason = max(REJECTIONS, key=lambda code: len(REJECTIONS[code])) if state is Standing.REJECTED else None
            is_answered = state in {Standing.ANSWERED, Standing.CLOSED}
            for answer in ("x" * LONGEST_ANSWER, "*" * LONGEST_ANSWER, "x\n" * (LONGEST_ANSWER // 2)):
                shown = petition(state, visibility)
                progress = Progress(
                    (), NOW, NOW, NOW, answer if is_answered else None, reason, {}, {}, HASH, is_anonymized=False
                )
                units = [UnitShare(name, many, 100) for name, many in shown.units.items()]
                names = who_may_see(visibility, state, is_organizer=True)
                for ratings in (told, {}):
                    yield Panel(shown, progress, True, names, ratings, 100, (30, 50, 65), units)  # noqa: FBT003 - at home
                yield Panel(shown, progress, False, names, {}, None, (), units[:1])  # noqa: FBT003 - elsewhere


def petition_cards(t: Translate) -> Iterator[tuple[Callable[..., Any], Shown]]:
    desk, forms = petition_desk, petition_forms
    for many in (0, 1, desk.ON_PAGE, 100):
        for is_over in (False, True):
            found = [replace(petition(Standing.REACHED), id=PetitionId(f"{number:08}")) for number in range(many)]
            yield desk.desk, desk.desk(t, found, 99, is_over=is_over)
            yield desk.desk, desk.desk(t, found, 0, is_over=is_over)
    for panel in petition_panels():
        yield desk.panel, desk.panel(t, panel)
        yield desk.structure_test, desk.structure_test(t, panel)
    for names in ((), ("*" * LONGEST_NAME,) * NAMES_ON_PAGE):
        yield desk.names, desk.names(t, NamesPage(petition(), names, 4_999, 5_000))
        yield desk.names, desk.names(t, NamesPage(petition(), names, 4_998, 5_000))
    for part in (0, 98):
        yield desk.sealed_names, desk.sealed_names(t, petition(), f"petition-{'a' * 8}-sealed-99.json", part, 99)
    for visibility in Visibility:
        handover = Handover(petition(Standing.DELIVERED, visibility), NOW, MOST_SIGNATURES, HASH)
        endings = (".md", "-record.json", "-names.csv")
        yield desk.files, desk.files(t, handover, [f"petition-{'a' * 8}{ending}" for ending in endings])
    (proposal,) = proposals(["petitions:deliver"], [State.OPEN])
    yield desk.proposed, desk.proposed(t, proposal)
    yield desk.drafted, desk.drafted(t, petition())
    yield forms.answer_form, forms.answer_form(t, f"petitiondesk:answered:v1:{'a' * 8}")
    for members_may_start in (True, False):
        settings = PetitionSettings(members_may_start, MOST_SUPPORTERS, petition().gates, 730)
        for each in (PetitionSettings(), settings):
            yield desk.settings, desk.settings(t, each)
            yield forms.numbers_form, forms.numbers_form(t, "petitiondesk:numbered:v1", each)


def library_cards(t: Translate) -> Iterator[tuple[Callable[..., Any], Shown]]:
    cards, form = petition_library, petition_forms.demand_form
    for group in Group:
        words = ("*" * LONGEST_DEMAND_TITLE, "*" * LONGEST_TEXT_OF_DEMAND, "*" * LONGEST_ORIGIN)
        own = tuple(Demand(f"own-{number:08}", group, *words) for number in range(MOST_OF_OWN))
        for is_organizer in (True, False):
            every = (*DEMANDS.values(), *own)
            for number in range(8):
                shown = Library(every, tuple(DEMANDS.values()), is_organizer)
                yield cards.library, cards.library(t, shown, group, number)
        yield cards.library, cards.library(t, Library((), (), is_organizer=True), group, 0)
        for each in (*(demand for demand in DEMANDS.values() if demand.group is group), own[0]):
            yield cards.demand, cards.demand(t, each)
            yield form, form(t, f"demands:worded:v1:{each.id}:{each.group}", each)
    changed = Demand("no-layoffs", Group.JOBS, "*" * LONGEST_DEMAND_TITLE, "x", "y")
    yield cards.demand, cards.demand(t, changed)
    yield form, form(t, "demands:worded:v1:own-00000000:safety-net")


def trust_cards(t: Translate) -> Iterator[tuple[Callable[..., Any], Shown]]:
    yield from ((trust.about, trust.about(t, about(mode))) for mode in ReadingMode)
    yield from ((trust.privacy, trust.privacy(t, settings)) for settings in (None, guild()))
    yield from ((trust.own_data, trust.own_data(t, {"organizer_list": listed})) for listed in (True, False))
    yield from ((trust.deleted, trust.deleted(t, anything=anything)) for anything in (True, False))
    for title, head in (("Audit chain", HEAD), ("What organizers did with cases", None)):
        yield from ((chain.audit, chain.audit(t, shown, head, title)) for shown in ([], lines()))
    yield chain.head, chain.head({"position": HEAD.position, "hash": HASH}, t, REFERENCE)
    yield from ((trust.panic, trust.panic(t, guild(frozen=frozen))) for frozen in (True, False))
    yield trust.burn, trust.burn(t)
    yield trust.help_card, trust.help_card(t, is_organizer=True, is_administrator=True)


def longest_petition(letter: str, visibility: Visibility = Visibility.SEALED) -> Petition:
    words = Wording(
        letter * LONGEST_TITLE, letter * LONGEST_WHOM, (letter * LONGEST_DEMAND,) * MOST_DEMANDS, letter * LONGEST_WHY
    )
    return Petition(PetitionId("a" * 8), GuildId(ID), words, Terms(visibility, MOST_SIGNATURES, 20, NOW))


def coalition_cards(t: Translate) -> Iterator[tuple[Callable[..., Any], Shown]]:
    for letter in ("x", "*"):
        petition, code, server = longest_petition(letter), "c" * 40, "*" * 100
        for is_home in (True, False):
            listed = [
                Shared(replace(petition, id=PetitionId(f"{each:08}")), 999, 99_995, is_home) for each in range(12)
            ]
            for shared in ([], listed[:1], listed):
                yield coalition.coalition, coalition.coalition(t, shared, {GuildId(ID): server}, 1)
        yield coalition.invitation, coalition.invitation(t, Invitation(petition, code, NOW))
        yield coalition.code_form, coalition.code_form(t, "petitions:offer:v1")
        yield coalition.wording, coalition.wording(t, petition)
        for visibility in Visibility:
            made = Offer(longest_petition(letter, visibility), 999)
            yield coalition.offer, coalition.offer(t, made, server, code)
        yield coalition.accepted, coalition.accepted(t, petition)
        for title in (None, petition.wording.title):
            yield coalition.left, coalition.left({"title": title}, t, REFERENCE)


BUILDERS = (
    writing_cards,
    report_cards,
    key_cards,
    guild_cards,
    approval_cards,
    coalition_cards,
    petition_cards,
    library_cards,
    trust_cards,
)


def everything(language: str) -> Iterator[tuple[str, Shown]]:
    """Return every card and form in a language, named by the function that builds it."""
    t = translate(language)
    from tests.words.longest_ballots import BALLOT_BUILDERS  # noqa: PLC0415 - it takes its longest words from here
    from tests.words.longest_commitments import COMMITMENT_BUILDERS  # noqa: PLC0415 - likewise
    from tests.words.longest_digest_posts import DIGEST_POST_BUILDERS  # noqa: PLC0415 - likewise
    from tests.words.longest_digests import DIGEST_BUILDERS  # noqa: PLC0415 - likewise
    from tests.words.longest_halls_members import HALL_MEMBER_BUILDERS  # noqa: PLC0415 - likewise
    from tests.words.longest_halls_planning import HALL_PLANNING_BUILDERS  # noqa: PLC0415 - likewise
    from tests.words.longest_halls_room import HALL_ROOM_BUILDERS  # noqa: PLC0415 - likewise
    from tests.words.longest_impact import IMPACT_BUILDERS  # noqa: PLC0415 - likewise
    from tests.words.longest_petitions import PETITION_BUILDERS  # noqa: PLC0415 - likewise
    from tests.words.longest_poll_desk import POLL_DESK_BUILDERS  # noqa: PLC0415 - likewise
    from tests.words.longest_polls import POLL_BUILDERS  # noqa: PLC0415 - likewise
    from tests.words.longest_quotes import QUOTE_BUILDERS  # noqa: PLC0415 - likewise
    from tests.words.longest_resources import RESOURCE_BUILDERS  # noqa: PLC0415 - likewise
    from tests.words.longest_results import RESULT_BUILDERS  # noqa: PLC0415 - likewise

    polls = (*POLL_BUILDERS, *BALLOT_BUILDERS, *POLL_DESK_BUILDERS, *RESULT_BUILDERS)
    halls = (*HALL_MEMBER_BUILDERS, *HALL_PLANNING_BUILDERS, *HALL_ROOM_BUILDERS)
    others = (
        *QUOTE_BUILDERS,
        *IMPACT_BUILDERS,
        *RESOURCE_BUILDERS,
        *COMMITMENT_BUILDERS,
        *DIGEST_BUILDERS,
        *DIGEST_POST_BUILDERS,
    )
    for build in (*BUILDERS, *PETITION_BUILDERS, *polls, *halls, *others):
        yield from ((f"{function.__module__}.{function.__name__}", shown) for function, shown in build(t))
