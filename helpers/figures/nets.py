"""Layers in a chain and in a block."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from helpers.figures import _style as s


@s.styled
def channel_chain(steps, *, title: str = "") -> Figure:
    """Feature maps as bars as wide as they have channels, from top to bottom.

    steps: a list of (label, channels) or (label, channels, parameters), the input first;
    or a Keras model whose layers follow one another. Channels and parameters are written out.
    """
    steps = _steps_of(steps)
    if not steps or any(step[1] < 1 for step in steps):
        raise ValueError(f"Expected (label, channels[, parameters]) with channels >= 1: {steps}.")
    row, width = 0.86, s.WIDTH
    fig, ax = s.canvas(width, row * len(steps) + 0.1 + 0.35 * bool(title))
    scale = (width - 0.3) / max(step[1] for step in steps)
    top = row * len(steps)
    for index, (label, channels, *parameters) in enumerate(steps):
        y = top - index * row
        note = f"{label}" + (f":  {s.number(parameters[0])} parameters" if any(parameters) else "")
        if index:
            s.arrow(ax, (0.35, y + 0.07), (0.35, y - 0.26))
        s.text(ax, 0.55 if index else 0.15, y - 0.1, note, ha="left")
        bar = channels * scale
        ax.add_patch(Rectangle((0.15, y - 0.62), bar, 0.3, fc=s.WRITTEN, ec=s.BLUE, lw=1.4))
        inside = bar > 1.5
        x = 0.15 + (bar / 2 if inside else bar + 0.1)
        words = f"{s.number(channels)} channel" + "s" * (channels > 1)
        s.text(ax, x, y - 0.47, words, ha="center" if inside else "left", weight="bold")
    if title:
        s.text(ax, width / 2, top + 0.25, title, weight="bold")
    return fig


def _steps_of(steps):
    """A list as it is; a Keras model as one step per layer, with the size of its map."""
    if not hasattr(steps, "layers"):
        return [tuple(step) for step in steps]
    rows = []
    for layer in steps.layers:
        *size, channels = layer.output.shape[1:]
        label = " ".join([layer.name, "x".join(str(n) for n in size)]).strip()
        rows.append((label, channels, layer.count_params()))
    return rows


# ---------------------------------------------------------------- blocks


def _layer_of(item):
    """(label, channels, macs) from (label, channels[, macs]), a cost table's row, (label, row)."""
    label, *rest = (item.name, item) if hasattr(item, "output_shape") else item
    if rest and hasattr(rest[0], "output_shape"):
        rest = [rest[0].output_shape[-1], rest[0].macs]
    if len(rest) not in (1, 2) or not rest[0] or rest[0] < 1:
        raise ValueError(
            "A layer is (label, channels), (label, channels, macs), a row of cost_table() or "
            f"(label, row), with at least one channel; got {item!r}."
        )
    return str(label), int(rest[0]), rest[1] if len(rest) == 2 else 0


def _checked(branches, input_channels, merge):
    """Branches of (label, channels, macs), the channels each ends with, and those after merging."""
    branches = [[_layer_of(layer) for layer in branch] for branch in branches]
    ends = [branch[-1][1] if branch else int(input_channels) for branch in branches]
    if merge not in ("concatenate", "add", None) or not branches:
        raise ValueError(
            f'Expected at least one branch and merge="concatenate", "add" or None; got '
            f"{len(branches)} branches and merge={merge!r}."
        )
    if merge == "add" and len(set(ends)) > 1:
        raise ValueError(f"Branches of {ends} channels cannot be added: they must all be equal.")
    if merge is None and len(branches) > 1:
        raise ValueError(f'{len(branches)} branches need merge="concatenate" or merge="add".')
    return branches, ends, sum(ends) if merge == "concatenate" else ends[0]


def _box(ax, x, y, size, fill, edge, words):
    """A box `size` inches wide, centred on x, with its words inside or, if narrow, beside it."""
    size = max(size, 0.04)
    ax.add_patch(Rectangle((x - size / 2, y - 0.14), size, 0.28, fc=fill, ec=edge, lw=1.4))
    inside = size > 0.6
    place = {"ha": "center"} if inside else {"ha": "left"}
    s.text(ax, x if inside else x + size / 2 + 0.07, y, words, weight="bold", **place)


@s.styled
def block(
    branches: list, *, input_channels: int, merge: str | None = "concatenate", title: str = ""
) -> Figure:
    """A block as boxes: width = channels, hatched bar = MACs, both with their numbers.

    branches: a list of branches from left to right, each a list of layers from top to bottom;
    a layer is (label, channels), (label, channels, macs), a row of cost_table() or (label, row).
    An empty branch is an identity shortcut. merge: "concatenate" (channels add up), "add"
    (channels must agree) or None (one branch). ValueError says which numbers do not fit.
    """
    branches, ends, total = _checked(branches, input_channels, merge)
    layers = [layer for branch in branches for layer in branch]
    lane = max([1.7, *(s.wide(label) + 0.2 for label, *_ in layers)])
    width = max(lane * len(branches) + 0.2, 4.2)
    lane = (width - 0.2) / len(branches)
    widest = max([channels for _, channels, _ in layers], default=1)
    scale = min((lane - 0.3) / widest, (width - 0.6) / max(total, input_channels))
    dearest = max([macs or 0 for *_, macs in layers], default=0)
    row, room = 1.1 if dearest else 0.9, lane - (1.4 if lane > 2 else 0.95)  # beside a bar
    top = max(len(branch) for branch in branches) * row + 2.25
    fig, ax = s.canvas(width, top + 0.3 * bool(title))
    centre, start, join = width / 2, top - 0.59, 1.1
    white = {"fc": "white", "ec": "none", "pad": 1.5}
    s.text(ax, centre, top + 0.1, title, weight="bold")
    s.text(ax, centre, top - 0.18, "input")
    size = input_channels * scale
    _box(ax, centre, top - 0.45, size, s.READ, s.ORANGE, s.number(input_channels))
    for index, branch in enumerate(branches):
        x, y = 0.1 + lane * (index + 0.5), start - 0.3
        path = [(centre, start), (x, y), (x, join + 0.25), (centre, join)]
        ax.plot(*zip(*path, strict=True), color=s.LINE, lw=1.2, zorder=0)
        if not branch:
            s.text(ax, x, (y + join) / 2, "identity", bbox=white)
        for label, channels, macs in branch:
            s.text(ax, x, y - 0.14, label, bbox=white)
            _box(ax, x, y - 0.42, channels * scale, s.WRITTEN, s.BLUE, s.number(channels))
            if dearest:
                left, size = x - (lane - 0.25) / 2, (macs or 0) / dearest * room
                style = {"fc": "white", "ec": s.VERMILION, "hatch": "/////", "lw": 1}
                ax.add_patch(Rectangle((left, y - 0.79), size, 0.13, visible=size > 0, **style))
                words = "unknown" if macs is None else s.short(macs)
                words += " MACs" if lane > 2 or not macs else ""
                style = {"fontsize": s.SMALL, "ha": "left", "bbox": white}
                s.text(ax, left + size + 0.06, y - 0.725, words, **style)
            y -= row
    s.text(ax, centre, join - 0.12, merge or "output", bbox=white)
    sums = " + ".join(s.number(end) for end in ends) + " = " if merge == "concatenate" else ""
    _box(ax, centre, join - 0.4, total * scale, s.WRITTEN, s.BLUE, "" if sums else s.number(total))
    if sums:
        for cut in centre + (np.cumsum(ends)[:-1] - total / 2) * scale:
            ax.plot([cut, cut], [join - 0.54, join - 0.26], color=s.BLUE, lw=1.4)
        s.text(ax, centre, join - 0.67, sums + s.number(total), weight="bold")
    if dearest:
        words = "at least " * any(macs is None for *_, macs in layers)
        words += s.number(sum(macs or 0 for *_, macs in layers))
        s.text(ax, centre, 0.2, f"box: channels; bar: MACs, {words} together", fontsize=s.SMALL)
    return fig
