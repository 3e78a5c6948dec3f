"""What every test shares: the material folder, Hypothesis profiles, and skips that cannot be overlooked.

Invariants (tests/unit/test_house_tooling.py holds one test a number)
1. Under ZEREN_CI=1 or CI=true a skipped test marked `required` is a failure; elsewhere it stays a skip.
2. Every skip is listed with its reason at the end of the run.
"""

import os
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.neo4j_server import Server, missing

REPOSITORY = Path(__file__).resolve().parent.parent
IN_CI = os.environ.get("ZEREN_CI") == "1" or os.environ.get("CI") == "true"

settings.register_profile("default", max_examples=50, deadline=None)
settings.register_profile("thorough", max_examples=1000, deadline=None)
# What CI finds, the next run finds again; new examples are looked for at the desk.
settings.register_profile("ci", max_examples=25, deadline=None, derandomize=True)
settings.load_profile("ci" if IN_CI else "default")  # `--hypothesis-profile=thorough` is applied after this and wins


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder of the source material (laws, known answers, sample data), or a loud skip."""
    given = os.environ.get("ZEREN_MATERIAL")
    folder = Path(given) if given else REPOSITORY.parent / "shared"
    if not folder.is_dir():
        pytest.skip(f"the material folder {folder} is missing: set ZEREN_MATERIAL to where it is")
    return folder


@pytest.fixture(scope="session")
def neo4j_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A Neo4j server that all tests of a run share, each emptying it first; a loud skip where none can be started."""
    reason = missing()
    if reason:
        pytest.skip(reason)
    server = Server(tmp_path_factory.mktemp("neo4j"))
    try:
        server.start()
    except RuntimeError as error:
        pytest.skip(f"no Neo4j server could be started: {error}")
    yield server
    server.stop()


def reason_of(report: pytest.TestReport | pytest.CollectReport) -> str:
    """Reason of a skip, without the place that pytest puts before it."""
    text = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return text.removeprefix("Skipped: ")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn the skip of a required test into a failure where nobody would read the skip."""
    report = yield
    if IN_CI and report.skipped and not hasattr(report, "wasxfail") and item.get_closest_marker("required"):
        report.outcome = "failed"
        report.longrepr = f"required test skipped: {reason_of(report)}"
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """List what was not tested, and why, above the closing line."""
    skipped = terminalreporter.stats.get("skipped", [])
    if not skipped:
        return
    terminalreporter.write_sep("!", f"{len(skipped)} SKIPPED: not tested in this run", yellow=True, bold=True)
    for report in skipped:
        terminalreporter.write_line(f"SKIPPED {report.nodeid}: {reason_of(report)}", yellow=True)
