//! The rules about templates: the chart is rendered, and the objects are read.

use std::fs;
use std::sync::{Arc, Mutex, PoisonError};

use mkmanifests_go::stack::on_deep_stack;
use mkmanifests_gotmpl::{Args, Function, Map, Type, Value};
use mkmanifests_json_schema::SchemaFiles;
use mkmanifests_yaml::diagnostic::Sources;
use mkmanifests_yaml::tree::{Map as TreeMap, Node};

use super::Severity::{Error, Warning};
use super::objects::{self, Object};
use super::{Linter, Options, deprecations, extension, names, quoted, text};
use crate::behaviour::Behaviour;
use crate::capabilities::Capabilities;
use crate::coalesce::Coalescer;
use crate::dependencies::process;
use crate::engine::{self, RenderedTemplate};
use crate::limits::MAX_COALESCED;
use crate::model::{Chart, File};
use crate::parsing::ParsedTemplates;
use crate::release::Release;
use crate::render::RenderOptions;
use crate::render_values::RenderValues;
use crate::schema::{self, Instance};
use crate::unit::Unit;

const FOLDER: &str = "templates/";

/// The longest first line that Helm reads, exclusively.
const MAX_LINE: usize = 64 << 10;

pub(super) fn check(linter: &mut Linter, user: &Map, options: &Options) {
    let Ok(metadata) = fs::metadata(linter.folder.join("templates")) else {
        return linter.push(Warning, FOLDER, "directory does not exist");
    };
    if !linter.require(Error, FOLDER, (!metadata.is_dir()).then(|| "not a directory".to_owned())) {
        return;
    }
    let chart = match linter.load() {
        Ok(loaded) => loaded.chart,
        Err(error) => return linter.push(Error, FOLDER, error),
    };
    // Helm says nothing about values that cannot be merged.
    let Some(values) = compute(linter, &chart, user, options) else { return };
    if let Some(error) = refused(&values).filter(|_| !options.skip_schema) {
        return linter.push(Error, FOLDER, error);
    }
    match render(linter, &values) {
        Ok(rendered) => {
            for template in &values.chart.templates {
                if !check_template(linter, template, values.chart.name(), &rendered, &values) {
                    return;
                }
            }
        }
        Err(error) => linter.push(Error, FOLDER, error),
    }
}

/// Computes the values. Helm merges the defaults twice, so that a `null` of the user removes no default.
fn compute(linter: &mut Linter, chart: &Chart, user: &Map, options: &Options) -> Option<RenderValues> {
    let mut unit = Unit::of(chart, Behaviour::default());
    let mut warnings = Vec::new();
    let processed = process(&mut unit, user, Behaviour::default(), &mut warnings);
    let mut coalescer = Coalescer::new(MAX_COALESCED, Behaviour::default());
    let values = processed.ok().and_then(|()| coalescer.values(&unit, user).ok());
    let values = values.and_then(|values| coalescer.values(&unit, &values).ok());
    warnings.extend(coalescer.warnings);
    for warning in warnings {
        linter.log("INFO", &format!("warning: {warning}"));
    }
    let mut capabilities = Capabilities::default();
    if let Some(version) = &options.kube_version {
        capabilities.kube_version = version.clone();
    }
    Some(RenderValues {
        chart: unit.into_chart(),
        values: Value::Map(values?),
        revision: 0,
        release: Release { is_unreleased: true, ..Release::named("test-release", options.namespace.as_str()) },
        capabilities,
        helm: Behaviour::default(),
        warnings: Vec::new(),
        sources: Sources::default(),
        user: Arc::new(Node::from(TreeMap::new())),
    })
}

/// Returns what the schemas refuse.
fn refused(values: &RenderValues) -> Option<String> {
    let instance = Instance::of(&values.chart, &values.values.as_map()?)?;
    let refusal = schema::check(
        &values.chart,
        &instance,
        &SchemaFiles::default(),
        values.helm,
        &values.user,
        &Sources::default(),
    );
    Some(refusal?.text)
}

/// Renders all templates. `required` and `fail` do not fail, but write to the log.
fn render(linter: &mut Linter, values: &RenderValues) -> Result<Vec<RenderedTemplate>, String> {
    let log = Log::default();
    let mut parsed = ParsedTemplates::with_functions(values, lenient_functions(&log));
    parsed.stops_at_error = true;
    let rendered = on_deep_stack(|| engine::render(&parsed, RenderOptions::default().limits, values))
        .map_err(|diagnostics| diagnostics.into_failure().diagnostics.first().map(text).unwrap_or_default());
    linter.linted.log.append(&mut log.0.lock().unwrap_or_else(PoisonError::into_inner));
    rendered
}

/// The lines that functions write while templates are rendered.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    fn push(&self, level: &str, what: &str, args: Args<'_>) {
        let line = format!("level={level} msg={} message={}", quoted(what), quoted(&args.text(0)));
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(line);
    }
}

fn lenient_functions(log: &Log) -> [Function; 2] {
    let (required, fail) = (log.clone(), log.clone());
    [
        Function::new("required", &[Type::Str, Type::Any], move |_, args| match args.get(1) {
            Value::Nil => {
                required.push("WARN", "missing required value", args);
                Ok("".into())
            }
            Value::Str(text) if text.is_empty() => {
                required.push("WARN", "missing required values", args);
                Ok("".into())
            }
            value => Ok(value.clone()),
        }),
        Function::new("fail", &[Type::Str], move |_, args| {
            fail.push("INFO", "funcMap fail", args);
            Ok("".into())
        }),
    ]
}

/// Checks the output of one template. Returns whether Helm goes on with the next.
fn check_template(
    linter: &mut Linter,
    template: &File,
    chart: &str,
    rendered: &[RenderedTemplate],
    values: &RenderValues,
) -> bool {
    let name = &*template.name;
    let kind = extension(name);
    let is_known = [".yaml", ".yml", ".tpl", ".txt"].contains(&kind);
    let unknown = format!("file extension '{kind}' not valid. Valid extensions are .yaml, .yml, .tpl, or .txt");
    linter.require(Error, name, (!is_known).then_some(unknown));
    if !matches!(&*kind.to_lowercase(), ".yaml" | ".yml") {
        return true;
    }
    let path = format!("{chart}/{name}");
    let content = rendered.iter().find(|rendered| rendered.path == path).map(|rendered| &*rendered.text);
    let content = content.unwrap_or_default();
    if String::from_utf8_lossy(content).trim().is_empty() {
        return true;
    }
    linter.require(Warning, name, indent_error(content));
    for object in objects::read(content) {
        match object {
            Ok(object) => check_object(linter, name, &object, content, values),
            Err(error) => {
                linter.push(Error, name, format!("unable to parse YAML: {error}"));
                return false;
            }
        }
    }
    true
}

fn check_object(linter: &mut Linter, path: &str, object: &Object, content: &[u8], values: &RenderValues) {
    let Object { api_version, kind, name } = object;
    linter.require(Warning, path, names::error(kind, name));
    let deprecated = deprecations::warning(api_version, kind, &values.capabilities.kube_version);
    linter.require(Warning, path, deprecated);
    let needs_selector = matches!(&**kind, "Deployment" | "ReplicaSet" | "DaemonSet" | "StatefulSet");
    let has = |word: &str| memchr::memmem::find(content, word.as_bytes()).is_some();
    if needs_selector && !has("matchLabels") && !has("matchExpressions") {
        let name = mkmanifests_go::quote::quote(name.as_bytes());
        linter.push(Error, path, format!("a {kind} must contain matchLabels or matchExpressions, and {name} does not"));
    }
    let list = if kind == "List" { objects::list_error(content) } else { None };
    linter.require(Error, path, list);
}

/// Reports an indented first line.
fn indent_error(content: &[u8]) -> Option<String> {
    for line in content.split(|byte| *byte == b'\n') {
        if line.len() >= MAX_LINE {
            return Some("bufio.Scanner: token too long".to_owned());
        }
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if String::from_utf8_lossy(line).trim().is_empty() {
            continue;
        }
        let quoted = mkmanifests_go::quote::quote(line);
        let text = format!("document starts with an illegal indent: {quoted}, which may cause parsing problems");
        return line.starts_with(b" ").then_some(text.clone()).or_else(|| line.starts_with(b"\t").then_some(text));
    }
    None
}
