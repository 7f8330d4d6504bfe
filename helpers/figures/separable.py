"""Convolutions taken apart: a kernel as column times row, depthwise then 1x1, and what it saves."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import NullLocator
from numpy.typing import ArrayLike

from helpers.figures import _style as s
from helpers.figures import pictures as p
from helpers.figures._style import Picture
from helpers.figures.channels import one_by_one
from helpers.figures.sharing import correlate, grey

GREY = {"cmap": "gray", "vmin": 0, "vmax": 1}
NAMES = ("red", "green", "blue")


def _range(values):
    """'−0.5 to 2', as it stands below a map."""
    return " to ".join(s.number(round(float(v), 2)) for v in (values.min(), values.max()))


def _scale(values, high):
    """Grey for a map without negative values, else signed colours whose middle, white, is 0."""
    if values.min() >= 0:
        return {"cmap": "gray", "vmin": 0, "vmax": values.max() or 1}
    return {"cmap": s.SIGNED, "vmin": -high, "vmax": high}


def _strong(values):
    """Where the signed colours end: one value of 100 is stronger, and faint ones can be seen."""
    return float(np.quantile(abs(values), 0.99)) or float(abs(values).max()) or 1.0


def _weights(ax, kernel, left, top, cell, fill=s.READ):
    """A table of weights; returns its middle."""
    for (row, column), weight in np.ndenumerate(kernel):
        x, y = left + column * cell, top - (row + 1) * cell
        ax.add_patch(Rectangle((x, y), cell, cell, fc=fill, ec="#999999", lw=0.7))
        words = s.number(round(float(weight), 2))
        s.text(ax, x + cell / 2, y + cell / 2, words, fontsize=s.SMALL)
    return left + kernel.shape[1] * cell / 2, top - kernel.shape[0] * cell / 2


# ---------------------------------------------------------------- a column and a row


@s.styled
def kernel_split(photo: ArrayLike, column: Sequence[float], row: Sequence[float]) -> Picture:
    """A kernel as column times row, and a grey photograph after the column and after both.

    photo: (height, width), 0 to 1 or uint8; column, row: 2 to 5 weights each, padding "valid". The
    words compare the last map with that of the whole kernel. ValueError for longer ones.
    """
    column, row = (s.array(v, 1, "column and row").astype(float) for v in (column, row))
    if not 2 <= min(column.size, row.size) <= max(column.size, row.size) <= 5:
        raise ValueError(f"2 to 5 weights each can be drawn; got {column.size} and {row.size}.")
    kernel = np.outer(column, row)
    photo, _ = grey(photo)
    half = correlate(photo, column[:, None])
    whole = correlate(half, row[None])
    apart = abs(whole - correlate(photo, kernel)).max()

    wide, gap, cell = 2.0, 0.44, 0.36
    tall, head = wide * photo.shape[0] / photo.shape[1], column.size * cell
    height = 0.42 + tall + 0.55 + head + 0.36
    fig, ax = s.canvas(s.WIDTH, height)
    top, middle = height - 0.32, height - 0.32 - head / 2
    x = (s.WIDTH - cell * (1 + 2 * row.size) - 1.3) / 2
    tables = {"column": column[:, None], "row": row[None], "kernel": kernel}
    for (name, table), sign in zip(tables.items(), ("\u00d7", "=", ""), strict=True):
        fill = s.WRITTEN if name == "kernel" else s.READ
        centre = _weights(ax, table, x, middle + table.shape[0] * cell / 2, cell, fill)
        s.text(ax, centre[0], top + 0.15, name, fontsize=s.SMALL)
        x += table.shape[1] * cell + 0.65
        s.text(ax, x - 0.325, middle, sign, fontsize=16)
    left = (s.WIDTH - 3 * wide - 2 * gap) / 2
    panels = [("photograph", photo, GREY), ("after the column", half, _scale(half, _strong(half))),
              ("then the row", whole, _scale(whole, _strong(whole)))]  # fmt: skip
    for place, (name, values, scale) in enumerate(panels):
        at = left + place * (wide + gap)
        foot = "{}x{}, ".format(*values.shape) + _range(values)
        p.panel(fig, at, 0.42, wide, values, name, foot, **scale)
        if place:
            s.arrow(ax, (at - gap + 0.06, 0.42 + tall / 2), (at - 0.06, 0.42 + tall / 2))
    same = "equal to" if apart < 1e-9 else f"up to {s.number(float(f'{apart:.2g}'))} away from"
    told = "; ".join(f"{name} {_range(v)}, {v.shape[0]}x{v.shape[1]}" for name, v, _ in panels)
    return Picture(
        fig,
        f"The column {s.listed(column.round(2))} times the row {s.listed(row.round(2))} is the "
        f"kernel {s.rows(kernel.round(2))}. A picture through both: {told}. The last map is {same} "
        "that of the whole kernel. On maps with negative values 0 is white.",
    )


# ---------------------------------------------------------------- depthwise, then pointwise


@s.styled
def depthwise_steps(photo: ArrayLike, kernels: ArrayLike, weights: ArrayLike) -> Picture:
    """Three channels, each with its own kernel and its own map; then 1x1 filters that mix them.

    photo: (height, width, 3), uint8 or 0 to 1; kernels: (rows, columns, 3), 3 at most, padding
    "valid"; weights: (3,) or (3, filters), two filters at most. All maps are on one scale around 0.
    """
    photo, kernels = p.colour(photo), s.array(kernels, 3, "kernels").astype(float)
    weights = np.asarray(weights, float).reshape(len(weights), -1)
    if kernels.shape[-1] != 3 or max(kernels.shape) > 3 or not 1 <= weights.shape[1] <= 2:
        raise ValueError(
            f"kernels {kernels.shape} and weights {weights.shape}: three kernels of up to 3x3 and "
            "one or two 1x1 filters, please."
        )
    if weights.shape[0] != 3:
        raise ValueError(f"weights {weights.shape}: a 1x1 filter has one for each of three maps.")
    maps = one_by_one(photo, kernels)
    mixed = maps @ weights
    high = float(f"{_strong(np.concatenate([maps, mixed], axis=-1)):.2g}")
    scale = {"cmap": s.SIGNED, "vmin": -high, "vmax": high}
    wide, cell = 1.38, 0.31
    tall = wide * photo.shape[0] / photo.shape[1]
    step, base = tall + 0.36, 0.86
    height = base + 3 * step + 0.02
    fig, ax = s.canvas(s.WIDTH, height)
    x_kernel, x_map, x_out = 1.62, 2.74, s.WIDTH - wide - 0.06
    rows = [base + (2 - c) * step for c in range(3)]
    outs = [base + step * (2 - i) for i in (0.5, 1.5)] if weights.shape[1] == 2 else [rows[1]]
    for x, words in ((0.06, "channel"), (x_map, "its map"), (x_out, "1x1 filter")):
        s.text(ax, x + wide / 2, height - 0.16, words, weight="bold")
    s.text(ax, x_kernel + 1.5 * cell, height - 0.16, "its kernel", weight="bold")
    told = []
    for c, (name, low) in enumerate(zip(NAMES, rows, strict=True)):
        p.panel(fig, 0.06, low, wide, photo[..., c], "", name, **GREY)
        table = kernels[..., c]
        left = x_kernel + (3 - table.shape[1]) * cell / 2
        _weights(ax, table, left, low + tall / 2 + table.shape[0] * cell / 2, cell)
        p.panel(fig, x_map, low, wide, maps[..., c], "", _range(maps[..., c]), **scale)
        middle = low + tall / 2
        s.arrow(ax, (x_kernel + 3 * cell + 0.02, middle), (x_map - 0.03, middle))
        for o, out in enumerate(outs):
            s.arrow(ax, (x_map + wide + 0.04, middle), (x_out - 0.04, out + tall / 2))
            at = 0.28 if len(outs) == 2 else 0.4
            place = (x_map + wide + at * (x_out - x_map - wide),
                     middle + at * (out + tall / 2 - middle))  # fmt: skip
            box = {"fc": s.READ, "ec": "#999999", "pad": 1.6, "lw": 0.7}
            words = s.number(round(float(weights[c, o]), 2))
            s.text(ax, *place, words, fontsize=s.SMALL, bbox=box, zorder=5)
        if c:
            wall = {"color": s.LINE, "lw": 1.6, "ls": (0, (4, 3))}
            ax.plot([0.06, x_map + wide], [low + tall + 0.09] * 2, **wall)
        told.append(f"{name}, kernel {s.rows(table.round(2))}: its map {_range(maps[..., c])}")
    for o, out in enumerate(outs):
        shown = p.panel(fig, x_out, out, wide, mixed[..., o], "", _range(mixed[..., o]), **scale)
        shown.spines[:].set(color=s.BLUE, lw=2)
        told.append(
            f"1x1 filter with weights {s.listed(weights[:, o].round(2))}: one map, "
            f"{_range(mixed[..., o])}"
        )
    p.colour_bar(fig, s.WIDTH / 2 - 1.6, 0.46, 3.2, shown.images[0], "value on a map")
    return Picture(
        fig,
        "Depthwise and pointwise on a photograph, {}x{}. Each channel has a kernel and a map of "
        "its own, parted by dashed lines; the 1x1 reads all three maps. ".format(*photo.shape[:2])
        + "; ".join(told) + ".",
    )  # fmt: skip


# ---------------------------------------------------------------- what it saves


@s.styled
def separable_share(nets: Mapping, *, kernel_sizes: Sequence[int] = (3, 5, 7)) -> Picture:
    """Multiplications of depthwise and 1x1 as a share of the full convolution: 1/N + 1/h².

    nets: {name: (h, N)}, layers as dots, an h among kernel_sizes and N from 4 to 2048. A dashed
    line is 1/h² alone. Both axes are logarithmic. ValueError for other layers.
    """
    if any(h not in kernel_sizes or not 4 <= n <= 2048 for h, n in nets.values()):
        raise ValueError(f"Layers with h of {kernel_sizes} and N from 4 to 2048; got {nets}.")
    fig = Figure(figsize=(s.WIDTH, 4.5))
    ax = s.axes(fig, 0.8, 0.75, s.WIDTH - 1.9, 3.55, xscale="log", yscale="log")
    filters = np.geomspace(4, 2048, 200)
    told = []
    for place, h in enumerate(kernel_sizes):
        colour = s.CATEGORIES[place]
        share = 100 * (1 / filters + 1 / h**2)
        ax.plot(filters, share, color=colour, lw=2.2, ls=s.DASHES[place])
        ax.axhline(100 / h**2, color=colour, lw=0.9, ls=(0, (2, 3)))
        limit = f"{100 / h**2:.1f}"
        words = f"{h}x{h}: to {limit} %"
        ax.annotate(words, (2048, 100 / h**2), (6, 0), textcoords="offset points", va="center",
                    fontsize=s.SMALL)  # fmt: skip
        told.append(f"{h}x{h}, towards {limit} %")
    points = {name: 100 * (1 / n + 1 / h**2) for name, (h, n) in nets.items()}
    for name, (h, n) in nets.items():
        which = list(kernel_sizes).index(h)
        style = {"color": s.CATEGORIES[which], "mec": s.BLACK, "ms": 8}
        ax.plot(n, points[name], s.MARKERS[which], **style)
    ax.set(xlim=(4, 2048), ylim=(1.5, 45), xlabel="N, filters of the 1x1",
           ylabel="multiplications left, %")  # fmt: skip
    xs, ys = [4, 16, 64, 256, 1024], [2, 5, 10, 20, 40]
    ax.set_xticks(xs, [s.number(n) for n in xs])
    ax.set_yticks(ys, [str(n) for n in ys])
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_minor_locator(NullLocator())
    ax.grid(alpha=0.3)
    for name, (h, n) in nets.items():  # above its dot; below, where the next dot is near
        near = any(size == h and n < other <= 3 * n for size, other in nets.values())
        side, up = ("right" if n > 500 else "left"), not near
        shift = (6 if side == "right" else -3, 8 if up else -8)
        ax.annotate(name, (n, points[name]), shift, textcoords="offset points", ha=side,
                    va="bottom" if up else "top", fontsize=s.SMALL)  # fmt: skip
    shares = [f"{name} (h {h}, N {s.number(n)}): {points[name]:.1f} %"
              for name, (h, n) in nets.items()]  # fmt: skip
    return Picture(
        fig,
        f"Curves of 1/N + 1/h² over N from 4 to 2,048, in percent from 1 to 45, ticks at N "
        f"{s.listed(xs)} and {s.listed(ys)} %: falling, for {'; '.join(told)} (dotted: 1/h² "
        f"alone). Dots: {'; '.join(shares)}.",
    )


def _paint(which):
    """Fill and hatch of a kind; no outline, which would cover layers of a hair's breadth."""
    return {"fc": s.CATEGORIES[which], "hatch": s.HATCHES[which], "ec": "white", "lw": 0}


@s.styled
def cost_bars(bars: Mapping) -> Picture:
    """Whole nets as bars to scale: a segment for each layer, in order, a colour for each kind.

    bars: {title: [(kind, amount), ...]}, four kinds at most. Below each bar: the share of each
    kind, in percent of the bar.
    """
    kinds = list(dict.fromkeys(kind for rows in bars.values() for kind, _ in rows))
    if not 1 <= len(kinds) <= 4 or any(amount < 0 for rows in bars.values() for _, amount in rows):
        raise ValueError(f"One to four kinds of layers, no negative amounts; got {kinds}.")
    paint = {"1x1": 0} | {k: i + 1 for i, k in enumerate(k for k in kinds if k != "1x1")}
    wide, high = s.WIDTH - 0.2, 1.72
    fig, ax = s.canvas(s.WIDTH, high * len(bars) + 0.05)
    told = []
    for place, (title, rows) in enumerate(bars.items()):
        top, total = high * (len(bars) - place), sum(amount for _, amount in rows)
        s.text(ax, 0.1, top - 0.18, f"{title}: {total:,} in all", ha="left", weight="bold")
        x = 0.1
        for kind, amount in rows:
            width = amount / total * wide
            ax.add_patch(Rectangle((x, top - 1.0), width, 0.65, **_paint(paint[kind])))
            x += width
        words, left = [], 0.1
        for kind in sorted(paint, key=paint.get):
            share = 100 * sum(a for k, a in rows if k == kind) / total
            words.append(f"{kind}: {share:.1f} %" if share >= 0.1 else f"{kind}: {share:.2f} %")
        if len(words) * 0.5 + len("".join(words)) * 0.0715 > wide:
            raise ValueError(f"Shorter names of kinds, please; got {kinds}.")
        for kind, told_share in zip(sorted(paint, key=paint.get), words, strict=True):
            ax.add_patch(Rectangle((left, top - 1.36), 0.26, 0.2, **_paint(paint[kind])))
            s.text(ax, left + 0.33, top - 1.26, told_share, ha="left", fontsize=s.SMALL)
            left += 0.5 + len(told_share) * 0.0715
        told.append(f"{title}, {total:,} in all, {len(rows)} segments: {', '.join(words)}")
    return Picture(fig, f"Bars to scale, a segment for each layer. {'. '.join(told)}.")
