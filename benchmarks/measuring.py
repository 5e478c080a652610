"""How a burst of deliveries is sent, and how the processor time that it causes is counted."""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
import math
from pathlib import Path
import tempfile
import time
from typing import Final

import aiohttp
import psutil  # type: ignore[import-untyped]

QUIET_SAMPLE: Final = 0.5
QUIET_LOAD: Final = 0.06
"""Of one processor; a Home Assistant that has nothing to do uses about 0.01."""
QUIET_TIME: Final = 6.5
"""Seconds; longer than the recorder's interval of commits."""
QUIET_PATIENCE: Final = 60.0


_IN_MEMORY: Final = frozenset({"tmpfs", "ramfs"})


class NeverQuietError(Exception):
    """The process goes on working."""


def folder_on_disk() -> Path:
    """Return a folder for temporary files that is on a disk, so that waiting for the disk is measured."""
    candidates = [Path(tempfile.gettempdir()), Path("/var") / "tmp", Path.cwd()]
    return next(
        (folder for folder in candidates if folder.is_dir() and _is_on_disk(folder)),
        candidates[0],
    )


def _is_on_disk(folder: Path) -> bool:
    mounts = {
        Path(item.mountpoint): item.fstype for item in psutil.disk_partitions(all=True)
    }
    above = (folder.resolve(), *folder.resolve().parents)
    return (
        next((mounts[path] for path in above if path in mounts), "") not in _IN_MEMORY
    )


@dataclass(frozen=True, slots=True)
class Post:
    """One delivery on the wire."""

    url: str
    body: bytes
    content_type: str


@dataclass(frozen=True, slots=True)
class Burst:
    """What a burst of deliveries took."""

    deliveries_per_second: float
    cpu_milliseconds: float
    """Per delivery, from the first one until the process is idle again."""
    p99_milliseconds: float


class Process:
    """The process that does the work."""

    def __init__(self, process_id: int) -> None:
        """Take a running one."""
        self._process = psutil.Process(process_id)

    @property
    def cpu_seconds(self) -> float:
        """Return the processor time that it has used, in all of its threads."""
        times = self._process.cpu_times()
        return float(times.user + times.system)


def percentile(values: list[float], percent: float) -> float:
    """Return the least value that so many per cent are not above."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


async def measure_burst(
    process: Process, posts: Sequence[Post], *, at_once: int
) -> Burst:
    """Send all posts to an idle process over keep-alive connections, and wait until it is idle again."""
    cpu = process.cpu_seconds
    start = time.perf_counter()
    latencies = await send(posts, at_once=at_once)
    seconds = time.perf_counter() - start
    cpu = await until_quiet(process) - cpu
    return Burst(
        deliveries_per_second=len(posts) / seconds,
        cpu_milliseconds=1000 * cpu / len(posts),
        p99_milliseconds=1000 * percentile(latencies, 99),
    )


async def send(posts: Sequence[Post], *, at_once: int) -> list[float]:
    """Send all posts, so many at once, and return how long each took in seconds."""
    waiting = deque(posts)
    latencies: list[float] = []

    async def work(session: aiohttp.ClientSession) -> None:
        while waiting:
            post = waiting.popleft()
            start = time.perf_counter()
            async with session.post(
                post.url, data=post.body, headers={"Content-Type": post.content_type}
            ) as response:
                await response.read()
                response.raise_for_status()
            latencies.append(time.perf_counter() - start)

    timeout = aiohttp.ClientTimeout(total=30)
    connector = aiohttp.TCPConnector(limit=at_once)
    async with (
        aiohttp.ClientSession(connector=connector, timeout=timeout) as session,
        asyncio.TaskGroup() as group,
    ):
        for _ in range(at_once):
            group.create_task(work(session))
    return latencies


async def until_quiet(process: Process) -> float:
    """Wait until the process is idle; return the processor time in seconds that it had used when it became so."""
    now = start = quiet_since = time.monotonic()
    used = used_when_quiet = process.cpu_seconds
    while now - quiet_since < QUIET_TIME:
        if now - start > QUIET_PATIENCE:
            raise NeverQuietError("Home Assistant does not become idle.")
        await asyncio.sleep(QUIET_SAMPLE)
        before, now = now, time.monotonic()
        used_before, used = used, process.cpu_seconds
        if used - used_before > QUIET_LOAD * (now - before):
            quiet_since, used_when_quiet = now, used
    return used_when_quiet
