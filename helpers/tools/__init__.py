"""What a maintainer or a teacher runs: `python -m helpers.tools.refresh 05` in a checkout."""
