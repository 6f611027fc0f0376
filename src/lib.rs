//! Typed values in, plain Kubernetes YAML out.

pub mod chart;
pub mod gotmpl;
pub mod manifest;
pub mod problem;
pub mod tree;
pub mod values;
