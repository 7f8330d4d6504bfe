"""Drawings of convolution, all in one grammar.

Every function returns a `Picture`: a matplotlib Figure that belongs to nobody (no pyplot, no
global state) and the words that a blind reader gets instead, written from the same data.

The grammar: what is read is orange, what is written is blue, zeros of the padding are hatched
grey, counts run through cividis, signed numbers through a map whose middle is 0. A number, a
hatch or a marker stands beside every colour. All arithmetic in a picture is computed from the
arguments.
"""

import base64
import io
import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch
from numpy.typing import ArrayLike
from PIL import Image

# Okabe and Ito's colours, told apart by colour-blind readers too.
BLACK, ORANGE, SKY, GREEN = "#000000", "#E69F00", "#56B4E9", "#009E73"
YELLOW, BLUE, VERMILION, PURPLE = "#F0E442", "#0072B2", "#D55E00", "#CC79A7"
CATEGORIES = (BLUE, ORANGE, GREEN, PURPLE, VERMILION, SKY)
HATCHES = ("", "//", "..", "xx", "\\\\", "++")
MARKERS = ("o", "s", "^", "D", "v", "P")
DASHES = ("-", "--", "-.", ":", (0, (6, 1)), (0, (3, 1, 1, 1)))
READ, WRITTEN, PADDING, LINE = "#F9DFA6", "#A6D3EE", "#E8E8E8", "#555555"
COUNTS, SIGNED = "cividis", "PuOr_r"

DPI, PHOTO_DPI, CSS = 200, 150, 100  # pixels to an inch: in the file (two kinds), on the page
HEAVY = 200 * 1024  # bytes; more is a photograph, grey if it has few colours
WIDTH, LARGEST_WIDTH = 7.0, 9.0  # inches; a page shows 7 inches as 700 pixels
TEXT, SMALL = 11, 9.5  # points; nothing is set below 9
CELL = 0.44  # inches, the side of a table's cell
STYLE = {
    "font.family": "DejaVu Sans",
    "font.size": TEXT,
    "axes.titlesize": TEXT,
    "axes.labelsize": TEXT,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "legend.fontsize": SMALL,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "text.color": BLACK,
    "axes.labelcolor": BLACK,
    "figure.facecolor": "white",
    "figure.dpi": DPI,
    "hatch.linewidth": 0.6,
}
styled = matplotlib.rc_context(STYLE)


# ---------------------------------------------------------------- showing


@dataclass
class Picture:
    """A drawing and what it says, in words: `figure` (matplotlib's Figure) and `alt`.

    As the last line of a notebook's cell it shows itself, with `alt` for those who do not see
    it. Elsewhere: `picture.save("name.png")`.
    """

    figure: Figure
    alt: str

    def __repr__(self) -> str:
        return f"<Picture: {self.alt}>"

    def _repr_mimebundle_(self, include=None, exclude=None):
        """What a notebook stores: PNG, and the words as plain text (nbval compares these)."""
        # Who reads metadata's alt: VS Code and nbconvert's classic and basic templates. JupyterLab
        # 4.6 (its renderImage) and nbconvert's lab template do not. An <img alt> as text/html
        # reaches both, but holds the picture a second time, nbval compares it byte by byte, and
        # it is not known to show on GitHub; PNG shows everywhere. There `picture.alt` in a cell
        # of its own gives the words.
        data = {
            "image/png": base64.b64encode(png(self.figure)).decode(),
            "text/plain": repr(self),
        }
        wide = round(self.figure.get_figwidth() * CSS)
        return data, {"image/png": {"alt": self.alt, "width": wide}}

    def save(self, path: str | Path) -> None:
        """Write the drawing as a file: .png as notebooks show it, or .pdf or .svg."""
        path = Path(path)
        if path.suffix.lower() == ".png":
            path.write_bytes(png(self.figure))
        else:
            self.figure.savefig(path)


def png(fig: Figure) -> bytes:
    """The figure as PNG bytes, in at most 256 colours (a third of the size)."""
    full = _rendered(fig, DPI)
    if full.getcolors(10_000) is not None:
        packed = _packed(full.quantize(256, kmeans=1))
        if len(packed) < HEAVY:
            return packed
        # A grey photograph: it has no finer detail to show, and the eye counts fewer greys.
        return _packed(_rendered(fig, PHOTO_DPI).quantize(64, kmeans=1))
    # A photograph in colour: PNG packs it badly. Dithered, or smooth colours show steps.
    for dpi in (PHOTO_DPI, 120, CSS):
        full = _rendered(fig, dpi)
        palette = full.quantize(256)  # dithering does what k-means would, in a tenth of its time
        image = full.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG)
        image.paste(palette, mask=full.convert("L").point(lambda grey: 255 * (grey == 255)))
        packed = _packed(image)
        if len(packed) < HEAVY:
            break
    return packed


def _packed(image):
    buffer = io.BytesIO()
    image.save(buffer, format="PNG", optimize=True)
    return buffer.getvalue()


def _rendered(fig, dpi):
    buffer = io.BytesIO()
    fig.savefig(buffer, format="png", dpi=dpi)
    return Image.open(buffer).convert("RGB")


# ---------------------------------------------------------------- words


def number(value):
    """3 -> '3', -0.5 -> '−0.5', 14336 -> '14,336': as short as it can be read."""
    value = float(value) + 0.0  # -0.0 becomes 0.0
    text = f"{value:,.0f}" if value == int(value) or abs(value) >= 1000 else f"{value:.3g}"
    return text.replace("-", "\u2212")


def factor(value):
    return f"({number(value)})" if value < 0 else number(value)


def short(value):
    """12443648 -> '12.4 M'."""
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            return f"{value / size:.3g} {letter}" if value < 999.5 * size else number(value)
    return number(value)


def listed(items: Iterable) -> str:
    """[2, 1, -1] -> '2, 1 and −1'; words stay as they are."""
    *most, last = [i if isinstance(i, str) else number(i) for i in items]
    return ", ".join(most) + " and " + last if most else last


def counted(count: int, noun: str, plural: str = "") -> str:
    """(1, 'channel') -> '1 channel', (3, 'channel') -> '3 channels'."""
    return f"{number(count)} {noun if count == 1 else plural or noun + 's'}"


def span(values: ArrayLike) -> str:
    """'from −1 to 3', or 'everywhere 2' where all are equal (as they are written)."""
    low, high = number(np.min(values)), number(np.max(values))
    return f"everywhere {low}" if low == high else f"from {low} to {high}"


def rows(table: ArrayLike, most: int = 30) -> str:
    """A table read row by row, '1, 2; 3, 4'; of more than `most` numbers only the span."""
    table = np.asarray(table)
    if table.size > most:
        return f"numbers {span(table)}"
    return "; ".join(", ".join(number(value) for value in row) for row in np.atleast_2d(table))


def worked_sum(inputs, weights, bias=0.0):
    """('2×0.5 + 1×1 + (−1)×(−0.5) = 2.5', 2.5) for two arrays of one shape."""
    inputs, weights = np.ravel(inputs).astype(float), np.ravel(weights).astype(float)
    terms = [f"{factor(a)}\u00d7{factor(b)}" for a, b in zip(inputs, weights, strict=True)]
    if bias:
        terms.append(f"{factor(bias)} (bias)")
    total = float(inputs @ weights + bias)
    return " + ".join(terms) + f" = {number(total)}", total


# ---------------------------------------------------------------- small tools


def wide(text, size=TEXT):
    """Inches that a line of text takes, rounded up."""
    return len(text) * size * 0.0088


def wrap(text, length):
    """Break a sum before its plus and equal signs."""
    lines = [""]
    for part in text.replace(" + ", "\n+ ").replace(" = ", "\n= ").split("\n"):
        if lines[-1] and len(lines[-1]) + len(part) > length:
            lines.append("")
        lines[-1] = f"{lines[-1]} {part}".strip()
    return "\n".join(lines)


def canvas(width, height):
    """A figure and one axes that covers it; one unit of the axes is one inch."""
    if width > LARGEST_WIDTH:
        raise ValueError(
            f"The picture would be {width:.1f} inches wide, {LARGEST_WIDTH:.0f} can be read: "
            "draw a smaller example, or shorten its words."
        )
    fig = Figure(figsize=(width, height))
    ax = fig.add_axes((0, 0, 1, 1), xlim=(0, width), ylim=(0, height))
    ax.axis("off")
    return fig, ax


def array(value, ndim, what):
    value = np.asarray(value)
    if value.ndim != ndim or not value.size:
        raise ValueError(f"{what} needs {ndim} dimensions, none of them empty; got {value.shape}.")
    if not np.isfinite(value).all():
        raise ValueError(f"{what} {value.shape} holds NaN or infinite numbers.")
    return value


def panels(value):
    """{title: content} as it is; anything else as one panel without a title."""
    if isinstance(value, Mapping):
        if not value:
            raise ValueError("Nothing to draw: the dictionary is empty.")
        return dict(value)
    return {"": value}


def text(ax, x, y, text, **options):
    return ax.text(x, y, text, **({"ha": "center", "va": "center"} | options))


def arrow(ax, start, end, **options):
    style = {"arrowstyle": "-|>", "mutation_scale": 11, "color": LINE, "lw": 1.2}
    ax.add_patch(FancyArrowPatch(start, end, shrinkA=0, shrinkB=0, **(style | options)))


def fold(title, width):
    """Break a title so that no line is wider than `width` inches."""
    letters = max(int(width / wide("x")), 1)
    return "\n".join(textwrap.fill(line, letters) for line in title.split("\n"))


def axes(fig, left, bottom, width, height, **options):
    """Axes placed in inches."""
    w, h = fig.get_size_inches()
    return fig.add_axes((left / w, bottom / h, width / w, height / h), **options)


def label(fig, x, y, text):
    """A small line of text placed in inches."""
    w, h = fig.get_size_inches()
    fig.text(x / w, y / h, text, ha="center", va="center", fontsize=SMALL)
