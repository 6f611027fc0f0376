//! The rules of reading: what must hold for a document before the rules of its kind run.

use super::rule::Rule;
use mkmanifests_yaml::diagnostic::{Code, Diagnostic, ValueCode};

pub(super) const UNIQUE_KEYS: &str = "object/unique-keys";
pub(super) const KUBERNETES_OBJECT: &str = "object/kubernetes-object";
pub(super) const IDENTITY: &str = "object/identity";
pub(super) const KNOWN_KIND: &str = "object/known-kind";
pub(super) const SERVED_VERSION: &str = "object/served-version";
pub(super) const SERVED_FIELD: &str = "object/served-field";
pub(super) const KNOWN_FIELD: &str = "object/known-field";
pub(super) const FIELD_TYPE: &str = "object/field-type";
pub(super) const SKIP_ANNOTATION: &str = "object/skip-annotation";
pub(super) const EXTERNAL_ANNOTATION: &str = "object/external-annotation";

/// The rules, in the order in which they apply to a document.
pub(super) static RULES: &[Rule] = &[
    Rule {
        id: UNIQUE_KEYS,
        doc: &[
            "The keys of a mapping must be unique. Most YAML parsers silently keep only the last value.",
            "Source: strict decoding of an API server (`fieldValidation=Strict`)",
        ],
    },
    Rule {
        id: KUBERNETES_OBJECT,
        doc: &[
            "A document must be a Kubernetes object: a mapping with `apiVersion` and `kind`, and not the configuration of a \
             tool such as Kustomize. In a folder, other documents are ignored and counted.",
            "Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/",
        ],
    },
    Rule {
        id: IDENTITY,
        doc: &[
            "`apiVersion`, `kind`, and `metadata.name` or `metadata.generateName` are required. A review such as \
             SubjectAccessReview needs no name.",
            "",
            "Example: `metadata: {name: null}`",
            "",
            "Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/",
        ],
    },
    Rule {
        id: KNOWN_KIND,
        doc: &[
            "`kind` must exist in the API group that `apiVersion` names. A group that differs from a built-in one by one or two \
             letters is reported as a typo.",
            "",
            "Example: `kind: ConfigMaps`",
            "",
            "Source: https://kubernetes.io/docs/reference/using-api/",
        ],
    },
    Rule {
        id: SERVED_VERSION,
        doc: &[
            "The `apiVersion` must be served by the Kubernetes version of the cluster: neither removed nor introduced later.",
            "",
            "Example: `apiVersion: policy/v1beta1, kind: PodDisruptionBudget, data: null`",
            "",
            "Source: https://kubernetes.io/docs/reference/using-api/deprecation-guide/",
        ],
    },
    Rule {
        id: SERVED_FIELD,
        doc: &[
            "A field must exist in the Kubernetes version that `--kube-version` names. Covers fields that were added in 1.32 \
             and later.",
            "Source: the types of each version, https://github.com/kubernetes/api",
        ],
    },
    Rule {
        id: KNOWN_FIELD,
        doc: &[
            "A field must exist in the type of its object. Without strict validation, an API server silently drops unknown fields.",
            "",
            "Example: `dta: {retries: \"3\"}`",
            "",
            "Source: strict decoding of an API server (`fieldValidation=Strict`)",
        ],
    },
    Rule {
        id: FIELD_TYPE,
        doc: &[
            "A value must have the type of its field: a port is an integer, a label is a string.",
            "",
            "Example: `data: {retries: 3}`",
            "",
            "Source: https://kubernetes.io/docs/reference/kubernetes-api/",
        ],
    },
    Rule {
        id: SKIP_ANNOTATION,
        doc: &[
            "The annotation `mkmanifests.dev/skip` must list rule ids, each with a reason: \
             `container/image-tag: built on the node`.",
            "Source: docs/check.md",
        ],
    },
    Rule {
        id: EXTERNAL_ANNOTATION,
        doc: &[
            "The annotation `mkmanifests.dev/external` must list objects as `KIND/NAME` or `KIND/NAMESPACE/NAME`.",
            "Source: docs/check.md",
        ],
    },
];

/// Sets the rule of a diagnostic that has none yet. An unknown field always breaks `object/known-field`.
pub(super) fn name_rule(diagnostic: &mut Diagnostic, rule: &'static str) {
    let rule = match diagnostic.code() {
        Code::Rule(_) => return,
        Code::Value(ValueCode::UnknownField) => KNOWN_FIELD,
        _ => rule,
    };
    diagnostic.subject.code = Code::Rule(rule);
}
