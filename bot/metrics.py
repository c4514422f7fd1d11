"""Numbers for Prometheus and `/health`, on this machine only, and only when a port is set.

There is no counter of reports, ballots, signatures, clicks or errors in private: a page that is read every few seconds
would tell when each of them was. `bot.health` says how the rest is kept from telling it.
"""

import math
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

from aiohttp import web
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot import __version__
from bot.settings import Settings, SettingsRefused
from bot.watch import Watch

LOOPBACK = "127.0.0.1"
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Numbers(Collector):
    """Turn the last look of the watch into metrics."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch

    def collect(self) -> Iterator[Metric]:
        """Yield every metric."""
        vitals = self._watch.vitals
        version = GaugeMetricFamily("steward_build_info", "The version that runs.", labels=["version"])
        version.add_metric([__version__], 1)
        yield version
        gauges = {
            "up": ("1 while the process answers.", 1),
            "connected": ("1 while a gateway session is open.", vitals.is_connected),
            "deaf": ("1 while the gateway is open and silent.", vitals.is_deaf),
            "gateway_answer_age_seconds": (
                "Since the gateway last answered Steward's own question.",
                vitals.answer_age,
            ),
            "heartbeat_latency_seconds": ("How long a heartbeat took, in tenths.", _tenths(vitals.latency)),
            "tick_age_seconds": ("Since what is due was last done.", vitals.tick_age),
            "stores_writable": ("1 if the last heartbeat reached both stores.", vitals.is_writing),
            "event_loop_lag_seconds": ("The worst of the last seconds, in quarters.", vitals.lag),
            "memory_peak_bytes": ("The most memory held so far, looked at once a day.", vitals.memory_peak),
        }
        for name, (meaning, value) in gauges.items():
            yield GaugeMetricFamily(f"steward_{name}", meaning, value=float(value))
        backlog = vitals.backlog
        letters = GaugeMetricFamily("steward_outbox_letters", "Public messages not posted yet.", labels=["state"])
        letters.add_metric(["waiting"], backlog.get("new", 0) + backlog.get("sending", 0))
        letters.add_metric(["held"], backlog.get("held", 0))
        letters.add_metric(["dead"], backlog.get("dead", 0))
        yield letters
        failures = CounterMetricFamily("steward_job_failures", "Failures of jobs that are not private.", labels=["job"])
        for job, times in sorted(vitals.failures.items()):
            failures.add_metric([job], times)
        yield failures


async def _listen(runner: web.AppRunner, port: int) -> None:
    try:
        await web.TCPSite(runner, LOOPBACK, port).start()
    except OSError:
        meant = Settings.model_fields["metrics_port"].description
        raise SettingsRefused([f"STEWARD_METRICS_PORT: port {port} cannot be used. {meant}"]) from None


def _tenths(seconds: float) -> float:
    return round(seconds, 1) if math.isfinite(seconds) else math.nan


@asynccontextmanager
async def served(watch: Watch, port: int) -> AsyncIterator[None]:
    """Serve `/metrics` and `/health` on loopback while the context is open.

    Raises `SettingsRefused` when the port is taken.
    """
    registry = CollectorRegistry()
    registry.register(Numbers(watch))

    async def metrics(_: web.Request) -> web.Response:
        return web.Response(body=generate_latest(registry), headers={"Content-Type": CONTENT_TYPE})

    async def health(_: web.Request) -> web.Response:
        problems = watch.vitals.problems
        return web.Response(status=503 if problems else 200, text="".join(f"{line}\n" for line in problems or ["well"]))

    application = web.Application()
    application.add_routes([web.get("/metrics", metrics), web.get("/health", health)])
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    try:
        await _listen(runner, port)
        yield
    finally:
        await runner.cleanup()
