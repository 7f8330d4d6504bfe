"""Make the committed pieces of data/ from their sources, to the byte.

Needs Debian's package dataset-fashion-mnist (or the four original files in one folder) and
scikit-image, whose wheel carries the photographs:

    python -m helpers.tools.make_data /usr/share/datasets/fashion-mnist
"""

import gzip
import hashlib
import sys
from pathlib import Path

import numpy as np

DATA = Path(__file__).resolve().parents[2] / "data"
PER_CLASS = {"train": 1000, "t10k": 200}
# name: top, left and side of the square that is kept of the photograph
CROPS = {"chelsea": (0, 95, 300), "coffee": (0, 130, 400), "rocket": (0, 107, 427)}


def read_idx(path: Path, offset: int) -> np.ndarray:
    return np.frombuffer(gzip.decompress(path.read_bytes()), np.uint8, offset=offset)


def first_of_each_class(labels: np.ndarray, count: int) -> np.ndarray:
    """Indices of the first `count` examples of every class, in the original order."""
    return np.sort(np.concatenate([np.flatnonzero(labels == c)[:count] for c in range(10)]))


def fashion_mnist(folder: Path) -> None:
    for split, name in (("train", "train"), ("t10k", "test")):
        labels = read_idx(folder / f"{split}-labels-idx1-ubyte.gz", 8)
        images = read_idx(folder / f"{split}-images-idx3-ubyte.gz", 16).reshape(-1, 28, 28)
        keep = first_of_each_class(labels, PER_CLASS[split])
        np.savez_compressed(
            DATA / f"fashion_mnist_{name}.npz", images=images[keep], labels=labels[keep]
        )


def photographs() -> None:
    import skimage.data
    from PIL import Image

    for name, (top, left, side) in CROPS.items():
        whole = getattr(skimage.data, name)()
        square = Image.fromarray(whole[top : top + side, left : left + side])
        square.resize((256, 256), Image.Resampling.LANCZOS).save(
            DATA / f"{name}.png", optimize=True
        )


if __name__ == "__main__":
    fashion_mnist(Path(sys.argv[1]))
    photographs()
    for path in sorted(DATA.glob("*.[np][pn][zg]")):
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        print(f"{digest}  {path.name}  {path.stat().st_size:,} bytes")
