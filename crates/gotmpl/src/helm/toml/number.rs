//! Reads numbers, dates and times of TOML.

use super::lexer::{END, LexResult, Lexer, Token, TomlError, shown};
use crate::Value;
use mkmanifests_go::quote::quote;
use mkmanifests_go::time::{Time, Zone};

/// What a token looks like by its characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Integer,
    Float,
    Time,
}

/// Reads a number or time that begins with a digit.
pub(super) fn number_or_time(lexer: &mut Lexer<'_>) -> LexResult<Value> {
    lexer.mark();
    let mut lone_zero = lexer.next()? == '0';
    if lone_zero {
        let found = lexer.peek()?;
        if let Some((radix, name)) = [('b', 2, "a binary"), ('o', 8, "an octal"), ('x', 16, "a hexadecimal")]
            .into_iter()
            .find_map(|(letter, radix, name)| (letter == found).then_some((radix, name)))
        {
            lexer.next()?;
            let digit = lexer.peek()?;
            if !digit.is_digit(radix) {
                return Err(lexer.error(format!("not {name} number: '{}{digit}'", lexer.current())));
            }
            lexer.skip(|rune| rune.is_digit(radix) || rune == '_')?;
            return integer(&lexer.token());
        }
    }
    let shape = loop {
        match lexer.peek()? {
            '0'..='9' => {
                lexer.next()?;
                lone_zero = false;
            }
            // Dates and times begin with two digits.
            '-' | ':' if !lone_zero => break Shape::Time,
            '_' => break decimal(lexer)?,
            '.' | 'e' | 'E' => break Shape::Float,
            _ => break Shape::Integer,
        }
    };
    finish(lexer, shape)
}

/// Reads a number after its sign.
pub(super) fn signed(lexer: &mut Lexer<'_>) -> LexResult<Value> {
    let digit = lexer.next()?;
    match digit {
        'i' | 'n' => {
            let rest = if digit == 'i' { ['n', 'f'] } else { ['a', 'n'] };
            for letter in rest {
                if !lexer.accept(letter)? {
                    return Err(lexer.error(format!("invalid float: '{}'", lexer.current())));
                }
            }
            return float(&lexer.token());
        }
        '0' => {
            let letter = lexer.peek()?;
            if matches!(letter, 'b' | 'o' | 'x') {
                let message = format!("cannot use sign with non-decimal numbers: '{}{letter}'", lexer.current());
                return Err(lexer.error(message));
            }
        }
        '.' => return Err(lexer.error("floats must start with a digit, not '.'")),
        '1'..='9' => {}
        other => return Err(lexer.error(format!("expected a digit but got {}", shown(other)))),
    }
    let shape = decimal(lexer)?;
    finish(lexer, shape)
}

fn decimal(lexer: &mut Lexer<'_>) -> LexResult<Shape> {
    lexer.skip(|rune| rune.is_ascii_digit() || rune == '_')?;
    Ok(if matches!(lexer.peek()?, '.' | 'e' | 'E') { Shape::Float } else { Shape::Integer })
}

fn finish(lexer: &mut Lexer<'_>, shape: Shape) -> LexResult<Value> {
    match shape {
        Shape::Integer => integer(&lexer.token()),
        Shape::Float => {
            lexer.skip(|rune| rune.is_ascii_digit() || "_.-+eE".contains(rune))?;
            float(&lexer.token())
        }
        Shape::Time => {
            lexer.skip(|rune| rune != END && (rune.is_ascii_digit() || "-:Tt .Zz+".contains(rune)))?;
            let Token { line, text } = lexer.token();
            time(line, text.trim())
        }
    }
}

fn fault(token: &Token, message: String) -> TomlError {
    TomlError { line: token.line, message }
}

fn integer(token: &Token) -> LexResult<Value> {
    let (text, shown) = (token.text.as_str(), quote(token.text.as_bytes()));
    if !underscores_are_right(text) {
        return Err(fault(token, format!("Invalid integer {shown}: underscores must be surrounded by digits")));
    }
    if has_leading_zero(text) {
        return Err(fault(token, format!("Invalid integer {shown}: cannot have leading zeroes")));
    }
    let plain = text.replace('_', "");
    let number = match plain.get(..2) {
        Some("0x") => i64::from_str_radix(&plain[2..], 16),
        Some("0o") => i64::from_str_radix(&plain[2..], 8),
        Some("0b") => i64::from_str_radix(&plain[2..], 2),
        _ => plain.parse(),
    };
    number.map(Value::int64).map_err(|_| fault(token, format!("{text} is out of range for int64")))
}

/// Reads a float, `inf` and `nan` with or without a sign.
pub(super) fn float(token: &Token) -> LexResult<Value> {
    let (text, shown) = (token.text.as_str(), quote(token.text.as_bytes()));
    let mut parts = text.split(['.', 'e', 'E']).filter(|part| !part.is_empty());
    let first = parts.clone().next().unwrap_or_default();
    if !parts.all(underscores_are_right) {
        return Err(fault(token, format!("Invalid float {shown}: underscores must be surrounded by digits")));
    }
    if has_leading_zero(first) {
        return Err(fault(token, format!("Invalid float {shown}: cannot have leading zeroes")));
    }
    if text.split('.').skip(1).any(|after| !after.starts_with(|rune: char| rune.is_ascii_digit())) {
        let message = format!("Invalid float {shown}: '.' must be followed by one or more digits");
        return Err(fault(token, message));
    }
    match text.replace('_', "").parse::<f64>() {
        Ok(number) if number.is_infinite() && !text.ends_with("inf") => {
            Err(fault(token, format!("{text} is out of range for float64")))
        }
        Ok(number) => Ok(Value::Float(number)),
        Err(_) => Err(fault(token, format!("Invalid float value: {shown}"))),
    }
}

/// Returns whether a number has a leading zero; the prefixes `0b`, `0o` and `0x` do not count.
fn has_leading_zero(text: &str) -> bool {
    match text.as_bytes() {
        [b'0', next, ..] => !matches!(next, b'b' | b'o' | b'x'),
        [b'+' | b'-', b'0', _, ..] => true,
        _ => false,
    }
}

/// Returns whether each underscore follows a digit, and the last character is a digit.
fn underscores_are_right(text: &str) -> bool {
    if matches!(text.trim_start_matches(['+', '-']), "nan" | "inf") {
        return true;
    }
    let mut after_digit = false;
    for rune in text.chars() {
        if rune == '_' && !after_digit {
            return false;
        }
        after_digit = rune.is_ascii_hexdigit();
    }
    after_digit
}

/// Reads a date, a time, or both. One without an offset gets a zone that records its kind.
fn time(line: usize, text: &str) -> LexResult<Value> {
    let text = text.replace('z', "Z").replace(['t', ' '], "T");
    let message = format!("invalid datetime: {}", quote(text.as_bytes()));
    parts(&text).ok_or(TomlError { line, message })
}

fn parts(text: &str) -> Option<Value> {
    if let Some((clock, "")) = clock(text) {
        return Some(at((0, 1, 1), clock, Zone::Fixed("time-local".into(), 0)));
    }
    let (date, rest) = date(text)?;
    let Some(rest) = rest.strip_prefix('T') else {
        return rest.is_empty().then(|| at(date, (0, 0), Zone::Fixed("date-local".into(), 0)));
    };
    let (clock, rest) = clock(rest)?;
    let zone = match rest {
        "" => Zone::Fixed("datetime-local".into(), 0),
        "Z" => Zone::Utc,
        _ => offset(rest)?,
    };
    Some(at(date, clock, zone))
}

fn at(date: (i64, i64, i64), (second, nanoseconds): (i64, u32), zone: Zone) -> Value {
    let offset = if let Zone::Fixed(_, offset) = &zone { i64::from(*offset) } else { 0 };
    Value::object(Time::from_date(date, second - offset, nanoseconds, zone))
}

/// Reads exactly `count` digits.
fn digits(text: &str, count: usize) -> Option<(i64, &str)> {
    let (digits, rest) = text.split_at_checked(count)?;
    let all = digits.bytes().all(|byte| byte.is_ascii_digit());
    Some((digits.parse().ok().filter(|_| all)?, rest))
}

fn date(text: &str) -> Option<((i64, i64, i64), &str)> {
    let (year, rest) = digits(text, 4)?;
    let (month, rest) = digits(rest.strip_prefix('-')?, 2)?;
    let (day, rest) = digits(rest.strip_prefix('-')?, 2)?;
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    (1..=days).contains(&day).then_some(((year, month, day), rest))
}

/// Reads `HH:MM`, `HH:MM:SS` or `HH:MM:SS.fraction`. Returns the second of the day and the nanoseconds.
fn clock(text: &str) -> Option<((i64, u32), &str)> {
    let (hour, rest) = digits(text, 2)?;
    let (minute, mut rest) = digits(rest.strip_prefix(':')?, 2)?;
    let (mut second, mut nanoseconds) = (0, 0);
    if let Some(after) = rest.strip_prefix(':') {
        (second, rest) = digits(after, 2)?;
        if let Some(fraction) = rest.strip_prefix('.') {
            let count = fraction.bytes().take_while(u8::is_ascii_digit).count();
            let (read, after) = fraction.split_at_checked(count).filter(|(read, _)| !read.is_empty())?;
            let nine: String = read.chars().chain("000000000".chars()).take(9).collect();
            (nanoseconds, rest) = (nine.parse().ok()?, after);
        }
    }
    (hour < 24 && minute < 60 && second < 60).then_some((((hour * 60 + minute) * 60 + second, nanoseconds), rest))
}

fn offset(text: &str) -> Option<Zone> {
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let (hours, rest) = digits(text.strip_prefix(['+', '-'])?, 2)?;
    let (minutes, rest) = digits(rest.strip_prefix(':')?, 2)?;
    let seconds = i32::try_from((hours * 60 + minutes) * 60).ok()?;
    let known = rest.is_empty() && hours <= 24 && minutes <= 60;
    known.then(|| if seconds == 0 { Zone::Local } else { Zone::Fixed(String::new(), sign * seconds) })
}
