//! Decodes nodes into Go's types. Errors about types are collected, others end the decoding.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use mkmanifests_go::quote::quote;
use mkmanifests_gotmpl::{Map, Str, Value};
use mkmanifests_yaml::tree::read::raw::{Content, RawNode};

use super::any_map::key_id;
use super::node::NodeExt as _;
use super::scalar::Tag;
use super::{AnyMap, Error};

/// The errors of values that have another type than expected, or repeat a key.
#[derive(Debug, Clone, Default)]
pub struct TypeErrors(Vec<String>);

impl TypeErrors {
    /// Adds an error in the words of go-yaml, which begin with the line.
    pub fn add(&mut self, message: String) {
        self.0.push(message);
    }

    /// Adds the error of a node that is not of a Go type.
    pub fn mismatch(&mut self, node: &RawNode<'_>, go_type: &str) {
        let tag = node.short_tag();
        let value = match (&tag, node.text()) {
            (Tag::Seq | Tag::Map, _) => String::new(),
            (_, Some(text)) if text.len() > 10 => {
                format!(" `{}...`", String::from_utf8_lossy(text.as_bytes().get(..7).unwrap_or_default()))
            }
            (_, text) => format!(" `{}`", text.unwrap_or_default()),
        };
        self.0.push(format!("line {}: cannot unmarshal {}{value} into {go_type}", node.location.line, tag.short()));
    }

    /// Returns whether there are no errors.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the value, or all errors.
    ///
    /// # Errors
    /// If there are any.
    pub fn finish<T>(&self, value: T) -> Result<T, Error> {
        if self.0.is_empty() {
            return Ok(value);
        }
        Err(Error::new(format_args!("unmarshal errors:\n  {}", self.0.join("\n  "))))
    }
}

/// Decodes the nodes of one document. Each method returns `None` for a node that does not have the type, after it added
/// an error; and for null, where the type has no such value.
#[derive(Debug, Clone, Default)]
pub struct Decoder {
    /// The errors up to now.
    pub errors: TypeErrors,
    decoded: usize,
    by_alias: usize,
    alias_depth: usize,
    /// The keys that `<<` must not set, while one is decoded.
    merged: Option<HashSet<KeyId>>,
}

type KeyId = (Cow<'static, str>, Vec<u8>);
type Entry<'t> = (RawNode<'t>, RawNode<'t>);

/// A map that is being filled.
enum Filling {
    Text(Vec<(Str, Value)>),
    Any(Vec<(Value, Value)>),
}

impl Decoder {
    /// Decodes Go's `any`.
    ///
    /// # Errors
    /// An error that ends the decoding.
    pub fn any(&mut self, node: &RawNode<'_>) -> Result<Option<Value>, Error> {
        self.count()?;
        Ok(match &node.content {
            Content::Alias(name, target) => {
                let target = target.as_ref().ok_or_else(|| contains_itself(name))?;
                self.alias(|decoder| decoder.any(&target.node))?
            }
            Content::Scalar { .. } => Some(node.scalar()?.1),
            Content::Sequence(items) => {
                let mut values = Vec::with_capacity(items.len());
                for item in items {
                    values.extend(self.any(item)?);
                }
                Some(Value::list(values))
            }
            Content::Mapping(entries) => {
                if !self.has_unique_keys(entries) {
                    return Ok(None);
                }
                let strings = |(key, _): &Entry<'_>| matches!(key.short_tag(), Tag::Str | Tag::Merge);
                if entries.iter().all(strings) {
                    Some(Value::Map(self.text_map(entries)?))
                } else {
                    let mut filling = Filling::Any(Vec::with_capacity(entries.len()));
                    self.fill(entries, &mut filling)?;
                    let Filling::Any(entries) = filling else { return Ok(None) };
                    Some(Value::object(AnyMap::new(entries)))
                }
            }
        })
    }

    /// Decodes Go's `map[string]any`.
    ///
    /// # Errors
    /// An error that ends the decoding.
    pub fn map(&mut self, node: &RawNode<'_>) -> Result<Option<Map>, Error> {
        self.count()?;
        match &node.content {
            Content::Alias(name, target) => {
                let target = target.as_ref().ok_or_else(|| contains_itself(name))?;
                self.alias(|decoder| decoder.map(&target.node))
            }
            Content::Mapping(entries) if !self.has_unique_keys(entries) => Ok(None),
            Content::Mapping(entries) => self.text_map(entries).map(Some),
            Content::Scalar { .. } if node.scalar()?.1.is_nil() => Ok(None),
            _ => {
                self.errors.mismatch(node, "map[string]interface {}");
                Ok(None)
            }
        }
    }

    /// Decodes Go's `string`: any scalar but null, as it is written.
    ///
    /// # Errors
    /// An error that ends the decoding.
    pub fn string(&mut self, node: &RawNode<'_>) -> Result<Option<Str>, Error> {
        self.typed(node, "string", |tag, value, text| match (tag, value) {
            (Tag::Binary, Value::Str(bytes)) => Some(bytes),
            _ => Some(text.into()),
        })
    }

    /// Decodes Go's `bool`: also the words of YAML 1.1, such as `yes`.
    ///
    /// # Errors
    /// An error that ends the decoding.
    pub fn boolean(&mut self, node: &RawNode<'_>) -> Result<Option<bool>, Error> {
        self.typed(node, "bool", |_, value, _| match &value {
            Value::Bool(value) => Some(*value),
            Value::Str(text) => match text.as_str()? {
                "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Some(true),
                "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => Some(false),
                _ => None,
            },
            _ => None,
        })
    }

    /// Decodes Go's `int`: also floats, without their fraction.
    ///
    /// # Errors
    /// An error that ends the decoding.
    pub fn int(&mut self, node: &RawNode<'_>) -> Result<Option<i64>, Error> {
        self.typed(node, "int", |_, value, _| integer(&value))
    }

    /// Decodes Go's `uint`.
    ///
    /// # Errors
    /// An error that ends the decoding.
    pub fn uint(&mut self, node: &RawNode<'_>) -> Result<Option<u64>, Error> {
        self.typed(node, "uint", |_, value, _| unsigned(&value))
    }

    /// Decodes the keys of a typed map (`go_type`), and returns their values undecoded; those of `<<` are ignored. Entries
    /// whose key does not have the type are left out.
    ///
    /// # Errors
    /// An error that ends the decoding.
    pub fn entries<'n, 't, K>(
        &mut self,
        node: &'n RawNode<'t>,
        go_type: &str,
        key: fn(&mut Decoder, &RawNode<'t>) -> Result<Option<K>, Error>,
    ) -> Result<Vec<(K, &'n RawNode<'t>)>, Error> {
        self.count()?;
        let Some(target) = node.target() else { return Err(Error::new("an anchor contains itself")) };
        if target.short_tag() == Tag::Null {
            return Ok(Vec::new());
        }
        let Some(entries) = target.entries() else {
            self.errors.mismatch(target, go_type);
            return Ok(Vec::new());
        };
        let mut decoded = Vec::with_capacity(entries.len());
        if self.has_unique_keys(entries) {
            for (name, value) in entries.iter().filter(|(name, _)| !name.is_merge()) {
                decoded.extend(key(self, name)?.map(|key| (key, value)));
            }
        }
        Ok(decoded)
    }

    /// Decodes a scalar by its tag, value and text; `read` returns `None` if it is not of the type.
    fn typed<T>(
        &mut self,
        node: &RawNode<'_>,
        go_type: &str,
        read: fn(Tag, Value, &str) -> Option<T>,
    ) -> Result<Option<T>, Error> {
        self.count()?;
        match &node.content {
            Content::Alias(name, target) => {
                let target = target.as_ref().ok_or_else(|| contains_itself(name))?;
                return self.alias(|decoder| decoder.typed(&target.node, go_type, read));
            }
            Content::Scalar { text, .. } => {
                let (tag, value) = node.scalar()?;
                if value.is_nil() {
                    return Ok(None);
                }
                if let Some(value) = read(tag, value, text) {
                    return Ok(Some(value));
                }
            }
            Content::Mapping(entries) if !self.has_unique_keys(entries) => return Ok(None),
            Content::Mapping(_) | Content::Sequence(_) => {}
        }
        self.errors.mismatch(node, go_type);
        Ok(None)
    }

    /// Reports keys that occur twice; a text and a number that are written alike are the same.
    pub fn has_unique_keys(&mut self, entries: &[Entry<'_>]) -> bool {
        let mut places: HashMap<(u8, &str), Vec<u32>> = HashMap::with_capacity(entries.len());
        let mut repeated = Vec::new();
        for (at, (key, _)) in entries.iter().enumerate() {
            let before = places.entry(written(key)).or_default();
            repeated.extend((0..before.len()).map(|nth| (written(key), nth, at)));
            before.push(key.location.line);
        }
        let first = |key: &(u8, &str), nth: usize| places.get(key).and_then(|lines| lines.get(nth)).copied();
        let mut errors: Vec<(u32, u32, String)> = repeated
            .iter()
            .filter_map(|(key, nth, at)| {
                let (one, two) = (first(key, *nth)?, entries.get(*at)?.0.location.line);
                let name = quote(key.1.as_bytes());
                Some((one, two, format!("line {two}: mapping key {name} already defined at line {one}")))
            })
            .collect();
        errors.sort_by_key(|(one, two, _)| (*one, *two));
        self.errors.0.extend(errors.into_iter().map(|(.., message)| message));
        repeated.is_empty()
    }

    fn text_map(&mut self, entries: &[Entry<'_>]) -> Result<Map, Error> {
        let mut filling = Filling::Text(Vec::with_capacity(entries.len()));
        self.fill(entries, &mut filling)?;
        Ok(if let Filling::Text(entries) = filling { entries.into_iter().collect() } else { Map::new() })
    }

    fn fill(&mut self, entries: &[Entry<'_>], map: &mut Filling) -> Result<(), Error> {
        let mut merged = self.merged.take();
        let mut merge = None;
        for (key, value) in entries {
            if key.is_merge() {
                merge = Some(value);
                continue;
            }
            let mut is_new =
                |key: &Value| merged.as_mut().is_none_or(|merged: &mut HashSet<KeyId>| merged.insert(key_id(key)));
            match map {
                Filling::Text(list) => {
                    let Some(key) = self.string(key)? else { continue };
                    if is_new(&Value::Str(key.clone())) {
                        list.extend(self.any(value)?.map(|value| (key, value)));
                    }
                }
                Filling::Any(list) => {
                    let Some(key) = self.any(key)? else { continue };
                    if is_new(&key) {
                        check_key(&key)?;
                        list.extend(self.any(value)?.map(|value| (key, value)));
                    }
                }
            }
        }
        self.merged = merged;
        merge.map_or(Ok(()), |merge| self.merge(entries, merge, map))
    }

    /// Merges the value of `<<`: a mapping, or a list of mappings, of which earlier ones count.
    fn merge(&mut self, parent: &[Entry<'_>], merge: &RawNode<'_>, map: &mut Filling) -> Result<(), Error> {
        let is_outermost = self.merged.is_none();
        if is_outermost {
            let mut keys = HashSet::with_capacity(parent.len());
            for (key, _) in parent {
                keys.extend(self.any(key)?.as_ref().map(key_id));
            }
            self.merged = Some(keys);
        }
        match &merge.content {
            Content::Mapping(_) | Content::Alias(..) => self.merge_one(merge, map)?,
            Content::Sequence(items) => {
                for item in items {
                    self.merge_one(item, map)?;
                }
            }
            Content::Scalar { .. } => return Err(wants_map()),
        }
        if is_outermost {
            self.merged = None;
        }
        Ok(())
    }

    fn merge_one(&mut self, node: &RawNode<'_>, map: &mut Filling) -> Result<(), Error> {
        self.count()?;
        match &node.content {
            Content::Mapping(entries) => {
                if self.has_unique_keys(entries) {
                    self.fill(entries, map)
                } else {
                    Ok(())
                }
            }
            Content::Alias(name, target) => {
                let target = target.as_ref().ok_or_else(|| contains_itself(name))?;
                if target.node.entries().is_none() {
                    return Err(wants_map());
                }
                self.alias(|decoder| decoder.merge_one(&target.node, map))
            }
            Content::Scalar { .. } | Content::Sequence(_) => Err(wants_map()),
        }
    }

    fn alias<T>(&mut self, decode: impl FnOnce(&mut Decoder) -> Result<T, Error>) -> Result<T, Error> {
        self.alias_depth += 1;
        let value = decode(self);
        self.alias_depth -= 1;
        value
    }

    /// Counts a value. A document most of whose values come from aliases is an attack.
    #[expect(clippy::cast_precision_loss, reason = "the limit is a rough one")]
    fn count(&mut self) -> Result<(), Error> {
        self.decoded += 1;
        self.by_alias += usize::from(self.alias_depth > 0);
        let (all, by_alias) = (self.decoded as f64, self.by_alias as f64);
        let allowed = 0.99 - 0.89 * ((all - 400_000.0) / 3_600_000.0).clamp(0.0, 1.0);
        if self.by_alias > 100 && self.decoded > 1000 && by_alias / all > allowed {
            return Err(Error::new("document contains excessive aliasing"));
        }
        Ok(())
    }
}

/// Returns what tells a key from others: its kind, and its text or the name of an alias.
fn written<'k>(key: &'k RawNode<'_>) -> (u8, &'k str) {
    match &key.content {
        Content::Scalar { text, .. } => (0, text),
        Content::Alias(name, _) => (1, name),
        Content::Sequence(_) => (2, ""),
        Content::Mapping(_) => (3, ""),
    }
}

fn check_key(key: &Value) -> Result<(), Error> {
    let is_scalar = match key {
        Value::List(_) | Value::Map(_) => false,
        Value::Object(_) => key.as_object::<AnyMap>().is_none(),
        _ => true,
    };
    if is_scalar {
        return Ok(());
    }
    let text = mkmanifests_gotmpl::fmt::sprintf(b"%#v", std::slice::from_ref(key)).unwrap_or_default();
    Err(Error::new(format_args!("invalid map key: {}", String::from_utf8_lossy(&text))))
}

fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Int(number, _) => Some(*number),
        Value::Uint(number, _) => i64::try_from(*number).ok(),
        #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "as Go converts floats")]
        Value::Float(number) if *number <= i64::MAX as f64 => Some(*number as i64),
        _ => None,
    }
}

fn unsigned(value: &Value) -> Option<u64> {
    match value {
        Value::Int(number, _) => u64::try_from(*number).ok(),
        Value::Uint(number, _) => Some(*number),
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_precision_loss,
            clippy::cast_sign_loss,
            reason = "as Go"
        )]
        Value::Float(number) if *number <= u64::MAX as f64 => Some(*number as u64),
        _ => None,
    }
}

fn contains_itself(name: &str) -> Error {
    Error::new(format_args!("anchor '{name}' value contains itself"))
}

fn wants_map() -> Error {
    Error::new("map merge requires map or sequence of maps as the value")
}
