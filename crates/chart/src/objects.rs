//! `.Capabilities` as an object of templates, with the fields and methods of Helm's types.

use std::borrow::Cow;
use std::sync::Arc;

use super::behaviour::{Behaviour, Change};
use super::capabilities::{Capabilities, HelmVersion};
use mkmanifests_check::kube_version::KubeVersion;
use mkmanifests_gotmpl::{Function, Object, Type, Value};

impl Capabilities {
    /// Returns what templates see as `.Capabilities`.
    pub fn as_value(&self) -> Value {
        self.as_value_for(Behaviour::default())
    }

    pub(super) fn as_value_for(&self, helm: Behaviour) -> Value {
        let api_versions = Value::strings(self.api_versions.iter().map(String::as_str));
        Value::object(CapabilitiesObject {
            helm,
            kube_version: Value::object(KubeVersionObject { version: self.kube_version.clone(), helm }),
            api_versions: Value::object(VersionSet { versions: api_versions, helm }),
            helm_version: Value::object(self.helm_version.clone()),
        })
    }
}

/// Returns Go's name of one of Helm's types: the package had another name before.
fn type_name(helm: Behaviour, common: &'static str, chartutil: &'static str) -> Cow<'static, str> {
    if helm.has(Change::CommonTypes) { common } else { chartutil }.into()
}

struct CapabilitiesObject {
    helm: Behaviour,
    kube_version: Value,
    api_versions: Value,
    helm_version: Value,
}

impl Object for CapabilitiesObject {
    fn type_name(&self) -> Cow<'static, str> {
        type_name(self.helm, "*common.Capabilities", "*chartutil.Capabilities")
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
struct KubeVersionObject {
    version: KubeVersion,
    helm: Behaviour,
}

impl Object for KubeVersionObject {
    fn type_name(&self) -> Cow<'static, str> {
        type_name(self.helm, "common.KubeVersion", "chartutil.KubeVersion")
    }

    fn fields(&self) -> Vec<(&'static str, Value)> {
        let mut fields = vec![
            ("Version", self.version.git_version().into()),
            (NORMALIZED, self.version.normalized().into()),
            ("Major", (&*self.version.major_text()).into()),
            ("Minor", (&*self.version.minor_text()).into()),
        ];
        fields.retain(|(name, _)| *name != NORMALIZED || self.helm.has(Change::KubeVersionKeepsText));
        fields
    }

    fn field(&self, name: &str) -> Option<Value> {
        self.fields().into_iter().find(|(field, _)| *field == name && name != NORMALIZED).map(|(_, value)| value)
    }

    fn method(self: Arc<Self>, name: &str) -> Option<Function> {
        match name {
            "String" => Some(Function::new("String", &[], move |_, _| Ok(self.version.normalized().into()))),
            "GitVersion" => Some(Function::new("GitVersion", &[], move |_, _| Ok(self.version.git_version().into()))),
            _ => None,
        }
    }

    fn display_in_action(&self) -> Option<String> {
        Some(self.version.normalized().to_owned())
    }
}

/// `.Capabilities.APIVersions`.
struct VersionSet {
    versions: Value,
    helm: Behaviour,
}

impl Object for VersionSet {
    fn type_name(&self) -> Cow<'static, str> {
        type_name(self.helm, "common.VersionSet", "chartutil.VersionSet")
    }

    fn underlying(&self) -> Value {
        self.versions.clone()
    }

    fn method(self: Arc<Self>, name: &str) -> Option<Function> {
        (name == "Has").then(|| {
            Function::new("Has", &[Type::Str], move |_, args| {
                let known = self.versions.as_list().unwrap_or_default();
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
        let mut fields: Vec<(&'static str, Value)> = vec![
            ("Version", self.version.as_str().into()),
            ("GitCommit", self.git_commit.as_str().into()),
            ("GitTreeState", self.git_tree_state.as_str().into()),
            ("GoVersion", self.go_version.as_str().into()),
            ("KubeClientVersion", self.kube_client_version.as_str().into()),
        ];
        // Older releases do not have this field.
        fields.retain(|(name, value)| value.truth() || *name != "KubeClientVersion");
        fields
    }

    fn json_fields(&self) -> Vec<(&'static str, Value)> {
        let names = ["version", "git_commit", "git_tree_state", "go_version", "kube_client_version"];
        let fields = self.fields().into_iter().zip(names).map(|((_, value), name)| (name, value));
        fields.filter(|(name, value)| value.truth() || *name == "kube_client_version").collect()
    }
}
