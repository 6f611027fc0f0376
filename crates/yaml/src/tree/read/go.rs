//! What Go programs say about YAML that they cannot read.
//!
//! The reader's own words are better, but templates compare and print the others. go-yaml reads the whole document
//! before it decodes the values; then keys become text, and all of it JSON. The first step that fails has the word.

use super::super::YamlCode;

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
    pub code: YamlCode,
    pub message: String,
    pub stage: Stage,
    pub go: String,
}

/// What Go says of the mistake that it finds first.
#[derive(Debug, Clone, Default)]
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
