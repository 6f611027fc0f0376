//! Decodes a document into a suite.

use mkmanifests_gotmpl::{List, Value};
use mkmanifests_yaml::diagnostic::Step;

use super::decode::Decoder;
use super::node::{Node, Resolved as _};
use super::{Capabilities, ChartVersions, FakeKind, Job, KubernetesProvider, PostRenderer, Release};
use super::{SetValue, Suite, ValuesFile, assertion, fields, include, matrix, selector};

/// A suite before its settings are merged into its jobs.
#[derive(Default)]
pub(super) struct Decoded {
    pub suite: Suite,
    pub settings: Settings,
    pub minimum_version: String,
    /// `None` is an empty item.
    pub jobs: Vec<Option<DecodedJob>>,
}

/// Settings that both suites and jobs have.
#[derive(Default)]
pub(super) struct Settings {
    pub release: Release,
    pub chart: ChartVersions,
    pub capabilities: Capabilities,
    pub provider: KubernetesProvider,
    pub cluster: String,
    pub skip_reason: String,
}

/// A job before the settings of its suite are merged into it.
#[derive(Default)]
pub(super) struct DecodedJob {
    pub job: Job,
    pub settings: Settings,
    /// Whether the versions of the API are unset by a value that is not a list: those of the suite do not count then.
    pub has_no_api_versions: bool,
}

pub(super) fn suite(decoder: &mut Decoder<'_>, node: &Node<'_>) -> Decoded {
    let mut decoded = Decoded::default();
    let Decoded { suite, settings, minimum_version, jobs } = &mut decoded;
    suite.location = decoder.location(node);
    decoder.fields(node, &fields::SUITE, |decoder, key, value| match key {
        "suite" => suite.name = decoder.string(value).unwrap_or_default(),
        "values" => suite.values = values(decoder, value),
        "set" => suite.set = set(decoder, value),
        "templates" => suite.templates = decoder.strings(value),
        "excludeTemplates" => suite.exclude_templates = decoder.strings(value),
        "includeCrds" => suite.include_crds = decoder.bool(value),
        "release" => settings.release = release(decoder, value),
        "chart" => settings.chart = chart(decoder, value),
        "capabilities" => settings.capabilities = capabilities(decoder, value),
        "kubernetesProvider" => settings.provider = provider(decoder, value),
        "postRenderer" => suite.post_renderer = post_renderer(decoder, value),
        "snapshotId" => suite.snapshot_id = decoder.string(value).unwrap_or_default(),
        "skip" => (settings.skip_reason, *minimum_version) = suite_skip(decoder, value),
        "matrix" => suite.matrix = Some(matrix::decode(decoder, value)),
        "include" => suite.include = include::decode(decoder, value),
        "component" => suite.component = decoder.string(value).unwrap_or_default(),
        "folder" => suite.folder = decoder.string(value).unwrap_or_default(),
        "cluster" => settings.cluster = decoder.string(value).unwrap_or_default(),
        "tests" => *jobs = decoder.list(value, "[]*unittest.TestJob", item),
        _ => {}
    });
    let Capabilities { major_version, minor_version, .. } = &settings.capabilities;
    let has_versions = suite.matrix.as_ref().is_some_and(|matrix| !matrix.kube_versions.is_empty());
    if has_versions && !(major_version.is_empty() && minor_version.is_empty()) {
        matrix::explain_two_versions(decoder, suite.location);
    }
    decoded
}

fn item(decoder: &mut Decoder<'_>, node: &Node<'_>) -> Option<DecodedJob> {
    if node.is_null() {
        return None;
    }
    let mut decoded = DecodedJob::default();
    let DecodedJob { job, settings, has_no_api_versions } = &mut decoded;
    job.location = decoder.location(node);
    decoder.fields(node, &fields::JOB, |decoder, key, value| match key {
        "include" => job.include = include::decode(decoder, value),
        "cluster" => settings.cluster = decoder.string(value).unwrap_or_default(),
        "it" => job.name = decoder.string(value).unwrap_or_default(),
        "values" => job.values = values(decoder, value),
        "set" => job.set = set(decoder, value),
        "template" => job.template = decoder.string(value).unwrap_or_default(),
        "templates" => job.templates = decoder.strings(value),
        "documentIndex" => job.document_index = decoder.int(value),
        "documentSelector" => job.document_selector = selector::decode(decoder, value),
        "release" => settings.release = release(decoder, value),
        "chart" => settings.chart = chart(decoder, value),
        "capabilities" => (settings.capabilities, *has_no_api_versions) = job_capabilities(decoder, value),
        "kubernetesProvider" => settings.provider = provider(decoder, value),
        "postRenderer" => job.post_renderer = post_renderer(decoder, value),
        "skip" => settings.skip_reason = job_skip(decoder, value),
        "asserts" => job.assertions = decoder.list(value, "[]*unittest.Assertion", assertion::decode),
        _ => {}
    });
    Some(decoded)
}

pub(super) fn values(decoder: &mut Decoder<'_>, node: &Node<'_>) -> Vec<ValuesFile> {
    let files = decoder.list(node, "[]string", |decoder, item| {
        let location = decoder.location(item);
        decoder.string(item).map(|path| ValuesFile { path, location })
    });
    files.into_iter().flatten().collect()
}

/// Reads the values in the order of the file: go-yaml has none, and helm-unittest applies them in any order.
pub(super) fn set(decoder: &mut Decoder<'_>, node: &Node<'_>) -> Vec<SetValue> {
    let map = decoder.map(node, "map[string]interface {}").unwrap_or_default();
    let entries = decoder.entries(node.resolved());
    let keys = entries.into_iter().map(|(key, _)| (key.words().to_owned(), decoder.location(key)));
    let mut set = Vec::new();
    for (path, location) in keys.collect::<Vec<_>>() {
        if let Some(value) = map.get(&path) {
            set.push(SetValue { path, value, location });
        }
    }
    set
}

fn release(decoder: &mut Decoder<'_>, node: &Node<'_>) -> Release {
    let mut release = Release::default();
    decoder.fields(node, &fields::RELEASE, |decoder, key, value| match key {
        "name" => release.name = decoder.string(value).unwrap_or_default(),
        "namespace" => release.namespace = decoder.string(value).unwrap_or_default(),
        "revision" => release.revision = decoder.int(value).unwrap_or_default(),
        _ => release.is_upgrade = decoder.bool(value),
    });
    release
}

fn chart(decoder: &mut Decoder<'_>, node: &Node<'_>) -> ChartVersions {
    let mut chart = ChartVersions::default();
    decoder.fields(node, &fields::CHART, |decoder, key, value| match key {
        "version" => chart.version = decoder.string(value).unwrap_or_default(),
        _ => chart.app_version = decoder.string(value).unwrap_or_default(),
    });
    chart
}

/// Reads the capabilities of a suite, where a version is the text as written: `1.30` is `1.30`.
fn capabilities(decoder: &mut Decoder<'_>, node: &Node<'_>) -> Capabilities {
    let mut capabilities = Capabilities::default();
    decoder.fields(node, &fields::CAPABILITIES, |decoder, key, value| match key {
        "majorVersion" => capabilities.major_version = decoder.string(value).unwrap_or_default(),
        "minorVersion" => capabilities.minor_version = decoder.string(value).unwrap_or_default(),
        _ => capabilities.api_versions = decoder.strings(value),
    });
    capabilities
}

/// Reads the capabilities of a job, where a version is a string or an integer; helm-unittest ignores others. Returns
/// whether the versions of the API are unset, too.
fn job_capabilities(decoder: &mut Decoder<'_>, node: &Node<'_>) -> (Capabilities, bool) {
    let map = decoder.map(node, "unittest.CapabilitiesFields").unwrap_or_default();
    let mut read = Capabilities::default();
    for (key, value) in decoder.entries(node.resolved()) {
        let name = key.words();
        let step = Step::Field(name.to_owned());
        match name {
            "majorVersion" => {
                read.major_version = decoder.within(step, |decoder| version(decoder, value, map.get(name)));
            }
            "minorVersion" => {
                read.minor_version = decoder.within(step, |decoder| version(decoder, value, map.get(name)));
            }
            "apiVersions" => {}
            _ => decoder.explain_unknown(name, key, &fields::CAPABILITIES),
        }
    }
    let api_versions = map.get("apiVersions");
    if let Some(Value::List(list)) = &api_versions {
        read.api_versions = texts(list);
    }
    (read, api_versions.is_some_and(|versions| !matches!(versions, Value::List(_))))
}

fn version(decoder: &mut Decoder<'_>, node: &Node<'_>, value: Option<Value>) -> String {
    match value {
        Some(Value::Str(text)) => text.text().into_owned(),
        Some(Value::Int(number, _)) => number.to_string(),
        None | Some(Value::Nil) => String::new(),
        Some(_) => {
            decoder.ignored(node, "a string or an integer");
            String::new()
        }
    }
}

fn texts(list: &List) -> Vec<String> {
    list.iter().filter_map(|item| item.as_str().map(|text| text.text().into_owned())).collect()
}

fn provider(decoder: &mut Decoder<'_>, node: &Node<'_>) -> KubernetesProvider {
    let mut provider = KubernetesProvider::default();
    decoder.fields(node, &fields::PROVIDER, |decoder, key, value| match key {
        "objects" => {
            let objects = decoder.list(value, "[]map[string]interface {}", |decoder, item| {
                Value::Map(decoder.map(item, "map[string]interface {}").unwrap_or_default())
            });
            provider.objects = objects;
        }
        _ => {
            let kinds = decoder.pairs(value, "map[string]unittest.KubernetesFakeKindProps", fake_kind);
            provider.scheme = kinds.into_iter().collect();
        }
    });
    provider
}

fn fake_kind(decoder: &mut Decoder<'_>, node: &Node<'_>) -> FakeKind {
    let mut kind = FakeKind::default();
    decoder.fields(node, &fields::FAKE_KIND, |decoder, key, value| match key {
        "gvr" => {
            decoder.fields(value, &fields::RESOURCE, |decoder, key, value| match key {
                "group" => kind.group = decoder.string(value).unwrap_or_default(),
                "version" => kind.version = decoder.string(value).unwrap_or_default(),
                _ => kind.resource = decoder.string(value).unwrap_or_default(),
            });
        }
        "namespaced" => kind.is_namespaced = decoder.bool(value),
        _ => kind.error = decoder.string(value),
    });
    kind
}

fn post_renderer(decoder: &mut Decoder<'_>, node: &Node<'_>) -> Option<PostRenderer> {
    let mut post_renderer = PostRenderer { location: decoder.location(node), ..PostRenderer::default() };
    decoder.fields(node, &fields::POST_RENDERER, |decoder, key, value| match key {
        "cmd" => post_renderer.command = decoder.string(value).unwrap_or_default(),
        _ => post_renderer.args = decoder.strings(value),
    });
    Some(post_renderer).filter(|post_renderer| !post_renderer.command.is_empty())
}

fn suite_skip(decoder: &mut Decoder<'_>, node: &Node<'_>) -> (String, String) {
    let (mut reason, mut minimum_version) = (String::new(), String::new());
    decoder.fields(node, &fields::SUITE_SKIP, |decoder, key, value| match key {
        "reason" => reason = decoder.string(value).unwrap_or_default(),
        _ => minimum_version = decoder.string(value).unwrap_or_default(),
    });
    (reason, minimum_version)
}

fn job_skip(decoder: &mut Decoder<'_>, node: &Node<'_>) -> String {
    let mut reason = String::new();
    decoder.fields(node, &fields::JOB_SKIP, |decoder, _, value| reason = decoder.string(value).unwrap_or_default());
    reason
}
