//! Limits on the size of charts, which come from other people and may be hostile.

use super::ChartCode;
use mkmanifests_yaml::diagnostic::Diagnostic;

/// The most bytes of one file, unpacked: 5 MiB, as in Helm.
pub const MAX_FILE_BYTES: u64 = 5 << 20;

/// The most bytes of all files together: 100 MiB. Helm has the same limit for each archive; here it includes archives
/// within archives.
pub const MAX_CHART_BYTES: u64 = 100 << 20;

/// The most files of a chart and its subcharts.
pub const MAX_FILES: usize = 20_000;

/// How deep subcharts may be nested.
pub const MAX_CHART_DEPTH: usize = 16;

/// The most values in all `values.yaml` and `Chart.yaml` files together.
pub const MAX_VALUES: usize = 250_000;

/// The most values in memory at once while the values of all charts are merged. Global values count once per chart.
pub const MAX_COALESCED: usize = 1_000_000;

/// The most values merged in total: Helm merges from the start for each chart with dependencies.
pub const MAX_WORK: usize = 20_000_000;

/// The most values that one call of `toYaml` or `toJson` may write: nested maps can repeat one another, so that a small
/// value writes endless text.
pub(super) const MAX_WRITTEN: usize = 1_000_000;

/// The most subcharts, counting each alias of a dependency.
pub const MAX_CHARTS: usize = 2_000;

/// How much of the limits is left while a chart is loaded.
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
    /// Returns how many bytes are left.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Counts one file of `size` bytes. `what` is how Helm names the chart in its message.
    ///
    /// # Errors
    /// Helm's text if the file or the chart is larger than the limit; more than [`MAX_FILES`] files.
    pub fn take_file(&mut self, name: &str, size: u64, what: &str) -> Result<(), Diagnostic> {
        if size > self.bytes {
            return Err(Diagnostic::error(
                ChartCode::TooLarge,
                format!("{what} is larger than the maximum size {MAX_CHART_BYTES}"),
            ));
        }
        if size > MAX_FILE_BYTES {
            let message = format!("{what} file {name:?} is larger than the maximum file size {MAX_FILE_BYTES}");
            return Err(Diagnostic::error(ChartCode::TooLarge, message).help("exclude it with a line in `.helmignore`"));
        }
        self.files = self.files.checked_sub(1).ok_or_else(|| {
            let diagnostic = Diagnostic::error(ChartCode::TooLarge, format!("chart has more than {MAX_FILES} files"));
            diagnostic.help("exclude files that do not belong to the chart in `.helmignore`")
        })?;
        self.bytes -= size;
        Ok(())
    }

    /// Counts one folder: links can lead through endlessly many.
    ///
    /// # Errors
    /// More than [`MAX_FILES`] folders.
    pub fn take_folder(&mut self) -> Result<(), Diagnostic> {
        let left = self.folders.checked_sub(1);
        self.folders = left.ok_or_else(|| {
            Diagnostic::error(ChartCode::TooLarge, format!("chart has more than {MAX_FILES} folders"))
        })?;
        Ok(())
    }

    /// Counts the values of one file.
    ///
    /// # Errors
    /// More than [`MAX_VALUES`] values.
    pub fn take_values(&mut self, count: usize) -> Result<(), Diagnostic> {
        let left = self.values.checked_sub(count);
        self.values = left.ok_or_else(|| {
            Diagnostic::error(
                ChartCode::TooLarge,
                format!("the chart and its subcharts have more than {MAX_VALUES} values"),
            )
        })?;
        Ok(())
    }
}
