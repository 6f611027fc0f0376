//! The types of operators.

use super::ast::Operator;
use super::types::Type;

/// Returns the type that an operator gives for two types, or `None` if it takes no such pair.
pub(super) fn result(operator: Operator, left: &Type, right: &Type) -> Option<Type> {
    match operator {
        Operator::Or | Operator::And => both(left, right, |kind| *kind == Type::Bool).then_some(Type::Bool),
        Operator::Equal | Operator::NotEqual => left.fits(right).then_some(Type::Bool),
        Operator::Less | Operator::LessEqual | Operator::Greater | Operator::GreaterEqual => {
            ordered(left, right).then_some(Type::Bool)
        }
        Operator::In => contained(left, right).then_some(Type::Bool),
        Operator::Add => sum(left, right),
        Operator::Subtract => difference(left, right),
        Operator::Multiply | Operator::Divide => {
            same(left, right, |kind| matches!(kind, Type::Int | Type::Uint | Type::Double))
        }
        Operator::Remainder => same(left, right, |kind| matches!(kind, Type::Int | Type::Uint)),
    }
}

fn both(left: &Type, right: &Type, is_right: impl Fn(&Type) -> bool) -> bool {
    [left, right].into_iter().all(|kind| kind.is_open() || is_right(kind))
}

/// Returns the type that two operands share, if `is_right` accepts it. One of them may be unknown.
fn same(left: &Type, right: &Type, is_right: impl Fn(&Type) -> bool) -> Option<Type> {
    match (left.is_open(), right.is_open()) {
        (true, true) => Some(Type::Unknown),
        (true, false) => is_right(right).then(|| right.clone()),
        (false, true) => is_right(left).then(|| left.clone()),
        (false, false) => (left == right && is_right(left)).then(|| left.clone()),
    }
}

fn is_number(kind: &Type) -> bool {
    matches!(kind, Type::Int | Type::Uint | Type::Double)
}

fn ordered(left: &Type, right: &Type) -> bool {
    let has_order =
        |kind: &Type| matches!(kind, Type::Bool | Type::String | Type::Bytes | Type::Timestamp | Type::Duration);
    match (left.is_open(), right.is_open()) {
        (true, true) => true,
        (true, false) => is_number(right) || has_order(right),
        (false, true) => is_number(left) || has_order(left),
        (false, false) => is_number(left) && is_number(right) || left == right && has_order(left),
    }
}

fn contained(item: &Type, whole: &Type) -> bool {
    match whole {
        Type::Unknown | Type::Dyn => true,
        Type::List(of) => item.fits(of),
        Type::Map(_) => item.fits(&Type::String),
        _ => false,
    }
}

fn sum(left: &Type, right: &Type) -> Option<Type> {
    match (left, right) {
        (Type::Timestamp, Type::Duration) | (Type::Duration, Type::Timestamp) => Some(Type::Timestamp),
        (Type::List(a), Type::List(b)) => a.fits(b).then(|| left.clone()),
        (Type::Timestamp, Type::Unknown | Type::Dyn) | (Type::Unknown | Type::Dyn, Type::Timestamp) => {
            Some(Type::Timestamp)
        }
        (Type::Duration, Type::Unknown | Type::Dyn) | (Type::Unknown | Type::Dyn, Type::Duration) => {
            Some(Type::Unknown)
        }
        (Type::List(_), Type::Unknown | Type::Dyn) => Some(left.clone()),
        (Type::Unknown | Type::Dyn, Type::List(_)) => Some(right.clone()),
        _ => same(left, right, |kind| is_number(kind) || matches!(kind, Type::String | Type::Bytes | Type::Duration)),
    }
}

fn difference(left: &Type, right: &Type) -> Option<Type> {
    match (left, right) {
        (Type::Timestamp, Type::Timestamp) => Some(Type::Duration),
        (Type::Timestamp, Type::Duration) => Some(Type::Timestamp),
        (Type::Timestamp | Type::Duration, Type::Unknown | Type::Dyn)
        | (Type::Unknown | Type::Dyn, Type::Timestamp | Type::Duration) => Some(Type::Unknown),
        _ => same(left, right, |kind| is_number(kind) || *kind == Type::Duration),
    }
}
