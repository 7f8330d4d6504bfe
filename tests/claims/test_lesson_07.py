"""What popular tutorials say about Inception (lesson 07), claim by claim."""

import keras
import numpy as np
import pytest
from keras import layers

from tests.claims.common import (
    array,
    before,
    conv,
    convolutions,
    macs,
    normal,
    pointwise,
    source,
    weights,
)


def naive_module(x):
    """1x1 with 64 filters, 3x3 with 128, 5x5 with 32 and a 3x3 pooling, side by side."""
    branches = [layers.Conv2D(f, k, padding="same")(x) for f, k in ((64, 1), (128, 3), (32, 5))]
    pool = layers.MaxPooling2D(3, strides=1, padding="same")(x)
    return layers.Concatenate()([*branches, pool])


def module(x, f1=64, reduce3=96, f3=128, reduce5=16, f5=32, project=32):
    """Module 3a of GoogLeNet: 1x1 reductions before 3x3 and 5x5, one 1x1 after the pooling."""
    branch_1 = layers.Conv2D(f1, 1, activation="relu")(x)
    branch_3 = layers.Conv2D(reduce3, 1, activation="relu")(x)
    branch_3 = layers.Conv2D(f3, 3, padding="same", activation="relu")(branch_3)
    branch_5 = layers.Conv2D(reduce5, 1, activation="relu")(x)
    branch_5 = layers.Conv2D(f5, 5, padding="same", activation="relu")(branch_5)
    pool = layers.MaxPooling2D(3, strides=1, padding="same")(x)
    pool = layers.Conv2D(project, 1, activation="relu")(pool)
    return layers.Concatenate()([branch_1, branch_3, branch_5, pool])


def on_28x28x192(build):
    x = keras.Input((28, 28, 192))
    return keras.Model(x, build(x))


@pytest.fixture(scope="module")
def naive():
    return on_28x28x192(naive_module)


@pytest.fixture(scope="module")
def module_3a():
    return on_28x28x192(module)


def total_macs(net):
    return sum(map(macs, convolutions(net)))


def by_kernel_size(net):
    """MACs of the module's convolutions: {1: ..., 3: ..., 5: ...}."""
    return {
        size: sum(macs(layer) for layer in convolutions(net) if layer.kernel_size[0] == size)
        for size in (1, 3, 5)
    }


def joined(net):
    """The layers that each Concatenate of a net joins."""
    joins = [layer for layer in net.layers if isinstance(layer, layers.Concatenate)]
    return [[source(tensor) for tensor in join.input] for join in joins]


def pool_projections(net):
    """The 1x1 layers that read a pooling of stride 1."""
    return [
        layer
        for layer in pointwise(net)
        if isinstance(before(layer), layers.MaxPooling2D) and before(layer).strides == (1, 1)
    ]


# The module


def test_M48_N39_each_module_runs_several_kernel_sizes_side_by_side(googlenet):
    """TRUE: 1x1, 3x3, 5x5 and a pooling with a 1x1 after it, in all nine."""
    modules = joined(googlenet)
    assert len(modules) == 9
    for branches in modules:
        assert [layer.kernel_size[0] for layer in branches] == [1, 3, 5, 1]
        assert isinstance(before(branches[3]), layers.MaxPooling2D)


def test_M49_the_branches_are_stacked_along_channels(module_3a):
    """TRUE: 64 + 128 + 32 + 32 = 256 channels, nothing added up. Module 3a has 163,328 weights and
    128.05 million MACs, the paper's 128M."""
    join = module_3a.layers[-1]
    parts = keras.Model(module_3a.input, [*join.input, join.output])
    *branches, output = (array(y) for y in parts(normal(1, 28, 28, 192)))
    assert [branch.shape[-1] for branch in branches] == [64, 128, 32, 32]
    assert np.array_equal(output, np.concatenate(branches, axis=-1))
    assert sum(map(weights, convolutions(module_3a))) == 163_328
    assert total_macs(module_3a) == 128_049_152


def test_M19_joining_raises_the_depth_that_the_next_layer_reads(naive, module_3a):
    """TRUE: 192 -> 416 channels in the naive module; 256 with a projected pooling."""
    assert naive.output_shape[-1] == 64 + 128 + 32 + 192 == 416
    assert module_3a.output_shape[-1] == 256
    after = [layers.Conv2D(64, 3) for _ in range(2)]
    after[0](naive.input), after[1](naive.output)
    assert weights(after[1]) / weights(after[0]) == 416 / 192


def test_M50_unprojected_pooling_makes_the_width_grow_without_end():
    """TRUE: the pool passes on all it reads, so each module adds its own filters on top."""
    x, widths = keras.Input((28, 28, 192)), [192]
    for _ in range(3):
        x = naive_module(x)
        widths.append(x.shape[-1])
    assert widths == [192, 416, 640, 864]
    assert module(module(keras.Input((28, 28, 192)))).shape[-1] == 256


def test_D40_one_conv2d_has_one_kernel_size():
    """IMPRECISE: parallel branches are needed, or one 5x5 layer whose smaller kernels are framed by
    zeros, which costs as much as if all were 5x5."""
    with pytest.raises(ValueError):
        layers.Conv2D(8, (1, 3, 5))
    x, kernels = normal(1, 7, 7, 2), [normal(size, size, 2, 4) for size in (1, 3, 5)]
    branches = np.concatenate([conv(x, kernel, padding="same") for kernel in kernels], axis=-1)
    framed = [np.pad(k, [(2 - len(k) // 2,) * 2] * 2 + [(0, 0)] * 2) for k in kernels]
    one_layer = conv(x, np.concatenate(framed, axis=-1), padding="same")
    assert np.allclose(branches, one_layer, atol=1e-4)


def test_N40_no_scale_is_chosen():
    """IMPRECISE: the next layer weights the branches, once for all images. For each image its
    output is the sum of what all four branches put in, and all four were computed."""
    x = keras.Input((9, 9, 8))
    net = keras.Model(x, module(x, *[4] * 6))
    join = net.layers[-1]
    parts = keras.Model(net.input, join.input)(normal(20, 9, 9, 8))
    parts = [array(part) for part in parts]
    kernel = normal(1, 1, 16, 5)
    whole = conv(np.concatenate(parts, axis=-1), kernel)
    shares = [conv(part, kernel[:, :, 4 * i : 4 * i + 4]) for i, part in enumerate(parts)]
    assert np.allclose(whole, sum(shares), atol=1e-4)
    for share in shares:
        assert (abs(share).max((1, 2, 3)) > 0).all()


# What it costs


def test_N42_32_5x5_filters_on_28x28x192_cost_120_million(naive):
    """TRUE: 28 * 28 * 32 * 5 * 5 * 192 = 120,422,400 multiplications."""
    assert by_kernel_size(naive)[5] == 28 * 28 * 32 * 5 * 5 * 192 == 120_422_400


def test_N47_in_the_naive_module_the_5x5_filters_read_the_input_itself(naive):
    """TRUE: 32 kernels of 5x5x192."""
    wide = [layer for layer in convolutions(naive) if layer.kernel_size == (5, 5)]
    assert [tuple(layer.kernel.shape) for layer in wide] == [(5, 5, 192, 32)]
    assert before(wide[0]) is naive.layers[0]


def test_N43_120_million_is_one_branch_and_not_the_largest(naive):
    """IMPRECISE: the 3x3 branch costs 173,408,256 and the naive module 303,464,448."""
    costs = by_kernel_size(naive)
    assert costs[3] == 173_408_256 > costs[5] == 120_422_400
    assert total_macs(naive) == 303_464_448


def test_N41_naive_modules_explode_in_cost():
    """TRUE: each one costs more than the one before it, by 224 more channels to read."""
    x, costs = keras.Input((28, 28, 192)), []
    inputs = x
    for _ in range(3):
        x = naive_module(x)
        costs.append(total_macs(keras.Model(inputs, x)) - sum(costs))
    assert costs[0] == 303_464_448
    assert [cost / costs[0] for cost in costs] == pytest.approx([1, 416 / 192, 640 / 192])


def test_B33_a_modest_number_of_5x5_filters_is_expensive(naive):
    """TRUE: 32 of the module's 224 filters, a seventh, do two fifths of the work."""
    share = by_kernel_size(naive)[5] / total_macs(naive)
    assert 32 / (64 + 128 + 32) == 1 / 7 and round(share, 2) == 0.4


@pytest.fixture(scope="module")
def reduced_5x5():
    """192 -> 16 channels by 1x1, then 32 filters of 5x5."""
    return on_28x28x192(
        lambda x: layers.Conv2D(32, 5, padding="same")(layers.Conv2D(16, 1)(x)),
    )


def test_N44_reduced_first_the_branch_costs_12_4_million(reduced_5x5):
    """TRUE: 2,408,448 + 10,035,200 = 12,443,648, with 15,920 parameters instead of 153,632."""
    assert [macs(layer) for layer in convolutions(reduced_5x5)] == [2_408_448, 10_035_200]
    assert total_macs(reduced_5x5) == 12_443_648
    assert reduced_5x5.count_params() == 15_920
    assert on_28x28x192(layers.Conv2D(32, 5)).count_params() == 153_632


def test_N45_that_is_a_tenth(naive, reduced_5x5):
    """TRUE: 10.3 %, or 9.68 times fewer."""
    ratio = by_kernel_size(naive)[5] / total_macs(reduced_5x5)
    assert round(ratio, 2) == 9.68 and round(100 / ratio, 1) == 10.3


def test_N46_the_channels_are_cut_to_a_twelfth(reduced_5x5):
    """IMPRECISE: 16 of 192 are 8.3 %, not a tenth; it is the cost that falls to a tenth."""
    reduce = convolutions(reduced_5x5)[0]
    assert reduce.input.shape[-1] / reduce.filters == 12


def test_N53_1x1_first_cuts_the_cost_of_the_scales(naive, module_3a):
    """TRUE: 2.37 times fewer MACs for the module; 9.68 times holds for its 5x5 branch alone."""
    assert round(total_macs(naive) / total_macs(module_3a), 2) == 2.37


def test_M52_a_reduction_with_relu_serves_two_purposes():
    """TRUE: without it 1x1 and 5x5 are one 5x5 layer of low rank; with it they are not."""
    narrow, wide = normal(1, 1, 192, 16) / 14, normal(5, 5, 16, 32, seed=1) / 20
    product = narrow[0, 0] @ wide  # one kernel of 5x5 from 192 to 32
    x = normal(1, 8, 8, 192, seed=2)
    one_layer = conv(x, product, padding="same")
    linear = conv(conv(x, narrow), wide, padding="same")
    rectified = conv(conv(x, narrow, activation="relu"), wide, padding="same")
    assert np.linalg.matrix_rank(product[2, 2]) == 16
    assert np.allclose(one_layer, linear, atol=1e-3)
    assert not np.allclose(one_layer, rectified, atol=0.1)


# Where the 1x1 layers are


def test_B34_1x1_reductions_come_before_3x3_and_5x5(googlenet):
    """TRUE: in all nine modules, and each reduces."""
    for _, three, five, _ in joined(googlenet):
        for wide in (three, five):
            reduce = before(wide)
            assert reduce.kernel_size == (1, 1) and reduce.filters < reduce.input.shape[-1]


def test_M51_no_1x1_comes_before_a_7x7(googlenet):
    """FALSE: the redesign has 3x3 and 5x5; the net's one 7x7 layer reads the image."""
    wide = [layer for layer in convolutions(googlenet) if layer.kernel_size == (7, 7)]
    assert len(wide) == 1 and isinstance(before(wide[0]), layers.InputLayer)


def test_N48_a_1x1_stands_after_the_pooling_and_one_alone(googlenet):
    """IMPRECISE: of a module's four 1x1 layers two come before the large kernels."""
    for one, three, five, project in joined(googlenet):
        assert before(three).kernel_size == before(five).kernel_size == (1, 1)
        assert one.kernel_size == project.kernel_size == (1, 1)
        assert isinstance(before(project), layers.MaxPooling2D)


def test_M47_after_pooling_googlenet_never_increases(googlenet):
    """FALSE: all nine pool projections reduce; not one of the 37 1x1 layers increases."""
    projections = pool_projections(googlenet)
    assert len(projections) == 9
    assert all(layer.filters < layer.input.shape[-1] for layer in projections)
    assert all(layer.filters <= layer.input.shape[-1] for layer in pointwise(googlenet))


def test_M40_increasing_after_pooling_is_rare(googlenet, resnet50):
    """IMPRECISE: of the 1x1 layers that read a pooling, in the nets that the tutorial cites, one
    increases the maps: the shortcut of ResNet-50's first block (64 -> 256)."""
    after = [
        (layer.input.shape[-1], layer.filters)
        for net in (googlenet, resnet50)
        for layer in pointwise(net)
        if isinstance(before(layer), layers.MaxPooling2D)
    ]
    assert [(read, made) for read, made in after if made > read] == [(64, 256)]
    assert len([1 for read, made in after if made < read]) >= 9


# The whole net


def test_N49_googlenet_is_not_modules_all_the_way(googlenet):
    """IMPRECISE: nine modules. The three convolutions of the stem do a quarter of the work, and
    poolings of stride 2 stand between the modules."""
    stem = [layer for layer in convolutions(googlenet) if layer.output.shape[1] > 28]
    assert len(stem) == 3 and sum(map(macs, stem)) / total_macs(googlenet) > 0.25
    pools = [layer for layer in googlenet.layers if isinstance(layer, layers.MaxPooling2D)]
    assert [pool.strides for pool in pools].count((2, 2)) == 4
    assert len(joined(googlenet)) == 9


def test_N51_many_later_nets_do_not_join_kernel_sizes(googlenet, vgg16, resnet50, mobilenet):
    """IMPRECISE: VGG-16, ResNet-50 and MobileNet have no join of branches with different sizes."""

    def joins_sizes(net):
        sizes = [
            {layer.kernel_size for layer in branches if isinstance(layer, layers.Conv2D)}
            for branches in joined(net)
        ]
        return any(len(several) > 1 for several in sizes)

    assert [joins_sizes(net) for net in (googlenet, vgg16, resnet50, mobilenet)] == [
        True,
        False,
        False,
        False,
    ]
