//! Compiles patterns, and iterates over matches as Go does.

use std::sync::OnceLock;

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
    /// The program for texts of ASCII, which compiles several times faster: `[^a]` is a set of bytes. `None` if the
    /// pattern has other characters.
    ascii: Option<Regex>,
    /// The program for all texts, compiled when there is one.
    any: OnceLock<Option<Regex>>,
    /// The pattern in the syntax of `regex`.
    translated: String,
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
        let syntax::Translated { pattern: translated, names } = translated;
        // Only counts make a program too large, which is an error of the pattern, whatever it is used for. Other characters
        // may match ASCII in another case.
        let is_plain = text.is_ascii() && !text.contains('{');
        let ascii = if is_plain { program(&translated, false).ok() } else { None };
        let pattern = Pattern { ascii, any: OnceLock::new(), translated, names };
        if pattern.ascii.is_none() && pattern.any().is_none() {
            return Err(fail("expression too large", text));
        }
        Ok(pattern)
    }

    /// Returns the program for all texts; `None` if it is too large.
    fn any(&self) -> Option<&Regex> {
        self.any.get_or_init(|| program(&self.translated, true).ok()).as_ref()
    }

    /// Returns the program for a text.
    fn program(&self, is_ascii: bool) -> Option<&Regex> {
        self.ascii.as_ref().filter(|_| is_ascii).or_else(|| self.any())
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
        self.program(text.is_ascii()).is_some_and(|regex| regex.is_match(text.as_bytes()))
    }

    /// Returns the first match at or after a byte position: its start and end in bytes.
    pub fn find_at(&self, text: &Subject<'_>, from: usize) -> Option<(usize, usize)> {
        let found = self.program(text.is_ascii)?.find_at(text.searched(), text.to_searched(from))?;
        Some((text.to_own(found.start()), text.to_own(found.end())))
    }

    /// Returns the groups of the first match at or after a byte position.
    pub(super) fn groups_at(&self, text: &Subject<'_>, from: usize) -> Option<Groups> {
        let found = self.program(text.is_ascii)?.captures_at(text.searched(), text.to_searched(from))?;
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

fn program(translated: &str, unicode: bool) -> Result<Regex, regex::Error> {
    RegexBuilder::new(translated).unicode(unicode).size_limit(SIZE_LIMIT).nest_limit(NEST_LIMIT).build()
}

/// Returns the length of the character at a position in bytes; 0 at the end.
pub(super) fn width(text: &[u8], at: usize) -> usize {
    runes(text.get(at..).unwrap_or_default()).next().map_or(0, |(_, width)| width)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_programs_match_the_same_ascii() {
        let patterns = [
            "[^A-Za-z0-9]+$",
            "(.*)(@sha.*)",
            "^.*:(\\d+)",
            "(?i)straSSe|k",
            "\\bweb\\b",
            "[[:^alpha:]]",
            "(?s).",
            "\\S+\\W",
            "\\D\\w",
            "x*",
            "[^\\n]*?",
            "(?m)^a|b$",
            "(?i)[^k]s",
            "\\xff|\\x41",
            "\\Qa.b\\E",
            "(a|)(b)?",
        ];
        let texts = ["", "web-1.2_", "img:80@sha256:ab", "STRASSE K ks", "a\nb\r\n", "\x7f\0 A.b", "aab a.b xx"];
        for pattern in patterns {
            let pattern = Pattern::compile(pattern.as_bytes()).expect("a pattern");
            let (ascii, any) =
                (pattern.ascii.as_ref().expect("a program for ASCII"), pattern.any().expect("a program"));
            for text in texts.map(str::as_bytes) {
                let groups = |regex: &Regex| {
                    let found = |found: regex::bytes::Captures<'_>| {
                        found.iter().map(|group| group.map(|group| group.range())).collect::<Vec<_>>()
                    };
                    regex.captures_iter(text).map(found).collect::<Vec<_>>()
                };
                assert_eq!(groups(ascii), groups(any), "{} {text:?}", pattern.translated);
            }
        }
        for other in ["(?i)\u{17f}", "\\x{212a}", "\\pL", "é", "[é]", "a{2}"] {
            assert!(Pattern::compile(other.as_bytes()).is_ok_and(|pattern| pattern.ascii.is_none()), "{other}");
        }
    }
}
