"""Layers in a chain and in a block."""

import numpy as np
from matplotlib.patches import Circle, Rectangle

from helpers.figures import _style as s


@s.styled
def channel_chain(steps, *, title: str = "") -> s.Picture:
    """Feature maps as bars as wide as they have channels, from top to bottom.

    steps: a list of (label, channels) or (label, channels, parameters), the input first;
    or a Keras model whose layers follow one another. Channels and parameters are written out.
    """
    steps = _steps_of(steps)
    if not steps or any(step[1] < 1 for step in steps):
        raise ValueError(f"Expected (label, channels[, parameters]) with channels >= 1: {steps}.")
    notes = [[s.fold(step[0], 2.6), *(f"{s.number(n)} parameters" for n in step[2:] if n)]
             for step in steps]  # fmt: skip
    lines = [line for note in notes for line in "\n".join(note).split("\n")]
    left, row, bar = max(s.wide(line) for line in lines) + 0.3, 0.66, 0.34
    fig, ax = s.canvas(s.WIDTH, row * len(steps) + 0.05 + 0.35 * bool(title))
    scale = (s.WIDTH - left - 0.15) / max(step[1] for step in steps)
    told = []
    for index, (step, note) in enumerate(zip(steps, notes, strict=True)):
        y, size = row * (len(steps) - index - 0.5), step[1] * scale
        s.text(ax, 0.1, y, "\n".join(note), ha="left", linespacing=1.3)
        corner = (left, y - bar / 2)
        ax.add_patch(Rectangle(corner, size, bar, fc=s.WRITTEN, ec=s.BLUE, lw=1.4))
        words = s.counted(step[1], "channel")
        inside = size > s.wide(words) + 0.1
        place = (left + size / 2, "center") if inside else (left + size + 0.1, "left")
        s.text(ax, place[0], y, words, ha=place[1], weight="bold")
        if index:
            s.arrow(ax, (left + 0.15, y + row - bar / 2), (left + 0.15, y + bar / 2))
        told.append(", ".join([f"{step[0]}: {words}", *note[1:]]))
    if title:
        s.text(ax, s.WIDTH / 2, row * len(steps) + 0.12, title, weight="bold")
    heading = f"{title}. " if title else ""
    return s.Picture(
        fig, f"{heading}{s.counted(len(steps), 'feature map')}, one after the other. "
        + "; ".join(told) + "."
    )  # fmt: skip


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
    """(label, channels, macs) from (label, channels[, macs]), a cost table's row, (label, row).

    A plain word, such as "ReLU", becomes (word, None, 0): a step that keeps the channels.
    """
    if isinstance(item, str):
        return item, None, 0
    label, *rest = (item.name, item) if hasattr(item, "output_shape") else item
    if rest and hasattr(rest[0], "output_shape"):
        rest = [rest[0].output_shape[-1], rest[0].macs]
    if len(rest) not in (1, 2) or not rest[0] or rest[0] < 1:
        raise ValueError(
            "A layer is (label, channels), (label, channels, macs), a row of cost_table(), "
            f"(label, row), with at least one channel, or a word; got {item!r}."
        )
    return str(label), int(rest[0]), rest[1] if len(rest) == 2 else 0


def _checked(branches, input_channels, merge):
    """Branches of (label, channels, macs), the channels each ends with, and those after merging."""
    branches = [[_layer_of(layer) for layer in branch] for branch in branches]
    ends = [[c for _, c, _ in branch if c] for branch in branches]
    ends = [channels[-1] if channels else int(input_channels) for channels in ends]
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


WHITE = {"fc": "white", "ec": "none", "pad": 1.5}
STEP = {"boxstyle": "round,pad=0.25", "fc": "white", "ec": s.LINE}  # keeps the channels


@s.styled
def block(
    branches: list,
    *,
    input_channels: int,
    merge: str | None = "concatenate",
    after: str = "",
    title: str = "",
) -> s.Picture:
    """A block as boxes: width = channels, hatched bar = MACs, both with their numbers.

    branches: a list of branches from left to right, each a list of layers from top to bottom;
    a layer is (label, channels), (label, channels, macs), a row of cost_table(), (label, row),
    or a word for a step that keeps the channels, such as "BN, ReLU".
    An empty branch is an identity shortcut, a broad road. merge: "concatenate" (channels add
    up), "add" (channels must agree) or None (one branch); after: a word for what follows the
    merge. ValueError says which numbers do not fit.
    """
    branches, ends, total = _checked(branches, input_channels, merge)
    layers = [layer for branch in branches for layer in branch]
    lane = max([1.7, *(s.wide(label) + 0.1 for label, *_ in layers)])
    width = max(lane * len(branches) + 0.2, 4.2)
    lane = (width - 0.2) / len(branches)
    widest = max([channels for _, channels, _ in layers if channels], default=1)
    scale = min((lane - 0.3) / widest, (width - 0.6) / max(total, input_channels))
    largest = max([macs or 0 for *_, macs in layers], default=0)
    tall = 0.95 if largest else 0.68
    heights = [sum(tall if c else 0.3 for _, c, _ in branch) for branch in branches]
    foot = 0.95 if merge == "concatenate" else 0.75
    foot += (0.3 if after else 0.0) + (0.25 if largest else 0.0)
    top = max(heights) + foot + 1.1
    fig, ax = s.canvas(width, top + 0.35 * bool(title))
    centre, start, join = width / 2, top - 0.57, foot
    s.text(ax, centre, top + 0.12, title, weight="bold")
    s.text(ax, centre, top - 0.16, "input")
    size = input_channels * scale
    _box(ax, centre, top - 0.43, size, s.READ, s.ORANGE, s.number(input_channels))
    for index, branch in enumerate(branches):
        x, y = 0.1 + lane * (index + 0.5), start - 0.25
        path = [(centre, start), (x, y), (x, join + 0.22), (centre, join)]
        road = {"color": s.ORANGE, "lw": 6} if not branch else {"color": s.LINE, "lw": 1.2}
        ax.plot(*zip(*path, strict=True), zorder=0, solid_joinstyle="round", **road)
        if not branch:
            s.text(ax, x, (y + join) / 2, "identity:\nx, unchanged", bbox=WHITE)
        y -= (max(heights) - heights[index]) / 2  # in the middle of its lane
        for layer in branch:
            _layer(ax, x, y, lane, layer, scale=scale, largest=largest)
            y -= tall if layer[1] else 0.3
    _join(ax, centre, join, merge, ends, total, scale)
    if after:
        y = join - (1.0 if merge == "concatenate" else 0.83)
        low = join - (0.78 if merge == "concatenate" else 0.52)
        ax.plot([centre] * 2, [low, y], color=s.LINE, lw=1.2, zorder=0)
        s.text(ax, centre, y, after, fontsize=s.SMALL, bbox=STEP)
    cost = "at least " * any(macs is None for *_, macs in layers)
    cost += s.number(sum(macs or 0 for *_, macs in layers))
    if largest:
        s.text(ax, centre, 0.16, f"box: channels; bar: MACs, {cost} together", fontsize=s.SMALL)
    many = len(branches) > 1
    told = [title] * bool(title) + [f"A block that reads {s.counted(input_channels, 'channel')}"]
    told[-1] += f" in {len(branches)} branches side by side" if many else ""
    for index, branch in enumerate(branches, 1):
        words = "; ".join(_told(*layer, largest) for layer in branch) or "the input, unchanged"
        told.append(f"Branch {index}: {words}" if many else words)
    ending = {"concatenate": "Concatenated", "add": "Added", None: "Output"}[merge]
    sums = " + ".join(s.number(end) for end in ends) + " = " if merge == "concatenate" else ""
    told.append(f"{ending}: {sums}{s.counted(total, 'channel')}" + f", then {after}" * bool(after))
    told += [f"Together {cost} MACs"] * bool(largest)
    return s.Picture(fig, ". ".join(told) + ".")


def _told(label, channels, macs, largest):
    """A layer in words, with its MACs if any layer has some."""
    if channels is None:
        return label
    cost = "MACs unknown" if macs is None else f"{s.short(macs)} MACs"
    return f"{label}, {s.counted(channels, 'channel')}" + (f", {cost}" if largest else "")


def _layer(ax, x, y, lane, layer, *, scale, largest):
    """One layer of a branch, its label at the top, under y; a bar for its MACs if any has some."""
    label, channels, macs = layer
    if channels is None:
        s.text(ax, x, y - 0.13, label, fontsize=s.SMALL, bbox=STEP)
        return
    s.text(ax, x, y - 0.14, label, bbox=WHITE)
    _box(ax, x, y - 0.42, channels * scale, s.WRITTEN, s.BLUE, s.number(channels))
    if largest:
        room = lane - (1.4 if lane > 2 else 0.95)  # beside a bar stands its number
        left, size = x - (lane - 0.25) / 2, (macs or 0) / largest * room
        style = {"fc": "white", "ec": s.VERMILION, "hatch": "/////", "lw": 1}
        ax.add_patch(Rectangle((left, y - 0.77), size, 0.13, visible=size > 0, **style))
        words = "unknown" if macs is None else s.short(macs)
        words += " MACs" if lane > 2 or not macs else ""
        place = {"fontsize": s.SMALL, "ha": "left", "bbox": WHITE}
        s.text(ax, left + size + 0.06, y - 0.705, words, **place)


def _join(ax, centre, y, merge, ends, total, scale):
    """Where the branches meet at height y: the word, the box and, concatenated, its parts."""
    if merge == "add":
        ax.add_patch(Circle((centre, y - 0.02), 0.15, fc="white", ec=s.BLACK, lw=1.6))
        s.text(ax, centre, y - 0.03, "+", fontsize=15)
    else:
        s.text(ax, centre, y - 0.1, merge or "output", bbox=WHITE)
    words = "" if merge == "concatenate" else s.number(total)
    _box(ax, centre, y - 0.38, total * scale, s.WRITTEN, s.BLUE, words)
    if merge == "concatenate":
        for cut in centre + (np.cumsum(ends)[:-1] - total / 2) * scale:
            ax.plot([cut, cut], [y - 0.52, y - 0.24], color=s.BLUE, lw=1.4)
        sums = " + ".join(s.number(end) for end in ends)
        s.text(ax, centre, y - 0.67, f"{sums} = {s.number(total)}", weight="bold")
