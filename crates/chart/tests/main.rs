//! Tests loading, values, schemas and rendering of charts against the real Helm.

mod fixture;
mod helm_parity;
mod helm_releases;
mod hostile;
mod json_path;
mod lint;
mod load;
mod package;
mod renderer;
mod schema_parity;
mod unused;
mod values;
mod values_properties;
mod values_reports;
mod values_set;
