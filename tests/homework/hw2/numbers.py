"""The numbers of homework 2. Change them every year, run `make homework`, and the tests.

All answers are computed from these. What must hold: every tuple keeps its length; `channels` is
more than `reduced`; no width of the module equals another; the budget can be met (a test asks).
"""

# q01: one pixel of three channels; a row for each of three filters; one bias each
pixel = (2, -1, 3)
filters = ((1, 0, 2), (-1, 2, 1), (3, 1, -1))
biases = (1, -2, 0.5)

# q02, q03, q05: maps, a 1x1 layer that reduces them, and the layer that reads them
height, width, channels, reduced = 48, 64, 320, 80
large, maps_out = 5, 96

# q07: channels, filters, pixels and seed of the measured ranks
few, many, pixels, seed = 6, 40, 500, 7

# q08, q09: the module's input, and its widths: f1, r3, f3, rd, fd, fp
size, module_channels = 24, 160
widths = (56, 48, 96, 24, 40, 32)
more_widths = (6, 2, 8, 3, 5, 4)

# q10: channels that the module gives, narrowest branch, budget in MACs
wanted, narrowest, budget = 256, 16, 32_000_000

# Names for the text, made of those above
filter_0, filter_1, filter_2 = filters
bias_0, bias_1, bias_2 = biases
seed_2 = seed + 1
f1, r3, f3, rd, fd, fp = widths
