//! The key `matrix` of suites, which helm-unittest does not have: every test runs for each combination.

use mkmanifests_check::kube_version::KubeVersion;
use mkmanifests_yaml::diagnostic::{Diagnostic, Location};

use super::decode::Decoder;
use super::fields::Fields;
use super::node::{Node, Resolved as _};
use super::{SetValue, SuiteCode, ValuesFile, document};
use crate::go_yaml::Content;

/// What a suite is combined with. A dimension without items does not count.
#[derive(Debug, Clone, Default)]
pub struct Matrix {
    /// The versions of Kubernetes (`kubeVersion`).
    pub kube_versions: Vec<KubeVersion>,
    /// The values files (`values`). An item is a path, a pattern that stands for one item per file, or a list of paths.
    pub values: Vec<Vec<ValuesFile>>,
    /// The values (`set`). An item may be empty.
    pub set: Vec<Vec<SetValue>>,
}

const MATRIX: Fields =
    Fields { go_type: "matrix", keys: &["kubeVersion", "values", "set"], without_effect: &[], mistakes: &[] };

pub(super) fn decode(decoder: &mut Decoder<'_>, node: &Node<'_>) -> Matrix {
    let mut matrix = Matrix::default();
    decoder.fields(node, &MATRIX, |decoder, key, value| match key {
        "kubeVersion" => {
            matrix.kube_versions = decoder.list(value, "[]string", version).into_iter().flatten().collect()
        }
        "values" => matrix.values = decoder.list(value, "[]string", files),
        _ => matrix.set = decoder.list(value, "[]map[string]interface {}", document::set),
    });
    matrix
}

/// Reads a version as it is written: `1.30` has its zero, with and without quotes.
fn version(decoder: &mut Decoder<'_>, node: &Node<'_>) -> Option<KubeVersion> {
    let text = decoder.string(node)?;
    match KubeVersion::parse_known(&text) {
        Ok(version) => Some(version),
        Err(error) => {
            let diagnostic = Diagnostic::error(SuiteCode::Matrix, error.to_string());
            let diagnostic = diagnostic.in_field(decoder.path().clone()).at(decoder.location(node));
            decoder.explain(match text.as_str() {
                "1.1" | "1.2" | "1.3" => {
                    diagnostic.help(format!("for Kubernetes {text}0, write `\"{text}0\"`: numbers lose the zero"))
                }
                _ => diagnostic,
            });
            None
        }
    }
}

/// Reads an item of `values`: a path, or a list of paths.
fn files(decoder: &mut Decoder<'_>, node: &Node<'_>) -> Vec<ValuesFile> {
    if let Content::Sequence(_) = node.resolved().content {
        return document::values(decoder, node);
    }
    let location = decoder.location(node);
    decoder.string(node).map(|path| ValuesFile { path, location }).into_iter().collect()
}

/// Reports a suite that sets a version for all tests, and has versions in its matrix.
pub(super) fn explain_two_versions(decoder: &mut Decoder<'_>, location: Location) {
    let message = "the suite has both `matrix.kubeVersion` and a version in `capabilities`";
    let diagnostic = Diagnostic::error(SuiteCode::Matrix, message).at(location);
    decoder.explain(diagnostic.help("remove `capabilities.majorVersion` and `capabilities.minorVersion`"));
}
