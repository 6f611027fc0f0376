//! Helm charts.

mod pretty_yaml;
pub mod yaml_bridge;
mod yaml_fault;
