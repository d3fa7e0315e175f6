"""All that is known of frameworks: whose arrays these are, and what computes on them."""

from lossary.backends._find import backend_named, backend_of
from lossary.backends._protocol import Backend, containers

__all__ = ["Backend", "backend_named", "backend_of", "containers"]
