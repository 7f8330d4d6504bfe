"""How every answer checker is tested: what it must accept, what it must refuse, and how."""

import re

import pytest

from helpers.checks import WrongAnswer


def accepts(check, capsys, *answers) -> None:
    """Each of `answers` (spellings of the right one) prints "Correct."; None is "not answered"."""
    for answer in answers:
        check(answer)
        assert capsys.readouterr().out == "Correct.\n", answer
    check(None)
    assert capsys.readouterr().out.startswith("Not answered yet")


def refuses(check, *answers, secret: tuple[object, ...], generic: int = 0) -> None:
    """Each wrong answer raises a hint that tells something and never contains the right one.

    `secret`: the spellings of the right answer that a hint must not hold. At most `generic` of
    the wrong answers may get a hint that does not name a mistake of their own.
    """
    hints = []
    for answer in answers:
        with pytest.raises(WrongAnswer) as caught:
            check(answer)
        hint = str(caught.value)
        hints.append(hint)
        assert len(hint) > 20, f"{answer!r}: no help in {hint!r}"
        for spelling in secret:
            text = f"{spelling:,}" if isinstance(spelling, int) else str(spelling)
            for form in {text, text.replace(",", "")}:
                assert not re.search(rf"(?<![\d.,]){re.escape(form)}(?![\d,]|\.\d)", hint), (
                    f"the hint for {answer!r} gives the answer away: {hint!r}"
                )
        assert caught.value._render_traceback_() == [f"Not yet: {hint}"]
    bodies = [re.sub(r"[\d.,]+", "", hint) for hint in hints]
    repeated = len(bodies) - len(set(bodies))
    assert repeated <= generic, f"the same hint for different mistakes: {bodies}"
