//! YAML as the tools of Kubernetes read and write it, with locations and diagnostics.
//!
//! - [`tree`]: a [`Node`](tree::Node) is a value with the location where it was written. [`tree::read`] reads YAML 1.1 as
//!   Helm and kubectl do, [`tree::write`] writes as they do. [`tree::from_node`] and [`tree::to_node`] convert from and to
//!   Rust types.
//! - [`diagnostic`]: errors and warnings with code, location and help, and reports with source lines.
//! - [`files`]: reads files and streams up to a limit.

mod bytes;
pub mod diagnostic;
pub mod files;
pub mod tree;

/// Runs the example of the README as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
