//! One chart, rendered many times with different values.

use std::sync::Arc;

use mkmanifests_chart::release::Release;
use mkmanifests_chart::{Behaviour, Capabilities, ChartRenderer, File, HelmRelease, Lookup, Setting, load_files};
use mkmanifests_gotmpl::{Map, Value};
use mkmanifests_yaml::diagnostic::Sources;

fn renderer(files: &[(&str, &str)]) -> ChartRenderer {
    let chart = [("Chart.yaml", "{apiVersion: v2, name: web, version: 0.1.0, type: library, kubeVersion: '<1.2'}")];
    let files = chart.iter().chain(files).map(|(name, text)| File::new(*name, text.as_bytes())).collect();
    let loaded = load_files(files, "web", &mut Sources::default()).expect("a chart");
    let mut chart = loaded.chart;
    chart.metadata.kind = String::new();
    ChartRenderer::new(chart, Behaviour::of(HelmRelease::V3_20))
}

fn setting() -> Setting {
    Setting {
        release: Release::named("web", "shop"),
        revision: 7,
        capabilities: Capabilities::default(),
        skip_schema: false,
    }
}

fn render(renderer: &ChartRenderer, user: &[(&str, &str)], lookup: Option<&Lookup>) -> Result<String, String> {
    let user: Map = user.iter().map(|(key, value)| (*key, Value::from(*value))).collect();
    let values = renderer.values(&user, setting())?;
    let files = renderer.render(&values, lookup).map_err(|error| error.text)?;
    Ok(files.iter().map(|file| format!("{}: {}\n", file.path, file.text.trim())).collect())
}

#[test]
fn each_rendering_has_its_own_values() {
    let renderer = renderer(&[
        ("values.yaml", "a: default\n"),
        ("templates/_a.tpl", "{{ define \"a\" }}{{ .Values.a }}{{ end }}"),
        ("templates/a.yaml", "{{ include \"a\" . }} {{ .Release.Revision }}{{ $_ := set .Values \"a\" \"changed\" }}"),
        ("templates/b.yaml", "{{ .Values.a }}"),
    ]);
    let expected = |a: &str| Ok(format!("web/templates/b.yaml: {a}\nweb/templates/a.yaml: {a} 7\n"));
    assert_eq!(render(&renderer, &[], None), expected("default"));
    assert_eq!(render(&renderer, &[("a", "x")], None), expected("x"));
    assert_eq!(render(&renderer, &[], None), expected("default"));
}

#[test]
fn the_first_error_ends_a_rendering_with_the_text_of_helm() {
    let broken = renderer(&[("templates/a.yaml", "{{ if }}"), ("templates/b.yaml", "{{ fail \"no\" }}")]);
    let error = "parse error at (web/templates/a.yaml:1): missing value for if";
    assert_eq!(render(&broken, &[], None), Err(error.to_owned()));
    let failing = renderer(&[("templates/b.yaml", "{{ fail \"no\" }}"), ("templates/c.yaml", "{{ .Values.x.y }}")]);
    let error = "template: web/templates/c.yaml:1:10: executing \"web/templates/c.yaml\" at <.Values.x.y>: nil pointer \
                 evaluating interface {}.y";
    assert_eq!(render(&failing, &[], None), Err(error.to_owned()));
    let error = "execution error at (web/templates/b.yaml:1:3): no";
    let only = renderer(&[("templates/b.yaml", "{{ fail \"no\" }}")]);
    assert_eq!(render(&only, &[], None), Err(error.to_owned()));
}

#[test]
fn templates_can_be_removed_and_versions_changed() {
    let renderer = renderer(&[("templates/a.yaml", "{{ fail \"no\" }}"), ("templates/b.yaml", "{{ .Chart.Version }}")]);
    let mut values = renderer.values(&Map::new(), setting()).expect("values");
    values.chart.templates.retain(|template| template.name == "templates/b.yaml");
    values.chart.metadata.version = "9.9.9".to_owned();
    let files = renderer.render(&values, None).expect("files");
    assert_eq!((files.len(), files[0].text.as_str()), (1, "9.9.9"));
}

#[test]
fn a_schema_refuses_values() {
    let schema = r#"{"properties": {"a": {"type": "integer"}}}"#;
    let renderer = renderer(&[("values.schema.json", schema), ("templates/a.yaml", "a")]);
    let error = render(&renderer, &[("a", "x")], None).expect_err("a string");
    assert_eq!(
        error,
        "values don't meet the specifications of the schema(s) in the following chart(s):\nweb:\n- at '/a': got string, \
         want integer\n"
    );
}

#[test]
fn lookup_finds_what_it_is_given() {
    let found = "{{ (lookup \"v1\" \"Pod\" \"shop\" \"a\").name }}";
    // A text that `tpl` renders finds the same.
    let template = format!("{found}{{{{ tpl `{found}` . }}}}");
    let renderer = renderer(&[("templates/a.yaml", &template)]);
    let lookup: Lookup = Arc::new(|version, kind, namespace, name| match name {
        "a" => Ok(Value::map([("name", Value::from(format!("{version}/{kind}/{namespace}/{name}")))])),
        _ => Err("no".to_owned()),
    });
    let expected = |text: &str| Ok(format!("web/templates/a.yaml: {text}\n"));
    assert_eq!(render(&renderer, &[], Some(&lookup)), expected("v1/Pod/shop/av1/Pod/shop/a"));
    assert_eq!(render(&renderer, &[], None), expected(""));
    let failing: Lookup = Arc::new(|_, _, _, _| Err("no cluster".to_owned()));
    let error = render(&renderer, &[], Some(&failing)).expect_err("an error");
    assert!(error.ends_with("at <lookup \"v1\" \"Pod\" \"shop\" \"a\">: error calling lookup: no cluster"), "{error}");
}
