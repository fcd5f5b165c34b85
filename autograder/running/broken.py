"""Our own failures."""


class GraderBrokenError(Exception):
    """Our own failure: no score may be recorded. The message says what failed."""
