//! The tokens with names in them: anchors, aliases, tags and directives.

use std::borrow::Cow;

use super::cursor::{Mark, is_word};
use super::fault::{Fallible, Fault};
use super::scan::{Scanner, TokenKind};

impl<'a> Scanner<'a> {
    pub(super) fn fetch_property(&mut self) -> Fallible<()> {
        self.save_simple_key()?;
        self.simple_key_allowed = false;
        let start = self.cursor.mark();
        let kind = match self.cursor.peek(0) {
            b'!' => self.scan_tag(start)?,
            indicator => self.scan_anchor(start, indicator)?,
        };
        self.push(kind, start);
        Ok(())
    }

    fn scan_anchor(&mut self, start: Mark, indicator: u8) -> Fallible<TokenKind<'a>> {
        self.cursor.skip(1);
        let name = self.scan_word();
        let ends = self.cursor.is_blank_or_end(0)
            || matches!(self.cursor.peek(0), b'?' | b':' | b',' | b']' | b'}' | b'%' | b'@' | b'`');
        let indicator = char::from(indicator);
        if name.is_empty() || !ends {
            let what = if indicator == '*' { "an alias" } else { "an anchor" };
            return Err(Fault::new(format!("`{indicator}` begins {what}, but no name follows"), start)
                .scanner(start.line, "did not find expected alphabetic or numeric character")
                .label("expected a name of letters, digits, `_` and `-`")
                .help(format!("text that starts with `{indicator}` needs quotes: `\"{indicator}...\"`")));
        }
        Ok(if indicator == '*' { TokenKind::Alias(name) } else { TokenKind::Anchor(name) })
    }

    fn scan_word(&mut self) -> &'a str {
        let start = self.cursor.at;
        self.cursor.skip_while(is_word);
        self.cursor.slice(start, self.cursor.at)
    }

    fn scan_tag(&mut self, start: Mark) -> Fallible<TokenKind<'a>> {
        let (handle, suffix) = if self.cursor.peek(1) == b'<' {
            self.cursor.skip(2);
            let uri = self.scan_uri(self.cursor.at, start)?;
            if self.cursor.peek(0) != b'>' {
                return Err(Fault::new("the tag that `!<` begins has no closing `>`", start)
                    .scanner(start.line, "did not find the expected '>'"));
            }
            self.cursor.skip(1);
            ("", uri)
        } else {
            self.scan_short_tag(start)?
        };
        if !self.cursor.is_blank_or_end(0) {
            let mark = self.cursor.mark();
            return Err(Fault::new("expected a space after the tag", mark)
                .scanner(mark.line, "did not find expected whitespace or line break")
                .related(start, "`!` begins a tag")
                .help("text that starts with `!` needs quotes: `\"!...\"`"));
        }
        Ok(TokenKind::Tag { handle, suffix })
    }

    /// `!`, `!name`, `!!name` or `!handle!name`.
    fn scan_short_tag(&mut self, start: Mark) -> Fallible<(&'a str, Cow<'a, str>)> {
        self.cursor.skip(1);
        self.cursor.skip_while(is_word);
        if self.cursor.peek(0) == b'!' {
            self.cursor.skip(1);
            let handle = self.cursor.slice(start.at, self.cursor.at);
            return Ok((handle, self.scan_uri(self.cursor.at, start)?));
        }
        match self.scan_uri_from(start.at + 1, start)? {
            suffix if suffix.is_empty() => Ok(("", Cow::Borrowed("!"))),
            suffix => Ok(("!", suffix)),
        }
    }

    fn scan_uri(&mut self, from: usize, start: Mark) -> Fallible<Cow<'a, str>> {
        let uri = self.scan_uri_from(from, start)?;
        if !uri.is_empty() {
            return Ok(uri);
        }
        Err(Fault::new("the tag has no name", start).scanner(start.line, "did not find expected tag URI"))
    }

    /// The URI that begins at `from`, with the octets that `%` escapes.
    fn scan_uri_from(&mut self, from: usize, start: Mark) -> Fallible<Cow<'a, str>> {
        self.cursor.skip_while(is_uri);
        let raw = self.cursor.slice(from, self.cursor.at);
        if !raw.contains('%') {
            return Ok(Cow::Borrowed(raw));
        }
        let mut bytes = Vec::with_capacity(raw.len());
        let mut rest = raw.as_bytes().iter();
        while let Some(byte) = rest.next() {
            let octet = match byte {
                b'%' => rest.next().zip(rest.next()).and_then(|(high, low)| Some(hex(*high)? << 4 | hex(*low)?)),
                byte => Some(*byte),
            };
            bytes.push(octet.ok_or_else(|| {
                Fault::new("`%` in a tag needs two hexadecimal digits", start)
                    .scanner(start.line, "did not find URI escaped octet")
            })?);
        }
        let uri = String::from_utf8(bytes).map_err(|error| {
            let words = match error.as_bytes().get(error.utf8_error().valid_up_to()) {
                Some(0xC0..0xF8) => "found an incorrect trailing UTF-8 octet",
                _ => "found an incorrect leading UTF-8 octet",
            };
            Fault::new("the tag's escapes are not UTF-8", start).scanner(start.line, words)
        })?;
        Ok(Cow::Owned(uri))
    }

    pub(super) fn fetch_directive(&mut self) -> Fallible<()> {
        self.leave_block()?;
        let start = self.cursor.mark();
        self.cursor.skip(1);
        let name = self.scan_word();
        let spaced = self.cursor.is_blank_or_end(0);
        let kind = match name {
            "YAML" if spaced => self.scan_version(start)?,
            "TAG" if spaced => self.scan_tag_directive(start)?,
            _ => {
                let words = match name {
                    "" => "could not find expected directive name",
                    _ if !spaced => "found unexpected non-alphabetical character",
                    _ => "found unknown directive name",
                };
                return Err(Fault::new("a line cannot start with `%`", start)
                    .scanner(start.line, words)
                    .label("not a YAML directive")
                    .help("text that starts with `%` needs quotes"));
            }
        };
        self.cursor.skip_while(is_blank);
        if self.cursor.peek(0) == b'#' {
            self.cursor.skip_line();
        }
        if !self.cursor.is_line_end() {
            let mark = self.cursor.mark();
            return Err(Fault::new("expected the end of the line after the directive", mark)
                .scanner(mark.line, "did not find expected comment or line break"));
        }
        self.cursor.skip_break();
        self.push(kind, start);
        Ok(())
    }

    fn scan_version(&mut self, start: Mark) -> Fallible<TokenKind<'a>> {
        self.cursor.skip_while(is_blank);
        let from = self.cursor.at;
        self.cursor.skip_while(|byte| byte.is_ascii_digit() || byte == b'.');
        let version = self.cursor.slice(from, self.cursor.at);
        let numbers = version.split_once('.').and_then(|(major, minor)| Some((number(major)?, number(minor)?)));
        let (major, minor) = numbers
            .ok_or_else(|| Fault::new("expected `%YAML 1.1`", start).scanner(start.line, version_fault(version)))?;
        Ok(TokenKind::Version { major, minor })
    }

    fn scan_tag_directive(&mut self, start: Mark) -> Fallible<TokenKind<'a>> {
        let expected =
            |words: &'static str| Fault::new("expected `%TAG !handle! prefix`", start).scanner(start.line, words);
        self.cursor.skip_while(is_blank);
        let from = self.cursor.at;
        self.cursor.skip_while(|byte| is_word(byte) || byte == b'!');
        let handle = self.cursor.slice(from, self.cursor.at);
        let name = handle.strip_prefix('!').ok_or("did not find expected '!'").map_err(expected)?;
        if !name.is_empty() && !name.contains('!') {
            return Err(expected("did not find expected '!'"));
        }
        if name.trim_end_matches(|c| c != '!').len() != name.len()
            || name.matches('!').count() > 1
            || !self.cursor.is_blank(0)
        {
            return Err(expected("did not find expected whitespace"));
        }
        self.cursor.skip_while(is_blank);
        let prefix = self.scan_uri(self.cursor.at, start)?;
        if !self.cursor.is_blank_or_end(0) {
            return Err(expected("did not find expected whitespace or line break"));
        }
        Ok(TokenKind::TagDirective { handle, prefix })
    }
}

/// What go-yaml says of a version that is not two numbers of one or two digits.
fn version_fault(version: &str) -> &'static str {
    let (major, minor) = version.split_once('.').unwrap_or((version, "-"));
    match (major.len(), minor.len()) {
        (0, _) => "did not find expected version number",
        (3.., _) => "found extremely long version number",
        (_, _) if minor == "-" => "did not find expected digit or '.' character",
        (_, 3..) => "found extremely long version number",
        _ => "did not find expected version number",
    }
}

/// One or two digits.
fn number(digits: &str) -> Option<u32> {
    let fits = (1..=2).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    if fits { digits.parse().ok() } else { None }
}

pub(super) fn hex(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

fn is_uri(byte: u8) -> bool {
    is_word(byte)
        || matches!(byte, b';' | b'/' | b'?' | b':' | b'@' | b'&' | b'=' | b'+' | b'$' | b',' | b'.' | b'!')
        || matches!(byte, b'~' | b'*' | b'\'' | b'(' | b')' | b'[' | b']' | b'%')
}
