"""What lesson 06 computes from its stored trainings."""

import numpy as np
import pytest

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


@pytest.fixture(autouse=True)
def stored(monkeypatch):
    curves = {key: np.array(value) for key, value in STORED.items()}
    monkeypatch.setattr(training, "results", lambda name: curves)


def test_right_after_is_the_mean_of_four_directions_at_the_last_epoch():
    assert lesson_06.right_after("any", 0) == pytest.approx([80, 70, 90])
    assert lesson_06.right_after("any", 1) == pytest.approx([30, 30, 30])


def test_shift_table_tells_median_and_range_of_the_seeds():
    head, row = lesson_06.shift_table({"mean": "any"}).splitlines()
    assert head.split() == ["moved", "by", "0", "px", "1", "px", "2", "px", "3", "px"]
    assert row.split(maxsplit=1)[0] == "mean"
    assert "80 (70 to 90)" in row and "30 (30 to 30)" in row and len(row) == len(head)
