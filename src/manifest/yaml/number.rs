//! Numbers as they come out of Go's JSON and YAML.

use std::io::Write;

use super::text::Text;

impl Text {
    pub(super) fn int(&mut self, value: i64) {
        if value < 0 {
            self.push(b'-');
        }
        self.uint(value.unsigned_abs());
    }

    pub(super) fn uint(&mut self, mut value: u64) {
        let mut digits = [0; 20];
        let mut start = digits.len();
        loop {
            start -= 1;
            digits[start] = b'0' + (value % 10) as u8;
            value /= 10;
            if value == 0 {
                break;
            }
        }
        self.buffer.extend_from_slice(&digits[start..]);
        self.fresh = false;
    }

    /// Writes a float as Go does after a round trip through JSON: whole numbers of 64 bits as integers, others with
    /// the fewest digits that tell them apart, and an exponent from a million or below a ten-thousandth.
    pub(super) fn float(&mut self, value: f64) {
        self.fresh = false;
        // JSON writes a whole number with zeros after its significant digits, as Rust does.
        if value.trunc() == value && value.abs() < 1e21 && self.whole(value) {
            return;
        }
        let exponent = exponent(value);
        if (-4..6).contains(&exponent) {
            put(&mut self.buffer, format_args!("{value}"));
        } else {
            self.scientific(value, exponent);
        }
    }

    /// Writes a whole number as an integer if it fits one.
    fn whole(&mut self, value: f64) -> bool {
        let before = self.buffer.len();
        put(&mut self.buffer, format_args!("{value}"));
        let written = std::str::from_utf8(&self.buffer[before..]).unwrap_or_default();
        if written == "-0" {
            self.buffer.truncate(before);
            self.buffer.push(b'0');
            return true;
        }
        let fits = written.parse::<i64>().is_ok() || written.parse::<u64>().is_ok();
        if !fits {
            self.buffer.truncate(before);
        }
        fits
    }

    fn scientific(&mut self, value: f64, exponent: i32) {
        let before = self.buffer.len();
        put(&mut self.buffer, format_args!("{value:e}"));
        let mantissa = self.buffer[before..].iter().take_while(|byte| **byte != b'e').count();
        self.buffer.truncate(before + mantissa);
        let sign = if exponent < 0 { '-' } else { '+' };
        put(&mut self.buffer, format_args!("e{sign}{:02}", exponent.abs()));
    }
}

/// The decimal exponent of a float that is written with the fewest digits.
fn exponent(value: f64) -> i32 {
    let mut text = [0; 32];
    let mut rest = &mut text[..];
    // 17 digits, a point, two signs and an exponent of three digits always fit.
    let _ = write!(rest, "{value:e}");
    let left = rest.len();
    let written = &text[..text.len() - left];
    let digits = written.rsplit(|byte| *byte == b'e').next().and_then(|digits| std::str::from_utf8(digits).ok());
    digits.and_then(|digits| digits.parse().ok()).unwrap_or(0)
}

fn put(buffer: &mut Vec<u8>, text: std::fmt::Arguments<'_>) {
    // A vector takes all that it is given.
    let _ = buffer.write_fmt(text);
}
