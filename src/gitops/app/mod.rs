//! Renders one app: from its file to the objects of a release.

mod archive;
mod chart;
mod chart_source;
mod component;
mod file;
mod reuse;
mod template;

pub(super) use self::archive::LoadError;
pub(super) use self::chart_source::{ChartSource, chart_of};
pub use self::file::chart_schema_text;
pub(super) use self::reuse::RenderedApps;
use super::fleet::{Cluster, Fleet, LayerName};
use crate::diagnostic::{Diagnostic, Failure, Sources};
use crate::gitops::FleetCode;
use crate::gitops::object::Object;
use crate::manifest::{Manifest, Rendered};
use crate::tree::Node;

/// The rendered objects of an app.
#[derive(Clone)]
pub(super) struct RenderedApp {
    /// The objects in apply order.
    pub objects: Vec<Object>,
    /// The namespace of the release, for objects without one.
    pub namespace: String,
    /// The chart that the app names, with version and repository; empty for other sources.
    pub chart: String,
    pub warnings: Vec<Diagnostic>,
    /// The texts that the locations of warnings are in.
    pub sources: Sources,
}

impl RenderedApp {
    /// Converts the rendered manifests of a release in `namespace`.
    fn of(rendered: Rendered, namespace: String) -> RenderedApp {
        let Rendered { manifests, warnings, sources } = rendered;
        let source = manifests.source.clone();
        let object = |Manifest { id, node, .. }| Object::new(format!("{source}/{id}"), node);
        RenderedApp {
            objects: manifests.into_iter().map(object).collect(),
            namespace,
            chart: String::new(),
            warnings,
            sources,
        }
    }
}

/// An app to render.
pub(super) struct Request<'a> {
    pub fleet: &'a Fleet,
    pub cluster: &'a Cluster,
    /// The name of the app, and its folder in the tree: `ray`, `ray/foo`, `vault`.
    pub name: &'a str,
    pub layer: &'a LayerName,
}

impl Request<'_> {
    /// Renders the app, as a pure function of the files of the fleet.
    pub fn render(&self) -> Result<RenderedApp, Failure> {
        match self.layer {
            LayerName::Component(name) | LayerName::Instance(name, _) => component::render(self, name),
            LayerName::Chart(_) => chart::render(self),
            LayerName::Template(_) => template::render(self),
            LayerName::Cluster => {
                Err(self.failure(vec![Diagnostic::error(FleetCode::NotAnApp, "`cluster.yaml` is not an app")]))
            }
        }
    }

    /// Returns the content of the app's file merged over those in folders above; none if one of them cannot be read.
    fn node(&self) -> Option<Node> {
        self.cluster.layers.get(self.layer)
    }

    fn failure(&self, diagnostics: Vec<Diagnostic>) -> Failure {
        Failure::new(diagnostics, self.cluster.layers.sources.clone())
    }
}
