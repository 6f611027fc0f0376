//! Quantities as an API server parses them, for comparison.

use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

/// The value of a quantity in thousandths, capped at the largest value of an API server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Amount {
    pub(super) milli: i128,
}

impl Amount {
    /// Returns the amount of a quantity. Surrounding whitespace is ignored, and a unit without a number is 0.
    pub(super) fn of(quantity: &Quantity) -> Self {
        let text = quantity.0.trim();
        Amount { milli: plain(text).unwrap_or_else(|| any(text)) }
    }

    /// Returns whether the amount is a whole number.
    pub(super) fn is_whole(self) -> bool {
        self.milli % 1000 == 0
    }

    /// Returns the amount in whole units, rounded up.
    pub(super) fn ceil(self) -> i128 {
        self.milli.div_euclid(1000) + i128::from(self.milli.rem_euclid(1000) > 0)
    }
}

impl std::ops::Add for Amount {
    type Output = Amount;

    fn add(self, other: Amount) -> Amount {
        Amount { milli: self.milli.saturating_add(other.milli) }
    }
}

/// Parses the common form: at most twelve digits and a unit.
fn plain(text: &str) -> Option<i128> {
    let end = text.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    if !(1..=12).contains(&end) {
        return None;
    }
    let number: i128 = text[..end].parse().ok()?;
    let unit = match &text[end..] {
        "" => 1000,
        "m" => 1,
        "k" => 1_000_000,
        "M" => 1_000_000_000,
        "G" => 1_000_000_000_000,
        "Ki" => 1_024_000,
        "Mi" => 1_048_576_000,
        "Gi" => 1_073_741_824_000,
        _ => return None,
    };
    Some(number * unit)
}

fn any(text: &str) -> i128 {
    let (sign, unsigned) = match text.strip_prefix(['-', '+']) {
        Some(rest) if text.starts_with('-') => (-1, rest),
        Some(rest) => (1, rest),
        None => (1, text),
    };
    let has_digits = unsigned.starts_with(|first: char| first.is_ascii_digit() || first == '.');
    let number = if has_digits { crate::syntax::quantity(unsigned) } else { return 0 };
    // Like an API server, cap what is too large.
    sign * number.map_or(i128::from(i64::MAX) * 1000, |quantity| quantity.milli)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn milli(text: &str) -> i128 {
        Amount::of(&Quantity(text.to_owned())).milli
    }

    #[test]
    fn amounts_are_parsed_like_an_api_server_does() {
        let cases = [
            ("1", 1000),
            ("1Gi ", 1_073_741_824_000),
            ("Gi", 0),
            ("-1", -1000),
            ("-0.1m", -1),
            ("0.5", 500),
            ("1e3", 1_000_000),
            ("1E", 1_000_000_000_000_000_000_000),
            ("100E", i128::from(i64::MAX) * 1000),
        ];
        for (text, expected) in cases {
            assert_eq!(milli(text), expected, "{text}");
        }
    }
}
