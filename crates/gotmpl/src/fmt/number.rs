//! Formats integers, floats and booleans.

use super::print::Printer;
use mkmanifests_go::float::format_float;
use mkmanifests_go::quote::is_print;
use mkmanifests_go::quote::{quote_rune, rune};

impl Printer {
    pub(super) fn boolean(&mut self, value: bool, verb: char) -> bool {
        let fits = matches!(verb, 't' | 'v');
        if fits {
            self.pad(if value { b"true" } else { b"false" });
        }
        fits
    }

    /// Formats an integer. `negative` says whether it has a minus sign, `signed` whether its type can have one.
    pub(super) fn integer_verb(&mut self, magnitude: u64, negative: bool, signed: bool, verb: char) -> bool {
        // %c, %q and %U use the two's complement of a negative number, which is not a character.
        let code = if negative { u64::MAX } else { magnitude };
        match verb {
            'v' if self.flags.sharp_v && !signed => self.plain_hex(magnitude),
            'v' | 'd' => self.integer(magnitude, negative, 10, verb),
            'b' => self.integer(magnitude, negative, 2, verb),
            'o' | 'O' => self.integer(magnitude, negative, 8, verb),
            'x' | 'X' => self.integer(magnitude, negative, 16, verb),
            'c' => self.pad(rune(code).encode_utf8(&mut [0; 4]).as_bytes()),
            'q' => {
                let quoted = quote_rune(code, self.flags.plus);
                self.pad(quoted.as_bytes());
            }
            'U' => self.unicode(if negative { magnitude.wrapping_neg() } else { magnitude }),
            _ => return false,
        }
        true
    }

    /// Writes `0x1f` regardless of the flags.
    pub(super) fn plain_hex(&mut self, number: u64) {
        let sharp = std::mem::replace(&mut self.flags.sharp, true);
        self.integer(number, false, 16, 'v');
        self.flags.sharp = sharp;
    }

    pub(super) fn integer(&mut self, magnitude: u64, negative: bool, base: u32, verb: char) {
        let signed = negative || self.flags.plus || self.flags.space;
        let mut least = 0;
        if let Some(precision) = self.flags.precision {
            if precision == 0 && magnitude == 0 {
                let zero = std::mem::take(&mut self.flags.zero);
                self.padding(self.flags.width.unwrap_or_default());
                self.flags.zero = zero;
                return;
            }
            least = precision;
        } else if let Some(width) = self.flags.width.filter(|_| self.flags.zero && !self.flags.minus) {
            least = width.saturating_sub(usize::from(signed));
        }
        let mut digits = match base {
            2 => format!("{magnitude:b}"),
            8 => format!("{magnitude:o}"),
            16 if verb == 'X' => format!("{magnitude:X}"),
            16 => format!("{magnitude:x}"),
            _ => magnitude.to_string(),
        };
        if digits.len() < least {
            digits.insert_str(0, &"0".repeat(least - digits.len()));
        }
        let prefix = self.prefix(base, verb, digits.starts_with('0'));
        let sign = match negative {
            true => "-",
            false if self.flags.plus => "+",
            false if self.flags.space => " ",
            false => "",
        };
        // The zeros have been written.
        let zero = std::mem::take(&mut self.flags.zero);
        self.pad(format!("{sign}{prefix}{digits}").as_bytes());
        self.flags.zero = zero;
    }

    fn prefix(&self, base: u32, verb: char, leads_zero: bool) -> &'static str {
        match base {
            _ if verb == 'O' => {
                if self.flags.sharp && !leads_zero {
                    "0o0"
                } else {
                    "0o"
                }
            }
            2 if self.flags.sharp => "0b",
            8 if self.flags.sharp && !leads_zero => "0",
            16 if self.flags.sharp && verb == 'X' => "0X",
            16 if self.flags.sharp => "0x",
            _ => "",
        }
    }

    /// Formats `%U`: `U+0041`; `%#U` adds the character.
    fn unicode(&mut self, code: u64) {
        let digits = format!("{code:04X}");
        let zeros = self.flags.precision.unwrap_or_default().saturating_sub(digits.len());
        let mut text = format!("U+{}{digits}", "0".repeat(zeros));
        let shown = u32::try_from(code).ok().and_then(char::from_u32).filter(|rune| is_print(*rune));
        if let Some(rune) = shown.filter(|_| self.flags.sharp) {
            text.push_str(&format!(" '{rune}'"));
        }
        let zero = std::mem::take(&mut self.flags.zero);
        self.pad(text.as_bytes());
        self.flags.zero = zero;
    }

    /// Formats `(1+2i)`: both parts as `verb` formats a float, the second one always with a sign.
    pub(super) fn complex(&mut self, real: f64, imaginary: f64, verb: char) -> bool {
        if !matches!(verb, 'v' | 'b' | 'g' | 'G' | 'x' | 'X' | 'f' | 'F' | 'e' | 'E') {
            return false;
        }
        let plus = self.flags.plus;
        self.out.push(b'(');
        self.float(real, verb);
        self.flags.plus = true;
        self.float(imaginary, verb);
        self.write("i)");
        self.flags.plus = plus;
        true
    }

    pub(super) fn float(&mut self, number: f64, verb: char) -> bool {
        let (format, default) = match verb {
            'v' => (b'g', None),
            'b' | 'g' | 'G' | 'x' | 'X' => (u8::try_from(verb).unwrap_or(b'g'), None),
            'f' | 'e' | 'E' => (u8::try_from(verb).unwrap_or(b'e'), Some(6)),
            'F' => (b'f', Some(6)),
            _ => return false,
        };
        let precision = self.flags.precision.or(default);
        let text = format_float(number, format, precision);
        let (sign, digits) = match text.strip_prefix('-') {
            Some(digits) => ("-", digits),
            None if self.flags.plus => ("+", text.strip_prefix('+').unwrap_or(&text)),
            None if self.flags.space => (" ", text.strip_prefix('+').unwrap_or(&text)),
            // Infinity keeps its sign.
            None if text.starts_with('+') => ("+", text.trim_start_matches('+')),
            None => ("", text.as_str()),
        };
        if !number.is_finite() {
            let zero = std::mem::take(&mut self.flags.zero);
            self.pad(format!("{}{digits}", if sign == "+" && !self.flags.plus { "+" } else { sign }).as_bytes());
            self.flags.zero = zero;
            return true;
        }
        let digits =
            if self.flags.sharp && format != b'b' { with_point(digits, format, precision) } else { digits.into() };
        let width = self.flags.width.unwrap_or_default();
        if !sign.is_empty() && self.flags.zero && !self.flags.minus && width > digits.len() + sign.len() {
            self.out.extend_from_slice(sign.as_bytes());
            self.padding(width - digits.len() - sign.len());
            self.out.extend_from_slice(digits.as_bytes());
        } else {
            self.pad(format!("{sign}{digits}").as_bytes());
        }
        true
    }
}

/// Applies the `#` flag of floats: always a decimal point, and `%g` keeps trailing zeros.
fn with_point(text: &str, format: u8, precision: Option<usize>) -> String {
    let mut missing = match format {
        b'g' | b'G' | b'x' | b'X' => precision.map_or(6, |digits| i64::try_from(digits).unwrap_or_default()),
        _ => 0,
    };
    let hex = matches!(format, b'x' | b'X');
    let tail = text.find(|c| matches!(c, 'p' | 'P') || (!hex && matches!(c, 'e' | 'E'))).unwrap_or(text.len());
    let (mantissa, tail) = text.split_at_checked(tail).unwrap_or((text, ""));
    let mut seen = false;
    for c in mantissa.chars().filter(|c| *c != '.') {
        seen |= c != '0';
        missing -= i64::from(seen);
    }
    let mut out = mantissa.to_owned();
    if !mantissa.contains('.') {
        missing -= i64::from(mantissa == "0");
        out.push('.');
    }
    out.push_str(&"0".repeat(usize::try_from(missing).unwrap_or_default()));
    out + tail
}
