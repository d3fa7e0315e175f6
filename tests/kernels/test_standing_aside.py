"""Where a kernel cannot serve, the definition does, and nothing else is disturbed."""

from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
import pytest
import torch

import lossary
from lossary import Elementwise
from lossary.core import dispatch
from lossary.kernels.c import store, words
from lossary.kernels.shelf import shelf
from lossary.kernels.shown import shown

P, T = np.linspace(-2, 2, 50), np.linspace(1, -1, 50)


def _loss(name: str, formula: Any) -> Any:
    body = {"__doc__": "Some formula.", "__module__": __name__, "value": formula}
    return lossary.define(type(name, (Elementwise,), body))()


@pytest.mark.parametrize(
    ("name", "formula"),
    [
        ("Foreign", lambda self, xp, prediction, target: np.sin(prediction - target)),
        ("Floor", lambda self, xp, prediction, target: (prediction - target) // 1),
        ("Asks", lambda self, xp, prediction, target: prediction if prediction.sum() else target),
        ("NoLog", lambda self, xp, prediction, target: xp.where(
            target > 9, xp.log(xp.zeros_like(target)), prediction
        )),
        ("Huge", lambda self, xp, prediction, target: (
            prediction * xp.exp(xp.ones_like(target) * 1e3)
        )),
    ],
)  # fmt: skip
def test_a_formula_that_cannot_be_traced_is_computed_as_it_stands(name: str, formula: Any) -> None:
    loss = _loss(name, formula)
    found = loss(P, T, reduction="none")
    with lossary.use_kernels(False):
        np.testing.assert_array_equal(found, loss(P, T, reduction="none"))


def test_a_formula_the_compiler_refuses_is_told_and_keeps_no_other_from_its_kernel(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    refused = _loss("Refused", lambda self, xp, prediction, target: xp.tanh(prediction - target))
    with monkeypatch.context() as patch:
        patch.setitem(words.FUNCTIONS, "tanh", "r_tanh @ ")
        with pytest.warns(lossary.errors.KernelWarning, match="Refused becomes no kernel"):
            found = refused(P, T)
    assert found == pytest.approx(np.tanh(P - T).mean())
    assert dispatch.state.broken is None
    other = lossary.Huber(delta=3.25)
    other(P, T)
    assert all(shelf(other).values())


@pytest.mark.parametrize("word", ["maximum", "minimum"])
def test_nan_in_any_place_comes_out_as_nan(word: str) -> None:
    loss = _loss(
        f"Nan{word}",
        lambda self, xp, prediction, target: getattr(xp, word)(prediction, target),
    )
    for one, other in ((P, T * np.nan), (P * np.nan, T)):
        assert np.isnan(loss(one, other, reduction="none")).all()


def test_fields_of_a_record_are_read_where_they_begin() -> None:
    for real in ("f4", "f8"):
        records = np.zeros(5, dtype=[("scores", real, (40,)), ("tag", "u1")])
        records["scores"] = np.random.default_rng(0).normal(size=(5, 40))
        scores, labels = records["scores"].T, np.arange(40) % 5
        loss = lossary.CrossEntropy()
        found = loss(scores, labels)
        with lossary.use_kernels(False):
            assert found == pytest.approx(float(loss(scores, labels)), rel=1e-6)


def test_another_default_device_is_not_where_results_go() -> None:
    loss = lossary.Huber(delta=4.5)
    p, t = torch.from_numpy(P), torch.from_numpy(T)
    expected = loss(p, t)
    torch.set_default_device("meta")
    try:
        found = [loss(p, t) for _ in range(3)]
        fresh = lossary.Huber(delta=4.75)
        found += [fresh(p, t) for _ in range(3)]
    finally:
        torch.set_default_device(None)
    assert {each.device.type for each in found} == {"cpu"}
    assert torch.equal(found[2], expected)


def test_a_target_of_inference_mode_is_no_hindrance() -> None:
    loss, leaf = lossary.Huber(delta=5.5), torch.from_numpy(P).requires_grad_()
    with torch.inference_mode():
        target = torch.from_numpy(T).clone()
    for _ in range(3):
        leaf.grad = None
        loss(leaf, target).backward()
        assert leaf.grad is not None


def test_nor_is_one_of_labels_for_a_loss_of_sums() -> None:
    leaf = torch.full((50, 2), 0.5).requires_grad_()
    with torch.inference_mode():
        labels = torch.arange(50) % 2
    lossary.Dice()(leaf, labels).backward()
    assert leaf.grad is not None


def test_a_framework_that_lacks_what_a_host_asks_for_is_served_by_the_definition(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from lossary import kernels

    def lacking(kind: type) -> Any:
        raise ImportError("no such name")

    monkeypatch.setattr(kernels, "_host", lacking)
    monkeypatch.setattr(dispatch, "hosts", {})
    with pytest.warns(lossary.errors.KernelWarning, match="version of numpy"):
        found = lossary.Huber(delta=6.5)(P, T)
    assert found == lossary.Huber(delta=6.5)(P, T)
    assert dispatch.hosts == {np.ndarray: None}


def test_blocks_of_several_threads_leave_the_switch_as_it_was() -> None:
    before = dispatch.state.on

    def toggle() -> None:
        for at in range(3000):
            with lossary.use_kernels(bool(at % 2)):
                pass

    threads = [Thread(target=toggle) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert dispatch.state.on is before


def test_a_call_of_the_switch_holds_until_the_next() -> None:
    before = dispatch.state.on
    try:
        lossary.use_kernels(False)
        assert not dispatch.state.on
        with lossary.use_kernels(True):
            assert dispatch.state.on
        assert not dispatch.state.on
    finally:
        lossary.use_kernels(before)
    assert dispatch.state.on is before
    with pytest.raises(lossary.errors.ArgumentError, match="True or False"):
        lossary.use_kernels("no")  # type: ignore[arg-type]


def test_without_a_home_the_folder_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("LOSSARY_CACHE", raising=False)
    monkeypatch.setattr(store.Path, "home", homeless)
    with pytest.raises(store.StoreError, match="LOSSARY_CACHE"):
        store.folder()


def test_every_loss_that_becomes_c_can_be_read() -> None:
    from lossary.core.catalogue import all_of

    for cls in all_of(lossary.Loss):
        if issubclass(cls, lossary.Pairwise):
            with pytest.raises(lossary.errors.NotFoundError, match="becomes no C"):
                shown(cls())
        else:
            assert "void block(" in shown(cls())
