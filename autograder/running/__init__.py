"""Where an answer runs and where it is judged: notebooks in kernels, verdicts in a process of their own."""

import sys

# jsonschema, which nbformat needs, looks for this when it is imported, and does without. It builds the grammar of
# internationalised addresses, which no notebook has: a second in every process, four where CPython's stack lies badly.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
