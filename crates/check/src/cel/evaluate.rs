//! Evaluates expressions, as far as their functions are implemented.
//!
//! This runs on the tree that the type check uses, with the API server's own conversion of values, which no crate has.

use std::collections::BTreeMap;

use super::ast::{Expression, Kind, Literal, Operator};
use super::builtins;
use super::value::{Stop, Value};

pub(super) type Computed = Result<Value, Stop>;

/// How many items macros may go over in all: a bound on time, not one of the language.
const MOST_STEPS: usize = 200_000;

/// The variables of an expression, and how much of the bound is left.
pub(super) struct Evaluation {
    pub(super) variables: Vec<(String, Value)>,
    pub(super) steps: usize,
}

impl Evaluation {
    pub(super) fn with(variables: Vec<(String, Value)>) -> Self {
        Evaluation { variables, steps: MOST_STEPS }
    }

    pub(super) fn of(&mut self, expression: &Expression) -> Computed {
        match &expression.kind {
            Kind::Literal(literal) => Ok(of_literal(literal)),
            Kind::Name(name) => self.of_name(name),
            Kind::Field(before, name) => {
                let value = self.of(before)?;
                field(value, name)
            }
            Kind::OptionalField(before, name) => {
                let value = self.of(before)?;
                optional_item(value, &Value::String(name.clone()))
            }
            Kind::Index(target, index) => {
                let (target, index) = (self.of(target)?, self.of(index)?);
                item(target, &index)
            }
            Kind::OptionalIndex(target, index) => {
                let (target, index) = (self.of(target)?, self.of(index)?);
                optional_item(target, &index)
            }
            Kind::Call(target, name, arguments) => self.of_call(target.as_deref(), name, arguments),
            Kind::List(items) => self.of_list(items),
            Kind::Map(entries) => self.of_map(entries),
            Kind::Optional(_) | Kind::Object(..) => Err(Stop::Unsupported),
            Kind::Not(inner) => Ok(Value::Bool(!self.condition(inner)?)),
            Kind::Minus(inner) => match self.of(inner)? {
                Value::Int(number) => Ok(Value::Int(number.wrapping_neg())),
                Value::Double(number) => Ok(Value::Double(-number)),
                _ => Err(Stop::Unsupported),
            },
            Kind::Logic(operator, conditions) => self.of_logic(*operator, conditions),
            Kind::Binary(operator, left, right) => {
                let (left, right) = (self.of(left)?, self.of(right)?);
                binary(*operator, left, right)
            }
            Kind::Choice(condition, yes, no) => {
                if self.condition(condition)? {
                    self.of(yes)
                } else {
                    self.of(no)
                }
            }
        }
    }

    fn condition(&mut self, expression: &Expression) -> Result<bool, Stop> {
        match self.of(expression)? {
            Value::Bool(value) => Ok(value),
            _ => Err(Stop::Unsupported),
        }
    }

    fn of_name(&self, name: &str) -> Computed {
        let known = self.variables.iter().rev().find(|(known, _)| known == name);
        let types = ["bool", "bytes", "double", "int", "list", "map", "null_type", "string", "type", "uint"];
        let of_type = || types.into_iter().find(|known| *known == name).map(Value::Type);
        known.map(|(_, value)| value.clone()).or_else(of_type).ok_or(Stop::Unsupported)
    }

    fn of_list(&mut self, items: &[Expression]) -> Computed {
        let mut list = Vec::new();
        for item in items {
            list.extend(self.of_entry(item)?);
        }
        Ok(Value::List(list))
    }

    /// Evaluates an entry of a list or map; `None` if the entry is optional and has no value.
    fn of_entry(&mut self, entry: &Expression) -> Result<Option<Value>, Stop> {
        let Kind::Optional(inner) = &entry.kind else { return self.of(entry).map(Some) };
        match self.of(inner)? {
            Value::Optional(value) => Ok(value.map(|value| *value)),
            _ => Err(Stop::Error("cannot initialize an optional entry from a value that is not optional".to_owned())),
        }
    }

    fn of_map(&mut self, entries: &[(Expression, Expression)]) -> Computed {
        let mut map = BTreeMap::new();
        for (key, value) in entries {
            let Value::String(key) = self.of(key)? else { return Err(Stop::Unsupported) };
            // As in cel-go, an absent value also removes what an earlier entry of that key has set.
            match self.of_entry(value)? {
                Some(value) => map.insert(key, value),
                None => map.remove(&key),
            };
        }
        Ok(Value::Map(map))
    }

    /// Evaluates `&&` or `||`: one condition can decide, even if others have errors.
    fn of_logic(&mut self, operator: Operator, conditions: &[Expression]) -> Computed {
        let decides = operator == Operator::Or;
        let mut stop = None;
        for condition in conditions {
            match self.condition(condition) {
                Ok(value) if value == decides => return Ok(Value::Bool(decides)),
                Ok(_) => {}
                Err(found) => stop = Some(worse(stop, found)),
            }
        }
        stop.map_or(Ok(Value::Bool(!decides)), Err)
    }

    fn of_call(&mut self, target: Option<&Expression>, name: &str, arguments: &[Expression]) -> Computed {
        if let Some(result) = self.of_macro(target, name, arguments) {
            return result;
        }
        let namespace = target.and_then(Expression::dotted).filter(|dotted| self.of_name(dotted).is_err());
        let is_namespace = namespace.as_ref().is_some_and(|name| super::functions::is_namespace(name));
        let (mut values, mut full) = (Vec::new(), name.to_owned());
        match (namespace, target) {
            (Some(namespace), _) if is_namespace => full = format!("{namespace}.{name}"),
            (_, Some(target)) => values.push(self.of(target)?),
            _ => {}
        }
        for argument in arguments {
            values.push(self.of(argument)?);
        }
        builtins::call(&full, &values)
    }

    pub(super) fn has(&mut self, argument: &Expression) -> Computed {
        let Kind::Field(before, name) = &argument.kind else { return Err(Stop::Unsupported) };
        let value = match self.of(before)? {
            Value::Optional(None) => return Ok(Value::Bool(false)),
            Value::Optional(Some(value)) => *value,
            value => value,
        };
        match value {
            Value::Map(map) => Ok(Value::Bool(map.contains_key(name))),
            _ => Err(Stop::Unsupported),
        }
    }

    pub(super) fn of_optional(
        &mut self,
        target: &Expression,
        variable: &Expression,
        name: &str,
        body: &Expression,
    ) -> Computed {
        let Kind::Name(variable) = &variable.kind else { return Err(Stop::Unsupported) };
        let Value::Optional(value) = self.of(target)? else { return Err(Stop::Unsupported) };
        let Some(value) = value else { return Ok(Value::Optional(None)) };
        let result = self.bound(variable, *value, body)?;
        Ok(if name == "optMap" { Value::Optional(Some(Box::new(result))) } else { result })
    }

    pub(super) fn bound(&mut self, variable: &str, value: Value, body: &Expression) -> Computed {
        self.variables.push((variable.to_owned(), value));
        let result = self.of(body);
        self.variables.pop();
        result
    }
}

/// Returns the more uncertain of two reasons to stop.
pub(super) fn worse(before: Option<Stop>, found: Stop) -> Stop {
    if before == Some(Stop::Unsupported) { Stop::Unsupported } else { found }
}

fn of_literal(literal: &Literal) -> Value {
    match literal {
        Literal::Bool(value) => Value::Bool(*value),
        Literal::Int(value) => Value::Int(*value),
        Literal::Uint(value) => Value::Uint(*value),
        Literal::Double(value) => Value::Double(*value),
        Literal::String(value) => Value::String(value.clone()),
        Literal::Bytes(value) => Value::Bytes(value.clone()),
        Literal::Null => Value::Null,
    }
}

fn field(value: Value, name: &str) -> Computed {
    match value {
        Value::Map(mut map) => map.remove(name).ok_or_else(|| Stop::Error(format!("no such key: {name}"))),
        Value::Optional(_) => optional_item(value, &Value::String(name.to_owned())),
        _ => Err(Stop::Unsupported),
    }
}

fn item(target: Value, index: &Value) -> Computed {
    match (target, index) {
        (Value::Map(map), Value::String(key)) => field(Value::Map(map), key),
        (Value::List(items), Value::Int(index)) => {
            let found = usize::try_from(*index).ok().and_then(|index| items.into_iter().nth(index));
            found.ok_or_else(|| Stop::Error(format!("index out of bounds: {index}")))
        }
        (target @ Value::Optional(_), index) => optional_item(target, index),
        _ => Err(Stop::Unsupported),
    }
}

fn optional_item(target: Value, index: &Value) -> Computed {
    let target = match target {
        Value::Optional(Some(value)) => *value,
        Value::Optional(None) => return Ok(Value::Optional(None)),
        value => value,
    };
    match item(target, index) {
        Ok(value) => Ok(Value::Optional(Some(Box::new(value)))),
        Err(Stop::Error(_)) => Ok(Value::Optional(None)),
        Err(stop) => Err(stop),
    }
}

fn binary(operator: Operator, left: Value, right: Value) -> Computed {
    use Operator as Op;
    let (left, right) = typed(left, right);
    let compared = |is_right: fn(std::cmp::Ordering) -> bool| {
        left.compare(&right).map(|order| Value::Bool(is_right(order))).ok_or(Stop::Unsupported)
    };
    match operator {
        Op::Equal => Ok(Value::Bool(left.equals(&right))),
        Op::NotEqual => Ok(Value::Bool(!left.equals(&right))),
        Op::Less => compared(std::cmp::Ordering::is_lt),
        Op::LessEqual => compared(std::cmp::Ordering::is_le),
        Op::Greater => compared(std::cmp::Ordering::is_gt),
        Op::GreaterEqual => compared(std::cmp::Ordering::is_ge),
        Op::In => match (&left, &right) {
            (item, Value::List(items)) => Ok(Value::Bool(items.iter().any(|other| other.equals(item)))),
            (Value::String(key), Value::Map(map)) => Ok(Value::Bool(map.contains_key(key))),
            _ => Err(Stop::Unsupported),
        },
        Op::Or | Op::And => Err(Stop::Unsupported),
        Op::Add | Op::Subtract | Op::Multiply | Op::Divide | Op::Remainder => arithmetic(operator, left, right),
    }
}

/// Gives two values the same type if one of them is the sum of no items.
fn typed(left: Value, right: Value) -> (Value, Value) {
    let zero = |other: &Value| match other {
        Value::Uint(_) => Value::Uint(0),
        Value::Double(_) => Value::Double(0.0),
        Value::Duration(_) => Value::Duration(0),
        _ => Value::Int(0),
    };
    match (left, right) {
        (Value::EmptySum, right) => (zero(&right), if right == Value::EmptySum { Value::Int(0) } else { right }),
        (left, Value::EmptySum) => {
            let right = zero(&left);
            (left, right)
        }
        both => both,
    }
}

fn arithmetic(operator: Operator, left: Value, right: Value) -> Computed {
    use Operator as Op;
    match (left, right) {
        (Value::Int(a), Value::Int(b)) => {
            let result = match operator {
                Op::Add => a.checked_add(b),
                Op::Subtract => a.checked_sub(b),
                Op::Multiply => a.checked_mul(b),
                Op::Divide => a.checked_div(b),
                _ => a.checked_rem(b),
            };
            result.map(Value::Int).ok_or_else(|| Stop::Error("integer overflow or division by zero".to_owned()))
        }
        (Value::Uint(a), Value::Uint(b)) => {
            let result = match operator {
                Op::Add => a.checked_add(b),
                Op::Subtract => a.checked_sub(b),
                Op::Multiply => a.checked_mul(b),
                Op::Divide => a.checked_div(b),
                _ => a.checked_rem(b),
            };
            result.map(Value::Uint).ok_or_else(|| Stop::Error("integer overflow or division by zero".to_owned()))
        }
        (Value::Double(a), Value::Double(b)) => match operator {
            Op::Add => Ok(Value::Double(a + b)),
            Op::Subtract => Ok(Value::Double(a - b)),
            Op::Multiply => Ok(Value::Double(a * b)),
            Op::Divide => Ok(Value::Double(a / b)),
            _ => Err(Stop::Unsupported),
        },
        (Value::String(a), Value::String(b)) if operator == Op::Add => Ok(Value::String(a + &b)),
        (Value::List(mut a), Value::List(b)) if operator == Op::Add => {
            a.extend(b);
            Ok(Value::List(a))
        }
        (Value::Bytes(mut a), Value::Bytes(b)) if operator == Op::Add => {
            a.extend(b);
            Ok(Value::Bytes(a))
        }
        (Value::Timestamp(a), Value::Timestamp(b)) if operator == Op::Subtract => {
            let between = i64::try_from(a.as_nanosecond() - b.as_nanosecond());
            between.map(Value::Duration).map_err(|_| Stop::Error("duration overflow".to_owned()))
        }
        (Value::Timestamp(time), Value::Duration(by)) => {
            moved(time, if operator == Op::Add { by } else { by.saturating_neg() })
        }
        (Value::Duration(by), Value::Timestamp(time)) => moved(time, by),
        (Value::Duration(a), Value::Duration(b)) => {
            let result = if operator == Op::Add { a.checked_add(b) } else { a.checked_sub(b) };
            result.map(Value::Duration).ok_or_else(|| Stop::Error("duration overflow".to_owned()))
        }
        _ => Err(Stop::Unsupported),
    }
}

fn moved(time: jiff::Timestamp, by: i64) -> Computed {
    let result = time.checked_add(jiff::SignedDuration::from_nanos(by));
    result.map(Value::Timestamp).map_err(|_| Stop::Error("timestamp overflow".to_owned()))
}
