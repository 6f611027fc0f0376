//! The rules of reading: what a document is held to before the rules of its kind.

use super::rule::Rule;
use mkmanifests_yaml::diagnostic::{Code, Diagnostic, ValueCode};

/// The rule of keys that no field has.
pub(super) const UNKNOWN_FIELD: &str = "unknown-field";
pub(super) const FIELD_TYPE: &str = "field-type";
pub(super) const OBJECT_IDENTITY: &str = "object-identity";
pub(super) const KNOWN_KIND: &str = "known-kind";
pub(super) const IS_OBJECT: &str = "is-object";
pub(super) const IS_SERVED: &str = "version-is-served";
pub(super) const FIELD_IS_SERVED: &str = "object/field-is-served";
pub(super) const KEY_ONCE: &str = "key-once";
pub(super) const SKIP_HAS_REASON: &str = "skip-has-reason";
pub(super) const EXTERNAL_IS_NAMED: &str = "external-is-named";

/// The rules, in the order in which a document comes to them.
pub(super) static RULES: &[Rule] = &[
    Rule {
        id: KEY_ONCE,
        doc: &[
            "A mapping has a key once: of two, one is lost without a word.",
            "Source: strict decoding of an API server (`fieldValidation=Strict`)",
        ],
    },
    Rule {
        id: IS_OBJECT,
        doc: &[
            "A document is a Kubernetes object. In folders, files that are none are left out and counted.",
            "Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/",
        ],
    },
    Rule {
        id: OBJECT_IDENTITY,
        doc: &[
            "An object has `apiVersion`, `kind`, and `metadata.name` or `metadata.generateName`.",
            "Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/",
        ],
    },
    Rule {
        id: KNOWN_KIND,
        doc: &[
            "The kind is one of its API group, and a group that is a letter or two off from a built-in one is misspelt.",
            "Source: https://kubernetes.io/docs/reference/using-api/",
        ],
    },
    Rule {
        id: IS_SERVED,
        doc: &[
            "The cluster's Kubernetes serves the API version: it was not removed, and it is there already.",
            "Source: https://kubernetes.io/docs/reference/using-api/deprecation-guide/",
        ],
    },
    Rule {
        id: FIELD_IS_SERVED,
        doc: &[
            "The Kubernetes version that `--kube-version` names has the field. Known are fields that came with 1.32 and later.",
            "Source: https://github.com/kubernetes/api, the types of each version",
        ],
    },
    Rule {
        id: UNKNOWN_FIELD,
        doc: &[
            "A field is one of its type; a misspelt one would be dropped without a word.",
            "Source: strict decoding of an API server (`fieldValidation=Strict`)",
        ],
    },
    Rule {
        id: FIELD_TYPE,
        doc: &[
            "A value has the type of its field: a port is a number, a label a string, a quantity a quantity.",
            "Source: https://kubernetes.io/docs/reference/kubernetes-api/",
        ],
    },
    Rule {
        id: SKIP_HAS_REASON,
        doc: &[
            "The annotation `mkmanifests.dev/skip` names rules, each with a reason: `image-has-tag: built on the node`.",
            "Source: docs/check.md",
        ],
    },
    Rule {
        id: EXTERNAL_IS_NAMED,
        doc: &[
            "The annotation `mkmanifests.dev/external` names objects as `KIND/NAME` or `KIND/NAMESPACE/NAME`.",
            "Source: docs/check.md",
        ],
    },
];

/// Gives a diagnostic a rule if it has none yet; unknown fields have one of their own.
pub(super) fn name_rule(diagnostic: &mut Diagnostic, rule: &'static str) {
    let rule = match diagnostic.code() {
        Code::Rule(_) => return,
        Code::Value(ValueCode::UnknownField) => UNKNOWN_FIELD,
        _ => rule,
    };
    diagnostic.subject.code = Code::Rule(rule);
}
