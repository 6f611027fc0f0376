//! Renders apps of built-in components. Their files contain the component's values and a few more keys.

use super::file::{self, take};
use super::{RenderedApp, Request};
use crate::components::{self, Component, ComponentCode};
use crate::diagnostic::{Code, Diagnostic, Failure, Step, ValueCode, did_you_mean, nearest};
use crate::gitops::fleet::LayerName;
use crate::release::Release;
use crate::tree::{Map, Node};
use crate::values::{Layers, PATCHES, Values, overlay};

/// The keys of the app, which are not values of the component.
const APP_KEYS: [&str; 2] = ["namespace", "release"];

pub(super) fn render(request: &Request<'_>, name: &str) -> Result<RenderedApp, Failure> {
    let component = components::find(name)
        .ok_or_else(|| request.failure(vec![Diagnostic::error(ComponentCode::Unknown, "no such component")]))?;
    let mut node = node(request, name)?;
    let keys = take(&mut node, &APP_KEYS);
    let keys: file::ReleaseKeys =
        file::typed(&keys, &request.cluster.layers.sources).map_err(|diagnostics| request.failure(diagnostics))?;
    let release = release(request, component, keys);
    let facts = request.cluster.facts(request.name).for_component(component, &release.name);
    let values = Values { root: overlay(facts, node), sources: request.cluster.layers.sources.clone() };
    let mut layers = Layers::over(component.defaults());
    layers.values(values);
    let values = component.merge(layers)?;
    let rendered = component.render(&values, &release).map_err(|failure| offer_app_keys(failure, component))?;
    Ok(RenderedApp::of(rendered, release.namespace))
}

/// Returns the values of the app. Those of an instance override those of its component in the same folder.
fn node(request: &Request<'_>, name: &str) -> Result<Node, Failure> {
    let unreadable = || request.failure(Vec::new());
    let own = request.node().ok_or_else(unreadable)?;
    let (LayerName::Instance(..), Some(component)) = (request.layer, components::find(name)) else { return Ok(own) };
    let shared = request.cluster.layers.get(&LayerName::Component(component.name())).ok_or_else(unreadable)?;
    Ok(overlay(shared, own))
}

/// Suggests keys of the app for unknown keys: the component only knows its own.
fn offer_app_keys(mut failure: Failure, component: &dyn Component) -> Failure {
    let entries = component.defaults().root.as_map().map(Map::entries).unwrap_or_default();
    let own = || entries.iter().map(|entry| entry.key.as_ref()).chain([PATCHES]);
    for diagnostic in
        failure.diagnostics.iter_mut().filter(|diagnostic| *diagnostic.code() == Code::Value(ValueCode::UnknownField))
    {
        let [Step::Field(key)] = diagnostic.field().steps() else { continue };
        if let Some(near) = nearest(key, APP_KEYS) {
            diagnostic.help = vec![did_you_mean(near)];
        } else if nearest(key, own()).is_none() {
            diagnostic.help.push("valid keys of every app: `namespace`, `release`".to_owned());
        }
    }
    failure
}

fn release(request: &Request<'_>, component: &dyn Component, keys: file::ReleaseKeys) -> Release {
    let instance = match request.layer {
        LayerName::Instance(_, instance) => Some(instance.as_str()),
        _ => None,
    };
    let name = keys.release.as_deref().or(instance).or(component.release_name()).unwrap_or(&request.cluster.name);
    Release {
        name: name.to_owned(),
        namespace: keys.namespace.unwrap_or_else(|| component.namespace().to_owned()),
        cluster: request.cluster.name.clone(),
        kube_version: request.cluster.kube_version(),
        ..Release::default()
    }
}
