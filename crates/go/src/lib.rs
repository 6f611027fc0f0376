//! Parts of Go's standard library, with its results and error texts: Helm and Kubernetes are Go programs, and what they
//! accept and print comes from there.
//!
//! The crates for these things (`url`, `semver`, `regex` alone, `humantime`) accept and print other texts than Go does, so
//! this is our own.

pub mod duration;
pub mod float;
pub mod glob;
pub mod json;
pub mod quote;
pub mod regexp;
mod runes;
pub mod semver;
pub mod stack;
pub mod time;
pub mod url;

pub use runes::runes;

/// The example of the README runs.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
