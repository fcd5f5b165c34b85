"""Walls around code that nobody has read: what it sees, what it may use, and how it ends.

One description, ``Policy``, serves every way a kernel is started; ``walls.raise_walls`` applies it to the calling
process, so that a process started cold and one forked from a warm process get the same.
"""

from autograder.running.confinement.limits import Limits
from autograder.running.confinement.policy import Policy

__all__ = ["Limits", "Policy"]
