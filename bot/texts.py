"""Every sentence a person reads, in their language: gettext catalogues and nothing else."""

import gettext
from collections.abc import Callable
from functools import cache
from pathlib import Path

DOMAIN = "steward"
LOCALES = Path(__file__).parent / "locales"
ENGLISH = "en"

Translate = Callable[[str], str]
"""Turn an English sentence into the reader's language; unknown sentences stay English."""


@cache
def languages() -> tuple[str, ...]:
    """Return the languages that have a catalogue, English first."""
    found = sorted(path.parent.parent.name for path in LOCALES.glob(f"*/LC_MESSAGES/{DOMAIN}.mo"))
    return (ENGLISH, *(name for name in found if name != ENGLISH))


@cache
def translation(language: str) -> gettext.NullTranslations:
    """Return the catalogue for a Discord locale or language code, falling back to English."""
    code = language.replace("-", "_")
    return gettext.translation(DOMAIN, LOCALES, [code, code.split("_")[0]], fallback=True)


def translate(language: str) -> Translate:
    """Return the function that turns English sentences into `language`."""
    return translation(language).gettext
