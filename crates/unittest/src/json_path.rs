//! The paths of assertions: JSONPath as the Go library yaml-jsonpath 0.4.0 has it.
//!
//! helm-unittest replaces version 0.3.2 of VMware by its own fork, in which descendants come before the node itself. No
//! crate has its rules: names without quotes that may have any sign but few, filters on mappings, `~` for keys.

mod filter;
mod lexeme;
mod lexer;
mod names;
pub mod near;
mod nodes;
mod subscript;
mod typed;

use std::fmt;

use mkmanifests_gotmpl::Value;
use mkmanifests_yaml::diagnostic::SourceId;

use crate::go_yaml;
use filter::Filter;
use lexeme::{Kind, Lexeme};

/// The error of a path, in the words of the library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error(String);

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

/// A path.
#[derive(Debug, Clone)]
pub struct Path(Vec<Step>);

/// A step from nodes to other nodes.
#[derive(Debug, Clone)]
enum Step {
    /// The value of a key.
    Child(String),
    /// The values of keys, or the items of a list.
    AllChildren,
    /// The values of several keys.
    Children(Vec<String>),
    /// Items of a list; for `*` also the values of a mapping.
    Subscript(String),
    /// All nodes below a node, also keys, and the node itself as the last one.
    Descendants,
    /// The items of a list that match, or the node itself.
    Filter(Filter),
    /// The node itself if it matches.
    FilterSelf(Filter),
    /// A key.
    Key(String),
    /// Several keys.
    Keys(Vec<String>),
    /// All keys.
    AllKeys,
}

/// How deep filters may be nested. The library has no limit.
const MAX_NESTING: usize = 200;

impl Path {
    /// Parses a path.
    ///
    /// # Errors
    /// The syntax of the path.
    pub fn parse(path: &str) -> Result<Path, Error> {
        if path.matches(['(', '!']).count() > MAX_NESTING {
            return Err(Error(format!("the path has more than {MAX_NESTING} brackets and negations")));
        }
        let lexemes = lexer::lex(path);
        let mut rest = lexemes.as_slice();
        let mut steps = Vec::new();
        while let Some((first, after)) = rest.split_first() {
            rest = after;
            let text = first.text.as_str();
            match first.kind {
                Kind::Error => return Err(Error(first.text.clone())),
                Kind::Identity | Kind::End => break,
                Kind::Root => {}
                Kind::RecursiveDescent => {
                    steps.push(Step::Descendants);
                    match text.strip_prefix("..").unwrap_or(text) {
                        "" => {}
                        name => steps.push(names::child(name)),
                    }
                }
                Kind::DotChild => steps.push(names::child(text.strip_prefix('.').unwrap_or(text))),
                Kind::UndottedChild => steps.push(names::child(text)),
                Kind::BracketChild => steps.push(Step::Children(names::in_brackets(text))),
                Kind::ArraySubscript => steps.push(Step::Subscript(within(text, "]").to_owned())),
                Kind::FilterBegin | Kind::RecursiveFilterBegin => {
                    let (filter, after) = filter_of(rest)?;
                    rest = after;
                    let is_recursive = first.kind == Kind::RecursiveFilterBegin;
                    steps.push(if is_recursive { Step::FilterSelf(filter) } else { Step::Filter(filter) });
                }
                Kind::PropertyName => {
                    let name = text.strip_prefix('.').unwrap_or(text);
                    steps.push(Step::Key(names::unescape(name.strip_suffix('~').unwrap_or(name))));
                }
                Kind::BracketPropertyName => {
                    let text = text.trim();
                    steps.push(Step::Keys(names::in_brackets(text.strip_suffix('~').unwrap_or(text))));
                }
                Kind::SubscriptPropertyName => steps.push(Step::AllKeys),
                _ => return Err(Error("invalid path syntax".to_owned())),
            }
        }
        Ok(Path(steps))
    }

    /// Returns the values at the path, in the order of the library. Numbers are those that go-yaml reads again after it
    /// wrote the document: the float `1.0` is the integer 1.
    pub fn find(&self, document: &Value) -> Vec<Value> {
        self.nodes(document).iter().map(nodes::read_again).collect()
    }
}

/// Returns the text between the opening bracket and an end.
fn within<'t>(text: &'t str, end: &str) -> &'t str {
    let text = text.strip_prefix('[').unwrap_or(text);
    text.strip_suffix(end).unwrap_or(text)
}

/// Returns the filter whose lexemes come next, and the lexemes after it.
fn filter_of(lexemes: &[Lexeme]) -> Result<(Filter, &[Lexeme]), Error> {
    let mut level = 1;
    for (at, lexeme) in lexemes.iter().enumerate() {
        match lexeme.kind {
            Kind::FilterBegin => level += 1,
            Kind::FilterEnd if level == 1 => {
                let (inside, rest) = lexemes.split_at(at);
                return Ok((filter::parse(inside), rest.get(1..).unwrap_or_default()));
            }
            Kind::FilterEnd => level -= 1,
            Kind::Error => return Err(Error(lexeme.text.clone())),
            _ => {}
        }
    }
    Err(Error("missing end of filter".to_owned()))
}

/// Returns the values of a document at a path (`GetValueOfSetPath`); the document itself for an empty path.
///
/// # Errors
/// The syntax of the path, and what go-yaml cannot read after it wrote it: a document with a text of several lines that
/// starts with a tab, and values with odd keys.
pub fn find(document: &Value, path: &str) -> Result<Vec<Value>, Error> {
    if path.is_empty() {
        return Ok(vec![document.clone()]);
    }
    let refused = |error: go_yaml::Error| Error(error.to_string());
    if nodes::any(document, &nodes::has_tab_in_block) {
        go_yaml::parse(SourceId::default(), &go_yaml::write(document)).map_err(refused)?;
    }
    let read = |node: &Value| {
        if nodes::any(node, &nodes::has_odd_keys) {
            return go_yaml::read(&go_yaml::write(node)).map_err(refused);
        }
        Ok(nodes::read_again(node))
    };
    Path::parse(path)?.nodes(document).iter().map(read).collect()
}
