"""The definitions of the operations in NumPy: for reading, and for checking Keras against.

One image without a batch axis, channels last: x has the shape (*size, channels) with one, two or
three spatial axes. Kernels are laid out as in Keras: (*kernel_size, in_channels / groups, filters);
for transposed convolutions (*kernel_size, filters, in_channels). Settings as in Keras (an int holds
for every axis); `padding` may also be a number of zeros for each side.

After V. Dumoulin, F. Visin, A guide to convolution arithmetic for deep learning, arXiv:1603.07285.
"""

import numpy as np

from helpers.arithmetic import Padding, Size, conv_output, same_padding, transposed_output


def cross_correlation(
    x: np.ndarray,
    kernel: np.ndarray,
    *,
    strides: Size = 1,
    padding: Padding = "valid",
    dilation_rate: Size = 1,
    groups: int = 1,
) -> np.ndarray:
    """What Keras' Conv1D, Conv2D and Conv3D compute (without bias): (*output size, filters).

    At each position the window's cells, in all channels of a group, times the kernel, summed.
    """
    kernel_size, filters = kernel.shape[:-2], kernel.shape[-1]
    settings = {"strides": strides, "padding": padding, "dilation_rate": dilation_rate}
    _check_channels(x, kernel.shape[-2] * groups, axes=len(kernel_size))
    if filters % groups:
        raise ValueError(f"{filters} filters cannot be divided into {groups} groups.")
    if groups > 1:
        parts = zip(np.split(x, groups, -1), np.split(kernel, groups, -1), strict=True)
        return np.concatenate([cross_correlation(a, b, **settings) for a, b in parts], axis=-1)

    everything = kernel.ndim - 1  # all axes of the window: its cells and their channels
    sums = [
        np.tensordot(window, kernel, axes=everything)
        for window in _windows(x, kernel_size, **settings)
    ]
    return np.reshape(sums, (*conv_output(x.shape[:-1], kernel_size, **settings), filters))


def convolution(x: np.ndarray, kernel: np.ndarray, **settings) -> np.ndarray:
    """The convolution of mathematics: cross-correlation with the kernel flipped on every axis."""
    return cross_correlation(x, flipped(kernel), **settings)


def depthwise(x: np.ndarray, kernel: np.ndarray, **settings) -> np.ndarray:
    """DepthwiseConv2D: each channel with its own kernels; kernel (*kernel_size, channels, m)."""
    *kernel_size, channels, multiplier = kernel.shape
    kernel = kernel.reshape(*kernel_size, 1, channels * multiplier)
    return cross_correlation(x, kernel, groups=channels, **settings)


def im2col(
    x: np.ndarray,
    kernel_size: tuple[int, ...],
    *,
    strides: Size = 1,
    padding: Padding = "valid",
    dilation_rate: Size = 1,
) -> np.ndarray:
    """Every window as one row: (positions, taps x channels). A convolution is then one matmul.

    K. Chellapilla and others, High performance convolutional neural networks for document
    processing, 2006.
    """
    settings = {"strides": strides, "padding": padding, "dilation_rate": dilation_rate}
    return np.array([window.ravel() for window in _windows(x, tuple(kernel_size), **settings)])


def cross_correlation_im2col(x: np.ndarray, kernel: np.ndarray, **settings) -> np.ndarray:
    """`cross_correlation` of one group as a product of two matrices."""
    kernel_size, filters = kernel.shape[:-2], kernel.shape[-1]
    _check_channels(x, kernel.shape[-2], axes=len(kernel_size))
    y = im2col(x, kernel_size, **settings) @ kernel.reshape(-1, filters)
    return y.reshape(*conv_output(x.shape[:-1], kernel_size, **settings), filters)


def transposed(
    x: np.ndarray,
    kernel: np.ndarray,
    *,
    strides: Size = 1,
    padding: str = "valid",
    dilation_rate: Size = 1,
    output_padding: Size | None = None,
) -> np.ndarray:
    """Conv2DTranspose by scatter-add: each input cell adds its value times the kernel.

    The cells of x are `strides` apart in the output; where kernels overlap, they add up.
    """
    kernel_size, filters = kernel.shape[:-2], kernel.shape[-2]
    axes = len(kernel_size)
    _check_channels(x, kernel.shape[-1], axes=axes)
    strides, dilation_rate = _per_axis(strides, axes), _per_axis(dilation_rate, axes)
    size = transposed_output(
        x.shape[:-1],
        kernel_size,
        strides=strides,
        padding=padding,
        dilation_rate=dilation_rate,
        output_padding=output_padding,
    )
    reach = [(k - 1) * d + 1 for k, d in zip(kernel_size, dilation_rate, strict=True)]
    full = [(n - 1) * s + r for n, s, r in zip(x.shape, strides, reach, strict=False)]
    y = np.zeros((*map(max, full, size), filters), np.result_type(x, kernel))
    for position in np.ndindex(x.shape[:-1]):
        y[_cells(position, kernel_size, strides, dilation_rate)] += kernel @ x[position]
    crop = [max(f - n, 0) // 2 if padding == "same" else 0 for f, n in zip(full, size, strict=True)]
    return y[tuple(slice(c, c + n) for c, n in zip(crop, size, strict=True))]


def transposed_zero_stuffed(x: np.ndarray, kernel: np.ndarray, *, strides: Size = 1) -> np.ndarray:
    """The same for padding "valid": zeros between the cells and around, then a convolution.

    Where the kernel is smaller than the strides, Keras adds a rim of zeros that is missing here.
    """
    around = tuple(k - 1 for k in kernel.shape[:-2])
    return convolution(stuffed(x, strides), np.swapaxes(kernel, -1, -2), padding=around)


def convolution_matrix(
    kernel: np.ndarray, size: tuple[int, ...], *, strides: Size = 1, padding: Padding = "valid"
) -> np.ndarray:
    """The matrix C with C @ x.ravel() = the cross-correlation of a one-channel x of `size`.

    A row per output cell, a column per input cell: a 3x3 kernel on 4x4 cells gives 4 x 16. Its
    transpose, C.T @ y.ravel(), is the transposed convolution, and the gradient (section 4.1).
    """
    columns = []
    for cell in np.ndindex(*size):
        x = np.zeros((*size, 1), kernel.dtype)
        x[cell] = 1  # what a single lit cell becomes is the column of that cell
        y = cross_correlation(x, kernel[..., None, None], strides=strides, padding=padding)
        columns.append(y.ravel())
    return np.stack(columns, axis=1)


def max_pooling(
    x: np.ndarray, pool_size: Size, *, strides: Size | None = None, padding: Padding = "valid"
) -> np.ndarray:
    """The largest value of each window, channel by channel; `strides=None` means pool_size."""
    return _pool(np.nanmax, x, pool_size, strides, padding)


def average_pooling(
    x: np.ndarray, pool_size: Size, *, strides: Size | None = None, padding: Padding = "valid"
) -> np.ndarray:
    """The mean of each window; as in Keras, cells of the padding are left out of the mean."""
    return _pool(np.nanmean, x, pool_size, strides, padding)


def flipped(kernel: np.ndarray) -> np.ndarray:
    """The kernel turned round on every spatial axis."""
    return np.flip(kernel, axis=tuple(range(kernel.ndim - 2)))


def stuffed(x: np.ndarray, factor: Size, *, axes: int | None = None) -> np.ndarray:
    """`factor` - 1 zeros between neighbours along the first `axes` axes (all but the last).

    A dilated kernel is a stuffed one: stuffed(kernel, 2, axes=2) spreads 3x3 to 5x5.
    """
    axes = x.ndim - 1 if axes is None else axes
    factor = _per_axis(factor, axes)
    size = [(n - 1) * f + 1 for n, f in zip(x.shape, factor, strict=False)]
    y = np.zeros((*size, *x.shape[axes:]), x.dtype)
    y[tuple(slice(None, None, f) for f in factor)] = x
    return y


def _windows(x, kernel_size, *, strides=1, padding="valid", dilation_rate=1, fill=0):
    """The window at each position of the output, row by row: (*kernel_size, channels)."""
    axes, size = len(kernel_size), x.shape[:-1]
    settings = {"strides": strides, "dilation_rate": dilation_rate}
    output_size = conv_output(size, kernel_size, padding=padding, **settings)
    if padding == "same":
        zeros = same_padding(size, kernel_size, **settings)
    else:
        zeros = [(p, p) for p in _per_axis(0 if padding == "valid" else padding, axes)]
    x = np.pad(x, [*zeros, (0, 0)], constant_values=fill)
    strides, dilation_rate = _per_axis(strides, axes), _per_axis(dilation_rate, axes)
    for position in np.ndindex(*output_size):
        yield x[_cells(position, kernel_size, strides, dilation_rate)]


def _pool(summary, x, pool_size, strides, padding):
    pool_size = _per_axis(pool_size, x.ndim - 1)
    settings = {"strides": pool_size if strides is None else strides, "padding": padding}
    # Cells of the padding are not a number: nanmax and nanmean pass over them.
    windows = _windows(x.astype(float), pool_size, **settings, fill=np.nan)
    values = [summary(window, axis=tuple(range(x.ndim - 1))) for window in windows]
    return np.reshape(values, (*conv_output(x.shape[:-1], pool_size, **settings), x.shape[-1]))


def _cells(position, kernel_size, strides, dilation_rate):
    """The window at an output position, as slices of the (padded) input."""
    axes = zip(position, kernel_size, strides, dilation_rate, strict=True)
    return tuple(slice(p * s, p * s + (k - 1) * d + 1, d) for p, k, s, d in axes)


def _per_axis(value, axes):
    return tuple(value) if isinstance(value, tuple | list) else (value,) * axes


def _check_channels(x, channels, *, axes):
    if x.ndim != axes + 1 or x.shape[-1] != channels:
        raise ValueError(
            f"The kernel needs an image with {axes} spatial axes and {channels} channels; "
            f"given the shape {x.shape}."
        )
