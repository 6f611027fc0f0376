//! Compiles patterns, and iterates over matches as Go does.

use regex::bytes::{Regex, RegexBuilder};

use super::subject::Subject;
use super::syntax;
use crate::runes;

/// Go's own limit on a compiled program is about 128 MiB.
const SIZE_LIMIT: usize = 1 << 26;
/// Go allows 1,000; the translation puts groups around what is repeated.
const NEST_LIMIT: u32 = 2500;

/// A compiled pattern.
#[derive(Debug)]
pub struct Pattern {
    regex: Regex,
    /// The names of the groups, from group 1 on. Go allows a name twice, `regex` does not.
    pub names: Vec<Option<String>>,
}

/// The start and end of each group; group 0 is the whole match.
pub(super) type Groups = Vec<Option<(usize, usize)>>;

impl Pattern {
    /// Compiles a pattern in Go's syntax.
    ///
    /// # Errors
    /// Go's error text.
    pub fn compile(text: &[u8]) -> Result<Pattern, String> {
        let fail = |what: &str, at: &str| format!("error parsing regexp: {what}: `{at}`");
        let lossy = String::from_utf8_lossy(text);
        let text = std::str::from_utf8(text).map_err(|_| fail("invalid UTF-8", &lossy))?;
        let translated = syntax::translate(text).map_err(|fault| fail(fault.what, &fault.at))?;
        let regex = RegexBuilder::new(&translated.pattern).size_limit(SIZE_LIMIT).nest_limit(NEST_LIMIT).build();
        let regex = regex.map_err(|_| fail("expression too large", text))?;
        Ok(Pattern { regex, names: translated.names })
    }

    /// Checks a pattern without compiling it: reports the errors of [`Pattern::compile`], except patterns that are too
    /// large.
    ///
    /// # Errors
    /// Go's error text.
    pub fn check(text: &str) -> Result<(), String> {
        let wrong = |fault: syntax::SyntaxError| format!("error parsing regexp: {}: `{}`", fault.what, fault.at);
        syntax::translate(text).map(drop).map_err(wrong)
    }

    /// Returns whether the pattern matches anywhere in a text.
    pub fn is_match(&self, text: &str) -> bool {
        self.regex.is_match(text.as_bytes())
    }

    /// Returns the first match at or after a byte position: its start and end in bytes.
    pub fn find_at(&self, text: &Subject<'_>, from: usize) -> Option<(usize, usize)> {
        let found = self.regex.find_at(text.searched(), text.to_searched(from))?;
        Some((text.to_own(found.start()), text.to_own(found.end())))
    }

    /// Returns the groups of the first match at or after a byte position.
    pub(super) fn groups_at(&self, text: &Subject<'_>, from: usize) -> Option<Groups> {
        let found = self.regex.captures_at(text.searched(), text.to_searched(from))?;
        let own = |group: regex::bytes::Match<'_>| (text.to_own(group.start()), text.to_own(group.end()));
        Some(found.iter().map(|group| group.map(own)).collect())
    }

    /// Returns the matches: at most `count`, or all if it is negative. An empty match directly after another match does
    /// not count.
    pub fn find_all(&self, text: &Subject<'_>, count: i64) -> Vec<(usize, usize)> {
        let limit = usize::try_from(count).unwrap_or(usize::MAX);
        let (mut found, mut at, mut last_end) = (Vec::new(), 0, None);
        while found.len() < limit && at <= text.bytes.len() {
            let Some((from, to)) = self.find_at(text, at) else { break };
            let refused = to == at && last_end == Some(from);
            at = if to == at { at + width(text.bytes, at).max(1) } else { to };
            last_end = Some(to);
            if !refused {
                found.push((from, to));
            }
        }
        found
    }
}

/// Returns the length of the character at a position in bytes; 0 at the end.
pub(super) fn width(text: &[u8], at: usize) -> usize {
    runes(text.get(at..).unwrap_or_default()).next().map_or(0, |(_, width)| width)
}
