# Sends one message of 40 MiB and more of many parts: a client that takes it in has no memory left, or dies of it.
# %% all: blank
# %% sgd_step
from IPython.display import display

kernel = get_ipython().kernel
display({"text/plain": "x" * (40 << 20)}, raw=True)
kernel.session.send(
    kernel.iopub_socket, "display_data", {"data": {"image/png": "A" * (40 << 20)}, "metadata": {}}, parent=kernel.get_parent()
)
kernel.iopub_socket.send_multipart([b"x"] * 200_000)
kernel.session.send(
    kernel.iopub_socket, "stream", {"name": "stdout", "text": "x"}, parent=kernel.get_parent(), buffers=[b"x" * (20 << 20)] * 2
)
