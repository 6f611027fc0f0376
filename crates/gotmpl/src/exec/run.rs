//! Counts the work of a rendering against its limits.

use crate::ast::Pos;
use crate::error::CallError;
use crate::templates::Limits;
use crate::value::{Str, Value};

/// The work and limits of one rendering, with all templates that it includes.
pub(super) struct Run {
    pub(super) limits: Limits,
    pub(super) steps: u64,
    pub(super) written: usize,
    pub(super) allocated: usize,
    /// How deep templates are nested.
    pub(super) depth: usize,
    /// The names of the templates that functions are rendering, the innermost last.
    pub(super) rendering: Vec<Str>,
    /// Empty buffers for the output of templates that functions render, kept for their capacity.
    pub(super) spare: Vec<Vec<u8>>,
    /// How deep templates, blocks and parentheses are nested, which all use stack.
    pub(super) level: usize,
    /// Which node of the outermost template wrote which output, if it is recorded.
    pub(super) trace: Option<Vec<Mark>>,
}

/// The byte of the output at which a node of the outermost template begins to write.
pub(super) struct Mark {
    pub(super) offset: usize,
    pub(super) pos: Pos,
    /// Whether the node is text, whose lines become lines of the output, and not an action.
    pub(super) text: bool,
}

impl Run {
    pub(super) fn new(limits: Limits) -> Run {
        let (rendering, spare) = (Vec::new(), Vec::new());
        Run { limits, steps: 0, written: 0, allocated: 0, depth: 0, rendering, spare, level: 0, trace: None }
    }

    /// Counts bytes that a function allocated.
    pub(super) fn allocate(&mut self, bytes: usize) -> std::result::Result<(), CallError> {
        self.allocated = self.allocated.saturating_add(bytes);
        if self.allocated > self.limits.allocated {
            let message = format!("the functions of the template allocate more than {} bytes", self.limits.allocated);
            return Err(CallError::limit(message));
        }
        Ok(())
    }
}

/// Estimates the memory of a text or list in bytes. Maps do not count: they grow by one entry at a time.
pub(super) fn weight(value: &Value) -> usize {
    match value {
        Value::Str(text) => text.len(),
        Value::Bytes(bytes) => bytes.len(),
        Value::List(list) => list.len().saturating_mul(size_of::<Value>()),
        _ => 0,
    }
}
