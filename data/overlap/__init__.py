"""Exports that overlap, counted once (FORMAT section 7).

Two exports may hold the same bucket (a *version* of it each), or the same tokens under another grouping or another
bucket width (a *layer* each). Of versions the fuller one is kept, row by row. Layers meet in *cells*, stretches of time
that their buckets tie together; of what lies at the same time in a cell one layer is used, the finest that answers the
question asked. What answers nothing that another layer does not answer is a duplicate for good; where neither covers
the other (one by model, one by project) both stay, and `choose` picks one for each question.

A layer's grouping is what its export fills. A piece of an export may fill less than the whole; it then is a layer of
its own, and what it holds is as true: it is all there is at its time. Hence layers compete only where they overlap.

A row whose dimension values only one export has is always kept: an export of project A beside one of project B.
"""

from data.overlap.arrays import Integers, Mask
from data.overlap.layers import GROUPING, Kind, Layer, offers
from data.overlap.notices import described
from data.overlap.once import Once, count_once
from data.overlap.questions import choose, contested
from data.overlap.slots import DAY, HOUR, MINUTE, with_slots

__all__ = [
    "DAY",
    "GROUPING",
    "HOUR",
    "MINUTE",
    "Integers",
    "Kind",
    "Layer",
    "Mask",
    "Once",
    "choose",
    "contested",
    "count_once",
    "described",
    "offers",
    "with_slots",
]
