//! Helm charts: loaded from a folder or archive, their values computed, their templates rendered as
//! `helm template` does.

mod archive;
mod assemble;
mod capabilities;
mod coalesce;
mod decode;
mod dependencies;
mod folder;
mod ignore;
pub mod limits;
mod load;
mod metadata;
mod model;
mod prepare;
mod pretty_yaml;
mod render_values;
mod schema;
pub mod show;
mod table;
mod unit;
mod validate;
pub mod yaml_bridge;
mod yaml_fault;

pub use capabilities::{Capabilities, HelmVersion, KubeVersion};
pub use load::{Loaded, load, load_archive, load_files};
pub use metadata::{Dependency, ImportValue, Maintainer, Metadata};
pub use model::{Chart, Crd, File, Lock, Origin};
pub use prepare::{Options, prepare};
pub use render_values::{Release, RenderValues};
