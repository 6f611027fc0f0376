//! Multiplies the tests of a suite: by its matrix, and by the versions of Kubernetes of the command line.

use std::path::Path;

use mkmanifests_check::kube_version::KubeVersion;
use mkmanifests_gotmpl::Value;
use mkmanifests_yaml::diagnostic::Diagnostic;

use super::{files, glob};
use crate::suite::{Job, Matrix, SetValue, Suite, SuiteCode, ValuesFile};
use crate::{go_yaml, path};

/// How many tests a suite may have with all combinations.
const MAX_TESTS: usize = 10_000;

/// The longest value that a test's name shows.
const MAX_SHOWN: usize = 40;

/// Returns a suite whose tests are repeated for each combination of its matrix, which then has a part of the test's name,
/// and for each version of the command line.
///
/// # Errors
/// A pattern that matches no file, and too many tests.
pub(super) fn expand(mut suite: Suite, kube_versions: &[KubeVersion]) -> Result<Suite, Diagnostic> {
    if let Some(matrix) = suite.matrix.take() {
        suite.jobs = of_matrix(&suite, &matrix)?;
    }
    if !kube_versions.is_empty() {
        check_count(&suite, suite.jobs.len().saturating_mul(kube_versions.len()))?;
        suite.jobs = suite.jobs.iter().flat_map(|job| of_command_line(job, kube_versions)).collect();
    }
    Ok(suite)
}

fn check_count(suite: &Suite, count: usize) -> Result<(), Diagnostic> {
    if count <= MAX_TESTS {
        return Ok(());
    }
    let message = format!("the suite has {count} tests with all combinations: at most {MAX_TESTS} are allowed");
    Err(Diagnostic::error(SuiteCode::Matrix, message).at(suite.location))
}

/// Returns whether a job or its suite says which version of Kubernetes it needs.
fn has_version(job: &Job) -> bool {
    let versions = &job.capabilities;
    job.kube_version.is_some() || !versions.major_version.is_empty() || !versions.minor_version.is_empty()
}

fn of_command_line(job: &Job, versions: &[KubeVersion]) -> Vec<Job> {
    if has_version(job) {
        return vec![job.clone()];
    }
    let suffix = |version: &KubeVersion| match versions.len() {
        1 => String::new(),
        _ => format!(" [Kubernetes {}]", written(version)),
    };
    let with =
        |version| Job { kube_version: Some(KubeVersion::clone(version)), suffix: suffix(version), ..job.clone() };
    versions.iter().map(with).collect()
}

/// Returns a version without `v`.
fn written(version: &KubeVersion) -> &str {
    version.git_version().trim_start_matches('v')
}

/// One item of a dimension: what it changes in a job, and its name.
struct Item {
    label: Option<String>,
    change: Change,
}

enum Change {
    None,
    Version(KubeVersion),
    Values(Vec<ValuesFile>),
    Set(Vec<SetValue>),
}

fn of_matrix(suite: &Suite, matrix: &Matrix) -> Result<Vec<Job>, Diagnostic> {
    let versions = matrix.kube_versions.iter().map(|version| Item {
        label: Some(format!("Kubernetes {}", written(version))),
        change: Change::Version(version.clone()),
    });
    let dimensions = [versions.collect(), values(suite, matrix)?, set(matrix)].map(or_one);
    let combinations = dimensions.iter().fold(1_usize, |count, items| count.saturating_mul(items.len()));
    check_count(suite, combinations.saturating_mul(suite.jobs.len()))?;
    let one = or_one(Vec::new());
    let [versions, values, set] = &dimensions;
    let mut jobs = Vec::new();
    for job in &suite.jobs {
        // A test that needs a version runs only with it.
        let versions = if has_version(job) { &one } else { versions };
        for version in versions {
            for values in values {
                jobs.extend(set.iter().map(|set| combined(job, [version, values, set])));
            }
        }
    }
    Ok(jobs)
}

fn or_one(items: Vec<Item>) -> Vec<Item> {
    if items.is_empty() { vec![Item { label: None, change: Change::None }] } else { items }
}

/// Returns the items of `values`: one per file that a pattern matches.
fn values(suite: &Suite, matrix: &Matrix) -> Result<Vec<Item>, Diagnostic> {
    let folder = path::dir(&suite.file);
    let mut items = Vec::new();
    for files in &matrix.values {
        match files.as_slice() {
            [file] if file.path.contains(['*', '?', '[']) => {
                let found = matching(&folder, file)?;
                items.extend(found.into_iter().map(|path| vec![ValuesFile { path, ..file.clone() }]));
            }
            files => items.push(files.to_vec()),
        }
    }
    let label = |files: &[ValuesFile]| {
        let names: Vec<&str> = files.iter().map(|file| file.path.trim_start_matches("../")).collect();
        (!names.is_empty()).then(|| names.join(" + "))
    };
    Ok(items.into_iter().map(|files| Item { label: label(&files), change: Change::Values(files) }).collect())
}

/// Returns the files that a pattern matches, in order. A pattern that is not absolute is relative to the folder of the
/// suite, and so are its files.
fn matching(folder: &str, file: &ValuesFile) -> Result<Vec<String>, Diagnostic> {
    let error = |message: String| Diagnostic::error(SuiteCode::Matrix, message).at(file.location);
    let mut found = glob::find(&path::resolve(folder, &file.path)).map_err(error)?;
    found.retain(|path| Path::new(path).is_file());
    if found.is_empty() {
        let help = "the pattern is relative to the folder of the suite";
        return Err(error(format!("no values file matches `{}`", file.path)).help(help));
    }
    let from = files::absolute(folder);
    Ok(match path::is_absolute(&file.path) {
        true => found,
        false => found.iter().map(|path| files::relative_to(&from, &files::absolute(path))).collect(),
    })
}

fn set(matrix: &Matrix) -> Vec<Item> {
    let item = |(index, set): (usize, &Vec<SetValue>)| {
        let label = (!set.is_empty()).then(|| shown(set).unwrap_or_else(|| format!("set[{index}]")));
        Item { label, change: Change::Set(set.clone()) }
    };
    matrix.set.iter().enumerate().map(item).collect()
}

/// Returns values as `--set` has them, if they are short.
fn shown(set: &[SetValue]) -> Option<String> {
    let entry = |entry: &SetValue| match &entry.value {
        Value::Map(_) | Value::List(_) => None,
        value => Some(format!("{}={}", entry.path, go_yaml::write_trimmed(value).trim_end())),
    };
    let text = set.iter().map(entry).collect::<Option<Vec<_>>>()?.join(",");
    (text.chars().count() <= MAX_SHOWN && !text.contains('\n')).then_some(text)
}

fn combined(job: &Job, items: [&Item; 3]) -> Job {
    let mut job = job.clone();
    let labels: Vec<&str> = items.iter().filter_map(|item| item.label.as_deref()).collect();
    if !labels.is_empty() {
        job.name = format!("{} [{}]", job.name, labels.join(", ")).trim_start().to_owned();
    }
    for item in items {
        match &item.change {
            Change::None => {}
            Change::Version(version) => job.kube_version = Some(version.clone()),
            Change::Values(files) => {
                job.values.splice(0..0, files.iter().cloned());
            }
            Change::Set(set) => {
                job.set.splice(0..0, set.iter().cloned());
            }
        }
    }
    job
}
