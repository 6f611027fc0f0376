//! Values in layers: files and flags, each over the ones before, with the location of each value.
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
use mkmanifests_yaml::tree::{Node, PartReader, Parts, from_values, read};

pub use code::ValuesCode;
pub use layers::Layers;
pub use merge::{coalesce, merge, overlay};
pub use set::{Flag, MAX_INDEX, MAX_ITEMS, MAX_NAMES, apply};

/// The key for patches in the values of every component: a list of JSON patches and merge patches for rendered objects.
pub const PATCHES: &str = "patches";

/// A tree of values, and the texts that it was read from.
#[derive(Debug, Clone, Default)]
pub struct Values {
    /// The values: a mapping.
    pub root: Node,
    /// The texts that the locations in `root` are in.
    pub sources: Sources,
}

impl Values {
    /// Reads one values file. `name` is its name in diagnostics.
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

    /// Deserializes the values into a type.
    ///
    /// # Errors
    ///
    /// All values that do not match the type, and unknown fields if the type denies them, each with its location.
    pub fn typed<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        let mut diagnostics = Vec::new();
        let typed =
            from_values(&self.root, None, &[], &self.sources, &mut diagnostics).filter(|_| diagnostics.is_empty());
        typed.ok_or_else(|| Failure::new(diagnostics, self.sources.clone()))
    }

    /// Deserializes the values of a component without [`PATCHES`]. A value that does not match the type is added to
    /// `diagnostics` and replaced by its default, so that validation can continue; if anything was added, use the
    /// result only for that.
    pub fn read<T: DeserializeOwned>(&self, defaults: &Values, diagnostics: &mut Vec<Diagnostic>) -> Option<T> {
        if self.root.get(PATCHES).is_none() {
            return from_values(&self.root, Some(&defaults.root), &[PATCHES], &self.sources, diagnostics);
        }
        let mut own = self.root.clone();
        own.as_map_mut().map(|map| map.remove(PATCHES));
        from_values(&own, Some(&defaults.root), &[PATCHES], &self.sources, diagnostics)
    }
    /// Deserializes the values into several types that share one tree, as [`read`](Values::read): a key is unknown only
    /// if no type knows it.
    pub fn read_parts<P: Parts>(&self, defaults: &Values, diagnostics: &mut Vec<Diagnostic>) -> Option<P> {
        let mut own = None;
        if self.root.get(PATCHES).is_some() {
            let root = own.insert(self.root.clone());
            root.as_map_mut().map(|map| map.remove(PATCHES));
        }
        let root = own.as_ref().unwrap_or(&self.root);
        let mut reader = PartReader::new(root, Some(&defaults.root), &self.sources);
        let parts = P::read(&mut reader);
        reader.finish(&[PATCHES], diagnostics);
        parts
    }
}
