//! Reads templates.

use mkmanifests_go::quote::{Piece, show_rune, unquote_char};

use super::{JsonPathError, Slice, Step};

/// Reads a whole template: texts and actions in turns.
pub(super) fn template(text: &str) -> Result<Vec<Step>, JsonPathError> {
    Parser { text, at: 0 }.template()
}

/// Reads an operand or an index as an action of its own.
fn action(text: &str) -> Result<Vec<Step>, JsonPathError> {
    let steps = template(&format!("{{{text}}}"))?;
    match steps.into_iter().next() {
        Some(Step::Action(steps)) => Ok(steps),
        _ => Ok(Vec::new()),
    }
}

fn fail<T>(message: impl std::fmt::Display) -> Result<T, JsonPathError> {
    Err(JsonPathError::new(message))
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Parser<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let char = self.peek()?;
        self.at += char.len_utf8();
        Some(char)
    }

    fn since(&self, start: usize) -> &'t str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    /// Returns whether the character before the last one is a backslash.
    fn is_escaped(&self) -> bool {
        self.at.checked_sub(2).and_then(|at| self.text.as_bytes().get(at)) == Some(&b'\\')
    }

    fn template(&mut self) -> Result<Vec<Step>, JsonPathError> {
        let mut steps = Vec::new();
        while !self.rest().is_empty() {
            let end = self.rest().find('{').unwrap_or(self.rest().len());
            if end > 0 {
                steps.push(Step::Text(self.rest().get(..end).unwrap_or_default().into()));
                self.at += end;
            }
            if self.next().is_some() {
                steps.push(Step::Action(self.action()?));
            }
        }
        Ok(steps)
    }

    /// Reads an action up to and with its closing brace.
    fn action(&mut self) -> Result<Vec<Step>, JsonPathError> {
        let mut steps = Vec::new();
        loop {
            let rest = self.rest();
            if rest.starts_with('}') {
                self.at += 1;
                return Ok(steps);
            } else if rest.starts_with("[?(") {
                steps.push(self.filter()?);
            } else if rest.starts_with("..") {
                self.recursive(&mut steps)?;
            } else {
                self.step(&mut steps)?;
            }
        }
    }

    fn step(&mut self, steps: &mut Vec<Step>) -> Result<(), JsonPathError> {
        let start = self.at;
        match self.next() {
            None | Some('\r' | '\n') => return fail("unclosed action"),
            Some(' ' | '@' | '$') => {}
            Some('[') => self.index(steps)?,
            Some(quote @ ('"' | '\'')) => steps.push(self.quoted(quote)?),
            Some('.') => steps.push(self.field()),
            Some(char) if char == '+' || char == '-' || is_digit(char) => {
                self.at = start;
                steps.push(self.number()?);
            }
            Some(char) if is_alphanumeric(char) => {
                self.at = start;
                steps.push(self.word());
            }
            Some(char) => return fail(format_args!("unrecognized character in action: {}", show_rune(char))),
        }
        Ok(())
    }

    fn word(&mut self) -> Step {
        let start = self.at;
        self.at += self.rest().find(is_terminator).unwrap_or(self.rest().len());
        match self.since(start) {
            "true" => Step::Bool(true),
            "false" => Step::Bool(false),
            word => Step::Word(word.to_owned()),
        }
    }

    fn recursive(&mut self, steps: &mut Vec<Step>) -> Result<(), JsonPathError> {
        if steps.last() == Some(&Step::Recursive) {
            return fail("invalid multiple recursive descent");
        }
        self.at += 2;
        steps.push(Step::Recursive);
        if self.peek().is_some_and(is_alphanumeric) {
            steps.push(self.field());
        }
        Ok(())
    }

    fn number(&mut self) -> Result<Step, JsonPathError> {
        let start = self.at;
        if matches!(self.peek(), Some('+' | '-')) {
            self.at += 1;
        }
        while self.peek().is_some_and(|char| char == '.' || is_digit(char)) {
            self.next();
        }
        let text = self.since(start);
        if let Ok(number) = text.parse() {
            return Ok(Step::Int(number));
        }
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(Step::Float(number)),
            _ => fail(format_args!("cannot parse number {text}")),
        }
    }

    /// Reads the name of a field up to a terminator without a backslash before it.
    fn field(&mut self) -> Step {
        let start = self.at;
        while let Some(char) = self.peek().filter(|char| !is_terminator(*char)) {
            self.next();
            if char == '\\' {
                self.next();
            }
        }
        match self.since(start) {
            "*" => Step::Wildcard,
            name => Step::Field(name.replace('\\', "")),
        }
    }

    fn quoted(&mut self, quote: char) -> Result<Step, JsonPathError> {
        let start = self.at;
        loop {
            match self.next() {
                None | Some('\n') => return fail("unterminated quoted string"),
                Some(char) if char == quote && !self.is_escaped() => break,
                Some(_) => {}
            }
        }
        let text = self.text.get(start..self.at - 1).unwrap_or_default();
        match unquote(text, quote) {
            Some(text) => Ok(Step::Text(text)),
            None => fail(format_args!("unquote string {quote}{text}{quote} error invalid syntax")),
        }
    }

    fn index(&mut self, steps: &mut Vec<Step>) -> Result<(), JsonPathError> {
        let start = self.at;
        loop {
            match self.next() {
                None | Some('\n') => return fail("unterminated array"),
                Some(']') => break,
                Some(_) => {}
            }
        }
        let text = self.text.get(start..self.at - 1).unwrap_or_default();
        let text = if text == "*" { ":" } else { text };
        let quoted = || text.strip_prefix('\'')?.strip_suffix('\'').filter(|key| !key.contains('\''));
        if text.contains(',') {
            let parts = text.split(',').map(|part| action(&format!("[{}]", part.trim_matches(' '))));
            steps.push(Step::Union(parts.collect::<Result<_, _>>()?));
        } else if let Some(key) = quoted() {
            steps.extend(action(&format!(".{key}"))?);
        } else {
            steps.push(Step::Slice(slice(text)?));
        }
        Ok(())
    }

    fn filter(&mut self) -> Result<Step, JsonPathError> {
        self.at += "[?(".len();
        let start = self.at;
        // The first quote and whether it is closed. Later quotes do not open again.
        let (mut quote, mut is_closed) = (None, false);
        loop {
            match (self.next(), quote) {
                (None | Some('\n'), _) => return fail("unterminated filter"),
                (Some(char @ ('"' | '\'')), None) => quote = Some(char),
                (Some(char), Some(opened)) if char == opened && !self.is_escaped() => is_closed = true,
                (Some(')'), opened) if opened.is_some() == is_closed => break,
                (Some(_), _) => {}
            }
        }
        let text = self.text.get(start..self.at - 1).unwrap_or_default();
        if self.next() != Some(']') {
            return fail("unclosed array expect ]");
        }
        Ok(match comparison(text) {
            Some((left, operator, right)) => {
                Step::Filter { left: action(left)?, operator: Some(operator.to_owned()), right: action(right)? }
            }
            None => Step::Filter { left: action(text)?, operator: None, right: Vec::new() },
        })
    }
}

/// Splits `left == right`. Both sides have at least one character: the right side takes it from the operator.
fn comparison(text: &str) -> Option<(&str, &str, &str)> {
    let is_operator = |char| matches!(char, '!' | '<' | '>' | '=');
    let start = text.find(is_operator).filter(|start| *start > 0)?;
    let (left, rest) = text.split_at(start);
    let length = rest.find(|char| !is_operator(char)).unwrap_or(rest.len() - 1);
    let (operator, right) = rest.split_at(length);
    (!operator.is_empty()).then_some((left, operator, right))
}

fn slice(text: &str) -> Result<Slice, JsonPathError> {
    let parts: Vec<&str> = text.split(':').collect();
    let is_number = |part: &&str| part.strip_prefix('-').unwrap_or(part).bytes().all(|byte| byte.is_ascii_digit());
    if parts.len() > 3 || !parts.iter().all(is_number) {
        return fail(format_args!("invalid array index {text}"));
    }
    let part = |at: usize| match parts.get(at) {
        None | Some(&"") => Ok(None),
        Some(text) => match text.parse::<i64>() {
            Ok(number) => Ok(Some(number)),
            Err(_) => fail(format_args!("array index {text} is not a number")),
        },
    };
    Ok(Slice { start: part(0)?, end: part(1)?, step: part(2)?, is_index: parts.len() == 1 })
}

/// Reads the escapes of a text in quotes.
fn unquote(text: &str, quote: char) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let (piece, after) = unquote_char(rest, quote)?;
        match piece {
            Piece::Rune(rune) => out.extend_from_slice(rune.encode_utf8(&mut [0; 4]).as_bytes()),
            Piece::Byte(byte) => out.push(byte),
        }
        rest = after;
    }
    Some(out)
}

/// Returns whether a name ends before a character.
fn is_terminator(char: char) -> bool {
    matches!(char, ' ' | '\t' | '\r' | '\n' | '.' | ',' | '[' | ']' | '$' | '@' | '{' | '}')
}

fn is_digit(char: char) -> bool {
    char.is_ascii_digit()
}

fn is_alphanumeric(char: char) -> bool {
    char == '_' || char.is_alphanumeric()
}
