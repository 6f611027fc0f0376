//! Packed charts: a tar archive, compressed by gzip, read with limits and nothing written.
//!
//! What Helm refuses is refused with its words. Beyond that, links and devices are refused where Helm takes them for
//! empty files, and the limits of [`limits`](super::limits) hold for archives in archives too.

mod header;

use std::io::{self, BufReader, Read, Seek, SeekFrom};

use flate2::read::MultiGzDecoder;

use self::header::{Extensions, Kind};
use super::ChartCode;
use super::limits::{Budget, MAX_CHART_BYTES, MAX_FILE_BYTES};
use super::model::File;
use mkmanifests_yaml::diagnostic::Diagnostic;

/// What the headers and paddings of a tar archive may come to, beside the files.
const MAX_OVERHEAD: u64 = 32 << 20;

/// How many bytes are unpacked at once: each call of the decoder takes its time, and most files are small.
const BUFFER: usize = 32 << 10;

/// The files of a packed chart, named without the first folder, in the order of the archive.
///
/// # Errors
/// If it is no gzip or tar, holds what leads out of the chart, or is too large.
pub(super) fn files(packed: impl Read, budget: &mut Budget) -> Result<Vec<File>, Diagnostic> {
    // Together with the budget for files this bounds what headers alone may make us read.
    let unpacked =
        BufReader::with_capacity(BUFFER, MultiGzDecoder::new(packed)).take(budget.bytes().saturating_add(MAX_OVERHEAD));
    let mut archive = tar::Archive::new(Forwards { from: unpacked, at: 0 });
    archive.set_ignore_zeros(false);
    let entries = archive.entries_with_seek().map_err(|error| broken(&error))?.raw(true);
    let mut files: Vec<File> = Vec::new();
    // Room for the largest file, since each is copied once more to where charts share it.
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
        if let Kind::Refused(what) = kind {
            let diagnostic = Diagnostic::error(
                ChartCode::IrregularFile,
                format!("chart archive holds {what} {raw:?}, expected files only"),
            );
            return Err(diagnostic.help("pack the chart with `helm package`, which puts in what links lead to"));
        }
        budget.take_file(&raw, entry.size(), "decompressed chart")?;
        content(&mut entry, &mut data)?;
        files.push(File::new(name, without_mark(&data)));
    }
    if files.is_empty() {
        return Err(Diagnostic::error(ChartCode::BrokenArchive, "no files in chart archive"));
    }
    Ok(files)
}

/// Skips by reading. The archive's own way clears a large buffer before each file, for the few bytes between files.
struct Forwards<R> {
    from: R,
    at: u64,
}

impl<R: Read> Read for Forwards<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.from.read(into)?;
        self.at += count as u64;
        Ok(count)
    }
}

impl<R: Read> Seek for Forwards<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let SeekFrom::Current(distance) = to else { return Err(io::ErrorKind::Unsupported.into()) };
        let distance = u64::try_from(distance).map_err(|_| io::ErrorKind::Unsupported)?;
        if io::copy(&mut self.by_ref().take(distance), &mut io::sink())? < distance {
            return Err(io::Error::other("unexpected EOF during skip"));
        }
        Ok(self.at)
    }
}

/// The bytes of an entry, which are as many as its header says or the archive is broken.
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

/// A text without UTF-8's byte order mark, which Helm takes away from every file.
pub(super) fn without_mark(data: &[u8]) -> &[u8] {
    data.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(data)
}

fn broken(error: &std::io::Error) -> Diagnostic {
    Diagnostic::error(ChartCode::BrokenArchive, format!("unable to load chart archive: {error}"))
}

/// The name inside the chart of `chart/templates/x.yaml`: `templates/x.yaml`.
fn inner_name(raw: &str) -> Result<String, Diagnostic> {
    // Archives that were packed on Windows have backslashes.
    let delimiter = if raw.contains('\\') { '\\' } else { '/' };
    let (first, rest) = raw.split_once(delimiter).unwrap_or((raw, ""));
    let rest = rest.replace(delimiter, "/");
    if rest.starts_with('/') {
        return Err(Diagnostic::error(ChartCode::IllegalPath, "chart illegally contains absolute paths"));
    }
    let name = clean(&rest);
    if name.is_empty() {
        let message = format!("chart illegally contains content outside the base directory: {raw:?}");
        return Err(Diagnostic::error(ChartCode::IllegalPath, message));
    }
    if name.starts_with("..") {
        return Err(Diagnostic::error(ChartCode::IllegalPath, "chart illegally references parent directory"));
    }
    if name.as_bytes().first().is_some_and(u8::is_ascii_alphabetic) && name[1..].starts_with(":/") {
        return Err(Diagnostic::error(ChartCode::IllegalPath, "chart contains illegally named files"));
    }
    if first == "Chart.yaml" {
        return Err(Diagnostic::error(ChartCode::IllegalPath, "chart yaml not in base directory"));
    }
    Ok(name)
}

/// A relative path without `.`, empty steps and `..` that can be resolved; those that cannot stay in front.
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

/// Says what is wrong with a file that does not begin as gzip does.
pub(super) fn check_gzip(name: &str, start: &[u8]) -> Result<(), Diagnostic> {
    if start.starts_with(b"\x1F\x8B") {
        return Ok(());
    }
    if name.ends_with(".yml") || name.ends_with(".yaml") {
        let message = format!("file '{name}' seems to be a YAML file, but expected a gzipped archive");
        return Err(
            Diagnostic::error(ChartCode::NotAChart, message).help("name the folder of the chart, or its `.tgz`")
        );
    }
    let diagnostic =
        Diagnostic::error(ChartCode::NotAChart, format!("file '{name}' does not appear to be a gzipped archive"));
    Err(diagnostic.help("expected the folder of a chart, or a `.tgz` that `helm package` wrote"))
}

/// How many bytes a packed chart may have.
pub(super) const MAX_PACKED_BYTES: u64 = MAX_CHART_BYTES;
