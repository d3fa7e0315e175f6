"""The module and dataset of a user: read as a task, and trained as fairly as any learner."""

from dataclasses import replace

import joblib
import numpy as np
import pytest
import torch
from torch import nn
from torch.utils.data import Dataset, TensorDataset

import lossary
from lossary import optimizers
from lossary.errors import ArgumentError, ShapeError
from lossary.lab.learners.own import Own
from lossary.lab.learners.shelf import learners_for
from lossary.lab.learners.torch_task import TorchTask
from lossary.lab.tasks.bench import Bench
from lossary.lab.tasks.folds import Split
from tests.lab.lessons import default, judged, learnt, lesson

OWN = Own()
ROWS = 200
RANDOM = np.random.default_rng(4)
PICTURES = RANDOM.normal(size=(ROWS, 1, 6, 6)).astype(np.float32)
SIGNAL = (4 * PICTURES.mean(axis=(1, 2, 3)) + PICTURES[:, 0, 2, 3]).astype(float)
TARGETS = {
    "regression": 10 * SIGNAL,
    "binary": np.where(SIGNAL > 0, "cat", "dog"),
    "multilabel": np.stack([SIGNAL > 0, SIGNAL > 1], axis=1).astype(int),
}
METRICS = {"regression": "mae", "binary": "log_loss", "multilabel": "log_loss"}
LOSSES = {
    "regression": lossary.AbsoluteError(),
    "binary": lossary.BinaryCrossEntropy(),
    "multilabel": lossary.BinaryCrossEntropy(),
}


class Pictures(Dataset):
    """Pictures as arrays, which are no row of a table."""

    def __init__(self, target):
        self.target = target

    def __len__(self):
        return len(self.target)

    def __getitem__(self, place):
        return PICTURES[place], self.target[place]


def network(outputs):
    """Return a small network with all that behaves differently in training."""
    return nn.Sequential(
        nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Dropout(0.05), nn.Flatten(),
        nn.Linear(64, outputs),
    )  # fmt: skip


def bench(task):
    rows = len(task.target)
    order, far = np.random.default_rng(1).permutation(rows), rows - 40
    return Bench(task, Split(0, 0, order[: far - 40], order[far - 40 : far], order[far:]))


def read(kind, **more):
    return TorchTask(Pictures(TARGETS[kind]), network, **more).read(METRICS[kind])


def trained(task, loss, steps=60, **more):
    setting = default(OWN, task, learning_rate=0.02)
    given = lesson(bench(task), loss, [setting], **more)
    return given, learnt(OWN, given, steps)[0]


@pytest.mark.parametrize("kind", TARGETS)
def test_pictures_are_learnt_by_a_module_of_one_s_own(kind):
    task = read(kind)
    assert task.kind == kind
    assert [each.name for each in learners_for(task)] == ["module"]
    given, found = trained(task, LOSSES[kind])
    own, constant = judged(given, found)
    assert own < 0.75 * constant
    assert found.inner == given.referee.score(found.tune)


def test_columns_of_a_tensor_are_shown_to_the_detectors_and_pictures_are_not():
    rows = TensorDataset(torch.from_numpy(PICTURES.reshape(ROWS, -1)[:, :5]), torch.arange(200.0))
    task = TorchTask(rows, lambda outputs: nn.Linear(5, outputs)).read("mae")
    assert list(task.features.columns) == ["x0", "x1", "x2", "x3", "x4"]
    assert np.array_equal(task.features["x1"], PICTURES.reshape(ROWS, -1)[:, 1])
    pictures = read("regression").features
    assert pictures.shape == (ROWS, 1)
    assert not pictures.to_numpy().any()


def test_the_same_lesson_gives_the_same_numbers_bit_for_bit_and_disturbs_none():
    torch.manual_seed(9)
    expected = torch.rand(2)
    torch.manual_seed(9)
    task = read("regression")
    one, other = (trained(task, lossary.SquaredError(), 20)[1] for _ in range(2))
    assert np.array_equal(one.judge, other.judge)
    assert one.curve == other.curve
    assert torch.equal(torch.rand(2), expected)


def test_every_loss_begins_with_the_same_weights_at_its_own_constant():
    task = read("regression")
    source, train = task.source, bench(task).split.train
    first, again = source.made(1, 3).state_dict(), source.made(1, 3).state_dict()
    assert all(torch.equal(first[name], again[name]) for name in first)
    begun = []
    for loss in (lossary.SquaredError(), lossary.AbsoluteError()):
        _, found = trained(task, loss, 1, score=lambda raw: 0.0)
        begun.append((found.tune - found.tune.mean()) / task.target[train].std())
    assert np.allclose(*begun)
    assert begun[0].std() > 0.01


def test_a_factor_on_a_loss_changes_nothing():
    task = read("regression")
    one = trained(task, lossary.SquaredError(), 20)[1]
    other = trained(task, 64.0 * lossary.SquaredError(), 20)[1]
    assert np.allclose(one.judge, other.judge, rtol=1e-6)


def test_the_metric_and_not_the_loss_chooses_the_check():
    task = read("regression")
    _, found = trained(
        task, lossary.SquaredError(), 60, score=lambda raw: abs(float(raw.std()) - 5.0)
    )
    scores = [each.metric for each in found.curve]
    assert found.inner == min(scores) == abs(float(found.tune.std()) - 5.0)
    assert found.step == found.curve[int(np.argmin(scores))].step < 60


def test_rows_of_weight_zero_are_not_felt():
    wild = TARGETS["regression"].copy()
    wild[::3] = 1e6
    weight = np.where(np.arange(ROWS) % 3, 1.0, 0.0)
    columns, rows = {"weight": weight}, Pictures(TARGETS["regression"])
    calm = TorchTask(rows, network, columns=columns).read("mae", weight="weight")
    mad = replace(calm, target=wild)
    one, other = (trained(task, lossary.SquaredError(), 20, score=lambda raw: 0.0)[1]
                  for task in (calm, mad))  # fmt: skip
    assert np.allclose(one.curve[-1].loss, other.curve[-1].loss)
    assert one.curve[-1].loss < 1e3


def test_rows_without_a_target_are_left_out_and_the_others_keep_their_pictures():
    target = TARGETS["regression"].copy()
    target[:50] = np.nan
    task = TorchTask(Pictures(target), network).read("mae")
    assert len(task.target) == 150
    assert np.array_equal(task.places(np.arange(3)), [50, 51, 52])
    own, constant = judged(*trained(task, lossary.SquaredError()))
    assert own < 0.75 * constant


def test_several_inputs_are_several_arguments():
    class Two(nn.Module):
        def __init__(self, outputs):
            super().__init__()
            self.last = nn.Linear(36, outputs)

        def forward(self, one, other):
            return self.last(one.flatten(1) * other)[:, 0]  # one number a row: (rows,) will do

    rows = TensorDataset(
        torch.from_numpy(PICTURES), torch.ones(ROWS, 1), torch.from_numpy(TARGETS["regression"])
    )
    task = TorchTask(rows, Two).read("mae")
    assert trained(task, lossary.SquaredError(), 5)[1].judge.shape == (40, 1)


def test_a_module_that_finds_its_sizes_by_itself_is_learnt_too():
    def lazy(outputs):
        return nn.Sequential(nn.Flatten(), nn.LazyLinear(8), nn.ReLU(), nn.LazyLinear(outputs))

    task = TorchTask(Pictures(TARGETS["regression"]), lazy).read("mae")
    one, other = (trained(task, lossary.SquaredError(), 40) for _ in range(2))
    assert np.array_equal(one[1].judge, other[1].judge)
    own, constant = judged(*one)
    assert own < 0.75 * constant


@pytest.mark.parametrize("way", [None, "r"], ids=["copied", "shared"])
def test_a_task_reaches_other_processes_with_its_rows(way, tmp_path):
    rows = TensorDataset(torch.from_numpy(PICTURES), torch.from_numpy(TARGETS["regression"]))
    task = TorchTask(rows, network).read("mae")
    joblib.dump(task, tmp_path / "task")
    there = joblib.load(tmp_path / "task", mmap_mode=way)
    assert torch.equal(there.source.dataset.tensors[0], rows.tensors[0])
    one, other = (trained(each, lossary.SquaredError(), 5)[1] for each in (task, there))
    assert np.array_equal(one.judge, other.judge)


@pytest.mark.parametrize(
    "optimizer",
    [optimizers.Momentum(learning_rate=0.05), optimizers.ScheduleFreeAdamW(learning_rate=0.02)],
    ids=["momentum", "schedule_free"],
)
def test_an_arm_s_own_optimizer_steps_the_module(optimizer):
    task = read("regression")
    setting = {each.name: each.default for each in OWN.space(task, optimizer)}
    assert setting["learning_rate"] == optimizer.learning_rate
    given = lesson(bench(task), lossary.SquaredError(), [setting], optimizer=optimizer)
    (found,) = learnt(OWN, given, 60)
    own, constant = judged(given, found)
    assert own < 0.75 * constant


def test_a_trial_that_diverges_says_so_and_keeps_its_best_check():
    task = read("regression")
    given = lesson(bench(task), lossary.SquaredError(), [
        {"learning_rate": 1e30, "weight_decay": 0.01}])  # fmt: skip
    (found,) = learnt(OWN, given, 20)
    assert "not finite" in found.stopped
    assert np.isfinite(found.judge).all()


def test_a_trial_ends_when_its_time_is_up():
    task = read("regression")
    given = lesson(bench(task), lossary.SquaredError(), [default(OWN, task)])
    (found,) = learnt(OWN, given, 500, cap=0.0)
    assert found.stopped == "capped"
    assert found.curve[-1].step == 0


def test_batch_and_epochs_are_the_user_s_where_they_are_given():
    task = read("regression", batch=10, epochs=3)
    effort = OWN.effort(task, 120)
    assert (effort.batch, effort.steps) == (10, 36)


def test_rows_that_chance_changes_are_changed_alike_in_every_run():
    class Noisy(Pictures):
        def __getitem__(self, place):
            noise = torch.rand(1).numpy() + np.random.rand(1).astype(np.float32)  # noqa: NPY002
            return PICTURES[place] + noise, self.target[place]

    tasks = [TorchTask(Noisy(TARGETS["regression"]), network).read("mae") for _ in range(2)]
    assert tasks[0].table.sha256 == tasks[1].table.sha256
    one, other = (trained(task, lossary.SquaredError(), 20)[1] for task in tasks)
    assert np.array_equal(one.judge, other.judge)


def test_a_change_of_rows_or_of_the_module_changes_the_hash():
    rows = Pictures(TARGETS["regression"])
    network(1)  # random numbers elsewhere do not matter
    known = {TorchTask(rows, network).read("mae").table.sha256 for _ in range(2)}
    wider = TorchTask(rows, lambda outputs: nn.Sequential(nn.Flatten(), nn.Linear(36, outputs)))
    other = Pictures(TARGETS["regression"] + 1)
    known |= {wider.read("mae").table.sha256, TorchTask(other, network).read("mae").table.sha256}
    assert len(known) == 3


class Stream:
    """No length, no items."""

    def __iter__(self):
        return iter(())


WRONG = {
    "stream": (Stream(), network, "list\\(stream\\)"),
    "empty": (TensorDataset(torch.zeros(0, 2), torch.zeros(0)), network, "is empty"),
    "no_pairs": ([1.0, 2.0], network, r"dataset\[0\] is a float: expected \(x, y\)"),
    "images_as_targets": ([(torch.zeros(3), torch.zeros(2, 2))] * 9, network, "has shape"),
    "odd_target": ([(torch.zeros(3), {"y": 1})] * 9, network, "a target is a dict"),
    "a_module": (Pictures(TARGETS["regression"]), network(1), "a new module for every trial"),
    "no_module": (Pictures(TARGETS["regression"]), lambda outputs: outputs, "gave a int"),
    "no_weights": (Pictures(TARGETS["regression"]), lambda outputs: nn.Flatten(), "no weights"),
    "not_read": (Pictures(TARGETS["regression"]), lambda k: nn.Linear(7, k), "cannot read a batch"),
    "no_tensor": (Pictures(TARGETS["regression"]), lambda k: nn.LSTM(6, k), "cannot read|gave a"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_be_learnt_is_refused_before_anything_is_trained(name):
    rows, model, said = WRONG[name]
    with pytest.raises(ArgumentError, match=said):
        TorchTask(rows, model).read("mae")


def test_outputs_of_another_shape_are_refused_with_what_was_wanted():
    rows = Pictures(TARGETS["regression"])
    with pytest.raises(ShapeError, match=r"\(4, 3\) for 4 rows, but \(4, 1\) was expected"):
        TorchTask(rows, lambda outputs: network(3)).read("mae")


def test_a_table_has_no_module():
    from tests.lab.lessons import bench as table

    assert "TorchTask" in OWN.refuses(lossary.SquaredError(), table("regression").task)
    assert not OWN.refuses(lossary.SquaredError(), read("regression"))
