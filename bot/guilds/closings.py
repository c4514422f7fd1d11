"""What happens when Steward cannot post in a channel: organizers are told once, and another channel takes over."""

from bot.database import outbox
from bot.database.engine import Transaction
from bot.guilds import records
from bot.guilds.rules import Guild, Use

KIND = "guilds:closed"

MOVING: dict[Use, tuple[str, ...]] = {
    Use.DIGESTS: ("digests:", "trust:head"),
    Use.PETITIONS: ("petitions:",),
}
"""The kinds of posts that go where their use goes. A poll or a town hall keeps the channel it was started in."""


async def tell_organizers(connection: Transaction, letter: outbox.Letter, code: int) -> None:
    """Queue a notice that a channel is closed, once for the letter that it holds up first.

    `code` is Discord's. Says nothing where organizers have no channel, or in a guild that is frozen or left.
    """
    guild = await records.get(connection, letter.guild_id)
    if guild is None or guild.is_frozen or guild.left_at is not None or guild.erase_at is not None:
        return
    if guild.organizers_channel_id in (None, letter.channel_id):
        return
    notice = outbox.Letter(
        natural_key=f"closed:{letter.natural_key}",
        guild_id=guild.id,
        channel_id=guild.organizers_channel_id,
        kind=KIND,
        contents={"channel": letter.channel_id, "code": code, "waits": letter.kind.partition(":")[0]},
        language=guild.language,
    )
    await outbox.queue(connection, notice)


async def follow(connection: Transaction, before: Guild, after: Guild) -> None:
    """Let posts that wait for a channel go to the one that was chosen in its place."""
    for use, kinds in MOVING.items():
        old, new = before.channel_for(use), after.channel_for(use)
        if old is not None and new is not None and old != new:
            await outbox.redirect(connection, after.id, kinds, old, new)
