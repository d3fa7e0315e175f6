"""A loss that a test defines is off the shelf again after it."""

import pytest

from lossary.core import catalogue


@pytest.fixture(autouse=True)
def _own_shelf(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(catalogue._SHELVES, "loss", dict(catalogue._SHELVES["loss"]))
