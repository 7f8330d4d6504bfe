"""What is asked of every drawing: its form, and that its words hold the numbers it draws."""

import itertools
import re

import matplotlib
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

NUMBER = r"\u2212?\d+(?:,\d{3})*(?:\.\d+)?"


def words(picture):
    """The texts of a drawing, without the ticks of its axes."""
    fig = picture.figure
    axes = [axis for ax in fig.axes for axis in (ax.xaxis, ax.yaxis)]
    ticks = {label for axis in axes for t in [*axis.majorTicks, *axis.minorTicks]
             for label in (t.label1, t.label2)}  # fmt: skip
    return [t for t in fig.findobj(Text) if t.get_text() and t.get_visible() and t not in ticks]


def patches(picture, kind, colour):
    """The patches of one kind and one colour, in the order in which they were drawn."""
    same = matplotlib.colors.to_rgba(colour)
    found = [p for ax in picture.figure.axes for p in ax.patches if type(p) is kind]
    return [p for p in found if np.allclose(p.get_facecolor()[:3], same[:3])]


def assert_form(picture):
    """700 pixels wide, not heavy, no text under 9 points, nothing cut off, no text on another."""
    data, metadata = picture._repr_mimebundle_()
    fig = picture.figure
    assert len(data["image/png"]) < 400 * 1024 and metadata["image/png"]["width"] == 700
    texts = words(picture)
    assert min(t.get_fontsize() for t in texts) >= 9
    renderer = FigureCanvasAgg(fig).get_renderer()
    extents = [(t.get_text(), t.get_window_extent(renderer)) for t in texts]
    drawn = [(str(p), p.get_window_extent(renderer)) for ax in fig.axes for p in ax.patches]
    for what, box in extents + drawn:
        inside = box.x0 >= -1 and box.y0 >= -1
        inside = inside and box.x1 <= fig.bbox.width + 1 and box.y1 <= fig.bbox.height + 1
        assert inside, f"{what!r} is cut off: {box} in {fig.bbox}"
    for (one, a), (other, b) in itertools.combinations(extents, 2):
        apart = min(a.x1, b.x1) - max(a.x0, b.x0) <= 2 or min(a.y1, b.y1) - max(a.y0, b.y0) <= 2
        assert apart, f"{one!r} lies on {other!r}"


def assert_says_its_numbers(picture, besides=()):
    """Every number drawn, `besides` those of a plain count, is in the words."""
    drawn = {n for t in words(picture) for n in re.findall(NUMBER, t.get_text())} - set(besides)
    missing = drawn - set(re.findall(NUMBER, picture.alt))
    assert len(picture.alt) > 60 and not missing
