"""What trainings and costs came out as."""

from collections.abc import Mapping, Sequence
from numbers import Real

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
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
) -> s.Picture:
    """Curves over epochs: each seed thin, their range as a band, their median bold.

    curves: {name: array (seeds, epochs) or (epochs,)}, or {panel: {name: array}} for panels
    side by side on one scale. Every line is named at its end.
    """
    panels = {title: {name: s.array(np.atleast_2d(np.asarray(values, float)), 2,
                                    f"{name}: (seeds, epochs)") for name, values in lines.items()}
              for title, lines in _nested(curves).items()}  # fmt: skip
    names = list(dict.fromkeys(name for lines in panels.values() for name in lines))
    if not 0 < len(names) <= len(s.CATEGORIES):
        raise ValueError(f"{len(names)} lines: one to {len(s.CATEGORIES)} can be told apart.")
    most = max(values.shape[0] for lines in panels.values() for values in lines.values())
    words = {name: s.fold(name, 1.8 if len(panels) == 1 else 1.2) for name in names}
    ends = max(s.wide(line, s.SMALL) for name in words.values() for line in name.split("\n")) + 0.2
    left = 0.95 if log else 0.8
    room = (s.WIDTH - left - 0.05) / len(panels)  # for a panel and the names right of it
    foot = 0.85 if most > 1 else 0.6
    fig = Figure(figsize=(s.WIDTH, foot + 3.2))
    told, first = [], None
    for column, (title, lines) in enumerate(panels.items()):
        place = (left + column * room, foot, room - ends - 0.15, 2.9)
        ax = s.axes(fig, *place, sharey=first)
        first = first or ax
        for name, values in lines.items():
            _seeds(ax, values, names.index(name))
        ax.set(title=title, xlabel=xlabel)
        ax.xaxis.get_major_locator().set_params(integer=True)
        if all(values.shape[1] == 1 for values in lines.values()):
            ax.set_xticks([1])
        ax.tick_params(labelleft=column == 0)
        ax.grid(alpha=0.3)
        ax.margins(x=0.03)
        told.append((f"{title}: " if title else "") + "; ".join(
            f"{name}, {_course(values)}" for name, values in lines.items()))  # fmt: skip
    first.set(ylabel=ylabel, yscale="log" if log else "linear", ylim=ylim)
    if log:
        _log_ticks(first.yaxis, *first.get_ylim())
    for ax, lines in zip(fig.axes, panels.values(), strict=True):
        _name_ends(fig, ax, [(words[name], values) for name, values in lines.items()])
    if most > 1:
        counts = sorted({len(values) for lines in panels.values() for values in lines.values()})
        many = " or ".join(str(count) for count in counts)
        note = f"thin: each of {many} seeds; band: their range; bold: their median"
        s.label(fig, s.WIDTH / 2, 0.15, note)
    return s.Picture(fig, f"Curves of {ylabel} over {xlabel}. " + ". ".join(told) + ".")


def _seeds(ax, values, which):
    """The seeds of one name, (seeds, epochs), as a band from lowest to highest and a median."""
    colour, epochs = s.CATEGORIES[which], np.arange(1, values.shape[1] + 1)
    if len(values) > 1:
        band = {"color": colour, "alpha": 0.15, "lw": 0}
        ax.fill_between(epochs, values.min(0), values.max(0), **band)
        ax.plot(epochs, values.T, color=colour, lw=0.7, alpha=0.7)
    style = {"marker": s.MARKERS[which], "ms": 6, "markevery": max(1, len(epochs) // 10)}
    ax.plot(epochs, np.median(values, 0), color=colour, lw=2.2, ls=s.DASHES[which], **style)


def _course(values):
    """'from 2.3 at 1 to 0.31 at 12 (median of 3 seeds, at the end from 0.3 to 0.33)'."""
    median, last = np.median(values, 0), values.shape[1]
    words = f"from {s.number(median[0])} at 1 to {s.number(median[-1])} at {last}"
    if last == 1:
        words = f"{s.number(median[0])} at 1"
    if median.min() < median[[0, -1]].min():
        words += f", lowest {s.number(median.min())}"
    if median.max() > median[[0, -1]].max():
        words += f", highest {s.number(median.max())}"
    seeds = f" (median of {len(values)} seeds, at the end {s.span(values[:, -1])})"
    return words + seeds * (len(values) > 1)


def _name_ends(fig, ax, lines):
    """Write each name right of the panel, level with the end of its line where there is room.

    lines: (name, values (seeds, epochs)). A thin line leads from a line's end to its name.
    """
    low, high = ax.get_ylim()
    ends = [(v.shape[1], np.clip(np.median(v[:, -1]), low, high)) for _, v in lines]
    ends = ax.transData.transform(ends) / fig.dpi  # inches
    frame = ax.get_window_extent().transformed(fig.dpi_scale_trans.inverted())
    tall = [0.17 * (1 + name.count("\n")) for name, _ in lines]
    order, places = np.argsort(ends[:, 1], kind="stable"), ends[:, 1].copy()
    floor, ceiling = frame.y0, max(frame.y1, frame.y0 + sum(tall))
    for index in order:  # from the lowest to the highest: no two names on each other
        places[index] = max(places[index], floor + tall[index] / 2)
        floor = places[index] + tall[index] / 2
    for index in order[::-1]:  # and down again, where the highest went too high
        places[index] = min(places[index], ceiling - tall[index] / 2)
        ceiling = places[index] - tall[index] / 2
    width, height = fig.get_size_inches()
    for (name, _), (x, y), place in zip(lines, ends, places, strict=True):
        lead = ([(x + 0.06) / width, (frame.x1 + 0.12) / width], [y / height, place / height])
        fig.add_artist(Line2D(*lead, color=s.LINE, lw=0.8))
        left = (frame.x1 + 0.16) / width
        fig.text(left, place / height, name, va="center", fontsize=s.SMALL)


def _nested(values):
    """{panel: {name: ...}}; a plain {name: ...} becomes one panel without a title."""
    if not isinstance(values, Mapping) or not values:
        raise ValueError(f"Expected {{name: numbers}} with at least one name; got {values!r}.")
    panels = [isinstance(value, Mapping) for value in values.values()]
    if any(panels) and not all(panels):
        raise ValueError("Some values are dictionaries (panels) and some are numbers; mix neither.")
    return values if all(panels) else {"": values}


@s.styled
def accuracy_against_cost(
    points: Mapping,
    *,
    xlabel: str = "MACs",
    ylabel: str = "test accuracy",
    log: bool | None = None,
) -> s.Picture:
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
    middles = [np.median(values) for values in seeds]
    _label_points(fig, ax, list(points), costs, middles)
    told = []
    for name, cost, values, middle in zip(points, costs, seeds, middles, strict=True):
        spread = f" (median of {len(values)} seeds, {s.span(values)})" * (len(values) > 1)
        told.append(f"{name}: {s.short(cost)} {xlabel}, {ylabel} {s.number(middle)}{spread}")
    return s.Picture(fig, f"Points, {ylabel} over {xlabel}. " + "; ".join(told) + ".")


def _log_ticks(axis, low, high):
    """Ticks at 1, 2, 5, 10 ... in plain digits (matplotlib's small exponents cannot be read)."""
    subs = range(1, 10) if high < 10 * low else (1, 2, 5) if high < 500 * low else (1,)
    axis.set_major_locator(LogLocator(subs=subs))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(lambda value, _: f"{value:g}".replace("-", "\u2212"))


def _label_points(fig, ax, names, xs, ys):
    """Write each name beside its point, where it covers neither a point nor another name."""
    renderer = FigureCanvasAgg(fig).get_renderer()
    near = 4.5 / 72 * fig.dpi  # half a marker
    taken = [Bbox.from_extents(x - near, y - near, x + near, y + near)
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
            inside = (
                frame.x0 <= box.x0 and box.x1 <= frame.x1 + 0.2 * fig.dpi and frame.y0 <= box.y0
            )
            if inside and box.y1 <= frame.y1 and not any(box.overlaps(other) for other in taken):
                break
            label.remove()
        else:
            label = ax.annotate(name, (x, y), xytext=(9, 0), textcoords="offset points")
            box = label.get_window_extent(renderer)
        taken.append(box)


# ---------------------------------------------------------------- the learner's guesses


@s.styled
def guesses(records: Sequence) -> s.Picture:
    """A learner's own guesses against the truth, each a numbered dot; on the diagonal is right.

    records: what `checks.guesses()` gives, with fields guess, right and unit. Positive numbers
    are drawn, on logarithmic axes; other numbers, shapes and letters are told in a line.
    """
    dots, told, rest = [], [], []
    for index, record in enumerate(records, 1):
        guess, right = record.guess, record.right
        if all(isinstance(n, Real) and 0 < n < np.inf for n in (guess, right)):
            dots.append((f"{index}. {record.unit}".removesuffix(". "), right, guess))
            factor, side = max(guess, right) / min(guess, right), "low" if guess < right else "high"
            by = f"{s.number(float(f'{factor:.3g}'))} times" if factor >= 1.01 else "a little"
            verdict = "exact" if guess == right else f"{by} too {side}"
        else:
            rest.append(guess == right)
            verdict = "right" if guess == right else "not right"
        values = [s.number(n) if isinstance(n, Real) else str(n) for n in (guess, right)]
        told.append(
            f"{index}: {values[0]} {record.unit}".strip() + f", it is {values[1]}, {verdict}"
        )
    if not told:
        fig, ax = s.canvas(s.WIDTH, 0.7)
        words = "No guesses yet. Replace None in a prediction, run its cell, and come back."
        s.text(ax, s.WIDTH / 2, 0.35, words)
        return s.Picture(fig, words)
    fig = _against_the_truth(dots) if dots else s.canvas(s.WIDTH, 0.35)[0]
    exact = sum(right == guess for _, right, guess in dots)
    counts = [f"{s.counted(len(dots), 'number')} guessed, {exact} exactly right"] * bool(dots)
    counts += [f"{len(rest)} letters, shapes or zeros, {sum(rest)} right"] * bool(rest)
    words = "; ".join(counts)
    s.label(fig, s.WIDTH / 2, 0.16, words)
    return s.Picture(fig, f"Your guesses against the truth. {words}. " + "; ".join(told) + ".")


def _against_the_truth(dots):
    """dots: (name, truth, guess), all positive; the figure, with room for a line below."""
    fig = Figure(figsize=(s.WIDTH, 5.3))
    names, truths, values = zip(*dots, strict=True)
    low, high = min(truths + values) / 3, max(truths + values) * 3
    ends = {"xlim": (low, high), "ylim": (low, high), "xscale": "log", "yscale": "log"}
    ax = s.axes(fig, 1.4, 0.95, 4.1, 4.1, xlabel="the truth", ylabel="your guess", **ends)
    ax.plot([low, high], [low, high], color=s.LINE, lw=1.2)
    ax.grid(alpha=0.3)
    for axis in (ax.xaxis, ax.yaxis):
        _log_ticks(axis, low, high)
        axis.set_major_formatter(lambda value, _: s.short(value))
    style = {"transform": ax.transAxes, "color": s.LINE}
    s.text(ax, 0.03, 0.97, "too high", ha="left", va="top", **style)
    s.text(ax, 0.97, 0.03, "too low", ha="right", va="bottom", **style)
    for truth, value in zip(truths, values, strict=True):  # a filled dot is exact
        fill = s.BLUE if truth == value else "white"
        ax.plot(truth, value, "o", ms=9, mfc=fill, mec=s.BLUE, mew=2)
    _label_points(fig, ax, names, truths, values)
    return fig
