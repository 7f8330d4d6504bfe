"""The numbers of homework 3. Change them every year, run `make homework`, and the tests.

All answers are computed from these. What must hold: in question 1 the first sum is negative in
channel 0 alone and there smaller than minus change_2, the second in channel 1 alone; height, width
and channels differ, all above 1, channels even and above 2; rows are odd; image is a multiple of 4;
strength is below 1, or else a nudge gets through plain blocks, too.
"""

# q01: a pixel, and what the layers of two blocks answer there
pixel = (2, 1, 0.5)
change_1 = (-4, 2, 1)
change_2 = (1.5, -5, -0.25)

# q02: the shapes that are added
height, width, channels = 12, 20, 48

# q03, q04: the maps that the blocks read, odd and even; their filters, and more of them
block_size, block_filters, more_filters = (9, 12), 8, 12
narrow, wider = 5, 7

# q05, q06: channels before and after a convolution; the size of maps
before, after = 24, 40
rows, columns = 27, 40

# q07: size of the images, filters of the first stage (they double twice), classes
image, stage_1, classes = 20, 12, 7

# q08: channels of the nets whose weights are copied
copied = 5

# q09: channels, blocks, strength of the kernels
signals, blocks, strength = 24, 20, 0.5

# Names for the text, made of those above
half = channels // 2
stage_2, stage_3 = 2 * stage_1, 4 * stage_1
