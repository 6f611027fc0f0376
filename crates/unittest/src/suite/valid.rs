//! Decodes the parameters of `isValid`, an assertion that helm-unittest does not have.

use mkmanifests_check::Options;
use mkmanifests_check::kube_version::KubeVersion;
use mkmanifests_yaml::diagnostic::Diagnostic;

use super::decode::Decoder;
use super::node::{Node, Resolved as _};
use super::{SuiteCode, fields};
use crate::assertion::{Check, Valid};

/// Reads the options. A version is the text as written: `1.30` is `1.30`.
pub(super) fn decode(decoder: &mut Decoder<'_>, node: &Node<'_>) -> Check {
    let mut options = Options { lint: false, ..Options::default() };
    decoder.fields(node, &fields::VALID, |decoder, key, value| match key {
        "kubeVersion" => kube_version(decoder, value, &mut options),
        "lint" => options.lint = decoder.bool(value),
        "external" => {
            for object in decoder.strings(value) {
                if let Err(reason) = options.external.add(&object) {
                    report(decoder, value, Diagnostic::error(SuiteCode::Assertion, reason));
                }
            }
        }
        _ => skip(decoder, value, &mut options),
    });
    Check::Valid(Valid { options })
}

fn kube_version(decoder: &mut Decoder<'_>, node: &Node<'_>, options: &mut Options) {
    match decoder.string(node).as_deref().map(KubeVersion::parse_known) {
        Some(Ok(version)) => options.kube_version = Some(version),
        Some(Err(error)) => report(decoder, node, Diagnostic::error(SuiteCode::Assertion, error.to_string())),
        None => {}
    }
}

/// Reads the rules to skip, each with a reason.
fn skip(decoder: &mut Decoder<'_>, node: &Node<'_>, options: &mut Options) {
    let rules = decoder.pairs(node, "map[string]string", Decoder::string);
    for (rule, reason) in rules {
        if let Err(diagnostic) = options.skips.add(&format!("{rule}={}", reason.unwrap_or_default())) {
            report(decoder, node, diagnostic);
        }
    }
}

fn report(decoder: &mut Decoder<'_>, node: &Node<'_>, diagnostic: Diagnostic) {
    let location = decoder.location(node.resolved());
    decoder.explain(diagnostic.in_field(decoder.path().clone()).at(location));
}
