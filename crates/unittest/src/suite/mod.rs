//! Suites of tests: their types, and reading them from files.
//!
//! A file has one or more suites. A [`Suite`] has [`Job`]s, and settings for all of them. [`read`] already merges those
//! settings into the jobs, except for `values` and `set`, whose order matters when they are applied.

mod assertion;
mod code;
mod decode;
mod document;
mod escape;
mod fields;
mod include;
mod mapping;
mod matrix;
mod node;
mod polish;
mod read;
mod selector;
mod settings;
pub(crate) mod split;
mod valid;

use std::sync::Arc;

use mkmanifests_check::kube_version::KubeVersion;
use mkmanifests_gotmpl::Value;
use mkmanifests_yaml::diagnostic::Location;

use crate::assertion::{Assertion, Check};
pub use code::SuiteCode;
pub use decode::Unknown;
pub use include::Include;
pub use matrix::Matrix;
pub use read::{Options, ReadError, Suites, read};
pub use settings::{
    Capabilities, ChartVersions, Condition, DocumentSelector, FakeKind, KubernetesProvider, PostRenderer, Release,
};

/// A suite: tests of a chart, with settings that they share.
#[derive(Debug, Clone, Default)]
pub struct Suite {
    /// The path of the file, relative to the working directory where possible. Values files are relative to its folder.
    pub file: String,
    /// The text of the file, into which locations point.
    pub text: Arc<str>,
    /// Where the suite begins.
    pub location: Location,
    /// The name (`suite`); empty if the suite has none.
    pub name: String,
    /// The values files of all jobs, first those of the suite, then those of the command line.
    pub values: Vec<ValuesFile>,
    /// The values of all jobs, in the order of the file.
    pub set: Vec<SetValue>,
    /// The templates to render (`templates`), as patterns; all if empty.
    pub templates: Vec<String>,
    /// The templates not to render (`excludeTemplates`), as patterns.
    pub exclude_templates: Vec<String>,
    /// What every job is combined with, besides helm-unittest's format.
    pub matrix: Option<Matrix>,
    /// Whether the documents in the folder `crds` are rendered, too.
    pub include_crds: bool,
    /// The component that jobs render in place of a chart; empty if they render none.
    pub component: String,
    /// The template folder that jobs render, relative to the folder of the suite's file; empty for the folder above
    /// `tests/`.
    pub folder: String,
    /// The named template that jobs without their own render.
    pub include: Option<Include>,
    /// The program that changes what was rendered, for jobs without their own.
    pub post_renderer: Option<PostRenderer>,
    /// A part of the name of the snapshot file: `FILE_ID`. Empty if it is only that of the file.
    pub snapshot_id: String,
    /// The reason why no job runs (`skip.reason`, or a `skip.minimumVersion` that is not met); empty if they do.
    pub skip_reason: String,
    /// Whether the suite was rendered from a chart (`--chart-tests-path`).
    pub is_rendered: bool,
    /// The tests, in the order of the file; never empty.
    pub jobs: Vec<Job>,
}

impl Suite {
    /// Returns the path that the name of the snapshot file is made of.
    pub fn snapshot_file(&self) -> String {
        match self.snapshot_id.as_str() {
            "" => self.file.clone(),
            id => format!("{}_{id}", self.file),
        }
    }
}

/// A test: what to render, and assertions about it. Settings of the suite are merged in, except `values` and `set`.
#[derive(Debug, Clone, Default)]
pub struct Job {
    /// Where the test begins.
    pub location: Location,
    /// The name (`it`); empty if the job has none.
    pub name: String,
    /// Values files, applied after those of the suite.
    pub values: Vec<ValuesFile>,
    /// Values, applied after those of the suite, in the order of the file.
    pub set: Vec<SetValue>,
    /// The cluster that components and template folders are rendered for; empty if none is set.
    pub cluster: String,
    /// The named template that is rendered in place of the files of the chart.
    pub include: Option<Include>,
    /// The template that assertions without their own are about; empty if not set.
    pub template: String,
    /// The templates that assertions without their own are about. They win over `template`.
    pub templates: Vec<String>,
    /// The document that all assertions are about. It wins over those of assertions.
    pub document_index: Option<i64>,
    /// The documents that assertions without their own selector are about.
    pub document_selector: Option<DocumentSelector>,
    /// The release.
    pub release: Release,
    /// Versions that replace those of the chart and its direct dependencies.
    pub chart: ChartVersions,
    /// What the cluster supports.
    pub capabilities: Capabilities,
    /// The version of Kubernetes of a matrix or the command line. It wins over `capabilities`, and jobs after this one do
    /// not see it.
    pub kube_version: Option<KubeVersion>,
    /// What results have after the name, if the command line has several versions of Kubernetes. Snapshots do not have it.
    pub suffix: String,
    /// Objects that `lookup` finds.
    pub kubernetes_provider: KubernetesProvider,
    /// The program that changes what was rendered; the one of the suite if the job has none.
    pub post_renderer: Option<PostRenderer>,
    /// The reason why the job does not run; empty if it does.
    pub skip_reason: String,
    /// The assertions, in the order of the file; never empty. `None` is an empty item (`null`), which helm-unittest
    /// skips.
    pub assertions: Vec<Option<Assertion>>,
}

impl Job {
    /// Returns the name in results.
    pub fn title(&self) -> String {
        format!("{}{}", self.name, self.suffix)
    }

    /// Returns whether an assertion validates objects.
    pub fn validates(&self) -> bool {
        self.assertions.iter().flatten().any(|assertion| matches!(assertion.check, Check::Valid(_)))
    }

    /// Returns whether every assertion needs the chart to render without an error. If not, an error is what
    /// `failedTemplate` expects.
    pub fn requires_success(&self) -> bool {
        self.assertions.iter().flatten().all(Assertion::requires_success)
    }
}

/// A values file.
#[derive(Debug, Clone, Default)]
pub struct ValuesFile {
    /// The path as written: absolute, or relative to the folder of the suite's file.
    pub path: String,
    /// Where it is named; unknown for those of the command line.
    pub location: Location,
}

/// An entry of `set`.
#[derive(Debug, Clone, Default)]
pub struct SetValue {
    /// The path of the value: `image.tag`, `ports[0].name`.
    pub path: String,
    /// The value.
    pub value: Value,
    /// Where the path is written.
    pub location: Location,
}
