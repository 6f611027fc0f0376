//! Reads TOML.
//!
//! Values and types are those of the Go library `BurntSushi/toml`; the words of errors are our own.

use toml_edit::{Array, DocumentMut, Item, Table, Value as Toml};

use crate::gotmpl::sprig::date::{Time, Zone};
use crate::gotmpl::value::Elem;
use crate::gotmpl::{List, Map, Value};

/// Reads a document.
///
/// # Errors
/// What is wrong, and the line.
pub(super) fn read(text: &str) -> Result<Map, String> {
    let document: DocumentMut = text.parse().map_err(|error: toml_edit::TomlError| {
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or(text);
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        format!("toml: line {line}: {}", error.message().lines().next().unwrap_or_default())
    })?;
    Ok(table(document.as_table()))
}

fn table(table: &Table) -> Map {
    table.iter().map(|(key, item)| (key, item_value(item))).collect()
}

fn item_value(item: &Item) -> Value {
    match item {
        Item::None => Value::Nil,
        Item::Value(toml) => value(toml),
        Item::Table(inner) => table(inner).into(),
        Item::ArrayOfTables(tables) => {
            List::typed(tables.iter().map(|inner| table(inner).into()).collect(), Elem::Map).into()
        }
    }
}

fn value(toml: &Toml) -> Value {
    match toml {
        Toml::String(text) => text.value().as_str().into(),
        Toml::Integer(number) => Value::int64(*number.value()),
        Toml::Float(number) => Value::Float(*number.value()),
        Toml::Boolean(value) => Value::Bool(*value.value()),
        Toml::Datetime(datetime) => time(datetime.value()),
        Toml::Array(array) => list(array),
        Toml::InlineTable(inner) => inner.iter().map(|(key, toml)| (key, value(toml))).collect::<Map>().into(),
    }
}

fn list(array: &Array) -> Value {
    Value::list(array.iter().map(value))
}

/// A time; what has no offset is in a zone that says what it was.
fn time(datetime: &toml_edit::Datetime) -> Value {
    let date =
        datetime.date.map_or((0, 1, 1), |date| (i64::from(date.year), i64::from(date.month), i64::from(date.day)));
    let clock = datetime.time;
    let (hour, minute, second) = clock.map_or((0, 0, 0), |time| {
        (i64::from(time.hour), i64::from(time.minute), i64::from(time.second.unwrap_or_default()))
    });
    let nanoseconds = clock.and_then(|time| time.nanosecond).unwrap_or_default();
    let zone = match (datetime.offset, datetime.date, clock) {
        (Some(toml_edit::Offset::Z), ..) => Zone::Utc,
        (Some(toml_edit::Offset::Custom { minutes: 0 }), ..) => Zone::Local,
        (Some(toml_edit::Offset::Custom { minutes }), ..) => Zone::Fixed(String::new(), i32::from(minutes) * 60),
        (None, Some(_), Some(_)) => Zone::Fixed("datetime-local".into(), 0),
        (None, Some(_), None) => Zone::Fixed("date-local".into(), 0),
        (None, None, _) => Zone::Fixed("time-local".into(), 0),
    };
    let offset = if let Zone::Fixed(_, offset) = &zone { i64::from(*offset) } else { 0 };
    let second_of_day = (hour * 60 + minute) * 60 + second - offset;
    Value::object(Time::from_date(date, second_of_day, nanoseconds, zone))
}
