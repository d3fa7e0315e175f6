"""The promises, held on the CPU by the interpreter; and that all kernels compile for a GPU."""

import subprocess
import sys

import pytest

from tests.kernels.triton.apart import THERE, hold

GROUPS = {
    "entries": ("promises.py", "entries_equal"),
    "rows": ("promises.py", "rows_equal"),
    "sums": ("promises.py", "sums_and"),
    "the rest": ("promises.py", "not entries_equal and not rows_equal and not sums_and"),
    "words": ("words.py", "test"),
    "host": ("host.py", "test"),
}

CALL = """
import sys, torch, lossary
p = torch.ones(3, requires_grad=True)
lossary.SquaredError()(p, torch.zeros(3)).backward()
assert "lossary.kernels.hosts.torch_cuda" in sys.modules
assert "lossary.kernels.triton" not in sys.modules
"""
pytestmark = pytest.mark.skipif(not THERE, reason="Triton is not made for this machine")


@pytest.mark.parametrize("group", GROUPS)
def test_interpreted_kernels_keep_their_promises(group):
    hold(*GROUPS[group], TRITON_INTERPRET="1", CUDA_VISIBLE_DEVICES="")


def test_every_kernel_compiles_for_a_gpu():
    hold("compiled.py", "test", TRITON_INTERPRET="0", CUDA_VISIBLE_DEVICES="")


def test_tensors_of_the_cpu_leave_triton_alone():
    subprocess.run([sys.executable, "-c", CALL], check=True)
