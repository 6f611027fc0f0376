//! The messages of Go programs for YAML that they cannot read.
//!
//! Our own messages are better, but templates compare and print those of Go. go-yaml parses the whole document before
//! it decodes the values; then keys become text, and all of it JSON. The first step that fails determines the message.

use super::super::YamlCode;

/// The step of a Go program that finds an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    Grammar,
    Decode,
    Convert,
    Encode,
}

/// An error of a value, with our message and that of Go.
#[derive(Debug)]
pub(super) struct ValueError {
    pub code: YamlCode,
    pub message: String,
    pub stage: Stage,
    pub go: String,
}

/// Go's message for the error that it finds first.
#[derive(Debug, Clone, Default)]
pub(super) struct Words(Option<(Stage, String)>);

impl Words {
    /// Records a message, unless Go finds a recorded error earlier. Ignores an empty message: Go has no such error.
    pub fn record(&mut self, stage: Stage, words: String) {
        if !words.is_empty() && self.0.as_ref().is_none_or(|(known, _)| stage < *known) {
            self.0 = Some((stage, words));
        }
    }

    /// Returns the whole message; `own` is our message, for errors that only we report.
    pub fn message(&self, own: &str) -> String {
        match &self.0 {
            None => format!("yaml: {own}"),
            Some((Stage::Grammar | Stage::Decode, words)) => format!("yaml: {words}"),
            Some((Stage::Convert, words)) => format!("unsupported map key of type: {words}"),
            Some((Stage::Encode, words)) => format!("json: unsupported value: {words}"),
        }
    }
}
