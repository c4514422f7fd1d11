"""Who may do what: every command, button, menu and form, tried by every kind of person."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pytest
from discord import app_commands
from simcord import InteractionResult, MemberActor
from simcord.actors import _dispatch_actor_interaction
from simcord.backend import serializers
from simcord.enums import InteractionType

from bot import mishaps
from bot.approvals.rules import ProposalClosed
from bot.commitments.rules import CommitmentGone
from bot.demo.world import World, open_world
from bot.digests.plans import Audience, DigestGone, RegularStays
from bot.guilds.rules import Use
from bot.ids import Actor, ChannelId, GuildId, RoleId, UserId
from bot.petitions import records
from bot.petitions.coalition import InvitationGone, StartedHere, TakesPartAlready
from bot.petitions.conditions import Condition
from bot.petitions.drafts import drafted
from bot.petitions.handovers import NamesNotShown
from bot.petitions.rules import Event, Petition, PetitionGone, State, Terms, Visibility, set_terms
from bot.petitions.wording import compose
from bot.polls import ledger
from bot.polls import rules as poll_rules
from bot.polls.conduct import OutcomeMissing
from bot.polls.drafts import DraftChanged
from bot.polls.service import NoListHere
from bot.refusals import NotAMember, NotAnAdministrator, NotAnOrganizer, NotSetUp
from bot.reports.rules import CaseGone, NoSuchCase
from bot.resources.rules import ResourceGone
from bot.rhythm import Rhythm
from bot.townhalls import questions_rules
from bot.townhalls import rules as hall_rules
from bot.townhalls.afterwards import ActionGone, NoMinutesYet
from bot.townhalls.drafts import DraftChanged as HallDraftChanged
from bot.townhalls.room import NotLive
from bot.townhalls.stacks import NoHandsNow
from bot.townhalls.timefinding import SearchGone
from bot.vault.codes import Stretching
from cogs.digests.planning import NotAChannelHere
from cogs.interactions import OnlyInServers, routes
from cogs.petitions.organizers import NoCluster
from cogs.polls import NamesInTheChannel
from cogs.polls.composer import MayNotPost, NoChannelHere
from cogs.polls.results import NoResult
from cogs.townhalls import NoneGoesOn, NoneToAskIn
from cogs.townhalls.room import NotTheirTurn
from tests.journeys.people import Person, read
from tests.privacy.hall_scene import halls
from tests.privacy.poll_scene import polls

REFUSALS = (
    NotAnOrganizer,
    NotAnAdministrator,
    NotSetUp,
    NotAMember,
    OnlyInServers,
    CaseGone,
    NoSuchCase,
    ProposalClosed,
    PetitionGone,
    InvitationGone,
    StartedHere,
    TakesPartAlready,
    NamesNotShown,
    NoCluster,
    poll_rules.PollGone,
    poll_rules.NotOpenForVotes,
    poll_rules.MayNotVote,
    poll_rules.VotedAlready,
    poll_rules.NotInThisState,
    poll_rules.NotMoreTime,
    poll_rules.NoSuchReason,
    ledger.CodeNotOurs,
    ledger.OwnWordsMissing,
    ledger.TrackerUnknown,
    OutcomeMissing,
    DraftChanged,
    NoListHere,
    NamesInTheChannel,
    NoChannelHere,
    MayNotPost,
    NoResult,
    hall_rules.HallGone,
    hall_rules.NotInThisState,
    hall_rules.NotOpenForSignUps,
    hall_rules.NoTownHallsChannel,
    questions_rules.QuestionGone,
    questions_rules.NotOpenForQuestions,
    questions_rules.TooManyQuestions,
    questions_rules.TooFewToPublish,
    questions_rules.NoSuchReason,
    ActionGone,
    NoMinutesYet,
    HallDraftChanged,
    NotLive,
    NoHandsNow,
    SearchGone,
    CommitmentGone,
    DigestGone,
    RegularStays,
    NotAChannelHere,
    NoneGoesOn,
    NoneToAskIn,
    NotTheirTurn,
    ResourceGone,
)

ANYBODY = frozenset({"stranger", "member", "organizer", "former", "elsewhere", "administrator"})
MEMBERS = ANYBODY - {"stranger"}
ORGANIZERS = frozenset({"organizer"})
ADMINISTRATORS = frozenset({"administrator"})
NOBODY_ALONE: frozenset[str] = frozenset()
"""There are two organizers, so not even an administrator decides this alone."""

CHOICES = {"category": "PAY", "role": "qa", "effect": "pay", "employment": "employee"}
PREVIEW = "{guild}:{token}:000000000000"


@dataclass(frozen=True)
class Entry:
    """Who may use something, and what a use of it carries. `{…}` is filled in from the story."""

    who: frozenset[str]
    arguments: str = ""
    values: tuple[str, ...] = ()
    fields: dict[str, str] = field(default_factory=dict)
    options: dict[str, str] = field(default_factory=dict)


TIMES = {"zone": "UTC", "language": "en", "release_at": "18:00", "digest_weekday": "1", "digest_at": "09:00"}
NUMBERS = {
    "release_minimum": "3",
    "release_hold_days": "7",
    "k": "5",
    "retention_days": "90",
    "intake_closes_after_days": "14",
}
PROPOSAL = "{proposal}:{seal}"
SIGNING = "{sought}:{hash}"
WORDS = {"title": "Stop it", "whom": "The board", "why": "It harms us", "demands": "Stop it", "level": "count"}

POLL = {"title": "Where?", "text": "", "options": "In the hall\nOnline", "method": "single", "kind": "ballot"}
MEETING = {"starts": "5 days", "minutes": "60", "channel": ""}
SEARCH = {"title": "When?", "minutes": "60", "slots": "5 days\n6 days", "closes": "3 days"}
REPEAT = {"rhythm": "none", "number": "1", "weekdays": "", "ends": ""}
PEOPLE = {"agenda": "Welcome, 5", "services": "", "seats": "", "role": ""}
RESOURCE = {"kind": "course", "title": "Evening school", "text": "Courses after work.", "link": ""}
PROMISE = {"text": "No layoffs before summer", "source": "contract", "due": "", "link": ""}
RHYTHM = {"days": "4", "at": "08:00", "every": "week", "anchor": "", "zone": ""}
AGREED = {"text": "Write to the board", "responsible": "the delegates", "due": ""}

# A new command, button, menu or form fails the first test below until it is classified here.
CLASSIFIED = {
    "/report file": Entry(MEMBERS),
    "/report check": Entry(ANYBODY),
    "/trust": Entry(MEMBERS),
    "/privacy": Entry(ANYBODY),
    "/help": Entry(ANYBODY),
    "/audit": Entry(MEMBERS),
    "/mydata export": Entry(MEMBERS),
    "/mydata delete": Entry(MEMBERS),
    "/setup": Entry(ADMINISTRATORS),
    "/cases": Entry(ORGANIZERS),
    "/impact show": Entry(ORGANIZERS),
    "/impact export": Entry(ORGANIZERS),
    "digests:export:v1": Entry(ORGANIZERS),
    "digests:quotes:v1": Entry(ORGANIZERS, "0"),
    "digests:propose:v1": Entry(ORGANIZERS),
    "digests:impact:v1": Entry(ORGANIZERS, values=("category",)),
    "/digests": Entry(ORGANIZERS),
    "digestdesk:list:v1": Entry(ORGANIZERS),
    "digestdesk:open:v1": Entry(ORGANIZERS, "{digest}"),
    "digestdesk:new:v1": Entry(ORGANIZERS),
    "digestdesk:audience:v1": Entry(ORGANIZERS, "{token}", values=("members",)),
    "digestdesk:channel:v1": Entry(ORGANIZERS, "{token}:members", values=("{channel}",)),
    "digestdesk:added:v1": Entry(ORGANIZERS, "{token}:members:{channel}", fields=RHYTHM),
    "digestdesk:preview:v1": Entry(ORGANIZERS, "{digest}"),
    "digestdesk:send:v1": Entry(ORGANIZERS, "{digest}"),
    "digestdesk:sent:v1": Entry(ORGANIZERS, "{digest}:{token}"),
    "digestdesk:pause:v1": Entry(ORGANIZERS, "{digest}:pause"),
    "digestdesk:change:v1": Entry(ORGANIZERS, "{digest}"),
    "digestdesk:changed:v1": Entry(ORGANIZERS, "{digest}", fields=RHYTHM),
    "digestdesk:move:v1": Entry(ORGANIZERS, "{digest}", values=("{channel}",)),
    "digestdesk:delete:v1": Entry(ORGANIZERS, "{digest}"),
    "digestdesk:deleted:v1": Entry(ORGANIZERS, "{digest_to_delete}"),
    "/organizers": Entry(ORGANIZERS),
    "/decisions": Entry(ORGANIZERS),
    "/deskaudit": Entry(ORGANIZERS),
    "/panic": Entry(ORGANIZERS),
    "/burn": Entry(ORGANIZERS),
    # The form, from the first button to the last. A stranger may open it, and is refused when it would be kept.
    "reports:start:v1": Entry(MEMBERS),
    "reports:server:v1": Entry(MEMBERS, values=("{guild}",)),
    "reports:write:v1": Entry(ANYBODY, "{guild}"),
    "reports:form:v1": Entry(ANYBODY, "{guild}:{token}", fields={**CHOICES, "text": "Words"}),
    "reports:keep:v1": Entry(ANYBODY, PREVIEW),
    "reports:change:v1": Entry(ANYBODY, PREVIEW),
    "reports:details:v1": Entry(ANYBODY, PREVIEW),
    "reports:detailed:v1": Entry(ANYBODY, PREVIEW, fields={"stage": "pilot", "month": "2026-05"}),
    "reports:consent:v1": Entry(ANYBODY, PREVIEW, values=("quote",)),
    "reports:send:v1": Entry(MEMBERS, PREVIEW),
    "reports:sendnow:v1": Entry(MEMBERS, PREVIEW),
    # Coming back takes the case code and nothing else: whoever holds the words is the reporter.
    "reports:return:v1": Entry(ANYBODY),
    "reports:check:v1": Entry(ANYBODY, fields={"code": "{code}"}),
    "reports:withdraw:v1": Entry(ANYBODY),
    "reports:withdrawn:v1": Entry(ANYBODY, fields={"code": "{spare}"}),
    "reports:answer:v1": Entry(ANYBODY, "{case}:{pass}"),
    "reports:keepanswer:v1": Entry(ANYBODY, "{case}:{pass}:{token}"),
    "reports:answered:v1": Entry(ANYBODY, "{case}:{pass}:{token}", fields={"text": "More"}),
    "reports:desk:v1": Entry(ORGANIZERS, "0"),
    "reports:case:v1": Entry(ORGANIZERS, "{case}"),
    "reports:status:v1": Entry(ORGANIZERS, "{case}", values=("closed",)),
    "reports:reply:v1": Entry(ORGANIZERS, "{case}"),
    "reports:replied:v1": Entry(ORGANIZERS, "{case}:{token}", fields={"text": "Thank you"}),
    "reports:part:v1": Entry(ORGANIZERS, "{case}:0"),
    "reports:next:v1": Entry(ORGANIZERS),
    "reports:filter:v1": Entry(ORGANIZERS),
    "reports:filtered:v1": Entry(ORGANIZERS, fields={"status": "any", "category": "MON"}),
    "reports:words:v1": Entry(ORGANIZERS),
    "reports:worded:v1": Entry(ORGANIZERS, fields={"closed": "Done, with thanks"}),
    "reports:note:v1": Entry(ORGANIZERS, "{case}"),
    "reports:noted:v1": Entry(ORGANIZERS, "{case}:{token}", fields={"text": "Looks real"}),
    # The case is one that nobody may quote, which whoever may ask is told; who may, is told in a journey.
    "reports:quotes:v1": Entry(ORGANIZERS, "{case}"),
    "reports:quote:v1": Entry(ORGANIZERS, "{case}"),
    "reports:quoted:v1": Entry(ORGANIZERS, "{case}:{token}", fields={"text": "our keystrokes"}),
    "reports:requote:v1": Entry(ORGANIZERS, "{case}"),
    "reports:keepquote:v1": Entry(ORGANIZERS, "{case}:{token}"),
    "reports:unquote:v1": Entry(ORGANIZERS, "{case}:{token}"),
    "reports:confirm:v1": Entry(ORGANIZERS, "{case}"),
    "reports:unconfirm:v1": Entry(ORGANIZERS, "{case}"),
    "reports:group:v1": Entry(ORGANIZERS, "{case}"),
    "reports:grouped:v1": Entry(ORGANIZERS, "{case}", fields={"group": "Monitoring"}),
    "reports:join:v1": Entry(ORGANIZERS, "{case}"),
    "reports:joined:v1": Entry(ORGANIZERS, "{case}", fields={"into": "{case}"}),
    "reports:separate:v1": Entry(ORGANIZERS, "{case}"),
    "reports:mute:v1": Entry(ORGANIZERS, "{case}"),
    "reports:unmute:v1": Entry(ORGANIZERS, "{case}"),
    "reports:clusters:v1": Entry(ORGANIZERS, "0"),
    "reports:document:v1": Entry(ORGANIZERS, "MON", values=("petition",)),
    "reports:delete:v1": Entry(ORGANIZERS, "{case}"),
    "/keys": Entry(ORGANIZERS),
    "reports:key:v1": Entry(ORGANIZERS),
    "reports:keyed:v1": Entry(ORGANIZERS, fields={"key": "AGE-SECRET-KEY-1QQQ"}),
    "reports:offline:v1": Entry(ORGANIZERS),
    "reports:readable:v1": Entry(ORGANIZERS),
    "reports:files:v1": Entry(ORGANIZERS, "{case}"),
    "guilds:role:v1": Entry(NOBODY_ALONE, values=("{role}",)),
    "guilds:organizers:v1": Entry(NOBODY_ALONE, values=("{organizer}",)),
    "guilds:channel:v1": Entry(ADMINISTRATORS, "digests", values=("{channel}",)),
    "guilds:times:v1": Entry(ADMINISTRATORS),
    "guilds:timed:v1": Entry(ADMINISTRATORS, fields=TIMES),
    "guilds:reports:v1": Entry(ADMINISTRATORS),
    "guilds:reported:v1": Entry(NOBODY_ALONE, fields=NUMBERS),
    "guilds:words:v1": Entry(ADMINISTRATORS),
    "guilds:worded:v1": Entry(ADMINISTRATORS, fields={"words": "Project Lantern"}),
    "guilds:help:v1": Entry(ADMINISTRATORS),
    "guilds:helped:v1": Entry(ADMINISTRATORS, fields={"help": "signal.example"}),
    "approvals:list:v1": Entry(ORGANIZERS, values=("{organizer}",)),
    "approvals:agree:v1": Entry(ORGANIZERS, PROPOSAL),
    "approvals:veto:v1": Entry(ORGANIZERS, PROPOSAL),
    "/coalition": Entry(ORGANIZERS),
    "petitions:coalition:v1": Entry(ORGANIZERS, "0"),
    "petitions:invite:v1": Entry(ORGANIZERS, "{petition}"),
    # Whoever holds a code may look at the form; what it opens is for organizers, and theirs is their own petition here.
    "petitions:code:v1": Entry(ANYBODY),
    "petitions:offer:v1": Entry(ORGANIZERS, fields={"code": "{invitation}"}),
    "petitions:accept:v1": Entry(ORGANIZERS, "{invitation}"),
    "petitions:leave:v1": Entry(ORGANIZERS, "{joined}"),
    "/petitions": Entry(ORGANIZERS),
    "petitiondesk:list:v1": Entry(ORGANIZERS, "0:0"),
    "petitiondesk:open:v1": Entry(ORGANIZERS, "{petition}"),
    "petitiondesk:structure:v1": Entry(ORGANIZERS, "{petition}"),
    # These change where a petition stands, so each has one of its own.
    "petitiondesk:publish:v1": Entry(ORGANIZERS, "{to_publish}"),
    "petitiondesk:reject:v1": Entry(ORGANIZERS, "{to_reject}", values=("personal",)),
    "petitiondesk:takedown:v1": Entry(ORGANIZERS, "{petition}", values=("personal",)),
    "petitiondesk:deliver:v1": Entry(ORGANIZERS, "{at_goal}"),
    "petitiondesk:answer:v1": Entry(ORGANIZERS, "{handed_over}"),
    "petitiondesk:answered:v1": Entry(ORGANIZERS, "{handed_over}", fields={"answer": "We will see."}),
    "petitiondesk:close:v1": Entry(ORGANIZERS, "{to_close}"),
    # Everybody may read names where the petition says so; which, is held in `tests/rules/test_export.py`.
    "petitiondesk:names:v1": Entry(MEMBERS, "{public}"),
    "petitiondesk:sealed:v1": Entry(ORGANIZERS, "{sealed}"),
    "petitiondesk:files:v1": Entry(ORGANIZERS, "{handed_over}"),
    "petitiondesk:settings:v1": Entry(ORGANIZERS),
    "petitiondesk:members:v1": Entry(ORGANIZERS, "0"),
    "petitiondesk:role:v1": Entry(ORGANIZERS, values=("{role}",)),
    "petitiondesk:numbers:v1": Entry(ORGANIZERS),
    "petitiondesk:numbered:v1": Entry(
        ORGANIZERS, fields={"supporters": "3", "account_age": "0", "days_in_server": "0", "kept_days": "183"}
    ),
    "petitions:fromcluster:v1": Entry(ORGANIZERS, "MON"),
    "/demands": Entry(MEMBERS),
    "demands:group:v1": Entry(MEMBERS, values=("pay",)),
    "demands:page:v1": Entry(MEMBERS, "pay:0"),
    "demands:open:v1": Entry(ORGANIZERS, values=("no-layoffs",)),
    "demands:word:v1": Entry(ORGANIZERS, "no-layoffs"),
    "demands:new:v1": Entry(ORGANIZERS, "pay"),
    "demands:worded:v1": Entry(ORGANIZERS, "no-layoffs:jobs", fields={"title": "Title", "text": "Text"}),
    "demands:takeout:v1": Entry(ORGANIZERS, "no-layoffs"),
    "demands:putback:v1": Entry(ORGANIZERS, values=("no-layoffs",)),
    "demands:first:v1": Entry(ORGANIZERS, "no-layoffs"),
    "/resources": Entry(MEMBERS),
    "resources:kind:v1": Entry(MEMBERS, "any:any", values=("legal",)),
    "resources:region:v1": Entry(MEMBERS, "any:any", values=("any",)),
    "resources:language:v1": Entry(MEMBERS, "any:any", values=("any",)),
    "resources:page:v1": Entry(MEMBERS, "any:any:any:0"),
    "resources:open:v1": Entry(ORGANIZERS, values=("befrienders",)),
    "resources:new:v1": Entry(ORGANIZERS),
    "resources:added:v1": Entry(ORGANIZERS, "own-00000000", fields=RESOURCE),
    "resources:change:v1": Entry(ORGANIZERS, "befrienders"),
    "resources:changed:v1": Entry(ORGANIZERS, "befrienders", fields=RESOURCE),
    "resources:terms:v1": Entry(ORGANIZERS, "befrienders"),
    "resources:termed:v1": Entry(ORGANIZERS, "befrienders", fields={"region": "EU", "language": ""}),
    "resources:confirm:v1": Entry(ORGANIZERS, "befrienders"),
    "resources:takeout:v1": Entry(ORGANIZERS, "hardship-fund"),
    "resources:putback:v1": Entry(ORGANIZERS, values=("hardship-fund",)),
    "resources:first:v1": Entry(ORGANIZERS, "befrienders"),
    # Members may not start petitions in this server, so the author of each draft is the organizer.
    "/petition start": Entry(ORGANIZERS),
    "/petition list": Entry(MEMBERS),
    "/petition show": Entry(MEMBERS, options={"petition": "{sought}"}),
    "petitions:begun:v1": Entry(ORGANIZERS, "{token}", fields=WORDS),
    "petitions:draft:v1": Entry(ORGANIZERS, "{draft}"),
    "petitions:words:v1": Entry(ORGANIZERS, "{draft}"),
    "petitions:worded:v1": Entry(ORGANIZERS, "{draft}", fields=WORDS),
    "petitions:group:v1": Entry(ORGANIZERS, "{draft}", values=("jobs",)),
    "petitions:pick:v1": Entry(ORGANIZERS, "{draft}:jobs", values=("notice",)),
    "petitions:goal:v1": Entry(ORGANIZERS, "{draft}"),
    "petitions:aimed:v1": Entry(ORGANIZERS, "{draft}", fields={"goal": "10", "days": "30"}),
    "petitions:units:v1": Entry(ORGANIZERS, "{draft}"),
    "petitions:divided:v1": Entry(ORGANIZERS, "{draft}", fields={"units": "QA = 10"}),
    "petitions:preview:v1": Entry(ORGANIZERS, "{draft}"),
    "petitions:send:v1": Entry(ORGANIZERS, "{draft}"),
    "petitions:discard:v1": Entry(ORGANIZERS, "{discarded}"),
    "petitions:discarded:v1": Entry(ORGANIZERS, "{discarded}"),
    "petitions:list:v1": Entry(MEMBERS, "0"),
    "petitions:read:v1": Entry(MEMBERS, "{sought}"),
    "petitions:sign:v1": Entry(MEMBERS, SIGNING),
    "petitions:named:v1": Entry(MEMBERS, SIGNING),
    "petitions:signed:v1": Entry(MEMBERS, SIGNING, fields={"name": "A name"}),
    "petitions:waiting:v1": Entry(MEMBERS, SIGNING),
    "petitions:waited:v1": Entry(MEMBERS, SIGNING, fields={"name": "A name", "at_least": "7"}),
    "petitions:look:v1": Entry(MEMBERS, "{sought}"),
    "petitions:takeback:v1": Entry(MEMBERS, "{sought}"),
    "petitions:takenback:v1": Entry(MEMBERS, "{sought}"),
    # A rating is thanked for alike, whoever gives it; those of members who have not signed are not counted.
    "petitions:rate:v1": Entry(MEMBERS, "{answered}:partly"),
    "petitions:withdraw:v1": Entry(ORGANIZERS, "{sought}"),
    "petitions:withdrawn:v1": Entry(ORGANIZERS, "{sought}"),
    "/polls": Entry(MEMBERS),
    "/poll start": Entry(ORGANIZERS),
    "/poll manage": Entry(ORGANIZERS),
    "/poll check": Entry(MEMBERS, options={"poll": "{listed}", "words": "{tracker}"}),
    "polls:list:v1": Entry(MEMBERS, "0"),
    "polls:read:v1": Entry(MEMBERS, "{ranked}"),
    "polls:vote:v1": Entry(MEMBERS, "{ranked}"),
    "polls:ballot:v1": Entry(MEMBERS, "{ranked}"),
    "polls:mark:v1": Entry(MEMBERS, "{ranked}:a", values=("b",)),
    "polls:undo:v1": Entry(MEMBERS, "{ranked}:ab"),
    "polls:score:v1": Entry(MEMBERS, "{scored}:50"),
    "polls:review:v1": Entry(MEMBERS, "{ranked}:ab"),
    "polls:change:v1": Entry(MEMBERS, "{ranked}:ab"),
    # An account has one ballot, so each of these has a poll of its own.
    "polls:cast:v1": Entry(MEMBERS, "{to_cast}:a"),
    "polls:sealed:v1": Entry(MEMBERS, "{to_seal}:a", fields={"reason": "So that it is done."}),
    "polls:hands:v1": Entry(MEMBERS, "{hands}:0"),
    "polls:lower:v1": Entry(MEMBERS, "{hands}"),
    "polls:line:v1": Entry(MEMBERS, "{listed}:{tracker}"),
    "pollresult:show:v1": Entry(MEMBERS, "{listed}"),
    "pollresult:rounds:v1": Entry(MEMBERS, "{listed}:0"),
    "pollresult:reasons:v1": Entry(MEMBERS, "{listed}:0"),
    "pollresult:files:v1": Entry(MEMBERS, "{listed}"),
    "polldraft:start:v1": Entry(ORGANIZERS),
    "polldraft:begun:v1": Entry(ORGANIZERS, "{token}:{general}:", fields=POLL),
    "polldraft:copy:v1": Entry(ORGANIZERS, "{listed}"),
    "polldraft:open:v1": Entry(ORGANIZERS, "{poll_draft}"),
    "polldraft:words:v1": Entry(ORGANIZERS, "{poll_draft}"),
    "polldraft:worded:v1": Entry(ORGANIZERS, "{poll_draft}", fields=POLL),
    "polldraft:times:v1": Entry(ORGANIZERS, "{poll_draft}"),
    "polldraft:timed:v1": Entry(ORGANIZERS, "{poll_draft}", fields={"opens": "", "closes": "3 days"}),
    "polldraft:voters:v1": Entry(ORGANIZERS, "{poll_draft}"),
    "polldraft:gated:v1": Entry(ORGANIZERS, "{poll_draft}", fields={"role": "", "age": "0", "electorate": "40"}),
    "polldraft:counting:v1": Entry(ORGANIZERS, "{poll_draft}"),
    "polldraft:counted:v1": Entry(ORGANIZERS, "{poll_draft}", fields={"quorum": "5"}),
    "polldraft:promises:v1": Entry(ORGANIZERS, "{poll_draft}"),
    "polldraft:promised:v1": Entry(ORGANIZERS, "{poll_draft}", fields={"change": "no", "ledger": "no"}),
    "polldraft:channel:v1": Entry(ORGANIZERS, "{poll_draft}", values=("{general}",)),
    "polldraft:preview:v1": Entry(ORGANIZERS, "{poll_draft}"),
    "polldraft:publish:v1": Entry(ORGANIZERS, "{poll_draft}"),
    "polldraft:published:v1": Entry(ORGANIZERS, "{to_be_published}:{fingerprint}"),
    "polldraft:discard:v1": Entry(ORGANIZERS, "{to_be_discarded}"),
    "polldraft:discarded:v1": Entry(ORGANIZERS, "{to_be_discarded}"),
    "polldesk:list:v1": Entry(ORGANIZERS, "0:0"),
    "polldesk:open:v1": Entry(ORGANIZERS, "{ranked}"),
    "polldesk:cancel:v1": Entry(ORGANIZERS, "{scheduled}"),
    "polldesk:cancelled:v1": Entry(ORGANIZERS, "{to_cancel}"),
    "polldesk:ending:v1": Entry(ORGANIZERS, "{ranked}"),
    # These begin what takes two; that one alone carries nothing out is held in `tests/services/test_poll_conduct.py`.
    "polldesk:end:v1": Entry(ORGANIZERS, "{ranked}"),
    "polldesk:moretime:v1": Entry(ORGANIZERS, "{ranked}"),
    "polldesk:extend:v1": Entry(ORGANIZERS, "{ranked}", fields={"closes": "3 days"}),
    "polldesk:void:v1": Entry(ORGANIZERS, "{ranked}", values=("wording",)),
    "polldesk:outcome:v1": Entry(ORGANIZERS, "{listed}"),
    "polldesk:noted:v1": Entry(ORGANIZERS, "{listed}", fields={"outcome": "We wrote to the board.", "review": ""}),
    "/townhall list": Entry(MEMBERS),
    "/townhall propose": Entry(ORGANIZERS),
    "/townhall schedule": Entry(ORGANIZERS),
    "/townhall manage": Entry(ORGANIZERS),
    # Whose nights are counted is told on every card of proposed times; `hallplan:zoned` alone names others.
    "/townhall zones": Entry(MEMBERS),
    "/ask": Entry(MEMBERS, options={"townhall": "{coming}"}),
    "/hand": Entry(MEMBERS, options={"townhall": "{live}"}),
    "halls:list:v1": Entry(MEMBERS, "0"),
    "halls:come:v1": Entry(MEMBERS, "{coming}"),
    "halls:maybe:v1": Entry(MEMBERS, "{coming}"),
    "halls:off:v1": Entry(MEMBERS, "{coming}"),
    "halls:mine:v1": Entry(MEMBERS, "{coming}"),
    "halls:read:v1": Entry(MEMBERS, "{coming}:agenda"),
    "halls:file:v1": Entry(MEMBERS, "{coming}"),
    "halls:feed:v1": Entry(MEMBERS),
    "halls:ask:v1": Entry(MEMBERS, "{coming}"),
    "halls:comment:v1": Entry(MEMBERS, "{late}"),
    "halls:asked:v1": Entry(MEMBERS, "{coming}:{token}", fields={"question": "Who pays for it?"}),
    "halls:reword:v1": Entry(MEMBERS, "{coming}:{token}"),
    "halls:sendit:v1": Entry(MEMBERS, "{coming}:{token}"),
    "halls:own:v1": Entry(MEMBERS, "{coming}"),
    "halls:withdraw:v1": Entry(MEMBERS, "{coming}:{own_question}"),
    "halls:questions:v1": Entry(MEMBERS, "{live}:0"),
    "halls:want:v1": Entry(MEMBERS, "{live}:{to_want}:0"),
    "halls:unwant:v1": Entry(MEMBERS, "{live}:{to_want}:0"),
    "halls:hand:v1": Entry(MEMBERS, values=("{live}",)),
    "hallplan:answer:v1": Entry(MEMBERS, "{search}"),
    "hallplan:again:v1": Entry(MEMBERS, "{search}"),
    "hallplan:mark:v1": Entry(MEMBERS, "{search}:y"),
    "hallplan:sent:v1": Entry(MEMBERS, "{search}:yn"),
    "hallplan:takeback:v1": Entry(MEMBERS, "{search}"),
    "hallplan:newsearch:v1": Entry(ORGANIZERS),
    "hallplan:searches:v1": Entry(ORGANIZERS),
    "hallplan:proposed:v1": Entry(ORGANIZERS, "{token}", fields=SEARCH),
    "hallplan:close:v1": Entry(ORGANIZERS, "{search}"),
    "hallplan:calloff:v1": Entry(ORGANIZERS, "{search}"),
    "hallplan:closed:v1": Entry(ORGANIZERS, "{search_to_close}:off"),
    "hallplan:choose:v1": Entry(ORGANIZERS, "{weighed}"),
    "hallplan:take:v1": Entry(ORGANIZERS, "{weighed}", values=("0",)),
    "hallplan:zones:v1": Entry(ORGANIZERS),
    "hallplan:zoned:v1": Entry(ORGANIZERS, fields={"zones": "Europe/Berlin"}),
    "hallplan:new:v1": Entry(ORGANIZERS),
    "hallplan:begun:v1": Entry(ORGANIZERS, "{token}", fields={"title": "The pilot", "text": "", **MEETING}),
    "hallplan:open:v1": Entry(ORGANIZERS, "{hall_draft}"),
    "hallplan:words:v1": Entry(ORGANIZERS, "{hall_draft}"),
    "hallplan:worded:v1": Entry(ORGANIZERS, "{hall_draft}", fields={"title": "The pilot", "text": "Come."}),
    "hallplan:meeting:v1": Entry(ORGANIZERS, "{hall_draft}"),
    "hallplan:met:v1": Entry(ORGANIZERS, "{hall_draft}", fields={**MEETING, "link": "https://example.org"}),
    "hallplan:people:v1": Entry(ORGANIZERS, "{hall_draft}"),
    "hallplan:peopled:v1": Entry(ORGANIZERS, "{hall_draft}", fields=PEOPLE),
    "hallplan:repeat:v1": Entry(ORGANIZERS, "{hall_draft}"),
    "hallplan:repeated:v1": Entry(ORGANIZERS, "{hall_draft}", fields=REPEAT),
    "hallplan:rest:v1": Entry(ORGANIZERS, "{hall_draft}"),
    "hallplan:rested:v1": Entry(ORGANIZERS, "{hall_draft}", fields={"late": "24", "event": "no"}),
    "hallplan:preview:v1": Entry(ORGANIZERS, "{hall_draft}"),
    "hallplan:announce:v1": Entry(ORGANIZERS, "{hall_draft}"),
    "hallplan:announced:v1": Entry(ORGANIZERS, "{to_announce}:0"),
    "hallplan:discard:v1": Entry(ORGANIZERS, "{hall_unwanted}"),
    "hallplan:discarded:v1": Entry(ORGANIZERS, "{hall_unwanted}"),
    "hallplan:mirror:v1": Entry(ORGANIZERS, "{coming}"),
    "hallplan:cancel:v1": Entry(ORGANIZERS, "{hall_off}"),
    "hallplan:cancelled:v1": Entry(ORGANIZERS, "{hall_off}:one"),
    "hallroom:hand:v1": Entry(MEMBERS, "{live}:reply"),
    "hallroom:minutes:v1": Entry(MEMBERS, "{late}"),
    "hallroom:list:v1": Entry(ORGANIZERS, "0"),
    "hallroom:open:v1": Entry(ORGANIZERS, "{live}"),
    "hallroom:start:v1": Entry(ORGANIZERS, "{to_start}"),
    "hallroom:item:v1": Entry(ORGANIZERS, "{live}:0"),
    "hallroom:call:v1": Entry(ORGANIZERS, "{live}:{first_hand}"),
    "hallroom:unmute:v1": Entry(ORGANIZERS, "{live}:{first_hand}"),
    "hallroom:spoke:v1": Entry(ORGANIZERS, "{live}:{first_hand}"),
    "hallroom:skip:v1": Entry(ORGANIZERS, "{live}:{second_hand}"),
    "hallroom:decide:v1": Entry(ORGANIZERS, "{live}"),
    "hallroom:decided:v1": Entry(ORGANIZERS, "{live}:{token}", fields={"text": "We write to the board."}),
    "hallroom:vote:v1": Entry(ORGANIZERS, "{live}:hands"),
    "hallroom:voting:v1": Entry(ORGANIZERS, "{live}:ballot:{token}", fields={"title": "A pause?", "until": "late"}),
    "hallroom:votes:v1": Entry(ORGANIZERS, "{live}:0"),
    "hallroom:resolve:v1": Entry(ORGANIZERS, "{live}:{hall_vote}"),
    "hallroom:undecide:v1": Entry(ORGANIZERS, "{live}", values=("{decision}",)),
    "hallroom:action:v1": Entry(ORGANIZERS, "{live}"),
    "hallroom:agreed:v1": Entry(ORGANIZERS, "{live}:{token}", fields=AGREED),
    "hallroom:queue:v1": Entry(ORGANIZERS, "{live}:0"),
    "hallroom:question:v1": Entry(ORGANIZERS, "{live}:{to_approve}"),
    "hallroom:approve:v1": Entry(ORGANIZERS, "{live}:{to_approve}"),
    "hallroom:reject:v1": Entry(ORGANIZERS, "{live}:{to_turn_away}", values=("unclear",)),
    "hallroom:merge:v1": Entry(ORGANIZERS, "{live}:{to_merge}", values=("{same}",)),
    "hallroom:release:v1": Entry(ORGANIZERS, "{live}:few"),
    "hallroom:published:v1": Entry(ORGANIZERS, "{live}:0"),
    "hallroom:answered:v1": Entry(ORGANIZERS, "{live}:{to_answer}:0"),
    "hallroom:unanswered:v1": Entry(ORGANIZERS, "{live}:{to_answer}:0"),
    "hallroom:actions:v1": Entry(ORGANIZERS, "0"),
    "hallroom:progress:v1": Entry(ORGANIZERS, "{action}"),
    "hallroom:reported:v1": Entry(ORGANIZERS, "{action}", fields={"progress": "50", "review": ""}),
    "hallroom:end:v1": Entry(ORGANIZERS, "{to_end}"),
    "hallroom:ended:v1": Entry(ORGANIZERS, "{to_end}", fields={"came": "12"}),
    "/commitments": Entry(MEMBERS),
    "commitments:list:v1": Entry(MEMBERS, "0"),
    "commitments:read:v1": Entry(MEMBERS, "{promise}"),
    "commitments:new:v1": Entry(ORGANIZERS, "petition:{handed_over}"),
    "commitments:noted:v1": Entry(ORGANIZERS, "{token}:petition:{handed_over}", fields=PROMISE),
    "commitments:change:v1": Entry(ORGANIZERS, "{promise}"),
    "commitments:changed:v1": Entry(ORGANIZERS, "{promise}", fields=PROMISE),
    "commitments:mark:v1": Entry(ORGANIZERS, "{promise}:kept"),
    "commitments:drop:v1": Entry(ORGANIZERS, "{promise}"),
    "commitments:dropped:v1": Entry(ORGANIZERS, "{mistake}"),
    "reports:evidence:v1": Entry(ORGANIZERS, "{case}:0"),
    "reports:link:v1": Entry(ORGANIZERS, "{case}", values=("{promise}",)),
    "reports:unlink:v1": Entry(ORGANIZERS, "{case}"),
    "trust:freeze:v1": Entry(ORGANIZERS),
    "trust:thaw:v1": Entry(ORGANIZERS),
    "trust:burn:v1": Entry(ORGANIZERS),
}

# Discord asks for what to offer while somebody types, and discord.py checks nothing before it answers.
OFFERED = {"/cases case": ORGANIZERS, "/ask townhall": MEMBERS, "/hand townhall": MEMBERS}
COMPLETING = {
    "/petition show": ("petition", MEMBERS),
    "/poll check": ("poll", MEMBERS),
    "/poll start": ("template", ANYBODY),  # the templates are in the program, which everybody can read
}
"""Options that are completed while typing, and who is offered something."""


@dataclass
class Scene:
    """A server with two organizers, one of whom has lost the role, one case and one open proposal."""

    world: World
    people: dict[str, Any]
    filled_in: Mapping[str, str]

    async def tries(self, name: str, entry: Entry, kind: str, *, in_server: Any = None) -> bool:
        """Use an entry as a kind of person, as raw as the gateway brings it; tell whether Steward let them."""
        person = self.people[kind]
        server = in_server or self.world.guild
        where = person.dm_channel if kind == "stranger" else next(iter(server.channels.values()))
        shown = await self.sends(person, where, _kind(name, entry), self._data(name, entry))
        assert shown.acknowledged, f"{kind} got no answer to {name}"
        if shown.modal is not None:
            return True
        words = read(shown)
        assert "something went wrong on Steward's side" not in words, f"{name} failed for {kind}"
        return not any(words.startswith(refusal.sentence[:40]) for refusal in REFUSALS)

    async def completes(self, name: str, option: str, kind: str, *, in_server: Any = None) -> list[dict[str, Any]]:
        """Begin to type into an option, as raw as the gateway brings it; return what is offered."""
        person = self.people[kind]
        server = in_server or self.world.guild
        where = person.dm_channel if kind == "stranger" else next(iter(server.channels.values()))
        data = self._data(name, Entry(frozenset(), options={option: ""}))
        data["options"][0]["options"][0]["focused"] = True
        shown = await _dispatch_actor_interaction(person, InteractionType.APPLICATION_COMMAND_AUTOCOMPLETE, where, data)
        return shown.autocomplete_choices or []

    def _data(self, name: str, entry: Entry) -> dict[str, Any]:
        if name.startswith("/"):
            command, *sub = name.removeprefix("/").split()
            registered = _registered(self.world, command)
            given = [
                {"name": key, "type": 3, "value": value.format_map(self.filled_in)}
                for key, value in entry.options.items()
            ]
            options = [{"name": each, "type": 1, "options": given} for each in sub] or given
            return {"id": registered["id"], "name": command, "type": 1, "options": options}
        arguments = entry.arguments.format_map(self.filled_in)
        custom_id = f"{name}:{arguments}" if arguments else name
        if entry.fields:
            inputs = [
                {"type": 18, "component": {"type": 4, "custom_id": key, "value": value.format_map(self.filled_in)}}
                for key, value in entry.fields.items()
            ]
            return {"custom_id": custom_id, "components": inputs}
        values = [value.format_map(self.filled_in) for value in entry.values]
        return {"custom_id": custom_id, "component_type": 3 if values else 2, "values": values}

    async def is_offered(self, person: Any, where: Any, name: str) -> list[str]:
        """Begin to type into an option of a command and return the values that Steward offers for it."""
        command, option = name.removeprefix("/").split()
        options = [{"name": option, "type": 3, "value": "", "focused": True}]
        data = {"id": _registered(self.world, command)["id"], "name": command, "type": 1, "options": options}
        shown = await _dispatch_actor_interaction(person, InteractionType.APPLICATION_COMMAND_AUTOCOMPLETE, where, data)
        assert shown.autocomplete_choices is not None, "it was not answered"
        return [choice["value"] for choice in shown.autocomplete_choices]

    async def sends(self, person: Any, where: Any, kind: InteractionType, data: dict[str, Any]) -> InteractionResult:
        """Send an interaction as the gateway brings it, standing on a private card that holds a draft."""
        if kind is InteractionType.APPLICATION_COMMAND:
            return await _dispatch_actor_interaction(person, kind, where, data)
        backend = self.world.env.backend
        card = [{"type": 17, "components": [{"type": 10, "id": 77, "content": "The words of a report"}]}]
        message = backend.create_message(where.id, backend.bot_user.id, components=card, flags=32768 | 64)
        stands_on = {"message": dict(serializers.message_payload(backend, message))}
        return await _dispatch_actor_interaction(
            person, kind, where, data, extra=stands_on, source_message_id=message.id
        )


def _registered(world: World, command: str) -> dict[str, Any]:
    found = world.env.backend.visible_commands(user_id=world.guild.owner.id, channel_id=world.channels["general"].id)
    return next(dict(each) for each in found if each["name"] == command)


def _kind(name: str, entry: Entry) -> InteractionType:
    if name.startswith("/"):
        return InteractionType.APPLICATION_COMMAND
    return InteractionType.MODAL_SUBMIT if entry.fields else InteractionType.MESSAGE_COMPONENT


@pytest.fixture
async def scene(data_dir: Path) -> AsyncIterator[Scene]:
    async with open_world(data_dir.parent, stretching=Stretching(1, 8)) as world:
        steward, guild = world.steward, world.guild
        organizer = world.person("Vera", roles=("Organizers",))
        people: dict[str, Any] = {
            "stranger": world.env.create_user("zed"),
            "member": world.person("Ana"),
            "organizer": organizer,
            "former": world.person("Otto"),
            "elsewhere": world.person("Nina"),
            "administrator": MemberActor(world.env, guild, guild.owner),
        }
        other = world.env.create_guild("Another Local")
        other.create_text_channel("general")
        people["across"] = other.add_member(people["elsewhere"].user, roles=[other.create_role("Organizers")])
        for server, listed in ((guild, ("organizer", "former")), (other, ("elsewhere",))):
            boss = Actor(GuildId(server.id), UserId(1), is_administrator=True)
            await steward.guilds.choose_organizer_role(boss, RoleId(server.roles["Organizers"].id))
            await steward.guilds.choose_organizers(boss, frozenset(UserId(people[each].id) for each in listed))
        await steward.guilds.choose_channel(boss_of(guild), Use.ORGANIZERS, world.channels["organizers"].id)
        ana = Person(world, people["member"])
        code = await ana.reports("They count our keystrokes.", at_once=True)
        spare = await ana.reports("For whoever tries to withdraw.")
        await world.tick()
        vera = _actor(world, organizer)
        (case,) = (await steward.desk.page(vera)).cases
        for number in range(6):
            await people_report(world, number)
        await world.tick()
        await Person(world, organizer).confirms_everything()
        proposal = await steward.approvals.propose(vera, "guilds:thaw", {})
        for server in (guild, other):
            channel = ChannelId(next(iter(server.channels.values())).id)
            for use in (Use.PETITIONS, Use.TOWNHALLS):
                await steward.guilds.choose_channel(boss_of(server), use, channel)
        nina = Actor(
            GuildId(other.id), UserId(people["elsewhere"].id), frozenset([RoleId(other.roles["Organizers"].id)])
        )
        petition, joined, offered = [
            await open_petition(world, organizer, form)
            for organizer, form in ((vera, "ours"), (nina, "joined"), (nina, "offered"))
        ]
        await steward.coalition.accept(vera, (await steward.coalition.invite(nina, joined.id)).code)
        invitation = await steward.coalition.invite(nina, offered.id)
        found = await steward.reports.come_back(code)
        drafts = [await begun(world, vera, title) for title in ("First", "Second", "Third", "Fourth")]
        for sent in drafts[2:]:
            await steward.petitions.submit(vera, sent.id)
        await be_answered(world, drafts[3])
        yield Scene(
            world,
            people,
            {
                "guild": str(guild.id),
                "token": "t" * 22,
                "code": code,
                "spare": spare,
                "case": case.id,
                "pass": found.given_pass,  # type: ignore[union-attr]
                "role": str(world.roles["Organizers"].id),
                "organizer": str(organizer.id),
                "channel": str(world.channels["digests"].id),
                "petition": petition.id,
                "joined": joined.id,
                "invitation": invitation.code,
                "proposal": proposal.id,
                "seal": proposal.seal,
                **await petitions(world, vera),
                **await polls(world, vera),
                **await halls(world, vera),
                **await promises(world, vera),
                **await digests(world, vera),
                "general": str(world.channels["general"].id),
                "draft": drafts[0].id,
                "discarded": drafts[1].id,
                "sought": drafts[2].id,
                "hash": drafts[2].wording.hash,
                "answered": drafts[3].id,
            },
        )


async def open_petition(world: World, organizer: Actor, form: str) -> Petition:
    """Start a petition and let it find its supporters."""
    steward, now = world.steward, world.clock.now()
    words = compose(f"Paid training, {form}", "The board", ["Training in working hours"], "We learn it in the evening.")
    terms = set_terms(Visibility.COUNT, 100, 3, now + timedelta(days=30), now)
    petition = await steward.petitions.start(organizer, form, words, terms)
    await steward.petitions.submit(organizer, petition.id)
    for number in range(3):
        supporter = Actor(organizer.guild_id, UserId(7_000_000 + number))
        await steward.petitions.sign(supporter, petition.id, words.hash, Condition())
    await steward.counting.refresh_due()
    return petition


async def people_report(world: World, number: int) -> None:
    await Person(world, world.person(f"Worker {number}")).reports("They count our keystrokes.", at_once=True)


async def petitions(world: World, vera: Actor) -> dict[str, str]:
    """Start a petition for each thing that can be done, in the state in which it can be done."""
    now = world.clock.now()
    words = compose("Paid training", "The board", ["Training in working hours"], "We learn it in the evening.")
    ways = {
        "to_publish": [],
        "to_reject": [],
        "petition": [Event.PUBLISH],
        "public": [Event.PUBLISH],
        "at_goal": [Event.PUBLISH, Event.REACH],
        "sealed": [Event.PUBLISH, Event.REACH],
        "handed_over": [Event.PUBLISH, Event.REACH, Event.DELIVER],
        "to_close": [Event.PUBLISH, Event.REACH, Event.DELIVER],
    }
    started = {}
    for name, way in ways.items():
        level = {"sealed": Visibility.SEALED, "public": Visibility.PUBLIC}.get(name, Visibility.COUNT)
        petition = await world.steward.petitions.start(
            vera, f"a form of {name}", words, Terms(level, 5, 3, now + timedelta(days=30))
        )
        async with world.steward._database.begin() as connection:
            for event in [Event.SUBMIT, *way]:
                others = {"delivered_at": now} if event is Event.DELIVER else {}
                petition = await world.steward.petitions.move(connection, petition, event, **others)
        started[name] = str(petition.id)
    for _ in range(2):
        await world.tick()
    return started


async def promises(world: World, vera: Actor) -> dict[str, str]:
    """Note a promise, and one that is to be taken out."""
    noted = world.steward.commitments.note
    names = ("promise", "mistake")
    return {name: (await noted(vera, f"form of a {name}", f"A {name}", "contract")).id for name in names}


async def digests(world: World, vera: Actor) -> dict[str, str]:
    """Add a digest to look after, and one to delete."""
    there, fridays = ChannelId(world.channels["digests"].id), Rhythm((4,), time(8), "UTC")
    return {
        name: (await world.steward.planning.add(vera, name, Audience.MEMBERS, there, fridays)).plan.id
        for name in ("digest", "digest_to_delete")
    }


async def begun(world: World, author: Actor, title: str) -> Petition:
    wording = drafted(title, "The board", [f"{title} of all"], "It harms us")
    token = world.steward.petitions.new_form()
    return (await world.steward.drafts.begin(author, token, wording, Visibility.ORGANIZERS)).petition


async def be_answered(world: World, petition: Petition) -> None:
    """Let a petition be answered without its way through delivery, which is told elsewhere."""
    async with world.steward._database.begin() as connection:
        await records.save(connection, petition, state=State.ANSWERED)


def boss_of(guild: Any) -> Actor:
    return Actor(GuildId(guild.id), UserId(1), is_administrator=True)


def _actor(world: World, member: MemberActor) -> Actor:
    roles = frozenset([RoleId(world.roles["Organizers"].id)])
    return Actor(GuildId(world.guild.id), UserId(member.id), roles)


async def test_every_way_in_is_classified(scene: Scene) -> None:
    client = scene.world.steward.client
    walk = [command for command in client.tree.walk_commands() if isinstance(command, app_commands.Command)]
    ways = {f"/{command.qualified_name}" for command in walk} | set(routes(client))
    assert ways == set(CLASSIFIED)
    completing = {
        f"/{command.qualified_name} {each.name}" for command in walk for each in command.parameters if each.autocomplete
    }
    known = set(OFFERED) | {f"{name} {option}" for name, (option, _) in COMPLETING.items()}
    assert completing == known, "discord.py skips command checks in autocomplete: classify it here"


@pytest.mark.parametrize("kind", sorted(ANYBODY))
async def test_what_is_completed_is_seen_by_those_alone_who_may_read_it(scene: Scene, kind: str) -> None:
    for name, (option, who) in COMPLETING.items():
        assert bool(await scene.completes(name, option, kind)) == (kind in who), f"{kind}: {name}"


async def test_in_another_server_nothing_of_this_one_is_completed(scene: Scene) -> None:
    for name, (option, _) in COMPLETING.items():
        seen = await scene.completes(name, option, "across", in_server=scene.people["across"].guild)
        offered = {each["value"] for each in seen}
        assert not offered & {scene.filled_in["sought"], scene.filled_in["listed"]}, name


@pytest.mark.parametrize("kind", sorted(ANYBODY))
async def test_steward_lets_exactly_those_in_who_may(scene: Scene, kind: str) -> None:
    last = ["trust:freeze:v1", "/mydata delete"]  # these change who may do what
    for name in [*(name for name in CLASSIFIED if name not in last), *last]:
        entry = CLASSIFIED[name]
        assert await scene.tries(name, entry, kind) == (kind in entry.who), f"{kind}: {name}"


@pytest.mark.parametrize("kind", sorted(ANYBODY))
async def test_what_is_offered_while_typing_is_offered_to_whom_it_is_meant_for(
    scene: Scene, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    mishaps.take()
    person = scene.people[kind]
    general = next(iter(scene.world.guild.channels.values()))
    direct = person if kind == "stranger" else person.user
    for name, who in OFFERED.items():
        in_server = [] if kind == "stranger" else await scene.is_offered(person, general, name)
        assert bool(in_server) == (kind in who), f"{kind}: {name}"
        assert await scene.is_offered(direct, direct.dm_channel, name) == [], f"{kind}: {name} in a direct message"
        if kind == "elsewhere":
            across = scene.people["across"]
            assert await scene.is_offered(across, next(iter(across.guild.channels.values())), name) == []
    assert not mishaps.take()
    assert caplog.records == []


async def test_ids_of_another_server_open_nothing(scene: Scene) -> None:
    other = scene.people["across"].guild
    for name, entry in CLASSIFIED.items():
        of_one_server = ("polls:", "pollresult:", "/poll check", "halls:", "hallplan:", "hallroom:", "/ask", "/hand")
        is_promise = name.startswith("commitments:")
        is_of_one = is_promise or name.startswith(of_one_server)  # a petition can be of many
        names_ids = "{" in f"{entry.arguments}{entry.options}".replace("{token}", "").replace("{}", "")
        if (entry.who == ORGANIZERS or is_of_one) and names_ids:  # other arguments are no ids
            assert not await scene.tries(name, entry, "across", in_server=other), name


async def test_a_draft_of_a_town_hall_is_not_in_the_room(scene: Scene) -> None:
    assert not await scene.tries("hallroom:open:v1", Entry(ORGANIZERS, "{hall_draft}"), "organizer")


async def test_a_forged_custom_id_is_answered_and_does_nothing(scene: Scene) -> None:
    for forged in ("", "nonsense", "reports:case", "reports:case:v2:x", "reports:nothing:v1", "guilds:role:v1:extra"):
        data = {"custom_id": forged, "component_type": 2, "values": ["1"]}
        person = scene.people["member"]
        where = scene.world.channels["general"]
        shown = await scene.sends(person, where, InteractionType.MESSAGE_COMPONENT, data)
        assert shown.acknowledged, forged
