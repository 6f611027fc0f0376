//! Go's `map[any]any`: what go-yaml makes of a mapping with a key that is not a string.

use std::borrow::Cow;

use mkmanifests_gotmpl::{Map, Object, Value};

use super::scalar::scalar_text;

/// A map whose keys are any scalars.
#[derive(Debug, Clone, Default)]
pub struct AnyMap {
    /// In the order of go-yaml's writer; keys are unique.
    entries: Vec<(Value, Value)>,
}

impl AnyMap {
    /// Creates a map. The last of equal keys counts.
    pub fn new(entries: impl IntoIterator<Item = (Value, Value)>) -> AnyMap {
        let mut unique: Vec<(Value, Value)> = Vec::new();
        let mut places = std::collections::HashMap::new();
        for (key, value) in entries {
            let place = *places.entry(key_id(&key)).or_insert(unique.len());
            match unique.get_mut(place) {
                Some(entry) => entry.1 = value,
                None => unique.push((key, value)),
            }
        }
        AnyMap { entries: super::write::in_order(unique) }
    }

    /// Returns the entries in the order in which go-yaml writes them.
    pub fn entries(&self) -> &[(Value, Value)] {
        &self.entries
    }

    /// Returns the value of a key of the same type.
    pub fn get(&self, key: &Value) -> Option<&Value> {
        let id = key_id(key);
        self.entries.iter().find(|(known, _)| key_id(known) == id).map(|(_, value)| value)
    }
}

/// Returns a text that is equal for keys that are equal in Go: of one type and value.
pub(super) fn key_id(key: &Value) -> (Cow<'static, str>, Vec<u8>) {
    let text = match key {
        Value::Str(text) => text.as_bytes().to_vec(),
        other => scalar_text(other).into_owned().into_bytes(),
    };
    (key.type_name(), text)
}

impl Object for AnyMap {
    fn type_name(&self) -> Cow<'static, str> {
        "map[interface {}]interface {}".into()
    }

    /// Returns a map with the texts of the keys, for printing.
    fn underlying(&self) -> Value {
        Value::Map(
            self.entries.iter().map(|(key, value)| (scalar_text(key).into_owned(), value.clone())).collect::<Map>(),
        )
    }

    /// Returns the keys, whose types equality compares.
    fn fields(&self) -> Vec<(&'static str, Value)> {
        vec![("keys", Value::list(self.entries.iter().map(|(key, _)| key.clone())))]
    }
}
