"""What popular tutorials say about the 1x1 convolution (lesson 05), claim by claim.

The ids are those of data/claims.csv, where the sentences stand with their sources.
"""

import keras
import numpy as np
import pytest
from keras import layers

from tests.claims.common import (
    array,
    conv,
    convolutions,
    matrix,
    normal,
    parameters,
    reads,
)


@pytest.fixture(scope="module")
def maps():
    """Two images of 7x9 pixels with 32 channels."""
    return normal(2, 7, 9, 32)


def worked_model(*widths):
    """3x3 with 512 filters on 256x256x3, then 1x1 layers. Built, never run: 128 MiB an image."""
    model = keras.Sequential([keras.Input((256, 256, 3))])
    model.add(layers.Conv2D(512, 3, padding="same", activation="relu"))
    for width in widths:
        model.add(layers.Conv2D(width, 1, activation="relu"))
    return model


# One filter at one pixel


def test_N14_the_example_of_three_channels():
    """TRUE: (2, 1, -1) under the weights (0.5, 1, -0.5) and no bias is 2.5."""
    x, w = np.array([2, 1, -1], "float32"), np.array([0.5, 1, -0.5])
    assert conv(x.reshape(1, 1, 1, 3), w.reshape(1, 1, 3, 1)).item() == 2.5


def test_N01_a_1x1_layer_is_a_convolution_with_a_small_kernel(maps):
    """TRUE: the definition of a convolution, with its loops over a 1x1 window, gives its output."""
    for size in (3, 1):
        kernel = normal(size, size, 32, 4)
        by_definition = np.zeros((2, 7 - size + 1, 9 - size + 1, 4), "float32")
        for i in range(size):
            for j in range(size):
                rows, columns = slice(i, 7 - size + 1 + i), slice(j, 9 - size + 1 + j)
                by_definition += maps[:, rows, columns] @ kernel[i, j]
        assert np.allclose(conv(maps, kernel), by_definition, atol=1e-4)


def test_M27_it_does_count_as_a_convolution(maps):
    """IMPRECISE: it is the 3x3 convolution whose eight outer weights are zero."""
    kernel = matrix(read=32, filters=4)
    framed = np.pad(kernel, ((1, 1), (1, 1), (0, 0), (0, 0)))
    assert np.allclose(conv(maps, kernel), conv(maps, framed, padding="same"), atol=1e-5)


def test_M23_a_filter_has_a_weight_for_each_channel():
    """TRUE: 512 channels, 512 weights, and the bias."""
    assert parameters(layers.Conv2D(1, 1, use_bias=False), 8, 8, 512) == 512
    assert parameters(layers.Conv2D(1, 1), 8, 8, 512) == 512 + 1


def test_N10_a_filter_on_32_channels_adds_32_products_and_a_bias(maps):
    """TRUE: z is the sum over the channels of weight times value, plus b."""
    w = normal(32)
    z = sum(w[c] * maps[..., c] for c in range(32)) + 0.5
    assert np.allclose(conv(maps, w.reshape(1, 1, 32, 1), [0.5])[..., 0], z, atol=1e-4)


def test_M63_one_weight_does_not_make_a_map(maps):
    """FALSE: each of the filter's weights reads another channel, and each changes the map."""
    kernel = matrix(read=32, filters=1)
    assert kernel.size == 32
    for channel in range(32):
        without = kernel.copy()
        without[0, 0, channel] = 0
        assert not np.allclose(conv(maps, kernel), conv(maps, without), atol=1e-3)


def test_M70_filters_are_as_deep_as_the_input_and_each_gives_one_number_a_block():
    """TRUE: a block of 3x3x64 becomes one number a filter; depth comes back by their number."""
    block = normal(1, 3, 3, 64)
    for filters in (1, 64):
        layer = layers.Conv2D(filters, 3)
        assert layer(block).shape == (1, 1, 1, filters)
        assert layer.kernel.shape[2] == 64


def test_M30_it_fits_anywhere_and_sets_the_number_of_maps():
    """TRUE: put between any two layers of a net, it changes the channels and nothing else."""
    net = [layers.Conv2D(8, 3), layers.MaxPooling2D(2), layers.Conv2D(16, 3, strides=2)]
    x = normal(1, 20, 30, 3)
    for layer in [*net, layers.GlobalAveragePooling2D(keepdims=True)]:
        for filters in (1, 50):
            assert layers.Conv2D(filters, 1)(x).shape == (*x.shape[:-1], filters)
        x = layer(x)


def test_B25_one_filter_leaves_one_map(maps):
    """TRUE: H x W x D with one filter of 1x1xD gives H x W x 1."""
    layer = layers.Conv2D(1, 1)
    assert layer(maps).shape == (2, 7, 9, 1) and layer.kernel.shape == (1, 1, 32, 1)


def test_N15_M29_B26_as_many_outputs_a_pixel_as_filters(maps):
    """TRUE: N filters give N summaries at each pixel, each what its filter gives alone."""
    kernel = matrix(read=32, filters=40)
    together = conv(maps, kernel)
    assert together.shape == (2, 7, 9, 40)
    for n in range(40):
        alone = conv(maps, kernel[..., n : n + 1])
        assert np.allclose(together[..., n : n + 1], alone, atol=1e-4)


def test_B31_depth_shrinks_only_with_few_filters():
    """IMPRECISE: fewer filters than channels reduce; as many keep, more increase."""
    for filters in (100, 200, 300):
        assert layers.Conv2D(filters, 1)(normal(1, 5, 5, 200)).shape[-1] == filters


def test_B32_200_channels_become_one_only_under_one_filter():
    """IMPRECISE: one filter leaves one channel of 200; three filters leave three."""
    x = normal(1, 5, 5, 200)
    assert [layers.Conv2D(n, 1)(x).shape[-1] for n in (1, 3)] == [1, 3]


# The same at every pixel: a dense layer on the channels


def test_N09_one_linear_combination_of_the_channels_at_each_position(maps):
    """TRUE: at every position the channels, as a vector, times one matrix."""
    kernel = matrix(read=32, filters=8)
    y = conv(maps, kernel)
    for i in range(7):
        for j in range(9):
            assert np.allclose(y[:, i, j], maps[:, i, j] @ kernel[0, 0], atol=1e-4)


@pytest.fixture(scope="module")
def twins(maps):
    """Conv2D(8, 1) and Dense(8) with the same weights."""
    conv2d, dense = layers.Conv2D(8, 1), layers.Dense(8)
    dense.build(maps.shape)
    conv2d.build(maps.shape)
    kernel, bias = normal(32, 8), normal(8, seed=1)
    dense.set_weights([kernel, bias])
    conv2d.set_weights([kernel[None, None], bias])
    return conv2d, dense


def test_M24_a_filter_is_one_neuron_that_reads_the_same_position_of_all_maps(maps, twins):
    """TRUE: filter n at a pixel gives what neuron n gives on that pixel's channels."""
    conv2d, dense = (array(layer(maps)) for layer in twins)
    one_neuron = maps[1, 4, 5] @ array(twins[1].kernel)[:, 3] + array(twins[1].bias)[3]
    assert np.isclose(conv2d[1, 4, 5, 3], one_neuron, atol=1e-4)
    assert np.isclose(dense[1, 4, 5, 3], one_neuron, atol=1e-4)


def test_N08_it_is_a_fully_connected_layer_computed_by_convolution(maps, twins):
    """TRUE: Conv2D(8, 1) and Dense(8) with the same weights give the same maps."""
    conv2d, dense = (array(layer(maps)) for layer in twins)
    assert conv2d.shape == dense.shape == (2, 7, 9, 8)
    assert np.allclose(conv2d, dense, atol=1e-4)


def test_M64_conv2d_and_dense_have_the_same_weights_and_biases():
    """TRUE: Conv2D(512, 1) and Dense(512) have as many, and the kernels are one matrix."""
    conv2d, dense = layers.Conv2D(512, 1), layers.Dense(512)
    assert parameters(conv2d, 7, 9, 32) == parameters(dense, 7, 9, 32) == 32 * 512 + 512
    assert conv2d.kernel.shape == (1, 1, *dense.kernel.shape)
    assert conv2d.bias.shape == dense.bias.shape


def test_M65_dense_reduces_channels_just_as_well(maps, twins):
    """FALSE: 32 -> 8 by either is the same numbers. It is Flatten before Dense that differs."""
    conv2d, dense = (array(layer(maps)) for layer in twins)
    assert np.allclose(conv2d, dense, atol=1e-4)
    flattened = keras.Sequential([keras.Input((7, 9, 32)), layers.Flatten(), layers.Dense(8)])
    assert flattened(maps).shape == (2, 8)
    assert flattened.count_params() == 7 * 9 * 32 * 8 + 8


def test_D35_it_is_a_dense_layer_on_a_table_of_pixels(maps):
    """TRUE: reshaped to (H * W, C) rows, one matrix product gives the same."""
    kernel = matrix(read=32, filters=8)
    table = maps.reshape(-1, 32) @ kernel[0, 0]
    assert np.allclose(conv(maps, kernel), table.reshape(2, 7, 9, 8), atol=1e-4)


def test_N11_the_layer_treats_positions_as_separate_samples(maps):
    """TRUE of the layer (the pixels of a photograph are not independent): a changed pixel changes
    its own output and no other."""
    kernel = matrix(read=32, filters=8)
    altered = maps.copy()
    altered[0, 2, 3] += 1
    changed = (conv(altered, kernel) != conv(maps, kernel)).any(-1)
    assert changed[0, 2, 3] and changed.sum() == 1


def test_N12_all_positions_share_the_kernel():
    """TRUE: the same pixel gives the same output wherever it stands, at any picture size."""
    pixel, kernel = normal(32), matrix(read=32, filters=8)
    y = conv(np.tile(pixel, (1, 6, 4, 1)), kernel)
    assert np.allclose(y, y[0, 0, 0], atol=1e-5)
    sizes = [(1, 1), (6, 4), (256, 256)]
    assert {parameters(layers.Conv2D(8, 1), *size, 32) for size in sizes} == {32 * 8 + 8}


def test_N13_gradients_teach_which_channels_matter_shared_or_not():
    """IMPRECISE: with weights of its own at each position a layer finds the channel that matters,
    too. Sharing is not the cause; it leaves one set of weights to learn."""
    x = normal(5000, 6, 3)  # samples, positions, channels
    wanted = x[..., 1:2]  # channel 1 is all that matters
    shared = layers.Conv1D(1, 1, use_bias=False)
    own = layers.EinsumDense("npc,pcf->npf", output_shape=(6, 1))
    for layer in (shared, own):
        model = keras.Sequential([keras.Input((6, 3)), layer])
        model.compile(keras.optimizers.SGD(0.3), loss="mse", jit_compile=False)
        model.fit(x, wanted, batch_size=50, epochs=1, verbose=0)
    assert np.allclose(array(shared.kernel)[0, :, 0], [0, 1, 0], atol=0.05)
    assert np.allclose(array(own.kernel)[..., 0], np.tile([0, 1, 0], (6, 1)), atol=0.05)


# It sees one pixel


def test_M26_N21_it_reads_no_neighbour():
    """TRUE: of 7x7 pixels the output in the middle reads one; that of a 3x3 layer reads nine."""
    one = reads(lambda x: conv(x, matrix(read=3, filters=4)))
    nine = reads(lambda x: conv(x, normal(3, 3, 3, 4), padding="same"))
    assert one.sum() == 1 and one[3, 3]
    assert nine.sum() == 9


def shuffled_first_and_last(kernel):
    """Do shuffling the pixels before the layer and after it give the same?"""
    x = normal(1, 8, 8, 3)
    order = np.random.default_rng(0).permutation(64)

    def shuffled(y):
        return y.reshape(1, 64, -1)[:, order].reshape(y.shape)

    first, last = (
        conv(shuffled(x), kernel, padding="same"),
        shuffled(conv(x, kernel, padding="same")),
    )
    return np.allclose(first, last, atol=1e-4)


def test_N06_D34_it_finds_no_pattern_in_space():
    """TRUE: it cannot tell a picture from its shuffled pixels; a 3x3 layer can."""
    assert shuffled_first_and_last(matrix(read=3, filters=4))
    assert not shuffled_first_and_last(normal(3, 3, 3, 4))


def test_M25_stride_1_without_padding_keeps_height_and_width():
    """TRUE: from n cells a 1x1 window takes n positions; a 3x3 window takes n - 2."""
    for n in (1, 5, 28):
        x = normal(1, n + 2, n + 2, 3)
        assert layers.Conv2D(4, 1, padding="valid")(x).shape[1:3] == (n + 2, n + 2)
        assert layers.Conv2D(4, 3, padding="valid")(x).shape[1:3] == (n, n)


def test_N22_with_stride_2_it_does_change_height_and_width():
    """IMPRECISE: space stays at stride 1; at stride 2 eight cells become four."""
    x = normal(1, 8, 8, 3)
    assert [layers.Conv2D(4, 1, strides=s)(x).shape[1:3] for s in (1, 2)] == [(8, 8), (4, 4)]


# The worked models on 256x256x3


def test_M68_the_first_layer_has_14_336_parameters():
    """TRUE: 512 filters of 3x3x3, and 512 biases."""
    assert worked_model().count_params() == 3 * 3 * 3 * 512 + 512 == 14_336


def test_M31_the_first_layer_gives_256x256x512():
    """TRUE: with padding "same"; without it two rows and columns are lost."""
    assert worked_model().output_shape == (None, 256, 256, 512)
    valid = layers.Conv2D(512, 3).compute_output_shape((None, 256, 256, 3))
    assert valid == (None, 254, 254, 512)


def test_M32_512_filters_of_1x1_keep_the_512_maps():
    """TRUE: height, width and number of maps stay; 262,656 parameters are added."""
    model = worked_model(512)
    assert model.output_shape == worked_model().output_shape == (None, 256, 256, 512)
    assert model.layers[-1].count_params() == 262_656 and model.count_params() == 276_992


def test_M72_256x256_has_no_part_in_262_656():
    """TRUE: with height and width left open the layer has the same 512 * 512 + 512."""
    sizes = [(None, None), (1, 1), (256, 256)]
    counts = {parameters(layers.Conv2D(512, 1), *size, 512) for size in sizes}
    assert counts == {512 * 512 + 512} == {262_656}


def test_M33_64_filters_make_64_maps_of_512():
    """TRUE: height and width stay; 32,832 parameters."""
    model = worked_model(64)
    assert model.output_shape == (None, 256, 256, 64)
    assert model.layers[-1].count_params() == 512 * 64 + 64 == 32_832
    assert model.count_params() == 47_168


def test_M66_from_512_to_64_takes_64_filters_of_1x1x512():
    """TRUE: the kernel holds 64 of them."""
    assert worked_model(64).layers[-1].kernel.shape == (1, 1, 512, 64)


def test_M06_B28_it_can_reduce_the_maps_and_so_the_cost_of_what_follows():
    """TRUE (when there are fewer filters than channels): a 3x3 layer after it has less to do."""
    x = keras.Input((28, 28, 512))
    reduced = layers.Conv2D(64, 1)(x)
    assert reduced.shape == (None, 28, 28, 64)
    direct, after = layers.Conv2D(64, 3), layers.Conv2D(64, 3)
    assert parameters(direct, 28, 28, 512) > 512 * 64 + 64 + parameters(after, *reduced.shape[1:])


def test_M69_after_the_reduction_there_are_8_times_fewer_values():
    """FALSE: 64 maps, not 64 maps of 512 channels: each filter has summed its 512 products."""
    before, after = (np.prod(layer.output.shape[1:]) for layer in worked_model(64).layers)
    assert (before, after) == (33_554_432, 4_194_304) and before == 8 * after


def test_M08_it_can_increase_the_maps():
    """TRUE: more filters than channels."""
    assert layers.Conv2D(1024, 1)(normal(1, 2, 2, 512)).shape == (1, 2, 2, 1024)


def test_M39_1024_filters_double_the_maps():
    """TRUE: height and width stay; 525,312 parameters."""
    model = worked_model(1024)
    assert model.output_shape == (None, 256, 256, 1024)
    assert model.layers[-1].count_params() == 512 * 1024 + 1024 == 525_312
    assert model.count_params() == 539_648


def test_M03_published_nets_grow_wider_with_depth(vgg16, resnet50):
    """TRUE as a habit of many nets: VGG-16 and what the stages of ResNet-50 pass on."""
    vgg = [layer.filters for layer in convolutions(vgg16)]
    stages = [resnet50.get_layer(f"conv{n}_block1_out").output.shape[-1] for n in (2, 3, 4, 5)]
    for widths in (vgg, stages):
        assert widths == sorted(widths) and widths[-1] == 8 * widths[0]


# It mixes all channels


def test_M07_every_output_mixes_all_inputs():
    """IMPRECISE: 512 -> 512 keeps the number of maps, but it is not one map to one: all pairs are
    joined. One to one would be a depthwise layer, with one weight a map."""
    x = np.eye(12, dtype="float32").reshape(12, 1, 1, 12)  # one channel lit at a time
    mixed = conv(x, matrix(read=12, filters=12)).reshape(12, 12)
    apart = array(layers.DepthwiseConv2D(1, use_bias=False)(x)).reshape(12, 12)
    assert (mixed != 0).sum() == 12 * 12 and (apart != 0).sum() == 12


def test_M71_42_maps_come_from_42_filters_of_depth_512():
    """FALSE: not one filter of depth 1 repeated 42 times: 21,546 parameters, and 42 maps that
    differ."""
    layer = layers.Conv2D(42, 1)
    maps = array(layer(normal(1, 4, 4, 512)))[0].reshape(16, 42)
    assert layer.count_params() == 42 * 512 + 42 == 21_546
    assert len(np.unique(maps, axis=1).T) == 42


def test_M09_it_is_affine_and_no_projection():
    """IMPRECISE: with a bias zero does not give zero, and twice is not once, as it would be for a
    projection in the sense of linear algebra."""
    zero, one = np.zeros((1, 1, 1, 3), "float32"), normal(1, 1, 1, 3)
    kernel = matrix(read=3, filters=3)
    assert np.allclose(conv(zero, kernel, [1, 1, 1]), 1)
    once = conv(one, kernel)
    assert not np.allclose(conv(once, kernel), once, atol=0.1)


def test_N02_it_multiplies_by_a_coefficient_only_on_one_channel(maps):
    """IMPRECISE: on 32 channels no single coefficient turns a map into the output."""
    y, x = conv(maps, matrix(read=32, filters=1))[..., 0], maps[..., 0]
    best = (x * y).sum() / (x * x).sum()
    assert not np.allclose(y, best * x, atol=1)


def test_B24_on_one_channel_it_multiplies_every_value_by_a_number():
    """TRUE: one channel, one filter, no bias."""
    x = normal(1, 5, 5, 1)
    assert np.allclose(conv(x, np.full((1, 1, 1, 1), 3)), 3 * x)


# What a reduction loses


def test_B29_few_filters_embed_the_channels_in_few_dimensions():
    """TRUE: what four filters make of 32 channels has rank four, whatever is done after."""
    reduced = conv(normal(1, 20, 20, 32), matrix(read=32, filters=4))
    widened = conv(reduced, matrix(read=4, filters=32, seed=1))
    assert np.linalg.matrix_rank(widened.reshape(-1, 32)) == 4


def test_M36_what_the_64_maps_hold_is_not_all_that_mattered():
    """IMPRECISE: a 512 -> 64 map has 448 directions that it cannot see; a change along them
    is large before it and nothing after it."""
    kernel = normal(512, 64).astype("float64")
    unseen = np.linalg.svd(kernel.T)[2][64:]  # what the 64 filters answer with zero
    assert unseen.shape[0] == 448
    x = normal(1, 4, 4, 512)
    altered = x + 10 * unseen[0].astype("float32")
    assert np.linalg.norm(altered - x) > 30
    after = [conv(maps, kernel[None, None]) for maps in (x, altered)]
    assert np.allclose(*after, atol=1e-2)


def test_M73_a_reduction_combines_channels_and_is_not_one_to_one():
    """FALSE: 512 -> 64 sends different pixels to the same answer (rank 64), and each answer
    depends on all 512 channels."""
    kernel = normal(512, 64)
    assert np.linalg.matrix_rank(kernel) == 64 < 512
    answers = conv(np.eye(512, dtype="float32").reshape(512, 1, 1, 512), kernel[None, None])
    assert (answers != 0).all()


def test_M41_increasing_adds_no_content():
    """IMPRECISE: 8 -> 16 without an activation leaves rank 8. ReLU raises the rank, but by a
    function of the same eight numbers."""
    x = normal(1, 16, 16, 8)
    wider = conv(x, matrix(read=8, filters=16, seed=1)).reshape(-1, 16)
    assert np.linalg.matrix_rank(wider) == 8
    assert np.linalg.matrix_rank(np.maximum(wider, 0)) == 16


def test_N36_it_makes_no_new_information():
    """TRUE (as of every layer): pixels that are equal stay equal, after a ReLU, too."""
    x = normal(1, 6, 6, 8)
    x[0, 5, 5] = x[0, 0, 0]
    y = conv(x, matrix(read=8, filters=40), activation="relu")
    assert np.allclose(y[0, 5, 5], y[0, 0, 0], atol=1e-6)
    assert not np.allclose(y[0, 5, 5], y[0, 1, 1], atol=0.1)


def two_layers(x, activation):
    """8 -> 6 -> 3 channels, and the one layer that has the product of the matrices."""
    first, second = matrix(read=8, filters=6), matrix(read=6, filters=3, seed=1)
    return conv(conv(x, first, activation=activation), second), conv(x, first @ second)


def test_M28_with_a_nonlinearity_two_layers_do_more_than_one():
    """TRUE: without it they are one matrix (which a narrow middle may make cheaper); with it no
    single 1x1 layer gives the same, the best one included."""
    x = normal(1, 16, 16, 8, seed=2)
    assert np.allclose(*two_layers(x, None), atol=1e-4)
    y = two_layers(x, "relu")[0].reshape(-1, 3)
    pixels = np.hstack([x.reshape(-1, 8), np.ones((256, 1))])
    best = pixels @ np.linalg.lstsq(pixels, y, rcond=None)[0]
    assert abs(best - y).mean() > 0.1


def test_B30_the_nonlinearity_is_the_activations_not_the_layers():
    """IMPRECISE: a 1x1 layer without activation adds none; f(a + b) = f(a) + f(b)."""
    a, b, kernel = normal(1, 4, 4, 8), normal(1, 4, 4, 8, seed=1), matrix(read=8, filters=6)
    for activation, additive in ((None, True), ("relu", False)):
        parts = conv(a, kernel, activation=activation) + conv(b, kernel, activation=activation)
        whole = conv(a + b, kernel, activation=activation)
        assert np.allclose(whole, parts, atol=1e-4) == additive


# Beside pooling


def test_M05_N07_pooling_over_channels_has_no_weights_and_leaves_one_map():
    """IMPRECISE: a 1x1 layer is like it in reading all channels of a pixel. But pooling learns
    nothing, and cannot leave three maps of five, or nine."""
    x = normal(1, 8, 8, 5)
    assert keras.ops.max(x, axis=-1, keepdims=True).shape == (1, 8, 8, 1)
    for filters in (3, 9):
        layer = layers.Conv2D(filters, 1)
        assert layer(x).shape == (1, 8, 8, filters)
        assert len(layer.trainable_weights) == 2 and layer.count_params() == 5 * filters + filters


def test_M22_pooling_keeps_the_channels():
    """TRUE: five maps in, five maps out, each from its own map."""
    x = normal(1, 8, 8, 5)
    pooled = array(layers.MaxPooling2D(2)(x))
    assert pooled.shape == (1, 4, 4, 5)
    assert np.array_equal(pooled[..., 3:4], array(layers.MaxPooling2D(2)(x[..., 3:4])))


def test_N17_pooling_has_no_parameters():
    """TRUE: "without many" is none at all."""
    for layer in (layers.MaxPooling2D(2), layers.AveragePooling2D(2)):
        assert layer(normal(1, 8, 8, 5)).shape == (1, 4, 4, 5) and layer.count_params() == 0


def test_N18_pooling_does_not_have_to_shrink():
    """IMPRECISE: it never changes the channels; at stride 1 with padding it does not change
    height and width, either."""
    x = normal(1, 8, 8, 5)
    assert layers.MaxPooling2D(3, strides=1, padding="same")(x).shape == (1, 8, 8, 5)
    assert layers.MaxPooling2D(2)(x).shape == (1, 4, 4, 5)


def test_M74_pooling_reduces_values_and_not_channels():
    """IMPRECISE: of "features" as numbers pooling leaves a quarter; as channels it leaves all."""
    x = normal(1, 8, 8, 5)
    pooled, mixed = array(layers.MaxPooling2D(2)(x)), array(layers.Conv2D(2, 1)(x))
    assert 4 * pooled.size == x.size and pooled.shape[-1] == 5
    assert mixed.shape == (1, 8, 8, 2)


def test_M75_a_sum_over_channels_is_one_filter_that_never_learns():
    """IMPRECISE: it equals the filter of ones, and no other; and it leaves one map only."""
    x = normal(1, 4, 4, 32)
    total = x.sum(-1, keepdims=True)
    assert np.allclose(conv(x, np.ones((1, 1, 32, 1))), total, atol=1e-4)
    assert not np.allclose(conv(x, matrix(read=32, filters=1)), total, atol=0.1)


def test_N19_other_layers_change_the_channels_too():
    """IMPRECISE: at equal height and width Dense, a slice and appended zeros do it as well."""
    x = normal(1, 8, 8, 5)
    assert layers.Dense(3)(x).shape == (1, 8, 8, 3)
    assert x[..., :3].shape == (1, 8, 8, 3)
    assert keras.ops.pad(x, ((0, 0), (0, 0), (0, 0), (0, 4))).shape == (1, 8, 8, 9)


# What it costs, and what it saves


def kernel_weights(size, read, filters):
    return parameters(layers.Conv2D(filters, size, use_bias=False), 32, 32, read)


def test_M20_the_input_depth_costs():
    """TRUE: twice as many maps to read, twice as many weights at every position."""
    for size in (1, 3, 7):
        assert kernel_weights(size, 512, 64) == 2 * kernel_weights(size, 256, 64)


def test_M04_large_kernels_cost_by_their_area():
    """TRUE: 5x5 costs 2.78 times a 3x3 layer, 7x7 5.44 times."""
    three, five, seven = (kernel_weights(size, 64, 64) for size in (3, 5, 7))
    assert (round(five / three, 2), round(seven / three, 2)) == (2.78, 5.44)


def test_N20_N23_the_same_change_of_channels_costs_far_less_by_1x1():
    """TRUE: a ninth of a 3x3 layer and a 25th of a 5x5 layer."""
    one, three, five = (kernel_weights(size, 192, 16) for size in (1, 3, 5))
    assert three == 9 * one and five == 25 * one


@pytest.fixture(scope="module")
def seven_by_seven():
    """A 7x7 layer directly on 512 maps; a 1x1 layer to 64 and a 7x7 layer on its maps."""
    maps = keras.Input((256, 256, 512))
    direct, reduce, after = layers.Conv2D(64, 7), layers.Conv2D(64, 1), layers.Conv2D(64, 7)
    direct(maps)
    after(reduce(maps))
    return direct, reduce, after


def test_M37_7x7_on_512_maps_takes_1_6_million_and_not_one(seven_by_seven):
    """FALSE: 1,605,696 parameters."""
    assert seven_by_seven[0].count_params() == 7 * 7 * 512 * 64 + 64 == 1_605_696


def test_M38_after_the_reduction_7x7_takes_200_768(seven_by_seven):
    """TRUE; but the reduction adds 32,832: together 233,600, which is 6.87 times fewer."""
    direct, reduce, after = (layer.count_params() for layer in seven_by_seven)
    assert after == 200_768 and reduce + after == 233_600
    assert round(direct / (reduce + after), 2) == 6.87


def test_M35_the_7x7_layer_then_works_on_depth_64(seven_by_seven):
    """TRUE: its kernel is 64 channels deep, not 512."""
    direct, _, after = seven_by_seven
    assert direct.kernel.shape == (7, 7, 512, 64) and after.kernel.shape == (7, 7, 64, 64)


def test_M67_depth_512_and_depth_64_are_two_layers(seven_by_seven):
    """FALSE: there is no contradiction. The 1x1 filters are 512 deep, and the filters of the layer
    after them 64."""
    _, reduce, after = seven_by_seven
    assert reduce.kernel.shape[2] == 512 and after.kernel.shape[2] == 64
