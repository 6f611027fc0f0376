//! Parses formats: flags, widths, precisions and argument numbers.

use super::FormatError;
use super::print::Printer;
use super::text::Flags;
use crate::value::Value;
use mkmanifests_go::runes;

/// The largest width or precision; Go reports larger ones as mistakes.
const LARGEST: i64 = 1_000_000;

/// The most bytes of a text: a short format with many wide verbs has a long one.
const LONGEST: usize = 64 << 20;

pub(super) fn sprintf(format: &[u8], args: &[Value]) -> Result<Vec<u8>, FormatError> {
    let mut run = Run { printer: Printer::new(Vec::new()), format, at: 0, args, next: 0, reordered: false, good: true };
    run.all()?;
    Ok(run.printer.into_bytes())
}

struct Run<'a> {
    printer: Printer,
    format: &'a [u8],
    /// The position in the format.
    at: usize,
    args: &'a [Value],
    /// The index of the next argument.
    next: usize,
    /// Whether the format selects an argument by its number.
    reordered: bool,
    /// Whether the last argument number was valid.
    good: bool,
}

impl Run<'_> {
    fn byte(&self) -> Option<u8> {
        self.format.get(self.at).copied()
    }

    fn all(&mut self) -> Result<(), FormatError> {
        while let Some(rest) = self.format.get(self.at..).filter(|rest| !rest.is_empty()) {
            if self.printer.out.len() > LONGEST {
                return Err(FormatError("formatted text is too long"));
            }
            let plain = rest.iter().position(|byte| *byte == b'%').unwrap_or(rest.len());
            self.printer.out.extend_from_slice(rest.get(..plain).unwrap_or_default());
            self.at += plain;
            if self.byte().is_some() {
                self.at += 1;
                self.verb()?;
            }
        }
        self.extra()
    }

    /// Formats one verb, whose `%` has been read.
    fn verb(&mut self) -> Result<(), FormatError> {
        self.good = true;
        self.printer.flags = Flags::default();
        self.flags();
        let mut numbered = self.number();
        self.width(&mut numbered);
        // Go reads a point at the very end as a verb.
        if self.byte() == Some(b'.') && self.at + 1 < self.format.len() {
            self.at += 1;
            self.precision(&mut numbered);
        }
        if !numbered {
            self.number();
        }
        let rest = self.format.get(self.at..).unwrap_or_default();
        let Some((verb, size)) = runes(rest).next() else {
            self.printer.write("%!(NOVERB)");
            return Ok(());
        };
        self.at += size;
        self.operand(verb)
    }

    fn operand(&mut self, verb: char) -> Result<(), FormatError> {
        if verb == '%' {
            self.printer.write("%");
            return Ok(());
        }
        if !self.good {
            self.printer.write(&format!("%!{verb}(BADINDEX)"));
            return Ok(());
        }
        let args = self.args;
        let Some(arg) = args.get(self.next) else {
            self.printer.write(&format!("%!{verb}(MISSING)"));
            return Ok(());
        };
        // `%w` is for errors, which do not exist here, but has the flags of `%v`.
        if matches!(verb, 'v' | 'w') {
            let flags = &mut self.printer.flags;
            flags.sharp_v = std::mem::take(&mut flags.sharp);
            flags.plus_v = std::mem::take(&mut flags.plus);
        }
        self.next += 1;
        self.printer.print(arg, verb)
    }

    fn flags(&mut self) {
        while let Some(byte) = self.byte() {
            let flags = &mut self.printer.flags;
            match byte {
                b'#' => flags.sharp = true,
                b'0' => flags.zero = true,
                b'+' => flags.plus = true,
                b'-' => flags.minus = true,
                b' ' => flags.space = true,
                _ => return,
            }
            self.at += 1;
        }
    }

    fn width(&mut self, numbered: &mut bool) {
        if self.byte() == Some(b'*') {
            self.at += 1;
            let width = self.int_operand();
            match width {
                None => self.printer.write("%!(BADWIDTH)"),
                Some(width) => {
                    if width < 0 {
                        self.printer.flags.minus = true;
                        self.printer.flags.zero = false;
                    }
                    self.printer.flags.width = usize::try_from(width.unsigned_abs()).ok();
                }
            }
            *numbered = false;
            return;
        }
        self.printer.flags.width = self.digits();
        if *numbered && self.printer.flags.width.is_some() {
            self.good = false;
        }
    }

    fn precision(&mut self, numbered: &mut bool) {
        if *numbered {
            self.good = false;
        }
        *numbered = self.number();
        if self.byte() == Some(b'*') {
            self.at += 1;
            self.printer.flags.precision = self.int_operand().and_then(|precision| usize::try_from(precision).ok());
            if self.printer.flags.precision.is_none() {
                self.printer.write("%!(BADPREC)");
            }
            *numbered = false;
            return;
        }
        self.printer.flags.precision = Some(self.digits().unwrap_or(0));
    }

    /// Reads a decimal number; `None` if there is none or it is too large. As in Go, a number that is too large
    /// consumes the format.
    fn digits(&mut self) -> Option<usize> {
        let (number, end) = digits(self.format, self.at, self.format.len());
        self.at = end;
        number
    }

    /// Returns the argument for a `*`.
    fn int_operand(&mut self) -> Option<i64> {
        let number = match self.args.get(self.next)? {
            Value::Int(number, _) => Some(*number),
            Value::Uint(number, _) => i64::try_from(*number).ok(),
            _ => None,
        };
        self.next += 1;
        number.filter(|number| (-LARGEST..=LARGEST).contains(number))
    }

    /// Reads `[3]`, the number of the next argument. Returns whether a valid number was there.
    fn number(&mut self) -> bool {
        if self.byte() != Some(b'[') {
            return false;
        }
        self.reordered = true;
        let rest = self.format.get(self.at..).unwrap_or_default();
        let close = rest.iter().position(|byte| *byte == b']').filter(|_| rest.len() >= 3);
        let Some(close) = close else {
            self.at += 1;
            self.good = false;
            return false;
        };
        let (number, end) = digits(rest, 1, close);
        self.at += close + 1;
        let Some(number) = number.filter(|_| end == close) else {
            self.good = false;
            return false;
        };
        match number.checked_sub(1).filter(|index| *index < self.args.len()) {
            Some(index) => self.next = index,
            None => self.good = false,
        }
        true
    }

    fn extra(&mut self) -> Result<(), FormatError> {
        let args = self.args;
        let extra = args.get(self.next..).unwrap_or_default();
        if self.reordered || extra.is_empty() {
            return Ok(());
        }
        self.printer.flags = Flags::default();
        self.printer.write("%!(EXTRA ");
        for (index, arg) in extra.iter().enumerate() {
            if index > 0 {
                self.printer.write(", ");
            }
            if arg.is_nil() {
                self.printer.write("<nil>");
                continue;
            }
            self.printer.write(&arg.type_name());
            self.printer.write("=");
            self.printer.print(arg, 'v')?;
        }
        self.printer.write(")");
        Ok(())
    }
}

fn digits(text: &[u8], start: usize, end: usize) -> (Option<usize>, usize) {
    let mut number: Option<usize> = None;
    let mut at = start;
    while let Some(digit) = text.get(at).filter(|byte| at < end && byte.is_ascii_digit()) {
        let so_far = number.unwrap_or(0);
        if i64::try_from(so_far).is_ok_and(|so_far| so_far > LARGEST) {
            return (None, end);
        }
        number = Some(so_far * 10 + usize::from(digit - b'0'));
        at += 1;
    }
    (number, at)
}
