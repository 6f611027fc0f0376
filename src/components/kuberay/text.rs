//! YAML inside YAML: the runtime environment of a job and the configuration of Ray Serve, which KubeRay takes as text.

use serde::Serialize;

use crate::diagnostic::{Diagnostic, Sources};
use crate::tree::write::{Error, Order, Style, to_string};
use crate::tree::{Node, read};

/// One entry per line, so that differences are easy to read.
const STYLE: Style = Style { width: None, order: Order::Natural };

/// Writes a value as the text of a YAML document, the same for the same value.
pub(super) fn write<T: Serialize>(value: &T) -> Result<String, Error> {
    to_string(value, STYLE)
}

/// Reads a text that has to be a YAML mapping.
///
/// # Errors
///
/// The first problem, with its line in the text.
pub(super) fn read(text: &str) -> Result<Node, String> {
    let mut sources = Sources::default();
    read::values(&mut sources, "text", text.as_bytes()).map_err(|problems| problem(&problems))
}

fn problem(problems: &[Diagnostic]) -> String {
    match problems.first() {
        Some(first) if first.location.line > 0 => {
            format!("must be a YAML mapping; line {} of the text: {}", first.location.line, first.reason)
        }
        Some(first) => format!("must be a YAML mapping: {}", first.reason),
        None => "must be a YAML mapping".to_owned(),
    }
}
