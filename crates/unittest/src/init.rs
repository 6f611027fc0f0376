//! Writes first suites for a chart: one per template, as authors of charts do, with a test for the default values or for
//! each values file.
//!
//! [`plan`] renders the chart and says which files there will be. [`write()`] writes them, and keeps files that exist. The
//! first run of the suites writes the snapshots.

mod observed;
mod text;

use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use mkmanifests_chart::{Behaviour, load};
use mkmanifests_check::kube_version::KubeVersion;
use mkmanifests_yaml::diagnostic::{Sources, io_reason};

use self::observed::Observer;
use crate::path;
use crate::render::Harness;
use crate::run;

/// How suites are made.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The values files of the tests. By default those in `ci/*-values.yaml` of the chart, as chart-testing finds them, and
    /// the chart's own values.
    pub values: Vec<String>,
    /// The version of Kubernetes that suites set; by default that of the release of Helm.
    pub kube_version: Option<KubeVersion>,
    /// Whether values are not validated against `values.schema.json`.
    pub skip_schema: bool,
    /// How Helm behaves.
    pub helm: Behaviour,
}

/// The suites of a chart.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// The folder of the chart.
    pub chart: PathBuf,
    /// The suite files.
    pub files: Vec<SuiteFile>,
    /// The values that the chart does not render with. No test uses them.
    pub failed: Vec<FailedValues>,
    /// Templates without a snapshot, since they render something else in each run.
    pub unstable: Vec<String>,
}

/// A suite file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuiteFile {
    /// The path below the chart: `tests/deployment_test.yaml`.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// Values that a chart does not render with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedValues {
    /// The file, as suites name it; none for the chart's own values.
    pub file: Option<String>,
    /// Helm's error.
    pub error: String,
}

/// Why there are no suites.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InitError {
    /// The chart cannot be loaded: Helm's error.
    Unloadable(String),
    /// The chart is an archive.
    Archive,
    /// The chart is a library, which renders nothing.
    Library,
    /// The chart has no templates that render YAML.
    NoTemplates,
    /// The chart does not render with any of the values.
    NotRendered(Vec<FailedValues>),
    /// A file cannot be read or written: its path, and why.
    File(PathBuf, String),
}

/// Returns the suites of the chart in a folder.
///
/// # Errors
/// Why there are none.
pub fn plan(folder: &str, options: &Options) -> Result<Plan, InitError> {
    if fs::metadata(folder).is_ok_and(|metadata| metadata.is_file()) {
        return Err(InitError::Archive);
    }
    let loaded =
        load(Path::new(folder), &mut Sources::default()).map_err(|why| InitError::Unloadable(run::load_error(&why)))?;
    if loaded.chart.is_library() {
        return Err(InitError::Library);
    }
    let inputs = inputs(folder, options)?;
    let harness = Harness::new(loaded.chart, options.helm);
    let observer = Observer::new(&harness, folder, options);
    let templates = observer.templates();
    if templates.is_empty() {
        return Err(InitError::NoTemplates);
    }
    let mut plan = Plan { chart: folder.into(), ..Plan::default() };
    let mut rendered = Vec::new();
    for input in inputs {
        match observer.error(&input) {
            None => rendered.push(input),
            Some(error) => plan.failed.push(FailedValues { file: input, error }),
        }
    }
    if rendered.is_empty() {
        return Err(InitError::NotRendered(plan.failed));
    }
    for observed in observer.observe(&templates, &rendered) {
        let name = free_name(&plan.files, &observed.template);
        if !observed.is_stable {
            plan.unstable.push(observed.template.clone());
        }
        plan.files.push(SuiteFile { path: name, text: text::suite(&observed) });
    }
    Ok(plan)
}

/// Writes the suites. Returns the paths of those that it wrote, and of those that exist and are kept.
///
/// # Errors
/// A file that cannot be written.
pub fn write(plan: &Plan) -> Result<Written, InitError> {
    let mut written = Written::default();
    for SuiteFile { path, text } in &plan.files {
        // With slashes on every system, as suites are named.
        let to = PathBuf::from(format!("{}/{path}", plan.chart.display()));
        let failed = |error: std::io::Error| InitError::File(to.clone(), io_reason(&error));
        if let Some(folder) = to.parent() {
            fs::create_dir_all(folder).map_err(failed)?;
        }
        match fs::OpenOptions::new().write(true).create_new(true).open(&to) {
            Ok(mut file) => {
                file.write_all(text.as_bytes()).map_err(failed)?;
                written.new.push(to);
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => written.kept.push(to),
            Err(error) => return Err(failed(error)),
        }
    }
    Ok(written)
}

/// What [`write()`] did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written {
    /// The files that it wrote.
    pub new: Vec<PathBuf>,
    /// The files that were there, and are as before.
    pub kept: Vec<PathBuf>,
}

/// Returns the values files of the tests, relative to the folder of the suites; none stands for the chart's own values.
fn inputs(folder: &str, options: &Options) -> Result<Vec<Option<String>>, InitError> {
    if !options.values.is_empty() {
        let tests = run::absolute(&path::join(&[folder, "tests"]));
        let relative = |file: &String| run::relative_to(&tests, &run::absolute(file));
        return Ok(options.values.iter().map(|file| Some(relative(file))).collect());
    }
    let ci = Path::new(folder).join("ci");
    let mut files = Vec::new();
    match fs::read_dir(&ci) {
        Ok(entries) => {
            for entry in entries {
                let entry = entry.map_err(|error| InitError::File(ci.clone(), io_reason(&error)))?;
                files.push(entry.file_name().to_string_lossy().into_owned());
            }
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(InitError::File(ci, io_reason(&error))),
    }
    files.retain(|name| name.ends_with("-values.yaml"));
    files.sort();
    Ok(std::iter::once(None).chain(files.iter().map(|name| Some(format!("../ci/{name}")))).collect())
}

/// Returns the path of the suite of a template that no other suite has.
fn free_name(files: &[SuiteFile], template: &str) -> String {
    let below = template.strip_prefix("templates/").unwrap_or(template);
    let stem = below.strip_suffix(path::extension(below)).unwrap_or(below).replace(['/', ' '], "_");
    let names = std::iter::once(format!("tests/{stem}_test.yaml"));
    let mut names = names.chain((2..).map(|number| format!("tests/{stem}_{number}_test.yaml")));
    names.find(|name| files.iter().all(|file| file.path != *name)).unwrap_or_default()
}
