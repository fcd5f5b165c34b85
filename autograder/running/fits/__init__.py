"""Looked-up fits: what the same training gave before, restored instead of trained again.

``lookup`` runs in learners' kernels, with what it imports: ``randomness``, ``calls``, ``description``, ``networks``,
``objects``, ``content``, ``results``, ``sealed``, ``store`` and ``asking``. The others are for trusted processes.
"""
