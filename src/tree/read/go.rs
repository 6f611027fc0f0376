//! What Go programs say about YAML that they cannot read.
//!
//! The reader's own words are better, but templates compare and print the others. go-yaml reads the whole document
//! before it decodes the values; then keys become text, and all of it JSON. The first step that fails has the word.

use super::super::{Kind, Node};

/// The step of a Go program that finds a mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    Grammar,
    Decode,
    Convert,
    Encode,
}

/// What is wrong with a value, in our words and in those of Go.
#[derive(Debug)]
pub(super) struct Wrong {
    pub message: String,
    pub stage: Stage,
    pub go: String,
}

/// What Go says of the mistake that it finds first.
#[derive(Debug, Default)]
pub(super) struct Words(Option<(Stage, String)>);

impl Words {
    /// Keeps the words, unless a mistake is known that Go finds before; no words are no mistake to it.
    pub fn say(&mut self, stage: Stage, words: String) {
        if !words.is_empty() && self.0.as_ref().is_none_or(|(known, _)| stage < *known) {
            self.0 = Some((stage, words));
        }
    }

    /// The whole message; `own` are our words, for what only we refuse.
    pub fn message(&self, own: &str) -> String {
        match &self.0 {
            None => format!("yaml: {own}"),
            Some((Stage::Grammar | Stage::Decode, words)) => format!("yaml: {words}"),
            Some((Stage::Convert, words)) => format!("unsupported map key of type: {words}"),
            Some((Stage::Encode, words)) => format!("json: unsupported value: {words}"),
        }
    }
}

/// What go-yaml says of a key that is no scalar.
pub(super) fn invalid_key(node: &Node) -> String {
    format!("invalid map key: {}", syntax(node, true))
}

/// A value as Go's `%#v` shows it; `bare` is whether it stands in no other. Keys are text here already, so that those
/// that were numbers or booleans get quotes which Go does not show, and those that cannot be keys are missing.
pub(super) fn syntax(node: &Node, bare: bool) -> String {
    match &node.kind {
        Kind::Null if bare => "<nil>".to_owned(),
        Kind::Null => "interface {}(nil)".to_owned(),
        Kind::Bool(value) => value.to_string(),
        Kind::Int(value) => value.to_string(),
        Kind::UInt(value) => format!("{value:#x}"),
        Kind::Float(value) => value.to_string(),
        Kind::Str(text) => format!("{text:?}"),
        Kind::Raw(bytes) => format!("{:?}", String::from_utf8_lossy(bytes)),
        Kind::Seq(items) => {
            let items: Vec<String> = items.iter().map(|item| syntax(item, false)).collect();
            format!("[]interface {{}}{{{}}}", items.join(", "))
        }
        Kind::Map(map) => {
            let mut entries: Vec<_> = map.entries().iter().collect();
            entries.sort_by(|one, other| one.key.cmp(&other.key));
            let entry = |entry: &&super::super::Entry| format!("{:?}:{}", entry.key, syntax(&entry.value, false));
            let entries: Vec<String> = entries.iter().map(entry).collect();
            format!("map[interface {{}}]interface {{}}{{{}}}", entries.join(", "))
        }
    }
}
