//! Reads files and streams up to a limit: a pipe or a device may never end.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// The maximum size of an input text (values, patches, manifests) in bytes: 16 MiB.
pub const MAX_TEXT: usize = 16 << 20;

/// The maximum size of a file in a rendered tree in bytes: 256 MiB.
pub const MAX_RENDERED: usize = 256 << 20;

crate::codes! {
    /// The reason why a file or folder cannot be read or written.
    pub enum FileCode {
        /// The file or folder does not exist.
        NotFound = "file/not-found",
        /// It is not a folder.
        NotAFolder = "file/not-a-folder",
        /// It is larger than the limit.
        TooLarge = "file/too-large",
        /// A symbolic link points to a folder that contains it.
        LinkLoop = "file/link-loop",
        /// It cannot be read for another reason.
        Unreadable = "file/unreadable",
        /// It cannot be written or locked.
        Unwritable = "file/unwritable",
    }
}

impl FileCode {
    /// Returns the code for an error of reading a file.
    pub fn of_reading(error: &io::Error) -> FileCode {
        match error.kind() {
            io::ErrorKind::NotFound => FileCode::NotFound,
            io::ErrorKind::FileTooLarge => FileCode::TooLarge,
            _ => FileCode::Unreadable,
        }
    }
}

/// Reads a whole file of at most `limit` bytes.
///
/// # Errors
///
/// The errors of the operating system, and [`io::ErrorKind::FileTooLarge`] if the file is larger.
pub fn read(path: &Path, limit: usize) -> io::Result<Vec<u8>> {
    let file = File::open(path)?;
    let length = file.metadata().map_or(0, |metadata| metadata.len());
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    if length > limit {
        return Err(too_large(limit));
    }
    let mut bytes = Vec::with_capacity(length + 1);
    read_into(file, limit, &mut bytes)?;
    Ok(bytes)
}

/// Reads a whole stream of at most `limit` bytes.
///
/// # Errors
///
/// As [`read`]. At most one byte beyond `limit` is read.
///
/// ```
/// use mkmanifests_yaml::files::read_stream;
/// assert_eq!(read_stream(&b"abc"[..], 3).unwrap(), b"abc");
/// let endless = std::io::repeat(b'x');
/// assert_eq!(read_stream(endless, 1 << 20).unwrap_err().to_string(), "larger than the limit of 1 MiB");
/// ```
pub fn read_stream(stream: impl Read, limit: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    read_into(stream, limit, &mut bytes)?;
    Ok(bytes)
}

fn read_into(stream: impl Read, limit: usize, bytes: &mut Vec<u8>) -> io::Result<()> {
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    stream.take(most).read_to_end(bytes)?;
    if bytes.len() > limit { Err(too_large(limit)) } else { Ok(()) }
}

fn too_large(limit: usize) -> io::Error {
    let limit = if limit < 1 << 20 { format!("{limit} bytes") } else { format!("{} MiB", limit >> 20) };
    io::Error::new(io::ErrorKind::FileTooLarge, format!("larger than the limit of {limit}"))
}
