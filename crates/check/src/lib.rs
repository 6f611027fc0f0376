//! What an API server would refuse, and what it would take without a word, said before anything is printed.
//!
//! [`object`] holds one object to its type and the rules of its kind; every source does so before output. [`all`] does more:
//! it holds custom resources to their definitions, and objects beside one another. The rules, each with its source, are
//! in [`catalog`].

mod across;
mod all;
mod annotation;
pub mod arn;
pub mod catalog;
mod cel;
mod code;
mod custom;
mod external;
mod fields_since;
mod finding;
pub mod findings;
pub mod input;
mod kinds;
pub mod kube_version;
pub mod manifest;
mod options;
pub mod parallel;
pub mod patch;
pub mod path;
pub mod pipeline;
pub mod print;
mod reading;
mod removed;
pub mod report;
pub mod rule;
pub mod rules;
mod schema;
mod schema_fields;
mod skip;
pub mod syntax;
mod typed;
pub mod types;
pub mod versions;

pub use all::{all, custom_resources};
pub use code::CheckCode;
pub use external::External;
pub use finding::{Finding, Skipped};
pub use kinds::is_built_in;
pub use options::Options;
pub use schema::Definitions;
pub use skip::{SKIP, Skip, Skips};
pub use typed::Typed;
pub use types::{check as object, check_on as object_on, served};

/// The annotation of an object that names objects it refers to and that are made elsewhere.
pub const EXTERNAL: &str = "mkmanifests.dev/external";

/// The rule of API versions that a cluster does not serve, any more or yet.
pub const VERSION_IS_SERVED: &str = reading::SERVED_VERSION;

/// The example of the README runs.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
