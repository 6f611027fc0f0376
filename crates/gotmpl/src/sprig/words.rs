//! Functions that change the case of words.

use super::letters::{is_lower, is_title, is_upper, to_lower, to_title, to_upper};
use super::snake;
use crate::function::{Function, Type};
use crate::value::Value;

/// Returns the functions.
pub(super) fn functions() -> Vec<Function> {
    vec![
        on_text("upper", |text| text.chars().map(to_upper).collect()),
        on_text("lower", |text| text.chars().map(to_lower).collect()),
        on_text("title", |text| at_starts(text, is_separator, to_title)),
        on_text("untitle", |text| at_starts(text, char::is_whitespace, to_lower)),
        on_text("swapcase", swap),
        on_text("camelcase", pascal),
        Function::new("snakecase", &[Type::Str], |_, args| Ok(Value::raw(snake::join(args.bytes(0), '_')))),
        Function::new("kebabcase", &[Type::Str], |_, args| Ok(Value::raw(snake::join(args.bytes(0), '-')))),
        Function::new("initials", &[Type::Str], |_, args| Ok(initials(args.bytes(0)).into())),
        Function::new("nospace", &[Type::Str], |_, args| Ok(without_spaces(args.get(0), args.bytes(0)))),
    ]
}

fn on_text(name: &'static str, change: fn(&str) -> String) -> Function {
    Function::new(name, &[Type::Str], move |_, args| Ok(change(&args.text(0)).into()))
}

/// Changes the first character and those after separators.
///
/// `untitle` never changes a separator itself; `title` may, but none has a title case.
fn at_starts(text: &str, separates: fn(char) -> bool, change: fn(char) -> char) -> String {
    let mut start = true;
    let mut one = |letter: char| {
        let changed = if start { change(letter) } else { letter };
        start = separates(letter);
        changed
    };
    text.chars().map(&mut one).collect()
}

/// Returns whether a character ends a word for `title`: all ASCII except letters, digits and `_`; beyond ASCII only
/// spaces.
fn is_separator(letter: char) -> bool {
    if letter.is_ascii() { !letter.is_ascii_alphanumeric() && letter != '_' } else { letter.is_whitespace() }
}

fn swap(text: &str) -> String {
    let mut after_space = true;
    let mut one = |letter: char| {
        let at_start = after_space;
        let cased = is_upper(letter) || is_title(letter) || is_lower(letter);
        after_space = !cased && letter.is_whitespace();
        match (is_lower(letter), cased) {
            (true, _) if at_start => to_title(letter),
            (true, _) => to_upper(letter),
            (false, true) => to_lower(letter),
            _ => letter,
        }
    };
    text.chars().map(&mut one).collect()
}

/// Returns the first byte of each word as a character, as the library does that Sprig uses.
fn initials(text: &[u8]) -> String {
    let mut gap = true;
    let mut out = String::new();
    for letter in text.iter().copied().map(char::from) {
        if !letter.is_whitespace() && gap {
            out.push(letter);
        }
        gap = letter.is_whitespace();
    }
    out
}

/// The text without spaces; bytes are taken for characters, but only if there is something to remove.
fn without_spaces(value: &Value, text: &[u8]) -> Value {
    let letters = || text.iter().copied().map(char::from);
    if letters().any(char::is_whitespace) {
        return letters().filter(|letter| !letter.is_whitespace()).collect::<String>().into();
    }
    value.clone()
}

/// Returns whether a character separates words in names.
pub(super) fn is_connector(letter: char) -> bool {
    letter == '-' || letter == '_' || letter.is_whitespace()
}

/// Converts `foo_bar` to `FooBar`, and `GO_PATH` to `GoPath`. Connectors at the start stay; of several connectors
/// between words, the last one is removed. A text that has only connectors gets its last one again.
fn pascal(text: &str) -> String {
    let mut out = String::new();
    let start = text.find(|letter| !is_connector(letter)).unwrap_or(text.len());
    let (connectors, words) = text.split_at_checked(start).unwrap_or((text, ""));
    out.push_str(connectors);
    let mut letters = words.chars();
    let Some(first) = letters.next() else {
        out.extend(connectors.chars().last());
        return out;
    };
    // Whether there were only capitals since the word began.
    let mut capitals = is_upper(first);
    let mut last = to_upper(first);
    for letter in letters {
        let mut next = letter;
        if !is_connector(last) {
            out.push(last);
            capitals = capitals && is_upper(letter);
            next = if capitals { to_lower(letter) } else { letter };
        } else if is_connector(letter) {
            out.push(last);
        } else {
            capitals = is_upper(letter);
            next = to_upper(letter);
        }
        last = next;
    }
    out.push(last);
    out
}
