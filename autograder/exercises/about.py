"""Claims for questions that ask the same of different variables."""

from __future__ import annotations

from functools import wraps
from inspect import Parameter, Signature, signature
from typing import Any, get_type_hints

from autograder.judging.judge import Claim


def about(variable: str, claim: Claim) -> Claim:
    """``claim``, a function of one parameter, as a claim about the learner's ``variable``."""
    kind = get_type_hints(claim)[next(iter(signature(claim).parameters))]

    @wraps(claim)
    def renamed(**evidence: Any) -> None:
        claim(evidence[variable])

    renamed.__annotations__ = {variable: kind}
    renamed.__signature__ = Signature([Parameter(variable, Parameter.KEYWORD_ONLY, annotation=kind)])  # type: ignore[attr-defined]
    return renamed
