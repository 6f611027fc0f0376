//! Loads charts from folders, archives and memory.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::Path;

use super::ChartCode;
use super::assemble::Loader;
use super::folder::SymbolicLinks;
use super::limits::{Budget, MAX_CHART_DEPTH};
use super::model::{Chart, File, Origin};
use super::{archive, assemble, folder};
use mkmanifests_yaml::diagnostic::{Diagnostic, Sources, did_you_mean, io_reason, nearest};
use mkmanifests_yaml::files::FileCode;

/// A loaded chart, and the warnings that Helm prints while loading it.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The chart, with every chart below `charts/` as a subchart.
    pub chart: Chart,
    /// Warnings only.
    pub warnings: Vec<Diagnostic>,
}

/// Loads a chart from a folder, or from an archive that `helm package` wrote.
///
/// The texts that diagnostics point into (`Chart.yaml`, `values.yaml`, `.helmignore`) are added to `sources`. Symbolic
/// links in a folder are followed, as in Helm. [`limits`](super::limits) lists the largest chart that is accepted.
///
/// # Errors
/// All diagnostics of the chart and its subcharts: a path that is not a chart, unreadable files, invalid metadata or
/// values. Where Helm reports the same error, the reason is Helm's text.
pub fn load(path: &Path, sources: &mut Sources) -> Result<Loaded, Vec<Diagnostic>> {
    load_with(path, SymbolicLinks::All, sources)
}

/// Loads a chart as [`load`] does, but follows only the symbolic links that `links` allows.
///
/// # Errors
/// As [`load`], and every link that `links` forbids.
pub fn load_with(path: &Path, links: SymbolicLinks, sources: &mut Sources) -> Result<Loaded, Vec<Diagnostic>> {
    let name = path.to_string_lossy();
    let mut budget = Budget::default();
    let metadata = fs::metadata(path).map_err(|error| vec![no_chart(path, &error)])?;
    let files = if metadata.is_dir() {
        if !path.join("Chart.yaml").is_file() {
            let diagnostic = Diagnostic::error(
                ChartCode::NotAChart,
                format!("unable to detect chart at {name}: `Chart.yaml` not found"),
            );
            let file = path.join("Chart.yaml");
            let (is_folder, file) = (file.is_dir(), file.display());
            let reason = match is_folder {
                true => format!("read {file}: is a directory"),
                false => format!("open {file}: no such file or directory"),
            };
            let diagnostic = diagnostic.original(format!("unable to detect chart at {file}: {reason}"));
            return Err(vec![diagnostic.help(EXPECTED)]);
        }
        folder::files(path, name.trim_end_matches('/'), links, &mut budget, sources)?
    } else {
        open_archive(path, &metadata, &name, &mut budget).map_err(|diagnostic| vec![diagnostic])?
    };
    from_files(files, name.trim_end_matches('/'), sources, budget)
}

/// Loads a chart from the bytes of a gzipped tar archive. `name` is the chart's name in diagnostics.
///
/// # Errors
/// As [`load`].
pub fn load_archive(packed: &[u8], name: &str, sources: &mut Sources) -> Result<Loaded, Vec<Diagnostic>> {
    let mut budget = Budget::default();
    let files = archive::check_gzip(name, packed).and_then(|()| archive::files(packed, &mut budget));
    from_files(files.map_err(|diagnostic| vec![diagnostic])?, name, sources, budget)
}

/// Reads the files of a gzipped tar archive, without its top folder, in the order of the archive. Their names are relative
/// and have no `..`. `name` is the archive's name in diagnostics.
///
/// # Errors
/// Data that is no such archive, entries that point out of it, links and devices, and archives over the
/// [`limits`](super::limits).
pub fn archive_files(packed: &[u8], name: &str) -> Result<Vec<File>, Diagnostic> {
    archive::check_gzip(name, packed)?;
    archive::files(packed, &mut Budget::default())
}

/// Loads a chart from files in memory, whose names are relative to the chart: `templates/service.yaml`. `name` is the
/// chart's name in diagnostics. No `.helmignore` is applied.
///
/// # Errors
/// As [`load`].
pub fn load_files(files: Vec<File>, name: &str, sources: &mut Sources) -> Result<Loaded, Vec<Diagnostic>> {
    from_files(files, name, sources, Budget::default())
}

/// What a chart's path has to be, for help.
pub(super) const EXPECTED: &str = "expected the folder of a chart, or a `.tgz` that `helm package` wrote";

/// Reports a path that cannot be opened.
fn no_chart(path: &Path, error: &std::io::Error) -> Diagnostic {
    let name = path.to_string_lossy();
    let reason = format!("cannot load chart `{name}`: {}", io_reason(error));
    let diagnostic =
        Diagnostic::error(FileCode::of_reading(error), reason).original(format!("stat {name}: {}", io_reason(error)));
    if name.contains("://") {
        return diagnostic.help(format!("charts are not downloaded here: run `mkmanifests chart pull {name}` first"));
    }
    if let Some((repository, chart)) = name.split_once('/')
        && !name.starts_with('.')
        && !repository.is_empty()
        && !chart.contains('/')
        && !Path::new(repository).exists()
    {
        return diagnostic
            .help(format!("to download it from the repository `{repository}`, run `mkmanifests chart pull {name}`"));
    }
    let siblings = path.parent().map(|folder| if folder.as_os_str().is_empty() { Path::new(".") } else { folder });
    let siblings = siblings.and_then(|folder| fs::read_dir(folder).ok()).into_iter().flatten().flatten();
    let mut charts: Vec<String> = siblings
        .filter(|entry| entry.path().join("Chart.yaml").is_file())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    charts.sort();
    let wrong = path.file_name().unwrap_or_default().to_string_lossy();
    match nearest(&wrong, charts.iter().map(String::as_str)) {
        Some(near) => diagnostic.help(did_you_mean(path.with_file_name(near).display())),
        None => diagnostic.help(EXPECTED),
    }
}

fn open_archive(
    path: &Path,
    metadata: &fs::Metadata,
    name: &str,
    budget: &mut Budget,
) -> Result<Vec<File>, Diagnostic> {
    if !metadata.is_file() {
        return Err(Diagnostic::error(
            ChartCode::NotAChart,
            format!("cannot load chart `{name}`: not a folder or file"),
        ));
    }
    if metadata.len() > archive::MAX_PACKED_BYTES {
        let limit = archive::MAX_PACKED_BYTES;
        return Err(Diagnostic::error(
            ChartCode::TooLarge,
            format!("chart archive `{name}` is larger than the maximum size {limit} bytes"),
        ));
    }
    let broken = |error: std::io::Error| {
        Diagnostic::error(FileCode::of_reading(&error), format!("cannot read `{name}`: {}", io_reason(&error)))
    };
    let mut start = Vec::new();
    fs::File::open(path)
        .and_then(|file| file.take(archive::CHECKED_BYTES as u64).read_to_end(&mut start))
        .map_err(broken)?;
    archive::check_gzip(name, &start)?;
    archive::files(fs::File::open(path).map_err(broken)?, budget)
}

fn from_files(
    files: Vec<File>,
    name: &str,
    sources: &mut Sources,
    mut budget: Budget,
) -> Result<Loaded, Vec<Diagnostic>> {
    let mut loader = Loader { sources, budget: &mut budget, diagnostics: Vec::new(), warnings: Vec::new() };
    let chart = loader.chart(files, name, 0);
    if let Some(chart) = &chart
        && !matches!(&*chart.metadata.api_version, "v1" | "v2")
    {
        loader.diagnostics.push(
            Diagnostic::error(ChartCode::UnsupportedVersion, "unsupported chart version")
                .help("expected `apiVersion: v2`"),
        );
    }
    let (diagnostics, warnings) = (loader.diagnostics, loader.warnings);
    match chart {
        Some(chart) if diagnostics.is_empty() => Ok(Loaded { chart, warnings }),
        _ => Err(diagnostics),
    }
}

impl Loader<'_> {
    /// Assembles a chart and its subcharts; `None` if a diagnostic was added.
    pub(super) fn chart(&mut self, files: Vec<File>, name: &str, depth: usize) -> Option<Chart> {
        let before = self.diagnostics.len();
        let (charts, own) = files.into_iter().partition(|file| in_charts(&file.name));
        let chart = assemble::chart(self, own, name);
        if depth >= MAX_CHART_DEPTH {
            let message = format!("chart `{name}` is nested more than {MAX_CHART_DEPTH} charts deep");
            self.diagnostics.push(Diagnostic::error(ChartCode::TooDeep, message));
            return None;
        }
        let mut chart = chart?;
        for (folder, files) in group(charts) {
            if let Some(child) = self.subchart(&folder, files, name, chart.name(), depth) {
                chart.dependencies.push(child);
            }
        }
        (self.diagnostics.len() == before).then_some(chart)
    }

    /// Loads the subchart `charts/<folder>`, which may be an archive.
    fn subchart(
        &mut self,
        folder: &str,
        mut files: Vec<File>,
        parent: &str,
        parent_name: &str,
        depth: usize,
    ) -> Option<Chart> {
        if folder.starts_with(['_', '.']) {
            return None;
        }
        let before = self.diagnostics.len();
        let path = format!("{parent}/charts/{folder}");
        let is_archive = folder.rsplit_once('.').is_some_and(|(_, extension)| extension == "tgz");
        let files = if is_archive {
            self.unpack(folder, &files)
        } else {
            // A file directly in `charts/` belongs to no subchart.
            files.retain_mut(|file| match file.name.split_once('/') {
                Some((_, rest)) => {
                    file.name = rest.to_owned();
                    true
                }
                None => false,
            });
            Some(files)
        };
        let chart = files.and_then(|files| self.chart(files, &path, depth + 1));
        for diagnostic in self.diagnostics.iter_mut().skip(before) {
            let start = format!("error unpacking subchart {folder} in {parent_name}: ");
            diagnostic.reason.insert_str(0, &start);
            if let Some(original) = &mut diagnostic.subject.original {
                original.insert_str(0, &start);
            }
        }
        let origin = Origin { name: folder.to_owned(), packed: is_archive };
        chart.map(|chart| Chart { origin: Some(origin), ..chart })
    }

    fn unpack(&mut self, folder: &str, files: &[File]) -> Option<Vec<File>> {
        let file = files.first()?;
        if file.name != folder {
            self.diagnostics
                .push(Diagnostic::error(ChartCode::NotAChart, format!("expected {folder}, got {}", file.name)));
            return None;
        }
        let unpacked =
            archive::check_gzip(&file.name, &file.data).and_then(|()| archive::files(&*file.data, self.budget));
        unpacked.map_err(|diagnostic| self.diagnostics.push(diagnostic)).ok()
    }
}

/// Returns whether a file belongs to a subchart. Signatures (`.prov`) of packed subcharts do not.
fn in_charts(name: &str) -> bool {
    name.starts_with("charts/") && !name.ends_with(".prov")
}

/// Groups the files below `charts/` by their folder or archive, whose name they keep as the first step.
fn group(files: Vec<File>) -> BTreeMap<String, Vec<File>> {
    let mut groups: BTreeMap<String, Vec<File>> = BTreeMap::new();
    for mut file in files {
        file.name.drain(.."charts/".len());
        let folder = file.name.split('/').next().unwrap_or_default().to_owned();
        groups.entry(folder).or_default().push(file);
    }
    groups
}
