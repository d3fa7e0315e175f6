"""The race of optimizers' steps judges everybody, divides rightly, and says what it missed."""

import pytest

from benchmarks import steps
from benchmarks.steppers import row


@pytest.fixture
def raced(monkeypatch):
    monkeypatch.setattr(row, "MODELS", {"small": [(3,), (4, 5), (6,)]})
    monkeypatch.setattr(steps, "HOSTS", {"torch": "torch"})
    return {
        rule.title: steps.raced(rule, "small", rounds=1, least=1e-5) | {"threads": 1}
        for rule in row.RULES
    }


def test_everybody_takes_the_same_step(raced):
    assert set(raced) == {"Adam", "AdamW", "Momentum", "RMSProp", "Lion"}
    for found in raced.values():
        assert found["who"]["ours"]["ratio"]["median"] == 1
        assert all(each["error"] < 1e-5 for each in found["who"].values())
    assert "torch.optim, fused" in raced["Momentum"]["who"]
    assert list(raced["Lion"]["who"]) == ["ours"]


def test_the_page_says_what_was_missed(raced):
    found = raced["Adam"] | {"entries": 10_000_000}
    for name, ratio in (("torch.optim, fused", 0.97), ("torch.optim, plain loop", 3.5)):
        found["who"][name]["ratio"] = {"median": ratio, "min": 0.9, "max": 4.0}
    versions = dict.fromkeys(("torch", "jax", "optax", "keras"), "1")
    machine = {"processor": "P", "cores": 2, "system": "S", "python": "3", "load_before": 1.0}
    machine |= {"compiler": "cc", "versions": versions}
    page = steps.page([{"machine": machine, "load_after": 1.0, "seconds": 1.0, "rows": [found]}])
    assert "1 thread: torch.optim, fused takes 0.97 times as long; wanted 1: missed." in page
    assert "plain loop takes 3.50 times as long; wanted 3: held." in page
    assert "| 0.97 (0.90 to 4.00) |" in page
    assert page.count("| Adam | ") == 4


def test_the_large_models_have_ten_million_parameters():
    many, ten, small = (
        sum(each[0] * (each[1] if len(each) > 1 else 1) for each in shapes)
        for shapes in row.MODELS.values()
    )
    assert 1e7 <= ten <= many < 1.1e7
    assert small == 9472
