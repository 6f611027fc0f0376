//! Comparisons with snapshots.

use mkmanifests_gotmpl::Value;

use super::context::{Context, Verdict};
use crate::assertion::failure::{FailureKind, Problem};
use crate::snapshot::Patterns;

/// `matchSnapshot`: the values at a path are those of the last time.
#[derive(Debug, Clone, Default)]
pub struct MatchSnapshot {
    /// The path; empty for the whole document.
    pub path: String,
    /// What the text of the snapshot must and must not match. It is not compared then.
    pub patterns: Patterns,
}

impl MatchSnapshot {
    /// Without documents, it passes, and its negation fails without a reason.
    pub(super) fn validate(&self, context: &mut Context<'_, '_>) -> Verdict {
        if context.selected.is_empty() {
            return Verdict { passed: !context.negated, ..Verdict::default() };
        }
        let missing = || FailureKind::SnapshotPattern { message: String::new(), cached: String::new() };
        context.all_documents(missing, |context, document| {
            context.all_values(document, &self.path, |context, value| self.value(context, value))
        })
    }

    fn value(&self, context: &mut Context<'_, '_>, value: &Value) -> Verdict {
        let (index, compared) = context.snapshots.compare(value, &self.patterns);
        if let Some(error) = compared.error {
            return Verdict::problem(Problem::SnapshotPattern(error));
        }
        if compared.is_missing {
            return context.failed(FailureKind::NoSnapshot { path: Some(self.path.clone()), index });
        }
        if compared.passed != context.negated {
            return Verdict::passed();
        }
        let cached = compared.cached;
        context.failed(match compared.message.is_empty() {
            true => FailureKind::Snapshot { path: Some(self.path.clone()), index, cached, new: compared.new },
            false => FailureKind::SnapshotPattern { message: compared.message, cached },
        })
    }
}

/// `matchSnapshotRaw`: the text is that of the last time.
#[derive(Debug, Clone, Default)]
pub struct MatchSnapshotRaw;

impl MatchSnapshotRaw {
    /// Without documents, it passes, and its negation fails without a reason.
    #[expect(clippy::unused_self, reason = "all checks have this method")]
    pub(super) fn validate(&self, context: &mut Context<'_, '_>) -> Verdict {
        if context.selected.is_empty() {
            return Verdict { passed: !context.negated, ..Verdict::default() };
        }
        let missing = || FailureKind::SnapshotPattern { message: String::new(), cached: String::new() };
        context.all_texts(missing, |context, text| {
            let (index, compared) = context.snapshots.compare(&Value::from(text), &Patterns::default());
            match compared.passed == context.negated {
                _ if compared.is_missing => context.failed(FailureKind::NoSnapshot { path: None, index }),
                true => {
                    let (cached, new) = (compared.cached, compared.new);
                    context.failed(FailureKind::Snapshot { path: None, index, cached, new })
                }
                false => Verdict::passed(),
            }
        })
    }
}
