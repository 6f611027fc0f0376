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
                return Err(Fault::new("the tag that `!<` begins has no closing `>`", start));
            }
            self.cursor.skip(1);
            ("", uri)
        } else {
            self.scan_short_tag(start)?
        };
        if !self.cursor.is_blank_or_end(0) {
            let mark = self.cursor.mark();
            return Err(Fault::new("expected a space after the tag", mark)
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
        if uri.is_empty() { Err(Fault::new("the tag has no name", start)) } else { Ok(uri) }
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
            bytes.push(octet.ok_or_else(|| Fault::new("`%` in a tag needs two hexadecimal digits", start))?);
        }
        let uri = String::from_utf8(bytes).map_err(|_| Fault::new("the tag's escapes are not UTF-8", start))?;
        Ok(Cow::Owned(uri))
    }

    pub(super) fn fetch_directive(&mut self) -> Fallible<()> {
        self.leave_block()?;
        let start = self.cursor.mark();
        self.cursor.skip(1);
        let kind = match self.scan_word() {
            "YAML" => self.scan_version(start)?,
            "TAG" => self.scan_tag_directive(start)?,
            _ => {
                return Err(Fault::new("a line cannot start with `%`", start)
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
            return Err(Fault::new("expected the end of the line after the directive", mark));
        }
        self.cursor.skip_break();
        self.push(kind, start);
        Ok(())
    }

    fn scan_version(&mut self, start: Mark) -> Fallible<TokenKind<'a>> {
        self.cursor.skip_while(is_blank);
        let from = self.cursor.at;
        self.cursor.skip_while(|byte| byte.is_ascii_digit() || byte == b'.');
        let version = self.cursor.slice(from, self.cursor.at).split_once('.');
        let numbers = version.and_then(|(major, minor)| Some((number(major)?, number(minor)?)));
        let (major, minor) = numbers.ok_or_else(|| Fault::new("expected `%YAML 1.1`", start))?;
        Ok(TokenKind::Version { major, minor })
    }

    fn scan_tag_directive(&mut self, start: Mark) -> Fallible<TokenKind<'a>> {
        let expected = |_: ()| Fault::new("expected `%TAG !handle! prefix`", start);
        self.cursor.skip_while(is_blank);
        let from = self.cursor.at;
        self.cursor.skip_while(|byte| is_word(byte) || byte == b'!');
        let handle = self.cursor.slice(from, self.cursor.at);
        let name = handle.strip_prefix('!').ok_or(()).map_err(expected)?;
        let well_formed = name.is_empty() || name.strip_suffix('!').is_some_and(|name| !name.contains('!'));
        if !well_formed || !self.cursor.is_blank(0) {
            return Err(expected(()));
        }
        self.cursor.skip_while(is_blank);
        let prefix = self.scan_uri(self.cursor.at, start)?;
        if !self.cursor.is_blank_or_end(0) {
            return Err(expected(()));
        }
        Ok(TokenKind::TagDirective { handle, prefix })
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
