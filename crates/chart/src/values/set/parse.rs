//! Parses the grammar of the flags: `name.name[index]=value,...`.

use super::assign::{Step, StepKind, assign, find, touch};
use super::{Flag, MAX_INDEX, MAX_NAMES, ReadFile, Text, ValuesCode, json};
use mkmanifests_go::quote::quote;
use mkmanifests_yaml::diagnostic::{Code, Diagnostic};
use mkmanifests_yaml::files::FileCode;
use mkmanifests_yaml::tree::read::MAX_DEPTH;
use mkmanifests_yaml::tree::{Kind, Node};

type Parsed<T> = Result<T, Box<Diagnostic>>;

/// Parses the text of a flag from left to right.
pub(super) struct Parser<'t> {
    text: Text<'t>,
    at: usize,
    flag: Flag,
    read_file: ReadFile<'t>,
}

impl<'t> Parser<'t> {
    pub fn new(text: Text<'t>, flag: Flag, read_file: ReadFile<'t>) -> Self {
        Parser { text, at: 0, flag, read_file }
    }

    /// Parses and applies one `name=value` after the other.
    pub fn run(mut self, root: &mut Node) -> Parsed<()> {
        while !self.rest().is_empty() {
            let Path { steps, ends_early } = self.path()?;
            if ends_early {
                return touch(root, &steps, self.text);
            }
            // Helm's text parsers treat the end of the flag as the end of everything that encloses it.
            let lost = self.rest().is_empty() && !matches!(self.flag, Flag::SetJson | Flag::SetLiteral);
            let value = self.value()?;
            if lost && is_in_new_item(root, &steps) {
                return touch(root, &steps, self.text);
            }
            assign(root, &steps, value, self.text)?;
        }
        Ok(())
    }

    fn rest(&self) -> &'t str {
        self.text.text.get(self.at..).unwrap_or_default()
    }

    fn next(&mut self) -> Option<char> {
        let next = self.rest().chars().next()?;
        self.at += next.len_utf8();
        Some(next)
    }

    fn error(&self, code: impl Into<Code>, at: usize, message: impl Into<String>) -> Box<Diagnostic> {
        Box::new(self.text.error(code, at, message))
    }

    /// Reads the text up to one of `stops`, which is consumed and returned. `\` escapes the next character.
    fn until(&mut self, stops: &[char]) -> (String, Option<char>) {
        let mut text = String::new();
        while let Some(next) = self.next() {
            if stops.contains(&next) {
                return (text, Some(next));
            } else if next == '\\' && self.flag != Flag::SetLiteral {
                text.extend(self.next());
            } else {
                text.push(next);
            }
        }
        (text, None)
    }

    /// Parses a path up to its `=`. As in Helm, a path that ends after a `.` or within an index ends the flag without
    /// an error.
    fn path(&mut self) -> Parsed<Path> {
        let stops: &[char] = if self.flag == Flag::SetLiteral { &['=', '[', '.'] } else { &['=', '[', ',', '.'] };
        let mut steps = Vec::new();
        let mut names = 0;
        loop {
            let start = self.at;
            let (name, mut stop) = self.until(stops);
            if name.is_empty() && stop.is_none() {
                return Ok(Path { steps, ends_early: true });
            }
            if name.is_empty() && stop == Some(',') {
                let diagnostic = self.error(ValuesCode::Syntax, start, "expected `name=value`, found `,`");
                return Err(Box::new(diagnostic.original("key \"\" has no value (cannot end with ,)")));
            }
            let key = quote(name.as_bytes());
            steps.push(self.step(StepKind::Name(name), start)?);
            if stop == Some('.') {
                names += 1;
                if names > MAX_NAMES {
                    let message = format!("the name has more than {MAX_NAMES} dots, Helm's limit");
                    let diagnostic = self.error(ValuesCode::LimitExceeded, start, message);
                    return Err(Box::new(diagnostic.original(format!(
                        "value name nested level is greater than maximum supported nested level of {MAX_NAMES}"
                    ))));
                }
            }
            while stop == Some('[') {
                let start = self.at;
                let Some(index) = self.index()? else { return Ok(Path { steps, ends_early: true }) };
                steps.push(self.step(StepKind::Index(index), start)?);
                if steps.len() > MAX_DEPTH {
                    return Err(self.error(
                        ValuesCode::LimitExceeded,
                        start,
                        format!("the name has more than {MAX_DEPTH} parts"),
                    ));
                }
                stop = self.after_index()?;
                if stop.is_none() {
                    return Ok(Path { steps, ends_early: true });
                }
            }
            match stop {
                Some('=') => return Ok(Path { steps, ends_early: false }),
                Some('.') => {}
                stop => {
                    let end = if stop == Some(',') { " (cannot end with ,)" } else { "" };
                    let original = format!("key {key} has no value{end}");
                    return Err(Box::new(self.missing_value(start).original(original)));
                }
            }
        }
    }

    fn step(&self, kind: StepKind, start: usize) -> Parsed<Step> {
        Ok(Step { kind, location: self.text.location(start) })
    }

    fn missing_value(&self, start: usize) -> Box<Diagnostic> {
        let mut diagnostic = self.error(ValuesCode::Syntax, start, "a value is missing: expected `name=value`");
        let item = self.text.text.get(start..).and_then(|rest| rest.split(',').next()).unwrap_or_default();
        if let Some((name, value)) = item.split_once(':') {
            diagnostic.help.push(format!("separate name and value with `=`, as in `{name}={value}`"));
        } else if self.flag != Flag::SetLiteral {
            let is_after_comma = self.text.text.get(..start).is_some_and(|before| before.contains(','));
            if is_after_comma {
                diagnostic.help.push(r"escape a comma within a value with a backslash: `\,`".to_owned());
            }
            diagnostic.help.push("to set an empty string, end with `=`".to_owned());
        }
        diagnostic
    }

    /// Parses the index up to `]`; `None` if the text ends before it.
    fn index(&mut self) -> Parsed<Option<usize>> {
        let start = self.at;
        let (digits, stop) = self.until(&[']']);
        if stop.is_none() {
            return Ok(None);
        }
        let number: i64 = digits.parse().map_err(|_| {
            let mut diagnostic =
                self.error(ValuesCode::InvalidIndex, start, format!("expected a list index, found {digits:?}"));
            if self.flag != Flag::SetLiteral {
                diagnostic.help.push(r"escape a bracket within a name with a backslash: `\[`".to_owned());
            }
            let digits = quote(digits.as_bytes());
            Box::new(
                diagnostic.original(format!("error parsing index: strconv.Atoi: parsing {digits}: invalid syntax")),
            )
        })?;
        usize::try_from(number).ok().filter(|index| *index <= MAX_INDEX).map(Some).ok_or_else(|| {
            let diagnostic = self.error(
                ValuesCode::InvalidIndex,
                start,
                format!("a list index must be between 0 and {MAX_INDEX}, found {number}"),
            );
            Box::new(diagnostic.original(match number {
                ..0 => format!("negative {number} index not allowed"),
                _ => format!("index of {number} is greater than maximum supported index of {MAX_INDEX}"),
            }))
        })
    }

    fn after_index(&mut self) -> Parsed<Option<char>> {
        let start = self.at;
        match self.next() {
            Some(next @ ('[' | '.' | '=')) => Ok(Some(next)),
            Some(_) => Err(self.error(ValuesCode::Syntax, start, "expected `=`, `.` or `[` after `]`")),
            None => Ok(None),
        }
    }

    fn value(&mut self) -> Parsed<Node> {
        let start = self.at;
        let location = self.text.location(start);
        match self.flag {
            Flag::SetJson => self.json(),
            Flag::SetLiteral => {
                let text = self.rest().to_owned();
                self.at = self.text.text.len();
                Ok(Node::new(Kind::Str(text), location))
            }
            // For Helm, an empty path is an empty text.
            Flag::SetFile if self.rest().is_empty() => Ok(Node::new(Kind::Str(String::new()), location)),
            _ if self.rest().starts_with('{') => self.list(),
            _ => {
                let (text, _) = self.until(&[',']);
                self.typed(text, start)
            }
        }
    }

    /// Parses `{a,b}` and a comma after it.
    fn list(&mut self) -> Parsed<Node> {
        let open = self.at;
        let location = self.text.location(open);
        self.at += 1;
        let mut items = Vec::new();
        loop {
            let start = self.at;
            let (text, stop) = self.until(&[',', '}']);
            if stop.is_none() {
                let diagnostic = self.error(ValuesCode::Syntax, open, "the closing `}` of the list is missing");
                let diagnostic = diagnostic.original("list must terminate with '}'");
                return Err(Box::new(diagnostic.help("quote the value if the shell split it: `--set 'key={a,b}'`")));
            }
            items.push(self.typed(text, start)?);
            if stop == Some('}') {
                if self.rest().starts_with(',') {
                    self.at += 1;
                }
                return Ok(Node::new(Kind::Seq(items), location));
            }
        }
    }

    fn typed(&mut self, text: String, start: usize) -> Parsed<Node> {
        let kind = match self.flag {
            Flag::Set => typed(text),
            Flag::SetFile => self.file(&text, start)?,
            _ => Kind::Str(text),
        };
        Ok(Node::new(kind, self.text.location(start)))
    }

    fn file(&mut self, path: &str, start: usize) -> Parsed<Kind> {
        let bytes = (self.read_file)(path).map_err(|reason| {
            let message = format!("cannot read the file `{path}`: {reason}");
            let diagnostic = self.error(FileCode::Unreadable, start, message);
            Box::new(diagnostic.original(format!("open {path}: {reason}")))
        })?;
        Ok(match String::from_utf8(bytes) {
            Ok(text) => Kind::Str(text),
            Err(error) => Kind::Raw(error.into_bytes().into()),
        })
    }

    /// Parses a JSON value, and blanks and a comma after it. An empty value is `null`.
    fn json(&mut self) -> Parsed<Node> {
        let start = self.at;
        if self.blanks_and_comma() {
            return Ok(Node::new(Kind::Null, self.text.location(start)));
        }
        let (node, length) = json::value(self.text, self.at)?;
        self.at += length;
        self.blanks_and_comma();
        Ok(node)
    }

    /// Skips blanks and one comma. Returns whether a comma or the end was found.
    fn blanks_and_comma(&mut self) -> bool {
        let rest = self.rest();
        let trimmed = rest.trim_start();
        self.at += rest.len() - trimmed.len();
        if trimmed.starts_with(',') {
            self.at += 1;
        }
        trimmed.is_empty() || trimmed.starts_with(',')
    }
}

/// The path before a `=`.
struct Path {
    steps: Vec<Step>,
    /// Whether the text ends before the `=`.
    ends_early: bool,
}

/// Returns whether the path names a key in a list item that is not yet a mapping.
fn is_in_new_item(root: &Node, steps: &[Step]) -> bool {
    let item = steps.iter().rposition(|step| matches!(step.kind, StepKind::Index(_)));
    item.filter(|item| item + 1 < steps.len())
        .is_some_and(|item| find(root, &steps[..=item]).is_none_or(|node| node.as_map().is_none()))
}

/// Converts a value as `--set` does: to a boolean, `null`, an integer without leading zeros, or text, and never to a
/// float.
fn typed(text: String) -> Kind {
    let is = |word: &str| text.eq_ignore_ascii_case(word);
    if is("true") || is("false") {
        return Kind::Bool(is("true"));
    } else if is("null") {
        return Kind::Null;
    } else if text == "0" {
        return Kind::Int(0);
    }
    let integer = if text.starts_with('0') { None } else { text.parse().ok() };
    integer.map_or(Kind::Str(text), Kind::Int)
}
