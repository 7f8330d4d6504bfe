"""Layers in a chain."""

from matplotlib.patches import Rectangle

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


def _box(ax, x, y, size, fill, edge, words):
    """A box `size` inches wide, centred on x, with its words inside or, if narrow, beside it."""
    size = max(size, 0.04)
    ax.add_patch(Rectangle((x - size / 2, y - 0.14), size, 0.28, fc=fill, ec=edge, lw=1.4))
    inside = size > 0.6
    place = {"ha": "center"} if inside else {"ha": "left"}
    s.text(ax, x if inside else x + size / 2 + 0.07, y, words, weight="bold", **place)
