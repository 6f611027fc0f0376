"""Renders 100 variants of a chart in one process, and beside it with `helm template`.

usage: python bench/variants.py CHART [HELM]      HELM: the program, `helm` by default
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import mkmanifests

VARIANTS = 100


def values(index: int) -> dict[str, Any]:
    return {"nameOverride": f"variant-{index}"}


def in_process(chart: str | mkmanifests.Chart, index: int) -> str:
    return mkmanifests.chart_text(chart, release="bench", values=values(index), deterministic=True)


def by_helm(chart: str, helm: str, index: int) -> str:
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(values(index), file)
        file.flush()
        run = [helm, "template", "bench", chart, "-f", file.name]
        return subprocess.run(run, check=True, capture_output=True, text=True).stdout


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> None:
    path, helm = sys.argv[1], (sys.argv[2:] or ["helm"])[0]
    chart = mkmanifests.load(path)
    indices = range(VARIANTS)
    with ThreadPoolExecutor(2) as pool:
        times = {
            "helm template": seconds(lambda: [by_helm(path, helm, index) for index in indices]),
            "chart, by its path": seconds(lambda: [in_process(path, index) for index in indices]),
            "chart, loaded once": seconds(lambda: [in_process(chart, index) for index in indices]),
            "chart, loaded once, two threads": seconds(
                lambda: list(pool.map(lambda index: in_process(chart, index), indices))
            ),
        }
    for name, time_ in times.items():
        print(f"{name:32} {time_:6.2f} s  {times['helm template'] / time_:5.1f}")
    same = sum(in_process(chart, index) == by_helm(path, helm, index) for index in indices)
    print(f"{same} of {VARIANTS} texts are equal")


if __name__ == "__main__":
    main()
