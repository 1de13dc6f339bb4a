"""Attacks that rebuild the input from what crosses a cut: a decoder network, a linear map, and the shadow of an edge part.

The attacker is the one who runs the layers behind the cut. It has images of its own from the victim's distribution.
- Black box: it can send them through the victim's edge part and learns a map from the answers back to the images.
- Query free: it cannot. It trains an edge part of its own such that the victim's later layers, which it holds, classify its
  images right, then inverts that shadow and applies the inverse to the victim's activations [He, Zhang, Lee, ACSAC 2019, doi
  10.1145/3359789.3359824, section on query-free attacks]. It knows the architecture and how the victim was trained.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass

import numpy
import torch
from torch import nn

from digits_data import SIDE, Images
from digits_models import MODELS, Chain, batches, train_stages

WIDTHS = {2: 64, 4: 32, 8: 16}  # Channels of a decoder by the side of its plane.
BATCH = 64
LEARNING_RATE = 4e-3
# Shares of the epochs that pass without a better error on the held-out images before the learning rate halves, and before
# training ends.
PLATEAU, PATIENCE = 1 / 20, 1 / 6
RIDGE_STRENGTHS = 10.0 ** numpy.arange(-3, 6)


class Standardise(nn.Module):
    """Every value with mean 0 and deviation 1 over the attacker's images, so that no cut is harder for its scale alone."""

    def __init__(self, values: torch.Tensor) -> None:
        super().__init__()
        deviation = values.std(dim=0, unbiased=False)
        self.register_buffer("mean", values.mean(dim=0))
        self.register_buffer("factor", torch.where(deviation > 1e-6, 1 / deviation.clamp_min(1e-6), torch.zeros(())))

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        # An attacker that meets values far outside its own does best to cut them off.
        return ((values - self.mean) * self.factor).clamp(-10, 10)


class TokensToPlane(nn.Module):
    """Patch tokens as a plane of their places, the class token beside each."""

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        side = round((tokens.shape[1] - 1) ** 0.5)
        patches = tokens[:, 1:].transpose(1, 2).unflatten(2, (side, side))
        return torch.cat([patches, tokens[:, 0, :, None, None].expand_as(patches)], dim=1)


def decoder(shape: tuple[int, ...]) -> nn.Sequential:
    """Reverses an edge part. A vector is a plane of one place, tokens lie on the plane of their patches. A plane is doubled
    until it has the size of the image, a 3x3 convolution with batch norm and ReLU at each size, at least two in all; a last one
    ends in a sigmoid."""
    def stage(channels: int, width: int) -> list[nn.Module]:
        return [nn.Conv2d(channels, width, 3, padding=1, bias=False), nn.BatchNorm2d(width), nn.ReLU()]

    layers: list[nn.Module] = []
    if len(shape) == 1:
        channels, side = shape[0], 1
        layers.append(nn.Unflatten(1, (channels, 1, 1)))
    elif len(shape) == 2:
        channels, side = 2 * shape[1], round((shape[0] - 1) ** 0.5)
        layers.append(TokensToPlane())
    else:
        channels, side = shape[0], shape[1]
    while side < SIDE:
        if side > 1:
            layers += stage(channels, WIDTHS[side])
            channels = WIDTHS[side]
        layers += [nn.Conv2d(channels, 4 * WIDTHS[2 * side], 1), nn.PixelShuffle(2)]
        channels, side = WIDTHS[2 * side], 2 * side
    layers += stage(channels, WIDTHS[SIDE])
    if len(shape) == 3 and shape[1] == SIDE:
        layers += stage(WIDTHS[SIDE], WIDTHS[SIDE])
    return nn.Sequential(*layers, nn.Conv2d(WIDTHS[SIDE], 1, 3, padding=1), nn.Sigmoid())


@dataclass
class Inverse:
    """A trained decoder and how its training went: errors are mean squared ones."""

    network: nn.Module
    epochs: int
    stopped_early: bool
    training_error: float
    held_out_error: float

    def guess(self, sent: torch.Tensor) -> torch.Tensor:
        with torch.no_grad():
            return self.network(sent)


def train_inverse(edge, attacker: Images, held_out: Images, most_epochs: int, random: torch.Generator) -> Inverse:
    """Learns images from `edge(images)` by mean squared error; the weights with the least error on the held-out images are
    kept. Ends when no better one has come for a while, or after `most_epochs`."""
    patience = max(round(PATIENCE * most_epochs), 2)
    with torch.no_grad():
        sent, sent_held_out = edge(attacker.pixels), edge(held_out.pixels)
    network = nn.Sequential(Standardise(sent), decoder(tuple(sent.shape[1:])))
    optimiser = torch.optim.Adam(network.parameters(), LEARNING_RATE)
    schedule = torch.optim.lr_scheduler.ReduceLROnPlateau(optimiser, factor=0.5, patience=round(PLATEAU * most_epochs))
    best_error, best, best_epoch, epoch = float("inf"), network.state_dict(), 0, 0
    while epoch < most_epochs and epoch - best_epoch < patience:
        epoch += 1
        network.train()
        for chosen in batches(len(sent), BATCH, random):
            optimiser.zero_grad(set_to_none=True)
            nn.functional.mse_loss(network(sent[chosen]), attacker.pixels[chosen]).backward()
            optimiser.step()
        network.eval()
        error = error_of(network, sent_held_out, held_out)
        schedule.step(error)
        if error < best_error:
            best_error, best, best_epoch = error, copy.deepcopy(network.state_dict()), epoch
    network.load_state_dict(best)
    network.eval()
    return Inverse(network, epoch, epoch - best_epoch >= patience, error_of(network, sent, attacker), best_error)


def error_of(network: nn.Module, sent: torch.Tensor, images: Images) -> float:
    with torch.no_grad():
        return float(nn.functional.mse_loss(network(sent), images.pixels))


def ridge_guess(edge, attacker: Images, held_out: Images, victim_sent: torch.Tensor) -> torch.Tensor:
    """The least-squares linear map with a penalty, chosen on the held-out images; cut to [0, 1]. It has no training budget:
    where it rebuilds more than a decoder, that decoder was no good judge of the cut."""
    with torch.no_grad():
        own = edge(attacker.pixels)
        standardise = Standardise(own)
        sent, sent_held_out, unknown = (standardise(values).flatten(1).double().numpy()
                                        for values in (own, edge(held_out.pixels), victim_sent))
    pixels = attacker.pixels.flatten(1).double().numpy()
    mean = pixels.mean(axis=0)
    # The smaller of the two equal forms: by values, or by images.
    if sent.shape[1] < len(sent):
        gram, right, left = sent.T @ sent, sent.T @ (pixels - mean), None
    else:
        gram, right, left = sent @ sent.T, pixels - mean, sent.T

    def guess(strength: float, values: numpy.ndarray) -> numpy.ndarray:
        weights = numpy.linalg.solve(gram + strength * numpy.eye(len(gram)), right)
        return numpy.clip(values @ (weights if left is None else left @ weights) + mean, 0, 1)

    known = held_out.pixels.flatten(1).double().numpy()
    best = min(RIDGE_STRENGTHS, key=lambda strength: ((guess(strength, sent_held_out) - known) ** 2).mean())
    return torch.from_numpy(guess(best, unknown)).reshape(-1, *attacker.pixels.shape[1:])


def shadow_edge(model: str, victim: Chain, cut: str, attacker: Images, smoothing: float, epochs: int,
                random: torch.Generator) -> Chain:
    """A chain whose stages up to the cut are the attacker's own, trained from scratch, and whose later ones are the
    victim's, unchanged."""
    shadow = MODELS[model]()
    trained = victim.cuts.index(cut) + 1
    for number in range(trained, len(victim.cuts)):
        shadow.stages[number] = copy.deepcopy(victim.stages[number])
    train_stages(shadow, trained, attacker, smoothing, epochs, random)
    return shadow
