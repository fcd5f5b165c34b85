# Puts scripts into everything that the feedback page shows: they would run in the browser of whoever grades.
# %% all: blank
# %% sgd_step
from IPython.display import HTML, Javascript, Latex, Markdown, display

script = "<script>document.title='ACTIVE-CONTENT'</script>"
picture = "<img src=x onerror=\"document.title='ACTIVE-CONTENT'\">"
link = "<a href=\"javascript:document.title='ACTIVE-CONTENT'\">click</a>"
data = "<a href=\"data:text/html,<script>document.title='ACTIVE-CONTENT'</script>\">click</a>"
everything = script + picture + link + data + "<svg/onload=document.title='ACTIVE-CONTENT'>"
broken = "A\"><script>document.title='ACTIVE-CONTENT'</script>"
display(HTML(everything), Markdown(everything), Latex(everything), Javascript("document.title='ACTIVE-CONTENT'"))
for kind in ("image/png", "image/jpeg", "image/svg+xml", "image/gif", "text/plain", "application/json", "text/latex"):
    display({kind: broken + everything, "text/plain": everything}, metadata={kind: {"width": broken, "alt": broken}}, raw=True)
display({"application/vnd.jupyter.widget-view+json": {"model_id": everything}, "text/plain": ""}, raw=True)
display({"application/vnd.autograder.report+json": {"question": everything}, "text/plain": everything}, raw=True)
display({"text/html": everything}, metadata={"text/html": {"isolated": True}}, raw=True)
print(everything, "\x1b]8;;javascript:document.title='ACTIVE-CONTENT'\x1b\\click\x1b]8;;\x1b\\")
kernel = get_ipython().kernel
kernel.session.send(
    kernel.iopub_socket,
    "error",
    {"ename": everything, "evalue": everything, "traceback": [everything]},
    parent=kernel.get_parent(),
)
for text in (everything, "` onmouseover=document.title='ACTIVE-CONTENT' `" + everything):
    Named = type(text, (Exception,), {})


def sgd_step(w, gradient, learning_rate=0.01):
    raise Named(everything)


def momentum_step(w, gradient, velocity, learning_rate=0.01, momentum=0.9):
    return type(everything, (), {})()


raise Named(everything)
