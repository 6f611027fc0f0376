//! The types of flags, and the values that each type accepts.

use super::EXPANDERS;
use super::go;
use crate::check::syntax::quantity;
use crate::diagnostic::{did_you_mean, listed, nearest};

/// The type of a flag, narrowed to the values that the autoscaler accepts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Type {
    /// Any string.
    Text,
    /// Any string, one per flag.
    Repeated,
    /// Comma-separated names, which may be spread over several flags.
    Names,
    Bool,
    /// A boolean that must be true.
    True,
    Int,
    /// An integer of at least 1.
    Positive,
    Unsigned,
    Float,
    Duration,
    /// A log level: 0 to 2147483647.
    Level,
    /// The lowest severity that is logged.
    Severity,
    /// Log levels by source file: `file=4,other*=2`.
    Modules,
    /// Feature gates: `Name=true,Other=false`.
    Gates,
    /// A quantity of bytes.
    Size,
    OneOf(&'static [&'static str]),
    /// Names of expanders: each chooses among the node groups that the previous one left.
    Expanders,
    /// `MIN:MAX`.
    Range,
    /// `TYPE:MIN:MAX`, one per flag.
    GpuRange,
    /// `PRIORITY:SECONDS,...`.
    GracePeriods,
}

use Type::{
    Bool, Duration, Expanders, Float, Gates, GpuRange, GracePeriods, Int, Level, Modules, Names, OneOf, Positive,
    Range, Repeated, Severity, Size, Text, True, Unsigned,
};

impl Type {
    /// Returns whether all values of a repeated flag take effect, not only the last.
    pub(super) fn repeats(self) -> bool {
        // The settings of modules and gates add up, as names do.
        matches!(self, Repeated | Names | GpuRange | Modules | Gates)
    }

    /// Returns whether the autoscaler reads a number or boolean, so that `0.50` equals `0.5`.
    pub(super) fn is_numeric(self) -> bool {
        matches!(self, Bool | True | Int | Positive | Unsigned | Float | Level | Size)
    }

    /// Checks a flag without a value.
    pub(super) fn check_bare(self) -> Result<(), String> {
        match self {
            Bool | True => Ok(()),
            _ => Err(format!(
                "expected {}, found no value: the autoscaler would read the next flag as the value",
                self.expected()
            )),
        }
    }

    /// Checks the value of a flag.
    pub(super) fn check(self, text: &str) -> Result<(), String> {
        // Kubernetes replaces it by the value of a variable: https://kubernetes.io/docs/tasks/inject-data-application/.
        if text.contains("$(") || self.accepts(text) {
            return Ok(());
        }
        let found = format!("expected {}, found {text:?}", self.expected());
        match self {
            Expanders => expanders(text),
            Duration if go::float(text).is_some() => Err(format!("{found}, which has no unit")),
            OneOf(names) => Err(match nearest(text, names.iter().copied()) {
                Some(near) => format!("{found}; {}", did_you_mean(near)),
                None => found,
            }),
            _ => Err(found),
        }
    }

    fn accepts(self, text: &str) -> bool {
        match self {
            Text | Repeated | Names => true,
            Bool => go::boolean(text).is_some(),
            True => go::boolean(text) == Some(true),
            Int => go::integer(text).is_some(),
            Positive => go::integer(text).is_some_and(|number| number >= 1),
            Unsigned => go::unsigned(text).is_some(),
            Float => go::float(text).is_some(),
            Duration => go::duration(text),
            Level => level(text),
            Severity => SEVERITIES.contains(&text.to_ascii_lowercase().as_str()) || text.parse::<i32>().is_ok(),
            Modules => pairs(text, '=', |file, number| !file.is_empty() && level(number)),
            Gates => pairs(text, '=', |name, value| !name.is_empty() && go::boolean(value.trim()).is_some()),
            Size => quantity(text).is_ok(),
            OneOf(names) => names.contains(&text),
            Expanders => expanders(text).is_ok(),
            Range => text.split_once(':').is_some_and(|(min, max)| range(min, max)),
            GpuRange => gpu_range(text),
            GracePeriods => !text.is_empty() && text.split(',').all(grace_period),
        }
    }

    /// Describes the expected value, with an example.
    pub(super) fn expected(self) -> String {
        let expected = match self {
            Text => "a string",
            Repeated => "a string, one per flag",
            Names => "comma-separated names, such as `first,second`",
            Bool => "`true` or `false`",
            True => "`true`, the only supported value",
            Int => "an integer, such as `10`",
            Positive => "an integer of at least 1, such as `4`",
            Unsigned => "an integer of at least 0, such as `1800`",
            Float => "a number, such as `0.5`",
            Duration => "a duration, such as `10m` or `1h30m`",
            Level => "a log level, such as `4`",
            Severity => "a severity: `info`, `warning`, `error` or `fatal`",
            Modules => "log levels by file, such as `static_autoscaler=5,aws*=4`",
            Gates => "feature gates, such as `Name=true,Other=false`",
            Size => "a number of bytes, such as `512Ki`",
            Expanders => {
                return format!("comma-separated expanders ({}), such as `priority,least-waste`", EXPANDERS.join(", "));
            }
            Range => "a minimum and a maximum, such as `0:1000`",
            GpuRange => "a GPU type, a minimum and a maximum, such as `nvidia-tesla-t4:0:16`",
            GracePeriods => "priorities with grace periods in seconds, such as `0:60,1000:30`",
            OneOf([name]) => return format!("`{name}`"),
            OneOf(names) => return format!("one of {}", listed(names.iter().copied())),
        };
        expected.to_owned()
    }
}

/// The names that klog accepts in any case; it also accepts numbers.
const SEVERITIES: [&str; 4] = ["info", "warning", "error", "fatal"];

fn level(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit()) && text.parse::<i32>().is_ok()
}

/// Checks comma-separated pairs; empty ones are ignored.
fn pairs(text: &str, separator: char, is_valid: impl Fn(&str, &str) -> bool) -> bool {
    let mut pairs = text.split(',').filter(|pair| !pair.is_empty());
    pairs.all(|pair| pair.split_once(separator).is_some_and(|(name, value)| is_valid(name.trim(), value)))
}

fn range(min: &str, max: &str) -> bool {
    let number = |text: &str| text.parse::<i64>().ok().filter(|number| *number >= 0);
    number(min).zip(number(max)).is_some_and(|(min, max)| min <= max)
}

fn gpu_range(text: &str) -> bool {
    matches!(text.split(':').collect::<Vec<_>>().as_slice(), [_, min, max] if range(min, max))
}

fn grace_period(text: &str) -> bool {
    text.split_once(':').is_some_and(|(priority, seconds)| {
        priority.parse::<i32>().is_ok() && seconds.parse::<i64>().is_ok_and(|seconds| seconds >= 0)
    })
}

/// Checks that each expander is listed once, and none after `random`, as the autoscaler does. It trims no spaces.
fn expanders(text: &str) -> Result<(), String> {
    let names: Vec<&str> = text.split(',').collect();
    for (index, name) in names.iter().enumerate() {
        if !EXPANDERS.contains(name) {
            return Err(unknown_expander(name));
        }
        if names[..index].contains(name) {
            return Err(format!("each expander must be unique: `{name}` is listed twice"));
        }
        if names[..index].contains(&"random") {
            return Err(format!("`{name}` must not follow `random`, which always chooses one node group"));
        }
    }
    Ok(())
}

fn unknown_expander(name: &str) -> String {
    let spaces = if name.trim() == name { "" } else { ", without spaces" };
    let near = nearest(name.trim(), EXPANDERS.iter().copied());
    let near = near.map(|near| format!("; did you mean `{near}`{spaces}?")).unwrap_or_default();
    format!("unknown expander {name:?}: expected {}{near}", Expanders.expected())
}
