//! One Ray cluster: the names and labels of its objects, and how other objects select its pods.

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, LabelSelectorRequirement, ObjectMeta};

use super::values::RayValues;

/// One Ray cluster: its name, its namespace and its values.
pub(in crate::components) struct Cluster<'a> {
    pub name: &'a str,
    pub namespace: &'a str,
    pub values: &'a RayValues,
    /// Who creates the pods.
    pub pods: PodCreator,
}

/// Who creates the pods of the head and the workers, which decides about their labels.
pub(in crate::components) enum PodCreator {
    /// Deployments of ours. The pods have the labels `type: ray` and `component`.
    Deployments,
    /// The KubeRay operator.
    Operator(OperatedPods),
}

/// The labels of pods that the KubeRay operator creates.
pub(in crate::components) struct OperatedPods {
    /// Labels that all pods of the cluster have, and no others.
    pub labels: BTreeMap<String, String>,
    /// The label that tells the head from the workers, and its values for both.
    pub node_type: [&'static str; 3],
}

/// Some pods of a cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::components) enum Pods {
    /// The head and the workers.
    All,
    /// The head.
    Head,
    /// The workers of all groups.
    Workers,
}

impl Cluster<'_> {
    /// Returns the name of the head: of its Deployment, and the value of the label `component` of its pods.
    pub fn head(&self) -> String {
        format!("{}-ray-head", self.name)
    }

    /// Returns the name of the Service by which workers and clients find the head.
    pub fn head_service(&self) -> String {
        format!("{}-ray-head-svc", self.name)
    }

    /// Returns the name of the workers, or of a worker group.
    pub fn worker(&self, group: Option<&str>) -> String {
        match group {
            None => format!("{}-ray-worker", self.name),
            Some(group) => format!("{}-ray-worker-{group}", self.name),
        }
    }

    /// Returns the name of the service account that the pods run as.
    pub fn service_account(&self) -> String {
        self.values.service_account.name.clone().unwrap_or_else(|| format!("{}-daft", self.name))
    }

    /// Returns the names of the workers and of all worker groups, which their pods have as the label `component`.
    pub fn workers(&self) -> Vec<String> {
        let groups = self.values.worker_groups.keys().map(|group| self.worker(Some(group)));
        std::iter::once(self.worker(None)).chain(groups).collect()
    }

    /// Returns the labels of the objects themselves. Selectors and pods do not have them, as in the chart that `ray` replaces:
    /// the selector of a live Deployment is immutable.
    /// <https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/>
    pub fn labels(&self, component: &str) -> BTreeMap<String, String> {
        BTreeMap::from([
            ("app.kubernetes.io/component".to_owned(), component.to_owned()),
            ("app.kubernetes.io/instance".to_owned(), self.name.to_owned()),
            ("app.kubernetes.io/managed-by".to_owned(), "mkmanifests".to_owned()),
            ("app.kubernetes.io/name".to_owned(), "ray".to_owned()),
        ])
    }

    /// Returns the metadata of one object.
    pub fn metadata(&self, name: String, component: &str) -> ObjectMeta {
        ObjectMeta {
            name: Some(name),
            namespace: Some(self.namespace.to_owned()),
            labels: Some(self.labels(component)),
            ..ObjectMeta::default()
        }
    }

    /// Returns a selector for some pods of the cluster.
    pub fn select(&self, pods: Pods) -> LabelSelector {
        let operated = match &self.pods {
            PodCreator::Deployments => return self.select_deployed(pods),
            PodCreator::Operator(operated) => operated,
        };
        LabelSelector { match_labels: Some(operated.select(pods)), match_expressions: None }
    }

    /// Returns the labels by which a Service selects the head.
    pub fn head_labels(&self) -> BTreeMap<String, String> {
        match &self.pods {
            PodCreator::Deployments => BTreeMap::from([("component".to_owned(), self.head())]),
            PodCreator::Operator(operated) => operated.select(Pods::Head),
        }
    }

    fn select_deployed(&self, pods: Pods) -> LabelSelector {
        let components = match pods {
            Pods::All => std::iter::once(self.head()).chain(self.workers()).collect(),
            Pods::Head => vec![self.head()],
            Pods::Workers => self.workers(),
        };
        LabelSelector {
            match_expressions: Some(vec![LabelSelectorRequirement {
                key: "component".to_owned(),
                operator: "In".to_owned(),
                values: Some(components),
            }]),
            match_labels: Some(BTreeMap::from([("type".to_owned(), "ray".to_owned())])),
        }
    }
}

impl OperatedPods {
    fn select(&self, pods: Pods) -> BTreeMap<String, String> {
        let mut labels = self.labels.clone();
        let [key, head, worker] = self.node_type;
        let node_type = match pods {
            Pods::All => None,
            Pods::Head => Some(head),
            Pods::Workers => Some(worker),
        };
        labels.extend(node_type.map(|node_type| (key.to_owned(), node_type.to_owned())));
        labels
    }
}
