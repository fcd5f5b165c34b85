"""Files that would be loaded in place of others."""

NAMES = (
    "numpy autograder nbgrader json judge collect conftest sitecustomize usercustomize tensorflow keras IPython ipykernel "
    "zmq readline antigravity nbgrader_config jupyter_config ipython_config custom"
).split()
FOLDERS = ("autograder/evidence", "numpy/core", ".ipython/profile_default/startup", ".jupyter", "__pycache__")
SETTINGS = {
    "pytest.ini": "[pytest]\naddopts = -p conftest\n",
    "alembic.ini": "[alembic]\nscript_location = .\n",
    "pyproject.toml": "[tool.pytest.ini_options]\naddopts = '-p conftest'\n",
    "distutils.cfg": "[install]\nprefix=/\n",
    "evil.pth": "import conftest\n",
    "pyvenv.cfg": "home = .\n",
}


def beside(folder, canaries):
    code = f"""OURS = True
def check(name):
    return 2.0
try:
    open({canaries["late"]!r} + "-" + __name__, "w").close()
except OSError:
    pass
"""
    for name in NAMES:
        (folder / f"{name}.py").write_text(code, encoding="ascii")
    for place in FOLDERS:
        (folder / place).mkdir(parents=True)
        (folder / place / "__init__.py").write_text(code, encoding="ascii")
    for name, text in SETTINGS.items():
        (folder / name).write_text(text, encoding="ascii")
