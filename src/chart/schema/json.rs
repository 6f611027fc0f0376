//! JSON whose texts are borrowed from what is read.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// A JSON value.
#[derive(Debug)]
pub(super) enum Json<'s> {
    /// `null`.
    Null,
    /// A boolean.
    Bool(bool),
    /// A number, and whether it was written without a fraction.
    Number(f64, bool),
    /// A text.
    Text(Cow<'s, str>),
    /// A list.
    List(Vec<Json<'s>>),
    /// A mapping whose keys differ.
    Map(Vec<(Cow<'s, str>, Json<'s>)>),
}

/// The first whole number that a float may stand for together with its neighbours.
const INEXACT: f64 = 9_007_199_254_740_992.0;

/// A number as a float, if that is what it is and not one near it.
pub(super) fn exact(number: f64) -> Option<f64> {
    (number.abs() < INEXACT).then_some(number)
}

impl<'s> Json<'s> {
    /// The text, if it is one.
    pub(super) fn text(&self) -> Option<&str> {
        if let Json::Text(text) = self { Some(text) } else { None }
    }

    /// The items, if it is a list.
    pub(super) fn items(&self) -> Option<&[Json<'s>]> {
        if let Json::List(items) = self { Some(items) } else { None }
    }

    /// The entries, if it is a mapping.
    pub(super) fn entries(&self) -> Option<&[(Cow<'s, str>, Json<'s>)]> {
        if let Json::Map(entries) = self { Some(entries) } else { None }
    }

    /// What stands under a key.
    pub(super) fn get(&self, key: &str) -> Option<&Json<'s>> {
        self.entries()?.iter().find(|(known, _)| known == key).map(|(_, value)| value)
    }
}

impl<'de: 's, 's> Deserialize<'de> for Json<'s> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Json<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON of exact numbers and different keys")
    }

    fn visit_unit<E>(self) -> Result<Json<'de>, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json<'de>, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Json<'de>, E> {
        whole(exact(number as f64))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Json<'de>, E> {
        whole(exact(number as f64))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Json<'de>, E> {
        let number = exact(number).ok_or_else(|| E::custom("an inexact number"))?;
        Ok(Json::Number(number, false))
    }

    fn visit_str<E>(self, text: &str) -> Result<Json<'de>, E> {
        Ok(Json::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Json<'de>, E> {
        Ok(Json::Text(Cow::Borrowed(text)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Json<'de>, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = from.next_element()? {
            items.push(item);
        }
        Ok(Json::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Json<'de>, A::Error> {
        let mut entries: Vec<(Cow<'de, str>, Json<'de>)> = Vec::new();
        while let Some(key) = from.next_key::<Json<'de>>()? {
            let Json::Text(key) = key else { return Err(A::Error::custom("a key that is no text")) };
            entries.push((key, from.next_value()?));
        }
        if has_equal(&entries) {
            return Err(A::Error::custom("a key twice"));
        }
        Ok(Json::Map(entries))
    }
}

fn whole<'s, E: Error>(number: Option<f64>) -> Result<Json<'s>, E> {
    number.map(|number| Json::Number(number, true)).ok_or_else(|| E::custom("an inexact number"))
}

fn has_equal(entries: &[(Cow<'_, str>, Json<'_>)]) -> bool {
    /// From so many on, sorting is faster than looking at each for each.
    const MANY: usize = 24;
    if entries.len() < MANY {
        return entries.iter().enumerate().any(|(at, (key, _))| entries[..at].iter().any(|(other, _)| other == key));
    }
    let mut keys: Vec<&str> = entries.iter().map(|(key, _)| &**key).collect();
    keys.sort_unstable();
    keys.windows(2).any(|pair| pair[0] == pair[1])
}
