"""A host's own call, defaults included, is read as what walks the same path."""

from dataclasses import replace

import pytest

from lossary.adapters.translation.call import Call
from lossary.adapters.translation.comparing import compared
from lossary.adapters.translation.parsing import parsed
from lossary.adapters.translation.reading import READ, understood
from lossary.errors import ArgumentError, FormatError, NotFoundError
from lossary.optimizers import Adam, ClipByValue, DecoupledWeightDecay, L2Penalty

GIVEN = {
    "torch.optim.SGD": "weight_decay=0.1, momentum=0.5, dampening=0.2, lr=0.01",
    "torch.optim.Adam": "weight_decay=0.1, amsgrad=True, lr=0.01, foreach=True",
    "torch.optim.RMSprop": "weight_decay=0.1, momentum=0.5, centered=True, eps=0.01, lr=0.001",
    "torch.optim.NAdam": "weight_decay=0.1, decoupled_weight_decay=True",
    "optax.sgd": "learning_rate=0.01, momentum=0.5, nesterov=True",
    "optax.rmsprop": "learning_rate=0.001, eps=0.01, initial_scale=0.5",
    "keras.optimizers.SGD": "learning_rate=0.01, momentum=0.5, nesterov=True",
    "keras.optimizers.RMSprop": "momentum=0.5, epsilon=0.01, weight_decay=0.1",
}
"""With which settings a call is walked, where its defaults say too little."""


@pytest.mark.parametrize("path", READ)
def test_a_call_walks_the_path_of_what_it_is_read_as(path):
    usual = "learning_rate=0.002" if path.startswith("optax.") else ""
    reading = understood(f"{path}({GIVEN.get(path, usual)})")
    # Theirs as it was written, and not as it would be translated back.
    spelling = replace(reading.spelling, call=reading.call)
    found = compared(reading.optimizer, reading.call.host, spelling)
    assert found.holds, (reading.spelling.claim, found.apart)


def test_weight_decay_is_a_penalty_in_one_host_and_decoupled_in_another():
    torch, keras = (
        understood(f"{path}(weight_decay=0.1)").optimizer
        for path in ("torch.optim.Adam", "keras.optimizers.Adam")
    )
    assert torch == L2Penalty(weight=0.1, of=Adam())
    assert keras == DecoupledWeightDecay(weight_decay=0.1, of=Adam(epsilon=1e-7))


def test_clipping_that_a_host_does_by_itself_is_a_wrapper():
    found = understood("keras.optimizers.Adam(clipvalue=0.5)").optimizer
    assert found == ClipByValue(limit=0.5, of=Adam(epsilon=1e-7))


@pytest.mark.parametrize(
    ("text", "error", "told"),
    [
        ("torch.optim.Adam(maximize=True)", ArgumentError, "maximize=True.* no counterpart"),
        ("torch.optim.Adam(beta1=0.9)", ArgumentError, "betas"),
        ("optax.adam()", ArgumentError, "needs learning_rate="),
        ("torch.optim.Adm()", NotFoundError, "torch.optim.Adam"),
        ("torch.optim.Adam(lr=rate)", FormatError, "lr=rate: a plain number"),
        ("torch.optim.Adam", FormatError, "expected a call"),
    ],
)
def test_a_call_that_cannot_be_read_says_why(text, error, told):
    with pytest.raises(error, match=told):
        understood(text)


def test_a_call_is_read_as_it_is_written():
    written = str(Call("torch.optim.SGD", (), (("lr", 0.5), ("nesterov", True))))
    assert parsed(written).bound() == Call("torch.optim.SGD", (), (("lr", 0.5), ("nesterov", True)))
