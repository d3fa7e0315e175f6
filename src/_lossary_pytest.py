"""What pytest is told of lossary: how to show a loss that is not sound. Nothing is imported here.

A report holds code to be copied; pytest would put an E before each of its lines, and show the
verifier's own lines above. This module stands beside the package, and not in it, because pytest
opens it in every project of whoever has lossary installed.
"""

import pytest


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Show the verdict itself as the reason of the failure."""
    report = yield
    error = None if call.excinfo is None else call.excinfo.value
    shown = getattr(error, "__lossary_report__", None)
    if shown is not None and report.failed:
        place = item.location[0] if item.location[1] is None else _line(item, call)
        report.longrepr = f"{place}: {shown()}"
    return report


def _line(item, call):
    """Name the line of the test from which the loss was examined."""
    entries = [each for each in call.excinfo.traceback if str(each.path) == str(item.path)]
    line = entries[-1].lineno + 1 if entries else item.location[1] + 1
    return f"{item.location[0]}:{line}"
