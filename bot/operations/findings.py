"""What an examination finds: how bad it is, in one sentence, and what to do."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How bad a finding is. Only problems make the examination fail."""

    OK = "ok"
    NOTE = "note"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `check` is a fixed name for monitoring to hold on to."""

    severity: Severity
    check: str
    sentence: str
    fix: str = ""

    @property
    def line(self) -> str:
        """Return the finding as one line."""
        return " ".join(f"{self.severity:<8}{self.check}: {self.sentence} {self.fix}".rstrip().splitlines())


def ok(check: str, sentence: str) -> Finding:
    """Return a finding that all is well."""
    return Finding(Severity.OK, check, sentence)


def note(check: str, sentence: str, fix: str = "") -> Finding:
    """Return a finding that an operator should know of."""
    return Finding(Severity.NOTE, check, sentence, fix)


def problem(check: str, sentence: str, fix: str) -> Finding:
    """Return a finding that an operator should do something about."""
    return Finding(Severity.PROBLEM, check, sentence, fix)


def failed(findings: Iterable[Finding]) -> bool:
    """Tell whether there is a problem among them."""
    return any(finding.severity is Severity.PROBLEM for finding in findings)


def as_json(findings: Iterable[Finding]) -> str:
    """Return the findings for a machine to read."""
    return json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=1)
