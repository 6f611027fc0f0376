//! YAML as Kubernetes' tools have it, with locations: a tree between bytes and types, and diagnostics that point into it.
//!
//! - [`tree`]: a [`Node`](tree::Node) knows where it was written. [`tree::read`] makes it from YAML 1.1 as Helm and kubectl
//!   read it, [`tree::write`] prints it as they do; [`tree::from_node`] and [`tree::to_node`] turn it into types and back.
//! - [`diagnostic`]: what is wrong, as data and in words, with the line that it is in.
//! - [`files`]: reads files and streams up to a limit.

mod bytes;
pub mod diagnostic;
pub mod files;
pub mod tree;

/// The example of the README runs.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
