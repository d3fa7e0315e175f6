"""What probing makes of losses in many styles: the contract that their authors meant."""

from typing import Any

import numpy as np
import pytest
import torch

from lossary.adapters.foreign.reading import read
from lossary.errors import ArgumentError
from lossary.verifier.contract import Contract
from lossary.verifier.declaring import Declared
from lossary.verifier.draws import draw
from lossary.verifier.probing import probe
from lossary.verifier.probing.stated import stated
from tests.check.probed import (
    jax_losses,
    numpy_losses,
    torch_choices,
    torch_classes,
    torch_distances,
)
from tests.check.probed.libraries import LIBRARIES
from tests.check.probed.table import TABLE

TABLES = (jax_losses, numpy_losses, torch_choices, torch_classes, torch_distances)


def contract(loss: Any, settings: dict[str, Any] | None = None, **declared: Any) -> Contract:
    return probe(read(loss, settings=settings), Declared(**declared))


def said(found: Contract) -> str:
    words = [
        f"{a.name} {'mask' if a.role == 'mask' else a.domain} {','.join(a.axes)}"
        for a in found.arguments
    ]
    return "; ".join(words)


@pytest.mark.parametrize("name", sorted(TABLE))
def test_the_contract_is_what_the_author_meant(name: str) -> None:
    loss, meant = TABLE[name]
    assert said(contract(loss)) == meant


@pytest.mark.parametrize("address", sorted(LIBRARIES))
def test_losses_of_libraries_are_taken_as_documented(address: str) -> None:
    package, name = address.split(":")
    found = contract(getattr(pytest.importorskip(package), name))
    prediction, target = found.prediction, found.target
    shown = f"{prediction.domain} {','.join(prediction.axes)}"
    shown += f"; {target.domain} {','.join(target.axes)}" if target else ""
    assert shown == LIBRARIES[address]


def squares(pred: Any, target: Any) -> Any:
    return ((pred - target) ** 2).mean()


def test_what_is_declared_is_believed() -> None:
    found = contract(
        squares, shapes="n k, n k", prediction="probability", target="degree", infimum=0.0
    )
    assert said(found) == "pred probability n,k; target degree n,k"
    assert found.infimum == 0.0
    assert found.known["prediction.domain"] == "declared"


def test_declared_roles_turn_the_arguments_round() -> None:
    found = contract(lambda a, b: ((a - b) ** 2).mean(), order="target, prediction")
    assert found.prediction.name == "b"


def test_an_example_shows_axes_and_numbers() -> None:
    labels = torch.tensor([0, 4, 2, 1, 3, 0, 1])
    found = contract(torch_classes.ce, example=(torch.randn(7, 5), labels))
    assert said(found) == "logits scores n,k; labels labels n"
    assert found.sizes["k"] == 5


def test_a_loss_that_takes_nothing_known_shows_what_was_tried() -> None:
    def picky(pred: Any, target: Any) -> Any:
        raise ValueError("only on Sundays")

    with pytest.raises(ArgumentError, match=r"(?s)only on Sundays.*shapes='n k, n'"):
        contract(picky)


@pytest.mark.parametrize("option", ["prediction", "target"])
def test_an_unknown_kind_of_numbers_is_refused(option: str) -> None:
    with pytest.raises(ArgumentError, match="logit"):
        contract(squares, **{option: "logitz"})


@pytest.mark.parametrize(
    ("reduction", "output"), [("mean", ()), ("sum", ()), ("none", ("n",))], ids=str
)
def test_a_setting_says_the_reduction(reduction: str, output: tuple[str, ...]) -> None:
    found = contract(torch.nn.MSELoss, {"reduction": reduction})
    assert (found.reduction, found.output) == (reduction, output)
    assert set(found.reductions) == {"mean", "sum", "none"}


def test_an_unnamed_reduction_is_found_by_trying() -> None:
    assert contract(lambda a, b: ((a - b) ** 2).sum()).reduction == "sum"
    assert contract(lambda a, b: (a - b) ** 2).reduction == "none"


def test_a_loss_of_rows_and_a_loss_of_the_batch_are_told_apart() -> None:
    assert contract(squares).structure == "rows"
    assert contract(torch_distances.info_nce).structure == "batch"


def test_a_loss_with_a_name_that_promises_so_cannot_fall_below_zero() -> None:
    assert contract(torch_distances.wrong_sign_mse).infimum == 0.0
    assert contract(torch_distances.gnll).infimum is None


def test_a_probability_is_drawn_to_sum_to_one_over_the_axis_of_classes() -> None:
    found = contract(
        lambda p, t: ((p - t) ** 2).mean(), shapes="n k h w, n k h w",
        prediction="probability", target="distribution",
    )  # fmt: skip
    np.testing.assert_allclose(draw(found)[found.prediction.name].sum(1), 1.0)


def test_names_in_front_of_one_shape_share_it() -> None:
    words = "output, target: (b, t, d); lengths: (b,)\nscores and labels of shape [n, k] or [n]"
    names = ("output", "target", "lengths", "scores", "labels")
    frames = (("b", "t", "d"),)
    lists = (("n", "k"), ("n",))
    assert stated(words, names) == {
        "output": frames, "target": frames, "lengths": (("b",),), "scores": lists, "labels": lists,
    }  # fmt: skip


def test_an_interval_is_no_shape() -> None:
    assert stated("pred: values in [0, 1]; target (either a or b)", ("pred", "target")) == {}


def frames(pred: Any, gt: Any, lengths: Any) -> Any:
    # pred, gt: (B, T, D)
    kept = torch.arange(pred.shape[1])[None, :] < lengths[:, None]
    return (((pred - gt) ** 2).mean(-1) * kept).sum() / kept.sum()


def test_lengths_are_whole_numbers_of_the_steps_that_comments_state() -> None:
    found = contract(frames)
    assert said(found) == "pred real n,t,d; gt real n,t,d; lengths length of t n"
    drawn = draw(found, n=20)
    assert drawn["lengths"].dtype.kind == "i"
    assert set(drawn["lengths"]) <= set(range(1, drawn["pred"].shape[1] + 1))


def windows(a: Any, b: Any) -> Any:
    pooled = [torch.nn.functional.avg_pool2d(each, 11, 1) for each in (a, b)]
    return (pooled[0] - pooled[1]).abs().mean()


def test_windows_are_tried_on_pictures_that_hold_them() -> None:
    found = contract(windows)
    assert found.prediction.axes == ("n", "c", "h", "w")
    assert found.sizes["h"] == found.sizes["w"] == 16


def above(output: Any, chosen: Any) -> Any:
    return torch.relu(1 - output[chosen == 1][:, None] + output[chosen == 0][None, :]).mean()


def test_what_is_only_asked_for_one_of_two_answers_holds_two() -> None:
    assert contract(above).arguments[1].domain == "degree"


def energies(pred: Any, target: Any, energy: Any) -> Any:
    return ((pred - target).pow(2).flatten(1).mean(1) + energy).mean()


def test_a_shape_that_makes_a_table_of_rows_by_rows_was_the_wrong_one() -> None:
    assert contract(energies).arguments[2].axes == ("n",)


def sure_ones(pred: Any, gt: Any, certainty: Any) -> Any:
    return ((pred - gt) ** 2 * certainty).mean()


def test_a_factor_of_the_whole_value_is_drawn_above_zero() -> None:
    assert contract(sure_ones).arguments[2].domain == "positive"
