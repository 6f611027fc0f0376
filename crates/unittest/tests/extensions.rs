//! Runs suites with the parts of the format that helm-unittest does not have.

use mkmanifests_unittest::suite::{Options, Unknown, read};
use mkmanifests_yaml::diagnostic::Sources;

use crate::run::{Bench, CHART};

/// Returns the failures that are printed for the tests of a suite, without the summary.
fn failures(files: &[(&str, &str)], suite: &str) -> String {
    let mut all = vec![CHART, ("tests/a_test.yaml", suite)];
    all.extend_from_slice(files);
    let (printed, _) = Bench::new(&all).run();
    let (_, printed) = printed.split_once("tests/a_test.yaml\n").unwrap_or(("", &printed));
    printed.split("\nCharts:").next().unwrap_or_default().replace("\n\t\t\t", "\n  ").replace('\t', " ")
}

/// Returns the messages about a suite.
fn messages(tests: &str, unknown: Unknown) -> Vec<String> {
    let options = Options { unknown, version: "1.1.0", ..Options::default() };
    match read("suite.yaml", tests, &mut Sources::default(), &options) {
        Ok(read) => read.warnings.iter().map(ToString::to_string).collect(),
        Err(error) if unknown == Unknown::Explained => error.diagnostics.iter().map(ToString::to_string).collect(),
        Err(error) => vec![error.message],
    }
}

const SERVICE: (&str, &str) = (
    "templates/a.yaml",
    "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  ports:\n    - port: {{ .Values.port }}\n",
);

#[test]
fn objects_are_validated_as_an_api_server_does() {
    let suite = "tests:\n- it: valid\n  set: {port: 80}\n  asserts:\n  - isValid:\n  - isValid: {}\n    not: true\n\
                 - it: invalid\n  set: {port: 0}\n  asserts:\n  - isValid:\n  - isNotValid:\n";
    assert_eq!(
        failures(&[SERVICE, ("templates/NOTES.txt", "port {{ .Values.port }}")], suite),
        " - valid

  - asserts[1] NOT `isValid` fail
  Template: web/templates/a.yaml
  DocumentIndex: 0
  Expected NOT to be valid, got:
   no errors

 - invalid

  - asserts[0] `isValid` fail
  Template: web/templates/a.yaml
  DocumentIndex: 0
  Expected to be valid, got:
   Service `web`: `spec.ports[0].port`: must be a port between 1 and 65535, found 0 (service/valid-port), rendered line 7
   Service `web`: `spec.ports[0].targetPort`: must be a port between 1 and 65535, found 0 (service/valid-port), rendered line 7

"
    );
}

/// The default names of helm-unittest are not valid.
#[test]
fn a_release_without_a_name_is_valid() {
    let config = (
        "templates/a.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: '{{ .Release.Name }}', namespace: '{{ .Release.Namespace }}'}\n",
    );
    let suite = "tests:\n- it: a\n  asserts:\n  - isValid:\n  - equal: {path: metadata.name, value: RELEASE-NAME}\n";
    assert_eq!(failures(&[config], suite), "");
}

#[test]
fn objects_are_validated_for_a_version_of_kubernetes() {
    let budget = (
        "templates/a.yaml",
        "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata:\n  name: web\nspec:\n  selector: {}\n",
    );
    let suite = "tests:\n- it: old\n  asserts:\n  - isValid: {kubeVersion: 1.20}\n\
                 - it: new\n  asserts:\n  - isValid: {kubeVersion: 1.21}\n  - isValid:\n\
                 - it: own\n  capabilities: {majorVersion: 1, minorVersion: 20}\n  asserts:\n  - isNotValid:\n";
    let printed = failures(&[budget], suite);
    assert!(printed.contains("Expected to be valid for Kubernetes 1.20, got:"), "{printed}");
    assert!(printed.contains("(object/served-version)"), "{printed}");
    assert!(!printed.contains("- new") && !printed.contains("- own"), "{printed}");
}

#[test]
fn objects_are_read_as_kubectl_reads_them() {
    // helm-unittest takes `yes` for a string, Helm and kubectl for a boolean.
    let config = ("templates/a.yaml", "kind: ConfigMap\napiVersion: v1\nmetadata:\n  name: web\ndata:\n  on: yes\n");
    let suite = "tests:\n- it: a\n  asserts:\n  - isType: {path: data.on, type: string}\n  - isNotValid:\n";
    assert_eq!(failures(&[config], suite), "");
}

#[test]
fn custom_resources_are_validated_with_the_definitions_of_the_chart() {
    let crd = (
        "crds/widget.yaml",
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: widgets.example.com\n\
         spec:\n  group: example.com\n  scope: Namespaced\n  names: {kind: Widget, plural: widgets, singular: widget, listKind: WidgetList}\n  \
         versions:\n  - name: v1\n    served: true\n    storage: true\n    schema:\n      openAPIV3Schema:\n        type: \
         object\n        properties:\n          size: {type: integer, maximum: 3}\n",
    );
    let widget = ("templates/a.yaml", "apiVersion: example.com/v1\nkind: Widget\nmetadata:\n  name: web\nsize: 4\n");
    let printed = failures(&[crd, widget], "tests:\n- it: a\n  asserts:\n  - isValid:\n");
    assert!(
        printed.contains(
            "Widget `web`: `size`: must be at most 3, found 4 (customresource/number-range), rendered line 5"
        ),
        "{printed}"
    );
}

#[test]
fn lint_warnings_count_if_asked_for() {
    let service = (
        "templates/a.yaml",
        "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  selector: {app: web}\n  ports:\n    - port: 80\n",
    );
    let suite = "tests:\n- it: rules\n  asserts:\n  - isValid:\n- it: lint\n  asserts:\n  - isValid: {lint: true}\n\
                 - it: skipped\n  asserts:\n  - isValid: {lint: true, skip: {service/selects-pods: the pods are in another chart}}\n";
    let printed = failures(&[service], suite);
    assert!(printed.contains("- lint") && printed.contains("(service/selects-pods)"), "{printed}");
    assert!(!printed.contains("- rules") && !printed.contains("- skipped"), "{printed}");
}

#[test]
fn options_of_a_validation_are_checked() {
    let tests = |params: &str| format!("tests: [{{asserts: [{{isValid: {params}}}]}}]\n");
    let explained = |params: &str| messages(&tests(params), Unknown::Explained);
    assert!(explained("{kubeVersion: 1.30}").is_empty());
    let found = explained("{kubeVersion: 1.99, lnt: true, skip: {service/selects-pods: '', nope: x}}");
    assert_eq!(found.len(), 4, "{found:#?}");
    assert!(
        found[0].contains("`tests[0].asserts[0].isValid.kubeVersion`: unknown Kubernetes version 1.99"),
        "{found:#?}"
    );
    assert!(found.iter().any(|message| message.contains("lnt")), "{found:#?}");
    assert_eq!(messages(&tests("{}"), Unknown::Ignored), ["Assertion type `isValid` is invalid"]);
}

const CONFIG: (&str, &str) = (
    "templates/a.yaml",
    r#"kind: ConfigMap
data:
  config.yaml: |
    server:
      port: 8080
      hosts: [a, b]
    ---
    server: {port: 8081, hosts: [c]}
  app.json: '{"debug": false, "level": 3}'
  broken.yaml: |
    a: 1
    b: c: d
  secret: c2VydmVyOgogIHBvcnQ6IDgwODAK
"#,
);

#[test]
fn strings_are_parsed() {
    let suite = r#"tests:
- it: holds
  asserts:
  - equal: {path: 'data["app.json"]', parse: json, value: {debug: false, level: 3}}
  - equal: {path: 'data["app.json"]', parse: json, innerPath: level, value: 3}
  - isType: {path: 'data["app.json"]', parse: yaml, innerPath: debug, type: bool}
  - exists: {path: 'data["config.yaml"]', parse: yaml, innerPath: server.port}
  - notExists: {path: 'data["config.yaml"]', parse: yaml, innerPath: server.name}
  - matchRegex: {path: 'data["config.yaml"]', parse: yaml, innerPath: 'server.hosts[0]', pattern: '^[ac]$'}
  - greaterOrEqual: {path: 'data["config.yaml"]', parse: yaml, innerPath: server.port, value: 8080}
  - equal: {path: data.secret, decodeBase64: true, parse: yaml, innerPath: server.port, value: 8080}
  - matchSnapshot: {path: 'data["app.json"]', parse: json}
- it: fails
  asserts:
  - equal: {path: 'data["config.yaml"]', parse: yaml, innerPath: server.port, value: 8080}
  - lengthEqual: {path: 'data["config.yaml"]', parse: yaml, innerPath: server.hosts, count: 2}
  - equal: {path: 'data["broken.yaml"]', parse: yaml, innerPath: a, value: 1}
  - equal: {path: 'data["config.yaml"]', parse: json, innerPath: a, value: 1}
  - notExists: {path: data.nothing, parse: yaml, innerPath: a}
  - exists: {path: data, parse: yaml, innerPath: a}
"#;
    let printed = failures(&[CONFIG], suite);
    assert_eq!(
        printed,
        r#" - fails

  - asserts[0] `equal` fail
  Template: web/templates/a.yaml
  DocumentIndex: 1
  ValuesIndex: 0
  Path: data["config.yaml"] -> server.port
  Expected to equal:
   8080
  Actual:
   8081
  Diff:
   --- Expected
   +++ Actual
   @@ -1,2 +1,2 @@
   -8080
   +8081

  - asserts[1] `lengthEqual` fail
  Template: web/templates/a.yaml
  DocumentIndex: 1
  Path: data["config.yaml"] -> server.hosts
  Expected to match count:
   2
  Actual:
   1

  - asserts[2] `equal` fail
  Template: web/templates/a.yaml
  Error:
   expect 'data["broken.yaml"]' to be YAML: yaml: line 2: mapping values are not allowed in this context:
   b: c: d

  - asserts[3] `equal` fail
  Template: web/templates/a.yaml
  Error:
   expect 'data["config.yaml"]' to be JSON: expected value at line 1 column 1:
   server:

  - asserts[4] `notExists` fail
  Template: web/templates/a.yaml
  Error:
   unknown path data.nothing

  - asserts[5] `exists` fail
  Template: web/templates/a.yaml
  Error:
   expect 'data' to be a string, got:
   app.json: '{"debug": false, "level": 3}'
   broken.yaml: |
     a: 1
     b: c: d
   config.yaml: |
     server:
       port: 8080
       hosts: [a, b]
     ---
     server: {port: 8081, hosts: [c]}
   secret: c2VydmVyOgogIHBvcnQ6IDgwODAK

"#
    );
}

#[test]
fn parsing_is_an_extension() {
    let tests = "tests: [{asserts: [{equal: {path: a, parse: toml, innerPath: b, value: 1}}]}]\n";
    assert!(messages(tests, Unknown::Ignored).is_empty());
    let found = messages(tests, Unknown::Explained);
    assert_eq!(found, ["`tests[0].asserts[0].equal.parse`: must be `yaml` or `json`, found `toml`"]);
}

const LIBRARY: (&str, &str) = ("Chart.yaml", "{apiVersion: v2, name: lib, version: 0.1.0, type: library}");
const PARTIAL: (&str, &str) = (
    "templates/_helpers.tpl",
    r#"{{- define "lib.name" }}{{ .Values.name | default .Chart.Name }}{{ end }}
{{- define "lib.labels" -}}
app: {{ include "lib.name" .context }}
tier: {{ .tier }}
{{- end }}
{{- define "lib.service" -}}
apiVersion: v1
kind: Service
metadata:
  name: {{ include "lib.name" . }}
spec:
  ports:
  {{- range .Values.ports }}
  - port: {{ . }}
  {{- end }}
{{- end }}
{{- define "lib.image" }}{{ required "an image needs a name" .name }}:{{ .tag }}{{ end }}
{{- define "lib.broken" }}a: b: c{{ end }}
"#,
);

#[test]
fn named_templates_of_a_library_chart_are_tested_alone() {
    let suite = r#"include: lib.service
tests:
- it: is an object
  set: {ports: [80]}
  asserts:
  - equal: {path: 'spec.ports[0].port', value: 80}
  - isKind: {of: Service}
  - isValid:
  - hasDocuments: {count: 1}
  - matchSnapshot:
- it: is a text
  include: lib.name
  set: {name: shop}
  asserts:
  - equalRaw: {value: shop}
  - equal: {path: '', value: shop}
  - matchRegexRaw: {pattern: ^sh}
- it: gets an expression
  include: {name: lib.labels, with: 'dict "context" $ "tier" .Values.tier'}
  set: {tier: front}
  asserts:
  - equal: {path: '', value: {app: lib, tier: front}}
- it: gets data
  include: {name: lib.image, with: {name: web, tag: 1.4}}
  asserts:
  - equalRaw: {value: 'web:1.4'}
- it: fails as expected
  include: {name: lib.image, with: {tag: 1}}
  asserts:
  - failedTemplate: {errorMessage: an image needs a name}
- it: fails
  include: {name: lib.image, with: {}}
  asserts:
  - equalRaw: {value: x}
- it: is invalid
  set: {ports: [0]}
  asserts:
  - isValid:
- it: is no YAML
  include: lib.broken
  asserts:
  - equalRaw: {value: 'a: b: c'}
  - notExists: {path: a}
- it: does not exist
  include: lib.nothing
  asserts:
  - equalRaw: {value: x}
"#;
    let (printed, summary) = Bench::new(&[LIBRARY, PARTIAL, ("tests/a_test.yaml", suite)]).run();
    assert_eq!(summary.totals.tests.passed, 5, "{printed}");
    let printed = printed.replace('\t', " ");
    assert_eq!(
        printed.split_once("_test.yaml\n").unwrap_or_default().1.split("\nCharts:").next().unwrap_or_default(),
        r#" - fails
  Error: execution error at (lib/templates/_include.yaml:1:3): an image needs a name

 - is invalid

  - asserts[0] `isValid` fail
   Template: lib/include/lib.service
   DocumentIndex: 0
   Expected to be valid, got:
    Service `lib`: `spec.ports[0].port`: must be a port between 1 and 65535, found 0 (service/valid-port), rendered line 7
    Service `lib`: `spec.ports[0].targetPort`: must be a port between 1 and 65535, found 0 (service/valid-port), rendered line 7

 - is no YAML

  - asserts[1] `notExists` fail
   Template: lib/include/lib.broken
   Error:
    expect 'lib/include/lib.broken' to be YAML: yaml: mapping values are not allowed in this context

 - does not exist
  Error: template: lib/templates/_include.yaml:1:3: executing "lib/templates/_include.yaml" at <include "lib.nothing" (.)>: error calling include: template: no template "lib.nothing" associated with template "gotpl"

"#
    );
}

#[test]
fn named_templates_are_tested_beside_files() {
    let library = ("templates/_helpers.tpl", "{{ define \"web.name\" }}{{ .Release.Name }}-web{{ end }}");
    let file = (
        "templates/a.yaml",
        "kind: A\nname: {{ include \"web.name\" . }}\nport: {{ required \"port\" .Values.port }}\n",
    );
    let suite = "templates: [a.yaml]\ntests:\n- it: a\n  set: {port: 1}\n  asserts:\n  - equal: {path: name, value: RELEASE-NAME-web}\n\
                 - it: b\n  include: web.name\n  release: {name: x}\n  asserts:\n  - equalRaw: {value: x-web}\n  - isKind: {of: A}\n    not: true\n";
    assert_eq!(failures(&[library, file], suite), "");
}

#[test]
fn a_named_template_of_a_subchart_gets_its_values() {
    let child = ("charts/db/Chart.yaml", "{apiVersion: v2, name: db, version: 0.1.0}");
    let partial =
        ("charts/db/templates/_helpers.tpl", "{{ define \"db.name\" }}{{ .Chart.Name }}-{{ .Values.name }}{{ end }}");
    let suite = "tests:\n- it: a\n  include: db.name\n  set: {name: x}\n  asserts:\n  - equalRaw: {value: db-x}\n";
    let (printed, summary) = Bench::new(&[CHART, child, partial, ("charts/db/tests/a_test.yaml", suite)]).run();
    assert_eq!((summary.passed, summary.totals.tests.passed), (true, 1), "{printed}");
}

#[test]
fn named_templates_are_an_extension() {
    let tests = "include: {name: a, wth: b}\ntests: [{include: {with: {}}, asserts: [{equalRaw: {value: a}}]}]\n";
    assert!(messages(tests, Unknown::Ignored).is_empty());
    let found = messages(tests, Unknown::Explained);
    assert_eq!(found, ["unknown key `include.wth`", "`tests[0].include`: the name of a template is missing"]);
}

const WORKLOADS: [(&str, &str); 2] = [
    ("templates/a.yaml", "kind: Deployment\nmetadata: {name: web}\n---\nkind: Service\nmetadata: {name: web}\n"),
    ("templates/b.yaml", "kind: Deployment\nmetadata: {name: web-db, labels: {tier: back}}\n"),
];

#[test]
fn a_selector_has_several_conditions_over_all_templates() {
    let suite = r#"tests:
- it: holds
  asserts:
  - equal: {path: metadata.labels.tier, value: back}
    documentSelector: {kind: Deployment, name: web-db}
  - matchRegex: {path: metadata.name, pattern: ^web}
    documentSelector: {path: kind, value: Deployment, matchRegex: '^Dep', matchMany: true}
  - isKind: {of: Service}
    documentSelector: {all: [{path: metadata.name, matchRegex: ^web$}, {path: kind, value: Service}]}
  - isKind: {of: Deployment}
    documentSelector: {kind: Deployment, matchMany: true}
  - isKind: {of: Deployment}
    templates: [b.yaml]
  - matchRegex: {path: metadata.name, pattern: ^web}
    templates: [a.yaml, 'b*']
- it: selects for all assertions
  documentSelector: {kind: Service}
  asserts:
  - equal: {path: metadata.name, value: web}
- it: fails
  asserts:
  - isKind: {of: Deployment}
    documentSelector: {kind: Deployment}
  - isKind: {of: Deployment}
    documentSelector: {kind: Job}
    not: true
  - isKind: {of: Deployment}
    templates: ['c*']
  - exists: {path: metadata.labels}
    documentSelector: {kind: Deployment, matchMany: true}
"#;
    assert_eq!(
        failures(&WORKLOADS, suite),
        " - fails

  - asserts[0] `isKind` fail
  Error:
  multiple indexes found

  - asserts[1] NOT `isKind` fail
  Error:
   no document matches `documentSelector`

  - asserts[2] `isKind` fail
  Error:
   no rendered template matches `web/templates/c*`

  - asserts[3] `exists` fail
  Template: web/templates/a.yaml
  DocumentIndex: 0
  Path: metadata.labels expected to exists

"
    );
}

#[test]
fn conditions_of_selectors_are_an_extension() {
    let tests = "tests: [{documentSelector: {kind: A, all: [{value: x}], matchRegex: '('}, asserts: [{equal: {path: a, value: 1}, \
                 templates: [b]}]}]\n";
    assert!(messages(tests, Unknown::Ignored).is_empty());
    let found = messages(tests, Unknown::Explained);
    assert_eq!(found.len(), 3, "{found:#?}");
    assert!(found[0].contains("a condition needs `path`"), "{found:#?}");
    assert!(found[2].contains("`matchRegex` needs `path`"), "{found:#?}");
}
