//! Parses versions as leniently as Masterminds does: `v1`, `1.2` and leading zeros are accepted.

use std::cmp::Ordering;
use std::fmt;

use super::scan::Scan;
use crate::quote::quote;

/// A semantic version.
#[derive(Debug, Clone)]
pub struct Version {
    /// The major version.
    pub major: u64,
    /// The minor version; 0 if it is omitted.
    pub minor: u64,
    /// The patch version; 0 if it is omitted.
    pub patch: u64,
    /// The prerelease, without the `-`.
    pub prerelease: String,
    /// The build metadata, without the `+`.
    pub metadata: String,
    /// The text that was parsed.
    pub original: String,
}

impl Version {
    /// Parses a version.
    ///
    /// # Errors
    /// The error text of the Go library.
    pub fn parse(text: &str) -> Result<Version, String> {
        let mut scan = Scan { rest: text };
        scan.text("v");
        let is_digit = |char: char| char.is_ascii_digit();
        let major = scan.run(is_digit).ok_or("invalid semantic version")?;
        let minor = scan.dotted(is_digit);
        let patch = scan.dotted(is_digit);
        let prerelease = scan.identifiers("-").unwrap_or_default();
        let metadata = scan.identifiers("+").unwrap_or_default();
        if !scan.rest.is_empty() {
            return Err("invalid semantic version".into());
        }
        let version = Version {
            major: number(major)?,
            minor: number(minor.unwrap_or("0"))?,
            patch: number(patch.unwrap_or("0"))?,
            prerelease: prerelease.to_owned(),
            metadata: metadata.to_owned(),
            original: text.to_owned(),
        };
        check_prerelease(prerelease)?;
        Ok(version)
    }

    /// Compares by SemVer's precedence, which ignores build metadata. As in Masterminds, two prereleases with the same
    /// number in different digits are not equal: the first one is older.
    pub fn order(&self, other: &Version) -> Ordering {
        let numbers = |version: &Version| (version.major, version.minor, version.patch);
        numbers(self).cmp(&numbers(other)).then_with(|| match (&*self.prerelease, &*other.prerelease) {
            ("", "") => Ordering::Equal,
            ("", _) => Ordering::Greater,
            (_, "") => Ordering::Less,
            (a, b) => order_prereleases(a, b),
        })
    }

    fn renewed(&self, change: impl FnOnce(&mut Version)) -> Version {
        let mut version = self.clone();
        change(&mut version);
        let prefix = if self.original.starts_with('v') { "v" } else { "" };
        version.original = format!("{prefix}{version}");
        version
    }

    fn released(&self, numbers: [u64; 3]) -> Version {
        let [major, minor, patch] = numbers;
        let (prerelease, metadata) = (String::new(), String::new());
        self.renewed(|version| {
            *version = Version { major, minor, patch, prerelease, metadata, original: String::new() };
        })
    }

    /// Returns the version without its prerelease; for a version without one, the next patch version (`IncPatch`).
    pub fn next_patch(&self) -> Result<Version, String> {
        let patch = if self.prerelease.is_empty() { next(self.patch, "patch")? } else { self.patch };
        Ok(self.released([self.major, self.minor, patch]))
    }

    /// Returns the next minor version (`IncMinor`).
    ///
    /// # Errors
    /// The number has no successor.
    pub fn next_minor(&self) -> Result<Version, String> {
        Ok(self.released([self.major, next(self.minor, "minor")?, 0]))
    }

    /// Returns the next major version (`IncMajor`).
    ///
    /// # Errors
    /// The number has no successor.
    pub fn next_major(&self) -> Result<Version, String> {
        Ok(self.released([next(self.major, "major")?, 0, 0]))
    }

    /// Returns the version with another prerelease (`SetPrerelease`).
    ///
    /// # Errors
    /// The text is not a valid prerelease.
    pub fn with_prerelease(&self, text: &str) -> Result<Version, String> {
        check_prerelease(text)?;
        Ok(self.renewed(|version| text.clone_into(&mut version.prerelease)))
    }

    /// Returns the version with other build metadata (`SetMetadata`).
    ///
    /// # Errors
    /// The text is not valid metadata.
    pub fn with_metadata(&self, text: &str) -> Result<Version, String> {
        if !text.is_empty() && !text.split('.').all(is_identifier) {
            return Err("invalid metadata string".into());
        }
        Ok(self.renewed(|version| text.clone_into(&mut version.metadata)))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)?;
        if !self.prerelease.is_empty() {
            write!(f, "-{}", self.prerelease)?;
        }
        if !self.metadata.is_empty() {
            write!(f, "+{}", self.metadata)?;
        }
        Ok(())
    }
}

fn next(number: u64, name: &str) -> Result<u64, String> {
    number.checked_add(1).ok_or_else(|| format!("{name} version increment would overflow uint64"))
}

fn number(digits: &str) -> Result<u64, String> {
    digits.parse().map_err(|_| {
        let quoted = quote(digits.as_bytes());
        format!("error parsing version segment: strconv.ParseUint: parsing {quoted}: value out of range")
    })
}

fn is_identifier(part: &str) -> bool {
    !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

fn check_prerelease(text: &str) -> Result<(), &'static str> {
    if text.is_empty() {
        return Ok(());
    }
    for part in text.split('.') {
        if !is_identifier(part) {
            return Err("invalid prerelease string");
        }
        if part.len() > 1 && part.starts_with('0') && part.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err("version segment starts with 0");
        }
    }
    Ok(())
}

pub(super) fn order_prereleases(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a.split('.'), b.split('.'));
    loop {
        match (left.next(), right.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(a), Some(b)) if a == b => {}
            (Some(a), Some(b)) => match order_parts(a, b) {
                Ordering::Equal => return Ordering::Less,
                order => return order,
            },
        }
    }
}

/// Compares two identifiers: numbers come before words. As in Masterminds, numbers beyond 64 bits are compared as
/// words.
fn order_parts(a: &str, b: &str) -> Ordering {
    match (a.parse::<u64>(), b.parse::<u64>()) {
        (Ok(a), Ok(b)) => a.cmp(&b),
        (Ok(_), Err(_)) => Ordering::Less,
        (Err(_), Ok(_)) => Ordering::Greater,
        (Err(_), Err(_)) => a.cmp(b),
    }
}
