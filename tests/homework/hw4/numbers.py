"""The numbers of homework 4. Change them every year, run `make homework`, and the tests.

All answers are computed from these. Every tuple keeps its length. What else must hold (the tests
find out): q01: rows and columns need different numbers. q02: the first stack has no holes, the
others have. q03: one of the three sums is negative, also with its kernel backwards; no kernel reads
the same backwards. q04: even height and width. q07, q08: the groups divide the channels; the last
two tables of q08 are not square. q09: three groups or more, and in the middle of the unit a group
has at least as many channels. q10: the 3x3 layer waits for its multiplications, the depthwise one
for its maps. q11: the field is odd; `rates` and `few_groups` are a design that keeps both budgets;
separable layers of these rates keep only the loose one, and ordinary layers neither.
"""

# q01: sizes (height, width) before a layer of this stride
sizes = ((45, 64), 2), ((70, 33), 2), ((50, 52), 3), ((36, 29), 3)

# q02: the rates of three stacks
stacks = (1, 3, 4), (2, 4, 2), (1, 2, 9)

# q03: three pixels of each of three channels, a kernel for each, and one 1x1 filter
pixels = ((4, 0, 3), (1, 4, 2), (3, 1, 5))
kernels = ((1, 2, -1), (2, -2, 1), (0, 2, 1))
mixing = (3, 1, 2)

# q04: a picture, and a layer of this window and these filters, with stride 2
height, width, colours = 64, 48, 3
window, maps_out = 5, 96

# q05: the block's input, its wide and its last layer; once keeping the channels, once not
side, channels, wide, fewer_or_more = 14, 24, 96, 40
few_channels, few_wide, few_filters = 6, 10, 8

# q06: a grouped 3x3 layer
grouped_side, grouped_in, grouped_out, groups = 28, 64, 96, 4

# q07: kernels of grouped layers: window, channels that a filter reads, filters, groups
grouped_kernels = (3, 2, 8, 4), (1, 4, 6, 2), (3, 3, 4, 1), (3, 1, 6, 3)

# q08: shape of an array, groups of its last axis
decks = ((16,), 4), ((12,), 3), ((2, 3, 2, 20), 5)

# q09: channels and groups of the unit
units = (24, 3), (48, 4)

# q10: maps, and how many MACs the machine does while it moves one value
map_side, map_channels, per_move = 28, 64, 48

# q11: maps, field, two budgets in MACs, and a design that keeps both
design_side, design_channels, field = 20, 48, 13
loose, tight = 3_400_000, 1_080_000
rates, few_groups = (1, 3, 2), 4

# Names for the text, made of those above
pixels_0, pixels_1, pixels_2 = pixels
kernel_0, kernel_1, kernel_2 = kernels
