//! Parses a time with a layout.

use super::calendar::{days_before, days_in, is_leap};
use super::format::{MONTHS, WEEKDAYS};
use super::instant::{Time, Zone};
use super::layout::{self, Element, Fraction, Offset};
use crate::duration::quote;

/// The parts that were read so far.
#[derive(Debug, Default)]
struct ParsedParts {
    year: i64,
    month: Option<i64>,
    day: Option<i64>,
    year_day: Option<i64>,
    hour: i64,
    minute: i64,
    second: i64,
    nanosecond: u32,
    afternoon: Option<bool>,
    utc: bool,
    offset: Option<i64>,
    zone: String,
}

/// Why an element cannot be read.
enum ElementError {
    /// The value is not of the element's form.
    Form,
    /// It is, but this is out of range.
    Range(&'static str),
}

/// Parses a time as Go's `ParseInLocation` with the local zone.
///
/// # Errors
/// Go's error text.
pub fn parse(layout: &[u8], value: &[u8]) -> Result<Time, String> {
    let mut read = ParsedParts::default();
    let (mut rest, mut left) = (layout, value);
    let cannot = |element: &[u8], value_part: &[u8]| {
        let (value, layout) = (quote(value), quote(layout));
        format!("parsing time {value} as {layout}: cannot parse {} as {}", quote(value_part), quote(element))
    };
    loop {
        let chunk = layout::next(rest);
        skip(&mut left, chunk.prefix).map_err(|at| cannot(chunk.prefix, at))?;
        let Some(element) = chunk.element else { break };
        rest = chunk.rest;
        let begin = left;
        read.element(element, &mut left, rest).map_err(|fault| match fault {
            ElementError::Form => cannot(chunk.text, begin),
            ElementError::Range(what) => format!("parsing time {}: {what} out of range", quote(value)),
        })?;
    }
    if !left.is_empty() {
        return Err(format!("parsing time {}: extra text: {}", quote(value), quote(left)));
    }
    read.finish().map_err(|what| format!("parsing time {}: {what}", quote(value)))
}

/// Skips the text between elements; runs of spaces are as good as one. The error is the value where it differs.
fn skip<'a>(value: &mut &'a [u8], prefix: &[u8]) -> Result<(), &'a [u8]> {
    let mut prefix = prefix;
    while let Some((first, after)) = prefix.split_first() {
        if *first == b' ' {
            if value.first().is_some_and(|byte| *byte != b' ') {
                return Err(value);
            }
            let spaces = |text: &[u8]| text.iter().take_while(|byte| **byte == b' ').count();
            prefix = prefix.get(spaces(prefix)..).unwrap_or_default();
            *value = value.get(spaces(value)..).unwrap_or_default();
            continue;
        }
        *value = value.strip_prefix(&[*first]).ok_or(*value)?;
        prefix = after;
    }
    Ok(())
}

fn take<'a>(value: &mut &'a [u8], length: usize) -> Result<&'a [u8], ElementError> {
    let (taken, rest) = value.split_at_checked(length).ok_or(ElementError::Form)?;
    *value = rest;
    Ok(taken)
}

/// One to `most` digits; exactly that many if `fixed`.
fn number(value: &mut &[u8], most: usize, fixed: bool) -> Result<i64, ElementError> {
    let count = value.iter().take(most).take_while(|byte| byte.is_ascii_digit()).count();
    if count == 0 || (fixed && count != most) {
        return Err(ElementError::Form);
    }
    Ok(take(value, count)?.iter().fold(0, |number, digit| number * 10 + i64::from(digit - b'0')))
}

/// Digits, perhaps with a sign.
fn signed(text: &[u8]) -> Result<i64, ElementError> {
    std::str::from_utf8(text).ok().and_then(|text| text.parse().ok()).ok_or(ElementError::Form)
}

fn in_range(number: i64, range: std::ops::Range<i64>, what: &'static str) -> Result<i64, ElementError> {
    if range.contains(&number) { Ok(number) } else { Err(ElementError::Range(what)) }
}

/// The first name that the value begins with, in any case: its number from 0.
fn name(value: &mut &[u8], names: &[&str], length: usize) -> Result<i64, ElementError> {
    for (index, name) in names.iter().enumerate() {
        let name = name.get(..length).unwrap_or(name).as_bytes();
        if value.get(..name.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(name)) {
            take(value, name.len())?;
            return Ok(i64::try_from(index).unwrap_or_default());
        }
    }
    Err(ElementError::Form)
}

impl ParsedParts {
    fn element(&mut self, element: Element, value: &mut &[u8], rest: &[u8]) -> Result<(), ElementError> {
        match element {
            Element::Year => {
                let year = signed(take(value, 2)?)?;
                self.year = if year >= 69 { year + 1900 } else { year + 2000 };
            }
            Element::LongYear if !value.first().is_some_and(u8::is_ascii_digit) => return Err(ElementError::Form),
            Element::LongYear => self.year = signed(take(value, 4)?)?,
            Element::Month => self.month = Some(name(value, &MONTHS, 3)? + 1),
            Element::LongMonth => self.month = Some(name(value, &MONTHS, 9)? + 1),
            Element::NumberMonth | Element::ZeroMonth => {
                let month = number(value, 2, element == Element::ZeroMonth)?;
                self.month = Some(in_range(month, 1..13, "month")?);
            }
            Element::Weekday => drop(name(value, &WEEKDAYS, 3)?),
            Element::LongWeekday => drop(name(value, &WEEKDAYS, 9)?),
            Element::Day | Element::SpaceDay | Element::ZeroDay => {
                skip_spaces(value, usize::from(element == Element::SpaceDay));
                self.day = Some(number(value, 2, element == Element::ZeroDay)?);
            }
            Element::SpaceYearDay | Element::ZeroYearDay => {
                skip_spaces(value, if element == Element::SpaceYearDay { 2 } else { 0 });
                self.year_day = Some(number(value, 3, element == Element::ZeroYearDay)?);
            }
            Element::ZoneName => self.zone_name(value)?,
            Element::Offset(form) => self.offset(form, value)?,
            Element::Fraction(form) => self.fraction(form, value)?,
            _ => self.clock(element, value, rest)?,
        }
        Ok(())
    }

    fn clock(&mut self, element: Element, value: &mut &[u8], rest: &[u8]) -> Result<(), ElementError> {
        match element {
            Element::Hour => self.hour = in_range(number(value, 2, false)?, 0..24, "hour")?,
            Element::Hour12 => self.hour = in_range(number(value, 2, false)?, 0..13, "hour")?,
            Element::ZeroHour12 => self.hour = in_range(number(value, 2, true)?, 0..13, "hour")?,
            Element::Minute => self.minute = in_range(number(value, 2, false)?, 0..60, "minute")?,
            Element::ZeroMinute => self.minute = in_range(number(value, 2, true)?, 0..60, "minute")?,
            Element::Second | Element::ZeroSecond => {
                let second = number(value, 2, element == Element::ZeroSecond)?;
                self.second = in_range(second, 0..60, "second")?;
                // A value may have parts of a second though the layout has none.
                let given = matches!(value, [b'.' | b',', b'0'..=b'9', ..]);
                if given && !matches!(layout::next(rest).element, Some(Element::Fraction(_))) {
                    self.fraction(Fraction { digits: 0, trimmed: true, separator: b'.' }, value)?;
                }
            }
            Element::UpperAmPm | Element::LowerAmPm => {
                self.afternoon = Some(match (take(value, 2)?, element) {
                    (b"PM", Element::UpperAmPm) | (b"pm", Element::LowerAmPm) => true,
                    (b"AM", Element::UpperAmPm) | (b"am", Element::LowerAmPm) => false,
                    _ => return Err(ElementError::Form),
                });
            }
            _ => {}
        }
        Ok(())
    }

    fn offset(&mut self, form: Offset, value: &mut &[u8]) -> Result<(), ElementError> {
        if form.z && value.first() == Some(&b'Z') {
            take(value, 1)?;
            self.utc = true;
            return Ok(());
        }
        let parts = 1 + usize::from(form.minutes) + usize::from(form.seconds);
        let step = if form.colons { 3 } else { 2 };
        let text = take(value, 1 + parts * step - usize::from(form.colons))?;
        let (sign, text) = text.split_first().ok_or(ElementError::Form)?;
        if form.colons && text.iter().skip(2).step_by(3).any(|byte| *byte != b':') {
            return Err(ElementError::Form);
        }
        let part = |index: usize| {
            let mut digits = if index < parts { text.get(index * step..).unwrap_or_default() } else { b"00" };
            number(&mut digits, 2, true)
        };
        let (hour, minute, second) = (part(0)?, part(1)?, part(2)?);
        // People write 24 hours and 60 minutes.
        let limits = [
            (second, 60, "time zone offset second"),
            (minute, 60, "time zone offset minute"),
            (hour, 24, "time zone offset hour"),
        ];
        if let Some((.., what)) = limits.into_iter().find(|(number, limit, _)| number > limit) {
            return Err(ElementError::Range(what));
        }
        let offset = (hour * 60 + minute) * 60 + second;
        self.offset = Some(match sign {
            b'+' => offset,
            b'-' => -offset,
            _ => return Err(ElementError::Form),
        });
        Ok(())
    }

    fn fraction(&mut self, form: Fraction, value: &mut &[u8]) -> Result<(), ElementError> {
        let begins = matches!(value, [b'.' | b',', b'0'..=b'9', ..]);
        if form.trimmed && !begins {
            return Ok(());
        }
        let given = value.iter().skip(1).take_while(|byte| byte.is_ascii_digit()).count();
        let count = if form.trimmed { given } else { form.digits };
        let text = take(value, count + 1)?;
        let Some(digits) = text.strip_prefix(b".").or(text.strip_prefix(b",")) else { return Err(ElementError::Form) };
        let mut digits: Vec<u8> = digits.iter().copied().take(9).collect();
        if !digits.iter().all(u8::is_ascii_digit) {
            return Err(ElementError::Form);
        }
        digits.resize(9, b'0');
        self.nanosecond = u32::try_from(signed(&digits)?).unwrap_or_default();
        Ok(())
    }

    fn zone_name(&mut self, value: &mut &[u8]) -> Result<(), ElementError> {
        if value.starts_with(b"UTC") {
            self.utc = true;
            take(value, 3)?;
            return Ok(());
        }
        let length = zone_length(value).ok_or(ElementError::Form)?;
        self.zone = String::from_utf8_lossy(take(value, length)?).into_owned();
        Ok(())
    }

    fn finish(mut self) -> Result<Time, &'static str> {
        match self.afternoon {
            Some(true) if self.hour < 12 => self.hour += 12,
            Some(false) if self.hour == 12 => self.hour = 0,
            _ => {}
        }
        let (month, day) = self.date()?;
        if day < 1 || day > days_in(self.year, month) {
            return Err("day out of range");
        }
        let offset = if self.utc { 0 } else { self.offset.unwrap_or_default() };
        let second = (self.hour * 60 + self.minute) * 60 + self.second - offset;
        let zone = self.zone();
        Ok(Time::from_date((self.year, month, day), second, self.nanosecond, zone))
    }

    fn date(&self) -> Result<(i64, i64), &'static str> {
        let Some(year_day) = self.year_day else { return Ok((self.month.unwrap_or(1), self.day.unwrap_or(1))) };
        if year_day < 1 || year_day > 365 + i64::from(is_leap(self.year)) {
            return Err("day-of-year out of range");
        }
        let month = (1..=12).rfind(|month| days_before(self.year, *month) < year_day).unwrap_or(1);
        let day = year_day - days_before(self.year, month);
        if self.month.is_some_and(|given| given != month) {
            return Err("day-of-year does not match month");
        }
        if self.day.is_some_and(|given| given != day) {
            return Err("day-of-year does not match day");
        }
        Ok((month, day))
    }

    /// The local zone if the offset or name is its own.
    fn zone(&self) -> Zone {
        let seconds = |offset: i64| i32::try_from(offset).unwrap_or_default();
        match (self.utc, self.offset, self.zone.as_str()) {
            (true, ..) => Zone::Utc,
            (_, Some(0), "" | "UTC") | (_, None, "") => Zone::Local,
            (_, Some(offset), name) => Zone::Fixed(name.to_owned(), seconds(offset)),
            // Go gives an unknown zone the offset 0, except `GMT+3`.
            (_, None, name) => {
                let hours = name.strip_prefix("GMT").and_then(|hours| hours.parse().ok()).unwrap_or(0_i64);
                Zone::Fixed(name.to_owned(), seconds(hours * 3600))
            }
        }
    }
}

fn skip_spaces(value: &mut &[u8], most: usize) {
    for _ in 0..most {
        *value = value.strip_prefix(b" ").unwrap_or(value);
    }
}

/// The length of what looks like the abbreviation of a zone.
fn zone_length(value: &[u8]) -> Option<usize> {
    if matches!(value.get(..4), Some(b"ChST" | b"MeST")) {
        return Some(4);
    }
    if let Some(rest) = value.strip_prefix(b"GMT") {
        return Some(3 + signed_offset_length(rest));
    }
    if matches!(value, [b'+' | b'-', _, _, ..]) {
        return Some(signed_offset_length(value)).filter(|length| *length > 0);
    }
    let letters = value.iter().take(6).take_while(|byte| byte.is_ascii_uppercase()).count();
    match letters {
        5 if value.get(4) == Some(&b'T') => Some(5),
        4 if value.get(3) == Some(&b'T') || value.starts_with(b"WITA") => Some(4),
        3 => Some(3),
        _ => None,
    }
}

/// The length of a sign and hours up to 23.
fn signed_offset_length(value: &[u8]) -> usize {
    let Some((b'+' | b'-', digits)) = value.split_first() else { return 0 };
    let count = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let hours = std::str::from_utf8(digits.get(..count).unwrap_or_default()).ok().and_then(|hours| hours.parse().ok());
    if hours.is_some_and(|hours: u64| hours <= 23) { count + 1 } else { 0 }
}
