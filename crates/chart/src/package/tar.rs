//! The tar format as Go's `archive/tar` writes it: USTAR if the header has room, otherwise PAX.
//!
//! Source: POSIX.1-2001, `pax`, "ustar Interchange Format" and "pax Interchange Format".

const BLOCK: usize = 512;

/// The lengths of the fields for the name and its prefix.
const NAME: usize = 100;
const PREFIX: usize = 155;

/// The permissions of every file.
const MODE: u64 = 0o644;

/// The first number that does not fit into the field for a size or a time: eleven octal digits.
const TOO_LARGE: i64 = 1 << 33;

/// Writes a tar archive to memory.
#[derive(Debug, Default)]
pub(super) struct Writer {
    out: Vec<u8>,
}

impl Writer {
    /// Adds a file. `modified` is in seconds since 1970.
    pub(super) fn file(&mut self, name: &str, data: &[u8], modified: i64) {
        let time_fits = (0..TOO_LARGE).contains(&modified);
        let time = if time_fits { modified.unsigned_abs() } else { 0 };
        if let (true, Some((prefix, base))) = (time_fits, split(name)) {
            let mut header = Header::new(b'0', base, MODE, data.len() as u64, time);
            header.text(345, PREFIX, prefix);
            return self.write(header, data);
        }
        let mut records = String::new();
        if !time_fits {
            records.push_str(&record("mtime", &modified.to_string()));
        }
        let ascii = only_ascii(name);
        if name.len() > NAME || ascii != name {
            records.push_str(&record("path", name));
        }
        self.extension(&ascii, &records);
        self.write(Header::new(b'0', &ascii, MODE, data.len() as u64, time), data);
    }

    /// Adds the records about the next file.
    fn extension(&mut self, name: &str, records: &str) {
        let (folder, base) = name.rsplit_once('/').unwrap_or(("", name));
        let name =
            if folder.is_empty() { format!("PaxHeaders.0/{base}") } else { format!("{folder}/PaxHeaders.0/{base}") };
        let name = name.get(..NAME).unwrap_or(&name).trim_end_matches('/');
        self.write(Header::new(b'x', name, 0, records.len() as u64, 0), records.as_bytes());
    }

    fn write(&mut self, header: Header, data: &[u8]) {
        self.out.extend(header.finish());
        self.out.extend(data);
        self.out.resize(self.out.len().next_multiple_of(BLOCK), 0);
    }

    /// Returns the archive, which ends with two empty blocks.
    pub(super) fn finish(mut self) -> Vec<u8> {
        self.out.resize(self.out.len() + 2 * BLOCK, 0);
        self.out
    }
}

/// Splits a name into prefix and name; `None` if it does not fit into their fields.
fn split(name: &str) -> Option<(&str, &str)> {
    if !name.bytes().all(|byte| byte.is_ascii() && byte != 0) {
        return None;
    }
    if name.len() <= NAME {
        return Some(("", name));
    }
    let slash = name.get(..PREFIX + 1).unwrap_or(name).rfind('/').filter(|slash| *slash > 0)?;
    let (prefix, rest) = (name.get(..slash)?, name.get(slash + 1..)?);
    (!rest.is_empty() && rest.len() <= NAME).then_some((prefix, rest))
}

fn only_ascii(name: &str) -> String {
    name.chars().filter(|char| char.is_ascii() && *char != '\0').collect()
}

/// Writes a record of PAX: its own length, the key and the value.
fn record(key: &str, value: &str) -> String {
    let rest = key.len() + value.len() + " =\n".len();
    let digits = (1..).find(|digits| (rest + digits).to_string().len() == *digits).unwrap_or(1);
    format!("{} {key}={value}\n", rest + digits)
}

/// A block that describes a file.
struct Header([u8; BLOCK]);

impl Header {
    fn new(kind: u8, name: &str, mode: u64, size: u64, time: u64) -> Header {
        let mut header = Header([0; BLOCK]);
        header.text(0, NAME, name);
        // Mode, user, group, size and time.
        for (at, length, number) in [(100, 8, mode), (108, 8, 0), (116, 8, 0), (124, 12, size), (136, 12, time)] {
            header.octal(at, length, number);
        }
        header.0[156] = kind;
        header.text(257, 8, "ustar\x0000");
        // The numbers of a device; an extension has none.
        if kind == b'0' {
            header.octal(329, 8, 0);
            header.octal(337, 8, 0);
        }
        header
    }

    /// Writes a text into a field, cut to its length.
    fn text(&mut self, at: usize, length: usize, text: &str) {
        let cut = text.as_bytes().get(..length).unwrap_or(text.as_bytes());
        self.0[at..at + cut.len()].copy_from_slice(cut);
        // A reader could take a file for a folder if its name is cut behind a slash.
        if text.len() > length && cut.ends_with(b"/") {
            let end = text[..length].trim_end_matches('/').len();
            self.0[at + end] = 0;
        }
    }

    /// Writes a number in octal digits, with zeros before it and a NUL behind it.
    fn octal(&mut self, at: usize, length: usize, number: u64) {
        self.text(at, length, &format!("{number:0width$o}\0", width = length - 1));
    }

    /// Adds the checksum.
    fn finish(mut self) -> [u8; BLOCK] {
        // The sum counts its own field as spaces.
        self.0[148..156].fill(b' ');
        let sum: u64 = self.0.iter().map(|byte| u64::from(*byte)).sum();
        self.octal(148, 7, sum);
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::{record, split};

    #[test]
    fn records_count_their_own_length() {
        assert_eq!(record("path", "abc"), "12 path=abc\n");
        assert_eq!(record("path", &"a".repeat(89)), format!("98 path={}\n", "a".repeat(89)));
        assert_eq!(record("path", &"a".repeat(91)), format!("101 path={}\n", "a".repeat(91)));
    }

    #[test]
    fn long_names_are_split() {
        let (folder, file) = ("f".repeat(120), "n".repeat(100));
        assert_eq!(split(&format!("{folder}/{file}")), Some((&*folder, &*file)));
        assert_eq!(split(&format!("{folder}/{file}n")), None);
        assert_eq!(split("a/ö"), None);
        assert_eq!(split(&"n".repeat(101)), None);
    }
}
