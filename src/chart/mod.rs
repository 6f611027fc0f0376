//! Helm charts.

pub mod yaml_bridge;
