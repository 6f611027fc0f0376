//! Reads packed charts (gzipped tar archives) in memory, with limits on their size.
//!
//! Errors that Helm reports too have Helm's text. In addition, links and devices are errors, which Helm reads as empty
//! files, and [`limits`](super::limits) also apply to archives within archives.

mod header;

use std::io::{self, BufReader, Read, Seek, SeekFrom};

use flate2::read::MultiGzDecoder;

use self::header::{Extensions, Kind};
use super::ChartCode;
use super::limits::{Budget, MAX_CHART_BYTES, MAX_FILE_BYTES};
use super::load::EXPECTED;
use super::model::File;
use mkmanifests_go::content_type;
use mkmanifests_yaml::diagnostic::Diagnostic;

/// The most bytes of headers and padding in a tar archive.
const MAX_OVERHEAD: u64 = 32 << 20;

/// How many bytes are decompressed at once. Most files are small, and each call of the decoder has a fixed cost.
const BUFFER: usize = 32 << 10;

/// Reads the files of a packed chart in the order of the archive. Their names are without the archive's top folder.
///
/// # Errors
/// Data that is not a gzipped tar archive, entries whose path points out of the chart, links and devices, and archives
/// over the limits.
pub(super) fn files(packed: impl Read, budget: &mut Budget) -> Result<Vec<File>, Diagnostic> {
    // Together with the budget for files, this bounds how much an archive of nothing but headers makes us read.
    let unpacked =
        BufReader::with_capacity(BUFFER, MultiGzDecoder::new(packed)).take(budget.bytes().saturating_add(MAX_OVERHEAD));
    let mut archive = tar::Archive::new(ForwardSeek { from: unpacked, at: 0 });
    archive.set_ignore_zeros(false);
    let entries = archive.entries_with_seek().map_err(|error| broken(&error))?.raw(true);
    let mut files: Vec<File> = Vec::new();
    // One buffer for all files; each file is copied once more into shared memory.
    let mut data = Vec::new();
    let mut extensions = Extensions::default();
    for entry in entries {
        let mut entry = entry.map_err(|error| broken(&error))?;
        let kind = header::kind(entry.header())?;
        if kind == Kind::Extension {
            extensions.read(&mut entry).map_err(|error| broken(&error))?;
            continue;
        }
        let raw = extensions.take_path().unwrap_or_else(|| header::path(entry.header()));
        if kind == Kind::Folder || raw.ends_with('/') {
            continue;
        }
        let name = inner_name(&raw)?;
        if let Kind::Unsupported(what) = kind {
            let diagnostic = Diagnostic::error(
                ChartCode::IrregularFile,
                format!("chart archive contains {what} {raw:?}, expected only files"),
            );
            return Err(diagnostic.help("pack the chart with `helm package`, which replaces links by their targets"));
        }
        budget.take_file(&raw, entry.size(), "decompressed chart")?;
        content(&mut entry, &mut data)?;
        let modified = entry.header().mtime().ok().and_then(|seconds| i64::try_from(seconds).ok());
        files.push(File::new(name, without_mark(&data)).modified_at(modified));
    }
    if files.is_empty() {
        return Err(Diagnostic::error(ChartCode::BrokenArchive, "no files in chart archive"));
    }
    Ok(files)
}

/// Skips by reading. `tar` by itself clears a large buffer to skip the few bytes between files.
struct ForwardSeek<R> {
    from: R,
    at: u64,
}

impl<R: Read> Read for ForwardSeek<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.from.read(into)?;
        self.at += count as u64;
        Ok(count)
    }
}

impl<R: Read> Seek for ForwardSeek<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let SeekFrom::Current(distance) = to else { return Err(io::ErrorKind::Unsupported.into()) };
        let distance = u64::try_from(distance).map_err(|_| io::ErrorKind::Unsupported)?;
        if io::copy(&mut self.by_ref().take(distance), &mut io::sink())? < distance {
            return Err(io::Error::other("unexpected EOF during skip"));
        }
        Ok(self.at)
    }
}

/// Reads the bytes of an entry into `data`.
///
/// # Errors
/// An archive that ends before the size in the entry's header.
fn content<R: Read>(entry: &mut tar::Entry<'_, R>, data: &mut Vec<u8>) -> Result<(), Diagnostic> {
    let size = entry.size();
    data.clear();
    data.reserve(usize::try_from(size.min(MAX_FILE_BYTES)).unwrap_or_default());
    entry.take(MAX_FILE_BYTES).read_to_end(data).map_err(|error| broken(&error))?;
    if (data.len() as u64) < size {
        return Err(Diagnostic::error(ChartCode::BrokenArchive, "unable to load chart archive: unexpected EOF"));
    }
    Ok(())
}

/// Removes the UTF-8 byte order mark, as Helm does for every file.
pub(super) fn without_mark(data: &[u8]) -> &[u8] {
    data.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(data)
}

fn broken(error: &std::io::Error) -> Diagnostic {
    Diagnostic::error(ChartCode::BrokenArchive, format!("unable to load chart archive: {error}"))
}

/// Returns the path inside the chart: `templates/x.yaml` for `chart/templates/x.yaml`.
///
/// # Errors
/// Helm's text, and the path of the entry.
fn inner_name(raw: &str) -> Result<String, Diagnostic> {
    // Archives packed on Windows use backslashes.
    let delimiter = if raw.contains('\\') { '\\' } else { '/' };
    let (first, rest) = raw.split_once(delimiter).unwrap_or((raw, ""));
    let rest = rest.replace(delimiter, "/");
    let illegal = |reason: &str| Diagnostic::error(ChartCode::IllegalPath, format!("{reason}: {raw:?}"));
    if rest.starts_with('/') {
        return Err(illegal("chart illegally contains absolute paths"));
    }
    let name = clean(&rest);
    if name.is_empty() {
        let diagnostic = illegal("chart illegally contains content outside the base directory");
        return Err(diagnostic.help("every file of a packed chart is below one folder, as `helm package` packs it"));
    }
    if name.starts_with("..") {
        return Err(illegal("chart illegally references parent directory"));
    }
    if name.as_bytes().first().is_some_and(u8::is_ascii_alphabetic) && name[1..].starts_with(":/") {
        return Err(illegal("chart contains illegally named files"));
    }
    if first == "Chart.yaml" {
        return Err(illegal("chart yaml not in base directory"));
    }
    Ok(name)
}

/// Removes `.`, empty steps and every `..` that has a step before it from a relative path.
fn clean(path: &str) -> String {
    let mut steps: Vec<&str> = Vec::new();
    for step in path.split('/') {
        match step {
            "" | "." => {}
            ".." if steps.last().is_some_and(|last| *last != "..") => {
                steps.pop();
            }
            step => steps.push(step),
        }
    }
    steps.join("/")
}

/// How many bytes [`check_gzip`] looks at.
pub(super) const CHECKED_BYTES: usize = content_type::MAX_BYTES;

/// Checks that the first [`CHECKED_BYTES`] of a file are those of gzip.
///
/// # Errors
/// Helm's text for a file that is not a gzipped archive.
pub(super) fn check_gzip(name: &str, start: &[u8]) -> Result<(), Diagnostic> {
    if start.starts_with(b"\x1F\x8B\x08") {
        return Ok(());
    }
    if name.ends_with(".yml") || name.ends_with(".yaml") {
        let message = format!("file '{name}' seems to be a YAML file, but expected a gzipped archive");
        return Err(
            Diagnostic::error(ChartCode::NotAChart, message).help("give the folder of the chart, or its `.tgz`")
        );
    }
    // Helm detects the type in a buffer that zeros fill up.
    let mut buffer = [0; CHECKED_BYTES];
    buffer.iter_mut().zip(start).for_each(|(to, from)| *to = *from);
    let message =
        format!("file '{name}' does not appear to be a gzipped archive; got '{}'", content_type::detect(&buffer));
    Err(Diagnostic::error(ChartCode::NotAChart, message).help(EXPECTED))
}

/// The most bytes of a packed chart.
pub(super) const MAX_PACKED_BYTES: u64 = MAX_CHART_BYTES;
