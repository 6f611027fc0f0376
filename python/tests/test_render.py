"""What the functions return and raise."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
import warnings
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import MappingProxyType
from typing import Any

import mkmanifests
import pytest


def command(*arguments: str) -> str:
    """Run the command of the same package."""
    run = [sys.executable, "-m", "mkmanifests", *arguments]
    return subprocess.run(run, check=True, capture_output=True, text=True).stdout


def test_a_loaded_chart_renders_as_its_path_does(web: Path) -> None:
    loaded = mkmanifests.load(web)
    assert (loaded.name, loaded.version, repr(loaded)) == ("web", "0.1.0", "<Chart web 0.1.0>")
    for replicas in range(3):
        values = {"replicas": replicas}
        assert mkmanifests.chart(loaded, values=values) == mkmanifests.chart(web, values=values)
        assert mkmanifests.chart_text(loaded, values=values) == mkmanifests.chart_text(web, values=values)


def test_a_loaded_chart_keeps_its_warnings_and_errors(web: Path) -> None:
    (web / "Chart.yaml").write_text("apiVersion: v2\nname: web\nversion: 0.1.0\ntype: aplication\n")
    with pytest.raises(mkmanifests.RenderError, match="type must be application or library"):
        mkmanifests.load(web)
    (web / "Chart.yaml").write_text("apiVersion: v2\nname: web\nversion: 0.1.0\n")
    loaded = mkmanifests.load(web)
    for _ in range(2):
        with pytest.raises(mkmanifests.RenderError) as raised:
            mkmanifests.chart(loaded, values={"port": 80000})
        assert raised.value.diagnostics[0].object == "Service `release-name`"
        with pytest.warns(mkmanifests.ManifestWarning, match="prot"):
            mkmanifests.chart(loaded, values={"prot": 81})
    with pytest.raises(TypeError, match="expected the path of a chart, or a `Chart`, found `int`"):
        mkmanifests.chart(1)  # type: ignore[arg-type]


def test_a_loaded_chart_is_rendered_by_several_threads(web: Path) -> None:
    loaded = mkmanifests.load(web)
    expected = mkmanifests.chart(web)
    with ThreadPoolExecutor(8) as pool:
        assert all(result == expected for result in pool.map(lambda _: mkmanifests.chart(loaded), range(64)))


def test_chart_is_what_the_command_prints(web: Path) -> None:
    objects = mkmanifests.chart(web, release="shop", namespace="eu", values={"replicas": 2})
    printed = command("chart", "web", "shop", "-n", "eu", "--set", "replicas=2", "-o", "json")
    assert objects == json.loads(printed)["items"]
    text = mkmanifests.chart_text(web, release="shop", namespace="eu", values={"replicas": 2})
    assert text == command("chart", "web", "shop", "-n", "eu", "--set", "replicas=2")


def test_component_is_what_the_command_prints() -> None:
    objects = mkmanifests.component("ray", cluster="foo", values={"workerReplicaCount": 2}, create_namespace=True)
    printed = command("ray", "--cluster", "foo", "--set", "workerReplicaCount=2", "--create-namespace", "-o", "json")
    assert objects == json.loads(printed)["items"]


def test_template_is_what_the_command_prints(tmp_path: Path) -> None:
    folder = tmp_path / "config"
    (folder / "templates").mkdir(parents=True)
    (folder / "values.yaml").write_text("greeting: hello\n")
    (folder / "templates" / "config.yaml").write_text(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: '{{ release.name }}'}\n"
        "data: {greeting: '{{ values.greeting }}'}\n"
    )
    objects = mkmanifests.template(folder, cluster="foo", values={"greeting": "hi"})
    printed = command("template", "config", "--cluster", "foo", "--set", "greeting=hi", "-o", "json")
    assert objects == json.loads(printed)["items"]
    assert objects[0]["data"] == {"greeting": "hi"}


def test_values_in_layers(web: Path, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("replicas: 2\nport: 81\n")

    def result(values: Any) -> tuple[int, int]:
        service, deployment = mkmanifests.chart(web, values=values)
        return deployment["spec"]["replicas"], service["spec"]["ports"][0]["port"]

    assert result(None) == (1, 80)
    assert result("a.yaml") == result(tmp_path / "a.yaml") == (2, 81)
    assert result(["a.yaml", {"port": 82}]) == (2, 82)
    assert result([{"port": 82}, "a.yaml"]) == (2, 81)
    assert result(OrderedDict(port=83)) == result(MappingProxyType({"port": 83})) == (1, 83)


@pytest.mark.parametrize(
    "value",
    [
        True,
        False,
        0,
        -1,
        2**63 - 1,
        -(2**63),
        2**64 - 1,
        1.5,
        "",
        "yes",
        "on",
        "1.30",
        "é\n \t",
        [],
        {},
        [1, ["a"]],
        {"a b": None},
    ],
)
def test_values_keep_their_type(value: Any) -> None:
    """`dumps` writes what another YAML library reads back."""
    yaml = pytest.importorskip("yaml")
    (read,) = yaml.safe_load_all(mkmanifests.dumps([{"value": value}]))
    assert read == {"value": value}
    assert type(read["value"]) is type(value)


@pytest.mark.parametrize(
    ("values", "error", "text"),
    [
        ({"a": {1, 2}}, TypeError, "values.a: expected a dict, list, str, int, float, bool or None, found `set`"),
        ({"a": b"x"}, TypeError, "values.a: expected a dict, list, str, int, float, bool or None, found `bytes`"),
        ({"a": {1: 2}}, TypeError, "values.a: expected keys of type `str`, found `int`"),
        ({"a": [float("nan")]}, ValueError, "values.a[0]: JSON has no `NaN`"),
        ({"a": 2**64}, ValueError, "values.a: the number needs more than 64 bits"),
        (3, TypeError, "values: expected a dict, or the path of a file, found `int`"),
    ],
)
def test_values_that_are_no_yaml(web: Path, values: Any, error: type[Exception], text: str) -> None:
    with pytest.raises(error) as raised:
        mkmanifests.chart(web, values=values)
    assert str(raised.value) == text


def test_deep_values_are_an_error(web: Path) -> None:
    values: dict[str, Any] = {}
    values["a"] = values
    with pytest.raises(ValueError, match="more than 128 levels"):
        mkmanifests.chart(web, values=values)


def test_all_mistakes_at_once() -> None:
    with pytest.raises(mkmanifests.RenderError) as raised:
        mkmanifests.component("ray", cluster="foo", values={"workerReplicas": 2, "rayImage": [1]})
    found = [(it.code, it.severity, it.field, it.file, it.line, it.help) for it in raised.value.diagnostics]
    assert found == [
        ("value/wrong-type", "error", "rayImage", "<values>", 2, []),
        ("value/unknown-field", "error", "workerReplicas", "<values>", 3, ["did you mean `workerReplicaCount`?"]),
    ]
    assert "3 | workerReplicas: 2" in str(raised.value)
    assert isinstance(raised.value, ValueError)


def test_mistakes_in_arguments(web: Path) -> None:
    for arguments, text in [
        ({"kube_version": "x"}, "kube_version"),
        ({"helm_version": "2"}, "helm_version"),
        ({"release": "-"}, "release"),
    ]:
        with pytest.raises(mkmanifests.RenderError, match=text):
            mkmanifests.chart(web, **arguments)  # type: ignore[arg-type]
    with pytest.raises(mkmanifests.RenderError, match="cannot load chart `none`"):
        mkmanifests.chart("none")
    with pytest.raises(mkmanifests.RenderError, match="unknown component `rai`"):
        mkmanifests.component("rai")
    with pytest.raises(TypeError):
        mkmanifests.chart(web, valeus={})  # type: ignore[call-arg]


def test_invalid_objects_are_refused(web: Path) -> None:
    with pytest.raises(mkmanifests.RenderError) as raised:
        mkmanifests.chart(web, values={"port": 80000})
    errors = [it for it in raised.value.diagnostics if it.severity == "error"]
    assert {it.code for it in errors} == {"service/valid-port"}
    assert {it.object for it in errors} == {"Service `release-name`"}
    assert "spec.ports[0].port" in [it.field for it in errors]
    assert mkmanifests.chart(web, values={"port": 80000}, check=False)


def test_unused_values_are_warnings(web: Path) -> None:
    with pytest.warns(mkmanifests.ManifestWarning, match="nothing reads the value `prot`"):
        mkmanifests.chart(web, values={"prot": 81})
    with pytest.raises(mkmanifests.RenderError, match="nothing reads the value `prot`"):
        mkmanifests.chart(web, values={"prot": 81}, strict=True)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(mkmanifests.ManifestWarning):
            mkmanifests.chart(web, values={"prot": 81})
        mkmanifests.chart(web, values={"port": 81})


def test_check() -> None:
    service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}, "spec": {"type": "ExternalName"}}
    (diagnostic,) = mkmanifests.check([service])
    assert (diagnostic.code, diagnostic.severity, diagnostic.line) == ("service/external-name", "error", None)
    assert mkmanifests.check([service], skip={"service/external-name": "an example"}) == []
    assert mkmanifests.check(iter([])) == []
    with pytest.raises(mkmanifests.RenderError, match="no-such-rule"):
        mkmanifests.check([service], skip={"no-such-rule": "a typo"})


def test_lint_is_optional(web: Path) -> None:
    objects = mkmanifests.chart(web)
    service = [it for it in objects if it["kind"] == "Service"]
    assert [it.severity for it in mkmanifests.check(service)] == ["warning"]
    assert [it.severity for it in mkmanifests.check(service, strict=True)] == ["error"]
    assert mkmanifests.check(service, lint=False) == []


def test_errors_survive_pickling(web: Path) -> None:
    with pytest.raises(mkmanifests.RenderError) as raised:
        mkmanifests.chart(web, values={"port": 80000})
    assert str(pickle.loads(pickle.dumps(raised.value))) == str(raised.value)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a named pipe")
def test_other_threads_run_meanwhile(web: Path) -> None:
    """The lock is released: this thread goes on while another one waits for a file, and many threads give the same."""
    expected = mkmanifests.chart(web)
    with ThreadPoolExecutor(8) as pool:
        assert all(result == expected for result in pool.map(lambda _: mkmanifests.chart(web), range(64)))
    pipe = web.parent / "values.yaml"
    os.mkfifo(pipe)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(mkmanifests.chart, web, values=pipe)
        # Opening the other end waits for the thread that renders. If that held the lock, both would wait for ever.
        with open(pipe, "w") as end:
            end.write("replicas: 7")
        assert waiting.result(timeout=60)[1]["spec"]["replicas"] == 7


def test_the_command_has_the_exit_codes(web: Path) -> None:
    run = [sys.executable, "-m", "mkmanifests", "chart", str(web), "--set", "port=80000"]
    result = subprocess.run(run, capture_output=True, text=True)
    assert (result.returncode, result.stdout) == (2, "")
    assert "spec.ports[0].port" in result.stderr
