"""What lesson 09 computes, and what its page says of the stored trainings."""

import keras
import numpy as np
import pytest
from keras import layers

from helpers import reference, training
from helpers.lessons import lesson_09

NETS = {n: f"decoder_{n}" for n in ("transposed_3", "transposed_4", "resize")}


def test_apply_gives_the_kernel_and_no_bias():
    x, kernel = np.arange(12.0).reshape(3, 4), np.arange(6.0).reshape(2, 3)
    layer = layers.Conv2DTranspose(1, (2, 3), strides=2, bias_initializer="ones")
    written = lesson_09.apply(layer, x, kernel)
    expected = reference.transposed(x[..., None], kernel[..., None, None], strides=2)[..., 0]
    np.testing.assert_allclose(written, expected)
    row = lesson_09.apply(layers.Conv1D(1, 3), np.array([1, 2, 3, 4]), [1, 0, -1])
    np.testing.assert_allclose(row, [-2, -2])
    net = keras.Sequential([layers.UpSampling2D(2), layers.Conv2D(1, 1)])
    np.testing.assert_allclose(lesson_09.apply(net, x, [[2]]), 2 * np.kron(x, np.ones((2, 2))))


def test_apply_leaves_the_weights_without_a_kernel():
    layer = layers.Conv2D(1, 1, kernel_initializer="ones", bias_initializer="ones")
    assert lesson_09.apply(layer, np.zeros((2, 2))).tolist() == [[1, 1], [1, 1]]


def test_the_grid_is_what_lies_in_tiles_of_four_and_not_the_border():
    picture = np.full((64, 64), 0.5)
    assert lesson_09.grid(picture) == 0
    picture[:, :16] = picture[:16] = 0  # the border does not count
    picture[-16:, ::3] = 1
    assert lesson_09.grid(picture) == 0
    picture[2::4, 1::4] += 0.1
    assert lesson_09.grid(picture) == pytest.approx(25.5)
    assert lesson_09.grid(lesson_09.large_cat()) < 1


def test_the_small_cat_is_the_mean_of_the_large_one():
    small, large = lesson_09.small_cat(), lesson_09.large_cat()
    assert small.shape == (64, 64) and large.shape == (256, 256) and large.max() <= 1
    assert small[3, 5] == pytest.approx(large[12:16, 20:24].mean(), rel=1e-5)


@pytest.mark.parametrize("kind", ["transposed", "resize"])
def test_a_decoder_makes_maps_four_times_as_large(kind):
    assert lesson_09.decoder(kind)(np.zeros((1, 7, 9, 1), "float32")).shape == (1, 28, 36, 1)
    assert lesson_09.decoder(kind).count_params() == 2_625


def test_what_the_page_says_of_the_grids():
    grids = {name: training.results(stored)["grid"] for name, stored in NETS.items()}
    assert all(values.shape == (3, 20) for values in grids.values())
    assert grids["resize"].max() < 2
    assert min(grids[n].min() for n in ("transposed_3", "transposed_4")) > 3 * grids["resize"].max()


def test_what_the_page_says_of_the_errors():
    off = {n: 255 * np.sqrt(training.results(s)["val_loss"][:, -1]) for n, s in NETS.items()}
    assert off["resize"].max() < min(off["transposed_3"].min(), off["transposed_4"].min())
    assert max(values.max() for values in off.values()) < 1.2 * off["resize"].min()


def test_a_stored_decoder_leaves_the_grid_that_was_measured():
    for name, stored in NETS.items():
        picture = lesson_09.enlarged_cat(lesson_09.trained(stored))
        measured = training.results(stored)["grid"][0, -1]
        assert lesson_09.grid(picture) == pytest.approx(measured, abs=0.5), name


def test_clothes_to_enlarge_are_means_of_4x4_pixels():
    (small, large), (small_test, large_test) = lesson_09.clothes_to_enlarge()
    assert small.shape == (8_000, 7, 7, 1) and large.shape == (8_000, 28, 28, 1)
    assert len(small_test) == len(large_test) == 2_000
    np.testing.assert_allclose(small[2, 1, 5], large[2, 4:8, 20:24].mean((0, 1)), rtol=1e-5)
