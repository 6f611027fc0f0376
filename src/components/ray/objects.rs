//! Renders the objects of a static Ray cluster from typed values that passed the rules.

use std::collections::BTreeMap;

use k8s_openapi::api::apps::v1::{Deployment, DeploymentSpec};
use k8s_openapi::api::core::v1::PodTemplateSpec;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, ObjectMeta};

use super::beside::{account, head_service, policies};
use super::cluster::Cluster;
use super::network::Access;
use super::pods::{self, Role};
use crate::components::Built;
use crate::tree::SerializeError;

/// Renders all objects of the cluster.
pub(super) fn objects(cluster: &Cluster<'_>) -> Result<Vec<Built>, Error> {
    let mut list = Vec::with_capacity(8);
    list.extend(account(cluster)?);
    list.push(Built::of("head-service", head_service(cluster))?);
    list.push(Built::of("head-deployment", deployment(cluster, &Role::Head)?)?);
    list.push(Built::of("worker-deployment", deployment(cluster, &Role::Worker)?)?);
    for (name, group) in &cluster.values.worker_groups {
        let role = Role::Group(name, group);
        list.push(Built::of(format!("worker-group-{name}"), deployment(cluster, &role)?)?);
    }
    list.extend(policies(cluster, &Access::default())?);
    Ok(list)
}

/// Why objects cannot be rendered from values that passed the rules: a bug of this program.
#[derive(Debug)]
pub(super) enum Error {
    Serialize(SerializeError),
    Template(minijinja::Error),
}

impl From<SerializeError> for Error {
    fn from(error: SerializeError) -> Self {
        Error::Serialize(error)
    }
}

impl From<minijinja::Error> for Error {
    fn from(error: minijinja::Error) -> Self {
        Error::Template(error)
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Error::Serialize(error) => error.fmt(f),
            Error::Template(error) => error.fmt(f),
        }
    }
}

fn deployment(cluster: &Cluster<'_>, role: &Role<'_>) -> Result<Deployment, Error> {
    let name = role.name(cluster);
    let labels = BTreeMap::from([("component".to_owned(), name.clone()), ("type".to_owned(), "ray".to_owned())]);
    let group = role.group(cluster);
    let mut pod_labels = labels.clone();
    pod_labels.extend(group.pod_labels.iter().map(|(key, value)| (key.clone(), value.clone())));
    Ok(Deployment {
        metadata: cluster.metadata(name, role.component()),
        spec: Some(DeploymentSpec {
            replicas: Some(role.replicas(cluster)),
            selector: LabelSelector { match_labels: Some(labels), match_expressions: None },
            template: PodTemplateSpec {
                metadata: Some(ObjectMeta {
                    labels: Some(pod_labels),
                    annotations: Some(group.pod_annotations.clone()).filter(|annotations| !annotations.is_empty()),
                    ..ObjectMeta::default()
                }),
                spec: Some(pods::spec(cluster, role)?),
            },
            ..DeploymentSpec::default()
        }),
        ..Deployment::default()
    })
}
