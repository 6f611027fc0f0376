//! The text of a suite: the YAML is made by hand, since authors go on with it, and want comments and the usual order.

use std::fmt::Write as _;

use mkmanifests_gotmpl::Value;

use super::observed::{CHART_VERSION, Observed, RELEASE, Test};
use crate::go_yaml;

/// How many documents of different kinds are named.
const MAX_KINDS: usize = 10;

pub(super) fn suite(observed: &Observed) -> String {
    let name = observed.template.strip_prefix("templates/").unwrap_or(&observed.template);
    let mut out = format!("suite: {}\n", scalar(name));
    if !observed.selected.is_empty() {
        out.push_str("templates:\n");
        observed.selected.iter().for_each(|template| {
            let _ = writeln!(out, "  - {}", scalar(template));
        });
    }
    let _ = writeln!(out, "release:\n  name: {}\n  namespace: {}", RELEASE.0, RELEASE.1);
    if observed.prints_version {
        out.push_str("# So that the next version of the chart has the same snapshots.\n");
        let _ = writeln!(out, "chart:\n  version: {CHART_VERSION}");
    }
    let (major, minor) = observed.kube;
    let _ = writeln!(out, "capabilities:\n  majorVersion: {major}\n  minorVersion: {minor}\ntests:");
    for test in &observed.tests {
        write_test(&mut out, observed, test);
    }
    out
}

fn write_test(out: &mut String, observed: &Observed, test: &Test) {
    let values = test.values.as_deref();
    let verb = if test.documents.is_empty() { "renders nothing" } else { "renders" };
    let name = match values {
        None => format!("{verb} with the default values"),
        Some(file) => format!("{verb} with {}", file.trim_start_matches("../")),
    };
    let _ = writeln!(out, "  - it: {}", scalar(&name));
    if observed.selected.len() != 1 {
        let _ = writeln!(out, "    template: {}", scalar(&observed.template));
    }
    if let Some(file) = values {
        let _ = writeln!(out, "    values:\n      - {}", scalar(file));
    }
    let _ = writeln!(out, "    asserts:\n      - hasDocuments:\n          count: {}", test.documents.len());
    if test.documents.is_empty() {
        return;
    }
    write_kinds(out, &test.documents);
    out.push_str(match observed.is_stable {
        true => "      - matchSnapshot: {}\n",
        false => "      # No matchSnapshot: the template renders something else in each run.\n",
    });
}

/// Writes what kind the documents have: all of them, or each.
fn write_kinds(out: &mut String, documents: &[Value]) {
    let kind = |document: &Value| {
        let kind = document.as_map().and_then(|map| map.get("kind"));
        kind.and_then(|kind| kind.as_str().map(|kind| kind.text().into_owned())).filter(|kind| !kind.is_empty())
    };
    let Some(kinds) = documents.iter().map(kind).collect::<Option<Vec<String>>>() else { return };
    let Some(first) = kinds.first() else { return };
    if kinds.iter().all(|kind| kind == first) {
        let _ = writeln!(out, "      - isKind:\n          of: {}", scalar(first));
    } else if kinds.len() <= MAX_KINDS {
        for (index, kind) in kinds.iter().enumerate() {
            let _ = writeln!(out, "      - isKind:\n          of: {}\n        documentIndex: {index}", scalar(kind));
        }
    }
}

/// Returns a text as a scalar of YAML, in quotes only where it needs them.
fn scalar(text: &str) -> String {
    go_yaml::write(&Value::from(text)).trim_end().to_owned()
}
