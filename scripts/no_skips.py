"""A pytest plugin: a test that would be skipped fails (`pytest -p scripts.no_skips`)."""

from collections.abc import Generator

import pytest


def _refuse[Report: pytest.TestReport | pytest.CollectReport](report: Report) -> Report:
    """Turn a skip into a failure that still gives the reason."""
    if report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else ""
        report.outcome = "failed"
        report.longrepr = f"No test may be skipped here. {reason}"
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport() -> Generator[
    None, pytest.TestReport, pytest.TestReport
]:
    """Refuse the skip of a test."""
    return _refuse((yield))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report() -> Generator[
    None, pytest.CollectReport, pytest.CollectReport
]:
    """Refuse the skip of a whole module."""
    return _refuse((yield))
