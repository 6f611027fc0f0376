//! Splits a path into lexemes. The rules, oddities and messages are those of yaml-jsonpath.

mod conditions;

use mkmanifests_go::quote::{quote, quote_char};

use super::lexeme::{Kind, Lexeme};
use super::subscript;

pub(super) use conditions::regex_of;

/// What the lexer expects; `None` ends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    SubPath,
    OptionalSubscript,
    FilterStart,
    Filter,
    FilterTerm,
    FilterEnd,
}

pub(super) struct Lexer<'p> {
    input: &'p str,
    start: usize,
    at: usize,
    stack: Vec<State>,
    lexemes: Vec<Lexeme>,
    last_start: usize,
    last: Kind,
}

/// Returns the lexemes of a path. The last one is the end or an error.
pub(super) fn lex(path: &str) -> Vec<Lexeme> {
    let mut lexer =
        Lexer { input: path, start: 0, at: 0, stack: Vec::new(), lexemes: Vec::new(), last_start: 0, last: Kind::End };
    let mut state = lexer.begin();
    while let Some(next) = state {
        state = match next {
            State::SubPath => lexer.sub_path(),
            State::OptionalSubscript => lexer.optional_subscript(),
            State::FilterStart => lexer.filter_start(),
            State::Filter => lexer.filter(),
            State::FilterTerm => lexer.filter_term(),
            State::FilterEnd => lexer.filter_end(),
        };
    }
    lexer.lexemes
}

/// The characters that end a child name after a dot.
const AFTER_CHILD: [char; 10] = ['.', '[', ')', ' ', '&', '|', '=', '!', '>', '<'];
const PROPERTY_AT_END: &str = "property name operator may only be used on last child in path";

impl<'p> Lexer<'p> {
    fn rest(&self) -> &'p str {
        self.input.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let next = self.peek();
        self.at += next.map_or(0, char::len_utf8);
        next
    }

    fn is_next(&self, text: &str) -> bool {
        self.rest().starts_with(text)
    }

    fn take(&mut self, text: &str) -> bool {
        let found = self.is_next(text);
        if found {
            self.at += text.len();
        }
        found
    }

    /// Returns the offset after the texts, each of which may have spaces before it.
    fn after_spaced(&self, texts: &[&str]) -> Option<usize> {
        let mut rest = self.rest();
        for text in texts {
            rest = rest.trim_start_matches(char::is_whitespace).strip_prefix(text)?;
        }
        Some(self.input.len() - rest.len())
    }

    fn is_spaced(&self, texts: &[&str]) -> bool {
        self.after_spaced(texts).is_some()
    }

    fn take_spaced(&mut self, texts: &[&str]) -> bool {
        let after = self.after_spaced(texts);
        self.at = after.unwrap_or(self.at);
        after.is_some()
    }

    fn skip_spaces(&mut self) {
        self.at = self.input.len() - self.rest().trim_start_matches(char::is_whitespace).len();
    }

    fn strip_spaces(&mut self) {
        self.skip_spaces();
        self.start = self.at;
    }

    fn value(&self) -> &'p str {
        self.input.get(self.start..self.at).unwrap_or_default()
    }

    /// Returns the last lexeme and what has been read since.
    fn context(&self) -> String {
        quote(self.input.get(self.last_start..self.at).unwrap_or_default().as_bytes())
    }

    fn emit(&mut self, kind: Kind) {
        self.lexemes.push(Lexeme { kind, text: self.value().to_owned() });
        self.last_start = self.start;
        self.start = self.at;
        self.last = kind;
    }

    fn fail(&mut self, message: &str) -> Option<State> {
        let text = format!("{message} at position {}, following {}", self.at, self.context());
        self.fail_raw(text)
    }

    fn fail_raw(&mut self, text: String) -> Option<State> {
        self.lexemes.push(Lexeme { kind: Kind::Error, text });
        None
    }

    fn pop(&mut self) -> Option<State> {
        match self.stack.pop() {
            Some(state) => Some(state),
            None => self.fail("syntax error"),
        }
    }

    fn begin(&mut self) -> Option<State> {
        if self.input.is_empty() {
            return self.end();
        }
        if self.take("$") {
            self.emit(Kind::Root);
        } else {
            self.lexemes.push(Lexeme { kind: Kind::Root, text: "$".to_owned() });
        }
        Some(State::SubPath)
    }

    fn end(&mut self) -> Option<State> {
        self.emit(Kind::Identity);
        self.emit(Kind::End);
        None
    }

    fn sub_path(&mut self) -> Option<State> {
        if self.is_next(")") {
            return self.pop();
        }
        if self.rest().is_empty() {
            return if self.stack.is_empty() { self.end() } else { self.pop() };
        }
        if self.take("..") {
            return self.recursive_descent();
        }
        if self.take(".") {
            return self.child(&AFTER_CHILD, Kind::DotChild);
        }
        if self.is_spaced(&["[", "'"]) || self.is_spaced(&["[", "\""]) {
            return self.bracket_child();
        }
        if self.take("[?(") {
            let recursive = self.last == Kind::RecursiveDescent;
            self.emit(if recursive { Kind::RecursiveFilterBegin } else { Kind::FilterBegin });
            self.stack.push(State::FilterEnd);
            return Some(State::FilterStart);
        }
        if self.is_next("[") {
            return Some(State::OptionalSubscript);
        }
        if self.last == Kind::End {
            const AFTER: [char; 11] = ['.', '[', ']', ')', ' ', '&', '|', '=', '!', '>', '<'];
            return self.child(&AFTER, Kind::UndottedChild);
        }
        self.fail("invalid path syntax")
    }

    fn recursive_descent(&mut self) -> Option<State> {
        let before = self.at;
        while self.peek().is_some_and(|c| !matches!(c, '.' | '[')) {
            self.next();
        }
        if self.at == before && !self.is_next("[") {
            return self.fail("child name or array access or filter missing after recursive descent");
        }
        self.emit(Kind::RecursiveDescent);
        Some(State::SubPath)
    }

    /// Reads a child name up to one of the characters, or `~`.
    fn child(&mut self, ends: &[char], kind: Kind) -> Option<State> {
        let before = self.at;
        while self.peek().is_some_and(|c| c != '~' && !ends.contains(&c)) {
            self.next();
        }
        if self.at == before {
            return self.fail("child name missing");
        }
        if self.take("~") {
            if self.peek().is_some() {
                return self.fail(PROPERTY_AT_END);
            }
            self.emit(Kind::PropertyName);
            return Some(State::SubPath);
        }
        self.emit(kind);
        Some(State::OptionalSubscript)
    }

    /// Reads child names in quotes.
    fn bracket_child(&mut self) -> Option<State> {
        self.take_spaced(&["["]);
        loop {
            self.skip_spaces();
            let quote = if self.next() == Some('"') { "\"" } else { "'" };
            if let Some(message) = self.quoted(quote) {
                return self.fail(&message);
            }
            if !self.take_spaced(&[","]) {
                break;
            }
            if !self.is_spaced(&["'"]) && !self.is_spaced(&["\""]) {
                return self.fail(&format!("missing {} or {}", enquote("'"), enquote("\"")));
            }
        }
        if !self.take_spaced(&["]"]) {
            return self.fail(r#"missing "]" or ",""#);
        }
        if self.take("~") {
            self.emit(Kind::BracketPropertyName);
            if self.peek().is_some() {
                return self.fail(PROPERTY_AT_END);
            }
            return Some(State::SubPath);
        }
        self.emit(Kind::BracketChild);
        Some(State::OptionalSubscript)
    }

    /// Reads up to the closing quote; returns the message of an error.
    fn quoted(&mut self, quote: &str) -> Option<String> {
        loop {
            if self.take(quote) {
                return None;
            }
            if self.take(&format!("\\{quote}")) || self.take("\\\\") {
                continue;
            }
            if self.is_next("\\") {
                return Some(format!("unsupported escape sequence inside {quote}{quote}"));
            }
            if self.next().is_none() {
                return Some(format!("unmatched {}", enquote(quote)));
            }
        }
    }

    fn optional_subscript(&mut self) -> Option<State> {
        let is_other = ["['", "[\"", "[?("].iter().any(|other| self.is_next(other));
        if !is_other && self.take("[") {
            let after = self.at;
            while !self.take("]") {
                if self.next().is_none() {
                    return self.fail("unmatched [");
                }
            }
            if self.at == after + 1 {
                return self.fail_raw(format!("subscript missing from [] before position {}", self.at));
            }
            let text = self.value();
            let index = text.strip_prefix('[').unwrap_or(text);
            if let Err(reason) = subscript::indices(index.strip_suffix(']').unwrap_or(index), 0) {
                let at = self.at;
                return self.fail_raw(format!("invalid array index {text} before position {at}: {reason}"));
            }
            if self.take("~") {
                return self.subscript_property();
            }
            self.emit(Kind::ArraySubscript);
        }
        match self.peek() {
            Some(c @ (' ' | '&' | '|' | '=' | '!' | '>' | '<')) if self.stack.is_empty() => {
                self.fail(&format!("invalid character {}", quote_char(c)))
            }
            Some(' ' | '&' | '|' | '=' | '!' | '>' | '<') => self.pop(),
            _ => Some(State::SubPath),
        }
    }

    fn subscript_property(&mut self) -> Option<State> {
        if self.peek().is_some() {
            return self.fail("property name operator can only be used on last item in path");
        }
        let text = self.value();
        let index = text.strip_prefix('[').unwrap_or(text);
        if index.strip_suffix("]~").unwrap_or(index) != "*" {
            return self.fail("property name operator can only be used on map nodes");
        }
        self.emit(Kind::SubscriptPropertyName);
        Some(State::SubPath)
    }
}

fn enquote(quote: &str) -> String {
    if quote == "'" { "\"'\"".to_owned() } else { "'\"'".to_owned() }
}
