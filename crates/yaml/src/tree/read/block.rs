//! Block scalars: the indented lines after a `|` or `>`.

use super::cursor::Mark;
use super::scan::Scanner;
use super::syntax_error::{SyntaxError, SyntaxResult, TAB_HELP};
use crate::bytes::spaces;

/// How line breaks at the end are handled.
#[derive(Clone, Copy, PartialEq)]
enum Chomp {
    Strip,
    Clip,
    Keep,
}

impl Scanner<'_> {
    pub(super) fn scan_block_scalar(&mut self, literal: bool, start: Mark) -> SyntaxResult<String> {
        let (chomp, increment) = self.scan_block_header(start)?;
        let mut indent = increment.map_or(0, |increment| self.indent.max(0).unsigned_abs() + increment);
        let (mut out, mut last_break, mut empty_lines) = (String::new(), String::new(), String::new());
        let mut after_blank = false;
        self.scan_empty_lines(&mut indent, &mut empty_lines, start)?;
        while self.cursor.column() == indent && !self.cursor.at_end() {
            let blank = self.cursor.is_blank(0);
            if !literal && !after_blank && !blank && last_break.starts_with('\n') {
                if empty_lines.is_empty() {
                    out.push(' ');
                }
            } else {
                out.push_str(&last_break);
            }
            out.push_str(&empty_lines);
            last_break.clear();
            empty_lines.clear();
            after_blank = blank;
            let from = self.cursor.at;
            self.cursor.skip_line();
            self.cursor.need(2)?;
            out.push_str(self.cursor.slice(from, self.cursor.at));
            self.cursor.read_break(&mut last_break);
            self.scan_empty_lines(&mut indent, &mut empty_lines, start)?;
        }
        if chomp != Chomp::Strip {
            out.push_str(&last_break);
        }
        if chomp == Chomp::Keep {
            out.push_str(&empty_lines);
        }
        Ok(out)
    }

    /// `|` or `>`, then `+` or `-` and an indentation of 1 to 9 in any order, then at most a comment.
    fn scan_block_header(&mut self, start: Mark) -> SyntaxResult<(Chomp, Option<u32>)> {
        self.cursor.skip(1);
        self.cursor.need(1)?;
        let mut chomp = self.scan_chomp();
        let mut increment = None;
        self.cursor.need(1)?;
        if self.cursor.peek(0).is_ascii_digit() {
            let digit = u32::from(self.cursor.peek(0) - b'0');
            if digit == 0 {
                return Err(SyntaxError::new(
                    "the indentation of a block scalar must be between 1 and 9, found 0",
                    start,
                )
                .scanner(start.line, "found an indentation indicator equal to 0"));
            }
            increment = Some(digit);
            self.cursor.skip(1);
            self.cursor.need(1)?;
            if chomp == Chomp::Clip {
                chomp = self.scan_chomp();
            }
        }
        self.cursor.skip_while(|byte| matches!(byte, b' ' | b'\t'));
        if self.cursor.peek(0) == b'#' {
            self.read_line_comment(start);
        }
        self.cursor.need(1)?;
        if !self.cursor.is_line_end() {
            let mark = self.cursor.mark();
            return Err(SyntaxError::new(
                "expected a line break: the text of a block scalar starts on the next line",
                mark,
            )
            .scanner(mark.line, "did not find expected comment or line break")
            .related(start, "the block scalar starts here")
            .help("quote text that starts with `|` or `>`"));
        }
        self.cursor.need_break()?;
        self.cursor.skip_break();
        Ok((chomp, increment))
    }

    fn scan_chomp(&mut self) -> Chomp {
        let chomp = match self.cursor.peek(0) {
            b'+' => Chomp::Keep,
            b'-' => Chomp::Strip,
            _ => return Chomp::Clip,
        };
        self.cursor.skip(1);
        chomp
    }

    /// Skips the indentation and empty lines. The first line with text sets the indentation if it is still 0.
    fn scan_empty_lines(&mut self, indent: &mut u32, breaks: &mut String, start: Mark) -> SyntaxResult<()> {
        let mut widest = 0;
        loop {
            let most = if *indent == 0 { u32::MAX } else { indent.saturating_sub(self.cursor.column()) };
            self.cursor.skip_ascii(spaces(self.cursor.rest()).min(most as usize));
            self.cursor.need(1)?;
            let column = self.cursor.column();
            widest = widest.max(column);
            if (*indent == 0 || column < *indent) && self.cursor.peek(0) == b'\t' {
                let mark = self.cursor.mark();
                return Err(SyntaxError::new("a tab character is used for indentation", mark)
                    .scanner(mark.line, "found a tab character where an indentation space is expected")
                    .scanner_context(start)
                    .label("tab")
                    .related(start, "in the block scalar that starts here")
                    .help(TAB_HELP));
            }
            if !self.cursor.is_break() {
                break;
            }
            self.cursor.need(2)?;
            self.cursor.read_break(breaks);
        }
        if *indent == 0 {
            *indent = widest.max((self.indent + 1).max(1).unsigned_abs());
        }
        Ok(())
    }
}
