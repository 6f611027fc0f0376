//! Durations in templates.

use std::borrow::Cow;
use std::sync::Arc;

use crate::{Function, Object, Type, Value};
use mkmanifests_go::duration::Duration;

/// A duration as templates see it: the result of a method of a time.
#[derive(Debug, Clone, Copy)]
pub struct DurationObject(pub Duration);

/// Returns the duration of a value: a duration, or a number of nanoseconds.
pub(super) fn duration_of(value: &Value) -> Duration {
    let object = value.as_object::<DurationObject>().map(|object| object.0);
    object.unwrap_or(Duration(value.as_int().unwrap_or_default()))
}

impl Object for DurationObject {
    fn type_name(&self) -> Cow<'static, str> {
        "time.Duration".into()
    }

    fn underlying(&self) -> Value {
        Value::int64(self.0.0)
    }

    fn display(&self) -> Option<String> {
        Some(self.0.to_string())
    }

    fn method(self: Arc<Self>, name: &str) -> Option<Function> {
        let duration = self.0;
        let unit = |unit: f64| Value::from(duration.0 as f64 / unit);
        let (name, value): (&'static str, Value) = match name {
            "Hours" => ("Hours", unit(3.6e12)),
            "Minutes" => ("Minutes", unit(6e10)),
            "Seconds" => ("Seconds", unit(1e9)),
            "Milliseconds" => ("Milliseconds", Value::int64(duration.0 / 1_000_000)),
            "Microseconds" => ("Microseconds", Value::int64(duration.0 / 1_000)),
            "Nanoseconds" => ("Nanoseconds", Value::int64(duration.0)),
            "String" => ("String", duration.to_string().into()),
            "Abs" => ("Abs", Value::object(DurationObject(Duration(duration.0.saturating_abs())))),
            "Round" | "Truncate" => return Some(rounding(duration, name == "Round")),
            _ => return None,
        };
        Some(Function::new(name, &[], move |_, _| Ok(value.clone())))
    }
}

fn rounding(duration: Duration, round: bool) -> Function {
    Function::new(if round { "Round" } else { "Truncate" }, &[Type::Any], move |_, args| {
        let unit = duration_of(args.get(0));
        let result = if round { duration.round(unit) } else { duration.truncate(unit) };
        Ok(Value::object(DurationObject(result)))
    })
}
