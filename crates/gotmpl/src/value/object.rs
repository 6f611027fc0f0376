//! Go's structs with fields, and named types with methods.

use std::any::Any;
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use super::Value;
use crate::function::Function;

/// A Go value with fields or methods, such as a time, a version or the capabilities of a cluster.
pub trait Object: Any + Send + Sync {
    /// Returns Go's name of the type: `*chart.Metadata`, `time.Time`.
    fn type_name(&self) -> Cow<'static, str>;

    /// Returns whether it is a pointer in Go, whose type name begins with `*`.
    fn is_pointer(&self) -> bool {
        self.type_name().starts_with('*')
    }

    /// Returns whether it is a nil pointer.
    fn is_nil(&self) -> bool {
        false
    }

    /// Returns the underlying value of a named type: the list of a set of versions, the `int64` of a duration.
    /// [`Value::Nil`] for structs.
    fn underlying(&self) -> Value {
        Value::Nil
    }

    /// Returns the value of an exported field of a struct.
    fn field(&self, name: &str) -> Option<Value> {
        self.fields().into_iter().find(|(field, _)| *field == name).map(|(_, value)| value)
    }

    /// Returns all fields of a struct in Go's order, for printing (`{a b}`) and for JSON.
    fn fields(&self) -> Vec<(&'static str, Value)> {
        Vec::new()
    }

    /// Returns a method, bound to this object. Templates look up methods before fields.
    fn method(self: Arc<Self>, name: &str) -> Option<Function> {
        let _ = name;
        None
    }

    /// Returns the result of Go's `String()` or `Error()` method, which printing uses.
    fn display(&self) -> Option<String> {
        None
    }

    /// Returns what an action (`{{ .Capabilities.KubeVersion }}`) prints if it differs from [`Object::display`]: for a
    /// field of a struct, Go finds the `String()` method of the pointer there, but not in `printf`.
    fn display_in_action(&self) -> Option<String> {
        self.display()
    }

    /// Returns the fields with their JSON names, in Go's order.
    fn json_fields(&self) -> Vec<(&'static str, Value)> {
        exported(self.fields())
    }

    /// Returns the result of Go's `MarshalJSON` as plain values, if it is not the fields.
    fn plain(&self) -> Option<Value> {
        None
    }
}

/// Returns the exported fields, which Go's encoders write.
pub fn exported(mut fields: Vec<(&'static str, Value)>) -> Vec<(&'static str, Value)> {
    fields.retain(|(name, _)| name.starts_with(char::is_uppercase));
    fields
}

impl fmt::Debug for dyn Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.type_name())
    }
}

/// A method value, for `call`.
#[derive(Debug)]
pub struct Method(pub Function);

impl Method {
    /// Returns Go's name of the type; every function type is `func`.
    pub fn type_name(&self) -> &'static str {
        "func"
    }
}
