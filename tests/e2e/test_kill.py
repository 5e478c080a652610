"""Nothing is lost or doubled when a real Home Assistant is killed, stopped or reloaded in a burst of messages.

benchmarks/journal_survival.py does more rounds of the same.
"""

from pathlib import Path

from rich.console import Console

from benchmarks.journal_survival import Trial


async def test_killed_in_a_burst(tmp_path: Path) -> None:
    """Every accepted message is in the journal once, and was delivered; none twice unless it said so."""
    async with Trial.begin(tmp_path / "config", Console(stderr=True)) as trial:
        await trial.kill(3)
        report = await trial.finish()
    assert report.answers["accepted"] > 300
    assert report.is_perfect, report


async def test_stopped_and_reloaded_under_traffic(tmp_path: Path) -> None:
    """Every delivery gets our answer or a refused connection, once the integration is there."""
    async with Trial.begin(tmp_path / "config", Console(stderr=True)) as trial:
        await trial.stop(2)
        await trial.reload(5)
        report = await trial.finish()
    assert report.is_perfect, report
    assert report.doubled_events == 0


async def test_same_message_thrice(tmp_path: Path) -> None:
    """From many connections at once, with a restart in between: one row and one event for each."""
    async with Trial.begin(tmp_path / "config", Console(stderr=True)) as trial:
        await trial.same(1000, 3)
        report = await trial.finish()
    assert report.is_perfect, report
    assert trial.events.total() == len(trial.events) == report.rows
    assert len([number for number in trial.events if number > 1_000_000]) == 1000
