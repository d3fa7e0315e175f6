"""Run the command line within the test, as a user would from a shell."""

import sys

import pytest

from lossary.cli import main


@pytest.fixture
def run(monkeypatch, capsys):
    """Return a function from arguments to the exit status and what was printed and complained."""
    monkeypatch.setenv("COLUMNS", "250")  # no sentence is broken, whatever the terminal

    def ran(*arguments):
        monkeypatch.setattr(sys, "argv", ["lossary", *arguments])
        with pytest.raises(SystemExit) as end:
            main()
        printed = capsys.readouterr()
        return end.value.code or 0, printed.out, printed.err

    return ran
