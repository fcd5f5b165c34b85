"""Measures how fast a class is graded, here and by stock nbgrader, and compares the marks."""
