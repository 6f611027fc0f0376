//! Validation by the rules of an API server.

use mkmanifests_check::Options;
use mkmanifests_gotmpl::Value;

use super::context::{Context, Verdict};
use crate::assertion::failure::FailureKind;
use crate::assertion::objects::Invalid;

/// `isValid`: an API server would accept the documents.
#[derive(Debug, Clone)]
pub struct Valid {
    /// The version of Kubernetes, the rules to skip, and whether lint warnings count.
    pub options: Options,
}

impl Valid {
    /// Documents that are no YAML, such as those of `NOTES.txt`, are not objects and pass.
    pub(super) fn validate(&self, context: &mut Context<'_, '_>) -> Verdict {
        let version = context.validation.kube_version(self).map(|version| version.to_string());
        let failure = |found| FailureKind::Invalid { kube_version: version.clone(), found };
        context.all_documents(
            || failure(None),
            |context, document| {
                let Some(found) = self.found(context, document) else { return Verdict::passed() };
                if found.is_empty() != context.negated {
                    return Verdict::passed();
                }
                context.failed(failure(Some(found)))
            },
        )
    }

    fn found(&self, context: &Context<'_, '_>, document: &Value) -> Option<Vec<Invalid>> {
        if context.template.ends_with(".txt") {
            return None;
        }
        let at = context.rendered.iter().position(|rendered| std::ptr::eq(rendered, document));
        Some(match at {
            Some(index) => context.validation.of_document(self, context.template, index),
            None => context.validation.of_value(self, document),
        })
    }
}
