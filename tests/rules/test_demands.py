"""The demand library: what workers can ask for, where each idea comes from, and what answers which report."""

import re

import pytest

from bot.petitions.taxonomy import _LIBRARY, DEMANDS, GROUPS, LONGEST_TEXT, LONGEST_TITLE, SUGGESTED, Demand, Group
from bot.reports.taxonomy import CATEGORIES

HOW_FAR_IT_GOT = ("Won: ", "Law: ", "Found in ", "Proposed: ", "Agreed: ")

every_demand = pytest.mark.parametrize("demand", DEMANDS.values(), ids=list(DEMANDS))


@every_demand
def test_a_demand_is_short_enough_to_read_and_whole_enough_to_ask_for(demand: Demand) -> None:
    assert 10 <= len(demand.title) <= LONGEST_TITLE
    assert 40 <= len(demand.text) <= LONGEST_TEXT
    assert demand.text.endswith(".")
    assert not demand.title.endswith(".")


@every_demand
def test_a_demand_says_honestly_how_far_it_got_elsewhere(demand: Demand) -> None:
    assert demand.origin.startswith(HOW_FAR_IT_GOT)
    assert len(demand.origin) <= 120


@every_demand
def test_a_demand_can_be_named_in_a_button(demand: Demand) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", demand.id)
    assert len(demand.id) <= 24


@every_demand
def test_a_demand_holds_nothing_that_could_be_filled_in_or_drawn(demand: Demand) -> None:
    assert not set("{}[]*_`<>@") & set(demand.title + demand.text + demand.origin)


@pytest.mark.parametrize("group", Group)
def test_every_group_has_a_name_and_enough_to_choose_from(group: Group) -> None:
    assert GROUPS[group]
    assert 5 <= sum(demand.group is group for demand in DEMANDS.values()) <= 8


def test_no_demand_hides_another_and_no_two_say_the_same() -> None:
    assert len(DEMANDS) == sum(len(demands) for demands in _LIBRARY.values())
    assert len({demand.title for demand in DEMANDS.values()}) == len(DEMANDS)
    assert len({demand.text for demand in DEMANDS.values()}) == len(DEMANDS)


def test_whatever_is_reported_there_are_three_to_five_demands_that_answer_it() -> None:
    assert list(SUGGESTED) == list(CATEGORIES)
    for demands in SUGGESTED.values():
        assert 3 <= len(set(demands)) == len(demands) <= 5
        assert set(demands) <= set(DEMANDS)


def test_every_demand_answers_something_that_can_be_reported() -> None:
    assert {demand for demands in SUGGESTED.values() for demand in demands} == set(DEMANDS)
