"""From what a person fills into a form to the payload that the bot gets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tests.discord_limits import walk

from . import components
from .interactions import Modal
from .resolving import Resolved

Json = dict[str, Any]


def payload(modal: Modal, filled: Mapping[str, object], resolved: Resolved) -> Json:
    """Write a submitted form. Fields are named by custom_id or by label; the rest keep their defaults.

    Raises:
        AssertionError: when a person could not submit this: no such field, a required one empty, a text too long.
    """
    left = dict(filled)
    parts = []
    for part in modal.components:
        match part["type"]:
            case components.TEXT_DISPLAY:
                parts.append({"type": part["type"], "id": part["id"]})
            case components.LABEL:
                field = _field(part["component"], part["label"], left, resolved)
                parts.append({"type": part["type"], "id": part["id"], "component": field})
            case components.ACTION_ROW:
                fields = [_field(one, one.get("label") or "", left, resolved) for one in part["components"]]
                parts.append({"type": part["type"], "id": part["id"], "components": fields})
    assert not left, f"the form {modal.title!r} has no field {sorted(left)}; it has {field_names(modal)}"
    return {
        "custom_id": modal.custom_id,
        "components": parts,
        **({"resolved": resolved.written} if resolved.written else {}),
    }


def field_names(modal: Modal) -> list[str]:
    """Return the custom_ids of the fields of a form."""
    return [part["custom_id"] for part in walk(modal.components) if "custom_id" in part]


def picks(field: Json, value: object, resolved: Resolved) -> list[str]:
    """Return the values picked in a menu, a file upload or a group of checkboxes.

    Raises:
        AssertionError: when one is not offered, or there are too few or too many.
    """
    several = value if isinstance(value, Sequence) and not isinstance(value, str | tuple) else [value]
    if field["type"] in components.ENTITY_SELECTS | {components.FILE_UPLOAD}:
        picked = [resolved.refer(one) for one in several]
    else:
        picked = [str(one) for one in several]
        offered = [option["value"] for option in field["options"]]
        assert set(picked) <= set(offered), f"{field['custom_id']} offers {offered}, not {picked}"
    everything = len(field.get("options", ())) if field["type"] == components.CHECKBOX_GROUP else 1
    least, most = field.get("min_values"), field.get("max_values")
    least, most = 1 if least is None else least, everything if most is None else most
    assert least <= len(picked) <= most, f"{field['custom_id']} takes {least} to {most} values, not {len(picked)}"
    return picked


def _field(field: Json, label: str, left: dict[str, object], resolved: Resolved) -> Json:
    written = {"type": field["type"], "id": field["id"], "custom_id": field["custom_id"]}
    name = field["custom_id"] if field["custom_id"] in left else label
    is_filled = name in left
    value = left.pop(name, None)
    match field["type"]:
        case components.TEXT_INPUT:
            return written | {"value": _text(field, value if is_filled else field.get("value") or "")}
        case components.CHECKBOX:
            return written | {"value": value if is_filled else bool(field.get("default"))}
        case components.RADIO_GROUP:
            return written | {"value": _radio(field, value)}
    if is_filled and value not in (None, [], ()):
        return written | {"values": picks(field, value, resolved)}
    defaults = [option["value"] for option in field.get("options") or () if option.get("default")]
    assert defaults or not field.get("required", True), f"{field['custom_id']} is required"
    return written | {"values": [] if is_filled else defaults}


def _text(field: Json, value: object) -> str:
    assert isinstance(value, str), f"{field['custom_id']} takes text, not {value!r}"
    assert value or not field.get("required", True), f"{field['custom_id']} is required"
    assert not value or len(value) >= (field.get("min_length") or 0), f"{field['custom_id']} is too short"
    assert len(value) <= (field.get("max_length") or 4000), f"{field['custom_id']} is too long"
    return value


def _radio(field: Json, value: object) -> str | None:
    offered = [option["value"] for option in field["options"]]
    chosen = value or next((option["value"] for option in field["options"] if option.get("default")), None)
    assert chosen is not None or not field.get("required", True), f"{field['custom_id']} is required"
    assert chosen is None or chosen in offered, f"{field['custom_id']} offers {offered}, not {chosen!r}"
    return None if chosen is None else str(chosen)
