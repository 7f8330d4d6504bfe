"""Drawings of convolution, all in one grammar (`_style`), one file per family."""

from helpers.figures._style import Picture, png, show
from helpers.figures.maps import (
    coverage_map,
    coverage_strip,
    feature_maps,
    heat_map,
    images,
    kernels,
    receptive_field,
    who_reads_whom,
)
from helpers.figures.nets import block, channel_chain
from helpers.figures.results import accuracy_against_cost, bars, learning_curves
from helpers.figures.windows import (
    channel_sum,
    pixel_column,
    window,
)

__all__ = [
    "Picture",
    "accuracy_against_cost",
    "bars",
    "block",
    "channel_chain",
    "channel_sum",
    "coverage_map",
    "coverage_strip",
    "feature_maps",
    "heat_map",
    "images",
    "kernels",
    "learning_curves",
    "pixel_column",
    "png",
    "receptive_field",
    "show",
    "who_reads_whom",
    "window",
]
