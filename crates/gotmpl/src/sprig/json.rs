//! JSON functions, as Go's `encoding/json` reads and writes it. `toJson` and `fromJson` are Helm's, not Sprig's.

mod read;
mod write;

use super::super::function::{CallError, Function, Type};
use super::super::value::{Elem, List, Map, MapType, Value};

use read::Document;
use write::Style;

const ANY: &[Type] = &[Type::Any];
const TEXT: &[Type] = &[Type::Str];

/// Returns the functions.
pub(super) fn functions() -> Vec<Function> {
    let writers = [
        ("toJson", Style::COMPACT, false),
        ("mustToJson", Style::COMPACT, true),
        ("toPrettyJson", Style::PRETTY, false),
        ("mustToPrettyJson", Style::PRETTY, true),
        ("toRawJson", Style::RAW, true),
        ("mustToRawJson", Style::RAW, true),
    ];
    let mut functions: Vec<Function> =
        writers.into_iter().map(|(name, style, must)| writer(name, style, must)).collect();
    functions.extend([
        Function::new("mustFromJson", TEXT, |_, args| {
            let document = read::read(args.bytes(0))?;
            document.fault.map_or(Ok(document.value), |fault| Err(CallError::from(fault)))
        }),
        Function::new("fromJson", TEXT, |_, args| Ok(Value::Map(map(read::read(args.bytes(0)))?))),
        Function::new("fromJsonArray", TEXT, |_, args| Ok(list(read::read(args.bytes(0))))),
    ]);
    functions
}

/// Creates a function that writes JSON. Without `must`, its result is empty for a value that cannot be written.
fn writer(name: &'static str, style: Style, must: bool) -> Function {
    Function::new(name, ANY, move |_, args| match write::write(args.get(0), style) {
        Ok(text) => Ok(Value::raw(text)),
        Err(_) if !must => Ok(Value::from("")),
        Err(message) => Err(message.into()),
    })
}

/// Returns the object of a document. On an error, the map has the key `Error`.
fn map(document: Result<Document, String>) -> Result<Map, CallError> {
    let fault = |message: String| Map::from_iter([("Error", Value::from(message))]);
    Ok(match document {
        Err(message) => fault(message),
        Ok(Document { value: Value::Nil, .. }) => Map::nil(MapType::ANY),
        Ok(Document { value: Value::Map(map), fault }) => {
            if let Some(fault) = fault {
                map.insert("Error", Value::from(fault))?;
            }
            map
        }
        Ok(Document { value, .. }) => fault(mismatch(&value, "map[string]interface {}")),
    })
}

/// Returns the array of a document. On an error, its only item is the text of the error.
fn list(document: Result<Document, String>) -> Value {
    let message = match document {
        Err(message) => message,
        Ok(Document { fault: Some(fault), value: Value::List(_) }) => fault,
        Ok(Document { value: Value::Nil, .. }) => return Value::List(List::nil(Elem::Any)),
        Ok(Document { value: value @ Value::List(_), .. }) => return value,
        Ok(Document { value, .. }) => mismatch(&value, "[]interface {}"),
    };
    Value::list([Value::from(message)])
}

fn mismatch(value: &Value, wanted: &str) -> String {
    let found = match value {
        Value::Bool(_) => "bool",
        Value::Str(_) => "string",
        Value::List(_) => "array",
        Value::Map(_) => "object",
        _ => "number",
    };
    format!("json: cannot unmarshal {found} into Go value of type {wanted}")
}
