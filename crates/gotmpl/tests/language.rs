//! Compares output and errors of templates with the real Helm: the cases in `tests/data/language/*.json`.
//!
//! `tests/renew gotmpl::language` records the expectations, with one run of Helm per case.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mkmanifests_gotmpl::{Function, Functions, MissingKey, Templates, Type, Value, fmt};
use serde::{Deserialize, Serialize};

use mkmanifests_testing as common;

#[derive(Debug, Deserialize, Serialize)]
struct Case {
    template: String,
    #[serde(default, skip_serializing_if = "serde_json::Map::is_empty")]
    data: serde_json::Map<String, serde_json::Value>,
    /// The text, or its base64 form where it is not UTF-8.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    output: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    output_base64: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

fn files() -> Vec<PathBuf> {
    let entries = fs::read_dir(common::data("language")).expect("the folder of the cases");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    files
}

fn value(json: &serde_json::Value) -> Value {
    match json {
        serde_json::Value::Null => Value::Nil,
        serde_json::Value::Bool(value) => Value::Bool(*value),
        serde_json::Value::Number(number) => Value::Float(number.as_f64().unwrap_or_default()),
        serde_json::Value::String(text) => Value::from(text.as_str()),
        serde_json::Value::Array(items) => Value::list(items.iter().map(value)),
        serde_json::Value::Object(entries) => map(entries),
    }
}

fn map(entries: &serde_json::Map<String, serde_json::Value>) -> Value {
    Value::map(entries.iter().map(|(key, entry)| (key.as_str(), value(entry))))
}

/// The few functions of Helm that cases use to make values of other types.
fn functions() -> Functions {
    let mut functions = Functions::new();
    functions.extend([
        Function::variadic("list", &[Type::Any], |_, args| Ok(Value::list(args.rest(0).iter().cloned()))),
        Function::variadic("dict", &[Type::Any], |_, args| {
            // As in sprig: any key, as text, and no value for a last key alone.
            let key = |key: &Value| Value::raw(fmt::sprint(std::slice::from_ref(key)).expect("a key"));
            Ok(Value::map(args.0.chunks(2).map(|pair| {
                let value = pair.get(1).cloned().unwrap_or_else(|| Value::from(""));
                (key(&pair[0]).as_str().cloned().unwrap_or_default(), value)
            })))
        }),
        Function::new("set", &[Type::Map, Type::Str, Type::Any], |_, args| {
            args.map(0).insert(args.text(1), args.get(2).clone())?;
            Ok(args.get(0).clone())
        }),
        Function::new("upper", &[Type::Str], |_, args| Ok(args.text(0).to_uppercase().into())),
        Function::new("int64", &[Type::Any], |_, args| Ok(Value::int64(integer(args.get(0))))),
        Function::new("int", &[Type::Any], |_, args| Ok(Value::int(integer(args.get(0))))),
        Function::new("ternary", &[Type::Any, Type::Any, Type::Bool], |_, args| {
            Ok(args.get(usize::from(!args.bool(2))).clone())
        }),
        Function::new("repeat", &[Type::Int, Type::Str], |_, args| {
            Ok(args.text(1).repeat(usize::try_from(args.int(0)).unwrap_or_default()).into())
        }),
        Function::new("b64dec", &[Type::Str], |_, args| {
            Ok(Value::raw(STANDARD.decode(args.bytes(0)).unwrap_or_default()))
        }),
        Function::new("splitList", &[Type::Str, Type::Str], |_, args| {
            Ok(Value::strings(args.text(1).split(&*args.text(0)).map(str::to_owned)))
        }),
        Function::new("fail", &[Type::Str], |_, args| Err(args.text(0).into_owned().into())),
        Function::new("fromJson", &[Type::Str], |_, args| {
            Ok(map(&serde_json::from_str(&args.text(0)).expect("a JSON object")))
        }),
        Function::new("include", &[Type::Str, Type::Any], |caller, args| {
            Ok(caller.render(args.get(0).as_str().cloned().unwrap_or_default(), args.get(1).clone())?.into())
        }),
    ]);
    functions
}

fn integer(value: &Value) -> i64 {
    match value {
        Value::Int(number, _) => *number,
        Value::Float(number) => *number as i64,
        Value::Str(text) => text.text().parse().unwrap_or_default(),
        _ => 0,
    }
}

/// What we make of a case, as Helm's `tpl` gives it on.
fn render(functions: &Arc<Functions>, case: &Case) -> Result<Vec<u8>, String> {
    let mut templates = Templates::new(Arc::clone(functions));
    templates.missing_key = MissingKey::Zero;
    templates.parse("gotpl", &case.template).map_err(|error| error.to_string())?;
    let out = Arc::new(templates).render("gotpl", map(&case.data)).map_err(|error| error.to_string())?;
    match String::from_utf8(out) {
        Ok(text) => Ok(text.replace("<no value>", "").into_bytes()),
        Err(error) => Ok(error.into_bytes()),
    }
}

#[test]
fn renders_as_helm_does() {
    if common::is_renewing()
        && let Some(helm) = common::program("helm")
    {
        renew(&helm);
    }
    let functions = Arc::new(functions());
    let (mut wrong, mut count) = (Vec::new(), 0);
    for file in files() {
        let cases: Vec<Case> = serde_json::from_slice(&fs::read(&file).expect("the file")).expect("cases");
        for case in &cases {
            count += 1;
            let expected = match (&case.output, &case.output_base64, &case.error) {
                (Some(text), _, _) => Ok(text.clone().into_bytes()),
                (_, Some(text), _) => Ok(STANDARD.decode(text).expect("base64")),
                (_, _, Some(text)) => Err(text.clone()),
                _ => panic!("nothing expected of {}", case.template),
            };
            let got = render(&functions, case);
            if got != expected {
                let show =
                    |result: Result<Vec<u8>, String>| result.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
                let name = file.file_name().unwrap_or_default().to_string_lossy();
                wrong.push(format!("{name}: {}\n  want {:?}\n  got  {:?}", case.template, show(expected), show(got)));
            }
        }
    }
    assert!(count > 600, "only {count} cases");
    assert!(wrong.is_empty(), "{} of {count} cases:\n{}", wrong.len(), wrong.join("\n"));
}

/// Asks helm for the output or error of every case.
fn renew(helm: &Path) {
    let folder = tempfile::tempdir().expect("a folder");
    let chart = folder.path().join("c");
    fs::create_dir_all(chart.join("templates")).expect("the chart");
    fs::write(chart.join("Chart.yaml"), "apiVersion: v2\nname: c\nversion: 0.1.0\n").expect("the chart");
    fs::write(chart.join("templates/t.yaml"), "out: {{ tpl .Values.t (fromJson .Values.d) | b64enc | quote }}\n")
        .expect("the template");
    for file in files() {
        let mut cases: Vec<Case> = serde_json::from_slice(&fs::read(&file).expect("the file")).expect("cases");
        std::thread::scope(|scope| {
            let share = cases.len().div_ceil(3).max(1);
            for (index, cases) in cases.chunks_mut(share).enumerate() {
                let chart = &chart;
                scope.spawn(move || {
                    let values = chart.with_file_name(format!("values-{index}.json"));
                    cases.iter_mut().for_each(|case| ask(helm, chart, &values, case));
                });
            }
        });
        // A case a line, so that a change shows only what changed.
        let lines: Vec<String> = cases.iter().map(|case| serde_json::to_string(case).expect("JSON")).collect();
        common::renew(&file, format!("[\n{}\n]\n", lines.join(",\n")).as_bytes());
    }
}

fn ask(helm: &Path, chart: &Path, values: &Path, case: &mut Case) {
    let data = serde_json::to_string(&case.data).expect("JSON");
    let given = BTreeMap::from([("t", &case.template), ("d", &data)]);
    fs::write(values, serde_json::to_string(&given).expect("JSON")).expect("the values");
    let run = Command::new(helm).arg("template").arg("x").arg(chart).arg("-f").arg(values).output().expect("helm");
    (case.output, case.output_base64, case.error) = (None, None, None);
    let (out, err) = (String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
    if let Some(line) = out.lines().find_map(|line| line.strip_prefix("out: ")) {
        let bytes = STANDARD.decode(line.trim().trim_matches('"')).expect("base64");
        match String::from_utf8(bytes) {
            Ok(text) => case.output = Some(text),
            Err(error) => case.output_base64 = Some(STANDARD.encode(error.as_bytes())),
        }
        return;
    }
    // The text of the template is in the message; what comes after it is the error of that text.
    let at = err.rfind("template: gotpl:").filter(|_| !err.contains("error calling include"));
    let at = at.or_else(|| err.find(": template: gotpl:").map(|at| at + 2));
    let text = at.and_then(|at| err.get(at..)).unwrap_or(&err);
    let text = text.split("\n\nUse --debug").next().unwrap_or(text);
    case.error = Some(text.trim_end_matches('\n').to_owned());
}
