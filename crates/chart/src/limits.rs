//! How much a chart may hold: it is somebody else's, and may be made to fill the memory.

use super::ChartCode;
use mkmanifests_yaml::diagnostic::Diagnostic;

/// The largest file, unpacked: 5 MiB, as in Helm.
pub const MAX_FILE_BYTES: u64 = 5 << 20;

/// All files together, those of archives in archives included: 100 MiB, as in Helm for each archive.
pub const MAX_CHART_BYTES: u64 = 100 << 20;

/// How many files there may be, all subcharts included.
pub const MAX_FILES: usize = 20_000;

/// How deep charts may be in charts.
pub const MAX_CHART_DEPTH: usize = 16;

/// How many values all `values.yaml` and `Chart.yaml` together may hold.
pub const MAX_VALUES: usize = 250_000;

/// How many values may be held at once while those of all charts are put together; what is global counts for each.
pub const MAX_COALESCED: usize = 1_000_000;

/// How many values may be put together in all, as Helm starts anew for each chart that has dependencies.
pub const MAX_WORK: usize = 20_000_000;

/// How many values a template may write as YAML or JSON at once: a map can stand in another one many times, and that in a
/// third.
pub(super) const MAX_WRITTEN: usize = 1_000_000;

/// How many subcharts the dependencies may come to once every alias has its own.
pub const MAX_CHARTS: usize = 2_000;

/// What is left of the limits while a chart is loaded.
#[derive(Debug, Clone)]
pub struct Budget {
    bytes: u64,
    files: usize,
    folders: usize,
    values: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Budget { bytes: MAX_CHART_BYTES, files: MAX_FILES, folders: MAX_FILES, values: MAX_VALUES }
    }
}

impl Budget {
    /// How many bytes are left.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Takes one file of `size` bytes; `what` is Helm's word for a chart that is too large.
    pub fn take_file(&mut self, name: &str, size: u64, what: &str) -> Result<(), Diagnostic> {
        if size > self.bytes {
            return Err(Diagnostic::error(
                ChartCode::TooLarge,
                format!("{what} is larger than the maximum size {MAX_CHART_BYTES}"),
            ));
        }
        if size > MAX_FILE_BYTES {
            let message = format!("{what} file {name:?} is larger than the maximum file size {MAX_FILE_BYTES}");
            return Err(
                Diagnostic::error(ChartCode::TooLarge, message).help("leave it out with a line in `.helmignore`")
            );
        }
        self.files = self.files.checked_sub(1).ok_or_else(|| {
            let diagnostic = Diagnostic::error(ChartCode::TooLarge, format!("chart has more than {MAX_FILES} files"));
            diagnostic.help("leave out what is not part of it with `.helmignore`")
        })?;
        self.bytes -= size;
        Ok(())
    }

    /// Takes one folder: links can make endlessly many of them.
    pub fn take_folder(&mut self) -> Result<(), Diagnostic> {
        let left = self.folders.checked_sub(1);
        self.folders = left.ok_or_else(|| {
            Diagnostic::error(ChartCode::TooLarge, format!("chart has more than {MAX_FILES} folders"))
        })?;
        Ok(())
    }

    /// Takes the values of one file.
    pub fn take_values(&mut self, count: usize) -> Result<(), Diagnostic> {
        let left = self.values.checked_sub(count);
        self.values = left.ok_or_else(|| {
            Diagnostic::error(ChartCode::TooLarge, format!("charts have more than {MAX_VALUES} values"))
        })?;
        Ok(())
    }
}
