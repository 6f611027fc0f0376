//! The validation rules compared with a real API server, and patches.

mod definitions;
mod examples;
mod kinds;
mod kuberay;
mod oracle;
mod patch;
mod serve_config;
