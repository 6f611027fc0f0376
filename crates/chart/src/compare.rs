//! Compares what two releases of Helm render for a chart, and finds the behaviours that cause the differences.

use std::collections::BTreeMap;

use super::ChartCode;
use super::behaviour::{Behaviour, Change};
use super::capabilities::Capabilities;
use super::helm_release::HelmRelease;
use super::output::HelmOutput;
use mkmanifests_yaml::diagnostic::{Diagnostic, Failure};
use mkmanifests_yaml::tree::Node;

/// What to render as: a behaviour, and the releases whose default Kubernetes version and API versions templates see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RenderAs {
    /// How Helm behaves.
    pub helm: Behaviour,
    /// The release that has the default Kubernetes version.
    pub kube_version: HelmRelease,
    /// The release that has the default API versions.
    pub api_versions: HelmRelease,
    /// The release that templates see as `.Capabilities.HelmVersion`.
    pub helm_version: HelmRelease,
}

impl From<HelmRelease> for RenderAs {
    fn from(release: HelmRelease) -> Self {
        RenderAs { helm: release.into(), kube_version: release, api_versions: release, helm_version: release }
    }
}

impl RenderAs {
    /// Returns the capabilities that templates see: the defaults of the releases, with another Kubernetes version unless
    /// `kube_version` is empty, and with more API versions.
    ///
    /// # Errors
    /// A Kubernetes version that cannot be parsed.
    pub fn capabilities(self, kube_version: &str, api_versions: &[String]) -> Result<Capabilities, Diagnostic> {
        let mut capabilities = Capabilities {
            kube_version: Capabilities::of(self.kube_version).kube_version,
            api_versions: Capabilities::of(self.api_versions).api_versions,
            helm_version: Capabilities::of(self.helm_version).helm_version,
        };
        if !kube_version.is_empty() {
            capabilities.kube_version = super::kube_version(kube_version, self.helm)
                .map_err(|error| Diagnostic::error(ChartCode::InvalidKubernetesVersion, error.to_string()))?;
        }
        capabilities.api_versions.extend_from_slice(api_versions);
        Ok(capabilities)
    }
}

/// Why two releases render a chart in different ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// A behaviour that changed.
    Behaviour(Change),
    /// The default of `--kube-version`.
    KubeVersion,
    /// The default API versions.
    ApiVersions,
    /// The version of Helm, which templates can print.
    HelmVersion,
}

impl Cause {
    /// Returns its name: `webhooks-last`, `kube-version`.
    pub fn name(self) -> &'static str {
        match self {
            Cause::Behaviour(change) => change.name(),
            Cause::KubeVersion => "default-kube-version",
            Cause::ApiVersions => "default-api-versions",
            Cause::HelmVersion => "helm-version",
        }
    }

    /// Returns what differs between two releases, in one or two sentences.
    pub fn summary(self, from: HelmRelease, to: HelmRelease) -> String {
        match self {
            Cause::Behaviour(change) => change.summary(),
            Cause::KubeVersion => format!(
                "Charts are rendered for Kubernetes 1.{} by default, and for 1.{} before.",
                to.kubernetes_minor(),
                from.kubernetes_minor()
            ),
            Cause::ApiVersions => "Other API versions are known without `--api-versions`.".to_owned(),
            Cause::HelmVersion => "Templates print the version of Helm.".to_owned(),
        }
    }

    /// Returns the first releases that behave as the newest one, if that is known: `3.20.1 and 4.1.3`.
    pub fn releases(self) -> Option<String> {
        if let Cause::Behaviour(change) = self { Some(change.releases()) } else { None }
    }

    /// Renders this one thing as `other` does.
    fn switch(self, base: RenderAs, other: RenderAs) -> RenderAs {
        match self {
            Cause::Behaviour(change) => RenderAs { helm: base.helm.with(change, other.helm.has(change)), ..base },
            Cause::KubeVersion => RenderAs { kube_version: other.kube_version, ..base },
            Cause::ApiVersions => RenderAs { api_versions: other.api_versions, ..base },
            Cause::HelmVersion => RenderAs { helm_version: other.helm_version, ..base },
        }
    }
}

/// A document that differs, or that only one release renders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentChange {
    /// The template, kind and name: `chart/templates/a.yaml: ConfigMap x`.
    pub title: String,
    /// The text of the first release; `None` if it does not render the document.
    pub from: Option<String>,
    /// The text of the second release.
    pub to: Option<String>,
}

/// What differs between two releases.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Comparison {
    /// The errors of each release, if rendering failed in only one of them.
    pub errors: [Option<String>; 2],
    /// The documents whose content differs.
    pub content: Vec<DocumentChange>,
    /// The documents that differ in blank lines and white space at the ends of lines only.
    pub blank_lines: Vec<DocumentChange>,
    /// Whether the documents are printed in another order.
    pub reordered: bool,
    /// How many documents the second release renders.
    pub documents: usize,
    /// What causes the differences, and whether it changes more than blank lines. Empty if nothing alone does.
    pub causes: Vec<(Cause, bool)>,
}

impl Comparison {
    /// Returns whether more than blank lines differs.
    pub fn has_content(&self) -> bool {
        self.errors.iter().any(Option::is_some) || self.reordered || !self.content.is_empty()
    }

    /// Returns whether nothing differs.
    pub fn is_empty(&self) -> bool {
        !self.has_content() && self.blank_lines.is_empty()
    }
}

/// Compares two releases. `render` renders the chart, with everything else equal.
///
/// A cause is found by rendering again with one thing changed: from the first release towards the second, and from the
/// second towards the first.
///
/// # Errors
/// The failure of the second release, if neither renders the chart.
pub fn compare(
    from: HelmRelease,
    to: HelmRelease,
    render: impl Fn(RenderAs) -> Result<HelmOutput, Failure>,
) -> Result<Comparison, Failure> {
    let (from, to) = (RenderAs::from(from), RenderAs::from(to));
    let (before, after) = (render(from), render(to));
    if let (Err(_), Err(failure)) = (&before, &after) {
        return Err(failure.clone());
    }
    let (before, after) = (Outcome::of(before), Outcome::of(after));
    let mut comparison = before.compare(&after);
    if !comparison.is_empty() {
        let behaviours = from.helm.differences(to.helm).map(Cause::Behaviour);
        for cause in behaviours.chain([Cause::KubeVersion, Cause::ApiVersions, Cause::HelmVersion]) {
            let forth = before.compare(&Outcome::of(render(cause.switch(from, to))));
            let back = after.compare(&Outcome::of(render(cause.switch(to, from))));
            if !forth.is_empty() || !back.is_empty() {
                comparison.causes.push((cause, forth.has_content() || back.has_content()));
            }
        }
    }
    Ok(comparison)
}

/// The result of one rendering.
enum Outcome {
    Documents(Vec<Rendered>),
    Failed(String),
}

struct Rendered {
    title: String,
    text: String,
    object: Option<Node>,
}

impl Outcome {
    fn of(result: Result<HelmOutput, Failure>) -> Outcome {
        let output = match result {
            Ok(output) => output,
            Err(failure) => return Outcome::Failed(failure.to_string()),
        };
        let crds = output.crds.iter().map(|crd| Rendered {
            title: crd.full_name.clone(),
            text: crd.file.text().into_owned(),
            object: None,
        });
        let documents = output.objects.into_iter().chain(output.hooks).map(|document| Rendered {
            title: format!("{}: {} {}", document.path, document.kind, document.name).trim_end().to_owned(),
            text: document.text,
            object: Some(document.node),
        });
        let mut documents: Vec<Rendered> = crds.chain(documents).collect();
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        for document in &mut documents {
            let count = seen.entry(document.title.clone()).or_default();
            *count += 1;
            if *count > 1 {
                document.title = format!("{} ({count})", document.title);
            }
        }
        Outcome::Documents(documents)
    }

    fn compare(&self, other: &Outcome) -> Comparison {
        let (before, after) = match (self, other) {
            (Outcome::Documents(before), Outcome::Documents(after)) => (before, after),
            (Outcome::Failed(before), Outcome::Failed(after)) if before == after => return Comparison::default(),
            _ => return Comparison { errors: [self.error(), other.error()], ..Comparison::default() },
        };
        let mut comparison = Comparison { documents: after.len(), ..Comparison::default() };
        let find = |documents: &[Rendered], title: &str| documents.iter().position(|found| found.title == title);
        let mut order = Vec::new();
        for document in before {
            let found = find(after, &document.title);
            order.extend(found);
            comparison.add(Some(document), found.map(|at| &after[at]));
        }
        let added = after.iter().filter(|document| find(before, &document.title).is_none());
        added.for_each(|document| comparison.add(None, Some(document)));
        comparison.reordered = !order.is_sorted();
        comparison
    }

    fn error(&self) -> Option<String> {
        if let Outcome::Failed(error) = self { Some(error.clone()) } else { None }
    }
}

impl Comparison {
    fn add(&mut self, from: Option<&Rendered>, to: Option<&Rendered>) {
        if from.map(|document| &document.text) == to.map(|document| &document.text) {
            return;
        }
        let Some(title) = to.or(from).map(|document| document.title.clone()) else { return };
        let text = |document: Option<&Rendered>| document.map(|document| document.text.clone());
        let change = DocumentChange { title, from: text(from), to: text(to) };
        let is_blank = matches!((from, to), (Some(from), Some(to)) if from.is_like(to));
        if is_blank { &mut self.blank_lines } else { &mut self.content }.push(change);
    }
}

impl Rendered {
    /// Returns whether two documents differ in blank lines and white space at the ends of lines at most, and mean the same.
    fn is_like(&self, other: &Rendered) -> bool {
        let meaning = |document: &Rendered| document.object.as_ref().map(|node| serde_json::to_string(node).ok());
        lines(&self.text).eq(lines(&other.text)) && meaning(self) == meaning(other)
    }
}

/// Returns the lines of a document that are not blank, without a `---` above them: older releases print it if the template
/// has it twice.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim_end).filter(|line| !line.is_empty()).skip_while(|line| *line == "---")
}
