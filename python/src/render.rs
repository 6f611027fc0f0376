//! The functions that render and check.

use std::path::PathBuf;

use mkmanifests::chart::{self as charts, HelmOutput, HelmRelease, RenderAs, RenderOptions, Request, UnusedValues};
use mkmanifests::check as validation;
use mkmanifests::components::{self, ComponentCode};
use mkmanifests::diagnostic::{Diagnostic, Failure, Sources};
use mkmanifests::kube_version::KubeVersion;
use mkmanifests::manifest::Rendered;
use mkmanifests::patch::Patches;
use mkmanifests::release::Release;
use mkmanifests::template::{self as templates, Folder};
use mkmanifests::tree::write::{Documents, Style};
use mkmanifests::tree::{Kind, Node};
use mkmanifests::values::{Layers, Values};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

use crate::convert::{from_python, to_python};
use crate::diagnostic::{PyDiagnostic, exception, warn};
use crate::loaded;
use crate::values::Given;

/// The arguments of `chart` and `chart_text`.
struct ChartArguments {
    release: String,
    namespace: String,
    values: Given,
    kube_version: Option<String>,
    api_versions: Vec<String>,
    helm_version: Option<String>,
    is_upgrade: bool,
    include_crds: bool,
    no_hooks: bool,
    skip_tests: bool,
    skip_schema_validation: bool,
    deterministic: bool,
    strict: bool,
    check: bool,
}

impl ChartArguments {
    fn read(arguments: &Bound<'_, PyDict>) -> PyResult<Self> {
        let get = |name: &str| {
            let value = arguments.get_item(name)?;
            value.ok_or_else(|| PyTypeError::new_err(format!("missing argument `{name}`")))
        };
        Ok(ChartArguments {
            release: get("release")?.extract()?,
            namespace: get("namespace")?.extract()?,
            values: get("values")?.extract()?,
            kube_version: get("kube_version")?.extract()?,
            api_versions: get("api_versions")?.extract()?,
            helm_version: get("helm_version")?.extract()?,
            is_upgrade: get("is_upgrade")?.extract()?,
            include_crds: get("include_crds")?.extract()?,
            no_hooks: get("no_hooks")?.extract()?,
            skip_tests: get("skip_tests")?.extract()?,
            skip_schema_validation: get("skip_schema_validation")?.extract()?,
            deterministic: get("deterministic")?.extract()?,
            strict: get("strict")?.extract()?,
            check: get("check")?.extract()?,
        })
    }
}

/// Renders a chart to objects.
#[pyfunction]
pub fn chart<'py>(
    py: Python<'py>,
    chart: loaded::Given,
    arguments: &Bound<'py, PyDict>,
) -> PyResult<Bound<'py, PyList>> {
    let output = render_chart(py, &chart, arguments)?;
    let list = output.json().map_err(|diagnostics| exception(py, &Failure::new(diagnostics, Sources::default())))?;
    let items = list.get("items").and_then(Node::as_seq).unwrap_or_default();
    objects(py, items)
}

/// Renders a chart to the text that `helm template` prints.
#[pyfunction]
pub fn chart_text(py: Python<'_>, chart: loaded::Given, arguments: &Bound<'_, PyDict>) -> PyResult<String> {
    Ok(render_chart(py, &chart, arguments)?.text())
}

fn render_chart(py: Python<'_>, chart: &loaded::Given, arguments: &Bound<'_, PyDict>) -> PyResult<HelmOutput> {
    let arguments = ChartArguments::read(arguments)?;
    let output = py.detach(|| match chart {
        loaded::Given::Path(path) => helm_output(&loaded::ReadChart::new(path)?, &arguments),
        loaded::Given::Chart(chart) => helm_output(&chart.get().0, &arguments),
    });
    let output = output.map_err(|failure| exception(py, &failure))?;
    warn(py, &output.warnings, &output.sources)?;
    Ok(output)
}

fn helm_output(chart: &loaded::ReadChart, arguments: &ChartArguments) -> Result<HelmOutput, Failure> {
    let loaded = &chart.loaded;
    let options = chart_options(arguments)?;
    let base = Values { sources: chart.sources.clone(), ..Values::default() };
    let mut layers = Layers::over(&base);
    layers.helm(options.helm);
    arguments.values.add_to(&mut layers);
    let user = layers.overlaid()?;
    let request = Request {
        options,
        rendering: RenderOptions {
            include_crds: arguments.include_crds,
            no_hooks: arguments.no_hooks,
            skip_tests: arguments.skip_tests,
            deterministic: arguments.deterministic,
            ..RenderOptions::default()
        },
        unused_values: if arguments.strict { UnusedValues::Deny } else { UnusedValues::Warn },
        patches: Patches::default(),
        check: arguments.check,
    };
    let mut output = charts::template(&loaded.chart, &user, request)?;
    output.warnings.splice(0..0, loaded.warnings.iter().cloned());
    Ok(output)
}

fn chart_options(arguments: &ChartArguments) -> Result<charts::Options, Failure> {
    charts::check_name(&arguments.release).map_err(failure)?;
    let helm = arguments.helm_version.as_deref().map_or(Ok(HelmRelease::default()), HelmRelease::parse);
    let helm = helm.map_err(|unknown| invalid(unknown.to_string(), "helm_version").help(unknown.help()));
    let helm = helm.map_err(failure)?;
    let kube_version = arguments.kube_version.as_deref().unwrap_or_default();
    let capabilities = RenderAs::from(helm).capabilities(kube_version, &arguments.api_versions);
    let capabilities = capabilities.map_err(|diagnostic| failure(diagnostic.in_field("kube_version")))?;
    let mut release = Release::named(&*arguments.release, &*arguments.namespace);
    release.is_upgrade = arguments.is_upgrade;
    Ok(charts::Options {
        release,
        capabilities,
        skip_schema: arguments.skip_schema_validation,
        schema_files: charts::SchemaFiles::default(),
        helm: helm.into(),
    })
}

/// Renders a built-in component to objects.
#[pyfunction]
#[pyo3(signature = (name, *, cluster, namespace, release, values, kube_version, create_namespace))]
#[allow(clippy::too_many_arguments)] // The signature of the Python function.
pub fn component<'py>(
    py: Python<'py>,
    name: &str,
    cluster: String,
    namespace: Option<String>,
    release: Option<String>,
    values: Given,
    kube_version: Option<String>,
    create_namespace: bool,
) -> PyResult<Bound<'py, PyList>> {
    let render = || {
        let component = components::find(name)
            .ok_or_else(|| failure(Diagnostic::error(ComponentCode::Unknown, format!("unknown component `{name}`"))))?;
        let mut to = Release::new(cluster, namespace.as_deref().unwrap_or(component.namespace()));
        to.kube_version = parse_kube_version(kube_version.as_deref())?;
        if let Some(default) = component.release_name() {
            to.name = release.unwrap_or_else(|| default.to_owned());
        }
        let mut layers = Layers::over(component.defaults());
        values.add_to(&mut layers);
        component.set_names(&mut layers, &to, "cluster");
        component.render(&component.merge(layers)?, &to)
    };
    let rendered = py.detach(render);
    finished(py, rendered, create_namespace)
}

/// Renders a folder of templates to objects.
#[pyfunction]
#[pyo3(signature = (path, *, cluster, namespace, release, values, kube_version, create_namespace))]
#[allow(clippy::too_many_arguments)] // The signature of the Python function.
pub fn template<'py>(
    py: Python<'py>,
    path: PathBuf,
    cluster: String,
    namespace: String,
    release: Option<String>,
    values: Given,
    kube_version: Option<String>,
    create_namespace: bool,
) -> PyResult<Bound<'py, PyList>> {
    let render = || {
        let folder = Folder::read(&path)?;
        let defaults = folder.defaults()?;
        let mut layers = Layers::over(&defaults);
        values.add_to(&mut layers);
        let release = Release {
            name: folder.release_name(release.as_deref(), &cluster).to_owned(),
            namespace,
            cluster,
            kube_version: parse_kube_version(kube_version.as_deref())?,
            ..Release::default()
        };
        templates::render(&folder, &layers.merge()?, &release, &Patches::default())
    };
    let rendered = py.detach(render);
    finished(py, rendered, create_namespace)
}

fn finished<'py>(
    py: Python<'py>,
    rendered: Result<Rendered, Failure>,
    create_namespace: bool,
) -> PyResult<Bound<'py, PyList>> {
    let mut rendered = rendered.map_err(|failure| exception(py, &failure))?;
    warn(py, &rendered.warnings, &rendered.sources)?;
    if create_namespace {
        rendered.manifests.create_namespaces();
    }
    let list = PyList::empty(py);
    for manifest in &rendered.manifests {
        list.append(to_python(py, &manifest.node)?)?;
    }
    Ok(list)
}

/// Validates and lints objects.
#[pyfunction]
#[pyo3(signature = (objects, *, kube_version, namespace, skip, external, lint, strict))]
#[allow(clippy::too_many_arguments)] // The signature of the Python function.
pub fn check(
    py: Python<'_>,
    objects: Vec<Bound<'_, PyAny>>,
    kube_version: Option<String>,
    namespace: String,
    skip: Vec<(String, String)>,
    external: Vec<String>,
    lint: bool,
    strict: bool,
) -> PyResult<Vec<PyDiagnostic>> {
    let nodes = objects.iter().enumerate().map(|(index, object)| from_python(object, &format!("objects[{index}]")));
    let nodes: Vec<Node> = nodes.collect::<PyResult<_>>()?;
    let options = || {
        let mut options = validation::Options { namespace, lint, strict, ..validation::Options::default() };
        options.kube_version = parse_kube_version(kube_version.as_deref())?;
        for (rule, reason) in skip {
            options.skips.add(&format!("{rule}={reason}")).map_err(failure)?;
        }
        for name in &external {
            options.external.add(name).map_err(|why| failure(invalid(why, "external")))?;
        }
        Ok(validation::all(&nodes, &options))
    };
    let found = py.detach(options).map_err(|failure| exception(py, &failure))?;
    let counted = found.iter().filter(|found| found.skipped.is_none());
    Ok(counted.map(|found| PyDiagnostic::new(&found.diagnostic, &Sources::default())).collect())
}

/// Returns objects as YAML that kubectl reads back as the same values.
#[pyfunction]
pub fn dumps(py: Python<'_>, objects: Vec<Bound<'_, PyAny>>) -> PyResult<String> {
    let nodes = objects.iter().enumerate().map(|(index, object)| from_python(object, &format!("objects[{index}]")));
    let nodes: Vec<Node> = nodes.collect::<PyResult<_>>()?;
    py.detach(|| {
        let mut text = Vec::new();
        let mut documents = Documents::new(Style::MANIFEST);
        for node in &nodes {
            text.extend_from_slice(b"---\n");
            documents.write(&mut text, node)?;
        }
        String::from_utf8(text).map_err(|error| PyValueError::new_err(error.to_string()))
    })
}

fn objects<'py>(py: Python<'py>, nodes: &[Node]) -> PyResult<Bound<'py, PyList>> {
    let list = PyList::empty(py);
    for node in nodes.iter().filter(|node| !matches!(node.kind, Kind::Null)) {
        list.append(to_python(py, node)?)?;
    }
    Ok(list)
}

fn parse_kube_version(text: Option<&str>) -> Result<Option<KubeVersion>, Failure> {
    let version = text.map(KubeVersion::parse_known).transpose();
    version.map_err(|error| failure(invalid(error.to_string(), "kube_version")))
}

fn invalid(reason: String, argument: &'static str) -> Diagnostic {
    Diagnostic::error(mkmanifests::cli::UsageCode::InvalidFlag, reason).in_field(argument)
}

fn failure(diagnostic: Diagnostic) -> Failure {
    Failure::new(vec![diagnostic], Sources::default())
}
