//! Go's syntax of regular expressions, read as Go reads it and written as the `regex` crate understands it.
//!
//! The two are both RE2's, but differ in what is Unicode (`\d`, `\w`, `\b` are not in Go), in what is refused, and
//! in small things (`\Q..\E`, `{` as a literal, octal escapes, a duplicate group name). What is written has no
//! flags that reach further than one atom, so none of the crate's own defaults matter.

use super::class;

/// Go's limit on counts, and on counts of counts.
const MOST_REPEATS: u64 = 1000;
/// Go's limit on the depth of a pattern.
const DEEPEST: usize = 1000;

/// The reason why a pattern is invalid.
#[derive(Debug)]
pub(super) struct SyntaxError {
    /// Go's words.
    pub what: &'static str,
    /// The part of the pattern that they are about.
    pub at: String,
}

pub(super) fn fault<T>(what: &'static str, at: &str) -> Result<T, SyntaxError> {
    Err(SyntaxError { what, at: at.to_owned() })
}

/// A pattern for the `regex` crate.
#[derive(Debug)]
pub(super) struct Translated {
    pub pattern: String,
    /// The names of the groups, from group 1 on.
    pub names: Vec<Option<String>>,
}

#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Flags {
    pub fold_case: bool,
    multi_line: bool,
    dot_newline: bool,
    non_greedy: bool,
}

/// The last thing that a repetition could repeat.
#[derive(Debug, Clone, Copy)]
struct Atom {
    /// Where it begins in the output.
    start: usize,
    /// How often its innermost part is repeated at most by counts, all multiplied.
    count: u64,
    height: usize,
}

#[derive(Debug)]
struct Group {
    flags: Flags,
    start: usize,
    captures: bool,
    /// Of the atoms in it so far.
    count: u64,
    height: usize,
}

struct Parser<'a> {
    whole: &'a str,
    out: String,
    names: Vec<Option<String>>,
    flags: Flags,
    open: Vec<Group>,
    /// The pattern itself, as a group.
    top: Group,
    last: Option<Atom>,
}

/// Translates a pattern.
pub(super) fn translate(text: &str) -> Result<Translated, SyntaxError> {
    let top = Group { flags: Flags::default(), start: 0, captures: false, count: 1, height: 0 };
    let mut parser = Parser {
        whole: text,
        out: String::with_capacity(text.len() * 2),
        names: Vec::new(),
        flags: Flags::default(),
        open: Vec::new(),
        top,
        last: None,
    };
    parser.run(text)?;
    if !parser.open.is_empty() {
        return fault("missing closing )", text);
    }
    Ok(Translated { pattern: parser.out, names: parser.names })
}

/// The part of `text` before its end `rest`.
pub(super) fn before<'a>(text: &'a str, rest: &str) -> &'a str {
    text.get(..text.len() - rest.len()).unwrap_or_default()
}

impl<'a> Parser<'a> {
    fn run(&mut self, text: &'a str) -> Result<(), SyntaxError> {
        let mut rest = text;
        let mut last_repeat: Option<&str> = None;
        while let Some(first) = rest.chars().next() {
            let after = rest.get(first.len_utf8()..).unwrap_or_default();
            let mut repeat = None;
            let next = match first {
                '(' if after.starts_with('?') => self.perl_group(rest)?,
                '(' => self.open_group(after, Some(None)),
                '|' => self.alternative(after),
                ')' => self.close_group(after)?,
                '^' if self.flags.multi_line => self.atom("(?m:^)", after),
                '^' => self.atom(r"\A", after),
                '$' if self.flags.multi_line => self.atom("(?m:$)", after),
                '$' => self.atom(r"\z", after),
                '.' if self.flags.dot_newline => self.atom("(?s:.)", after),
                '.' => self.atom(r"[^\n]", after),
                '[' => {
                    let (class, after) = class::bracketed(rest, self.flags)?;
                    self.atom(&class, after)
                }
                '*' | '+' | '?' => {
                    repeat = Some(rest);
                    let operator = before(rest, after).to_owned();
                    self.repeat(&operator, None, rest, after, last_repeat)?
                }
                '{' => match count(rest) {
                    None => self.literal('{', after),
                    Some((least, most, after)) => {
                        repeat = Some(rest);
                        self.counted(least, most, rest, after, last_repeat)?
                    }
                },
                '\\' => self.escape(rest)?,
                char => self.literal(char, after),
            };
            rest = next;
            last_repeat = repeat;
        }
        Ok(())
    }

    fn group(&mut self) -> &mut Group {
        self.open.last_mut().unwrap_or(&mut self.top)
    }

    fn push(&mut self, text: &str, count: u64, height: usize) {
        self.last = Some(Atom { start: self.out.len(), count, height });
        self.out.push_str(text);
        let group = self.group();
        group.count = group.count.max(count);
        group.height = group.height.max(height);
    }

    fn atom(&mut self, text: &str, after: &'a str) -> &'a str {
        self.push(text, 1, 1);
        after
    }

    fn literal(&mut self, char: char, after: &'a str) -> &'a str {
        let text = class::literal(u32::from(char), self.flags);
        self.atom(&text, after)
    }

    /// `captures` holds the name of a capturing group, if it has one.
    fn open_group(&mut self, after: &'a str, captures: Option<Option<&str>>) -> &'a str {
        let (flags, start) = (self.flags, self.out.len());
        self.open.push(Group { flags, start, captures: captures.is_some(), count: 1, height: 0 });
        self.out.push_str(if captures.is_some() { "(" } else { "(?:" });
        if let Some(name) = captures {
            self.names.push(name.map(str::to_owned));
        }
        self.last = None;
        after
    }

    fn alternative(&mut self, after: &'a str) -> &'a str {
        self.out.push('|');
        self.last = None;
        after
    }

    fn close_group(&mut self, after: &'a str) -> Result<&'a str, SyntaxError> {
        let Some(group) = self.open.pop() else { return fault("unexpected )", self.whole) };
        self.flags = group.flags;
        self.out.push(')');
        let height = group.height + usize::from(group.captures);
        if height > DEEPEST || self.open.len() > DEEPEST {
            return fault("expression nests too deeply", self.whole);
        }
        let outer = self.group();
        outer.count = outer.count.max(group.count);
        outer.height = outer.height.max(height);
        self.last = Some(Atom { start: group.start, count: group.count, height });
        Ok(after)
    }

    fn counted(
        &mut self,
        least: u64,
        most: Option<u64>,
        text: &'a str,
        after: &'a str,
        last_repeat: Option<&str>,
    ) -> Result<&'a str, SyntaxError> {
        if least > MOST_REPEATS || most.is_some_and(|most| most > MOST_REPEATS || most < least) {
            return fault("invalid repeat count", before(text, after));
        }
        let operator = match most {
            Some(most) => format!("{{{least},{most}}}"),
            None => format!("{{{least},}}"),
        };
        let times = match most {
            Some(0) => 0,
            most => most.unwrap_or(least).max(1),
        };
        self.repeat(&operator, Some((times, least.max(most.unwrap_or(0)))), text, after, last_repeat)
    }

    /// Repeats the last atom. `times` is by how much a count multiplies, and its larger number.
    fn repeat(
        &mut self,
        operator: &str,
        times: Option<(u64, u64)>,
        text: &'a str,
        after: &'a str,
        last_repeat: Option<&str>,
    ) -> Result<&'a str, SyntaxError> {
        let lazy = after.strip_prefix('?');
        let after = lazy.unwrap_or(after);
        if let Some(last) = last_repeat {
            return fault("invalid nested repetition operator", before(last, after));
        }
        let Some(atom) = self.last else {
            return fault("missing argument to repetition operator", before(text, after));
        };
        let count = atom.count * times.map_or(1, |(times, _)| times);
        if count > MOST_REPEATS && times.is_some_and(|(_, larger)| larger >= 2) {
            return fault("invalid repeat count", before(text, after));
        }
        if atom.height >= DEEPEST {
            return fault("expression nests too deeply", self.whole);
        }
        let inner = self.out.split_off(atom.start);
        let lazy = if lazy.is_some() != self.flags.non_greedy { "?" } else { "" };
        self.push(&format!("(?:{inner}){operator}{lazy}"), count, atom.height + 1);
        Ok(after)
    }

    /// Reads `(?:`, `(?flags)`, `(?flags:` and `(?P<name>`.
    fn perl_group(&mut self, text: &'a str) -> Result<&'a str, SyntaxError> {
        for opening in ["(?P<", "(?<"] {
            // Go wants something after `(?P<`.
            if let Some(named) = text.strip_prefix(opening).filter(|named| !named.is_empty()) {
                let Some((name, after)) = named.split_once('>') else { return fault("invalid named capture", text) };
                if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
                    return fault("invalid named capture", before(text, after));
                }
                return Ok(self.open_group(after, Some(Some(name))));
            }
        }
        let mut flags = self.flags;
        let (mut on, mut seen) = (true, false);
        let body = text.get(2..).unwrap_or_default();
        let mut rest = body.chars();
        while let Some(char) = rest.next() {
            match char {
                'i' => flags.fold_case = on,
                'm' => flags.multi_line = on,
                's' => flags.dot_newline = on,
                'U' => flags.non_greedy = on,
                '-' if on => (on, seen) = (false, false),
                ':' | ')' if on || seen => {
                    let after = rest.as_str();
                    if char == ':' {
                        self.open_group(after, None);
                    }
                    self.flags = flags;
                    return Ok(after);
                }
                _ => return fault("invalid or unsupported Perl syntax", before(text, rest.as_str())),
            }
            seen |= char != '-';
        }
        fault("invalid or unsupported Perl syntax", text)
    }

    fn escape(&mut self, text: &'a str) -> Result<&'a str, SyntaxError> {
        let after = text.get(2..).unwrap_or_default();
        match text.as_bytes().get(1) {
            Some(b'A') => return Ok(self.atom(r"\A", after)),
            Some(b'z') => return Ok(self.atom(r"\z", after)),
            Some(b'b') => return Ok(self.atom(r"(?-u:\b)", after)),
            Some(b'B') => return Ok(self.atom(r"(?-u:\B)", after)),
            Some(b'C') => return fault("invalid escape sequence", r"\C"),
            Some(b'Q') => {
                let (quoted, after) = after.split_once(r"\E").unwrap_or((after, ""));
                for char in quoted.chars() {
                    self.literal(char, after);
                }
                return Ok(after);
            }
            _ => {}
        }
        if let Some((class, after)) = class::escaped(text)? {
            let class = class::fold(class, self.flags);
            return Ok(self.atom(&class, after));
        }
        let (rune, after) = class::rune_escape(text)?;
        let literal = class::literal(rune, self.flags);
        Ok(self.atom(&literal, after))
    }
}

/// Reads `{n}`, `{n,}`, `{n,m}`: the numbers and what follows. Numbers too big come as `u64::MAX`.
fn count(text: &str) -> Option<(u64, Option<u64>, &str)> {
    let (least, rest) = integer(text.strip_prefix('{')?)?;
    let Some(rest) = rest.strip_prefix(',') else { return Some((least, Some(least), rest.strip_prefix('}')?)) };
    if let Some(after) = rest.strip_prefix('}') {
        return Some((least, None, after));
    }
    let (most, rest) = integer(rest)?;
    Some((least, Some(most), rest.strip_prefix('}')?))
}

fn integer(text: &str) -> Option<(u64, &str)> {
    let end = text.find(|char: char| !char.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at_checked(end).filter(|(digits, _)| !digits.is_empty())?;
    if digits.len() > 1 && digits.starts_with('0') {
        return None;
    }
    Some((digits.parse().unwrap_or(u64::MAX), rest))
}
