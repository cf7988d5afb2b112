"""SplitMix64: numbers that follow from a counter, the same in Java."""

import numpy

GOLDEN = numpy.uint64(0x9E3779B97F4A7C15)


def fractions(start, first, count):
    """24 bits each of the numbers ``first`` and on behind a start, as fractions from 0 to below 1, exact in float32."""
    with numpy.errstate(over="ignore"):
        z = numpy.arange(first, first + count, dtype=numpy.uint64) * GOLDEN + numpy.uint64(start)
        z = (z ^ (z >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
        z = z ^ (z >> numpy.uint64(31))
    return (z >> numpy.uint64(40)).astype(numpy.float64) / 2**24
