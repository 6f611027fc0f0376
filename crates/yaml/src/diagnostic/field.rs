//! Field paths, with one printer and one parser.

use std::fmt;

/// One step of a [`FieldPath`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Step {
    /// The name of a field.
    Field(String),
    /// The index of an item of a list, from 0.
    Index(usize),
    /// The key of an entry of a mapping whose keys are data: a label, an annotation.
    Key(String),
}

/// A field of an object or of values: `spec.containers[0].image`, `metadata.labels[app]`, `data["a.b"]`.
///
/// Double quotes enclose the name of a field with special characters; single quotes a key that would mean something
/// else without them: `metadata.labels['0']`. [`FieldPath::parse`] reads back every path that this type prints.
///
/// ```
/// use mkmanifests_yaml::diagnostic::FieldPath;
/// for text in ["spec.containers[0].image", "metadata.labels[a.b/c]", "[\"a.b\"].c", "a[\"\"]", ""] {
///     assert_eq!(FieldPath::parse(text).to_string(), text);
/// }
/// assert_eq!(FieldPath::from_steps(["env", "0", "a.b"]).to_string(), "env[0][\"a.b\"]");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct FieldPath(Vec<Step>);

impl FieldPath {
    /// The empty path: the object or the values themselves.
    pub const ROOT: FieldPath = FieldPath(Vec::new());

    /// Parses a path. Never fails: a bracket that is not closed starts a name.
    pub fn parse(text: &str) -> FieldPath {
        let mut path = FieldPath::default();
        let mut rest = text;
        while !rest.is_empty() {
            if let Some((inside, after)) = rest.strip_prefix('[').and_then(bracket) {
                path.push(inside);
                rest = after;
                continue;
            }
            let name = rest.strip_prefix('.').unwrap_or(rest);
            let end =
                name.char_indices().skip(1).find(|(_, c)| matches!(c, '.' | '[')).map_or(name.len(), |(at, _)| at);
            let (name, after) = name.split_at(end);
            path.push(Step::Field(name.to_owned()));
            rest = after;
        }
        path
    }

    /// Creates a path from names and indices. Digits are an index, except as the first step.
    pub fn from_steps<'s>(steps: impl IntoIterator<Item = &'s str>) -> FieldPath {
        let mut path = FieldPath::default();
        for step in steps {
            let index =
                step.parse().ok().filter(|_| !path.is_empty() && step.bytes().all(|byte| byte.is_ascii_digit()));
            path.push(index.map_or_else(|| Step::Field(step.to_owned()), Step::Index));
        }
        path
    }

    /// Returns the path extended by a field.
    #[must_use]
    pub fn child(&self, name: &str) -> FieldPath {
        let mut path = self.clone();
        path.push(Step::Field(name.to_owned()));
        path
    }

    /// Returns the path without its last step.
    #[must_use]
    pub fn parent(&self) -> FieldPath {
        FieldPath(self.0.split_last().map_or_else(Vec::new, |(_, parent)| parent.to_vec()))
    }

    /// Returns the name of the last step; `None` if that is an index.
    pub fn last_name(&self) -> Option<&str> {
        match self.0.last()? {
            Step::Field(name) | Step::Key(name) => Some(name),
            Step::Index(_) => None,
        }
    }

    /// Appends a step.
    pub fn push(&mut self, step: Step) {
        self.0.push(step);
    }

    /// Returns the steps, from the root.
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// Returns whether it is the empty path.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Parses the step after an opening bracket; returns it with the rest of the text.
fn bracket(text: &str) -> Option<(Step, &str)> {
    if let Some(quote @ ('"' | '\'')) = text.chars().next() {
        let (name, after) = quoted(&text[1..], quote)?;
        let step = if quote == '"' { Step::Field(name) } else { Step::Key(name) };
        return Some((step, after.strip_prefix(']')?));
    }
    let (inside, after) = text.split_once(']')?;
    Some((index(inside).map_or_else(|| Step::Key(inside.to_owned()), Step::Index), after))
}

/// Parses an index: digits without leading zeros.
fn index(text: &str) -> Option<usize> {
    text.parse::<usize>().ok().filter(|index| index.to_string() == text)
}

/// Parses the text up to the closing quote; returns it unescaped, with the rest of the text.
fn quoted(text: &str, quote: char) -> Option<(String, &str)> {
    let mut name = String::new();
    let mut chars = text.chars();
    loop {
        match chars.next()? {
            '\\' => name.push(escaped(&mut chars)?),
            end if end == quote => return Some((name, chars.as_str())),
            other => name.push(other),
        }
    }
}

/// Parses an escape of [`str::escape_debug`] after its backslash.
fn escaped(chars: &mut std::str::Chars<'_>) -> Option<char> {
    Some(match chars.next()? {
        't' => '\t',
        'r' => '\r',
        'n' => '\n',
        '0' => '\0',
        'u' => {
            let (digits, after) = chars.as_str().strip_prefix('{')?.split_once('}')?;
            *chars = after.chars();
            char::from_u32(u32::from_str_radix(digits, 16).ok()?)?
        }
        itself @ ('\'' | '"' | '\\') => itself,
        _ => return None,
    })
}

/// Returns whether a key in brackets needs no quotes to be parsed as this key.
fn is_plain(key: &str) -> bool {
    !key.contains(']') && !key.starts_with(['"', '\'']) && index(key).is_none()
}

impl FromIterator<Step> for FieldPath {
    fn from_iter<T: IntoIterator<Item = Step>>(steps: T) -> Self {
        FieldPath(steps.into_iter().collect())
    }
}

impl From<&str> for FieldPath {
    fn from(text: &str) -> Self {
        FieldPath::parse(text)
    }
}

impl PartialEq<str> for FieldPath {
    fn eq(&self, text: &str) -> bool {
        self.to_string().as_str() == text
    }
}

impl PartialEq<&str> for FieldPath {
    fn eq(&self, text: &&str) -> bool {
        self == *text
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, step) in self.0.iter().enumerate() {
            match step {
                // A name with dots would be ambiguous, and an empty one invisible.
                Step::Field(name) if name.is_empty() || name.contains(['.', '/', ' ', '[']) => write!(f, "[{name:?}]")?,
                Step::Field(name) if at == 0 => f.write_str(name)?,
                Step::Field(name) => write!(f, ".{name}")?,
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Key(key) if is_plain(key) => write!(f, "[{key}]")?,
                Step::Key(key) => write!(f, "['{}']", key.escape_debug())?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{Strategy, any, prop_oneof, proptest};

    use super::{FieldPath, Step};

    /// Names with many of the characters that have a meaning in paths.
    fn name() -> impl Strategy<Value = String> {
        prop_oneof![r#"[\[\].'"\\/ 0-2a{}u\n\u{301}]{0,6}"#, ".*"]
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            name().prop_map(Step::Field),
            name().prop_map(Step::Key),
            any::<usize>().prop_map(Step::Index),
            (0usize..20).prop_map(Step::Index),
        ]
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read_back(steps in proptest::collection::vec(step(), 0..5)) {
            let path: FieldPath = steps.into_iter().collect();
            let text = path.to_string();
            assert_eq!(FieldPath::parse(&text), path, "{text}");
        }
    }

    #[test]
    fn quotes_distinguish_names_keys_and_indices() {
        let path = |steps: Vec<Step>| steps.into_iter().collect::<FieldPath>().to_string();
        let field = |name: &str| Step::Field(name.to_owned());
        let key = |name: &str| Step::Key(name.to_owned());
        assert_eq!(path(vec![field("data"), field(r#"a"].b"#)]), r#"data["a\"].b"]"#);
        assert_eq!(path(vec![field("labels"), key("a.b/c")]), "labels[a.b/c]");
        assert_eq!(path(vec![field("labels"), key("a]")]), "labels['a]']");
        assert_eq!(path(vec![field("labels"), key("0")]), "labels['0']");
        assert_eq!(path(vec![field("items"), Step::Index(0)]), "items[0]");
    }
}
