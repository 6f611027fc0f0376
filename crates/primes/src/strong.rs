//! The strong probable prime test with base 2, the main work of a search for primes.
//!
//! `num-bigint`, `crypto-bigint` and `crypto-primes` compute powers of any number, with general multiplications. Powers of
//! 2 need only squares and doublings, which take two thirds of their time.

use std::array;

use num_bigint::BigUint;

/// The bits of a limb. The upper bits are for sums: see [`Modulus::square`].
const BITS: usize = 60;
const MASK: u64 = (1 << BITS) - 1;

/// Returns whether an odd number is a strong probable prime: 2^d is 1, or 2^(d * 2^i) is -1, where the number is
/// `d * 2^zeros + 1`, d is odd, and i is less than `zeros`. It has up to `60 * N - 8` bits.
pub(super) fn is_probable_prime<const N: usize>(number: &BigUint) -> bool {
    let one = (BigUint::from(1_u8) << (BITS * N)) % number;
    let minus_one = number - &one;
    let modulus = Modulus::<N>::new(number);
    let zeros = (number - 1_u8).trailing_zeros().unwrap_or_default();
    let mut power = (zeros..number.bits()).rev().fold(limbs(&one), |power, bit| {
        let square = modulus.square(&power);
        if number.bit(bit) { square.map(|limb| 2 * limb) } else { square }
    });
    joined(&power) % number == one
        || (0..zeros).any(|_| {
            let found = joined(&power) % number == minus_one;
            power = modulus.square(&power);
            found
        })
}

/// Returns the limbs of a number, the lowest first.
fn limbs<const N: usize>(number: &BigUint) -> [u64; N] {
    array::from_fn(|index| (number >> (BITS * index)).iter_u64_digits().next().unwrap_or_default() & MASK)
}

fn joined(limbs: &[u64]) -> BigUint {
    limbs.iter().rev().fold(BigUint::ZERO, |number, limb| (number << BITS) + *limb)
}

/// A modulus for Montgomery's multiplication: a number x is represented by `x * R`, where R is 2^(60 * N).
struct Modulus<const N: usize> {
    limbs: [u64; N],
    /// `-1 / modulus`, modulo 2^60.
    inverse: u64,
}

impl<const N: usize> Modulus<N> {
    fn new(number: &BigUint) -> Modulus<N> {
        let limbs = limbs(number);
        let [low, ..] = limbs.as_slice() else { return Modulus { limbs, inverse: 0 } };
        // Newton's method: each step doubles the number of correct bits, and an odd number has 3 at first.
        let inverse =
            (0..5).fold(*low, |inverse, _| inverse.wrapping_mul(2_u64.wrapping_sub(low.wrapping_mul(inverse))));
        Modulus { limbs, inverse: inverse.wrapping_neg() & MASK }
    }

    /// Returns the square of a represented number. Its limbs may have 61 bits, those of the square have 60.
    ///
    /// Both are less than four times the modulus, which needs no reduction, since R is much larger. The products of a
    /// column add up to less than 2^128 if there are at most 50 limbs, so there are no carries, either. Sums of iterators
    /// would take a fifth longer than these loops.
    fn square(&self, number: &[u64; N]) -> [u64; N] {
        let modulus = &self.limbs;
        let twice = number.map(|limb| 2 * limb);
        let (mut quotient, mut square) = ([0; N], [0; N]);
        let mut sum = 0;
        for column in 0..N {
            for row in 0..column.div_ceil(2) {
                sum += wide(number[row], twice[column - row]);
            }
            if column % 2 == 0 {
                sum += wide(number[column / 2], number[column / 2]);
            }
            for row in 0..column {
                sum += wide(quotient[row], modulus[column - row]);
            }
            // Makes the lowest limb of the sum zero.
            quotient[column] = (sum as u64).wrapping_mul(self.inverse) & MASK;
            sum += wide(quotient[column], modulus[0]);
            sum >>= BITS;
        }
        for column in N..2 * N {
            for row in column + 1 - N..column.div_ceil(2) {
                sum += wide(number[row], twice[column - row]);
            }
            if column % 2 == 0 {
                sum += wide(number[column / 2], number[column / 2]);
            }
            for row in column + 1 - N..N {
                sum += wide(quotient[row], modulus[column - row]);
            }
            square[column - N] = sum as u64 & MASK;
            sum >>= BITS;
        }
        square
    }
}

fn wide(a: u64, b: u64) -> u128 {
    u128::from(a) * u128::from(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same test with the arithmetic of `num-bigint`.
    fn by_definition(number: &BigUint) -> bool {
        let one = BigUint::from(1_u8);
        let minus_one = number - &one;
        let zeros = minus_one.trailing_zeros().unwrap_or_default();
        let mut power = BigUint::from(2_u8).modpow(&(&minus_one >> zeros), number);
        power == one
            || (0..zeros).any(|_| {
                let found = power == minus_one;
                power = power.modpow(&BigUint::from(2_u8), number);
                found
            })
    }

    #[test]
    fn small_numbers_agree_with_the_definition() {
        // 2047 is the first strong pseudoprime, and 341 one that is not strong: https://oeis.org/A001262.
        for number in (5_u32..4_000).step_by(2).map(BigUint::from) {
            assert_eq!(is_probable_prime::<18>(&number), by_definition(&number), "{number}");
        }
        assert!(is_probable_prime::<1>(&BigUint::from(2_047_u32)));
        assert!(!is_probable_prime::<1>(&BigUint::from(341_u32)));
    }

    #[test]
    fn large_numbers_agree_with_the_definition() {
        // 2^1024 - 105 is a prime: https://oeis.org/A013603.
        let power = |bits: u32| BigUint::from(1_u8) << bits;
        assert!(is_probable_prime::<18>(&(power(1024) - 105_u32)));
        for offset in (1_u32..60).step_by(2) {
            for number in [power(1024) - offset, power(1023) + offset, power(521) - offset] {
                assert_eq!(is_probable_prime::<18>(&number), by_definition(&number), "{number}");
            }
        }
        // Mersenne primes: nearly all their bits are set.
        assert!(is_probable_prime::<35>(&(power(1279) - 1_u32)));
        for number in [power(2048) - 1_u32, power(2048) - 105_u32, power(2047) + 1_u32] {
            assert_eq!(is_probable_prime::<35>(&number), by_definition(&number), "{number}");
        }
    }
}
