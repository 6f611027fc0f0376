//! Compares results and errors of functions with the real Helm: the cases in `tests/data/functions/*.txt`.
//!
//! A case is an expression and a line with the result of Helm: `= ` and the type and text of the value, or `! ` and the
//! error. To add a case, add a line with an expression; `tests/renew gotmpl::functions` records the results of all
//! cases. If Helm is on `PATH`, every fiftieth case is compared with it in each run.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Once};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mkmanifests_gotmpl::environment::{Clock, Environment};
use mkmanifests_gotmpl::{ErrorKind, Functions, MissingKey, Templates, Value};

use mkmanifests_testing as common;

#[derive(Debug, Clone, PartialEq)]
struct Case {
    expression: String,
    expected: String,
}

/// The files of cases; where they are renewed, that is done before the first test looks at them.
fn files() -> Vec<PathBuf> {
    static RENEWED: Once = Once::new();
    let entries = fs::read_dir(common::data("functions")).expect("the folder of the cases");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    RENEWED.call_once(|| {
        if common::is_renewing()
            && let Some(helm) = common::program("helm")
        {
            files.iter().for_each(|file| renew(&helm, file));
        }
    });
    files
}

fn cases(file: &Path) -> Vec<Case> {
    let text = fs::read_to_string(file).expect("cases");
    let mut cases: Vec<Case> = Vec::new();
    for line in text.lines().filter(|line| !line.is_empty()) {
        match (line.get(..2), cases.last_mut()) {
            (Some("= " | "! "), Some(case)) => line.clone_into(&mut case.expected),
            _ => cases.push(Case { expression: line.to_owned(), expected: String::new() }),
        }
    }
    cases
}

/// What a value is, as both sides print it.
fn template(expression: &str) -> String {
    format!("{{{{ $v := ({expression}) }}}}r: {{{{ printf \"%T\\n%v\" $v $v | b64enc }}}}\n")
}

fn answer(printed: &str) -> String {
    let encoded = printed.lines().find_map(|line| line.strip_prefix("r: ")).expect("a result");
    let bytes = STANDARD.decode(encoded).expect("base64");
    let newline = bytes.iter().position(|byte| *byte == b'\n').expect("a type and a text");
    let kind = String::from_utf8_lossy(&bytes[..newline]).into_owned();
    let text = String::from_utf8(bytes[newline + 1..].to_vec());
    let text = text.map_or_else(|error| format!("bytes {:?}", error.as_bytes()), |text| format!("{text:?}"));
    format!("= {kind} {text}")
}

/// The error without the places in the templates around it.
fn reason(message: &str) -> String {
    let message = message.trim().trim_end_matches("Use --debug flag to render out invalid YAML").trim();
    let words = message.split_whitespace().collect::<Vec<_>>().join(" ");
    let after = |mark: &str| words.split_once(mark).map(|(_, after)| after.to_owned());
    // What `required` and `fail` say: Helm shows it alone.
    if let Some(message) = after("HELM_ERR_START") {
        return format!("! {}", message.split("HELM_ERR_END").next().unwrap_or_default());
    }
    if let Some(message) = after("execution error at (c/templates/t.yaml:1:10):") {
        return format!("! {}", message.trim_start());
    }
    let called = after("error calling ").and_then(|text| text.split_once(": ").map(|(_, after)| after.to_owned()));
    format!("! {}", called.or_else(|| after(">: ")).unwrap_or(words))
}

fn ours(functions: &Arc<Functions>, case: &Case) -> String {
    let mut templates = Templates::new(Arc::clone(functions));
    templates.missing_key = MissingKey::Zero;
    let clock = Clock::fixed(1_700_000_000, 123_456_789);
    templates.environment = Environment { clock, ..Environment::reproducible("test") };
    if let Err(error) = templates.parse("t", &template(&case.expression)) {
        return reason(&error.to_string());
    }
    match Arc::new(templates).render("t", Value::map::<&str>([])) {
        Ok(out) => answer(&String::from_utf8_lossy(&out)),
        Err(error) => match &error.root().kind {
            ErrorKind::Message(message) => reason(&format!("HELM_ERR_START{message}HELM_ERR_END")),
            _ => reason(&error.to_string()),
        },
    }
}

fn helms(helm: &Path, case: &Case) -> String {
    let chart = tempfile::tempdir().expect("a folder");
    fs::create_dir(chart.path().join("templates")).expect("a folder");
    fs::write(chart.path().join("Chart.yaml"), "apiVersion: v2\nname: c\nversion: 1.0.0\n").expect("a file");
    fs::write(chart.path().join("templates/t.yaml"), template(&case.expression)).expect("a file");
    let out = Command::new(helm).arg("template").arg("release").arg(chart.path()).env("TZ", "UTC").output();
    let out = out.expect("helm runs");
    if out.status.success() {
        return answer(&String::from_utf8_lossy(&out.stdout));
    }
    reason(String::from_utf8_lossy(&out.stderr).trim_start_matches("Error: "))
}

fn functions() -> Arc<Functions> {
    let mut functions = Functions::new();
    functions.extend(mkmanifests_gotmpl::sprig::functions());
    functions.extend(mkmanifests_gotmpl::helm::functions(&Arc::new(mkmanifests_chart::yaml_bridge::GoYaml)));
    Arc::new(functions)
}

/// Messages about a key that is a mapping: Go's text shows the types of the keys inside it, which we no longer know.
const KEYS_IN_KEYS: [&str; 3] = ["fromYaml \"? ?\"", "fromYaml \"a: {{ 1 }}\"", "fromYaml \"{{ true }}: {{ 1.5 }}\""];

/// The words about bad TOML are our own.
fn agrees(got: &str, case: &Case) -> bool {
    let own = |text: &str| text.contains("map[Error:toml: line ") && case.expression.starts_with("fromToml");
    let of_key = |text: &str| text.contains("yaml: invalid map key: map[interface {}]interface {}{");
    let inexact = KEYS_IN_KEYS.contains(&&*case.expression) && of_key(got) && of_key(&case.expected);
    got == case.expected || (own(got) && own(&case.expected)) || inexact
}

fn renew(helm: &Path, file: &Path) {
    let cases = cases(file);
    let (first, second) = cases.split_at(cases.len() / 2);
    let ask = |cases: &[Case]| -> Vec<String> {
        cases.iter().map(|case| format!("{}\n{}\n", case.expression, helms(helm, case))).collect()
    };
    let answers = std::thread::scope(|scope| {
        let other = scope.spawn(|| ask(second));
        let mut answers = ask(first);
        answers.extend(other.join().expect("answers"));
        answers
    });
    common::renew(file, answers.concat().as_bytes());
}

#[test]
fn functions_do_as_helms_do() {
    let functions = functions();
    let mut wrong = Vec::new();
    let mut count = 0;
    for case in files().iter().flat_map(|file| cases(file)) {
        count += 1;
        let got = ours(&functions, &case);
        if !agrees(&got, &case) {
            wrong.push(format!("{}\n  expected {}\n  got      {got}", case.expression, case.expected));
        }
    }
    assert!(wrong.is_empty(), "{} of {count} are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn an_include_may_be_inside_itself_a_thousand_times() {
    let render = |text: &str| {
        let mut templates = Templates::new(functions());
        templates.parse("t", text).expect("a template");
        Arc::new(templates).render("t", Value::int(0)).map_err(|error| error.root().to_string())
    };
    let error = render(r#"{{ define "r" }}{{ include "r" . }}{{ end }}{{ include "r" . }}"#).expect_err("an error");
    let reason = "rendering template has a nested reference name: r: unable to execute template";
    assert!(error.ends_with(reason), "{error}");
    // The count goes back, and a text of blanks is not the `tpl` around it.
    let inner = r#"{{ tpl "{{ tpl \" \" . }}|" . }}"#;
    let text =
        format!(r#"{{{{ define "r" }}}}x{{{{ end }}}}{{{{ range 2000 }}}}{{{{ include "r" . }}}}{{{{ end }}}}{inner}"#);
    assert_eq!(render(&text).expect("a text"), format!("{} |", "x".repeat(2000)).into_bytes());
}

#[test]
fn helm_still_gives_what_is_expected() {
    let Some(helm) = common::program("helm") else { return };
    for case in files().iter().flat_map(|file| cases(file)).step_by(50) {
        assert_eq!(helms(&helm, &case), case.expected, "{}", case.expression);
    }
}
