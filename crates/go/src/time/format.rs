//! Formats a time with a layout.

use super::instant::Fields;
use super::layout::{self, Element, Fraction, Offset};

/// The English names of the months, as in Go.
pub(super) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The English names of the weekdays, from Sunday.
pub const WEEKDAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// Returns the name of a month from 1 as Go prints it, also for an invalid number.
pub fn month_name(month: i64) -> String {
    let known = usize::try_from(month - 1).ok().and_then(|index| MONTHS.get(index));
    known.map_or_else(|| format!("%!Month({month})"), |name| (*name).to_owned())
}

/// Formats a time as Go's `Time.Format`.
pub fn format(layout: &[u8], time: &Fields, abbreviation: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = layout;
    while !rest.is_empty() {
        let chunk = layout::next(rest);
        out.extend(chunk.prefix);
        match chunk.element {
            Some(Element::ZoneName) if abbreviation.is_empty() => {
                let plain = Offset { z: false, colons: false, minutes: true, seconds: false };
                out.extend(offset(time.offset, plain).into_bytes());
            }
            Some(Element::ZoneName) => out.extend(abbreviation.bytes()),
            Some(element) => out.extend(write(element, time).into_bytes()),
            None => {}
        }
        rest = chunk.rest;
    }
    out
}

fn write(element: Element, time: &Fields) -> String {
    let month = month_name(time.month);
    let weekday = WEEKDAYS.get(time.weekday).copied().unwrap_or_default();
    let short = |name: &str| name.get(..3).unwrap_or_default().to_owned();
    let hour12 = (time.hour + 11) % 12 + 1;
    match element {
        Element::LongMonth => month,
        Element::Month => short(&month),
        Element::NumberMonth => time.month.to_string(),
        Element::ZeroMonth => format!("{:02}", time.month),
        Element::LongWeekday => weekday.to_owned(),
        Element::Weekday => short(weekday),
        Element::Day => time.day.to_string(),
        Element::SpaceDay => format!("{:2}", time.day),
        Element::ZeroDay => format!("{:02}", time.day),
        Element::SpaceYearDay => format!("{:3}", time.year_day),
        Element::ZeroYearDay => format!("{:03}", time.year_day),
        Element::Hour => format!("{:02}", time.hour),
        Element::Hour12 => hour12.to_string(),
        Element::ZeroHour12 => format!("{hour12:02}"),
        Element::Minute => time.minute.to_string(),
        Element::ZeroMinute => format!("{:02}", time.minute),
        Element::Second => time.second.to_string(),
        Element::ZeroSecond => format!("{:02}", time.second),
        Element::LongYear if time.year < 0 => format!("-{:04}", -time.year),
        Element::LongYear => format!("{:04}", time.year),
        Element::Year => format!("{:02}", time.year.max(0) % 100),
        Element::UpperAmPm => if time.hour >= 12 { "PM" } else { "AM" }.to_owned(),
        Element::LowerAmPm => if time.hour >= 12 { "pm" } else { "am" }.to_owned(),
        Element::Offset(form) => offset(time.offset, form),
        Element::Fraction(form) => fraction(time.nanosecond, form),
        Element::ZoneName => String::new(),
    }
}

fn offset(seconds: i32, form: Offset) -> String {
    if form.z && seconds == 0 {
        return "Z".to_owned();
    }
    // Go computes the sign from the minutes, so that less than a minute west of UTC is "+".
    let sign = if seconds / 60 < 0 { '-' } else { '+' };
    let (minutes, of_minute) = ((seconds / 60).abs(), if sign == '-' { -seconds % 60 } else { seconds % 60 });
    let colon = if form.colons { ":" } else { "" };
    let mut out = format!("{sign}{:02}", minutes / 60);
    if form.minutes {
        out.push_str(&format!("{colon}{:02}", minutes % 60));
    }
    if form.seconds {
        out.push_str(&format!("{colon}{of_minute:02}"));
    }
    out
}

fn fraction(nanosecond: u32, form: Fraction) -> String {
    let digits = format!("{nanosecond:09}");
    let mut digits = digits.get(..form.digits).unwrap_or(&digits);
    if form.trimmed {
        digits = digits.trim_end_matches('0');
        if digits.is_empty() {
            return String::new();
        }
    }
    format!("{}{digits}", char::from(form.separator))
}
