"""The answer an operator gets when a command was not done."""


class OperationRefused(Exception):
    """A command was not done and left everything as it was; the message says why and what to do."""
