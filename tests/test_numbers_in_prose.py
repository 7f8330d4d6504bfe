"""The test of the test: the search for uncomputed numbers finds what it should, and no more."""

import pytest

from tests.numbers_in_prose import uncomputed


def notebook(text: str, code: str = "", output: str = "") -> list[dict]:
    outputs = [{"output_type": "stream", "name": "stdout", "text": output}]
    return [
        {"cell_type": "markdown", "source": text},
        {"cell_type": "code", "source": code, "outputs": outputs},
    ]


@pytest.mark.parametrize(
    ("text", "code", "output"),
    [
        ("14,336 parameters", "3 * 3 * 3 * 512 + 512", ""),
        ("14,336 parameters", "", "Total params: 14,336 (56.00 KB)"),
        ("14336", "assert n == 14_336", ""),
        ("2.37 times less", "", "ratio 2.3698"),
        ("10.3 % of it", "", "share 0.10333"),
        ("10 % of it", "", "share 10.3 %"),
        ("128 M multiplications", "", "128,049,152"),
        ("128 MiB", "256 * 256 * 512 * 4", ""),
        ("128 MiB", "", "128.0 MiB"),
        ("a 3x3 filter on 28x28x192", "Conv2D(64, 3)(28, 28, 192)", ""),
        ("3*3*3*512 + 512 = 14,336", "3 * 3 * 3 * 512 + 512", ""),
        ("(2, 1, -1) . (0.5, 1, -0.5) = 2.5", "[2, 1, -1], [0.5, 1, -0.5]", "2.5"),
        ("In 2014, arXiv 1409.4842, section 5.1 and lesson 03", "", ""),
        ("ResNet-50 and `conv2d_17`, layer 3, [a link](https://x.org/12)", "", ""),
        ("1. first\n2. second", "", ""),
        (
            "448\n<details><summary>Solution</summary>\n\n```python\n512 - 64\n```\n\n</details>",
            "",
            "",
        ),
        ("Try:\n\n```python\nConv2D(77, 1)\n```", "%pip install x", ""),
        ("**Reading:** 35 min · **Doing:** 20 min", "", ""),
    ],
)
def test_computed_numbers_pass(text, code, output):
    assert uncomputed(notebook(text, code, output)) == []


@pytest.mark.parametrize(
    ("text", "code", "output"),
    [
        ("14,335 parameters", "3 * 3 * 3 * 512 + 512", ""),
        ("14,336 parameters", "", ""),
        ("2.38 times less", "", "ratio 2.3698"),
        ("2 times less", "", "ratio 2.3698"),  # a whole number does not round silently
        ("10.4 % of it", "", "share 0.10333"),
        ("129 M multiplications", "", "128,049,152"),
        ("128 M multiplications", "filters = 128", ""),
        ("a 5x5 filter", "Conv2D(64, 3)", ""),
        ("18 ms", "", "time: 18 ms"),  # a measured time is not the same twice
        ("3*3 + 1 = 11", "3, 1, 11", ""),
        ("exactly 42", "x42 = 1", ""),
        ("exactly 77\n\n```python\nConv2D(77, 1)\n```", "", ""),  # code that nothing runs
    ],
)
def test_uncomputed_numbers_are_named_with_their_cell(text, code, output):
    found = uncomputed(notebook(text, code, output))
    assert found and all(name.startswith("cell 0: ") for name in found)
