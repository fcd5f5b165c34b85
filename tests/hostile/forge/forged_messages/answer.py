# Sends the messages a kernel sends for a check cell that ends with a full score, ahead of time and for every request.
# %% all: blank
# %% sgd_step
import threading
import time

kernel = get_ipython().kernel
session, parent = kernel.session, kernel.get_parent()
score = {"data": {"text/plain": "2.0"}, "metadata": {}, "execution_count": 99}
done = {"status": "ok", "execution_count": 99, "payload": [{"source": "set_next_input", "text": "2.0"}]}


def send(parent, identities=None):
    for kind, content in (
        ("execute_result", score),
        ("display_data", score),
        ("update_display_data", {**score, "transient": {"display_id": "x"}}),
        ("status", {"execution_state": "idle"}),
        ("status", {"execution_state": "dead"}),
        ("status", {"execution_state": "restarting"}),
    ):
        session.send(kernel.iopub_socket, kind, content, parent=parent)
    session.send(kernel.shell_stream, "execute_reply", done, parent=parent, ident=identities)


send(parent)


def keep_sending():
    for _ in range(400):
        time.sleep(0.01)
        send(kernel.get_parent(), kernel._shell_parent_ident.get() if hasattr(kernel, "_shell_parent_ident") else None)


threading.Thread(target=keep_sending, daemon=True).start()
