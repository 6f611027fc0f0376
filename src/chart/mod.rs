//! Helm charts: loaded from a folder or archive, their values computed, their templates rendered as
//! `helm template` does.

mod capabilities;
mod metadata;
mod model;
mod render_values;
pub mod yaml_bridge;

pub use capabilities::{Capabilities, HelmVersion, KubeVersion};
pub use metadata::{Dependency, ImportValue, Maintainer, Metadata};
pub use model::{Chart, Crd, File, Lock};
pub use render_values::{Release, RenderValues};
