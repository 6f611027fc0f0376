//! Reads files and streams, but never more than a limit: a pipe or a device may never end.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// The most bytes of a text that a user gives (values, patches, manifests): 16 MiB.
pub const MAX_TEXT: usize = 16 << 20;

/// The most bytes of a file in a rendered tree, which is only compared: 256 MiB.
pub const MAX_RENDERED: usize = 256 << 20;

crate::codes! {
    /// Why a file or folder cannot be read or written.
    pub enum FileCode {
        /// There is no such file or folder.
        NotFound = "file/not-found",
        /// It is not a folder.
        NotAFolder = "file/not-a-folder",
        /// It is larger than the limit.
        TooLarge = "file/too-large",
        /// A link leads back to a folder that it is in.
        LinkLoop = "file/link-loop",
        /// It cannot be read for another reason.
        Unreadable = "file/unreadable",
        /// It cannot be written, or locked for writing.
        Unwritable = "file/unwritable",
    }
}

impl FileCode {
    /// Returns the code of an error of reading.
    pub fn of_reading(error: &io::Error) -> FileCode {
        match error.kind() {
            io::ErrorKind::NotFound => FileCode::NotFound,
            io::ErrorKind::FileTooLarge => FileCode::TooLarge,
            _ => FileCode::Unreadable,
        }
    }
}

/// Reads a file to its end.
///
/// # Errors
///
/// Where it cannot be read, or is larger than `limit` bytes ([`io::ErrorKind::FileTooLarge`]).
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

/// Reads a stream to its end.
///
/// # Errors
///
/// As [`read`]; not more than one byte beyond `limit` has been read then.
///
/// ```
/// use mkmanifests_yaml::files::read_stream;
/// assert_eq!(read_stream(&b"abc"[..], 3).unwrap(), b"abc");
/// let endless = std::io::repeat(b'x');
/// assert_eq!(read_stream(endless, 1 << 20).unwrap_err().to_string(), "more than 1 MiB, the limit of mkmanifests");
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
    io::Error::new(io::ErrorKind::FileTooLarge, format!("more than {limit}, the limit of mkmanifests"))
}
