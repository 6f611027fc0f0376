//! Helm charts: loaded from a folder or archive, their values computed, their templates rendered as
//! `helm template` does.

mod archive;
mod assemble;
mod capabilities;
mod coalesce;
mod decode;
mod dependencies;
mod documents;
mod engine;
mod explain;
mod files;
mod folder;
mod glob;
mod heads;
mod ignore;
pub mod limits;
mod load;
mod metadata;
mod model;
mod name;
mod objects;
mod order;
mod output;
mod prepare;
mod pretty_yaml;
mod render;
mod render_values;
mod schema;
mod scope;
pub mod show;
mod split;
mod table;
mod unit;
mod validate;
pub mod yaml_bridge;

pub use capabilities::{Capabilities, HelmVersion, KubeVersion};
pub use documents::{Document, Hook};
pub use load::{Loaded, load, load_archive, load_files};
pub use metadata::{Dependency, ImportValue, Maintainer, Metadata};
pub use model::{Chart, Crd, File, Lock, Origin};
pub use name::{MAX_NAME, check_name, generated_name, name_from_template};
pub use output::{OutputFile, Rendered};
pub use prepare::{Options, prepare};
pub use render::{RenderOptions, render};
pub use render_values::{Release, RenderValues};
