//! Exact JSON numbers of any size: `0.3` is a multiple of `0.1`.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};

use num_bigint::BigUint;

use mkmanifests_go::float::format_float;

/// An exact decimal number. Numbers are equal if their values are (`1`, `1.0`, `10e-1`).
#[derive(Debug, Clone)]
pub struct Number {
    decimal: Decimal,
    /// As it is written in a document, for messages.
    text: Option<Box<str>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Decimal {
    /// Every integer that fits is this.
    Int(i64),
    /// 0.DIGITS times ten to the power of the exponent.
    Long { negative: bool, digits: Box<str>, exponent: i64 },
}

impl Number {
    /// Parses a number in the syntax of JSON, and keeps its text. `text` must be a valid number.
    pub fn from_text(text: &str) -> Number {
        let number = Number::parse(text);
        Number { text: Some(text.into()), ..number }
    }

    fn parse(text: &str) -> Number {
        let decimal = match text.parse() {
            Ok(int) => Decimal::Int(int),
            Err(_) => decimal(text),
        };
        Number { decimal, text: None }
    }

    /// Converts a float: the number with the fewest digits that parses as the same `float64`, as Go prints it.
    pub fn from_float(number: f64) -> Number {
        #[allow(clippy::cast_possible_truncation, reason = "the range is checked")]
        if number.fract() == 0.0 && number.abs() < 1e15 {
            return Number::from(number as i64);
        }
        Number::parse(&format_float(number, b'e', None))
    }

    /// Returns the text of the number in its document, or the canonical text.
    pub fn text(&self) -> String {
        match (&self.text, &self.decimal) {
            (Some(text), _) => text.to_string(),
            (None, Decimal::Int(int)) => int.to_string(),
            (None, Decimal::Long { .. }) => format_float(self.to_float(), b'g', None),
        }
    }

    /// Returns the nearest float.
    pub fn to_float(&self) -> f64 {
        match &self.decimal {
            #[allow(clippy::cast_precision_loss, reason = "the nearest one is meant")]
            Decimal::Int(int) => *int as f64,
            Decimal::Long { negative, digits, exponent } => {
                let sign = if *negative { "-" } else { "" };
                format!("{sign}0.{digits}e{exponent}").parse().unwrap_or_default()
            }
        }
    }

    /// Returns whether it has no fraction, like `1` and `1.0`.
    pub fn is_integer(&self) -> bool {
        match &self.decimal {
            Decimal::Int(_) => true,
            Decimal::Long { digits, exponent, .. } => i64::try_from(digits.len()).is_ok_and(|len| len <= *exponent),
        }
    }

    /// Returns the integer, limited to the range of `i64`; `None` if it has a fraction.
    pub fn to_int(&self) -> Option<i64> {
        match &self.decimal {
            Decimal::Int(int) => Some(*int),
            Decimal::Long { negative, .. } => self.is_integer().then_some(if *negative { i64::MIN } else { i64::MAX }),
        }
    }

    /// Returns whether it is an integer multiple of the other number. Nothing is a multiple of zero.
    pub fn is_multiple_of(&self, other: &Number) -> bool {
        if let (Decimal::Int(number), Decimal::Int(other)) = (&self.decimal, &other.decimal) {
            return number.checked_rem(*other) == Some(0) || (*other == -1);
        }
        let (number, factor) = (Scaled::of(&self.decimal), Scaled::of(&other.decimal));
        let zero = BigUint::ZERO;
        if factor.digits == zero || number.digits == zero {
            return factor.digits != zero;
        }
        let shift = number.power - factor.power;
        let power = BigUint::from(shift.unsigned_abs());
        let ten = BigUint::from(10_u8);
        if shift >= 0 {
            return (&number.digits * ten.modpow(&power, &factor.digits)) % &factor.digits == zero;
        }
        // The number would need that many zeros at its end.
        let zeros = u32::try_from(shift.unsigned_abs()).unwrap_or(u32::MAX);
        u64::from(zeros) <= number.digits.bits() && number.digits % (factor.digits * ten.pow(zeros)) == zero
    }
}

impl From<i64> for Number {
    fn from(int: i64) -> Number {
        Number { decimal: Decimal::Int(int), text: None }
    }
}

impl From<u64> for Number {
    fn from(int: u64) -> Number {
        i64::try_from(int).map_or_else(|_| Number::parse(&int.to_string()), Number::from)
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.decimal == other.decimal
    }
}

impl Eq for Number {}

impl Hash for Number {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.decimal.hash(state);
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        if let (Decimal::Int(one), Decimal::Int(two)) = (&self.decimal, &other.decimal) {
            return one.cmp(two);
        }
        let (one, two) = (self.decimal.parts(), other.decimal.parts());
        let sign = |parts: &Parts<'_>| if parts.digits.is_empty() { 0 } else { 1 - 2 * i8::from(parts.negative) };
        let by_sign = sign(&one).cmp(&sign(&two));
        let by_size = one.exponent.cmp(&two.exponent).then_with(|| one.digits.cmp(&two.digits));
        by_sign.then(if one.negative { by_size.reverse() } else { by_size })
    }
}

struct Parts<'a> {
    negative: bool,
    digits: std::borrow::Cow<'a, str>,
    exponent: i64,
}

impl Decimal {
    fn parts(&self) -> Parts<'_> {
        match self {
            Decimal::Long { negative, digits, exponent } => {
                Parts { negative: *negative, digits: (&**digits).into(), exponent: *exponent }
            }
            Decimal::Int(int) => {
                let text = int.unsigned_abs().to_string();
                let digits = text.trim_end_matches('0');
                let exponent = if digits.is_empty() { 0 } else { i64::try_from(text.len()).unwrap_or_default() };
                Parts { negative: *int < 0, digits: digits.to_owned().into(), exponent }
            }
        }
    }
}

/// The size of a number: an integer times a power of ten.
struct Scaled {
    digits: BigUint,
    power: i64,
}

impl Scaled {
    fn of(decimal: &Decimal) -> Scaled {
        let parts = decimal.parts();
        let power = parts.exponent - i64::try_from(parts.digits.len()).unwrap_or_default();
        Scaled { digits: parts.digits.parse().unwrap_or_default(), power }
    }
}

fn decimal(text: &str) -> Decimal {
    let (negative, unsigned) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (mantissa, power) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all = format!("{whole}{fraction}");
    let significant = all.trim_start_matches('0');
    let digits = significant.trim_end_matches('0');
    // Powers beyond these limits are as good as the limit.
    let power = power.parse::<i64>().unwrap_or(if power.starts_with('-') { i64::MIN } else { i64::MAX });
    let power = power.clamp(-MAX_POWER, MAX_POWER);
    let leading = i64::try_from(all.len() - significant.len()).unwrap_or_default();
    let exponent = i64::try_from(whole.len()).unwrap_or_default() - leading + power;
    if digits.is_empty() {
        return Decimal::Int(0);
    }
    match small(negative, digits, exponent) {
        Some(int) => Decimal::Int(int),
        None => Decimal::Long { negative, digits: digits.into(), exponent },
    }
}

/// Ten to this power is larger than any number in use, and still quickly computed.
const MAX_POWER: i64 = 100_000;

/// Returns the integer, if it is one and fits.
fn small(negative: bool, digits: &str, exponent: i64) -> Option<i64> {
    let length = usize::try_from(exponent).ok().filter(|length| (digits.len()..=19).contains(length))?;
    let sign = if negative { "-" } else { "" };
    format!("{sign}{digits:0<length$}").parse().ok()
}

/// Formats a `float64` as Go's package `message` does in English: `1,234.5`, `1×10²¹`.
pub fn localized(number: f64) -> String {
    let text = format_float(number, b'e', None);
    let (mantissa, power) = text.split_once('e').unwrap_or((&text, "0"));
    let power: i32 = power.parse().unwrap_or_default();
    if !(-4..6).contains(&power) {
        let sign = if power < 0 { "⁻" } else { "" };
        let digits: String = format!("{:02}", power.abs()).chars().map(superscript).collect();
        return format!("{mantissa}×10{sign}{digits}");
    }
    let plain = format_float(number, b'f', None);
    let (sign, plain) = plain.strip_prefix('-').map_or(("", plain.as_str()), |rest| ("-", rest));
    match plain.split_once('.') {
        Some((whole, fraction)) => format!("{sign}{}.{fraction}", grouped(whole)),
        None => format!("{sign}{}", grouped(plain)),
    }
}

fn superscript(digit: char) -> char {
    let digits = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    digit.to_digit(10).and_then(|digit| digits.get(digit as usize).copied()).unwrap_or(digit)
}

/// Formats an integer with thousands separators, as the library does: `12,345`.
pub fn localized_int(number: i64) -> String {
    let digits = grouped(&number.unsigned_abs().to_string());
    if number < 0 { format!("-{digits}") } else { digits }
}

fn grouped(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() * 4 / 3 + 1);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Number {
        Number::from_text(text)
    }

    #[test]
    fn equal_however_they_are_written() {
        for (one, two) in [("1", "1.0"), ("1", "10e-1"), ("-0.0", "0"), ("1e300", "1000e297"), ("0.10", "1e-1")] {
            assert_eq!(number(one), number(two), "{one} {two}");
        }
        assert_ne!(number("1"), number("1.0000000000000000000001"));
        assert_ne!(number("12345678901234567890"), number("12345678901234567891"));
    }

    #[test]
    fn order() {
        let ordered = [
            "-1e400",
            "-1e300",
            "-12",
            "-1.5",
            "-1",
            "0",
            "1e-400",
            "0.1",
            "1",
            "9",
            "10",
            "10.5",
            "1e19",
            "1e999999999",
        ];
        for pair in ordered.windows(2) {
            let [one, two] = pair else { continue };
            assert!(number(one) < number(two), "{one} {two}");
            assert!(number(two) > number(one), "{one} {two}");
        }
    }

    #[test]
    fn multiples() {
        for (one, two, is) in [
            ("0.3", "0.1", true),
            ("0.35", "0.1", false),
            ("1e308", "0.123", false),
            ("1e308", "0.125", true),
            ("7", "-1", true),
            ("0", "0.5", true),
            ("1", "1e-100000", true),
            ("1e-100000", "1", false),
            ("-9", "3", true),
            ("1", "0", false),
            ("4.5", "1.5", true),
        ] {
            assert_eq!(number(one).is_multiple_of(&number(two)), is, "{one} {two}");
        }
    }

    #[test]
    fn in_messages() {
        for (given, shown) in [
            (1_234_567.0, "1.234567×10⁰⁶"),
            (123_456.0, "123,456"),
            (-1234.5, "-1,234.5"),
            (0.00001, "1×10⁻⁰⁵"),
            (1e21, "1×10²¹"),
            (0.0, "0"),
        ] {
            assert_eq!(localized(given), shown);
        }
        assert_eq!(localized_int(12345), "12,345");
    }
}
