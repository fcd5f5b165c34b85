"""Brackets within brackets."""


def beside(folder, canaries):
    path = folder / "optimizer_steps.ipynb"
    text = path.read_text(encoding="utf-8")
    deep = "[" * 100_000 + "]" * 100_000
    path.write_text(text.replace('"metadata": {', f'"metadata": {{"deep": {deep}, ', 1), encoding="utf-8")
