"""From a submission to its reports, with everything that is kept already looked up and everything new kept."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from autograder.evidence.wire import WireError
from autograder.running.classroom.kept import unpack
from autograder.running.store import Judged

if TYPE_CHECKING:
    from collections.abc import Callable

    from autograder.judging.verdicts import Report
    from autograder.running.classroom.kept import KeptRun
    from autograder.running.store import EvidenceStore


def judged(
    store: EvidenceStore,
    key: str,
    run: Callable[[], bytes],
    judge: Callable[[KeptRun], dict[str, Report]],
    *,
    anew: bool = False,
) -> Judged:
    """The run and reports of the submission with this key.

    Args:
        store: where they are kept.
        key: the submission's.
        run: runs it, as ``perform`` does; called when no run is kept.
        judge: judges a run; called when no reports by the present checks are kept. It raises ``WireError`` where what
            was kept is damaged; it is run anew then.
        anew: run it although a run is kept.

    Raises:
        GraderBrokenError: our own failure; nothing is kept then.
    """
    found = None if anew else store.run(key)
    reports = store.reports(key) if found else None
    if found is not None and reports is not None:
        return Judged(found, reports)
    if found is not None:
        with suppress(WireError):
            reports = judge(found)
    if found is None or reports is None:
        data = run()
        store.keep_run(key, data)
        found = unpack(data)
        reports = judge(found)
    store.keep_reports(key, reports)
    return Judged(found, reports)
