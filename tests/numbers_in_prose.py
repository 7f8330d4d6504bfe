"""Take the numbers out of Markdown and look for each among what a notebook computes.

A number is computed where it stands in an output of a code cell, or where a code cell or a folded
solution holds it as a literal or as an expression of literals (`3*3*3*512 + 512` computes
14336 and its parts).
A rounded number (2.37, 128 M, 10.3 %) is computed where it rounds a computed one.
"""

import ast
import html
import operator
import re
from collections.abc import Iterator

# Recognised by form, and not numbers of the subject: links, code identifiers, references.
_NOT_NUMBERS = [
    r"<!--.*?-->",
    r"\]\([^)]*\)",  # targets of links
    r"https?://\S+",
    r"</?[a-zA-Z][^>]*>",  # HTML tags
    r"arXiv[: ]*\d{4}\.\d{4,5}",
    r"\b(?:lessons?|exercises?|sections?|sec\.|tables?|chapters?|figures?|questions?|cells?|"
    r"step|part|issue|PR|pull request|comment|eq\.|equation|pages?|pp?\.|vol\.|version|"
    r"Keras|Python|TensorFlow|PyTorch|layer|CIFAR|ImageNet|ILSVRC)[ -]"
    r"\d+[a-e]?(?:\.\d+)*(?:(?:,| to| and|-)+ ?\d+[a-e]?(?:\.\d+)*)*",
    r"\*\*(?:Reading|Doing|Computing):?\*\*:?\s*\d+ (?:min|s)\b",
    r"^# \d\d\.",  # the title
    r"^\s*\d+\. ",  # items of a list
    r"\b(?:19|20)\d\d\b",  # years
    # names that end in a number
    r"\b(?:LeNet|ResNet|ResNeXt|VGG|Inception|MobileNet|ShuffleNet|GoogLeNet|DenseNet|AlexNet|Xception|"
    r"Conv|MaxPooling|AveragePooling|GlobalAveragePooling|GlobalMaxPooling|UpSampling|ZeroPadding|"
    r"Cropping|Dropout|SpatialDropout|float|uint|int|D|H|C|W|f|x|R|M|N|B)"
    r"[-_ ]?[vV]?\d+(?:[a-zA-Z]\w*)?\b",
    r"\b[A-Za-z_]\w*\d\w*\b",  # identifiers: cell_05, x3, f5_reduce
]  # fmt: skip
_FENCE = re.compile(r"(?s)```python\n(.*?)```")
_NUMBER = re.compile(
    r"(?<![\w.,])-?\d{1,3}(?:,\d{3})+(?:\.\d+)?|(?<![\w.])-?\d+(?:\.\d+)?(?:e-?\d+)?"
)
_UNITS = {"k": 1e3, "K": 1e3, "M": 1e6, "million": 1e6, "G": 1e9, "billion": 1e9}
_UNITS |= {"KiB": 2.0**10, "MiB": 2.0**20, "GiB": 2.0**30, "%": 0.01, "percent": 0.01}
_EQUATION = re.compile(
    r"(?<![\w.,*/+)-])((?:\d[\d,]*(?:\.\d+)?\s*[*/+-]\s*)+\d[\d,]*(?:\.\d+)?)"
    r"\s*=\s*(\d[\d,]*(?:\.\d+)?)(?![\d.,]*\s*[*/+-])"
)
_OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}


def _unit_after(text: str, end: int) -> float:
    """1e6 where " M" or " million" follows, 0.01 for " %"; 1 where there is no unit."""
    word = re.match(r"\s?([A-Za-z]+|%)", text[end : end + 12])
    return _UNITS.get(word[1], 1.0) if word else 1.0


def numbers_in_markdown(text: str) -> Iterator[tuple[str, float, int, float]]:
    """Yield (spelling, value, decimals, unit) of every number in a Markdown cell."""
    for pattern in _NOT_NUMBERS:
        text = re.sub(pattern, " ", text, flags=re.MULTILINE)
    text = re.sub(r"(?<=\d)\s*(?:x|\*|×)\s*(?=\d)", " ; ", text)  # 3x3, 28 * 28: each factor
    text = re.sub(r"(?<=\d)-(?=\d)", " ; ", text)  # 1-2: a range
    for match in _NUMBER.finditer(text):
        spelling = match[0]
        value = float(spelling.replace(",", ""))
        mantissa = spelling.lower().split("e")[0]
        decimals = len(mantissa.split(".")[1]) if "." in mantissa else 0
        unit = _unit_after(text, match.end())
        yield text[match.start() : match.end() + 9].split("\n")[0].strip(), value, decimals, unit


def _evaluate(node: ast.AST) -> float | None:
    if isinstance(node, ast.Constant):
        known = isinstance(node.value, (int, float)) and not isinstance(node.value, bool)
        return float(node.value) if known else None
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        value = _evaluate(node.operand)
        return None if value is None else -value
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        left, right = _evaluate(node.left), _evaluate(node.right)
        if left is None or right is None or (isinstance(node.op, ast.Pow) and abs(right) > 64):
            return None
        try:
            return float(_OPERATORS[type(node.op)](left, right))
        except (ArithmeticError, ValueError):
            return None
    return None


def without_magics(source: str) -> str:
    """Python without the lines that only a notebook understands, such as `%pip install`."""
    return re.sub(r"(?m)^(\s*)[%!].*$", r"\1pass", source)


def numbers_in_code(source: str) -> Iterator[float]:
    """Every number that the literals of a code cell evaluate to."""
    for node in ast.walk(ast.parse(source)):
        value = _evaluate(node) if isinstance(node, ast.expr) else None
        if value is not None:
            yield value


def text_of(output: dict) -> str:
    """What a reader sees of an output; lines with measured times are not the same twice."""
    data = output.get("data", {})
    text = output.get("text", "")
    markup = data.get("text/html")
    if markup:
        text += html.unescape(re.sub(r"<[^>]*>", " ", "".join(markup)))
    else:
        text += "".join(data.get("text/markdown", data.get("text/plain", "")))
    return re.sub(r"(?m)^time:.*$", "", text)


def numbers_in_output(text: str) -> Iterator[float]:
    """Every number of an output; "128.05 M" counts as 128,050,000, "10.3 %" as 10.3 and 0.103."""
    for match in re.finditer(r"\d[\d,]*(?:\.\d+)?(?:e[-+]?\d+)?", text):
        value = float(match[0].replace(",", ""))
        unit = _unit_after(text, match.end())
        if unit >= 1000:
            yield value * unit
        else:
            yield from {value, value * unit}


def is_computed(value: float, decimals: int, unit: float, computed: set[float]) -> bool:
    """Does one of the computed numbers equal, or round to, the number in the text?

    A whole number without a unit must be there as it is. "2.37" may round 2.3698, "128 M" may
    round 128,049,152, and "10 %" may round the share 0.103 or the percentage 10.3.
    """
    value = abs(value)
    if unit == 1.0 and not decimals:
        return value in computed
    half = 0.5 * 10**-decimals * (1 + 1e-6)
    scales = {unit} if unit >= 1000 else {unit, 1.0}
    return any(abs(c / scale - value) <= half for c in computed for scale in scales)


def false_equations(text: str) -> Iterator[str]:
    """Equations of plain numbers in a Markdown cell that do not hold, such as `3*3 + 1 = 11`."""
    for pattern in _NOT_NUMBERS:
        text = re.sub(pattern, " ; ", text, flags=re.MULTILINE)
    for match in _EQUATION.finditer(text):
        left = _evaluate(ast.parse(match[1].strip().replace(",", ""), mode="eval").body)
        right = match[2].replace(",", "")
        decimals = len(right.split(".")[1]) if "." in right else 0
        unit = _unit_after(text, match.end())
        if left is not None and abs(left / unit - float(right)) > 0.5 * 10**-decimals + 1e-9:
            yield match[0]


def solution_code(text: str) -> str:
    """The Python in the folded solutions of a Markdown cell; a test runs it against its check."""
    folded = re.findall(r"(?s)<summary>Solution.*?</details>", text)
    return "\n".join(code for part in folded for code in _FENCE.findall(part))


def numbers_of(cells: list[dict]) -> set[float]:
    """All that is computed: the literals, expressions and outputs of cells, and of solutions."""
    computed: set[float] = set()
    for cell in cells:
        if cell["cell_type"] == "markdown":
            computed |= set(map(abs, numbers_in_code(solution_code(cell["source"]))))
        if cell["cell_type"] == "code":
            computed |= set(map(abs, numbers_in_code(without_magics(cell["source"]))))
            for output in cell["outputs"]:
                computed |= set(numbers_in_output(text_of(output)))
    return computed


def uncomputed(cells: list[dict]) -> list[str]:
    """ "cell 7: 1,024" for each number in Markdown that no code cell of the notebook computes."""
    computed = numbers_of(cells)
    found = []
    for index, cell in enumerate(cells):
        if cell["cell_type"] == "markdown":
            text = _FENCE.sub(" ", cell["source"])  # a solution, or code to try at home
            found += [
                f"cell {index}: {spelling}"
                for spelling, value, decimals, unit in numbers_in_markdown(text)
                if not is_computed(value, decimals, unit, computed)
            ]
            found += [f"cell {index}: {eq} does not hold" for eq in false_equations(text)]
    return found
