//! Compares loaded charts and computed values with the real Helm: `tests/data/load/*.txt` have charts and cases,
//! `*.json` next to them the recorded output of Helm 4.3.1. `tests/renew chart::load` records it again.

use std::fs;
use std::path::Path;
use std::sync::Once;

use mkmanifests_chart::release::Release;
use mkmanifests_chart::values::{Flag, Layers, Values};
use mkmanifests_chart::{
    Behaviour, Capabilities, Chart, ChartCode, Options, RenderValues, SchemaFiles, load, prepare, show, yaml_bridge,
};
use mkmanifests_check::kube_version::{KubeVersion, KubeVersionError};
use mkmanifests_gotmpl::{Map, Value};
use mkmanifests_yaml::diagnostic::{Diagnostic, Failure, Sources};
use serde_json::{Value as Json, json};

use mkmanifests_testing as common;

use super::fixture::{self, Case, Fixture};

/// All charts; asked for once, what helm makes of them is recorded before the first test looks at it.
fn fixtures() -> Vec<Fixture> {
    static RECORDED: Once = Once::new();
    RECORDED.call_once(|| {
        if common::is_renewing()
            && let Some(helm) = common::program("helm")
        {
            fixture::fixtures().iter().for_each(|fixture| fixture.record(&helm));
        }
    });
    fixture::fixtures()
}

#[test]
fn values_are_those_of_helm() {
    let mut count = 0;
    let mut wrong = Vec::new();
    for fixture in fixtures() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = fixture.unpack(folder.path(), false);
        let recorded = fixture.recorded();
        for case in &fixture.cases {
            count += 1;
            if let Err(what) = compare(&fixture, case, &root, &recorded[&case.name]) {
                wrong.push(format!("{} / {}: {what}", fixture.name, case.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {count} cases:\n{}", wrong.len(), wrong.join("\n"));
    assert!(count >= 200, "only {count} cases");
}

#[test]
fn what_is_shown_is_what_helm_shows() {
    let mut wrong = Vec::new();
    // Helm shows charts of unknown API versions, which it does not render.
    for fixture in fixtures().iter().filter(|fixture| fixture.name != "bad-apiversion") {
        let folder = tempfile::tempdir().expect("a folder");
        let root = fixture.unpack(folder.path(), false);
        let loaded = load(&root, &mut Sources::default());
        for (what, _) in fixture::SHOWN {
            let expected = fixture.recorded()["$show"][what].as_str().map(str::to_owned);
            let found = loaded.as_ref().ok().map(|loaded| match what {
                "chart" => show::chart(&loaded.chart),
                "values" => show::values(&loaded.chart),
                "readme" => show::readme(&loaded.chart),
                _ => show::dependencies(&loaded.chart, &root, "chart", show::MAX_WIDTH).into_bytes(),
            });
            let found = found.map(|found| String::from_utf8_lossy(&found).into_owned());
            if found != expected {
                wrong.push(format!("{what} of {}: helm\n{expected:?}\nwe\n{found:?}", fixture.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The digest is one that helm wrote for these dependencies.
#[test]
fn a_stale_lock_is_found() {
    let fixture = fixtures().into_iter().find(|fixture| fixture.name == "locked").expect("the chart");
    let folder = tempfile::tempdir().expect("a folder");
    let root = fixture.unpack(folder.path(), false);
    let mut chart = load(&root, &mut Sources::default()).expect("a chart").chart;
    assert!(!show::is_stale(&chart));
    chart.metadata.dependencies[0].version = ">=1.0.0 <2 || ^4".to_owned();
    assert!(show::is_stale(&chart));
}

fn compare(fixture: &Fixture, case: &Case, root: &Path, expected: &Json) -> Result<(), String> {
    match (run(case, root), expected.get("error").and_then(Json::as_str)) {
        (Ok((rendered, warnings)), None) => {
            let found = probe(&rendered.chart, Some(&rendered.values), true);
            differ("", &expected["data"], &found)?;
            same_warnings(&expected["warnings"], &warnings)
        }
        (Err(failure), Some(error)) => same_error(fixture, error, &failure),
        (Ok(_), Some(error)) => Err(format!("helm refuses it: {error}")),
        (Err(failure), None) => Err(format!("helm takes it\n{failure}")),
    }
}

/// Where two answers differ.
fn differ(path: &str, expected: &Json, found: &Json) -> Result<(), String> {
    match (expected, found) {
        (Json::Object(a), Json::Object(b)) => {
            for key in a.keys().chain(b.keys()) {
                let missing = Json::from("(not there)");
                differ(&format!("{path}.{key}"), a.get(key).unwrap_or(&missing), b.get(key).unwrap_or(&missing))?;
            }
            Ok(())
        }
        // An integer is written as helm writes a float that is whole.
        (Json::Number(a), Json::Number(b)) if a.as_f64() == b.as_f64() => Ok(()),
        (a, b) if a == b => Ok(()),
        (a, b) => Err(format!("{path}: helm has {a}, we have {b}")),
    }
}

/// Compares warnings. The text of Helm's warnings has to be equal; its structured warnings have our own text.
fn same_warnings(expected: &Json, found: &[Diagnostic]) -> Result<(), String> {
    let expected = expected.as_array().map(Vec::as_slice).unwrap_or_default();
    let found: Vec<&str> = found.iter().map(|diagnostic| diagnostic.reason.as_str()).collect();
    let mut count = 0;
    for line in expected.iter().filter_map(Json::as_str) {
        let Some(text) = line.strip_prefix("level=INFO msg=") else { continue };
        count += 1;
        let text: String = serde_json::from_str(text).expect("a quoted text");
        let text = text.strip_prefix("warning: ").or(text.strip_prefix("Warning: ")).unwrap_or(&text);
        if !found.contains(&text) {
            return Err(format!("helm warns {text:?}, we do not: {found:?}"));
        }
    }
    let structured = expected.len() - count;
    if found.len() < count || (found.len() > count) != (structured > 0) {
        return Err(format!("helm warns {expected:?}, we {found:?}"));
    }
    Ok(())
}

/// Compares errors: our messages contain Helm's reason.
fn same_error(fixture: &Fixture, error: &str, failure: &Failure) -> Result<(), String> {
    let own: Vec<&str> = failure.diagnostics.iter().map(|diagnostic| diagnostic.reason.as_str()).collect();
    let reason = error.rsplit("missing dependencies: ").next().unwrap_or(error);
    let reason = reason.trim_end_matches("\n\nUse --debug flag to render out invalid YAML");
    let same = if reason.starts_with("values don't meet") {
        same_refusals(reason, &own)
    } else {
        own.contains(&reason) || own_words(fixture, reason, &own)
    };
    if same { Ok(()) } else { Err(format!("helm says\n  {error}\nwe say\n  {}", own.join("\n  "))) }
}

/// Compares reports of schemas, except the order of the lines, since Go's maps have none, and the reason why a schema
/// cannot be loaded.
fn same_refusals(error: &str, own: &[&str]) -> bool {
    let in_order = |report: &str| {
        let report = report.split(": HTTP request failed").next().unwrap_or_default();
        let report =
            report.strip_suffix(": no file is given for this URL, and schemas are not downloaded").unwrap_or(report);
        let mut lines: Vec<String> = report.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    matches!(own, [own] if in_order(own) == in_order(error))
}

/// Returns whether the error has Helm's beginning and our own text, as errors of YAML and of decoding have.
fn own_words(fixture: &Fixture, reason: &str, own: &[&str]) -> bool {
    let beginnings = [
        "cannot load Chart.yaml: ",
        "cannot load values.yaml: ",
        "cannot load Chart.lock: ",
        "error unpacking subchart a-1.0.0.tgz in x: ",
        "error unpacking subchart",
        "unable to detect chart",
        "invalid kube version",
    ];
    let begins = |own: &&str| beginnings.iter().any(|start| reason.starts_with(start) && own.starts_with(start));
    begins(&own.first().copied().unwrap_or_default()) && !fixture.name.starts_with("bad-sub")
}

/// What is rendered, and all warnings.
fn run(case: &Case, root: &Path) -> Result<(RenderValues, Vec<Diagnostic>), Failure> {
    let folder = root.parent().expect("a folder");
    let mut defaults = Values::default();
    let loaded = load(root, &mut defaults.sources);
    let loaded = loaded.map_err(|diagnostics| Failure::new(diagnostics, defaults.sources.clone()))?;
    let mut layers = Layers::over(&defaults);
    let mut options = Options {
        release: Release::named("r", "ns"),
        capabilities: Capabilities::default(),
        skip_schema: false,
        schema_files: SchemaFiles::default(),
        helm: Behaviour::default(),
    };
    let mut args = case.args.iter();
    while let Some(flag) = args.next() {
        let mut value = || args.next().expect("a value");
        let mut set = |flag, value: &str| {
            layers.set(flag, value, |_| Err("no files here".to_owned()));
        };
        match &**flag {
            "--set" => set(Flag::Set, value()),
            "--set-string" => set(Flag::SetString, value()),
            "--set-json" => set(Flag::SetJson, value()),
            "--set-literal" => set(Flag::SetLiteral, value()),
            "--skip-schema-validation" => options.skip_schema = true,
            "--api-versions" => options.capabilities.api_versions.push(value().clone()),
            "--kube-version" => {
                let failed = |error: KubeVersionError| {
                    let diagnostic = Diagnostic::error(ChartCode::InvalidKubernetesVersion, error.to_string());
                    Failure::new(vec![diagnostic], defaults.sources.clone())
                };
                options.capabilities.kube_version = KubeVersion::parse(value()).map_err(failed)?;
            }
            "-f" => {
                let name = value();
                layers.file(name, &fs::read(folder.join(name)).expect("a values file"));
            }
            other => panic!("unknown flag {other}"),
        }
    }
    let Values { root, sources } = layers.overlaid()?;
    let rendered = prepare(&loaded.chart, &root, &sources, options);
    let rendered = rendered.map_err(|diagnostics| Failure::new(diagnostics, sources))?;
    let warnings = loaded.warnings.into_iter().chain(rendered.warnings.clone()).collect();
    Ok((rendered, warnings))
}

/// What the probe template prints of a chart.
fn probe(chart: &Chart, values: Option<&Value>, is_root: bool) -> Json {
    let values = match values {
        Some(Value::Map(map)) => map.clone(),
        _ => Map::new(),
    };
    let kinds: serde_json::Map<String, Json> =
        values.snapshot().iter().map(|(key, value)| (key.to_string(), kinds(value).into())).collect();
    let mut files: Vec<&str> = chart.files.iter().map(|file| file.name.as_str()).collect();
    files.sort_unstable();
    let subcharts: serde_json::Map<String, Json> = chart
        .dependencies
        .iter()
        .map(|child| (child.name().to_owned(), probe(child, values.get(child.name()).as_ref(), false)))
        .collect();
    json!({
        "values": plain(&Value::Map(values.clone())),
        "kinds": kinds,
        "chart": plain(&chart.metadata.as_value(is_root)),
        "files": files,
        "subcharts": subcharts,
    })
}

fn kinds(value: &Value) -> String {
    let mut kinds = value.kind().name().to_owned();
    for item in value.as_list().iter().flat_map(|list| list.iter()) {
        kinds.push_str(&format!(" {}", item.kind().name()));
    }
    kinds
}

fn plain(value: &Value) -> Json {
    serde_json::to_value(yaml_bridge::to_node(value).expect("JSON")).expect("JSON")
}
