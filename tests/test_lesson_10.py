"""What lesson 10 computes: outlines, views, what its trained nets paint, fields of real nets."""

import itertools

import keras
import numpy as np
import pytest
from keras import layers

from helpers import arithmetic, cost, datasets, reference, training
from helpers.lessons import lesson_10


def test_outlines_are_the_rims_of_filled_garments():
    for x, y in lesson_10.outlines():
        assert x.shape[1:] == (40, 40, 1) and y.shape == x.shape[:3]
        assert set(np.unique(x)) == set(np.unique(y)) == {0, 1}
        line, padded = x[..., 0] == 1, np.pad(y, ((0, 0), (1, 1), (1, 1)))
        cross = [padded[:, 1 + r : 41 + r, 1 + c : 41 + c] for r, c in ((0, 1), (1, 0))]
        cross += [padded[:, :-2, 1:-1], padded[:, 1:-1, :-2]]
        assert np.array_equal(line, (y == 1) & (np.min(cross, axis=0) == 0))
    (x, _), (test, _) = lesson_10.outlines()
    assert (len(x), len(test)) == (800, 200)


def test_inside_is_the_garment_with_its_holes_filled():
    (images, labels), inside = datasets.fashion_mnist()[1], lesson_10.outlines()[1][1]
    first = images[~np.isin(labels, (5, 7, 9))][0] > 25
    rows, columns = (np.flatnonzero(inside[0].any(axis)) for axis in (1, 0))
    shown = inside[0][rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    own = first[first.any(1)][:, first.any(0)]
    assert shown.shape == own.shape and (shown >= own).all() and shown.mean() < 1
    ring = np.ones((1, 5, 5), bool)
    ring[0, 2, 2] = ring[0, 0, 2] = False
    assert lesson_10._outside(ring).sum() == 1  # the notch, and not the hole


@pytest.mark.parametrize("rates", [(1,), (2, 2), (3, 1), (1, 2, 4)])
def test_a_view_is_the_gradient(rates):
    kernel = np.ones((1, 1))
    for rate in rates:  # the layers' kernels, full of zeros, one after another
        taps = reference.stuffed(np.ones((3, 3)), rate, axes=2)
        wide = np.zeros(np.add(kernel.shape, taps.shape) - 1)
        for (r, c), weight in np.ndenumerate(taps):
            wide[r : r + len(kernel), c : c + len(kernel)] += weight * kernel
        kernel = wide
    edge = (17 - len(kernel)) // 2
    assert np.array_equal(lesson_10.view(rates, size=17), np.pad(kernel, edge))


def test_keras_refuses_a_stride_with_a_rate():
    assert lesson_10.refusal(strides=2, dilation_rate=2).startswith("ValueError: `strides > 1`")
    assert lesson_10.refusal(strides=2) == lesson_10.refusal(dilation_rate=2) == "no error"


def test_the_four_nets_cost_the_same():
    tables = [cost.cost_table(lesson_10.painter(r)).total
              for r in ((1, 1, 1, 1), (1, 2, 4, 8), (4, 4, 4, 4), (1, 1, 5, 5))]  # fmt: skip
    assert len({(t.parameters, t.macs) for t in tables}) == 1 and tables[0].parameters == 1850
    assert [t.receptive_field for t in tables] == [9, 31, 33, 25]
    assert (lesson_10.view((1, 1, 5, 5), size=25) > 0).all()


def test_the_plain_net_cannot_tell_the_middle_of_a_garment_from_empty_canvas():
    x = lesson_10.outlines()[1][0][41]
    answers = training.trained(lesson_10.EXPERIMENTS["painter_plain"])(x[None])
    answers, line = keras.ops.convert_to_numpy(answers)[0], x[..., 0]
    blind = [(r, c) for r, c in np.ndindex(32, 32) if not line[r : r + 9, c : c + 9].any()]
    inside = lesson_10.outlines()[1][1][41]
    where = {bool(inside[r + 4, c + 4]) for r, c in blind}
    assert where == {True, False}  # within 9x9 pixels nothing, inside the garment and outside
    assert np.ptp([answers[r + 4, c + 4, 1] for r, c in blind]) < 1e-6


def limit(step):
    """What no net can beat on the test outlines that reads 9 by 9 pixels, `step` apart.

    Equal views get one answer: the more frequent one. A view tells the canvas's edge, too; one that
    comes once counts as right.
    """
    x, y = lesson_10.outlines()[1]
    code = np.zeros(y.shape, "uint64")  # a number for each view, as good as unique
    rng, wide = np.random.default_rng(0), np.pad(x[..., 0], ((0, 0), *[(4 * step,) * 2] * 2),
                                                 constant_values=2)  # fmt: skip
    for r, c in np.ndindex(9, 9):
        place = wide[:, r * step : r * step + 40, c * step : c * step + 40].astype(int)
        code += rng.integers(2**63, size=3, dtype="uint64")[place]
    views = np.unique(code.ravel(), return_inverse=True)[1]
    count, inside = np.bincount(views), np.bincount(views, y.ravel())
    return np.maximum(inside, count - inside).sum() / y.size


def test_equal_views_hold_every_net_that_sees_9x9_below_91_percent():
    assert 0.9 < limit(1) < 0.91
    assert limit(4) > 0.97  # net C could do much better than it does: the training counts, too


def ends(name):
    return 100 * training.results(f"painter_{name}")["val_accuracy"][:, -1]


def test_longer_training_leaves_the_order_of_the_nets():
    for short, long in ((ends(n), ends(f"{n}_long")) for n in ("plain", "holes")):
        assert 0.5 < np.median(long) - np.median(short) < 2.5
    assert ends("plain_long").max() + 3 < ends("holes_long").min()
    assert ends("holes_long").max() + 7 < ends("dilated").min() < ends("dilated_long").min()


def test_a_narrower_view_without_holes_beats_a_wider_one_with_holes():
    assert ends("dense_25").min() > ends("holes_long").max() + 5
    assert abs(np.median(ends("dense_25")) - np.median(ends("dilated"))) < 1


def test_where_same_pads_an_even_map_the_other_rows_and_columns_are_equal():
    def net(*settings):
        made = keras.Sequential([keras.Input((64, 64, 1))])
        for stride, rate in settings:
            made.add(layers.Conv2D(2, 3, strides=stride, dilation_rate=rate, padding="same"))
        return made

    few, many = net((2, 1), (1, 1), (1, 1)), net((1, 1), (1, 2), (1, 2))
    many.set_weights(few.get_weights())
    x = np.random.default_rng(0).normal(size=(1, 64, 64, 1)).astype("float32")
    few, many = (keras.ops.convert_to_numpy(model(x)) for model in (few, many))
    assert np.allclose(few, many[:, 1::2, 1::2], atol=1e-5)
    assert not np.allclose(few, many[:, ::2, ::2], atol=1e-5)


def test_what_the_page_says_of_the_paintings():
    inside = lesson_10.outlines()[1][1]
    for number in (41, 21, 13):
        right = {n: (lesson_10.painted(n, number) == inside[number]).mean()
                 for n in ("plain", "holes", "dilated")}  # fmt: skip
        assert right["plain"] < right["holes"] < right["dilated"] and right["dilated"] > 0.98


def test_after_one_epoch_the_widened_bands_do_not_touch():
    plain, dilated = (training.results(f"painter_{n}")["val_accuracy"][:, 0]
                      for n in ("plain", "dilated"))  # fmt: skip
    assert plain.max() + 0.05 < dilated.min() - 0.05


def test_fields_of_real_nets_as_keras_has_them():
    vgg = keras.applications.VGG16(weights=None, include_top=False, input_shape=(64, 64, 3))
    resnet = keras.applications.ResNet50(weights=None, include_top=False, input_shape=(64, 64, 3))
    assert cost.cost_table(vgg).total.receptive_field == 212
    assert cost.cost_table(resnet).total.receptive_field == 483


def holes(rates):
    """The page's rule: a rate that is larger than the row is long."""
    row, found = 1, False
    for rate in sorted(rates):
        found |= rate > row
        row += 2 * rate
    return found


def test_the_rule_of_holes_holds_for_all_small_stacks():
    for rates in np.ndindex(7, 7, 7):
        rates = np.add(rates, 1).tolist()
        row = np.ones(1)
        for rate in rates:
            row = np.convolve(row, reference.stuffed(np.ones((3, 1)), rate)[:, 0])
        assert len(row) == arithmetic.receptive_field([(3, 1, rate) for rate in rates])
        assert holes(rates) == (0 in row), rates


def test_the_wide_net_may_have_just_the_rates_that_read_15_by_15_pixels():
    all_three = (rates for rates in itertools.product(range(1, 8), repeat=3) if sum(rates) == 7)
    dense = {rates for rates in all_three if (lesson_10.view(rates) > 0).all()}
    assert set(lesson_10._DENSE_15) == dense and len(dense) == 12


def stack(*rates, activation="relu", last=None, **options):
    made = keras.Sequential([keras.Input((32, 32, 1))])
    for rate in rates:
        options = {"padding": "same", "activation": activation} | options
        made.add(layers.Conv2D(8, 3, dilation_rate=rate, **options))
        if activation is None:
            made.add(layers.ReLU())
    return keras.Sequential([*made.layers, last or layers.Conv2D(2, 1)])


@pytest.mark.parametrize(
    "model",
    [
        lambda: stack(1, 2, 4),
        lambda: stack(4, 2, 1),
        lambda: stack(3, 1, 3),
        lambda: stack(1, 1, 5),
        lambda: stack(2, 1, 4, activation=None),
        lambda: stack(1, (2, 2), 4, last=layers.Dense(2)),
    ],
)
def test_every_right_way_of_building_the_wide_net_passes(model):
    built = model()
    built.build((None, 32, 32, 1))
    assert lesson_10.wide_net.mistake(built) is None


@pytest.mark.parametrize(
    "model, says",
    [
        (lambda: stack(1, 1, 1), "rate one"),
        (lambda: stack(2, 2, 2), "holes"),
        (lambda: stack(2, 2, 3), "all of them read"),
        (lambda: stack(3, 2, 2), "all of them read"),
        (lambda: stack(1, 2, 4, padding="valid"), "shrinks"),
        (lambda: stack(1, 2, 4, last=layers.Conv2D(2, 1, activation="softmax")), "linear"),
        (lambda: stack(1, 2), ""),
    ],
)
def test_a_wrong_wide_net_is_refused_with_words_that_help(model, says):
    built = model()
    built.build((None, 32, 32, 1))
    hint = lesson_10.wide_net.mistake(built)
    assert hint and says in hint
