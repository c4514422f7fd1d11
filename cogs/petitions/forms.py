"""What is filled in about petitions, and how it is read: the words, the goal, parts of the workplace, a signature."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import discord
from discord import ui

from bot.petitions.conditions import MOST_AT_LEAST, AtLeastOutOfRange, Condition, set_condition
from bot.petitions.counting import headcounts
from bot.petitions.drafts import MOST_DRAFTED, drafted
from bot.petitions.rules import LONGEST_DAYS, LONGEST_NAME, MOST_SIGNATURES, STEP, Petition, Terms, Visibility
from bot.petitions.structure import Unit, name_unit
from bot.petitions.wording import LONGEST_DEMAND, LONGEST_TITLE, LONGEST_WHOM, LONGEST_WHY, Wording
from bot.refusals import N_
from bot.texts import Translate
from cogs.layout import options, select

TITLE, WHOM, WHY, DEMANDS, LEVEL = "title", "whom", "why", "demands", "level"
GOAL, DAYS, LIVE = "goal", "days", "live"
UNITS = "units"
NAME, AT_LEAST, SHARE, UNIT = "name", "at_least", "share", "unit"
YES, NO = "yes", "no"
LONGEST_OPTION = 100
LONGEST_UNITS = 800

LEVELS: dict[Visibility, tuple[str, str]] = {
    Visibility.COUNT: (N_("Nobody: count only"), N_("No name is asked for. Only the number is kept and shown.")),
    Visibility.ORGANIZERS: (N_("Organizers"), N_("Organizers can read the names. Other members see the number.")),
    Visibility.SEALED: (
        N_("Organizers, once the goal is reached"),
        N_("Names are sealed. Two organizers together can open them."),
    ),
    Visibility.PUBLIC: (N_("Everybody"), N_("Everybody may read the names once the petition is handed over.")),
}


def words_form(
    t: Translate, custom_id: str, *, can_seal: bool, wording: Wording | None = None, level: Visibility | None = None
) -> ui.Modal:
    """Return the form for the words of a petition, filled in with what is there; much may be left out at first."""
    words = wording or drafted("", "", (), "")
    form = ui.Modal(title=t("A petition"), custom_id=custom_id, timeout=None)
    form.add_item(ui.Label(text=t("Title"), component=_line(TITLE, LONGEST_TITLE, words.title)))
    form.add_item(
        ui.Label(
            text=t("Whom does it ask?"),
            description=t("A person, a board or a company that can decide it."),
            component=_line(WHOM, LONGEST_WHOM, words.whom, required=False),
        )
    )
    form.add_item(ui.Label(text=t("Why is it needed?"), component=_text(WHY, LONGEST_WHY, words.why)))
    form.add_item(
        ui.Label(
            text=t("What do you ask for?"),
            description=t("One demand to a line, at most 5. Leave it empty to choose from the library."),
            component=_text(DEMANDS, (LONGEST_DEMAND + 1) * MOST_DRAFTED, "\n".join(words.demands)),
        )
    )
    offered = [
        discord.SelectOption(
            value=each,
            label=t(label)[:LONGEST_OPTION],
            description=t(meaning)[:LONGEST_OPTION],
            default=each is level,
        )
        for each, (label, meaning) in LEVELS.items()
        if each is not Visibility.SEALED or can_seal
    ]
    form.add_item(
        ui.Label(
            text=t("Who will see the names of those who sign?"),
            description=t("It cannot be changed any more once the petition is sent off."),
            component=select(LEVEL, offered),
        )
    )
    return form


def filled_words(fields: Mapping[str, str]) -> tuple[Wording, Visibility]:
    """Return the words and the level that were filled in; a level that is none is the one that asks for no name."""
    level = fields.get(LEVEL, "")
    wording = drafted(
        fields.get(TITLE, ""), fields.get(WHOM, ""), fields.get(DEMANDS, "").split("\n"), fields.get(WHY, "")
    )
    return wording, Visibility(level) if level in set(Visibility) else Visibility.COUNT


def goal_form(t: Translate, custom_id: str, terms: Terms, now: datetime) -> ui.Modal:
    """Return the form for goal and deadline; only public names allow a count that moves with each of them."""
    form = ui.Modal(title=t("Goal and deadline"), custom_id=custom_id, timeout=None)
    days = max(1, min(LONGEST_DAYS, -(-(terms.deadline_at - now) // timedelta(days=1))))
    form.add_item(
        ui.Label(
            text=t("How many signatures?"),
            description=t("In fives, from {lowest} to {limit}.").format(lowest=STEP, limit=MOST_SIGNATURES),
            component=_line(GOAL, 6, str(terms.threshold)),
        )
    )
    form.add_item(
        ui.Label(
            text=t("In how many days?"),
            description=t("At most {limit}. It ends at midnight, by the server's clock.").format(limit=LONGEST_DAYS),
            component=_line(DAYS, 3, str(days)),
        )
    )
    if terms.visibility is Visibility.PUBLIC:
        ways = [(NO, t("In fives, at random moments")), (YES, t("With every signature"))]
        form.add_item(
            ui.Label(
                text=t("How does the count move?"),
                description=t("With every signature, people can see when somebody signs."),
                component=select(LIVE, options(ways, YES if terms.has_live_count else NO)),
            )
        )
    return form


def filled_goal(fields: Mapping[str, str]) -> tuple[int, int, bool]:
    """Return goal, days and whether the count is live; what is no number is 0, which is out of every range."""
    return _number(fields.get(GOAL, "")), _number(fields.get(DAYS, "")), fields.get(LIVE) == YES


def units_form(t: Translate, custom_id: str, units: Mapping[str, int]) -> ui.Modal:
    """Return the form for the parts of the workplace and how many people work in each."""
    form = ui.Modal(title=t("Parts of the workplace"), custom_id=custom_id, timeout=None)
    form.add_item(
        ui.Label(
            text=t("Name = people, one to a line"),
            description=t("For example: Support = 40. At most 10. Empty: no shares are shown."),
            component=_text(UNITS, LONGEST_UNITS, "\n".join(f"{name} = {people}" for name, people in units.items())),
        )
    )
    return form


def filled_units(fields: Mapping[str, str]) -> list[Unit]:
    """Return the units that were filled in; raises what `structure.name_unit` raises."""
    lines = [line.rpartition("=") for line in fields.get(UNITS, "").split("\n") if line.strip()]
    return [name_unit(name, _number(people)) for name, _, people in lines]


def signing_form(t: Translate, custom_id: str, petition: Petition, *, is_conditional: bool) -> ui.Modal:
    """Return the form for a signature: a name where the level asks for one, and how many others must sign."""
    form = ui.Modal(title=t("Sign"), custom_id=custom_id, timeout=None)
    if petition.terms.visibility is not Visibility.COUNT:
        form.add_item(
            ui.Label(
                text=t("The name you sign with"),
                description=t("It need not be the one you use on Discord."),
                component=_line(NAME, LONGEST_NAME, ""),
            )
        )
    if is_conditional:
        form.add_item(
            ui.Label(
                text=t("Count me only if at least so many sign in all"),
                description=t("Yours included. If they do not by the deadline, your signature is destroyed."),
                component=_line(AT_LEAST, 6, "", required=not petition.units),
            )
        )
    if is_conditional and petition.units:
        form.add_item(
            ui.Label(
                text=t("Or only if so many percent sign"),
                description=t("Of the part you choose below, or of all. With both, both must hold."),
                component=_line(SHARE, 3, "", required=False),
            )
        )
    if petition.units:
        form.add_item(
            ui.Label(
                text=t("I work in …"),
                description=t("You need not say. Organizers see only the share of each part, and only above a floor."),
                component=_unit_select(t, list(petition.units)),
            )
        )
    return form


def filled_condition(fields: Mapping[str, str], petition: Petition, *, is_conditional: bool) -> Condition:
    """Return what a signer waits for; raises what `conditions.set_condition` raises.

    Who asked to wait and wrote no number is refused: they must not sign without a condition by mistake.
    """
    unit = fields.get(UNIT) or None
    if unit not in petition.units:
        unit = None
    at_least, share = (fields.get(name, "").strip() for name in (AT_LEAST, SHARE))
    if not is_conditional:
        return Condition(unit=unit)
    if not at_least and not share:
        raise AtLeastOutOfRange(lowest=1, limit=MOST_AT_LEAST)
    return set_condition(
        _number(at_least) if at_least else None, _number(share) if share else None, unit, headcounts(petition)
    )


def _unit_select(t: Translate, units: Sequence[str]) -> ui.Select[ui.Modal]:
    return ui.Select(
        custom_id=UNIT,
        options=[discord.SelectOption(value=name, label=name) for name in units],
        placeholder=t("Not said"),
        min_values=0,
        required=False,
    )


def _line(custom_id: str, longest: int, text: str, *, required: bool = True) -> ui.TextInput[ui.Modal]:
    return ui.TextInput(custom_id=custom_id, required=required, max_length=longest, default=text or None)


def _text(custom_id: str, longest: int, text: str) -> ui.TextInput[ui.Modal]:
    return ui.TextInput(
        custom_id=custom_id,
        style=discord.TextStyle.paragraph,
        required=False,
        max_length=longest,
        default=text or None,
    )


def _number(text: str) -> int:
    """Return a number as typed, or 0 for what is none."""
    digits = text.strip().removesuffix("%").strip()
    return int(digits) if digits.isdecimal() else 0
