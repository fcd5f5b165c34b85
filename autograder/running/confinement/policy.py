"""What a confined process sees, has and may use, as data that can be sent to the process that applies it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from autograder.running.confinement.limits import Limits

HOME = "/home/learner"
FITS_FOLDER = "/fits"
NOTEBOOK_FOLDER = f"{HOME}/notebook"
DATA_FOLDERS = (
    f"{HOME}/.keras/datasets/fashion-mnist",
    # A warm Keras knows the home of the process that imported it, which is not there inside: then it looks here.
    "/tmp/.keras/datasets/fashion-mnist",  # noqa: S108 - inside, it belongs to one kernel alone
)


@dataclass(frozen=True)
class Policy:
    """One description for every kernel.

    Attributes:
        shown: absolute paths that can be read, at the same place inside; all else of the file system is not there.
        data: the folder of the data files, shown where Keras looks for them inside; None when there is none.
        files: a folder whose files are copied into the notebook's folder inside; None for an empty one.
        fits: the store of looked-up trainings, shown as ``FITS_FOLDER``; None when there is none.
        environment: every environment variable.
        limits: what may be used.
    """

    shown: tuple[str, ...]
    data: str | None
    files: str | None
    fits: str | None
    environment: dict[str, str]
    limits: Limits

    def as_json(self) -> dict[str, Any]:
        """The policy as JSON."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Policy:
        """Reads back what ``as_json`` gave."""
        return cls(**{**data, "shown": tuple(data["shown"]), "limits": Limits(**data["limits"])})
