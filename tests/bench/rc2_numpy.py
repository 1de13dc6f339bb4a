"""R_c^2 of one file of activations in NumPy, in three ways that people write it, and a reference for all of them.

Usage: rc2_numpy.py VERSION ACTIVATIONS.npy LABELS.npy. VERSION is naive_float32, naive_float64, einsum_float64 or
reference. Prints the value and the seconds from opening the files to the value (without the start of Python) as JSON.
"""

import json
import sys
import time

import numpy


def naive_float32(activations, labels):
    """By definition, in the type of the file."""
    return naive(numpy.load(activations), labels)


def naive_float64(activations, labels):
    """By definition, in double precision."""
    return naive(numpy.load(activations).astype(numpy.float64), labels)


def naive(values, labels):
    radii = []
    for label in numpy.unique(labels):
        own = values[labels == label].reshape(numpy.count_nonzero(labels == label), -1)
        radii.append(((own - own.mean(axis=0)) ** 2).sum(axis=1).mean())
    return numpy.mean(radii)


def einsum_float64(activations, labels):
    """Mean of squares less square of the mean, class by class, summed in double precision: the fastest of them. Only right
    where the mean of a value is small beside its scatter."""
    values = numpy.load(activations, mmap_mode="r")
    radii = []
    for label in numpy.unique(labels):
        own = values[labels == label].reshape(numpy.count_nonzero(labels == label), -1)
        mean = own.mean(axis=0, dtype=numpy.float64)
        radii.append(numpy.einsum("ij,ij->", own, own, dtype=numpy.float64) / len(own) - mean @ mean)
    return numpy.mean(radii)


def reference(activations, labels):
    """Two passes over each class in double precision."""
    values = numpy.load(activations, mmap_mode="r")
    radii = []
    for label in numpy.unique(labels):
        own = values[labels == label].astype(numpy.float64).reshape(numpy.count_nonzero(labels == label), -1)
        own -= own.mean(axis=0)
        radii.append(numpy.einsum("ij,ij->", own, own) / len(own))
    return numpy.mean(radii)


VERSIONS = {version.__name__: version for version in (naive_float32, naive_float64, einsum_float64, reference)}


def main():
    version, activations, labels = sys.argv[1:]
    start = time.perf_counter()
    value = float(VERSIONS[version](activations, numpy.load(labels)))
    print(json.dumps({"rc2": value, "seconds": time.perf_counter() - start}))


if __name__ == "__main__":
    main()
