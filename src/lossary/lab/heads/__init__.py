"""The heads of a network: what a loss reads of its numbers, and what is reported of them."""

from lossary.lab.heads.amounts import Amount, Normal
from lossary.lab.heads.binary import Binary
from lossary.lab.heads.classes import Many, OneVersusRest
from lossary.lab.heads.head import Answer, Head

__all__ = ["Amount", "Answer", "Binary", "Head", "Many", "Normal", "OneVersusRest"]
