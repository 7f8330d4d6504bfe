"""Channels in groups: who meets whom, how a shuffle deals them, what the groups cost in time."""

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Rectangle
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator
from numpy.typing import ArrayLike

from helpers.figures import _style as s
from helpers.figures._style import Picture


def _group_of(channel, channels, groups):
    return channel * groups // channels


def _divided(channels, groups):
    if groups < 1 or channels % groups:
        raise ValueError(f"{channels} channels cannot be divided into {groups} equal groups.")
    return channels // groups


# ---------------------------------------------------------------- maps in rows


@s.styled
def map_rows(rows: Mapping, *, groups: int = 1) -> Picture:
    """Rows of maps, the channels of a group side by side: a row for each title.

    rows: {title: maps}, maps (height, width, channels), 12 channels at most. Each map is grey from
    its own lowest value (black) to its own highest (white). ValueError for other shapes, or where
    the channels cannot be divided into groups.
    """
    rows = {title: s.array(maps, 3, "maps").astype(float) for title, maps in rows.items()}
    most = max(maps.shape[-1] for maps in rows.values())
    if most > 12:
        raise ValueError(f"{most} channels: 12 in a row can be seen.")
    between = 0.22  # inches from group to group
    wide = min((s.WIDTH - 0.1 - between * (groups - 1)) / most - 0.04, 1.1)
    talls = [wide * maps.shape[0] / maps.shape[1] for maps in rows.values()]
    fig = Figure(figsize=(s.WIDTH, sum(talls) + 0.6 * len(rows) + 0.05))
    top, told = fig.get_figheight() - 0.05, []
    for (title, maps), tall in zip(rows.items(), talls, strict=True):
        channels = maps.shape[-1]
        _divided(channels, groups)
        length = channels * (wide + 0.04) - 0.04 + between * (groups - 1)
        s.label(fig, s.WIDTH / 2, top - 0.12, title)
        for c in range(channels):
            group = _group_of(c, channels, groups)
            left = (s.WIDTH - length) / 2 + c * (wide + 0.04) + group * between
            ax = s.axes(fig, left, top - 0.26 - tall, wide, tall, xticks=[], yticks=[])
            low, high = maps[..., c].min(), maps[..., c].max()
            ax.imshow(maps[..., c], cmap="gray", vmin=low, vmax=high if high > low else low + 1)
            edge = s.CATEGORIES[group % 6] if groups > 1 else "#999999"
            ax.spines[:].set(visible=True, color=edge, lw=1.6 if groups > 1 else 0.6)
            s.label(fig, left + wide / 2, top - 0.36 - tall, str(c))
        means = [s.number(round(float(m), 2)) for m in maps.mean((0, 1))]
        told.append(f"{title}: {channels} maps, in the mean {', '.join(means)}")
        top -= tall + 0.6
    words = f"in {groups} groups, " if groups > 1 else ""
    return Picture(
        fig, f"Rows of maps, {words}numbered from 0, each grey from its own lowest value to its "
        f"own highest. {'; '.join(told)}."
    )  # fmt: skip


# ---------------------------------------------------------------- who meets whom


@s.styled
def connections(stacks: Mapping, *, channels: int = 9, groups: int = 3, start: int = 0) -> Picture:
    """Layers as lines between channels, from above: where the channel `start` gets to is orange.

    stacks: {title: steps}, a step "grouped", "shuffle" or "ordinary"; 3 stacks of 3 steps at most.
    Beneath each is how many of all pairs of an input and an output are joined.
    """
    size = _divided(channels, groups)
    steps_of = {
        "grouped": np.kron(np.eye(groups), np.ones((size, size))),
        "shuffle": np.eye(channels)[np.arange(channels).reshape(groups, size).T.ravel()],
        "ordinary": np.ones((channels, channels)),
    }
    unknown = {step for steps in stacks.values() for step in steps} - set(steps_of)
    if unknown or not 1 <= len(stacks) <= 3 or channels > 12:
        raise ValueError(f"Use {', '.join(steps_of)}, 3 stacks and 12 channels at most.")
    deep = max(map(len, stacks.values()))
    step_high, wide = 0.72, (s.WIDTH - 0.2) / len(stacks) - 0.25
    wide = min(wide, 2.6)
    fig, ax = s.canvas(s.WIDTH, deep * step_high + 1.3)
    top = deep * step_high + 0.78
    told = []
    for index, (title, steps) in enumerate(stacks.items()):
        middle = s.WIDTH * (index + 0.5) / len(stacks)
        gap = 0.09
        inch = (wide - gap * (groups - 1)) / channels
        x = [middle - wide / 2 + (c + 0.5) * inch + _group_of(c, channels, groups) * gap
             for c in range(channels)]  # fmt: skip
        reads, reached = np.eye(channels), np.arange(channels) == start
        s.text(ax, middle, top + 0.32, title)
        for depth in range(len(steps) + 1):
            y = top - depth * step_high
            for c in range(channels):
                fill = s.ORANGE if reached[c] else "white"
                ax.plot(x[c], y, "o", ms=8, mfc=fill, mec=s.BLACK, mew=0.9, zorder=3)
                if reached[c]:
                    ax.plot(x[c], y, "o", ms=2.5, color=s.BLACK, zorder=4)
            if depth == len(steps):
                break
            table = steps_of[steps[depth]]
            for out, read in np.argwhere(table):
                style = {"color": s.ORANGE, "lw": 2.2, "zorder": 2} if reached[read] else {
                    "color": "#AAAAAA", "lw": 0.7, "zorder": 1}  # fmt: skip
                dashes = "--" if steps[depth] == "shuffle" else "-"
                ax.plot([x[read], x[out]], [y, y - step_high], ls=dashes, **style)
            reads, reached = table @ reads, (table @ reached) > 0
        count = f"{s.number((reads > 0).sum())} of {s.number(reads.size)} pairs"
        s.text(ax, middle, 0.42, count)
        own = f"channel {start} reaches {s.number(reached.sum())} of {channels}"
        s.text(ax, middle, 0.16, own, fontsize=s.SMALL)
        told.append(f"{title} ({', '.join(steps)}): {count}; {own}")
    return Picture(
        fig, f"{channels} channels in {groups} groups as dots, from the input above to the output "
        f"below; a line where one is read, dashed where it is only moved. {'; '.join(told)}."
    )  # fmt: skip


# ---------------------------------------------------------------- a deck of cards


@s.styled
def deal_cards(channels: int = 6, groups: int = 2, *, pictures: ArrayLike | None = None) -> Picture:
    """A channel shuffle as a deck of numbered cards: in hands, as a table, and dealt by columns.

    pictures: (height, width, channels), drawn on the cards. 12 cards at most.
    """
    size = _divided(channels, groups)
    if pictures is not None and np.shape(pictures)[-1] != channels or channels > 12:
        raise ValueError(f"{channels} cards need as many pictures, and 12 at most can be drawn.")
    table = np.arange(channels).reshape(groups, size)
    order = table.T.ravel()
    wide = min(0.72, (s.WIDTH - 1.4) / channels - 0.08)
    high = wide + 0.27
    rows = groups + 2
    fig, ax = s.canvas(s.WIDTH, rows * (high + 0.1) + 1.2)
    y = fig.get_figheight() - 0.3

    def card(number, left, top):
        group = _group_of(number, channels, groups)
        box = (left, top - high)
        style = {"boxstyle": "round,pad=0,rounding_size=0.06", "ec": s.CATEGORIES[group % 6]}
        hatch = s.HATCHES[group % 6]
        ax.add_patch(FancyBboxPatch(box, wide, high, fc="white", lw=2, **style))
        if pictures is None:
            inside = (left + 0.08, top - high + 0.08)
            ax.add_patch(Rectangle(inside, wide - 0.16, wide - 0.16, fc="white",
                                   ec=s.CATEGORIES[group % 6], hatch=hatch, lw=0))  # fmt: skip
        else:
            extent = (left + 0.06, left + wide - 0.06, top - high + 0.06, top - high + wide - 0.06)
            ax.imshow(np.asarray(pictures)[..., number], cmap="gray", extent=extent, zorder=3)
        s.text(ax, left + wide / 2, top - 0.17, str(number), fontweight="bold", zorder=4)

    def row(numbers, top, hands):
        gap = 0.3
        length = len(numbers) * (wide + 0.08) + gap * (hands - 1)
        for place, number in enumerate(numbers):
            left = (s.WIDTH - length) / 2 + place * (wide + 0.08)
            card(number, left + gap * _group_of(place, len(numbers), hands), top)

    s.text(ax, s.WIDTH / 2, y + 0.1, f"before: {s.counted(groups, 'group')} of {size}")
    row(range(channels), y - 0.08, groups)
    y -= high + 0.42
    s.text(ax, s.WIDTH / 2, y + 0.1, "a row for each group")
    for numbers in table:
        row(numbers, y - 0.08, 1)
        y -= high + 0.1
    left = (s.WIDTH - size * (wide + 0.08)) / 2
    for column in range(size):
        at = left + column * (wide + 0.08) + wide / 2
        s.arrow(ax, (at, y + 0.02), (at, y - 0.16))
    y -= 0.42
    s.text(ax, s.WIDTH / 2, y + 0.1, "after: read column by column")
    row(order, y - 0.08, groups)
    ax.set(xlim=(0, s.WIDTH), ylim=(0, fig.get_figheight()), aspect="auto")
    picture = "" if pictures is None else ", each with the map of its channel on it"
    return Picture(
        fig, f"{channels} numbered cards{picture}. Before: {s.listed(range(channels))}, in "
        f"{s.counted(groups, 'group')} of {size}. As a table with a row for each group: "
        f"{s.rows(table)}. After, read column by column: {s.listed(order)}."
    )  # fmt: skip


# ---------------------------------------------------------------- paths to scale


@s.styled
def thin_paths(plans: Mapping, *, outside: int = 256) -> Picture:
    """A bottleneck's paths as lines to scale: one thick line beside many thin ones.

    plans: {title: (paths, channels of each)}, two at most. In each path a 1x1 comes from `outside`
    channels, a 3x3 follows, and a 1x1 leads back. Beneath are the weights of the three.
    """
    if not 1 <= len(plans) <= 2 or max(n for n, _ in plans.values()) > 64:
        raise ValueError("One or two plans, of 64 paths at most.")
    high, bar = 2.5, 0.24
    fig, ax = s.canvas(s.WIDTH, high + 1.95)
    widest = max(paths * width for paths, width in plans.values())
    inch = 1.5 / widest  # of the lines, for one channel
    told = []
    for index, (title, (paths, width)) in enumerate(plans.items()):
        middle = s.WIDTH * (index + 0.5) / len(plans)
        low = 1.15
        reach = 1.5
        for y, words in ((low + high - bar, "in"), (low, "out")):
            ax.add_patch(Rectangle((middle - reach, y), 2 * reach, bar, fc=s.READ if words == "in"
                                   else s.WRITTEN, ec=s.LINE, lw=1))  # fmt: skip
            s.text(ax, middle, y + bar / 2, f"{outside} channels {words}", fontsize=s.SMALL)
        for path in range(paths):
            x = middle + (path + 0.5 - paths / 2) * 2 * reach / paths
            thick = width * inch
            ax.add_patch(Rectangle((x - thick / 2, low + bar), thick, high - 2 * bar,
                                   fc=s.BLUE, ec="none"))  # fmt: skip
        s.text(ax, middle, low + high + 0.45, title)
        each = f"{s.counted(paths, 'path')} of {s.counted(width, 'channel')}"
        s.text(ax, middle, low + high + 0.17, each, fontsize=s.SMALL)
        inner = paths * width
        one, window = outside * inner, 9 * paths * width * width
        words = (
            f"1x1: {one:,}\n3x3: {window:,}\n1x1: {one:,}\ntogether {2 * one + window:,} weights"
        )
        s.text(ax, middle, 0.55, words, fontsize=s.SMALL)
        told.append(f"{title}: {each}; {words}".replace("\n", ", "))
    return Picture(
        fig, f"Bottlenecks between {outside} channels and {outside} channels, the thickness of "
        f"each line to scale with its channels. {'; '.join(told)}."
    )  # fmt: skip


# ---------------------------------------------------------------- time


@s.styled
def speed_up(panels: Mapping) -> Picture:
    """Measured time against MACs, both by factors, with the line on which both fall alike.

    panels: {panel: {kind: {label: (MACs, milliseconds)}}}, two panels and four kinds at most. The
    line goes through the first point of each panel's first kind.
    """
    if not 1 <= len(panels) <= 2 or any(not 1 <= len(p) <= 4 for p in panels.values()):
        raise ValueError("One or two panels of one to four kinds of layer, please.")
    every = np.array([xy for p in panels.values() for k in p.values() for xy in k.values()])
    low, high = every.min(0), every.max(0)
    xs, told = np.array([low[0] / 1.8, high[0] * 1.5]), []
    fig, first = Figure(figsize=(s.WIDTH, 4.2)), None
    wide = 2.75 if len(panels) == 2 else 5.6
    for index, (panel, kinds) in enumerate(panels.items()):
        ax = s.axes(fig, 0.85 + 3.2 * index, 0.65, wide, 3.1, xscale="log", yscale="log",
                    sharey=first)  # fmt: skip
        first = first or ax
        base = next(iter(next(iter(kinds.values())).values()))
        ax.plot(xs, base[1] * xs / base[0], "--", color=s.BLACK, lw=1.2)
        ends = []
        for number, (kind, points) in enumerate(kinds.items()):
            x, y = np.array(list(points.values())).T
            style = {"color": s.CATEGORIES[number], "marker": s.MARKERS[number], "ms": 7, "lw": 1.4}
            ax.plot(x, y, ls="-" if len(points) > 1 else "", **style)
            at = int(np.argmin(x))
            ends.append((kind, x[at], y[at]))
            for label, (a, b) in points.items():
                ms = s.number(float(f"{b:.2g}"))
                told.append(f"{panel}, {kind}, {label}: {s.short(a)} MACs, {ms} ms")
        for kind, x, y in ends:  # above the point; below if there is one alone, or another close by
            close = len(kinds[kind]) == 1 or any(y < o <= 3 * y and x == at for _, at, o in ends)
            place = {"xytext": (-7, -9 if close else 8), "va": "top" if close else "bottom"}
            ax.annotate(kind, (x, y), textcoords="offset points", fontsize=s.SMALL, **place)
        ax.set(xlim=xs, ylim=(min(low[1], base[1] * low[0] / base[0]) / 2, high[1] * 2.5))
        ax.set(title=panel, xlabel="multiply-accumulates")
        for axis, steps in ((ax.xaxis, (1, 3)), (ax.yaxis, (1,))):
            axis.set_major_locator(LogLocator(subs=steps))
            axis.set_minor_locator(NullLocator())
            axis.set_major_formatter(FuncFormatter(lambda value, _: s.short(value)))
        ax.grid(color="#DDDDDD", lw=0.6)
        ax.set_axisbelow(True)
        if not index:
            ax.set_ylabel("time, ms")
    return Picture(
        fig, f"Time against multiply-accumulates, both by factors. A dashed line: half of the MACs "
        f"in half of the time. {'; '.join(told)}."
    )  # fmt: skip
