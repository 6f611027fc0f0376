//! The tokens with names in them: anchors, aliases, tags and directives.

use std::borrow::Cow;

use super::cursor::{Mark, is_word};
use super::octets;
use super::scan::Scanner;
use super::syntax_error::{SyntaxError, SyntaxResult};
use super::token::TokenKind;

impl<'a> Scanner<'a> {
    pub(super) fn fetch_property(&mut self) -> SyntaxResult<()> {
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

    fn scan_anchor(&mut self, start: Mark, indicator: u8) -> SyntaxResult<TokenKind<'a>> {
        self.cursor.skip(1);
        let name = self.scan_word();
        self.cursor.need(1)?;
        let ends = self.cursor.is_blank_or_end(0)
            || matches!(self.cursor.peek(0), b'?' | b':' | b',' | b']' | b'}' | b'%' | b'@' | b'`');
        let indicator = char::from(indicator);
        if name.is_empty() || !ends {
            let what = if indicator == '*' { "an alias" } else { "an anchor" };
            return Err(SyntaxError::new(format!("expected a name after `{indicator}`, which starts {what}"), start)
                .scanner(start.line, "did not find expected alphabetic or numeric character")
                .label("a name consists of letters, digits, `_` and `-`")
                .help(format!("quote text that starts with `{indicator}`: `\"{indicator}...\"`")));
        }
        Ok(if indicator == '*' { TokenKind::Alias(name) } else { TokenKind::Anchor(name) })
    }

    fn scan_word(&mut self) -> &'a str {
        let start = self.cursor.at;
        self.cursor.skip_while(is_word);
        self.cursor.slice(start, self.cursor.at)
    }

    fn scan_tag(&mut self, start: Mark) -> SyntaxResult<TokenKind<'a>> {
        let (handle, suffix) = if self.cursor.peek(1) == b'<' {
            self.cursor.skip(2);
            let uri = self.scan_uri(self.cursor.at, start)?;
            if self.cursor.peek(0) != b'>' {
                return Err(SyntaxError::new("missing closing `>` of the tag", start)
                    .scanner(start.line, "did not find the expected '>'"));
            }
            self.cursor.skip(1);
            ("", uri)
        } else {
            self.scan_short_tag(start)?
        };
        self.cursor.need(1)?;
        if !self.cursor.is_blank_or_end(0) {
            let mark = self.cursor.mark();
            return Err(SyntaxError::new("expected a space after the tag", mark)
                .scanner(mark.line, "did not find expected whitespace or line break")
                .related(start, "`!` starts a tag")
                .help("quote text that starts with `!`: `\"!...\"`"));
        }
        Ok(TokenKind::Tag { handle, suffix })
    }

    /// `!`, `!name`, `!!name` or `!handle!name`.
    fn scan_short_tag(&mut self, start: Mark) -> SyntaxResult<(&'a str, Cow<'a, str>)> {
        self.cursor.skip(1);
        self.cursor.skip_while(is_word);
        self.cursor.need(1)?;
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

    fn scan_uri(&mut self, from: usize, start: Mark) -> SyntaxResult<Cow<'a, str>> {
        let uri = self.scan_uri_from(from, start)?;
        if !uri.is_empty() {
            return Ok(uri);
        }
        Err(SyntaxError::new("expected a name after `!`, which starts a tag", start)
            .scanner(start.line, "did not find expected tag URI"))
    }

    /// Returns the URI that begins at `from`, with the octets that `%` escapes.
    fn scan_uri_from(&mut self, from: usize, start: Mark) -> SyntaxResult<Cow<'a, str>> {
        self.cursor.skip_while(is_uri);
        self.cursor.need(1)?;
        let raw = self.cursor.slice(from, self.cursor.at);
        if self.cursor.peek(0) != b'%' {
            return Ok(Cow::Borrowed(raw));
        }
        let mut bytes = raw.as_bytes().to_vec();
        while self.cursor.peek(0) == b'%' {
            self.scan_uri_character(&mut bytes, start)?;
            let from = self.cursor.at;
            self.cursor.skip_while(is_uri);
            self.cursor.need(1)?;
            bytes.extend_from_slice(self.cursor.slice(from, self.cursor.at).as_bytes());
        }
        // Go accepts octets that are not UTF-8; no tag with a meaning has any.
        Ok(Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()))
    }

    /// Returns the octets of one character, each of them escaped.
    fn scan_uri_character(&mut self, bytes: &mut Vec<u8>, start: Mark) -> SyntaxResult<()> {
        let wrong = |message: &str, words| Err(SyntaxError::new(message, start).scanner(start.line, words));
        let mut left = None;
        while left != Some(0) {
            self.cursor.need(3)?;
            let digits = hex(self.cursor.peek(1)).zip(hex(self.cursor.peek(2)));
            let Some((high, low)) = digits.filter(|_| self.cursor.peek(0) == b'%') else {
                return wrong("expected two hexadecimal digits after `%` in the tag", "did not find URI escaped octet");
            };
            let octet = high << 4 | low;
            let width = match left {
                None => octets::width(octet),
                Some(left) => Some(left).filter(|_| octet & 0xC0 == 0x80),
            };
            let Some(width) = width else {
                return wrong(
                    "the escapes in the tag are not UTF-8",
                    match left {
                        None => "found an incorrect leading UTF-8 octet",
                        Some(_) => "found an incorrect trailing UTF-8 octet",
                    },
                );
            };
            left = Some(width - 1);
            bytes.push(octet);
            self.cursor.skip(3);
        }
        Ok(())
    }

    pub(super) fn fetch_directive(&mut self) -> SyntaxResult<()> {
        self.leave_block()?;
        let start = self.cursor.mark();
        self.cursor.skip(1);
        let name = self.scan_word();
        self.cursor.need(1)?;
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
                return Err(SyntaxError::new("a line cannot start with `%`", start)
                    .scanner(start.line, words)
                    .label("not a YAML directive")
                    .help("quote text that starts with `%`"));
            }
        };
        self.cursor.skip_while(is_blank);
        if self.cursor.peek(0) == b'#' {
            self.cursor.skip_line();
        }
        self.cursor.need(1)?;
        if !self.cursor.is_line_end() {
            let mark = self.cursor.mark();
            return Err(SyntaxError::new("expected the end of the line after the directive", mark)
                .scanner(mark.line, "did not find expected comment or line break"));
        }
        self.cursor.need_break()?;
        self.cursor.skip_break();
        self.push(kind, start);
        Ok(())
    }

    fn scan_version(&mut self, start: Mark) -> SyntaxResult<TokenKind<'a>> {
        self.cursor.skip_while(is_blank);
        let major = self.scan_version_number(start)?;
        if self.cursor.peek(0) != b'.' {
            return Err(no_version(start, "did not find expected digit or '.' character"));
        }
        self.cursor.skip(1);
        let minor = self.scan_version_number(start)?;
        Ok(TokenKind::Version { major, minor })
    }

    /// One or two digits.
    fn scan_version_number(&mut self, start: Mark) -> SyntaxResult<u32> {
        let (mut value, mut digits) = (0, 0);
        self.cursor.need(1)?;
        while let Some(digit) = char::from(self.cursor.peek(0)).to_digit(10) {
            digits += 1;
            if digits > 2 {
                return Err(no_version(start, "found extremely long version number"));
            }
            value = 10 * value + digit;
            self.cursor.skip(1);
            self.cursor.need(1)?;
        }
        if digits == 0 { Err(no_version(start, "did not find expected version number")) } else { Ok(value) }
    }

    fn scan_tag_directive(&mut self, start: Mark) -> SyntaxResult<TokenKind<'a>> {
        let expected =
            |words: &'static str| SyntaxError::new("expected `%TAG !handle! prefix`", start).scanner(start.line, words);
        self.cursor.skip_while(is_blank);
        self.cursor.need(1)?;
        let from = self.cursor.at;
        if self.cursor.peek(0) != b'!' {
            return Err(expected("did not find expected '!'"));
        }
        self.cursor.skip(1);
        self.cursor.skip_while(is_word);
        self.cursor.need(1)?;
        if self.cursor.peek(0) == b'!' {
            self.cursor.skip(1);
        } else if self.cursor.at > from + 1 {
            return Err(expected("did not find expected '!'"));
        }
        let handle = self.cursor.slice(from, self.cursor.at);
        self.cursor.need(1)?;
        if !self.cursor.is_blank(0) {
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

fn no_version(start: Mark, words: &str) -> Box<SyntaxError> {
    SyntaxError::new("expected `%YAML 1.1`", start).scanner(start.line, words)
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
        || matches!(byte, b'~' | b'*' | b'\'' | b'(' | b')' | b'[' | b']')
}
