"""The only reader of the environment: what an operator sets, checked before anything starts."""

import io
import ipaddress
import os
import re
from collections import Counter
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from dotenv.parser import parse_stream
from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

TOKEN_SHAPE = re.compile(r"[\w-]{18,}\.[\w-]{4,}\.[\w-]{20,}")
RECIPIENT_SHAPE = re.compile(r"age1[02-9ac-hj-np-z]{58}")
OURS = ("STEWARD_", "DISCORD_", "DATABASE_")


class SettingsRefused(Exception):
    """One or more settings are missing or malformed; `sentences` says which and what to do."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences


class Settings(BaseSettings):
    """Everything an operator can set. Each field's description is the fix told when it is wrong."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True, env_ignore_empty=True)

    token: SecretStr | None = Field(
        None,
        validation_alias="DISCORD_TOKEN",
        description="Copy the token from the Bot page of your application on discord.com/developers into .env, "
        "without quotes or spaces.",
    )
    data_dir: Path = Field(
        Path("data"),
        validation_alias="STEWARD_DATA_DIR",
        description="Name a directory that Steward may write to; it is made if missing.",
    )
    key_dir: Path = Field(
        Path("keys"),
        validation_alias="STEWARD_KEY_DIR",
        validate_default=True,
        description="Name a directory for keys, outside the data directory and outside your backups.",
    )
    database_url: SecretStr | None = Field(
        None,
        validation_alias="DATABASE_URL",
        description="Leave it out to use SQLite in the data directory, or write postgresql://user:password@host/name.",
    )
    backup_dir: Path = Field(
        Path("backups"),
        validation_alias="STEWARD_BACKUP_DIR",
        description="Name a directory for backups, outside the data and key directories, best on another disk.",
    )
    backup_recipient: str | None = Field(
        None,
        validation_alias="STEWARD_BACKUP_RECIPIENT",
        description="Write the public key that backups are sealed to, which starts with age1; several with spaces "
        "between. Make a pair with: python3 run.py backup --new-key FILE",
    )
    backup_keep_days: int = Field(
        14,
        ge=1,
        validation_alias="STEWARD_BACKUP_KEEP_DAYS",
        description="Write for how many days backups are kept, as a whole number from 1 up. The newest is always kept.",
    )
    log_level: Literal["INFO", "WARNING", "ERROR"] = Field(
        "INFO",
        validation_alias="STEWARD_LOG_LEVEL",
        description="Use INFO, WARNING or ERROR. DEBUG is not offered: it would print what people write.",
    )
    metrics_port: int | None = Field(
        None,
        ge=1,
        le=65535,
        validation_alias="STEWARD_METRICS_PORT",
        description="Leave it out, or choose a free port such as 9464: this machine alone can then read /metrics and "
        "/health there.",
    )
    operator: str | None = Field(
        None,
        validation_alias="STEWARD_OPERATOR",
        max_length=200,
        description="Say in a few words who runs this Steward and how to reach them; members see it with /trust.",
    )
    discord_url: str | None = Field(
        None,
        validation_alias="STEWARD_DISCORD_URL",
        description="For tests only: the address of a stand-in for Discord on this machine, such as "
        "http://127.0.0.1:8080. Leave it out to use Discord.",
    )

    @field_validator("token")
    @classmethod
    def _token_has_its_shape(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not TOKEN_SHAPE.fullmatch(value.get_secret_value()):
            raise ValueError("does not look like a bot token")
        return value

    @field_validator("key_dir")
    @classmethod
    def _keys_are_apart_from_what_they_open(cls, value: Path, info: ValidationInfo) -> Path:
        data_dir = info.data.get("data_dir")
        if data_dir is not None and value.resolve().is_relative_to(data_dir.resolve()):
            raise ValueError("is inside the data directory")
        return value

    @field_validator("database_url")
    @classmethod
    def _database_is_known(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            try:
                parts = urlsplit(value.get_secret_value())
                known = parts.scheme in {"postgresql", "postgres"} and (parts.port is None or parts.port > 0)
            except ValueError:  # its text would repeat a part of the address
                raise ValueError("is not a PostgreSQL address") from None
            if not known or not parts.hostname or not parts.path.strip("/"):
                raise ValueError("is not a PostgreSQL address")
        return value

    @field_validator("backup_recipient")
    @classmethod
    def _recipients_are_public_keys(cls, value: str | None) -> str | None:
        if value is None:
            return None
        if "AGE-SECRET-KEY" in value.upper():
            raise ValueError("holds a private key, which must never be on this machine: take it out, make a new pair")
        if not value.split() or not all(RECIPIENT_SHAPE.fullmatch(key) for key in value.split()):
            raise ValueError("does not look like an age public key")
        return value

    @field_validator("discord_url")
    @classmethod
    def _stand_in_is_on_this_machine(cls, value: str | None) -> str | None:
        """Refuse any other address: it would be handed the token."""
        if value is None:
            return None
        try:
            parts = urlsplit(value)
            loopback = parts.hostname == "localhost" or ipaddress.ip_address(parts.hostname or "").is_loopback
        except ValueError:
            raise ValueError("is not an address on this machine") from None
        if parts.scheme not in {"http", "https"} or not loopback:
            raise ValueError("is not an address on this machine")
        return value.rstrip("/")

    @property
    def bot_token(self) -> str:
        """Return the token in clear. Never log, format or store it."""
        if self.token is None:
            raise SettingsRefused([f"DISCORD_TOKEN is missing. {Settings.model_fields['token'].description}"])
        return self.token.get_secret_value()

    @property
    def backup_recipients(self) -> list[str]:
        """Return the public keys that backups are sealed to."""
        return (self.backup_recipient or "").split()

    @property
    def database(self) -> str:
        """Return the SQLAlchemy address of the database. It may hold a password: never log it."""
        if self.database_url is None:
            return f"sqlite+aiosqlite:///{self.database_path}"
        url = re.sub(r"^postgres(ql)?://", "postgresql+asyncpg://", self.database_url.get_secret_value())
        return re.sub(r"([?&])sslmode=", r"\1ssl=", url)  # as libpq and hosting companies call it

    @property
    def database_path(self) -> Path:
        """Return where the database lives when it is SQLite."""
        return self.data_dir / "steward.db"

    @property
    def health_path(self) -> Path:
        """Return where a running bot notes how it is, for the `health` command."""
        return self.data_dir / "health.json"

    @property
    def vault_path(self) -> Path:
        """Return where the vault lives: always a SQLite file."""
        return self.data_dir / "vault.db"


def variables() -> dict[str, str]:
    """Return every variable that Steward reads, with its description."""
    return {str(field.validation_alias): field.description or "" for field in Settings.model_fields.values()}


def load(dotenv: Path = Path(".env")) -> Settings:
    """Read the settings from the environment, else from `.env`, else from a file named like the variable.

    Such files are looked for in systemd's credentials directory and in `/run/secrets`. Raises `SettingsRefused`
    with one sentence for each problem: it names the variable and the fix and never repeats a value, which may be
    a secret.
    """
    problems = _problems_of(dotenv)
    if problems:
        raise SettingsRefused(problems)
    secrets = [
        path for path in (os.environ.get("CREDENTIALS_DIRECTORY"), "/run/secrets") if path and Path(path).is_dir()
    ]
    try:
        settings = Settings(_env_file=dotenv, _env_file_encoding="utf-8-sig", _secrets_dir=secrets)
    except ValidationError as error:
        known = variables()
        for problem in error.errors(include_input=False, include_url=False):
            name = str(problem["loc"][0])
            message = (
                problem["msg"].removeprefix("Value error, ") if problem["type"] == "value_error" else "is not valid"
            )
            problems.append(f"{name} {message}. {known[name]}")
        raise SettingsRefused(problems) from None
    return settings


def _problems_of(path: Path) -> list[str]:
    """Read `.env` strictly: a key that Steward does not know, or says twice, is a mistake worth telling."""
    if not path.is_file():
        return []
    try:
        bindings = list(parse_stream(io.StringIO(path.read_text("utf-8-sig"))))
    except (OSError, UnicodeDecodeError):
        return [f"{path} cannot be read. Save it as plain text in UTF-8."]
    problems: list[str] = []
    names: list[str] = []
    for binding in bindings:
        if binding.error or (binding.key is not None and binding.value is None):
            line = binding.original.line
            problems.append(f"{path}, line {line}: write NAME=value, or start the line with # for a comment.")
        elif binding.key is not None:
            names.append(binding.key.upper())  # small letters are read too
    for name, times in Counter(names).items():
        if name.startswith(OURS) and name not in variables():
            problems.append(f"{path}: {name} is not a setting of Steward. See .env.example for the names.")
        if times > 1:
            problems.append(f"{path}: {name} is set {times} times. Keep one.")
    return problems
