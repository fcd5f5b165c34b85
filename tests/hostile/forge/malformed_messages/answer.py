# Sends what no kernel sends, unsigned, cut, of no kind and of odd types: a client that stumbles may mark what it has.
# %% all: blank
# %% sgd_step
import json

kernel = get_ipython().kernel
session, parent = kernel.session, kernel.get_parent()
stream = kernel.shell_stream
for frames in ([b""], [b"<IDS|MSG>"], [b"<IDS|MSG>", b"", b"{", b"{", b"{", b"{"], [b"x"] * 50, [b"<IDS|MSG>"] * 9):
    kernel.iopub_socket.send_multipart(frames)
    stream.send_multipart(frames)


def signed(header, content, kind="iopub"):
    parts = [json.dumps(item).encode() for item in (header, parent.get("header", parent), {}, content)]
    (kernel.iopub_socket if kind == "iopub" else stream).send_multipart([b"<IDS|MSG>", session.sign(parts), *parts])


header = {**session.msg_header("execute_result"), "msg_id": "1"}
for content in (None, [], "2.0", {"data": None}, {"data": {"text/plain": 2.0}}, {"execution_state": ["idle"]}, {"text": 1}):
    for name in ("execute_result", "status", "stream", "display_data", "error", "comm_open", "clear_output", "", None, 3):
        signed({**header, "msg_type": name}, content)
signed({**header, "msg_type": "execute_reply", "date": "never", "version": "99"}, {"status": None}, "shell")
signed({**header, "msg_type": "execute_reply"}, {"status": "ok", "execution_count": "2.0"}, "shell")
