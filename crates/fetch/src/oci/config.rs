//! The configuration of a chart's manifest: the metadata as Go writes it in JSON.
//!
//! Helm's fields are in their order, and empty ones are left out. Maps are in the order of their keys.
//!
//! Source: Helm 4.3.1, the types `Metadata` and `Dependency` of its package `chart`.

use std::collections::BTreeMap;

use mkmanifests_chart::{Dependency, ImportValue, Maintainer, Metadata};
use mkmanifests_yaml::tree::Node;
use serde::Serialize;

use super::media;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Config<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    name: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    home: &'a str,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    sources: &'a [String],
    #[serde(skip_serializing_if = "str::is_empty")]
    version: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    description: &'a str,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    keywords: &'a [String],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    maintainers: Vec<Person<'a>>,
    #[serde(skip_serializing_if = "str::is_empty")]
    icon: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    api_version: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    condition: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    tags: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    app_version: &'a str,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    deprecated: bool,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    annotations: BTreeMap<&'a str, &'a str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    kube_version: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    dependencies: Vec<Subchart<'a>>,
    #[serde(rename = "type", skip_serializing_if = "str::is_empty")]
    kind: &'a str,
}

#[derive(Serialize)]
struct Person<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    name: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    email: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    url: &'a str,
}

/// A dependency. Name and repository are there even if they are empty.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Subchart<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    version: &'a str,
    repository: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    condition: &'a str,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    tags: &'a [String],
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    enabled: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    import_values: Vec<Import<'a>>,
    #[serde(skip_serializing_if = "str::is_empty")]
    alias: &'a str,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Import<'a> {
    Written(&'a Node),
    Resolved { child: &'a str, parent: &'a str },
}

/// Returns the configuration of a chart.
pub(super) fn config(metadata: &Metadata) -> Vec<u8> {
    let annotations = metadata.annotations.iter().flatten();
    media::go_json(&Config {
        name: &metadata.name,
        home: &metadata.home,
        sources: &metadata.sources,
        version: &metadata.version,
        description: &metadata.description,
        keywords: &metadata.keywords,
        maintainers: metadata.maintainers.iter().map(person).collect(),
        icon: &metadata.icon,
        api_version: &metadata.api_version,
        condition: &metadata.condition,
        tags: &metadata.tags,
        app_version: &metadata.app_version,
        deprecated: metadata.deprecated,
        annotations: annotations.map(|(name, value)| (&**name, &**value)).collect(),
        kube_version: &metadata.kube_version,
        dependencies: metadata.dependencies.iter().map(subchart).collect(),
        kind: &metadata.kind,
    })
}

fn person(maintainer: &Maintainer) -> Person<'_> {
    Person { name: &maintainer.name, email: &maintainer.email, url: &maintainer.url }
}

fn subchart(dependency: &Dependency) -> Subchart<'_> {
    Subchart {
        name: &dependency.name,
        version: &dependency.version,
        repository: &dependency.repository,
        condition: &dependency.condition,
        tags: &dependency.tags,
        enabled: dependency.enabled,
        import_values: dependency.import_values.iter().map(import).collect(),
        alias: &dependency.alias,
    }
}

fn import(import: &ImportValue) -> Import<'_> {
    match import {
        ImportValue::Written(node) => Import::Written(node),
        ImportValue::Resolved { child, parent } => Import::Resolved { child, parent },
    }
}
