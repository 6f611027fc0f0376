//! Draws a random number, sieves the numbers that follow, and tests those that are left.

use std::sync::LazyLock;

use crypto_bigint::BoxedUint;
use crypto_primes::hazmat::{AStarBase, LucasCheck, lucas_test};
use num_bigint::BigUint;

use super::strong::is_probable_prime;

/// Candidates with a factor below this are sieved out. A higher limit would take longer than the tests that it saves.
const SMALL: u32 = 1 << 18;

/// How many small primes have a product of less than 64 bits.
const GROUP: usize = 3;

/// The odd primes below [`SMALL`].
static PRIMES: LazyLock<Vec<u32>> = LazyLock::new(small_primes);

/// Returns a random prime of `bits` bits, at most 2,048. Its two highest bits are set, so that the product of two has
/// twice as many bits. `fill` draws random bytes.
pub fn random_prime(mut fill: impl FnMut(&mut [u8]), bits: u32) -> BoxedUint {
    loop {
        let mut bytes = vec![0; bits as usize / 8];
        fill(&mut bytes);
        if let Some(first) = bytes.first_mut() {
            *first |= 0b1100_0000;
        }
        if let Some(last) = bytes.last_mut() {
            *last |= 1;
        }
        if let Some(prime) = from(&BigUint::from_bytes_be(&bytes), bits) {
            return prime;
        }
    }
}

/// Returns the first prime from an odd number on; `None` if there is none close to it.
fn from(start: &BigUint, bits: u32) -> Option<BoxedUint> {
    // About one in `bits / 3` odd numbers is a prime.
    let has_factor = sieve(start, 4 * bits as usize);
    let candidates = has_factor.iter().enumerate().filter(|(_, has_factor)| !**has_factor);
    candidates.map(|(index, _)| start + 2 * index).find_map(|candidate| if_prime(&candidate, bits))
}

/// Returns a number of at most `bits` bits if it is a prime, by the test of Baillie, Pomerance, Selfridge and Wagstaff. No
/// composite number is known that passes it.
pub fn if_prime(candidate: &BigUint, bits: u32) -> Option<BoxedUint> {
    let may_be_prime = if bits <= 1024 { is_probable_prime::<18> } else { is_probable_prime::<35> };
    if !may_be_prime(candidate) {
        return None;
    }
    let number = boxed(candidate, bits)?;
    let odd = number.to_odd().into_option()?;
    lucas_test(odd, AStarBase, LucasCheck::Bpsw21).is_probably_prime().then_some(number)
}

/// Returns a number in the type of the crates for keys; `None` if it has more bits.
pub fn boxed(number: &BigUint, bits: u32) -> Option<BoxedUint> {
    BoxedUint::from_be_slice(&number.to_bytes_be(), bits).ok()
}

/// Returns for each of the odd numbers from `start` on whether it has a small factor.
fn sieve(start: &BigUint, count: usize) -> Vec<bool> {
    let mut has_factor = vec![false; count];
    for (prime, rest) in remainders(start, &PRIMES) {
        // The smallest `index` for which `start + 2 * index` is a multiple of the prime.
        let missing = (prime - rest) % prime;
        let index = if missing.is_multiple_of(2) { missing / 2 } else { (missing + prime) / 2 };
        has_factor.iter_mut().skip(index as usize).step_by(prime as usize).for_each(|it| *it = true);
    }
    has_factor
}

/// Returns whether a large number has one of the smallest factors.
pub fn has_small_factor(number: &BigUint) -> bool {
    PRIMES.get(..2_000).is_some_and(|primes| remainders(number, primes).any(|(_, rest)| rest == 0))
}

/// Returns each prime with the remainder of a division by it. The large number is only divided by products of primes.
fn remainders(number: &BigUint, primes: &[u32]) -> impl Iterator<Item = (u32, u32)> {
    primes.chunks(GROUP).flat_map(move |group| {
        let product: u64 = group.iter().copied().map(u64::from).product();
        let rest = u64::try_from(number % product).unwrap_or_default();
        group.iter().map(move |prime| (*prime, (rest % u64::from(*prime)) as u32))
    })
}

/// Returns the odd primes below [`SMALL`].
fn small_primes() -> Vec<u32> {
    let mut is_composite = vec![false; SMALL as usize];
    let mut primes = Vec::new();
    for number in (3..SMALL).step_by(2) {
        if is_composite.get(number as usize) == Some(&false) {
            primes.push(number);
            let multiples = is_composite.iter_mut().skip(number as usize).step_by(2 * number as usize);
            multiples.for_each(|it| *it = true);
        }
    }
    primes
}

#[cfg(test)]
mod tests {
    use num_bigint::BigUint;

    use super::*;

    #[test]
    fn the_next_prime_is_found() {
        // 2^1024 - 105 is the largest prime below 2^1024: https://oeis.org/A013603.
        let power = BigUint::from(1_u8) << 1024;
        let found = from(&(&power - 501_u32), 1024).map(|prime| BigUint::from_bytes_be(&prime.to_be_bytes()));
        assert!(found.is_some_and(|found| found <= &power - 105_u32 && found >= &power - 501_u32));
        let found = from(&(&power - 109_u32), 1024).map(|prime| BigUint::from_bytes_be(&prime.to_be_bytes()));
        assert_eq!(found, Some(&power - 105_u32));
    }

    #[test]
    fn the_sieve_marks_multiples_of_small_primes() {
        let start = BigUint::from(1_000_001_u32) << 64 | BigUint::from(1_u8);
        for (index, has_factor) in sieve(&start, 200).into_iter().enumerate() {
            let number = &start + 2 * index;
            let expected = PRIMES.iter().copied().any(|prime| &number % prime == BigUint::ZERO);
            assert_eq!(has_factor, expected, "{number}");
        }
    }

    #[test]
    fn primes_have_their_two_highest_bits_set() {
        let prime = random_prime(|bytes| bytes.fill(0x5a), 512);
        let prime = BigUint::from_bytes_be(&prime.to_be_bytes());
        assert_eq!((prime.bits(), (prime >> 510_u32)), (512, BigUint::from(3_u8)));
    }
}
