"""The nbgrader door: one call in ``nbgrader_config.py`` and nbgrader's own commands grade by evidence.

Nothing of nbgrader is rewritten: a preprocessor keeps one language for release, one repairs submissions before nbgrader
looks at them, and one runs notebooks and writes the grade cells' outputs in place of nbgrader's ``Execute``.
"""

from autograder.doors.nbgrader.configuration import configure

__all__ = ["configure"]
