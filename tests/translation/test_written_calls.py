"""A call is read as the host itself would read it: by place and by name, and nothing is dropped."""

import re

import pytest

from lossary.adapters.translation.reading import understood
from lossary.adapters.translation.spelling import APART, SAME
from lossary.errors import ArgumentError, FormatError, NotFoundError
from lossary.optimizers import LAMB, SGD, Adam, AdamW, Momentum, RMSProp, Rprop


@pytest.mark.parametrize(
    ("text", "ours"),
    [
        ("torch.optim.Adam(params, 3e-4)", Adam(learning_rate=3e-4)),
        ("torch.optim.Adam(params=model.parameters(), lr=0.1)", Adam(learning_rate=0.1)),
        (
            "torch.optim.SGD(model.parameters(), 0.1, 0.9)",
            Momentum(learning_rate=0.1, momentum=0.9),
        ),
        (
            "keras.optimizers.RMSprop(0.5)",
            RMSProp(learning_rate=0.5, epsilon=1e-7, inside_root=True),
        ),
        ("optax.adamw(1e-3)", AdamW(learning_rate=1e-3, weight_decay=1e-4)),
        ("torch.optim.SGD(params, lr=1/1000)", SGD(learning_rate=0.001)),
        ("torch.optim.Adam(params, 2 * 10**-2, (1 - 0.5, 0.75))",
         Adam(learning_rate=0.02, beta1=0.5, beta2=0.75)),
        ("tf.keras.optimizers.SGD(0.5)", SGD(learning_rate=0.5)),
        ("optim.Adam(net.parameters())", Adam()),
        ("torch.optim.Rprop(params, 0.5)", Rprop(learning_rate=0.5)),
        ("optax.lamb(0.5)", LAMB(learning_rate=0.5)),
    ],
)  # fmt: skip
def test_settings_are_bound_by_place_as_the_host_binds_them(text, ours):
    assert understood(text).optimizer == ours


@pytest.mark.parametrize(
    ("text", "error", "told"),
    [
        ("torch.optim.Adam(p, rate)", FormatError, "lr=rate: a plain number"),
        (
            "keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(1e-3, 1000))",
            FormatError,
            "learning_rate=keras.optimizers.schedules.CosineDecay",
        ),
        ("torch.optim.Adam(p, lr=1/0)", FormatError, "lr=1 / 0"),
        ("torch.optim.Adam(p, lr=9**9**9)", FormatError, "lr=9"),
        ("torch.optim.SGD(p, 0.1, lr=0.2)", ArgumentError, "lr.*twice"),
        ("torch.optim.Adam(0.1)", ArgumentError, "first.*parameters"),
        ("optax.sgd(0.1, 0.9, True, None, 7)", ArgumentError, "takes 4 .* 5 are given"),
        ("torch.optim.Adam(p, **more)", FormatError, "every setting written out"),
        ("torch.optim.Adam(*all)", FormatError, "every setting written out"),
    ],
)
def test_what_is_no_plain_number_is_refused_by_the_name_of_its_setting(text, error, told):
    with pytest.raises(error, match=told):
        understood(text)


@pytest.mark.parametrize(
    "path",
    ["torch.optim.Muon", "torch.optim.LBFGS", "torch.optim.Adafactor", "keras.optimizers.Ftrl"],
)
def test_what_a_host_has_and_is_not_read_here_is_not_said_to_be_missing(path):
    with pytest.raises(NotFoundError, match=f"{re.escape(path)} is not read here yet"):
        understood(f"{path}(0.1)")


def test_a_reading_says_whether_ours_takes_the_path_of_the_call():
    assert understood("keras.optimizers.AdamW()").spelling.claim == APART
    assert understood("torch.optim.AdamW()").spelling.claim == SAME
