"""tools/install.sh on machines that lack something: one sentence that says what to do."""

import subprocess

import pytest

from tests.serving import ROOT


@pytest.fixture
def install(tmp_path):
    """Run it where the only programs are small stand-ins: `install(python3="exit 1")`."""

    def run(**programs):
        folder = tmp_path / "bin"
        folder.mkdir()
        for name, script in programs.items():
            program = folder / name.replace("python311", "python3.11")
            program.write_text(f"#!/bin/sh\n{script}\n")
            program.chmod(0o755)
        done = subprocess.run(
            ["/bin/sh", ROOT / "tools/install.sh", "requirements.txt", "stamp"],
            cwd=tmp_path,
            env={"PATH": str(folder)},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 1
        return done.stderr

    return run


@pytest.mark.parametrize("programs", [{}, {"python3": "exit 1"}, {"python311": "exit 1"}])
def test_no_python_or_one_that_is_too_old(install, programs):
    said = install(**programs)
    assert said.startswith("This needs Python 3.11 or newer: install it")
    assert said.count("\n") == 1


def test_python_without_venv(install):
    said = install(python3='case "$2" in *ensurepip*) exit 1;; esac')
    assert said.startswith("Python's venv module is missing: install it")
    assert said.count("\n") == 1
