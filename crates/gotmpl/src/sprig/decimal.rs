//! Decimal arithmetic of any length, as in the library `decimal`, which Sprig's `addf` and similar functions use.

use num_bigint::{BigInt, Sign};

use mkmanifests_go::float::format_float;

/// `value * 10^power`.
#[derive(Debug, Clone)]
pub(super) struct Decimal {
    value: BigInt,
    power: i32,
}

/// The decimal places of a quotient.
const PRECISION: i32 = 16;

impl Decimal {
    /// Returns the shortest decimal number that is read back as this float.
    pub(super) fn new(number: f64) -> Result<Decimal, String> {
        if !number.is_finite() {
            return Err(format!("Cannot create a Decimal from {}", format_float(number, b'g', None)));
        }
        // If two shortest numbers are equally near, the standard library rounds up; Go and this library round to even.
        let mut buffer = zmij::Buffer::new();
        let text = buffer.format_finite(number);
        let (mantissa, power) = text.split_once('e').unwrap_or((text, "0"));
        let (whole, behind) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let value: BigInt = format!("{whole}{behind}").parse().unwrap_or_default();
        let behind = i32::try_from(behind.len()).unwrap_or_default();
        Ok(Decimal { value, power: power.parse().unwrap_or(0) - behind })
    }

    fn aligned(&self, other: &Decimal) -> (BigInt, BigInt, i32) {
        let power = self.power.min(other.power);
        (self.with_power(power), other.with_power(power), power)
    }

    /// Returns the value scaled to a lower power.
    fn with_power(&self, power: i32) -> BigInt {
        &self.value * ten_to(self.power.saturating_sub(power))
    }

    pub(super) fn add(&self, other: &Decimal) -> Decimal {
        let (a, b, power) = self.aligned(other);
        Decimal { value: a + b, power }
    }

    pub(super) fn subtract(&self, other: &Decimal) -> Decimal {
        let (a, b, power) = self.aligned(other);
        Decimal { value: a - b, power }
    }

    pub(super) fn multiply(&self, other: &Decimal) -> Decimal {
        Decimal { value: &self.value * &other.value, power: self.power.saturating_add(other.power) }
    }

    /// Returns the quotient, rounded half away from zero.
    pub(super) fn divide(&self, other: &Decimal) -> Result<Decimal, String> {
        if other.value.sign() == Sign::NoSign {
            return Err("decimal division by 0".to_owned());
        }
        let shift = self.power - other.power + PRECISION;
        let dividend = &self.value * ten_to(shift);
        let divisor = &other.value * ten_to(-shift);
        let (mut value, rest) = (&dividend / &divisor, &dividend % &divisor);
        if rest.magnitude() * 2u32 >= *divisor.magnitude() {
            value += if (self.value.sign() == Sign::Minus) == (other.value.sign() == Sign::Minus) { 1 } else { -1 };
        }
        Ok(Decimal { value, power: -PRECISION })
    }

    /// Returns the nearest float.
    pub(super) fn to_float(&self) -> f64 {
        format!("{}e{}", self.value, self.power).parse().unwrap_or_default()
    }
}

/// Returns 10 to a power; 1 if the power is negative.
fn ten_to(power: i32) -> BigInt {
    BigInt::from(10u8).pow(u32::try_from(power).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decimal(number: f64) -> Decimal {
        Decimal::new(number).unwrap_or_else(|error| panic!("{error}"))
    }

    #[test]
    fn calculates_without_binary_fractions() {
        assert_eq!(decimal(0.1).add(&decimal(0.2)).to_float(), 0.3);
        assert_eq!(decimal(1.0).subtract(&decimal(0.9)).to_float(), 0.1);
        assert_eq!(decimal(1.1).multiply(&decimal(1.1)).to_float(), 1.21);
        assert_eq!(decimal(2.0).divide(&decimal(-3.0)).map(|d| d.to_float()), Ok(-0.666_666_666_666_666_7));
        assert_eq!(decimal(2_626_315_651_557_657.0 / 4.0).multiply(&decimal(10.0)).to_float(), 6_565_789_128_894_142.0);
        assert_eq!(decimal(0.0).multiply(&decimal(-1.0)).to_float().to_bits(), 0);
    }

    proptest! {
        #[test]
        fn comes_back(number in any::<f64>().prop_filter("finite", |n| n.is_finite())) {
            prop_assert_eq!(decimal(number).to_float(), number);
        }
    }
}
