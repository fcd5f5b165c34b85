"""``autograder data``: the files come from the first source that has them, whole or not at all."""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import sys
import threading
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

import pytest

from autograder.judging import dataset
from autograder.running import data_files, debian

REAL = dataset.directory()
TRAIN, TEST = "train-labels-idx1-ubyte.gz", "t10k-labels-idx1-ubyte.gz"

INSTALLED, KERAS, APT = "the installed package dataset-fashion-mnist", "Keras's own download", "apt-get"
SOURCES = dict(data_files.SOURCES)

Lines = list[str]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Keras home without data, and no source to get any from."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setattr(data_files, "DEBIAN_FOLDER", tmp_path / "nowhere")
    monkeypatch.setattr(data_files, "SOURCES", ())
    return dataset.directory()


@pytest.fixture
def labels_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """The two small files stand for the four, where the pictures would only take time."""
    monkeypatch.setattr(dataset, "FILES", {name: dataset.FILES[name] for name in (TRAIN, TEST)})


def use(monkeypatch: pytest.MonkeyPatch, *sources: data_files.Source) -> None:
    named = tuple((f"source {number}", source) for number, source in enumerate(sources, start=1))
    monkeypatch.setattr(data_files, "SOURCES", named)


def giving(*mine: str) -> data_files.Source:
    """A source that has some of the files."""

    def source(names: Collection[str], place: Path, _: data_files.Report) -> None:
        for name in set(mine) & set(names):
            shutil.copyfile(REAL / name, place / name)

    return source


def quiet(_: str) -> None:
    """Progress is not what this test is about."""


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


# Where the files come from


def test_files_that_are_right_are_left_alone(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(REAL, folder)
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    asked: Lines = []
    use(monkeypatch, lambda *_: asked.append("asked"))
    assert data_files.make_available(quiet) == folder
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == before
    assert not asked


def test_the_installed_package_is_enough(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data_files, "DEBIAN_FOLDER", REAL)
    use(monkeypatch, SOURCES[INSTALLED])
    said: Lines = []
    assert data_files.make_available(said.append) == folder
    assert sorted(path.name for path in folder.iterdir()) == sorted(dataset.FILES)
    assert dataset.problems(folder) == []
    assert said == [f"checking {folder}", "trying source 1", f"copying from {REAL}"]


def test_the_order_is_installed_then_keras_then_apt() -> None:
    assert list(SOURCES) == [INSTALLED, KERAS, APT]


@pytest.mark.usefixtures("labels_only")
def test_a_damaged_file_is_replaced_and_a_right_one_is_not(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.mkdir(parents=True)
    shutil.copyfile(REAL / TRAIN, folder / TRAIN)
    (folder / TEST).write_bytes((REAL / TEST).read_bytes()[:-100])
    before = (folder / TRAIN).stat().st_mtime_ns
    asked_for: list[Collection[str]] = []

    def source(names: Collection[str], place: Path, report: data_files.Report) -> str | None:
        asked_for.append(names)
        return giving(TRAIN, TEST)(names, place, report)

    use(monkeypatch, source)
    data_files.make_available(quiet)
    assert dataset.problems(folder) == []
    assert asked_for == [{TEST}]
    assert (folder / TRAIN).stat().st_mtime_ns == before


@pytest.mark.usefixtures("labels_only")
def test_several_sources_can_complete_each_other(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, giving(TRAIN), giving(TEST))
    data_files.make_available(quiet)
    assert dataset.problems(folder) == []


@pytest.mark.usefixtures("labels_only")
def test_a_source_with_damaged_files_is_passed_over(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def damaged(names: Collection[str], place: Path, _: data_files.Report) -> None:
        for name in names:
            (place / name).write_bytes(b"<html>Please log in to this network</html>")

    use(monkeypatch, damaged)
    with pytest.raises(data_files.DataNotFound) as caught:
        data_files.make_available(quiet)
    assert f"source 1: {TRAIN} is damaged" in caught.value.reasons
    assert contents(folder) == {}

    use(monkeypatch, damaged, giving(TRAIN, TEST))
    data_files.make_available(quiet)
    assert dataset.problems(folder) == []


# What is said when nothing helps


def test_without_a_source_one_sentence_says_what_to_do(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, SOURCES[INSTALLED])
    with pytest.raises(data_files.DataNotFound) as caught:
        data_files.make_available(quiet)
    assert str(caught.value) == (
        f"Fashion-MNIST is not in {folder}: connect to the internet, or on Debian and Ubuntu "
        "`sudo apt-get install dataset-fashion-mnist`, and run `autograder data` again, "
        "or copy its four .gz files into that folder yourself."
    )
    assert caught.value.reasons == (
        "train-images-idx3-ubyte.gz is missing",
        "train-labels-idx1-ubyte.gz is missing",
        "t10k-images-idx3-ubyte.gz is missing",
        "t10k-labels-idx1-ubyte.gz is missing",
        "source 1: not installed",
    )


@pytest.mark.usefixtures("labels_only")
def test_a_folder_that_cannot_be_written_is_named_with_its_remedy(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.parent.parent.write_text("a file where the folder should be")
    use(monkeypatch, giving(TRAIN, TEST))
    with pytest.raises(data_files.DataNotFound, match="cannot be written to: set KERAS_HOME to a folder of your own"):
        data_files.make_available(quiet)


@pytest.mark.usefixtures("labels_only")
def test_a_read_only_home_is_pointed_out_because_keras_ignores_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(REAL, folder)
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write everywhere
    said: Lines = []
    assert data_files.make_available(said.append) == folder
    assert said[-1].startswith(f"note: {folder.parent.parent} is read-only for you")


# Whole or not at all


@pytest.mark.usefixtures("labels_only")
def test_ctrl_c_leaves_nothing_half_written(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.mkdir(parents=True)
    (folder / TRAIN).write_bytes(b"damaged before")

    def interrupted(_: Collection[str], place: Path, __: data_files.Report) -> None:
        (place / TRAIN).write_bytes((REAL / TRAIN).read_bytes()[:100])
        raise KeyboardInterrupt

    use(monkeypatch, interrupted)
    with pytest.raises(KeyboardInterrupt):
        data_files.make_available(quiet)
    assert contents(folder) == {TRAIN: b"damaged before"}


@pytest.mark.usefixtures("labels_only")
def test_a_source_that_breaks_off_leaves_nothing_and_the_next_is_tried(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: Collection[str], place: Path, __: data_files.Report) -> None:
        (place / TRAIN).write_bytes((REAL / TRAIN).read_bytes()[:100])
        raise OSError(28, "No space left on device")

    use(monkeypatch, full)
    with pytest.raises(data_files.DataNotFound) as caught:
        data_files.make_available(quiet)
    assert contents(folder) == {}
    assert caught.value.reasons[-1].endswith("No space left on device")

    use(monkeypatch, full, giving(TRAIN, TEST))
    data_files.make_available(quiet)
    assert sorted(contents(folder)) == sorted([TRAIN, TEST])


# Keras's download, from a server on this machine

Serve = Callable[[type[http.server.SimpleHTTPRequestHandler]], None]


class Files(http.server.SimpleHTTPRequestHandler):
    """Has the real files."""

    def log_message(self, *_: object) -> None:
        """Keep the test's output clean."""


class Nothing(Files):
    """Answers, and has no files."""

    def translate_path(self, path: str) -> str:
        return super().translate_path(path) + ".not-there"


class Half(Files):
    """Breaks every download off."""

    def copyfile(self, source: object, outputfile: object) -> None:  # noqa: ARG002
        outputfile.write(b"half a file")  # type: ignore[attr-defined]


class Silent(Files):
    """Takes the connection and never answers."""

    patience = threading.Event()

    def do_HEAD(self) -> None:
        self.patience.wait(10)


@pytest.fixture
def serve(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:  # noqa: ARG001
    """Give a handler, and Keras's address is a server of that kind."""
    servers: list[http.server.ThreadingHTTPServer] = []

    def start(handler: type[http.server.SimpleHTTPRequestHandler]) -> None:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(handler, directory=str(REAL)))
        threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
        servers.append(server)
        monkeypatch.setattr(data_files, "KERAS_ADDRESS", f"http://127.0.0.1:{server.server_port}/")
        use(monkeypatch, SOURCES[KERAS])

    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    yield start
    Silent.patience.set()
    for server in servers:
        server.shutdown()
        server.server_close()
    Silent.patience.clear()


def test_keras_download_brings_all_four_and_shows_progress(
    folder: Path, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve(Files)
    monkeypatch.setattr(data_files, "_NEWS_SECONDS", 0)
    said: Lines = []
    data_files.make_available(said.append)
    assert dataset.problems(folder) == []
    assert [line for line in said if line.startswith("downloading")] == [
        f"downloading {name}" for name in sorted(dataset.FILES)
    ]
    assert "train-images-idx3-ubyte.gz: 26.4 of 26.4 MB" in said


@pytest.mark.usefixtures("labels_only")
def test_a_download_that_breaks_off_is_tried_again_and_never_kept(folder: Path, serve: Serve) -> None:
    serve(Half)
    said: Lines = []
    with pytest.raises(data_files.DataNotFound):
        data_files.make_available(said.append)
    assert said.count(f"the download of {TEST} broke off, trying again") == 2
    assert contents(folder) == {}


@pytest.mark.usefixtures("labels_only", "folder")
def test_a_server_without_the_files_is_no_help(serve: Serve) -> None:
    serve(Nothing)
    with pytest.raises(data_files.DataNotFound) as caught:
        data_files.make_available(quiet)
    assert caught.value.reasons[-1] == "source 1: the server does not offer the files"


@pytest.mark.usefixtures("labels_only", "folder")
def test_a_server_that_never_answers_is_given_up_soon(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    serve(Silent)
    monkeypatch.setattr(data_files, "_ANSWER_SECONDS", 0.2)
    with pytest.raises(data_files.DataNotFound) as caught:
        data_files.make_available(quiet)
    assert caught.value.reasons[-1] == "source 1: no answer within 0.2 seconds"


# A package fetched by apt-get; a script plays apt-get's part

needs_a_shell = pytest.mark.skipif(
    sys.platform == "win32", reason="there is no apt-get on Windows, nor a shell to play it"
)

DPKG_DEB = f"""
mkdir -p usr/share/datasets/fashion-mnist
cp "{REAL}"/*labels* usr/share/datasets/fashion-mnist/
"""


@pytest.fixture
def pretend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Give a command's name and the script that plays it."""
    programs = tmp_path / "bin"
    programs.mkdir()
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(data_files, "DEBIAN_FOLDER", Path("/usr/share/datasets/fashion-mnist"))

    def write(name: str, script: str) -> None:
        (programs / name).write_text(f"#!/bin/sh\n{script}\n")
        (programs / name).chmod(0o755)

    return write


@needs_a_shell
@pytest.mark.usefixtures("labels_only")
def test_a_fetched_package_is_unpacked_without_being_installed(
    folder: Path, pretend: Callable[[str, str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    pretend("apt-get", "touch dataset-fashion-mnist_1_all.deb")
    pretend("dpkg-deb", DPKG_DEB)
    use(monkeypatch, SOURCES[APT])
    data_files.make_available(quiet)
    assert sorted(contents(folder)) == sorted([TRAIN, TEST])


@needs_a_shell
@pytest.mark.usefixtures("labels_only")
def test_empty_package_lists_are_fetched_into_a_folder_of_our_own(
    folder: Path, pretend: Callable[[str, str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    # As apt does when one list among many cannot be had: the update fails, and the download works all the same.
    script = """
    case "$*" in
        *Dir::State::lists=*update) touch lists/fresh; exit 100;;
        *Dir::State::lists=*download*) test -e lists/fresh && touch dataset-fashion-mnist_1_all.deb;;
        *) echo "E: Unable to locate package dataset-fashion-mnist" >&2; exit 100;;
    esac
    """
    pretend("apt-get", script)
    pretend("dpkg-deb", DPKG_DEB)
    use(monkeypatch, SOURCES[APT])
    said: Lines = []
    data_files.make_available(said.append)
    assert sorted(contents(folder)) == sorted([TRAIN, TEST])
    assert "the machine's package lists are empty or old: fetching new ones into a folder of our own" in said


@needs_a_shell
def test_without_a_network_apt_is_asked_once(tmp_path: Path, pretend: Callable[[str, str], None]) -> None:
    pretend("apt-get", 'echo "$*" >> calls; echo "E: Temporary failure resolving \'a server\'"; exit 100')
    pretend("dpkg-deb", "exit 1")
    assert debian.unpack("a-package", tmp_path, quiet) == "Temporary failure resolving 'a server'"
    assert len((tmp_path / "calls").read_text().splitlines()) == 1


@needs_a_shell
def test_a_long_fetch_gives_signs_of_life_and_an_endless_one_ends(
    tmp_path: Path, pretend: Callable[[str, str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    pretend("apt-get", "exec sleep 20")
    pretend("dpkg-deb", "exit 1")
    monkeypatch.setattr(debian, "_NEWS_SECONDS", 0.4)
    monkeypatch.setattr(debian, "_COMMAND_SECONDS", 1)
    said: Lines = []
    assert debian.unpack("a-package", tmp_path, said.append) == "apt-get took more than 1 seconds"
    assert any(line.startswith("apt-get has been at it for") for line in said)


def test_a_machine_without_apt_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert debian.unpack("a-package", tmp_path, quiet) == "not on this machine"
