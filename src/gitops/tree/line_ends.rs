//! Line endings: Git on Windows checks out text files with CRLF, while the index contains the hashes of files with LF.

use std::borrow::Cow;
use std::path::Path;

use super::folder::{Entry, entry_at};
use super::temporary::TemporaryFolder;
use crate::diagnostic::{Diagnostic, io_reason};
use crate::files::FileCode;

/// The file that keeps Git from converting line endings: <https://git-scm.com/docs/gitattributes>.
const ATTRIBUTES: (&str, &[u8]) = (".gitattributes", b"* -text\n");

/// Replaces each CRLF by LF.
pub(in super::super) fn with_lf(content: &[u8]) -> Cow<'_, [u8]> {
    if !content.windows(2).any(|pair| pair == b"\r\n") {
        return Cow::Borrowed(content);
    }
    let mut text = Vec::with_capacity(content.len());
    for (at, byte) in content.iter().enumerate() {
        if *byte != b'\r' || content.get(at + 1) != Some(&b'\n') {
            text.push(*byte);
        }
    }
    Cow::Owned(text)
}

/// Writes `.gitattributes` into a tree that has none. It is not in an index, so that the user may change it.
pub(in super::super) fn add_attributes(tree: &Path, temporary: &TemporaryFolder) -> Result<(), Diagnostic> {
    let (name, text) = ATTRIBUTES;
    let path = tree.join(name);
    let added = entry_at(&path).and_then(|entry| match entry {
        Entry::Missing => temporary.write(&path, text),
        _ => Ok(()),
    });
    added.map_err(|error| {
        let message = format!("cannot write `{}`: {}", path.display(), io_reason(&error));
        Diagnostic::error(FileCode::Unwritable, message)
    })
}

#[cfg(test)]
mod tests {
    use super::with_lf;

    #[test]
    fn only_crlf_is_replaced() {
        let cases: [(&[u8], &[u8]); 6] = [
            (b"a\r\nb\r\n", b"a\nb\n"),
            (b"a\nb\n", b"a\nb\n"),
            (b"a\rb", b"a\rb"),
            (b"a\r\r\n", b"a\r\n"),
            (b"\r", b"\r"),
            (b"", b""),
        ];
        for (content, expected) in cases {
            assert_eq!(with_lf(content).as_ref(), expected);
        }
    }
}
