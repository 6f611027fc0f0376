//! `check` accepts the samples, if the gates that they need are on.

use std::collections::BTreeSet;
use std::path::Path;

use mkmanifests::check::{Options, all};
use mkmanifests::kuberay::FeatureGates;
use mkmanifests::tree::Node;

use super::{Sample, common, folder, is_of_ray, objects};

/// Returns the errors that `check` reports, each with its rule, without lint warnings.
pub(super) fn errors(objects: &[Node], gates: &str) -> Vec<(String, String)> {
    let gates = FeatureGates::parse(gates).unwrap_or_else(|error| panic!("{gates}: {error:?}"));
    let options = Options { ray_feature_gates: Some(gates), ..Options::default() };
    let errors = all(objects, &options).into_iter().filter(|found| !found.diagnostic.is_warning());
    errors.map(|found| (found.diagnostic.rule().to_owned(), found.diagnostic.message())).collect()
}

#[test]
fn check_accepts_each_sample_with_its_gates() {
    let Some(checkout) = common::kuberay() else { return };
    let mut wrong = Vec::new();
    for sample in Sample::all() {
        let objects = objects(&folder(&checkout).join(&sample.path));
        let (known, found): (Vec<_>, Vec<_>) =
            errors(&objects, &sample.gates).into_iter().partition(|(rule, _)| *rule == sample.refused);
        wrong.extend(found.into_iter().map(|(rule, message)| format!("{}: {rule}: {message}", sample.path)));
        if known.is_empty() != sample.refused.is_empty() {
            wrong.push(format!("{}: not refused by {}", sample.path, sample.refused));
        }
        if !sample.gates.is_empty() && errors(&objects, "").is_empty() {
            wrong.push(format!("{}: accepted without {}", sample.path, sample.gates));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_table_has_each_sample() {
    let Some(checkout) = common::kuberay() else { return };
    let mut found = BTreeSet::new();
    walk(&folder(&checkout), "", &mut found);
    let listed: BTreeSet<String> = Sample::all().into_iter().map(|sample| sample.path).collect();
    assert_eq!(listed, found);
}

/// Adds the files below a folder that have an object of `ray.io`.
fn walk(folder: &Path, prefix: &str, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).expect("the folder of samples") {
        let path = entry.expect("an entry").path();
        let name = format!("{prefix}{}", path.file_name().unwrap_or_default().to_string_lossy());
        if path.is_dir() {
            walk(&path, &format!("{name}/"), found);
        } else if name.ends_with(".yaml") && objects(&path).iter().any(is_of_ray) {
            found.insert(name);
        }
    }
}
