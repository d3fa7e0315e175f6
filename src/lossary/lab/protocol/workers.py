"""Who does the jobs: this process, several on this machine, or a cluster of Ray or Dask."""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import islice
from typing import Any

from joblib import Parallel, delayed, parallel_config

from lossary.errors import ArgumentError

_WAVE = 3  # jobs handed out at once for each worker, where results come back all together


def asked(count: int | None = None, cluster: str | None = None) -> None:
    """Refuse, before anything is begun, workers that there cannot be.

    Raises:
        ArgumentError: no such kind of cluster, or its package is missing.
    """
    if count is not None and count < 1:
        raise ArgumentError(f"jobs={count}: at least one process is needed.")
    kind = (cluster or "").partition("://")[0]
    if cluster is not None and kind not in _CLUSTERS:
        raise ArgumentError(
            f"cluster {cluster!r}: expected ray, ray://host:port, dask or dask://host:port."
        )
    if cluster is not None and find_spec(_PACKAGES[kind]) is None:
        raise ArgumentError(
            f"cluster {cluster!r}: {kind} is not installed here.\n"
            f'Hint: pip install "{_INSTALL[kind]}"'
        )


@contextmanager
def workers(count: int | None = None, cluster: str | None = None) -> Iterator["Workers"]:
    """Give workers for as long as the block lasts.

    Args:
        count: how many processes; None takes as many as there are cores, on a cluster all of it.
        cluster: `ray://host:port`, `ray` (a local one is started), `dask://host:port` or `dask`.

    Raises:
        ArgumentError: as `asked`; or the cluster does not answer.
    """
    asked(count, cluster)
    if cluster is None:
        yield Workers("loky", count or os.cpu_count() or 1)
        return
    kind, _, place = cluster.partition("://")
    with _CLUSTERS[kind](place, count) as found, parallel_config(backend=kind):
        if kind == "dask":
            yield Workers(kind, found)
            return
        with Parallel(n_jobs=found) as pool:  # a new one takes Ray seconds
            yield Workers(kind, found, pool)


class Workers:
    """Runs calls and gives what they return, in the order in which they are done."""

    def __init__(self, backend: str, count: int, pool: Any = None) -> None:
        self.backend, self.count, self.pool = backend, count, pool

    @property
    def alone(self) -> bool:
        """Whether all is done in this process."""
        return self.backend == "loky" and self.count == 1

    def done(self, call: Callable[[Any], Any], each: Iterable[Any]) -> Iterator[Any]:
        """Yield `call(one)` for each one, as they are done."""
        if self.alone:
            yield from map(call, each)
            return
        calls = (delayed(_alone)(call, one) for one in each)
        if self.pool is not None:  # Ray's part of joblib gives all results together
            while wave := list(islice(calls, _WAVE * self.count)):
                yield from self.pool(wave)
            return
        with parallel_config(backend=self.backend):
            yield from Parallel(n_jobs=self.count, return_as="generator_unordered")(calls)


def _alone(call: Callable[[Any], Any], one: Any) -> Any:
    """Do a call in a worker, which is not to hand parts of it out to the others again."""
    with parallel_config(backend="sequential"):
        return call(one)


@contextmanager
def _ray(place: str, count: int | None) -> Iterator[int]:
    import ray
    from ray.util.joblib import register_ray

    register_ray()
    mine = not ray.is_initialized()
    if mine:
        told: dict[str, Any] = {"log_to_driver": False, "logging_level": "error"}
        try:
            if place:
                ray.init(f"ray://{place}", **told)
            else:
                ray.init(num_cpus=count, include_dashboard=False, **told)
        except Exception as error:  # it may fail in any way
            raise _silent("ray", place, error) from error
    try:
        yield count or int(ray.cluster_resources().get("CPU", 1))
    finally:
        if mine:
            ray.shutdown()


@contextmanager
def _dask(place: str, count: int | None) -> Iterator[int]:
    from distributed import Client

    told = {} if place else {"n_workers": count, "threads_per_worker": 1, "dashboard_address": None}
    try:
        client = Client(place or None, **told)
    except Exception as error:  # it may fail in any way
        raise _silent("dask", place, error) from error
    with client:
        yield count or sum(client.nthreads().values())


def _silent(kind: str, place: str, error: Exception) -> ArgumentError:
    return ArgumentError(
        f"cluster {kind}://{place}: does not answer ({str(error).strip()[:200]}). Start it first, "
        f"or leave --cluster out to use this machine."
    )


_CLUSTERS = {"ray": _ray, "dask": _dask}
_PACKAGES = {"ray": "ray", "dask": "distributed"}
_INSTALL = {"ray": "lossary[ray]", "dask": "lossary[dask]"}
