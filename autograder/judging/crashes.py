"""Recognises the exceptions beginners meet most, so that each gets a next step of its own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograder.evidence import Crash

_KNOWN: tuple[tuple[str, str, str], ...] = (
    # code, exception's class, what its message or line says (regular expressions); the first that fits counts
    ("crash_blank", r"NotImplementedError", r""),
    ("crash_time_limit", r"CellTimeout", r""),
    ("crash_endless_loop", r"EndlessLoop", r""),
    ("crash_notebook_time", r"NotebookTimeout", r""),
    ("crash_processor_time", r"ProcessorLimit", r""),
    ("crash_output", r"OutputLimit", r""),
    ("crash_kernel_died", r"KernelDied", r""),
    ("crash_evidence", r"WireError", r""),
    ("crash_processes", r"BlockingIOError|RuntimeError", r"Resource temporarily unavailable|can't start new thread"),
    ("crash_open_files", r"OSError", r"Too many open files"),
    ("crash_disk", r"OSError", r"No space left on device|File too large"),
    (
        "crash_walls",
        r"OSError|PermissionError|ConnectionError|gaierror|URLError|Exception|ValueError",
        (
            r"Read-only file system|Operation not permitted|Network is unreachable|Name or service not known|"
            r"name resolution|URL fetch failure"
        ),
    ),
    ("crash_name_not_ascii", r"ValueError", r"not a valid (root )?scope name"),
    ("crash_metrics_string", r"ValueError", r"Expected `metrics` argument to be a list|metrics.*(list|tuple|dict)"),
    ("crash_lr", r"ValueError|TypeError", r"(Argument\(s\) not recognized|unexpected keyword).*'?\blr\b"),
    (
        "crash_unknown_argument",
        r"ValueError|TypeError",
        r"not recognized|unexpected keyword argument|Unrecognized keyword",
    ),
    ("crash_optimizer_reused", r"ValueError", r"Unknown variable: "),
    ("crash_unknown_loss", r"ValueError", r"Could not interpret loss|Could not interpret.*loss"),
    ("crash_unknown_name", r"ValueError", r"Could not interpret|Unknown .*function|Could not locate|Unable to find"),
    (
        "crash_shape",
        r"ValueError|InvalidArgumentError",
        r"incompatible|[Ss]hapes? |reshape|expected axis|rank|broadcast|cardinality|core dimension",
    ),
    ("crash_undefined_name", r"NameError", r""),
    ("crash_attribute", r"AttributeError", r""),
    ("crash_syntax", r"SyntaxError|IndentationError|TabError|_IncompleteInputError", r""),
    ("crash_memory", r"MemoryLimit|MemoryError|_ArrayMemoryError|ResourceExhaustedError", r""),
    ("crash_interrupted", r"KeyboardInterrupt", r""),
    ("crash_import", r"ImportError|ModuleNotFoundError", r""),
)


def explain(crash: Crash) -> tuple[str, dict[str, Any]]:
    """The code of the text that explains ``crash``, and its facts: ``error`` and ``line``, each one line."""
    facts = {"error": f"{crash.kind}: {crash.message}" if crash.message else crash.kind, "line": crash.line or "–"}
    said = f"{crash.message}\n{crash.line}"
    for code, kind, pattern in _KNOWN:
        if re.fullmatch(kind, crash.kind) and re.search(pattern, said):
            return code, facts
    return "crash_other", facts


CODES = (*(code for code, _, _ in _KNOWN), "crash_other")
"""Every code ``explain`` can give."""
