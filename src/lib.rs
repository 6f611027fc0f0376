//! Typed values in, plain Kubernetes YAML out.

pub mod check;
pub mod cli;
pub mod components;
pub mod manifest;
pub mod problem;
pub mod release;
pub mod template;
pub mod tree;
pub mod values;
