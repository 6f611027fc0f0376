//! Formats floats as Go's `strconv.FormatFloat` does.

/// Formats a number in the given format (`e E f g G b x X`). A precision of `None` means the fewest digits that are
/// read back as the same number. Only negative numbers have a sign.
pub fn format_float(number: f64, verb: u8, precision: Option<usize>) -> String {
    if number.is_nan() {
        return "NaN".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { "+Inf" } else { "-Inf" }.to_owned();
    }
    match verb {
        b'b' => binary(number),
        b'x' | b'X' => {
            let text = hexadecimal(number, precision);
            if verb == b'X' { text.to_uppercase() } else { text }
        }
        b'e' | b'E' => exponent(number, precision, verb),
        b'f' => match precision {
            Some(precision) => fixed(number, precision),
            None => {
                let (digits, power) = shortest(number);
                let sign = if number.is_sign_negative() { "-" } else { "" };
                format!("{sign}{}", positional(&digits, power))
            }
        },
        _ => general(number, precision, if verb == b'G' { b'E' } else { b'e' }),
    }
}

/// Formats a number as go-yaml 3 writes it.
pub fn yaml_float(number: f64) -> String {
    match number {
        _ if number.is_nan() => ".nan".to_owned(),
        f64::INFINITY => ".inf".to_owned(),
        f64::NEG_INFINITY => "-.inf".to_owned(),
        _ => format_float(number, b'g', None),
    }
}

/// Formats a number as `FormatFloat(number, 'g', -1, 32)` does: with the digits that a 32-bit float needs. Helm's YAML
/// library makes such texts of numbers.
///
/// ```
/// assert_eq!(mkmanifests_go::float::format_float_32(20240115.25), "2.0240116e+07");
/// ```
#[expect(clippy::cast_possible_truncation, reason = "fewer digits are the purpose")]
pub fn format_float_32(number: f64) -> String {
    // The fewest digits of a 32-bit float are also those of the nearest 64-bit one.
    let digits = format!("{:e}", number as f32);
    format_float(digits.parse().unwrap_or(number), b'g', None)
}

/// The most digits of any number, and the largest precision of the standard library.
const MOST_DIGITS: usize = 1100;

fn fixed(number: f64, precision: usize) -> String {
    let mut text = format!("{number:.*}", precision.min(MOST_DIGITS));
    text.push_str(&"0".repeat(precision.saturating_sub(MOST_DIGITS)));
    text
}

/// Returns the fewest digits that distinguish a number from its neighbours, and the exponent of the first digit. If two
/// such decimals are equally near, it is the even one, as in Go; the standard library returns the greater.
fn shortest(number: f64) -> (String, i32) {
    let mut buffer = zmij::Buffer::new();
    let text = buffer.format_finite(number.abs());
    let (mantissa, power) = text.split_once('e').unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all = format!("{whole}{fraction}");
    let significant = all.trim_start_matches('0');
    let leading = all.len() - significant.len();
    let digits = significant.trim_end_matches('0');
    if digits.is_empty() {
        return ("0".to_owned(), 0);
    }
    let count = |count: usize| i32::try_from(count).unwrap_or(i32::MAX);
    (digits.to_owned(), power.parse::<i32>().unwrap_or_default() + count(whole.len()) - 1 - count(leading))
}

/// Formats like `{:e}` of the standard library: the digits, `e` and the exponent.
fn scientific(number: f64, precision: Option<usize>) -> (String, i32) {
    let Some(precision) = precision else {
        let (digits, power) = shortest(number);
        let (first, rest) = digits.split_at_checked(1).unwrap_or((&digits, ""));
        let sign = if number.is_sign_negative() { "-" } else { "" };
        let point = if rest.is_empty() { "" } else { "." };
        return (format!("{sign}{first}{point}{rest}"), power);
    };
    let text = format!("{number:.*e}", precision.min(MOST_DIGITS));
    let (mantissa, power) = text.split_once('e').unwrap_or((&text, "0"));
    let zeros = precision.saturating_sub(MOST_DIGITS);
    (format!("{mantissa}{}", "0".repeat(zeros)), power.parse().unwrap_or_default())
}

fn exponent(number: f64, precision: Option<usize>, verb: u8) -> String {
    let (mantissa, exponent) = scientific(number, precision);
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{mantissa}{}{sign}{:02}", char::from(verb), exponent.abs())
}

/// Formats `%g`: with an exponent if that is below -4 or not below the precision, and without trailing zeros.
fn general(number: f64, precision: Option<usize>, verb: u8) -> String {
    let precision = precision.map(|precision| precision.max(1));
    let (mantissa, power) = scientific(number, precision.map(|precision| precision - 1));
    let mantissa = mantissa.as_str();
    let mantissa = if mantissa.contains('.') { mantissa.trim_end_matches('0').trim_end_matches('.') } else { mantissa };
    let (sign, mantissa) = mantissa.strip_prefix('-').map_or(("", mantissa), |rest| ("-", rest));
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let limit = match precision {
        None => 6,
        // As in Go, a larger precision does not cut a whole number.
        Some(precision) => {
            let point = power + 1;
            let count = i32::try_from(digits.len()).unwrap_or(i32::MAX);
            let precision = i32::try_from(precision).unwrap_or(i32::MAX);
            if precision > count && count >= point { count } else { precision }
        }
    };
    if power < -4 || power >= limit {
        let exponent_sign = if power < 0 { '-' } else { '+' };
        return format!("{sign}{mantissa}{}{exponent_sign}{:02}", char::from(verb), power.abs());
    }
    format!("{sign}{}", positional(&digits, power))
}

/// Writes digits with the decimal point after the first digit moved by `power`.
fn positional(digits: &str, power: i32) -> String {
    let Ok(whole) = usize::try_from(power) else {
        let zeros = usize::try_from(-power - 1).unwrap_or_default();
        return format!("0.{}{digits}", "0".repeat(zeros));
    };
    if digits.len() <= whole + 1 {
        return format!("{digits}{}", "0".repeat(whole + 1 - digits.len()));
    }
    let (before, after) = digits.split_at_checked(whole + 1).unwrap_or((digits, ""));
    format!("{before}.{after}")
}

/// Returns the mantissa (an integer of up to 53 bits) and the power of two of a finite number.
fn parts(number: f64) -> (u64, i32) {
    let bits = number.to_bits();
    let fraction = bits & ((1 << 52) - 1);
    let power = i32::try_from((bits >> 52) & 0x7ff).unwrap_or_default();
    if power == 0 { (fraction, -1074) } else { (fraction | 1 << 52, power - 1075) }
}

fn binary(number: f64) -> String {
    let (mantissa, power) = parts(number);
    let sign = if number.is_sign_negative() { "-" } else { "" };
    format!("{sign}{mantissa}p{power:+}")
}

/// Formats `%x`: `0x1.8p+01`.
fn hexadecimal(number: f64, precision: Option<usize>) -> String {
    let (mut mantissa, mut power) = parts(number);
    let sign = if number.is_sign_negative() { "-" } else { "" };
    if mantissa == 0 {
        power = 0;
    } else {
        let shift = mantissa.leading_zeros().saturating_sub(3);
        mantissa <<= shift;
        // 60 bits after the point.
        power = power - i32::try_from(shift).unwrap_or_default() + 60;
    }
    if let Some(digits) = precision.filter(|digits| *digits < 15) {
        let extra = 60 - 4 * digits as u32;
        let half = 1u64 << (extra - 1);
        let rest = mantissa & ((1 << extra) - 1);
        mantissa >>= extra;
        if rest > half || (rest == half && mantissa & 1 == 1) {
            mantissa += 1;
        }
        mantissa <<= extra;
        if mantissa >> 61 != 0 {
            mantissa >>= 1;
            power += 1;
        }
    }
    let digits = format!("{:015x}", mantissa & ((1 << 60) - 1));
    let digits = match precision {
        None => digits.trim_end_matches('0').to_owned(),
        Some(count) if count <= 15 => digits.get(..count).unwrap_or_default().to_owned(),
        Some(count) => digits + &"0".repeat(count - 15),
    };
    let point = if digits.is_empty() { "" } else { "." };
    let power_sign = if power < 0 { '-' } else { '+' };
    format!("{sign}0x{}{point}{digits}p{power_sign}{:02}", mantissa >> 60, power.abs())
}
