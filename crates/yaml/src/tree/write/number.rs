//! Writes numbers like Go's JSON and YAML libraries.

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
        let shortest = Shortest::of(value);
        let digits = shortest.digits();
        let whole = usize::try_from(shortest.exponent + 1).is_ok_and(|before_point| before_point >= digits.len());
        // JSON writes a whole number below 10^21 without an exponent, and only then is it one for YAML.
        if whole && shortest.exponent < 21 && self.whole(value, &shortest) {
            return;
        }
        if value < 0.0 {
            self.buffer.push(b'-');
        }
        if (-4..6).contains(&shortest.exponent) {
            self.fixed(&shortest);
        } else {
            self.scientific(&shortest);
        }
    }

    /// Writes a whole number as an integer if it fits one.
    fn whole(&mut self, value: f64, shortest: &Shortest) -> bool {
        let Ok(length) = usize::try_from(shortest.exponent + 1) else { return false };
        let mut magnitude: u128 = 0;
        for at in 0..length {
            let digit = shortest.digits().get(at).map_or(0, |digit| digit - b'0');
            magnitude = magnitude * 10 + u128::from(digit);
        }
        let Ok(magnitude) = u64::try_from(magnitude) else { return false };
        if value < 0.0 && magnitude > i64::MIN.unsigned_abs() {
            return false;
        }
        if value < 0.0 && magnitude > 0 {
            self.push(b'-');
        }
        self.uint(magnitude);
        true
    }

    fn fixed(&mut self, shortest: &Shortest) {
        let digits = shortest.digits();
        let Ok(before_point) = usize::try_from(shortest.exponent + 1) else {
            self.buffer.extend_from_slice(b"0.");
            self.buffer.extend(std::iter::repeat_n(b'0', shortest.exponent.abs_diff(-1) as usize));
            self.buffer.extend_from_slice(digits);
            return;
        };
        if before_point == 0 {
            self.buffer.push(b'0');
        }
        for at in 0..before_point.max(digits.len()) {
            if at == before_point {
                self.buffer.push(b'.');
            }
            self.buffer.push(digits.get(at).copied().unwrap_or(b'0'));
        }
    }

    fn scientific(&mut self, shortest: &Shortest) {
        for (at, digit) in shortest.digits().iter().enumerate() {
            if at == 1 {
                self.buffer.push(b'.');
            }
            self.buffer.push(*digit);
        }
        let sign = if shortest.exponent < 0 { '-' } else { '+' };
        put(&mut self.buffer, format_args!("e{sign}{:02}", shortest.exponent.abs()));
    }
}

/// The fewest digits that tell a float from its neighbours; of two such decimals that are equally near the even one, as
/// in Go. (The standard library takes the greater.)
struct Shortest {
    text: [u8; 24],
    length: usize,
    /// Of the first digit: 3 for 1234.5.
    exponent: i32,
}

impl Shortest {
    fn of(value: f64) -> Self {
        let mut buffer = zmij::Buffer::new();
        let written = buffer.format_finite(value.abs());
        let (mantissa, exponent) = written.split_once('e').unwrap_or((written, "0"));
        let mut shortest = Shortest { text: [b'0'; 24], length: 0, exponent: exponent.parse().unwrap_or(0) };
        let point = mantissa.find('.').unwrap_or(mantissa.len());
        let mut leading = 0;
        for digit in mantissa.bytes().filter(u8::is_ascii_digit) {
            if shortest.length == 0 && digit == b'0' {
                leading += 1;
            } else if shortest.length < shortest.text.len() {
                shortest.text[shortest.length] = digit;
                shortest.length += 1;
            }
        }
        shortest.exponent += point as i32 - leading - 1;
        while shortest.length > 0 && shortest.text[shortest.length - 1] == b'0' {
            shortest.length -= 1;
        }
        if shortest.length == 0 {
            shortest.exponent = 0;
        }
        shortest
    }

    fn digits(&self) -> &[u8] {
        &self.text[..self.length]
    }
}

fn put(buffer: &mut Vec<u8>, text: std::fmt::Arguments<'_>) {
    // A vector takes all that it is given.
    let _ = buffer.write_fmt(text);
}

#[cfg(test)]
mod tests {
    use crate::tree::write::{Style, write};
    use crate::tree::{Kind, Node};

    /// What `helm template` prints for `{{ toYaml .Values.x }}`.
    #[test]
    fn floats_are_written_as_helm_writes_them() {
        for (value, written) in [
            (0.0, "0"),
            (-0.0, "0"),
            (0.5, "0.5"),
            (-1.25, "-1.25"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (1e20, "1e+20"),
            (1e21, "1e+21"),
            (123_456.5, "123456.5"),
            (1_234_567.5, "1.2345675e+06"),
            (18_446_744_073_709_551_616.0, "1.8446744073709552e+19"),
            // Two shortest decimals are equally near: the even one.
            (-232_183_445_360_051.12, "-2.3218344536005112e+14"),
        ] {
            let mut out = Vec::new();
            write(&mut out, &Node::from(Kind::Float(value)), Style::HELM).expect("a vector takes all");
            assert_eq!(String::from_utf8_lossy(&out).trim_end(), written);
        }
    }
}
