//! Packs a chart into an archive as `helm package` does: the same files in the same order, with the same headers.

mod gzip;
mod tar;

use std::borrow::Cow;

use super::ChartCode;
use super::dependencies::missing;
use super::json_syntax::is_json;
use super::metadata::Metadata;
use super::model::{Chart, Lock};
use super::show;
use mkmanifests_go::semver::Version;
use mkmanifests_go::time::{self, RFC_3339_NANO, Time};
use mkmanifests_yaml::diagnostic::Diagnostic;

/// A packed chart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Archive {
    /// The file's name: `NAME-VERSION.tgz`.
    pub file_name: String,
    /// The gzipped tar archive.
    pub data: Vec<u8>,
    /// The chart's metadata as Helm writes it into a provenance file: as in `Chart.yaml`, and with the dependencies of
    /// a chart of API version v1.
    pub metadata: Vec<u8>,
}

/// The times of the files in an archive, in seconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    /// The time of every file, and of `generated` in `Chart.lock`: `SOURCE_DATE_EPOCH`. `None` keeps the times of the
    /// files.
    pub source_date_epoch: Option<i64>,
    /// The time of files without one.
    pub now: i64,
}

/// What `helm package` changes in a chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PackageOptions<'a> {
    /// `--version`; empty for the version in `Chart.yaml`.
    pub version: &'a str,
    /// `--app-version`; empty for the one in `Chart.yaml`.
    pub app_version: &'a str,
    /// The times of the files.
    pub times: Times,
}

/// Packs a chart as `helm package` does.
///
/// # Errors
/// An invalid version, missing dependencies, and the errors of [`pack`]. The reason is Helm's text.
pub fn package(chart: &Chart, options: &PackageOptions<'_>) -> Result<Archive, Diagnostic> {
    let mut chart = Cow::Borrowed(chart);
    for (is_version, text) in [(true, options.version), (false, options.app_version)] {
        if !text.is_empty() {
            let metadata = &mut chart.to_mut().metadata;
            text.clone_into(if is_version { &mut metadata.version } else { &mut metadata.app_version });
        }
    }
    let invalid = |error: String| Diagnostic::error(ChartCode::InvalidMetadata, error);
    Version::parse(&chart.metadata.version).map_err(|error| invalid(error.to_string()))?;
    let missing = missing(&chart.metadata, &chart.dependencies);
    if !missing.is_empty() {
        let names = missing.join(", ");
        let message = format!("found in Chart.yaml, but missing in charts/ directory: {names}");
        return Err(Diagnostic::error(ChartCode::MissingDependency, message));
    }
    pack(&chart, options.times).map_err(|diagnostic| diagnostic.within("failed to save"))
}

/// Packs a loaded chart as it is.
///
/// Archives are equal to Helm's, byte for byte, if the times are equal. Helm writes several subcharts in random order;
/// here they have the order of their names in `charts/`.
///
/// # Errors
/// A `values.schema.json` that is not JSON, and a `Chart.lock` whose time cannot be read. The reason is Helm's text.
pub fn pack(chart: &Chart, times: Times) -> Result<Archive, Diagnostic> {
    let mut packer = Packer { tar: tar::Writer::default(), times };
    packer.chart(chart, chart.name())?;
    let file_name = format!("{}-{}.tgz", chart.name(), chart.metadata.version);
    let metadata = show::metadata_text(&chart.metadata);
    Ok(Archive { file_name, data: gzip::compress(&packer.tar.finish()), metadata })
}

struct Packer {
    tar: tar::Writer,
    times: Times,
}

impl Packer {
    /// Adds a chart below the folder `base`, and then its subcharts.
    fn chart(&mut self, chart: &Chart, base: &str) -> Result<(), Diagnostic> {
        let is_v1 = chart.metadata.api_version == "v1";
        self.add(base, "Chart.yaml", &metadata_text(&chart.metadata, is_v1), chart.modified.chart);
        if let Some(lock) = chart.lock.as_ref().filter(|_| chart.metadata.api_version == "v2") {
            self.lock(lock, base)?;
        }
        if let Some(text) = &chart.values_text {
            self.add(base, "values.yaml", text, chart.modified.values);
        }
        if let Some(schema) = &chart.schema {
            if !is_json(&schema.text) {
                let message = "invalid JSON in values.schema.json";
                return Err(Diagnostic::error(ChartCode::SchemaMismatch, message));
            }
            self.add(base, "values.schema.json", &schema.text, chart.modified.schema);
        }
        for file in chart.templates.iter().chain(&chart.files) {
            self.add(base, &file.name, &file.data, file.modified);
        }
        for child in &chart.dependencies {
            self.chart(child, &format!("{base}/charts/{}", child.name()))?;
        }
        Ok(())
    }

    fn lock(&mut self, lock: &Lock, base: &str) -> Result<(), Diagnostic> {
        let generated = match (self.times.source_date_epoch, lock.generated.as_str()) {
            (Some(seconds), _) => Time { seconds, ..Time::default() },
            (None, "") => Time::default(),
            (None, text) => time::parse(RFC_3339, text.as_bytes()).map_err(|error| {
                Diagnostic::error(ChartCode::InvalidMetadata, format!("cannot load Chart.lock: {error}"))
            })?,
        };
        let text = String::from_utf8_lossy(&generated.format(RFC_3339_NANO)).into_owned();
        let data = show::lock_text(lock, &text);
        let rounded = generated.seconds + i64::from(generated.nanoseconds >= 500_000_000);
        self.add(base, "Chart.lock", &data, Some(rounded).filter(|_| generated != Time::default()));
        Ok(())
    }

    fn add(&mut self, base: &str, name: &str, data: &[u8], modified: Option<i64>) {
        let time = self.times.source_date_epoch.or(modified).unwrap_or(self.times.now);
        self.tar.file(&format!("{base}/{name}"), data, time);
    }
}

const RFC_3339: &[u8] = b"2006-01-02T15:04:05Z07:00";

/// Writes `Chart.yaml`. The dependencies of a chart of API version v1 stay in its `requirements.yaml`.
fn metadata_text(metadata: &Metadata, is_v1: bool) -> Vec<u8> {
    if is_v1 && !metadata.dependencies.is_empty() {
        return show::metadata_text(&Metadata { dependencies: Vec::new(), ..metadata.clone() });
    }
    show::metadata_text(metadata)
}
