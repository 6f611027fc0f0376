//! Records which parts of templates run.
//!
//! A set of templates that has a [`Coverage`] marks, in the [`Marks`] of a file, the offset of each text and action that
//! runs, and of each `if`, `with` and `range` which way it goes. Texts that `tpl` renders are in no file, and not recorded.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::ast::{Branch, Pos, Source};

/// What has run of one file. Several renderings may mark the same one at the same time.
#[derive(Debug, Default)]
pub struct Marks(Box<[AtomicU64]>);

impl Marks {
    /// Creates the marks of a file, of which nothing has run.
    pub fn of(source: &Source) -> Marks {
        // A branch also marks the offset behind that of its condition.
        let words = source.text.len().div_ceil(64) + 1;
        Marks((0..words).map(|_| AtomicU64::new(0)).collect())
    }

    /// Returns whether the text that starts at an offset, or the action or call whose pipeline starts there, has run.
    pub fn has_run(&self, pos: Pos) -> bool {
        let (word, bit) = place(pos);
        self.0.get(word).is_some_and(|word| word.load(Ordering::Relaxed) & bit != 0)
    }

    /// Returns whether a branch went one way: `if` and `with` whether the condition was true or false, `range` whether
    /// there was an item or none.
    pub fn went(&self, branch: &Branch, way: bool) -> bool {
        self.has_run(side(branch, way))
    }

    pub(super) fn run(&self, pos: Pos) {
        let (word, bit) = place(pos);
        if let Some(word) = self.0.get(word)
            && word.load(Ordering::Relaxed) & bit == 0
        {
            word.fetch_or(bit, Ordering::Relaxed);
        }
    }

    pub(super) fn go(&self, branch: &Branch, way: bool) {
        self.run(side(branch, way));
    }
}

fn place(pos: Pos) -> (usize, u64) {
    (pos as usize / 64, 1 << (pos % 64))
}

/// No other node starts at the offset behind that of a pipeline.
fn side(branch: &Branch, way: bool) -> Pos {
    branch.pipe.pos + u32::from(!way)
}

/// The marks of the files of a set of templates.
#[derive(Debug, Clone, Default)]
pub struct Coverage(foldhash::HashMap<usize, (Arc<Source>, Arc<Marks>)>);

impl Coverage {
    /// Adds the marks of a file.
    pub fn add(&mut self, source: &Arc<Source>, marks: Arc<Marks>) {
        self.0.insert(address(source), (Arc::clone(source), marks));
    }

    /// Returns the marks of a file; `None` if it is not recorded.
    pub(super) fn of(&self, source: &Arc<Source>) -> Option<&Marks> {
        self.0.get(&address(source)).map(|(_, marks)| &**marks)
    }
}

fn address(source: &Arc<Source>) -> usize {
    Arc::as_ptr(source).addr()
}
