//! Scalars: plain, quoted and block text, borrowed from the source where it needs no change.

use std::borrow::Cow;

use super::cursor::{Mark, may_break};
use super::property::hex;
use super::scan::Scanner;
use super::syntax_error::{SyntaxError, SyntaxResult, TAB_HELP, inner_quote};
use super::token::{ScalarStyle, TokenKind};

/// Blanks and line breaks between two words, which become one space, line breaks, or what they were.
#[derive(Default)]
struct Gap {
    /// Blanks of the first line, dropped if a line break follows.
    blanks: (usize, usize),
    first_break: String,
    more_breaks: String,
    broken: bool,
}

impl Gap {
    /// Folds the line breaks: one is a space, of more the first is dropped.
    fn fold(&mut self, out: &mut String) {
        if !self.first_break.starts_with('\n') {
            out.push_str(&self.first_break);
            out.push_str(&self.more_breaks);
        } else if self.more_breaks.is_empty() {
            out.push(' ');
        } else {
            out.push_str(&self.more_breaks);
        }
    }
}

impl<'a> Scanner<'a> {
    pub(super) fn fetch_plain_scalar(&mut self) -> SyntaxResult<()> {
        self.save_simple_key()?;
        self.simple_key_allowed = false;
        let start = self.cursor.mark();
        let value = self.scan_plain_scalar(start)?;
        self.push(TokenKind::Scalar { value, style: ScalarStyle::Plain }, start);
        Ok(())
    }

    pub(super) fn scan_plain_scalar(&mut self, start: Mark) -> SyntaxResult<Cow<'a, str>> {
        if !self.in_flow()
            && self.cursor.is_unlimited()
            // The position after the white space decides to what a comment belongs.
            && self.comments.is_none()
            && let Some(line) = self.plain_line()
        {
            return Ok(Cow::Borrowed(line));
        }
        let mut value = Cow::Borrowed("");
        let mut gap = Gap::default();
        self.cursor.need(4)?;
        while !self.cursor.is_document_indicator() && self.cursor.peek(0) != b'#' {
            let from = self.cursor.at;
            self.skip_plain_word();
            if self.cursor.at > from {
                self.cursor.need(2)?;
                match (gap.broken, &mut value) {
                    (false, Cow::Borrowed(all)) => *all = self.cursor.slice(start.at, self.cursor.at),
                    (false, Cow::Owned(all)) => all.push_str(self.cursor.slice(gap.blanks.0, self.cursor.at)),
                    (true, value) => {
                        let all = value.to_mut();
                        gap.fold(all);
                        all.push_str(self.cursor.slice(from, self.cursor.at));
                    }
                }
                gap = Gap::default();
            }
            if !self.cursor.is_blank(0) && !self.cursor.is_break() {
                break;
            }
            self.scan_plain_gap(&mut gap, start)?;
            if !self.in_flow() && i64::from(self.cursor.column()) <= i64::from(self.indent) {
                break;
            }
            self.cursor.need(4)?;
        }
        if gap.broken {
            self.simple_key_allowed = true;
        }
        Ok(value)
    }

    /// Skips to a blank, or to the indicator that ends the scalar.
    fn skip_plain_word(&mut self) {
        let flow = self.in_flow();
        loop {
            self.cursor.skip_while(|byte| {
                let ends = matches!(byte, b' ' | b'\t' | b':') || may_break(byte);
                !(ends || (flow && matches!(byte, b',' | b'?' | b'[' | b']' | b'{' | b'}')))
            });
            match self.cursor.peek(0) {
                b':' if !self.cursor.is_blank_or_end(1) => self.cursor.skip(1),
                0xC2 | 0xE2 if !self.cursor.is_break() => self.cursor.skip_char(),
                _ => return,
            }
        }
    }

    fn scan_plain_gap(&mut self, gap: &mut Gap, start: Mark) -> SyntaxResult<()> {
        gap.blanks.0 = self.cursor.at;
        loop {
            self.cursor.need(1)?;
            if self.cursor.is_blank(0) {
                if gap.broken
                    && self.cursor.peek(0) == b'\t'
                    && i64::from(self.cursor.column()) <= i64::from(self.indent)
                {
                    let mark = self.cursor.mark();
                    return Err(SyntaxError::new("a tab character is used for indentation", mark)
                        .scanner(mark.line, "found a tab character that violates indentation")
                        .scanner_context(start)
                        .label("tab")
                        .help(TAB_HELP));
                }
                self.cursor.skip(1);
            } else if self.cursor.is_break() {
                let breaks = if gap.broken { &mut gap.more_breaks } else { &mut gap.first_break };
                self.cursor.need(2)?;
                self.cursor.read_break(breaks);
                gap.broken = true;
            } else {
                return Ok(());
            }
        }
    }

    pub(super) fn fetch_flow_scalar(&mut self) -> SyntaxResult<()> {
        self.save_simple_key()?;
        self.simple_key_allowed = false;
        let start = self.cursor.mark();
        let style = if self.cursor.peek(0) == b'"' { ScalarStyle::Double } else { ScalarStyle::Single };
        let value = self.quoted(start)?;
        self.push(TokenKind::Scalar { value, style }, start);
        Ok(())
    }

    /// Reads the quoted text that starts here.
    pub(super) fn quoted(&mut self, start: Mark) -> SyntaxResult<Cow<'a, str>> {
        let quote = self.cursor.peek(0);
        self.cursor.skip(1);
        let simple = if self.cursor.is_unlimited() { self.simple_quoted(quote) } else { None };
        match simple {
            Some(value) => Ok(Cow::Borrowed(value)),
            None => self.scan_quoted(quote, start).map(Cow::Owned),
        }
    }

    /// Returns a quoted text of one line without escapes, the usual case.
    pub(super) fn simple_quoted(&mut self, quote: u8) -> Option<&'a str> {
        let from = self.cursor.at;
        let rest = self.cursor.text.as_bytes().get(from..)?;
        let length = rest.iter().position(|byte| *byte == quote || *byte == b'\\' || may_break(*byte))?;
        if rest.get(length) != Some(&quote) || (quote == b'\'' && rest.get(length + 1) == Some(&quote)) {
            return None;
        }
        self.cursor.skip(length + 1);
        Some(self.cursor.slice(from, from + length))
    }

    fn scan_quoted(&mut self, quote: u8, start: Mark) -> SyntaxResult<String> {
        let mut out = String::new();
        loop {
            self.cursor.need(4)?;
            let ended = self.cursor.at_end();
            if ended || self.cursor.is_document_indicator() {
                let words =
                    if ended { "found unexpected end of stream" } else { "found unexpected document indicator" };
                let error = unclosed(quote, start).scanner(self.cursor.line(), words).scanner_context(start);
                return Err(error.or_cause(self.cursor.text, start));
            }
            let mut gap = Gap { broken: self.scan_quoted_words(quote, start, &mut out)?, ..Gap::default() };
            if self.cursor.peek(0) == quote {
                self.cursor.skip(1);
                return Ok(out);
            }
            let escaped = gap.broken;
            self.scan_quoted_gap(&mut gap)?;
            match gap {
                // An escaped line break adds nothing; those after it count.
                Gap { broken: true, .. } if escaped => out.push_str(&gap.more_breaks),
                Gap { broken: true, .. } => gap.fold(&mut out),
                Gap { blanks: (from, to), .. } => out.push_str(self.cursor.slice(from, to)),
            }
        }
    }

    /// Reads up to a blank, a line break, the end or the closing quote; returns whether it read an escaped line break.
    fn scan_quoted_words(&mut self, quote: u8, start: Mark, out: &mut String) -> SyntaxResult<bool> {
        let read = out.len();
        loop {
            let from = self.cursor.at;
            self.cursor.skip_while(|byte| !(byte == quote || matches!(byte, b' ' | b'\t' | b'\\') || may_break(byte)));
            out.push_str(self.cursor.slice(from, self.cursor.at));
            // Go requests two characters after each one that it has read.
            if out.len() > read {
                self.cursor.need(2)?;
            }
            let found = self.cursor.peek(0);
            if self.cursor.is_blank_or_end(0) {
                return Ok(false);
            } else if quote == b'\'' && found == quote && self.cursor.peek(1) == quote {
                out.push('\'');
                self.cursor.skip(2);
            } else if found == quote {
                return Ok(false);
            } else if quote == b'"' && found == b'\\' {
                if self.cursor.break_length(1) > 0 {
                    self.cursor.need(3)?;
                    self.cursor.skip(1);
                    self.cursor.skip_break();
                    return Ok(true);
                }
                self.scan_escape(start, out)?;
            } else {
                let from = self.cursor.at;
                self.cursor.skip_char();
                out.push_str(self.cursor.slice(from, self.cursor.at));
            }
        }
    }

    fn scan_quoted_gap(&mut self, gap: &mut Gap) -> SyntaxResult<()> {
        gap.blanks.0 = self.cursor.at;
        loop {
            self.cursor.need(1)?;
            if self.cursor.is_blank(0) {
                self.cursor.skip(1);
            } else if self.cursor.is_break() {
                let breaks = if gap.broken { &mut gap.more_breaks } else { &mut gap.first_break };
                self.cursor.need(2)?;
                self.cursor.read_break(breaks);
                gap.broken = true;
            } else {
                gap.blanks.1 = self.cursor.at;
                return Ok(());
            }
        }
    }

    fn scan_escape(&mut self, start: Mark, out: &mut String) -> SyntaxResult<()> {
        let mark = self.cursor.mark();
        let digits = match self.cursor.peek(1) {
            b'x' => 2,
            b'u' => 4,
            b'U' => 8,
            other => {
                let Some(character) = simple_escape(other) else { return Err(self.unknown_escape(mark, start)) };
                out.push(character);
                self.cursor.skip(2);
                return Ok(());
            }
        };
        let code =
            (2..2 + digits).try_fold(0_u32, |code, ahead| Some(code << 4 | u32::from(hex(self.cursor.peek(ahead))?)));
        let Some(code) = code else {
            return Err(SyntaxError::new(format!("expected {digits} hexadecimal digits in this escape"), mark)
                .scanner(mark.line, "did not find expected hexdecimal number")
                .scanner_context(start)
                .help(BACKSLASH_HELP));
        };
        let Some(character) = char::from_u32(code) else {
            return Err(SyntaxError::new("this escape is not a Unicode character", mark)
                .scanner(mark.line, "found invalid Unicode character escape code")
                .scanner_context(start)
                .help("write the character itself, or `\\U` with eight digits"));
        };
        out.push(character);
        self.cursor.skip(2 + digits);
        Ok(())
    }

    fn unknown_escape(&mut self, mark: Mark, start: Mark) -> Box<SyntaxError> {
        self.cursor.skip(1);
        let escape = self.cursor.char().map_or_else(|| "\\".to_owned(), |found| format!("\\{found}"));
        SyntaxError::new(format!("unknown escape `{escape}`"), mark)
            .scanner(mark.line, "found unknown escape character")
            .scanner_context(start)
            .related(start, "in double quotes, `\\` starts an escape")
            .help(BACKSLASH_HELP)
    }

    pub(super) fn fetch_block_scalar(&mut self, literal: bool) -> SyntaxResult<()> {
        let start = self.cursor.mark();
        let style = if literal { ScalarStyle::Literal } else { ScalarStyle::Folded };
        let value = Cow::Owned(self.block_scalar(literal, start)?);
        self.push(TokenKind::Scalar { value, style }, start);
        Ok(())
    }

    /// Reads the block scalar that starts here.
    pub(super) fn block_scalar(&mut self, literal: bool, start: Mark) -> SyntaxResult<String> {
        self.remove_simple_key()?;
        self.simple_key_allowed = true;
        self.scan_block_scalar(literal, start)
    }
}

/// The help for a backslash that does not start a valid escape.
const BACKSLASH_HELP: &str = "use single quotes to keep backslashes, or double each backslash";

fn unclosed(quote: u8, start: Mark) -> Box<SyntaxError> {
    let quote = char::from(quote);
    SyntaxError::new(format!("missing closing `{quote}`"), start)
        .label("the quoted text starts here")
        .help(format!("add the closing `{quote}`; {}", inner_quote(quote)))
}

fn simple_escape(byte: u8) -> Option<char> {
    Some(match byte {
        b'0' => '\0',
        b'a' => '\x07',
        b'b' => '\x08',
        b't' | b'\t' => '\t',
        b'n' => '\n',
        b'v' => '\x0B',
        b'f' => '\x0C',
        b'r' => '\r',
        b'e' => '\x1B',
        b' ' => ' ',
        b'"' => '"',
        b'\'' => '\'',
        b'\\' => '\\',
        b'N' => '\u{85}',
        b'_' => '\u{A0}',
        b'L' => '\u{2028}',
        b'P' => '\u{2029}',
        _ => return None,
    })
}
