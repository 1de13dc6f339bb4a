"""Three small classifiers of 8x8 images as chains of stages, one stage for each cut of the model that coinfer knows by the
same name (workloads/catalog/model_digits_*.textproto): layer names, shapes and parameter counts are equal.
"""

from __future__ import annotations

from typing import Callable, Iterable, Sequence

import torch
from torch import nn

from digits_data import CLASSES, Images

BATCH = 32
LEARNING_RATE = 3e-3


class Chain(nn.Module):
    """Stages run one after the other; the output of each is what crosses at the cut of its name."""

    def __init__(self, stages: Sequence[tuple[str, nn.Module]]) -> None:
        super().__init__()
        self.cuts = [name for name, _ in stages]
        self.stages = nn.ModuleList(module for _, module in stages)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.run(images, 0, len(self.cuts))

    def run(self, values: torch.Tensor, first: int, end: int) -> torch.Tensor:
        """Stages first to end - 1."""
        for stage in self.stages[first:end]:
            values = stage(values)
        return values

    def edge(self, images: torch.Tensor, cut: str) -> torch.Tensor:
        """What crosses at a cut."""
        return self.run(images, 0, self.cuts.index(cut) + 1)

    def edge_parameters(self, cut: str) -> int:
        """Parameters of the stages up to a cut."""
        stages = self.stages[:self.cuts.index(cut) + 1]
        return sum(parameter.numel() for stage in stages for parameter in stage.parameters())


class Residual(nn.Module):
    """shortcut(x) + inner(x)."""

    def __init__(self, inner: nn.Module, shortcut: nn.Module | None = None) -> None:
        super().__init__()
        self.inner, self.shortcut = inner, shortcut or nn.Identity()

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        return self.shortcut(values) + self.inner(values)


class TokenLinear(nn.Linear):
    """A fully connected layer over tokens [n, tokens, width], computed as a convolution of length 1: the same sums, five times
    as fast with Debian's PyTorch, which multiplies matrices by the reference BLAS."""

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        return nn.functional.conv1d(tokens.transpose(1, 2), self.weight[:, :, None], self.bias).transpose(1, 2)


class SelfAttention(nn.Module):
    """Multi-head attention of the tokens among themselves, its four projections with biases."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.query, self.key, self.value, self.out = (TokenLinear(width, width) for _ in range(4))

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        query, key, value = (part(tokens).unflatten(2, (self.heads, -1)).transpose(1, 2)
                             for part in (self.query, self.key, self.value))
        weights = torch.softmax(query @ key.transpose(2, 3) * key.shape[3] ** -0.5, dim=3)
        return self.out((weights @ value).transpose(1, 2).flatten(2))


class PatchEmbedding(nn.Module):
    """Square patches as tokens, row by row, behind a class token; plus learned positions."""

    def __init__(self, side: int, patch: int, width: int) -> None:
        super().__init__()
        self.patches = nn.Conv2d(1, width, patch, stride=patch)
        self.class_token = nn.Parameter(0.02 * torch.randn(1, 1, width))
        self.positions = nn.Parameter(0.02 * torch.randn(1, (side // patch) ** 2 + 1, width))

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        patches = self.patches(images).flatten(2).transpose(1, 2)
        return torch.cat([self.class_token.expand(len(images), -1, -1), patches], dim=1) + self.positions


class FirstToken(nn.Module):
    """The class token."""

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        return tokens[:, 0]


def convolution(channels: int, out: int, kernel: int = 3, stride: int = 1) -> nn.Conv2d:
    return nn.Conv2d(channels, out, kernel, stride=stride, padding=kernel // 2, bias=False)


def digits_cnn() -> Chain:
    """In the manner of VGG: three stages of convolution, batch norm and ReLU, two of them with a pool, then two fully
    connected layers."""
    return Chain([
        ("conv1", convolution(1, 16)), ("bn1", nn.BatchNorm2d(16)), ("relu1", nn.ReLU()), ("pool1", nn.MaxPool2d(2)),
        ("conv2", convolution(16, 32)), ("bn2", nn.BatchNorm2d(32)), ("relu2", nn.ReLU()), ("pool2", nn.MaxPool2d(2)),
        ("conv3", convolution(32, 64)), ("bn3", nn.BatchNorm2d(64)), ("relu3", nn.ReLU()), ("flatten", nn.Flatten()),
        ("fc1", nn.Linear(256, 64)), ("fc1_relu", nn.ReLU()), ("fc2", nn.Linear(64, CLASSES))])


def digits_resnet() -> Chain:
    """Four residual blocks of two convolutions, of which the second and the fourth halve the plane."""
    stages = [("conv1", convolution(1, 16)), ("bn1", nn.BatchNorm2d(16)), ("relu", nn.ReLU())]
    channels = 16
    for number, (out, stride) in enumerate(((16, 1), (32, 2), (32, 1), (64, 2)), start=1):
        inner = nn.Sequential(convolution(channels, out, stride=stride), nn.BatchNorm2d(out), nn.ReLU(),
                              convolution(out, out), nn.BatchNorm2d(out))
        shortcut = nn.Sequential(convolution(channels, out, 1, stride), nn.BatchNorm2d(out)) if stride > 1 else None
        stages += [(f"block{number}.add", Residual(inner, shortcut)), (f"block{number}", nn.ReLU())]
        channels = out
    return Chain([*stages, ("avgpool", nn.AdaptiveAvgPool2d(1)), ("flatten", nn.Flatten()), ("fc", nn.Linear(64, CLASSES))])


def digits_transformer() -> Chain:
    """16 patches of 2x2 pixels and a class token, width 32, three blocks of two heads, norms before attention and hidden
    layer; read out by the class token."""
    width = 32
    stages: list[tuple[str, nn.Module]] = [("embedding", PatchEmbedding(8, 2, width))]
    for number in range(1, 4):
        attention = nn.Sequential(nn.LayerNorm(width), SelfAttention(width, 2))
        hidden = nn.Sequential(nn.LayerNorm(width), TokenLinear(width, 2 * width), nn.GELU(),
                               TokenLinear(2 * width, width))
        stages += [(f"block{number}.add1", Residual(attention)), (f"block{number}", Residual(hidden))]
    return Chain([*stages, ("norm", nn.LayerNorm(width)), ("class_token", FirstToken()), ("head", nn.Linear(width, CLASSES))])


MODELS: dict[str, Callable[[], Chain]] = {"digits_cnn": digits_cnn, "digits_resnet": digits_resnet,
                                          "digits_transformer": digits_transformer}

# The cuts whose tensor is no longer laid out over the image: one vector that the class is read from. Fixed by structure,
# before anything is measured.
DECISION_LEVEL = {"digits_cnn": ("fc1", "fc1_relu", "fc2"), "digits_resnet": ("avgpool", "flatten", "fc"),
                  "digits_transformer": ("class_token", "head")}


def smoothed_cross_entropy(logits: torch.Tensor, labels: torch.Tensor, smoothing: float) -> torch.Tensor:
    """-sum_k t_k log p_k with t = 1 - s for the true class and s/(K-1) for each other, as in the official code of
    arXiv 2506.15412. Below s = 0 it has no lower bound: logits grow for as long as training lasts."""
    targets = torch.full_like(logits, smoothing / (CLASSES - 1))
    targets.scatter_(1, labels[:, None], 1 - smoothing)
    return -(targets * torch.log_softmax(logits, dim=1)).sum(dim=1).mean()


def batches(count: int, size: int, random: torch.Generator) -> Iterable[torch.Tensor]:
    """A shuffled pass over `count` samples; a last batch of one is left out, for it has no variance to normalise by."""
    return [part for part in torch.randperm(count, generator=random).split(size) if len(part) > 1]


def train_stages(chain: Chain, trained: int, images: Images, smoothing: float, epochs: int, random: torch.Generator) -> None:
    """Trains the first `trained` stages to classify; those behind them stay as they are. Adam, the learning rate falling to
    0 along half a cosine."""
    chain.eval()
    chain.requires_grad_(False)
    own = chain.stages[:trained]
    own.train()
    own.requires_grad_(True)
    parameters = list(own.parameters())
    optimiser = torch.optim.Adam(parameters, LEARNING_RATE)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, epochs)
    for _ in range(epochs):
        for chosen in batches(len(images), BATCH, random):
            optimiser.zero_grad(set_to_none=True)
            smoothed_cross_entropy(chain(images.pixels[chosen]), images.labels[chosen], smoothing).backward()
            optimiser.step()
        schedule.step()
    chain.eval()
    chain.requires_grad_(False)
