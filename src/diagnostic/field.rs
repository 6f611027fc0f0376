//! The path of a field: one type with one printer and one parser.

use std::fmt;

/// One step of a [`FieldPath`].
#[derive(Debug, Clone, PartialEq, Eq)]
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
/// ```
/// use mkmanifests::diagnostic::FieldPath;
/// for text in ["spec.containers[0].image", "metadata.labels[a.b/c]", "[\"a.b\"].c", "a[\"\"]", ""] {
///     assert_eq!(FieldPath::parse(text).to_string(), text);
/// }
/// assert_eq!(FieldPath::from_steps(["env", "0", "a.b"]).to_string(), "env[0][\"a.b\"]");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FieldPath(Vec<Step>);

impl FieldPath {
    /// The object or the values themselves.
    pub const ROOT: FieldPath = FieldPath(Vec::new());

    /// The path as it prints. What follows a bracket that is not closed is taken for a name.
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

    /// The path of names and indices; digits are an index anywhere but at the start.
    pub fn from_steps<'s>(steps: impl IntoIterator<Item = &'s str>) -> FieldPath {
        let mut path = FieldPath::default();
        for step in steps {
            let index =
                step.parse().ok().filter(|_| !path.is_empty() && step.bytes().all(|byte| byte.is_ascii_digit()));
            path.push(index.map_or_else(|| Step::Field(step.to_owned()), Step::Index));
        }
        path
    }

    /// The path of a field of what is here.
    #[must_use]
    pub fn child(&self, name: &str) -> FieldPath {
        let mut path = self.clone();
        path.push(Step::Field(name.to_owned()));
        path
    }

    /// The name at its end.
    pub fn last_name(&self) -> Option<&str> {
        match self.0.last()? {
            Step::Field(name) | Step::Key(name) => Some(name),
            Step::Index(_) => None,
        }
    }

    /// Adds a step.
    pub fn push(&mut self, step: Step) {
        self.0.push(step);
    }

    /// The steps, from the root on.
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// Whether it is the root.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The step in a bracket that has been opened, and what follows it.
fn bracket(text: &str) -> Option<(Step, &str)> {
    if let Some(quoted) = text.strip_prefix('"') {
        let (name, after) = quoted.split_once("\"]")?;
        return Some((Step::Field(name.to_owned()), after));
    }
    let (inside, after) = text.split_once(']')?;
    Some((inside.parse().map_or_else(|_| Step::Key(inside.to_owned()), Step::Index), after))
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
                // Dots in a name would mislead, and nothing would not be seen.
                Step::Field(name) if name.is_empty() || name.contains(['.', '/', ' ', '[']) => write!(f, "[{name:?}]")?,
                Step::Field(name) if at == 0 => f.write_str(name)?,
                Step::Field(name) => write!(f, ".{name}")?,
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Key(key) => write!(f, "[{key}]")?,
            }
        }
        Ok(())
    }
}
