"""What people read: one feedback, written as text, Markdown or HTML."""

from autograder.reporting.feedback import Feedback, feedback
from autograder.reporting.render import html, markdown, progress_html, progress_text, text

__all__ = ["Feedback", "feedback", "html", "markdown", "progress_html", "progress_text", "text"]
