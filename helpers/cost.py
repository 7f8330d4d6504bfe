"""What a Keras model costs, layer by layer: parameters, MACs, memory, receptive field.

    table = cost_table(model)               # in a notebook: a table; print(table): text
    table.total.macs                        # plain numbers
    table.sorted_by("macs", top=5).bars()   # the five most expensive, with their shares
    pandas.DataFrame(table.to_dict())

The walk reads the graph that Keras keeps of a functional model. Nothing is traced or run.
"""

import functools
import html
import math
import re
from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

import keras

# Kinds of layers: the names of Keras' classes without 1D, 2D, 3D. Subclasses are not among them.
_WINDOW = {"Conv", "DepthwiseConv", "SeparableConv", "MaxPooling", "AveragePooling"}
_WHOLE = {"GlobalMaxPooling", "GlobalAveragePooling", "Flatten"}
# Each value by itself or values of the same place; these may also be operations, as in x + y.
_ELEMENTWISE = set(
    "Add Subtract Multiply Divide TrueDivide Average Maximum Minimum Concatenate Identity "
    "Activation ReLU Relu Relu6 LeakyReLU PReLU ELU Softmax Sigmoid HardSigmoid Tanh Silu Gelu "
    "Negative Absolute Square Sqrt Exp Power Clip Cast Greater Less "
    "BatchNormalization LayerNormalization GroupNormalization RMSNormalization "
    "UnitNormalization Rescaling Normalization Dropout SpatialDropout GaussianDropout "
    "GaussianNoise AlphaDropout ActivityRegularization CustomScaleLayer LayerScale StochasticDepth "
    # Outside training these pass images on as they are.
    "RandomFlip RandomRotation RandomTranslation RandomZoom RandomBrightness RandomContrast".split()
)
_MOVES = {"InputLayer", "Masking", "Embedding", "ZeroPadding", "Cropping"}
_MOVES |= {"ChannelShuffle", "ChannelSlice"}  # ours
_RESHAPES = {"Reshape", "Permute"}
_FREE = set(  # nothing is multiplied; which cells they read is not worked out
    "GetItem Mean Sum Max Min Stack Split Pad Transpose Swapaxes ExpandDims Squeeze Resize "
    "Resizing CenterCrop RandomCrop CategoryEncoding".split()
)
_KNOWN = _WINDOW | _WHOLE | _ELEMENTWISE | _MOVES | _RESHAPES | _FREE
_KNOWN |= {"Dense", "ConvTranspose", "UpSampling"}
_OPERATIONS = _ELEMENTWISE | _FREE | {"Reshape"}


class Row(NamedTuple):
    """One call of a layer. None is "unknown"; field and stride are a tuple where axes differ."""

    name: str
    layer: str
    output_shape: tuple
    parameters: int
    trainable: int
    macs: int | None
    memory: int | None
    receptive_field: int | tuple | str | None
    stride: int | float | tuple | None


HEADINGS = {column: column.replace("_", " ") for column in Row._fields}
HEADINGS |= {"macs": "MACs", "memory": "memory (bytes)"}
_NUMBERS = ("parameters", "trainable", "macs", "memory")


def cost_table(model: keras.Model, *, batch_size: int = 1) -> "CostTable":
    """The cost of every layer of a functional or Sequential model, and the total.

    Counted as MACs, for one image: the multiply-accumulates of convolutions (grouped, depthwise,
    separable, dilated, transposed: there the positions of the *input* count) and of dense layers,
    products with padding zeros included. FLOPs = 2 x MACs. Not counted: biases, batch
    normalization, activations, pooling, interpolation, additions of branches. A layer that is not
    known (a recurrent one, attention, your own, any with LoRA) has the MACs None, and so has the
    total; a note below the table names it.

    Parameters are those of summary(), moving statistics included; `trainable` leaves these out.
    Shared weights count once, their MACs at each call. Memory is the layer's output in bytes at
    `batch_size`; the total, their sum, is about what a training step keeps.

    The receptive field is in input cells, the largest where branches meet and where it depends on
    the position (upsampling); "all" after global pooling or flattening, where no stride is left.
    Normalization counts as pointwise. The total's field is the last feature map's, or not known.

    Raises ValueError where `model` has no graph to walk (a subclassed, unbuilt or empty model).
    """
    graph = _graph(model)
    if graph is None:
        raise ValueError(
            "cost_table needs a functional or Sequential model that knows its input shape; given "
            f"{type(model).__name__} {getattr(model, 'name', '')!r}. Begin a Sequential model with "
            "keras.Input(shape) and a layer; rebuild a subclassed one with the functional API."
        )
    found = list(_walk(graph, {}, set(), {}, batch_size))
    rows = [row for row, _ in found]
    # A pooled map of one cell is not the last feature map, though it has the rank of one.
    is_map = [r.receptive_field != "all" or any(n != 1 for n in r.output_shape[:-1]) for r in rows]
    last_map = [row for row, is_one in zip(rows, is_map, strict=True) if is_one][-1]
    total = Row(
        name="total",
        layer=f"{len(rows)} layers",
        output_shape=rows[-1].output_shape,
        parameters=sum(row.parameters for row in rows),
        trainable=sum(row.trainable for row in rows),
        macs=_sum(row.macs for row in rows),
        memory=_sum(row.memory for row in rows),
        receptive_field=last_map.receptive_field,
        stride=last_map.stride,
    )
    return CostTable(rows, total, notes=_notes(rows, [row for row, known in found if not known]))


def compare(models: dict[str, keras.Model], *, batch_size: int = 1) -> "CostTable":
    """The totals of several models, a row for each: `compare({"plain": a, "residual": b})`."""
    tables = {name: cost_table(model, batch_size=batch_size) for name, model in models.items()}
    rows = [table.total._replace(name=name) for name, table in tables.items()]
    notes = [f"{name}: {note}" for name, table in tables.items() for note in table.notes]
    return CostTable(rows, notes=notes, columns=list(HEADINGS))


class CostTable:
    """Rows to loop over, their `total`, and the same as HTML, text or plain data."""

    def __init__(self, rows, total=None, *, notes=(), columns=None, share=None):
        self.rows, self.total, self.notes, self.share = list(rows), total, list(notes), share
        self.columns = columns or [column for column in HEADINGS if column != "trainable"]

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def to_dict(self) -> dict[str, list]:
        """A list for each column, without the total; pandas.DataFrame takes it as it is."""
        return {column: [getattr(row, column) for row in self] for column in HEADINGS}

    def sorted_by(self, column: str, *, top: int | None = None) -> "CostTable":
        """Largest first (words: A to Z), unknown last; `top=5` keeps five. The total stays."""
        if column not in HEADINGS:
            raise ValueError(f"There is no column {column!r}; choose from {', '.join(HEADINGS)}.")
        words = column in ("name", "layer")
        rows = sorted(self, key=lambda row: _rank(getattr(row, column)), reverse=not words)
        return CostTable(rows[:top], self.total, notes=self.notes, columns=self.columns)

    def bars(self, column: str = "macs") -> "CostTable":
        """The same table with a bar for each row's share of the total of `column`."""
        if column not in _NUMBERS:
            raise ValueError(f"Bars show parameters, trainable, macs or memory; given {column!r}.")
        rows, total, notes = self.rows, self.total, self.notes
        return CostTable(rows, total, notes=notes, columns=self.columns, share=column)

    def _cells(self) -> list[list[str]]:
        """The table in words: headings, rows and, where there is one, the total."""
        head = [HEADINGS[column] for column in self.columns]
        shown = self.rows + ([self.total] if self.total else [])
        cells = [[_text(row, column) for column in self.columns] for row in shown]
        if self.share:
            head.append(f"share of {HEADINGS[self.share]}")
            values = [getattr(row, self.share) or 0 for row in shown]
            whole = (values[-1] if self.total else 0) or sum(values) or 1
            for line, value in zip(cells, values, strict=True):
                line.append(f"{100 * value / whole:5.1f} % {'█' * round(20 * value / whole)}")
        return [head, *cells]

    def _is_left(self) -> list[bool]:
        words = ("name", "layer", "output_shape")
        return [column in words for column in self.columns] + [True] * bool(self.share)

    def __str__(self) -> str:
        cells, is_left = self._cells(), self._is_left()
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        lines = [
            "  ".join(
                cell.ljust(width) if left else cell.rjust(width)
                for cell, width, left in zip(line, widths, is_left, strict=True)
            ).rstrip()
            for line in cells
        ]
        rule = "-" * max(map(len, lines))
        total = [rule, lines.pop()] if self.total else []
        return "\n".join([lines[0], rule, *lines[1:], *total, *self.notes])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        def line(cells, tag):
            sides = ("left" if left else "right" for left in self._is_left())
            return "".join(
                f'<{tag} style="text-align: {side}">{html.escape(cell)}</{tag}>'
                for cell, side in zip(cells, sides, strict=True)
            )

        head, *body = self._cells()
        foot = f"<tfoot><tr>{line(body.pop(), 'th')}</tr></tfoot>\n" if self.total else ""
        rows = "".join(f"<tr>{line(cells, 'td')}</tr>\n" for cells in body)
        notes = "".join(f"<p>{html.escape(note)}</p>\n" for note in self.notes)
        return (
            f"<table>\n<thead><tr>{line(head, 'th')}</tr></thead>\n"
            f"<tbody>\n{rows}</tbody>\n{foot}</table>\n{notes}"
        )


class _Axis(NamedTuple):
    """What one cell of a feature map sees of the input, along one axis.

    `stride` is the distance of two neighbours in input cells, a fraction after upsampling. There,
    neighbours are copies of one cell of a coarser map with the stride `grain`; windows that step
    over `steps` input cells in all cross up to ceil(steps / grain) borders between such cells.
    """

    base: int = 1
    stride: float = 1
    grain: float = 1
    steps: float = 0

    @property
    def field(self) -> int:
        borders = math.ceil(self.steps / self.grain - 1e-6)  # thirds are not exact
        return math.ceil(self.base + self.grain * borders)

    def window(self, kernel_size, strides=1, dilation_rate=1):
        steps = self.steps + (kernel_size - 1) * dilation_rate * self.stride
        return _Axis(self.base, self.stride * strides, self.grain, steps)

    def upsampled(self, factor):
        if self.stride > self.grain:
            return _Axis(self.field, self.stride / factor, self.stride)
        return _Axis(self.base, self.stride / factor, self.grain, self.steps)


def _graph(model):
    """The functional graph of a model, or None."""
    graph = model._functional if isinstance(model, keras.Sequential) else model
    return graph if hasattr(graph, "_nodes_by_depth") else None


def _walk(graph, tensors, counted, calls, batch_size, path=""):
    """A row for each call in the graph, in the order of summary(), and whether it is known.

    `tensors` holds (shape, view) by the id of the KerasTensor, so that a nested model is walked
    with what it is called on; `counted` the weights so far, `calls` how often each layer was.
    """
    order = {id(operation): i for i, operation in enumerate(graph.operations)}
    for depth in sorted(graph._nodes_by_depth, reverse=True):
        for node in sorted(graph._nodes_by_depth[depth], key=lambda n: order[id(n.operation)]):
            layer, outputs = node.operation, node.outputs
            if node.is_input and id(outputs[0]) in tensors:
                continue  # the input of a nested model is the tensor it is called on
            inputs = [tensors[id(tensor)] for tensor in node.input_tensors]
            if (inner := _graph(layer)) is not None:
                known = {id(t): value for t, value in zip(inner.inputs, inputs, strict=True)}
                yield from _walk(inner, known, counted, calls, batch_size, f"{path}{layer.name}/")
                results = [known[id(tensor)] for tensor in inner.outputs]
                tensors.update({id(t): r for t, r in zip(outputs, results, strict=True)})
                continue

            shapes = _output_shapes(node, [shape for shape, _ in inputs])
            lora = getattr(layer, "lora_enabled", False)  # it multiplies two more matrices
            kind = None if lora else _kind(type(layer))
            view = _view(kind, layer, inputs, shapes[0])
            tensors.update({id(t): (s, view) for t, s in zip(outputs, shapes, strict=True)})
            name = path + layer.name
            calls[name] = calls.get(name, 0) + 1
            new = [w for w in getattr(layer, "weights", ()) if id(w) not in counted]
            counted.update(map(id, new))
            sizes = [(_size(weight), weight.trainable) for weight in new]
            values = _sum(_product(shape[1:]) for shape in shapes)
            field, stride = _field_and_stride(view)
            row = Row(
                name=name if calls[name] == 1 else f"{name} (call {calls[name]})",
                layer=type(layer).__name__ + (" with LoRA" if lora else ""),
                output_shape=shapes[0][1:] if len(shapes) == 1 else tuple(s[1:] for s in shapes),
                parameters=sum(size for size, _ in sizes),
                trainable=sum(size for size, is_trainable in sizes if is_trainable),
                macs=_macs(kind, layer, inputs, shapes[0]),
                memory=_product((values, batch_size, _bytes(outputs[0].dtype))),
                receptive_field=field,
                stride=stride,
            )
            yield row, kind is not None


def _output_shapes(node, shapes):
    """The shapes that Keras has noted, or, in a nested model called on other sizes, new ones."""
    noted = [tuple(tensor.shape) for tensor in node.outputs]
    if all(a[1:] == t.shape[1:] for a, t in zip(shapes, node.input_tensors, strict=True)):
        return noted
    try:
        shape = node.operation.compute_output_shape(shapes[0] if len(shapes) == 1 else shapes)
        return [tuple(shape)]
    except (AttributeError, NotImplementedError, TypeError):
        return [(shape[0], *[None] * (len(shape) - 1)) for shape in noted]


@functools.cache
def _kind(layer_class):
    """The class's name without 1D, 2D, 3D, where it is one of Keras or of these helpers."""
    kind = re.sub("[123]D", "", layer_class.__name__)
    home = layer_class.__module__.partition(".")[0]
    known = _KNOWN if issubclass(layer_class, keras.Layer) else _OPERATIONS
    return kind if home in ("keras", "helpers") and kind in known else None


def _macs(kind, layer, inputs, output_shape):
    """Every weight of a kernel works once at each position; None for a layer not known."""
    if kind is None:
        return None
    if kind == "Dense":
        return _product((_size(layer.kernel), *output_shape[1:-1]))
    if "Conv" not in kind:
        return 0
    separable = kind == "SeparableConv"
    kernels = [layer.depthwise_kernel, layer.pointwise_kernel] if separable else [layer.kernel]
    shape = inputs[0][0] if kind == "ConvTranspose" else output_shape
    positions = shape[2:] if layer.data_format == "channels_first" else shape[1:-1]
    return _product((sum(map(_size, kernels)), *positions))


def _view(kind, layer, inputs, output_shape):
    """What a cell of the output sees: an _Axis for each axis, "all", or None (unknown)."""
    views = [view for _, view in inputs]
    if kind == "InputLayer":
        return [_Axis()] * max(len(output_shape) - 2, 1)
    if 0 < len(views) == views.count("all"):
        return "all"
    if kind is None or kind in _FREE or None in views:
        return None
    if "all" in views or kind in _WHOLE or (kind == "Dense" and len(output_shape) == 2):
        return "all"
    view, shape = views[0], inputs[0][0]
    if kind in _WINDOW:
        window = layer.pool_size if "Pooling" in kind else layer.kernel_size
        dilation_rate = getattr(layer, "dilation_rate", [1] * len(window))
        return _along(view, _Axis.window, window, layer.strides, dilation_rate)
    if kind == "ConvTranspose":
        # Reads a window of the upsampled map, in which each cell stands `strides` times.
        windows = zip(layer.kernel_size, layer.strides, layer.dilation_rate, strict=True)
        reach = [max((k - 1) * d + 2 - s, 1) for k, s, d in windows]
        return _along(_along(view, _Axis.upsampled, layer.strides), _Axis.window, reach)
    if kind == "UpSampling":
        size = [layer.size] if isinstance(layer.size, int) else layer.size
        cells = {"nearest": 0, "bilinear": 1}.get(getattr(layer, "interpolation", "nearest"))
        if cells is None:
            return None
        reach = [cells * factor + 1 if factor > 1 else 1 for factor in size]
        return _along(_along(view, _Axis.upsampled, size), _Axis.window, reach)
    if kind in _RESHAPES:
        axes = len(view) + 1
        if kind == "Permute":
            moved = layer.dims[: axes - 1]  # None where the channels leave their place
            return [view[d - 1] for d in moved] if max(moved) < axes else None
        if all(axis == _Axis() for axis in view):  # still the input, in another form
            return [_Axis()] * max(len(output_shape) - 2, 1)
        if len(output_shape) == 2:
            return "all"
        return view if output_shape[:axes] == shape[:axes] else None
    if len(views) == 1:
        return view
    if len({len(view) for view in views}) > 1:
        return None
    return [max(axes, key=lambda axis: axis.field) for axes in zip(*views, strict=True)]


def _along(view, method, *settings):
    """The method of each axis with its own settings; None where their numbers differ."""
    if view is None or any(len(values) != len(view) for values in settings):
        return None
    return [method(axis, *values) for axis, *values in zip(view, *settings, strict=True)]


def _field_and_stride(view):
    if view is None or view == "all":
        return view, None
    fields, strides = [axis.field for axis in view], [axis.stride for axis in view]
    strides = [int(stride) if stride == int(stride) else stride for stride in strides]
    return tuple(v[0] if len(set(v)) == 1 else tuple(v) for v in (fields, strides))


def _size(weight):
    # On TensorFlow weight.shape builds a TensorShape: half the time of the table.
    return math.prod(getattr(weight, "_shape", None) or weight.shape)


def _product(sizes):
    return None if None in sizes else math.prod(sizes)


def _sum(values):
    values = list(values)
    return None if None in values else sum(values)


@functools.cache
def _bytes(dtype):
    """Bytes of one value; None for a string, which has no fixed size."""
    bits = re.search(r"\d+", dtype)
    return 1 if dtype == "bool" else int(bits[0]) // 8 if bits else None


def _notes(rows, unknown):
    """Why something is unknown, and what to do about it."""
    is_open = any(row.layer == "InputLayer" and None in row.output_shape for row in rows)
    if not (unknown or is_open):  # then the first of which the output's size or field is not known
        unknown = [row for row in rows if None in (row.memory, row.receptive_field)][:1]
    why = ["a size is None (call the model on a keras.Input of fixed height and width)"] * is_open
    if unknown:
        names = ", ".join(f"{row.name} ({row.layer})" for row in unknown)
        why.append(f"this table does not know {names}")
    known = sum(row.macs for row in rows if row.macs is not None)
    return [f"? is unknown: {', and '.join(why)}. The known MACs add up to {known:,}."] * bool(why)


def _rank(value):
    """A key to sort by: unknown (None) below all numbers, "all" above."""
    if isinstance(value, tuple):
        return max(map(_rank, value), default=0)
    return {None: -1, "all": math.inf}.get(value, value)


def _text(row, column):
    def text(value):
        if isinstance(value, tuple):
            return f"({', '.join(map(text, value))})"
        if isinstance(value, float):
            return str(Fraction(value).limit_denominator(1000))
        return "?" if value is None else f"{value:,}" if column in _NUMBERS else str(value)

    if column == "stride" and row.receptive_field == "all":
        return "-"
    return text(getattr(row, column))
