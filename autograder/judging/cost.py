"""How much it takes to run a rebuilt model, read off its shapes before anything runs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_NUMBERS, MOST_PRODUCTS = 1_000_000, 100_000_000
"""For one picture: numbers in all layers' outputs together, and multiplications.

The 12,000 validation pictures then take about a minute on one core. A network that begins with ``Conv2D(64, 3)`` and
``Conv2D(128, 3)`` and goes on with ``Flatten`` and ``Dense(100)`` needs 190,000 numbers and 50 million multiplications.
"""

_BATCH, _NUMBERS_AT_ONCE = 2_000, 64_000_000
_KERNELS = frozenset({"Dense", "Conv2D", "DepthwiseConv2D", "SeparableConv2D"})


@dataclass(frozen=True)
class Cost:
    """What one picture takes.

    Attributes:
        numbers: in the outputs of all layers together, which Keras keeps until the last one has run.
        products: multiplications, or what takes as long.
    """

    numbers: int
    products: int

    @property
    def too_much(self) -> bool:
        """Whether pictures by the ten thousand would take too long."""
        return self.numbers > MOST_NUMBERS or self.products > MOST_PRODUCTS

    @property
    def batch(self) -> int:
        """How many pictures may run at a time: 2,000, or as many as 256 MB hold."""
        return max(1, min(_BATCH, _NUMBERS_AT_ONCE // max(self.numbers, 1)))


class VariableSizeError(Exception):
    """A layer's output has no fixed size."""


def cost(model: Any) -> Cost:
    """What one picture takes.

    Raises:
        VariableSizeError: that depends on more than the model, or the batch does not stay what it is.
    """
    parts = list(_costs(model))
    return Cost(sum(part.numbers for part in parts), sum(part.products for part in parts))


def _costs(model: Any) -> Iterator[Cost]:
    for layer in model.layers:
        # Keras may have called a layer of a Sequential model more than once while it put the model together.
        nodes = layer._inbound_nodes[-1:] if type(model).__name__ == "Sequential" else layer._inbound_nodes  # noqa: SLF001
        for node in nodes:
            if hasattr(layer, "layers"):
                yield cost(layer)
            for tensor in node.output_tensors:
                yield _cost(layer, tuple(tensor.shape))


def _cost(layer: Any, shape: tuple[int | None, ...]) -> Cost:
    batch, *sizes = shape
    joins_batches = type(layer).__name__ == "Concatenate" and layer.axis % len(shape) == 0
    if batch is not None or None in sizes or joins_batches:
        raise VariableSizeError
    fixed = [int(size) for size in sizes if size is not None]
    numbers = math.prod(fixed)
    if type(layer).__name__ in _KERNELS:
        return _of_kernels(layer, fixed)
    return Cost(numbers, numbers * math.prod(getattr(layer, "pool_size", ())))


def _of_kernels(layer: Any, sizes: list[int]) -> Cost:
    """Of a layer that multiplies with a kernel at each place of its output."""
    channel = 0 if getattr(layer, "data_format", None) == "channels_first" else len(sizes) - 1
    places = sizes[:channel] + sizes[channel + 1 :]
    kernels = [tuple(weight.shape) for weight in layer.weights if len(weight.shape) > 1]
    numbers = math.prod(sizes)
    if len(kernels) > 1:  # between the two kernels
        numbers += math.prod(places) * kernels[-1][-2]
    if any(rate > 1 for rate in getattr(layer, "dilation_rate", ())):
        # TensorFlow may spread the input out.
        spread = zip(places, layer.dilation_rate, layer.kernel_size, strict=True)
        numbers += math.prod(place + rate * size for place, rate, size in spread) * kernels[0][-2]
    return Cost(numbers, math.prod(places) * sum(math.prod(kernel) for kernel in kernels))
