//! What a rendering has done, and its limits.

use crate::ast::Pos;
use crate::error::CallError;
use crate::templates::Limits;
use crate::value::{Str, Value};

/// What one rendering has done and may do, with all the templates that it includes.
pub(super) struct Run {
    pub(super) limits: Limits,
    pub(super) steps: u64,
    pub(super) written: usize,
    pub(super) made: usize,
    /// Templates inside one another.
    pub(super) depth: usize,
    /// The names of the templates that functions render right now, the innermost last.
    pub(super) rendering: Vec<Str>,
    /// Room for the texts of templates that functions render: empty, and as large as it once had to be.
    pub(super) spare: Vec<Vec<u8>>,
    /// Templates, blocks and parentheses inside one another, which all take stack.
    pub(super) level: usize,
    /// Where the outermost template wrote what, if somebody wants to know.
    pub(super) trace: Option<Vec<Mark>>,
}

/// From this byte of the output on, a node of the outermost template has written.
pub(super) struct Mark {
    pub(super) offset: usize,
    pub(super) pos: Pos,
    /// Whether it is text, whose lines are lines of the output, and not an action, which may write many.
    pub(super) text: bool,
}

impl Run {
    pub(super) fn new(limits: Limits) -> Run {
        let (rendering, spare) = (Vec::new(), Vec::new());
        Run { limits, steps: 0, written: 0, made: 0, depth: 0, rendering, spare, level: 0, trace: None }
    }

    /// Counts what a function made.
    pub(super) fn make(&mut self, bytes: usize) -> std::result::Result<(), CallError> {
        self.made = self.made.saturating_add(bytes);
        if self.made > self.limits.made {
            let message = format!("the functions of the template make more than {} bytes", self.limits.made);
            return Err(CallError::limit(message));
        }
        Ok(())
    }
}

/// How much memory a text or list takes, roughly. Maps grow by one entry at a time.
pub(super) fn weight(value: &Value) -> usize {
    match value {
        Value::Str(text) => text.len(),
        Value::Bytes(bytes) => bytes.len(),
        Value::List(list) => list.len().saturating_mul(size_of::<Value>()),
        _ => 0,
    }
}
