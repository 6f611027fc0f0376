//! Parts of Go's standard library, with the same results and error texts. Helm and Kubernetes are Go programs, and
//! their users see what this library accepts and prints.
//!
//! Existing crates (`url`, `semver`, `regex` alone, `humantime`) accept other texts than Go and print other errors.

pub mod content_type;
pub mod duration;
pub mod flate;
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

/// Runs the example of the README as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
