"""What one rank does in the tests of ranks: all cases in one process, as its start takes longest.

Run as `python -m tests.adapters.rank_program FOLDER RANK WORLD`; it leaves its findings there.
"""

import os
import sys
import warnings
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path

import torch
import torch.distributed as dist
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import fully_shard
from torch.nn.parallel import DistributedDataParallel

import lossary
from lossary.adapters.torch import module
from lossary.adapters.torch.accumulation import Accumulation
from lossary.adapters.torch.ranks import across, all_reduced, share, suspect_means
from lossary.adapters.torch.rows import gathered
from lossary.errors import AdditivityError, SuspicionWarning
from tests.adapters.whole_batches import (
    ADDITIVE,
    CASES,
    QUOTIENTS,
    Judged,
    gradients,
    network,
    slices,
)

CUTS = {2: {"few": (5, 3), "masked": (1, 7), "none": (0, 8)}, 3: {"none": (3, 0, 5)}}
"""How many rows each rank has; the first row of most cases does not count."""
DTYPES = (torch.int64, torch.bool, torch.bfloat16, torch.float16, torch.float64, torch.uint8)


def bare(case, rows):
    """Each rank learns by itself; gradients are added up by who reads the findings."""
    model = network()
    found = across(case.loss, *case.arrays(model, rows), **case.counting(rows), gradients="sum")
    found.backward()
    return found.detach(), gradients(model)


def wrapped(case, rows):
    """The ranks learn together; the wrapper averages their gradients."""
    model = DistributedDataParallel(network())
    found = across(case.loss, *case.arrays(model, rows), **case.counting(rows))
    found.backward()
    return found.detach(), gradients(model)


def through_the_module(case, rows):
    """The same through the loss's own module, which has its class axis and its ranks."""
    model = DistributedDataParallel(network())
    judge = module(case.loss, class_axis=-1, ranks="mean")
    found = judge(*case.arrays(model, rows), **case.counting(rows))
    found.backward()
    return found.detach(), gradients(model)


def learning(case, rows):
    """The loss learns, too, so that it is a part of what is wrapped."""
    model = DistributedDataParallel(Judged(ranks="mean"))
    found = model(case, rows)
    found.backward()
    return found.detach(), gradients(model)


def sharded(case, rows):
    """Each rank holds some of the weights, as FSDP has it."""
    model = _sharded()
    found = across(case.loss, *case.arrays(model, rows), **case.counting(rows))
    found.backward()
    return found.detach(), _whole_gradients(model)


def sharded_and_accumulated(case, rows):
    """Both at once: gradients are divided where each rank has its part of them."""
    model = _sharded()
    exact = Accumulation(case.loss, model.parameters())
    micro = _halves(rows)
    for each in micro:
        model.set_requires_gradient_sync(each is micro[-1])
        exact.add(*case.arrays(model, each), **case.counting(each))
    return exact.finish(), _whole_gradients(model)


def _sharded():
    mesh = init_device_mesh("cpu", (dist.get_world_size(),))
    return fully_shard(network(), mesh=mesh)


def _whole_gradients(model):
    return torch.cat([each.grad.full_tensor().reshape(-1) for each in model.parameters()])


def naive(case, rows):
    """As everyone does it: each rank divides by what it counts, the wrapper averages."""
    model = DistributedDataParallel(network())
    found = case.loss(*case.arrays(model, rows), **case.counting(rows))
    found.backward()
    dist.all_reduce(value := found.detach().clone())
    return value / dist.get_world_size(), gradients(model)


def accumulated(case, rows):
    """Each rank cuts its rows once more, and the wrapper waits for the last micro-batch."""
    model = DistributedDataParallel(network())
    exact = Accumulation(case.loss, model.parameters())
    micro = _halves(rows)
    for each in micro:
        with nullcontext() if each is micro[-1] else model.no_sync():
            exact.add(*case.arrays(model, each), **case.counting(each))
    return exact.finish(), gradients(model)


def shared(case, rows):
    """The same in two passes, for losses that make more of their sums than a quotient."""
    model = DistributedDataParallel(network())
    micro = _halves(rows)
    with torch.no_grad():
        parts = [case.loss.parts(*case.arrays(model, m), **case.counting(m)) for m in micro]
    total = all_reduced(sum(parts))
    for each in micro:
        with nullcontext() if each is micro[-1] else model.no_sync():
            own = case.loss.parts(*case.arrays(model, each), **case.counting(each))
            share(own, total).backward()
    return total.value, gradients(model)


def _halves(rows):
    middle = rows.start + (rows.stop - rows.start) // 3
    return [slice(rows.start, middle), slice(middle, rows.stop)]


WAYS = {
    "bare": (bare, CASES),
    "wrapped": (wrapped, CASES),
    "module": (through_the_module, CASES),
    "learning": (learning, ("Quantile",)),
    "sharded": (sharded, CASES),
    "sharded and accumulated": (sharded_and_accumulated, QUOTIENTS),
    "naive": (naive, CASES),
    "accumulated": (accumulated, QUOTIENTS),
    "shared": (shared, ADDITIVE),
}


def rows_of(rank):
    """Return arrays of every dtype, as many rows as twice the rank."""
    generator = torch.Generator().manual_seed(rank)
    return [torch.randint(2, (2 * rank, 3), generator=generator).to(each) for each in DTYPES]


def strangers(rank):
    """Hand over a weight, or another dtype or shape, on one rank only; return what is said."""
    zeros, weight = torch.zeros(2, 3), torch.ones(2) if rank else None
    whole = zeros.int() if rank else zeros  # as many bytes, which mean something else
    return [
        _said(lambda: across(lossary.InfoNCE(), zeros, zeros, weight=weight)),
        _said(lambda: gathered([zeros, whole, None, None])),
        _said(lambda: gathered([zeros.reshape(2, 1, 3) if rank else zeros, None, None])),
    ]


def _said(do):
    try:
        do()
    except AdditivityError as error:
        return str(error)


def suspected():
    """Return what is warned of."""
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        suspect_means("Huber(delta=1.0)")
    return [(each.category is SuspicionWarning, str(each.message)) for each in found]


def compiled(case, rows):
    """Follow the loss of all ranks into a compiled function."""
    model = network()

    @torch.compile(fullgraph=True, backend="aot_eager")
    def judged(counting):
        return across(case.loss, *case.arrays(model, rows), **counting, gradients="sum")

    with warnings.catch_warnings():
        # PyTorch's compiler itself does so with every function of this kind.
        warnings.filterwarnings("ignore", ".* should not be instantiated", DeprecationWarning)
        found = judged(case.counting(rows))
    found.backward()
    return found.detach(), gradients(model)


def of_a_group(rank, case, group):
    """Judge the rows of the first and the last rank together, without the one between."""
    if rank == 1:
        return None
    rows = slices((3, 5))[rank // 2]
    model = network()
    found = across(
        case.loss, *case.arrays(model, rows), **case.counting(rows), gradients="sum", group=group
    )
    found.backward()
    return found.detach(), gradients(model)


def findings(rank, world):
    """Return all that this rank finds."""
    found = {
        (way, name, cut): do(CASES[name], slices(sizes)[rank])
        for way, (do, names) in WAYS.items()
        for name in names
        for cut, sizes in CUTS[world].items()
    }
    found["rows"] = gathered([*rows_of(rank), None])
    if world == 2:
        found["compiled"] = compiled(CASES["Quantile"], slices(CUTS[2]["few"])[rank])
        found["strangers"], found["suspected"] = strangers(rank), suspected()
    else:
        group = dist.new_group([0, 2])
        for name in ("CrossEntropy", "InfoNCE"):
            found["group", name] = of_a_group(rank, CASES[name], group)
    return found


def main(folder, rank, world):
    """Meet the other ranks, find, leave the findings, and go."""
    where = f"file://{folder / 'meet'}"
    dist.init_process_group(
        "gloo", where, timeout=timedelta(seconds=40), rank=rank, world_size=world
    )
    torch.save(findings(rank, world), folder / f"{rank}.pt")
    dist.barrier()
    dist.destroy_process_group()
    os._exit(0)  # the group's threads may wait for each other when they are taken down


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
