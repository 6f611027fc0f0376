//! Searches for random primes, for RSA and DSA keys.
//!
//! `crypto-primes` finds primes as well, and confirms ours. Its search takes more than three times as long, and Helm's
//! would be faster: it sieves with fewer primes, and its arithmetic is constant-time. The time of a search is no secret
//! here.
//!
//! The code is in a crate so that it is optimized in every build profile: see `Cargo.toml` of the workspace.

mod search;
mod strong;

pub use search::{boxed, has_small_factor, if_prime, random_prime};

/// Runs the example of the README as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
