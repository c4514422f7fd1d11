"""Message components and modals as plain JSON: walking them, and finding what a person sees."""

from __future__ import annotations

from typing import Any, Final

from tests.discord_limits import walk

Json = dict[str, Any]

ACTION_ROW: Final = 1
BUTTON: Final = 2
STRING_SELECT: Final = 3
TEXT_INPUT: Final = 4
ENTITY_SELECTS: Final = frozenset({5, 6, 7, 8})
SELECTS: Final = ENTITY_SELECTS | {STRING_SELECT}
TEXT_DISPLAY: Final = 10
LABEL: Final = 18
FILE_UPLOAD: Final = 19
RADIO_GROUP: Final = 21
CHECKBOX_GROUP: Final = 22
CHECKBOX: Final = 23
LINK_STYLE: Final = 5


def number(components: list[Json]) -> list[Json]:
    """Give an id to each component that has none, as Discord does (0 counts as none)."""
    taken = {component["id"] for component in walk(components) if component.get("id")}
    following = 1
    for component in walk(components):
        if not component.get("id"):
            while following in taken:
                following += 1
            component["id"] = following
            taken.add(following)
    return components


def shown_text(components: list[Json]) -> str:
    """Return the text of all text displays, one after the other."""
    return "\n".join(part["content"] for part in walk(components) if part.get("type") == TEXT_DISPLAY)


def button(components: list[Json], wanted: str) -> Json:
    """Return the button with this custom_id, or else with this label.

    Raises:
        AssertionError: when there is no such button, two carry the label, or a person could not press it.
    """
    buttons = [part for part in walk(components) if part.get("type") == BUTTON]
    found = [part for part in buttons if part.get("custom_id") == wanted]
    found = found or [part for part in buttons if part.get("label") == wanted]
    seen = [(part.get("label"), part.get("custom_id") or part.get("url")) for part in buttons]
    if len(found) != 1:
        raise AssertionError(f"{len(found)} buttons are called {wanted!r}; the message has {seen}")
    if found[0].get("disabled") or found[0].get("style") == LINK_STYLE:
        raise AssertionError(f"the button {wanted!r} is disabled or only a link")
    return found[0]


def select(components: list[Json], custom_id: str | None) -> Json:
    """Return the select menu with this custom_id, or the only one there is.

    Raises:
        AssertionError: when it is not there, not alone, or disabled.
    """
    menus = [part for part in walk(components) if part.get("type") in SELECTS]
    found = [part for part in menus if custom_id is None or part["custom_id"] == custom_id]
    if len(found) != 1:
        raise AssertionError(
            f"{len(found)} menus match {custom_id!r}; the message has {[m['custom_id'] for m in menus]}"
        )
    if found[0].get("disabled"):
        raise AssertionError(f"the menu {found[0]['custom_id']!r} is disabled")
    return found[0]
