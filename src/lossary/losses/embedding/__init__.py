"""Losses of distances between rows: what belongs together comes together."""

from lossary.losses.embedding.info_nce import InfoNCE as InfoNCE
from lossary.losses.embedding.triplet_margin import TripletMargin as TripletMargin
