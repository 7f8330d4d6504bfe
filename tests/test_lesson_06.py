"""What lesson 06 computes from its stored trainings."""

import keras
import numpy as np
import pytest
from keras import ops

from helpers import training
from helpers.lessons import lesson_06

STORED = {  # three seeds, two epochs; the first epoch must not count
    "shift_0": [[9, 0.8], [9, 0.7], [9, 0.9]],
    "up_1": [[9, 0.1], [9, 0.2], [9, 0.3]],
    "down_1": [[9, 0.3], [9, 0.2], [9, 0.1]],
    "left_1": [[9, 0.5], [9, 0.6], [9, 0.7]],
    "right_1": [[9, 0.3], [9, 0.2], [9, 0.1]],
}
STORED |= {f"{way}_{n}": [[9, 0.5]] * 3 for way in ("up", "down", "left", "right") for n in (2, 3)}


@pytest.fixture
def stored(monkeypatch):
    curves = {key: np.array(value) for key, value in STORED.items()}
    monkeypatch.setattr(training, "results", lambda name: curves)


def test_right_after_is_the_mean_of_four_directions_at_the_last_epoch(stored):
    assert lesson_06.right_after("any", 0) == pytest.approx([80, 70, 90])
    assert lesson_06.right_after("any", 1) == pytest.approx([30, 30, 30])


def test_shift_table_tells_median_and_range_of_the_seeds(stored):
    head, row = lesson_06.shift_table({"mean": "any"}).splitlines()
    assert head.split() == ["moved", "by", "0", "px", "1", "px", "2", "px", "3", "px"]
    assert row.split(maxsplit=1)[0] == "mean"
    assert "80 (70 to 90)" in row and "30 (30 to 30)" in row and len(row) == len(head)


def test_accuracy_under_shifts_knows_the_shift_of_each_answer(monkeypatch):
    x = np.zeros((2, 14, 14, 1), "float32")
    x[0, 5, 5] = x[1, 5, 8] = 1  # classes 5 and 8: the column of the bright pixel

    class Reads:
        def predict(self, x, **options):
            return x[..., 0].max(1)  # the brightest column wins

    monkeypatch.setattr(training, "images", lambda *_: (None, (x, np.array([5, 9]))))
    right = lesson_06.accuracy_under_shifts(Reads())
    assert list(right) == list(lesson_06.SHIFTS) and right.pop("shift_0") == 0.5
    assert right.pop("right_1") == right["up_3"] == right["down_1"] == 0.5
    assert right["left_1"] == right["left_2"] == right["right_2"] == right["right_3"] == 0


def by_shift(name):
    """Percent right, lowest and highest seed, after shifts of 0 to 3 pixels."""
    ends = [lesson_06.right_after(name, pixels) for pixels in range(4)]
    return np.array([[end.min(), end.max()] for end in ends])


def test_what_the_page_says_of_the_two_heads():
    mean, flatten, narrow = map(by_shift, ("nin_plain", "nin_flatten", "nin_narrow"))
    for net in (flatten, narrow):  # trained on centred clothes
        assert (net[:2, 0] > mean[:2, 1]).all() and net[3, 1] < mean[3, 0]
    assert flatten[2, 1] > mean[2, 0] and mean[2, 1] > flatten[2, 0]
    mean, flatten, narrow = (
        by_shift(f"{name}_moved") for name in ("nin_plain", "nin_flatten", "nin_narrow")
    )
    assert (flatten[:, 0] > mean[:, 1]).all() and (narrow[:, 0] > mean[:, 1]).all()


def test_after_longer_training_on_moved_clothes_the_seeds_of_the_two_heads_overlap():
    mean, flatten = map(by_shift, ("nin_plain_moved_long", "nin_flatten_moved_long"))
    assert (mean[:, 0] < flatten[:, 1]).all() and (flatten[:, 0] < mean[:, 1]).all()


def test_longer_training_shrinks_the_lead_of_flatten_on_centred_clothes():
    def end(name):
        return round(100 * np.median(training.results(name)["val_accuracy"][:, -1]))

    assert end("nin_flatten") - end("nin_plain") == 13
    assert end("nin_flatten_long") - end("nin_plain_long") == 3
    assert end("nin_narrow_long") - end("nin_plain_long") == 3


@pytest.fixture(scope="module")
def class_maps():
    net = lesson_06.nin_small(input_shape=(None, None, 1))
    stored = training.trained(lesson_06.EXPERIMENTS["nin_small"])
    net.set_weights(stored.get_weights())
    to_maps = keras.Model(net.input, net.get_layer("class_maps").output)
    return lambda picture: ops.convert_to_numpy(to_maps(picture[None, ..., None]))[0]


@pytest.fixture(scope="module")
def wall():
    _, (images, labels) = training.images(1, 14)
    first = [np.flatnonzero(labels == c)[0] for c in range(9)]
    return np.vstack([np.hstack(images[first[i : i + 3], ..., 0]) for i in (0, 3, 6)])


def of_each_garment(maps):
    """Maps of the wall (21, 21, 10) cut into (garment, 7, 7, 10)."""
    return maps.reshape(3, 7, 3, 7, 10).swapaxes(1, 2).reshape(9, 7, 7, 10)


def test_what_the_page_says_of_the_class_maps_on_the_wall(class_maps, wall):
    maps = of_each_garment(class_maps(wall))
    highest = maps.max((1, 2))  # garment, map
    owner = highest[:, :9].argmax(0)
    assert (owner == range(9)).sum() == 5 and all(owner[c] == c for c in (1, 7, 8))
    assert owner[5] == 7
    assert maps[1, ..., 1].mean() > 0 > np.delete(maps[..., 1], 1, axis=0).mean()
    assert highest[3, 1] > highest[1, 1] / 2  # the trouser map likes the dress, too


def test_what_the_page_says_of_the_wall_with_a_margin(class_maps, wall):
    big = np.pad(wall, 20)
    before = class_maps(big)
    shirt, _, pullover = of_each_garment(before[10:31, 10:31])[:3]
    without = of_each_garment(class_maps(wall))
    for garment, old in ((shirt, without[0]), (pullover, without[2])):
        level = before[..., 8].max() / 2
        assert garment[:3, :, 8].max() > level and old[..., 8].max() < level
    level = before[..., 1].max() / 2
    assert shirt[:, 0, 1].max() > level and without[0, :, 0, 1].max() > level
    for shift, changes in ((6, False), (2, False), (1, True), (-1, True), (12, False)):
        change = (class_maps(np.roll(big, shift, axis=1)) - before).mean((0, 1))
        assert (abs(change[1]) > 0.1) == changes and (abs(change[1]) < 0.01) != changes
