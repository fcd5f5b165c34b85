"""What the test plants for attacks to aim at; each says afterwards whether anything touched it."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import threading
from pathlib import Path
from typing import Any

VARIABLE = "GRADERS_ACCESS_TOKEN"


class Canaries:
    """Planted in ``folder``; ``where`` is what attacks are told.

    Attributes:
        tokens: random words by the name of the thing that holds them. None may turn up anywhere else.
        where: path, number or name of each thing to aim at.
        touched: what happened to which; empty when nothing did.
    """

    def __init__(self, folder: Path, home: Path) -> None:
        self.tokens = {name: secrets.token_hex(16) for name in ("file", "key", "access", "variable", "learner")}
        self.tokens |= {name: secrets.token_hex(16) for name in ("solution", "name")}
        self.touched: dict[str, str] = {}
        self._files = {
            "file": folder / "beside_the_course.txt",
            "key": home / ".ssh" / "id_rsa",
            "access": home / ".config" / "service" / "token",
        }
        for name, path in self._files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(self.tokens[name], encoding="ascii")
            path.chmod(0o666)
        self._late = folder / "late"
        self._late.mkdir()
        self._late.chmod(0o777)
        self._process = subprocess.Popen(["sleep", "3600"])
        self.where: dict[str, Any] = {name: str(path) for name, path in self._files.items()}
        self.where |= {"home": str(home), "late": str(self._late / "came"), "variable": VARIABLE}
        self.where |= {"process": self._process.pid, "grader": os.getpid()}
        self.where |= {"port": self._listen("port", socket.AF_INET, ("127.0.0.1", 0))[1]}
        self.where["socket"] = self._listen("socket", socket.AF_UNIX, str(folder / "socket"))
        self.where["abstract"] = f"canary-{secrets.token_hex(4)}"
        self._listen("abstract", socket.AF_UNIX, f"\0{self.where['abstract']}")
        (folder / "socket").chmod(0o777)
        self._datagrams(self.where["port"])

    def _listen(self, name: str, family: int, address: Any) -> Any:
        listener = socket.socket(family)
        listener.bind(address)
        listener.listen()
        threading.Thread(target=self._accept, args=(name, listener), daemon=True).start()
        return listener.getsockname()

    def _accept(self, name: str, listener: socket.socket) -> None:
        while True:
            connection, _ = listener.accept()
            connection.close()
            self.touched[name] = "somebody connected"

    def _datagrams(self, port: int) -> None:
        receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        receiver.bind(("127.0.0.1", port))
        threading.Thread(target=self._receive, args=(receiver,), daemon=True).start()

    def _receive(self, receiver: socket.socket) -> None:
        receiver.recv(1)
        self.touched["datagram"] = "something arrived"

    def look(self) -> dict[str, str]:
        """What happened to which."""
        for name, path in self._files.items():
            if path.read_text(encoding="ascii") != self.tokens[name]:
                self.touched[name] = "changed"
        if found := os.listdir(self._late):  # noqa: PTH208 - names are all that is wanted
            self.touched["late"] = f"{len(found)} files came: {sorted(found)[:5]}"
        status = self._status()
        if self._process.poll() is not None:
            self.touched["process"] = f"ended with {self._process.poll()}"
        elif status["State"][0] in "Tt" or int(status["TracerPid"]):
            self.touched["process"] = f"{status['State']}, traced by {status['TracerPid']}"
        return self.touched

    def _status(self) -> dict[str, str]:
        try:
            lines = Path(f"/proc/{self._process.pid}/status").read_text(encoding="utf-8").splitlines()
        except OSError:
            return {"State": "?", "TracerPid": "0"}
        return dict(line.split(":\t", 1) for line in lines if ":\t" in line)

    def end(self) -> None:
        """Ends the process that was planted."""
        self._process.kill()
        self._process.wait()
