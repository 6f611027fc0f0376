//! Schedules and time zones: <https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#schedule-syntax>.
//!
//! Written for this crate, since the crates `cron` and `croner` accept other schedules than `robfig/cron`, which
//! Kubernetes uses: with seconds and years, with Sunday as 7 or as 1, with `L` and `#`, and without `@every`.

use super::duration::is_go_duration;
use mkmanifests_yaml::diagnostic::did_you_mean;

/// The fields of a schedule: name, lowest and highest number, and names for the numbers from the lowest on.
const FIELDS: [(&str, u32, u32, &[&str]); 5] = [
    ("minute", 0, 59, &[]),
    ("hour", 0, 23, &[]),
    ("day of the month", 1, 31, &[]),
    ("month", 1, 12, &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]),
    ("day of the week", 0, 6, &["sun", "mon", "tue", "wed", "thu", "fri", "sat"]),
];

const SHORT: [&str; 7] = ["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"];

/// Validates a schedule: five fields, a macro such as `@daily`, or `@every` with a duration.
///
/// # Errors
///
/// Returns a message that says what a valid value looks like.
///
/// ```
/// use mkmanifests_check::syntax::cron_schedule;
/// assert!(cron_schedule("*/5 0-6 1,15 jan-mar MON").is_ok());
/// assert!(cron_schedule("0 0 * * 7").unwrap_err().contains("day of the week"));
/// ```
pub fn cron_schedule(schedule: &str) -> Result<(), String> {
    let refuse = |why: &str| Err(format!("{schedule:?} is not a schedule: {why}"));
    if schedule.starts_with('@') {
        let is_known = SHORT.contains(&schedule) || schedule.strip_prefix("@every ").is_some_and(is_go_duration);
        return if is_known {
            Ok(())
        } else {
            refuse("must be `@hourly`, `@daily`, `@weekly`, `@monthly`, `@yearly` or one like `@every 1h30m`")
        };
    }
    let fields: Vec<&str> = schedule.split_whitespace().collect();
    if fields.len() != FIELDS.len() {
        return refuse(&format!(
            "must have 5 fields (minute, hour, day of the month, month, day of the week), found {}",
            fields.len()
        ));
    }
    for (field, (name, low, high, names)) in fields.iter().zip(FIELDS) {
        for part in field.split(',').filter(|part| !part.is_empty()) {
            if let Err(why) = range(part, low, high, names) {
                return refuse(&format!("{name} {part:?}: {why}"));
            }
        }
    }
    Ok(())
}

/// Validates `*`, `5` or `1-5`, each with an optional step (`*/10`).
fn range(part: &str, low: u32, high: u32, names: &[&str]) -> Result<(), String> {
    let mut pieces = part.split('/');
    let (bounds, step) = (pieces.next().unwrap_or_default(), pieces.next());
    if pieces.next().is_some() {
        return Err("may have at most one `/`".to_owned());
    }
    let mut ends = bounds.split('-');
    let (first, last) = (ends.next().unwrap_or_default(), ends.next());
    let number = |text: &str| number(text, low, names);
    let (start, end) = match (first, last) {
        ("*" | "?", _) => (low, high),
        _ if ends.next().is_some() => return Err("may have at most one `-`".to_owned()),
        (first, Some(last)) => (number(first)?, number(last)?),
        (first, None) if step.is_some() => (number(first)?, high),
        (first, None) => (number(first)?, number(first)?),
    };
    if step.map(|step| self::number(step, 0, &[])).transpose()? == Some(0) {
        return Err("the step must be 1 or more".to_owned());
    }
    if start < low || end > high {
        return Err(format!("must be between {low} and {high}"));
    }
    if start > end { Err("the end of the range must not be before its start".to_owned()) } else { Ok(()) }
}

fn number(text: &str, low: u32, names: &[&str]) -> Result<u32, String> {
    if let Some(at) = names.iter().position(|name| name.eq_ignore_ascii_case(text)) {
        return Ok(low + u32::try_from(at).unwrap_or_default());
    }
    let digits = text.strip_prefix('+').unwrap_or(text);
    let digits = if digits == "-0" { "0" } else { digits };
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { Ok(digits.parse().unwrap_or(u32::MAX)) } else { Err(format!("{text:?} is not a number")) }
}

/// Validates the name of a time zone in the IANA database, including case.
///
/// # Errors
///
/// Returns a message, with the nearest name if there is one. <https://www.iana.org/time-zones>
///
/// ```
/// use mkmanifests_check::syntax::time_zone;
/// assert!(time_zone("Europe/Berlin").is_ok());
/// assert!(time_zone("europe/berlin").unwrap_err().contains("Europe/Berlin"));
/// ```
pub fn time_zone(zone: &str) -> Result<(), String> {
    let refuse = |why: &str| Err(format!("{zone:?} is not in the IANA time zone database{why}"));
    if zone.is_empty() || zone.eq_ignore_ascii_case("local") {
        return refuse(": use a name such as `Europe/Berlin`");
    }
    let database = jiff::tz::TimeZoneDatabase::bundled();
    match database.get(zone).ok().as_ref().and_then(|found| found.iana_name()) {
        Some(name) if name == zone => Ok(()),
        Some(name) => refuse(&format!(": write `{name}`")),
        None => {
            let names: Vec<String> = database.available().map(|name| name.as_str().to_owned()).collect();
            match mkmanifests_yaml::diagnostic::nearest(zone, names.iter().map(String::as_str)) {
                Some(near) => refuse(&format!(": {}", did_you_mean(near))),
                None => refuse(": use a name such as `Europe/Berlin`"),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schedules() {
        let good = [
            "* * * * *",
            "0 0 1 1 0",
            "*/5 1-5,7 ? JAN-mar sun",
            "5/10 * * * *",
            "@daily",
            "@every 1h30m",
            " 0  0 * * * ",
        ];
        for good in good {
            assert!(cron_schedule(good).is_ok(), "{good}");
        }
        let bad = [
            "",
            "* * * *",
            "* * * * * *",
            "60 * * * *",
            "* 24 * * *",
            "* * 0 * *",
            "* * * 13 *",
            "* * * * 7",
            "a * * * *",
            "*/0 * * * *",
            "5-1 * * * *",
            "1-2-3 * * * *",
            "1/2/3 * * * *",
            "@Daily",
            "@every",
            "@every x",
            "-1 * * * *",
            "1,a * * * *",
        ];
        for bad in bad {
            assert!(cron_schedule(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn time_zones() {
        for good in ["UTC", "Etc/UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "GMT", "Etc/GMT+5"] {
            assert!(time_zone(good).is_ok(), "{good}: {:?}", time_zone(good));
        }
        for bad in ["", "Local", "Europe/Berlim", "GMT+2", "CET+1", "Mars/Phobos", "utc"] {
            assert!(time_zone(bad).is_err(), "{bad}");
        }
    }
}
