"""What a call asks for, and what a kernel must compute and write for it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Request:
    """`wants` are computed; those in `writes` are written entry by entry, others summed up."""

    wants: tuple[str, ...]
    writes: tuple[str, ...] = ()
    mean: bool = False
    pooled: bool = False
    """Whether sums come class by class, or image by image, before a loss finishes them."""
    single: bool = False
    """Whether slopes and curvatures are written in single precision, however they are computed."""


REQUESTS = {
    "mean": Request(("value",), mean=True),
    "sum": Request(("value",)),
    "parts": Request(("value",)),
    "none": Request(("value",), ("value",)),
    "gradient:sum": Request(("slopes",), ("slopes",)),
    "gradient:mean": Request(("slopes",), ("slopes",), mean=True),
    "curvature": Request(("curvatures",), ("curvatures",)),
    "derivatives": Request(("slopes", "curvatures"), ("slopes", "curvatures")),
    "gradient:single": Request(("slopes",), ("slopes",), single=True),
    "curvature:single": Request(("curvatures",), ("curvatures",), single=True),
    "derivatives:single": Request(("slopes", "curvatures"), ("slopes", "curvatures"), single=True),
    "pooled": Request(("sums",), ("sums", "counts"), pooled=True),
    "pooled:slopes": Request(("slopes",), ("slopes",), pooled=True),
}


def with_slopes(request: Request) -> Request:
    """Return the request that computes the slopes in the same pass, for a backward pass to come."""
    return Request((*request.wants, "slopes"), (*request.writes, "slopes"), request.mean)
