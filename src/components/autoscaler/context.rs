//! One release of the autoscaler: its values, names and labels, and how values become text.

use std::cell::RefCell;
use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::falsy::is_falsy;
use super::text;
use super::tpl::{CHART, Tpl};
use super::values::{AutoscalerValues, Labels, Scalar};
use crate::chart::Capabilities;
use crate::check::diagnostics::Diagnostics;
use crate::diagnostic::Sources;
use crate::release::Release;
use crate::tree::Node;
use crate::values::Values;

/// One release. Values that cannot be printed are added to the diagnostics; rendering continues, to find all errors.
pub(super) struct Context<'a> {
    pub values: &'a AutoscalerValues,
    pub release: &'a Release,
    /// The values as they were written.
    pub root: &'a Node,
    /// The texts that the values were read from.
    pub sources: &'a Sources,
    pub tpl: Tpl<'a>,
    pub diagnostics: RefCell<Diagnostics<'a>>,
}

impl<'a> Context<'a> {
    pub fn new(
        typed: &'a AutoscalerValues,
        values: &'a Values,
        release: &'a Release,
        capabilities: Capabilities,
    ) -> Self {
        let root = &values.root;
        let tpl = Tpl::new(root, &release.name, &release.namespace, capabilities);
        let diagnostics = RefCell::new(Diagnostics::about(root).written_in(&values.sources));
        Context { values: typed, release, root, sources: &values.sources, tpl, diagnostics }
    }

    /// Returns the cloud provider.
    pub fn provider(&self) -> &'a str {
        self.values.cloud_provider.as_deref().unwrap_or_default()
    }

    /// Returns the name of the container, and of the application in labels: `nameOverride`, or provider and chart.
    pub fn name(&self) -> String {
        match self.values.name_override.as_deref() {
            Some(name) if !name.is_empty() => cut(name),
            _ => cut(&format!("{}-{CHART}", self.provider())),
        }
    }

    /// Returns the name of all objects: `fullnameOverride`, or release and name.
    pub fn full_name(&self) -> String {
        if let Some(name) = self.values.fullname_override.as_deref().filter(|name| !name.is_empty()) {
            return cut(name);
        }
        let name = match self.values.name_override.as_deref() {
            Some(name) if !name.is_empty() => name.to_owned(),
            _ => format!("{}-{CHART}", self.provider()),
        };
        if name == self.release.name { cut(&name) } else { cut(&format!("{}-{name}", self.release.name)) }
    }

    /// Returns the name of the service account that the pods run as.
    pub fn service_account_name(&self) -> String {
        let account = &self.values.rbac.service_account;
        let default = if account.create { self.full_name() } else { "default".to_owned() };
        if !account.name.is_truthy() {
            return default;
        }
        self.plain(&["rbac", "serviceAccount", "name"], &account.name).unwrap_or(default)
    }

    /// Returns the name of the Secret with the provider's credentials.
    pub fn secret_name(&self) -> String {
        let name = &self.values.secret_key_ref_name_override;
        if name.is_truthy() { self.text(&["secretKeyRefNameOverride"], name) } else { self.full_name() }
    }

    /// Returns the labels of selectors, which are immutable in a live release.
    pub fn selector(&self) -> Labels {
        BTreeMap::from([
            ("app.kubernetes.io/instance".to_owned(), self.release.name.clone()),
            ("app.kubernetes.io/name".to_owned(), self.name()),
        ])
    }

    /// Returns the labels of every object.
    pub fn labels(&self) -> Labels {
        let mut labels = self.selector();
        labels.insert("app.kubernetes.io/managed-by".to_owned(), "mkmanifests".to_owned());
        extend(&mut labels, &self.values.additional_labels);
        labels
    }

    /// Returns the metadata of an object in the release's namespace.
    pub fn metadata(&self) -> ObjectMeta {
        ObjectMeta {
            name: Some(self.full_name()),
            namespace: Some(self.release.namespace.clone()),
            labels: Some(self.labels()),
            ..ObjectMeta::default()
        }
    }

    /// Returns whether the value at `path` is true for a template's `if`.
    pub fn is_set(&self, path: &[&str]) -> bool {
        self.root.find(path.iter().copied()).is_some_and(|node| !is_falsy(&node.kind))
    }

    /// Returns the value of `key` unless it is empty, as the chart omits empty values.
    pub fn unless_empty<T: Clone>(&self, key: &str, value: &Option<T>) -> Option<T> {
        value.clone().filter(|_| self.is_set(&[key]))
    }

    /// Returns a value that the chart prints without quotes.
    pub fn plain(&self, path: &[&str], value: &Scalar) -> Option<String> {
        self.accept(path, text::plain(&value.print())).flatten()
    }

    /// Returns a required value that the chart prints without quotes.
    pub fn text(&self, path: &[&str], value: &Scalar) -> String {
        self.plain(path, value).unwrap_or_default()
    }

    /// Returns a value that the chart prints between quotes.
    pub fn quoted(&self, path: &[&str], value: &Scalar) -> String {
        self.accept(path, text::quoted(&value.print())).unwrap_or_default()
    }

    /// Renders a value that is a template.
    pub fn template(&self, path: &[&str], text: &str) -> String {
        let rendered = self.tpl.render(text).map_err(|reason| format!("cannot render the template: {reason}"));
        self.accept(path, rendered).unwrap_or_default()
    }

    /// Returns the value, or adds the error to the diagnostics at `path`.
    pub fn accept<T>(&self, path: &[&str], result: Result<T, String>) -> Option<T> {
        result.map_err(|reason| self.diagnostics.borrow_mut().error(path, reason)).ok()
    }

    /// Renders annotations whose keys and values are templates.
    pub fn annotations(&self, path: &[&str], given: &BTreeMap<String, Option<String>>) -> Option<Labels> {
        let mut annotations = Labels::new();
        for (key, value) in given {
            let path: Vec<&str> = path.iter().copied().chain([key.as_str()]).collect();
            let Some(value) = value else {
                self.diagnostics.borrow_mut().error(&path, "expected a string, found null");
                continue;
            };
            let value = self.template(&path, value);
            let value = self.accept(&path, text::plain(&value));
            let key = self.accept(&path, text::key(&self.template(&path, key)));
            // An API server reads null as the empty string here.
            annotations.extend(key.zip(value.map(Option::unwrap_or_default)));
        }
        Some(annotations).filter(|annotations| !annotations.is_empty())
    }
}

/// Adds labels, which override existing ones.
pub(super) fn extend(labels: &mut Labels, over: &Labels) {
    labels.extend(over.iter().map(|(key, value)| (key.clone(), value.clone())));
}

/// Returns the labels, or none if there are no labels.
pub(super) fn some(labels: &Labels) -> Option<Labels> {
    Some(labels.clone()).filter(|labels| !labels.is_empty())
}

/// Cuts a name to 63 characters, the length of a DNS label, and drops a `-` at the end.
fn cut(name: &str) -> String {
    let end = name.char_indices().map(|(at, c)| at + c.len_utf8()).take_while(|end| *end <= 63).last().unwrap_or(0);
    let name = &name[..end];
    name.strip_suffix('-').unwrap_or(name).to_owned()
}
