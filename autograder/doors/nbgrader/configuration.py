"""What a course's ``nbgrader_config.py`` calls."""

from __future__ import annotations

import os
from typing import Any

_STUB = {
    "ko": "# 여기에 코드를 작성하세요\nraise NotImplementedError()",
    "en": "# write your code here\nraise NotImplementedError()",
}
# One text for both languages: an untouched answer is recognised by it, whichever language a learner works in.
_TEXT_STUB = "여기에 답을 쓰세요. / Write your answer here."


def configure(c: Any, language: str | None = None) -> None:
    """Sets nbgrader up for this course.

    Args:
        c: what ``get_config()`` gives in ``nbgrader_config.py``.
        language: of the release and of the feedback where a notebook does not say its own: ``ko`` or ``en``; by
            default what the environment variable ``AUTOGRADER_LANGUAGE`` says, else ``ko``.
    """
    chosen = language or os.environ.get("AUTOGRADER_LANGUAGE", "ko")
    here = "autograder.doors.nbgrader"
    theirs = "nbgrader.preprocessors"

    c.CourseDirectory.release_directory = f"release/{chosen}"
    c.KeepLanguage.language = chosen
    c.JudgedExecute.language = chosen
    c.ClearSolutions.code_stub = {"python": _STUB[chosen]}
    c.ClearSolutions.text_stub = _TEXT_STUB
    c.GenerateAssignment.preprocessors = [
        f"{here}.release.KeepLanguage",
        f"{theirs}.IncludeHeaderFooter",
        f"{theirs}.LockCells",
        f"{theirs}.ClearSolutions",
        f"{theirs}.ClearOutput",
        f"{theirs}.CheckCellMetadata",
        f"{theirs}.ComputeChecksums",
        f"{theirs}.SaveCells",
        f"{theirs}.CheckCellMetadata",
    ]
    # Once a step is done, and not after each of its preprocessors.
    c.Exporter.optimistic_validation = True
    c.Autograde.pre_convert_hook = f"{here}.repair.check_files"
    c.Autograde.sanitize_preprocessors = [
        f"{here}.repair.Repair",
        f"{theirs}.ClearOutput",
        f"{theirs}.OverwriteKernelspec",
        f"{theirs}.OverwriteCells",
        f"{here}.metadata.CheckMetadata",
    ]
    c.Autograde.autograde_preprocessors = [
        f"{here}.execute.JudgedExecute",
        "nbconvert.preprocessors.ClearMetadataPreprocessor",
        f"{theirs}.LimitOutput",
        f"{theirs}.SaveAutoGrades",
        f"{theirs}.AssignLatePenalties",
        f"{here}.metadata.CheckMetadata",
    ]
    # For the pages of the feedback and of the formgrader.
    c.GenerateFeedback.exporter_class = f"{here}.pages.FeedbackExporter"
    c.HTMLExporter.filters = {"markdown2html": f"{here}.pages.markdown"}
    # For `nbgrader validate`, which always uses nbgrader's own Execute: a training takes longer than its 30 s.
    c.Execute.timeout = 180
