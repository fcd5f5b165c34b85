# Shows files of the grader's machine as pictures, styles, frames and attachments of the feedback page.
# %% all: blank
# %% sgd_step
from IPython.display import HTML, Image, Markdown, display

place = CANARY["key"]
display(HTML(f'<img src="file://{place}"><iframe src="file://{place}"></iframe><object data="{place}"></object>'))
display(HTML(f'<link rel="stylesheet" href="file://{place}"><style>@import url("file://{place}");</style>'))
display(Markdown(f"![key]({place}) ![key](file://{place}) <embed src='{place}'>"))
display({"image/svg+xml": f'<svg><image href="file://{place}"/></svg>', "text/plain": ""}, raw=True)
attempt(picture=lambda: display(Image(filename=place)), linked=lambda: display(Image(filename=place, embed=False, format="png")))
