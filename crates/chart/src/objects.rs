//! `.Capabilities` as an object of templates, with the fields and methods of Helm's types.

use std::borrow::Cow;
use std::sync::Arc;

use super::capabilities::{Capabilities, HelmVersion};
use mkmanifests_check::kube_version::KubeVersion;
use mkmanifests_gotmpl::{Function, Object, Type, Value};

impl Capabilities {
    /// Returns what templates see as `.Capabilities`.
    pub fn as_value(&self) -> Value {
        Value::object(CapabilitiesObject {
            kube_version: Value::object(KubeVersionObject(self.kube_version.clone())),
            api_versions: Value::object(VersionSet(Value::strings(self.api_versions.iter().map(String::as_str)))),
            helm_version: Value::object(self.helm_version.clone()),
        })
    }
}

struct CapabilitiesObject {
    kube_version: Value,
    api_versions: Value,
    helm_version: Value,
}

impl Object for CapabilitiesObject {
    fn type_name(&self) -> Cow<'static, str> {
        "*common.Capabilities".into()
    }

    fn fields(&self) -> Vec<(&'static str, Value)> {
        vec![
            ("KubeVersion", self.kube_version.clone()),
            ("APIVersions", self.api_versions.clone()),
            ("HelmVersion", self.helm_version.clone()),
        ]
    }
}

/// The private field that Go prints.
const NORMALIZED: &str = "normalizedVersion";

/// `.Capabilities.KubeVersion`.
struct KubeVersionObject(KubeVersion);

impl Object for KubeVersionObject {
    fn type_name(&self) -> Cow<'static, str> {
        "common.KubeVersion".into()
    }

    fn fields(&self) -> Vec<(&'static str, Value)> {
        vec![
            ("Version", self.0.git_version().into()),
            (NORMALIZED, self.0.normalized().into()),
            ("Major", self.0.major().to_string().as_str().into()),
            ("Minor", self.0.minor().to_string().as_str().into()),
        ]
    }

    fn field(&self, name: &str) -> Option<Value> {
        self.fields().into_iter().find(|(field, _)| *field == name && name != NORMALIZED).map(|(_, value)| value)
    }

    fn method(self: Arc<Self>, name: &str) -> Option<Function> {
        match name {
            "String" => Some(Function::new("String", &[], move |_, _| Ok(self.0.normalized().into()))),
            "GitVersion" => Some(Function::new("GitVersion", &[], move |_, _| Ok(self.0.git_version().into()))),
            _ => None,
        }
    }

    fn display_in_action(&self) -> Option<String> {
        Some(self.0.normalized().to_owned())
    }
}

/// `.Capabilities.APIVersions`.
struct VersionSet(Value);

impl Object for VersionSet {
    fn type_name(&self) -> Cow<'static, str> {
        "common.VersionSet".into()
    }

    fn underlying(&self) -> Value {
        self.0.clone()
    }

    fn method(self: Arc<Self>, name: &str) -> Option<Function> {
        (name == "Has").then(|| {
            Function::new("Has", &[Type::Str], move |_, args| {
                let known = self.0.as_list().unwrap_or_default();
                let has =
                    known.iter().any(|version| version.as_str().is_some_and(|text| text.as_bytes() == args.bytes(0)));
                Ok(has.into())
            })
        })
    }
}

impl Object for HelmVersion {
    fn type_name(&self) -> Cow<'static, str> {
        "version.BuildInfo".into()
    }

    fn fields(&self) -> Vec<(&'static str, Value)> {
        vec![
            ("Version", self.version.as_str().into()),
            ("GitCommit", self.git_commit.as_str().into()),
            ("GitTreeState", self.git_tree_state.as_str().into()),
            ("GoVersion", self.go_version.as_str().into()),
            ("KubeClientVersion", self.kube_client_version.as_str().into()),
        ]
    }

    fn json_fields(&self) -> Vec<(&'static str, Value)> {
        let names = ["version", "git_commit", "git_tree_state", "go_version", "kube_client_version"];
        let fields = self.fields().into_iter().zip(names).map(|((_, value), name)| (name, value));
        fields.filter(|(name, value)| value.truth() || *name == "kube_client_version").collect()
    }
}
