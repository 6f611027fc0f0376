//! Helm charts: loaded from a folder or archive, their values computed, their templates rendered as
//! `helm template` does.

mod capabilities;
mod documents;
mod engine;
mod explain;
mod files;
mod glob;
mod heads;
mod metadata;
mod model;
mod name;
mod objects;
mod order;
mod output;
mod pretty_yaml;
mod render;
mod render_values;
mod scope;
mod split;
pub mod yaml_bridge;
mod yaml_fault;

pub use capabilities::{Capabilities, HelmVersion, KubeVersion};
pub use documents::{Document, Hook};
pub use metadata::{Dependency, ImportValue, Maintainer, Metadata};
pub use model::{Chart, Crd, File, Lock};
pub use name::{MAX_NAME, check_name, generated_name, name_from_template};
pub use output::{OutputFile, Rendered};
pub use render::{RenderOptions, render};
pub use render_values::{Release, RenderValues};
