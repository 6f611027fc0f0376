//! The built-in sources with typed values: one folder a component, one line each in [`all`].

pub mod autoscaler;
mod built;
mod code;
mod empties;
mod finish;
pub mod irsa;
pub mod ray;
mod scalar;
mod schema;
pub mod vault_config;
mod zeros;

pub use self::built::Built;
pub use self::code::ComponentCode;
pub use self::empties::remove as remove_empties;
pub use self::finish::add_patches;
pub use self::schema::schema_text;

use schemars::Schema;

use crate::diagnostic::{Diagnostic, Failure, Sources};
use crate::kube_version::KubeVersion;
use crate::manifest::Rendered;
use crate::release::Release;
use crate::values::{Layers, Values};

/// A built-in source: values in, objects out.
pub trait Component: Sync {
    /// What the command line calls it.
    fn name(&self) -> &'static str;

    /// What it makes, in a line.
    fn about(&self) -> &'static str;

    /// The namespace that its objects go into if the user names none.
    fn namespace(&self) -> &'static str;

    /// The documented defaults: `values/<name>.yaml`.
    fn defaults_text(&self) -> &'static str;

    /// The same, read; once a process.
    fn defaults(&self) -> &'static Values;

    /// The name of a release if the user names none: the cluster's, if there is none either.
    fn release_name(&self) -> Option<&'static str> {
        None
    }

    /// Flags beside `--set` that set values.
    fn flags(&self) -> &'static [ValueFlag] {
        &[]
    }

    /// Puts the layers over the defaults.
    ///
    /// # Errors
    ///
    /// All diagnostics of the layers.
    fn merge(&self, layers: Layers<'_>) -> Result<Values, Failure> {
        layers.merge()
    }

    /// The values that a fact of the cluster or the release stands for, where the component derives something from it.
    fn fact(&self, fact: Fact, text: &str) -> Vec<Setting>;

    /// The values that follow from a release whose cluster is known, which `--cluster` names on the command line.
    fn settings_for(&self, release: &Release) -> Vec<Setting> {
        if release.cluster.is_empty() {
            return Vec::new();
        }
        let facts = [(Fact::ReleaseName, &release.name), (Fact::ClusterName, &release.cluster)];
        facts.into_iter().flat_map(|(fact, text)| self.fact(fact, text)).collect()
    }

    /// JSON Schema of the values.
    fn schema(&self) -> Schema;

    /// What it prints beside objects, each asked for by a flag.
    fn documents(&self) -> &'static [Document] {
        &[]
    }

    /// The version of Kubernetes that the objects are for, if it is known: the cluster's.
    fn kube_version(&self, _: &Values, release: &Release) -> Option<KubeVersion> {
        release.kube_version.clone()
    }

    /// Returns the ids of the objects that it can render, for completion; ids that contain a name from the values are left out.
    fn object_ids(&self) -> &'static [&'static str] {
        &[]
    }

    /// Returns what to know before the objects are applied, such as which nodes their pods need; for values that render
    /// without an error.
    fn note(&self, _values: &Values, _release: &Release) -> Option<String> {
        None
    }

    /// Builds the objects, neither patched nor validated yet, and adds what is wrong with the values.
    fn build(&self, values: &Values, release: &Release, diagnostics: &mut Vec<Diagnostic>) -> Vec<Built>;

    /// Renders the objects: builds them, and sends them through the [`pipeline`](crate::pipeline) with the patches that the
    /// values have under `patches`.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the values; else with the patches; else with the objects as patched.
    fn render(&self, values: &Values, release: &Release) -> Result<Rendered, Failure> {
        let mut diagnostics = Vec::new();
        let built = self.build(values, release, &mut diagnostics);
        let version = self.kube_version(values, release);
        finish::finish(self.name(), values, version.as_ref(), built, diagnostics)
    }
}

/// A flag that sets values.
pub struct ValueFlag {
    /// The flag, without `--`.
    pub flag: &'static str,
    /// What stands for its value in the help text.
    pub value_name: &'static str,
    /// What it is, in a line.
    pub about: &'static str,
    /// The paths that it sets, each with the text.
    pub settings: fn(&str) -> Vec<Setting>,
}

/// The path of a value, and its text.
pub type Setting = (&'static [&'static str], String);

/// What is known of a cluster, or of a release in it, whatever runs there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fact {
    /// The name of the cluster, as in `aws eks list-clusters`.
    ClusterName,
    /// The name of the release.
    ReleaseName,
    /// The AWS account that it is in: 12 digits.
    AccountId,
    /// The AWS region that it is in: `us-west-2`.
    Region,
    /// The partition of AWS: `aws`, `aws-cn`.
    Partition,
    /// Its OIDC provider, by URL or ARN.
    OidcProvider,
    /// The IAM role that pods of the release assume, by ARN.
    RoleArn,
}

/// A text that a component prints instead of its objects: a policy, a script.
pub struct Document {
    /// The flag that asks for it, without `--`.
    pub flag: &'static str,
    /// What it is, in a line.
    pub about: &'static str,
    /// What the flag may be set to; nothing for a flag that is there or not there.
    pub choices: &'static [&'static str],
    /// Flags of other documents that may stand beside it; the first in the component's list is printed.
    pub beside: &'static [&'static str],
    /// Makes it; the last argument is the choice, or empty without any.
    pub render: fn(&Values, &Release, &str) -> Result<DocumentText, Failure>,
}

/// The text of a [`Document`].
#[derive(Debug, Clone)]
pub struct DocumentText {
    /// The text, with a line break at the end.
    pub text: String,
    /// What does not stop the run.
    pub warnings: Vec<Diagnostic>,
    /// The texts that the warnings point into.
    pub sources: Sources,
}

impl DocumentText {
    /// Returns the text, if there is one and nothing worse than warnings was found.
    fn of(text: Option<String>, diagnostics: Vec<Diagnostic>, values: &Values) -> Result<Self, Failure> {
        let sources = values.sources.clone();
        match text {
            Some(text) if diagnostics.iter().all(Diagnostic::is_warning) => {
                Ok(DocumentText { text, warnings: diagnostics, sources })
            }
            _ => Err(Failure::new(diagnostics, sources)),
        }
    }
}

/// Every component, in the order of the help text.
pub fn all() -> &'static [&'static dyn Component] {
    &[&ray::Ray, &irsa::Irsa, &autoscaler::Autoscaler, &vault_config::VaultConfig]
}

/// The component of that name.
pub fn find(name: &str) -> Option<&'static dyn Component> {
    all().iter().copied().find(|component| component.name() == name)
}

/// The defaults that are compiled in; a test holds every one of them to its component's types.
///
/// Every release begins with a copy of them. Their keys live as long as the program anyway, so that they are not copied.
fn compiled_in(component: &str, text: &str) -> Values {
    let mut values = Values::parse(&format!("<defaults of {component}>"), text).unwrap_or_default();
    values.root.borrow_keys();
    values
}
