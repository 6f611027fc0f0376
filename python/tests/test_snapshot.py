"""The snapshot test of the README, with syrupy."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

TEST = """\
import mkmanifests


def test_chart(snapshot):
    assert mkmanifests.chart("web", release="shop", values={"replicas": 3}, deterministic=True) == snapshot
"""


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    arguments = ("-p", "no:cacheprovider", "-q", *arguments)
    return subprocess.run([sys.executable, "-m", "pytest", *arguments], capture_output=True, text=True)


def test_snapshot_of_a_chart(web: Path, tmp_path: Path) -> None:
    pytest.importorskip("syrupy")
    readme = Path(__file__).parent.parent / "README.md"
    assert TEST in readme.read_text(encoding="utf-8"), "the README shows another test"
    (tmp_path / "test_snapshot.py").write_text(TEST)
    assert run("--snapshot-update").returncode == 0
    assert run().returncode == 0
    template = web / "templates" / "service.yaml"
    template.write_text(template.read_text().replace("port:", "name: http\n      port:"))
    changed = run()
    assert changed.returncode == 1
    assert "'name': 'http'" in changed.stdout
