//! The paths of `set`: `image.tags[0].name`, with `[example.com/key]` for a key that has dots.

use std::iter::Peekable;
use std::str::Chars;

use mkmanifests_go::quote::quote;
use mkmanifests_gotmpl::{Map, Value};

/// The longest list that an index makes; helm-unittest has no limit.
const MOST_ITEMS: usize = 100_000;

/// A step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Key(String),
    Index(usize),
}

/// What comes next in a path.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Key,
    Index,
    /// `.` or `[` after a closing bracket.
    Denotation,
    /// The rest of a key in brackets.
    Escaping,
}

/// Returns nested maps and lists with a value at a path (`BuildValueOfSetPath`). Other items of lists are nil.
///
/// # Errors
/// The message of helm-unittest for a path that it cannot read.
pub fn build(value: Value, path: &str) -> Result<Map, String> {
    if path.is_empty() {
        return Err("set path is empty".to_owned());
    }
    let mut value = value;
    for step in steps(path)?.into_iter().rev() {
        value = match step {
            Step::Key(key) => Value::map([(key, value)]),
            Step::Index(index) => {
                let mut items = vec![Value::Nil; index];
                items.push(value);
                Value::list(items)
            }
        };
    }
    // The first step is always a key.
    Ok(value.as_map().unwrap_or_default())
}

fn steps(path: &str) -> Result<Vec<Step>, String> {
    let mut rest = path.chars().peekable();
    let (mut steps, mut state, mut escaped) = (Vec::new(), State::Key, String::new());
    loop {
        let (text, stop) = until_stop(&mut rest);
        let Some(stop) = stop else {
            match (state, text.is_empty()) {
                (State::Key, false) => steps.push(Step::Key(text)),
                (State::Denotation, true) => {}
                _ => return Err("unexpected end of".to_owned()),
            }
            return Ok(steps);
        };
        if matches!(stop, ',' | '{' | '}' | '=') {
            return Err(format!("invalid token found {stop}"));
        }
        state = match (state, stop) {
            (State::Index, ']') => {
                steps.push(Step::Index(index(&text)?));
                State::Denotation
            }
            (State::Index, _) => return Err("missing index value".to_owned()),
            // Text before it is ignored.
            (State::Denotation, '.') => State::Key,
            (State::Denotation, '[') => State::Index,
            (State::Denotation, _) => return Err(format!("invalid denotation token {stop}")),
            (State::Key, '[') if text.is_empty() => {
                escaped.clear();
                State::Escaping
            }
            (State::Key, '.' | '[') => {
                steps.push(Step::Key(text));
                if stop == '.' { State::Key } else { State::Index }
            }
            (State::Key, _) => return Err(format!("invalid key {stop}")),
            (State::Escaping, '.') => {
                escaped.push_str(&text);
                escaped.push('.');
                State::Escaping
            }
            (State::Escaping, ']') => {
                steps.push(Step::Key(std::mem::take(&mut escaped) + &text));
                State::Denotation
            }
            (State::Escaping, _) => return Err(format!("invalid escaping token {stop}")),
        };
    }
}

/// Returns the text before the next character with a meaning, and that character.
fn until_stop(rest: &mut Peekable<Chars<'_>>) -> (String, Option<char>) {
    let mut text = String::new();
    while let Some(c) = rest.next_if(|c| !matches!(c, '.' | '[' | ']' | ',' | '{' | '}' | '=')) {
        text.push(c);
    }
    (text, rest.next())
}

/// Reads an index as Go's `strconv.Atoi`.
fn index(text: &str) -> Result<usize, String> {
    let wrong = |reason: &str| format!("strconv.Atoi: parsing {}: {reason}", quote(text.as_bytes()));
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(wrong("invalid syntax"));
    }
    let number: i64 = text.parse().map_err(|_| wrong("value out of range"))?;
    match usize::try_from(number) {
        Ok(index) if index <= MOST_ITEMS => Ok(index),
        Ok(index) => Err(format!("the index {index} is larger than {MOST_ITEMS}")),
        // Go stops the whole program here.
        Err(_) => Err(format!("the index {number} is negative")),
    }
}
