"""What popular tutorials say about residual blocks (lesson 08), claim by claim."""

import keras
import numpy as np
import pytest
from keras import layers

from helpers import networks
from tests.claims.common import (
    array,
    before,
    conv,
    convolutions,
    macs,
    matrix,
    normal,
    pointwise,
    weights,
)


def added(main, shortcut):
    """The shape of Add on two inputs of these shapes (without images)."""
    return layers.Add()([keras.Input(main), keras.Input(shortcut)]).shape[1:]


def bottlenecks(resnet):
    """The three convolutions of each block of keras.applications' ResNet-50."""
    names = [layer.name.removesuffix("_1_conv") for layer in resnet.layers]
    return [
        [resnet.get_layer(f"{name}_{i}_conv") for i in (1, 2, 3)]
        for name in names
        if f"{name}_1_conv" in {layer.name for layer in resnet.layers}
    ]


def shortcuts(resnet):
    return [layer for layer in convolutions(resnet) if layer.name.endswith("_0_conv")]


def changes(net):
    """How many of a net's 1x1 layers reduce, increase and keep the channels."""
    signs = [np.sign(layer.filters - layer.input.shape[-1]) for layer in pointwise(net)]
    return tuple(signs.count(sign) for sign in (-1, 1, 0))


# The addition


def test_N25_128_channels_cannot_be_added_to_64():
    """TRUE: Add refuses; with equal channels it adds."""
    with pytest.raises(ValueError):
        added((8, 8, 128), (8, 8, 64))
    assert added((8, 8, 64), (8, 8, 64)) == (8, 8, 64)


def test_N26_a_layer_with_stride_2_breaks_the_addition():
    """TRUE: 4x4 cannot be added to 8x8."""
    x = keras.Input((8, 8, 64))
    for strides, fits in ((1, True), (2, False)):
        y = layers.Conv2D(64, 3, strides=strides, padding="same")(x)
        if fits:
            assert layers.Add()([x, y]).shape == x.shape
        else:
            with pytest.raises(ValueError):
                layers.Add()([x, y])


@pytest.mark.parametrize("shape", [(8, 8, 1), (1, 1, 64), (64,), (8, 64)])
def test_M56_N24_not_every_unequal_shape_fails(shape):
    """IMPRECISE: meant, but Keras stretches axes of size one, and adds missing ones, silently."""
    assert added((8, 8, 64), shape) == (8, 8, 64)


def test_M54_a_1x1_layer_on_the_shortcut_matches_the_channels(resnet50):
    """TRUE: it makes an addition possible that failed; ResNet-50 has four."""
    x = keras.Input((8, 8, 64))
    main = layers.Conv2D(128, 3, padding="same")(x)
    with pytest.raises(ValueError):
        layers.Add()([main, x])
    assert layers.Add()([main, layers.Conv2D(128, 1)(x)]).shape == main.shape
    assert [layer.kernel_size for layer in shortcuts(resnet50)] == [(1, 1)] * 4
    assert [layer.filters for layer in shortcuts(resnet50)] == [256, 512, 1024, 2048]


def test_M57_at_the_border_of_a_stage_the_shortcut_has_to_shrink_too(resnet50):
    """IMPRECISE: padding keeps height and width inside a stage; three of ResNet-50's four
    projections take stride 2, because the maps beside them are halved."""
    assert [layer.strides for layer in shortcuts(resnet50)] == [(1, 1), (2, 2), (2, 2), (2, 2)]
    x = keras.Input((56, 56, 64))
    main = layers.Conv2D(128, 3, strides=2, padding="same")(x)
    with pytest.raises(ValueError):
        layers.Add()([main, layers.Conv2D(128, 1)(x)])  # the channels match, the size does not
    assert layers.Add()([main, layers.Conv2D(128, 1, strides=2)(x)]).shape == (None, 28, 28, 128)


def test_N27_the_projection_repairs_the_addition_and_skips_three_quarters():
    """TRUE: y = F(x) + W x. At stride 2 the projection reads one position of four."""
    x, w = normal(1, 8, 8, 16), matrix(read=16, filters=32)
    main = conv(x, normal(3, 3, 16, 32), strides=2, padding="same")
    projected = conv(x, w, strides=2)
    y = array(layers.Add()([main, projected]))
    assert np.allclose(y, main + x[:, ::2, ::2] @ w[0, 0], atol=1e-3)

    read = np.zeros((8, 8), bool)
    for i in range(8):
        for j in range(8):
            altered = x.copy()
            altered[0, i, j] += 1
            read[i, j] = not np.array_equal(conv(altered, w, strides=2), projected)
    assert read.mean() == 0.25 and read[::2, ::2].all()


# Sizes


def test_N28_the_formula_of_the_output_size():
    """TRUE: floor((n - f + 2p) / s) + 1, with p cells on each side."""
    for n in range(5, 12):
        for f in (1, 2, 3, 5):
            for p in (0, 1, 2):
                for s in (1, 2, 3):
                    padded = layers.ZeroPadding2D(p).compute_output_shape((None, n, n, 1))
                    size = layers.Conv2D(1, f, strides=s).compute_output_shape(padded)[1]
                    assert size == (n - f + 2 * p) // s + 1


def test_N29_padding_never_fits_a_1x1_shortcut():
    """IMPRECISE: its stride does. Padding 1 makes ten cells of eight, and the border holds nothing
    but the bias; Keras' "same" adds none to a 1x1 window."""
    x, w = normal(1, 8, 8, 3), matrix(read=3, filters=4)
    framed = conv(array(layers.ZeroPadding2D(1)(x)), w, np.full(4, 0.5))
    assert framed.shape == (1, 10, 10, 4)
    assert (framed[0, 0] == 0.5).all() and not (framed[0, 1:-1, 1:-1] == 0.5).any()
    for strides in (1, 2, 3):
        same, valid = (conv(x, w, strides=strides, padding=p) for p in ("same", "valid"))
        assert np.array_equal(same, valid)


def test_N30_a_strided_1x1_meets_a_strided_3x3():
    """TRUE for a 3x3 layer with padding: equal at every size. Without padding they differ."""

    def sizes(n):
        x = layers.ZeroPadding2D(1).compute_output_shape((None, n, n, 1))
        shapes = [
            layers.Conv2D(1, 3, strides=2).compute_output_shape(x),
            layers.Conv2D(1, 3, strides=2, padding="same").compute_output_shape((None, n, n, 1)),
            layers.Conv2D(1, 1, strides=2).compute_output_shape((None, n, n, 1)),
        ]
        return {shape[1] for shape in shapes}

    assert all(len(sizes(n)) == 1 for n in range(3, 100))
    valid = layers.Conv2D(1, 3, strides=2).compute_output_shape((None, 8, 8, 1))
    assert valid[1] == 3 and sizes(8) == {4}


def test_D39_where_the_size_is_halved_the_channels_are_doubled(resnet50, vgg16):
    """TRUE as a habit (VGG-16 stops at 512): a 3x3 layer then costs the same in every stage."""
    ends = [resnet50.get_layer(f"conv{n}_block3_out").output.shape for n in (2, 3, 4, 5)]
    for (_, high, _, few), (_, low, _, many) in zip(ends, ends[1:], strict=False):
        assert high == 2 * low and many == 2 * few
    middle = [macs(block[1]) for block in bottlenecks(resnet50)]
    assert len(set(middle)) == 1
    assert [vgg16.get_layer(f"block{n}_conv1").filters for n in (3, 4, 5)] == [256, 512, 512]


# The bottleneck


def test_M60_N32_a_bottleneck_is_1x1_3x3_1x1(resnet50):
    """TRUE: in all sixteen blocks of ResNet-50."""
    blocks = bottlenecks(resnet50)
    assert len(blocks) == 16
    for block in blocks:
        assert [layer.kernel_size[0] for layer in block] == [1, 3, 1]
        assert before(block[1]) is block[0] and before(block[2]) is block[1]


def test_M76_N33_its_first_1x1_reduces_and_its_last_restores(resnet50):
    """TRUE: the last brings back the channels that the addition needs. The first reduces in
    fifteen of sixteen blocks; in the very first it keeps 64."""
    reduced = 0
    for first, _, last in bottlenecks(resnet50):
        assert last.filters == 4 * last.input.shape[-1]
        reduced += first.filters < first.input.shape[-1]
    assert reduced == 15
    for first, _, last in bottlenecks(resnet50)[1:3]:
        assert first.input.shape[-1] == last.filters == 256 and first.filters == 64


def test_N31_bottlenecks_are_in_the_deeper_resnets(resnet50):
    """TRUE: 16 in ResNet-50 and 33 in ResNet-101, none in ResNet-18 and ResNet-34."""

    def count(net):
        wide = [layer for layer in convolutions(net) if layer.kernel_size == (3, 3)]
        return sum(getattr(before(layer), "kernel_size", None) == (1, 1) for layer in wide)

    assert [count(networks.resnet(depth)) for depth in (18, 34)] == [0, 0]
    assert count(resnet50) == 16
    assert count(keras.applications.ResNet101(weights=None)) == 33


def conv_weights(*sizes_and_widths, read):
    """Weights of a chain of convolutions, each given as (kernel size, filters)."""
    x, total = keras.Input((56, 56, read)), []
    for size, filters in sizes_and_widths:
        layer = layers.Conv2D(filters, size, padding="same", use_bias=False)
        x = layer(x)
        total.append(layer.count_params())
    return total


def test_M59_the_bottleneck_saves_by_shrinking_first():
    """TRUE: 69,632 weights instead of 1,179,648 in two 3x3 layers of 256 channels."""
    bottleneck = conv_weights((1, 64), (3, 64), (1, 256), read=256)
    basic = conv_weights((3, 256), (3, 256), read=256)
    assert bottleneck == [16_384, 36_864, 16_384] and sum(bottleneck) == 69_632
    assert sum(basic) == 1_179_648 and round(sum(basic) / sum(bottleneck), 1) == 16.9


def test_N52_its_3x3_layer_works_in_few_channels(resnet50):
    """TRUE: on 64 channels instead of 256 it has 16 times fewer weights."""
    _, middle, last = bottlenecks(resnet50)[1]
    assert (middle.filters, last.filters) == (64, 256)
    assert conv_weights((3, 256), read=256)[0] == 16 * weights(middle)


def test_N34_confined_the_3x3_is_no_longer_the_hungry_part(resnet50):
    """IMPRECISE: in one block it still does 52.9 % of the work; in the whole of ResNet-50 the 1x1
    layers do more (48.9 %) than the 3x3 layers (47.9 %), and hold 51.7 % of the weights."""
    block = bottlenecks(resnet50)[1]
    assert round(macs(block[1]) / sum(map(macs, block)), 3) == 0.529
    work, held = {}, {}
    for layer in convolutions(resnet50):
        size = layer.kernel_size[0]
        work[size] = work.get(size, 0) + macs(layer)
        held[size] = held.get(size, 0) + weights(layer)
    work["dense"] = weights(resnet50.layers[-1])
    share = {kind: round(100 * count / sum(work.values()), 1) for kind, count in work.items()}
    assert share == {7: 3.1, 1: 48.9, 3: 47.9, "dense": 0.1}
    assert round(100 * held[1] / sum(held.values()), 1) == 51.7


def test_N35_the_saving_is_not_without_loss():
    """IMPRECISE: 25.4 times fewer weights than three 3x3 layers on 256 channels, but what passes
    the middle has rank 64. The paper compares with two 3x3 layers on 64, at nearly equal cost."""
    bottleneck = sum(conv_weights((1, 64), (3, 64), (1, 256), read=256))
    three = sum(conv_weights((3, 256), (3, 256), (3, 256), read=256))
    papers = sum(conv_weights((3, 64), (3, 64), read=64))
    assert three == 1_769_472 and round(three / bottleneck, 1) == 25.4
    assert papers == 73_728 and 1 < papers / bottleneck < 1.1
    through = conv(normal(1, 20, 20, 256), matrix(read=256, filters=64))
    through = conv(through, matrix(read=64, filters=256, seed=1)).reshape(-1, 256)
    assert np.linalg.matrix_rank(through) == 64


def test_M34_whether_1x1_layers_mostly_reduce_depends_on_the_net(
    googlenet, resnet50, mobilenet, mobilenet_v2
):
    """IMPRECISE: (reduce, increase, keep). ResNet-50 without its four shortcuts: 15, 16, 1."""
    assert changes(googlenet) == (36, 0, 1)
    assert changes(mobilenet) == (1, 5, 8)
    assert changes(mobilenet_v2) == (17, 17, 0)
    assert changes(resnet50) == (15, 20, 1)
    assert all(layer.filters > layer.input.shape[-1] for layer in shortcuts(resnet50))
