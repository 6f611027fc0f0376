//! The lexemes of filters: operands, operators and literals.

use mkmanifests_go::quote::quote;
use mkmanifests_go::regexp::Pattern;

use super::super::lexeme::{Kind, ORDERING, Operator};
use super::{Lexer, State};

impl Lexer<'_> {
    pub(super) fn filter_start(&mut self) -> Option<State> {
        self.strip_spaces();
        if let Some(next) = self.literal() {
            return next;
        }
        if self.take("(") {
            self.emit(Kind::OpenBracket);
            self.stack.push(State::Filter);
            return Some(State::FilterStart);
        }
        let missing = |operator: &str| format!("missing first operand for binary operator {operator}");
        if self.is_next("!=") {
            return self.fail(&missing("!="));
        }
        if self.take("!") {
            self.emit(Kind::Not);
            return Some(State::FilterStart);
        }
        if self.take("@") {
            self.emit(Kind::At);
            if ["=", "!", ">", "<"].iter().any(|operator| self.is_spaced(&[operator])) {
                return Some(State::Filter);
            }
            self.stack.push(State::Filter);
            return Some(State::SubPath);
        }
        if self.take("$") {
            self.emit(Kind::Root);
            self.stack.push(State::Filter);
            return Some(State::SubPath);
        }
        let operators = ["&&", "||", "=="].into_iter().chain(ORDERING.map(Operator::text));
        match operators.into_iter().find(|operator| self.is_next(operator)) {
            Some(operator) => self.fail(&missing(operator)),
            None => self.pop(),
        }
    }

    pub(super) fn filter(&mut self) -> Option<State> {
        self.strip_spaces();
        if self.rest().is_empty() {
            return self.fail("missing end of filter");
        }
        if self.is_next(")]") {
            return self.pop();
        }
        if self.take(")") {
            self.emit(Kind::CloseBracket);
            return self.pop();
        }
        for (text, kind) in [("&&", Kind::And), ("||", Kind::Or)] {
            if self.take(text) {
                self.emit(kind);
                self.strip_spaces();
                return Some(State::FilterStart);
            }
        }
        for operator in [Operator::Equal, Operator::NotEqual] {
            if self.take(operator.text()) {
                self.emit(Kind::Compare(operator));
                self.stack.push(State::Filter);
                return Some(State::FilterTerm);
            }
        }
        if self.is_next("=~") {
            if matches!(self.last, Kind::Text | Kind::Integer | Kind::Float) {
                return self.fail("literal cannot be matched using =~");
            }
            self.take("=~");
            self.emit(Kind::Matches);
            self.strip_spaces();
            return self.regex();
        }
        match ORDERING.into_iter().find(|operator| self.is_next(operator.text())) {
            Some(operator) => self.ordering(operator),
            None => self.fail("invalid filter expression"),
        }
    }

    fn ordering(&mut self, operator: Operator) -> Option<State> {
        let message = format!("strings cannot be compared using {}", operator.text());
        if self.last == Kind::Text {
            return self.fail(&message);
        }
        self.take(operator.text());
        self.emit(Kind::Compare(operator));
        self.strip_spaces();
        if self.is_next("'") {
            return self.fail(&message);
        }
        self.stack.push(State::Filter);
        Some(State::FilterTerm)
    }

    pub(super) fn filter_term(&mut self) -> Option<State> {
        self.strip_spaces();
        if self.take("@") {
            self.emit(Kind::At);
            let ends = ["|", "&", ")"].iter().any(|end| self.is_spaced(&[end]));
            return if ends { self.pop() } else { Some(State::SubPath) };
        }
        if self.take("$") {
            self.emit(Kind::Root);
            return Some(State::SubPath);
        }
        match self.literal() {
            Some(next) => next,
            None => self.fail("invalid filter term"),
        }
    }

    pub(super) fn filter_end(&mut self) -> Option<State> {
        if !self.is_next(")]") {
            return self.fail("invalid filter syntax");
        }
        if self.last == Kind::FilterBegin {
            return self.fail("missing filter");
        }
        self.take(")]");
        self.emit(Kind::FilterEnd);
        Some(State::SubPath)
    }

    /// Reads a literal if there is one, and returns the next state.
    fn literal(&mut self) -> Option<Option<State>> {
        let first = self.peek();
        if matches!(first, Some('.' | '-' | '0'..='9')) {
            return Some(self.number());
        }
        if let Some(quote @ ('\'' | '"')) = first {
            return Some(self.text(quote));
        }
        let kind = if self.take_spaced(&["true"]) || self.take_spaced(&["false"]) {
            Kind::Boolean
        } else if self.take_spaced(&["null"]) {
            Kind::Null
        } else {
            return None;
        };
        self.emit(kind);
        Some(Some(State::Filter))
    }

    fn number(&mut self) -> Option<State> {
        let mut float = self.peek() == Some('.');
        loop {
            self.next();
            match self.peek() {
                Some('.' | 'e' | 'E' | '-') => float = true,
                Some('0'..='9') => {}
                _ => break,
            }
        }
        let (text, at) = (self.value(), self.at);
        let (name, function) = if float { ("float", "ParseFloat") } else { ("integer", "Atoi") };
        let reason = if float { float_error(text) } else { integer_error(text) };
        if let Some(reason) = reason {
            let quoted = quote(text.as_bytes());
            return self.fail_raw(format!(
                "invalid {name} literal {quoted}: strconv.{function}: parsing {quoted}: {reason} before position {at}"
            ));
        }
        self.emit(if float { Kind::Float } else { Kind::Integer });
        Some(State::Filter)
    }

    fn text(&mut self, quote: char) -> Option<State> {
        let (at, context) = (self.at, self.context());
        self.next();
        while self.peek() != Some(quote) {
            if self.next().is_none() {
                return self
                    .fail_raw(format!("unmatched string delimiter {quote} at position {at}, following {context}"));
            }
        }
        self.next();
        self.emit(Kind::Text);
        Some(State::Filter)
    }

    fn regex(&mut self) -> Option<State> {
        if !self.is_next("/") {
            return self.fail("regular expression does not start with /");
        }
        let (at, context) = (self.at, self.context());
        let mut escape = false;
        loop {
            if self.next().is_none() {
                let message = format!("unmatched regular expression delimiter / at position {at}, following {context}");
                return self.fail_raw(message);
            }
            if !escape && self.is_next("/") {
                break;
            }
            escape = !escape && self.is_next("\\");
        }
        self.next();
        if let Err(reason) = Pattern::compile(regex_of(self.value()).as_bytes()) {
            return self
                .fail_raw(format!("invalid regular expression at position {at}, following {context}: {reason}"));
        }
        self.emit(Kind::Regex);
        Some(State::Filter)
    }
}

/// Returns the regular expression between slashes.
pub(in crate::json_path) fn regex_of(literal: &str) -> String {
    literal.get(1..literal.len().saturating_sub(1)).unwrap_or_default().replace("\\/", "/")
}

fn float_error(text: &str) -> Option<&'static str> {
    match text.parse::<f64>() {
        Err(_) => Some("invalid syntax"),
        Ok(value) if value.is_infinite() => Some("value out of range"),
        Ok(_) => None,
    }
}

fn integer_error(text: &str) -> Option<&'static str> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() {
        return Some("invalid syntax");
    }
    text.parse::<i64>().is_err().then_some("value out of range")
}
