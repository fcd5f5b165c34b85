"""What a notebook shows when it is read by others: no active content, bounded in size and in the time it takes."""

from __future__ import annotations

from typing import Any

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from autograder.running.displayed import tame


def shown(*outputs: NotebookNode) -> list[NotebookNode]:
    notebook = new_notebook(cells=[new_code_cell()])
    notebook.cells[0].outputs = list(outputs)
    tame(notebook)
    return notebook.cells[0].outputs


def data(**kinds: Any) -> NotebookNode:
    return new_output("display_data", data={kind.replace("_", "/"): value for kind, value in kinds.items()})


ACTIVE = ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "<iframe src=//x>"]


@pytest.mark.parametrize("markup", ACTIVE)
def test_nothing_shown_runs_in_a_browser(markup: str) -> None:
    (output,) = shown(data(text_html=markup, text_markdown=markup, text_plain="fine"))
    assert set(output.data) == {"text/html", "text/markdown", "text/plain"}
    for kind in ("text/html", "text/markdown"):
        assert "<script" not in output.data[kind]
        assert "onerror=" not in output.data[kind].replace("&lt;img src=x onerror=alert(1)&gt;", "")
        assert not output.data[kind].lstrip().startswith(("<svg", "<iframe"))


def test_a_link_to_a_script_leads_nowhere() -> None:
    (output,) = shown(data(text_html='<a href="javascript:alert(1)">here</a><b>bold</b>'))
    assert output.data["text/html"] == "<a>here</a><b>bold</b>"


def test_text_of_the_learners_own_is_cleaned_too() -> None:
    notebook = new_notebook(cells=[new_markdown_cell("**bold** <script>alert(1)</script>")])
    notebook.cells[0]["attachments"] = {'"><script>': {"image/png": "x"}}
    tame(notebook)
    assert notebook.cells[0].source == "**bold** &lt;script&gt;alert(1)&lt;/script&gt;"
    assert "attachments" not in notebook.cells[0]


@pytest.mark.parametrize("kind", ["application/javascript", "image/svg+xml", "text/vnd.plotly.v1+html"])
def test_kinds_that_are_programs_are_dropped(kind: str) -> None:
    output = new_output("display_data", data={kind: "alert(1)", "text/plain": "fine"})
    assert shown(output)[0].data == {"text/plain": "fine"}


def test_an_image_is_base_64_and_brings_no_settings() -> None:
    output = new_output("display_data", data={"image/png": 'x"><script>'}, metadata={"width": "1 onload=alert(1)"})
    fine = new_output("display_data", data={"image/png": "iVBORw0KGgo=\n"})
    assert [(item.data, item.metadata) for item in shown(output, fine)] == [({}, {}), (fine.data, {})]


def test_printed_text_reads_as_in_a_terminal() -> None:
    parts = ["epoch 1\repoch 2", "\repoch 3\r\n", "abc\b\bx\n"]
    outputs = [new_output("stream", name="stdout", text=text) for text in parts]
    error = new_output("stream", name="stderr", text="oh\n")
    printed = shown(outputs[0], error, *outputs[1:])
    assert [(item.name, item.text) for item in printed] == [("stdout", "epoch 3\nax\n"), ("stderr", "oh\n")]


@pytest.mark.parametrize("text", ["x" * 4_000_000, "x\r" * 2_000_000, "x\b" * 2_000_000, "<b>" * 1_000_000])
def test_long_texts_are_cut(text: str) -> None:
    """A search for what carriage returns overwrite took hours for such a line, and a parser of HTML minutes."""
    notebook = new_notebook(cells=[new_code_cell("", outputs=[data(text_html=text)] * 20), new_markdown_cell(text)])
    notebook.cells[0].outputs.append(new_output("stream", name="stdout", text=text))
    tame(notebook)
    assert all(len(str(output)) < 200_000 for output in notebook.cells[0].outputs)
    assert len(notebook.cells[1].source) < 200_000


@pytest.mark.parametrize(
    "output",
    [
        {"output_type": "stream", "name": ["stdout"], "text": "x"},
        {"output_type": "stream", "name": "stdout", "text": 3},
        {"output_type": "error", "ename": 1, "evalue": "", "traceback": []},
        {"output_type": "error", "ename": "", "evalue": "", "traceback": None},
        {"output_type": "display_data", "data": [], "metadata": {}},
    ],
)
def test_what_no_kernel_sends_is_left_out(output: dict[str, Any]) -> None:
    assert shown(NotebookNode(output)) == []
