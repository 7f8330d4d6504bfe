"""The real images of the lessons: files of data/, or what a single file carries of them.

`data/README.md` says where each file comes from, under which licence, and its checksum.
"""

import functools
import hashlib
import io
import lzma
from pathlib import Path

import numpy as np

# In a checkout data/ lies beside helpers/; an installed package carries it inside.
_FOLDERS = (Path(__file__).parent / "data", Path(__file__).parent.parent / "data")

CLASS_NAMES = (
    "T-shirt", "trouser", "pullover", "dress", "coat",
    "sandal", "shirt", "sneaker", "bag", "ankle boot",
)  # fmt: skip
PHOTOGRAPHS = ("chelsea", "coffee", "rocket")
CARRIED = "fashion_mnist_carried.xz"  # in a single file

# Images of each class in our piece: the first ones in the order of the official files.
_PER_CLASS = {"train": 1000, "test": 200}
_SHA256 = {  # of the image bytes followed by the label bytes
    "train": "73194a0c06a93deab58b95e00e618cc5c80fb5c9a84df26bbc429eeb3507846a",
    "test": "8e8b02fc2db0ff9ed2d481ff30f8bd7cc5c88205cb131d7f4a0c19448f6957c9",
}


opened: set[str] = set()  # what find() found: `make portable` carries it in a single file


def find(filename: str) -> Path | None:
    """The committed file `filename` of data/, or None where there is no data/."""
    for folder in _FOLDERS:
        if (folder / filename).is_file():
            opened.add(filename)
            return folder / filename
    return None


def folder() -> Path:
    """data/ itself, where `make experiments` writes; `find` reads from it."""
    return next(folder for folder in _FOLDERS if folder.is_dir())


@functools.cache
def fashion_mnist() -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """A balanced piece of Fashion-MNIST, in the form of `keras.datasets`.

    Returns `(x_train, y_train), (x_test, y_test)`: 10,000 and 2,000 grey images, uint8,
    28 x 28, 0 to 255; labels 0 to 9, named by `CLASS_NAMES`. They are the first 1,000 (200)
    images of each class of the official training (test) set. Read once a process; the arrays
    cannot be written to, so copy what you want to change.

    A lesson in a single file (`make portable`) has fewer, mostly in 16 shades: see `unpacked`.
    OSError says what to do where there is neither, or a file is damaged.

    Source: Xiao, Rasul, Vollgraf, arXiv 1708.07747; MIT licence.
    """
    paths = {split: find(f"fashion_mnist_{split}.npz") for split in _PER_CLASS}
    if all(paths.values()):
        loaded = {split: np.load(path) for split, path in paths.items()}
        pieces = {split: (f["images"], f["labels"]) for split, f in loaded.items()}
        for split, (images, labels) in pieces.items():
            if hashlib.sha256(images.tobytes() + labels.tobytes()).hexdigest() != _SHA256[split]:
                raise OSError(
                    f"The Fashion-MNIST {split} images are not the expected ones: a file is "
                    "damaged. Get the folder data/ again (git checkout data)."
                )
    elif carried := find(CARRIED):
        pieces = unpacked(carried.read_bytes())
    else:
        raise FileNotFoundError(
            "data/fashion_mnist_*.npz is missing. Open the notebook in a checkout of the "
            "repository, or get the folder data/ again (git checkout data)."
        )
    for array in (*pieces["train"], *pieces["test"]):
        array.flags.writeable = False
    return pieces["train"], pieces["test"]


def unpacked(packed: bytes) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """What a single file carries of Fashion-MNIST: {"train": (images, labels), "test": ...}.

    All labels are there. Some images are as they were, the first ones are in 16 shades, no pixel
    farther off than 8 of 255. In the place of each other stands one of these of its own class.
    `helpers.tools.portable.packed` makes it.
    """
    pieces = {}
    with np.load(io.BytesIO(lzma.decompress(packed))) as file:
        for split in _PER_CLASS:
            labels, shades, kept = (file[f"{split}_{n}"] for n in ("labels", "shades", "kept"))
            images = np.empty((len(labels), 28, 28), "uint8")
            for label in range(10):
                places = np.flatnonzero(labels == label)
                own = 17 * shades[places[places < len(shades)]]
                images[places] = np.resize(own, (len(places), 28, 28))  # again from the first
            images[kept] = file[f"{split}_images"]
            pieces[split] = images, labels
    return pieces


def photograph(name: str) -> np.ndarray:
    """A free colour photograph: uint8, (256, 256, 3), 0 to 255.

    `name` is one of `PHOTOGRAPHS`: "chelsea" (a cat), "coffee", "rocket".
    """
    if name not in PHOTOGRAPHS:
        raise ValueError(f"No photograph is called {name!r}. Choose one of {PHOTOGRAPHS}.")
    path = find(f"{name}.png")
    if path is None:
        raise FileNotFoundError(
            f"data/{name}.png is missing. Open the notebook in a checkout of the repository, or "
            "get the folder data/ again (git checkout data)."
        )
    from PIL import Image  # comes with matplotlib

    return np.asarray(Image.open(path).convert("RGB"))


def shrunk(images: np.ndarray, factor: int) -> np.ndarray:
    """Images (images, height, width, channels), averaged over `factor` x `factor` pixels."""
    count, height, width, channels = images.shape
    tiles = (count, height // factor, factor, width // factor, factor, channels)
    return images.reshape(tiles).mean((2, 4))


def every_image() -> None:
    """Read all images of the lessons; OSError names what is missing or damaged."""
    fashion_mnist()
    for name in PHOTOGRAPHS:
        photograph(name)
