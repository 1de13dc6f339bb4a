"""The digits set that scikit-learn carries (1,797 grey 8x8 images, 10 classes), split among a victim, an attacker and the test.

Source of the images: E. Alpaydin, C. Kaynak, "Optical Recognition of Handwritten Digits", UCI Machine Learning Repository,
the test part of that set; values 0 to 16.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy
import torch
from sklearn.datasets import load_digits

CLASSES = 10
SIDE = 8
VICTIM_SHARE, ATTACKER_SHARE, HELD_OUT_SHARE = 0.40, 0.34, 0.06  # What is left, a fifth, is the test.


@dataclass(frozen=True)
class Images:
    """Images [n, 1, 8, 8] with values in [0, 1], and the class of each."""

    pixels: torch.Tensor
    labels: torch.Tensor

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True)
class Split:
    """Four parts that share no image. The victim trains on `victim`; the attacker on `attacker`, and stops by `held_out`;
    every figure is taken on `test`, which neither has seen."""

    victim: Images
    attacker: Images
    held_out: Images
    test: Images


def split_digits(seed: int) -> Split:
    """The same shares of every class in each part, drawn by the seed."""
    raw, labels = load_digits(return_X_y=True)
    random = numpy.random.default_rng(seed)
    parts: list[list[int]] = [[], [], [], []]
    for label in range(CLASSES):
        members = random.permutation(numpy.flatnonzero(labels == label))
        ends = numpy.rint(len(members) * numpy.cumsum([VICTIM_SHARE, ATTACKER_SHARE, HELD_OUT_SHARE])).astype(int)
        for part, chosen in zip(parts, numpy.split(members, ends)):
            part.extend(chosen.tolist())

    def images(indices: list[int]) -> Images:
        order = numpy.sort(indices)  # The order of the set, so that files of two cuts belong together whatever the seed.
        pixels = (raw[order] / 16).reshape(-1, 1, SIDE, SIDE).astype(numpy.float32)
        return Images(torch.from_numpy(pixels), torch.from_numpy(labels[order].astype(numpy.int64)))

    return Split(*(images(part) for part in parts))
