//! Values: files and flags in layers, each later one over the earlier ones, and where each value came from.
//!
//! ```
//! use mkmanifests_chart::values::{Flag, Layers, Values};
//! let defaults = Values::parse("values.yaml", "image: {tag: latest}\nreplicas: 1\n").unwrap();
//! let mut layers = Layers::over(&defaults);
//! layers.file("prod.yaml", b"replicas: 3\n");
//! layers.set(Flag::Set, "image.tag=1.2", |_| Err("no files here".to_owned()));
//! let values = layers.merge().unwrap();
//! assert_eq!(serde_json::to_string(&values.root).unwrap(), r#"{"image":{"tag":"1.2"},"replicas":3}"#);
//! ```

mod code;
mod layers;
mod merge;
mod set;

use serde::de::DeserializeOwned;

use mkmanifests_yaml::diagnostic::{Diagnostic, Failure, Sources};
use mkmanifests_yaml::tree::{Node, from_values, read};

pub use code::ValuesCode;
pub use layers::Layers;
pub use merge::{coalesce, merge, overlay};
pub use set::{Flag, MAX_INDEX, MAX_ITEMS, MAX_NAMES, apply};

/// The key of a component's values that holds patches on its objects; none has it among its own.
pub const PATCHES: &str = "patches";

/// Values, and the texts that they were read from.
#[derive(Debug, Clone, Default)]
pub struct Values {
    /// The values: a mapping.
    pub root: Node,
    /// The texts that the locations in `root` are in.
    pub sources: Sources,
}

impl Values {
    /// Reads one values file; `name` is what messages call it.
    ///
    /// # Errors
    ///
    /// All diagnostics of the file.
    pub fn parse(name: &str, text: &str) -> Result<Values, Failure> {
        let mut sources = Sources::default();
        match read::values(&mut sources, name, text.as_bytes()) {
            Ok(root) => Ok(Values { root, sources }),
            Err(diagnostics) => Err(Failure::new(diagnostics, sources)),
        }
    }

    /// The values as a type, which denies what it does not know.
    ///
    /// # Errors
    ///
    /// All values that do not fit, each with the location where it was written.
    pub fn typed<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        let mut diagnostics = Vec::new();
        let typed =
            from_values(&self.root, None, &[], &self.sources, &mut diagnostics).filter(|_| diagnostics.is_empty());
        typed.ok_or_else(|| Failure::new(diagnostics, self.sources.clone()))
    }

    /// The same for components, which look further and take patches out: what does not fit is added to `diagnostics`, and the
    /// value has the default there. It is for looking at only if anything was added.
    pub fn read<T: DeserializeOwned>(&self, defaults: &Values, diagnostics: &mut Vec<Diagnostic>) -> Option<T> {
        if self.root.get(PATCHES).is_none() {
            return from_values(&self.root, Some(&defaults.root), &[PATCHES], &self.sources, diagnostics);
        }
        let mut own = self.root.clone();
        own.as_map_mut().map(|map| map.remove(PATCHES));
        from_values(&own, Some(&defaults.root), &[PATCHES], &self.sources, diagnostics)
    }
}
