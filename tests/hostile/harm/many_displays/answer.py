# Displays 9,000 small things, updates and clears them, opens widgets and asks for input: each is work for the client.
# %% all: blank
# %% sgd_step
from IPython.display import clear_output, display

kernel = get_ipython().kernel
handle = display("x", display_id=True)
try:
    answer = input("name? ")
except BaseException as error:
    print(type(error).__name__)
kernel.session.send(kernel.stdin_socket, "input_request", {"prompt": "2.0", "password": True}, parent=kernel.get_parent())
for number in range(3_000):
    display(number)
    handle.update(number)
    clear_output(wait=True)
    if number % 10 == 0:
        kernel.session.send(
            kernel.iopub_socket,
            "comm_open",
            {"comm_id": str(number), "target_name": "jupyter.widget", "data": {"state": {}}},
            parent=kernel.get_parent(),
        )
