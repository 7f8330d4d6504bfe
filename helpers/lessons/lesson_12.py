"""The exercises of lesson 12, grouped and shuffled convolution; its data, nets and times."""

import datetime
import functools
import json
import sys
import time
from collections.abc import Callable, Sequence

import keras
import numpy as np
from keras import layers

from helpers import blocks, checks, datasets, training
from helpers.cost import cost_table

# Conv2D(64, 3, groups=4) on 64 channels.
four_groups = checks.Number(
    3 * 3 * 16 * 64 + 64,
    hints={
        3 * 3 * 16 * 64: "Those are the weights. The layer has biases, too.",
        3 * 3 * 16 * 64 + 16: "The groups share no bias: every filter has one of its own.",
        3 * 3 * 64 * 64 + 64: "Then every filter would read every channel, as without groups.",
        3 * 3 * 16 * 16 + 16: "That is one group. How many are there?",
        3 * 3 * 16 * 16: "That is one group, without biases.",
        3 * 3 * 64 * 64: "Then every filter would read every channel. And the biases are missing.",
        3 * 3 * 4 * 64 + 64: "A group isn't four channels wide: there are four groups.",
    },
    hint="How many channels does one filter read, and how many filters are there?",
)

# Filter 17 of Conv2D(32, 3, groups=4) on 16 channels.
reads_these = checks.Array(
    [8, 9, 10, 11],
    hints={
        (4, 5, 6, 7): "Which group is the filter in? Count the filters of a group, and count from "
        "zero.",
        (12, 13, 14, 15): "One group too far. Groups are counted from zero, as filters are.",
        (16, 17, 18, 19): "The input has no such channels. First find the filter's group.",
        (16, 17, 18, 19, 20, 21, 22, 23): "Those are filters of its group. Which channels do they "
        "read?",
        (2, 6, 10, 14): "A group is a block of neighbours, not every fourth channel.",
        (1, 5, 9, 13): "A group is a block of neighbours, not every fourth channel.",
        (17,): "That would be depthwise. Here a filter reads several channels.",
    },
    hint="Find the group of the filter first, then the channels of that group.",
)

# Which test shows that the two numbers in Reshape were exchanged?
test_that_fails = checks.Choice(
    "C",
    hints={
        "A": "The test of the colleague again. Are random numbers dealt in another way?",
        "B": "With as many groups as there are channels in each, both tables look alike.",
        "D": "Here the two numbers are equal, too.",
    },
)

# 32 channels in 16 groups, shuffled between the layers.
layers_to_mix = checks.Number(
    5,
    hints={
        4: "Nearly. How many does an output read then, of all?",
        6: "Fewer do. Write down what an output reads after each layer.",
        2: "That is how many channels are in a group. What is read after two layers?",
        16: "That is the number of groups. How many channels are in one?",
        1: "One layer reads only the channels of one group.",
    },
    hint="How many channels are in a group? Each further layer multiplies by that, at most.",
)


def _middle(
    groups=3, reshape=None, shuffle=True, activation="relu", depthwise=True, last=None,
    padding="same", filters=12, use_bias=True,
):  # fmt: skip
    """The first half of ShuffleNet's unit; `reshape` is the table of the shuffle."""
    inputs = keras.Input((14, 14, 24))
    options = {"groups": groups, "activation": activation, "use_bias": use_bias}
    x = layers.Conv2D(filters, 1, **options)(inputs)
    if shuffle:
        x = layers.Reshape((14, 14, *(reshape or (3, filters // 3))))(x)
        x = layers.Reshape((14, 14, filters))(layers.Permute((1, 2, 4, 3))(x))
    if depthwise:
        window = {"padding": padding, "activation": last, "use_bias": use_bias}
        x = layers.DepthwiseConv2D(3, **window)(x)
    return keras.Model(inputs, x)


# 1x1 with 12 filters in 3 groups and ReLU; shuffle in 3 groups; depthwise 3x3, same, linear.
half_unit = checks.Model(
    _middle,
    hints=[
        ({"groups": 1}, "The 1x1 has no groups: it reads every channel."),
        ({"groups": 12}, "Too many groups in the 1x1."),
        ({"use_bias": False}, "Leave use_bias as it is: both layers have biases."),
        ({"padding": "valid"}, "The 3x3 must keep the size."),
        ({"depthwise": False}, "The depthwise layer is missing."),
        ({"shuffle": False}, "The channels are not shuffled."),
        ({"reshape": (4, 3)}, "They are shuffled in another order. What comes first in Reshape?"),
        ({"activation": None}, "The ReLU after the 1x1 is missing."),
        ({"last": "relu"}, "No ReLU after the depthwise layer, please."),
    ],
    hint="Compare the three lines of the exercise with yours, and the order of the shuffle.",
)  # fmt: skip

# Training a net of grouped layers is slow on this computer: what first?
what_first = checks.Choice(
    "B",
    hints={
        "A": "More groups means fewer MACs. Is that what takes the time?",
        "C": "Then an epoch has fewer steps, but each of them takes longer: the slow program is "
        "still the same.",
        "D": "A shuffle multiplies nothing. And without it the groups stay apart.",
    },
)

checks.count_together(globals())


# The pictures and the data of the lesson


def photo_stack(side: int = 128) -> np.ndarray:
    """Three photographs in one stack: channels 0-2 the cat, 3-5 the cup, 6-8 the rocket.

    Floats from 0 to 1, (1, side, side, 9), each pixel a mean; side divides 256.
    """
    photos = [datasets.photograph(name) / 255 for name in ("chelsea", "coffee", "rocket")]
    pixels = np.concatenate(photos, axis=-1).astype("float32")
    return datasets.shrunk(pixels[None], 256 // side)


# Two garments, one in each channel: are they of one kind?


def pairs(count: int = 4_000) -> tuple:
    """Pairs of Fashion-MNIST garments, in the form of training.images; the label 1 is "one kind".

    x (count, 14, 14, 2) has a garment in each channel. Every second pair is of one kind; the
    others are of two kinds, each as likely as any. The test has 2,000 pairs of test images.
    """
    rng = np.random.default_rng(0)

    def draw(x, y, count):
        first = rng.integers(0, len(x), count)
        same = np.arange(count) % 2
        kinds = np.where(same, y[first], (y[first] + rng.integers(1, 10, count)) % 10)
        second = np.array([rng.choice(np.flatnonzero(y == kind)) for kind in kinds])
        return np.concatenate([x[first], x[second]], axis=-1), same

    train, test = training.images(10_000, 14)
    return draw(*train, count), draw(*test, 2_000)


def pair_net(shuffle: bool) -> keras.Model:
    """Four grouped 3x3 layers in two groups, a mean and a dense layer; with shuffles, or without.

    Both have the same parameters.
    """
    inputs = x = keras.Input((14, 14, 2))
    for filters, strides in ((16, 1), (16, 2), (32, 1), (32, 1)):
        options = {"groups": 2, "strides": strides, "batch_normalization": True}
        x = blocks.grouped_conv(x, filters, 3, **options)
        if shuffle:
            x = blocks.ChannelShuffle(2)(x)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(inputs, layers.Dense(2, activation="softmax")(x))


def _experiment(name: str, shuffle: bool, epochs: int):
    options = {"learning_rate": 3e-3, "data": pairs}
    build = functools.partial(pair_net, shuffle)
    return training.Experiment(name, build, epochs=epochs, **options)


EXPERIMENTS = {
    experiment.name: experiment
    for experiment in (
        _experiment("pairs_shuffled", True, 4),
        _experiment("pairs_apart", False, 4),
        _experiment("pairs_apart_long", False, 16),
    )
}


# What the page computes with a line each


def alexnet(*, groups: int) -> tuple[int, int]:
    """Parameters of AlexNet, and MACs of its convolutions. The published net has two groups.

    Krizhevsky and others (2012): 11x11 with stride 4 on 3x227x227 and so on, three dense layers.
    """
    rows = [  # window, channels read, filters, in groups?, size of the map that is written
        (11, 3, 96, False, 55),
        (5, 96, 256, True, 27),
        (3, 256, 384, False, 13),
        (3, 384, 384, True, 13),
        (3, 384, 256, True, 13),
    ]
    parameters = sum(
        (read + 1) * write for read, write in ((9216, 4096), (4096, 4096), (4096, 1000))
    )
    macs = 0
    for k, read, filters, grouped, size in rows:
        weights = k * k * read * filters // (groups if grouped else 1)
        parameters, macs = parameters + weights + filters, macs + weights * size * size
    return parameters, macs


def mixed(channels: int, groups: int, rounds: int) -> np.ndarray:
    """Which output channel reads which input, after `rounds` grouped layers and shuffles between.

    (outputs, inputs), True where it reads. The layers are 1x1 with all weights 1, in NumPy; the
    inputs are pixels, in each of which one channel is 1.
    """
    x = np.eye(channels)
    for i in range(rounds):
        if i:  # the shuffle
            x = x.reshape(channels, groups, -1).swapaxes(1, 2).reshape(channels, channels)
        sums = x.reshape(channels, groups, -1).sum(-1)
        x = np.repeat(sums, channels // groups, axis=1)  # each filter of a group writes its sum
    return x.T > 0


# How long it takes: here and now, and as it was measured once


def milliseconds(
    model: keras.Model, *, batch_size: int = 8, times: int = 3, answers: int = 20,
    clock: Callable[[], float] = time.perf_counter,
) -> tuple[float, float]:  # fmt: skip
    """How long a batch takes, in ms: the answer alone, and a step of training; the fastest counts.

    It is measured `answers` and `times` times, by `clock`. The first call of each, which
    compiles, is not counted.
    """
    jit = False if keras.backend.backend() == "tensorflow" else "auto"
    model.compile("sgd", "mse", jit_compile=jit)  # as in training.train
    rng = np.random.default_rng(0)
    shapes = [(batch_size, *shape[1:]) for shape in (model.input_shape, model.output_shape)]
    x, y = (rng.normal(size=shape).astype("float32") for shape in shapes)

    def fastest(call, times):
        took = []
        for _ in range(times + 1):
            start = clock()
            call()
            took.append(clock() - start)
        return 1000 * min(took[1:])

    answer = fastest(lambda: model.predict_on_batch(x), answers)
    return answer, fastest(lambda: model.train_on_batch(x, y), times)


def ways(channels: int = 64, groups: Sequence[int] = (1, 2, 4, 8, 16, 32)) -> dict[str, dict]:
    """One 3x3 layer on maps of 14x14, as models: {kind: {"8 groups": model}}."""
    inputs = keras.Input((14, 14, channels))
    same = {"padding": "same"}
    made = {"native": {}, "split": {}}
    for g in groups:
        native = layers.Conv2D(channels, 3, groups=g, **same)(inputs)
        split = blocks.grouped_conv(inputs, channels, 3, groups=g, activation=None)
        made["native"][_counted(g)] = keras.Model(inputs, native)
        made["split"][_counted(g)] = keras.Model(inputs, split)
    made["depthwise"] = {
        _counted(channels): keras.Model(inputs, layers.DepthwiseConv2D(3, **same)(inputs))
    }
    return made


def _counted(groups: int) -> str:
    return f"{groups} group" + "s" * (groups > 1)


def stored_times() -> dict[str, dict]:
    """What `store_times` measured, for figures.speed_up."""
    stored = json.loads(datasets.find("results/grouped_times.json").read_text())
    return stored["times"]


def store_times() -> None:
    """Measure all ways of `ways`, and store MACs and ms of the answer and of a training step."""
    times = {"answer alone": {}, "step of training": {}}
    for kind, models in ways().items():
        for label, model in models.items():
            macs = cost_table(model).total.macs
            # processor time: other work on the machine makes it longer by little
            measured = milliseconds(model, times=8, answers=40, clock=time.process_time)
            for row, ms in zip(times.values(), measured, strict=True):
                row.setdefault(kind, {})[label] = [macs, round(ms, 2)]
            print(kind, label, macs, measured, flush=True)
    about = {
        "machine": "two cores of a server (Intel Xeon), no graphics card, shared with other work",
        "what": "one 3x3 layer, 64 channels, on 8 maps of 14x14: processor time of all threads, "
        "in ms, the shortest of 40 answers and of 8 steps of training",
        "versions": {m: sys.modules[m].__version__ for m in ("keras", keras.backend.backend())},
        "date": datetime.date.today().isoformat(),
        "times": times,
    }
    path = datasets.folder() / "results/grouped_times.json"
    path.write_text(json.dumps(about, indent=1) + "\n")


if __name__ == "__main__":
    store_times()
