"""The units of work of measure_leakage.py: one trained victim, or all figures of one cut of one victim; each kept in a file.

A unit is made from its settings, the versions of the libraries and the text of the modules that decide its numbers; their
hash is its key. A file with that key is never made again. Files appear whole or not at all, so a run may be killed at any
instant. What a unit draws depends on the unit alone, not on the order or the number of workers.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy
import sklearn
import torch

import leakage_statistics as statistics
from digits_data import CLASSES, Split, split_digits
from digits_models import MODELS, Chain, train_stages
from inversion import ridge_guess, shadow_edge, train_inverse

MODULES = ("digits_data.py", "digits_models.py", "inversion.py", "leakage_statistics.py", "leakage_units.py")


@dataclass(frozen=True)
class Settings:
    """What decides the figures beside model, smoothing and seed. Epochs are passes over the images of one party."""

    victim_epochs: int = 40
    shadow_epochs: int = 20
    decoder_epochs: int = 60


@dataclass(frozen=True)
class Victim:
    """One classifier: its architecture, the label smoothing it is trained with, and the seed of split and weights."""

    model: str
    smoothing: float
    seed: int

    @property
    def name(self) -> str:
        """The model's name in leakage tables."""
        return self.model if self.smoothing == 0 else f"{self.model}_ls{self.smoothing:g}"

    @property
    def folder(self) -> str:
        return f"{self.name}/seed{self.seed}"


def versions() -> dict[str, str]:
    """Libraries whose results may differ between versions."""
    return {"torch": torch.__version__, "numpy": numpy.__version__, "scikit-learn": sklearn.__version__}


def source_hash() -> str:
    """Of the modules that decide the figures."""
    folder = Path(__file__).parent
    return hashlib.sha256(b"".join((folder / name).read_bytes() for name in MODULES)).hexdigest()


def key_of(settings: Settings, victim: Victim, cut: str | None) -> str:
    """Two units with one key have the same figures, on one machine."""
    parts = [dataclasses.asdict(settings), dataclasses.asdict(victim), cut, versions(), source_hash()]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def unit_path(out: Path, victim: Victim, cut: str | None) -> Path:
    return out / "units" / victim.folder / ("victim.json" if cut is None else f"cut_{cut}.json")


def load_unit(out: Path, settings: Settings, victim: Victim, cut: str | None) -> dict[str, Any] | None:
    """The figures of a unit that is complete and has the right key, else None."""
    try:
        content = json.loads(unit_path(out, victim, cut).read_text(encoding="utf-8"))
        return content["figures"] if content["key"] == key_of(settings, victim, cut) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def save_unit(out: Path, settings: Settings, victim: Victim, cut: str | None, figures: dict[str, Any]) -> None:
    content = {"schema_version": 1, "key": key_of(settings, victim, cut), "figures": figures}
    replace_file(unit_path(out, victim, cut), lambda path: path.write_text(json.dumps(content, indent=1) + "\n"))


def replace_file(path: Path, write) -> None:
    """Makes a file by `write(path of a half-made one)` and puts it in place in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half_made = path.with_name(f".{os.getpid()}.{path.name}")
    try:
        write(half_made)
        half_made.replace(path)
    finally:
        half_made.unlink(missing_ok=True)


def random_of(victim: Victim, *purpose: str) -> torch.Generator:
    """A stream named by the victim and a purpose; also seeds the one from which PyTorch draws first weights."""
    name = json.dumps([dataclasses.asdict(victim), *purpose]).encode()
    seed = int.from_bytes(hashlib.sha256(name).digest()[:7], "big")
    torch.manual_seed(seed)
    return torch.Generator().manual_seed(seed + 1)


def make_victim(out: Path, settings: Settings, victim: Victim) -> None:
    """Trains a victim, keeps its weights, then what is measured of it as a whole."""
    split = split_digits(victim.seed)
    random = random_of(victim, "victim")
    chain = MODELS[victim.model]()
    train_stages(chain, len(chain.cuts), split.victim, victim.smoothing, settings.victim_epochs, random)
    replace_file(unit_path(out, victim, None).with_suffix(".pt"), lambda path: torch.save(chain.state_dict(), path))
    pixels, labels = split.test.pixels.numpy(), split.test.labels.numpy()
    predicted = predictions(chain, split)
    means = numpy.stack([split.attacker.pixels[split.attacker.labels == label].mean(dim=0).numpy() for label in range(CLASSES)])
    save_unit(out, settings, victim, None, {
        "test_images": len(labels),
        "task_accuracy": float((predicted == labels).mean()),
        "training_accuracy": accuracy(chain, split.victim),
        "mean_image_mse": statistics.mse(pixels, split.attacker.pixels.mean(dim=0).numpy()),
        "class_mean_mse": statistics.mse(pixels, means[predicted]),
        "class_mean_ssim": statistics.ssim(pixels[:, 0], means[predicted][:, 0])})


def load_victim(out: Path, victim: Victim) -> Chain:
    chain = MODELS[victim.model]()
    chain.load_state_dict(torch.load(unit_path(out, victim, None).with_suffix(".pt")))
    chain.eval()
    return chain.requires_grad_(False)


def predictions(chain: Chain, split: Split) -> numpy.ndarray:
    """The class that the model gives each test image."""
    with torch.no_grad():
        return chain(split.test.pixels).argmax(dim=1).numpy()


def accuracy(chain: Chain, images) -> float:
    with torch.no_grad():
        return float((chain(images.pixels).argmax(dim=1) == images.labels).double().mean())


def make_cut(out: Path, settings: Settings, victim: Victim, cut: str) -> None:
    """Attacks one cut of a trained victim and measures its activations."""
    start_s = time.process_time()
    split, chain = split_digits(victim.seed), load_victim(out, victim)
    images, labels = split.test.pixels.numpy(), split.test.labels.numpy()
    with torch.no_grad():
        sent = chain.edge(split.test.pixels, cut)

    def edge(pixels: torch.Tensor) -> torch.Tensor:
        return chain.edge(pixels, cut)

    random = random_of(victim, "black box", cut)
    inverse = train_inverse(edge, split.attacker, split.held_out, settings.decoder_epochs, random)
    random = random_of(victim, "shadow", cut)
    shadow = shadow_edge(victim.model, chain, cut, split.attacker, victim.smoothing, settings.shadow_epochs, random)
    random = random_of(victim, "inverse of the shadow", cut)
    shadow_inverse = train_inverse(lambda pixels: shadow.edge(pixels, cut), split.attacker, split.held_out,
                                   settings.decoder_epochs, random)
    guesses = {"inversion_network": inverse.guess(sent), "inversion_network_shadow": shadow_inverse.guess(sent),
               "inversion_ridge": ridge_guess(edge, split.attacker, split.held_out, sent)}
    figures: dict[str, Any] = {"attacks": {}, "training": {}}
    for attack, guess in guesses.items():
        figures["attacks"][attack] = statistics.errors_of(images[:, 0], guess.numpy()[:, 0])
    for attack, made in (("inversion_network", inverse), ("inversion_network_shadow", shadow_inverse)):
        figures["training"][attack] = {name: getattr(made, name) for name in
                                       ("epochs", "stopped_early", "training_error", "held_out_error")}
    figures["shadow_accuracy"] = accuracy(shadow, split.test)
    figures["distance_correlation"] = statistics.distance_correlation(images, sent.numpy())
    figures["by_label"] = statistics.class_radii(sent.numpy(), labels)
    figures["by_prediction"] = statistics.class_radii(sent.numpy(), predictions(chain, split))
    figures["processor_s"] = time.process_time() - start_s
    save_unit(out, settings, victim, cut, figures)


def write_activations(out: Path, victim: Victim, folder: Path) -> None:
    """What the test images leave at every cut of a trained victim: FOLDER/cuts/NN_CUT.npy (float32, in the order of the
    model), and beside them labels.npy and predicted.npy (int64), for `coinfer privacy rc2` and `locate`."""
    split, chain = split_digits(victim.seed), load_victim(out, victim)

    def save(path: Path, values: numpy.ndarray) -> None:
        def write(half_made: Path) -> None:
            with half_made.open("wb") as file:
                numpy.save(file, values)

        replace_file(path, write)

    save(folder / "labels.npy", split.test.labels.numpy())
    save(folder / "predicted.npy", predictions(chain, split))
    values = split.test.pixels
    with torch.no_grad():
        for number, (cut, stage) in enumerate(zip(chain.cuts, chain.stages), start=1):
            values = stage(values)
            save(folder / "cuts" / f"{number:02}_{cut}.npy", numpy.ascontiguousarray(values.numpy()))
