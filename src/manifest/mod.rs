//! Manifests: Kubernetes objects, each with the id of the part that made it.

pub mod yaml;
