//! Quantities: <https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/>.

/// A parsed quantity, exact to the thousandth like the quantities of an API server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Quantity {
    /// The amount in thousandths of the unit (of a byte, a CPU, a GPU), rounded up.
    pub milli: i128,
}

impl Quantity {
    /// Returns the amount in whole units, rounded up: bytes for memory.
    pub fn ceil(self) -> i128 {
        self.milli.div_euclid(1000) + i128::from(self.milli.rem_euclid(1000) > 0)
    }
}

const RULE: &str = "must be a number with an optional unit (m, k, M, G, T, P, E, Ki, Mi, Gi, Ti, Pi, Ei), \
                    such as `500m`, `4` or `1.5Gi`";

/// Parses a quantity.
///
/// # Errors
///
/// Returns a message if `text` is not a quantity or exceeds 2^63-1 units.
///
/// ```
/// use mkmanifests_check::syntax::quantity;
/// assert_eq!(quantity("1Ki").unwrap().ceil(), 1024);
/// assert_eq!(quantity("250m").unwrap().milli, 250);
/// assert!(quantity("32GB").is_err());
/// ```
pub fn quantity(text: &str) -> Result<Quantity, String> {
    let refuse = || format!("{text:?} is not a quantity: {RULE}");
    let (negative, digits) = match text.strip_prefix(['+', '-']) {
        Some(rest) => (text.starts_with('-'), rest),
        None => (false, text),
    };
    let end = digits.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(digits.len());
    let (number, suffix) = digits.split_at(end);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if whole.len() + fraction.len() == 0 || fraction.contains('.') || whole.len() > 24 {
        return Err(refuse());
    }
    let (multiplier, divisor) = scale(suffix).ok_or_else(refuse)?;
    // Digits past the ninth cannot change a value that is rounded up to thousandths by more than the rounding does.
    let kept = &fraction[..fraction.len().min(12)];
    let digits = whole.bytes().chain(kept.bytes());
    let mantissa = digits.fold(0_i128, |value, digit| value * 10 + i128::from(digit - b'0'));
    let unit = 10_i128.pow(kept.len() as u32) * divisor;
    let scaled = mantissa.checked_mul(multiplier).and_then(|value| value.checked_mul(1000)).ok_or_else(refuse)?;
    let milli = (scaled + unit - 1) / unit;
    if milli > i128::from(i64::MAX) * 1000 {
        return Err(format!("{text:?} is too large: must be at most 2^63-1"));
    }
    Ok(Quantity { milli: if negative { -milli } else { milli } })
}

/// Returns the multiplier and the divisor of a suffix.
fn scale(suffix: &str) -> Option<(i128, i128)> {
    let binary = |power: u32| Some((1_i128 << (10 * power), 1));
    let decimal = |power: u32| Some((10_i128.pow(power), 1));
    match suffix {
        "" => Some((1, 1)),
        "n" => Some((1, 1_000_000_000)),
        "u" => Some((1, 1_000_000)),
        "m" => Some((1, 1000)),
        "k" => decimal(3),
        "M" => decimal(6),
        "G" => decimal(9),
        "T" => decimal(12),
        "P" => decimal(15),
        "E" => decimal(18),
        "Ki" => binary(1),
        "Mi" => binary(2),
        "Gi" => binary(3),
        "Ti" => binary(4),
        "Pi" => binary(5),
        "Ei" => binary(6),
        _ => {
            let power: i32 = suffix.strip_prefix(['e', 'E'])?.parse().ok()?;
            match power {
                0..=18 => decimal(power.unsigned_abs()),
                -9..0 => Some((1, 10_i128.pow(power.unsigned_abs()))),
                _ => None,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_the_reference_parses() {
        let cases = [
            ("0", 0),
            ("4", 4000),
            ("0.5", 500),
            (".5", 500),
            ("5.", 5000),
            ("500m", 500),
            ("1u", 1),
            ("32G", 32_000_000_000_000),
            ("1Ki", 1_024_000),
            ("1.5Gi", 1_610_612_736_000),
            ("1e3", 1_000_000),
            ("12E-1", 1200),
            ("-1", -1000),
            ("+1", 1000),
        ];
        for (text, milli) in cases {
            assert_eq!(quantity(text).map(|quantity| quantity.milli), Ok(milli), "{text}");
        }
    }

    #[test]
    fn other_units_are_refused() {
        for bad in
            ["", "G", "1GB", "1 G", "1g", "1KI", "1.2.3", "ten", "--1", "1e", "1e99", "9999999999999999999999E", "١"]
        {
            assert!(quantity(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn bytes_are_rounded_up() {
        assert_eq!(quantity("1500m").map(Quantity::ceil), Ok(2));
    }
}
