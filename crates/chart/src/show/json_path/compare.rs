//! Compares the operands of filters as the functions `eq` and `lt` of older Go templates do.

use std::cmp::Ordering;

use super::JsonPathError;
use mkmanifests_gotmpl::Value;

/// Compares two values by an operator, such as `==`.
///
/// # Errors
/// An unknown operator, operands that have no order, and operands of two types.
pub(super) fn compare(left: &Value, operator: &str, right: &Value) -> Result<bool, JsonPathError> {
    let accepts: fn(Option<Ordering>) -> bool = match operator {
        "==" => |order| order == Some(Ordering::Equal),
        "!=" => |order| order != Some(Ordering::Equal),
        "<" => |order| order == Some(Ordering::Less),
        ">=" => |order| order != Some(Ordering::Less),
        "<=" => |order| matches!(order, Some(Ordering::Less | Ordering::Equal)),
        ">" => |order| !matches!(order, Some(Ordering::Less | Ordering::Equal)),
        _ => return Err(JsonPathError::new(format_args!("unrecognized filter operator {operator}"))),
    };
    let is_basic = |value: &Value| {
        matches!(value, Value::Bool(_) | Value::Int(..) | Value::Uint(..) | Value::Float(_) | Value::Str(_))
    };
    let needs_order = !matches!(operator, "==" | "!=");
    let is_bool = matches!((left, right), (Value::Bool(_), Value::Bool(_)));
    if !is_basic(left) || !is_basic(right) || (needs_order && is_bool) {
        return Err(JsonPathError::new("invalid type for comparison"));
    }
    Ok(accepts(order(left, right)?))
}

/// Returns the order of two values of one type; `None` for numbers that are not comparable.
fn order(left: &Value, right: &Value) -> Result<Option<Ordering>, JsonPathError> {
    Ok(match (left, right) {
        (Value::Bool(left), Value::Bool(right)) => Some(left.cmp(right)),
        (Value::Int(left, _), Value::Int(right, _)) => Some(left.cmp(right)),
        (Value::Uint(left, _), Value::Uint(right, _)) => Some(left.cmp(right)),
        (Value::Int(left, _), Value::Uint(right, _)) => Some(i128::from(*left).cmp(&i128::from(*right))),
        (Value::Uint(left, _), Value::Int(right, _)) => Some(i128::from(*left).cmp(&i128::from(*right))),
        (Value::Float(left), Value::Float(right)) => left.partial_cmp(right),
        (Value::Str(left), Value::Str(right)) => Some(left.as_bytes().cmp(right.as_bytes())),
        _ => return Err(JsonPathError::new("incompatible types for comparison")),
    })
}
