"""The blocks against Keras' own layers, NumPy and torch, and against their contract."""

import inspect

import keras
import numpy as np
import pytest
from keras import layers, ops

from helpers import blocks
from helpers.networks import INCEPTION_FILTERS

# Every block on eight channels: the call and the channels that come out.
BLOCKS = {
    "conv": (lambda x, **k: blocks.conv(x, 6, **k), 6),
    "projection": (lambda x, **k: blocks.projection(x, 6, **k), 6),
    "mlpconv": (lambda x, **k: blocks.mlpconv(x, (6, 5, 4), **k), 4),
    "inception_naive": (lambda x, **k: blocks.inception_naive(x, 2, 3, 4, **k), 17),
    "inception": (lambda x, **k: blocks.inception(x, 2, 3, 4, 1, 2, 3, **k), 11),
    "residual": (lambda x, **k: blocks.residual(x, 6, strides=2, **k), 6),
    "bottleneck": (lambda x, **k: blocks.bottleneck(x, 2, **k), 8),
    "resnext": (
        lambda x, **k: blocks.bottleneck(
            x, 4, strides=2, groups=2, base_width=32, padding="symmetric", **k
        ),
        16,
    ),
    "depthwise_separable": (lambda x, **k: blocks.depthwise_separable(x, 6, **k), 6),
    "spatially_separable": (lambda x, **k: blocks.spatially_separable(x, 6, **k), 6),
    "flattened": (lambda x, **k: blocks.flattened(x, 6, **k), 6),
    "depthwise_conv": (lambda x, **k: blocks.depthwise_conv(x, **k), 8),
    "grouped_conv": (lambda x, **k: blocks.grouped_conv(x, 6, groups=2, **k), 6),
    "native": (lambda x, **k: blocks.grouped_conv(x, 6, groups=2, implementation="native", **k), 6),
    "shuffle_v1": (lambda x, **k: blocks.shufflenet_unit(x, 8, groups=2, **k), 8),
    "shuffle_v1_strides": (
        lambda x, **k: blocks.shufflenet_unit(x, 16, groups=2, strides=2, **k),
        16,
    ),
    "shuffle_v2": (lambda x, **k: blocks.shufflenet_v2_unit(x, 8, **k), 8),
    "shuffle_v2_strides": (lambda x, **k: blocks.shufflenet_v2_unit(x, 12, strides=2, **k), 12),
    "upsample_conv": (lambda x, **k: blocks.upsample_conv(x, 6, **k), 6),
}
HALVED = {"residual", "resnext", "shuffle_v1_strides", "shuffle_v2_strides"}
OURS = {"ChannelShuffle", "ChannelSlice"}


def model_of(block, *, shape=(None, None, 8), seed=0):
    """A model of one block with every weight random, moving statistics included."""
    inputs = keras.Input(shape)
    model = keras.Model(inputs, block(inputs))
    randomize(model, seed)
    return model


def randomize(model, seed=0):
    generator = np.random.default_rng(seed)
    for weight in model.weights:
        low, high = (0.5, 1.5) if "variance" in weight.path else (-1, 1)
        weight.assign(generator.uniform(low, high, weight.shape).astype("float32"))


def image(*shape, seed=1):
    return np.random.default_rng(seed).normal(size=shape).astype("float32")


def run(model, x):
    return ops.convert_to_numpy(model(x))


def weight(model, layer, index=0):
    return ops.convert_to_numpy(model.get_layer(layer).weights[index])


def parameters(model):
    return sum(int(np.prod(w.shape)) for w in model.trainable_weights)


# The contract of every block


@pytest.mark.parametrize("block", BLOCKS)
def test_shape_names_and_round_trip(block, tmp_path):
    function, channels = BLOCKS[block]
    model = model_of(lambda x: function(x, name="here"))
    x = image(2, 7, 9, 8)
    y = run(model, x)
    height, width = (4, 5) if block in HALVED else (14, 18) if block == "upsample_conv" else (7, 9)
    assert y.shape == (2, height, width, channels)
    assert model.output_shape == (None, None, None, channels)

    inner = model.layers[1:]
    assert all(layer.name == "here" or layer.name.startswith("here_") for layer in inner)
    for layer in inner:  # plain layers of Keras, each visible in summary(): nothing nested
        assert hasattr(layers, type(layer).__name__) or type(layer).__name__ in OURS
        assert not isinstance(layer, keras.Model)

    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    assert [layer.name for layer in again.layers] == [layer.name for layer in model.layers]
    np.testing.assert_array_equal(run(again, x), y)


@pytest.mark.parametrize("block", BLOCKS)
def test_two_blocks_without_a_name_do_not_clash(block):
    function, channels = BLOCKS[block]
    inputs = keras.Input((8, 8, 8))
    x, y = function(inputs), function(inputs)
    names = [layer.name for layer in keras.Model(inputs, [x, y]).layers]
    assert len(set(names)) == len(names)
    assert not any("None" in name for name in names)


def test_the_names_of_a_session_are_readable_and_repeat():
    for _ in range(2):
        keras.utils.clear_session()
        inputs = keras.Input((8, 8, 4), name="image")
        x = blocks.residual(blocks.residual(inputs, 4), 6, padding="symmetric", strides=2)
        names = sorted(layer.name for layer in keras.Model(inputs, x).layers)
        assert [name for name in names if name.startswith("residual_1")] == [
            "residual_1_add", "residual_1_conv1", "residual_1_conv1_bn", "residual_1_conv1_relu",
            "residual_1_conv2", "residual_1_conv2_bn", "residual_1_relu",
        ]  # fmt: skip
        assert [name for name in names if name.startswith("residual_2")] == [
            "residual_2_add", "residual_2_conv1", "residual_2_conv1_bn", "residual_2_conv1_pad",
            "residual_2_conv1_relu", "residual_2_conv2", "residual_2_conv2_bn", "residual_2_relu",
            "residual_2_shortcut", "residual_2_shortcut_bn",
        ]  # fmt: skip


def test_names_do_not_depend_on_normalization():
    def names(normalize):
        inputs = keras.Input((8, 8, 8))
        x = blocks.inception(inputs, 1, 2, 3, 4, 5, 6, batch_normalization=normalize, name="a")
        return {layer.name for layer in keras.Model(inputs, x).layers[1:]}

    assert names(False) == {
        "a_1x1", "a_3x3_reduce", "a_3x3", "a_5x5_reduce", "a_5x5", "a_pool", "a_pool_projection",
        "a_concat",
    }  # fmt: skip
    assert names(False) < names(True)


def test_normalization_and_bias():
    def layer(name, **options):
        inputs = keras.Input((8, 8, 8))
        return keras.Model(inputs, blocks.conv(inputs, 4, name="c", **options)).get_layer(name)

    assert layer("c").use_bias and layer("c", batch_normalization=True, use_bias=True).use_bias
    assert not layer("c", batch_normalization=True).use_bias
    assert not layer("c", use_bias=False).use_bias
    assert layer("c_bn", batch_normalization=True).momentum == 0.9
    assert layer("c").activation is keras.activations.relu
    assert layer("c", batch_normalization=True).activation is keras.activations.linear
    given = layer("c_bn", batch_normalization={"momentum": 0.99})
    assert (given.momentum, given.epsilon) == (0.99, 1e-5)


# What each block computes


def test_projection_is_a_matrix_product():
    model = model_of(lambda x: blocks.projection(x, 5, name="p"))
    x = image(2, 4, 6, 8)
    expected = x @ weight(model, "p")[0, 0] + weight(model, "p", 1)
    np.testing.assert_allclose(run(model, x), expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(
    "channels, filters, expected", [(512, 512, 262_656), (512, 64, 32_832), (512, 1024, 525_312)]
)
def test_projection_parameters(channels, filters, expected):
    inputs = keras.Input((None, None, channels))
    assert parameters(keras.Model(inputs, blocks.projection(inputs, filters))) == expected


def test_mlpconv_is_a_convolution_and_dense_layers():
    model = model_of(lambda x: blocks.mlpconv(x, (6, 5, 4), kernel_size=5, strides=2, name="m"))
    assert [model.get_layer(f"m_{n}").kernel.shape for n in ("conv", "1x1_1", "1x1_2")] == [
        (5, 5, 8, 6), (1, 1, 6, 5), (1, 1, 5, 4),
    ]  # fmt: skip
    x = image(1, 8, 8, 8)
    kernel, bias = weight(model, "m_conv"), weight(model, "m_conv", 1)
    y = np.maximum(ops.convert_to_numpy(ops.conv(x, kernel, strides=2, padding="same")) + bias, 0)
    for name in ("m_1x1_1", "m_1x1_2"):
        y = np.maximum(y @ weight(model, name)[0, 0] + weight(model, name, 1), 0)
    np.testing.assert_allclose(run(model, x), y, rtol=1e-5, atol=1e-4)


def test_inception_parameters_are_the_formula():
    weights = {  # without bias, notes of the paper's table 1
        "3a": 163_328, "3b": 388_096, "4a": 375_552, "4b": 448_512, "4c": 509_440,
        "4d": 604_672, "4e": 867_328, "5a": 1_042_432, "5b": 1_442_816,
    }  # fmt: skip
    channels = 192
    for module, filters in INCEPTION_FILTERS.items():
        inputs = keras.Input((28, 28, channels))
        model = keras.Model(inputs, blocks.inception(inputs, *filters, use_bias=False))
        assert parameters(model) == weights[module]
        f1, _, f3, _, f5, pool = filters
        channels = f1 + f3 + f5 + pool
        assert model.output_shape == (None, 28, 28, channels)
    assert channels == 1024


def test_inception_joins_its_four_branches_in_order():
    model = model_of(lambda x: blocks.inception(x, 2, 3, 4, 1, 5, 6, name="i"))

    def step(name, x):
        kernel, bias = weight(model, name), weight(model, name, 1)
        return ops.relu(ops.conv(x, kernel, padding="same") + bias)

    x = image(1, 8, 8, 8)
    branches = [
        step("i_1x1", x),
        step("i_3x3", step("i_3x3_reduce", x)),
        step("i_5x5", step("i_5x5_reduce", x)),
        step("i_pool_projection", ops.max_pool(x, 3, strides=1, padding="same")),
    ]
    expected = np.concatenate([ops.convert_to_numpy(y) for y in branches], axis=-1)
    np.testing.assert_allclose(run(model, x), expected, rtol=1e-5, atol=1e-5)
    assert expected.min() == 0  # every branch ends in a ReLU
    assert model.get_layer("i_5x5").kernel.shape == (5, 5, 1, 5)
    slip = model_of(lambda x: blocks.inception(x, 2, 3, 4, 1, 5, 6, kernel_5=3, name="i"))
    assert slip.get_layer("i_5x5").kernel.shape == (3, 3, 1, 5)


def test_inception_naive_passes_the_pooled_input_on():
    model = model_of(lambda x: blocks.inception_naive(x, 1, 2, 3, use_bias=False, name="i"))
    x = image(1, 6, 6, 8)
    pooled = ops.convert_to_numpy(ops.max_pool(x, 3, strides=1, padding="same"))
    np.testing.assert_array_equal(run(model, x)[..., 6:], pooled)
    for name, channels in (("1x1", slice(0, 1)), ("3x3", slice(1, 3)), ("5x5", slice(3, 6))):
        branch = keras.Model(model.input, model.get_layer(f"i_{name}").output)
        np.testing.assert_array_equal(run(model, x)[..., channels], run(branch, x))
    assert parameters(model) == 8 * 1 + 9 * 8 * 2 + 25 * 8 * 3


@pytest.mark.parametrize("block", ["residual", "bottleneck"])
@pytest.mark.parametrize("strides", [1, 2])
def test_residual_with_a_last_scale_of_zero_is_its_shortcut(block, strides):
    function = getattr(blocks, block)
    filters = 8 if block == "residual" else 2
    model = model_of(lambda x: function(x, filters, strides=strides, name="r"))
    last = "r_conv2_bn" if block == "residual" else "r_conv3_bn"
    norm = model.get_layer(last)
    norm.gamma.assign(np.zeros(8, "float32"))
    norm.beta.assign(np.zeros(8, "float32"))
    x = image(2, 6, 6, 8)
    shortcut = x
    if strides == 2:  # linear: its normalization comes last, no ReLU of its own
        inner = keras.Model(model.input, model.get_layer("r_shortcut_bn").output)
        shortcut = run(inner, x)
        assert shortcut.min() < 0
    np.testing.assert_array_equal(run(model, x), np.maximum(shortcut, 0))


@pytest.mark.parametrize("normalize", [False, True])
@pytest.mark.parametrize(("block", "last"), [("residual", "r_conv2"), ("bottleneck", "r_conv3")])
def test_what_a_residual_block_adds_may_be_negative(block, last, normalize):
    function = getattr(blocks, block)
    model = model_of(lambda x: function(x, 8, batch_normalization=normalize, name="r"))
    assert model.get_layer(last).activation is keras.activations.linear
    assert f"{last}_relu" not in [layer.name for layer in model.layers]


def test_shortcut_words():
    def names(**options):
        inputs = keras.Input((8, 8, 8))
        model = keras.Model(inputs, blocks.residual(inputs, 8, name="r", **options))
        return {layer.name for layer in model.layers}

    assert "r_shortcut" not in names() and "r_add" in names(shortcut="identity")
    assert {"r_shortcut", "r_add"} <= names(shortcut="projection")
    assert {"r_shortcut", "r_add"} <= names(strides=2)
    assert "r_shortcut_bn" in names(strides=2)
    assert "r_shortcut_relu" not in names(strides=2)  # the paper's projection is linear
    assert not {"r_shortcut", "r_add"} & names(shortcut=None)


def test_strides_in_the_1x1_or_in_the_3x3():
    for first, expected in ((True, (2, 1)), (False, (1, 2))):
        model = model_of(
            lambda x, first=first: blocks.bottleneck(x, 4, strides=2, stride_in_1x1=first, name="b")
        )
        found = [model.get_layer(f"b_conv{i}").strides[0] for i in (1, 2)]
        assert tuple(found) == expected
        assert run(model, image(1, 7, 7, 8)).shape == (1, 4, 4, 16)


def test_the_width_inside_a_resnext_block_is_rounded_for_each_group():
    model = model_of(lambda x: blocks.bottleneck(x, 12, groups=4, base_width=20, name="b"))
    assert model.get_layer("b_conv2").kernel.shape == (3, 3, 3, 12)  # 12 * 20 / 64 = 3.75 -> 3
    thin = model_of(lambda x: blocks.bottleneck(x, 2, groups=4, base_width=4, name="b"))
    assert thin.get_layer("b_conv2").kernel.shape == (3, 3, 1, 4)  # at least one a group


def test_symmetric_padding_differs_from_same_at_stride_2_only():
    def answer(**options):
        return run(model_of(lambda x: blocks.conv(x, 4, kernel_size=5, **options)), x)

    x = image(1, 8, 8, 8)
    padded = np.pad(x, ((0, 0), (2, 2), (2, 2), (0, 0)))
    model = model_of(lambda x: blocks.conv(x, 4, kernel_size=5, strides=2, padding="valid"))
    symmetric = answer(strides=2, padding="symmetric")
    np.testing.assert_allclose(symmetric, run(model, padded), atol=1e-5)
    assert np.abs(symmetric - answer(strides=2)).max() > 0.1
    np.testing.assert_array_equal(answer(padding="symmetric"), answer(padding="same"))


def test_depthwise_is_groups_equal_to_channels():
    x = image(2, 6, 6, 8)
    grouped = model_of(
        lambda x: blocks.grouped_conv(x, 8, groups=8, implementation="native", name="g")
    )
    depthwise = keras.Sequential(
        [keras.Input((6, 6, 8)), layers.DepthwiseConv2D(3, padding="same")]
    )
    kernel, bias = grouped.get_layer("g").get_weights()
    depthwise.set_weights([kernel.transpose(0, 1, 3, 2), bias])
    np.testing.assert_allclose(run(grouped, x), np.maximum(run(depthwise, x), 0), atol=1e-5)


def test_depthwise_separable_is_depthwise_and_1x1():
    options = {"activation": None, "use_bias": False, "batch_normalization": False}
    model = model_of(lambda x: blocks.depthwise_separable(x, 5, strides=2, name="d", **options))
    separable = keras.Sequential(
        [keras.Input((8, 8, 8)), layers.SeparableConv2D(5, 3, 2, padding="same", use_bias=False)]
    )
    separable.set_weights([weight(model, "d_depthwise"), weight(model, "d_pointwise")])
    x = image(2, 8, 8, 8)
    np.testing.assert_allclose(run(model, x), run(separable, x), rtol=1e-5, atol=1e-5)
    normalized = model_of(lambda x: blocks.depthwise_separable(x, 5, name="d"))
    assert [layer.name for layer in normalized.layers[1:]] == [
        "d_depthwise", "d_depthwise_bn", "d_depthwise_relu",
        "d_pointwise", "d_pointwise_bn", "d_pointwise_relu",
    ]  # fmt: skip


def test_column_then_row_is_one_kernel_of_rank_1():
    model = model_of(lambda x: blocks.spatially_separable(x, 1, activation=None, name="s"))
    x = image(1, 7, 7, 8)
    column, row = weight(model, "s_column"), weight(model, "s_row")
    kernel = np.einsum("icm,jmf->ijcf", column[:, 0], row[0])
    expected = ops.convert_to_numpy(ops.conv(x, kernel, padding="same")) + weight(model, "s_row", 1)
    np.testing.assert_allclose(run(model, x), expected, rtol=1e-4, atol=1e-4)
    assert np.linalg.matrix_rank(kernel[:, :, 0, 0]) == 1
    narrow = model_of(lambda x: blocks.spatially_separable(x, 5, middle_filters=2, name="s"))
    shapes = [narrow.get_layer(f"s_{name}").kernel.shape for name in ("column", "row")]
    assert shapes == [(3, 1, 8, 2), (1, 3, 2, 5)]


def test_flattened_is_an_outer_product_of_three_vectors():
    model = model_of(lambda x: blocks.flattened(x, 5, activation=None, name="f"))
    across, down, along = (weight(model, f"f_{n}") for n in ("channels", "column", "row"))
    kernel = np.einsum("cf,if,jf->ijcf", across[0, 0], down[:, 0, :, 0], along[0, :, :, 0])
    x = image(1, 7, 7, 8)
    expected = ops.convert_to_numpy(ops.conv(x, kernel, padding="same")) + weight(model, "f_row", 1)
    np.testing.assert_allclose(run(model, x), expected, rtol=1e-4, atol=1e-4)
    inputs = keras.Input((None, None, 64))  # a 3x3x64 filter: 576 weights, 70 of them are left
    one = keras.Model(inputs, blocks.flattened(inputs, 1, use_bias=False))
    assert parameters(one) == 70


@pytest.mark.parametrize("padding", ["same", "symmetric", "valid"])
@pytest.mark.parametrize("normalize", [False, True])
def test_split_is_native_grouping(padding, normalize):
    def grouped(implementation):
        return model_of(
            lambda x: blocks.grouped_conv(
                x, 12, groups=4, strides=2, padding=padding, implementation=implementation,
                batch_normalization=normalize, use_bias=True, name="g",
            )
        )  # fmt: skip

    native, split = grouped("native"), grouped("split")
    for values, i in ((native.get_layer("g").get_weights(), i) for i in range(4)):
        parts = [np.split(value, 4, axis=-1)[i] for value in values]
        split.get_layer(f"g_group{i}").set_weights(parts)
    if normalize:
        split.get_layer("g_bn").set_weights(native.get_layer("g_bn").get_weights())
    x = image(2, 8, 8, 8)
    np.testing.assert_allclose(run(split, x), run(native, x), rtol=1e-5, atol=1e-5)
    assert parameters(split) == parameters(native)
    assert run(split, x).min() == 0  # the ReLU


def test_a_group_reads_its_own_channels_only():
    model = model_of(lambda x: blocks.grouped_conv(x, 8, groups=4, activation=None))
    x = image(1, 5, 5, 8)
    other = x.copy()
    other[..., 2:4] += 1  # the second of four groups
    changed = np.abs(run(model, other) - run(model, x)).max(axis=(0, 1, 2)) > 0
    assert changed.tolist() == [False, False, True, True, False, False, False, False]


def test_channel_shuffle():
    x = image(2, 3, 5, 12)
    shuffle = blocks.ChannelShuffle(3)
    dealt = [i * 4 + j for j in range(4) for i in range(3)]
    y = ops.convert_to_numpy(shuffle(x))
    np.testing.assert_array_equal(y, x[..., dealt])
    for groups in (1, 2, 3, 4, 6, 12):
        there = blocks.ChannelShuffle(groups)(x)
        back = blocks.ChannelShuffle(12 // groups)(there)
        np.testing.assert_array_equal(ops.convert_to_numpy(back), x)
    again = blocks.ChannelShuffle.from_config(shuffle.get_config())
    assert again.groups == 3 and again.name == shuffle.name
    assert shuffle(keras.Input((None, None, 12))).shape == (None, None, None, 12)


def test_channel_slice(tmp_path):
    x = image(2, 3, 5, 12)
    layer = blocks.ChannelSlice(2, 5)
    np.testing.assert_array_equal(ops.convert_to_numpy(layer(x)), x[..., 2:5])
    assert layer(keras.Input((None, None, 12))).shape == (None, None, None, 3)
    again = blocks.ChannelSlice.from_config(layer.get_config())
    assert (again.start, again.stop, again.name) == (2, 5, layer.name)


@pytest.mark.parametrize("strides", [1, 2])
@pytest.mark.parametrize("normalize", [False, True])
def test_no_activation_after_the_depthwise_of_a_shuffle_unit(strides, normalize):
    for unit in (blocks.shufflenet_unit, blocks.shufflenet_v2_unit):
        model = model_of(
            lambda x, unit=unit: unit(
                x, 8 * strides * strides, strides=strides, batch_normalization=normalize, name="s",
                **({"groups": 2} if unit is blocks.shufflenet_unit else {}),
            )
        )  # fmt: skip
        depthwise = [n for n in model.layers if isinstance(n, layers.DepthwiseConv2D)]
        assert len(depthwise) == (2 if unit is blocks.shufflenet_v2_unit and strides == 2 else 1)
        for layer in depthwise:
            assert layer.activation is keras.activations.linear
            assert f"{layer.name}_relu" not in [n.name for n in model.layers]
        relus = [n.name for n in model.layers if n.name.endswith("_relu")]
        if normalize and unit is blocks.shufflenet_unit:
            assert sorted(set(relus) - {"s_conv1_relu"}) == ["s_relu"]  # none after conv2
        elif normalize:
            assert "s_conv1_relu" in relus and "s_conv2_relu" in relus


def test_shuffle_unit_v2_passes_half_of_its_channels():
    model = model_of(lambda x: blocks.shufflenet_v2_unit(x, 8, name="s"))
    x = image(2, 6, 6, 8)
    np.testing.assert_array_equal(run(model, x)[..., ::2], x[..., :4])
    # two 1x1 and a 3x3 depthwise on half of the channels, two numbers each for normalizing
    assert parameters(model) == 2 * 4 * 4 + 9 * 4 + 3 * 2 * 4


def test_shuffle_unit_v2_at_stride_2():
    model = model_of(lambda x: blocks.shufflenet_v2_unit(x, 12, strides=2))
    left = 9 * 8 + 2 * 8 + 8 * 6 + 2 * 6
    right = 8 * 6 + 2 * 6 + 9 * 6 + 2 * 6 + 6 * 6 + 2 * 6
    assert parameters(model) == left + right


def test_shuffle_unit_v1_adds_its_input():
    model = model_of(lambda x: blocks.shufflenet_unit(x, 8, groups=2, name="s"))
    assert parameters(model) == (8 * 2 + 2 * 8) // 2 + 9 * 2 + 2 * (2 + 2 + 8)
    for value in model.get_layer("s_conv2_bn").weights[:2]:
        value.assign(np.zeros(8, "float32"))
    x = image(2, 6, 6, 8)
    np.testing.assert_array_equal(run(model, x), np.maximum(x, 0))


def test_shuffle_unit_v1_at_stride_2_joins_the_pooled_input():
    model = model_of(
        lambda x: blocks.shufflenet_unit(x, 24, groups=2, strides=2, group_first=False, name="s")
    )
    assert model.get_layer("s_conv1").kernel.shape == (1, 1, 8, 6)  # one group: it reads all
    x = image(2, 6, 6, 8)
    padded = np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(1, 2))[:, ::2, ::2]
    pooled = np.maximum(windows.mean(axis=(-2, -1)), 0)
    y = run(model, x)
    assert y.shape == (2, 3, 3, 24)
    np.testing.assert_allclose(y[..., :8], pooled, atol=1e-6)


def test_upsample_conv_resizes_first():
    model = model_of(lambda x: blocks.upsample_conv(x, 5, size=3, kernel_size=1, name="u"))
    y = run(model, image(1, 4, 4, 8))
    assert y.shape == (1, 12, 12, 5)
    assert (y.reshape(1, 4, 3, 4, 3, 5).std(axis=(2, 4)) < 1e-6).all()  # equal 3x3 tiles
    smooth = model_of(lambda x: blocks.upsample_conv(x, 5, interpolation="bilinear", name="u"))
    assert smooth.get_layer("u_resize").interpolation == "bilinear"


# Wrong arguments: one call for each sentence of ours (where Keras says nothing, or no help)

# fmt: off
WRONG = [
    (lambda x: blocks.residual(x, 32 / 4), "filters=8.0: use a whole number"),
    (lambda x: blocks.mlpconv(x, (4,)), "filters=(4,): use two numbers or more"),
    (lambda x: blocks.conv(x, 2, 4, padding="symmetric"),
     'kernel_size=4: padding="symmetric" needs an odd one.'),
    (lambda x: blocks.conv(x, 2, [3, 2], strides=(2, 1), padding="symmetric"), "size=[3, 2]"),
    (lambda x: blocks.conv(x, 2, use_bias="no"), "use_bias='no': use one of None, True, False."),
    (lambda x: blocks.residual(x, 8, batch_normalization={}),
     "batch_normalization={}: use True, False or a dict of arguments."),
    (lambda x: blocks.depthwise_conv(x, batch_normalization=0.9), "batch_normalization=0.9"),
    (lambda x: blocks.grouped_conv(x, 8, groups=2, batch_normalization="no"), "='no'"),
    (lambda x: blocks.grouped_conv(x, 6, groups=3),
     "channels=8 cannot be divided into 3 equal groups: use a multiple of 3, such as 9, or"),
    (lambda x: blocks.grouped_conv(x, 9, groups=4),
     "filters=9 cannot be divided into 4 equal groups: use a multiple of 4, such as 8,"),
    (lambda x: blocks.grouped_conv(x, 1, groups=4), "use a multiple of 4, such as 4,"),
    (lambda x: blocks.grouped_conv(x, 8, groups=0), "groups=0: use a whole number of 1 or more."),
    (lambda x: blocks.grouped_conv(x, 8, groups=2, implementation="x"),
     "implementation='x': use one of 'split', 'native'."),
    (lambda x: blocks.residual(x, 4, shortcut="identity"),
     'shortcut="identity" adds 8 channels at strides=1 to 4 channels at strides=1. '
     'Use shortcut="projection", or make the two equal.'),
    (lambda x: blocks.residual(x, 1, shortcut="identity"), "to 1 channels"),  # Add broadcasts
    (lambda x: blocks.bottleneck(x, 2, strides=(2, 1), shortcut="identity"), "strides=(2, 1)"),
    (lambda x: blocks.residual(x, 8, shortcut="conv"),
     "shortcut='conv': use one of 'auto', 'identity', 'projection', None."),
    (lambda x: blocks.bottleneck(x, 2, padding="valid"), "padding='valid': use one of 'same',"),
    (lambda x: blocks.residual(x, 8, padding="full"), "padding='full': use one of 'same',"),
    (lambda x: blocks.shufflenet_unit(x, 8, groups=2, padding="valid"), "padding='valid'"),
    (lambda x: blocks.bottleneck(x, 2, stride_in_1x1="3x3"), "stride_in_1x1='3x3'"),
    (lambda x: blocks.upsample_conv(x, 8, interpolation="linear"), "'nearest', 'bilinear'."),
    (lambda x: blocks.shufflenet_unit(x, 12), "filters=12: at strides=1 use 8, as the input has."),
    (lambda x: blocks.shufflenet_v2_unit(x, 12), "filters=12: at strides=1 use 8"),
    (lambda x: blocks.shufflenet_v2_unit(x, 9, strides=2), "filters=9 cannot be divided into 2"),
    (lambda x: blocks.shufflenet_unit(x, 8, strides=2, groups=2),
     "filters=8: at strides=2 use more than the input's 8."),
    (lambda x: blocks.shufflenet_unit(x, 10, strides=2, groups=2), "filters=10 cannot be divided"),
    (lambda x: blocks.shufflenet_unit(x, 8, groups=4), "filters / 4=2 cannot be divided into 4"),
    (lambda x: blocks.shufflenet_unit(x, 8, groups=2, group_first="no"), "group_first='no'"),
    (lambda x: blocks.residual(keras.Input((16, 16, None)), 4),
     "is not (batch, height, width, channels), with channels known."),
    (lambda x: blocks.conv(keras.Input((16, 8)), 4), "is not (batch, height,"),
    (lambda x: blocks.depthwise_conv(keras.Input((4, 16, 16, 8))), "is not (batch, height,"),
    (lambda x: blocks.residual(64, 4), "64 is not (batch, height,"),
    (lambda x: blocks.ChannelShuffle(5)(x), "channels=8 cannot be divided into 5 equal groups"),
]
# fmt: on


@pytest.mark.parametrize("call, sentence", WRONG, ids=[sentence for _, sentence in WRONG])
def test_wrong_arguments_say_what_to_do(call, sentence):
    with pytest.raises(ValueError) as error:
        call(keras.Input((16, 16, 8)))
    assert sentence in str(error.value)


def test_channels_first_is_refused():
    keras.config.set_image_data_format("channels_first")
    try:
        for block in (blocks.residual, blocks.conv, blocks.mlpconv):
            with pytest.raises(ValueError, match='set_image_data_format\\("channels_last"\\)'):
                block(keras.Input((8, 16, 16)), 4)
    finally:
        keras.config.set_image_data_format("channels_last")


@pytest.mark.parametrize("block", ["residual", "bottleneck", "projection"])
def test_a_fixed_activation_cannot_be_given(block):
    with pytest.raises(TypeError, match="activation"):
        getattr(blocks, block)(keras.Input((8, 8, 8)), 8, activation="gelu")


@pytest.mark.parametrize("block", ["residual", "bottleneck", "inception", "mlpconv"])
def test_the_source_shows_the_whole_block(block):
    source = inspect.getsource(getattr(blocks, block))
    assert len(source.splitlines()) <= 35
    join = {"residual": "layers.Add(", "bottleneck": "layers.Add(", "inception": "Concatenate("}
    assert join.get(block, "for i, count in") in source


def test_every_block_says_what_it_does():
    for name, function in inspect.getmembers(blocks, inspect.isfunction):
        if function.__module__ == blocks.__name__ and not name.startswith("_"):
            assert "(H, W, C) ->" in inspect.getdoc(function), name
            assert "name" in inspect.signature(function).parameters, name


# Against torch, where it is installed: a reference written with torch.nn, weights copied


def torch_convolution(torch, layer, padding):
    kernel = layer.get_weights()[0]
    channels, filters, groups = kernel.shape[2] * layer.groups, kernel.shape[3], layer.groups
    convolution = torch.nn.Conv2d(
        channels, filters, kernel.shape[0], layer.strides[0], padding, groups=groups, bias=False
    )
    convolution.weight.data = torch.tensor(kernel.transpose(3, 2, 0, 1))
    return convolution


def torch_normalization(torch, layer):
    norm = torch.nn.BatchNorm2d(layer.gamma.shape[0], eps=layer.epsilon).eval()
    values = [torch.tensor(value) for value in layer.get_weights()]
    norm.weight.data, norm.bias.data, norm.running_mean, norm.running_var = values
    return norm


@pytest.mark.parametrize("block", ["residual", "bottleneck", "resnext"])
@pytest.mark.parametrize("strides", [1, 2])
def test_residual_blocks_equal_torch(block, strides):
    torch = pytest.importorskip("torch")
    options = {"strides": strides, "padding": "symmetric", "name": "r"}
    if block == "resnext":
        options |= {"groups": 4, "base_width": 32}
    function = blocks.residual if block == "residual" else blocks.bottleneck
    model = model_of(lambda x: function(x, 12, **options))

    def step(name, x, padding=0):
        x = torch_convolution(torch, model.get_layer(name), padding)(x)
        return torch_normalization(torch, model.get_layer(f"{name}_bn"))(x)

    x = image(2, 10, 10, 8)
    with torch.no_grad():
        given = torch.tensor(x.transpose(0, 3, 1, 2))
        if block == "residual":
            y = step("r_conv2", torch.relu(step("r_conv1", given, 1)), 1)
        else:
            y = torch.relu(step("r_conv2", torch.relu(step("r_conv1", given)), 1))
            y = step("r_conv3", y)
        expected = torch.relu(y + step("r_shortcut", given)).numpy().transpose(0, 2, 3, 1)
    found = run(model, x)
    assert np.abs(found - expected).max() <= 1e-5 * np.abs(expected).max()
