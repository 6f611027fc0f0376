//! The built-in sources with typed values: one folder per component, registered in [`all`].

pub mod autoscaler;
mod built;
mod code;
mod empties;
mod explain;
mod finish;
pub mod irsa;
pub mod kuberay;
pub mod ray;
mod scalar;
mod schema;
pub mod vault_config;
mod zeros;

pub use self::built::Built;
pub use self::code::ComponentCode;
pub use self::empties::remove as remove_empties;
pub(crate) use self::explain::explain;
pub use self::finish::add_patches;
pub use self::schema::schema_text;

use schemars::Schema;

use crate::diagnostic::{Diagnostic, Failure, Sources};
use crate::kube_version::KubeVersion;
use crate::manifest::Rendered;
use crate::release::Release;
use crate::values::{Layers, Values};

/// A built-in source, which renders objects from typed values.
pub trait Component: Sync {
    /// Returns the name, which is also the subcommand: `ray`.
    fn name(&self) -> &'static str;

    /// Returns a one-line description for help texts.
    fn description(&self) -> &'static str;

    /// Returns the default namespace of the objects.
    fn namespace(&self) -> &'static str;

    /// Returns the text of `values/<name>.yaml`: all values with their defaults and comments.
    fn defaults_text(&self) -> &'static str;

    /// Returns the defaults as values. They are parsed once per process.
    fn defaults(&self) -> &'static Values;

    /// Returns the default name of a release; `None` if a release is named like its cluster.
    fn release_name(&self) -> Option<&'static str> {
        None
    }

    /// Returns the flags that set values, in addition to `--set`.
    fn flags(&self) -> &'static [ValueFlag] {
        &[]
    }

    /// Merges layers of values; later layers override earlier ones.
    ///
    /// # Errors
    ///
    /// All errors in the layers.
    fn merge(&self, layers: Layers<'_>) -> Result<Values, Failure> {
        layers.merge()
    }

    /// Returns the values that follow from one fact about the cluster or the release; empty if the component does not use it.
    fn values_from_fact(&self, fact: Fact, text: &str) -> Vec<Setting>;

    /// Returns the values that follow from the names of the release and its cluster; empty if the cluster is unknown.
    fn values_for(&self, release: &Release) -> Vec<Setting> {
        if release.cluster.is_empty() {
            return Vec::new();
        }
        let facts = [(Fact::ReleaseName, &release.name), (Fact::ClusterName, &release.cluster)];
        facts.into_iter().flat_map(|(fact, text)| self.values_from_fact(fact, text)).collect()
    }

    /// Lays the values that follow from the names of the release and its cluster over others. `source` says in messages
    /// where the names come from.
    fn set_names(&self, layers: &mut Layers<'_>, release: &Release, source: &str) {
        for (path, text) in self.values_for(release) {
            layers.set_text(source, path, &text);
        }
    }

    /// Returns the JSON Schema of the values.
    fn schema(&self) -> Schema;

    /// Returns the texts that it can render instead of objects, each with its flag.
    fn documents(&self) -> &'static [Document] {
        &[]
    }

    /// Returns the Kubernetes version to validate for, if it is known: by default the release's.
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

    /// Builds the objects, and adds a diagnostic for each mistake in the values. The objects are not patched or validated yet.
    fn build(&self, values: &Values, release: &Release, diagnostics: &mut Vec<Diagnostic>) -> Vec<Built>;

    /// Renders the objects: builds them, applies the patches in `values.patches`, and validates them
    /// ([`pipeline`](crate::pipeline)).
    ///
    /// # Errors
    ///
    /// All errors in the values. If there are none, all errors in the patches, and then in the patched objects.
    fn render(&self, values: &Values, release: &Release) -> Result<Rendered, Failure> {
        let mut diagnostics = Vec::new();
        let built = self.build(values, release, &mut diagnostics);
        let version = self.kube_version(values, release);
        explain(&mut diagnostics, &values.root, &values.sources, || self.schema());
        finish::finish(self.name(), values, version.as_ref(), built, diagnostics)
    }
}

/// A flag that sets values.
pub struct ValueFlag {
    /// The flag, without `--`.
    pub flag: &'static str,
    /// The placeholder of its value in help texts.
    pub value_name: &'static str,
    /// A one-line description for help texts.
    pub description: &'static str,
    /// Returns the values that the flag's text sets.
    pub settings: fn(&str) -> Vec<Setting>,
}

/// The path of a value, and the text to set it to.
pub type Setting = (&'static [&'static str], String);

/// A fact about a cluster or a release, which components derive values from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fact {
    /// The name of the cluster, as `aws eks list-clusters` prints it.
    ClusterName,
    /// The name of the release.
    ReleaseName,
    /// The AWS account of the cluster: 12 digits.
    AccountId,
    /// The AWS region of the cluster: `us-west-2`.
    Region,
    /// The AWS partition of the cluster: `aws`, `aws-cn`.
    Partition,
    /// The OIDC provider of the cluster: its URL or ARN.
    OidcProvider,
    /// The ARN of the IAM role that the pods of the release assume.
    RoleArn,
}

/// A text that a component renders instead of its objects, such as a policy or a script.
pub struct Document {
    /// The flag that selects it, without `--`.
    pub flag: &'static str,
    /// A one-line description for help texts.
    pub description: &'static str,
    /// The allowed values of the flag; empty for a flag without a value.
    pub possible_values: &'static [&'static str],
    /// Flags of other documents that may be given together with this one; the first in the component's list is rendered.
    pub compatible_flags: &'static [&'static str],
    /// Renders the text; the last argument is the value of the flag, or empty.
    pub render: fn(&Values, &Release, &str) -> Result<DocumentText, Failure>,
}

/// The text of a [`Document`].
#[derive(Debug, Clone)]
pub struct DocumentText {
    /// The text, with a line break at the end.
    pub text: String,
    /// The warnings.
    pub warnings: Vec<Diagnostic>,
    /// The source texts that the locations of the warnings refer to.
    pub sources: Sources,
}

impl DocumentText {
    /// Returns the text if there is one, and no errors.
    fn of(
        component: &dyn Component,
        text: Option<String>,
        mut diagnostics: Vec<Diagnostic>,
        values: &Values,
    ) -> Result<Self, Failure> {
        let sources = values.sources.clone();
        explain(&mut diagnostics, &values.root, &sources, || component.schema());
        match text {
            Some(text) if diagnostics.iter().all(Diagnostic::is_warning) => {
                Ok(DocumentText { text, warnings: diagnostics, sources })
            }
            _ => Err(Failure::new(diagnostics, sources)),
        }
    }
}

/// Returns all components, in the order of the help text.
pub fn all() -> &'static [&'static dyn Component] {
    &[
        &ray::Ray,
        &kuberay::cluster::RayClusterComponent,
        &kuberay::job::RayJobComponent,
        &kuberay::service::RayServiceComponent,
        &kuberay::cron_job::RayCronJobComponent,
        &irsa::Irsa,
        &autoscaler::Autoscaler,
        &vault_config::VaultConfig,
    ]
}

/// Returns the component with a name.
pub fn find(name: &str) -> Option<&'static dyn Component> {
    all().iter().copied().find(|component| component.name() == name)
}

/// Parses defaults that are compiled in. A test checks that they match the types of their component.
///
/// Each release starts with a copy of them. Their keys are borrowed, because the text lives as long as the program.
fn compiled_in(component: &str, text: &str) -> Values {
    let mut values = Values::parse(&format!("<defaults of {component}>"), text).unwrap_or_default();
    values.root.borrow_keys();
    values
}
