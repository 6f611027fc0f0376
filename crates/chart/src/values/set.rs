//! Parses Helm's `--set` flags, and applies them to a tree.
//!
//! The grammar is the one that Helm documents under "The Format and Limitations of --set". As in Helm's parser, a flag
//! with an empty name (`=x`, `[0]=x`) or an incomplete one (`a.`, `a[0`) has no effect.

mod assign;
mod json;
mod parse;

use std::cell::Cell;
use std::fmt;

use super::ValuesCode;
use crate::behaviour::{Behaviour, Change};
use mkmanifests_yaml::diagnostic::{Code, Diagnostic, Location, SourceId, Sources};
use mkmanifests_yaml::tree::{Kind, Map, Node};

/// The largest list index, as in Helm.
pub const MAX_INDEX: usize = 65_536;

/// The most list items that indices in flags may add in total.
pub const MAX_ITEMS: usize = 1_000_000;

/// The most dots in a name, as in Helm.
pub const MAX_NAMES: usize = 30;

/// The flags, in the order in which Helm applies them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Flag {
    /// `--set-json`: `name=JSON`, several separated by commas, or one JSON object.
    SetJson,
    /// `--set`: `name=value`, several separated by commas. Integers, booleans and `null` are recognized.
    Set,
    /// `--set-string`: as `--set`, but every value is a string.
    SetString,
    /// `--set-file`: as `--set-string`, but the value is the path of a file with the text.
    SetFile,
    /// `--set-literal`: one `name=value`, in which commas and backslashes are not special.
    SetLiteral,
}

impl Flag {
    /// Returns the flag as it is written on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Flag::SetJson => "--set-json",
            Flag::Set => "--set",
            Flag::SetString => "--set-string",
            Flag::SetFile => "--set-file",
            Flag::SetLiteral => "--set-literal",
        }
    }
}

impl fmt::Display for Flag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Reads the file that a path names.
type ReadFile<'r> = &'r mut dyn FnMut(&str) -> Result<Vec<u8>, String>;

/// The text of a flag, with locations in it.
#[derive(Clone, Copy)]
struct Text<'t> {
    text: &'t str,
    source: SourceId,
    /// The last position whose line and column were counted: flags are read from left to right.
    counted: &'t Cell<Counted>,
    /// How many more items may be added to lists.
    room: &'t Cell<usize>,
}

/// A byte position in a text, with its line and column from 0.
#[derive(Debug, Clone, Copy, Default)]
struct Counted {
    at: usize,
    line: usize,
    column: usize,
}

impl Counted {
    /// Advances to `at`.
    fn advance(self, text: &str, at: usize) -> Counted {
        let between = text.get(self.at..at).unwrap_or_default();
        match between.rsplit_once('\n') {
            Some((lines, last)) => {
                let line = self.line + lines.matches('\n').count() + 1;
                Counted { at, line, column: last.chars().count() }
            }
            None => Counted { at, line: self.line, column: self.column + between.chars().count() },
        }
    }
}

impl Text<'_> {
    fn location(self, at: usize) -> Location {
        let at = at.min(self.text.len());
        let counted = self.counted.get();
        let start = if counted.at <= at { counted } else { Counted::default() };
        let here = start.advance(self.text, at);
        self.counted.set(here);
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX).saturating_add(1);
        Location::new(self.source, count(here.line), count(here.column))
    }

    /// Counts items that are added to a list.
    ///
    /// # Errors
    /// More than [`MAX_ITEMS`] items.
    fn take_room(self, items: usize, location: Location) -> Result<(), Box<Diagnostic>> {
        let left = self.room.get().checked_sub(items).ok_or_else(|| {
            let message = format!("the indices of flags add more than {MAX_ITEMS} list items");
            Box::new(Diagnostic::error(ValuesCode::LimitExceeded, message).at(location))
        })?;
        self.room.set(left);
        Ok(())
    }

    fn error(self, code: impl Into<Code>, at: usize, message: impl Into<String>) -> Diagnostic {
        Diagnostic::error(code, message).at(self.location(at))
    }
}

/// Applies the text of a flag to a tree of values, which is a mapping. The text is added to `sources` under the flag's
/// name, and new values have their location in it. `read_file` reads the files of `--set-file`.
///
/// ```
/// use mkmanifests_yaml::diagnostic::Sources;
/// use mkmanifests_yaml::tree::{Map, Node};
/// use mkmanifests_chart::values::{Flag, apply};
/// let mut root = Node::from(Map::new());
/// let mut no_files = |_: &str| Err("there are no files".to_owned());
/// apply(&mut root, Flag::Set, r"a.b=1,c[1]={x,y},d=1\,5", &mut Sources::default(), &mut no_files).unwrap();
/// assert_eq!(serde_json::to_string(&root).unwrap(), r#"{"a":{"b":1},"c":[null,["x","y"]],"d":"1,5"}"#);
/// ```
///
/// # Errors
///
/// A syntax error, a limit, a file that cannot be read, or a name that goes through a value that is neither a mapping
/// nor a list. Assignments before the error have been applied.
pub fn apply(
    root: &mut Node,
    flag: Flag,
    text: &str,
    sources: &mut Sources,
    read_file: &mut dyn FnMut(&str) -> Result<Vec<u8>, String>,
) -> Result<(), Vec<Diagnostic>> {
    apply_within(root, (flag, text), Behaviour::default(), sources, read_file, &Cell::new(MAX_ITEMS))
}

/// Applies a flag as [`apply`] does. Several flags share `room`, the number of items that may be added to lists.
pub(super) fn apply_within(
    root: &mut Node,
    (flag, text): (Flag, &str),
    helm: Behaviour,
    sources: &mut Sources,
    read_file: ReadFile<'_>,
    room: &Cell<usize>,
) -> Result<(), Vec<Diagnostic>> {
    let counted = Cell::default();
    let text = Text { text, source: sources.add(flag.name(), text), counted: &counted, room };
    if root.as_map().is_none() {
        *root = Node::new(Kind::Map(Map::new()), root.location);
    }
    if flag == Flag::SetJson && helm.has(Change::SetJsonObjects) && text.text.trim_start().starts_with('{') {
        return json::merge_object(root, text).map_err(|diagnostic| vec![*diagnostic]);
    }
    parse::Parser::new(text, flag, read_file).run(root).map_err(|diagnostic| vec![*diagnostic])
}
