//! The methods of times in templates: `.Format`, `.Year`, `.UTC`, `.Sub`.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::Arc;

use super::duration::{DurationObject, duration_of};
use super::{TIME, time_of};
use crate::{Args, Function, Object, Type, Value};
use mkmanifests_go::duration::Duration;
use mkmanifests_go::time::{RFC_3339_NANO, Time, WEEKDAYS, ZERO, Zone, days_from_date, month_name};

impl Object for Time {
    fn type_name(&self) -> Cow<'static, str> {
        TIME.into()
    }

    fn display(&self) -> Option<String> {
        Some(text(self, b"2006-01-02 15:04:05.999999999 -0700 MST"))
    }

    fn plain(&self) -> Option<Value> {
        Some(text(self, RFC_3339_NANO).into())
    }

    fn method(self: Arc<Self>, name: &str) -> Option<Function> {
        number(&self, name)
            .or_else(|| conversion(&self, name))
            .or_else(|| comparison(&self, name))
            .or_else(|| change(&self, name))
    }
}

fn text(time: &Time, layout: &[u8]) -> String {
    String::from_utf8_lossy(&time.format(layout)).into_owned()
}

/// Creates a method without parameters.
fn getter(time: &Arc<Time>, name: &'static str, get: fn(&Time) -> Value) -> Option<Function> {
    let time = Arc::clone(time);
    Some(Function::new(name, &[], move |_, _| Ok(get(&time))))
}

fn number(time: &Arc<Time>, name: &str) -> Option<Function> {
    let (name, get): (&'static str, fn(&Time) -> Value) = match name {
        "Year" => ("Year", |time| Value::int(time.fields().year)),
        "Month" => ("Month", |time| Value::object(Named { kind: "time.Month", number: time.fields().month })),
        "Day" => ("Day", |time| Value::int(time.fields().day)),
        "Weekday" => ("Weekday", |time| {
            Value::object(Named {
                kind: "time.Weekday",
                number: i64::try_from(time.fields().weekday).unwrap_or_default(),
            })
        }),
        "YearDay" => ("YearDay", |time| Value::int(time.fields().year_day)),
        "Hour" => ("Hour", |time| Value::int(time.fields().hour)),
        "Minute" => ("Minute", |time| Value::int(time.fields().minute)),
        "Second" => ("Second", |time| Value::int(time.fields().second)),
        "Nanosecond" => ("Nanosecond", |time| Value::int(i64::from(time.nanoseconds))),
        "Unix" => ("Unix", |time| Value::int64(time.seconds)),
        "UnixMilli" => ("UnixMilli", |time| Value::int64(scaled(time, 1_000))),
        "UnixMicro" => ("UnixMicro", |time| Value::int64(scaled(time, 1_000_000))),
        "UnixNano" => ("UnixNano", |time| Value::int64(scaled(time, 1_000_000_000))),
        "IsZero" => ("IsZero", |time| Value::Bool(time.seconds == ZERO && time.nanoseconds == 0)),
        "IsDST" => ("IsDST", |_| Value::Bool(false)),
        _ => return None,
    };
    getter(time, name, get)
}

fn scaled(time: &Time, units: i64) -> i64 {
    let parts = i64::from(time.nanoseconds) / (1_000_000_000 / units);
    time.seconds.wrapping_mul(units).wrapping_add(parts)
}

fn conversion(time: &Arc<Time>, name: &str) -> Option<Function> {
    match name {
        "UTC" => getter(time, "UTC", |time| Value::object(time.with_zone(Zone::Utc))),
        "Local" => getter(time, "Local", |time| Value::object(time.with_zone(Zone::Local))),
        "Location" => getter(time, "Location", |time| Value::object(Location(time.zone.clone()))),
        "String" => getter(time, "String", |time| time.display().unwrap_or_default().into()),
        "Format" => {
            let time = Arc::clone(time);
            Some(Function::new("Format", &[Type::Str], move |_, args| Ok(Value::raw(time.format(args.bytes(0))))))
        }
        "In" => {
            let time = Arc::clone(time);
            Some(Function::new("In", &[Type::Object(LOCATION)], move |_, args| {
                let location =
                    args.get(0).as_object::<Location>().ok_or("time: missing Location in call to Time.In")?;
                Ok(Value::object(time.with_zone(location.0.clone())))
            }))
        }
        _ => None,
    }
}

fn comparison(time: &Arc<Time>, name: &str) -> Option<Function> {
    let (name, judge): (&'static str, fn(Ordering) -> Value) = match name {
        "After" => ("After", |order| Value::Bool(order.is_gt())),
        "Before" => ("Before", |order| Value::Bool(order.is_lt())),
        "Equal" => ("Equal", |order| Value::Bool(order.is_eq())),
        "Compare" => ("Compare", |order| Value::int(order as i64)),
        _ => return None,
    };
    let time = Arc::clone(time);
    Some(Function::new(name, &[Type::Object(TIME)], move |_, args| {
        Ok(judge(time.order(&time_of(args.get(0)).unwrap_or_default())))
    }))
}

type Call = fn(&Time, Args<'_>) -> Value;

fn change(time: &Arc<Time>, name: &str) -> Option<Function> {
    let (name, params, call): (&'static str, &'static [Type], Call) = match name {
        // A template may pass an integer for a `time.Duration`.
        "Add" => ("Add", &[Type::Any], |time, args| Value::object(time.add(duration_of(args.get(0))))),
        "Sub" => ("Sub", &[Type::Object(TIME)], |time, args| {
            let duration: Duration = time.since(&time_of(args.get(0)).unwrap_or_default());
            Value::object(DurationObject(duration))
        }),
        "Truncate" => {
            ("Truncate", &[Type::Any], |time, args| Value::object(time.rounded(duration_of(args.get(0)), false)))
        }
        "Round" => ("Round", &[Type::Any], |time, args| Value::object(time.rounded(duration_of(args.get(0)), true))),
        "AddDate" => ("AddDate", &[Type::Int, Type::Int, Type::Int], |time, args| Value::object(add_date(time, args))),
        _ => return None,
    };
    let time = Arc::clone(time);
    Some(Function::new(name, params, move |_, args| Ok(call(&time, args))))
}

fn add_date(time: &Time, args: Args<'_>) -> Time {
    let fields = time.fields();
    let (years, months, days) = (args.int(0), args.int(1), args.int(2));
    let year = fields.year.saturating_add(years.clamp(-1_000_000_000, 1_000_000_000));
    let month = fields.month.saturating_add(months.clamp(-1_000_000_000, 1_000_000_000));
    let day = days_from_date(year, month, fields.day).saturating_add(days.clamp(-1 << 40, 1 << 40));
    let second = (fields.hour * 60 + fields.minute) * 60 + fields.second - i64::from(fields.offset);
    Time { seconds: day.saturating_mul(86_400).saturating_add(second), ..time.clone() }
}

/// A named number: `time.Month` or `time.Weekday`.
#[derive(Debug)]
struct Named {
    kind: &'static str,
    number: i64,
}

impl Object for Named {
    fn type_name(&self) -> Cow<'static, str> {
        self.kind.into()
    }

    fn underlying(&self) -> Value {
        Value::int(self.number)
    }

    fn display(&self) -> Option<String> {
        if self.kind == "time.Month" {
            return Some(month_name(self.number));
        }
        let weekday = usize::try_from(self.number).ok().and_then(|number| WEEKDAYS.get(number));
        weekday.map(|name| (*name).to_owned())
    }

    fn method(self: Arc<Self>, name: &str) -> Option<Function> {
        let text = self.display().unwrap_or_default();
        (name == "String").then(|| Function::new("String", &[], move |_, _| Ok(text.as_str().into())))
    }
}

const LOCATION: &str = "*time.Location";

#[derive(Debug)]
struct Location(Zone);

impl Object for Location {
    fn type_name(&self) -> Cow<'static, str> {
        LOCATION.into()
    }

    fn display(&self) -> Option<String> {
        Some(match &self.0 {
            Zone::Utc => "UTC".to_owned(),
            Zone::Local => "Local".to_owned(),
            Zone::Fixed(name, _) => name.clone(),
        })
    }

    fn method(self: Arc<Self>, name: &str) -> Option<Function> {
        let text = self.display().unwrap_or_default();
        (name == "String").then(|| Function::new("String", &[], move |_, _| Ok(text.as_str().into())))
    }
}
