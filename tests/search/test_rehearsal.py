"""PyTorch training that is rehearsed and undone, bit for bit."""
# ruff: noqa: NPY002 (what a run leaves behind in NumPy's old generator is tested)

import copy
import random

import numpy as np
import pytest
import torch
from torch.utils.data import DataLoader, TensorDataset

from lossary.adapters.torch import optimizer as adapters_optimizer
from lossary.adapters.torch.rehearsal import Rehearsal
from lossary.errors import ArgumentError
from lossary.optimizers import Adam
from lossary.schedules import Cosine
from lossary.search import learning_rate_range

FEW = {"steps": 12, "repeats": 2, "holding": 5, "low": 1e-4, "high": 1.0}


class Shifts(torch.nn.Module):
    """A module with a buffer that is not saved, and one that counts."""

    def __init__(self):
        super().__init__()
        self.register_buffer("seen", torch.zeros(()), persistent=False)

    def forward(self, x):
        self.seen += 1
        return x + torch.as_tensor(np.random.normal() + random.gauss(0, 1)) * 0.01


def network():
    torch.manual_seed(0)
    return torch.nn.Sequential(
        torch.nn.Linear(4, 8), torch.nn.BatchNorm1d(8), torch.nn.Dropout(0.2), Shifts(),
        torch.nn.Linear(8, 1),
    )  # fmt: skip


def data(generator=None):
    x = torch.randn(64, 4, generator=torch.Generator().manual_seed(1))
    dataset = TensorDataset(x, x[:, :1] ** 2)
    return DataLoader(dataset, batch_size=16, shuffle=True, generator=generator)


def squares(model, batch):
    return torch.nn.functional.mse_loss(model(batch[0]), batch[1])


def terms(model, batch):
    return {"fit": squares(model, batch), "ridge": 0.1 * model[0].weight.square().sum()}


def facts(model, optimizer, loader):
    """All that training depends on, as bytes or plain data."""
    buffers = {name: each.clone() for name, each in model.named_buffers()}
    return {
        "weights": [each.detach().clone() for each in model.parameters()],
        "slopes": [None if each.grad is None else each.grad.clone() for each in model.parameters()],
        "buffers": list(buffers.values()),
        "modes": [each.training for each in model.modules()],
        "optimizer": copy.deepcopy(optimizer.state_dict()),
        "torch": torch.get_rng_state(),
        "numpy": np.random.get_state()[1].copy(),
        "python": random.getstate(),
        "loader": None if loader.generator is None else loader.generator.get_state(),
    }


def same(one, other):
    if isinstance(one, torch.Tensor | np.ndarray):
        return bool((one == other).all())
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[name], other[name]) for name in one)
    if isinstance(one, list):
        return all(same(a, b) for a, b in zip(one, other, strict=True))
    return one == other


OPTIMIZERS = {
    "SGD": lambda weights: torch.optim.SGD(weights, lr=0.1, momentum=0.9),
    "Adam": lambda weights: torch.optim.Adam(weights, lr=0.01),
    "ours": lambda weights: adapters_optimizer(Adam(learning_rate=0.01), weights),
    "LBFGS": lambda weights: torch.optim.LBFGS(weights, lr=0.5, max_iter=3),
}


def trained(make, generator):
    model, loader = network(), data(generator)
    optimizer = OPTIMIZERS[make](model.parameters())
    for batch in loader:
        optimizer.step(lambda batch=batch: backward(model, optimizer, batch))
    model[2].eval()
    return model, optimizer, loader


def backward(model, optimizer, batch):
    optimizer.zero_grad()
    loss = squares(model, batch)
    loss.backward()
    return loss


@pytest.mark.parametrize("own", [False, True], ids=["torchs_generator", "its_own_generator"])
@pytest.mark.parametrize("make", OPTIMIZERS)
def test_model_optimizer_data_and_random_states_are_as_they_were(make, own):
    model, optimizer, loader = trained(make, torch.Generator().manual_seed(5) if own else None)
    weights = list(model.parameters())
    before = facts(model, optimizer, loader)
    found = learning_rate_range(Rehearsal(model, optimizer, loader, terms), **FEW)
    assert found.taken > 30
    after = facts(model, optimizer, loader)
    assert {name: same(before[name], after[name]) for name in before} == dict.fromkeys(before, True)
    assert all(one is other for one, other in zip(weights, model.parameters(), strict=True))


def test_all_is_as_it_was_when_the_loss_fails_midway():
    model, optimizer, loader = trained("Adam", torch.Generator().manual_seed(5))
    before, count = facts(model, optimizer, loader), []

    def fails(model, batch):
        count.append(1)
        if len(count) == 40:
            model.eval()
            raise RuntimeError("no")
        return squares(model, batch)

    with pytest.raises(RuntimeError, match="no"):
        learning_rate_range(Rehearsal(model, optimizer, loader, fails), **FEW)
    after = facts(model, optimizer, loader)
    assert {name: same(before[name], after[name]) for name in before} == dict.fromkeys(before, True)


@pytest.mark.parametrize("make", OPTIMIZERS)
def test_a_state_takes_steps_back_again_and_again(make):
    model, optimizer, loader = trained(make, torch.Generator().manual_seed(5))
    run = Rehearsal(model, optimizer, loader, squares)
    before, state = facts(model, optimizer, loader), run.state()
    for _ in range(2):
        run.begin(3)
        run.step(0.1)
        assert not same(facts(model, optimizer, loader), before)
        run.restore(state)
        assert same(facts(model, optimizer, loader), before)


def test_training_goes_on_as_if_there_had_been_no_test():
    paths = []
    for tested in (False, True):
        np.random.seed(0)
        random.seed(0)
        model, optimizer, loader = trained("Adam", None)
        if tested:
            learning_rate_range(Rehearsal(model, optimizer, loader, squares), **FEW)
        paths.append([backward(model, optimizer, batch).item() for batch in loader])
    assert paths[0] == paths[1]


def test_a_learned_loss_is_restored_too():
    class Scaled(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.scale = torch.nn.Parameter(torch.zeros(()))

        def forward(self, model, batch):
            return squares(model, batch) * torch.exp(-self.scale) + self.scale

    model, loss = network(), Scaled()
    sgd = torch.optim.SGD([*model.parameters(), *loss.parameters()], lr=0.1)
    learning_rate_range(Rehearsal(model, sgd, data(), loss), **FEW)
    assert loss.scale.item() == 0.0


def test_groups_keep_the_ratio_of_their_learning_rates():
    model = network()
    parts = [{"params": model[0].parameters(), "lr": 0.2}, {"params": model[4].parameters()}]
    sgd = torch.optim.SGD(parts, lr=0.1)
    run = Rehearsal(model, sgd, data(), squares)
    run.step(0.01)
    assert [group["lr"] for group in sgd.param_groups] == [0.01, 0.005]


def test_a_group_at_a_rate_of_zero_stays_where_it_is():
    still, moving = (torch.nn.Parameter(torch.ones(2)) for _ in range(2))
    model = torch.nn.ParameterList([still, moving])
    groups = [{"params": [still], "lr": 0.0}, {"params": [moving], "lr": 0.1}]
    loss = lambda model, batch: sum(each.square().sum() for each in model)  # noqa: E731
    Rehearsal(model, torch.optim.SGD(groups), [torch.zeros(1)], loss).step(0.1)
    assert (still.tolist(), moving[0].item()) == ([1.0, 1.0], pytest.approx(0.8))


def test_a_list_of_batches_is_gone_through_in_an_order_of_the_seed():
    batches, seen = [torch.full((1, 4), float(i)) for i in range(8)], []
    model = torch.nn.Linear(4, 1)
    sgd = torch.optim.SGD(model.parameters(), lr=0.0)

    def loss(model, batch):
        seen.append(int(batch[0, 0]))
        return model(batch).sum()

    run = Rehearsal(model, sgd, batches, loss)
    orders = []
    for seed in (0, 1, 0):
        run.begin(seed)
        seen.clear()
        [run.step(0.0) for _ in range(8)]
        orders.append(list(seen))
    assert orders[0] == orders[2] != orders[1]
    assert sorted(orders[0]) == list(range(8))


@pytest.mark.parametrize(
    "once", [iter([1]), (each for each in [1]), 3], ids=["iterator", "generator", "number"]
)
def test_what_can_be_gone_through_only_once_is_refused(once):
    model = network()
    with pytest.raises(ArgumentError, match="only once"):
        Rehearsal(model, torch.optim.SGD(model.parameters(), lr=0.1), once, squares)


def test_a_loader_without_a_batch_is_told():
    model = network()
    run = Rehearsal(model, torch.optim.SGD(model.parameters(), lr=0.1), [], squares)
    with pytest.raises(ArgumentError, match="no batch"):
        run.step(0.1)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (lambda model, batch: squares(model, batch).item(), "got float"),
        (lambda model, batch: (model(batch[0]) - batch[1]) ** 2, r"got the shape \(16, 1\)"),
        (lambda model, batch: squares(model, batch).detach(), "depends on no weight"),
        (lambda model, batch: {"fit": squares(model, batch), "ridge": 0.1}, "got float"),
    ],
    ids=["float", "unreduced", "detached", "float_term"],
)
def test_a_loss_that_cannot_be_followed_is_told(wrong, told):
    model = network()
    sgd = torch.optim.SGD(model.parameters(), lr=0.1)
    with pytest.raises(ArgumentError, match=rf"(?s){told}.*Hint"):
        learning_rate_range(Rehearsal(model, sgd, data(), wrong), **FEW)


def test_a_rule_with_a_schedule_of_its_own_is_told():
    model = network()
    falling = adapters_optimizer(Adam(learning_rate=Cosine(peak=0.1, steps=9)), model.parameters())
    with pytest.raises(ArgumentError, match="a range test sets the rate: give the rule a num"):
        Rehearsal(model, falling, data(), squares)


def test_an_optimizer_of_another_model_is_told():
    sgd = torch.optim.SGD(network().parameters(), lr=0.1)
    with pytest.raises(ArgumentError, match="holds none of the model's 6 parameters"):
        Rehearsal(network(), sgd, data(), squares)
