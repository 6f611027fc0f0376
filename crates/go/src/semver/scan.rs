//! Reads the pieces of versions and constraints, as far as they go.

/// Text that is read from the front.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scan<'a> {
    /// What is left.
    pub rest: &'a str,
}

impl<'a> Scan<'a> {
    /// Takes the longest run of characters, if there is any.
    pub fn run(&mut self, wanted: impl Fn(char) -> bool) -> Option<&'a str> {
        let end = self.rest.find(|char| !wanted(char)).unwrap_or(self.rest.len());
        self.take(end).filter(|run| !run.is_empty())
    }

    /// Takes that many bytes.
    pub fn take(&mut self, length: usize) -> Option<&'a str> {
        let (taken, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(taken)
    }

    /// Takes a text, if it is next.
    pub fn text(&mut self, wanted: &str) -> bool {
        self.rest.starts_with(wanted) && self.take(wanted.len()).is_some()
    }

    /// Takes white space (ASCII only, as Go's `\s`); whether there was any.
    pub fn spaces(&mut self) -> bool {
        self.run(is_space).is_some()
    }

    /// Takes a dot and the run after it, or nothing.
    pub fn dotted(&mut self, wanted: impl Fn(char) -> bool) -> Option<&'a str> {
        let mut ahead = *self;
        let run = ahead.text(".").then(|| ahead.run(wanted)).flatten()?;
        *self = ahead;
        Some(run)
    }

    /// Takes a mark and identifiers joined by dots, or nothing.
    pub fn identifiers(&mut self, mark: &str) -> Option<&'a str> {
        let mut ahead = *self;
        if !ahead.text(mark) {
            return None;
        }
        let begin = ahead.rest;
        ahead.run(is_identifier)?;
        while ahead.dotted(is_identifier).is_some() {}
        let length = begin.len() - ahead.rest.len();
        *self = ahead;
        begin.get(..length)
    }
}

fn is_space(char: char) -> bool {
    matches!(char, '\t' | '\n' | '\x0c' | '\r' | ' ')
}

fn is_identifier(char: char) -> bool {
    char.is_ascii_alphanumeric() || char == '-'
}
