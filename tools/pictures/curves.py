"""Numbers and drawings as a training would log them; the same each time."""

import math
import random
from pathlib import Path

from PIL import Image, ImageDraw

MINUTE = 60_000


def training(rate: float, dropout: float, seed: int, epochs: int = 40) -> dict[str, list[float]]:
    """Curves of a classifier: the best are around a rate of 0.005 and a dropout of 0.25."""
    chance = random.Random(seed)
    off = (math.log10(rate) + 2.3) ** 2 * 0.05 + (dropout - 0.25) ** 2 * 0.5
    speed = 9 * math.exp(-((math.log10(rate) + 2.2) ** 2) / 2) + 1.5
    curves: dict[str, list[float]] = {"train/loss": [], "val/loss": [], "val/accuracy": [], "train/lr": []}
    for epoch in range(epochs):
        done = 1 - math.exp(-epoch / epochs * speed)
        noise = chance.gauss(0, 0.012)
        accuracy = 0.1 + done * (0.84 - off) + noise
        curves["train/loss"].append(2.3 * (1 - done * (0.93 - off / 2)) + abs(noise) * 2)
        curves["val/loss"].append(
            2.35 * (1 - done * (0.84 - off)) + epoch * 0.004 * (0.6 - dropout) + abs(noise) * 4
        )
        curves["val/accuracy"].append(accuracy)
        curves["train/lr"].append(rate * 0.5 * (1 + math.cos(math.pi * epoch / epochs)))
    return curves


def system(seed: int, samples: int = 80) -> dict[str, list[float]]:
    """What a machine did meanwhile."""
    chance = random.Random(seed)
    return {
        "system/cpu_utilization_percentage": [
            55 + 12 * math.sin(n / 5) + chance.gauss(0, 4) for n in range(samples)
        ],
        "system/system_memory_usage_megabytes": [
            9_200 + 14 * n + chance.gauss(0, 40) for n in range(samples)
        ],
        "system/gpu_0_utilization_percentage": [min(100, 91 + chance.gauss(0, 4)) for _ in range(samples)],
        "system/gpu_0_memory_usage_megabytes": [11_800 + chance.gauss(0, 15) for _ in range(samples)],
    }


def confusion(path: Path, accuracy: float, seed: int) -> None:
    """A confusion matrix of ten classes."""
    chance = random.Random(seed)
    side = 36
    picture = Image.new("RGB", (side * 10 + 40, side * 10 + 40), "white")
    draw = ImageDraw.Draw(picture)
    for row in range(10):
        for column in range(10):
            share = (
                accuracy + chance.gauss(0, 0.04) if row == column else chance.random() * (1 - accuracy) * 0.4
            )
            shade = int(250 - 200 * max(0.0, min(1.0, share)))
            left, top = 30 + column * side, 10 + row * side
            draw.rectangle(
                (left, top, left + side - 2, top + side - 2), fill=(shade, min(255, shade + 20), 245)
            )
    for number in range(10):
        draw.text((12, 20 + number * side), str(number), fill="black")
        draw.text((43 + number * side, side * 10 + 14), str(number), fill="black")
    picture.save(path)
