//! Passes the facts about a cluster to components and charts.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::cluster::ClusterValues;
use crate::components::{Component, Fact};
use crate::diagnostic::Location;
use crate::tree::{Entry, Kind, Map, Node};
use crate::values::overlay;

/// A fact about a cluster, by the name that apps use in `facts`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(in super::super) enum FactName {
    Name,
    AccountId,
    Region,
    Partition,
    OidcProvider,
    RoleArn,
}

/// The facts about a cluster for one of its apps, each with its location.
#[derive(Debug, Clone, Default)]
pub(in super::super) struct Facts(BTreeMap<FactName, (String, Location)>);

impl Facts {
    /// Returns the facts of a cluster for one of its apps. `root` is the content of `cluster.yaml`.
    pub fn of(cluster: &ClusterValues, name: &str, app: &str, root: &Node) -> Facts {
        let mut facts = BTreeMap::new();
        let mut add = |fact, text: Option<&str>, path: &[&str]| {
            if let Some(text) = text {
                let location = root.find(path.iter().copied()).map_or(Location::UNKNOWN, |node| node.location);
                facts.insert(fact, (text.to_owned(), location));
            }
        };
        add(FactName::Name, Some(name), &["name"]);
        add(FactName::AccountId, cluster.account_id.as_ref().map(|id| id.0.as_str()), &["accountId"]);
        add(FactName::Region, cluster.region.as_deref(), &["region"]);
        add(FactName::Partition, cluster.partition.as_deref(), &["partition"]);
        add(FactName::OidcProvider, cluster.oidc_provider.as_deref(), &["oidcProvider"]);
        add(FactName::RoleArn, cluster.role_arns.get(app).map(String::as_str), &["roleArns", app]);
        Facts(facts)
    }

    /// Returns the values of a component that follow from the facts.
    pub fn for_component(&self, component: &dyn Component, release: &str) -> Node {
        let mut node = Node::from(Map::new());
        let release = (Fact::ReleaseName, release, Location::UNKNOWN);
        let facts = self.0.iter().map(|(name, (text, location))| (name.fact(), text.as_str(), *location));
        for (fact, text, location) in std::iter::once(release).chain(facts) {
            for (path, text) in component.values_from_fact(fact, text) {
                node = overlay(node, nested(path.iter().map(|key| (*key).to_owned()), &text, location));
            }
        }
        node
    }

    /// Returns the values at the paths that an app lists (`aws.region`), and the facts that the cluster does not have.
    pub fn at(&self, paths: &BTreeMap<String, FactName>) -> (Node, Vec<FactName>) {
        let (mut node, mut missing) = (Node::from(Map::new()), Vec::new());
        for (path, name) in paths {
            match self.0.get(name) {
                Some((text, location)) => {
                    node = overlay(node, nested(path.split('.').map(str::to_owned), text, *location));
                }
                None => missing.push(*name),
            }
        }
        (node, missing)
    }
}

impl FactName {
    fn fact(self) -> Fact {
        match self {
            FactName::Name => Fact::ClusterName,
            FactName::AccountId => Fact::AccountId,
            FactName::Region => Fact::Region,
            FactName::Partition => Fact::Partition,
            FactName::OidcProvider => Fact::OidcProvider,
            FactName::RoleArn => Fact::RoleArn,
        }
    }

    /// Returns the key in `cluster.yaml`, for messages.
    pub fn shown(self, app: &str) -> String {
        match self {
            FactName::RoleArn => format!("`roleArns.{app}`"),
            _ => format!("`{}`", self.key()),
        }
    }

    fn key(self) -> &'static str {
        match self {
            FactName::Name => "name",
            FactName::AccountId => "accountId",
            FactName::Region => "region",
            FactName::Partition => "partition",
            FactName::OidcProvider => "oidcProvider",
            FactName::RoleArn => "roleArns",
        }
    }
}

fn nested(path: impl DoubleEndedIterator<Item = String>, text: &str, location: Location) -> Node {
    path.rev().fold(Node::new(Kind::Str(text.to_owned()), location), |value, key| {
        let mut map = Map::with_capacity(1);
        map.insert(Entry { key: key.into(), location, value });
        Node::new(Kind::Map(map), location)
    })
}
