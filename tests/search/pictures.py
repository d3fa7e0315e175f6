"""Draw the pictures of docs/search.md: `python -m tests.search.pictures`."""

import torch
from sklearn.datasets import load_digits

import lossary
from lossary.adapters.torch import module
from lossary.adapters.torch.rehearsal import Rehearsal
from lossary.reports import picture
from lossary.search import learning_rate_range, minimise
from tests.house.rooms import ROOT
from tests.search import landscapes as land

FOLDER = ROOT / "docs" / "search"


def range_test():
    """Sweep Adam on the digits, with a ridge as a second term."""
    torch.manual_seed(0)
    X, y = load_digits(return_X_y=True)
    X, y = torch.as_tensor(X / 16, dtype=torch.float32), torch.as_tensor(y)
    model = torch.nn.Sequential(torch.nn.Linear(64, 32), torch.nn.ReLU(), torch.nn.Linear(32, 10))
    judge = module(lossary.CrossEntropy())

    def loss(model, rows):
        ridge = 1e-3 * sum(each.square().sum() for each in model.parameters())
        return {"cross-entropy": judge(model(X[rows]), y[rows]), "ridge": ridge}

    batches = list(torch.arange(len(X)).split(64))
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    return learning_rate_range(Rehearsal(model, optimizer, batches, loss), low=1e-5)


def search():
    """Fit two hidden units from sixty first weights, told apart by what they predict."""
    return minimise(
        land.network_loss,
        gradient=land.network_slope,
        probe=land.network,
        start=lambda generator: generator.normal(size=6),
        restarts=60,
        budget=60_000,
        lower_bound=0.0,
    )


def main():
    for name, record in (("learning_rate_range", range_test()), ("search", search())):
        print(picture(record, FOLDER / f"{name}.svg"), record.sentence, sep="\n")  # noqa: T201


if __name__ == "__main__":
    main()
