"""The kernels' promises, held on a real GPU: CUDA_VISIBLE_DEVICES=0 pytest tests/kernels/triton."""

import pytest
import torch

import lossary
from lossary.kernels import triton as kernels
from tests.kernels.triton.apart import hold

pytestmark = pytest.mark.skipif(
    not torch.cuda.is_available(), reason="no GPU, or hidden by CUDA_VISIBLE_DEVICES"
)


@pytest.mark.parametrize("file", ["promises.py", "words.py", "host.py"])
def test_kernels_keep_their_promises_on_a_gpu(file):
    hold(file, "test", TRITON_INTERPRET="0")


def test_more_entries_than_an_int32_can_count():
    count = 2**31 + 5
    one = torch.ones(1, device="cuda").expand(count)
    found = kernels.entries(lossary.SquaredError(), 0, {"sums"}, (one, -one), None, None)
    assert [each.item() for each in found["sums"]] == [4.0 * count, float(count)]


def test_rows_longer_than_a_block():
    scores = torch.randn(3, 50_000, device="cuda", requires_grad=True)
    labels = torch.tensor([0, 49_999, 7], device="cuda")
    expected = torch.nn.functional.cross_entropy(scores, labels, reduction="sum")
    found = kernels.rows(
        lossary.CrossEntropy(), 0, {"sums", "slopes"}, (scores, labels), None, None
    )
    torch.testing.assert_close(found["sums"][0], expected.detach())
    torch.testing.assert_close(found["slopes"], torch.autograd.grad(expected, scores)[0])
