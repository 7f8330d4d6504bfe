"""What trainings and costs came out as."""

from collections.abc import Mapping

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import LogLocator, NullLocator
from matplotlib.transforms import Bbox

from helpers.figures import _style as s

# ---------------------------------------------------------------- results


@s.styled
def learning_curves(
    curves: Mapping,
    *,
    xlabel: str = "epoch",
    ylabel: str = "training loss",
    ylim: tuple | None = None,
    log: bool = False,
) -> Figure:
    """Curves over epochs: each seed thin, their range as a band, their median bold.

    curves: {name: array (seeds, epochs) or (epochs,)}, or {panel: {name: array}} for panels
    side by side on one scale.
    """
    panels = _nested(curves)
    names = list(dict.fromkeys(name for lines in panels.values() for name in lines))
    if not 0 < len(names) <= len(s.CATEGORIES):
        raise ValueError(f"{len(names)} lines: one to {len(s.CATEGORIES)} can be told apart.")
    fig = Figure(figsize=(s.WIDTH if len(panels) > 1 else 6.2, 4.2), layout="constrained")
    axes = fig.subplots(1, len(panels), sharey=True, squeeze=False)[0]
    seeds, handles = set(), {}
    for ax, (title, lines) in zip(axes, panels.items(), strict=True):
        for name, values in lines.items():
            values = s.array(
                np.atleast_2d(np.asarray(values, float)), 2, f"{name}: (seeds, epochs)"
            )
            seeds.add(len(values))
            which, epochs = names.index(name), np.arange(1, values.shape[1] + 1)
            colour = s.CATEGORIES[which]
            if len(values) > 1:
                band = {"color": colour, "alpha": 0.15, "lw": 0}
                ax.fill_between(epochs, values.min(0), values.max(0), **band)
                ax.plot(epochs, values.T, color=colour, lw=0.7, alpha=0.7)
            style = {"marker": s.MARKERS[which], "ms": 6, "markevery": max(1, len(epochs) // 10)}
            style |= {"color": colour, "lw": 2.2, "ls": s.DASHES[which]}
            (handles[name],) = ax.plot(epochs, np.median(values, 0), **style)
        ax.set(title=title, xlabel=xlabel)
        ax.xaxis.get_major_locator().set_params(integer=True)
        ax.grid(alpha=0.3)
    axes[0].set(ylabel=ylabel, yscale="log" if log else "linear", ylim=ylim)
    if log:
        _log_ticks(axes[0].yaxis, *axes[0].get_ylim())
    one_row = sum(0.85 * s.wide(name) + 0.8 for name in names) < fig.get_figwidth()
    columns = len(names) if one_row else 2
    place = {"loc": "outside upper center", "ncols": columns, "frameon": False}
    fig.legend(handles.values(), handles, handlelength=3.2, **place)
    if max(seeds) > 1:
        many = " or ".join(str(s) for s in sorted(seeds))
        fig.supxlabel(f"thin: each of {many} seeds; bold: their median", fontsize=s.SMALL)
    return fig


def _nested(values):
    """{panel: {name: ...}}; a plain {name: ...} becomes one panel without a title."""
    if not isinstance(values, Mapping) or not values:
        raise ValueError(f"Expected {{name: numbers}} with at least one name; got {values!r}.")
    panels = [isinstance(value, Mapping) for value in values.values()]
    if any(panels) and not all(panels):
        raise ValueError("Some values are dictionaries (panels) and some are numbers; mix neither.")
    return values if all(panels) else {"": values}


@s.styled
def bars(values: Mapping, *, unit: str = "") -> Figure:
    """Bars with their numbers, one under the other.

    values: {name: number} or {panel: {name: number}}, each panel with its own scale. A list of
    numbers is one per seed: the bar is their median, the dots are the seeds.
    """
    panels = _nested(values)
    names = list(dict.fromkeys(name for panel in panels.values() for name in panel))
    left, right = max(s.wide(name) for name in names) + 0.2, 1.7 + s.wide(unit)
    room, row = s.WIDTH - left - right, 0.34
    if room < 1.5:
        raise ValueError(f"The names and the unit leave no room for bars; shorten {names}.")
    heights = [len(panel) * row + (0.4 if title else 0.1) for title, panel in panels.items()]
    fig, ax = s.canvas(s.WIDTH, sum(heights) + 0.1)
    top = sum(heights) + 0.05
    for (title, panel), height in zip(panels.items(), heights, strict=True):
        seeds = {name: s.array(np.atleast_1d(v), 1, name) for name, v in panel.items()}
        low = min(0.0, *(v.min() for v in seeds.values()))
        high = max(0.0, *(v.max() for v in seeds.values()))
        scale = room / ((high - low) or 1.0)
        s.text(ax, left, top - 0.22, title, ha="left", weight="bold")
        y, zero = top - height + len(panel) * row, left + 0.1 * (low < 0) - low * scale
        ax.plot([zero, zero], [y + 0.02, y - len(panel) * row + 0.02], color=s.LINE, lw=1)
        for name, numbers in seeds.items():
            which, middle = names.index(name) * (len(names) <= 6), float(np.median(numbers))
            corner = (zero + min(middle, 0) * scale, y - 0.27)
            style = {
                "fc": s.CATEGORIES[which],
                "alpha": 0.55,
                "hatch": s.HATCHES[which],
                "ec": s.BLACK,
            }
            ax.add_patch(Rectangle(corner, abs(middle) * scale, 0.22, **style))
            s.text(ax, left - 0.1, y - 0.16, name, ha="right")
            words = f"{s.number(middle)} {unit}".strip()
            if len(numbers) > 1:
                ax.plot(zero + numbers * scale, [y - 0.16] * len(numbers), "o", color=s.BLACK, ms=4)
                words += f" ({s.number(numbers.min())} to {s.number(numbers.max())})"
            s.text(ax, zero + max(numbers.max(), 0) * scale + 0.1, y - 0.16, words, ha="left")
            y -= row
        top -= height
    return fig


@s.styled
def accuracy_against_cost(
    points: Mapping,
    *,
    xlabel: str = "MACs",
    ylabel: str = "test accuracy",
    log: bool | None = None,
) -> Figure:
    """Accuracy over cost, every point labelled; a vertical line is the range over seeds.

    points: {name: (cost, accuracy)} or {name: (cost, [accuracy of each seed])}.
    log: a logarithmic cost axis (default: where the costs span more than a factor of 20).
    """
    if not isinstance(points, Mapping) or not points:
        raise ValueError(f"Expected {{name: (cost, accuracy)}}; got {points!r}.")
    costs = np.array([float(cost) for cost, _ in points.values()])
    seeds = [s.array(np.atleast_1d(accuracy), 1, "accuracy") for _, accuracy in points.values()]
    if costs.min() <= 0:
        raise ValueError(f"Costs must be positive; got {costs.tolist()}.")
    log = costs.max() > 20 * costs.min() if log is None else log
    fig = Figure(figsize=(s.WIDTH, 4.4))
    ax = s.axes(fig, 0.85, 0.8, s.WIDTH - 1.1, 3.4, xscale="log" if log else "linear")
    for index, (cost, values) in enumerate(zip(costs, seeds, strict=True)):
        which = index % len(s.CATEGORIES)
        ax.plot(
            [cost] * 2, [values.min(), values.max()], color=s.CATEGORIES[which], lw=2, alpha=0.6
        )
        style = {"color": s.CATEGORIES[which], "mec": s.BLACK, "ms": 9}
        ax.plot(cost, np.median(values), s.MARKERS[which], **style)
    ax.margins(0.14)
    ax.set(xlabel=xlabel, ylabel=ylabel)
    ax.grid(alpha=0.3)
    low, high = ax.get_xlim()
    if log:
        _log_ticks(ax.xaxis, low, high)
    ax.xaxis.set_major_formatter(lambda cost, _: s.short(cost))
    if max(len(values) for values in seeds) > 1:
        s.label(fig, s.WIDTH / 2, 0.14, "marker: median of the seeds; line: their range")
    _label_points(fig, ax, list(points), costs, [np.median(values) for values in seeds])
    return fig


def _log_ticks(axis, low, high):
    """Ticks at 1, 2, 5, 10 ... in plain digits (matplotlib's small exponents cannot be read)."""
    subs = range(1, 10) if high < 10 * low else (1, 2, 5) if high < 500 * low else (1,)
    axis.set_major_locator(LogLocator(subs=subs))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(lambda value, _: f"{value:g}".replace("-", "\u2212"))


def _label_points(fig, ax, names, xs, ys):
    """Write each name beside its point, where it covers neither a point nor another name."""
    renderer = FigureCanvasAgg(fig).get_renderer()
    taken = [Bbox.from_extents(x - 6, y - 6, x + 6, y + 6)
             for x, y in ax.transData.transform(np.column_stack([xs, ys]))]  # fmt: skip
    frame = ax.get_window_extent(renderer)
    places = [(9, 0, "left", "center"), (-9, 0, "right", "center"), (0, 9, "center", "bottom"),
              (0, -9, "center", "top"), (8, 12, "left", "bottom"), (8, -12, "left", "top"),
              (-8, 12, "right", "bottom"), (-8, -12, "right", "top"), (0, 24, "center", "bottom"),
              (0, -24, "center", "top")]  # fmt: skip
    for name, x, y in zip(names, xs, ys, strict=True):
        for dx, dy, ha, va in places:
            options = {"xytext": (dx, dy), "textcoords": "offset points", "ha": ha, "va": va}
            label = ax.annotate(name, (x, y), **options)
            box = label.get_window_extent(renderer)
            inside = frame.x0 <= box.x0 and box.x1 <= frame.x1 + 20 and frame.y0 <= box.y0
            if inside and box.y1 <= frame.y1 and not any(box.overlaps(other) for other in taken):
                break
            label.remove()
        else:
            label = ax.annotate(name, (x, y), xytext=(9, 0), textcoords="offset points")
            box = label.get_window_extent(renderer)
        taken.append(box)
