//! All rules over all objects of one output.

use super::across;
use super::external::External;
use super::schema::Definitions;
use super::skip::Skips;
use super::types::{check_on, object_name, of_object};
use super::versions::KubeVersion;
use crate::diagnostic::{Diagnostic, Severity};
use crate::tree::Node;

/// How objects are checked.
#[derive(Debug, Clone)]
pub struct Options {
    /// The cluster's version, if it is not the newest that is known.
    pub kube_version: Option<KubeVersion>,
    /// The namespace of objects that name none.
    pub namespace: String,
    /// Whether objects are held beside one another, too.
    pub across: bool,
    /// Whether warnings are errors.
    pub strict: bool,
    /// Rules that are not held to.
    pub skips: Skips,
    /// Objects that are made elsewhere.
    pub external: External,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            kube_version: None,
            namespace: "default".to_owned(),
            across: true,
            strict: false,
            skips: Skips::default(),
            external: External::default(),
        }
    }
}

/// Something that is wrong with an object.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The object, by its index; none for what is wrong with a document.
    pub object: Option<usize>,
    /// What is wrong, with its rule, field and location.
    pub diagnostic: Diagnostic,
    /// Why it does not count, if its rule is skipped.
    pub skipped: Option<Skipped>,
}

/// Why a finding does not count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// The reason that was given.
    pub reason: String,
    /// Whether the object itself says so, by its annotation.
    pub by_object: bool,
}

/// Holds objects to all rules: each to those of its kind and of its definition, then all beside one another.
///
/// ```
/// use mkmanifests::check::{Options, all};
/// let service = serde_json::json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"},
///     "spec": {"selector": {"app": "web"}, "ports": [{"port": 80}]}});
/// let findings = all(&[mkmanifests::tree::to_node(&service).unwrap()], &Options::default());
/// assert_eq!(findings[0].diagnostic.rule(), "service-selects-pods");
/// assert!(findings[0].diagnostic.is_warning());
/// ```
pub fn all(objects: &[Node], options: &Options) -> Vec<Finding> {
    let definitions = Definitions::of(objects);
    let mut findings = Vec::new();
    let mut own = Vec::with_capacity(objects.len());
    for (index, object) in objects.iter().enumerate() {
        let mut diagnostics = Vec::new();
        check_on(object, options.kube_version, &mut diagnostics);
        definitions.check(object, &mut diagnostics);
        let mut of_annotations = Vec::new();
        own.push(Skips::of(object, &mut of_annotations));
        if !of_annotations.is_empty() {
            let name = object_name(object);
            diagnostics.extend(of_annotations.into_iter().map(|diagnostic| of_object(diagnostic, &name)));
        }
        findings.extend(diagnostics.into_iter().map(|diagnostic| found(index, diagnostic)));
    }
    if options.across {
        findings
            .extend(across::check(objects, options).into_iter().map(|(index, diagnostic)| found(index, diagnostic)));
    }
    for finding in &mut findings {
        finding.skipped = skipped(finding, &own, &options.skips);
        if options.strict {
            finding.diagnostic.severity = Severity::Error;
        }
    }
    findings
}

/// Holds the custom resources among objects to their definitions among them, as [`all`] does too.
pub fn custom_resources<'n>(objects: impl Iterator<Item = &'n Node> + Clone) -> Vec<Diagnostic> {
    let definitions = Definitions::of(objects.clone());
    let mut diagnostics = Vec::new();
    if !definitions.is_empty() {
        objects.for_each(|object| definitions.check(object, &mut diagnostics));
    }
    diagnostics
}

impl Finding {
    /// Takes it out of the count if one of `skips` names its rule.
    pub fn skip_by(&mut self, skips: &Skips) {
        let reason = skips.reason(self.diagnostic.rule());
        self.skipped = reason.map(|reason| Skipped { reason: reason.to_owned(), by_object: false });
    }
}

fn found(index: usize, diagnostic: Diagnostic) -> Finding {
    Finding { object: Some(index), diagnostic, skipped: None }
}

fn skipped(finding: &Finding, own: &[Skips], skips: &Skips) -> Option<Skipped> {
    let rule = finding.diagnostic.rule();
    let own = finding.object.and_then(|index| own.get(index)).and_then(|skips| skips.reason(rule));
    let (reason, by_object) = own.map(|reason| (reason, true)).or(skips.reason(rule).map(|reason| (reason, false)))?;
    Some(Skipped { reason: reason.to_owned(), by_object })
}
