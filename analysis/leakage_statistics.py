"""What is computed of a cut's activations and of a reconstruction: errors, similarity, distance correlation, class radii.

Everything in float64 NumPy. Images have values in [0, 1], so the peak is 1.
"""

from __future__ import annotations

import math

import numpy
from numpy.lib.stride_tricks import sliding_window_view

SSIM_WINDOW = 5
SSIM_SCALE = f"window_{SSIM_WINDOW}x{SSIM_WINDOW}_uniform_peak_1"


def mse(images: numpy.ndarray, guesses: numpy.ndarray) -> float:
    """Mean over samples and pixels of the squared error."""
    return float(numpy.mean((images.astype(numpy.float64) - guesses) ** 2))


def ssim(images: numpy.ndarray, guesses: numpy.ndarray) -> float:
    """Structural similarity [Wang et al. 2004, IEEE Transactions on Image Processing 13(4)], mean over images and windows.

    A uniform window of 5x5 pixels at each place where it fits (16 of an 8x8 image: the 11x11 Gaussian of the publication
    does not fit), K1 = 0.01, K2 = 0.03, variances over the window divided by its size. `images`: [n, 8, 8].
    """
    def windows(values: numpy.ndarray) -> numpy.ndarray:
        return sliding_window_view(values.astype(numpy.float64), (SSIM_WINDOW, SSIM_WINDOW), axis=(1, 2))

    a, b = windows(images), windows(guesses)
    axes = (-2, -1)
    mean_a, mean_b = a.mean(axes), b.mean(axes)
    variance_a, variance_b = a.var(axes), b.var(axes)
    covariance = ((a - mean_a[..., None, None]) * (b - mean_b[..., None, None])).mean(axes)
    c1, c2 = 0.01**2, 0.03**2
    values = ((2 * mean_a * mean_b + c1) * (2 * covariance + c2)
              / ((mean_a**2 + mean_b**2 + c1) * (variance_a + variance_b + c2)))
    return float(values.mean())


def errors_of(images: numpy.ndarray, guesses: numpy.ndarray) -> dict[str, float]:
    """mse, psnr_db and ssim. The peak signal-to-noise ratio is 10 log10(1 / mse) of the error of all images together, not
    the mean of their own ratios; it is left out where the error is 0."""
    error = mse(images, guesses)
    found = {"mse": error, "ssim": ssim(images, guesses)}
    return found | ({"psnr_db": -10 * math.log10(error)} if error > 0 else {})


def distance_correlation(inputs: numpy.ndarray, sent: numpy.ndarray) -> float:
    """sqrt(dCov^2(x, z) / sqrt(dVar^2(x) dVar^2(z))), the standard sample estimator (V-statistic) with the final root
    [Szekely, Rizzo, Bakirov 2007, The Annals of Statistics 35(6)]; Euclidean distances. Biased upwards for few samples in
    many dimensions, so figures compare only at one number of samples. 0 where either does not vary.
    """
    def centred(values: numpy.ndarray) -> numpy.ndarray:
        flat = values.reshape(len(values), -1).astype(numpy.float64)
        flat = flat - flat.mean(axis=0)
        norms = (flat**2).sum(axis=1)
        squares = norms[:, None] + norms[None, :] - 2 * flat @ flat.T
        distances = numpy.sqrt(numpy.maximum(squares, 0))
        numpy.fill_diagonal(distances, 0)
        return distances - distances.mean(0) - distances.mean(1)[:, None] + distances.mean()

    a, b = centred(inputs), centred(sent)
    variances = math.sqrt((a * a).mean() * (b * b).mean())
    return math.sqrt(max((a * b).mean(), 0.0) / variances) if variances > 0 else 0.0


def class_radii(values: numpy.ndarray, classes: numpy.ndarray) -> dict[str, float]:
    """R_c^2 = (1/N_c) sum |z_i - mu_c|^2, mean over the classes that have a sample [arXiv 2506.15412]; divided by the
    dimension; and by the global variance (1/N) sum |z_i - mu|^2. As `coinfer privacy rc2` computes them."""
    flat = values.reshape(len(values), -1).astype(numpy.float64)
    radii = [((group - group.mean(axis=0)) ** 2).sum(axis=1).mean()
             for group in (flat[classes == label] for label in numpy.unique(classes))]
    radius2 = float(numpy.mean(radii))
    variance = float(((flat - flat.mean(axis=0)) ** 2).sum(axis=1).mean())
    found = {"rc2": radius2, "rc2_per_dimension": radius2 / flat.shape[1]}
    if variance > 0:
        found["rc2_per_global_variance"] = radius2 / variance
    return found
