"""The impact picture: two drawings, the same numbers in words beside them, and early warnings."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from functools import partial
from string import ascii_uppercase

import discord

from bot.charts import HeatMap, HeatRow, StepChart, StepLine, heat, steps
from bot.digests.picture import MOST_AUDITED, AuditRow, EarlyWarning, Picture, Series
from bot.refusals import N_
from bot.reports.taxonomy import CATEGORIES, FAMILY_NAMES, GROUP_NAMES, ROLES, Dimension, told
from bot.texts import Translate
from cogs.layout import LONGEST_ALT, Item, picture

AUDIT, TREND = "impact-audit.png", "impact-trend.png"
MOST_LINES = MOST_AUDITED
"""Lines with which nothing that is drawn is left out of the words."""

AUDIT_TITLE = N_("Whose work is being hollowed out")
TREND_TITLE = N_("What was reported over time")
GREW: dict[int, str] = {
    2: N_("- **{what}** doubled: from at least {before} to at least {after} since {day}"),
    3: N_("- **{what}** tripled: from at least {before} to at least {after} since {day}"),
}
MONTHS_BETWEEN = ((4, 1), (8, 2))
"""Up to so many months, one in so many has its name."""


def impact_items(t: Translate, shown: Picture, most: int) -> list[Item | str]:
    """Return what stands on a card: warnings, and each picture with its numbers in words.

    `most` bounds the lines of each part; with `MOST_LINES` the words say all that the pictures do. Empty where nothing
    has been published.
    """
    if not shown.trend and not shown.audit.rows:
        return []
    items: list[Item | str | None] = [
        warnings(t, shown),
        picture(AUDIT, _audit_alt(t, shown)) if shown.audit.rows else None,
        _audit_lines(t, shown, most) if shown.audit.rows else None,
        picture(TREND, _trend_alt(t, shown)) if _has_trend(shown) else None,
        _trend_lines(t, shown, most) if shown.trend else None,
    ]
    return [item for item in items if item is not None]


def impact_pictures(t: Translate, shown: Picture) -> Mapping[str, Callable[[], bytes]]:
    """Return the pictures that `impact_items` shows, as functions that draw them."""
    drawn: dict[str, Callable[[], bytes]] = {}
    if shown.audit.rows:
        drawn[AUDIT] = partial(heat, heat_map(t, shown))
    if _has_trend(shown):
        drawn[TREND] = partial(steps, step_chart(t, shown))
    return drawn


def _has_trend(shown: Picture) -> bool:
    return bool(shown.trend) and shown.first < shown.last  # one digest alone is no trend


# Early warnings


def warnings(t: Translate, shown: Picture) -> str | None:
    """Return the early warnings, a line each, with what they compare; `None` where there are none."""
    if not shown.warnings:
        return None
    note = t(
        "-# Published numbers are compared with those of at least four weeks before. Numbers move at random moments, "
        "so part of a growth may be older. What is not named grew less, or has no published number."
    )
    return "\n".join([t("**Early warnings**"), *(_warning(t, each, _day(each.since)) for each in shown.warnings), note])


def warning_lines(t: Translate, shown: Picture) -> list[str]:
    """Return the early warnings as plain sentences, for papers."""
    return [_warning(t, each, each.since.isoformat()).removeprefix("- ").replace("**", "") for each in shown.warnings]


def _warning(t: Translate, each: EarlyWarning, day: str) -> str:
    values = {
        "what": _cell(t, each),
        "before": each.before,
        "after": each.after,
        "times": each.times,
        "day": day,
    }
    if each.times is None:
        return t("- **{what}** is new: at least {after}, no number could be shown on {day}").format(**values)
    if each.times in GREW:
        return t(GREW[each.times]).format(**values)
    return t("- **{what}** grew {times} times: from at least {before} to at least {after} since {day}").format(**values)


def _cell(t: Translate, each: EarlyWarning) -> str:
    sides = zip(each.name.dimension.split("×"), each.name.options, strict=True)
    return " × ".join(told(t, dimension, option) for dimension, option in sides)


def _day(day: date) -> str:
    return discord.utils.format_dt(datetime.combine(day, time(12), UTC), "D")


# The audit


def heat_map(t: Translate, shown: Picture) -> HeatMap:
    """Return what is drawn of the audit."""
    rows = [HeatRow(_named(t, row), row.cells, row.role is None) for row in shown.audit.rows]
    caption = t(
        "≥ {k} means: at least {k} confirmed reports. A dot: no number is shown so far; there may be few reports, "
        "or none. The row of a field of work holds all its roles, also those that are not listed."
    ).format(k=shown.k)
    return HeatMap(t(AUDIT_TITLE), [t(FAMILY_NAMES[family]) for family in shown.audit.families], rows, caption)


def _named(t: Translate, row: AuditRow) -> str:
    return t(GROUP_NAMES[row.group]) if row.role is None else t(ROLES[row.role])


def _audit_lines(t: Translate, shown: Picture, most: int) -> str:
    rows = shown.audit.rows
    lines = [f"**{t(AUDIT_TITLE)}**", f"-# {_key(t, shown)}"]
    for row in rows[:most]:
        name = f"- **{_named(t, row)}**" if row.role is None else f"  - {_named(t, row)}"
        lines.append(" · ".join([name, *(f"{letter} ≥ {number}" for letter, number in _numbers(row))]))
    if len(rows) > most:
        lines.append(t("-# … and {number} more").format(number=len(rows) - most))
    return "\n".join(lines)


def _key(t: Translate, shown: Picture) -> str:
    return " · ".join(
        f"{letter} {t(FAMILY_NAMES[family])}"
        for letter, family in zip(ascii_uppercase, shown.audit.families, strict=False)
    )


def _numbers(row: AuditRow) -> Iterator[tuple[str, int]]:
    for letter, number in zip(ascii_uppercase, row.cells, strict=False):
        if number is not None:
            yield letter, number


def _audit_alt(t: Translate, shown: Picture) -> str:
    """Return the table in words, with shorter names and at last with fields of work alone where it would not fit."""
    families = [t(FAMILY_NAMES[family]) for family in shown.audit.families]
    fields = [row for row in shown.audit.rows if row.role is None]
    said = ""
    for rows, width, names in (
        (shown.audit.rows, 80, families),
        (shown.audit.rows, 80, ascii_uppercase),
        (shown.audit.rows, 16, ascii_uppercase),
        (fields, 16, ascii_uppercase),
    ):
        each = [_row_alt(row, _cut(_named(t, row), width), names) for row in rows]
        said = t("Table of reports, at least. {rows}").format(rows="; ".join(each))
        said = said if names is families else f"{said}. {_key(t, shown)}"
        if len(said) <= LONGEST_ALT:
            break
    return said


def _row_alt(row: AuditRow, name: str, families: Sequence[str]) -> str:
    numbers = (f"{family} {number}" for family, number in zip(families, row.cells, strict=False) if number is not None)
    return f"{name}: {', '.join(numbers)}"


# The trend


def step_chart(t: Translate, shown: Picture) -> StepChart:
    """Return what is drawn of the trend."""
    lines = [StepLine(t(CATEGORIES[each.category]), f"≥ {each.at_least}", each.points) for each in shown.trend]
    caption = t(
        "At least so many confirmed reports, as each digest told. Numbers move at random moments, so a step does not "
        "show when something happened."
    )
    return StepChart(t(TREND_TITLE), lines, shown.first, shown.last, _ticks(t, shown), caption)


def _ticks(t: Translate, shown: Picture) -> list[tuple[date, str]]:
    """Return the first days of some months, evenly spread; of a short time its two ends."""
    first, last = shown.first.year * 12 + shown.first.month, shown.last.year * 12 + shown.last.month - 1
    step = next((each for most, each in MONTHS_BETWEEN if last - first < most), 4)
    months = [date(number // 12, number % 12 + 1, 1) for number in range(first, last + 1, step)]
    if not months:
        return [(day, day.isoformat()) for day in (shown.first, shown.last)]
    return [(month, told(t, Dimension.MONTH, f"{month:%Y-%m}")) for month in months]


def _trend_lines(t: Translate, shown: Picture, most: int) -> str:
    some = shown.trend[: max(1, most // 2)]
    lines = [f"**{t(TREND_TITLE)}**"]
    for letter, each in zip(ascii_uppercase, some, strict=False):
        (day, before), what = each.points[0], t(CATEGORIES[each.category])
        words = (
            t("- **{letter}** {what}: at least {after}, since {day}")
            if len(each.points) == 1
            else t("- **{letter}** {what}: at least {after}, up from {before} on {day}")
        )
        lines.append(words.format(letter=letter, what=what, after=each.at_least, before=before, day=_day(day)))
    if len(shown.trend) > len(some):
        lines.append(t("-# … and {number} more").format(number=len(shown.trend) - len(some)))
    return "\n".join(lines)


def _trend_alt(t: Translate, shown: Picture) -> str:
    """Return every step in words, or the ends alone, with shorter names where it would not fit."""
    said = ""
    for width, whole in ((80, True), (24, True), (80, False), (24, False)):
        lines = [
            f"{letter} {_cut(t(CATEGORIES[each.category]), width)}: {_points_alt(each, whole=whole)}"
            for letter, each in zip(ascii_uppercase, shown.trend, strict=False)
        ]
        said = t("Lines of reports, at least, by day. {lines}").format(lines="; ".join(lines))
        if len(said) <= LONGEST_ALT:
            break
    return said


def _points_alt(each: Series, *, whole: bool) -> str:
    points = each.points if whole else dict.fromkeys((each.points[0], each.points[-1]))
    return ", ".join(f"{day.isoformat()} {number}" for day, number in points)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
