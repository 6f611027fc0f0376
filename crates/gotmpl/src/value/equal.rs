//! Go's `reflect.DeepEqual`, which sprig's `deepEqual`, `has`, `uniq` and `without` use.

use std::sync::Arc;

use super::{List, MAX_NESTING, Map, Value};

/// Returns whether two values have the same type and are equal in all parts. NaN is equal to nothing, and a nil list is
/// not equal to an empty one.
///
/// Values nested deeper than [`MAX_NESTING`] are not equal.
pub fn deep_equal(a: &Value, b: &Value) -> bool {
    equal(a, b, MAX_NESTING)
}

fn equal(a: &Value, b: &Value, depth: usize) -> bool {
    match (a, b) {
        (Value::Nil, Value::Nil) => true,
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::Int(a, kind), Value::Int(b, other)) => a == b && kind == other,
        (Value::Uint(a, kind), Value::Uint(b, other)) => a == b && kind == other,
        (Value::Float(a), Value::Float(b)) => a == b,
        (Value::Complex(a, i), Value::Complex(b, j)) => a == b && i == j,
        (Value::Str(a), Value::Str(b)) => a == b,
        (Value::Bytes(a), Value::Bytes(b)) => a == b,
        (Value::List(a), Value::List(b)) => equal_lists(a, b, depth),
        (Value::Map(a), Value::Map(b)) => equal_maps(a, b, depth),
        (Value::Object(a), Value::Object(b)) => {
            Arc::ptr_eq(a, b)
                || a.type_name() == b.type_name() && equal_lists(&contents(a.as_ref()), &contents(b.as_ref()), depth)
        }
        _ => false,
    }
}

fn contents(object: &dyn super::Object) -> List {
    let mut parts: Vec<Value> = object.fields().into_iter().map(|(_, value)| value).collect();
    parts.push(object.underlying());
    parts.push(object.display().map_or(Value::Nil, Value::from));
    List::new(parts)
}

fn equal_lists(a: &List, b: &List, depth: usize) -> bool {
    if a.is_same(b) && a.is_nil() == b.is_nil() {
        return true;
    }
    let Some(depth) = depth.checked_sub(1) else { return false };
    a.elem() == b.elem()
        && a.is_nil() == b.is_nil()
        && a.len() == b.len()
        && a.iter().zip(b).all(|(a, b)| equal(a, b, depth))
}

fn equal_maps(a: &Map, b: &Map, depth: usize) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return false };
    if a.type_name() != b.type_name() || a.is_nil() != b.is_nil() {
        return false;
    }
    if a.is_same(b) {
        return true;
    }
    let (a, b) = (a.snapshot(), b.snapshot());
    a.len() == b.len() && a.iter().zip(b.iter()).all(|((k, a), (l, b))| k == l && equal(a, b, depth))
}
