"""What takes two organizers."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.approvals import rules
from bot.approvals.rules import Proposal, State
from bot.guilds.rules import Guild, SecondOrganizerNeeded, check_bootstrap
from bot.ids import Actor, GuildId, RoleId, UserId

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ROLE = RoleId(7)
VERA, OTTO, NINA = UserId(1), UserId(2), UserId(3)
GUILD = Guild(GuildId(10), ROLE, frozenset({VERA, OTTO}))


def someone(user: UserId, *, role: RoleId = ROLE, guild: int = 10) -> Actor:
    return Actor(GuildId(guild), user, frozenset({role}))


def proposal(state: State = State.OPEN, contents: str = "{}") -> Proposal:
    return Proposal("abc", GUILD.id, "guilds:burn", {}, contents, NOW + rules.OPEN_FOR, state=state, proposer_id=VERA)


def agree(
    what: Proposal, who: Actor, proposer: Actor | None = None, *, seal: str | None = None, now: datetime = NOW
) -> Proposal:
    runs_at = now + timedelta(hours=12)
    return rules.approved(what, GUILD, who, proposer or someone(VERA), seal or what.seal, runs_at, now)


def test_a_second_organizer_agrees() -> None:
    agreed = agree(proposal(), someone(OTTO))
    assert agreed.state is State.APPROVED
    assert agreed.runs_at == NOW + timedelta(hours=12)
    assert agreed.approver_id == OTTO


def test_the_proposer_cannot_agree() -> None:
    with pytest.raises(rules.NeedsAnotherOrganizer):
        agree(proposal(), someone(VERA))


@pytest.mark.parametrize(
    "who",
    [someone(NINA), someone(OTTO, role=RoleId(8)), someone(OTTO, guild=11)],
    ids=["not listed", "no role", "elsewhere"],
)
def test_who_is_not_an_organizer_cannot_agree(who: Actor) -> None:
    with pytest.raises(rules.ProposerGone):
        agree(proposal(), who)


@pytest.mark.parametrize(
    "proposer", [someone(VERA, role=RoleId(8)), someone(NINA)], ids=["lost the role", "off the list"]
)
def test_a_proposer_who_is_none_any_more_ends_it(proposer: Actor) -> None:
    with pytest.raises(rules.ProposerGone):
        agree(proposal(), someone(OTTO), proposer)


def test_somebody_who_left_the_server_counts_as_none() -> None:
    assert not rules.is_organizer(GUILD, None)
    agreed = agree(proposal(), someone(OTTO))
    assert rules.settled(agreed, GUILD, None, someone(OTTO)).state is State.CANCELLED
    assert rules.settled(agreed, GUILD, someone(VERA), None).state is State.CANCELLED
    assert rules.settled(agreed, GUILD, someone(VERA), someone(OTTO)).state is State.DONE


def test_one_agrees_to_exactly_what_was_shown() -> None:
    shown = proposal()
    edited = replace(shown, canonical='{"organizers":[9]}')
    with pytest.raises(rules.ProposalChanged):
        agree(edited, someone(OTTO), seal=shown.seal)
    for other in (replace(shown, id="abd"), replace(shown, kind="guilds:thaw"), replace(shown, guild_id=GuildId(11))):
        assert other.seal != shown.seal


def test_a_day_is_the_limit_to_the_second() -> None:
    agree(proposal(), someone(OTTO), now=NOW + rules.OPEN_FOR - timedelta(seconds=1))
    with pytest.raises(rules.ProposalClosed):
        agree(proposal(), someone(OTTO), now=NOW + rules.OPEN_FOR)


@pytest.mark.parametrize("state", [state for state in State if state is not State.OPEN])
def test_what_is_decided_is_not_decided_again(state: State) -> None:
    with pytest.raises(rules.ProposalClosed):
        agree(proposal(state), someone(OTTO))


@pytest.mark.parametrize("state", list(State))
def test_a_veto_works_until_it_is_carried_out(state: State) -> None:
    what = proposal(state)
    if state in {State.OPEN, State.APPROVED}:
        assert rules.vetoed(what, what.seal, NOW).state is State.VETOED
    else:
        with pytest.raises(rules.ProposalClosed):
            rules.vetoed(what, what.seal, NOW)


def test_organizers_decide_about_themselves_once_there_are_two() -> None:
    check_bootstrap(replace(GUILD, organizers=frozenset()), have_been_two=False)
    check_bootstrap(replace(GUILD, organizers=frozenset({VERA})), have_been_two=False)
    for left in (frozenset({VERA}), frozenset[UserId]()):
        with pytest.raises(SecondOrganizerNeeded):
            check_bootstrap(replace(GUILD, organizers=left), have_been_two=True)
    with pytest.raises(SecondOrganizerNeeded):
        check_bootstrap(GUILD, have_been_two=False)


def test_nobody_is_named_when_a_proposal_is_printed() -> None:
    shown = repr(proposal())
    assert "proposer_id" not in shown
    assert "approver_id" not in shown
