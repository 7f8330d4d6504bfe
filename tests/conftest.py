"""What the tests of several files use."""

import pytest


@pytest.fixture
def slide(monkeypatch):
    """Calls a function of play; returns its draw and the sliders, which are made for real."""
    widgets = pytest.importorskip("ipywidgets")

    def call(function, *args, **options):
        made = []
        monkeypatch.setattr(
            widgets, "interact", lambda draw, **sliders: made.append((draw, sliders))
        )
        function(*args, **options)
        return made[0]

    return call
