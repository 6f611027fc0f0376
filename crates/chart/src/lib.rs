//! Renders Helm charts with the output of `helm template`, byte for byte.
//!
//! [`load`](fn@load) reads a chart from a folder or archive. [`values::Layers`] collects the user's values.
//! [`template`](fn@template) does the rest in one call: it computes the values ([`prepare`](fn@prepare)), renders the
//! templates ([`render`](fn@render)), finds unused values ([`unused`](fn@unused)), applies patches and validates the
//! objects ([`finish`](fn@finish)). The result is a [`HelmOutput`].

mod archive;
mod assemble;
mod behaviour;
mod capabilities;
mod chart_object;
mod coalesce;
mod code;
mod compare;
mod coverage;
mod decode;
mod dependencies;
mod documents;
mod duplicates;
mod engine;
mod explain;
mod files;
mod finish;
mod folder;
mod functions;
mod go_struct;
mod go_value;
mod heads;
mod helm_release;
mod ignore;
mod json_syntax;
mod json_text;
pub mod limits;
pub mod lint;
mod load;
mod metadata;
mod model;
mod name;
mod objects;
mod order;
mod output;
mod package;
mod parsing;
pub mod post_render;
mod prepare;
mod pretty_yaml;
pub mod release;
mod render;
mod render_values;
mod renderer;
mod schema;
mod scope;
pub mod show;
mod split;
mod table;
mod template;
mod traced;
mod tree_cache;
mod unit;
mod unused;
mod validate;
pub mod values;
mod written;
pub mod yaml_bridge;

pub use behaviour::{Behaviour, Change};
pub use capabilities::{Capabilities, HelmVersion, kube_version};
pub use code::ChartCode;
pub use compare::{Cause, Comparison, DocumentChange, RenderAs, compare};
pub use coverage::CoveredTemplate;
pub use dependencies::missing_dependencies;
pub use documents::{Document, Hook};
pub use engine::RenderError;
pub use explain::value_paths;
pub use finish::finish;
pub use folder::SymbolicLinks;
pub use functions::functions;
pub use helm_release::{HelmRelease, UnknownHelmRelease};
pub use load::{Loaded, archive_files, load, load_archive, load_files, load_with};
pub use metadata::{Dependency, ImportValue, Maintainer, Metadata};
pub use mkmanifests_gotmpl::environment::Lookup;
pub use mkmanifests_json_schema::SchemaFiles;
pub use model::{Chart, Crd, File, Lock, Modified, Origin, Schema};
pub use name::{MAX_NAME, check_name, generated_name, name_from_template};
pub use output::{HelmOutput, OutputFile};
pub use package::{Archive, PackageOptions, Times, pack, package};
pub use prepare::{Options, prepare};
pub use render::{ChangeFiles, RenderOptions, render};
pub use render_values::{RenderValues, release_value};
pub use renderer::{ChartRenderer, Setting};
pub use template::{Request, UnusedValues, template, template_with};
pub use traced::{TracedFile, ValueRead, first_word};
pub use unused::{Unused, unused};

/// Runs the example of the README as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
