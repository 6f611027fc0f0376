//! Objects of unknown kinds, such as custom resources: only the metadata is read.

use std::fmt;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};

/// An object of which only the metadata is read.
#[derive(Default)]
pub(super) struct Custom {
    /// The metadata; empty if the object has none.
    pub(super) metadata: ObjectMeta,
}

impl<'de> Deserialize<'de> for Custom {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(CustomVisitor)
    }
}

struct CustomVisitor;

impl<'de> Visitor<'de> for CustomVisitor {
    type Value = Custom;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Custom, A::Error> {
        let mut custom = Custom::default();
        while let Some(key) = map.next_key::<String>()? {
            if key == "metadata" {
                custom.metadata = map.next_value::<Option<ObjectMeta>>()?.unwrap_or_default();
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(custom)
    }
}
