"""What one notebook may use: the one place that says so."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1 << 20
GIB = 1 << 30


@dataclass(frozen=True)
class Limits:
    """Limits of one notebook, all its processes together unless said otherwise.

    The defaults leave room for the whole lesson several times over: seven trainings took 70 s on two cores, 1.4 GiB of
    memory and 70 threads (Keras 3.15, TensorFlow 2.21).

    Attributes:
        cell_seconds: wall-clock time of one cell; then it is interrupted, and the next one runs.
        loop_seconds: processor time of a cell's own code on end, while no library is at work. Endless loops meet it,
            but for those that are seen to be endless sooner; the lesson's code needs less than a second of it.
        notebook_seconds: wall-clock time of all cells; then the kernel is ended.
        processor_seconds: processor time.
        memory_bytes: memory, files in the scratch folder included; for one process also what it may ask for.
        scratch_bytes: files in the scratch folder.
        file_bytes: one file.
        processes: processes and threads.
        open_files: open files of one process.
        output_bytes: what cells display.
    """

    cell_seconds: int = 180
    loop_seconds: int = 10
    notebook_seconds: int = 1_800
    processor_seconds: int = 3_600
    memory_bytes: int = 6 * GIB
    scratch_bytes: int = 1 * GIB
    file_bytes: int = 512 * MIB
    processes: int = 1_024
    open_files: int = 1_024
    output_bytes: int = 16 * MIB
