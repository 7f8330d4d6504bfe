"""helpers.cost against published totals, other makers' counters, and what Keras computes."""

import time

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from keras import layers, ops

from helpers import arithmetic, networks
from helpers.blocks import ChannelShuffle
from helpers.cost import compare, cost_table

BACKEND = keras.backend.backend()


def sequential(shape, *stack):
    return keras.Sequential([keras.Input(shape), *stack])


# Published totals

# google-research/receptive_field: the field and stride of the last feature map
FIELDS = {
    "VGG16": (212, 32),
    "ResNet152": (1507, 32),
    "InceptionV3": (1311, 32),
    "InceptionResNetV2": (3039, 32),
}


@pytest.mark.parametrize("name", FIELDS)
def test_receptive_fields_of_keras_applications(name):
    model = getattr(keras.applications, name)(weights=None, include_top=False)
    table = cost_table(model)
    assert (table.total.receptive_field, table.total.stride) == FIELDS[name]
    assert table.total.parameters == model.count_params()
    assert [row.name for row in table] == [layer.name for layer in model.layers]
    if name == "ResNet152":  # 16 ms on an idle core; tracing would take seconds
        times = []
        for _ in range(5):
            start = time.process_time()
            cost_table(model)
            times.append(time.process_time() - start)
        assert min(times) < 0.05


TOTALS = {  # parameters, trainable, MACs, receptive field
    "MobileNet": (4_253_864, 4_231_976, 568_740_352, 315),
    "ResNet50": (25_636_712, 25_583_592, 3_857_973_248, 483),
}


@pytest.mark.parametrize("name", TOTALS)
def test_totals_of_keras_applications(name):
    total = cost_table(getattr(keras.applications, name)(weights=None)).total
    assert (total.parameters, total.trainable, total.macs, total.receptive_field) == TOTALS[name]


MACS = {
    "googlenet": (networks.googlenet, {}, 1_582_671_872),
    "resnet18": (networks.resnet, {"depth": 18}, 1_814_073_344),
    "resnet50": (networks.resnet, {"depth": 50}, 4_089_184_256),
    "resnext50": (networks.resnext50, {}, 4_230_479_872),
    "mobilenet .25": (networks.mobilenet, {"alpha": 0.25}, 41_030_272),
    "shufflenet_v2": (networks.shufflenet_v2, {}, 144_907_992),
}


@pytest.mark.parametrize("name", MACS)
def test_macs_of_our_networks(name):
    network, arguments, macs = MACS[name]
    assert cost_table(network(**arguments)).total.macs == macs


# Single layers against other counters

LAYERS = {
    "Conv1D": (lambda: layers.Conv1D(5, 3, use_bias=False), (12, 4)),
    "Conv2D": (lambda: layers.Conv2D(6, 3, use_bias=False), (9, 8, 4)),
    "Conv2D, strides": (lambda: layers.Conv2D(6, (3, 2), strides=2, use_bias=False), (9, 8, 4)),
    "Conv2D, dilated": (lambda: layers.Conv2D(6, 3, dilation_rate=2, use_bias=False), (9, 8, 4)),
    "Conv2D, groups": (lambda: layers.Conv2D(6, 3, groups=2, use_bias=False), (9, 8, 4)),
    "Conv3D": (lambda: layers.Conv3D(3, 2, use_bias=False), (5, 6, 4, 2)),
    "Depthwise": (
        lambda: layers.DepthwiseConv2D(3, depth_multiplier=2, use_bias=False),
        (9, 8, 4),
    ),
    "Depthwise1D": (lambda: layers.DepthwiseConv1D(3, use_bias=False), (9, 4)),
    "Transposed1D": (lambda: layers.Conv1DTranspose(5, 4, strides=2, use_bias=False), (6, 3)),
    "Transposed2D": (lambda: layers.Conv2DTranspose(5, 4, strides=2, use_bias=False), (6, 5, 3)),
    "Transposed3D": (lambda: layers.Conv3DTranspose(2, 3, strides=2, use_bias=False), (3, 4, 2, 3)),
    "Dense": (lambda: layers.Dense(7, use_bias=False), (5,)),
    "Dense on a map": (lambda: layers.Dense(7, use_bias=False), (4, 3, 5)),
}


@pytest.mark.parametrize("name", LAYERS)
def test_macs_are_the_products_that_keras_adds_up(name):
    """With ones for all values and weights, and no padding, the outputs add up to the MACs."""
    make, shape = LAYERS[name]
    layer = make()
    model = sequential(shape, layer)
    layer.set_weights([np.ones_like(weight) for weight in layer.get_weights()])
    products = ops.convert_to_numpy(model(np.ones((1, *shape), "float32"))).sum()
    assert cost_table(model).total.macs == round(products) > 0


def test_separable_is_depthwise_and_1x1():
    table = cost_table(sequential((9, 8, 4), layers.SeparableConv2D(6, 3, depth_multiplier=2)))
    depthwise, pointwise = 3 * 3 * 8 * (7 * 6), 8 * 6 * (7 * 6)
    assert table.total.macs == depthwise + pointwise
    table = cost_table(sequential((9, 4), layers.SeparableConv1D(6, 3, strides=2, padding="same")))
    assert table.total.macs == (3 * 4 + 4 * 6) * 5


def test_channels_first():
    """The positions are those of the axes after the channels."""
    options = {"data_format": "channels_first"}
    stack = [
        layers.Conv2D(4, 3, strides=(2, 1), **options),
        layers.Conv2DTranspose(5, 2, strides=2, **options),
        layers.SeparableConv2D(6, 3, padding="same", **options),
    ]
    table = cost_table(sequential((3, 9, 7), *stack))
    assert [row.output_shape for row in table][1:] == [(4, 4, 5), (5, 8, 10), (6, 8, 10)]
    assert [row.macs for row in table] == [
        0,
        9 * 3 * 4 * (4 * 5),
        4 * 4 * 5 * (4 * 5),
        (9 * 5 + 5 * 6) * (8 * 10),
    ]
    assert [row.receptive_field for row in table] == [1, 3, 3, (5, 4)]


def test_arithmetic_counts_the_same():
    table = cost_table(sequential((28, 28, 192), layers.Conv2D(32, 5, padding="same", groups=2)))
    options = {"filters": 32, "groups": 2}
    assert table.total.macs == arithmetic.conv_macs((5, 5), 192, output_size=28, **options)
    assert table.total.parameters == arithmetic.conv_parameters((5, 5), 192, **options)


SAME = {
    "Conv2D, same": (lambda: layers.Conv2D(6, 3, padding="same", use_bias=False), (9, 8, 4)),
    "Separable": (lambda: layers.SeparableConv2D(6, 3, use_bias=False), (9, 8, 4)),
    "Transposed, same": (
        lambda: layers.Conv2DTranspose(5, 3, strides=2, padding="same", use_bias=False),
        (6, 5, 3),
    ),
}


@pytest.mark.skipif(BACKEND != "torch", reason="counts what PyTorch runs")
@pytest.mark.parametrize("name", [*LAYERS, *SAME])
def test_against_torch(name):
    from torch.utils.flop_counter import FlopCounterMode

    make, shape = {**LAYERS, **SAME}[name]
    model = sequential(shape, make())
    with FlopCounterMode(display=False) as counter:
        model(np.ones((1, *shape), "float32"))
    assert 2 * cost_table(model).total.macs == counter.get_total_flops()


@pytest.mark.skipif(BACKEND != "torch", reason="counts what PyTorch runs")
@pytest.mark.parametrize("name", ["googlenet", "resnet18", "resnext50", "shufflenet_v2"])
def test_whole_nets_against_torch(name):
    from torch.utils.flop_counter import FlopCounterMode

    network, arguments, _ = MACS[name]
    model = network(input_shape=(64, 64, 3), **arguments)
    with FlopCounterMode(display=False) as counter:
        model(np.ones((1, 64, 64, 3), "float32"))
    assert 2 * cost_table(model).total.macs == counter.get_total_flops()


# TensorFlow's profiler is right for these: it gives 0 for groups, and is wrong for transposed ones.
@pytest.mark.skipif(BACKEND != "tensorflow", reason="counts what TensorFlow runs")
@pytest.mark.parametrize(
    "name", ["Conv2D", "Conv2D, strides", "Depthwise", "Conv2D, same", "Dense"]
)
def test_against_tensorflow(name):
    tf = pytest.importorskip("tensorflow")
    from tensorflow.python.framework.convert_to_constants import (
        convert_variables_to_constants_v2 as frozen,
    )

    make, shape = {**LAYERS, **SAME}[name]
    model = sequential(shape, make())
    call = tf.function(model).get_concrete_function(tf.TensorSpec((1, *shape)))
    options = tf.compat.v1.profiler.ProfileOptionBuilder.float_operation()
    options["output"] = "none"
    profile = tf.compat.v1.profiler.profile(frozen(call).graph, options=options)
    assert 2 * cost_table(model).total.macs == profile.total_float_ops


# Receptive fields against the cells that change the output


def widest_field(model, size):
    """The widest stretch of input cells that one output cell reacts to: one lit cell at a time."""
    lit = np.eye(size, dtype="float32").reshape(size, *model.input_shape[1:])
    reacts = ops.convert_to_numpy(model(lit)).reshape(size, -1) != 0
    return max(np.ptp(np.flatnonzero(column)) + 1 for column in reacts.T if column.any())


ONES = {"padding": "same", "use_bias": False, "kernel_initializer": "ones"}
DOWN = st.builds(
    lambda k, s, d: layers.Conv1D(1, k, s, dilation_rate=1 if s > 1 else d, **ONES),
    st.integers(1, 4),
    st.integers(1, 2),
    st.integers(1, 3),
) | st.builds(lambda k: layers.MaxPooling1D(k, 2, padding="same"), st.integers(2, 3))
UP = st.builds(
    lambda extra, s: layers.Conv1DTranspose(1, s + extra, s, **ONES),
    st.integers(0, 3),
    st.integers(1, 3),
) | st.builds(layers.UpSampling1D, st.integers(1, 3))
KEEP = st.builds(lambda k: layers.Conv1D(1, k, **ONES), st.integers(1, 4))


@settings(max_examples=30, deadline=None, derandomize=True, database=None)
@given(st.lists(DOWN, max_size=3), st.lists(UP | KEEP, max_size=3))
def test_receptive_field_is_what_the_output_reacts_to(down, up):
    model = sequential((120, 1), *down, *up, layers.Identity())
    assert cost_table(model).total.receptive_field == widest_field(model, 120)


def test_fifths_that_add_up_to_a_whole_cell_are_no_cell_more():
    """Five times three fifths are 3.0000000000000004 in floating point."""
    stack = [layers.UpSampling1D(5), *[layers.Conv1D(1, 4, **ONES) for _ in range(5)]]
    model = sequential((20, 1), *stack)
    assert cost_table(model).total.receptive_field == widest_field(model, 20) == 4


def test_receptive_field_of_a_u_net():
    def conv(x):
        return layers.Conv1D(1, 3, **ONES)(x)

    x = keras.Input((64, 1))
    skip = conv(x)
    y = conv(layers.MaxPooling1D(2)(conv(layers.MaxPooling1D(2)(skip))))
    y = layers.UpSampling1D(2)(y)
    y = layers.Conv1DTranspose(1, 4, strides=2, **ONES)(conv(y))
    model = keras.Model(x, conv(layers.Concatenate()([skip, y])))
    total = cost_table(model).total
    assert (total.receptive_field, total.stride) == (widest_field(model, 64), 1)


def test_receptive_field_of_bilinear_upsampling():
    up = layers.UpSampling2D((2, 1), interpolation="bilinear")
    model = sequential((40, 1, 1), layers.MaxPooling2D((2, 1)), up)
    total = cost_table(model).total
    assert total.receptive_field == (widest_field(model, 40), 1) == (4, 1)
    assert total.stride == 1


def test_fractions_and_axes_that_differ():
    model = sequential((8, 8, 1), layers.UpSampling2D((2, 3)), layers.Conv2D(1, (5, 1)))
    table = cost_table(model)
    assert table.total.receptive_field == (3, 1)
    assert table.total.stride == (0.5, pytest.approx(1 / 3))
    assert "(1/2, 1/3)" in str(table)


def test_shuffling_leaves_the_field_alone():
    def by_layers(x):
        x = layers.Reshape((8, 8, 2, 3))(x)
        return layers.Reshape((8, 8, 6))(layers.Permute((1, 2, 4, 3))(x))

    for shuffle in (ChannelShuffle(2), by_layers):
        x = keras.Input((8, 8, 6))
        y = layers.Conv2D(6, 3, padding="same")(shuffle(layers.Conv2D(6, 3, padding="same")(x)))
        table = cost_table(keras.Model(x, y))
        assert table.total.receptive_field == 5
        assert table.total.macs == 2 * 9 * 36 * 64
        assert not table.notes


@pytest.mark.parametrize(
    "dims, field, stride",
    [((1, 2, 3), (3, 1), (2, 1)), ((2, 1, 3), (1, 3), (1, 2)), ((3, 1, 2), None, None)],
)
def test_permute_moves_the_field_with_the_axes(dims, field, stride):
    model = sequential((8, 8, 4), layers.Conv2D(4, (3, 1), (2, 1)), layers.Permute(dims))
    total = cost_table(model).total
    assert (total.receptive_field, total.stride) == (field, stride)


FREE = [
    layers.Dropout(0.5),
    layers.AlphaDropout(0.5),
    layers.GaussianNoise(0.5),
    layers.SpatialDropout2D(0.5),
    layers.LayerNormalization(),
    layers.LeakyReLU(),
    layers.RandomFlip(),
    layers.RandomContrast(0.5),
    layers.ZeroPadding2D(1),
    layers.Cropping2D(1),
]


@pytest.mark.parametrize("layer", FREE, ids=lambda layer: type(layer).__name__)
def test_layers_that_multiply_nothing_and_leave_the_field_alone(layer):
    table = cost_table(sequential((8, 8, 4), layers.Conv2D(4, 3), layer))
    assert table.total.macs == 9 * 16 * 36 and table.total.receptive_field == 3
    assert not table.notes


UNWORKED = {
    "GetItem": lambda x: x[:, ::2],
    "Mean": lambda x: ops.mean(x, axis=-1),
    "Resizing": layers.Resizing(3, 3),
    "CenterCrop": layers.CenterCrop(3, 3),
}


@pytest.mark.parametrize("name", UNWORKED)
def test_layers_that_multiply_nothing_but_read_cells_not_worked_out(name):
    """The total of the MACs is known, the field is not, and a note says from where on."""
    x = keras.Input((8, 8, 4))
    table = cost_table(keras.Model(x, UNWORKED[name](layers.Conv2D(4, 3)(x))))
    row = table.rows[-1]
    assert table.total.macs == 9 * 16 * 36
    assert row.layer == name and row.receptive_field is table.total.receptive_field is None
    assert f"does not know {row.name} ({name})" in str(table)


def test_field_after_global_pooling_is_all():
    x = keras.Input((8, 8, 4))
    gate = layers.GlobalAveragePooling2D(keepdims=True)(x)
    y = layers.Multiply()([x, layers.Conv2D(4, 1)(gate)])
    table = cost_table(keras.Model(x, y))
    assert [row.receptive_field for row in table] == [1, "all", "all", "all"]
    assert (
        table.total.receptive_field == "all"
    )  # not 1, and in MobileNet not that of the pooled map


# Graphs


def test_nested_models_and_shared_layers():
    shared = layers.Conv2D(4, 3, padding="same", name="shared")
    inner = keras.Sequential([keras.Input((None, None, 4)), shared, layers.ReLU()], name="inner")
    x = keras.Input((8, 8, 4))
    y = layers.Add()([inner(shared(x)), inner(layers.MaxPooling2D(2, 1, padding="same")(x))])
    model = keras.Model(x, y)
    table = cost_table(model)
    one = 9 * 4 * 4 * 64
    calls = [row for row in table if row.layer == "Conv2D"]
    assert sorted(row.name for row in calls) == [
        "inner/shared",
        "inner/shared (call 2)",
        "shared",
    ]
    assert [row.macs for row in calls] == [one] * 3
    assert table.total.macs == 3 * one
    assert table.total.parameters == model.count_params() == 9 * 4 * 4 + 4
    assert sum(row.parameters > 0 for row in table) == 1
    assert {row.output_shape for row in calls} == {(8, 8, 4)}  # not (None, None, 4)
    assert table.total.receptive_field == 5


def test_sizes_that_are_none_are_unknown_and_a_wrapper_gives_them():
    model = sequential((None, None, 3), layers.Conv2D(4, 3), layers.GlobalMaxPooling2D())
    table = cost_table(model)
    assert table.total.macs is None and table.total.memory is None
    assert table.total.parameters == 112 and table.total.receptive_field == 3
    assert "fixed height and width" in str(table) and "?" in str(table)
    assert cost_table(sequential((10, 10, 3), model)).total.macs == 27 * 4 * 64


class Mystery(layers.Layer):
    def build(self, input_shape):
        self.scale = self.add_weight(shape=(input_shape[-1],))

    def call(self, x):
        return x * self.scale


class Dense(layers.Dense):
    """Not Keras' Dense, for all its name: it multiplies twice."""

    def call(self, x):
        return super().call(super().call(x))


@pytest.mark.parametrize("layer", [Mystery(name="odd"), Dense(4, name="odd")])
def test_an_unknown_layer_is_listed_never_counted_as_0(layer):
    table = cost_table(sequential((6, 6, 4), layer, layers.Conv2D(2, 3)))
    row = table.rows[1]
    assert row.macs is None and table.total.macs is None
    assert row.parameters == layer.count_params() > 0
    assert row.receptive_field is None and table.rows[2].receptive_field is None
    for text in (str(table), table._repr_html_()):
        assert f"does not know odd ({type(layer).__name__})" in text
        assert f"add up to {9 * 4 * 2 * 16:,}" in text


@pytest.mark.parametrize(
    "layer",
    [
        layers.LSTM(4),
        layers.Bidirectional(layers.GRU(4)),
        keras.Sequential([layers.LSTM(4, name="inner")]),
    ],
    ids=["LSTM", "Bidirectional", "nested"],
)
def test_behind_an_unknown_layer_the_field_is_unknown(layer):
    """An LSTM's output reads all the steps: the 1 of the input would be wrong."""
    total = cost_table(sequential((7, 5), layer)).total
    assert total.receptive_field is total.stride is None


def test_what_reads_only_cells_that_see_all_sees_all():
    odd = Mystery(name="odd")
    stack = [layers.Conv2D(4, 3), layers.GlobalAveragePooling2D(), odd, layers.Dense(2)]
    table = cost_table(sequential((6, 6, 4), *stack))
    assert [row.receptive_field for row in table] == [1, 3, "all", "all", "all"]
    assert (table.total.receptive_field, table.total.stride) == (3, 1)


def test_the_note_names_the_layer_that_hides_a_size():
    einsum = layers.EinsumDense("abc,cd->abd", output_shape=(None, 4), name="odd")
    text = str(cost_table(sequential((7, 5), einsum, layers.LSTM(4, name="even"))))
    assert "does not know odd (EinsumDense), even (LSTM)." in text
    assert "fixed height" not in text  # it is fixed
    text = str(cost_table(sequential((None, 5), layers.Conv1D(2, 3), layers.LSTM(4, name="even"))))
    assert "fixed height and width), and this table does not know even (LSTM)." in text


def test_lora_is_not_left_out_without_a_word():
    layer = layers.Dense(4, name="thin")
    model = sequential((5,), layer, layers.Dense(3))
    layer.enable_lora(2)
    table = cost_table(model)
    assert table.rows[1].macs is None and table.total.macs is None
    assert "does not know thin (Dense with LoRA). The known MACs add up to 12." in str(table)


def test_operations_in_the_graph():
    x = keras.Input((4, 4, 4))
    y = keras.activations.relu(layers.Conv2D(4, 3, padding="same")(x)) + x
    table = cost_table(keras.Model(x, y))
    assert table.total.macs == 9 * 16 * 16 and table.total.receptive_field == 3
    table = cost_table(keras.Model(x, ops.matmul(y, x)))
    assert table.total.macs is None and "(Matmul)" in str(table)


def test_memory():
    x = keras.Input((4, 4, 2))
    y = layers.Conv2D(8, 1, dtype="float16", name="half")(x)
    table = cost_table(keras.Model(x, layers.Conv2D(1, 1)(y)), batch_size=10)
    assert [row.memory for row in table] == [10 * 32 * 4, 10 * 128 * 2, 10 * 16 * 4]
    assert table.total.memory == 10 * (128 + 256 + 64)


@pytest.mark.parametrize(
    "dtype, size", [("bool", 1), ("uint8", 1), ("bfloat16", 2), ("float8_e4m3fn", 1), ("int64", 8)]
)
def test_bytes_of_a_value(dtype, size):
    x = keras.Input((5, 2), dtype=dtype)
    assert cost_table(keras.Model(x, x)).total.memory == 10 * size


@pytest.mark.skipif(BACKEND != "tensorflow", reason="the others have no strings")
def test_strings_have_no_size():
    x = keras.Input((1,), dtype="string", name="words")
    table = cost_table(keras.Model(x, layers.Identity(dtype="string")(x)))
    assert table.total.memory is None and table.total.macs == 0
    assert "does not know words (InputLayer)" in str(table)


def test_models_without_a_graph_are_refused():
    class Own(keras.Model):
        def call(self, x):
            return x

    unbuilt = keras.Sequential([layers.Dense(2)], name="unbuilt")
    empty = keras.Sequential([keras.Input((4, 4, 3))], name="empty")
    for model in (Own(name="own"), unbuilt, empty):
        with pytest.raises(
            ValueError, match=f"{type(model).__name__} '{model.name}'.*keras.Input.* and a layer"
        ):
            cost_table(model)


# The table


def small():
    stack = [
        keras.Input((12, 12, 3), name="image"),
        layers.Conv2D(64, 3, padding="same", name="wide"),
        layers.Conv2D(4, 1, use_bias=False, name="narrow"),
        layers.Flatten(name="flat"),
        layers.Dense(2, name="<scores>"),
    ]
    return keras.Sequential(stack)


TEXT = """\
name      layer       output shape  parameters     MACs  memory (bytes)  receptive field  stride
------------------------------------------------------------------------------------------------
image     InputLayer  (12, 12, 3)            0        0           1,728                1       1
wide      Conv2D      (12, 12, 64)       1,792  248,832          36,864                3       1
narrow    Conv2D      (12, 12, 4)          256   36,864           2,304                3       1
flat      Flatten     (576)                  0        0           2,304              all       -
<scores>  Dense       (2)                1,154    1,152               8              all       -
------------------------------------------------------------------------------------------------
total     5 layers    (2)                3,202  286,848          43,208                3       1"""


def test_text():
    assert str(cost_table(small())) == TEXT


def test_html():
    text = cost_table(small())._repr_html_()
    assert text.count("<tr>") == text.count("</tr>") == 7
    assert '<td style="text-align: right">248,832</td>' in text
    assert '<th style="text-align: right">286,848</th>' in text
    assert "&lt;scores&gt;" in text and "<scores>" not in text
    assert text == cost_table(small())._repr_html_()


def test_sorting_and_bars():
    table = cost_table(small())
    assert [row.name for row in table.sorted_by("macs", top=2)] == ["wide", "narrow"]
    assert table.sorted_by("name").rows[0].name == "<scores>"
    assert table.sorted_by("receptive_field").rows[0].receptive_field == "all"
    assert table.sorted_by("macs", top=1).total == table.total
    wide, square = layers.Conv2D(2, (1, 9), name="wide"), layers.Conv2D(2, 5, name="square")
    x = keras.Input((9, 9, 2))
    sides = cost_table(keras.Model(x, [square(x), wide(x)])).sorted_by("receptive_field")
    assert [row.name for row in sides][:2] == ["wide", "square"]  # a tuple by its larger side
    shares = [line for line in str(table.bars()).splitlines() if "%" in line]
    assert shares[1].endswith(f" 86.7 % {17 * '█'}") and shares[-1].endswith(f"100.0 % {20 * '█'}")
    assert "share of parameters" in table.bars("parameters")._repr_html_()
    with pytest.raises(ValueError, match="'flops'.*macs"):
        table.sorted_by("flops")
    with pytest.raises(ValueError, match="'stride'"):
        table.bars("stride")


def test_plain_data():
    table = cost_table(small())
    data = table.to_dict()
    assert len(table) == 5 and {len(column) for column in data.values()} == {5}
    assert list(data) == list(table.rows[0]._fields)
    assert data["macs"] == [0, 248_832, 36_864, 0, 1152]
    frame = pytest.importorskip("pandas").DataFrame(data)
    assert frame.macs.sum() == table.total.macs


def test_compare():
    table = compare({"small": small(), "open": sequential((None, None, 3), layers.Conv2D(4, 3))})
    assert table.total is None
    assert table.to_dict()["parameters"] == [3202, 112]
    assert [row.macs for row in table] == [286_848, None]
    assert "open: ? is unknown" in str(table) and "trainable" in str(table)
    assert table.sorted_by("macs").rows[0].name == "small"
