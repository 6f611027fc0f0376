"""Kubernetes manifests from Helm charts, components and templates, without Helm, a cluster or the network.

>>> import mkmanifests
>>> objects = mkmanifests.component("ray", cluster="foo", values={"workerReplicaCount": 2})
>>> [(it["kind"], it["metadata"]["name"]) for it in objects if it["kind"] == "Deployment"]
[('Deployment', 'foo-ray-head'), ('Deployment', 'foo-ray-worker')]

A mistake is an exception that has all diagnostics:

>>> mkmanifests.component("ray", cluster="foo", values={"workerReplicas": 2})
Traceback (most recent call last):
    ...
mkmanifests.RenderError: error: unknown key `workerReplicas`
...

All functions release Python's lock while they work, and may run in several threads.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from . import _native
from ._errors import ManifestWarning, RenderError
from ._native import Chart, Diagnostic, __version__

__all__ = [
    "Chart",
    "Diagnostic",
    "ManifestWarning",
    "RenderError",
    "__version__",
    "chart",
    "chart_text",
    "check",
    "component",
    "dumps",
    "load",
    "template",
]

Path = str | os.PathLike[str]
Values = Mapping[str, Any] | Path | Sequence[Mapping[str, Any] | Path] | None


def load(path: Path) -> Chart:
    """Read a Helm chart, to render it many times: `chart` and `chart_text` take it in the place of its path.

    Changes of its files are not seen afterwards. Raises `RenderError`.
    """
    return _native.load(path)


def chart(
    chart: Path | Chart,
    *,
    release: str = "release-name",
    namespace: str = "default",
    values: Values = None,
    kube_version: str | None = None,
    api_versions: Sequence[str] = (),
    helm_version: str | None = None,
    is_upgrade: bool = False,
    include_crds: bool = False,
    no_hooks: bool = False,
    skip_tests: bool = False,
    skip_schema_validation: bool = False,
    deterministic: bool = False,
    strict: bool = False,
    check: bool = True,
) -> list[dict[str, Any]]:
    """Return the objects of a Helm chart, with its hooks at the end.

    ``chart`` is the folder or archive (``.tgz``) of the chart, or a chart that `load` has read. ``values`` is a dict,
    the path of a values file, or a list of these, each over those before. ``kube_version`` and ``api_versions``
    describe the cluster. ``helm_version``, such as ``"3.17"``, renders as an older release of Helm. ``deterministic``
    makes random texts, keys and times reproducible.

    A value that nothing in the chart reads is a `ManifestWarning`; with ``strict`` it is an error. The objects are
    validated as an API server does; ``check=False`` leaves that out.

    Raises `RenderError`.
    """
    return _native.chart(
        chart,
        {
            "release": release,
            "namespace": namespace,
            "values": values,
            "kube_version": kube_version,
            "api_versions": api_versions,
            "helm_version": helm_version,
            "is_upgrade": is_upgrade,
            "include_crds": include_crds,
            "no_hooks": no_hooks,
            "skip_tests": skip_tests,
            "skip_schema_validation": skip_schema_validation,
            "deterministic": deterministic,
            "strict": strict,
            "check": check,
        },
    )


def chart_text(
    chart: Path | Chart,
    *,
    release: str = "release-name",
    namespace: str = "default",
    values: Values = None,
    kube_version: str | None = None,
    api_versions: Sequence[str] = (),
    helm_version: str | None = None,
    is_upgrade: bool = False,
    include_crds: bool = False,
    no_hooks: bool = False,
    skip_tests: bool = False,
    skip_schema_validation: bool = False,
    deterministic: bool = False,
    strict: bool = False,
    check: bool = True,
) -> str:
    """Return the text that ``helm template RELEASE CHART`` prints, byte for byte.

    The arguments are those of `chart`.
    """
    return _native.chart_text(
        chart,
        {
            "release": release,
            "namespace": namespace,
            "values": values,
            "kube_version": kube_version,
            "api_versions": api_versions,
            "helm_version": helm_version,
            "is_upgrade": is_upgrade,
            "include_crds": include_crds,
            "no_hooks": no_hooks,
            "skip_tests": skip_tests,
            "skip_schema_validation": skip_schema_validation,
            "deterministic": deterministic,
            "strict": strict,
            "check": check,
        },
    )


def component(
    name: str,
    *,
    cluster: str = "",
    namespace: str | None = None,
    release: str | None = None,
    values: Values = None,
    kube_version: str | None = None,
    create_namespace: bool = False,
) -> list[dict[str, Any]]:
    """Return the objects of a built-in component: ``ray``, ``ray-cluster``, ``ray-job``, ``ray-service``,
    ``ray-cron-job``, ``irsa``, ``autoscaler`` or ``vault-config``.

    ``cluster`` is the name of the cluster, and of the release of components that are named like it. ``values`` is as in
    `chart`. ``create_namespace`` adds a Namespace for each namespace of the objects.

    Raises `RenderError`.
    """
    return _native.component(
        name,
        cluster=cluster,
        namespace=namespace,
        release=release,
        values=values,
        kube_version=kube_version,
        create_namespace=create_namespace,
    )


def template(
    path: Path,
    *,
    cluster: str = "",
    namespace: str = "default",
    release: str | None = None,
    values: Values = None,
    kube_version: str | None = None,
    create_namespace: bool = False,
) -> list[dict[str, Any]]:
    """Return the objects of a folder of minijinja (Jinja2) templates.

    The arguments are those of `component`. ``release`` is by default the cluster, or the name of the folder.

    Raises `RenderError`.
    """
    return _native.template(
        path,
        cluster=cluster,
        namespace=namespace,
        release=release,
        values=values,
        kube_version=kube_version,
        create_namespace=create_namespace,
    )


def check(
    objects: Iterable[Mapping[str, Any]],
    *,
    kube_version: str | None = None,
    namespace: str = "default",
    skip: Mapping[str, str] | None = None,
    external: Sequence[str] = (),
    lint: bool = True,
    strict: bool = False,
) -> list[Diagnostic]:
    """Validate objects as an API server does, and lint them together. Return all errors and warnings.

    ``skip`` maps the ids of rules to the reason why they do not count. ``external`` names objects that are created
    elsewhere, such as ``"Secret/db"``. ``lint=False`` leaves out the rules that only warn across objects. With
    ``strict``, warnings are errors.

    >>> import mkmanifests
    >>> service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}, "spec": {"type": "ExternalName"}}
    >>> for diagnostic in mkmanifests.check([service]):
    ...     print(diagnostic)
    error: Service `web`: `spec.externalName`: required: `type` is `ExternalName`
    """
    return _native.check(
        list(objects),
        kube_version=kube_version,
        namespace=namespace,
        skip=list((skip or {}).items()),
        external=external,
        lint=lint,
        strict=strict,
    )


def dumps(objects: Iterable[Mapping[str, Any]]) -> str:
    """Return objects as YAML documents, which kubectl and Helm read back as the same values.

    >>> import mkmanifests
    >>> print(mkmanifests.dumps([{"kind": "ConfigMap", "data": {"on": "yes"}}]), end="")
    ---
    kind: ConfigMap
    data:
      "on": "yes"
    """
    return _native.dumps(list(objects))
