"""The one place that turns a count of what people did into a number that others may see. Pure.

Reports pass the gate of `bot.digests.rules`, which is stricter. Signatures, sign-ups, wishes for an answer and times
that suit are told in whole steps; that reads "at least N".
"""


def at_least(true_count: int, step: int, shown: int = 0) -> int:
    """Return the number to show for a count: whole steps only, and never less than was `shown` before.

    If it fell, whoever brought it to the edge of a step with an account of their own and then pressed one member would
    see whether that member took back what they gave.
    """
    return max(shown, max(0, true_count) // step * step)
