"""A loss that a test defines is off the shelf again after it."""

import pytest

from lossary.core import catalogue


@pytest.fixture(autouse=True)
def _own_shelf(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "_SHELF", dict(catalogue._SHELF))
