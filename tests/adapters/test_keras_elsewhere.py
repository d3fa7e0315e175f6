"""What holds for Keras on TensorFlow holds on JAX and PyTorch: the same tests, in other processes.

Keras chooses its backend when it is imported. JAX runs in its usual single precision here.
"""

import os
import subprocess
import sys

import pytest

from tests.house.rooms import ROOT

CALLS, TRAINING = "tests/adapters/test_keras_calls.py", "tests/adapters/test_keras_training.py"
KINDS = "PoissonNLL or GaussianNLL or CrossEntropy or Dice"
"""One loss of each kind that is read in its own way; the laws try all losses on each framework."""
CHOSEN = {
    "torch": f"{KINDS} or not (every_loss or all_batches)",
    # Every operation that JAX has not met is compiled, so it is asked each thing once.
    "jax": f"target_first and ({KINDS}) or reduction_is and sum_over_batch_size or masked_is or"
    " axis_of_one or in_a_column or gives_nan or stands_still or each_term or Sparse or log_rates"
    " or class_weights or outputs_may or the_best_one or metric_over or half_precision"
    " or softmax-target",
}


def run(backend, files, **env):
    """Run tests on a backend; say what failed, or how many passed."""
    command = [sys.executable, "-m", "pytest", "-q", "--tb=short", *files]
    command += ["-p", "no:cacheprovider", "-p", "no:xdist"]
    path = os.pathsep.join([str(ROOT / "src"), os.environ.get("PYTHONPATH", "")])
    quiet = {
        "KERAS_BACKEND": backend,
        "JAX_ENABLE_X64": "0",
        "PYTHONPATH": path,
        "PYTEST_ADDOPTS": "",
    }
    ran = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=600, cwd=ROOT,
        env=os.environ | quiet | env,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout[-6000:] + ran.stderr[-2000:]
    return int(ran.stdout.split(" passed")[0].split()[-1])


@pytest.mark.parametrize("backend", CHOSEN)
def test_keras_on_another_backend_passes_the_same_tests(backend):
    assert run(backend, [CALLS, TRAINING, "-k", CHOSEN[backend]]) >= 30


def test_keras_on_two_devices_of_jax_passes_its_tests():
    flags = f"{os.environ.get('XLA_FLAGS', '')} --xla_force_host_platform_device_count=2"
    assert run("jax", ["tests/adapters/keras_replicas.py"], XLA_FLAGS=flags) == 2
