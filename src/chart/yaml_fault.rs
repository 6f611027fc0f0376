//! What go-yaml says about YAML that it cannot read.
//!
//! Our reader's words are better, but templates compare and print the others.

use std::collections::HashSet;

use libyaml_safer::{Error, ErrorKind, EventData, Parser};

/// Go's words for what is wrong with a text; `own` are our reader's, for what only it refuses.
pub(super) fn describe(text: &str, own: &str) -> String {
    match fault(text) {
        Some(message) => format!("yaml: {message}"),
        None if own.contains(".inf") && text.contains("-.inf") => "json: unsupported value: -Inf".into(),
        None if own.contains(".inf") && text.to_lowercase().contains(".inf") => "json: unsupported value: +Inf".into(),
        None if own.contains(".inf") => "json: unsupported value: NaN".into(),
        None => format!("yaml: {own}"),
    }
}

/// The text up to the second document.
pub(super) fn first_document(text: &str) -> &str {
    let mut input = text.as_bytes();
    let mut parser = Parser::new();
    parser.set_input_string(&mut input);
    let mut documents = 0;
    while let Ok(event) = parser.parse() {
        match event.data {
            EventData::DocumentStart { .. } => documents += 1,
            EventData::StreamEnd => break,
            _ => {}
        }
        if documents == 2 {
            // Marks count characters.
            let index = usize::try_from(event.start_mark.index).unwrap_or(usize::MAX);
            let end = text.char_indices().nth(index).map_or(text.len(), |(at, _)| at);
            return text.get(..end).unwrap_or(text);
        }
    }
    text
}

fn fault(text: &str) -> Option<String> {
    let mut input = text.as_bytes();
    let mut parser = Parser::new();
    parser.set_input_string(&mut input);
    let mut anchors = HashSet::new();
    loop {
        let event = match parser.parse() {
            Ok(event) => event,
            Err(error) => return Some(located(&error)),
        };
        match event.data {
            EventData::StreamEnd => return None,
            EventData::Alias { anchor } if !anchors.contains(&anchor) => {
                return Some(format!("unknown anchor '{anchor}' referenced"));
            }
            EventData::Scalar { anchor: Some(anchor), .. }
            | EventData::SequenceStart { anchor: Some(anchor), .. }
            | EventData::MappingStart { anchor: Some(anchor), .. } => {
                anchors.insert(anchor);
            }
            _ => {}
        }
    }
}

/// go-yaml counts lines from 0 but for errors of the scanner, and leaves out the first.
fn located(error: &Error) -> String {
    let beyond_first = |mark: libyaml_safer::Mark| Some(mark.line).filter(|line| *line != 0);
    let line = match error.problem_mark().and_then(beyond_first) {
        Some(line) => Some(line + u64::from(error.kind() == ErrorKind::Scanner)),
        None => error.context_mark().and_then(beyond_first),
    };
    line.map_or_else(String::new, |line| format!("line {line}: ")) + error.problem()
}
