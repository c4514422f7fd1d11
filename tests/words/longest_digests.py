"""Every card and form of the desk of digests, with the longest values they can be given."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import time
from typing import Any

from bot.digests.planning import Planned
from bot.digests.plans import ID_LENGTH, MOST_PLANS, REGULAR, Audience, Plan
from bot.ids import ChannelId, GuildId
from bot.rhythm import Every, Rhythm
from bot.texts import Translate
from bot.wallclock import zone_names
from cogs.digests import planning_cards as cards
from cogs.digests import planning_forms as forms
from cogs.layout import NEEDED
from tests.words.longest import ID, NOW, TODAY, TOKEN, Shown

ZONE = max(zone_names(), key=len)
NOTICE = "x" * 400


def plans() -> Iterator[Plan]:
    for every in Every:
        rhythm = Rhythm(tuple(range(6)), time(23, 59), ZONE, every, TODAY)
        for audience in Audience:
            yield Plan("a" * ID_LENGTH, GuildId(ID), audience, ChannelId(ID), rhythm)
        for channel_id in (None, ChannelId(ID)):
            yield Plan(REGULAR, GuildId(ID), Audience.MEMBERS, channel_id, rhythm)


def digest_desk(t: Translate) -> Iterator[tuple[Callable[..., Any], Shown]]:
    for each in plans():
        for is_paused in (True, False):
            plan = replace(each, is_paused=is_paused)
            for notice in (None, NOTICE):
                shown = Planned(plan, NOW)
                yield cards.opened, cards.opened(t, shown, list(NEEDED) if notice else [], notice)
                many = [replace(shown, plan=replace(plan, id=f"{number:08}")) for number in range(MOST_PLANS)]
                yield cards.listed, cards.listed(t, many, notice)
        yield cards.sending, cards.sending(t, each, TOKEN)
        yield cards.deleting, cards.deleting(t, each)
        place = f"digestdesk:added:v1:{TOKEN}:{Audience.ORGANIZERS}:{ID}"
        for asks_zone in (True, False):
            yield forms.when_form, forms.when_form(t, place, each.rhythm, asks_zone=asks_zone)
    yield cards.choose_audience, cards.choose_audience(t, TOKEN)
    for audience in Audience:
        for notice in (None, NOTICE):
            yield cards.choose_channel, cards.choose_channel(t, TOKEN, audience, notice)


DIGEST_BUILDERS = (digest_desk,)
