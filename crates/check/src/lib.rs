//! Validates Kubernetes objects as an API server would, and lints them for mistakes that an API server accepts.
//!
//! [`object`] validates one object by its type and the rules of its kind; every source does so before it prints objects.
//! [`all`] also validates custom resources by their CustomResourceDefinitions, and lints all objects together. [`catalog`]
//! lists the rules, each with its source. [`pipeline`] applies patches and validates the result.

mod all;
mod annotation;
pub mod arn;
pub mod catalog;
mod cel;
mod code;
mod custom;
pub mod diagnostics;
mod embedded;
mod external;
mod fields_since;
pub mod input;
mod kinds;
pub mod kube_version;
mod lint;
pub mod manifest;
mod object_diagnostic;
mod options;
pub mod parallel;
pub mod patch;
pub mod path;
pub mod pipeline;
pub mod print;
pub mod ray_gates;
mod reading;
mod removed;
pub mod report;
pub mod rule;
pub mod rules;
mod schema;
mod schema_fields;
mod skip;
pub mod syntax;
pub mod text_fields;
mod typed;
pub mod types;
mod validate;
pub mod versions;

pub use all::{all, custom_resources};
pub use code::CheckCode;
pub use external::External;
pub use kinds::is_built_in;
pub use object_diagnostic::{ObjectDiagnostic, Skipped};
pub use options::Options;
pub use schema::Definitions;
pub use skip::{SKIP, Skip, Skips};
pub use typed::Typed;
pub use types::{check as object, check_on as object_on, served};

/// The annotation that lists objects which the annotated object refers to and which are created elsewhere: `KIND/NAME` or
/// `KIND/NAMESPACE/NAME`, separated by commas or white space.
pub const EXTERNAL: &str = "mkmanifests.dev/external";

/// The ids of the rules for values that do not have the type of their field: in built-in kinds and in custom resources.
pub const FIELD_TYPES: [&str; 2] = [reading::FIELD_TYPE, schema::FIELD_TYPE];

/// The id of the rule for API versions that a cluster does not serve: removed, or introduced later.
pub const SERVED_VERSION: &str = reading::SERVED_VERSION;

/// Runs the example of the README as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
