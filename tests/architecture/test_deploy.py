"""The container and the service cannot be run here, so they are read closely: what they name exists and fits."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted([*DEPLOY.glob("*.service"), *DEPLOY.glob("*.timer")])
NEEDED = {"bot", "cogs", "migrations", "requirements.lock", "LICENSE"}
USER = "10001"
SINCE_254 = {"RestartSteps", "RestartMaxDelaySec"}


def instructions() -> list[tuple[str, str]]:
    """Return each instruction of the Containerfile with its words, long lines joined and comments left out."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Containerfile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    lines = [line for line in re.sub(r"\\\n\s*", " ", text).splitlines() if line.strip()]
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in lines)]


def said(word: str) -> list[str]:
    return [rest for instruction, rest in instructions() if instruction == word]


def test_the_image_holds_what_the_program_needs_and_nothing_else() -> None:
    copied = [part.rstrip("/") for rest in said("COPY") if "--from" not in rest for part in rest.split()[:-1]]
    assert set(copied) == NEEDED
    assert all((ROOT / path).exists() for path in copied)
    handed = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert "*" in handed
    assert {line[1:] for line in handed if line.startswith("!")} == NEEDED


def test_the_image_is_built_from_the_lock_by_hash_and_keeps_no_installer() -> None:
    install, clean = (rest for rest in said("RUN") if "pip" in rest)
    assert {"--require-hashes", "--no-deps", "--only-binary=:all:"} <= set(install.split())
    assert "pip uninstall" in clean
    assert not any(tool in rest for rest in said("RUN") for tool in ("apt", "gcc", "curl", "git"))


def test_the_image_runs_as_nobody_in_particular_and_says_how_it_is() -> None:
    assert {word for word, _ in instructions()} <= {
        "FROM",
        "COPY",
        "RUN",
        "ENV",
        "USER",
        "VOLUME",
        "WORKDIR",
        "STOPSIGNAL",
        "HEALTHCHECK",
        "ENTRYPOINT",
        "CMD",
    }
    assert all(re.fullmatch(r"python:3\.1\d-slim( AS \w+)?", image) for image in said("FROM"))
    assert said("USER") == [f"{USER}:{USER}"]
    assert said("STOPSIGNAL") == ["SIGTERM"]
    assert said("HEALTHCHECK")[0].endswith('CMD ["python", "-m", "bot", "health"]')
    assert (said("ENTRYPOINT"), said("CMD")) == (['["python", "-m", "bot"]'], ['["start"]'])
    volumes = {"/data", "/keys", "/backups"}
    assert set(re.findall(r'"([^"]+)"', said("VOLUME")[0])) == volumes
    assert set(re.findall(r"STEWARD_\w+_DIR=(\S+)", said("ENV")[0])) == volumes
    assert any(f"--owner={USER} --group={USER} --mode=0700 /data /keys /backups" in rest for rest in said("RUN"))


def parsed(path: Path) -> dict[str, Any]:
    """Read the small part of YAML that the compose file keeps to: maps and lists by indentation, and plain words."""
    top: dict[str, Any] = {}
    levels: list[tuple[int, Any]] = [(0, top)]
    waiting = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        words = line.strip()
        if not words or words.startswith("#"):
            continue
        depth = len(line) - len(line.lstrip())
        if depth > levels[-1][0]:
            assert waiting, f"nothing is open above: {line}"
            levels[-1][1][waiting] = [] if words.startswith("- ") else {}
            levels.append((depth, levels[-1][1][waiting]))
        while depth < levels[-1][0]:
            levels.pop()
        assert depth == levels[-1][0], f"stands between two levels: {line}"
        within, waiting = levels[-1][1], ""
        if words.startswith("- "):
            within.append(words[2:].strip('"'))
            continue
        found = re.fullmatch(r"([\w-]+):(?: (.+))?", words)
        assert found is not None, line
        assert found[1] not in within, f"said twice: {line}"
        within[found[1]] = found[2].strip('"') if found[2] else None
        waiting = "" if found[2] else found[1]
    return top


def test_the_compose_file_gives_the_container_as_little_as_it_needs() -> None:
    compose = parsed(DEPLOY / "compose.yaml")
    (service,) = compose["services"].values()
    wanted = {
        "read_only": "true",
        "cap_drop": ["ALL"],
        "security_opt": ["no-new-privileges:true"],
        "stop_grace_period": "20s",
        "restart": "unless-stopped",
        "secrets": ["DISCORD_TOKEN"],
        "volumes": ["data:/data", "keys:/keys", "backups:/backups"],
        "ulimits": {"core": "0"},
    }
    assert {name: service.get(name) for name in wanted} == wanted
    assert service["memswap_limit"] == service["mem_limit"], "or memory is swapped to a disk"
    assert [each.partition(":")[0] for each in service["tmpfs"]] == ["/tmp"]  # noqa: S108 - inside the container
    assert not {"ports", "privileged", "network_mode", "user", "devices"} & set(service)
    assert set(compose["volumes"]) == {"data", "keys", "backups"}
    assert "DISCORD_TOKEN" not in service["environment"], "it would be seen by everybody who may inspect the container"
    assert compose["secrets"] == {"DISCORD_TOKEN": {"file": "./secrets/DISCORD_TOKEN"}}
    build = service["build"]
    assert (DEPLOY / build["context"] / build["dockerfile"]).resolve() == ROOT / "Containerfile"
    assert "/deploy/secrets/" in (ROOT / ".gitignore").read_text(encoding="utf-8").split()


def settings_of(unit: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in unit.read_text(encoding="utf-8").splitlines():
        if line and line[0] not in "#[":
            name, _, value = line.partition("=")
            found.setdefault(name, []).append(value)
    return found


def test_the_services_are_held_tight() -> None:
    service, backup = settings_of(DEPLOY / "steward.service"), settings_of(DEPLOY / "steward-backup.service")
    for unit, word in ((service, "start"), (backup, "backup")):
        assert unit["ExecStart"] == [f"/usr/bin/python3 /opt/steward/run.py {word}"]
        assert unit["User"] == ["steward"]
        assert unit["UMask"] == ["0077"]
        assert unit["LimitCORE"] == ["0"]
        assert unit["MemorySwapMax"] == ["0"]
        assert unit["ProtectSystem"] == ["strict"]
        for name in ("NoNewPrivileges", "PrivateTmp", "ProtectHome", "ProtectKernelTunables", "ProtectKernelModules"):
            assert unit[name] == ["yes"]
        assert unit["CapabilityBoundingSet"] == [""]
        assert "@system-service" in unit["SystemCallFilter"]
    assert service["LoadCredential"] == ["DISCORD_TOKEN:/etc/steward/DISCORD_TOKEN"]
    assert service["TimeoutStopSec"] == ["20"]
    assert service["Restart"] == ["on-failure"]
    # Discord resets the token of a bot that begins a thousand sessions a day.
    assert 24 * 60 * 60 / int(service["RestartSec"][0]) < 1000


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not here")
def test_systemd_understands_the_units() -> None:
    command = ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", *map(str, UNITS)]
    told = subprocess.run(command, capture_output=True, text=True, check=False).stderr.splitlines()
    # An older systemd does not know the growing pause and says that it goes on without.
    assert [line for line in told if not any(f"'{name}'" in line for name in SINCE_254)] == []
