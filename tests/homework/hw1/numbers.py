"""The numbers of homework 1. Change them every year, run `make homework`, and the tests.

All answers are computed from these. What must hold stands above each line.
"""

# q01: window and stride of the hidden cases. The stride is at least 3, the window at least 2 longer
window, stride = 7, 4

# q02: (pixels in a row, window, stride) of three layers with "same". First: even, odd, 2. Second:
# odd, odd and at least 5, 2. Third: the pixels a multiple of the stride, the window shorter than it
uneven, even, gaps = (96, 7, 2), (51, 5, 2), (40, 3, 5)

# q03: a layer with an oblong window on colour pictures of this size
rows, columns, picture = 3, 7, 180
few = 20

# q04: the net of colour pictures. Sizes so that the second pooling leaves out a row and a column
# (height and width: 4 n + 2), and two different ones; `dense` has the most parameters
height, width = 38, 46
first, second, units, classes = 8, 20, 60, 12

# q05: the layers read maps of these rows and columns, both odd, with so many channels; window_a
# is at least 5
high, wide, channels = 45, 63, 24
filters_a, window_a, filters_b, window_b = 40, 5, 32, 3

# q06 to q08: the seed of the images and kernels
seed = 1

# q09: stacks of (window, stride), first layer first. In the first no stride is above 1, in the
# second and third there are some before the last layer, in the fourth only the last has one
stacks = (
    ((3, 1), (5, 1), (3, 1), (3, 1)),
    ((7, 2), (3, 2), (3, 1)),
    ((5, 1), (2, 2), (5, 1), (2, 2)),
    ((3, 1), (5, 4)),
)

# q10: the net to repair. Height and width are multiples of 8, at least 32, and not both of them
# multiples of 6
tall, broad = 48, 64
maps_1, maps_2, maps_3 = 16, 24, 32

# Names for the text, made of those above
uneven_n, uneven_k, uneven_s = uneven
even_n, even_k, even_s = even
gaps_n, gaps_k, gaps_s = gaps
