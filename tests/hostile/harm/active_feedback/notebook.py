"""The same in what no kernel sends: texts, metadata, attachments and cell ids."""

from nbformat.v4 import new_code_cell, new_markdown_cell, new_raw_cell

SCRIPT = "<script>document.title='ACTIVE-CONTENT'</script>"
LINK = "[click](javascript:document.title='ACTIVE-CONTENT') <javascript:document.title='ACTIVE-CONTENT'>"
BROKEN = f'A">{SCRIPT}'
MARKDOWN = (
    SCRIPT, LINK, f"# {SCRIPT}", f"`{SCRIPT}`", f"![{BROKEN}](x)", f"[x](x '{BROKEN}')", f"$\\href{{javascript:ACTIVE-CONTENT}}{{x}}$",
    "<img src=x onerror=\"document.title='ACTIVE-CONTENT'\">", f"```{BROKEN}\nx\n```", f"```html\n{SCRIPT}\n```",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=ACTIVE-CONTENT&gt;\">",
    "<noscript><p title=\"</noscript><img src=x onerror=document.title='ACTIVE-CONTENT'>\">",
    "&lt;script&gt;document.title='ACTIVE-CONTENT'&lt;/script&gt;", "<a href=\"java\nscript:ACTIVE-CONTENT\">x</a>",
    "[a]: javascript:document.title='ACTIVE-CONTENT'\n\n[x][a]", "<x onclick=document.title='ACTIVE-CONTENT'>x</x>",
    "<form action=\"javascript:document.title='ACTIVE-CONTENT'\"><button>x</button></form>",
    "<span style=\"background:url(javascript:ACTIVE-CONTENT)\">x</span>", f"<title>{SCRIPT}</title>", f"<textarea>{SCRIPT}</textarea>",
)


def change(notebook, canaries):
    notebook.cells += [new_markdown_cell(text) for text in MARKDOWN]
    notebook.cells[-1]["attachments"] = {"x": {"text/html": SCRIPT, "image/svg+xml": SCRIPT}}
    notebook.cells.append(new_raw_cell(SCRIPT, metadata={"raw_mimetype": "text/html", "format": "text/html"}))
    notebook.cells.append(new_code_cell(f"%%html\n{SCRIPT}", metadata={"tags": [BROKEN], "alt": BROKEN, "name": BROKEN}))
    notebook.cells.append(new_code_cell(f"# {SCRIPT}", metadata={"magics_language": BROKEN}))
    notebook.metadata["title"] = notebook.metadata["name"] = BROKEN
    notebook.metadata["authors"] = [{"name": BROKEN}]
    notebook.metadata["language_info"] = {
        "name": BROKEN, "pygments_lexer": BROKEN, "mimetype": BROKEN, "codemirror_mode": {"name": BROKEN},
    }
    state = {"version_major": 2, "version_minor": 0, "state": {BROKEN: {"model_name": BROKEN}}}
    notebook.metadata["widgets"] = {"application/vnd.jupyter.widget-state+json": state}
