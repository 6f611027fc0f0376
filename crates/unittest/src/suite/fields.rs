//! The keys of suites, as far as go-yaml decodes them into structs.

/// A Go struct: its type, and the keys that it has.
pub(super) struct Fields {
    /// The name of the Go type in errors.
    pub go_type: &'static str,
    /// The keys.
    pub keys: &'static [&'static str],
    /// Keys that helm-unittest accepts and ignores.
    pub without_effect: &'static [&'static str],
    /// Other keys that people write.
    pub mistakes: &'static [KnownMistake],
}

/// A key that people write although helm-unittest does not know it.
pub(super) struct KnownMistake {
    pub key: &'static str,
    /// What to write instead.
    pub help: &'static str,
    /// Whether the key changes nothing that the test asserts on, so that it is only a warning.
    pub is_harmless: bool,
}

/// Returns the keys that helm-unittest does not have.
pub(super) fn extensions(fields: &Fields) -> &'static [&'static str] {
    match fields.go_type {
        go_type if go_type == SUITE.go_type => SUITE_EXTENSIONS,
        go_type if go_type == JOB.go_type => JOB_EXTENSIONS,
        go_type if go_type == SELECTOR.go_type => SELECTOR_EXTENSIONS,
        _ => &[],
    }
}

const SUITE_EXTENSIONS: &[&str] = &["matrix", "include", "component", "folder", "cluster"];
const JOB_EXTENSIONS: &[&str] = &["include", "cluster"];
pub(super) const SELECTOR_EXTENSIONS: &[&str] = &["kind", "apiVersion", "name", "namespace", "matchRegex", "all"];

pub(super) const SUITE: Fields = Fields {
    go_type: "unittest.TestSuite",
    keys: &[
        "suite",
        "values",
        "set",
        "templates",
        "excludeTemplates",
        "includeCrds",
        "release",
        "chart",
        "capabilities",
        "kubernetesProvider",
        "postRenderer",
        "tests",
        "snapshotId",
        "skip",
    ],
    without_effect: &[],
    mistakes: &[
        // Without `templates`, all are rendered.
        KnownMistake { key: "template", help: "write `templates: [NAME]`", is_harmless: true },
        KnownMistake { key: "asserts", help: "move `asserts` into a test; nothing checks it here", is_harmless: false },
    ],
};

pub(super) const JOB: Fields = Fields {
    go_type: "unittest.TestJob",
    keys: &[
        "it",
        "values",
        "set",
        "template",
        "templates",
        "documentIndex",
        "documentSelector",
        "release",
        "chart",
        "capabilities",
        "asserts",
        "skip",
        "kubernetesProvider",
        "postRenderer",
    ],
    without_effect: &["documentindices"],
    mistakes: &[],
};

pub(super) const RELEASE: Fields = Fields {
    go_type: r#"struct { Name string; Namespace string; Revision int; IsUpgrade bool "yaml:\"upgrade\"" }"#,
    keys: &["name", "namespace", "revision", "upgrade"],
    without_effect: &[],
    mistakes: &[KnownMistake { key: "isUpgrade", help: "did you mean `upgrade`?", is_harmless: false }],
};

pub(super) const CHART: Fields = Fields {
    go_type: r#"struct { Version string; AppVersion string "yaml:\"appVersion\"" }"#,
    keys: &["version", "appVersion"],
    without_effect: &[],
    mistakes: &[],
};

pub(super) const CAPABILITIES: Fields = Fields {
    go_type: concat!(
        r#"struct { MajorVersion string "yaml:\"majorVersion\""; MinorVersion string "yaml:\"minorVersion\""; "#,
        r#"APIVersions []string "yaml:\"apiVersions\"" }"#
    ),
    keys: &["majorVersion", "minorVersion", "apiVersions"],
    without_effect: &[],
    mistakes: &[],
};

pub(super) const PROVIDER: Fields = Fields {
    go_type: "unittest.KubernetesFakeClientProvider",
    keys: &["scheme", "objects"],
    without_effect: &[],
    mistakes: &[],
};

pub(super) const FAKE_KIND: Fields = Fields {
    go_type: "unittest.KubernetesFakeKindProps",
    keys: &["should_err", "gvr", "namespaced"],
    without_effect: &[],
    mistakes: &[],
};

pub(super) const RESOURCE: Fields = Fields {
    go_type: "schema.GroupVersionResource",
    keys: &["group", "version", "resource"],
    without_effect: &[],
    mistakes: &[],
};

pub(super) const POST_RENDERER: Fields =
    Fields { go_type: "unittest.PostRendererConfig", keys: &["cmd", "args"], without_effect: &[], mistakes: &[] };

pub(super) const SELECTOR: Fields = Fields {
    go_type: "valueutils.DocumentSelector",
    keys: &["skipEmptyTemplates", "matchMany", "path", "value"],
    without_effect: &[],
    mistakes: &[],
};

/// A named template (`include`), which helm-unittest does not have.
pub(super) const INCLUDE: Fields = Fields { go_type: "", keys: &["name", "with"], without_effect: &[], mistakes: &[] };

/// A condition of a selector, which helm-unittest does not have.
pub(super) const CONDITION: Fields =
    Fields { go_type: "", keys: &["path", "value", "matchRegex"], without_effect: &[], mistakes: &[] };

/// The parameters of `isValid`, which helm-unittest does not have.
pub(super) const VALID: Fields =
    Fields { go_type: "", keys: &["kubeVersion", "lint", "skip", "external"], without_effect: &[], mistakes: &[] };

pub(super) const SUITE_SKIP: Fields = Fields {
    go_type: r#"struct { Reason string "yaml:\"reason\""; MinimumVersion string "yaml:\"minimumVersion\"" }"#,
    keys: &["reason", "minimumVersion"],
    without_effect: &[],
    mistakes: &[],
};

pub(super) const JOB_SKIP: Fields = Fields {
    go_type: r#"struct { Reason string "yaml:\"reason\"" }"#,
    keys: &["reason"],
    without_effect: &[],
    mistakes: &[KnownMistake {
        key: "minimumVersion",
        help: "only `skip` of a suite has `minimumVersion`",
        is_harmless: false,
    }],
};
