import functools
import json

import keras
import numpy as np
import pytest

from helpers import datasets, training
from helpers.tools.notebook_form import ROOT

RNG = np.random.default_rng(1)
DATA = [(RNG.random((n, 14, 14, 1)).astype("float32"), RNG.integers(0, 10, n)) for n in (40, 20)]


def net(units=4, activation="relu", rate=0.5, **options):
    options = {"strides": 7} | options
    return keras.Sequential(
        [
            keras.Input((14, 14, 1)),
            keras.layers.Conv2D(units, 3, activation=activation, name="conv", **options),
            keras.layers.BatchNormalization(name="norm"),
            keras.layers.GlobalAveragePooling2D(name="mean"),
            keras.layers.Dropout(rate, name="dropout"),
            keras.layers.Dense(10, activation="softmax", name="classes"),
        ]
    )


def two_branches(sizes):
    """Branches of these kernel sizes, made in this order."""
    inputs = keras.Input((14, 14, 1))
    ends = [keras.layers.Conv2D(2, size, padding="same")(inputs) for size in sizes]
    return keras.Model(inputs, keras.layers.Add()(ends))


def experiment(**fields):
    return training.Experiment(**{"name": "tiny", "build": net, "size": 14, "epochs": 2} | fields)


@pytest.fixture
def folder(monkeypatch, tmp_path):
    """An empty data/ and a Fashion-MNIST of 40 and 20 images."""
    small = [(np.uint8(255 * RNG.random((n, 28, 28))), RNG.integers(0, 10, n)) for n in (40, 20)]
    monkeypatch.setattr(datasets, "_FOLDERS", (tmp_path,))
    monkeypatch.setattr(datasets, "fashion_mnist", lambda: small)
    return tmp_path


@pytest.fixture
def stored(folder):
    """Three seeds of two epochs, in data/results/tiny.json."""
    ends = {"0": 0.60, "1": 0.64, "2": 0.71}
    curves = {
        seed: {"val_accuracy": [0.5, end], "loss": [2.0, 1 - end]} for seed, end in ends.items()
    }
    (folder / "results").mkdir()
    (folder / "results/tiny.json").write_text(json.dumps({"curves": curves}))


def test_images_are_averaged_over_two_by_two(folder):
    (x, y), (x_test, y_test) = training.images(3, 14)
    (whole, _), _ = training.images(3)
    assert x.shape == (3, 14, 14, 1) and x_test.shape == (20, 14, 14, 1)
    assert len(y) == 3 and len(y_test) == 20 and whole.shape == (3, 28, 28, 1)
    assert x.dtype == "float32" and 0.9 < whole.max() <= 1
    np.testing.assert_allclose(x[2, 5, 9], whole[2, 10:12, 18:20].mean((0, 1)), rtol=1e-5)
    with pytest.raises(ValueError, match="size=7: the images come in 28 or"):
        training.images(3, 7)


def test_shift_moves_down_and_right_and_zeros_come_in():
    x = np.arange(1, 10).reshape(1, 3, 3, 1)
    assert training.shift(x, 1, 0)[0, ..., 0].tolist() == [[0, 0, 0], [1, 2, 3], [4, 5, 6]]
    assert training.shift(x, -1, 0)[0, ..., 0].tolist() == [[4, 5, 6], [7, 8, 9], [0, 0, 0]]
    assert training.shift(x, 0, 2)[0, ..., 0].tolist() == [[0, 0, 1], [0, 0, 4], [0, 0, 7]]
    assert training.shift(x, 1, -2)[0, ..., 0].tolist() == [[0, 0, 0], [3, 0, 0], [6, 0, 0]]
    assert np.array_equal(training.shift(x), x) and not training.shift(x, 5, 0).any()


def test_moved_images_are_shifted_each_by_its_own_amount_always_the_same(folder):
    moved, again, centred = (training.images(40, 14, move) for move in (2, 2, 0))
    for (x, y), (x_again, _), (x_centred, y_centred) in zip(moved, again, centred, strict=True):
        assert np.array_equal(x, x_again) and np.array_equal(y, y_centred)
        found = set()
        for image, original in zip(x, x_centred, strict=True):
            found |= {
                (rows, columns)
                for rows in range(-2, 3)
                for columns in range(-2, 3)
                if np.array_equal(image, training.shift(original[None], rows, columns)[0])
            }
        assert len(found) > 8  # of 25
        for axis in (0, 1):
            assert {by[axis] for by in found} == {-2, -1, 0, 1, 2}


def test_seeds_differ_and_a_seed_repeats_itself_whatever_was_trained_before(monkeypatch):
    monkeypatch.setitem(training.ADAM, "beta_1", 0.8)
    model = net()
    train = functools.partial(training.train, data=DATA, epochs=2, batch_size=10)
    first, other, again = (train(model, seed=seed) for seed in (0, 1, 0))
    weights = model.get_weights()
    train(model, seed=1)
    assert set(first) == {"loss", "accuracy", "val_loss", "val_accuracy"}
    assert abs(first["loss"][0] - other["loss"][0]) > 1e-3
    # weights, moments, step count and dropout are all as they were
    np.testing.assert_allclose(first["loss"], again["loss"], rtol=1e-5)
    fresh = net()
    np.testing.assert_allclose(train(fresh, seed=0)["loss"], first["loss"], rtol=1e-5)
    for ours, theirs in zip(weights, fresh.get_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-5)
    slow = train(model, seed=0, learning_rate=1e-6)
    assert slow["loss"][1] > first["loss"][1]
    assert int(keras.ops.convert_to_numpy(model.optimizer.iterations)) == 8
    assert model.optimizer.beta_1 == 0.8


def test_every_seed_draws_its_own_weights():
    model, drawn = net(), []
    for seed in (0, 1, 0):
        training.train(model, DATA, seed=seed, epochs=1, learning_rate=0.0)
        drawn.append(keras.ops.convert_to_numpy(model.get_layer("conv").kernel).copy())
    assert abs(drawn[0] - drawn[1]).max() > 0.1
    np.testing.assert_array_equal(drawn[0], drawn[2])


def test_maps_of_classes_are_judged_pixel_by_pixel():
    """On every backend the loss is that of the definition, and a step can be taken."""
    x = RNG.random((6, 5, 4, 1)).astype("float32")
    y = RNG.integers(0, 3, (6, 5, 4))
    inputs = keras.Input((5, 4, 1))
    model = keras.Model(
        inputs, keras.layers.Conv2D(3, 3, padding="same", activation="softmax")(inputs)
    )
    curves = training.train(
        model, ((x, y), (x, y)), seed=0, epochs=2, batch_size=6, learning_rate=0.1
    )
    answers = model.predict(x, verbose=0)
    right = np.take_along_axis(answers, y[..., None], -1)
    np.testing.assert_allclose(curves["val_loss"][-1], -np.log(right).mean(), rtol=1e-4)
    assert curves["loss"][1] < curves["loss"][0]


def test_every_seed_takes_its_own_order_of_batches(monkeypatch):
    model, drawn = net(), []

    def fit(*args, **options):
        drawn.append(np.random.random())  # seeded as what shuffles the images
        return keras.callbacks.History()

    monkeypatch.setattr(model, "fit", fit)
    monkeypatch.setattr(keras.callbacks.History, "history", {}, raising=False)
    for seed in (0, 1, 0):
        training.train(model, DATA, seed=seed, epochs=1)
    assert drawn[0] == drawn[2] != drawn[1]


@pytest.mark.parametrize(
    "change",
    [
        {"images": 20},
        {"size": 28},
        {"move": 1},
        {"epochs": 3},
        {"batch_size": 10},
        {"learning_rate": 0.002},
        {"measure": len},
        {"data": dict},
        *({"build": functools.partial(net, *args)} for args in ([5], [4, "elu"], [4, "relu", 0.4])),
        {"build": functools.partial(net, strides=6)},
        {"build": functools.partial(net, kernel_initializer="he_normal")},
    ],
)
def test_what_a_stored_result_depends_on(change):
    changed = experiment(**change)
    assert changed.settings(changed.build()) != experiment().settings(net())


def test_what_it_does_not_depend_on(monkeypatch):
    before = experiment().settings(net())
    assert experiment(seeds=(7,), keep_weights=True).settings(net()) == before
    assert json.loads(json.dumps(before)) == before
    two = [two_branches(sizes) for sizes in ((1, 3), (3, 1))]
    assert len({experiment().settings(model)["layers"] for model in two}) == 1
    monkeypatch.setitem(training.ADAM, "epsilon", 1e-3)
    assert experiment().settings(net())["adam"]["epsilon"] == 1e-3


def test_store_runs_what_is_missing_and_no_more(folder, monkeypatch):
    seen = []

    def run(experiment, seed, model, callbacks):
        seen.append(seed)
        for callback in callbacks:
            for epoch in range(experiment.epochs):
                callback.on_epoch_end(epoch, {})
        return {"loss": [1.123456789, seed]}

    monkeypatch.setattr(training, "run", run)

    def store(**fields):
        seen.clear()
        training.store(experiment(**fields))
        return list(seen)

    assert store(seeds=(0, 1)) == [0, 1]
    assert store(seeds=(0, 1)) == []
    assert store() == [2]
    assert training.results("tiny")["loss"].tolist() == [[1.12346, 0], [1.12346, 1], [1.12346, 2]]
    assert store(learning_rate=0.01) == [0, 1, 2]  # nothing is kept under other settings
    assert store(learning_rate=0.01, keep_weights=True) == [0]
    assert store(learning_rate=0.01, keep_weights=True) == []
    text = (folder / "results/tiny.json").read_text()
    assert json.loads(text)["versions"]["keras"] == keras.__version__
    assert '"loss": [ 1.12346, 0' in text and text.endswith("}\n")
    assert store(learning_rate=0.01, keep_weights=True, move=1) == [0, 1, 2]

    def biases(model):
        return {"dead": [0, len(seen)]}

    assert store(measure=biases) == [0, 1, 2]
    dead = training.results("tiny")["dead"]
    assert dead.shape == (3, 2, 2) and dead[:, 0].tolist() == [[0, 1], [0, 2], [0, 3]]


def test_stored_weights_give_the_net_that_seed_0_became(folder):
    tiny = experiment(keep_weights=True, seeds=(0, 1), epochs=1)
    with pytest.raises(FileNotFoundError, match="weights/tiny.npz is missing. Run `make exper"):
        training.trained(tiny)
    training.store(tiny)
    model, twin = training.trained(tiny), net()
    training.run(tiny, 0, twin)
    x = DATA[0][0]
    np.testing.assert_allclose(model.predict(x, verbose=0), twin.predict(x, verbose=0), atol=0.01)
    with np.load(folder / "weights/tiny.npz") as weights:
        assert {value.dtype.name for value in weights.values()} == {"float16"}
    with pytest.raises(ValueError, match="tiny.npz is of another net. Delete it"):
        training.trained(experiment(build=lambda: keras.Sequential([keras.Input((3,))])))
    twin.get_layer("classes").bias.assign(1e5 + np.arange(10))  # half precision ends at 65,504
    with np.errstate(over="ignore"):
        training._keep(twin, folder / "weights/tiny.npz", x)
    training._load(model, np.load(folder / "weights/tiny.npz"))
    for ours, theirs in zip(model.get_weights(), twin.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_run_takes_the_settings_of_the_experiment(folder, monkeypatch):
    def train(model, data, **options):
        return options | {"images": data[0][0], "model": model.name}

    monkeypatch.setattr(training, "train", train)
    took = training.run(experiment(images=7, move=1, batch_size=3, learning_rate=0.5), 4, epochs=1)
    assert np.array_equal(took.pop("images"), training.images(7, 14, 1)[0][0])
    assert took.pop("model")
    assert took == {"seed": 4, "epochs": 1, "batch_size": 3, "learning_rate": 0.5,
                    "loss": training.CLASSES}  # fmt: skip


def test_an_experiment_may_bring_its_own_data(folder, monkeypatch):
    monkeypatch.setattr(training, "train", lambda model, data, **options: data)
    own = ("what is learned", "what is tested")
    assert training.run(experiment(data=lambda: own), 0) == own
    assert training.run(experiment(images=7), 0)[0][0].shape == (7, 14, 14, 1)


@pytest.mark.parametrize("end", [0.55, 0.6, 0.76])
def test_check_says_so_inside_the_band(stored, capsys, end):
    training.check("tiny", {"loss": [2, 1], "val_accuracy": [end]})
    said = "Test accuracy after 2 epochs: inside the band of 3 stored seeds, widened by 5 points.\n"
    assert capsys.readouterr().out == said


def test_check_of_a_loss_after_fewer_epochs(stored, capsys):
    training.check("tiny", {"loss": [2.1]}, "loss", widen=0.1)
    assert "after 1 epoch: inside the band of 3 stored seeds, widened by 0.1." in (
        capsys.readouterr().out
    )
    with pytest.raises(RuntimeError, match="loss after 1 epoch is 2.110, outside .* 1.900 to 2.1"):
        training.check("tiny", {"loss": [2.11]}, "loss", widen=0.1)


@pytest.mark.parametrize("end", [0.54, 0.77, float("nan")])
def test_check_raises_outside_the_band(stored, end):
    with pytest.raises(RuntimeError, match="tiny: test accuracy .* widened by 5 points: 0.550 to"):
        training.check("tiny", {"loss": [2, 1], "val_accuracy": [0.6, end]})
    with pytest.raises(ValueError, match="tiny is stored for 2 epochs, not for 3"):
        training.check("tiny", {"loss": [2, 1, 1]})


def test_a_table_of_stored_results(stored):
    rows = training.table({"the net": "tiny"}).splitlines()
    assert rows[0].split("  ") == ["test accuracy, %", "median", "range of the seeds"]
    assert rows[1].split() == ["the", "net", "64", "60", "to", "71"]
    assert "  0.36  0.29 to 0.40" in training.table({"the net": "tiny"}, "loss")


def test_missing_results_and_unknown_names(folder, monkeypatch):
    with pytest.raises(FileNotFoundError, match="data/results/none.json is missing"):
        training.results("none")
    monkeypatch.setattr("sys.argv", ["training", "nothing"])
    with pytest.raises(SystemExit, match="No experiment is called 'nothing'.*nin_small"):
        training.main()


def test_every_experiment_of_the_lessons_is_stored_as_it_is_defined():
    every = training.experiments()
    files = {path.stem for path in (ROOT / "data/results").glob("*.json")}
    files -= {"grouped_times"}  # times, not trainings: lesson_12.store_times
    assert files == set(every) and len(every) > 30
    readme = (ROOT / "data/README.md").read_text()
    for name, one in every.items():
        assert name == one.name
        stored = json.loads((ROOT / f"data/results/{name}.json").read_text())
        assert stored["settings"] == one.settings(one.build()), f"make experiments ({name})"
        assert list(stored["curves"]) == [str(seed) for seed in one.seeds]
        weights = ROOT / f"data/weights/{name}.npz"
        assert weights.is_file() == one.keep_weights
        if one.keep_weights:
            assert weights.stat().st_size < 200_000 and f"`weights/{name}.npz`" in readme


def test_a_lesson_brings_data_and_a_loss_of_its_own(folder, monkeypatch):
    def pairs():
        return tuple((x, 2 * x) for x, _ in DATA)

    given = {}
    monkeypatch.setattr(training, "train", lambda model, data, **options: given.update(
        options, data=data))  # fmt: skip
    own = experiment(data=pairs, loss="mean_squared_error")
    training.run(own, seed=3)
    assert given["loss"] == "mean_squared_error"
    for (x, _), (given_x, given_y) in zip(DATA, given["data"], strict=True):
        assert np.array_equal(given_x, x) and np.array_equal(given_y, 2 * x)
    training.run(experiment(images=7), seed=3)
    assert given["data"][0][1].shape == (7,) and given["loss"].startswith("sparse")

    net = own.build()
    settings = own.settings(net)
    assert settings["data"] == "pairs" and settings["loss"] == "mean_squared_error"
    assert not {"images", "size", "move"} & set(settings)  # they say nothing of these data
    assert not {"data", "loss"} & set(experiment().settings(net))


def test_another_loss_is_trained_without_accuracies():
    net = keras.Sequential(
        [keras.Input((None, None, 1)), keras.layers.Conv2D(1, 3, padding="same")]
    )
    data = [(x, 2 * x) for x, _ in DATA]
    curves = training.train(net, data, seed=0, epochs=3, loss="mean_squared_error")
    assert set(curves) == {"loss", "val_loss"} and curves["loss"][2] < curves["loss"][0]
