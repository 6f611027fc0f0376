//! Go's strings: bytes, which are nearly always UTF-8.

use mkmanifests_go::runes;
use std::borrow::{Borrow, Cow};
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// A Go string: any bytes. Order, equality and hash are those of the bytes.
///
/// UTF-8 is stored as `str`, so that reading it as text is free. Other bytes (from `b64dec`, or a slice through the
/// middle of a character) are stored and written unchanged.
#[derive(Clone)]
pub struct Str(Repr);

#[derive(Clone)]
enum Repr {
    Utf8(Arc<str>),
    /// Never valid UTF-8.
    Raw(Arc<[u8]>),
}

impl Str {
    /// Returns the bytes.
    pub fn as_bytes(&self) -> &[u8] {
        match &self.0 {
            Repr::Utf8(text) => text.as_bytes(),
            Repr::Raw(bytes) => bytes,
        }
    }

    /// Returns the text; `None` if it is not UTF-8.
    pub fn as_str(&self) -> Option<&str> {
        if let Repr::Utf8(text) = &self.0 { Some(text) } else { None }
    }

    /// Returns the text as Go's `for range` reads it: with U+FFFD for each byte that is not UTF-8.
    pub fn text(&self) -> Cow<'_, str> {
        match &self.0 {
            Repr::Utf8(text) => Cow::Borrowed(text),
            Repr::Raw(bytes) => Cow::Owned(runes(bytes).map(|(rune, _)| rune).collect()),
        }
    }

    /// Returns the length in bytes, as Go's `len` does.
    pub fn len(&self) -> usize {
        self.as_bytes().len()
    }

    /// Returns whether it is empty.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Default for Str {
    fn default() -> Self {
        Str::from("")
    }
}

impl From<&str> for Str {
    fn from(text: &str) -> Str {
        Str(Repr::Utf8(text.into()))
    }
}

impl From<String> for Str {
    fn from(text: String) -> Str {
        Str(Repr::Utf8(text.into()))
    }
}

impl From<Cow<'_, str>> for Str {
    fn from(text: Cow<'_, str>) -> Str {
        Str(Repr::Utf8(text.into()))
    }
}

impl From<Arc<str>> for Str {
    fn from(text: Arc<str>) -> Str {
        Str(Repr::Utf8(text))
    }
}

impl From<Vec<u8>> for Str {
    fn from(bytes: Vec<u8>) -> Str {
        match String::from_utf8(bytes) {
            Ok(text) => text.into(),
            Err(error) => Str(Repr::Raw(error.into_bytes().into())),
        }
    }
}

impl From<&[u8]> for Str {
    fn from(bytes: &[u8]) -> Str {
        match std::str::from_utf8(bytes) {
            Ok(text) => text.into(),
            Err(_) => Str(Repr::Raw(bytes.into())),
        }
    }
}

impl Borrow<[u8]> for Str {
    fn borrow(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl AsRef<[u8]> for Str {
    fn as_ref(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl PartialEq for Str {
    fn eq(&self, other: &Str) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl PartialEq<[u8]> for Str {
    fn eq(&self, other: &[u8]) -> bool {
        self.as_bytes() == other
    }
}

impl PartialEq<str> for Str {
    fn eq(&self, other: &str) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl PartialEq<&str> for Str {
    fn eq(&self, other: &&str) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl Eq for Str {}

impl PartialOrd for Str {
    fn partial_cmp(&self, other: &Str) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Str {
    fn cmp(&self, other: &Str) -> Ordering {
        self.as_bytes().cmp(other.as_bytes())
    }
}

impl Hash for Str {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_bytes().hash(state);
    }
}

impl fmt::Debug for Str {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.text(), f)
    }
}

impl fmt::Display for Str {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.text(), f)
    }
}
