//! What checks see, and how they walk over documents and values.

use mkmanifests_gotmpl::Value;

use crate::assertion::failure::{Failure, FailureKind, Problem};
use crate::assertion::objects::Validation;
use crate::json_path;
use crate::snapshot::{Cache, Comparison, Patterns};

/// The snapshots of a job: counted from 1 in the order of its comparisons.
#[derive(Debug)]
pub struct Snapshots<'c> {
    cache: &'c mut Cache,
    test: &'c str,
    count: u64,
}

impl<'c> Snapshots<'c> {
    /// Starts to count for the job named `test`.
    pub fn new(cache: &'c mut Cache, test: &'c str) -> Snapshots<'c> {
        Snapshots { cache, test, count: 0 }
    }

    /// Compares a value with the next snapshot. Returns its number, too.
    pub(super) fn compare(&mut self, content: &Value, patterns: &Patterns) -> (u64, Comparison) {
        self.count += 1;
        (self.count, self.cache.compare(self.test, self.count, content, patterns))
    }
}

/// The documents of one template, for a check.
#[derive(Debug)]
pub(in crate::assertion) struct Context<'c, 's> {
    /// The path of the template; empty if there is none.
    pub template: &'c str,
    /// All documents of the template, as it rendered them.
    pub rendered: &'c [Value],
    /// All documents: those of the template, or those inside their strings.
    pub documents: &'c [Value],
    /// The selected documents.
    pub selected: &'c [&'c Value],
    /// Whether the check is negated.
    pub negated: bool,
    /// Whether the first failure is enough.
    pub fail_fast: bool,
    /// The error of rendering.
    pub error: Option<&'c str>,
    /// The snapshots of the job.
    pub snapshots: &'c mut Snapshots<'s>,
    /// The documents as objects.
    pub validation: &'c Validation<'c>,
}

/// The result of a check. It can fail without a reason, and have reasons although it passes.
#[derive(Debug, Default)]
pub(in crate::assertion) struct Verdict {
    pub passed: bool,
    pub failures: Vec<Failure>,
    /// Whether the next value is checked, even if the first failure is enough.
    pub goes_on: bool,
}

impl Verdict {
    pub(super) fn passed() -> Verdict {
        Verdict { passed: true, ..Verdict::default() }
    }

    /// A failure that is about no document.
    pub(super) fn failed(kind: FailureKind, negated: bool) -> Verdict {
        let failures = vec![Failure { document: None, value: None, negated, kind }];
        Verdict { failures, ..Verdict::default() }
    }

    pub(in crate::assertion) fn problem(problem: Problem) -> Verdict {
        Verdict::failed(FailureKind::Problem(problem), false)
    }

    /// Sets the document that the failures are about. An invalid pattern is about none.
    pub(super) fn in_document(mut self, document: usize) -> Verdict {
        let is_about_one = |failure: &&mut Failure| !matches!(failure.kind, FailureKind::Problem(Problem::Pattern(_)));
        self.failures.iter_mut().filter(is_about_one).for_each(|failure| failure.document = Some(document));
        self
    }

    /// Sets the value that all failures are about.
    pub(super) fn in_value(mut self, value: usize) -> Verdict {
        self.failures.iter_mut().for_each(|failure| failure.value = Some(value));
        self
    }

    /// Adds the result of the next document or value: all have to pass.
    pub(super) fn add(&mut self, index: usize, next: Verdict) {
        self.passed = next.passed && (index == 0 || self.passed);
        self.failures.extend(next.failures);
    }
}

impl<'c> Context<'c, '_> {
    /// Returns a failure with what is wrong.
    pub(super) fn failed(&self, kind: FailureKind) -> Verdict {
        Verdict::failed(kind, self.negated)
    }

    /// Checks every selected document; all have to pass. Without documents, the check fails with `missing`, and its
    /// negation passes.
    pub(super) fn all_documents(
        &mut self,
        missing: impl FnOnce() -> FailureKind,
        mut check: impl FnMut(&mut Self, &'c Value) -> Verdict,
    ) -> Verdict {
        self.each(missing, |context, index, document| check(context, document).in_document(index))
    }

    /// Checks the text of every selected document, like [`all_documents`](Context::all_documents). Failures have no
    /// index.
    pub(super) fn all_texts(
        &mut self,
        missing: impl FnOnce() -> FailureKind,
        mut check: impl FnMut(&mut Self, String) -> Verdict,
    ) -> Verdict {
        self.each(missing, |context, _, document| check(context, raw_text(document)))
    }

    fn each(
        &mut self,
        missing: impl FnOnce() -> FailureKind,
        mut check: impl FnMut(&mut Self, usize, &'c Value) -> Verdict,
    ) -> Verdict {
        if self.selected.is_empty() {
            return if self.negated { Verdict::passed() } else { self.failed(missing()) };
        }
        let mut verdict = Verdict::default();
        for (index, document) in self.selected.iter().enumerate() {
            let next = check(self, index, document);
            verdict.add(index, next);
            if !verdict.passed && self.fail_fast {
                break;
            }
        }
        verdict
    }

    /// Checks every value at a path of a document; all have to pass. Without values, the check fails, and its negation
    /// passes.
    pub(super) fn all_values(
        &mut self,
        document: &Value,
        path: &str,
        mut check: impl FnMut(&mut Self, &Value) -> Verdict,
    ) -> Verdict {
        let values = match json_path::find(document, path) {
            Ok(values) => values,
            Err(error) => return Verdict::problem(Problem::Path(error.to_string())),
        };
        if values.is_empty() && !self.negated {
            return Verdict::problem(Problem::UnknownPath { path: path.to_owned(), is_quoted: false });
        }
        let mut verdict = Verdict { passed: values.is_empty(), ..Verdict::default() };
        for (index, value) in values.iter().enumerate() {
            let next = check(self, value).in_value(index);
            if next
                .failures
                .iter()
                .any(|failure| matches!(failure.kind, FailureKind::Problem(Problem::SnapshotPattern(_))))
            {
                return next;
            }
            let goes_on = next.goes_on;
            verdict.add(index, next);
            if !verdict.passed && self.fail_fast && !goes_on {
                break;
            }
        }
        verdict
    }
}

/// Returns the text of a document of a text file or of an error: the entry `raw`, as Go's `%v` prints it, without spaces
/// at the end of lines and line feeds at the start.
fn raw_text(document: &Value) -> String {
    uniform(&crate::assertion::failure_text::go_value(&raw(document)))
}

/// Returns the entry `raw`.
pub(super) fn raw(document: &Value) -> Value {
    document.as_map().and_then(|map| map.get("raw")).unwrap_or_default()
}

/// Removes spaces at the end of lines, with a carriage return behind them, and line feeds at the start.
pub(super) fn uniform(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let Some(content) = line.strip_suffix('\n') else {
            out.push_str(line);
            continue;
        };
        let without_return = content.strip_suffix('\r').unwrap_or(content);
        match without_return.ends_with(' ') {
            true => out.push_str(without_return.trim_end_matches(' ')),
            false => out.push_str(content),
        }
        out.push('\n');
    }
    out.trim_start_matches('\n').to_owned()
}

#[cfg(test)]
mod tests {
    use super::uniform;

    #[test]
    fn spaces_at_the_end_of_lines_are_removed() {
        assert_eq!(uniform("\n\na  \nb\t \r\nc\r\nd  "), "a\nb\t\nc\r\nd  ");
        assert_eq!(uniform("  \n\nx"), "x");
    }
}
