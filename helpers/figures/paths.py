"""Where the channels go: residual blocks as roads, Inception modules as rivers."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch, Polygon, Rectangle
from numpy.typing import ArrayLike

from helpers.figures import _style as s
from helpers.figures._style import Picture

ROAD, THIN = 8.0, {"color": s.BLUE, "lw": 1.8}  # points: the shortcut, and the layers' way


# ---------------------------------------------------------------- one residual block


def _box(ax, left, middle, width, text, *, height=0.5, fill="white", edge=s.BLUE, size=10):
    """A rounded box that covers exactly left to left + width; its text."""
    style = "round,pad=0,rounding_size=0.06"
    corner = (left, middle - height / 2)
    ax.add_patch(
        FancyBboxPatch(corner, width, height, boxstyle=style, fc=fill, ec=edge, lw=1.8, zorder=3)
    )
    s.text(ax, left + width / 2, middle, text, fontsize=size, zorder=4, linespacing=1.1)


def _chain(ax, layers, left, right, middle):
    """Boxes of one width from left to right with arrows between them; returns their edges."""
    gap = 0.15
    width = min((right - left - (len(layers) - 1) * gap) / len(layers), 0.95)
    longest = max((line for name in layers for line in name.split("\n")), key=len)
    size = 10 if s.wide(longest, 10) < width - 0.04 else 9
    need = s.wide(longest, size)
    if need > width:
        raise ValueError(
            f"{len(layers)} layers in a row leave {width:.2f} inches for each; the longest name "
            f"needs {need:.2f}. Use shorter names, or break them with a newline."
        )
    start = (left + right - len(layers) * (width + gap) + gap) / 2
    for index, name in enumerate(layers):
        at = start + index * (width + gap)
        fill = s.WRITTEN if name[:1].isdigit() else "white"
        _box(ax, at, middle, width, name, height=0.48, fill=fill, size=size)
        if index:
            s.arrow(ax, (at - gap, middle), (at - 0.01, middle), mutation_scale=9, **THIN)
    return start, start + len(layers) * (width + gap) - gap


def _bend(ax, start, end, angles):
    ax.add_patch(
        FancyArrowPatch(
            start, end, connectionstyle=f"angle,angleA={angles[0]},angleB={angles[1]},rad=8",
            arrowstyle="-|>", mutation_scale=12, shrinkA=0, shrinkB=0, **THIN,
        )
    )  # fmt: skip


def _split(layers):
    """(before the '+', after it) of a list of layers; without '+' a ReLU follows."""
    layers = list(layers)
    if layers.count("+") > 1 or not layers or layers[0] == "+":
        raise ValueError(f"Expected layers with one '+' where x is added; got {layers}.")
    at = layers.index("+") if "+" in layers else len(layers)
    return layers[:at], layers[at + 1 :] if "+" in layers else ["ReLU"]


@s.styled
def residual_path(
    layers: Sequence[str] | Mapping = ("3x3", "BN", "ReLU", "3x3", "BN", "+", "ReLU"),
    *,
    sizes: tuple[str, str] | str = "",
    shortcut: Sequence[str] = (),
) -> Picture:
    """Residual blocks from left to right: the shortcut is the broad road, F(x) a detour below.

    layers: names in order, with "+" where x is added, or {title: names} for up to three blocks
    under each other. sizes: what x and y are ("56x56x64", "28x28x128"), one text if they agree.
    shortcut: the layers on the road, none for the identity.
    """
    blocks = {title: _split(names) for title, names in s.panels(
        layers if isinstance(layers, Mapping) else {"": layers}).items()}  # fmt: skip
    if len(blocks) > 3:
        raise ValueError(f"{len(blocks)} blocks; three at most fit under each other.")
    before, after = (sizes, sizes) if isinstance(sizes, str) else sizes
    head = (0.52 if shortcut else 0.38) + 0.3 * any(blocks)
    tall = head + 1.33
    fig, ax = s.canvas(s.WIDTH, len(blocks) * tall)
    words = []
    for index, (title, (path, end)) in enumerate(blocks.items()):
        road = (len(blocks) - index) * tall - head
        detour = road - 0.84
        if title:
            s.text(ax, 0.05, road + head - 0.15, title, ha="left", weight="bold")
        room = sum(max(s.wide(name, 10) + 0.1, 0.5) + 0.16 for name in end)
        plus = s.WIDTH - 0.72 - room - 0.2
        _box(ax, 0.06, road, 0.5, "x", fill=s.READ, edge=s.ORANGE)
        _road(ax, (0.57, plus - 0.2), road)
        ax.plot([0.86], [road], "o", ms=9, color=s.BLUE, zorder=5)
        left, right = _chain(ax, path, 1.2, plus - 0.12, detour)
        _bend(ax, (0.86, road), (left, detour), (-90, 180))
        _bend(ax, (right, detour), (plus, road - 0.21), (0, 90))
        if shortcut:
            _chain(ax, shortcut, 1.5, plus - 0.7, road)
        text = f"shortcut: {' and '.join(shortcut)}" if shortcut else "shortcut: x, unchanged"
        s.text(ax, (0.86 + plus) / 2, road + (0.38 if shortcut else 0.24), text.replace("\n", " "))
        s.text(ax, (left + right) / 2, detour - 0.37, "F(x): the change")
        ax.add_patch(Circle((plus, road), 0.2, fc="white", ec=s.BLACK, lw=1.8, zorder=4))
        s.text(ax, plus, road, "+", fontsize=16, zorder=5)
        at = plus + 0.2
        for name in [*end, "y"]:
            width = 0.5 if name == "y" else max(s.wide(name, 10) + 0.1, 0.5)
            s.arrow(ax, (at, road), (at + 0.15, road), mutation_scale=9, lw=1.8, color=s.BLUE)
            fill = s.WRITTEN if name == "y" else "white"
            _box(ax, at + 0.16, road, width, name, fill=fill)
            at += width + 0.16
        if before:
            s.text(ax, 0.06, road - 0.4, before, ha="left", fontsize=s.SMALL)
            s.text(ax, s.WIDTH - 0.06, road - 0.4, after, ha="right", fontsize=s.SMALL)
        last = f"after it {s.listed(end)}" if end else "nothing follows it"
        words.append(
            f"{title + ': ' if title else ''}F(x) is {s.listed(path)}; it is added to "
            f"{'x through ' + s.listed(shortcut) if shortcut else 'x itself'}; {last}"
        )
    passed = f" x is {before}, y is {after}." if before else ""
    many = "Residual blocks" if len(blocks) > 1 else "A residual block"
    alt = f"{many}: a broad road from x to an addition, and below it a detour of layers. "
    return Picture(fig, (alt + ". ".join(words) + "." + passed).replace("\n", " "))


def _road(ax, ends, y):
    """The shortcut: a broad line that ends in an arrowhead whose tip is the second end."""
    ax.plot([ends[0], ends[1] - 0.2], [y, y], color=s.ORANGE, lw=ROAD, solid_capstyle="butt")
    tip = [(ends[1] - 0.21, y + 0.13), (ends[1], y), (ends[1] - 0.21, y - 0.13)]
    ax.add_patch(Polygon(tip, closed=True, fc=s.ORANGE, ec="none"))


# ---------------------------------------------------------------- many residual blocks


@s.styled
def residual_roads(x: ArrayLike, change: ArrayLike, *, names: Sequence[str] = ()) -> Picture:
    """All blocks of a trained net: x as a road, F(x) as detours, as broad as their norms.

    x, change: the norms of x and of F(x) in each block, in order, 4 to 20 blocks; names: of the
    blocks (default: their numbers, from 1). Below each block: norm of F(x) / norm of x.
    """
    x, change = s.array(x, 1, "x").astype(float), s.array(change, 1, "change").astype(float)
    n = len(x)
    if x.shape != change.shape or not 4 <= n <= 20 or x.min() <= 0 or change.min() < 0:
        raise ValueError(
            f"Expected the norms of 4 to 20 blocks, of x above 0, of F(x) not below; got {x.shape} "
            f"from {x.min():g} and {change.shape} from {change.min():g}."
        )
    names = list(names) or [str(i + 1) for i in range(n)]
    if len(names) != n:
        raise ValueError(f"{len(names)} names for {n} blocks.")
    rows = 1 if n <= 10 else 2
    each = -(-n // rows)  # blocks in a row
    left, step = 0.78, 5.62 / each
    scale = min(0.9 / max(x.max(), change.max()), 0.36 * step / (change.max() or 1.0))
    ratios, lift = change / x, 0.2  # lift: the free height under a detour
    broad = [x[row * each : (row + 1) * each + 1].max() * scale for row in range(rows)]
    talls = [tall + lift + change.max() * scale + 0.86 for tall in broad]
    fig, ax = s.canvas(s.WIDTH, sum(talls) + 0.34)
    small = {"fontsize": s.SMALL}
    for i in range(n):
        row, base = i // each, sum(talls[i // each + 1 :])
        start, road = left + (i % each) * step, base + 0.7 + broad[row] / 2
        half = np.array([x[i], x[i], x[min(i + 1, n - 1)]]) * scale / 2
        at = start + step * np.array([0.0, 0.93, 1.0])
        shape = np.r_[np.c_[at, road + half], np.c_[at, road - half][::-1]]
        ax.add_patch(Polygon(shape, closed=True, fc=s.ORANGE, ec=s.ORANGE, lw=0.6))
        ax.add_patch(_arch(start + step / 2, road + half[0], 0.46 * step, lift, change[i] * scale))
        s.text(ax, start + step / 2, base + 0.46, names[i], **small)
        s.text(ax, start + step / 2, base + 0.2, _ratio(ratios[i]), weight="bold", **small)
        if i % each == 0:
            above = road + half[0] + lift / 2 + change[i] * scale / 2
            for y, words in ((base + 0.46, "block"), (base + 0.2, "F(x) : x"),
                             (road - 0.03, f"x {_round(x[i])}"),
                             (max(above, road + 0.2), f"F(x) {_round(change[i])}")):  # fmt: skip
                s.text(ax, 0.04, y, words, ha="left", **small)
        if i % each == each - 1 or i == n - 1:
            s.text(ax, start + step + 0.06, road, _round(x[i]), ha="left", **small)
            y = road + half[0] + lift / 2 + change[i] * scale / 2
            s.text(ax, start + step + 0.06, y, _round(change[i]), ha="left", **small)
    words = "thickness: the norm of x (road) and of F(x) (detours)"
    s.text(ax, s.WIDTH / 2, sum(talls) + 0.18, words)
    at_ends = [
        f"Block {names[i]}: x {_round(x[i])}, F(x) {_round(change[i])}"
        for i in range(n)
        if i % each in (0, each - 1) or i == n - 1
    ]
    listed = s.listed([f"{name} {_ratio(r)}" for name, r in zip(names, ratios, strict=True)])
    return Picture(
        fig,
        f"{n} residual blocks in a row: the road x is as broad as its norm, the detours F(x) as "
        f"theirs. {'; '.join(at_ends)}. Norm of F(x) divided by that of x, block by block: "
        f"{listed}.",
    )


def _arch(middle, foot, half, lift, thick):
    """A detour over the road: an arch `thick` inches broad, `lift` high inside."""
    around = np.linspace(0, np.pi, 40)
    inner = max(half - thick, 0.02)
    outside = np.c_[middle + half * np.cos(around), foot + (lift + thick) * np.sin(around)]
    inside = np.c_[middle + inner * np.cos(around), foot + lift * np.sin(around)][::-1]
    return Polygon(np.r_[outside, inside], closed=True, fc=s.WRITTEN, ec=s.BLUE, lw=1.2)


def _ratio(value):
    return f"{value:.2f}"[:4]


def _round(value):
    return s.number(float(f"{value:.3g}"))


# ---------------------------------------------------------------- a module as a river


@s.styled
def module_ribbons(
    branches, *, input_channels: int, title: str = "", largest: int | None = None
) -> Picture:
    """A module of parallel branches: ribbons as broad as the channels, layers as funnels.

    branches: from one to four, each a list of one or two (label, channels, MACs) or (label, a row
    of cost.cost_table); input_channels: what every branch reads. At the right the MACs of each
    branch, all bars from one base line; largest: the MACs of a bar of full length, to compare two
    modules (default: the most that a branch has). ValueError where a branch has more.
    """
    branches = [[_layer(layer) for layer in branch] for branch in branches]
    if not 1 <= len(branches) <= 4 or not all(1 <= len(branch) <= 2 for branch in branches):
        raise ValueError("Expected one to four branches of one or two (label, channels, MACs).")
    ends = [branch[-1][1] for branch in branches]
    widest = max([input_channels] + [layer[1] for branch in branches for layer in branch])
    if min([input_channels] + [layer[1] for branch in branches for layer in branch]) < 1:
        raise ValueError("Every layer, and the input, needs one channel or more.")
    n, total, row = len(branches), sum(ends), 0.9
    unit = min(0.6 / widest, (n * row - 0.3) / total)
    fig, ax = s.canvas(s.WIDTH, n * row + 0.72 + 0.26 * bool(title))
    if title:
        s.text(ax, s.WIDTH / 2, n * row + 0.8, title, weight="bold")
    middle, small = 0.42 + n * row / 2, {"fontsize": s.SMALL}
    tall = input_channels * unit
    box = Rectangle((0.04, middle - tall / 2), 0.44, tall, fc=s.READ, ec=s.ORANGE, lw=1.8, zorder=3)
    ax.add_patch(box)
    inside = tall > 0.2
    s.text(
        ax, 0.26, middle + (0 if inside else tall / 2 + 0.12), s.number(input_channels), zorder=4
    )
    s.text(ax, 0.26, middle + tall / 2 + (0.12 if inside else 0.32), "in", **small)
    macs = [sum(layer[2] for layer in branch) for branch in branches]
    largest = max(macs) if largest is None else largest
    if largest < max(macs):
        raise ValueError(f"A branch has {max(macs):,} MACs, more than largest={largest:,}.")
    base, room = 5.5, 0.88
    bottoms = middle + total * unit / 2 - np.cumsum(ends) * unit
    columns = (1.38, 2.66)
    for index, branch in enumerate(branches):
        y, inside, x = 0.36 + (n - 0.5 - index) * row, input_channels, columns[0]
        _ribbon(ax, (0.48, middle), (x, y), tall, tall, s.READ, s.ORANGE)
        for place, (name, channels, _) in enumerate(branch):
            x = columns[place]
            shape = [(x, y + inside * unit / 2), (x + 0.42, y + channels * unit / 2),
                     (x + 0.42, y - channels * unit / 2), (x, y - inside * unit / 2)]  # fmt: skip
            ax.add_patch(Polygon(shape, closed=True, fc=s.BLUE, ec=s.BLUE, lw=1.2, zorder=3))
            above = y + max(inside, channels) * unit / 2 + 0.12
            s.text(ax, x, above, name, ha="left", **small)
            follows = columns[place + 1] if place + 1 < len(branch) else 3.5
            flow = channels * unit
            _ribbon(ax, (x + 0.42, y), (follows, y), flow, flow, s.WRITTEN, s.BLUE)
            beside = flow / 2 + 0.1 if flow < 0.22 else 0.0
            s.text(ax, x + 0.44 + 0.22, y + beside, s.number(channels))
            inside = channels
        flow = ends[index] * unit
        _ribbon(ax, (3.5, y), (4.6, bottoms[index] + flow / 2), flow, flow, s.WRITTEN, s.BLUE)
        box = Rectangle((4.6, bottoms[index]), 0.2, flow, fc=s.WRITTEN, ec=s.BLUE, lw=1.8)
        ax.add_patch(box)
        x = base
        for (_, _, work), hatch in zip(branch, ("....", "////"), strict=False):
            size = work / (largest or 1) * room
            hatch = "////" if len(branch) == 1 else hatch
            style = {"fc": "white", "ec": s.VERMILION, "hatch": hatch, "lw": 1, "visible": size > 0}
            ax.add_patch(Rectangle((x, y - 0.13), size, 0.2, **style))
            x += size
        s.text(ax, x + 0.06, y - 0.03, s.short(macs[index]), ha="left", **small)
        who = " and ".join(name for name, _, work in branch if work) or branch[-1][0]
        s.text(ax, base + 0.03, y + 0.2, who, ha="left", **small)
    ax.plot([base] * 2, [0.42, 0.32 + n * row], color=s.LINE, lw=1.2)
    s.text(ax, base, n * row + 0.48, "MACs of the branch", ha="left", **small)
    s.text(ax, 4.7, middle + total * unit / 2 + 0.15, f"{s.number(total)} out")
    sums = " + ".join(s.number(end) for end in ends) + f" = {s.number(total)}"
    s.text(ax, 3.35, 0.16, sums, weight="bold")
    s.text(ax, base, 0.16, f"{s.number(sum(macs))} together", ha="left", **small)
    words = []
    for branch, work in zip(branches, macs, strict=True):
        steps = s.listed([f"{name} to {s.number(channels)}" for name, channels, _ in branch])
        words.append(f"{steps} channels, {s.short(work)} MACs".replace("\n", " "))
    return Picture(
        fig,
        f"{title + ': ' if title else ''}{s.number(input_channels)} channels flow into "
        f"{s.counted(n, 'branch').replace('branchs', 'branches')}: {'; '.join(words)}. Joined: "
        f"{sums} channels, {s.number(sum(macs))} MACs together.",
    )


def _layer(layer):
    """(label, channels, MACs) of a tuple, or of a label and a row of the cost table."""
    if len(layer) == 2 and hasattr(layer[1], "output_shape"):
        label, row = layer
        return label, int(row.output_shape[-1]), int(row.macs or 0)
    if len(layer) != 3:
        raise ValueError(f"Expected (label, channels, MACs) or (label, row of a table): {layer}.")
    return layer[0], int(layer[1]), int(layer[2] or 0)


def _ribbon(ax, start, end, before, after, fill, edge):
    """A band from start to end (its middle line), `before` and `after` inches broad."""
    along = np.linspace(0, 1, 40)
    bend = (1 - np.cos(np.pi * along)) / 2
    x = start[0] + along * (end[0] - start[0])
    y, half = start[1] + bend * (end[1] - start[1]), (before + bend * (after - before)) / 2
    shape = np.r_[np.c_[x, y + half], np.c_[x, y - half][::-1]]
    ax.add_patch(Polygon(shape, closed=True, fc=fill, ec="none", alpha=0.65))
    for side in (half, -half):
        ax.plot(x, y + side, color=edge, lw=0.8)
