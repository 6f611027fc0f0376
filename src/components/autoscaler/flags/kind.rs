//! What a flag takes.

use super::EXPANDERS;
use super::go;
use crate::check::syntax::quantity;
use crate::diagnostic::{did_you_mean, nearest};

/// The type of a flag, and where the program accepts less than its type, that.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Type {
    /// Any text.
    Text,
    /// Any text, once for each value.
    Repeated,
    /// Names with commas between them, also over several flags.
    Names,
    Bool,
    /// A boolean that has to be true.
    True,
    Int,
    /// An integer of at least 1.
    Positive,
    Unsigned,
    Float,
    Duration,
    /// How much is logged: 0 to 2147483647.
    Level,
    /// From which severity on it is logged.
    Severity,
    /// Levels by source file: `file=4,other*=2`.
    Modules,
    /// Kubernetes features: `Name=true,Other=false`.
    Gates,
    /// A quantity of bytes.
    Size,
    OneOf(&'static [&'static str]),
    /// Names of expanders, each of which decides between what the one before it left.
    Expanders,
    /// `MIN:MAX`.
    Range,
    /// `TYPE:MIN:MAX`, once for each type.
    GpuRange,
    /// `PRIORITY:SECONDS,...`.
    GracePeriods,
}

use Type::{
    Bool, Duration, Expanders, Float, Gates, GpuRange, GracePeriods, Int, Level, Modules, Names, OneOf, Positive,
    Range, Repeated, Severity, Size, Text, True, Unsigned,
};

impl Type {
    /// Whether every value of a flag counts, not only the last.
    pub(super) fn repeats(self) -> bool {
        // The settings of modules and gates add up, as names do.
        matches!(self, Repeated | Names | GpuRange | Modules | Gates)
    }

    /// Whether the program reads a number or boolean, for which `0.50` is as good as `0.5`.
    pub(super) fn is_numeric(self) -> bool {
        matches!(self, Bool | True | Int | Positive | Unsigned | Float | Level | Size)
    }

    /// A flag without a value.
    pub(super) fn check_bare(self) -> Result<(), String> {
        match self {
            Bool | True => Ok(()),
            _ => Err(format!("expected {}: without a value, the program takes the next flag for it", self.expected())),
        }
    }

    /// A flag's value.
    pub(super) fn check(self, text: &str) -> Result<(), String> {
        // Kubernetes puts the value of a variable there: https://kubernetes.io/docs/tasks/inject-data-application/.
        if text.contains("$(") || self.takes(text) {
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

    fn takes(self, text: &str) -> bool {
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

    /// What is expected, with an example.
    pub(super) fn expected(self) -> String {
        let expected = match self {
            Text => "text",
            Repeated => "text, one value a flag",
            Names => "names with commas between them, such as `first,second`",
            Bool => "`true` or `false`",
            True => "`true`, the only value that the program still takes",
            Int => "an integer, such as `10`",
            Positive => "an integer of at least 1, such as `4`",
            Unsigned => "an integer of at least 0, such as `1800`",
            Float => "a number, such as `0.5`",
            Duration => "a duration, such as `10m` or `1h30m`",
            Level => "a level of logging, such as `4`",
            Severity => "a severity: `info`, `warning`, `error` or `fatal`",
            Modules => "levels of logging by file, such as `static_autoscaler=5,aws*=4`",
            Gates => "features, such as `Name=true,Other=false`",
            Size => "a number of bytes, such as `512Ki`",
            Expanders => {
                return format!("names of expanders ({}), such as `priority,least-waste`", EXPANDERS.join(", "));
            }
            Range => "the least and the most, such as `0:1000`",
            GpuRange => "a type of GPU, the least and the most, such as `nvidia-tesla-t4:0:16`",
            GracePeriods => "priorities with their grace periods in seconds, such as `0:60,1000:30`",
            OneOf([name]) => return format!("`{name}`"),
            OneOf(names) => return format!("one of {}", names.join(", ")),
        };
        expected.to_owned()
    }
}

/// What klog calls them, in any case; it takes their numbers as well.
const SEVERITIES: [&str; 4] = ["info", "warning", "error", "fatal"];

fn level(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit()) && text.parse::<i32>().is_ok()
}

/// Pairs with commas between them, where empty ones do not count.
fn pairs(text: &str, between: char, right: impl Fn(&str, &str) -> bool) -> bool {
    let mut pairs = text.split(',').filter(|pair| !pair.is_empty());
    pairs.all(|pair| pair.split_once(between).is_some_and(|(name, value)| right(name.trim(), value)))
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

/// Each once, and none after `random`, which leaves nothing to decide; the program trims no spaces.
fn expanders(text: &str) -> Result<(), String> {
    let names: Vec<&str> = text.split(',').collect();
    for (index, name) in names.iter().enumerate() {
        if !EXPANDERS.contains(name) {
            return Err(no_expander(name));
        }
        if names[..index].contains(name) {
            return Err(format!("`{name}` is named twice, which the program refuses"));
        }
        if names[..index].contains(&"random") {
            return Err(format!(
                "`{name}` comes after `random`, which leaves nothing to decide: the program refuses it"
            ));
        }
    }
    Ok(())
}

fn no_expander(name: &str) -> String {
    let spaces = if name.trim() == name { "" } else { ", without spaces" };
    let near = nearest(name.trim(), EXPANDERS.iter().copied());
    let near = near.map(|near| format!("; did you mean `{near}`{spaces}?")).unwrap_or_default();
    format!("{name:?} is not an expander: expected {}{near}", Expanders.expected())
}
