"""nbgrader's configuration: all of it stands in the package, so that a course elsewhere needs only these lines too."""

from autograder.doors.nbgrader import configure

configure(get_config())  # noqa: F821 - nbgrader defines it
