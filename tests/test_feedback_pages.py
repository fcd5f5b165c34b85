"""What is done once for a class gives what nbgrader and nbconvert give for each notebook."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest
from jsonschema import ValidationError
from nbconvert.exporters import HTMLExporter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from nbgrader.api import Course, Gradebook
from nbgrader.preprocessors import CheckCellMetadata

from autograder.doors.nbgrader.gradebooks import one_engine
from autograder.doors.nbgrader.metadata import CheckMetadata
from autograder.doors.nbgrader.page_cells import Known, Page
from autograder.doors.nbgrader.pages import FeedbackExporter

if TYPE_CHECKING:
    from pathlib import Path

    from nbformat import NotebookNode

HARMLESS = (
    "plain",
    '<p title="a > b">&lt;x&gt; &copy; &#39;</p>',
    "<br><hr>",
    "<!-- a comment -->",
    "<table><tr><td>1",
)
HTML = (
    *HARMLESS,
    "<br/>",
    "<br></br>",
    "<div>",
    "</div></div></div>",
    "</body></html>",
    "<pre>\n  open",
    "<textarea>",
    "<script>let a = '<div class=\"cell border-box-sizing \">'",
    "<style>p {}</style><p>  </p>",
    "<img src='a.png'>",
    "<img src='a.png' alt='a'/>",
    "<p/><i/>",
    "<!-- open",
    "<![CDATA[ x ]]><?php ?>",
    "<a href='x",
    '<div class="jp-Notebook"><div class="jp-Cell-inputWrapper"></div></div>',
    '<div class="prompt input_prompt">In&nbsp;[77]:</div>',
    '<div class="cell border-box-sizing text_cell rendered">',
)


def notebook(html: str, first: int = 1) -> NotebookNode:
    cells = []
    for number in range(first, first + 3):
        shown = [
            new_output("display_data", data={"text/html": html if number == first + 1 else "<b>fine</b>"}),
            new_output("execute_result", data={"text/plain": "1"}, execution_count=number),
        ]
        cells += [
            new_markdown_cell("# Title\n\n  text\n", id=f"text{len(cells)}"),
            new_code_cell("print(1)  # <b>", execution_count=number, outputs=shown, id=f"code{len(cells)}"),
        ]
    return new_notebook(cells=[*cells, new_markdown_cell(html, id="last")])


@pytest.mark.parametrize("html", HTML)
def test_pages_are_what_nbconvert_makes_of_them(html: str, caplog: pytest.LogCaptureFixture) -> None:
    plain, ours = (exporter(template_name="classic") for exporter in (HTMLExporter, FeedbackExporter))
    for exporter in plain, ours:
        exporter.log = logging.getLogger("nbconvert")

    def made(exporter: HTMLExporter, content: NotebookNode) -> tuple[str, list[str]]:
        caplog.clear()
        return exporter.from_notebook_node(content)[0], caplog.messages

    for number in (1, 1, 5):  # the second time from what is known; the third time after other cells
        content = notebook(html, number)
        assert made(ours, content) == made(plain, content)


@pytest.mark.parametrize("html", [*HARMLESS[:-1], "<img src='a.png'>", f"<img src='{'a' * 200_000}'>"])
def test_cells_that_are_known_are_left_out(html: str) -> None:
    known = Known()
    written = '<html><body>{}<div class="cell border-box-sizing last">end</div></body></html>'.format(
        "".join(f'<div class="cell border-box-sizing any"><i>{number}</i> {html}</div>\n' for number in range(5))
    )
    first = Page(written, known)
    assert first.whole(first.short) == written
    second = Page(written, known)
    assert "<i>" not in second.short
    assert second.whole(second.short) == written


def marked(**changes: object) -> NotebookNode:
    metadata = {"grade": True, "solution": False, "locked": True, "grade_id": "a", "points": 1, "schema_version": 3}
    cell = new_code_cell("1", metadata={"nbgrader": {**metadata, "task": False, "cell_type": "code", **changes}})
    return new_notebook(cells=[cell, new_markdown_cell("text")])


def test_metadata_that_was_found_right_is_not_what_makes_other_metadata_right() -> None:
    checks = CheckMetadata(), CheckCellMetadata()
    for _ in range(2):
        for check in checks:
            check.preprocess(marked(), {})
            with pytest.raises(ValidationError):
                check.preprocess(marked(points="many"), {})


def test_gradebooks_share_an_engine_only_inside(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'gradebook.db'}"
    with one_engine():
        with Gradebook(address) as first:
            kim = first.add_student("kim")
            with Gradebook(address) as second:
                assert second.engine is first.engine
                assert [student.id for student in second.students] == ["kim"]
            kim.first_name = "Kim"  # a session of its own is over, not this one
            first.db.commit()
            assert first.find_student("kim").first_name == "Kim"
        with Gradebook(address, "another") as third:
            assert [course.id for course in third.db.query(Course).order_by(Course.id)] == ["another", "default_course"]
    with Gradebook(address) as fourth:
        assert fourth.engine is not first.engine
