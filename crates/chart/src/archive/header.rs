//! The kind and path of each entry in a tar archive.

use std::io::{self, Read};

use crate::ChartCode;
use mkmanifests_yaml::diagnostic::Diagnostic;

/// The longest name or set of records that an extension header may carry.
const MAX_EXTENSION: u64 = 64 << 10;

/// The kind of an entry, as far as a chart needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A file.
    File,
    /// A folder; charts need only its files.
    Folder,
    /// An extension header, which describes the next entry.
    Extension,
    /// Anything else, which charts may not contain: how messages name it.
    Unsupported(&'static str),
}

/// Returns the kind of an entry.
///
/// # Errors
/// A header without a valid size.
pub(super) fn kind(header: &tar::Header) -> Result<Kind, Diagnostic> {
    use tar::EntryType;
    // A header without a valid size is an error for every kind of entry.
    header.entry_size().map_err(|error| {
        Diagnostic::error(ChartCode::BrokenArchive, format!("unable to load chart archive: {error}"))
    })?;
    Ok(match header.entry_type() {
        EntryType::Regular | EntryType::Continuous => Kind::File,
        EntryType::Directory => Kind::Folder,
        EntryType::GNULongName | EntryType::GNULongLink | EntryType::XHeader | EntryType::XGlobalHeader => {
            Kind::Extension
        }
        EntryType::Symlink => Kind::Unsupported("the symbolic link"),
        EntryType::Link => Kind::Unsupported("the hard link"),
        EntryType::Char | EntryType::Block => Kind::Unsupported("the device"),
        EntryType::Fifo => Kind::Unsupported("the pipe"),
        EntryType::GNUSparse => Kind::Unsupported("the sparse file"),
        _ => Kind::Unsupported("the unknown entry"),
    })
}

/// Returns the path in a header, with U+FFFD for invalid UTF-8.
pub(super) fn path(header: &tar::Header) -> String {
    String::from_utf8_lossy(&header.path_bytes()).into_owned()
}

/// What extension headers say about the next entry.
#[derive(Debug, Default)]
pub(super) struct Extensions {
    path: Option<String>,
}

impl Extensions {
    /// Takes the path that an extension header gave for the next entry, if any.
    pub(super) fn take_path(&mut self) -> Option<String> {
        self.path.take()
    }

    /// Reads an extension header.
    pub(super) fn read<R: Read>(&mut self, entry: &mut tar::Entry<'_, R>) -> io::Result<()> {
        let kind = entry.header().entry_type();
        if entry.size() > MAX_EXTENSION {
            return Err(io::Error::other("an extension header is too long"));
        }
        let mut data = Vec::new();
        entry.read_to_end(&mut data)?;
        match kind {
            tar::EntryType::GNULongName => {
                let name = data.split(|byte| *byte == 0).next().unwrap_or_default();
                self.path = Some(String::from_utf8_lossy(name).into_owned());
            }
            tar::EntryType::XHeader => self.records(&data)?,
            _ => {}
        }
        Ok(())
    }

    /// PAX records: `30 path=chart/templates/x.yaml` and a line end, the length counting all of it.
    fn records(&mut self, mut data: &[u8]) -> io::Result<()> {
        while !data.is_empty() {
            let (key, value, rest) = record(data).ok_or_else(|| io::Error::other("invalid tar header"))?;
            match key {
                b"path" => self.path = Some(String::from_utf8_lossy(value).into_owned()),
                b"size" => return Err(io::Error::other("a file is larger than 8 GiB")),
                key if key.starts_with(b"GNU.sparse") => return Err(io::Error::other("a file is sparse")),
                _ => {}
            }
            data = rest;
        }
        Ok(())
    }
}

/// Key, value and what follows the first record.
fn record(data: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let space = data.iter().take(8).position(|byte| *byte == b' ')?;
    let length: usize = std::str::from_utf8(&data[..space]).ok()?.parse().ok()?;
    let record = data.get(space + 1..length)?.strip_suffix(b"\n")?;
    let equals = record.iter().position(|byte| *byte == b'=')?;
    Some((&record[..equals], &record[equals + 1..], &data[length..]))
}
