//! Values that are more than plain data: Go's structs with fields, and named types with methods.

use std::any::Any;
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use super::Value;
use crate::function::Function;

/// A Go value with fields or methods of its own: a chart's metadata, a time, a version, a set of files.
pub trait Object: Any + Send + Sync {
    /// Go's name of the type: `*chart.Metadata`, `time.Time`.
    fn type_name(&self) -> Cow<'static, str>;

    /// Whether it is a pointer in Go (its type name then begins with `*`).
    fn is_pointer(&self) -> bool {
        self.type_name().starts_with('*')
    }

    /// Whether it is a nil pointer.
    fn is_nil(&self) -> bool {
        false
    }

    /// The plain value that it is beside its methods: the list of a set of versions, the map of files, the
    /// `int64` of a duration. [`Value::Nil`] for structs.
    fn underlying(&self) -> Value {
        Value::Nil
    }

    /// The value of an exported field of a struct.
    fn field(&self, name: &str) -> Option<Value> {
        self.fields().into_iter().find(|(field, _)| *field == name).map(|(_, value)| value)
    }

    /// All fields of a struct in Go's order, for printing (`{a b}`) and for JSON.
    fn fields(&self) -> Vec<(&'static str, Value)> {
        Vec::new()
    }

    /// A method, bound to this object. Templates look for methods first.
    fn method(self: Arc<Self>, name: &str) -> Option<Function> {
        let _ = name;
        None
    }

    /// What Go's `String()` or `Error()` method gives; printing uses it.
    fn display(&self) -> Option<String> {
        None
    }

    /// What an action (`{{ .Capabilities.KubeVersion }}`) prints where that differs from [`Object::display`]: Go
    /// finds a `String()` method of the pointer there, if the value is a field of a struct, but `printf` does not.
    fn display_in_action(&self) -> Option<String> {
        self.display()
    }

    /// The fields as JSON names them, in Go's order.
    fn json_fields(&self) -> Vec<(&'static str, Value)> {
        exported(self.fields())
    }

    /// What Go's `MarshalJSON` makes of it, as plain values, where that is not its fields.
    fn plain(&self) -> Option<Value> {
        None
    }
}

/// The fields that Go's encoders see.
pub fn exported(mut fields: Vec<(&'static str, Value)>) -> Vec<(&'static str, Value)> {
    fields.retain(|(name, _)| name.starts_with(char::is_uppercase));
    fields
}

impl fmt::Debug for dyn Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.type_name())
    }
}

/// A method as a value, which `call` takes.
#[derive(Debug)]
pub struct Method(pub Function);

impl Method {
    /// Go's name of the type, as far as it is known: `func(string) string` and the like print as `func`.
    pub fn type_name(&self) -> &'static str {
        "func"
    }
}
