"""Sizes, padding, parameters, multiplications and receptive fields of convolutions.

Pure Python, no Keras. One axis is an int and gives an int; several axes are a tuple and give a
tuple (sizes) or a product (parameters, MACs). An int beside a tuple holds for every axis. So
`kernel_size=3` alone is a 1-D kernel; a 3x3 kernel is `(3, 3)`.

A multiply-accumulate (MAC) is one product added to a sum; FLOPs = 2 x MACs. Formulas: V. Dumoulin,
F. Visin, A guide to convolution arithmetic for deep learning, arXiv:1603.07285; receptive fields:
A. Araujo and others, Computing receptive fields of convolutional neural networks, Distill 2019.
"""

import math
import operator

Size = int | tuple[int, ...]
Padding = str | int | tuple[int, ...]


def conv_output(
    size: Size,
    kernel_size: Size,
    *,
    strides: Size = 1,
    padding: Padding = "valid",
    dilation_rate: Size = 1,
) -> Size:
    """The positions a window finds: the output size of a convolution.

    `padding` is "valid" (no zeros), "same" (zeros as Keras adds them) or a number of zeros on
    each side. Raises ValueError where the window is larger than the padded input.
    """

    def one(n, k, s, p, d):
        reach = (k - 1) * d + 1
        if p == "same":
            return math.ceil(n / s)
        zeros = 0 if p == "valid" else p
        if reach > n + 2 * zeros:
            raise ValueError(
                f"A window that reaches over {reach} (kernel_size {k}, dilation_rate {d}) does not "
                f"fit into {n + 2 * zeros} (size {n}, {zeros} zeros on each side). "
                "Use a smaller kernel or padding='same'."
            )
        return (n + 2 * zeros - reach) // s + 1

    _positive(size=size, kernel_size=kernel_size, strides=strides, dilation_rate=dilation_rate)
    return _each_axis(one, size, kernel_size, strides, _checked(padding), dilation_rate)


def pool_output(
    size: Size, pool_size: Size, *, strides: Size | None = None, padding: Padding = "valid"
) -> Size:
    """The output size of max or average pooling; `strides=None` means pool_size, as in Keras."""
    strides = pool_size if strides is None else strides
    return conv_output(size, pool_size, strides=strides, padding=padding)


def transposed_output(
    size: Size,
    kernel_size: Size,
    *,
    strides: Size = 1,
    padding: Padding = "valid",
    dilation_rate: Size = 1,
    output_padding: Size | None = None,
) -> Size:
    """The output size of a transposed convolution, as Keras' Conv2DTranspose has it.

    Several input sizes of a convolution share one output size; `output_padding` (smaller than
    `strides`) says which of them to go back to. `None` takes size * strides for "same" and leaves
    no input uncovered for "valid". A number as `padding` crops that much on each side (PyTorch).
    """

    def one(n, k, s, p, d, extra):
        reach = (k - 1) * d + 1
        if extra is not None and not 0 <= extra < s:
            raise ValueError(
                f"output_padding must be 0 or more and less than strides; given "
                f"output_padding {extra} and strides {s}."
            )
        if extra is None and p == "same":
            return n * s
        if extra is None and p == "valid":
            return n * s + max(reach - s, 0)
        crop = {"valid": 0, "same": reach // 2}.get(p, p)
        result = (n - 1) * s + reach - 2 * crop + (extra or 0)
        if result < 1:
            raise ValueError(
                f"Size {n} with strides {s} and a window of {reach} spreads to "
                f"{(n - 1) * s + reach}; nothing is left after cropping {crop} on each side."
            )
        return result

    _positive(size=size, kernel_size=kernel_size, strides=strides, dilation_rate=dilation_rate)
    padding = _checked(padding)
    return _each_axis(one, size, kernel_size, strides, padding, dilation_rate, output_padding)


def same_padding(
    size: Size, kernel_size: Size, *, strides: Size = 1, dilation_rate: Size = 1
) -> tuple:
    """The zeros that "same" adds (before, after) one axis; for tuples, one such pair per axis.

    Keras and TensorFlow put the odd zero after; PyTorch and Caffe pad both sides alike.
    """

    def one(n, k, s, d):
        reach = (k - 1) * d + 1
        total = max((math.ceil(n / s) - 1) * s + reach - n, 0)
        return total // 2, total - total // 2

    _positive(size=size, kernel_size=kernel_size, strides=strides, dilation_rate=dilation_rate)
    return _each_axis(one, size, kernel_size, strides, dilation_rate)


def conv_parameters(
    kernel_size: Size, in_channels: int, *, filters: int, groups: int = 1, use_bias: bool = True
) -> int:
    """Weights of a convolution: taps x (in_channels / groups) x filters, and a bias per filter.

    Write `(3, 3)` for a 3x3 kernel: a bare 3 is a 1-D one. A transposed convolution has as many.
    """
    _positive(kernel_size=kernel_size, in_channels=in_channels, filters=filters, groups=groups)
    if in_channels % groups or filters % groups:
        raise ValueError(
            f"in_channels {in_channels} and filters {filters} must both be divisible by "
            f"groups {groups}."
        )
    taps = math.prod(_together(kernel_size)[0])
    return taps * (in_channels // groups) * filters + (filters if use_bias else 0)


def conv_macs(
    kernel_size: Size, in_channels: int, *, filters: int, output_size: Size, groups: int = 1
) -> int:
    """Multiply-accumulates of a convolution: its weights, once per position of the output.

    For a transposed convolution give the size of its *input* as output_size: there each position
    of the input is multiplied with every weight. Products with padding zeros count, the bias not.
    """
    _positive(output_size=output_size)
    kernel_size, output_size = _together(kernel_size, output_size)
    weights = conv_parameters(
        kernel_size, in_channels, filters=filters, groups=groups, use_bias=False
    )
    return weights * math.prod(output_size)


def dense_parameters(in_features: int, units: int, *, use_bias: bool = True) -> int:
    """Weights of a dense layer; without its bias this is also its number of MACs."""
    _positive(in_features=in_features, units=units)
    return in_features * units + (units if use_bias else 0)


def receptive_field(layers: list[tuple]) -> Size:
    """How many input cells one output cell sees, along each axis.

    `layers` holds (kernel_size, strides) or (kernel_size, strides, dilation_rate), first layer
    first: two 3x3 convolutions are `[(3, 1), (3, 1)]` and see 5.
    """

    def one(*settings):
        field, jump = 1, 1  # jump: input cells between neighbouring cells of this layer
        for k, s, d in zip(settings[::3], settings[1::3], settings[2::3], strict=True):
            field += (k - 1) * d * jump
            jump *= s
        return field

    settings = []
    for layer in layers:
        if len(layer) not in (2, 3):
            raise ValueError(
                "A layer is (kernel_size, strides) or (kernel_size, strides, dilation_rate); "
                f"given {layer!r} of length {len(layer)}."
            )
        k, s, d = (*layer, 1)[:3]
        _positive(kernel_size=k, strides=s, dilation_rate=d)
        settings += [k, s, d]
    return _each_axis(one, *settings) if settings else 1


def _together(*values) -> list[tuple]:
    """The values as tuples of one length; a single value holds for every axis."""
    lengths = {len(v) for v in values if isinstance(v, tuple | list)}
    if len(lengths) > 1:
        raise ValueError(f"These do not have the same number of axes: {values}.")
    axes = max(lengths, default=1)
    return [tuple(v) if isinstance(v, tuple | list) else (v,) * axes for v in values]


def _each_axis(one, *values):
    results = tuple(one(*axis) for axis in zip(*_together(*values), strict=True))
    return results if any(isinstance(v, tuple | list) for v in values) else results[0]


def _positive(**values) -> None:
    for name, value in values.items():
        for number in value if isinstance(value, tuple | list) else (value,):
            try:
                good = operator.index(number) >= 1
            except TypeError:
                good = False
            if not good:
                raise ValueError(f"{name} must be a whole number of at least 1; given {value!r}.")


def _checked(padding: Padding) -> Padding:
    for word in padding if isinstance(padding, tuple | list) else (padding,):
        if word not in ("valid", "same") and not (isinstance(word, int) and word >= 0):
            raise ValueError(
                "padding must be 'valid', 'same' or a number of zeros per side of at least 0; "
                f"given {padding!r}."
            )
    return padding
