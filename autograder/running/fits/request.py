"""What a kernel sends to have a training done: the description, and the variables' values it starts from.

Data are named by their fingerprints only. Whoever reads a request believes nothing of it: see ``trainer``.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from autograder.evidence import archive
from autograder.evidence.caps import WireError, check_tree
from autograder.running.fits.description import model_variables, values

if TYPE_CHECKING:
    import numpy as np

MAX_BYTES = 10 << 20
"""More than the largest model that is trained for others, with up to four numbers for each weight."""


@dataclass(frozen=True)
class Request:
    """A request as it was read; nothing of it is checked yet.

    Attributes:
        description: of the call.
        weights: values of the model's variables.
        state: values of the optimizer's variables.
    """

    description: dict[str, Any]
    weights: list[np.ndarray]
    state: list[np.ndarray]


def pack(description: dict[str, Any], model: Any) -> bytes:
    """Writes a request for this model as it is now.

    Raises:
        WireError: it is too large.
    """
    weights, state = values(model_variables(model)), values(model.optimizer.variables)
    tree = {"description": description, "weights": len(weights)}
    data = archive.write(json.dumps(tree).encode(), [*weights, *state])
    if len(data) > MAX_BYTES:
        message = "a request that is too large"
        raise WireError(message)
    return data


def unpack(data: bytes) -> Request:
    """Reads a request.

    Raises:
        WireError: it is none.
    """
    try:
        text, arrays = archive.read(data)
        check_tree(text)
        tree = json.loads(text)
        count, description = tree["weights"], tree["description"]
        values = [arrays[archive.array_name(number)] for number in range(len(arrays))]
    except WireError:
        raise
    except Exception as error:  # what zipfile, NumPy and json raise is not listed anywhere
        message = "damaged request"
        raise WireError(message) from error
    if type(count) is not int or not 0 < count <= len(values) or type(description) is not dict:
        message = "damaged request"
        raise WireError(message)
    return Request(description, values[:count], values[count:])
