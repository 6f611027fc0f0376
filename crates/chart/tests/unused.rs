//! Compares the warnings of unused values with expectations, for small charts and a user's values.
//!
//! Each folder `tests/data/unused/*` has a chart, the user's values in `user.yaml`, and the expected warnings in
//! `warnings.txt`. `tests/renew tells_what_is_expected` writes these again.

use std::fs;
use std::path::{Path, PathBuf};

use mkmanifests_chart as chart;
use mkmanifests_chart::values::{Flag, Layers, Values};
use mkmanifests_yaml::diagnostic::{Diagnostic, Sources};

use mkmanifests_testing as common;

fn folders() -> Vec<PathBuf> {
    let all = fs::read_dir(common::data("unused"))
        .expect("the folder of the cases")
        .map(|entry| entry.expect("an entry").path());
    let mut folders: Vec<PathBuf> = all.collect();
    folders.sort();
    folders
}

/// The warnings for a text of values and `--set` flags.
fn warnings(chart: &Path, text: &str, flags: &[&str]) -> (Vec<Diagnostic>, String) {
    let mut sources = Sources::default();
    let loaded = chart::load(chart, &mut sources).expect("a chart");
    let base = Values { sources, ..Values::default() };
    let mut layers = Layers::over(&base);
    layers.file("user.yaml", text.as_bytes());
    for flag in flags {
        layers.set(Flag::Set, flag, |_| Err("no files".to_owned()));
    }
    let user = layers.overlaid().expect("values");
    let found: Vec<Diagnostic> = chart::unused(&loaded.chart, &user.root).into_warnings().collect();
    let report = if found.is_empty() {
        String::new()
    } else {
        format!("{}\n", mkmanifests_yaml::diagnostic::Failure::new(found.clone(), user.sources))
    };
    (found, report)
}

#[test]
fn tells_what_is_expected() {
    let mut wrong = Vec::new();
    let folders = folders();
    assert!(folders.len() >= 7, "{folders:?}");
    for folder in folders {
        let text = fs::read_to_string(folder.join("user.yaml")).expect("user.yaml");
        let (found, report) = warnings(&folder.join("chart"), &text, &[]);
        let report = report.replace(&folder.join("").display().to_string(), "");
        // The one that says that some may be missing is about templates, not about a key.
        let is_incomplete =
            |diagnostic: &Diagnostic| diagnostic.message().starts_with("some unused values may not be reported");
        let is_placed = |diagnostic: &Diagnostic| diagnostic.location.is_known() || is_incomplete(diagnostic);
        assert!(found.iter().all(|diagnostic| diagnostic.is_warning() && is_placed(diagnostic)), "{report}");
        wrong.extend(common::compare(&folder.join("warnings.txt"), &report));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn says_nothing_of_the_defaults_and_of_no_values() {
    // The own values of a wrapper are searched as well.
    for folder in folders()
        .into_iter()
        .filter(|folder| !folder.file_name().is_some_and(|name| name.to_string_lossy().starts_with("wrapper")))
    {
        let chart = folder.join("chart");
        assert_eq!(warnings(&chart, "", &[]).1, "");
        let defaults = fs::read_to_string(chart.join("values.yaml")).unwrap_or_default();
        assert_eq!(warnings(&chart, &defaults, &[]).1, "", "{}", folder.display());
    }
}

#[test]
fn points_into_flags() {
    let chart = common::data("unused/subcharts/chart");
    let (_, report) = warnings(&chart, "", &["vault.server.imagee=x", "replicas=2"]);
    let expected = "\
warning: nothing reads the value `vault.server.imagee`
 --> --set:1:14
  |
1 | vault.server.imagee=x
  |              ^^^^^^ no default, schema or template of chart `vault` has this key
  |
  = help: did you mean `image`?
";
    assert_eq!(report, expected);
}

/// Many unused keys take time in proportion to their number: a square of it would take minutes.
#[test]
fn finds_many_keys() {
    let chart = common::data("unused/subcharts/chart");
    let mut sources = Sources::default();
    let loaded = chart::load(&chart, &mut sources).expect("a chart");
    let base = Values { sources, ..Values::default() };
    let mut layers = Layers::over(&base);
    let text: String = (0..40_000).map(|number| format!("unread{number}: {number}\n")).collect();
    layers.file("user.yaml", text.as_bytes());
    let user = layers.overlaid().expect("values");
    let started = std::time::Instant::now();
    assert_eq!(chart::unused(&loaded.chart, &user.root).keys.len(), 40_000);
    assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
}
