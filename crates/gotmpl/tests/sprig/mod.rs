//! Compares values, types and errors of the Sprig functions with the real Helm.
//!
//! `tests/renew sprig` records the expectations again.

mod cases;
mod helm;
mod robust;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Once};

use cases::Line;
use mkmanifests_go::stack::on_deep_stack;
use mkmanifests_gotmpl::{Elem, Functions, Map, MapType, MissingKey, Templates, Value, sprig};

use mkmanifests_testing as common;

/// The files of cases; where they are renewed, that is done before the first test looks at them.
fn files() -> Vec<PathBuf> {
    static RENEWED: Once = Once::new();
    RENEWED.call_once(|| {
        if common::is_renewing()
            && let Some(helm) = common::program("helm")
        {
            cases::files().iter().for_each(|file| renew(&helm, file));
        }
    });
    cases::files()
}

fn renew(helm: &Path, file: &Path) {
    let mut lines = cases::read(file);
    let expressions: Vec<String> = lines.iter().filter_map(expression).collect();
    let mut answers = helm::answers(helm, &expressions).into_iter();
    for line in &mut lines {
        if let Line::Case(case) = line {
            case.expected = answers.next().unwrap_or_default();
        }
    }
    common::renew(file, cases::text(&lines).as_bytes());
}

fn expression(line: &Line) -> Option<String> {
    if let Line::Case(case) = line { Some(case.expression.clone()) } else { None }
}

/// How many cases each function has; every function of the files' group must have some.
#[test]
fn every_function_has_cases() {
    let mut counts: BTreeMap<&str, usize> = sprig::all().iter().map(|function| (function.name(), 0)).collect();
    for file in files() {
        for expression in cases::read(&file).iter().filter_map(expression) {
            let words: std::collections::HashSet<String> = cases::words(&expression).into_iter().collect();
            for word in words {
                if let Some(count) = counts.get_mut(word.as_str()) {
                    *count += 1;
                }
            }
        }
    }
    let few: Vec<String> =
        counts.iter().filter(|(_, count)| **count < 12).map(|(name, count)| format!("{name}: {count}")).collect();
    eprintln!(
        "{} functions, {} cases; fewer than 12: {}",
        counts.len(),
        counts.values().sum::<usize>(),
        few.join(", ")
    );
    let none: Vec<&str> = counts.iter().filter(|(_, count)| **count == 0).map(|(name, _)| *name).collect();
    assert!(none.is_empty(), "functions without a case: {}", none.join(", "));
}

/// The type of `.Values`, and of the dot.
static VALUES: MapType = MapType { name: Some("common.Values"), elem: Elem::Any, methods: &[] };

#[test]
fn answers_are_those_of_helm() {
    on_deep_stack(compare);
}

fn compare() {
    let mut functions = Functions::new();
    functions.extend(sprig::all());
    let functions = Arc::new(functions);
    let mut wrong = Vec::new();
    let mut count = 0;
    for file in files() {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        for line in cases::read(&file) {
            let Line::Case(case) = line else { continue };
            count += 1;
            let answer = answer(&functions, &case.expression);
            if answer != case.expected {
                wrong.push(format!("{name}: {}\n  helm: {}\n  here: {answer}", case.expression, case.expected));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {count} answers are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

fn answer(functions: &Arc<Functions>, expression: &str) -> String {
    let mut templates = Templates::new(Arc::clone(functions));
    templates.missing_key = MissingKey::Zero;
    let text = cases::template(expression);
    let values = Value::Map(Map::new().with_type(&VALUES));
    let chart = Value::map([("Name", Value::from("s"))]);
    let data = Map::from_iter([("Values", values), ("Chart", chart)]).with_type(&VALUES);
    let printed = match templates.parse("t", &text) {
        Ok(_) => Arc::new(templates).render("t", Value::Map(data)),
        Err(error) => Err(error),
    };
    match printed {
        Ok(printed) => format!("= {}", helm::shown(&printed)),
        Err(error) => format!("! {}", error.reason.replace('\n', "\\n")),
    }
}
