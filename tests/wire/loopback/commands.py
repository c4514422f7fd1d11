"""From what a person types after a slash to the payload that the bot gets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from .resolving import Resolved
from .world import Channel, World

Json = dict[str, Any]

SUBCOMMANDS: Final = frozenset({1, 2})
STRING: Final = 3
PICKED: Final = frozenset({6, 7, 8, 9, 11})
PLAIN: Final[dict[int, tuple[type, ...]]] = {STRING: (str,), 4: (int,), 5: (bool,), 10: (int, float)}


def payload(
    world: World, channel: Channel, typed: str, options: Mapping[str, object], *, focused: str | None = None
) -> Json:
    """Write the data of a command as it is registered: `petition sign` with its options.

    With `focused`, an option still being typed, missing and invalid options are let pass.

    Raises:
        AssertionError: when a person could not send this: no such command here, or options that do not fit.
    """
    name, *path = typed.split()
    command = _registered(world, channel, name)
    resolved = Resolved(world, channel.guild)
    node, nested = command, []
    for part in path:
        node = next((one for one in node["options"] if one["name"] == part and one["type"] in SUBCOMMANDS), {})
        assert node, f"/{name} has no subcommand {part!r}"
        nested.append(node)
    wanted = node.get("options") or []
    assert not any(one["type"] in SUBCOMMANDS for one in wanted), f"/{typed} needs one of its subcommands"
    written = _options(typed, wanted, options, resolved, focused)
    for one in reversed(nested):
        written = [{"type": one["type"], "name": one["name"], "options": written}]
    data: Json = {"id": command["id"], "name": name, "type": 1, "options": written}
    if command.get("guild_id"):
        data["guild_id"] = command["guild_id"]
    return data | ({"resolved": resolved.written} if resolved.written else {})


def _registered(world: World, channel: Channel, name: str) -> Json:
    context = 0 if channel.guild else 1
    everywhere = world.commands.get(None, [])
    # A guild's own command hides a global one of the same name.
    offered = (world.commands.get(channel.guild.id, []) if channel.guild else []) + [
        one for one in everywhere if one["contexts"] is None or context in one["contexts"]
    ]
    found = next((one for one in offered if one["name"] == name and one["type"] == 1), None)
    place = f"#{channel.name}" if channel.guild else "DMs"
    assert found is not None, f"/{name} is not offered in {place}; there are {[one['name'] for one in offered]}"
    return found


def _options(
    typed: str, wanted: list[Json], given: Mapping[str, object], resolved: Resolved, focused: str | None
) -> list[Json]:
    known = {option["name"]: option for option in wanted}
    unknown = set(given) - set(known)
    assert not unknown, f"/{typed} has no option {sorted(unknown)}; it has {list(known)}"
    missing = {name for name, option in known.items() if option.get("required")} - set(given)
    assert not missing or focused, f"/{typed} needs {sorted(missing)}"
    written = []
    for name, value in given.items():
        option = known[name]
        if name == focused:
            written.append({"type": option["type"], "name": name, "value": value, "focused": True})
        else:
            written.append({"type": option["type"], "name": name, "value": _value(option, value, resolved)})
    return written


def _value(option: Json, value: object, resolved: Resolved) -> object:
    if option["type"] in PICKED:
        return resolved.refer(value)
    fits = isinstance(value, PLAIN[option["type"]]) and (option["type"] == 5 or not isinstance(value, bool))
    assert fits, f"{option['name']} cannot be {value!r}"
    choices = [choice["value"] for choice in option.get("choices") or ()]
    assert not choices or value in choices, f"{option['name']} must be one of {choices}"
    size = len(value) if isinstance(value, str) else value
    least, most = ("min_length", "max_length") if isinstance(value, str) else ("min_value", "max_value")
    assert option.get(least) is None or size >= option[least], f"{option['name']} is below {option[least]}"
    assert option.get(most) is None or size <= option[most], f"{option['name']} is above {option[most]}"
    return value
