"""The numbers of homework 2. Change them every year, run `make homework`, and the tests.

All answers are computed from these. Every tuple keeps its length. What else must hold stands above
each line.
"""

# q01: one pixel of three channels; a row for each of three filters; one bias each, none of them 0.
# Exactly one filter has a negative sum, with its bias and without. With the filters in columns,
# all three answers would be others
pixel = (2, -1, 3)
filters = ((1, 0, 2), (-1, 2, 1), (3, 1, -1))
biases = (1, -3, 0.5)

# q02, q03, q05: maps, a 1x1 layer that reduces them, and the layer that reads them. `reduced` is
# less than `channels`, and the two layers have fewer parameters than the large one alone
height, width, channels, reduced = 48, 64, 320, 80
large, maps_out = 5, 96

# q07: channels, filters, pixels and seed of the measured ranks. `few` is less than `many`, `many`
# less than `pixels`; the rank after the ReLU is `many`
few, many, pixels, seed = 6, 40, 500, 7

# q08, q09: the module's input, and its widths: f1, r3, f3, rd, fd, fp. In both rows no width equals
# another
size, module_channels = 24, 160
widths = (56, 48, 96, 24, 40, 32)
more_widths = (6, 2, 8, 3, 5, 4)

# q10: channels that the module gives, a multiple of 4, and at least 48 + 3 * `narrowest`; narrowest
# branch, at most 48; budget in MACs. The notebook's answer meets it; a quarter of the channels from
# each branch, after reductions to 64, does not
wanted, narrowest, budget = 256, 16, 32_000_000
narrowest_reduction = 8  # channels that a reduction leaves at least: 16 or fewer

# Names for the text, made of those above
filter_0, filter_1, filter_2 = filters
bias_0, bias_1, bias_2 = biases
seed_2 = seed + 1
f1, r3, f3, rd, fd, fp = widths
