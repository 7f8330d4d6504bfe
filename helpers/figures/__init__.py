"""Drawings of convolution, all in one grammar (`_style`), one file per family."""

from helpers.figures._style import Picture, png
from helpers.figures.channels import partial_maps, sliding_directions, stage_costs
from helpers.figures.dilation import dilated_tree, nets_on, rates_on, views_on
from helpers.figures.grouped import connections, deal_cards, map_rows, speed_up, thin_paths
from helpers.figures.maps import (
    coverage_strip,
    feature_maps,
    heat_map,
    images,
    kernels,
    who_reads_whom,
)
from helpers.figures.mixing import filters_on, mixer, weights_to_scale
from helpers.figures.nets import channel_chain
from helpers.figures.padding import (
    fields_on,
    pixels_read,
    shrinking,
    staircase,
    window_row,
    window_steps,
)
from helpers.figures.paths import module_ribbons, residual_path, residual_roads
from helpers.figures.pictures import (
    class_maps_over,
    lost_in_grey,
    parallel_scales,
    residual_sum,
    stride_reads,
)
from helpers.figures.pooling import (
    confusion,
    net_slabs,
    pool_rows,
    pool_winners,
    trained_filters,
)
from helpers.figures.results import accuracy_against_cost, guesses, learning_curves
from helpers.figures.separable import cost_bars, depthwise_steps, kernel_split, separable_share
from helpers.figures.sharing import (
    difference_maps,
    kernels_on,
    shared_rows,
    signals,
    wall,
    windows_on,
)
from helpers.figures.upsampling import (
    coverage_sheet,
    layer_matrices,
    own_scales,
    row_spectrum,
)
from helpers.figures.windows import (
    channel_sum,
    pixel_column,
    window,
)

__all__ = [
    "Picture",
    "accuracy_against_cost",
    "channel_chain",
    "channel_sum",
    "class_maps_over",
    "connections",
    "confusion",
    "cost_bars",
    "coverage_sheet",
    "coverage_strip",
    "deal_cards",
    "depthwise_steps",
    "difference_maps",
    "dilated_tree",
    "feature_maps",
    "fields_on",
    "filters_on",
    "guesses",
    "heat_map",
    "images",
    "kernel_split",
    "kernels",
    "kernels_on",
    "layer_matrices",
    "learning_curves",
    "lost_in_grey",
    "map_rows",
    "mixer",
    "module_ribbons",
    "net_slabs",
    "own_scales",
    "nets_on",
    "parallel_scales",
    "partial_maps",
    "pixel_column",
    "pixels_read",
    "png",
    "pool_rows",
    "pool_winners",
    "rates_on",
    "residual_path",
    "residual_roads",
    "residual_sum",
    "row_spectrum",
    "separable_share",
    "shared_rows",
    "signals",
    "shrinking",
    "staircase",
    "sliding_directions",
    "speed_up",
    "stage_costs",
    "stride_reads",
    "thin_paths",
    "trained_filters",
    "views_on",
    "wall",
    "weights_to_scale",
    "who_reads_whom",
    "window",
    "windows_on",
    "window_row",
    "window_steps",
]
